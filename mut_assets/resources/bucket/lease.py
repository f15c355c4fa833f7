"""One writer: a lease in the bucket that publishing, ingestion and the vector index run under.

Dagster's own limits do not cover runs at a terminal or on another machine; the bucket is what all writers share.
The lease is a chain of small objects, `state/lease/0000000042.json`, of which the highest number counts. Taking,
renewing and releasing are the same step: create the next number, which succeeds for exactly one writer on S3, a
folder and memory alike. Numbers are never reused, so a writer that slept through its own expiry cannot come back.

What does not belong here: what is done under the lease.
"""

import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from mut_assets.resources.bucket.entry import AlreadyThere
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.failures import Failure, TransientFailure
from mut_assets.resources.ports import Log, silent

PREFIX = "state/lease/"


@dataclass(frozen=True)
class _Link:
    """One object of the chain. `until` is in UTC by the holder's clock; a released link is open to everybody."""

    number: int
    holder: str
    until: datetime
    released: bool

    @property
    def key(self) -> str:
        return f"{PREFIX}{self.number:010d}.json"

    @property
    def data(self) -> bytes:
        return json.dumps({"holder": self.holder, "until": self.until.isoformat(), "released": self.released}).encode()


@dataclass
class Lease:
    """A right to write, for as long as it is renewed.

    `seconds` is how long a killed holder blocks the others at most, plus the difference between the machines'
    clocks. `deadline_seconds` is how long a writer waits for its turn before it gives up.
    """

    bucket: Bucket
    seconds: float = 45.0
    deadline_seconds: float = 900.0
    poll: float = 1.0
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    @contextmanager
    def acquire(self, purpose: str, log: Log = silent) -> Iterator["Turn"]:
        """Waits for the lease, keeps it renewed inside the block, releases it at the end.

        Raises `TransientFailure` MUT-LEASE-101 when another writer holds it longer than `deadline_seconds`.
        """
        holder = f"{purpose} on {socket.gethostname()}, process {os.getpid()}"
        turn = Turn(self, self._take(holder, log))
        turn.start()
        try:
            yield turn
        finally:
            turn.finish()

    def _take(self, holder: str, log: Log) -> _Link:
        give_up = time.monotonic() + self.deadline_seconds
        waited_for = ""
        while True:
            last = self.last()
            if last is None or last.released or last.until < self.now():
                mine = self._next(last, holder)
                if mine is not None:
                    if last is not None and not last.released:
                        log(f"The lease of {last.holder} ran out at {last.until:%H:%M:%S} UTC; taking over.")
                    return mine
                continue
            if time.monotonic() > give_up:
                raise TransientFailure(
                    "MUT-LEASE-101",
                    f"Another writer has held the lease for more than {self.deadline_seconds:.0f} s: {last.holder}.",
                    "See what that run is doing; when it is gone, run this again. The lease ends by itself.",
                )
            if waited_for != last.holder:
                log(f"Waiting for the lease: {last.holder} is writing (at most until {last.until:%H:%M:%S} UTC).")
                waited_for = last.holder
            time.sleep(self.poll)

    def last(self) -> _Link | None:
        """The link that counts now, or None when nobody ever wrote."""
        while True:
            keys = [entry.key for entry in self.bucket.list(PREFIX)]
            if not keys:
                return None
            try:
                content = json.loads(self.bucket.get(keys[-1]))
            except KeyError:
                continue  # renewed between the listing and the read
            return _Link(
                int(keys[-1].removeprefix(PREFIX).removesuffix(".json")),
                content["holder"],
                datetime.fromisoformat(content["until"]),
                content["released"],
            )

    def _next(self, last: _Link | None, holder: str, released: bool = False) -> _Link | None:
        number = 1 if last is None else last.number + 1
        link = _Link(number, holder, self.now() + timedelta(seconds=self.seconds), released)
        try:
            self.bucket.create(link.key, link.data)
        except AlreadyThere:
            return None
        chain = [entry.key for entry in self.bucket.list(PREFIX)]
        if chain[-1] != link.key:  # the chain moved on and swept its older links away before this one was created
            self.bucket.delete(link.key)
            return None
        for older in chain[:-1]:
            self.bucket.delete(older)
        return link


class Turn:
    """The lease while it is held: renewed in the background, checked before each batch of writes."""

    def __init__(self, lease: Lease, link: _Link) -> None:
        self._lease = lease
        self._link = link
        self._valid_until = time.monotonic() + lease.seconds
        self._lost = False
        self._guard = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._renew, name="lease", daemon=True)

    def start(self) -> None:
        """Begins renewing."""
        self._thread.start()

    def finish(self) -> None:
        """Stops renewing and lets the next writer in; what cannot be released runs out by itself."""
        self._stop.set()
        self._thread.join()
        if self._lost:
            return
        try:
            self._lease._next(self._link, self._link.holder, released=True)
        except Failure:
            return

    def check(self) -> None:
        """Raises `TransientFailure` MUT-LEASE-102 unless the lease is still ours, by the clock and by the bucket."""
        with self._guard:
            ours = not self._lost and time.monotonic() < self._valid_until
            last = self._lease.last() if ours else None
            if last is None or last.number != self._link.number:
                self._lost = True
                raise TransientFailure(
                    "MUT-LEASE-102",
                    "The lease was lost while writing (the machine slept, or the bucket was out of reach).",
                    "Nothing more was written by this run; it is tried again and continues where it stopped.",
                )

    def _renew(self) -> None:
        while not self._stop.wait(self._lease.seconds / 3):
            with self._guard:
                started = time.monotonic()
                if started > self._valid_until:  # the machine slept: somebody else may have written meanwhile
                    self._lost = True
                    return
                try:
                    link = self._lease._next(self._link, self._link.holder)
                except Failure:
                    continue  # the bucket is out of reach; check() notices when the time is up
                if link is None:
                    self._lost = True
                    return
                self._link, self._valid_until = link, started + self._lease.seconds
