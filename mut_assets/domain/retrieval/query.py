"""What a question looks for, field by field, and why something was found. Pure.

What belongs here: the fields of a document, the clues of a question and how they are widened, the explanation. What
does not: the analysis of words (`analysis.py`), misspelt ones (`spelling.py`), other words for the same
(`thesaurus.py`), the order of what was found (`ranking.py`), fetching candidates (`resources/embedded/index.py`).
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any, Protocol

from mut_assets.domain.characters import unstacked
from mut_assets.domain.retrieval.analysis import (
    FLOOR_TERM,
    STOPWORDS,
    WEAK,
    as_typed,
    compounds,
    floor_terms,
    term_of,
    terms,
    tokens,
)
from mut_assets.domain.retrieval.spelling import closest, slips_allowed, sound, without_diminutive
from mut_assets.domain.retrieval.thesaurus import LONGEST_EXPRESSION, is_expression, other_words, words_sounding
from mut_assets.domain.spanish.floors import bare, mentions

ANALYSIS = 4
"""The version of the analysis, raised with each change to it: an index built with another one is rebuilt."""

FIELDS = ("name", "compound", "category", "place", "body")
WEIGHTS = (8.0, 8.0, 3.0, 3.0, 1.0)
"""What one occurrence counts in each of `FIELDS`."""

CATEGORY_ATTRIBUTES = ("categorias", "categoria_nombre", "search_category", "document_type")
PLACE_ATTRIBUTES = ("lugar", "nivel", "piso", "local")

MAX_QUERY_TERMS = 32
_MAX_LOOKS = 128
_UNKNOWN_WORDS_LOOKED_UP = 8
_SHORTEST_PREFIX = 4
_EXPLAINED = ("name", "category", "place", "body", "compound")
_EXPLAINED_CHARACTERS = 20_000

# What a find counts by a word that sounds the same, by a near or longer one; and what a word counts that says little.
_ALIKE, _NEAR, _SLIGHT = 0.9, 0.5, 0.25


@dataclass(frozen=True)
class Look:
    """One way in which a clue may stand in a document: analysed terms one blank apart, several being a phrase. With
    `prefix`, every term that begins so counts. `weight` is at most 1."""

    terms: str
    weight: float = 1.0
    prefix: bool = False

    @property
    def is_floor(self) -> bool:
        """Whether it is a floor of the building, which has a term of its own."""
        return self.terms.startswith(FLOOR_TERM)


@dataclass(frozen=True)
class Clue:
    """What is looked for on behalf of one word or expression of the question. `term` is its own, analysed."""

    word: str
    term: str
    looks: tuple[Look, ...]
    weight: float = 1.0


class Vocabulary(Protocol):
    """What the collection can say about its words."""

    def holding(self, look: Look) -> int:
        """In how many documents a look is satisfied, at most; 0 when surely in none."""

    def sounding(self, heard: str) -> Sequence[str]:
        """The words of the documents that sound like this or nearly so, the likeliest first."""


def query_terms(question: str) -> list[Clue]:
    """The distinct clues of a question, in its order, without words that only ask; all, if it is made of nothing else.

    At most `MAX_QUERY_TERMS`: whoever pastes a page is asking about its beginning.
    """
    asked: dict[str, Clue] = {}
    for expression in _expressions(unicodedata.normalize("NFC", unstacked(question))):
        clue = _clue(expression)
        if clue.term:
            asked.setdefault(clue.term, clue)
    telling = [clue for clue in asked.values() if as_typed(clue.word) not in STOPWORDS or clue.word.lower() == "té"]
    return (telling or list(asked.values()))[:MAX_QUERY_TERMS]


def widened(clues: Sequence[Clue], vocabulary: Vocabulary) -> list[Clue]:
    """The clues that can find something, each with the looks that can: as asked, by another word, or respelt. Two
    neighbours that the documents write as one word are a clue of their own."""
    widened_clues: list[Clue] = []
    lookups = looks = 0
    for clue, following in zip_longest(clues, clues[1:]):
        satisfied = [look for look in clue.looks if vocabulary.holding(look)]
        if not satisfied and lookups < _UNKNOWN_WORDS_LOOKED_UP:
            lookups += 1
            satisfied = _respelt(clue, vocabulary)
        together = [_joined(clue, following)] if following else []
        together = [joined for joined in together if vocabulary.holding(joined.looks[0])]
        for candidate in ([replace(clue, looks=tuple(satisfied))] if satisfied else []) + together:
            looks += len(candidate.looks)
            widened_clues += [candidate] if looks <= _MAX_LOOKS else []
    return widened_clues


def telling(clues: Sequence[Clue], holding: Callable[[Look], int], documents: int) -> list[Clue]:
    """The clues without the looks that more than an eighth of the documents hold: they find much, and tell little.
    Where there is no other, the three rarest looks stay."""
    rare = [replace(clue, looks=tuple(look for look in clue.looks if holding(look) * 8 <= documents)) for clue in clues]
    if any(clue.looks for clue in rare):
        return [clue for clue in rare if clue.looks]
    looks = sorted((look for clue in clues for look in clue.looks), key=lambda look: (holding(look), look.terms))
    return [Clue(look.terms, look.terms, (look,)) for look in looks[:3]]


def searchable(title: str, attributes: Mapping[str, Any], body: str) -> dict[str, str]:
    """The text of each of `FIELDS`, from a document's title, metadata attributes and body."""
    return {
        "name": title,
        "compound": compounds(title),
        "category": _said(attributes, CATEGORY_ATTRIBUTES),
        "place": _said(attributes, PLACE_ATTRIBUTES),
        "body": body,
    }


def analysed(fields: Mapping[str, str]) -> tuple[list[str], set[str]]:
    """The terms of each of `FIELDS`, one blank apart, as they are indexed; and the distinct words they come from."""
    field_tokens = [tokens(fields[field]) for field in FIELDS]
    texts = [" ".join(terms(fields[field], its_tokens)) for field, its_tokens in zip(FIELDS, field_tokens, strict=True)]
    return texts, set().union(*field_tokens)


def fts_query(clues: Iterable[Clue]) -> str:
    """An FTS5 expression that any of the clues satisfies; every term is quoted, so no character is an operator."""
    looks = dict.fromkeys((look.terms.replace('"', ""), look.prefix) for clue in clues for look in clue.looks)
    return " OR ".join(f'"{phrase}" *' if prefix else f'"{phrase}"' for phrase, prefix in looks)


def explain(clues: Sequence[Clue], fields: Mapping[str, str]) -> str:
    """Why a document was found, in its own words: `matched: heladería, nivel -3, palomitas (for “cabritas”)`."""
    text = " \n ".join(fields[field][:_EXPLAINED_CHARACTERS] for field in _EXPLAINED)
    there = tokens(text)
    analysis = [term_of(word) for word in there]
    first: dict[str, int] = {}
    for at, term in enumerate(analysis):
        first.setdefault(term, at)
    explanations: list[str] = []
    before = False
    for clue in clues:
        words_there, own = "", False
        for look in clue.looks:
            words_there = _floor_words(look, text) if look.is_floor else _standing(look, there, analysis, first)
            if words_there:
                own = look.terms == clue.term
                break
        # A number says nothing alone: it stays with the word the visitor put before it.
        if words_there and before and clue.term.lstrip("-").isdigit():
            explanations[-1] += f" {words_there}"
        elif words_there:
            explanations.append(words_there + ("" if own else f" (for “{clue.word}”)"))
        before = bool(words_there)
    if not explanations:
        return "matched further down in a long text"
    return "matched: " + ", ".join(dict.fromkeys(explanations))


def _expressions(question: str) -> Iterator[str]:
    """The words of a question; the words of a floor or of an expression of the lexicon stay together."""
    at = 0
    for mention in mentions(question):
        yield from _grouped(tokens(question[at : mention.start]))
        yield question[mention.start : mention.end]
        at = mention.end
    yield from _grouped(tokens(question[at:]))


def _grouped(question_tokens: Sequence[str]) -> Iterator[str]:
    at = 0
    while at < len(question_tokens):
        sizes = range(min(LONGEST_EXPRESSION, len(question_tokens) - at), 1, -1)
        size = next((size for size in sizes if is_expression(question_tokens[at : at + size])), 1)
        yield " ".join(question_tokens[at : at + size])
        at += size


def _clue(expression: str) -> Clue:
    mention = next(mentions(expression), None)
    if mention:
        looks = tuple(map(Look, floor_terms(mention)))
        return Clue(expression, looks[0].terms, looks)
    term = " ".join(part for part in map(term_of, tokens(expression)) if part)
    others = tuple(Look(*other) for other in other_words(expression))
    return Clue(expression, term, (Look(term), *others), _SLIGHT if as_typed(expression) in WEAK else 1.0)


def _joined(clue: Clue, following: Clue) -> Clue:
    word = f"{clue.word} {following.word}"
    term = term_of(as_typed(word.replace(" ", "")))
    return Clue(word, term, (Look(term),))


def _respelt(clue: Clue, vocabulary: Vocabulary) -> list[Look]:
    """What an unknown word may have meant: the base of a small form, a like sound, a beginning, the nearest word."""
    word = as_typed(clue.word)
    heard = sound(word)
    if not word.isalpha() or len(heard) < 3:
        return []
    near = {other: sound(other) for other in vocabulary.sounding(heard) if other not in STOPWORDS}
    alike = [other for other in near if near[other] == heard]
    for others in (without_diminutive(word), alike, words_sounding(heard)):
        if looks := _standing_for(others, _ALIKE, vocabulary):
            return looks
    beginning = Look(clue.term, _NEAR, prefix=True)
    if len(clue.term) >= _SHORTEST_PREFIX and vocabulary.holding(beginning):
        return [beginning]
    nearest = closest(heard, list(dict.fromkeys(near.values()))) if slips_allowed(word) else []
    return _standing_for([other for other in near if near[other] in nearest], _NEAR, vocabulary)


def _standing_for(others: Iterable[str], weight: float, vocabulary: Vocabulary) -> list[Look]:
    """The looks that can find something of words that another one may have meant."""
    heaviest: dict[str, float] = {}
    for other in others:
        for term, less in ((term_of(other), 1.0), *other_words(other)):
            heaviest[term] = max(weight * less, heaviest.get(term, 0.0))
    return [look for look in (Look(term, most) for term, most in heaviest.items()) if vocabulary.holding(look)]


def _standing(look: Look, there: Sequence[str], analysis: Sequence[str], first: Mapping[str, int]) -> str:
    """The words of a text that satisfy a look, as they stand there; empty when none do."""
    if look.prefix:
        return next((there[at] for term, at in first.items() if term.startswith(look.terms)), "")
    phrase = look.terms.split(" ")
    begin = first.get(phrase[0], len(analysis))
    for at in range(begin, len(analysis)):
        if analysis[at : at + len(phrase)] == phrase:
            return " ".join(there[at : at + len(phrase)])
    return ""


def _floor_words(look: Look, text: str) -> str:
    named = (mention for mention in mentions(text) if look.terms in floor_terms(mention))
    return next((text[mention.start : mention.end] for mention in named), "")


def _said(attributes: Mapping[str, Any], names: Iterable[str]) -> str:
    return " · ".join(dict.fromkeys(text for name in names for text in _texts(name, attributes.get(name))))


def _texts(name: str, value: object) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if item is not None and not isinstance(item, bool):
            text = str(item)
            yield f"piso {text}" if name in ("nivel", "piso") and bare(text) is not None else text
