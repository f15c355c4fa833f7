"""The date text of an event -> the days it names, as written: single days, ranges, rules.

What belongs here: the order of days, months, weekdays and the words between them. What does not: the words themselves
(`date_words.py`), and which year or month was meant when the text does not say it (`dates.py`). A word that is in no
table is kept as unread, and nothing is joined across it.
"""

import unicodedata
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Any

from mut_assets.domain.spanish.date_numbers import days_alone
from mut_assets.domain.spanish.date_rules import MONTH_ITSELF, nth_days, with_rules
from mut_assets.domain.spanish.date_tokens import tokens_of
from mut_assets.domain.spanish.date_words import (
    DASHES,
    LAST_DAY,
    DateToken,
    Kind,
    WrittenDay,
    WrittenDays,
    is_exception,
)
from mut_assets.domain.text import fold

LONGEST = 400
"""Characters of a date text; what is longer is prose, and the dates in it may be anything's."""


@dataclass
class Reading:
    """What one text says. `rule`: the words of a recurrence; `lone`: the weekdays named without a day or a rule;
    `weekend`: one weekend that has no days. `hours`: those named, together; `turned`: a word turns the rest round."""

    spans: list[WrittenDays] = field(default_factory=list)
    rule: str = ""
    rule_days: frozenset[int] = frozenset()
    lone: frozenset[int] = frozenset()
    weekend: bool = False
    undated: bool = False
    turned: bool = False
    hours: str = ""
    unread: list[str] = field(default_factory=list)
    trouble: str = ""

    @property
    def says_nothing(self) -> bool:
        """Whether the text says no word about days, like one of hours alone."""
        return not (self.spans or self.rule or self.lone or self.weekend or self.undated or self.unread or self.trouble)


def read(text: str) -> Reading:
    """What a text says of days. Never raises; what it could not use stands in `unread`, or in `trouble`."""
    if len(text) > LONGEST:
        return Reading(trouble=f"{len(text)} characters are no date")
    text = unicodedata.normalize("NFC", text)
    reading = Reading()
    tokens = _with_days(with_rules(nth_days(_without_hours(days_alone(tokens_of(text)), reading)), text))
    reading.unread += [token.text for token in tokens if token.kind in _UNREAD]
    reading.undated = any(token.kind is Kind.UNDATED for token in tokens)
    reading.weekend = any(token.kind is Kind.WEEKEND for token in tokens)
    moved = any(token.kind is Kind.MOVED for token in tokens)
    reading.turned = moved or any(token.kind is Kind.TURN for token in tokens)
    _Reader(reading).read(_with_weekdays(tokens, reading))
    reading.turned |= any(map(is_exception, reading.unread))
    if reading.lone and (reading.spans or reading.rule):
        reading.unread.append("a weekday without its day")
    if moved and _several(reading.spans):
        reading.trouble = reading.trouble or "it names several days and says that they changed"
    return reading


_UNREAD = {Kind.OTHER, Kind.TURN, Kind.MOVED, Kind.BEFORE, Kind.EVERY, Kind.ORDINAL, Kind.PERIOD}
"""What no sentence about days says, where it is not part of a rule."""


def _without_hours(tokens: list[DateToken], reading: Reading) -> list[DateToken]:
    """Hours become a comma. Those of one group are the event's; hours between days belong to these, and are unread."""
    groups: list[list[str]] = []
    together = False
    for token in tokens:
        if token.kind is Kind.HOUR:
            groups = groups if together else [*groups, []]
            groups[-1].append(token.text)
        together = token.kind is Kind.HOUR or (together and token.kind in {Kind.COMMA, Kind.AND, Kind.BREAK, Kind.TO})
    if len(groups) == 1:
        reading.hours = ", ".join(groups[0])
    else:
        reading.unread = [hour for group in groups for hour in group]
    return [replace(token, kind=Kind.COMMA) if token.kind is Kind.HOUR else token for token in tokens]


def _several(spans: list[WrittenDays]) -> bool:
    kept = [span for span in spans if not span.excluded]
    return len(kept) > 1 or any(span.start is not span.end for span in kept)


_PARTS = {Kind.OTHER, Kind.ORDINAL, Kind.PERIOD}


def _with_days(tokens: list[DateToken]) -> list[DateToken]:
    """Each day with its month and year, and each month that stands alone, becomes one SPAN token."""
    result: list[DateToken] = []
    heads = _months_lead(tokens)
    month: int | None = None  # named before its days: "Febrero: 7, 14 y 21"
    year: int | None = None  # named before any day
    index = 0
    while index < len(tokens):
        token = tokens[index]
        used = 1
        span = token.span
        if token.kind is Kind.DAY:
            own, used = _month_behind(tokens, index, apart=not heads)
            day = WrittenDay(token.value, own or month, year)
            span = WrittenDays(day, day)
        elif token.kind is Kind.MONTH:
            before = next((other for other in reversed(tokens[:index]) if other.kind is not Kind.SKIP), token)
            if heads and _heads_days(tokens, index):
                month = token.value
            elif before.kind in _PARTS and fold(before.text) not in MONTH_ITSELF:
                token = replace(token, kind=Kind.OTHER)  # "fines de mayo" is not all of May
            else:
                span = WrittenDays(WrittenDay(1, token.value, year), WrittenDay(LAST_DAY, token.value, year))
        elif token.kind is Kind.YEAR:
            year = _year_before(result, token.value)
        index += used
        if span is not None:
            result.append(replace(token, kind=Kind.SPAN, span=span))
            year = None
        elif token.kind not in {Kind.MONTH, Kind.YEAR, Kind.SKIP}:
            result.append(token)
    return _with_months(result)


def _months_lead(tokens: list[DateToken]) -> bool:
    """Whether the text puts months before their days, as in "Febrero: 7, 14 y 21"."""
    for at, token in enumerate(tokens):
        if token.kind is Kind.MONTH:
            return _heads_days(tokens, at)
        if token.kind is Kind.DATE or (token.kind is Kind.DAY and _month_behind(tokens, at)[0]):
            return False
    return False


def _heads_days(tokens: list[DateToken], month: int) -> bool:
    """Whether days follow the month at once, or behind a comma or colon: "Febrero: 7 y 14", "Junio, del 5 al 28"."""
    behind = tokens[month + 1 :]
    if behind and behind[0].kind is Kind.COMMA:
        behind = [token for token in behind if token.kind not in {Kind.SKIP, Kind.FROM, Kind.UNTIL, Kind.BETWEEN}]
    return next((token.kind for token in behind if token.kind is not Kind.COMMA), None) is Kind.DAY


def _month_behind(tokens: list[DateToken], index: int, apart: bool = False) -> tuple[int | None, int]:
    """The month of the day at `index`, and how many tokens the two of them are. `apart`: signs may stand between them,
    as brackets do that held hours ("sáb. 5 (11 h) dic.")."""
    between = {Kind.SKIP, Kind.COMMA} if apart else {Kind.SKIP}
    at = next((at for at in range(index + 1, len(tokens)) if tokens[at].kind not in between), index)
    return (tokens[at].value, at + 1 - index) if tokens[at].kind is Kind.MONTH else (None, 1)


def _year_before(tokens: list[DateToken], year: int) -> int | None:
    """Gives a year to the day or month before it; where there is none, the year is handed back for the next."""
    at = next((at for at in reversed(range(len(tokens))) if tokens[at].kind is not Kind.COMMA), None)
    span = None if at is None else tokens[at].span
    if at is None or span is None or span.days[-1].year is not None:
        return year
    tokens[at] = replace(tokens[at], span=_each(span, year=year))
    return None


def _with_months(tokens: list[DateToken]) -> list[DateToken]:
    """Days without a month take it from the next day that has one, else from the one before: "4, 5 y 6 de mayo"."""
    for step in (-1, 1):
        beside: WrittenDay | None = None
        for index in range(len(tokens))[::step]:
            span = tokens[index].span
            if span is None:
                continue
            if beside is not None and span.days[0].month is None:
                span = _each(span, **_month_beside(span.days[0], beside, step))
                tokens[index] = replace(tokens[index], span=span)
            if span.days[0].month is not None:
                beside = span.days[0 if step < 0 else -1]
    return tokens


_LATE, _EARLY = 25, range(1, 8)
"""Days of a month: where one of the first stands next before one of the second, the month turns ("31 y 1 de junio")."""


def _month_beside(day: WrittenDay, beside: WrittenDay, step: int) -> dict[str, int | None]:
    """Month and year of a day that stands before (-1) or behind (1) another one."""
    earlier, later = (day, beside) if step < 0 else (beside, day)
    turns = earlier.day >= _LATE and later.day in _EARLY
    months = (beside.year or 0) * 12 + (beside.month or 1) - 1 + (step if turns else 0)
    return {"month": months % 12 + 1, "year": day.year or (months // 12 if beside.year else None)}


def _each(span: WrittenDays, **changes: Any) -> WrittenDays:
    start, end = (day and replace(day, **changes) for day in (span.start, span.end))
    return replace(span, start=start, end=start if span.start is span.end else end)


def _with_weekdays(tokens: list[DateToken], reading: Reading) -> list[DateToken]:
    """Weekdays go to the days they stand at; the others are the rule, or a weekday without a day."""
    result = list(tokens)
    for index, token in enumerate(tokens):
        if token.kind is not Kind.RULE:
            continue
        named = _named_days(result, index, token)
        result[index] = replace(token, kind=Kind.SKIP if named else Kind.COMMA)
        for at in named:
            span = result[at].span
            if span is not None:
                result[at] = replace(result[at], span=_each(span, weekdays=token.weekdays))
        if token.recurs or (token.several and not named):
            reading.rule = ", ".join(filter(None, (reading.rule, token.text)))
            reading.rule_days |= token.weekdays
        elif not named:
            reading.lone |= token.weekdays
    return result


def _named_days(tokens: list[DateToken], index: int, rule: DateToken) -> list[int]:
    """Where the days of a weekday stand: the next one, or the one before; of several weekdays, the list behind."""
    behind = [at for at in range(index + 1, len(tokens)) if tokens[at].kind is not Kind.COMMA]
    if not rule.several:
        closed = [tokens[at].kind for at in behind[:1]] == [Kind.EXCEPT]  # "4 al 19 de julio, lunes cerrado"
        before = [at for at in reversed(range(index)) if tokens[at].kind is not Kind.COMMA and not closed]
        for at in behind[:1] + before[:1]:
            span = tokens[at].span
            if span is not None and span.start is span.end and not span.days[0].weekdays:
                return [at]
        return []
    listed = list(takewhile(lambda at: tokens[at].kind in {Kind.SPAN, Kind.AND}, behind))
    ranged = len(listed) < len(behind) and tokens[behind[len(listed)]].kind is Kind.TO
    spans = {at: span for at in listed if (span := tokens[at].span) is not None}
    all_days = all(span.start is span.end for span in spans.values())
    return list(spans) if rule.weekdays and all_days and not ranged else []


@dataclass
class _Reader:
    """Puts spans together from left to right. `touching`: the last token was a day, so that "al" may go on from it.
    `ranged`: it was the end of a range already, from which nothing goes on ("6 - 12 a 20")."""

    reading: Reading
    opening: Kind | None = None
    touching: bool = False
    link: str = ""
    ranged: bool = False
    excluding: bool = False
    waiting: str = ""
    """The word that says how the next day is meant."""

    def read(self, tokens: list[DateToken]) -> None:
        for token in tokens:
            if token.span is not None:
                self._take(token.span)
            elif self.waiting and self.excluding and token.text in (",", ".", ")"):
                self.excluding = False  # "lunes cerrado, 3 al 9 de octubre"
            elif token.kind is not Kind.SKIP and (token.kind is not Kind.COMMA or self.link in DASHES):
                self._sign(token)
        self._close()
        self._await("")

    def _take(self, span: WrittenDays) -> None:
        spans, self.waiting = self.reading.spans, ""
        if self.link:
            if self.ranged:
                self.reading.trouble = f'"{self.link}" goes on from a range of days'
            span = replace(spans.pop(), end=span.end)
        elif self.opening is Kind.FROM:
            span = replace(span, end=None)
        elif self.opening is Kind.UNTIL:
            span = replace(span, start=None)
        if self.opening is not Kind.BETWEEN:
            self.opening = None
        spans.append(replace(span, excluded=self.excluding))
        self.touching, self.ranged, self.link = True, bool(self.link), ""

    def _sign(self, token: DateToken) -> None:
        kind = token.kind
        continues = kind in {Kind.TO, Kind.UNTIL} or (kind is Kind.AND and self.opening is Kind.BETWEEN)
        if continues and self.touching:
            self.link = token.text or "-"
            self.opening = None
            return
        self._close()
        self.touching = False
        if kind in {Kind.FROM, Kind.UNTIL, Kind.BETWEEN}:
            self.opening = kind
            self._await(token.text)
        elif kind in {Kind.OTHER, Kind.BREAK, Kind.UNDATED, Kind.TURN, Kind.MOVED, Kind.WEEKEND}:
            self.opening = None
            self.excluding = self.excluding and kind is Kind.OTHER
        elif kind in {Kind.EXCEPT, Kind.BEFORE}:
            self.excluding = True
            self._await(token.text)

    def _await(self, word: str) -> None:
        """A word such as "desde" or "excepto" that no day followed is one that was not used."""
        self.reading.unread += [self.waiting] if self.waiting else []
        self.waiting = word

    def _close(self) -> None:
        """A dash may stand before anything; "al" without a second day leaves half a range, which is none."""
        if self.link and self.link not in DASHES:
            self.reading.trouble = f'nothing that can be read as a day follows "{self.link}"'
        self.link = ""
