"""One writer: a lease in the bucket that publishing, ingestion and the vector index run under.

Dagster's own limits do not cover runs at a terminal or on another machine; the bucket is what all writers share.
The lease is a chain of small objects, `state/lease/0000000042.json`, of which the highest number counts. Taking,
renewing and releasing are the same step: create the next number, which succeeds for exactly one writer on S3, a
folder and memory alike. Numbers are never reused, so a writer that slept through its own expiry cannot come back.

What does not belong here: what is done under the lease.
"""

import json
import os
import re
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from mut_assets.resources.bucket import failures
from mut_assets.resources.bucket.entry import AlreadyThere, Entry
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.records import NAMED, refuse_newer
from mut_assets.resources.failures import Failure, TransientFailure
from mut_assets.resources.ports import Log, silent

PREFIX = "state/lease/"
LONGEST = timedelta(hours=1)
"""The longest lease that can be set. Whatever claims to last longer was written under a wrong clock, or by hand."""
LOOKS = 10
"""How often a link that is listed and not there is looked for: in the meantime its holder has written the next one."""

_LINK = re.compile(re.escape(PREFIX) + r"([0-9]{10}|[1-9][0-9]{10,})\.json")


@dataclass(frozen=True)
class _Link:
    """One object of the chain. `until` is in UTC by the holder's clock; a released link is open to everybody.

    `turn` is a number that only its writer knows: with it a link is recognized when the answer to creating it was lost.
    """

    number: int
    holder: str
    until: datetime
    released: bool = False
    turn: str = ""

    @property
    def key(self) -> str:
        return _key(self.number)

    @property
    def data(self) -> bytes:
        content = {"holder": self.holder, "until": self.until.isoformat(), "released": self.released, "turn": self.turn}
        return json.dumps({**NAMED, **content}).encode()


def _key(number: int) -> str:
    return f"{PREFIX}{number:010d}.json"


def _number(key: str) -> int | None:
    """The number of a link; None for whatever else people, consoles and gateways leave below the prefix."""
    found = _LINK.fullmatch(key)
    return int(found.group(1)) if found else None


def _understood(number: int, data: bytes, where: str) -> _Link | None:
    """The link in these bytes; None for bytes that hold none. Raises MUT-STATE-001 for one of a newer format."""
    try:
        content = json.loads(data)
        refuse_newer(content, _key(number), where)
        until = datetime.fromisoformat(content["until"]).astimezone(UTC)
        return _Link(number, str(content["holder"]), until, content["released"] is True, str(content.get("turn", "")))
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


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

        Raises `TransientFailure` MUT-LEASE-101 when it cannot be had within `deadline_seconds`, MUT-S3-007 where the
        bucket would let two writers in at once, and MUT-STATE-001 where a newer release wrote last.
        """
        holder = f"{purpose} on {socket.gethostname()}, process {os.getpid()}"
        turn = Turn(self, self._take(holder, log))
        turn.start()
        try:
            self._sweep(turn.number)
            yield turn
        finally:
            turn.finish()

    def _take(self, holder: str, log: Log) -> _Link:
        give_up = time.monotonic() + self.deadline_seconds
        turn, waited_for = uuid.uuid4().hex, ""
        while True:
            last = self.last()
            held = last is not None and not last.released and self.now() <= last.until <= self.now() + LONGEST
            mine = None if held else self._next(last, holder, turn=turn)
            if mine is not None:
                self._prove(mine)
                if last is not None and not last.released:
                    over = f"ran out at {last.until:%H:%M:%S} UTC"
                    if last.until > self.now():
                        over = f"claims to last until {last.until:%Y-%m-%d %H:%M} UTC, as none does"
                    log(f"The lease of {last.holder} {over}; taking over.")
                return mine
            if time.monotonic() > give_up:
                raise TransientFailure(
                    "MUT-LEASE-101",
                    f"Another writer has held the lease for more than {self.deadline_seconds:.0f} s: "
                    f"{last.holder if last else 'one that the bucket does not list'}.",
                    "See what that run is doing; when it is gone, run this again. The lease ends by itself.",
                )
            if last is not None and held and waited_for != last.holder:
                log(f"Waiting for the lease: {last.holder} is writing (at most until {last.until:%H:%M:%S} UTC).")
                waited_for = last.holder
            time.sleep(self.poll)

    def last(self) -> _Link | None:
        """The link that counts now, or None when nobody ever wrote.

        One that cannot be read is nobody's: it runs out after `seconds`, as if it had been written whole. Raises
        `PermanentFailure` MUT-STATE-001 for one of a newer format, whose holder may mean something else by its time.
        """
        for look in range(LOOKS):
            chain = self._chain()
            if not chain:
                return None
            number, entry = chain[-1]
            try:
                data = self.bucket.get(entry.key)
            except KeyError:
                time.sleep(self.poll * look / LOOKS)
                continue  # renewed between the listing and the read
            break
        else:
            data = b""
        until = entry.modified + timedelta(seconds=self.seconds)
        return _understood(number, data, self.bucket.where) or _Link(
            number, f"whoever wrote {entry.key}, which cannot be read", until
        )

    def _chain(self) -> list[tuple[int, Entry]]:
        found = ((_number(entry.key), entry) for entry in self.bucket.list(PREFIX))
        return sorted(((number, entry) for number, entry in found if number is not None), key=lambda link: link[0])

    def _next(self, last: _Link | None, holder: str, *, turn: str = "", released: bool = False) -> _Link | None:
        """Creates the link after `last`; None when somebody else's is there, or the chain is longer already.

        It counts as soon as it is created, whatever fails after that.
        """
        number = 1 if last is None else last.number + 1
        until = self.now() + timedelta(seconds=self.seconds)
        link = _Link(number, holder, until, released, turn)
        try:
            self.bucket.create(link.key, link.data)
        except AlreadyThere:
            theirs = self._link(number)
            if theirs != link:  # the very same was written and refused at once, as through a proxy that asks twice
                # Ours, by a request that was given up: it is older than it should be, so another one goes behind it.
                ours = theirs is not None and turn == theirs.turn
                return self._next(theirs, holder, turn=turn, released=released) if ours else None
        with suppress(Failure):
            if (
                self._chain()[-1][0] > number
            ):  # it moved on, and swept its older links away, before this one was created
                self.bucket.delete(link.key)
                return None
        return link

    def _link(self, number: int) -> _Link | None:
        try:
            return _understood(number, self.bucket.get(_key(number)), self.bucket.where)
        except KeyError:
            return None

    def _prove(self, link: _Link) -> None:
        """Creates a link once more, which has to be refused: one request for each time the lease is taken.

        Raises `PermanentFailure` MUT-S3-007 where it is not: then nobody's turn is sure, this one's neither.
        """
        with suppress(AlreadyThere):
            self.bucket.create(link.key, link.data + b"\n")  # not the same bytes: those could be taken for the first
            self.bucket.delete(link.key)
            raise failures.unconditional(self.bucket.where)

    def _sweep(self, number: int) -> None:
        """Deletes the links before this one, which count no more. What cannot be deleted waits for the next writer."""
        with suppress(Failure):
            for older, entry in self._chain():
                if older < number:
                    self.bucket.delete(entry.key)


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

    @property
    def number(self) -> int:
        """The number of its newest link."""
        return self._link.number

    def start(self) -> None:
        """Begins renewing."""
        self._thread.start()

    def finish(self) -> None:
        """Stops renewing and lets the next writer in; what cannot be released runs out by itself."""
        self._stop.set()
        self._thread.join()
        if self._lost:
            return
        with suppress(Failure):
            self._lease._next(self._link, self._link.holder, turn=self._link.turn, released=True)
            self._lease._sweep(self._link.number + 1)

    def check(self) -> None:
        """Raises `TransientFailure` MUT-LEASE-102 unless the lease is still ours, by the clock and by the bucket."""
        with self._guard:
            ours = not self._lost and time.monotonic() < self._valid_until
            last = self._lease.last() if ours else None
            if last is None or (last.number, last.turn) != (self._link.number, self._link.turn):
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
                    link = self._lease._next(self._link, self._link.holder, turn=self._link.turn)
                except Failure:
                    continue  # the bucket is out of reach; check() notices when the time is up
                if link is None:
                    self._lost = True
                    return
                self._link, self._valid_until = link, started + self._lease.seconds
