"""The knowledge base takes in what was published, under the lease; what it could not take in ends the step by name."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import dagster as dg
import pytest

from mut_assets.assets.knowledge_base import bedrock_kb_ingestion
from mut_assets.domain.ingestion.jobs import Statistics
from mut_assets.domain.ingestion.rules import IngestionReport, JobReport
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.lease import Lease
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.failures import Retries, TransientFailure

JOB = JobReport(("eventos", "stores"), "DS00000001", "JOB0000001", 12.4, Statistics(scanned=9, new=2, deleted=1))
REPORT = IngestionReport(9, 9, new=2, modified=0, metadata_modified=0, deleted=1, failed=0)


@dataclass
class Base:
    """A knowledge base that gives its answers in turn, and remembers its tokens and who held the lease."""

    lease: Lease
    answers: list[IngestionReport | TransientFailure]
    tokens: list[str] = field(default_factory=list)
    holders: list[str] = field(default_factory=list)

    def ingest(self, token: str, log: Callable[[str], None] = lambda line: None) -> IngestionReport:
        self.tokens.append(token)
        last = self.lease.last()
        self.holders.append(last.holder if last and not last.released else "")
        answer = self.answers.pop(0)
        if isinstance(answer, TransientFailure):
            raise answer
        return answer


@pytest.fixture
def lease() -> Lease:
    return Lease(Bucket("memory://"))


def run(base: Base) -> dg.ExecuteInProcessResult:
    store = DocumentStore(base.lease.bucket, "kb/")
    resources = {"knowledge_base": base, "store": store, "lease": base.lease, "retries": Retries(0, 2)}
    with dg.DagsterInstance.ephemeral() as instance:
        return dg.materialize([bedrock_kb_ingestion], instance=instance, resources=resources, raise_on_error=False)


def metadata(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    (materialized,) = result.asset_materializations_for_node("bedrock_kb_ingestion")
    return {name: value.value for name, value in materialized.metadata.items()}


def test_the_numbers_and_jobs_of_an_ingestion_are_reported(lease: Lease) -> None:
    report = replace(REPORT, jobs=(JOB,), unserved={"preguntas": "aws bedrock-agent create"})
    result = run(Base(lease, [report]))
    told = metadata(result)
    assert (told["numberOfDocumentsScanned"], told["numberOfDocumentsDeleted"]) == (9, 1)
    assert [tuple(record.data.values()) for record in told["jobs"].records] == [
        ("eventos, stores", "DS00000001", "JOB0000001", "12 s", 3)
    ]
    assert told["published_not_served"] == "- preguntas: `aws bedrock-agent create`"


def test_a_night_that_needed_no_job_shows_no_table(lease: Lease) -> None:
    told = metadata(run(Base(lease, [IngestionReport(0, 0, 0, 0, 0, 0, 0)])))
    assert told["numberOfNewDocumentsIndexed"] == 0 and not {"jobs", "published_not_served"} & set(told)


def test_every_attempt_has_a_token_of_its_own_and_holds_the_lease(lease: Lease) -> None:
    busy = TransientFailure("MUT-KB-101", "The service is busy.", "It is tried again.")
    base = Base(lease, [busy, REPORT])
    result = run(base)
    assert result.success and base.tokens == [f"{result.run_id}-0", f"{result.run_id}-1"]
    assert all(holder.startswith(f"bedrock_kb_ingestion, run {result.run_id}") for holder in base.holders)
    last = lease.last()
    assert last is not None and last.released


def test_documents_that_were_not_taken_in_end_the_step_at_once_and_the_first_five_are_named(lease: Lease) -> None:
    failures = tuple((f"stores/{number}.md", "too large") for number in range(7))
    base = Base(lease, [replace(REPORT, failed=7, failures=failures)])
    result = run(base)
    assert not result.success and len(base.tokens) == 1
    (failed,) = [event for event in result.all_events if event.is_step_failure]
    message = str(failed.step_failure_data.error)
    assert "MUT-KB-010: 7 documents were published but could not be ingested: stores/0.md: too large; " in message
    assert "stores/4.md" in message and "stores/5.md" not in message
    assert not result.asset_materializations_for_node("bedrock_kb_ingestion")


def test_somebody_elses_file_that_was_not_taken_in_ends_nothing(lease: Lease) -> None:
    lease.bucket.put("kb/stores/chunk.jsonl", b"{}")
    base = Base(lease, [replace(REPORT, failed=1, failures=(("stores/chunk.jsonl", "its format is not .md"),))])
    assert run(base).success
