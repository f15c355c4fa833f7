"""Dates as WordPress' fields give them to machines: Ymd, ISO, d/m/Y, with a time, a timestamp.

What belongs here: those formats, in the field `event_date` and where a text for people is one of them. What does not:
dates in words (`date_phrases.py`).
"""

import re
from datetime import date, timedelta

from mut_assets.domain.spanish.date_phrases import read
from mut_assets.domain.spanish.date_years import occurrences

_TIMESTAMP = re.compile(r"[0-9]{9,10}")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_TIME = re.compile(
    r"[T\s]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?\s*(?:[ap]\.?m\.?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?$", re.I
)
_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[T ](?P<time>[0-9]{2}:[0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_FIRST_TIMESTAMP = 946_684_800
"""The year 2000: a smaller number in a text is no moment, but a phone or a price."""
_MONTH_BEFORE_DAY = re.compile(r"^([0-9]{1,2})/(1[3-9]|2[0-9]|3[01])/([0-9]{4})$")
"""As m/d/Y gives it, where it can be nothing else."""


def written_out(text: str) -> str:
    """A text that is one moment as machines write it, as people do: "2026-12-04 19:00"; others as they are. A field
    for dates gives such a text where the site has no format for it; midnight is no hour then."""
    if match := _MOMENT.fullmatch(text):
        return match["day"] if match["time"] == "00:00" else f"{match['day']} {match['time']}"
    if _COMPACT.fullmatch(text) or (_TIMESTAMP.fullmatch(text) and int(text) >= _FIRST_TIMESTAMP):
        day = day_of_field(text)
        return day.isoformat() if day else text
    return text


def day_of_field(event_date: str) -> date | None:
    """The day of a field in any format that WordPress gives: Ymd, ISO, d/m/Y, with a time, in words, a timestamp."""
    text = event_date.strip()
    if _TIMESTAMP.fullmatch(text):
        return date(1970, 1, 1) + timedelta(seconds=int(text))
    if match := _COMPACT.fullmatch(text):
        text = "-".join(match.groups())
    spans = read(_MONTH_BEFORE_DAY.sub(r"\2/\1/\3", _TIME.sub("", text))).spans
    only = spans[0].start if len(spans) == 1 and spans[0].start is spans[0].end else None
    return next(occurrences(only, ()), None) if only and only.month and only.year else None
