"""The categories at the end of a page: taken off it, and given to whom they belong.

What belongs here: which categories of a collection (`categories.py`) a page ends with, also where they are glued to its
last sentence, and which of them it has from another. What does not: whose the rest of the page is (`ownership.py`).
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mut_assets.domain.pages.blocks import Passage, pieces, tidy
from mut_assets.domain.pages.categories import GENERIC, CategoryWords
from mut_assets.domain.pages.names import Names
from mut_assets.domain.pages.words import key, words

_STEM = 4
"""Letters that a word and a category have in common at least if they are about the same."""

_COUNTER_BEFORE = re.compile(r"(?<=[.!?…])0$")  # the 0 of "Hay pan.0Cafetería", once "Cafetería" is taken off


@dataclass(frozen=True)
class Ending:
    """A page without its categories, and these: distinct, in its order, spelt as the collection does, not `GENERIC`.
    `idle` are the labels and generic words that stood alone on it."""

    rest: list[Passage]
    categories: list[str]
    idle: list[str]


def take_categories(page: Sequence[Passage], vocabulary: CategoryWords) -> Ending:
    """A page, and the categories with which it ends, apart."""
    rest = list(page)
    items: list[str] = []
    while rest and (last := vocabulary.items_of(rest[-1])):
        items[:0] = last
        rest.pop()
    if rest:
        rest[-1], glued = _unglued(rest[-1], vocabulary)
        items[:0] = glued
        if not rest[-1].text:
            rest.pop()
    kept = [passage for passage in rest if not (passage.is_marked and vocabulary.items_of(passage))]
    items = [item for passage in rest if passage.is_marked for item in vocabulary.items_of(passage)] + items
    categories = (vocabulary.spelling.get(key(item), "") for item in items)
    alone = [passage for passage in kept if vocabulary.is_idle(passage.text)]
    return Ending(
        [passage for passage in kept if passage not in alone],
        [name for name in dict.fromkeys(categories) if name and key(name) not in GENERIC],
        [passage.text for passage in alone] + [item for item in items if key(item) in vocabulary.labels],
    )


def copied_categories(endings: Sequence[Ending], names: Names) -> list[dict[str, str]]:
    """For each page, which of its categories belong to whom: those it has from the page of another entity. Such a page
    ends with just the categories of another, and one of them is a word of that other's name, is found on no third page,
    and is nothing the page speaks of."""
    holders: dict[str, set[int]] = defaultdict(set)
    lists: set[tuple[int, tuple[str, ...]]] = set()
    for ending, family in zip(endings, names.family_of, strict=True):
        lists.add((family, tuple(ending.categories)))
        for category in ending.categories:
            holders[category].add(family)
    owners: list[dict[str, str]] = []
    for ending, family in zip(endings, names.family_of, strict=True):
        owners.append({})
        for category in ending.categories if len(ending.categories) > 1 else ():
            others = holders[category] - {family}
            if len(others) != 1 or (*others, tuple(ending.categories)) not in lists:
                continue
            owner = names.shown(*others)
            if set(words(category)) <= set(words(owner)) and not _speaks_of(ending.rest, names.shown(family), category):
                owners[-1][category] = owner
    return owners


def _speaks_of(page: Sequence[Passage], name: str, category: str) -> bool:
    """Whether a page has a word that begins like the category ("helados", "Heladería")."""
    start = words(category)[0][:_STEM]
    return any(word.startswith(start) for text in (name, *(passage.text for passage in page)) for word in words(text))


def _unglued(passage: Passage, vocabulary: CategoryWords) -> tuple[Passage, list[str]]:
    """A paragraph without the known categories that are glued to its end, and those."""
    text = passage.text
    items: list[str] = []
    while spans := pieces(text):
        start, end = spans[-1]
        item = vocabulary.item_in(text[start:end])
        if start == 0 or not item:
            break
        items.insert(0, item)
        text = tidy(_COUNTER_BEFORE.sub("", text[:start]))
    return replace(passage, text=text), items
