"""Days as written -> days of the calendar: which year was meant, and whether there is such a day.

What belongs here: that. What does not: the words (`date_phrases.py`), and what several texts say together (`dates.py`).
A year is never guessed. It is written; or a weekday named with its day settles it; or WordPress' `event_date` or, with
a warning, the day on which the page was last written is near. Without any of these there are no dates.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from mut_assets.domain.spanish.date_speech import Range
from mut_assets.domain.spanish.date_words import LAST_DAY, WrittenDay, WrittenDays

_YEARS = range(1900, 2100)
_YEARS_NEAR = 3
_ACROSS_YEARS = 200
"""Days: a range such as "20 dic - 6 ene" goes on into the next year; one that would take longer is a mistake."""
_BESIDE_EVENT_DATE = {"day": 200, "day without month": 31}
"""Days from `event_date` within which it says the year, or the month."""
_BEFORE_WRITTEN, _AFTER_WRITTEN = 60, 305
"""Days: a page is written before or during its event, so no event of it lies outside of these."""


class NotUnderstoodError(Exception):
    """Why a text gives no days, in words."""


def placed_in_years(
    spans: Sequence[WrittenDays], near: date | None, written: date | None
) -> tuple[list[Range], list[str]]:
    """The spans in the years that were meant, and doubts about those. Raises `NotUnderstoodError`."""
    days = [day for span in spans for day in span.days]
    has_year, has_month = any(day.year for day in days), all(day.month for day in days)
    around = near or written
    impossible = next((day for day in days if not any(occurrences(day, _YEARS))), None)
    if impossible is not None:
        month = f"/{impossible.month}" if impossible.month else ""
        raise NotUnderstoodError(f"there is no day {impossible.day}{month}")
    if not has_month and (has_year or near is None):
        raise NotUnderstoodError("it names no month")
    if not has_year and around is None:
        raise NotUnderstoodError("the year is unknown: neither the text nor event_date nor the page's date says it")
    candidates = _candidates(spans, around)
    if not candidates:
        raise NotUnderstoodError("it ends before it begins, or there is no such day in the years near")
    matching = [candidate for candidate in candidates if _on_its_weekdays(spans, candidate)]
    doubts = [] if matching else ["the weekday is not that of the day in any year near"]
    nearest = _nearest(matching or candidates, around)
    if has_year or (has_month and matching and any(day.weekdays for day in days)):
        return nearest, doubts
    if near is not None:
        if _distance(nearest, near) > _BESIDE_EVENT_DATE["day" if has_month else "day without month"]:
            raise NotUnderstoodError(f"there is no such day near event_date, {near}")
        return nearest, doubts
    assert written is not None
    return _soon_after(candidates, written), [*doubts, f"the year is taken from the page's date, {written}"]


def _candidates(spans: Sequence[WrittenDays], around: date | None) -> list[list[Range]]:
    """Every way to place the spans in the years that may be meant: the first that says its year, else the first one,
    and from it outwards each where it is nearest to its neighbour."""
    pivot = next((at for at, span in enumerate(spans) if any(day.year for day in span.days)), 0)
    years = _YEARS if around is None else range(around.year - _YEARS_NEAR, around.year + _YEARS_NEAR + 1)
    candidates = []
    for first in placements(spans[pivot], years):
        before = _chained(spans[:pivot][::-1], first)
        behind = _chained(spans[pivot + 1 :], first)
        if before is not None and behind is not None:
            candidates.append([*before[::-1], first, *behind])
    return candidates


def _chained(spans: Sequence[WrittenDays], neighbour: Range) -> list[Range] | None:
    placed: list[Range] = []
    for span in spans:
        at = first_day(neighbour)
        near = [[days] for days in placements(span, range(at.year - 1, at.year + 2))]
        if not near:
            return None
        neighbour = _nearest(near, at)[0]
        placed.append(neighbour)
    return placed


def placements(span: WrittenDays, years: Iterable[int]) -> Iterator[Range]:
    """The days of a span in each of the years in which it may begin, or in the year that it names."""
    start, end = span.start, span.end
    if start is None or end is None or start is end:
        for day in occurrences(span.days[0], years):
            yield (day if start else None, day if end else None)
        return
    if end.year is not None:
        years = (end.year - 1, end.year)
    for first in occurrences(start, years):
        last = next((day for day in occurrences(end, (first.year, first.year + 1)) if day >= first), None)
        if last is None:
            continue
        has_both_years = start.year is not None and end.year is not None
        if has_both_years or last.year == first.year or (last - first).days <= _ACROSS_YEARS:
            yield (first, last)


def occurrences(day: WrittenDay, years: Iterable[int]) -> Iterator[date]:
    """The day in each of the years, or in its own; without a month, in each month."""
    for year in years if day.year is None else (day.year,):
        for month in range(1, 13) if day.month is None else (day.month,):
            if year in _YEARS and 1 <= month <= 12:
                first, last = monthrange(year, month)
                if day.nth:
                    yield from _nth(day, date(year, month, 1), first, last)
                elif 1 <= day.day <= last or day.day == LAST_DAY:
                    yield date(year, month, last if day.day == LAST_DAY else day.day)


def _nth(day: WrittenDay, first: date, weekday: int, days: int) -> Iterator[date]:
    """The nth of its weekday in the month that begins on `first`, a `weekday`, and has so many days."""
    every = range((min(day.weekdays) - weekday) % 7, days, 7)
    if day.nth == LAST_DAY or day.nth <= len(every):
        yield first + timedelta(days=every[-1 if day.nth == LAST_DAY else day.nth - 1])


def _on_its_weekdays(spans: Sequence[WrittenDays], placed: Sequence[Range]) -> bool:
    return all(
        day is None or meant is None or not day.weekdays or meant.weekday() in day.weekdays
        for span, (start, end) in zip(spans, placed, strict=True)
        for day, meant in ((span.start, start), (span.end, end))
    )


def _nearest(candidates: Sequence[list[Range]], around: date | None) -> list[Range]:
    return candidates[0] if around is None else min(candidates, key=lambda candidate: _distance(candidate, around))


def _distance(placed: Iterable[Range], day: date) -> int:
    """Days between a day and the nearest of the ranges; of an open one, its one end."""
    gaps = [((start or end or day) - day, day - (end or start or day)) for start, end in placed]
    return min(max(timedelta(0), *gap).days for gap in gaps)


def _soon_after(candidates: Sequence[list[Range]], written: date) -> list[Range]:
    for candidate in sorted(candidates, key=lambda ranges: first_day(ranges[0])):
        until_end = (max(end or start or written for start, end in candidate) - written).days
        until_start = (min(map(first_day, candidate)) - written).days
        if until_end >= -_BEFORE_WRITTEN and until_start <= _AFTER_WRITTEN:
            return candidate
    raise NotUnderstoodError(f"there is no such day near the page's date, {written}")


def first_day(days: Range) -> date:
    """The first day of a range, or the last of one that is open before it."""
    start, end = days
    day = start or end
    assert day is not None  # a span has a side
    return day
