"""The categories with which the pages of a collection end.

What belongs here: learning from a whole collection which short last paragraphs are categories, and taking them off a
page, also where they are glued to its last sentence. What does not: what else is no text of the page (`cleaning.py`).

Nothing is known beforehand but `GENERIC`. A short paragraph at the end of a page is a category if it stands there on
pages of several families, if a counter or colour code precedes it, or if the pages of this collection are seen to end
with categories anyway.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile, pairwise

from mut_assets.domain.collections import COLLECTIONS
from mut_assets.domain.pages.blocks import LOWER, UPPER, Passage, key, pieces, tidy
from mut_assets.domain.pages.names import Names, words

GENERIC = frozenset(word for kind in COLLECTIONS if kind.shape.content for word in (kind.name, kind.document_type))
"""Folded categories that say no more than the collection does."""

_LONGEST, _MOST_WORDS, _MOST_ITEMS = 40, 4, 8
_FAMILIES = 2
"""On the pages of how many families a paragraph has to stand to be a category."""
_MANY_FAMILIES = 4
"""On the pages of how many families lines have to stand together to be part of the page and not of its text."""
_USUAL = 0.5
"""From this share of pages on, ending with categories is how pages of a collection end."""

_STEM = 4
"""Letters that a word and a category have in common at least if they are about the same."""

_ITEM = re.compile(rf"(?!(?:por|Por)\b)[{UPPER}][^\W\d_]*(?:[ '’&/+-]+[^\W\d_]+)*")
_SEPARATOR = re.compile(rf"[.…]+(?=[{UPPER}][{LOWER}])|\n(?=- )")
_COUNTER_BEFORE = re.compile(r"(?<=[.!?…])0$")
_LABELLED = re.compile(rf"([{UPPER}][{LOWER}]+)([{UPPER}].*)")


@dataclass(frozen=True)
class Vocabulary:
    """What was learnt from a collection.

    `spelling` gives each category, by its folded words, as most pages write it. `labels` are folded words that stand
    where a counter would ("PróximamenteFarmacia"), and buttons; they are as little of a text as a counter is.
    """

    spelling: dict[str, str]
    labels: frozenset[str]


def learnt(pages: Sequence[Sequence[Passage]], names: Names) -> Vocabulary:
    """The categories of a collection, from its pages; `names` are theirs, in the same order."""
    raw = [[item for passage in _tail(page, names) for item in _items(passage)] for page in pages]
    labels = _labels(raw, _recurring(raw, names) | _marked(pages, frozenset(), names), names) | _buttons(raw, names)
    tails = [[bare for item in tail if (bare := _unlabelled(item, labels))] for tail in raw]
    known = _recurring(tails, names) | _marked(pages, labels, names)
    ending = sum(any(key(item) in known for item in tail) for tail in tails)
    if ending >= _FAMILIES and ending >= _USUAL * sum(map(bool, pages)):
        known |= {key(item) for tail in tails for item in tail}
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for tail in tails:
        for item in tail:
            spellings[key(item)][item] += 1
    return Vocabulary({name: _best(spellings[name]) for name in sorted(known)}, labels)


def taken(page: Sequence[Passage], vocabulary: Vocabulary) -> tuple[list[Passage], list[str], list[str]]:
    """A page without its categories; these, in its order; and the labels and generic words that stood alone.

    Categories are spelt as `vocabulary` does, distinct, without `GENERIC`.
    """
    rest = list(page)
    found: list[str] = []
    while rest and (items := _known(rest[-1], vocabulary)):
        found[:0] = items
        rest.pop()
    if rest:
        rest[-1], glued = _unglued(rest[-1], vocabulary)
        found[:0] = glued
        if not rest[-1].text:
            rest.pop()
    kept = [passage for passage in rest if not (passage.is_marked and _known(passage, vocabulary))]
    found = [item for passage in rest if passage.is_marked for item in _known(passage, vocabulary)] + found
    categories = (vocabulary.spelling.get(key(item), "") for item in found)
    idle = vocabulary.labels | GENERIC
    alone = [passage for passage in kept if len(passage.text) <= _LONGEST and key(passage.text) in idle]
    return (
        [passage for passage in kept if passage not in alone],
        [name for name in dict.fromkeys(categories) if name and key(name) not in GENERIC],
        [passage.text for passage in alone] + [item for item in found if key(item) in vocabulary.labels],
    )


def copied(found: Sequence[Sequence[str]], pages: Sequence[Sequence[Passage]], names: Names) -> list[dict[str, str]]:
    """For each page, which of its categories belong to whom: those it has from the page of another entity.

    Such a page ends with just the categories of another, and one of them is a word of that other's name, is found on
    no third page, and is nothing the page speaks of.
    """
    holders: dict[str, set[int]] = defaultdict(set)
    for categories, family in zip(found, names.family_of, strict=True):
        for category in categories:
            holders[category].add(family)
    endings = {(family, tuple(categories)) for categories, family in zip(found, names.family_of, strict=True)}
    owners: list[dict[str, str]] = []
    for categories, page, family in zip(found, pages, names.family_of, strict=True):
        owners.append({})
        for category in categories if len(categories) > 1 else ():
            others = holders[category] - {family}
            if len(others) != 1 or (*others, tuple(categories)) not in endings:
                continue
            owner = names.shown(*others)
            if set(words(category)) <= set(words(owner)) and not _speaks_of(page, names.shown(family), category):
                owners[-1][category] = owner
    return owners


def _speaks_of(page: Sequence[Passage], name: str, category: str) -> bool:
    """Whether a page has a word that begins like the category ("helados", "Heladería")."""
    start = words(category)[0][:_STEM]
    return any(word.startswith(start) for text in (name, *(passage.text for passage in page)) for word in words(text))


def _tail(page: Sequence[Passage], names: Names) -> list[Passage]:
    """The last paragraphs that look like categories, in order. Names are none, nor is what a text begins with."""
    tail: list[Passage] = []
    for passage in reversed(page):
        if passage.is_heading or len(tail) == _MOST_ITEMS or not _items(passage):
            break
        if not passage.is_marked and names.named_exactly(passage.text) is not None:
            break
        tail.append(passage)
    tail.reverse()
    begins_text = len(tail) == len(page) or page[-len(tail) - 1].is_heading
    return tail[1:] if tail and begins_text and not tail[0].is_marked else tail


def _items(passage: Passage) -> list[str]:
    """What a paragraph holds if it holds nothing but what looks like categories."""
    items = [_bare(part) for part in _SEPARATOR.split(passage.text)]
    return items if all(_is_item(item) for item in items) else []


def _bare(text: str) -> str:
    return text.strip().removeprefix("- ").strip(" .…")


def _is_item(text: str) -> bool:
    return len(text) <= _LONGEST and len(text.split()) <= _MOST_WORDS and bool(_ITEM.fullmatch(text))


def _recurring(tails: Sequence[Sequence[str]], names: Names) -> set[str]:
    """What stands in the tails of several families."""
    families: dict[str, set[int]] = defaultdict(set)
    for tail, family in zip(tails, names.family_of, strict=True):
        for item in tail:
            families[key(item)].add(family)
    return {item for item, holders in families.items() if len(holders) >= _FAMILIES}


def _marked(pages: Sequence[Sequence[Passage]], labels: frozenset[str], names: Names) -> set[str]:
    """What stands behind a counter or a colour code, and what follows it to the end of its page."""
    known: set[str] = set()
    for page in pages:
        for passage in dropwhile(lambda passage: not passage.is_marked, _tail(page, names)):
            known.update(key(bare) for item in _items(passage) if (bare := _unlabelled(item, labels)))
    return known


def _labels(tails: Sequence[Sequence[str]], known: set[str], names: Names) -> frozenset[str]:
    """Words that are glued before known categories on the pages of several families."""
    prefixes = [
        [match[1] for item in tail if (match := _LABELLED.fullmatch(item)) and key(match[2]) in known] for tail in tails
    ]
    return frozenset(_recurring(prefixes, names))


def _buttons(tails: Sequence[Sequence[str]], names: Names) -> frozenset[str]:
    """Lines on the pages of many families that never stand apart, and never last ("Comparte este lugar", "Copiar")."""
    families: dict[tuple[str, str], set[int]] = defaultdict(set)
    together: Counter[tuple[str, str]] = Counter()
    times: Counter[str] = Counter()
    last: set[str] = set()
    for tail, family in zip(tails, names.family_of, strict=True):
        items = [key(item) for item in tail]
        times.update(items)
        last.update(items[-1:])
        for pair in pairwise(items):
            together[pair] += 1
            families[pair].add(family)
    return frozenset(
        word
        for pair, holders in families.items()
        if len(holders) >= _MANY_FAMILIES and not last & set(pair)
        for word in pair
        if all(times[each] == together[pair] for each in pair)
    )


def _unlabelled(item: str, labels: frozenset[str]) -> str:
    """An item without the label before it; "" if it is nothing but a label."""
    match = _LABELLED.fullmatch(item)
    if match and key(match[1]) in labels:
        return match[2]
    return "" if key(item) in labels else item


def _known(passage: Passage, vocabulary: Vocabulary) -> list[str]:
    """The items of a paragraph, labels apart, if every one of them is known."""
    if passage.is_heading:
        return []
    parts: list[str] = []
    for item in _items(passage):
        bare = _unlabelled(item, vocabulary.labels)
        parts += [part for part in (item.removesuffix(bare) if bare else item, bare) if part]
    return parts if all(key(part) in vocabulary.spelling or key(part) in vocabulary.labels for part in parts) else []


def _unglued(passage: Passage, vocabulary: Vocabulary) -> tuple[Passage, list[str]]:
    """A paragraph without the known categories that are glued to its end, and those."""
    text = passage.text
    found: list[str] = []
    while spans := pieces(text):
        start, end = spans[-1]
        item = _bare(text[start:end])
        if start == 0 or len(item) > _LONGEST or key(item) not in vocabulary.spelling.keys() | vocabulary.labels:
            break
        found.insert(0, item)
        text = tidy(_COUNTER_BEFORE.sub("", text[:start]))
    return replace(passage, text=text), found


def _best(spellings: Counter[str]) -> str:
    """The spelling most pages have; among equals one with accents."""
    return max(spellings, key=lambda spelling: (spellings[spelling], not spelling.isascii(), spelling))
