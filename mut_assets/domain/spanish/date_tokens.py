"""The date text of an event -> its tokens: what a word or number is by what stands beside it.

What belongs here: "mar" (martes or marzo), "Ma", "12-10", "28 - Ene". What does not: the words themselves
(`date_words.py`), and what they say together (`date_phrases.py`).
"""

import re
from dataclasses import replace

from mut_assets.domain.spanish.date_words import (
    MARTES_OR_MARZO,
    SHORT_WEEKDAYS,
    TOKEN,
    WORDS,
    DateToken,
    Kind,
    WrittenDay,
    WrittenDays,
    token_of,
)
from mut_assets.domain.text import fold

_NAMED_DAY = re.compile(r"([0-9]{1,2})\s*([-–])\s*([^\W\d]+)\.?")


def tokens_of(text: str) -> list[DateToken]:
    """Every token of a text in NFC, in order; nothing is left out but spaces. Never raises."""
    tokens = _without_dots([token_of(match) for match in TOKEN.finditer(text)])
    tokens = [_short_weekday(tokens, index) for index in range(len(tokens))]
    tokens = [part for index in range(len(tokens)) for part in _month_first(tokens, index)]
    return _with_pairs([_month_or_weekday(tokens, index) for index in range(len(tokens))])


def _without_dots(tokens: list[DateToken]) -> list[DateToken]:
    """Without the dots of shortened weekdays, which end nothing: "lun. 8 – vie. 12 jun."."""
    before = [None, *tokens]
    return [
        token
        for token, last in zip(tokens, before, strict=False)
        if token.text != "."
        or last is None
        or last.kind is not Kind.WEEKDAY
        or last.end != token.at
        or len(last.text) > 4
    ]


def _short_weekday(tokens: list[DateToken], index: int) -> DateToken:
    """ "Ma" is Tuesday beside another weekday or before a day."""
    token = tokens[index]
    if fold(token.text) not in SHORT_WEEKDAYS:
        return token
    beside = [tokens[at] for at in (index - 2, index + 2, index + 1) if 0 <= at < len(tokens)]
    names = [other for other in beside if fold(other.text) in SHORT_WEEKDAYS or other.kind is Kind.WEEKDAY]
    before_day = index + 1 < len(tokens) and tokens[index + 1].kind is Kind.DAY
    if not (names or before_day):
        return token
    return replace(token, kind=Kind.WEEKDAY, weekdays=frozenset({SHORT_WEEKDAYS.index(fold(token.text))}))


def _month_or_weekday(tokens: list[DateToken], index: int) -> DateToken:
    """ "mar" is March behind a day or before a year, and Tuesday elsewhere."""
    token = tokens[index]
    if fold(token.text) != MARTES_OR_MARZO:
        return token
    before = next((other.kind for other in reversed(tokens[:index]) if other.kind is not Kind.SKIP), None)
    behind = next((other.kind for other in tokens[index + 1 :] if other.kind is not Kind.COMMA), None)
    leads = [other.kind for other in tokens[index + 1 : index + 5]] == [Kind.DAY, Kind.TO, Kind.MONTH, Kind.DAY]
    if before is Kind.DAY or behind is Kind.YEAR or leads:
        return replace(token, kind=Kind.MONTH, value=3)
    return replace(token, kind=Kind.WEEKDAY, weekdays=frozenset({1}))


def _month_first(tokens: list[DateToken], index: int) -> list[DateToken]:
    """ "Dic 28 - Ene 3" is a day of each month: what looks like "28-Ene" has its month before it."""
    token = tokens[index]
    named = _NAMED_DAY.fullmatch(token.text) if token.kind is Kind.DATE else None
    before = [other.kind for other in tokens[:index] if other.kind is not Kind.SKIP][-2:]
    behind = [other.kind for other in tokens[index + 1 : index + 2]]
    is_month = before[-1:] == [Kind.MONTH] or fold(tokens[index - 1].text) == MARTES_OR_MARZO
    if named is None or not is_month or before[:1] == [Kind.DAY] or behind != [Kind.DAY]:
        return [token]
    day = replace(token, kind=Kind.DAY, text=named[1], value=int(named[1]), span=None)
    month = WORDS[fold(named[3])] if fold(named[3]) in WORDS else replace(token, kind=Kind.MONTH, value=3)
    return [
        day,
        replace(token, kind=Kind.TO, text="-", span=None),
        replace(month, text=named[3], at=token.at, end=token.end),
    ]


def _with_pairs(tokens: list[DateToken]) -> list[DateToken]:
    """ "12-10" is the 12th of October where no month is named and every such pair can be one; else two days."""
    pairs = [re.split("[-/]", token.text) for token in tokens if token.kind is Kind.PAIR]
    dates = all(1 <= int(month) <= 12 for _, month in pairs) and all(token.kind is not Kind.MONTH for token in tokens)
    result: list[DateToken] = []
    for token in tokens:
        if token.kind is not Kind.PAIR:
            result.append(token)
            continue
        first, second = map(int, re.split("[-/]", token.text))
        if dates:
            written = WrittenDay(first, second)
            result.append(replace(token, kind=Kind.DATE, span=WrittenDays(written, written)))
        else:
            day, link = replace(token, kind=Kind.DAY), Kind.TO if "-" in token.text else Kind.AND
            result += [replace(day, value=first), replace(token, kind=link, text=""), replace(day, value=second)]
    return result
