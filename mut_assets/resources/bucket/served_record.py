"""What was last seen to be served: `state/served.json`.

What belongs here: keeping one proof in the bucket, for the terminal, alerts, and the next proof, which is compared with
it. What does not: what a proof says (`domain/plans/serving.py`).
"""

from dataclasses import asdict, dataclass
from functools import partial

from mut_assets.domain.plans.serving import Proof
from mut_assets.resources.bucket import records
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.ports import silent

SERVED = "state/served.json"
_SHAPE = partial(records.shaped, Proof)


@dataclass(frozen=True)
class ServedRecord:
    """Keeps the last proof."""

    bucket: Bucket

    def keep(self, proof: Proof) -> None:
        """Replaces the record."""
        self.bucket.put(SERVED, records.as_bytes({**records.NAMED, **asdict(proof)}))

    def read(self) -> Proof | None:
        """The last proof; None when there was none. Raises what `records.read` raises."""
        return records.read(self.bucket, SERVED, _SHAPE)

    def last(self) -> Proof | None:
        """The last proof; None when there was none, or its record cannot be read: then nothing is proved.

        Raises `PermanentFailure` MUT-STATE-001 for a record of a newer format.
        """
        return records.readable(self.bucket, SERVED, _SHAPE, silent)
