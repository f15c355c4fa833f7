"""What is wrong with the records under `state/`: for `mut status` and the doctor. Reads them all, writes none."""

from functools import partial

from mut_assets.domain.collections import COLLECTIONS
from mut_assets.environments import Doors
from mut_assets.resources.bucket.records import troubles
from mut_assets.resources.failures import PermanentFailure

RECENT = 7
"""Nights whose records are read; there is one for each night of all years."""


def unusable(doors: Doors) -> list[PermanentFailure]:
    """The records that cannot be read, or are of a newer format, as the failures that they are.

    Raises what the bucket raises.
    """
    gate, held = doors.retrieval_gate, doors.publisher.held_records
    of_questions = {
        gate.before_publishing.runs.key: gate.before_publishing.runs,
        gate.served.runs.key: gate.served.runs,
    }
    return troubles(
        [
            *doors.decisions.reads(),
            doors.publisher.rollbacks.record.read,
            *doors.snapshots.nights.reads(doors.snapshots.nights.stamps()[-RECENT:]),
            doors.store.read_ledger,
            *(partial(doors.snapshots.fields.read, collection) for collection in COLLECTIONS),
            *(partial(held.read, collection) for collection in COLLECTIONS),
            *(partial(doors.publisher.removals.read, collection) for collection in COLLECTIONS),
            *(runs.read for runs in of_questions.values()),
            doors.lease.last,
        ]
    )
