"""How a question meets a document: words, stems, field weights, and why something was found. Pure.

What belongs here: the analysis of text and questions, the weights, the choice among candidate spellings, the
explanation. What does not: fetching candidates (`resources/local_index.py`). Text and questions go through the same
analysis; whoever changes it raises `ANALYSIS`, so that indexes built with the old one are rebuilt.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock
from typing import Any, Protocol

ANALYSIS = 1
"""The version of the analysis; an index built with another one is of no use."""

FIELDS = ("name", "category", "place", "body")
WEIGHTS = (8.0, 3.0, 3.0, 1.0)
"""What one occurrence counts in each of `FIELDS` (bm25 weights)."""

CATEGORY_ATTRIBUTES = ("categorias", "categoria_nombre", "search_category", "document_type")
PLACE_ATTRIBUTES = ("lugar", "nivel", "piso", "local")

MAX_QUERY_TERMS = 32
_MAX_TERM = 40
_SHORTEST_PREFIX = 4
_EXPLAINED_CHARACTERS = 20_000

# Floors below ground are names here: "-3", "menos 3" and "−3" are one word, and not "3"; "9-12" is no floor.
_TOKEN = re.compile(r"(?<![\w.,:/-])[-−–]\d{1,2}(?![\w.,:]*\d)|\bmenos\s+\d{1,2}\b|[^\W_]+", re.IGNORECASE)
_FLOOR = re.compile(r"(?:menos\s+|[-−–])(\d{1,2})", re.IGNORECASE)

_ENDINGS = tuple(
    (re.compile(ending), instead)
    for ending, instead in (
        (r"(?<=..[cdjlnrxyz])es$", ""),
        (r"(?<=...[aeiou])s$", ""),
        (r"(?<=..)an?deria$", "ado"),
        (r"(?<=er)ia$", "ía"),
    )
)
_FINAL_Z = re.compile(r"(?<!z)z$")

STOPWORDS = frozenset(
    """
    a al algo algun alguna algunas alguno algunos ante aqui asi aun cada como con contra cual cuales cualquier cuando
    cuanta cuantas cuanto cuantos da de del desde donde dos e el ella ellas ellos en entre era es esa esas ese eso esos
    esta estaba estan estar estas este esto estos estoy favor fue ha hace hacen hacer han hasta hay he la las le les lo
    los mas me mi mis mucho muy nada ni no nos nuestra nuestro o os otra otro para pero poco por porque puede pueden
    puedo podemos pues que quien quienes se sea ser si sin sobre solo son soy su sus tal tambien tan tanto te tengo
    tiene tienen toda todas todo todos tu tus u un una unas uno unos usted ustedes va van voy y ya yo
    busco buscamos buscando cerca encontrar encuentra encuentro gustaria hola gracias necesito necesitamos queda quedan
    quiere quiero queremos saber sabes ubicada ubicado
    """.split()
)
"""Folded words that say how something is asked, never what for."""


@dataclass(frozen=True)
class Clue:
    """What is looked for on behalf of one word of the question.

    `instead` holds terms of the vocabulary that stand in for a `term` no document has; with `prefix`, every term that
    begins with `term` counts.
    """

    word: str
    term: str
    instead: tuple[str, ...] = ()
    prefix: bool = False

    def as_prefix(self) -> "Clue | None":
        """The same clue looking for words that begin with it; None when it is too short, or a number."""
        if len(self.term) < _SHORTEST_PREFIX or self.term.lstrip("-").isdigit():
            return None
        return replace(self, prefix=True)

    def looking_for(self, others: Iterable[str]) -> "Clue":
        """The same clue looking for other spellings."""
        return replace(self, instead=tuple(others))


def fold(text: str) -> str:
    """Lower case without accents; `ñ` becomes `n`, as people type it."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def words(text: str) -> list[str]:
    """The folded words of a text, in order, with repetitions."""
    return [folded for word in _tokens(text) if (folded := fold(word)[:_MAX_TERM])]


def terms(text: str) -> list[str]:
    """What a text is indexed under: the stem of each word, in order, with repetitions."""
    return [term for word in _tokens(text) if (term := _term(word))]


def query_terms(question: str) -> list[Clue]:
    """The distinct terms of a question, in its order, without words that only ask.

    A question made of nothing else keeps them all; one without letters and digits gives nothing. At most
    `MAX_QUERY_TERMS`: whoever pastes a page is asking about its beginning.
    """
    asked: dict[str, Clue] = {}
    for word in _tokens(question):
        if term := _term(word):
            asked.setdefault(term, Clue(word, term))
    telling = [clue for clue in asked.values() if fold(clue.word) not in STOPWORDS or clue.word.lower() == "té"]
    return (telling or list(asked.values()))[:MAX_QUERY_TERMS]


def searchable(title: str, attributes: Mapping[str, Any], body: str) -> dict[str, str]:
    """The text of each of `FIELDS`, from a document's title, metadata attributes and body."""
    return {
        "name": title,
        "category": _said(attributes, CATEGORY_ATTRIBUTES),
        "place": _said(attributes, PLACE_ATTRIBUTES),
        "body": body,
    }


def fts_query(clues: Iterable[Clue]) -> str:
    """An FTS5 expression that any of the clues satisfies; every term is quoted, so no character is an operator."""
    parts: list[str] = []
    for clue in clues:
        quoted = [f'"{term.replace(chr(34), "")}"' for term in clue.instead or (clue.term,)]
        parts.extend(f"{term} *" if clue.prefix else term for term in quoted)
    return " OR ".join(parts)


def explain(clues: Sequence[Clue], fields: Mapping[str, str]) -> str:
    """Why a document was found, in its own words: `matched: heladería, nivel -3`."""
    found = _first_words(clues, " \n ".join(fields[field][:_EXPLAINED_CHARACTERS] for field in FIELDS))
    said: list[str] = []
    for at, clue in enumerate(clues):
        if at not in found:
            continue
        # A number says nothing alone: it stays with the word the visitor put before it.
        if said and at - 1 in found and clue.term.lstrip("-").isdigit():
            said[-1] += f" {found[at]}"
        else:
            said.append(found[at] + (f" (for “{clue.word}”)" if clue.instead else ""))
    return "matched: " + ", ".join(said) if said else "matched further down in a long text"


def trigrams(term: str) -> list[str]:
    """The distinct runs of three characters of a term, its beginning and end marked."""
    marked = f"^{term}$"
    return list(dict.fromkeys(marked[at : at + 3] for at in range(len(marked) - 2)))


def slips_allowed(term: str) -> int:
    """How many typing slips a term may hold and still be recognised; 0 for short words and numbers."""
    if len(term) < 4 or term.lstrip("-").isdigit():
        return 0
    return 1 if len(term) < 7 else 2


def closest(term: str, candidates: Iterable[str]) -> list[str]:
    """The candidates fewest slips away from a misspelt term, at most three, in the order they came."""
    allowed = slips_allowed(term)
    at_distance: dict[int, list[str]] = {}
    for candidate in candidates:
        if abs(len(candidate) - len(term)) <= allowed:
            at_distance.setdefault(slips(term, candidate), []).append(candidate)
    best = min(at_distance, default=allowed + 1)
    return at_distance[best][:3] if best <= allowed else []


def slips(one: str, other: str) -> int:
    """Letters missing, added, changed or swapped with their neighbour between two words."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, before, row = before, row, [i]
        for j, counterpart in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != counterpart))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == counterpart:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _first_words(clues: Sequence[Clue], text: str) -> dict[int, str]:
    """The place of each clue that a text satisfies -> the first word that does."""
    exact = {term: at for at, clue in enumerate(clues) if not clue.prefix for term in clue.instead or (clue.term,)}
    beginnings = [(clue.term, at) for at, clue in enumerate(clues) if clue.prefix]
    found: dict[int, str] = {}
    for word in _tokens(text):
        term = _term(word)
        if term in exact:
            found.setdefault(exact[term], word)
        for beginning, at in beginnings:
            if term.startswith(beginning):
                found.setdefault(at, word)
        if len(found) == len(clues):
            break
    return found


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text if text.isascii() else unicodedata.normalize("NFC", text))


@lru_cache(maxsize=32_768)
def _term(word: str) -> str:
    floor = _FLOOR.fullmatch(word)
    if floor:
        return f"-{int(floor[1])}"
    return _stem(fold(word)[:_MAX_TERM])


def _stem(word: str) -> str:
    """The stem of a folded word.

    The stemmer tells some plurals and shops apart from their nouns: mujer, mujeres; luz, luces; helado, heladería
    (which it knows only with its accent). `_ENDINGS` brings them together first.
    """
    if len(word) > 3 and word.isalpha():
        for ending, instead in _ENDINGS:
            word = ending.sub(instead, word)
        word = fold(_stemmed(word))
    return _FINAL_Z.sub("c", word)


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...


_stemming = Lock()


def _stemmed(word: str) -> str:
    # A stemmer keeps the word it works on in itself.
    with _stemming:
        return _stemmer().stemWord(word)


@lru_cache(maxsize=1)
def _stemmer() -> _Stemmer:
    # Imports every language it knows; only those who index or ask pay for it.
    import snowballstemmer

    stemmer: _Stemmer = snowballstemmer.stemmer("spanish")
    return stemmer


def _said(attributes: Mapping[str, Any], names: Iterable[str]) -> str:
    return " · ".join(text for name in names for text in _texts(attributes.get(name)))


def _texts(value: object) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if item is not None and not isinstance(item, bool):
            yield str(item)
