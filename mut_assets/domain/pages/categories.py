"""The categories with which the pages of a collection end.

What belongs here: learning from a whole collection which short last paragraphs are categories. What does not: taking
them off a page (`endings.py`). A short paragraph at the end of a page is a category if it stands there on pages of
several families, if a counter or colour code precedes it, or if the pages of this collection are seen to end with
categories anyway.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, dropwhile, pairwise

from mut_assets.domain.collections import COLLECTIONS
from mut_assets.domain.pages.blocks import LOWER, UPPER, Passage
from mut_assets.domain.pages.names import Names
from mut_assets.domain.pages.words import key

GENERIC = frozenset(word for kind in COLLECTIONS if kind.shape.content for word in (kind.name, kind.document_type))
"""Folded categories that say no more than the collection does."""

_LONGEST, _MOST_WORDS, _MOST_ITEMS = 40, 4, 8
_FAMILIES = 2
"""On the pages of how many families a paragraph has to stand to be a category."""
_MANY_FAMILIES = 4
"""On the pages of how many families lines have to stand together to be part of the page and not of its text."""
_USUAL = 0.5
"""From this share of pages on, ending with categories is how pages of a collection end."""

# "Ropa", "Té & café", "Comida para llevar"; not "Por Ana Sol", not "10 años"
_ITEM = re.compile(rf"(?!(?:por|Por)\b)[{UPPER}][^\W\d_]*(?:[ '’&/+-]+[^\W\d_]+)*")
_SEPARATOR = re.compile(
    rf"(?<![.…])[.…]+(?=[{UPPER}][{LOWER}])|\n(?=- )"
)  # between "Ropa.Zapatos" and the items of a list
_LABELLED = re.compile(rf"([{UPPER}][{LOWER}]+)([{UPPER}].*)")  # "PróximamenteFarmacia"


@dataclass(frozen=True)
class CategoryWords:
    """What was learnt from a collection. `spelling` gives each category, by its folded words, as most pages write it.
    `labels` are folded words that stand where a counter would ("PróximamenteFarmacia"), and buttons; they are as little
    of a text as a counter is."""

    spelling: dict[str, str]
    labels: frozenset[str]

    def items_of(self, passage: Passage) -> list[str]:
        """The items of a paragraph, labels apart, if every one of them is known."""
        if passage.is_heading:
            return []
        parts: list[str] = []
        for item in _items(passage):
            bare = _unlabelled(item, self.labels)
            parts += [part for part in (item.removesuffix(bare) if bare else item, bare) if part]
        return parts if all(self._knows(part) for part in parts) else []

    def item_in(self, piece: str) -> str:
        """The known item that a piece of a paragraph is, "" if it is none."""
        item = _bare(piece)
        return item if len(item) <= _LONGEST and self._knows(item) else ""

    def is_idle(self, text: str) -> bool:
        """Whether a text is nothing but a label or one of `GENERIC`."""
        return len(text) <= _LONGEST and key(text) in self.labels | GENERIC

    def _knows(self, item: str) -> bool:
        return key(item) in self.spelling or key(item) in self.labels


def learn_categories(pages: Sequence[Sequence[Passage]], names: Names) -> CategoryWords:
    """The categories of a collection, from its pages; `names` are theirs, in the same order."""
    paragraphs = [_tail(page, names) for page in pages]
    raw = [[item for passage in tail for item in _items(passage)] for tail in paragraphs]
    labels = _labels(raw, _recurring(raw, names) | _marked(paragraphs, frozenset()), names) | _buttons(raw, names)
    tails = [[bare for item in tail if (bare := _unlabelled(item, labels))] for tail in raw]
    category_keys = _recurring(tails, names) | _marked(paragraphs, labels)
    ending = sum(any(key(item) in category_keys for item in tail) for tail in tails)
    if ending >= _FAMILIES and ending >= _USUAL * sum(map(bool, pages)):
        category_keys |= {key(item) for tail in tails for item in tail}
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for item in chain.from_iterable(tails):
        spellings[key(item)][item] += 1
    return CategoryWords({name: _best(spellings[name]) for name in sorted(category_keys)}, labels)


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
    fits = all(len(item) <= _LONGEST and len(item.split()) <= _MOST_WORDS and _ITEM.fullmatch(item) for item in items)
    return items if fits else []


def _bare(text: str) -> str:
    return text.strip().removeprefix("- ").strip(" .…")


def _recurring(tails: Sequence[Sequence[str]], names: Names) -> set[str]:
    """What stands in the tails of several families."""
    families: dict[str, set[int]] = defaultdict(set)
    for tail, family in zip(tails, names.family_of, strict=True):
        for item in tail:
            families[key(item)].add(family)
    return {item for item, holders in families.items() if len(holders) >= _FAMILIES}


def _marked(tails: Sequence[Sequence[Passage]], labels: frozenset[str]) -> set[str]:
    """What stands behind a counter or a colour code, and what follows it to the end of its page."""
    marked: set[str] = set()
    for tail in tails:
        for passage in dropwhile(lambda passage: not passage.is_marked, tail):
            marked.update(key(bare) for item in _items(passage) if (bare := _unlabelled(item, labels)))
    return marked


def _labels(tails: Sequence[Sequence[str]], category_keys: set[str], names: Names) -> frozenset[str]:
    """Words that are glued before known categories on the pages of several families."""
    matches = [[match for item in tail if (match := _LABELLED.fullmatch(item))] for tail in tails]
    prefixes = [[match[1] for match in of_page if key(match[2]) in category_keys] for of_page in matches]
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


def _best(spellings: Counter[str]) -> str:
    """The spelling most pages have; among equals one with accents."""
    return max(spellings, key=lambda spelling: (spellings[spelling], not spelling.isascii(), spelling))
