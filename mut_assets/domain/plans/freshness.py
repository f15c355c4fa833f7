"""How old the knowledge is that visitors are answered from.

What belongs here: ages and the limit, as values. What does not: reading them (`resources/bucket/publication_log.py`) or
saying them to somebody (`checks.py`, `announcements.py`).
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LIMIT = timedelta(hours=26)
"""A night's work, plus the two hours until its deadline."""

TOGETHER = timedelta(hours=2)
"""What one night reads, it reads within this time."""

_STAMP = re.compile(r"_(\d{8}_\d{6})\.csv$")


@dataclass(frozen=True)
class Age:
    """When the answers about one collection were last read from their source, and how long ago that is."""

    collection: str
    read_at: datetime
    age: timedelta

    @property
    def stale(self) -> bool:
        """Whether it is older than a night's work explains."""
        return self.age > LIMIT

    def __str__(self) -> str:
        return f"{self.collection}: as read on {self.read_at:%Y-%m-%d %H:%M} UTC, {_hours(self.age)} ago"

    def in_spanish(self) -> str:
        """The same, for alerts."""
        hours = _hours(self.age).replace("days", "días").replace("hours", "horas").replace(".", ",")
        return f"{self.collection}: como se leyó el {self.read_at:%Y-%m-%d %H:%M} UTC, hace {hours}"


def ages(snapshots_served: Mapping[str, str], now: datetime) -> list[Age]:
    """The age per collection, oldest first, from the keys of the raw snapshots that are published."""
    result = []
    for collection, key in snapshots_served.items():
        if match := _STAMP.search(key):
            with suppress(ValueError):  # digits that are no time say nothing about age
                read_at = datetime.strptime(match.group(1), "%Y%m%d_%H%M%S").replace(tzinfo=UTC)
                result.append(Age(collection, read_at, now - read_at))
    return sorted(result, key=lambda age: age.read_at)


def doubts(of_collections: Sequence[Age]) -> list[str]:
    """Clauses about collections that were not read when they should have been, or not when the others were."""
    newest = max((age.read_at for age in of_collections), default=None)
    return [
        f"{age.collection} is old" if age.stale else f"{age.collection} was not read when the others were"
        for age in of_collections
        if age.stale or (newest and newest - age.read_at > TOGETHER)
    ]


def _hours(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    return f"{hours / 24:.1f} days" if hours >= 48 else f"{hours:.1f} hours"
