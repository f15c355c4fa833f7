"""The report of a night: of the newest tables, written when it says something else, never the end of a night."""

from dataclasses import replace
from datetime import date

import pytest

from mut_assets.domain.collections import EVENTOS, TIENDAS
from mut_assets.domain.documents.vectorial import vectorial_frame
from mut_assets.domain.plans.hold import Hold
from mut_assets.domain.tables.raw import raw_frame
from mut_assets.publishing.editors import report
from mut_assets.publishing.publisher import Proposal, Publisher
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.held_records import HeldRecords
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.bucket.snapshots import Snapshots
from mut_assets.resources.failures import TransientFailure
from mut_assets_tests.domain.items import FUENTE, block, place
from mut_assets_tests.resources.plaza import Stopped

TODAY = date(2026, 3, 1)
FILES = ("state/reports/dudas.csv", "state/reports/dudas.html")


class Recording(Bucket):
    """A bucket that remembers what is written and read, and may refuse the report."""

    calls: list[str] = []
    refuses = False

    def put(self, key: str, data: bytes) -> str:
        if self.refuses and key in FILES:
            raise TransientFailure("MUT-S3-101", "The bucket is busy.", "Later.")
        self.calls.append(f"put {key}")
        return super().put(key, data)

    def get(self, key: str) -> bytes:
        self.calls.append(f"get {key}")
        return super().get(key)


@pytest.fixture
def publisher() -> Publisher:
    bucket = Recording("memory://")
    bucket.__dict__["calls"] = []
    snapshots = Snapshots(bucket, Stopped())
    return Publisher(snapshots, DocumentStore(bucket, "kb/"), HeldRecords(bucket, snapshots), PublicationLog(bucket))


def night(publisher: Publisher, level: str) -> list[Proposal]:
    """A table of one shop, in which lugar says -3, and what would be published of it."""
    raw = raw_frame(TIENDAS, [place(block(level=level))], FUENTE)
    key = publisher.snapshots.write("raw", TIENDAS, raw)
    publisher.snapshots.write("vectorial", TIENDAS, vectorial_frame(TIENDAS, raw, key))
    proposals = [publisher.propose(collection, {}, TODAY) for collection in (EVENTOS, TIENDAS)]
    publisher.store.bucket.__dict__["calls"].clear()
    return proposals


def calls(publisher: Publisher) -> list[str]:
    bucket = publisher.store.bucket
    assert isinstance(bucket, Recording)
    return bucket.calls


def made(publisher: Publisher, proposals: list[Proposal], **holds: Hold) -> tuple[int | None, list[str]]:
    """How many doubts, and what was warned of."""
    warned: list[str] = []
    found = report(publisher, proposals, holds, TODAY, warned.append)
    return None if found is None else len(found), warned


def test_a_report_is_written_when_it_says_something_else_and_reads_no_table_again(publisher: Publisher) -> None:
    proposals = night(publisher, "1")
    reads = [f"get {key}" for key in reversed(FILES)]
    assert made(publisher, proposals) == (1, [])
    assert [call for call in calls(publisher) if call.startswith("put")] == [f"put {key}" for key in reversed(FILES)]
    calls(publisher).clear()
    assert made(publisher, proposals) == (1, [])
    assert [call for call in calls(publisher) if "raw/preg" not in call] == reads, "an unchanged one costs two reads"
    assert made(publisher, night(publisher, "-3")) == (0, [])
    assert "No hay nada que corregir." in publisher.store.bucket.get(FILES[1]).decode()


def test_a_rollback_and_an_approval_report_the_newest_tables_all_the_same(publisher: Publisher) -> None:
    old = night(publisher, "1")
    night(publisher, "-3")
    assert made(publisher, old) == (1, [])
    assert made(publisher, old, tiendas=Hold("20260301_000000", "x")) == (0, [])
    [_, approved] = old
    assert made(publisher, [replace(approved, approved=True)]) == (0, [])


def test_a_bucket_that_takes_no_report_costs_the_report_alone(publisher: Publisher) -> None:
    proposals = night(publisher, "1")
    publisher.store.bucket.__dict__["refuses"] = True
    number, [warning] = made(publisher, proposals)
    assert number is None and warning.startswith("The editors' report stays as it was: MUT-S3-101")


@pytest.mark.parametrize("cell", ["{", "5", "[5]", "[" * 100_000], ids=["cut", "a number", "numbers", "too deep"])
def test_a_table_that_was_edited_by_hand_costs_the_report_alone(publisher: Publisher, cell: str) -> None:
    [_, proposal] = night(publisher, "1")
    assert proposal.source
    proposal.source.vectorial.frame["descartado"] = cell
    number, [warning] = made(publisher, [proposal])
    assert number is None and warning.startswith("The editors' report stays as it was: ")
