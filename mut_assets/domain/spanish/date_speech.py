"""Ranges of days -> what a concierge would say, in Spanish.

What belongs here: the order of the words, and a text without them. What does not: which days they are (`dates.py`),
which reads these phrases as the same days.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from mut_assets.domain.spanish.calendar_words import MONTHS, WEEKDAYS, WEEKDAYS_IN_PLURAL
from mut_assets.domain.text import fold, listed

Range = tuple[date | None, date | None]
"""The first and the last day; None where that side is open."""

_YEAR_SAID_ONCE = 180
"""Days: dates that lie closer together are read in one year, though only the last one says it."""

_MONTH = "|".join(MONTHS)
_DAYS = re.compile(
    rf"(?:\b(?:el|los|del|al|desde|hasta|durante|todo|de|y|[0-9]{{1,2}}|(?:19|20)[0-9]{{2}}|{_MONTH}"
    rf"|{'|'.join(map(fold, {*WEEKDAYS, *WEEKDAYS_IN_PLURAL}))})\b[ ,]*)+"
)
_NAMES_A_MONTH = re.compile(rf"\b(?:{_MONTH})\b")


def say_days(ranges: Sequence[Range]) -> str:
    """Ranges in order, without overlaps, in words; "" for none. The year is said once where that leaves no doubt."""
    groups = [list(group) for _, group in groupby(ranges, key=lambda at: _month(at) if at[0] == at[1] else at)]
    named = [day for days in ranges for day in days if day is not None]
    once = bool(named) and named[0].year == named[-1].year and (named[-1] - named[0]).days <= _YEAR_SAID_ONCE
    phrases = []
    for at, group in enumerate(groups):
        following = groups[at + 1] if at + 1 < len(groups) else None
        shares_month = following is not None and None is not _month(group[0]) == _month(following[0])
        month = "" if shares_month else "month"
        year = "" if shares_month or (once and following is not None) else "year"
        phrases.append(_group_said(group, month + year, alone=len(groups) == 1))
    return listed(phrases, "y")


def without_days(folded: str) -> str:
    """A text, in the spelling of `fold`, without the days that it names: "abre el 3 de mayo" -> "abre "."""
    return _DAYS.sub(lambda match: " " if _NAMES_A_MONTH.search(match.group()) else match.group(), folded)


def _group_said(group: Sequence[Range], parts: str, alone: bool) -> str:
    """Days of one month, or one range. `parts`: whether "month" and "year" are said here or by what follows."""
    start, end = group[0]
    if start is None or end is None:
        return f"hasta el {_day_said(end, parts)}" if end else f"desde el {_day_said(start, parts)}" if start else ""
    if start == end:
        days = [day for day, _ in group if day is not None]
        weekdays = {day.weekday() for day in days}
        article = f"los {WEEKDAYS_IN_PLURAL[weekdays.pop()]}" if alone and len(weekdays) == 1 else "el"
        if len(days) == 1:
            article = f"el {WEEKDAYS[start.weekday()]}"
        numbers = listed([str(day.day) for day in days], "y")
        return f"{article} {numbers}{_day_said(start, parts).removeprefix(str(start.day))}"
    if _month(group[0]) and start.day == 1 and (end + timedelta(days=1)).day == 1:
        return f"durante todo {_day_said(start, parts).removeprefix('1 de ')}"
    first = "year" if start.year != end.year else "month" if start.month != end.month else ""
    return f"del {_day_said(start, first and 'month' + first)} al {_day_said(end, parts)}"


def _day_said(day: date, parts: str) -> str:
    month = f" de {MONTHS[day.month - 1]}" if "month" in parts else ""
    return f"{day.day}{month}" + (f" de {day.year}" if "year" in parts else "")


def _month(days: Range) -> tuple[int, int] | None:
    """Year and month of a range that lies in one month."""
    months = {(day.year, day.month) for day in days if day is not None}
    return months.pop() if len(months) == 1 else None
