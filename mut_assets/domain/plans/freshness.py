"""How old the knowledge is that visitors are answered from.

What belongs here: ages, the limit, and stamps as moments. What does not: reading them
(`resources/bucket/publication_log.py`) or saying them to somebody (`checks.py`, `announcements/`).
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mut_assets.domain.plans.hold import Hold, Holds

LIMIT = timedelta(hours=26)
"""A night's work, plus the two hours until its deadline."""

TOGETHER = timedelta(hours=2)
"""What one night reads, it reads within this time."""

CLOCKS_DIFFER = timedelta(minutes=5)
"""How far a stamp may lie ahead of this machine's clock before it is one from the future: clocks differ a little."""

STAMP = "%Y%m%d_%H%M%S"
"""How a table's name says the UTC time of its night."""

_IN_A_NAME = re.compile(r"_(\d{8}_\d{6})\.csv$")


def moment(stamp: str) -> datetime:
    """The moment of a stamp; raises `ValueError` for what is none."""
    when = datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
    if when.strftime(STAMP) != stamp:  # `strptime` takes fewer digits too
        raise ValueError(stamp)
    return when


def is_stamp(text: str) -> bool:
    """Whether this is the stamp of some moment."""
    with suppress(ValueError):
        return bool(moment(text))
    return False


@dataclass(frozen=True)
class Age:
    """When the answers about one collection were last read from their source, and how long ago that is.

    `hold`: the rollback that keeps them there.
    """

    collection: str
    read_at: datetime
    age: timedelta
    hold: Hold | None = None

    @property
    def to_come(self) -> bool:
        """Whether it is from the future: a clock was wrong, and nobody knows how old it is."""
        return self.age < -CLOCKS_DIFFER

    @property
    def stale(self) -> bool:
        """Whether it is older than a night's work explains, or of a time that nobody knows. A rollback explains it."""
        return self.hold is None and (self.age > LIMIT or self.to_come)

    def __str__(self) -> str:
        ago = "which is still to come: a clock was wrong" if self.to_come else f"{_hours(self.age)} ago"
        hold = f" ({self.hold})" if self.hold else ""
        return f"{self.collection}: as read on {self.read_at:%Y-%m-%d %H:%M} UTC, {ago}{hold}"

    def in_spanish(self) -> str:
        """The same, for alerts."""
        hours = _hours(self.age).replace("days", "días").replace("hours", "horas").replace(".", ",")
        ago = "que todavía no llega: un reloj andaba mal" if self.to_come else f"hace {hours}"
        hold = f" ({self.hold.in_spanish()})" if self.hold else ""
        return f"{self.collection}: como se leyó el {self.read_at:%Y-%m-%d %H:%M} UTC, {ago}{hold}"


def ages(snapshots_served: Mapping[str, str], now: datetime, holds: Holds | None = None) -> list[Age]:
    """The age per collection, oldest first, from the keys of the raw snapshots that are published."""
    result = []
    for collection, key in snapshots_served.items():
        if match := _IN_A_NAME.search(key):
            with suppress(ValueError):  # digits that are no time say nothing about age
                read_at = moment(match.group(1))
                result.append(Age(collection, read_at, now - read_at, (holds or {}).get(collection)))
    return sorted(result, key=lambda age: age.read_at)


def doubts(of_collections: Sequence[Age]) -> list[str]:
    """Clauses about collections that were not read when they should have been, or not when the others were."""
    newest = max((age.read_at for age in of_collections if not age.to_come), default=None)
    return [
        _doubt(age)
        for age in of_collections
        if age.stale or (not age.hold and newest and newest - age.read_at > TOGETHER)
    ]


def _doubt(age: Age) -> str:
    if age.to_come:
        return f"{age.collection} was read under a wrong clock"
    return f"{age.collection} is old" if age.stale else f"{age.collection} was not read when the others were"


def _hours(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    return f"{hours / 24:.1f} days" if hours >= 48 else f"{hours:.1f} hours"
