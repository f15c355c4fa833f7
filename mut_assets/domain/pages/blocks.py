"""A page as the blocks it is made of: a heading, and the text under it.

What belongs here: where a block begins, and what a page's machinery leaves between the words (colour codes, counters,
separators). What does not: what the blocks are about, and whose they are (`categories.py`, `ownership.py`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from mut_assets.domain.markup import markup_in
from mut_assets.domain.text import LeftOut, paragraphs, plain_text

UPPER, LOWER = "A-ZÀ-ÖØ-Þ", "a-zß-öø-ÿ"

_LONGEST_QUESTION = 12
"""Words: a paragraph that is one question and no longer than this is a heading."""

_MOST_ROUNDS = 4
"""How often a text is read again because what was taken out of it brought together what looks like more of it."""

_REMEMBERED = 1 << 17
"""Texts: each is looked at several times while a collection is cleaned."""

# "#ffffff" of "Pan. #ffffff"; the "rgba(0,0,0,.5)" of "rgba(0,0,0,.5)Pan"; no "#fff" of an address or a word
_COLOUR = re.compile(
    r"(?<![&/<])(?:#(?:[0-9a-f]{6}|[0-9A-F]{6}|([0-9a-fA-F])\1\1)|rgba?\([\d\s.,%/]*\))"
    rf"(?=$|[\s.,;:…]|[¿¡]?[{UPPER}])"
)
# the "0" of "0Cafetería" and "0…"; the "12" of "12Ropa de casa."; none of "10 años"
_COUNTER = re.compile(rf"^(?:0[.…]*(?=[¿¡“\"]?[{UPPER}]|$)|\d{{1,3}}(?=[{UPPER}][{LOWER}]+(?: [{LOWER}]+){{0,3}}\.?$))")
_INNER_COUNTER = re.compile(rf"(?<=[.…!?])0(?=[¿¡]?[{UPPER}][{LOWER}])")  # of "Hay pan.0Cafetería"
_LEADING_DOT = re.compile(rf"^\.(?=[¿¡“\"]?[{UPPER}])")  # of ".Te podría interesar"
_TRAILING_DOT = re.compile(r"(?<=[.!?…])\s+\.+$|\s+(?=\.$)")  # the " ." of "Hay pan. ."; the space of "Hay pan ."
_ONLY_SEPARATORS = re.compile(r"[\s.…,;:|·–—-]*")  # ". .", "—"
_QUESTION = re.compile(r"¿[^?]+\?")  # "¿Qué es Lirio?"
# Runs of signs are read from their beginning only: from each of them, a long run would be read once per sign.
# after the ". " of "Hay pan. Ropa", the "." of "Hay pan.Ropa", the "d" of "prioridadÓpticas", the "2" of "piso 2Ropa"
_BOUNDARY = re.compile(
    rf"(?<![.!?…])[.!?…]+[\"”’)]*\s+|\n|(?<![.!?…)”\"])[.!?…)”\"]+0?(?=[¿¡“\"]?[{UPPER}][{LOWER}])"
    rf"|(?:(?<=[{LOWER}][{LOWER}])|(?<=\d))(?=[{UPPER}][{LOWER}])"
)


@dataclass(frozen=True)
class Block:
    """Text under one heading ("" at the top of a page). Paragraphs are separated by a blank line, list items begin
    with "- ", and no text holds markup."""

    heading: str
    text: str


@dataclass(frozen=True)
class Passage:
    """One paragraph of a page. `is_marked`: a counter or a colour code stood right before it."""

    text: str
    is_heading: bool = False
    is_marked: bool = False


def blocks(html: str) -> list[Block]:
    """A page in reading order. A heading without text gives a block without text. Never raises."""
    return grouped(replace(passage, text=uncounted(passage.text)) for passage in passages(html))


def passages(html: str) -> list[Passage]:
    """The paragraphs of a page, as `passages_and_rest` gives them."""
    return passages_and_rest(html)[0]


def passages_and_rest(html: str, page: str | None = None) -> tuple[list[Passage], LeftOut]:
    """The paragraphs of a page, without codes and counters; those that held nothing else are gone. A counter within a
    paragraph stays ("…0Cafetería."): what follows it may be a category. And what its visitors do not see, with the
    reason. `page` is its address, as in `plain_text`."""
    rest: dict[tuple[str, str], None] = {}
    for _ in range(_MOST_ROUNDS):
        kept_passages, left_out = _passages(html, page)
        rest |= dict.fromkeys(left_out)
        html = "\n\n".join(passage.text for passage in kept_passages)
        if not markup_in(html):  # two halves of a tag can meet when what stood between them is gone
            return kept_passages, tuple(rest)
    return _passages(html.replace("<", "").replace("&", ""), page)[0], tuple(rest)


def _passages(html: str, page: str | None) -> tuple[list[Passage], LeftOut]:
    kept_passages: list[Passage] = []
    marked = False
    told, left_out = paragraphs(html, page)
    for text, is_heading in told:
        kept, coded = _without_codes(text)
        marked = marked or coded
        if kept:
            is_question = bool(_QUESTION.fullmatch(kept)) and len(kept.split()) <= _LONGEST_QUESTION
            kept_passages.append(Passage(kept, is_heading or is_question, marked))
            marked = False
    return kept_passages, left_out


def uncounted(text: str) -> str:
    """A paragraph without the counters within it."""
    for _ in range(_MOST_ROUNDS):
        kept = _without_codes(_INNER_COUNTER.sub("", text))[0]
        if kept == text:
            break
        text = kept
    return text


def grouped(parts: Iterable[Passage]) -> list[Block]:
    """Passages as blocks: each heading opens one."""
    sections: list[tuple[str, list[str]]] = []
    for passage in parts:
        if passage.is_heading or not sections:
            sections.append((passage.text if passage.is_heading else "", []))
        if not passage.is_heading:
            sections[-1][1].append(passage.text)
    return [Block(heading, "\n\n".join(texts)) for heading, texts in sections]


@lru_cache(maxsize=_REMEMBERED)
def pieces(text: str) -> tuple[tuple[int, int], ...]:
    """Start and end of each sentence or line, also of one that is glued to another ("prioridadÓpticas"). Together they
    are the text: a piece that nobody recognises loses nothing by having been looked at."""
    ends = [match.end() for match in _BOUNDARY.finditer(text) if 0 < match.end() < len(text)]
    return tuple(pairwise([0, *ends, len(text)])) if text else ()


def tidy(text: str) -> str:
    """A paragraph from which something was cut: without the separators that stood around it."""
    text = _TRAILING_DOT.sub("", _LEADING_DOT.sub("", plain_text(text)))
    return "\n".join(line for line in text.split("\n") if not _ONLY_SEPARATORS.fullmatch(line))


def _without_codes(text: str) -> tuple[str, bool]:
    """A paragraph without codes, and whether one stood at its beginning or was all there was."""
    kept, coded = tidy(text), False
    for _ in range(_MOST_ROUNDS):
        code = _COLOUR.search(kept) or _COUNTER.search(kept)
        if code is None:
            break
        coded = coded or code.start() == 0
        kept = tidy(code.re.sub("", kept))
    return (kept, coded) if not markup_in(kept) else (text, False)
