"""The floors that a text names: the one reader of them, for the fields of a page, its sentences and the index.

What belongs here: the words, signs and numbers of floors. What does not: locals and neighbours (`places.py`), and what
finding a floor is worth (`retrieval/`).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from mut_assets.domain.spanish.calendar_words import MONTHS
from mut_assets.domain.text import fold

_CARDINALS = ("uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez")
_ORDINALS = ("primer", "segund", "tercer", "cuart", "quint", "sext", "septim", "octav", "noven", "decim")
_NUMBERS = {word: number for words in (_CARDINALS, _ORDINALS) for number, word in enumerate(words, start=1)}

_BELOW = r"(?:subterr[aá]neo|subsuelo)"
_NAME = rf"(?:piso|nivel|planta|{_BELOW})"
_NAMES = r"(?:pisos|niveles|plantas|subterr[aá]neos|subsuelos)"
_MINUS = r"(?:menos\s+|[-−–]\s?)"
_CARDINAL = rf"{_MINUS}?\b(?:{'|'.join(_CARDINALS)})\b"
_ITEM = rf"{_MINUS}?\d{{1,2}}(?!\w*\d|[.:]\d)"  # one of "1, 2 y 3", and none of "2053", "2B3", "10:00"
_ALONE = rf"{_ITEM}(?!,\d)"  # "3", and not "2,5"
_COUNTED = (
    r"(?!\s*(?:[%°ºª]|(?:h|hrs?|hs|horas?|am|pm|años?|cuadras|cupos|d[ií]as?|locales|m|metros|min(?:utos)?|pasos|personas"
    rf"|pisos|tiendas)\b|(?:de\s+)?(?:{'|'.join(MONTHS)})\b))"
)
_LAST = rf"\s*[ye]\s+{_ITEM}{_COUNTED}"  # " y 3" of "1, 2 y 3"; "piso 3, 14 y 15 de marzo" names one floor
_LIST = rf"{_ITEM}(?:\s*,\s*{_ITEM})*{_LAST}"
_LIST_OF_SEVERAL = rf"(?:{_ITEM}|{_CARDINAL})(?:\s*(?:,|[ye]\s)\s*(?:{_ITEM}|{_CARDINAL}){_COUNTED})*"
_TO = r"(?:\s+al?\s+(?:el\s+)?|\s*[-–—]\s*)"
_RANGE = rf"(?P<first>{_ITEM}){_TO}(?P<last>{_ITEM}){_COUNTED}"  # "1 a 3" of "pisos 1 a 3"
_ENDS = rf"(?P<low>{_ITEM})\s+al?\s+(?:{_NAME}\s+)?(?P<high>{_ITEM})(?=\s*(?:[,.;:/()|·]|$))"
_SEPARATOR = r"\s*:?\s*(?:n[°º.]?\s*)?"  # "nivel: 2", "piso n° 3"
_SIGN_OF_ORDINAL = r"(?:\s*[°ºª]|er|r[oa]|d[oa]|t[oa]|v[oa]|m[oa]|n[oa])\.?"
LONGEST_RANGE = 20
"""Floors: more between two numbers are no range of floors."""

_FLOOR = re.compile(
    rf"(?P<before>(?:(?<![\w.,:])[-−–]|\bmenos\s+)?\b\d{{1,2}}){_SIGN_OF_ORDINAL}\s*"
    rf"(?P<of_number>{_NAME}|{_NAMES})\b"  # "2º piso", "1er piso"
    rf"|\b(?P<ordinal>{'|'.join(_ORDINALS)}|séptim|décim)o?\s+(?P<of_ordinal>{_NAME}|{_NAMES})\b"  # "segundo piso"
    rf"|\b(?P<of_range>{_NAMES}){_SEPARATOR}(?:del?\s+)?{_RANGE}"  # "pisos 1 a 3", "niveles -2 al 1"
    rf"|\b(?P<of_ends>{_NAME}){_SEPARATOR}{_ENDS}"  # "piso 1 al piso 3", "nivel 1 al 3"
    rf"|\b(?P<several>{_NAMES}){_SEPARATOR}(?P<many>{_LIST_OF_SEVERAL})"  # "pisos 1, 2", "niveles uno y dos"
    rf"|\b(?P<single>{_NAME}){_SEPARATOR}(?P<one>{_LIST}|{_ALONE}|{_CARDINAL})"  # "piso -3", "piso 1 y 2", "piso tres"
    rf"|\b(?P<unnumbered>{_BELOW})\b",
    re.IGNORECASE,
)
_PARTS = (
    ("of_number", "before"),
    ("of_ordinal", "ordinal"),
    ("of_range", "first", "last"),
    ("of_ends", "low", "high"),
    ("several", "many"),
    ("single", "one"),
)
"""The groups of an alternative: the name of floors, and the numbers; two of them are a range."""
_PART = re.compile(rf"(?P<minus>{_MINUS})?(?P<number>\d{{1,2}}|{'|'.join(_NUMBERS)}|séptim|décim)", re.IGNORECASE)
_BARE = re.compile(rf"\s*{_MINUS}?\d{{1,2}}\s*", re.IGNORECASE)


class Mention(NamedTuple):
    """Where a text names floors, from `start` to `end`, and which; below ground they are negative."""

    floors: tuple[int, ...]
    start: int
    end: int


def mentions(text: str, *, in_place: bool = False) -> Iterator[Mention]:
    """Each mention of floors in a text in NFC: "piso -3", "Nivel: 2", "2º piso", "piso menos tres", "pisos 1, 2 y 3".
    `in_place`: the text is a field that says where something is. There "Subterráneo" without a number is floor -1; in
    a sentence it may be the underground."""
    for match in _FLOOR.finditer(text):
        if not match["unnumbered"]:
            if floors := _floors(match):
                yield Mention(floors, *match.span())
        elif in_place:
            yield Mention((-1,), *match.span())


def bare(text: str) -> int | None:
    """The floor of a cell that holds nothing but a number: "-3", "menos 3", "2"."""
    return _numbers(text)[0] if _BARE.fullmatch(text) else None


def _floors(match: re.Match[str]) -> tuple[int, ...]:
    name, *parts = next(groups for groups in _PARTS if match[groups[0]])
    numbers = [number for part in parts for number in _numbers(match[part])]
    if re.match(_BELOW, match[name], re.IGNORECASE):
        numbers = [-abs(number) for number in numbers]
    return tuple(dict.fromkeys(numbers if len(parts) == 1 else _between(*numbers)))


def _between(first: int, last: int) -> list[int]:
    """Both ends and what lies between them; where one is below ground, no floor 0 is invented."""
    low, high = sorted((first, last))
    if high - low > LONGEST_RANGE:
        return []
    return [floor for floor in range(low, high + 1) if floor or 0 in (first, last)]


def _numbers(text: str) -> list[int]:
    numbers = []
    for part in _PART.finditer(text):
        number = _NUMBERS.get(fold(part["number"])) or int(part["number"])
        numbers.append(-number if part["minus"] else number)
    return numbers
