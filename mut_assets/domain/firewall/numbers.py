"""Numbers and keys that belong to one person or one machine: identity numbers, cards, keys.

What belongs here: recognising them in an uncovered text. What does not: phones and mails, which are
no secret by themselves (`people.py`).
"""

import re
from collections.abc import Callable, Iterator, Mapping

COMPANIES_FROM = 50_000_000
"""Chile's identity numbers from here on are companies': public, and due in the terms of a contest."""

_RUT = re.compile(r"(?<![\d.,-])(\d{1,2}\.\d{3}\.\d{3}|\d{7,8})\s?-\s?([\dkK])(?![\w-]|\.\d)")
_NAMED_RUT = re.compile(r"\b(?:rut|run|c\.?i\.?|cedula|cédula)\b[^\d\n]{0,20}(\d{7,8})([\dkK])(?!\w)", re.IGNORECASE)
_CARD = re.compile(
    r"(?<![\w.,-])(?:\d{14,16}|\d{4}([ .-]{1,3})\d{4}\1\d{4}\1\d{4}|\d{4}[ .-]\d{6}[ .-]\d{4,5})(?![\w]|[ .-]\d)"
)
"""In one piece, or grouped as it is embossed: other groups are lists of numbers."""
_BRANDS = re.compile(r"(?:4|5[1-5]|2[2-7]|6011|65)\d+|3[47]\d{13}|3[068]\d{12}")
_BRAND_LENGTHS = {"4": 16, "5": 16, "2": 16, "6": 16}
_KEY = re.compile(
    r"\b(?:(?:AKIA|ASIA)[A-Z0-9]{16}\b|sk[-_](?:[a-z]{2,8}[-_])?[A-Za-z0-9_-]{20,}|gh[opsru]_[A-Za-z0-9]{30,}|"
    r"github_pat_\w{30,}|pcsk_\w{20,}|xox[abprs]-[A-Za-z0-9-]{15,}|AIza[A-Za-z0-9_-]{30,}|"
    r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,})|-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----"
)


def identity_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Where the RUT of a person stands, with the check digit that it must have."""
    for pattern in (_RUT, _NAMED_RUT):
        for match in pattern.finditer(text):
            number = int(match[1].replace(".", ""))
            if 1_000_000 <= number < COMPANIES_FROM and check_digit(number) == match[2].upper():
                yield match.span()


def check_digit(number: int) -> str:
    """The digit or K that follows an identity number of Chile."""
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(str(number))))
    return "0123456789K0"[11 - total % 11]


def cards(text: str) -> Iterator[tuple[int, int]]:
    """Where the number of a payment card stands: of a brand, of its length, and with a sum that holds (Luhn)."""
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if _BRANDS.fullmatch(digits) and len(digits) == _BRAND_LENGTHS.get(digits[0], len(digits)) and _luhn(digits):
            yield match.span()


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def keys(text: str) -> Iterator[tuple[int, int]]:
    """Where a key of a service stands, by the form that its maker gives it."""
    return (match.span() for match in _KEY.finditer(text))


FINDERS: Mapping[str, Callable[[str], Iterator[tuple[int, int]]]] = {
    "rut": identity_numbers,
    "card": cards,
    "key": keys,
}
