"""The date texts of an event -> ranges of days.

What belongs here: which year was meant, and whether such a day exists. What does not: the words of a text
(`date_phrases.py`), and how days are said (`date_speech.py`). A year is never guessed. It is written; or a weekday
named with its day settles it; or WordPress' `event_date` or, with a warning, the day on which the page was last written
is near. Without any of these there are no dates.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from mut_assets.domain.spanish.date_phrases import Reading, read
from mut_assets.domain.spanish.date_speech import Range, say_days
from mut_assets.domain.spanish.date_words import LAST_DAY, WrittenDay, WrittenDays

_FRIDAY = 4
_TIMESTAMP = re.compile(r"[0-9]{9,10}")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_TIME = re.compile(
    r"[T\s]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?\s*(?:[ap]\.?m\.?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?$", re.I
)
_MONTH_BEFORE_DAY = re.compile(r"^([0-9]{1,2})/(1[3-9]|2[0-9]|3[01])/([0-9]{4})$")
"""As m/d/Y gives it, where it can be nothing else."""
_YEARS = range(1900, 2100)
_YEARS_NEAR = 3
_ACROSS_YEARS = 200
"""Days: a range such as "20 dic - 6 ene" goes on into the next year; one that would take longer is a mistake."""
_BESIDE_EVENT_DATE = {"day": 200, "day without month": 31}
"""Days from `event_date` within which it says the year, or the month."""
_BEFORE_WRITTEN, _AFTER_WRITTEN = 60, 305
"""Days: a page is written before or during its event, so no event of it lies outside of these."""


@dataclass(frozen=True)
class When:
    """The days of an event.

    `ranges`: in order, not overlapping, both ends included; a single day is twice the same; one side of the first or
    last may be None, which is open. `recurring`: the words of a rule ("todos los sábados"), which holds on the days of
    `ranges`, or without an end when there are none. `verbatim`: the texts as they were. `warnings`: what was
    understood, but should be looked at. `problem`: what was not understood; that text then gives no days. `remarks`:
    the texts that say more than days, which are told as they are; with `turned`, first: "SUSPENDIDO". `hours`: those
    that stand beside the days.
    """

    ranges: tuple[Range, ...] = ()
    recurring: str = ""
    verbatim: str = ""
    warnings: tuple[str, ...] = ()
    problem: str = ""
    remarks: tuple[str, ...] = ()
    turned: bool = False
    hours: str = ""

    @property
    def start(self) -> date | None:
        """The first day, or None when it is unknown."""
        return self.ranges[0][0] if self.ranges else None

    @property
    def end(self) -> date | None:
        """The last day, or None when it is unknown."""
        return self.ranges[-1][1] if self.ranges else None


class _NotUnderstoodError(Exception):
    """Why a text gives no days, in words."""


def understand(texts: Sequence[str], event_date: str = "", written: date | None = None) -> When:
    """The days that the texts of an event's cards give together. Never raises. `event_date`: as WordPress has it,
    "20251009" or "2025-10-09", or "". `written`: the day the page was last changed."""
    given = tuple(dict.fromkeys(filter(None, (text.strip() for text in texts))))
    readings = {text: reading for text in given if not (reading := read(text)).says_nothing}
    event = _day_of_field(event_date)
    warnings = [f'event_date "{event_date}" is no day'] if event is None and event_date.strip() else []
    near = event or _first_dated(readings.values())
    ranges: list[Range] = [] if readings or event is None else [(event, event)]
    problems: dict[str, str] = {}
    for text, reading in readings.items():
        try:
            text_ranges, doubts = _days_of(reading, near, event, written)
        except _NotUnderstoodError as error:
            problems[text] = f'"{text}": {error}'
        else:
            ranges += text_ranges
            warnings += [f'"{text}": {doubt}' for doubt in doubts]
    rules = list(dict.fromkeys(reading.rule for reading in readings.values() if reading.rule))
    merged = _merged(ranges)
    unbound = bool(rules and merged and not _bounds_a_rule(merged, readings.values()))
    if unbound:
        warnings.append(f'"{rules[0]}" has no end, and the other days named are not of it: no days are given')
        merged = ()
    when = When(
        merged,
        " y ".join(rules),
        "; ".join(given),
        tuple(warnings),
        "; ".join(problems.values()),
        remarks=tuple(text for text, reading in readings.items() if unbound or text in problems or _says_more(reading)),
        turned=any(reading.turned for reading in readings.values()),
        hours=", ".join(dict.fromkeys(hours for text in given if (hours := read(text).hours))),
    )
    if event is None or not merged or any((start or event) <= event <= (end or event) for start, end in merged):
        return when
    outside = f'event_date {event} is outside of "{when.verbatim}" ({spoken(when)}): the text wins'
    return replace(when, warnings=(*when.warnings, outside))


def as_number(day: date) -> int:
    """9 October 2025 is 20251009, which compares as the day does."""
    return day.year * 10_000 + day.month * 100 + day.day


def spoken(when: When) -> str:
    """The days in Spanish, complete with their year; "" when none are known. `understand` reads it as the same days."""
    return ", ".join(filter(None, (when.recurring, say_days(when.ranges))))


def _days_of(
    reading: Reading, near: date | None, event: date | None, written: date | None
) -> tuple[list[Range], list[str]]:
    """The ranges of one text, and doubts about them. Raises `_NotUnderstoodError`."""
    if reading.trouble:
        raise _NotUnderstoodError(reading.trouble)
    doubts = [f"not read as a date: {', '.join(reading.unread)}"] if reading.unread else []
    if reading.spans:
        if reading.undated:
            doubts.append("it is not confirmed")
        placed, doubt = _placed(reading.spans, near, written)
        left = _without_excluded(reading.spans, placed)
        if not left:
            raise _NotUnderstoodError("it names only days on which it is not")
        return left, doubts + doubt
    if reading.rule:
        return _rule_from(reading, event, doubts)
    if reading.undated:
        return [], [*doubts, f"it names no day, and event_date is {event}: the text wins"] if event else doubts
    if reading.lone and event is not None and event.weekday() in reading.lone:
        return [(event, event)], doubts
    if reading.weekend and event is not None and event.weekday() >= _FRIDAY:
        saturday = event + timedelta(days=_FRIDAY + 1 - event.weekday())
        return [(saturday, saturday + timedelta(days=1))], doubts
    raise _NotUnderstoodError("a weekday without its day" if reading.lone else "it is not understood as a date")


def _says_more(reading: Reading) -> bool:
    """Whether a text has words that no sentence about its days would say."""
    return bool(reading.unread or (reading.undated and (reading.spans or reading.rule)))


def _rule_from(reading: Reading, event: date | None, doubts: list[str]) -> tuple[list[Range], list[str]]:
    """A rule without days of its own begins on `event_date`, if that is one of its weekdays."""
    if event is None:
        return [], doubts
    if reading.rule_days and event.weekday() not in reading.rule_days:
        return [], [*doubts, f"event_date {event} is none of its weekdays: the text wins"]
    return [(event, None)], doubts


def _bounds_a_rule(ranges: Sequence[Range], readings: Iterable[Reading]) -> bool:
    """Whether the days are those of a rule: its period, or its days one by one; else they are in addition to it."""
    weekdays = {weekday for reading in readings for weekday in reading.rule_days}
    are_days_of_rule = all(start is not None and start.weekday() in weekdays for start, _ in ranges)
    return are_days_of_rule or any(start != end for start, end in ranges)


def _placed(spans: Sequence[WrittenDays], near: date | None, written: date | None) -> tuple[list[Range], list[str]]:
    """The spans in the years that were meant, and doubts about those. Raises `_NotUnderstoodError`."""
    days = [day for span in spans for day in span.days]
    has_year, has_month = any(day.year for day in days), all(day.month for day in days)
    around = near or written
    impossible = next((day for day in days if not any(_occurrences(day, _YEARS))), None)
    if impossible is not None:
        month = f"/{impossible.month}" if impossible.month else ""
        raise _NotUnderstoodError(f"there is no day {impossible.day}{month}")
    if not has_month and (has_year or near is None):
        raise _NotUnderstoodError("it names no month")
    if not has_year and around is None:
        raise _NotUnderstoodError("the year is unknown: neither the text nor event_date nor the page's date says it")
    candidates = _candidates(spans, around)
    if not candidates:
        raise _NotUnderstoodError("it ends before it begins, or there is no such day in the years near")
    matching = [candidate for candidate in candidates if _on_its_weekdays(spans, candidate)]
    doubts = [] if matching else ["the weekday is not that of the day in any year near"]
    nearest = _nearest(matching or candidates, around)
    if has_year or (has_month and matching and any(day.weekdays for day in days)):
        return nearest, doubts
    if near is not None:
        if _distance(nearest, near) > _BESIDE_EVENT_DATE["day" if has_month else "day without month"]:
            raise _NotUnderstoodError(f"there is no such day near event_date, {near}")
        return nearest, doubts
    assert written is not None
    return _soon_after(candidates, written), [*doubts, f"the year is taken from the page's date, {written}"]


def _candidates(spans: Sequence[WrittenDays], around: date | None) -> list[list[Range]]:
    """Every way to place the spans in the years that may be meant: the first that says its year, else the first one,
    and from it outwards each where it is nearest to its neighbour."""
    pivot = next((at for at, span in enumerate(spans) if any(day.year for day in span.days)), 0)
    years = _YEARS if around is None else range(around.year - _YEARS_NEAR, around.year + _YEARS_NEAR + 1)
    candidates = []
    for first in _placements(spans[pivot], years):
        before = _chained(spans[:pivot][::-1], first)
        behind = _chained(spans[pivot + 1 :], first)
        if before is not None and behind is not None:
            candidates.append([*before[::-1], first, *behind])
    return candidates


def _chained(spans: Sequence[WrittenDays], neighbour: Range) -> list[Range] | None:
    placed: list[Range] = []
    for span in spans:
        at = _first(neighbour)
        near = [[days] for days in _placements(span, range(at.year - 1, at.year + 2))]
        if not near:
            return None
        neighbour = _nearest(near, at)[0]
        placed.append(neighbour)
    return placed


def _placements(span: WrittenDays, years: Iterable[int]) -> Iterator[Range]:
    """The days of a span in each of the years in which it may begin, or in the year that it names."""
    start, end = span.start, span.end
    if start is None or end is None or start is end:
        for day in _occurrences(span.days[0], years):
            yield (day if start else None, day if end else None)
        return
    if end.year is not None:
        years = (end.year - 1, end.year)
    for first in _occurrences(start, years):
        last = next((day for day in _occurrences(end, (first.year, first.year + 1)) if day >= first), None)
        if last is None:
            continue
        has_both_years = start.year is not None and end.year is not None
        if has_both_years or last.year == first.year or (last - first).days <= _ACROSS_YEARS:
            yield (first, last)


def _occurrences(day: WrittenDay, years: Iterable[int]) -> Iterator[date]:
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
    for candidate in sorted(candidates, key=lambda ranges: _first(ranges[0])):
        until_end = (max(end or start or written for start, end in candidate) - written).days
        until_start = (min(map(_first, candidate)) - written).days
        if until_end >= -_BEFORE_WRITTEN and until_start <= _AFTER_WRITTEN:
            return candidate
    raise _NotUnderstoodError(f"there is no such day near the page's date, {written}")


def _first(days: Range) -> date:
    start, end = days
    day = start or end
    assert day is not None  # a span has a side
    return day


def _first_dated(readings: Iterable[Reading]) -> date | None:
    """A day whose year is written: it is near the days of the other cards."""
    spans = [span for reading in readings for span in reading.spans if all(day.year for day in span.days)]
    return next((_first(days) for span in spans for days in _placements(span, ())), None)


def _day_of_field(event_date: str) -> date | None:
    """The day of a field in any format that WordPress gives: Ymd, ISO, d/m/Y, with a time, in words, a timestamp."""
    text = event_date.strip()
    if _TIMESTAMP.fullmatch(text):
        return date(1970, 1, 1) + timedelta(seconds=int(text))
    if match := _COMPACT.fullmatch(text):
        text = "-".join(match.groups())
    spans = read(_MONTH_BEFORE_DAY.sub(r"\2/\1/\3", _TIME.sub("", text))).spans
    only = spans[0].start if len(spans) == 1 and spans[0].start is spans[0].end else None
    return next(_occurrences(only, ()), None) if only and only.month and only.year else None


def _without_excluded(spans: Sequence[WrittenDays], placed: Sequence[Range]) -> list[Range]:
    kept = [days for span, days in zip(spans, placed, strict=True) if not span.excluded]
    for span, (first, last) in zip(spans, placed, strict=True):
        if not span.excluded:
            continue
        pieces: list[Range] = []
        for start, end in kept:
            if first is not None and (start is None or start < first):
                pieces.append((start, min(end or date.max, first - timedelta(days=1))))
            if last is not None and (end is None or last < end):
                pieces.append((max(start or date.min, last + timedelta(days=1)), end))
        kept = pieces
    return kept


def _merged(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """In order and without overlaps. Ranges that touch become one; days named one by one stay days."""
    merged: list[Range] = []
    by_start_then_longest = sorted(ranges, key=lambda days: (days[0] or date.min, -(days[1] or date.max).toordinal()))
    for days in by_start_then_longest:
        if merged and _meet(merged[-1], days):
            merged[-1] = _joined(merged[-1], days)
        else:
            merged.append(days)
    return tuple(merged)


def _meet(left: Range, right: Range) -> bool:
    (start, end), (next_start, next_end) = left, right
    if end is None or next_start is None or next_start <= end:
        return True
    several = start is not None and next_end is not None and start != end and next_start != next_end
    return several and next_start == end + timedelta(days=1)


def _joined(left: Range, right: Range) -> Range:
    (start, end), (next_start, next_end) = left, right
    if start is None and next_end is None:
        return (next_start, end)  # "hasta" on one card and "desde" on another
    return (start, None if end is None or next_end is None else max(end, next_end))
