"""What is stamped in the future: tables that are passed over until then, and records that a wrong clock wrote.

What belongs here: finding them for `mut status`, the end of a run and the doctor. What does not: passing them over
(`resources/bucket/snapshots.py`).
"""

from contextlib import suppress
from datetime import datetime

from mut_assets.domain.plans.freshness import CLOCKS_DIFFER
from mut_assets.environments import Doors
from mut_assets.resources.bucket.hold_record import HOLD
from mut_assets.resources.bucket.night_records import NIGHTS
from mut_assets.resources.bucket.publication_log import OUTCOME
from mut_assets.resources.bucket.served_record import SERVED
from mut_assets.resources.failures import PermanentFailure

SHOWN = 3


def from_the_future(doors: Doors) -> list[str]:
    """The keys of tables and records whose time is still to come. Raises what the bucket raises."""
    nights = [f"{NIGHTS}{stamp}.json" for stamp in doors.snapshots.nights.stamps() if doors.snapshots.is_to_come(stamp)]
    return [*doors.snapshots.from_the_future(), *nights, *_records(doors)]


def passed_over(doors: Doors) -> list[str]:
    """The same as a sentence with what to do; nothing where there is none."""
    keys = from_the_future(doors)
    if not keys:
        return []
    more = f" and {len(keys) - SHOWN} more" if len(keys) > SHOWN else ""
    return [
        "Of a time that is still to come, and passed over: "
        f"{', '.join(keys[:SHOWN])}{more}. This machine's clock says {doors.clock.now():%Y-%m-%d %H:%M} UTC: if that "
        "is wrong, put it right; else the clock of whoever wrote them was ahead, and they can be deleted."
    ]


def _records(doors: Doors) -> list[str]:
    try:
        publication, proof = doors.decisions.last(), doors.decisions.served.last()
        holds = doors.publisher.rollbacks.record.read() or {}
    except PermanentFailure:  # one that cannot be read is said elsewhere
        return []
    times = [
        (OUTCOME, publication.at if publication else ""),
        (SERVED, proof.at if proof else ""),
        *((HOLD, hold.since) for hold in holds.values()),
    ]
    return list(dict.fromkeys(key for key, at in times if _is_to_come(at, doors)))


def _is_to_come(at: str, doors: Doors) -> bool:
    with suppress(ValueError, TypeError):
        return datetime.fromisoformat(at) > doors.clock.now() + CLOCKS_DIFFER
    return False
