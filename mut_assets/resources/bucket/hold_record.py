"""The rollback that is in force: `state/hold.json`.

What belongs here: keeping it. What does not: what it means for a publication (`publishing/rollbacks.py`).
A release of before it does not look here, and publishes the newest tables.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from mut_assets.domain.document_keys import BY_NAME
from mut_assets.domain.plans.hold import Hold, Holds
from mut_assets.resources.bucket import records
from mut_assets.resources.bucket.object_store import Bucket

HOLD = "state/hold.json"


@dataclass(frozen=True)
class HoldRecord:
    """Keeps which collections are held, and where."""

    bucket: Bucket

    def keep(self, holds: Holds) -> None:
        """Replaces the record; without any hold it says that none is in force."""
        content = {name: asdict(hold) for name, hold in holds.items()}
        self.bucket.put(HOLD, records.as_bytes({**records.NAMED, "collections": content}))

    def read(self) -> Holds | None:
        """What is held; None where there is no record: nobody ever went back, or somebody deleted it.

        Raises what `records.read` raises.
        """
        return records.read(self.bucket, HOLD, _holds)


def _holds(content: Mapping[str, Any]) -> Holds:
    holds = records.shaped(dict[str, Hold], content["collections"])
    if unknown := holds.keys() - BY_NAME.keys():
        raise ValueError(f"there is no collection {min(unknown)!r}")
    return holds
