"""The platform on a bucket in memory, in virtual time: tables are written, and `kb_dataset` itself publishes.

What belongs here: reading, publishing, dying between two writes. What does not: what ought to come of it (`judge.py`).
Without Dagster's machinery a publication takes milliseconds; what the asset does is the same.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pandas as pd

from mut_assets.assets.dataset import PublicationConfig, kb_dataset
from mut_assets.domain.collections import Collection
from mut_assets.domain.documents.vectorial import vectorial_frame
from mut_assets.domain.plans.outcome import Outcome
from mut_assets.publishing.gates import PublishGate, RetrievalGate, ServedGate
from mut_assets.publishing.publisher import Publisher
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.evaluation_runs import EvaluationRuns
from mut_assets.resources.bucket.golden_questions import GoldenQuestions
from mut_assets.resources.bucket.held_records import HeldRecords
from mut_assets.resources.bucket.hold_record import HoldRecord
from mut_assets.resources.bucket.lease import Lease
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.bucket.snapshots import Snapshots
from mut_assets.resources.bucket.special_days_file import SpecialDaysFile
from mut_assets.resources.clock import Clock
from mut_assets.resources.embedded.index import LocalIndex
from mut_assets.resources.failures import Retries
from mut_assets.resources.polling import Polling
from mut_assets.resources.wordpress.sample_pages import GOLDEN_FILE, read_file
from mut_assets_tests.chaos import market
from mut_assets_tests.chaos.market import Files, Truth

PREFIX = "kb/"
FIRST_NIGHT = datetime(2030, 3, 4, 6, tzinfo=UTC)
"""Three in the morning in Santiago; after today, because the bucket in memory has this machine's clock."""

_publish: Any = kb_dataset.op.compute_fn
_LOG = logging.getLogger("mut_assets_tests.chaos")
_NOTHING = LocalIndex.in_memory([])  # what serves is asked nothing here


class Killed(BaseException):
    """The process is gone: nothing catches it, and nothing is written afterwards."""


@dataclass
class Fuse:
    """How many writes are still done; None: all. `writes` are the keys that were written or deleted."""

    left: int | None = None
    writes: list[str] = field(default_factory=list)

    def burn(self, key: str) -> None:
        if self.left is not None:
            if self.left <= 0:
                raise Killed
            self.left -= 1
        self.writes.append(key)


@dataclass(frozen=True)
class MortalBucket(Bucket):
    """A bucket whose writer may die between two writes."""

    fuse: Fuse = field(default_factory=Fuse)

    def put(self, key: str, data: bytes) -> str:
        self.fuse.burn(key)
        return super().put(key, data)

    def create(self, key: str, data: bytes) -> str:
        self.fuse.burn(key)
        return super().create(key, data)

    def delete(self, key: str) -> None:
        self.fuse.burn(key)
        super().delete(key)


@dataclass(frozen=True)
class Virtual(Clock):
    """The clock of a house, whose time passes when a history says so."""

    house: "House" = field(kw_only=True, repr=False)

    def now(self) -> datetime:
        return self.house.now


@dataclass
class House:
    """One bucket, one clock, one run at a time.

    `bundled`: it reads the bundled market, and the gate asks the questions about that.
    """

    now: datetime = FIRST_NIGHT
    bundled: bool = False
    bucket: MortalBucket = field(default_factory=lambda: MortalBucket("memory://"))
    runs: int = 0

    def __post_init__(self) -> None:
        self.clock = Virtual(house=self)
        self.begin()

    def begin(self) -> None:
        """A new run, in a process of its own."""
        self.runs += 1
        self.snapshots = Snapshots(self.bucket, self.clock, bundled=self.bundled)

    @property
    def run(self) -> str:
        """The id of the run."""
        return f"run-{self.runs}"

    @property
    def decisions(self) -> PublicationLog:
        return PublicationLog(self.bucket)

    def read(self, collection: Collection, truth: Truth) -> None:
        """What the first two stages leave of a collection that was read whole."""
        stamp = self.snapshots.nights.of_run(self.run).stamp
        key = self.snapshots.write("raw", collection, market.raw_table(collection, truth), stamp)
        self.snapshots.write("vectorial", collection, market.vectorial_table(collection, truth, key), stamp)

    def read_as(self, collection: Collection, raw: pd.DataFrame) -> pd.DataFrame:
        """The first two stages over any raw table and the file of special days; gives the vectorial table."""
        stamp = self.snapshots.nights.of_run(self.run).stamp
        key = self.snapshots.write("raw", collection, raw, stamp)
        special = SpecialDaysFile(self.bucket).read()
        assert special.problems == ()
        made = vectorial_frame(collection, raw, key, special.days, self.clock.today())
        self.snapshots.write("vectorial", collection, made, stamp)
        return made

    def publish(self, **wish: Any) -> Mapping[str, Outcome]:
        """The outcome of each collection, and the end of the run; raises `dagster.Failure` as the asset does."""
        self.now += timedelta(minutes=1)
        store, runs = DocumentStore(self.bucket, PREFIX), EvaluationRuns(self.bucket, "embedded")
        golden = GoldenQuestions(self.bucket, bundled=(lambda: read_file(GOLDEN_FILE)) if self.bundled else None)
        unasked = ServedGate(golden, store, _NOTHING, runs, Polling(0, 0))
        run = SimpleNamespace(run_id=self.run, parent_run_id=None, remote_job_origin=None, tags={})
        try:
            _publish.decorated_fn(
                context=SimpleNamespace(run=run, log=_LOG, retry_number=0),
                config=PublicationConfig(**wish),
                publisher=Publisher(
                    self.snapshots, store, HeldRecords(self.bucket, self.snapshots), self.decisions, self.bundled
                ),
                decisions=self.decisions,
                retrieval_gate=RetrievalGate(PublishGate(golden, store, runs, runs), unasked),
                lease=Lease(self.bucket, now=lambda: self.now, poll=0.001, deadline_seconds=0.0),
                clock=self.clock,
                retries=Retries(0, 0),
            )
        finally:
            self.begin()
        last = self.decisions.last()
        assert last is not None
        return {outcome.collection: outcome for outcome in last.outcomes}

    def held(self) -> dict[str, str]:
        """The stamps of the tables that collections are held at."""
        return {name: hold.table[-19:-4] for name, hold in (HoldRecord(self.bucket).read() or {}).items()}

    def published(self) -> Files:
        """Every object below the dataset prefix, by key below it."""
        return {entry.key.removeprefix(PREFIX): self.bucket.get(entry.key) for entry in self.bucket.list(PREFIX)}

    def documents_written(self) -> list[str]:
        """The documents' keys that were written or deleted since the fuse forgot its writes."""
        return [key for key in self.bucket.fuse.writes if key.startswith(PREFIX)]
