"""Texts that moved from one entity to another: what a page says now was published yesterday, as somebody else's.

What belongs here: finding them. What does not: how many are too many (`guard.py`). Compared are the page's own words,
in threes, with whole published texts: their layout, hours and contact do not matter. Pages of one name (branches, the
dates of a series) may say the same, and so may pages that took over what several say already.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from mut_assets.domain.plans.versions import Staying, Version

FEWEST_WORDS = 8
"""Of a text of its own: shorter ones are alike by chance."""
ALIKE = 0.8
"""The part of its threes of words that a published text holds, from which on it is that text."""
OWN = 0.5
"""The part that its own published text holds, from which on it is still its own."""
SOURCES = 2
"""Names under which a text may have been published to be somebody's: what more of them say is nobody's own."""

Three = tuple[str, str, str]


@dataclass(frozen=True)
class Moved:
    """A document that would have the text that was published as another's."""

    document: Version
    source: Version


def moved_texts(staying: Sequence[Staying], published: Collection[Version]) -> list[Moved]:
    """The documents that stay and would say what another one of `published` says, and no longer what they said."""
    candidates = [(pair, own) for pair in staying if (own := _own(pair)) and _held(own, _threes(pair.old.words)) < OWN]
    if not candidates:
        return []
    asked = frozenset().union(*(own for _, own in candidates))
    having: defaultdict[Three, list[Version]] = defaultdict(list)
    for version in published:
        for three in _threes(version.words) & asked:
            having[three].append(version)
    return [Moved(pair.new, source) for pair, own in candidates if (source := _source(pair, own, having))]


def _own(pair: Staying) -> frozenset[Three]:
    words = pair.new.own_words
    return _threes(words) if len(words) >= FEWEST_WORDS else frozenset()


def _source(pair: Staying, own: frozenset[Three], having: Mapping[Three, Sequence[Version]]) -> Version | None:
    counts = Counter(version.id for three in own for version in having[three])
    versions = {version.id: version for three in own for version in having[three]}
    alike = [versions[id] for id, count in counts.most_common() if count >= ALIKE * len(own)]
    others = [version for version in alike if version.name != pair.old.name]
    return others[0] if others and len({version.name for version in others}) <= SOURCES else None


def _held(own: frozenset[Three], there: frozenset[Three]) -> float:
    return len(own & there) / len(own)


def _threes(words: Sequence[str]) -> frozenset[Three]:
    return frozenset(zip(words, words[1:], words[2:], strict=False))
