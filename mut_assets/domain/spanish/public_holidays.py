"""Chile's public holidays by name and date, and what a timetable says of them.

What belongs here: which days they are, on which of them shops must close, and which hours of a week count then. What
does not: days that people give hours of their own (`special_days.py`), which win. Source of the dates: the library
`holidays`; of the days on which shops must close, Ley 19.973, artículo 1 (1 January, 1 May, 18 and 19 September, 25
December), which names them and which the library does not mark.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from holidays import country_holidays

from mut_assets.domain.spanish.hours import understand
from mut_assets.domain.spanish.hours_words import HOLIDAY
from mut_assets.domain.spanish.special_days import AHEAD, SpecialDay, path_of, special_day
from mut_assets.domain.spanish.week import Day, Week

_IRRENUNCIABLES = frozenset({(1, 1), (5, 1), (9, 18), (9, 19), (12, 25)})
"""Month and day."""


def is_irrenunciable(day: date) -> bool:
    """Whether shops must close on it by law; what serves food, fuel or medicine need not."""
    return (day.month, day.day) in _IRRENUNCIABLES


def public_holidays(first: date, last: date) -> Mapping[date, str]:
    """The holidays from `first` to `last`, both included, with their names in Spanish, in order."""
    years = range(first.year, last.year + 1)
    return {day: name for year in years for day, name in _of_year(year) if first <= day <= last}


def hours_on(day: date, week: Week) -> Day:
    """What a week says of a holiday: () is closed, None is not said.

    Hours for holidays say nothing of those on which shops must close; that it closes on holidays does.
    """
    hours = week.days[HOLIDAY]
    if not is_irrenunciable(day) or hours == ():
        return hours
    return week.irrenunciables


def holiday_hours(week: Week, link: str, today: date) -> list[SpecialDay]:
    """The coming holidays on which a week has other hours than on that weekday, as special days of a page."""
    path = path_of(link)
    return [
        SpecialDay(day, path, hours, (name,))
        for day, name in public_holidays(today, today + AHEAD).items()
        if (hours := hours_on(day, week)) is not None and hours != week.days[day.weekday()]
    ]


def unsaid_holidays(
    timetables: Sequence[tuple[str, str]], special_days: Sequence[SpecialDay], today: date
) -> list[str]:
    """Of each coming holiday on which nobody says whether some places open, a sentence that says what to do.

    `timetables` are the links of the places and their hours as written; `special_days` what people uploaded.
    """
    problems = []
    for day, name in public_holidays(today, today + AHEAD).items():
        unsaid = [link for link, hours in timetables if not _is_said(day, link, hours, special_days)]
        if unsaid:
            problems.append(
                f"{day.isoformat()} is {name}, and nobody says whether {len(unsaid)} of {len(timetables)} places open "
                f"then, such as {unsaid[0]}: add a row to horarios_especiales.csv, with * for all of them."
            )
    return problems


def _is_said(day: date, link: str, hours: str, special_days: Sequence[SpecialDay]) -> bool:
    week = understand(hours).week
    return special_day(special_days, link, day) is not None or (week is not None and hours_on(day, week) is not None)


@lru_cache(maxsize=8)
def _of_year(year: int) -> tuple[tuple[date, str], ...]:
    return tuple(sorted(country_holidays("CL", years=year, language="es").items()))
