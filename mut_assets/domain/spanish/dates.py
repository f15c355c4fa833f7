"""The date texts of an event -> ranges of days.

What belongs here: what several texts and `event_date` say together. What does not: the words of a text
(`date_phrases.py`), which year was meant (`date_years.py`), and how days are said (`date_speech.py`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations

from mut_assets.domain.spanish.date_fields import day_of_field, written_out
from mut_assets.domain.spanish.date_phrases import Reading, read
from mut_assets.domain.spanish.date_speech import Range, say_days
from mut_assets.domain.spanish.date_words import WrittenDays
from mut_assets.domain.spanish.date_years import NotUnderstoodError, first_day, placed_in_years, placements

_FRIDAY = 4


@dataclass(frozen=True)
class When:
    """The days of an event.

    `ranges`: in order, not overlapping, both ends included; a single day is twice the same; one side of the first or
    last may be None, which is open. `recurring`: the words of a rule ("todos los sábados"), which holds on the days of
    `ranges`, or without an end when there are none. `verbatim`: the texts as they were. `warnings`: what was
    understood, but should be looked at. `problems`: what was not understood; such a text gives no days. `remarks`:
    the texts that say more than days, which are told as they are; with `turned`, first: "SUSPENDIDO". `hours`: those
    that stand beside the days.
    """

    ranges: tuple[Range, ...] = ()
    recurring: str = ""
    verbatim: str = ""
    warnings: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    turned: bool = False
    hours: str = ""

    @property
    def problem(self) -> str:
        """All that was not understood, "" for nothing."""
        return "; ".join(self.problems)

    @property
    def start(self) -> date | None:
        """The first day, or None when it is unknown."""
        return self.ranges[0][0] if self.ranges else None

    @property
    def end(self) -> date | None:
        """The last day, or None when it is unknown."""
        return self.ranges[-1][1] if self.ranges else None


def understand(texts: Sequence[str], event_date: str = "", written: date | None = None) -> When:
    """The days that the texts of an event's cards give together. Never raises. `event_date`: as WordPress has it,
    "20251009" or "2025-10-09", or "". `written`: the day the page was last changed."""
    given = tuple(dict.fromkeys(filter(None, (written_out(text.strip()) for text in texts))))
    readings = {text: reading for text in given if not (reading := read(text)).says_nothing}
    event = day_of_field(event_date)
    warnings = [f'event_date "{event_date}" is no day'] if event is None and event_date.strip() else []
    near = event or _first_dated(readings.values())
    ranges: list[Range] = [] if readings or event is None else [(event, event)]
    problems: dict[str, str] = {}
    overlapping: set[str] = set()
    for text, reading in readings.items():
        try:
            text_ranges, doubts = _days_of(reading, near, event, written)
        except NotUnderstoodError as error:
            problems[text] = f'"{text}": {error}'
        else:
            ranges += text_ranges
            overlapping |= {text} if _overlap(text_ranges) else set()
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
        tuple(problems.values()),
        remarks=tuple(
            text
            for text, reading in readings.items()
            if unbound or text in problems or text in overlapping or _says_more(reading)
        ),
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
    """The ranges of one text, and doubts about them. Raises `NotUnderstoodError`."""
    if reading.trouble:
        raise NotUnderstoodError(reading.trouble)
    doubts = [f"not read as a date: {', '.join(reading.unread)}"] if reading.unread else []
    if reading.spans:
        if reading.undated:
            doubts.append("it is not confirmed")
        placed, doubt = placed_in_years(reading.spans, near, written)
        left = _without_excluded(reading.spans, placed)
        if not left:
            raise NotUnderstoodError("it names only days on which it is not")
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
    raise NotUnderstoodError("a weekday without its day" if reading.lone else "it is not understood as a date")


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


def _first_dated(readings: Iterable[Reading]) -> date | None:
    """A day whose year is written: it is near the days of the other cards."""
    spans = [span for reading in readings for span in reading.spans if all(day.year for day in span.days)]
    return next((first_day(days) for span in spans for days in placements(span, ())), None)


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


def _overlap(ranges: Sequence[Range]) -> bool:
    """Whether a text names days twice: "del 12 al 20, sábado 13". It means more than these days by that."""
    spans = [(start or date.min, end or date.max) for start, end in dict.fromkeys(ranges)]
    return any(start <= other_end and other <= end for (start, end), (other, other_end) in combinations(spans, 2))


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
