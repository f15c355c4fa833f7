"""What nights did: `state/nights/STAMP.json`, one per run that wrote tables or published.

A run takes its stamp by creating its record where none is, so two runs of one second get two stamps; its later steps,
and a step that is tried again, find it there. What belongs here: these records. What does not: which tables a night had
(`nights.py`).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from functools import partial

from mut_assets.domain.plans.freshness import CLOCKS_DIFFER, is_stamp, moment
from mut_assets.domain.plans.nights import Night
from mut_assets.domain.plans.serving import Proof
from mut_assets.resources.bucket import records
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.stamps import first_free
from mut_assets.resources.clock import Clock
from mut_assets.resources.ports import silent

NIGHTS = "state/nights/"
LONGEST_RUN = timedelta(days=1)
"""No run goes on for longer: its record is not looked for among older ones."""

_KEY = re.compile(re.escape(NIGHTS) + r"(\d{8}_\d{6})\.json")
_SHAPE = partial(records.shaped, Night)


@dataclass(frozen=True)
class NightRecords:
    """Keeps the records of nights, and knows those of the runs that this process executes."""

    bucket: Bucket
    clock: Clock
    known: dict[str, Night] = field(default_factory=dict, repr=False, compare=False)
    """By run id."""

    def of_run(self, run_id: str, by: str = "", user: str = "") -> Night:
        """The run's night; it begins now, with who began it, unless an earlier step began it.

        Raises `TransientFailure` MUT-S3-103 when no second is free.
        """
        if run_id not in self.known:
            self.known[run_id] = self._written_by(run_id) or self._begin(Night("", run_id, by, user))
        return self.known[run_id]

    def keep(self, night: Night) -> None:
        """Replaces the record of a night."""
        self.bucket.put(_key(night.stamp), _bytes(night))
        if night.run_id in self.known:
            self.known[night.run_id] = night

    def keep_proof(self, stamp: str, proof: Proof) -> None:
        """Notes what was seen to be served of what a night published, if that night has a record."""
        if night := records.readable(self.bucket, _key(stamp), _SHAPE, silent):
            self.keep(replace(night, stamp=stamp, proved=proof.at, served=proof.served, documents=proof.published))

    def stamp_of(self, run_id: str) -> str:
        """The stamp of a run whose night began in this process; "" for any other."""
        return self.known[run_id].stamp if run_id in self.known else ""

    def stamps(self) -> list[str]:
        """The names of all nights that have a record, oldest first."""
        matches = (_KEY.fullmatch(entry.key) for entry in self.bucket.list(NIGHTS))
        return [match.group(1) for match in matches if match and is_stamp(match.group(1))]

    def read(self, stamp: str) -> Night | None:
        """The night of that name; None where there is no record. Raises what `records.read` raises."""
        night = records.read(self.bucket, _key(stamp), _SHAPE)
        return night and replace(night, stamp=stamp)  # its name is what it is called, whatever somebody wrote inside

    def last(self, stamp: str) -> Night:
        """The night of that name; one without any content where its record is gone or cannot be read."""
        night = records.readable(self.bucket, _key(stamp), _SHAPE, silent)
        return replace(night, stamp=stamp) if night else Night(stamp)

    def reads(self, stamps: Sequence[str]) -> list[Callable[[], object]]:
        """Reads each of these records; for `records.troubles`."""
        return [partial(self.read, stamp) for stamp in stamps]

    def _written_by(self, run_id: str) -> Night | None:
        since, until = self.clock.now() - LONGEST_RUN, self.clock.now() + CLOCKS_DIFFER
        for stamp in reversed(self.stamps()):
            if since <= moment(stamp) <= until and (night := self.last(stamp)).run_id == run_id:
                return night
        return None

    def _begin(self, night: Night) -> Night:
        stamp = first_free(self.bucket, self.clock.now(), _key, lambda stamp: _bytes(replace(night, stamp=stamp)))
        return replace(night, stamp=stamp)


def _key(stamp: str) -> str:
    return f"{NIGHTS}{stamp}.json"


def _bytes(night: Night) -> bytes:
    return records.as_bytes({**records.NAMED, **asdict(night)})
