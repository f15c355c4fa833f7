"""One writer at a time, whoever it is and wherever it runs."""

import json
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mut_assets.resources.bucket.lease import PREFIX, Lease
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.failures import PermanentFailure, TransientFailure


def test_a_second_writer_waits_until_the_first_is_done(bucket: Bucket) -> None:
    order: list[str] = []
    first_in = threading.Event()
    second_waits = threading.Event()

    def first() -> None:
        with Lease(bucket).acquire("first"):
            first_in.set()
            assert second_waits.wait(20)
            order.append("first done")

    thread = threading.Thread(target=first)
    thread.start()
    assert first_in.wait(20)
    with Lease(bucket, poll=0.01).acquire("second", log=lambda _: second_waits.set()):
        order.append("second in")
    thread.join()
    assert order == ["first done", "second in"]


def test_eight_writers_never_interleave(bucket: Bucket) -> None:
    journal = Path(bucket.where).parent / "journal"
    inside = 0
    crowd: list[int] = []
    guard = threading.Lock()

    def write(name: int) -> None:
        nonlocal inside
        with Lease(bucket, poll=0.005).acquire(f"writer {name}") as turn:
            with guard:
                inside += 1
                crowd.append(inside)
            turn.check()
            journal.write_text((journal.read_text() if journal.exists() else "") + f"{name}\n")
            with guard:
                inside -= 1

    threads = [threading.Thread(target=write, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert crowd == [1] * 8
    assert sorted(journal.read_text().split()) == [str(name) for name in range(8)]


def test_a_writer_gives_up_with_the_holders_name_when_its_patience_ends(bucket: Bucket) -> None:
    refused = pytest.raises(TransientFailure, match="MUT-LEASE-101.*the nightly run")
    with Lease(bucket).acquire("the nightly run"), refused:
        with Lease(bucket, deadline_seconds=0, poll=0).acquire("somebody else"):
            pytest.fail("two writers held the lease")


def test_a_killed_holder_blocks_nobody_longer_than_its_lease(bucket: Bucket) -> None:
    script = (
        "import os, signal, sys\n"
        "from mut_assets.resources.bucket.lease import Lease\n"
        "from mut_assets.resources.bucket.object_store import Bucket\n"
        "with Lease(Bucket(sys.argv[1])).acquire('doomed'):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert subprocess.run([sys.executable, "-c", script, bucket.where], check=False).returncode == -9
    left = Lease(bucket).last()
    assert left is not None and not left.released and "doomed" in left.holder
    said: list[str] = []
    later = Lease(bucket, now=lambda: left.until + timedelta(seconds=1))
    with later.acquire("heir", log=said.append) as turn:
        turn.check()
    assert said and "ran out" in said[0]


def test_a_holder_that_slept_through_its_lease_writes_nothing_more(bucket: Bucket) -> None:
    with Lease(bucket).acquire("sleeper") as sleeper:
        holder = Lease(bucket).last()
        assert holder is not None
        later = Lease(bucket, now=lambda: holder.until + timedelta(seconds=1))
        with later.acquire("heir") as heir:
            with pytest.raises(TransientFailure, match="MUT-LEASE-102"):
                sleeper.check()
            heir.check()
    last = Lease(bucket).last()
    assert last is not None and "heir" in last.holder and last.released


def test_a_number_that_was_swept_away_cannot_be_taken_again(bucket: Bucket) -> None:
    """A slow writer saw link 1 run out, and creates link 2 when the chain is at 3: it must not believe it holds."""
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    seen = Lease(bucket)._next(None, "first")
    assert seen is not None
    lease = Lease(bucket)
    second = lease._next(seen, "second")
    third = lease._next(second, "second")
    assert third is not None and third.number == 3
    lease._sweep(3)
    assert Lease(bucket, now=lambda: long_ago)._next(seen, "slow") is None
    assert [entry.key for entry in bucket.list(PREFIX)] == [third.key]


@pytest.mark.parametrize("released", [False, True])
def test_a_link_of_a_newer_release_is_refused_by_name_and_stays(bucket: Bucket, released: bool) -> None:
    later = {"format": 2, "holder": "a later release", "until": "2020-01-01T00:00:00+00:00", "released": released}
    newer = json.dumps(later).encode()
    refused = pytest.raises(PermanentFailure, match=f"MUT-STATE-001: The record {PREFIX}0000000007.json in .* format 2")
    with Lease(bucket).acquire("ours") as turn:
        bucket.put(f"{PREFIX}0000000007.json", newer)
        with refused:
            turn.check()
    with refused, Lease(bucket).acquire("ours"):
        pytest.fail("it took over from a release that it does not understand")
    assert bucket.get(f"{PREFIX}0000000007.json") == newer


def test_the_lease_is_renewed_while_it_is_held(bucket: Bucket) -> None:
    renewed = threading.Event()

    class Watching(Bucket):
        def create(self, key: str, data: bytes) -> str:
            if not json.loads(data)["released"] and not key.endswith("1.json"):
                renewed.set()
            return super().create(key, data)

    with Lease(Watching(bucket.where), seconds=0.3).acquire("renewer") as turn:
        assert renewed.wait(20)
        turn.check()
