"""Numbers in a date text that look like days and are none: hours without a unit, an age, places left, a telephone.

What belongs here: telling them from days by what stands beside them. What does not: numbers with a word of their own
("piso 3", "20 cupos"), which are one token (`date_words.py`).
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import dropwhile

from mut_assets.domain.spanish.date_words import DateToken, Kind
from mut_assets.domain.text import fold

_IN_A_LIST = {Kind.DAY, Kind.AND, Kind.COMMA, Kind.TO, Kind.SKIP}
_BESIDE = {Kind.AND, Kind.COMMA, Kind.BREAK, Kind.SKIP}
_LAST_HOUR = 24


def days_alone(tokens: Sequence[DateToken]) -> list[DateToken]:
    """The tokens with what is no day as hours, or as a word that is not read. What a month follows are days."""
    result: list[DateToken] = []
    at = 0
    while at < len(tokens):
        token, used = tokens[at], 1
        if token.kind is Kind.DAY:
            if _is_of_hours(tokens[at:], result):
                used = 3
                parts = [*([result.pop()] if _is_de(result[-1:]) else []), *tokens[at : at + 3]]
                kind = Kind.HOUR if fold(parts[-2].text) == "a" else Kind.OTHER  # "12-20" may be days after all
                words = " ".join(part.text for part in parts) if parts[-2].text else token.text
                token = DateToken(kind, words, parts[0].at, parts[-1].end)
            elif _is_in_a_list_with_month(tokens[at:]):
                pass
            elif _is_range(tokens[at : at + 3]) and _is_of_a_word((), result, bound=True):
                used = 3
                token = replace(token, kind=Kind.OTHER, text=" ".join(part.text for part in tokens[at : at + 3]))
            elif _is_of_a_word(tokens[at + 1 : at + 2], result):
                token = replace(token, kind=Kind.OTHER)
        result.append(token)
        at += used
    return result


def _is_in_a_list_with_month(tokens: Sequence[DateToken]) -> bool:
    return next((token.kind for token in tokens if token.kind not in _IN_A_LIST), None) is Kind.MONTH


def _month_follows(tokens: Sequence[DateToken]) -> bool:
    return next((token.kind for token in tokens if token.kind is not Kind.SKIP), None) is Kind.MONTH


def _is_de(before: Sequence[DateToken]) -> bool:
    return bool(before) and fold(before[-1].text) == "de"


def _is_of_hours(here: Sequence[DateToken], before: Sequence[DateToken]) -> bool:
    """Whether "12 a 20" are hours: they stand behind a whole date, behind weekdays, behind a day and "de", or alone
    before a date. Days are "12 al 20"."""
    if not _is_range(here[:3]) or max(here[0].value, here[2].value) > _LAST_HOUR or _month_follows(here[3:]):
        return False
    if before and fold(before[-1].text) == "del":
        return False
    says_de = _is_de(before)
    touching = before[:-1] if says_de else before
    if not touching or touching[-1].kind is Kind.BREAK:
        return _is_before_a_date(here, says_de)
    if not says_de and touching[-1].kind in _BESIDE and _is_in_a_list_with_month(here):
        return False
    if touching[-1].kind is Kind.WEEKDAY:
        run = [token.kind for token in touching[-3:-1]]
        return says_de or touching[-1].several or run in ([Kind.WEEKDAY, Kind.TO], [Kind.WEEKDAY, Kind.AND])
    goes_on = fold(touching[-1].text) in ("y", "e")
    return (says_de and touching[-1].kind is Kind.DAY) or _ends_with_a_date(touching, dates_too=not goes_on)


def _is_before_a_date(here: Sequence[DateToken], says_de: bool) -> bool:
    """ "De 10 a 20, 4 de julio": no list of days goes back. Days before "sábado 27 de julio" are "del 12 al 20"."""
    behind = [
        token for token in dropwhile(lambda token: token.kind in _BESIDE, here[3:]) if token.kind is not Kind.SKIP
    ]
    nth = dropwhile(lambda token: token.kind in {Kind.ORDINAL, Kind.AND, Kind.COMMA}, behind)
    if behind and behind[0].kind is Kind.ORDINAL:
        return [token.kind for token in nth][:2] == [Kind.WEEKDAY, Kind.MONTH]
    named = bool(behind) and behind[0].kind is Kind.WEEKDAY
    date = behind[1:] if named else behind
    kinds = [token.kind for token in date]
    is_date = kinds[:2] == [Kind.DAY, Kind.MONTH] or kinds[:4] == [Kind.DAY, Kind.TO, Kind.DAY, Kind.MONTH]
    return is_date and ((named and says_de) or date[0].value < here[0].value)


def _is_range(three: Sequence[DateToken]) -> bool:
    return [token.kind for token in three] == [Kind.DAY, Kind.TO, Kind.DAY] and fold(three[1].text) != "al"


def _ends_with_a_date(tokens: Sequence[DateToken], *, dates_too: bool = True) -> bool:
    """Whether these end with a day and its month, with the weekdays of a month, or with hours, but for signs."""
    kept = [token for token in tokens if token.kind not in _BESIDE]
    if kept and kept[-1].kind is Kind.YEAR:
        kept.pop()
    kinds = [token.kind for token in kept[-2:]]
    dated = kinds in ([Kind.DAY, Kind.MONTH], [Kind.WEEKDAY, Kind.MONTH]) or kinds[-1:] == [Kind.DATE]
    return kinds[-1:] == [Kind.HOUR] or (dates_too and dated)


def _is_of_a_word(behind: Sequence[DateToken], before: Sequence[DateToken], *, bound: bool = False) -> bool:
    """Whether a number belongs to a word that is not read: "cupos limitados (20)", "mayores de 18", "fono 22 345"."""
    joined = _is_de(before) or (bool(before) and before[-1].text == "(")
    word = before[-2:-1] if joined else before[-1:]
    goes_on = bool(behind) and behind[0].kind is Kind.OTHER and behind[0].text[:1].isdigit()
    is_word = bool(word) and word[0].kind is Kind.OTHER and (bound or joined or goes_on)
    return is_word and any(_ends_with_a_date(before[:at]) for at in range(len(before)))
