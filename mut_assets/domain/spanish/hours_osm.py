"""A week -> the opening hours as OpenStreetMap writes them: "Mo-Sa 10:00-20:00; Su,PH 11:00-19:00".

What belongs here: the form that machines know. What does not: reading a timetable, and what visitors are told
(`hours_speech.py`). Days that are not said are left out; remarks have no form.
"""

from collections.abc import Iterable

from mut_assets.domain.spanish.hours_words import HOLIDAY, MIDNIGHT
from mut_assets.domain.spanish.week import Day, OpenSpan, Week

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH")
_IRRENUNCIABLES = "Jan 01,May 01,Sep 18-19,Dec 25"


def opening_hours(week: Week) -> str:
    """The rules of a week in the order of its days, "off" when closed; "" when nothing is said of any day."""
    if not week.names_days:
        return _said(week.days[0])
    *weekdays, holiday = week.days
    alike: dict[tuple[OpenSpan, ...], list[int]] = {}
    for index, day in enumerate(weekdays):
        if day is not None:
            alike.setdefault(day, []).append(index)
    # Added up past midnight, not one instead of the other: the rule of a Sunday would end Saturday's hours.
    joined = any(span.closes > MIDNIGHT for spans in alike for span in spans) and len(alike) > 1
    if holiday is not None and alike and holiday == [*alike][-1] and not joined:
        alike[holiday].append(HOLIDAY)
        holiday = None
    rules = [f"{_days(days)} {_said(spans)}" for spans, days in alike.items()]
    rules = [", ".join(rules)] if joined else rules
    if holiday is not None:  # behind all weekdays, or the rule of one would count on a holiday
        rules.append(f"{_days([HOLIDAY])} {_said(holiday)}")
    if week.irrenunciables is not None:  # last: a later rule wins
        rules.append(f"{_IRRENUNCIABLES} {_said(week.irrenunciables)}")
    return "; ".join(rules)


def latest_closing(week: Week) -> float | None:
    """The latest hour at which it closes on any day, past 24 on the next morning: 22.5 is 22:30, 26.0 is 2:00."""
    closings = [span.closes for day in week.days for span in day or ()]
    return max(closings) / 60 if closings else None


def _days(days: Iterable[int]) -> str:
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1 and day != HOLIDAY:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(_DAYS[run[0]] + (f"-{_DAYS[run[-1]]}" if run[1:] else "") for run in runs)


def _said(day: Day) -> str:
    if not day:
        return "off" if day is not None else ""
    return ",".join(f"{_clock(span.opens)}-{_clock(_closing(span))}" for span in day)


def _closing(span: OpenSpan) -> int:
    return span.closes if span.closes <= MIDNIGHT else span.closes - MIDNIGHT


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
