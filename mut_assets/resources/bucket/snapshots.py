"""The CSV snapshots in the bucket. Dagster's IO manager over them is `assets/io_manager.py`.

Every materialization writes a new file, `raw/tiendas_20241103_120000.csv` (UTC). A reader takes the newest file in
the bucket, whichever run wrote it: only frames that passed their blocking checks become snapshots, so the newest is
the truth, and re-executing Monday's failed run on Wednesday cannot bring Monday back. Nothing is looked up in
Dagster's log: a new machine continues where the old one stopped. A table stamped in the future was written under a
clock that was ahead: it is passed over until then.

Cells are text and stay text: "007" is "007", "" is "". The newest snapshot is also copied to the fixed name that
today's readers open; `raw/preguntas.csv` is what people upload, and is never written.

What was written is sealed: `state/seals/raw/tiendas_20241103_120000.csv.json` has its length and its hash, so that a
file which lost rows, or that somebody edited, is not taken for what a night accepted. A file without a seal, of a
release before the seals or copied here, is believed.
"""

import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import Any, Literal

import pandas as pd

from mut_assets.domain.collections import BUNDLED, COLLECTIONS, Collection
from mut_assets.domain.plans.freshness import CLOCKS_DIFFER, is_stamp, moment
from mut_assets.resources.bucket import records
from mut_assets.resources.bucket.entry import AlreadyThere, Entry
from mut_assets.resources.bucket.field_records import FieldRecords
from mut_assets.resources.bucket.night_records import NightRecords
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.stamps import first_free
from mut_assets.resources.clock import Clock
from mut_assets.resources.failures import PermanentFailure
from mut_assets.resources.ports import silent

Stage = Literal["raw", "vectorial"]

SEALS = "state/seals/"
_WAY_OUT = (
    "Nothing was deleted, and the next night writes a new one. To publish before: materialize the asset again, or "
    "restore the file from the bucket's versions."
)


@dataclass(frozen=True)
class Snapshot:
    """One file. `stamp` is its night's UTC time as in its name, which sorts; `modified` is when the bucket got it."""

    key: str
    stamp: str
    modified: datetime


@dataclass(frozen=True)
class StoredTable:
    """The rows of a snapshot, as text, and the key they were read from: who reads a table can say which one it was."""

    frame: pd.DataFrame
    snapshot: str

    def needing(self, *columns: str) -> "StoredTable":
        """The table itself. Raises `PermanentFailure` MUT-DATA-005 when it lacks one of these columns, or has no row.

        Somebody's spreadsheet saves with `;`, or leaves a column out.
        """
        missing = [name for name in columns if name not in self.frame.columns]
        if missing:
            raise _unreadable(self.snapshot, f"it has no column {' and no column '.join(missing)}")
        if not len(self.frame):
            raise _unreadable(self.snapshot, "it has a header and no rows")
        return self


@dataclass(frozen=True)
class _Seal:
    """What a snapshot was when it was written."""

    bytes: int
    sha256: str


@contextmanager
def naming(table: StoredTable) -> Iterator[None]:
    """What cannot be made of a table's rows is a `PermanentFailure` MUT-DATA-007 that names its file."""
    try:
        yield
    except (LookupError, TypeError, ValueError, RecursionError) as error:
        raise PermanentFailure(
            "MUT-DATA-007",
            f"Nothing can be made of the snapshot {table.snapshot}: {_text(error)}.",
            f"Somebody may have edited it by hand. {_WAY_OUT}",
        ) from error


@dataclass(frozen=True)
class Snapshots:
    """Writes and reads the timestamped CSV files of the raw and vectorial stages.

    `bundled` says whether this environment reads the bundled site. Where a real site is configured, snapshots of
    the bundled one are passed over: fictional restaurants must never stand in for real ones that failed tonight.
    """

    bucket: Bucket
    clock: Clock
    raw_prefix: str = "raw/"
    vectorial_prefix: str = "vectorial/"
    latest_alias: bool = True
    bundled: bool = False

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefix of each stage."""
        return {"raw": self.raw_prefix, "vectorial": self.vectorial_prefix}

    def stem(self, stage: Stage, collection: Collection) -> str:
        """The key without stamp and suffix: `vectorial/stores_vectorial`."""
        return self.prefixes[stage] + (collection.name if stage == "raw" else collection.vectorial_name)

    @cached_property
    def nights(self) -> NightRecords:
        """The records of the runs that wrote tables."""
        return NightRecords(self.bucket, self.clock)

    @cached_property
    def fields(self) -> FieldRecords:
        """The records of the fields that raw tables were made of."""
        return FieldRecords(self.bucket)

    def all(self, stage: Stage, collection: Collection) -> list[Snapshot]:
        """Every snapshot of a collection, oldest first."""
        return self._among(self.bucket.list(self.prefixes[stage]), stage, collection)

    def tables(self) -> list[tuple[Stage, Collection, Snapshot]]:
        """Every snapshot there is."""
        stages: tuple[Stage, ...] = ("raw", "vectorial")
        return [
            (stage, collection, snapshot)
            for stage in stages
            for entries in [self.bucket.list(self.prefixes[stage])]
            for collection in COLLECTIONS
            for snapshot in self._among(entries, stage, collection)
        ]

    def _among(self, entries: Iterable[Entry], stage: Stage, collection: Collection) -> list[Snapshot]:
        pattern = re.compile(re.escape(self.stem(stage, collection)) + r"_(\d{8}_\d{6})\.csv")
        matches = ((pattern.fullmatch(entry.key), entry) for entry in entries)
        return [
            Snapshot(entry.key, match.group(1), entry.modified)
            for match, entry in matches
            if match and is_stamp(match.group(1))
        ]

    def newest(self, stage: Stage, collection: Collection, as_of: str = "", own: str = "") -> StoredTable | None:
        """The newest snapshot that is not from the future; None when there is none.

        `as_of`: no later than this stamp. `own`: the stamp of the run that asks, which may have written one itself.
        Raises `PermanentFailure` MUT-DATA-020 when that was written under a clock that is behind.
        """
        found = self.all(stage, collection)
        candidates = [each for each in self._past(found, own) if not as_of or each.stamp <= as_of]
        self._check_clock(candidates, own)
        for snapshot in reversed(candidates):
            table = self.read(snapshot.key)
            if self.believed(table):
                return table
        return None

    def believed(self, table: StoredTable) -> bool:
        """Whether a table may be published here: one of the bundled site is not where a real site is configured."""
        return self.bundled or not _is_bundled(table.frame)

    def is_to_come(self, stamp: str) -> bool:
        """Whether a stamp lies in the future."""
        return moment(stamp) > self.clock.now() + CLOCKS_DIFFER

    def from_the_future(self) -> list[str]:
        """The keys of snapshots that are passed over, because their time is still to come."""
        return [snapshot.key for _, _, snapshot in self.tables() if self.is_to_come(snapshot.stamp)]

    def _past(self, found: Sequence[Snapshot], own: str) -> list[Snapshot]:
        """The snapshots that are not from the future.

        By this machine's clock, or the bucket's when it got the run's own: the bucket of a service has a clock too.
        """
        now = max([self.clock.now(), *(each.modified for each in found if each.stamp == own)])
        return [each for each in found if moment(each.stamp) <= now + CLOCKS_DIFFER]

    def _check_clock(self, candidates: Sequence[Snapshot], own: str) -> None:
        """A run's own table must not lose against one of a time that its clock has not reached yet.

        Against one that another run began later, as it may: that is newer.
        """
        mine = next((each for each in candidates if each.stamp == own), None)
        if mine and moment(candidates[-1].stamp) > max(self.clock.now(), moment(own)):
            raise PermanentFailure(
                "MUT-DATA-020",
                f"This run wrote {mine.key}, and {candidates[-1].key} is newer although this machine's clock says "
                f"{self.clock.now():%Y-%m-%d %H:%M:%S} UTC: the clock is behind.",
                "Put the clock right, then run the night again. Nothing was published of the older table.",
            )

    def read(self, key: str) -> StoredTable:
        """One snapshot.

        Raises `PermanentFailure` MUT-DATA-005 when the file is gone or is no CSV, MUT-DATA-008 when it is not what was
        written under this key.
        """
        try:
            if not key.endswith(".csv"):
                raise ValueError("that is no snapshot's name")
            data = self.bucket.get(key)
            table = StoredTable(_parse(data), key)
        except KeyError:
            raise _unreadable(key, "it is not there") from None
        except ValueError as error:
            raise _unreadable(key, _text(error)) from error
        sealed = records.readable(self.bucket, _seal_key(key), partial(records.shaped, _Seal), silent)
        if sealed is not None and sealed != _seal(data):
            raise PermanentFailure(
                "MUT-DATA-008",
                f"The snapshot {key} in {self.bucket.where} is not what was written: it had {sealed.bytes:,} bytes "
                f"and has {len(data):,}.",
                f"It was cut, or edited by hand: nobody checked what it says now. {_WAY_OUT}",
            )
        return table

    def write(self, stage: Stage, collection: Collection, frame: pd.DataFrame, stamp: str = "") -> str:
        """Writes a new snapshot, reads it back, copies it to the fixed name, and gives its key.

        `stamp`: the writing night's, under which a second try replaces what the first one left; without one, the next
        free second is taken. Raises `PermanentFailure` MUT-DATA-006 when what is read back differs: a cell that CSV
        cannot hold, and `TransientFailure` MUT-S3-103 when no name is free.
        """
        encoding = "utf-8-sig" if stage == "vectorial" else "utf-8"
        data = _csv(frame, encoding)
        if b"\r" in data:  # a lone CR splits a CSV row for some readers
            frame = frame.replace(r"\r\n?", "\n", regex=True)
            data = _csv(frame, encoding)
        key = self._create(self.stem(stage, collection), data, stamp)
        if not _holds(self.bucket.get(key), frame):
            self.bucket.delete(key)
            raise PermanentFailure(
                "MUT-DATA-006",
                f"The {stage} table of {collection.name} did not survive being written as CSV; the file was removed.",
                "A cell holds what CSV cannot carry. This is a defect in the parser: report it.",
            )
        self.bucket.put(_seal_key(key), records.as_bytes({**records.NAMED, **asdict(_seal(data))}))
        alias = self.stem(stage, collection) + ".csv"
        if self.latest_alias and not (stage == "raw" and collection.hand_kept):
            self.bucket.put(alias, data)
        return key

    def _create(self, stem: str, data: bytes, stamp: str) -> str:
        if not stamp:
            free = first_free(self.bucket, self.clock.now(), lambda free: f"{stem}_{free}.csv", lambda _: data)
            return f"{stem}_{free}.csv"
        key = f"{stem}_{stamp}.csv"
        try:
            self.bucket.create(key, data)
        except AlreadyThere:
            self.bucket.delete(_seal_key(key))  # of other bytes, which nobody is to miss in the meantime
            self.bucket.put(key, data)
        return key


def _seal(data: bytes) -> _Seal:
    return _Seal(len(data), hashlib.sha256(data).hexdigest())


def _seal_key(key: str) -> str:
    return f"{SEALS}{key}.json"


def _unreadable(key: str, why: str) -> PermanentFailure:
    return PermanentFailure("MUT-DATA-005", f"The snapshot {key} cannot be read: {why}.", _WAY_OUT)


def _text(error: Exception) -> str:
    """What a reader of tables said, on one line."""
    if isinstance(error, UnicodeDecodeError):
        return f"its byte {error.start} is no UTF-8"
    if isinstance(error, KeyError):
        return f"there is no {error}"
    return " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__


def _csv(frame: pd.DataFrame, encoding: str) -> bytes:
    buffer = io.BytesIO()
    frame.to_csv(buffer, index=False, lineterminator="\n", encoding=encoding)
    return buffer.getvalue()


def _holds(data: bytes, frame: pd.DataFrame) -> bool:
    """Whether these bytes read back as this frame. In pieces: a second whole frame would be the night's peak memory."""
    rows = 0
    options: dict[str, Any] = {"dtype": str, "keep_default_na": False, "encoding": "utf-8-sig"}
    with pd.read_csv(io.BytesIO(data), chunksize=1000, **options) as pieces:
        for piece in pieces:
            wanted = frame.iloc[rows : rows + len(piece)]
            if list(piece.columns) != list(wanted.columns) or not (piece.to_numpy() == wanted.to_numpy()).all():
                return False
            rows += len(piece)
    return rows == len(frame)


def _parse(data: bytes) -> pd.DataFrame:
    frame = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False, encoding="utf-8-sig")
    if not isinstance(frame.index, pd.RangeIndex):  # pandas takes what the header does not name for row labels
        raise ValueError("its rows have more cells than its header names")
    return frame


def _is_bundled(frame: pd.DataFrame) -> bool:
    return "fuente" in frame.columns and len(frame) > 0 and frame["fuente"].iloc[0] == BUNDLED
