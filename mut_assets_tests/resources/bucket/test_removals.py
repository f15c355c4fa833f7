"""What went unexpectedly in the last nights: remembered, and found again in the snapshots when the memory is lost."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

from mut_assets.domain.collections import EVENTOS
from mut_assets.domain.documents.vectorial import vectorial_frame
from mut_assets.domain.tables.raw import raw_frame
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.removals import PREFIX, Gone, Removals
from mut_assets.resources.bucket.snapshots import Snapshots
from mut_assets_tests.domain.items import FUENTE, card, event
from mut_assets_tests.resources.plaza import Stopped

MEMORY = f"{PREFIX}eventos.json"


@dataclass
class Nights:
    """Nights of March 2026, each with a table of events, and the record of what went."""

    bucket: Bucket = field(default_factory=lambda: Bucket("memory://"))
    keys: dict[int, str] = field(default_factory=dict)

    @property
    def removals(self) -> Removals:
        return Removals(self.bucket, Snapshots(self.bucket, Stopped(instant=datetime(2026, 4, 1, tzinfo=UTC))))

    def read(self, day: int, *numbers: int, until: str = "31 de diciembre de 2026", fuente: str = FUENTE) -> None:
        items = [event(card(f"1 de enero al {until}")) | {"id": number} for number in numbers]
        snapshots = Snapshots(self.bucket, Stopped(instant=datetime(2026, 3, day, 12, tzinfo=UTC)))
        frame = vectorial_frame(EVENTOS, raw_frame(EVENTOS, items, fuente), "raw/x.csv")
        self.keys[day] = snapshots.write("vectorial", EVENTOS, frame)

    def recent(self, day: int, ids: Sequence[int]) -> Gone:
        current = self.removals.snapshots.read(self.keys[day])
        return self.removals.recent(EVENTOS, current, map(str, ids), date(2026, 3, day))

    def days(self, day: int, *ids: int) -> dict[str, int]:
        """The day of March on which each went, as counted on a day on which the site has `ids`."""
        return {id: on.day for id, on in self.recent(day, ids).days.items()}


@pytest.fixture
def nights() -> Nights:
    return Nights()


def test_what_went_is_remembered_for_seven_nights(nights: Nights) -> None:
    nights.read(1, 1, 2)
    nights.removals.keep(EVENTOS, nights.recent(1, [1, 2]), ["7", "8"], date(2026, 3, 1))
    for day, gone in ((7, {"7": 1, "8": 1}), (8, {})):
        nights.read(day, 1)
        assert nights.days(day, 1) == gone
    nights.removals.keep(EVENTOS, nights.recent(8, [1]), ["9"], date(2026, 3, 8))
    assert nights.removals.read(EVENTOS) == {"9": date(2026, 3, 8)}, "older ones are dropped when something is written"


def test_a_lost_record_is_found_again_in_the_tables_of_seven_nights(nights: Nights) -> None:
    for day, numbers in ((1, (1, 2, 3, 4)), (2, (1, 2, 3)), (5, (1, 2)), (9, (1,))):
        nights.read(day, *numbers)
    assert nights.days(9, 1) == {"3": 5, "2": 9}, "4 went eight nights ago"
    assert not nights.recent(9, [1]).kept
    assert nights.days(9, 1, 2) == {"3": 5}, "2 is on the site, though it could not be understood"


def test_what_is_over_or_came_from_another_site_did_not_drain_away(nights: Nights) -> None:
    nights.read(1, 1, 2, until="3 de marzo de 2026")
    nights.read(2, 3, 4, fuente="muestra")
    nights.read(3, 5, 6)
    nights.read(4, 5)
    assert nights.days(4, 5) == {"6": 4}


def test_a_damaged_table_hides_no_other(nights: Nights) -> None:
    nights.read(1, 1, 2)
    nights.read(2, 1, 3)
    nights.read(3, 1)
    nights.bucket.put(nights.keys[2], b"titulo\n")
    assert nights.days(3, 1) == {"2": 3}


def test_what_a_person_approved_is_counted_no_more(nights: Nights) -> None:
    nights.read(1, 1, 2)
    nights.read(2, 1)
    nights.removals.forget(EVENTOS, nights.recent(2, [1]))
    assert nights.recent(2, [1]) == Gone({}, kept=True)
    before = nights.bucket.list(MEMORY)
    nights.removals.forget(EVENTOS, nights.recent(2, [1]))
    nights.removals.keep(EVENTOS, nights.recent(2, [1]), [], date(2026, 3, 2))
    assert nights.bucket.list(MEMORY) == before, "nothing new is nothing to write"
