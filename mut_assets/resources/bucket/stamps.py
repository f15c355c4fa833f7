"""Stamps: the second that a new object is named after, which nobody else's has.

What belongs here: taking a second. What does not: what is named after it (`snapshots.py`, `night_records.py`), or
reading a stamp as a moment (`domain/plans/freshness.py`).
"""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from mut_assets.domain.plans.freshness import STAMP
from mut_assets.resources.bucket.entry import AlreadyThere
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.failures import TransientFailure

NAMES = 30
"""How many seconds a stamp may be later than its time, where others were taken in the same second."""


def first_free(bucket: Bucket, now: datetime, name: Callable[[str], str], data: Callable[[str], bytes]) -> str:
    """Creates an object under the first free stamp from `now` on, and gives the stamp.

    `name` and `data` give the key and the bytes for a stamp. Raises `TransientFailure` MUT-S3-103 when none is free.
    """
    first = now.astimezone(UTC)
    for later in range(NAMES):
        stamp = (first + timedelta(seconds=later)).strftime(STAMP)
        with suppress(AlreadyThere):
            bucket.create(name(stamp), data(stamp))
            return stamp
        time.sleep(0.01 * later)
    raise TransientFailure(
        "MUT-S3-103",
        f"There is no free name for a snapshot in {bucket.where}: {name(first.strftime(STAMP))} and the {NAMES - 1} "
        "seconds after it are taken.",
        "It is tried again; if it persists, look for who else writes there.",
    )
