"""Dates as people type them into the tables that they keep: 2025-09-18, 18-09-2025, 18/09/2025, 18.09.2025.

What belongs here: those forms, for every such table. What does not: dates in the words of a page (`spanish/dates.py`).
"""

import re
from datetime import date

_FORMS = (
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})(?:[T ]00:00(?::00)?)?"),
    re.compile(r"(?P<day>[0-9]{1,2})(?P<sign>[-/.])(?P<month>[0-9]{1,2})(?P=sign)(?P<year>[0-9]{4})"),
)


def typed_date(text: str) -> date | None:
    """The date, or None for what is none; the day stands before the month."""
    match = next(filter(None, (form.fullmatch(text) for form in _FORMS)), None)
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"])) if match else None
    except ValueError:
        return None
