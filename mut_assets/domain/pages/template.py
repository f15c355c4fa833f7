"""The template of a collection: what stands on many pages that have something else to say.

What belongs here: recognising it from the whole collection. What does not: whose a text is (`ownership.py`). How many
is many depends on what a reader loses by an error: a short text may be a fact that is true of many ("Entrada
liberada"), so it has to be on more pages, and one with a digit (a price, an age, an hour) is never template. A heading
under which pages say things of their own ("Horario") is a label, and stays.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from mut_assets.domain.pages.blocks import pieces, tidy
from mut_assets.domain.pages.names import Names
from mut_assets.domain.pages.ownership import Section
from mut_assets.domain.pages.words import key

LONG = 8
"""Words of a text that is long enough not to recur by chance."""

_FEWEST = 4
"""Families: what fewer share is no template, however small the collection."""
_SHARE, _SHORT_SHARE = 0.05, 0.25
"""Of the families of a collection: from where on a heading or a long text, or a short one, is template."""
_DIGIT = re.compile(r"\d")


class Template:
    """What is on many pages of a collection and belongs to none of its entities."""

    def __init__(self, pages: Sequence[list[Section]], names: Names) -> None:
        self._all = len(pages)
        self._pages: Counter[str] = Counter()
        families: dict[str, set[int]] = defaultdict(set)
        headings: Counter[str] = Counter()
        for page, family in zip(pages, names.family_of, strict=True):
            headings.update({key(section.heading) for section in page if section.heading})
            units = set(_units(page))
            self._pages.update(units)
            for unit in units:
                families[unit].add(family)
        many = max(_FEWEST, _SHARE * len(names))
        most = max(_FEWEST, _SHORT_SHARE * len(names))
        self._known = {
            unit
            for unit, holders in families.items()
            if len(holders) >= (many if _is_long(unit) or headings[unit] else most)
            and (_is_long(unit) or not _DIGIT.search(unit))
        }
        self._known -= {label for label in self._known if headings[label] and not _is_long(label)} & self._labels(pages)

    def __contains__(self, text: str) -> bool:
        return key(text) in self._known

    def why(self, text: str) -> str:
        """Why a heading, a paragraph or a sentence is template, for a person to read."""
        return f"template: on {self._pages[key(text)]} of {self._all} pages"

    def without(self, text: str) -> tuple[str, list[str]]:
        """A paragraph without the template in it, and that."""
        if text in self:
            return "", [text]
        kept, gone = "", []
        for start, end in pieces(text):
            if text[start:end] in self:
                gone.append(text[start:end].strip())
            else:
                kept += text[start:end]
        return (tidy(kept), gone) if gone else (text, [])

    def _labels(self, pages: Sequence[list[Section]]) -> set[str]:
        """Headings under which at least half of their pages say things of their own."""
        under: Counter[str] = Counter()
        for page in pages:
            own = (section for section in page if not section.owner)
            telling = [section for section in own if any(self.without(text)[0] for text in section.texts)]
            under.update({key(section.heading) for section in telling})
        return {heading for heading, count in under.items() if 2 * count >= self._pages[heading]}


def _units(page: list[Section]) -> Iterator[str]:
    """What of a page could be template: its headings, paragraphs and sentences, except those of another entity."""
    for section in page:
        if section.owner:
            continue
        if not section.is_own:
            yield key(section.heading)
        for text, owner in section.owned_texts:
            if not owner:
                yield key(text)
                yield from (key(text[start:end]) for start, end in pieces(text))


def _is_long(unit: str) -> bool:
    return unit.count(" ") + 1 >= LONG
