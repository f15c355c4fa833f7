"""Runs of weekdays and words of recurrence in a date text: "todos los sábados", "15 de cada mes", "excepto lunes".

What belongs here: where such a run begins and ends, its words as they stand, and the days that "segundo lunes de julio"
names. What does not: which days a rule holds on (`dates.py`).
"""

from dataclasses import replace
from itertools import product, takewhile

from mut_assets.domain.spanish.date_words import (
    DateToken,
    Kind,
    WrittenDay,
    WrittenDays,
    ordinal_number,
    weekday_in_full,
)
from mut_assets.domain.text import fold

_DAYS = {Kind.DAY, Kind.DATE}
MONTH_ITSELF = ("mes", "month")
_STARTS_NO_RUN = {Kind.AND, Kind.TO, Kind.COMMA}
_ENDS_A_RUN = {Kind.WEEKDAY, Kind.PERIOD, Kind.ALWAYS}
_IN_A_RUN = {Kind.EVERY, Kind.ORDINAL, Kind.SKIP, *_STARTS_NO_RUN, *_ENDS_A_RUN}


def nth_days(tokens: list[DateToken]) -> list[DateToken]:
    """ "Primer y tercer lunes de septiembre" are two days; "primer lunes de cada mes" is a rule, and stays as it is."""
    result: list[DateToken] = []
    index = 0
    while index < len(tokens):
        behind = takewhile(lambda token: token.kind in {Kind.ORDINAL, Kind.AND, Kind.COMMA}, tokens[index:])
        ordinals = [token for token in behind if tokens[index].kind is Kind.ORDINAL]
        at = index + len(ordinals)
        named = [token for token in tokens[at:] if token.kind is not Kind.SKIP]
        months = _months_of(named[1:])
        numbers = [ordinal_number(token.text) for token in ordinals if token.kind is Kind.ORDINAL]
        if numbers and all(numbers) and months and named[0].kind is Kind.WEEKDAY and len(named[0].weekdays) == 1:
            nth = zip((token for token in ordinals if token.kind is Kind.ORDINAL), numbers, strict=True)
            for month, (token, number) in product(months, list(nth)):
                day = WrittenDay(0, month.value, None, named[0].weekdays, number)
                result.append(replace(token, kind=Kind.DATE, span=WrittenDays(day, day)))
            index = tokens.index(months[-1]) + 1
        else:
            result.append(tokens[index])
            index += 1
    return result


def _months_of(tokens: list[DateToken]) -> list[DateToken]:
    """The months that a list begins with: "julio", "julio y agosto"."""
    listed = list(takewhile(lambda token: token.kind in {Kind.MONTH, Kind.AND, Kind.COMMA}, tokens))
    begins = bool(listed) and listed[0].kind is Kind.MONTH
    return [token for token in listed if token.kind is Kind.MONTH] if begins else []


def with_rules(tokens: list[DateToken], text: str) -> list[DateToken]:
    """Each run of weekdays and words of recurrence becomes one RULE token with the words as they stand."""
    result: list[DateToken] = []
    index = 0
    while index < len(tokens):
        run = _run(tokens, index)
        rule = _rule(run, text)
        if rule and _is_denied(result):
            rule = replace(rule, kind=Kind.OTHER)
        result.append(rule or tokens[index])
        index += len(run) if rule else 1
    return result


def _is_denied(before: list[DateToken]) -> bool:
    """Whether a rule ends a sentence that denies it: "no hay función los lunes"."""
    words = list(takewhile(lambda token: token.kind in {Kind.OTHER, Kind.SKIP}, reversed(before)))
    return bool(words) and before[: -len(words)][-1:] != [] and before[-len(words) - 1].kind is Kind.EXCEPT


def _run(tokens: list[DateToken], start: int) -> list[DateToken]:
    """The longest run from here that ends with a weekday or a word of recurrence. "excepto" may begin one."""
    if tokens[start].kind is Kind.DAY:
        return _monthly(tokens[start:])
    if tokens[start].kind in _STARTS_NO_RUN:
        return []
    if tokens[start].kind is Kind.EXCEPT and tokens[start + 1 : start + 2] and tokens[start + 1].kind in _STARTS_NO_RUN:
        return []  # "lunes cerrado, martes a domingo": the word belongs to what is before it
    end = start + (tokens[start].kind is Kind.EXCEPT)
    while end < len(tokens) and tokens[end].kind in _IN_A_RUN:
        end += 1
    while end > start and tokens[end - 1].kind not in _ENDS_A_RUN:
        end -= 1
    excludes_day = tokens[start].kind is Kind.EXCEPT and tokens[end : end + 1] and tokens[end].kind in _DAYS
    return [] if excludes_day else tokens[start:end]


def _monthly(tokens: list[DateToken]) -> list[DateToken]:
    """ "1 y 15 de cada mes", from its first day on; [] where the days are those of a month."""
    days = list(takewhile(lambda token: token.kind in {Kind.DAY, Kind.AND, Kind.COMMA, Kind.SKIP}, tokens))
    behind = tokens[len(days) : len(days) + 2]
    monthly = [token.kind for token in behind] == [Kind.EVERY, Kind.PERIOD] and fold(behind[1].text) in MONTH_ITSELF
    return [*days, *behind] if monthly else []


def _rule(run: list[DateToken], text: str) -> DateToken | None:
    kinds = {token.kind for token in run}
    recurs = bool(kinds & {Kind.EXCEPT, Kind.EVERY, Kind.ALWAYS})
    if not recurs and not kinds & {Kind.WEEKDAY, Kind.ORDINAL}:
        return None
    words = _words(run, text)
    if Kind.ORDINAL in kinds and not recurs:  # "primer y segundo sábado de mayo": which days is not said here
        return DateToken(Kind.OTHER, words, run[0].at, run[-1].end)
    named: frozenset[int] = frozenset().union(*(token.weekdays for token in run))
    several = recurs or len(named) > 1 or any(token.several or fold(token.text) == "los" for token in run)
    if kinds & {Kind.EXCEPT, Kind.ORDINAL, Kind.TO}:
        named = frozenset()  # not one day after another
    words = words[:1].lower() + words[1:]
    return DateToken(Kind.RULE, words, run[0].at, run[-1].end, weekdays=named, several=several, recurs=recurs)


def _words(run: list[DateToken], text: str) -> str:
    """The words of a rule as they stand there, shortened weekdays in full, without hours that stand between them."""
    said, at = "", run[0].at
    for token in run:
        is_hour = token.kind is Kind.COMMA and any(char.isdigit() for char in token.text)
        said += text[at : token.at] + ("" if is_hour else weekday_in_full(token.text))
        at = token.end
    return " ".join(said.split()).replace(" ,", ",")
