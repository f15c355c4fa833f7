"""Records that cannot be understood: since when, so that their published documents stay for a while, not for ever.

`state/set_aside/tiendas.json` remembers the first day per id. It is a cache: lost, it is rebuilt by walking back
through the raw snapshots for as long as the record was already not understood.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from mut_assets.domain.collections import Collection
from mut_assets.domain.plans.freshness import moment
from mut_assets.domain.plans.plan import HELD_DAYS, Held
from mut_assets.resources.bucket import records
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.snapshots import Snapshots, StoredTable
from mut_assets.resources.clock import MARKET_ZONE
from mut_assets.resources.failures import PermanentFailure

PREFIX = "state/set_aside/"


@dataclass(frozen=True)
class HeldRecords:
    """Gives the held records of a raw table, each with the day since which it has not been understood."""

    bucket: Bucket
    snapshots: Snapshots

    def held(self, collection: Collection, raw: StoredTable, today: date, *, remember: bool = True) -> list[Held]:
        """One `Held` per row with a `problema`. `remember` writes down the days; a rehearsal leaves that out.

        Raises `PermanentFailure` MUT-STATE-001 when the days are kept in a newer format.
        """
        rows = raw.frame.loc[raw.frame["problema"] != ""]
        unreadable: list[str] = []
        remembered = records.readable(self.bucket, self._key(collection), _days, unreadable.append)
        known = self._walk_back(collection, set(rows["id"]), raw.snapshot) if remembered is None else remembered
        days = {key: min(known.get(key) or today, today) for key in rows["id"]}  # no day that a wrong clock wrote
        if remember and (unreadable or days != (remembered or {})):
            content = {key: day.isoformat() for key, day in sorted(days.items())}
            self.bucket.put(self._key(collection), records.as_bytes({**content, **records.NAMED}))
        title = collection.columns[0]
        link = rows["link"] if "link" in rows.columns else [""] * len(rows)
        return [
            Held(key, name or key, url, problem, days[key])
            for key, name, url, problem in zip(rows["id"], rows[title], link, rows["problema"], strict=True)
        ]

    def _key(self, collection: Collection) -> str:
        return f"{PREFIX}{collection.name}.json"

    def read(self, collection: Collection) -> Mapping[str, date] | None:
        """The remembered days by id; None when there are none. Raises what `records.read` raises."""
        return records.read(self.bucket, self._key(collection), _days)

    def _walk_back(self, collection: Collection, ids: set[str], current: str) -> dict[str, date]:
        since: dict[str, date] = {}
        open_ids = set(ids)
        for snapshot in reversed(self.snapshots.all("raw", collection)):
            if not open_ids:
                break
            if snapshot.key > current:
                continue
            day = moment(snapshot.stamp).astimezone(MARKET_ZONE).date()
            try:
                frame = self.snapshots.read(snapshot.key).needing("id", "problema").frame
            except PermanentFailure:  # an old table that is damaged says nothing; those before it do
                continue
            still = set(frame.loc[frame["problema"] != "", "id"])
            open_ids &= still
            since.update(dict.fromkeys(open_ids, day))
            if since and max(since.values()) - day > timedelta(days=HELD_DAYS + 1):
                break
        return since


def _days(content: Mapping[str, Any]) -> dict[str, date]:
    return {id: date.fromisoformat(day) for id, day in content.items() if id not in records.NAMED}
