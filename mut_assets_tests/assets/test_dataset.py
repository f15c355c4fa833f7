"""One publication, from a person's wish to what is recorded of it: what went out, what was kept back, who approved."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import pytest

from mut_assets.assets.dataset import kb_dataset
from mut_assets.domain.collections import PREGUNTAS, RESTAURANTES, TIENDAS, Collection
from mut_assets.domain.documents.vectorial import vectorial_frame
from mut_assets.domain.plans.outcome import Publication
from mut_assets.domain.tables.faq import faq_frame
from mut_assets.domain.tables.raw import raw_frame
from mut_assets.publishing.gates import PublishGate, RetrievalGate, ServedGate
from mut_assets.publishing.publisher import Publisher
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.evaluation_runs import EvaluationRuns
from mut_assets.resources.bucket.golden_questions import GoldenQuestions
from mut_assets.resources.bucket.held_records import HeldRecords
from mut_assets.resources.bucket.lease import Lease
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.bucket.snapshots import Snapshots
from mut_assets.resources.clock import Clock
from mut_assets.resources.embedded.index import LocalIndex
from mut_assets.resources.failures import Failure, PermanentFailure, Retries, TransientFailure
from mut_assets.resources.polling import Polling
from mut_assets_tests.domain.items import FUENTE, block, page, place
from mut_assets_tests.resources.plaza import Stopped

PREFIX = "kb/"


@dataclass
class House:
    """The publishing stage over a bucket in memory, night by night of March 2026."""

    bucket: Bucket = field(default_factory=lambda: Bucket("memory://"))
    day: int = 1
    tries: int = 2

    @property
    def clock(self) -> Clock:
        return Stopped(instant=datetime(2026, 3, self.day, 12, tzinfo=UTC))

    @property
    def decisions(self) -> PublicationLog:
        return PublicationLog(self.bucket)

    @property
    def last(self) -> Publication:
        last = self.decisions.last()
        assert last is not None
        return last

    def read_the_site(self, collection: Collection, *numbers: int) -> None:
        items = [
            page(id=number, title={"rendered": f"Local {number}"}, link=f"https://plaza.example/{number}/")
            for number in numbers
        ]
        snapshots = Snapshots(self.bucket, self.clock)
        raw = raw_frame(collection, items, FUENTE)
        key = snapshots.write("raw", collection, raw)
        snapshots.write("vectorial", collection, vectorial_frame(collection, raw, key))

    def run(self, **wish: Any) -> dg.ExecuteInProcessResult:
        snapshots, store = Snapshots(self.bucket, self.clock), DocumentStore(self.bucket, PREFIX)
        golden, runs = GoldenQuestions(self.bucket, "raw/oro.csv"), EvaluationRuns(self.bucket, "embedded")
        unasked = ServedGate(golden, store, LocalIndex.in_memory([]), runs, Polling(0, 0))
        resources = {
            "publisher": Publisher(snapshots, store, HeldRecords(self.bucket, snapshots), self.decisions),
            "decisions": self.decisions,
            "retrieval_gate": RetrievalGate(PublishGate(golden, store, runs, runs), unasked),
            "lease": Lease(self.bucket),
            "clock": self.clock,
            "retries": Retries(0, self.tries - 1),
        }
        with dg.DagsterInstance.ephemeral() as instance:
            config = {"ops": {"kb_dataset": {"config": wish}}}
            return dg.materialize(
                [kb_dataset], instance=instance, resources=resources, run_config=config, raise_on_error=False
            )

    def publish(self, **wish: Any) -> dict[str, Any]:
        """What the asset reports of a night, which is then over."""
        result = self.run(**wish)
        (materialized,) = result.asset_materializations_for_node("kb_dataset")
        self.day += 1
        return {name: value.value for name, value in materialized.metadata.items()}

    def ids(self, collection: Collection) -> set[str]:
        keys = (entry.key for entry in self.bucket.list(f"{PREFIX}{collection.folder}/"))
        return {key.rpartition("/")[2].removesuffix(".md") for key in keys if key.endswith(".md")}


def counts(told: dict[str, Any]) -> dict[str, int]:
    names = ("written", "deleted", "held", "unchanged", "read_back")
    return {name: told[f"documents_{name}"] for name in names}


@pytest.fixture
def house() -> House:
    """After a first night with twelve shops and two restaurants, and a file that somebody put there."""
    house = House()
    house.bucket.put(f"{PREFIX}preguntas/horario.md", b"# Horario\n")
    house.read_the_site(TIENDAS, *range(1, 13))
    house.read_the_site(RESTAURANTES, 1, 2)
    house.publish()
    return house


@pytest.fixture
def refused(house: House) -> dict[str, Any]:
    """A night on which ten shops vanish and one opens, which is refused, and one restaurant opens."""
    house.read_the_site(TIENDAS, 1, 2, 13)
    house.read_the_site(RESTAURANTES, 1, 2, 3)
    return house.publish()


def statuses(publication: Publication) -> dict[str, str]:
    return {outcome.collection: outcome.status for outcome in publication.outcomes}


def test_only_what_went_out_is_counted_and_a_refused_collection_keeps_its_documents(
    house: House, refused: dict[str, Any]
) -> None:
    assert list(statuses(house.last).values()) == ["absent", "refused", "published", "absent"]
    assert counts(refused) == {"written": 1, "deleted": 0, "held": 0, "unchanged": 4, "read_back": 1}  # the foreign one
    assert house.ids(TIENDAS) == {str(number) for number in range(1, 13)}
    assert house.ids(RESTAURANTES) == {"1", "2", "3"}
    assert house.last.snapshots_served == {
        "tiendas": "raw/tiendas_20260301_120000.csv",
        "restaurantes": "raw/restaurantes_20260302_120000.csv",
    }
    shops, restaurants = (f"vectorial/{kind}_vectorial_20260302_120000.csv" for kind in ("stores", "restaurantes"))
    assert [row.data["snapshot"] for row in refused["snapshots"].records] == ["none", shops, restaurants, "none"]


def test_a_foreign_key_is_reported_recorded_and_left_alone(house: House, refused: dict[str, Any]) -> None:
    assert refused["foreign_keys"] == f"- {PREFIX}preguntas/horario.md"
    assert house.last.foreign == (f"{PREFIX}preguntas/horario.md",)
    assert house.bucket.get(f"{PREFIX}preguntas/horario.md") == b"# Horario\n"


def test_a_floor_that_the_faq_and_a_page_tell_differently_is_shown_with_the_page(house: House) -> None:
    snapshots = Snapshots(house.bucket, house.clock)
    shop = place(
        block(level="3", place="", local=""), id=1, title={"rendered": "Larisa"}, link="https://plaza.example/1/"
    )
    faq = "pregunta;respuesta\nDonde esta Larisa;Larisa está en el piso -3.\n".encode()
    for collection, raw in ((TIENDAS, raw_frame(TIENDAS, [shop], FUENTE)), (PREGUNTAS, faq_frame(faq, "raw/x.csv"))):
        key = snapshots.write("raw", collection, raw)
        snapshots.write("vectorial", collection, vectorial_frame(collection, raw, key))
    told = house.publish()
    assert told["contradictions"] == (
        "- The FAQ answers 'Donde esta Larisa' with 'Larisa está en el piso -3.', and the page of Larisa says floor 3: "
        "https://plaza.example/1/. Correct the one that is wrong."
    )


def test_an_approved_plan_goes_out_alone_and_the_others_keep_their_last_outcome(
    house: House, refused: dict[str, Any]
) -> None:
    (plan,) = house.decisions.waiting()
    house.read_the_site(RESTAURANTES, 1, 2, 3, 4)
    approved = house.publish(approve=plan)
    assert counts(approved) == {"written": 1, "deleted": 10, "held": 0, "unchanged": 2, "read_back": 1}
    assert (house.ids(TIENDAS), house.ids(RESTAURANTES)) == ({"1", "2", "13"}, {"1", "2", "3"})
    assert statuses(house.last)["tiendas"] == "published" and statuses(house.last)["restaurantes"] == "published"
    assert house.decisions.waiting() == []
    assert approved["notes"].splitlines()[0] == f"- tiendas: approved plan {plan}"


def test_a_plan_that_nobody_refused_cannot_be_approved_and_changes_nothing(house: House) -> None:
    before = house.last
    result = house.run(approve="0a1b2c3d4e5f")
    (failed,) = [event for event in result.all_events if event.is_step_failure]
    assert "MUT-PUB-001" in str(failed.step_failure_data.error)
    assert house.last == before


DENIED = PermanentFailure("MUT-S3-002", "Access denied.", "Allow s3:PutObject.")
NO_ANSWER = TransientFailure("MUT-S3-101", "The bucket gave no answer.", "It is tried again.")
FOR_EVER = 1000


@dataclass(frozen=True)
class _NoWriting(Bucket):
    """Takes no shop the first `times`, and gives `failure` as the reason."""

    failure: Failure = NO_ANSWER
    times: int = FOR_EVER
    taken_over: bool = False
    """Whether another writer takes the lease at that moment."""
    asked: list[str] = field(default_factory=list)

    def put(self, key: str, data: bytes) -> str:
        if key.startswith(f"{PREFIX}stores/"):
            self.asked.append(key)
            if self.taken_over:
                super().put(f"state/lease/{9:010d}.json", b"whoever")
            if len(self.asked) <= self.times:
                raise self.failure
        return super().put(key, data)


def move(house: House, bucket: Bucket) -> None:
    """The house goes on over this bucket, with all that it had."""
    for entry in house.bucket.list(""):
        Bucket.put(bucket, entry.key, house.bucket.get(entry.key))
    house.bucket = bucket


@pytest.mark.parametrize("failure", [NO_ANSWER, DENIED], ids=["at the last try", "at once"])
def test_a_folder_that_cannot_be_written_costs_its_collection_alone(house: House, failure: Failure) -> None:
    house.read_the_site(TIENDAS, *range(1, 14))
    house.read_the_site(RESTAURANTES, 1, 2, 3)
    before = house.last
    move(house, _NoWriting("memory://", failure=failure))
    assert house.run().success
    assert statuses(house.last)["tiendas"] == "failed" and statuses(house.last)["restaurantes"] == "published"
    assert house.ids(RESTAURANTES) == {"1", "2", "3"}
    (kept,) = house.last.kept_back
    assert kept.why_kept().startswith("tiendas was not written whole: MUT-S3-")
    assert house.last.snapshots_served["tiendas"] == before.snapshots_served["tiendas"], "it is as old as it was"
    assert not [canary for canary in house.last.canaries if canary.document.folder == "stores"]


def test_a_folder_that_can_be_written_at_the_next_try_goes_out_the_same_night(house: House) -> None:
    house.read_the_site(TIENDAS, *range(1, 14))
    move(house, _NoWriting("memory://", failure=NO_ANSWER, times=1))
    assert house.run().success
    assert statuses(house.last)["tiendas"] == "published" and "13" in house.ids(TIENDAS)


def test_an_approved_plan_that_cannot_be_written_still_waits(house: House, refused: dict[str, Any]) -> None:
    (plan,) = house.decisions.waiting()
    move(house, _NoWriting("memory://", failure=DENIED))
    assert not house.run(approve=plan).success
    assert house.decisions.waiting() == [plan]


def test_a_lease_that_was_lost_is_no_failure_of_a_collection(house: House) -> None:
    house.read_the_site(TIENDAS, *range(1, 14))
    before, house.tries = house.last, 1
    move(house, _NoWriting("memory://", failure=DENIED, taken_over=True))
    result = house.run()
    (failed,) = [event for event in result.all_events if event.is_step_failure]
    assert "MUT-LEASE-102" in str(failed.step_failure_data.error)
    assert house.last == before


def test_the_editors_report_is_a_page_with_linked_titles_and_nothing_of_the_site_acts_in_it(house: House) -> None:
    name = "Pan](https://x.example) &lt;img src=x&gt;"
    items = [place(block(level="1"), id=number, title={"rendered": name}) for number in range(1, 13)]
    snapshots = Snapshots(house.bucket, house.clock)
    raw = raw_frame(TIENDAS, items, FUENTE)
    snapshots.write("vectorial", TIENDAS, vectorial_frame(TIENDAS, raw, snapshots.write("raw", TIENDAS, raw)))
    told = house.publish()
    assert told["doubts"] == 12
    page = told["editors_report"]
    assert page.startswith(
        "12 líneas (tiendas 12).\n\n**[Pan\\](https://x.example)](https://plaza.example/tiendas/la-ranura/)**"
    )
    assert "- **lugar y nivel** · Dudoso. *Dice:* lugar: «Nivel -3, al fondo»; nivel: «1»" in page
    assert b"lugar y nivel" in house.bucket.get("state/reports/dudas.html")
