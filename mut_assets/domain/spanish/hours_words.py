"""The words and signs of a timetable: text -> tokens, and the days that a list of them names.

What belongs here: which word is a day, a time, "closed", a joining word, and which belongs to no timetable. What does
not: what days and hours say together (`hours.py`). A new way to write a day or a time is a line of the table.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from mut_assets.domain.spanish.calendar_words import MONTHS
from mut_assets.domain.text import fold

HOLIDAY = 7
"""The day after Monday (0) to Sunday (6): public holidays."""
IRRENUNCIABLE = 8
"""The five of them on which shops must close (law 19.973): a place that closes on these may open on the others."""
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
TUESDAY, WEDNESDAY, EITHER = (1,), (2,), (1, 2)
MIDNIGHT = 24 * 60


class NotUnderstoodError(Exception):
    """Why a text is no timetable, in words."""


# What a timetable is made of, folded: a kind, and the days where it names some. The first that fits counts.
_DOT = r"(?:\.(?!\s+(?!(?:a|al|e|hasta|y)\b)[a-z]))?"  # that of "hrs. a 20 hrs.", and not one that ends a sentence
_UNIT = rf"(?:\s*(?:hrs|hr|hs|h|horas)(?!\w){_DOT})?"
_TIME = (
    rf"(?P<hour>[0-9]{{1,2}})(?:[:.h](?P<minute>[0-5][0-9])|(?![:.]?[0-9])){_UNIT}"
    rf"(?:\s*(?:(?P<am>a\s*\.?\s*m(?!\w){_DOT}|de la (?:manana|madrugada))|(?P<pm>p\s*\.?\s*m(?!\w){_DOT}|de la tarde)"
    rf"|(?P<night>de la noche)))?{_UNIT}"
)
_ASIDE = (
    r"(?:en )?(?:horario|jornada) (?:continuad[oa]|continua|corrid[oa])|continuado"
    r"|(?:(?:solo|unicamente) )?(?:con|previa) (?:reserva|cita|inscripcion)"
)
_MONTH = "|".join(name for month in MONTHS for name in (month, month[:3]))
_DATES = (
    r"(?:[0-9]{1,2}(?:\s*(?:de )?(?:MONTH)|/(?:0?[1-9]|1[0-2]))?\s*(?:,|y)\s*)*"
    r"[0-9]{1,2}(?:\s*(?:de )?(?:MONTH)|/(?:0?[1-9]|1[0-2]))(?!\w|:[0-9])"
).replace("MONTH", _MONTH)
_CLOSED = r"(?:cerrad[oa]s?|cerramos|cierran?|no abrimos)"
_OF_DATES = rf"(?:{_CLOSED}|excepto|salvo|menos)(?: el| los)?(?: dias?)? {_DATES}"
"""What is of some dates and no week: "cerrado 25 de diciembre", "excepto 18 y 19 de septiembre"."""
_BEGINS_WITH_DATES = re.compile(
    rf"{_OF_DATES}|(?:el |los )?{_DATES}\s*:?\s*{_CLOSED}".replace(" ", r"\s+"),
)
_VOCABULARY: tuple[tuple[str, tuple[int, ...], str], ...] = (
    ("always", EVERY_DAY, r"24\s?[/x]\s?7"),
    ("whole", (), r"24\s?(?:hrs|hr|hs|h|horas)"),
    ("noon", (), r"medio\s?dia"),
    ("midnight", (), r"media\s?noche"),
    ("word", (), rf"{_OF_DATES}|(?:[0-9]{{1,2}}\s*(?:,|y)\s*)*[0-9]{{1,2}} de (?:{_MONTH})"),
    ("time", (), _TIME),
    ("aside", (), _ASIDE),
    (
        "day",
        EVERY_DAY,
        r"todos los dias(?: de la semana| del ano)?|los 365 dias del ano|toda la semana|cada dia|diariamente|diario",
    ),
    ("day", (0, 1, 2, 3, 4), r"dias (?:habiles|laborales|laborables|de semana)|(?:entre|de) semana"),
    ("day", (5, 6), r"fin(?:es)? de semana|findes?"),
    ("day", (IRRENUNCIABLE,), r"(?:dias )?(?:(?:feriados?|festivos?) )?(?:legales )?irrenunciables?"),
    ("day", (7,), r"(?:dias )?(?:feriados?|festivos?)|(?:fest|fer|fe|f)\.?"),
    ("day", (0,), r"lunes|(?:lun|lu|l)\.?"),
    ("day", TUESDAY, r"martes|(?:mart|mar|ma)\.?"),
    ("day", WEDNESDAY, r"miercoles|(?:mierc|mier|mie|mi|x)\.?"),
    ("day", (3,), r"jueves|(?:juev|jue|ju|j)\.?"),
    ("day", (4,), r"viernes|(?:vier|vie|vi|v)\.?"),
    ("day", (5,), r"sabados?|(?:sab|sa|s)\.?"),
    ("day", (6,), r"domingos?|(?:dom|do|d)\.?"),
    ("day", EITHER, r"m\.?"),
    ("to", (), r"(?:y )?(?:cierran?|cerramos) a las?|hasta|a|al(?! publico)"),
    (
        "closed",
        (),
        r"cerrad[oa]s?|cierran?|cerramos|no (?:abren?|abrimos|atienden?|atendemos)|sin atencion"
        r"|descansamos|descanso(?!\s*(?:de\b|[0-9(]))",
    ),
    ("opens", (), r"abiert[oa]s?|abren?|abrimos|atienden?|atendemos"),
    ("except", (), r"excepto|salvo|menos"),
    ("between", (), r"entre"),
    ("and", (), r"y|e|ni|incluid[oa]s?|incluso|incluyendo"),
    ("filler", (), r"de|del|los|las|la|el|en|desde|horarios?|atencion|al publico|dias?|hrs|hr|hs|h|horas"),
    ("word", (), r"\w+"),
)
_SIGNS = (
    ("note", r"\([^()]*\)"),
    ("break", r"[;|\n•·]|\.(?=\s|$)"),
    ("and", r"[,&+]"),
    ("slash", r"/"),
    ("dash", r"[-‐‑‒–—―−~→➜⇒]"),
)
_PATTERNS = (
    *((kind, days, re.compile(rf"(?<!\w)(?:{words})(?!\w)".replace(" ", r"\s+"))) for kind, days, words in _VOCABULARY),
    *((kind, (), re.compile(sign)) for kind, sign in _SIGNS),
)
NAMING = frozenset({"day", "except"})
RANGE = frozenset({"to", "dash"})
CLOCK = frozenset({"time", "whole"})
JOINING = frozenset({"to", "dash", "and", "slash", "filler", "between"})


@dataclass(frozen=True)
class HoursToken:
    """A word or sign, from `start` to `end` in the text. `half` is the half of the day that was written with a time."""

    kind: str
    start: int
    end: int
    days: tuple[int, ...] = ()
    minute: int = 0
    half: str = ""


def tokens_of(source: str, either: tuple[int, ...]) -> list[HoursToken]:
    """The text in its parts; `either` is what a lone "M" stands for. In "L M M J V" the second one is Wednesday."""
    folded = "".join((fold(char) or " ")[0] for char in source)
    tokens: list[HoursToken] = []
    before: tuple[int, ...] = ()
    for token in _scan(folded, 0, len(folded)):
        days = token.days
        if days == EITHER:
            token = replace(token, days=WEDNESDAY if before == EITHER else either)
        if days or token.kind not in JOINING:
            before = days
        tokens.append(token)
    return tokens


def _scan(folded: str, start: int, end: int) -> list[HoursToken]:
    tokens: list[HoursToken] = []
    between = False
    at = start
    while at < end:
        token = _token_at(folded, at, end)
        at = token.end
        if token.kind == "note":
            inner = _scan(folded, token.start + 1, token.end - 1)
            if not any(part.kind in ("word", "aside") for part in inner):  # "L-S (10:00 - 20:00)"
                tokens += inner
                continue
        elif token.kind == "always":
            tokens += [replace(token, kind="day"), replace(token, kind="whole", days=())]
            continue
        elif token.kind == "and" and between:  # "entre 10:00 y 20:00"
            token, between = replace(token, kind="to"), False
        between = token.kind == "between" or (between and token.kind not in ("to", "break"))
        if token.kind != "space":
            tokens.append(token)
    return tokens


def _token_at(folded: str, at: int, end: int) -> HoursToken:
    for kind, days, pattern in _PATTERNS:
        if match := pattern.match(folded, at, end):
            if kind == "time":
                minute = _minute(match)
                if minute > MIDNIGHT:
                    continue
                half = "am" if match["am"] else "pm" if match["pm"] or match["night"] else ""
                return HoursToken("time", at, match.end(), minute=minute, half=half)
            if kind in ("noon", "midnight"):
                return HoursToken("time", at, match.end(), minute=MIDNIGHT // 2 if kind == "noon" else MIDNIGHT)
            return HoursToken(kind, at, match.end(), days)
    return HoursToken("space", at, at + 1)


def _minute(time: re.Match[str]) -> int:
    """Minutes since midnight: "8pm" is 1200, "12 a.m." 0, "20:00 pm" is taken as 20:00."""
    hour = int(time["hour"])
    if time["am"] and hour == 12:
        hour = 0
    elif (time["pm"] and hour < 12) or (time["night"] and hour <= 12):
        hour += 12
    return hour * 60 + int(time["minute"] or 0)


def is_of_dates(words: str) -> bool:
    """Whether words are of some dates, and so of every day's hours: "excepto 25 de diciembre"."""
    return bool(_BEGINS_WITH_DATES.match(fold(words)))


def end_of_list(tokens: Sequence[HoursToken], at: int) -> int:
    """Where what begins at a token ends: a list of days or hours behind its last one, an unknown word at a break."""
    if tokens[at].kind == "word":
        return next((i for i in range(at, len(tokens)) if tokens[i].kind == "break"), len(tokens))
    kinds = next((kinds for kinds in (NAMING, CLOCK) if tokens[at].kind in kinds), None)
    end = at + 1
    if kinds is None:
        return end
    for i in range(end, len(tokens)):
        if tokens[i].kind in kinds:
            end = i + 1
        elif tokens[i].kind not in JOINING:
            break
    return end


def named_days(tokens: Sequence[HoursToken], single: bool) -> tuple[frozenset[int], frozenset[int]]:
    """The days that a list names, and those it takes out: "L, M y V", "S-D& F", "todos los días excepto lunes".
    `single` says that the text names no other days. Raises `NotUnderstoodError`."""
    days: set[int] = set()
    without: set[int] = set()
    named_now = days
    chain: list[HoursToken] = []
    for token in (*tokens, HoursToken("and", 0, 0)):
        if token.kind in ("and", "except") or (token.kind == "day" and chain and chain[-1].kind == "day"):
            named_now |= _chain(chain, single)
            chain = []
        if token.kind == "except":
            named_now = without
        elif token.kind == "day" or (chain and token.kind in {"slash", *RANGE}):
            chain.append(token)
    if not days and not without:
        raise NotUnderstoodError("it has an exception without days")
    return frozenset(days - without), frozenset(without)


def _chain(chain: Sequence[HoursToken], single: bool) -> set[int]:
    """Days joined by "a", a dash or a slash. Only "a" is always a range; a sign may also stand for "and". "D-S" is a
    pair: read as a range, it would go once around the week."""
    named = {day for token in chain for day in token.days}
    ends = [token.days[0] for token in chain if len(token.days) == 1 and token.days[0] < HOLIDAY]
    between = {(first + i) % 7 for first, last in pairwise(ends) for i in range((last - first) % 7 + 1)}
    signs = {token.kind for token in chain if token.kind != "day"}
    if len(ends) == 2 and ends[0] == ends[1] and signs == {"to"}:  # "de lunes a lunes"
        return named | set(EVERY_DAY)
    if between <= named:
        return named
    if len(ends) == 2 and (signs == {"to"} or (signs == {"dash"} and ends[0] - ends[1] != 1)):
        return named | between
    if len(ends) == 2 and signs == {"dash"} and not single:
        return named
    raise NotUnderstoodError("days joined by a sign can be a list or a range; write “a” or “y” between them")
