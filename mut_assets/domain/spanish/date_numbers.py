"""Numbers in a date text that look like days and are none: hours without a unit, an age, places left, a telephone.

What belongs here: telling them from days by what stands beside them. What does not: numbers with a word of their own
("piso 3", "20 cupos"), which are one token (`date_words.py`).
"""

from collections.abc import Sequence
from dataclasses import replace

from mut_assets.domain.spanish.date_words import DateToken, Kind
from mut_assets.domain.text import fold

_IN_A_LIST = {Kind.DAY, Kind.AND, Kind.COMMA, Kind.TO, Kind.SKIP}
_BESIDE = {Kind.AND, Kind.COMMA, Kind.BREAK, Kind.SKIP}
_LAST_HOUR = 24


def days_alone(tokens: Sequence[DateToken]) -> list[DateToken]:
    """The tokens with what is no day as hours, or as a word that is not read. Only a number that no month follows, and
    that stands behind a whole date, can be no day."""
    result: list[DateToken] = []
    at = 0
    while at < len(tokens):
        token, used = tokens[at], 1
        if token.kind is Kind.DAY and not _month_follows(tokens[at:]):
            if _is_of_hours(tokens[at : at + 3], result):
                used = 3
                parts = [*([result.pop()] if _is_de(result[-1:]) else []), *tokens[at : at + 3]]
                kind = Kind.HOUR if fold(parts[-2].text) == "a" else Kind.OTHER  # "12-20" may be days after all
                words = " ".join(part.text for part in parts) if parts[-2].text else token.text
                token = DateToken(kind, words, parts[0].at, parts[-1].end)
            elif _is_range(tokens[at : at + 3]) and _is_of_a_word((), result, bound=True):
                used = 3
                token = replace(token, kind=Kind.OTHER, text=" ".join(part.text for part in tokens[at : at + 3]))
            elif _is_of_a_word(tokens[at + 1 : at + 2], result):
                token = replace(token, kind=Kind.OTHER)
        result.append(token)
        at += used
    return result


def _month_follows(tokens: Sequence[DateToken]) -> bool:
    return next((token.kind for token in tokens if token.kind not in _IN_A_LIST), None) is Kind.MONTH


def _is_de(before: Sequence[DateToken]) -> bool:
    return bool(before) and fold(before[-1].text) == "de"


def _is_of_hours(three: Sequence[DateToken], before: Sequence[DateToken]) -> bool:
    """Whether "12 a 20" are hours: they stand behind a whole date, or behind a day and "de". Days are "12 al 20"."""
    if not _is_range(three):
        return False
    if max(three[0].value, three[2].value) > _LAST_HOUR or (before and fold(before[-1].text) == "del"):
        return False
    if _is_de(before) and before[-2:-1] and before[-2].kind is Kind.DAY:
        return True
    goes_on = bool(before) and fold(before[-2 if _is_de(before) and before[1:] else -1].text) in ("y", "e")
    return _ends_with_a_date(before, hours_too=True, dates_too=not goes_on)


def _is_range(three: Sequence[DateToken]) -> bool:
    return [token.kind for token in three] == [Kind.DAY, Kind.TO, Kind.DAY] and fold(three[1].text) != "al"


def _ends_with_a_date(tokens: Sequence[DateToken], *, hours_too: bool = False, dates_too: bool = True) -> bool:
    """Whether these end with a day and its month, or with hours, but for signs."""
    kept = [token for token in tokens if token.kind not in _BESIDE]
    if kept and kept[-1].kind is Kind.HOUR:
        return hours_too
    if kept and kept[-1].kind is Kind.YEAR:
        kept.pop()
    kinds = [token.kind for token in kept[-2:]]
    return dates_too and (kinds == [Kind.DAY, Kind.MONTH] or kinds[-1:] == [Kind.DATE])


def _is_of_a_word(behind: Sequence[DateToken], before: Sequence[DateToken], *, bound: bool = False) -> bool:
    """Whether a number belongs to a word that is not read: "cupos limitados (20)", "mayores de 18", "fono 22 345"."""
    joined = _is_de(before) or (bool(before) and before[-1].text == "(")
    word = before[-2:-1] if joined else before[-1:]
    goes_on = bool(behind) and behind[0].kind is Kind.OTHER and behind[0].text[:1].isdigit()
    is_word = bool(word) and word[0].kind is Kind.OTHER and (bound or joined or goes_on)
    return is_word and any(_ends_with_a_date(before[:at]) for at in range(len(before)))
