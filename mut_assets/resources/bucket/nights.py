"""Nights and their tables: which there were, and which table of a collection belongs to one.

What belongs here: finding them among the snapshots and the records of nights. What does not: one record
(`night_records.py`), or going back to a night (`publishing/rollbacks.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mut_assets.domain.collections import Collection
from mut_assets.domain.plans.freshness import is_stamp
from mut_assets.domain.plans.nights import grouped
from mut_assets.resources.bucket.snapshots import Snapshots, StoredTable
from mut_assets.resources.failures import PermanentFailure


@dataclass(frozen=True)
class Tables:
    """A night by name, and the tables that it wrote: `raw_tiendas` and the like.

    `last` is the stamp of the last one. `recorded` is False for a night of an earlier release, whose tables each had a
    stamp: which of them were one night is then taken from their times.
    """

    name: str
    last: str
    tables: tuple[str, ...]
    recorded: bool = True
    stamps: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Nights:
    """Finds nights in the bucket."""

    snapshots: Snapshots

    def all(self) -> list[Tables]:
        """Every night, oldest first; those from the future too."""
        recorded = self.snapshots.nights.stamps()
        found = [
            (snapshot.stamp, f"{stage}_{collection.name}") for stage, collection, snapshot in self.snapshots.tables()
        ]
        own: dict[str, list[str]] = {stamp: [] for stamp in recorded}
        for stamp, table in found:
            if stamp in own:
                own[stamp].append(table)
        others = grouped([(stamp, table) for stamp, table in found if stamp not in own])
        return sorted(
            [
                *(Tables(stamp, stamp, tuple(tables), stamps=frozenset({stamp})) for stamp, tables in own.items()),
                *map(_without_record, others),
            ],
            key=lambda night: night.name,
        )

    def find(self, stamp: str) -> Tables:
        """The night of that name, the one with a table of that stamp, or else the last one that began before it.

        Raises `PermanentFailure` MUT-PUB-004 for what is no stamp of a moment that was, and MUT-PUB-005 when no night
        had begun then.
        """
        if not is_stamp(stamp) or self.snapshots.is_to_come(stamp):
            raise PermanentFailure(
                "MUT-PUB-004",
                f"{stamp!r} is no stamp of a night.",
                "Give a night that `mut nights` shows, or a stamp from a file's name under "
                f"{self.snapshots.prefixes['vectorial']}, such as 20261120_030000 (UTC).",
            )
        nights = self.all()
        exact = [night for night in nights if stamp in night.stamps]
        if before := [night for night in nights if night.name <= stamp]:
            return (exact or before)[-1]
        oldest = f"The oldest is {nights[0].name}; give its stamp or a later one." if nights else "`mut run` makes one."
        raise PermanentFailure("MUT-PUB-005", f"There was no night up to {stamp}.", oldest)

    def table(self, night: Tables, collection: Collection) -> StoredTable | None:
        """What a night published of a collection, or would have: its own table, else the one that it took over.

        None when there was none yet. Raises what `Snapshots.read` raises.
        """
        if night.recorded and f"vectorial_{collection.name}" not in night.tables:
            taken = self.snapshots.nights.last(night.name).taken_over.get(collection.name)
            if taken and self.snapshots.believed(table := self.snapshots.read(taken)):
                return table
        return self.snapshots.newest("vectorial", collection, night.last)


def _without_record(tables: Sequence[tuple[str, str]]) -> Tables:
    stamps = [stamp for stamp, _ in tables]
    names = tuple(table for _, table in tables)
    return Tables(min(stamps), max(stamps), names, recorded=False, stamps=frozenset(stamps))
