"""The date text of an event -> tokens: numbers, month and weekday names, and the small words between them.

What belongs here: the words and signs of dates, as tables, in Spanish and a little English. What does not: what they
say together (`date_phrases.py`), and which year was meant (`dates.py`). Hours of the day are one token.
"""

import re
from dataclasses import dataclass, replace
from enum import Enum

from mut_assets.domain.spanish.calendar_words import WEEKDAYS
from mut_assets.domain.text import fold

LAST_DAY = -1
"""Stands for the last day of a month until the year, and with it the length of February, is known."""


@dataclass(frozen=True)
class WrittenDay:
    """A day as written. `weekdays` (Monday is 0) are those the text allows; empty when it names none. With `nth`, the
    day is that one of its weekday in its month: 2 of "segundo lunes de septiembre", -1 of "último"."""

    day: int
    month: int | None = None
    year: int | None = None
    weekdays: frozenset[int] = frozenset()
    nth: int = 0


@dataclass(frozen=True)
class WrittenDays:
    """Days from `start` to `end`, both included; a missing one leaves that side open. A single day is both."""

    start: WrittenDay | None
    end: WrittenDay | None
    excluded: bool = False

    @property
    def days(self) -> tuple[WrittenDay, ...]:
        """The days that are named, one or two."""
        return tuple(day for day in (self.start, self.end) if day is not None)


Kind = Enum(
    "Kind",
    "DAY MONTH YEAR DATE PAIR WEEKDAY AND COMMA BREAK TO FROM UNTIL BETWEEN EVERY ORDINAL PERIOD ALWAYS EXCEPT SKIP "
    "UNDATED HOUR TURN MOVED BEFORE WEEKEND OTHER RULE SPAN",
)
"""What a token is. PAIR: "12-10", a day and a month, or two days. PERIOD: "días", "mes", a rule behind "todos" and
"cada"; ALWAYS: a rule by itself; RULE: a run of weekdays and such words. SPAN: days, put together. HOUR: hours of the
day. TURN: a word that turns the rest round ("suspendido"); MOVED: so does this one, and its days changed.
BEFORE: the days behind it are no longer those ("antes"). WEEKEND: "este fin de semana", one of them."""


@dataclass(frozen=True)
class DateToken:
    """One word, number or sign, and where it stands. `value`: a day, month or year."""

    kind: Kind
    text: str
    at: int
    end: int
    value: int = 0
    weekdays: frozenset[int] = frozenset()
    several: bool = False
    """Of a weekday: it is a plural, or one of several."""
    recurs: bool = False
    """Of a rule: it says so itself, with a word such as "todos" or "cada"."""
    span: WrittenDays | None = None


_MONTHS = """enero ene january jan | febrero feb february | marzo march | abril abr april apr | mayo may |
    junio jun june | julio jul july | agosto ago august aug | septiembre setiembre sept sep set september |
    octubre oct october | noviembre nov november | diciembre dic december dec"""
_WEEKDAYS = """lunes lun monday mon mondays | martes tuesday tue tues tuesdays |
    miercoles mie wednesday wed wednesdays | jueves jue thursday thu thur thurs thursdays |
    viernes vie friday fri fridays | sabado sab saturday sat sabados saturdays |
    domingo dom sunday sun domingos sundays"""
_PLURAL_WEEKDAYS = frozenset("sabados domingos mondays tuesdays wednesdays thursdays fridays saturdays sundays".split())
MARTES_OR_MARZO = "mar"
_OTHER_WORDS = {
    Kind.AND: "y e and &  + /",
    Kind.COMMA: ", . : ( ) [ ]",
    Kind.BREAK: "; | • ·",
    Kind.TO: "al a to through - – — → ➜ ⇒ >",
    Kind.FROM: "desde from inicia inicio comienza comienzo parte starting",
    Kind.UNTIL: "hasta until till termina termino finaliza cierre",
    Kind.BETWEEN: "entre between",
    Kind.EVERY: "todos todas cada every each all",
    Kind.ORDINAL: "primer primera segundo segunda tercer tercera cuarto cuarta ultimo ultima penultimo first last",
    Kind.PERIOD: "dias semanas semana mes meses day week month months habiles feriados festivos",
    Kind.ALWAYS: "permanente permanentemente diario diaria diariamente siempre daily weekends weekdays",
    Kind.EXCEPT: "excepto salvo menos no except cerrado cerrada cerramos",
    Kind.TURN: "suspendido suspendida suspendidos suspendidas suspende suspenden cancelado cancelada"
    " cancelados canceladas cancela agotado agotada agotados agotadas lleno llena completo completa cancelled canceled"
    " suspended sold",
    Kind.MOVED: "postergado postergada aplazado aplazada pospuesto pospuesta reprogramado reprogramada"
    " reagendado reagendada trasladado trasladada posterga pospone aplaza reprograma reagenda traslada postponed"
    " rescheduled moved",
    Kind.BEFORE: "antes anterior original originalmente inicialmente",
    Kind.SKIP: "el la los las lo de del en dia todo toda durante fecha fechas este esta estos proximo por on the of in",
    Kind.UNDATED: "proximamente pronto confirmar definir anunciar coming soon tba tbc tbd",
}


def _word_table() -> dict[str, DateToken]:
    table = {word: DateToken(kind, "", 0, 0) for kind, words in _OTHER_WORDS.items() for word in words.split()}
    for number, names in enumerate(_MONTHS.split("|"), start=1):
        table.update({name: DateToken(Kind.MONTH, "", 0, 0, number) for name in names.split()})
    for number, names in enumerate(_WEEKDAYS.split("|")):
        weekday = DateToken(Kind.WEEKDAY, "", 0, 0, weekdays=frozenset({number}))
        table.update({name: replace(weekday, several=name in _PLURAL_WEEKDAYS) for name in names.split()})
    table["primero"] = DateToken(Kind.DAY, "", 0, 0, 1)
    return table


DASHES = ("-", "–", "—")

WORDS = _word_table()
_WEEKEND = DateToken(Kind.WEEKDAY, "", 0, 0, weekdays=frozenset({5, 6}), several=True)

_NUMBERS_OF_ORDINALS = {
    **dict.fromkeys(("primer", "primera", "first"), 1),
    **dict.fromkeys(("segundo", "segunda"), 2),
    **dict.fromkeys(("tercer", "tercera"), 3),
    **dict.fromkeys(("cuarto", "cuarta"), 4),
    **dict.fromkeys(("ultimo", "ultima", "last"), -1),
}
SHORT_WEEKDAYS = ("lu", "ma", "mi", "ju", "vi", "sa", "do")
"""Weekdays where another one or a day stands beside them: "Ma a Do", "Sá 6"; "mi" and "do" are words elsewhere."""
_MONTH_NAMES = "|".join(sorted([*_MONTHS.replace("|", "").split(), MARTES_OR_MARZO], key=len, reverse=True))

_UNIT = r"(?:hrs?|horas?|hs|h|[ap]\.?\s?m|de\s+la\s+(?:ma[ñn]ana|tarde|noche|madrugada))\b\.?"
_CLOCK = rf"[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?(?:\s*{_UNIT})?|[0-9]{{1,2}}(?:\.[0-9]{{2}})?\s*{_UNIT}"
_AT = r"(?:(?:a\s+partir\s+de|desde|hasta|entre|de|a)\s+)?"
_NAMED_HOUR = rf"{_AT}\blas?\s+(?:{_CLOCK}|[0-9]{{1,2}}(?:\.[0-9]{{2}})?)(?!\w)"
_UNTIL_HOUR = rf"\s*(?:a|-|–|—|hasta|y)\s*(?:las?\s+)?(?:{_CLOCK})"
_HOUR = (
    rf"(?:{_NAMED_HOUR}|{_AT}(?:{_CLOCK}))(?:{_UNTIL_HOUR}|\s*(?:a|-|–)\s*(?:las?\s+)?[0-9]{{1,2}}(?!\w|\s+de\b))?"
    rf"|(?:de|desde|entre)\s+[0-9]{{1,2}}{_UNTIL_HOUR}"
    rf"|[0-9]{{1,2}}(?:\.[0-9]{{2}})?\s*(?:a|-|–)\s*[0-9]{{1,2}}(?:\.[0-9]{{2}})?\s*{_UNIT}"
)
_ONE_HOUR = r"[0-9]{1,2}(?:[.:][0-9]{2})?"
_HOURS = (
    rf"{_AT}(?:las?\s+)?{_ONE_HOUR}(?:\s*(?:,|/|-|–|\b(?:y|e|a|o)\b)\s*(?:(?:de|a|las?)\s+)*{_ONE_HOUR})+\s*{_UNIT}"
)
_NAMED_HOURS = (
    rf"{_AT}\blas\s+{_ONE_HOUR}(?:\s*(?:,|\b[ye]\b)\s*(?:(?:a\s+)?las\s+)?{_ONE_HOUR}(?![0-9]))++"
    rf"(?!\w|(?:\s*(?:,|\b[ye]\b)\s*[0-9]{{1,2}})*\s*(?:de\s+)?(?:{_MONTH_NAMES})\b)"
)
"""Several hours with one unit behind the last: "12, 16 y 18 hrs", "de 11 a 14 y de 16 a 20 hrs"; or one "las" before
the first: "a las 12 y 17"."""
_COUNTED = (
    r"años?|personas|asistentes|cupos|entradas|tickets|sesiones|fechas|clases|funciones|d[ií]as?|semanas|meses|mil|pesos"
    r"|min(?:utos)?|[°º]?\s*pisos?|niñ[oa]s|puestos|marcas|expositor[ea]s|tiendas|locales|artistas|bandas|%"
)
_NAMED = (
    r"pisos?|nivel(?:es)?|local(?:es)?|salas?|torres?|edici[oó]n|versi[oó]n|temporada|cap[ií]tulo|parte|n[°º]|\$|aforo"
    r"|capacidad|cupos?|edad|entradas?|funciones|precio|tickets?|vacantes|valor|mesas?|stands?|m[oó]dulos?|puestos?"
    r"|fono|tel[eé]fono|whatsapp|fila|cuadra|grupos?|turnos?|uf|top"
)
"""What a number behind it counts or names, with a colon too: "piso 3", "cupos: 20"."""
_DAY_OF_MONTH = rf"[0-9]{{1,2}}\s+(?:de\s+)?(?:{_MONTH_NAMES})\b"
_DAYS_OF_MONTH = rf"(?:[0-9]{{1,2}}\s*(?:y|e|al?|-|–)\s*)?{_DAY_OF_MONTH}"
"""Days, whatever word is before them: "edición: 20 y 21 de junio"."""
TOKEN = re.compile(
    rf"""(?P<hour>{_HOURS}|{_NAMED_HOURS}|{_HOUR})
    |(?P<named_day>[0-9]{{1,2}})\s*(?P<its_mark>[-/.])\s*(?P<named_month>{_MONTH_NAMES})\b\.?
     (?:\s*(?P=its_mark)\s*(?P<named_year>[0-9]{{4}}|[0-9]{{2}})(?![0-9]))?
    |(?P<month_or_year>(?:{_MONTH_NAMES})[/'’][0-9]{{2}})(?![0-9])
    |(?P<iso>[0-9]{{4}})[-/.](?P<iso_month>[0-9]{{1,2}})[-/.](?P<iso_day>[0-9]{{1,2}})(?![0-9])
    |(?P<day>[0-9]{{1,2}})(?P<mark>[-/.])(?P<month>[0-9]{{1,2}})(?P=mark)(?P<year>[0-9]{{4}}|[0-9]{{2}})(?![0-9])
    |(?P<place>(?:{_NAMED})\s*(?:(?!:\s*{_DAYS_OF_MONTH}):)?+\s*-?(?!{_DAY_OF_MONTH})[0-9][0-9.]*+(?:\s*(?:,|\b(?:y|e|al?)\b)\s*-?[0-9]{{1,3}}(?![0-9])(?!\s*de\b))*)
    |(?P<times>[0-9]+\s*x\s*[0-9]+|[0-9]{{2,3}}\s?['’′](?!\w))
    |(?P<counted>[0-9]+(?:[.,][0-9]{{3}})*(?:\s*(?:a|-|–|y|o)\s*[0-9]+)?\s*(?:{_COUNTED})(?!\w))
    |(?P<plurals>[0-9]+(?=\s+(?:s[aá]bados|domingos)\b))
    |(?P<age>(?<![0-9])\+\s?[0-9]{{1,2}}(?![0-9])(?!\s*[,/y]|\s*(?:de\s+)?(?:{_MONTH_NAMES})\b)|[0-9]{{1,2}}\+(?!\s*[0-9])
     |(?<![0-9])(?<![0-9]\s)\+[0-9]{{1,2}}(?![0-9])(?!\s*(?:de\s+)?(?:{_MONTH_NAMES})\b))
    |(?P<until_gone>hasta\s+nuevo\s+aviso|hasta\s+agotar(?:se)?(?:\s+(?:el\s+|los\s+|las\s+)?(?:stock|cupos|existencias|entradas))?\b)
    |(?P<ordinal>[0-9](?:er|era|do|da|ra)\b)
    |(?P<pair>[0-9]{{1,2}}[-/][0-9]{{1,2}})(?![0-9/-])
    |(?P<number>[0-9]{{1,2}})(?:\.?[°º]|(?:ro|st|nd|rd|th)\b)?(?![0-9\w]|[.,][0-9])
    |(?P<listed>[0-9]{{1,2}})(?=,[0-9]{{1,2}}(?![0-9]))
    |(?P<full_year>(?:19|20)[0-9]{{2}})(?![0-9\w])
    |(?P<from>a\s+partir\s+del?\b)
    |(?P<moved>(?:nueva|nuevas|cambio\s+de|cambia\s+(?:de|su))\s+fechas?\b)
    |(?P<always>todo\s+el\s+año|s[aá]bado\s+por\s+medio|por\s+medio)
    |(?P<this_weekend>(?:este|pr[oó]ximo)\s+(?:fin\s+de\s+semana|finde)\b)
    |(?P<weekend>fin(?:es)?\s+de\s+semana|findes?\b)
    |(?P<word>[^\W\d_]+)
    |(?P<sign>[-–—→➜⇒>,.:;|/&+()\[\]•·\n])
    |(?P<other>[0-9](?:[.,:]?\w)*|\S)""",
    re.VERBOSE | re.IGNORECASE,
)


def token_of(match: re.Match[str]) -> DateToken:
    """What one match of `TOKEN` is by itself; `date_tokens.py` looks at what stands beside it."""
    group, text = str(match.lastgroup), match.group()
    plain = DateToken(Kind.OTHER, text, match.start(), match.end())
    if match["named_day"]:
        name = fold(match["named_month"])
        month = 3 if name == MARTES_OR_MARZO else WORDS[name].value
        named = WrittenDay(int(match["named_day"]), month, _year(match["named_year"]))
        return replace(plain, kind=Kind.DATE, span=WrittenDays(named, named))
    if match["iso"]:
        return replace(plain, kind=Kind.DATE, span=_day(match["iso_day"], match["iso_month"], match["iso"]))
    if match["day"]:
        return replace(plain, kind=Kind.DATE, span=_day(match["day"], match["month"], match["year"]))
    if group in ("number", "listed"):
        return replace(plain, kind=Kind.DAY, value=int(match[group]))
    if group == "full_year":
        return replace(plain, kind=Kind.YEAR, value=int(text))
    if group in _GROUPS:
        return replace(plain, kind=_GROUPS[group])
    in_table = _WEEKEND if group == "weekend" else WORDS.get("|" if text == "\n" else fold(text))
    return plain if in_table is None else replace(in_table, text=text, at=plain.at, end=plain.end)


_GROUPS = {
    **{"hour": Kind.HOUR, "pair": Kind.PAIR, "ordinal": Kind.ORDINAL, "from": Kind.FROM, "always": Kind.ALWAYS},
    "this_weekend": Kind.WEEKEND,
    "moved": Kind.MOVED,
    "until_gone": Kind.TURN,
}


def _day(day: str, month: str, year: str) -> WrittenDays:
    only = WrittenDay(int(day), int(month), _year(year))
    return WrittenDays(only, only)


def _year(digits: str | None) -> int | None:
    return int(digits) + (2000 if len(digits) == 2 else 0) if digits else None


def ordinal_number(text: str) -> int:
    """2 of "segundo" and "2do", -1 of "último"; 0 for another."""
    folded = fold(text)
    return int(folded[0]) if folded[:1].isdigit() else _NUMBERS_OF_ORDINALS.get(folded, 0)


def is_exception(text: str) -> bool:
    """Whether a word takes something out: "no", "excepto", "cerrado"."""
    return fold(text) in _OTHER_WORDS[Kind.EXCEPT].split()


def weekday_in_full(text: str) -> str:
    """A weekday's name where it was shortened, "Ma" or "sáb"; other words as they are."""
    folded = fold(text)
    if folded in SHORT_WEEKDAYS:
        return WEEKDAYS[SHORT_WEEKDAYS.index(folded)]
    weekdays = WORDS[folded].weekdays if folded in WORDS and len(folded) == 3 else frozenset()
    return WEEKDAYS[min(weekdays)] if weekdays else text
