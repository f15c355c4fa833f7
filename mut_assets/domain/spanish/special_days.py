"""Days that are unlike the others of their kind, such as 18 September: from a hand-kept table to what is said of them.

What belongs here: reading its rows, and which hours count on a date. What does not: where the table lies, and the
hours of an ordinary week (`hours.py`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from urllib.parse import unquote

from mut_assets.domain.spanish.calendar_words import MONTHS, WEEKDAYS
from mut_assets.domain.spanish.hours import understand
from mut_assets.domain.spanish.hours_speech import say_spans
from mut_assets.domain.spanish.hours_words import HOLIDAY
from mut_assets.domain.spanish.week import Day, Hours, OpenSpan
from mut_assets.domain.text import fold
from mut_assets.domain.typed_dates import typed_date

EVERYWHERE = "*"
"""The `link` of a row that is about every place."""

AHEAD = timedelta(days=14)
"""How long before it a special day is told."""

_SCHEME_AND_HOST = re.compile(r"^(?:(?:[a-z][a-z0-9+.-]*:)?//[^/?#]*|(?=[^/?#]+\.[^/?#])[^/?#]++(?=/|$))")
_DAY = rf"(?:{'|'.join(WEEKDAYS)}) [0-9]{{1,2}} de (?:{'|'.join(MONTHS)}) de [0-9]{{4}}"
_SENTENCE = re.compile(
    rf"(?:Hoy, {_DAY},|El {_DAY}:) (?:cerrado ?|abre [0-9a-z:, ]{{4,200}}+)(?:\([^)]{{0,500}}+\))?\.\s?"
)
"""What `special_sentence` says of one day, in bounded steps whatever else a page says."""


@dataclass(frozen=True)
class SpecialDay:
    """The hours of one date, () when closed. `link` is `*` or the path of a page, as `path_of` gives it."""

    day: date
    link: str
    spans: tuple[OpenSpan, ...]
    remarks: tuple[str, ...] = ()


def special_days(
    rows: Iterable[Mapping[str, str]], lines: Iterable[int] | None = None
) -> tuple[list[SpecialDay], list[str]]:
    """The good rows by date, and for each other one a sentence that says what to do.

    A row has `fecha` (2025-09-18, 18-09-2025 or 18/09/2025), `link` (`*` or the address of a page) and `horario`
    ("10:00 - 15:00", "Cerrado"). `lines` are their numbers in the file; without them the first row is 2, as it is
    below a header. Empty rows are passed over. Rows that give one place different hours on one date are all refused.
    """
    read: dict[tuple[date, str], dict[int, SpecialDay]] = {}
    troubles: list[tuple[int, str]] = []
    for number, row in zip(count(2) if lines is None else lines, rows, strict=False):
        cells = {fold(str(name)).strip(): str(cell or "").strip() for name, cell in row.items()}
        if not any(cells.values()):
            continue
        special = _special_day(cells)
        if isinstance(special, str):
            troubles.append((number, f"Row {number}: {special}"))
        else:
            read.setdefault((special.day, special.link), {})[number] = special
    good = []
    for (day, link), same in read.items():
        if len(set(same.values())) == 1:
            good.append(next(iter(same.values())))
        else:
            numbers = ", ".join(map(str, same))
            what = f"Rows {numbers}: they give {link} different hours on {day.isoformat()}; keep the right one."
            troubles.append((min(same), what))
    return sorted(good, key=lambda special: (special.day, special.link)), [what for _, what in sorted(troubles)]


def path_of(link: str) -> str:
    """What two addresses of one page have in common: "https://example.org/Tiendas/Uno/?a=b" -> "/tiendas/uno"."""
    path = re.split(r"[?#]", _SCHEME_AND_HOST.sub("", link.strip().lower()))[0]
    return "/" + unquote(path).strip("/ ")


def special_day(specials: Sequence[SpecialDay], link: str, day: date) -> SpecialDay | None:
    """What counts for a page on a date: a row about the page before one about every place."""
    path = path_of(link)
    candidates = [special for special in specials if special.day == day and special.link in (path, EVERYWHERE)]
    return min(candidates, key=lambda special: special.link == EVERYWHERE, default=None)


def special_sentence(days: Sequence[SpecialDay], link: str, today: date) -> str:
    """What a visitor of a page is told first: today if it is special, then the special days that are near; "" when
    there are none."""
    sentences = []
    for day in sorted({special.day for special in days if today <= special.day <= today + AHEAD}):
        if special := special_day(days, link, day):
            when = f"{WEEKDAYS[day.weekday()]} {day.day} de {MONTHS[day.month - 1]} de {day.year}"
            hours = f"abre {say_spans(special.spans)}" if special.spans else "cerrado"
            remarks = f" ({'; '.join(special.remarks)})" if special.remarks else ""
            sentences.append(f"{f'Hoy, {when},' if day == today else f'El {when}:'} {hours}{remarks}.")
    return " ".join(sentences)


def without_special_sentences(text: str) -> str:
    """The text without what `special_sentence` says, wherever it stands in it."""
    return _SENTENCE.sub("", text)


def _special_day(cells: Mapping[str, str]) -> SpecialDay | str:
    """The day of a row, or what is wrong with it."""
    fecha, link, horario = (cells.get(name, "") for name in ("fecha", "link", "horario"))
    day = typed_date(fecha)
    if day is None:
        return f"{fecha!r} is not a date; write it like 2025-09-18 or 18-09-2025."
    path = link if link == EVERYWHERE else path_of(link)
    if path == "/":
        return f"{link!r} names no page; write the address of one, or * for every place."
    hours = understand(horario)
    spans = _on_that_day(hours, day)
    if spans is None:
        why = f" ({hours.problem})" if hours.problem else ""
        return f"{horario!r} says no hours for that {WEEKDAYS[day.weekday()]}{why}; write 10:00 - 15:00 or Cerrado."
    return SpecialDay(day, path, spans, hours.remarks)


def _on_that_day(hours: Hours, day: date) -> Day:
    """The hours that a text gives this date: those of its weekday or, when it names only holidays, those."""
    if hours.week is None:
        return None
    weekday = hours.week.days[day.weekday()]
    return hours.week.days[HOLIDAY] if weekday is None else weekday
