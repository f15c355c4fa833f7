"""Since when a record cannot be understood: remembered, and found again in the snapshots when the memory is lost."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest

from mut_assets.domain.collections import TIENDAS
from mut_assets.domain.plans.plan import Held
from mut_assets.domain.tables.raw import raw_frame
from mut_assets.resources.bucket.held_records import HeldRecords
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.snapshots import Snapshots
from mut_assets_tests.domain.items import FUENTE, page
from mut_assets_tests.resources.plaza import Stopped

MEMORY = "state/set_aside/tiendas.json"


@dataclass
class Nights:
    """Nights of March 2026, each with its snapshot of the same shops, some of which have no title."""

    bucket: Bucket = field(default_factory=lambda: Bucket("memory://"))
    keys: dict[int, str] = field(default_factory=dict)

    def read(self, day: int, *broken: int, hour: int = 3) -> None:
        items = [
            page(id=number, title={"rendered": "" if number in broken else f"Tienda {number}"}) for number in (1, 2, 3)
        ]
        snapshots = Snapshots(self.bucket, Stopped(instant=datetime(2026, 3, day, hour, tzinfo=UTC)))
        self.keys[day] = snapshots.write("raw", TIENDAS, raw_frame(TIENDAS, items, FUENTE))

    def held(self, day: int, *, remember: bool = True) -> list[Held]:
        """The held records of the snapshot of a day, on that day."""
        snapshots = Snapshots(self.bucket, Stopped())
        raw = snapshots.read(self.keys[day])
        return HeldRecords(self.bucket, snapshots).held(TIENDAS, raw, date(2026, 3, day), remember=remember)

    def since(self, day: int) -> dict[str, int]:
        """The day of March since which each record is held."""
        return {record.id: record.since.day for record in self.held(day)}

    @property
    def memory(self) -> dict[str, str]:
        content: dict[str, Any] = json.loads(self.bucket.get(MEMORY))
        assert content.pop("format") == 1, "every record says its format"
        return content


@pytest.fixture
def nights() -> Nights:
    return Nights()


def test_a_held_record_says_what_is_wrong_since_when_and_where_it_is(nights: Nights) -> None:
    nights.read(5, 2)
    (held,) = nights.held(5)
    assert (held.id, held.title, held.link) == ("2", "2", "https://plaza.example/tiendas/la-ranura/")
    assert (held.problem, held.since) == ("the title is empty", date(2026, 3, 5))


def test_the_first_day_is_remembered_and_forgotten_when_the_record_is_understood(nights: Nights) -> None:
    for day, broken in ((5, [2]), (6, [2, 3]), (7, [3]), (8, [2, 3])):
        nights.read(day, *broken)
        nights.held(day)
    assert nights.since(8) == {"2": 8, "3": 6}
    assert nights.memory == {"2": "2026-03-08", "3": "2026-03-06"}


@pytest.mark.parametrize("memory", [None, b"", b"[]", b"5", b'{"2": "ayer"}', b'{"2": 5}'])
def test_a_memory_that_is_lost_or_damaged_is_rebuilt_from_the_snapshots(nights: Nights, memory: bytes | None) -> None:
    for day, broken in ((4, [2]), (5, [3]), (6, [2, 3]), (7, [1, 2, 3])):
        nights.read(day, *broken)
    if memory is not None:
        nights.bucket.put(MEMORY, memory)
    assert nights.since(7) == {"1": 7, "2": 6, "3": 5}
    assert nights.memory == {"1": "2026-03-07", "2": "2026-03-06", "3": "2026-03-05"}


def test_an_earlier_snapshot_is_held_since_its_own_past(nights: Nights) -> None:
    for day, broken in ((4, [2]), (5, [2]), (6, [])):
        nights.read(day, *broken)
    assert nights.since(5) == {"2": 4}


def test_a_record_that_the_memory_does_not_know_is_held_from_today(nights: Nights) -> None:
    nights.read(4, 2, 3)
    nights.read(5, 2, 3)
    nights.bucket.put(MEMORY, b'{"2": "2026-02-01"}')
    assert [(record.id, record.since) for record in nights.held(5)] == [
        ("2", date(2026, 2, 1)),
        ("3", date(2026, 3, 5)),
    ]


def test_a_day_is_one_of_santiago(nights: Nights) -> None:
    nights.read(5, 2, hour=1)  # on the evening of the 4th
    nights.read(6, 2)
    assert nights.since(6) == {"2": 4}


def test_a_rehearsal_writes_nothing_and_neither_does_a_night_without_news(nights: Nights) -> None:
    nights.read(5, 2)
    before = contents(nights.bucket)
    rehearsed = nights.held(5, remember=False)
    assert contents(nights.bucket) == before
    assert nights.held(5) == rehearsed
    before = contents(nights.bucket)
    nights.held(5)
    assert contents(nights.bucket) == before


def contents(bucket: Bucket) -> Sequence[tuple[str, str]]:
    return [(entry.key, entry.etag) for entry in bucket.list("")]
