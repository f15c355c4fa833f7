"""What two collections say of one place that cannot both be right: the FAQ's floor and the page's; two pages' facts.

What belongs here: which sentences of the FAQ tell the floor of a place by its name, and whether its page agrees;
whether the pages that a place has in two collections agree. What does not: what one page says twice
(`spanish/places.py`), and telling people. A sentence counts only where the name alone is its subject ("LARRY está en el
piso -3") or stands in a list below a floor ("Piso -1: Newen, Majen"): "al lado de Larry" says where something else is.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from mut_assets.domain.collections import PLACE, QUESTION, Collection, Shape
from mut_assets.domain.documents.vectorial import LIST_SEPARATOR, rows_of
from mut_assets.domain.pages.names import keys
from mut_assets.domain.spanish.floors import mentions
from mut_assets.domain.text import fold

_IS_ON = re.compile(
    r",?\s*\b(?:est[aá]n?(?:\s+ubicad[oa]s?)?|quedan?|se\s+(?:encuentra|ubica)n?|ubicad[oa]s?)\s+(?:en\s+(?:el|los)\s+)?$",
    re.IGNORECASE,
)
_KIND = re.compile(
    r"^(?:(?:el|la|los|las)\s+)?(?:(?:bar|cafeter[ií]a|librer[ií]a|local|restaurante?|tiendas?)\s+)?", re.IGNORECASE
)
_SENTENCES = re.compile(r"\n|(?<=[.!?])\s+")
_LISTED = (re.compile(r"[,;]|\s+y\s+"), re.compile(r"[,;]"))
"""Where a list of names is cut; a name may hold an "y" of its own."""
_BULLET = " -•*–\t"
_LONGEST_SHOWN = 160
_COMPARED: Mapping[str, Callable[[str, str], bool]] = {
    "piso": lambda one, other: not {*one.split(LIST_SEPARATOR)} & {*other.split(LIST_SEPARATOR)},
    "horario_osm": str.__ne__,
}
_LONGEST = 2000
"""Characters of a sentence: a longer one has no subject that stands alone."""


@dataclass(frozen=True)
class Contradiction:
    """A question's answer and a place's page that tell different floors."""

    question: str
    sentence: str
    told: tuple[int, ...]
    place: str
    link: str
    floors: tuple[int, ...]
    """What the page says; with several pages of that name, all of them."""

    def __str__(self) -> str:
        said = " and ".join(map(str, self.floors))
        return (
            f"The FAQ answers {self.question!r} with {_shown(self.sentence)!r}, and the page of {self.place} says "
            f"floor {said}: {self.link}. Correct the one that is wrong."
        )


@dataclass(frozen=True)
class Disagreement:
    """Two pages of one place, in two collections, that tell a fact differently: `piso` or `horario_osm`."""

    place: str
    column: str
    told: str
    link: str
    other: str
    other_link: str

    def __str__(self) -> str:
        return (
            f"{self.place} has two pages that differ in {self.column}: {self.told!r} ({self.link}) and {self.other!r} "
            f"({self.other_link}). Correct the one that is wrong; if they are two places, say so in their names."
        )


@dataclass(frozen=True)
class _Page:
    title: str
    link: str
    floors: frozenset[int]


def _shown(sentence: str) -> str:
    return sentence if len(sentence) <= _LONGEST_SHOWN else f"{sentence[: _LONGEST_SHOWN - 1].rstrip()}…"


def contradictions(tables: Mapping[Collection, pd.DataFrame]) -> list[Contradiction]:
    """The floors that the FAQ's answers and the pages of places tell differently, in the order of the questions.

    `tables` are vectorial tables; one of another release, without a column that this needs, says nothing. A place whose
    page names no floor contradicts nothing; neither does one of two pages of one name where the other agrees.
    """
    pages = _by_name(_of_shape(tables, PLACE, "titulo", "link", "piso"))
    found = []
    for frame in _of_shape(tables, QUESTION, "pregunta", "respuesta"):
        for question, answer in zip(frame["pregunta"], frame["respuesta"], strict=True):
            for sentence, name, told in _statements(answer):
                named = next((pages[key] for key in keys(name)[:2] if key in pages), [])
                floors = frozenset[int]().union(*(page.floors for page in named))
                if floors and not floors & set(told):
                    first = named[0]
                    found.append(
                        Contradiction(question, sentence, told, first.title, first.link, tuple(sorted(floors)))
                    )
    return list(dict.fromkeys(found))


def disagreements(tables: Mapping[Collection, pd.DataFrame]) -> list[Disagreement]:
    """The facts in which the pages differ that a place of one name has in two collections.

    `tables` are vectorial tables. What one of the two does not say, or says in several ways, contradicts nothing.
    """
    rows: dict[str, list[tuple[Collection, Mapping[str, str]]]] = {}
    for collection, frame in tables.items():
        if collection.shape is PLACE and {"titulo", "link", *_COMPARED} <= {*frame.columns}:
            for row in rows_of(frame):
                rows.setdefault(fold(row["titulo"]), []).append((collection, row))
    return [
        Disagreement(row["titulo"], column, row[column], row["link"], other[column], other["link"])
        for alike in rows.values()
        for (collection, row), (others, other) in combinations(alike, 2)
        for column, differ in _COMPARED.items()
        if collection is not others and row[column] and other[column] and differ(row[column], other[column])
    ]


def _of_shape(tables: Mapping[Collection, pd.DataFrame], shape: Shape, *columns: str) -> Iterator[pd.DataFrame]:
    for collection, frame in tables.items():
        if collection.shape is shape and {*columns} <= {*frame.columns}:
            yield frame


def _by_name(frames: Iterator[pd.DataFrame]) -> dict[str, list[_Page]]:
    pages: dict[str, list[_Page]] = {}
    for frame in frames:
        for title, link, floors in zip(frame["titulo"], frame["link"], frame["piso"], strict=True):
            page = _Page(title, link, frozenset(map(int, filter(None, floors.split("; ")))))
            for key in keys(title)[:2]:  # not in any order: a sentence of other words could be a name then
                pages.setdefault(key, []).append(page)
    return pages


def _statements(answer: str) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Each sentence that may tell where a place is, with what may be its name and the floors."""
    for sentence in _SENTENCES.split(answer):
        if len(sentence) > _LONGEST:
            continue
        for mention in mentions(sentence):
            for name in _subjects(sentence[: mention.start], sentence[mention.end :]):
                yield sentence.strip(_BULLET), name, mention.floors


def _subjects(before: str, after: str) -> Sequence[str]:
    """What may be the names of which a floor is told between these two parts of a sentence."""
    if not before.strip(_BULLET) and after.lstrip().startswith(":"):
        parts = [part for cut in _LISTED for part in cut.split(after.lstrip()[1:])]
    elif told := _IS_ON.search(before):
        subject = before[: told.start()].strip(_BULLET)
        parts = [subject, _KIND.sub("", subject)]
    else:
        parts = []
    return [name for name in dict.fromkeys(part.strip(" .") for part in parts) if name]
