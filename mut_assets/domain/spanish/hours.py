"""Opening hours as shops write them -> a week, and a week -> a plain Spanish sentence.

What belongs here: which statement counts for which day, and how it is said. What does not: the words and signs of a
timetable (`hours_words.py`), and days that are unlike the others of their kind (`special_days.py`). Nothing is guessed:
a text is understood as a whole or has a `problem`, and is published as it was written. Words that are no timetable
("última reserva a las 22:00") are remarks, kept beside it as they are.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from mut_assets.domain.spanish.calendar_words import WEEKDAYS, WEEKDAYS_IN_PLURAL
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
    named_days,
    tokens_of,
)
from mut_assets.domain.text import fold, listed

_ONLY_A_CLOSING = -1
"""The opening of "jueves hasta las 22", until the statement about all days says it."""
_CHOOSES = re.compile(r"(?:del?|durante|en|desde|hasta|solo)\b")
"""How words begin that say on which of these days it is closed: "cerrado domingos de febrero"."""
_IRRENUNCIABLES = "feriados irrenunciables (1 de enero, 1 de mayo, 18 y 19 de septiembre y 25 de diciembre)"
_EARLIEST_LIKELY = 5 * 60
_LONGEST_PAST_MIDNIGHT = 15 * 60
"""Longer than that, "10 a 8" is ten in the morning to eight in the evening on a clock of twelve hours."""


@dataclass(frozen=True, order=True)
class OpenSpan:
    """Minutes since midnight. `closes` is after `opens`, and past 1440 on the next morning: 23:30-01:00 closes 1500."""

    opens: int
    closes: int


Day = tuple[OpenSpan, ...] | None
"""When it opens on a day: () is closed, None is not said."""


@dataclass(frozen=True)
class Week:
    """Eight days: Monday to Sunday, and public holidays; `irrenunciables` are those of them on which shops must close,
    where the text speaks of them. Without `names_days` the text gave hours and no days
    ("10am a 8pm"): Monday to Sunday hold them, but whether Sunday was meant is not said."""

    days: tuple[Day, ...]
    names_days: bool = True
    irrenunciables: Day = None

    @property
    def opens_on_sundays(self) -> bool | None:
        """None when it is not said."""
        return self._opens_on(6)

    @property
    def opens_on_holidays(self) -> bool | None:
        """None when it is not said."""
        return self._opens_on(HOLIDAY)

    def _opens_on(self, index: int) -> bool | None:
        day = self.days[index]
        return None if day is None or not self.names_days else bool(day)


@dataclass(frozen=True)
class Hours:
    """What a text, `verbatim`, says about opening hours. `remarks` are what it says besides days and hours, in its
    words; `doubts`, in English, what was taken literally and is odd. With a `problem`, in English, `week` is None. An
    empty text has neither."""

    verbatim: str
    week: Week | None = None
    remarks: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class _Item:
    """Days, or hours (() is closed), still without each other. `start` is where their part of the text begins;
    `without` are the days of an "excepto", and an item of nothing else has empty `days`."""

    start: int
    days: frozenset[int] | None = None
    spans: tuple[OpenSpan, ...] = ()
    without: frozenset[int] = frozenset()

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
        is_of_some = item in owners and len(statements) > 1
        remarks.append(f"{_said_days(statements[owners[item]].days)}: {text}" if is_of_some else text)
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
            days, without = named_days(tokens[at:stop], single)
            items.append(_Item(used, days, without=without))
        elif token.kind in CLOCK:
            spans = _spans(tokens[at:stop], closing=_is_until(tokens[:at]))
            if items and items[-1].days is None and items[-1].spans:
                items[-1] = replace(items[-1], spans=(*items[-1].spans, *spans))
            else:
                items.append(_Item(used, spans=spans))
        elif token.kind == "closed":
            items.append(_Item(used))
        elif token.kind == "break":
            clause = len(items)
        elif token.kind in ("aside", "note", "word"):
            start = used if token.kind == "word" else token.start
            last = len(items) - 1 if len(items) > clause else -1
            pending = last >= 0 and len(items) % 2 == 1 and items[-1].days is not None
            if pending and (stop == len(tokens) or tokens[stop].kind == "break"):  # "Domingo: brunch de 10:00 a 13:00"
                start, last = items.pop().start, -1
            words = " ".join(re.sub(r"[()]", " ", source[start : tokens[stop - 1].end]).split()).strip(" ,;:.|-–—•·")
            _check_chooses_no_days(items[last - 1 :] if last > clause else (), words)
            asides.append((words, last))
        if token.kind not in JOINING:
            used = tokens[stop - 1].end
        at = stop
    return items, asides


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
                raise NotUnderstoodError(f"{_clock(parts[at].minute)} has no opening or closing to go with it")
            spans.append(_span(parts[at], parts[at + 2]))
            at += 2
        at += 1
    return tuple(spans)


def _span(first: HoursToken, last: HoursToken) -> OpenSpan:
    opens, closes = first.minute % MIDNIGHT, MIDNIGHT if last.kind == "whole" else last.minute
    if closes <= opens:
        closes += MIDNIGHT
        if closes > MIDNIGHT and closes - opens > _LONGEST_PAST_MIDNIGHT:
            raise NotUnderstoodError(f"{_clock(opens)} to {_clock(closes)} closes before it opens; write 24 hours")
    if last.half == "pm" and not first.half and opens + MIDNIGHT // 2 < closes:  # "1-5pm", "8 a 10 pm"
        raise NotUnderstoodError(f"{_clock(opens)} can be in the morning or in the evening; write am or pm after both")
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
    of_other_days = len(items) % 2 == 1 and items[0].spans and len(items[1].days or EVERY_DAY) < 4
    if of_other_days and items[2].days is None and not items[2].spans:  # "12:00 a 20:00, lunes cerrado"
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
            doubts.append(f"{_clock(span.opens)} is an unlikely hour to open; correct it on the page if it is wrong.")
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
        raise NotUnderstoodError(f"{_clock(spans[0].closes)} has no opening or closing to go with it")
    *earlier, last = sorted(wider)
    closes = spans[0].closes if spans[0].closes > last.opens else spans[0].closes + MIDNIGHT
    return (*earlier, OpenSpan(last.opens, closes))


def sentence(hours: Hours) -> str:
    """What a visitor is told, in whole sentences; "" when nothing is known. The same hours give the same text."""
    if hours.week is None:
        verbatim = " ".join(hours.verbatim.split())
        if not verbatim:
            return ""
        named = verbatim if fold(verbatim).startswith("horario") else f"Horario: {verbatim}"
        return named if named.endswith((".", "!", "?", "…")) else f"{named}."
    opens, closes = _told(hours.week)
    if not hours.remarks:
        return " ".join(filter(None, (opens, closes)))
    remarks = "; ".join(hours.remarks)
    return f"{opens[:-1]} ({remarks}). {closes}".strip() if opens else f"{closes[:-1]} ({remarks})."


def _told(week: Week) -> tuple[str, str]:
    """The sentence of the open days and that of the closed ones; "" where there is none."""
    alike: dict[tuple[OpenSpan, ...], set[int]] = {}
    for index, day in enumerate((*week.days, week.irrenunciables)):
        if day is not None:
            alike.setdefault(day, set()).add(index)
    if not week.names_days:
        spans = next(iter(alike), ())
        return (f"Abre {say_spans(spans)}.", "") if spans else ("", "Cerrado.")
    parts = [
        f"{_said_days(days)}{',' if days >= {*range(IRRENUNCIABLE)} else ''} {say_spans(spans)}"
        for spans, days in alike.items()
        if spans
    ]
    opens = f"Abre {', '.join(parts[:-1])}{', y ' if parts[1:] else ''}{parts[-1]}." if parts else ""
    closes = f"Cierra {_said_days(alike[()])}." if () in alike else ""
    return opens, closes


def say_spans(spans: Sequence[OpenSpan]) -> str:
    """ "de 10:00 a 14:00 y de 15:30 a 20:00", "las 24 horas". At least one span."""
    if tuple(spans) == (OpenSpan(0, MIDNIGHT),):
        return "las 24 horas"
    return listed([f"de {_clock(span.opens)} a {_clock(span.closes)}" for span in spans], "y")


def _said_days(days: Collection[int]) -> str:
    """ "de lunes a jueves y los sábados", "todos los días, incluidos los festivos"."""
    weekdays = sorted(day for day in days if day < HOLIDAY)
    others = ["festivos"] * (HOLIDAY in days) + [_IRRENUNCIABLES] * (IRRENUNCIABLE in days)
    if len(weekdays) == 7:
        return "todos los días" + (f", incluidos los {listed(others, 'y')}" if others else "")
    runs: list[list[int]] = []
    for day in weekdays:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    if len(runs) > 1 and runs[0][0] == 0 and runs[-1][-1] == 6:  # "de viernes a lunes"
        runs[0] = runs.pop() + runs[0]
    ranges = [f"de {WEEKDAYS[run[0]]} a {WEEKDAYS[run[-1]]}" for run in runs if len(run) > 2]
    singles = [WEEKDAYS_IN_PLURAL[day] for run in runs if len(run) < 3 for day in run] + others
    if singles:
        singles[0] = f"los {singles[0]}"
    return listed(ranges + singles, "y")


def _clock(minute: int) -> str:
    """ "9:00", "20:30"; the end of the day is "medianoche"."""
    return "medianoche" if minute == MIDNIGHT else f"{minute // 60 % 24}:{minute % 60:02}"
