"""Opening hours as shops write them -> a week.

What belongs here: which statement counts for which day. What does not: the words and signs of a timetable
(`hours_words.py`), how it is said (`hours_speech.py`), and days that are unlike the others (`special_days.py`). Nothing
is guessed: a text is understood as a whole or has a `problem`, and is published as it was written. Words that are no
timetable ("última reserva a las 22:00") are remarks, kept beside it as they are.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from mut_assets.domain.spanish.calendar_words import WEEKDAYS
from mut_assets.domain.spanish.hours_speech import clock, say_days_of_week
from mut_assets.domain.spanish.hours_words import (
    CLOCK,
    EITHER,
    EVERY_DAY,
    HOLIDAY,
    IRRENUNCIABLE,
    JOINING,
    MIDNIGHT,
    NAMING,
    RANGE,
    TUESDAY,
    WEDNESDAY,
    HoursToken,
    NotUnderstoodError,
    end_of_list,
    is_of_dates,
    named_days,
    tokens_of,
)
from mut_assets.domain.spanish.week import Day, Hours, OpenSpan, Week, turns_round
from mut_assets.domain.text import fold

_ONLY_A_CLOSING = -1
"""The opening of "jueves hasta las 22", until the statement about all days says it."""
_CHOOSES = re.compile(r"(?:del?|durante|en|desde|hasta|solo)\b")
"""How words begin that say on which of these days it is closed: "cerrado domingos de febrero"."""
LONGEST = 2000
"""Characters of a timetable; what is longer is prose, and the hours in it may be anything's."""

_EARLIEST_LIKELY = 5 * 60
_LONGEST_PAST_MIDNIGHT = 15 * 60
"""Longer than that, "10 a 8" is ten in the morning to eight in the evening on a clock of twelve hours."""


@dataclass(frozen=True)
class _Item:
    """Days, or hours (() is closed), still without each other. `start` is where their part of the text begins;
    `without` are the days of an "excepto", and an item of nothing else has empty `days`."""

    start: int
    days: frozenset[int] | None = None
    spans: tuple[OpenSpan, ...] = ()
    without: frozenset[int] = frozenset()
    clause: int = 0
    """How many items were before its sentence."""

    @property
    def is_exception(self) -> bool:
        """Whether this is only an "excepto"."""
        return bool(self.without) and not self.days


@dataclass(frozen=True)
class _Statement:
    days: frozenset[int]
    spans: tuple[OpenSpan, ...]
    without: frozenset[int] = frozenset()


@lru_cache(maxsize=1024)  # a market has few timetables and many shops
def understand(text: str) -> Hours:
    """The week that a text describes, or why it is none. Never raises."""
    verbatim = text.strip()
    if not verbatim:
        return Hours("")
    if len(verbatim) > LONGEST:
        return Hours(verbatim, problem=f"{len(verbatim):,} characters are no timetable")
    days_named = {token.days for token in tokens_of(unicodedata.normalize("NFC", verbatim), EITHER)}
    if EITHER not in days_named:
        return _read(verbatim, EITHER)
    tuesday, wednesday = _read(verbatim, TUESDAY), _read(verbatim, WEDNESDAY)
    if tuesday.week == wednesday.week:
        return tuesday
    if tuesday.week is None or TUESDAY in days_named or _gaps(wednesday.week) < _gaps(tuesday.week):
        better, name = wednesday, "miércoles"
    else:
        better, name = tuesday, "martes"
    if TUESDAY in days_named or WEDNESDAY in days_named:
        return better
    doubt = f"“M” can be martes or miércoles and was read as {name}; write “Ma” or “Mi” on the page."
    return replace(better, doubts=(*better.doubts, doubt))


def _gaps(week: Week | None) -> int:
    """Weekdays that are not said between two that are: a sign of a day read wrongly."""
    if week is None:
        return len(WEEKDAYS)
    said = [day is not None for day in week.days[:HOLIDAY]]
    return sum(before and after and not day for before, day, after in zip(said, said[1:], said[2:], strict=False))


def _read(verbatim: str, either: tuple[int, ...]) -> Hours:
    """What a text says if `either` is what a lone "M" in it stands for."""
    source = unicodedata.normalize("NFC", verbatim)
    try:
        items, asides = _items(source, tokens_of(source, either))
        statements, owners = _paired(items)
        week, doubts = _week(statements)
    except NotUnderstoodError as error:
        return Hours(verbatim, problem=str(error))
    remarks = []
    for text, item in asides:
        is_of_some = item in owners and len(statements) > 1 and not (turns_round(text) or is_of_dates(text))
        remarks.append(f"{say_days_of_week(statements[owners[item]].days)}: {text}" if is_of_some else text)
    names_days = any(item.days is not None for item in items)
    *days, irrenunciables = week
    return Hours(verbatim, Week(tuple(days), names_days, irrenunciables), tuple(dict.fromkeys(remarks)), doubts)


def _items(source: str, tokens: Sequence[HoursToken]) -> tuple[list[_Item], list[tuple[str, int]]]:
    """Days and hours in the order of the text, and each remark with the index of the item it follows (or -1)."""
    items: list[_Item] = []
    asides: list[tuple[str, int]] = []
    single = sum(token.kind == "day" for token in tokens) == 2
    used, clause, at = 0, 0, 0
    while at < len(tokens):
        token, stop = tokens[at], end_of_list(tokens, at)
        if token.kind in NAMING:
            stop = _end_of_holidays(source, tokens, at, stop)
            days, without = named_days(tokens[at:stop], single)
            items.append(_Item(used, days, without=without, clause=clause))
        elif token.kind in CLOCK:
            spans = _spans(tokens[at:stop], closing=_is_until(tokens[:at]))
            if items and items[-1].days is None and items[-1].spans:
                items[-1] = replace(items[-1], spans=(*items[-1].spans, *spans))
            else:
                items.append(_Item(used, spans=spans, clause=clause))
        elif token.kind == "closed":
            items.append(_Item(used, clause=clause))
        elif token.kind == "break":
            clause = len(items)
        elif token.kind in ("aside", "note", "word"):
            start = used if token.kind == "word" else token.start
            last = len(items) - 1 if len(items) > clause else -1
            pending = last >= 0 and items[-1].days is not None
            pending = pending and (len(items) % 2 == 1 or (len(items) == 2 and _is_beside(items, token)))
            if pending and (stop == len(tokens) or tokens[stop].kind == "break"):  # "Domingo: brunch de 10:00 a 13:00"
                start, last = items.pop().start, -1
            words = " ".join(re.sub(r"[()]", " ", source[start : tokens[stop - 1].end]).split()).strip(" ,;:.|/-–—•·")
            _check_chooses_no_days(items[max(clause, last - 1) :] if last >= clause else (), words)
            asides.append((words, last))
        if token.kind not in JOINING:
            used = tokens[stop - 1].end
        at = stop
    return items, asides


def _end_of_holidays(source: str, tokens: Sequence[HoursToken], at: int, stop: int) -> int:
    """Where a list of days ends: holidays taken out end at their comma, "excepto festivos, sábados 10 a 14"."""
    comma = next((i for i in range(at + 1, stop) if source[tokens[i].start] == ","), stop)
    out = [token.days for token in tokens[at + 1 : comma] if token.kind == "day"]
    return comma if tokens[at].kind == "except" and out and all(min(days) >= HOLIDAY for days in out) else stop


def _is_beside(items: Sequence[_Item], behind: HoursToken) -> bool:
    """Whether some days, in a sentence behind that of the hours, are those of words: "12:00 a 22:00. Sábado música"."""
    hours, days = items
    return behind.kind == "word" and hours.clause != days.clause and len(days.days or EVERY_DAY) < 4


def _check_chooses_no_days(statement: Sequence[_Item], words: str) -> None:
    """Raises where words say on which of some days it is closed: "cerrado domingos de febrero"."""
    if any(item.days is None and not item.spans for item in statement) and _CHOOSES.match(fold(words)):
        raise NotUnderstoodError(f"it is closed only on some of these days, “{words}”")


def _is_until(before: Sequence[HoursToken]) -> bool:
    """Whether these tokens end with "hasta (las)"."""
    return next((token.kind for token in reversed(before) if token.kind != "filler"), "") == "to"


def _spans(tokens: Sequence[HoursToken], closing: bool) -> tuple[OpenSpan, ...]:
    """The hours of a list: "10:00-14:00 y 15:30-20:00", "24 horas". Each time belongs to exactly one span; `closing`:
    a single one may be a closing ("hasta las 22")."""
    if closing and len(tokens) == 1 and tokens[0].kind == "time":
        return (OpenSpan(_ONLY_A_CLOSING, tokens[0].minute),)
    parts = [token for token in tokens if token.kind in CLOCK | RANGE | {"and", "slash"}]
    spans = []
    at = 0
    while at < len(parts):
        kinds = [part.kind for part in parts[at : at + 3]]
        if kinds[0] == "whole":
            spans.append(OpenSpan(0, MIDNIGHT))
        elif kinds[0] == "time":
            if len(kinds) < 3 or kinds[1] not in RANGE or kinds[2] not in CLOCK:
                raise NotUnderstoodError(f"{clock(parts[at].minute)} has no opening or closing to go with it")
            spans.append(_span(parts[at], parts[at + 2]))
            at += 2
        at += 1
    return tuple(spans)


def _span(first: HoursToken, last: HoursToken) -> OpenSpan:
    opens, closes = first.minute % MIDNIGHT, MIDNIGHT if last.kind == "whole" else last.minute
    if closes <= opens:
        closes += MIDNIGHT
        if closes > MIDNIGHT and closes - opens > _LONGEST_PAST_MIDNIGHT:
            raise NotUnderstoodError(f"{clock(opens)} to {clock(closes)} closes before it opens; write 24 hours")
    if last.half == "pm" and not first.half and opens + MIDNIGHT // 2 < closes:  # "1-5pm", "8 a 10 pm"
        raise NotUnderstoodError(f"{clock(opens)} can be in the morning or in the evening; write am or pm after both")
    return OpenSpan(opens, closes)


def _paired(items: Sequence[_Item]) -> tuple[list[_Statement], dict[int, int]]:
    """Days with their hours, two by two, whichever comes first; and which statement each item became part of."""
    if not items:
        raise NotUnderstoodError("no days and hours were recognised in it")
    if len(items) == 1 and items[0].days is None:
        return [_Statement(frozenset(EVERY_DAY), items[0].spans)], {}
    statements: list[_Statement] = []
    owners: dict[int, int] = {}
    at = 0
    behind = sorted(items[1:3], key=lambda item: item.days is None) if len(items) % 2 == 1 and items[0].spans else []
    of_other_days = len(behind) == 2 and len(behind[0].days or EVERY_DAY) < 4
    closed_then = of_other_days and behind[1].days is None and not behind[1].spans
    if closed_then and items[1].clause == items[2].clause:  # "12:00 a 20:00, lunes cerrado"
        statements.append(_Statement(frozenset(EVERY_DAY), items[0].spans))
        owners[0], at = 0, 1
    while at < len(items):
        first, second = items[at], items[at + 1] if at + 1 < len(items) else None
        if first.is_exception and statements and (second is None or second.days is not None):
            last = statements[-1]
            statements[-1] = replace(last, days=last.days - first.without, without=last.without | first.without)
            at += 1
            continue
        if second is None or (first.days is None) == (second.days is None) or second.is_exception:
            raise NotUnderstoodError("some days have no hours, or some hours no days")
        if first.is_exception and not statements:
            raise NotUnderstoodError("it begins with an exception")
        days, hours = (first, second) if second.days is None else (second, first)
        owners[at] = owners[at + 1] = len(statements)
        if days.is_exception:  # "excepto viernes 10:00-22:00"
            statements.append(_Statement(days.without, hours.spans))
        else:
            statements.append(_Statement(days.days or frozenset(), hours.spans, days.without))
        at += 2
    return statements, owners


def _week(statements: Sequence[_Statement]) -> tuple[tuple[Day, ...], tuple[str, ...]]:
    """What counts on each day: the statement about the fewest days. And what is odd about it."""
    week: list[Day] = []
    doubts: list[str] = []
    for index, name in enumerate((*WEEKDAYS, "festivos", "feriados irrenunciables")):
        about = [statement for statement in statements if index in statement.days]
        about.sort(key=lambda statement: len(statement.days))
        narrowest = [statement for statement in about if len(statement.days) == len(about[0].days)]
        if len({statement.spans for statement in narrowest}) > 1:
            raise NotUnderstoodError(f"it gives different hours for {name}")
        if any(statement.spans != about[0].spans and not statement.days >= about[0].days for statement in about):
            doubts.append(f"Two statements overlap on {name}; the one about fewer days was taken.")
        if about:
            week.append(tuple(sorted(_opened(about))))
        elif any(index in statement.without and statement.spans for statement in statements):
            week.append(())
            doubts += [f"“Excepto” was read as closed on {name}."] if index != IRRENUNCIABLE else []
        else:
            week.append(None)
    for span in sorted({span for day in week for span in day or ()}):
        if 0 < span.opens < _EARLIEST_LIKELY or (span.opens == 0 and span.closes != MIDNIGHT):
            doubts.append(f"{clock(span.opens)} is an unlikely hour to open; correct it on the page if it is wrong.")
    if any(after.opens < before.closes for day in week for before, after in pairwise(day or ())):
        raise NotUnderstoodError("hours of one day overlap")
    return tuple(week), tuple(doubts)


def _opened(about: Sequence[_Statement]) -> tuple[OpenSpan, ...]:
    """The hours of a day, from the narrowest statement about it: one that only says when it closes changes the end."""
    spans = about[0].spans
    if spans[:1] != (OpenSpan(_ONLY_A_CLOSING, spans[0].closes if spans else 0),):
        return spans
    wider = next((each.spans for each in about[1:] if each.spans and each.spans[0].opens != _ONLY_A_CLOSING), ())
    if not wider or len(spans) > 1:
        raise NotUnderstoodError(f"{clock(spans[0].closes)} has no opening or closing to go with it")
    *earlier, last = sorted(wider)
    closes = spans[0].closes if spans[0].closes > last.opens else spans[0].closes + MIDNIGHT
    return (*earlier, OpenSpan(last.opens, closes))
