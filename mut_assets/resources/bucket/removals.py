"""Documents that went lately without an expected reason, so that a slow drain is counted as one loss.

`state/removals/tiendas.json` holds id -> the day on which it went, for as long as the guard counts it. Lost, it is
rebuilt from the vectorial snapshots of those nights, which can only count too many: a person is then asked once more.

What belongs here: keeping and rebuilding these days. What does not: how many are too many (`domain/plans/guard.py`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from mut_assets.domain.collections import Collection
from mut_assets.domain.documents.document import out_of_time
from mut_assets.domain.plans.freshness import moment
from mut_assets.domain.plans.guard import LIMITS
from mut_assets.resources.bucket import records
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.snapshots import Snapshots, StoredTable
from mut_assets.resources.clock import MARKET_ZONE
from mut_assets.resources.failures import PermanentFailure
from mut_assets.resources.ports import silent

PREFIX = "state/removals/"


@dataclass(frozen=True)
class Gone:
    """Ids that went lately, with the day. `kept`: the record says exactly this, so it need not be written."""

    days: Mapping[str, date] = field(default_factory=dict)
    kept: bool = True


@dataclass(frozen=True)
class Removals:
    """Remembers unexpected removals, per collection."""

    bucket: Bucket
    snapshots: Snapshots

    def recent(self, collection: Collection, current: StoredTable, ids: Iterable[str], today: date) -> Gone:
        """What went in the nights that the guard counts, `today` included. Writes nothing.

        `ids` are those that the site still has; `current` the table they were read from, which a lost record is
        rebuilt up to. Raises `PermanentFailure` MUT-STATE-001 when a newer format was kept.
        """
        known = records.readable(self.bucket, _key(collection), _days, silent)
        days = self._rebuilt(collection, current, set(ids), today) if known is None else known
        recent = {id: day for id, day in days.items() if (today - day).days < LIMITS.drain_nights}
        return Gone(recent, kept=known is not None)

    def keep(self, collection: Collection, gone: Gone, removed: Iterable[str], today: date) -> None:
        """Remembers what went before and what goes today; writes nothing where nothing went and all is kept."""
        days = {**gone.days, **dict.fromkeys(removed, today)}
        if not gone.kept or days != gone.days:
            content = {**records.NAMED, "days": {id: day.isoformat() for id, day in sorted(days.items())}}
            self.bucket.put(_key(collection), records.as_bytes(content))

    def forget(self, collection: Collection, gone: Gone) -> None:
        """Begins to count anew: a person approved what went."""
        self.keep(collection, Gone(kept=gone.kept and not gone.days), (), date.min)

    def read(self, collection: Collection) -> Mapping[str, date] | None:
        """The remembered days by id; None when there are none. Raises what `records.read` raises."""
        return records.read(self.bucket, _key(collection), _days)

    def _rebuilt(self, collection: Collection, current: StoredTable, ids: set[str], today: date) -> dict[str, date]:
        """Ids that an earlier table of those nights has and `ids` has not, with the day of the table after it."""
        days: dict[str, date] = {}
        following = today
        fuente = set(current.frame["fuente"])
        for snapshot in reversed(self.snapshots.all("vectorial", collection)):
            day = moment(snapshot.stamp).astimezone(MARKET_ZONE).date()
            if today - following >= timedelta(LIMITS.drain_nights):
                break
            if snapshot.key >= current.snapshot:
                following = min(day, today)
                continue
            try:
                frame = self.snapshots.read(snapshot.key).needing("id", "fuente").frame
            except PermanentFailure:  # an old table that is damaged says nothing; those before it do
                continue
            had = set(frame.loc[frame["fuente"].isin(fuente), "id"]) - out_of_time(frame, today).keys()
            days = {**dict.fromkeys(had - ids, following), **days}
            following = day
        return days


def _key(collection: Collection) -> str:
    return f"{PREFIX}{collection.name}.json"


def _days(content: Mapping[str, Any]) -> dict[str, date]:
    return {id: date.fromisoformat(day) for id, day in dict(content["days"]).items()}
