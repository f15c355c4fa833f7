"""From a snapshot to the published folder, in a real one: what is over leaves, what was older can come back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from mut_assets.domain.collections import EVENTOS, TIENDAS, Collection
from mut_assets.domain.documents.vectorial import vectorial_frame
from mut_assets.domain.plans.outcome import Outcome, Publication
from mut_assets.domain.tables.raw import raw_frame
from mut_assets.publishing.publisher import Proposal, Publisher
from mut_assets.publishing.rollbacks import Wish
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.held_records import HeldRecords
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.bucket.snapshots import Snapshots
from mut_assets.resources.failures import PermanentFailure
from mut_assets_tests.domain.items import FUENTE, card, event, page
from mut_assets_tests.resources.plaza import Stopped

PREFIX = "kb/"
LAST = date(2025, 10, 12)
NEXT = date(2025, 10, 13)


@dataclass(frozen=True)
class House:
    """A bucket in a folder, and who writes snapshots and documents to it."""

    bucket: Bucket

    def snapshots(self, day: date = LAST) -> Snapshots:
        return Snapshots(self.bucket, Stopped(instant=datetime(day.year, day.month, day.day, 3, tzinfo=UTC)))

    def publisher(self, keeps_expired: bool = False) -> Publisher:
        snapshots = self.snapshots(NEXT)
        store, decisions = DocumentStore(self.bucket, PREFIX), PublicationLog(self.bucket)
        return Publisher(snapshots, store, HeldRecords(self.bucket, snapshots), decisions, keeps_expired=keeps_expired)

    def read_the_site(
        self, items: Sequence[dict[str, Any]], day: date = LAST, collection: Collection = EVENTOS, old: bool = False
    ) -> None:
        """Writes the snapshots of a night. `old`: as an earlier release did, without what it did not understand."""
        snapshots = self.snapshots(day)
        raw = raw_frame(collection, list(items), FUENTE)
        frame = vectorial_frame(collection, raw, snapshots.write("raw", collection, raw))
        lacking = list(collection.shape.prepared_columns) if old else []
        snapshots.write("vectorial", collection, frame.drop(columns=lacking))

    def propose(self, today: date, as_of: str = "", *, keeps_expired: bool = False) -> Proposal:
        publisher = self.publisher(keeps_expired)
        held = publisher.rollbacks.after({}, Wish(as_of=as_of, only=("eventos",))) if as_of else {}
        published = publisher.store.holdings().published["eventos"]
        return publisher.propose(EVENTOS, published, today, held.get("eventos"))

    def publish(self, today: date, as_of: str = "", *, keeps_expired: bool = False) -> Outcome:
        proposal = self.propose(today, as_of, keeps_expired=keeps_expired)
        return self.apply(proposal, today, keeps_expired=keeps_expired)

    def apply(self, proposal: Proposal, today: date, *more: Sequence[str], keeps_expired: bool = False) -> Outcome:
        """With a lease that is always held."""
        return self.publisher(keeps_expired).apply(proposal, today, lambda: None, *more)

    def published(self) -> list[str]:
        keys = (entry.key.removeprefix(PREFIX) for entry in self.bucket.list(PREFIX))
        return [key for key in keys if key.endswith(".md")]

    def everything(self) -> dict[str, bytes]:
        return {entry.key: self.bucket.get(entry.key) for entry in self.bucket.list("")}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(Bucket(str(tmp_path / "bucket")))


def happening(number: int, when: str) -> dict[str, Any]:
    return event(card(when, "11:00", "Nivel 2")) | {
        "id": number,
        "title": {"rendered": f"Feria {number}"},
        "link": f"https://plaza.example/eventos/{number}/",
    }


OCTOBER = "9 al 12 de octubre de 2025"
NOVEMBER = "8 de noviembre de 2025"
SITE = [happening(1, OCTOBER), happening(2, NOVEMBER), happening(3, "Cuando cante el gallo"), happening(4, OCTOBER)]


def test_an_event_leaves_on_the_day_after_its_last_and_the_outcome_says_why(house: House) -> None:
    house.read_the_site(SITE)
    first = house.publish(LAST)
    assert (first.status, first.added, first.removed) == ("published", 4, 0)
    assert house.published() == ["eventos/1.md", "eventos/2.md", "eventos/3.md", "eventos/4.md"]
    assert house.publish(LAST).status == "unchanged"
    after = house.publish(NEXT)
    assert (after.status, after.removed, after.refusals) == ("published", 2, ())
    assert [(line.title, line.detail) for line in after.removed_lines] == [
        ("Feria 1", "the event ended on 2025-10-12"),
        ("Feria 4", "the event ended on 2025-10-12"),
    ]
    assert house.published() == ["eventos/2.md", "eventos/3.md"]
    assert house.publish(NEXT).status == "unchanged"


def test_an_event_that_was_over_before_is_never_published(house: House) -> None:
    house.read_the_site(SITE)
    proposal = house.propose(NEXT)
    for documents in (proposal.wanted, proposal.plan.added):
        assert [document.id for document in documents] == ["2", "3"]
    assert [document.id for document in proposal.expired] == ["1", "4"]
    assert "not published, because they are over: 2" in proposal.plan.notes


def test_events_that_are_over_can_be_kept(house: House) -> None:
    house.read_the_site(SITE)
    house.publish(LAST, keeps_expired=True)
    kept = house.publish(NEXT, keeps_expired=True)
    assert (kept.status, kept.removed, kept.notes) == ("unchanged", 0, ())
    assert len(house.published()) == 4
    assert house.publish(NEXT).removed == 2
    back = house.publish(NEXT, keeps_expired=True)
    assert [line.title for line in back.added_lines] == ["Feria 1", "Feria 4"]


def test_the_guard_counts_what_vanishes_from_the_site_on_the_same_night(house: House) -> None:
    over = [happening(number, OCTOBER) for number in range(1, 11)]
    coming = [happening(number, NOVEMBER) for number in range(11, 31)]
    house.read_the_site([*over, *coming])
    house.publish(LAST)
    house.read_the_site([*over, *coming[:12]], NEXT)
    refused = house.publish(NEXT)
    assert refused.status == "refused" and len(house.published()) == 30
    assert "removes 8 of 20 documents" in refused.refusals[0]


def test_a_snapshot_of_an_earlier_release_can_be_rolled_back_to(house: House) -> None:
    house.read_the_site(SITE[:3], date(2025, 10, 1), old=True)
    house.read_the_site(SITE, LAST)
    house.publish(LAST)
    back = house.publish(NEXT, "20251001_235959")
    assert (back.status, back.changed, back.removed) == ("published", 3, 1)
    assert [line.detail for line in back.removed_lines] == [
        "it is not in the snapshots up to 20251001_030000, which were asked for"
    ]
    assert house.published() == ["eventos/1.md", "eventos/2.md", "eventos/3.md"]  # nothing says that 1 is over
    assert b"fecha_fin" not in house.bucket.get(f"{PREFIX}eventos/1.md.metadata.json")
    forward = house.publish(NEXT)
    assert (forward.changed, forward.removed) == (2, 1)
    assert b'"fecha_fin": 20251108' in house.bucket.get(f"{PREFIX}eventos/2.md.metadata.json")


def test_a_rollback_that_would_empty_a_field_waits_for_a_person_and_then_goes_out_exactly(house: House) -> None:
    site = [happening(number, NOVEMBER) for number in range(1, 9)]
    house.read_the_site(site, date(2025, 10, 1), old=True)
    house.read_the_site(site, LAST)
    house.publish(LAST)
    refused = house.publish(NEXT, "20251001_235959")
    assert refused.status == "refused" and "empties the field 'fecha_fin'" in refused.refusals[0]
    house.publisher().publication_log.record(Publication("run", "2025-10-13T03:00:00+00:00", (refused,)))
    proposal, day = house.publisher().reopen_refused_plan(refused.plan)
    assert (proposal.plan.refusals, day) == ((), NEXT)
    approved = house.apply(proposal, day)
    assert (approved.status, approved.changed, approved.plan) == ("published", 8, refused.plan)
    assert approved.notes[-1] == f"approved plan {refused.plan}"
    with pytest.raises(PermanentFailure, match="MUT-PUB-002"):
        house.publisher().reopen_refused_plan(refused.plan)


def test_to_look_at_a_proposal_writes_nothing(house: House) -> None:
    house.read_the_site(SITE)
    house.publish(LAST)
    before = house.everything()
    publisher = house.publisher()
    published = publisher.store.holdings(remember=False).published["eventos"]
    proposal = publisher.propose(EVENTOS, published, NEXT, remember=False)
    seen = publisher.preview(proposal, NEXT)
    assert house.everything() == before
    assert (seen.status, seen.removed) == ("published", 2)
    assert house.apply(proposal, NEXT) == seen
    assert house.everything() != before


def test_a_refusal_from_outside_keeps_what_is_published_and_is_none_of_what_changes_nothing(house: House) -> None:
    house.read_the_site(SITE)
    house.publish(LAST)
    before = house.everything()
    refused = house.apply(house.propose(NEXT), NEXT, ["7 golden questions lost"], ["a note"])
    assert (refused.status, refused.refusals) == ("refused", ("7 golden questions lost",))
    assert refused.notes[-1] == "a note"
    assert house.everything() == before
    settled = house.apply(house.propose(LAST), LAST, ["7 golden questions lost"], ["a note"])
    assert (settled.status, settled.refusals, settled.notes) == ("unchanged", (), ())


def _edited_by_hand(bucket: Bucket, key: str) -> None:
    bucket.put(key, bucket.get(key).replace(b"20251012", b"pronto"))


def _gone(bucket: Bucket, key: str) -> None:
    bucket.delete(key.replace("vectorial/eventos_vectorial", "raw/eventos"))


@pytest.mark.parametrize(("spoil", "said"), [(_edited_by_hand, "MUT-DATA-008"), (_gone, "MUT-DATA-005")])
def test_a_table_that_cannot_be_read_fails_its_collection_alone(
    house: House, spoil: Callable[[Bucket, str], None], said: str
) -> None:
    house.read_the_site([happening(1, OCTOBER)])
    house.read_the_site([page()], collection=TIENDAS)
    spoil(house.bucket, "vectorial/eventos_vectorial_20251012_030000.csv")
    publisher = house.publisher()
    failed, good = (publisher.propose(collection, {}, LAST) for collection in (EVENTOS, TIENDAS))
    outcome = house.apply(failed, LAST)
    assert (outcome.status, outcome.plan, outcome.day) == ("failed", "", "2025-10-12") and said in outcome.refusals[0]
    assert publisher.preview(failed, LAST) == outcome
    assert house.bucket.list("state/published") == house.bucket.list("state/set_aside/") == [], (
        "a failed collection has nothing to record"
    )
    assert house.apply(good, LAST).added == 1


def test_without_any_snapshot_nothing_is_deleted(house: House) -> None:
    house.read_the_site(SITE)
    house.publish(LAST)
    for entry in house.bucket.list("vectorial/"):
        house.bucket.delete(entry.key)
    absent = house.publish(NEXT)
    assert (absent.status, absent.removed) == ("absent", 0)
    assert len(house.published()) == 4


def test_a_lease_that_is_gone_stops_before_the_first_write(house: House) -> None:
    house.read_the_site(SITE)

    def gone() -> None:
        raise PermanentFailure("MUT-LEASE-001", "gone", "wait")

    with pytest.raises(PermanentFailure, match="gone"):
        house.publisher().apply(house.propose(LAST), LAST, gone)
    assert house.published() == []
