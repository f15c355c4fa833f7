"""The checks that look across assets: each judges its own run, and what it cannot read is a failure with a code."""

import json
from dataclasses import dataclass
from typing import Any

import dagster as dg
import pytest

from mut_assets.checks import everything_wanted_is_published, what_is_served
from mut_assets.domain.plans.outcome import Outcome, Publication
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.publication_log import OUTCOME, PublicationLog
from mut_assets.resources.clock import Clock
from mut_assets.resources.failures import Retries, TransientFailure

WELL = Outcome("tiendas", "published", "b/stores/", added=3)
REFUSED = Outcome("tiendas", "refused", "b/stores/", plan="0a1b2c3d4e5f", day="2026-03-01", refusals=("too much",))


def night(bucket: Bucket, *checks: Any, own: Outcome | None = None, other: Outcome | None = None) -> Any:
    """A run that publishes `own`, while another one publishes `other`, and is then judged."""
    log = PublicationLog(bucket)

    @dg.asset
    def kb_dataset(context: dg.AssetExecutionContext) -> None:
        for run_id, outcome in ((context.run.run_id, own), ("another", other)):
            if outcome:
                log.record(Publication(run_id, "2026-03-02T03:00:00+00:00", (outcome,)))

    @dg.asset(deps=["kb_dataset"])
    def bedrock_kb_ingestion() -> None:
        pass

    resources = {
        "decisions": log, "retries": Retries(0, 1), "clock": Clock(),
        "store": DocumentStore(bucket, "kb/"), "knowledge_base": object(),
    }  # fmt: skip
    with dg.DagsterInstance.ephemeral() as instance:
        return dg.materialize(
            [kb_dataset, bedrock_kb_ingestion, *checks], instance=instance, resources=resources, raise_on_error=False
        )


@pytest.mark.parametrize(
    ("own", "other", "passed"),
    [(REFUSED, WELL, False), (WELL, REFUSED, True), (None, REFUSED, False), (None, WELL, True), (WELL, None, True)],
)
def test_a_run_is_judged_by_what_it_published_itself_and_by_the_last_when_it_published_nothing(
    own: Outcome | None, other: Outcome | None, passed: bool
) -> None:
    result = night(Bucket("memory://"), everything_wanted_is_published, own=own, other=other)
    [check] = result.get_asset_check_evaluations()
    assert check.passed is result.success is passed


@dataclass(frozen=True)
class _Down(Bucket):
    def get(self, key: str) -> bytes:
        raise TransientFailure("MUT-S3-101", "The bucket gave no answer.", "It is tried again.")


@pytest.mark.parametrize("check", [everything_wanted_is_published, what_is_served])
def test_a_bucket_that_is_down_is_asked_again_and_then_told_with_its_code(check: dg.AssetChecksDefinition) -> None:
    result = night(_Down("memory://"), check)
    [failed] = [event for event in result.all_events if event.is_step_failure]
    assert [event for event in result.all_events if event.is_step_up_for_retry], "it was not tried again"
    assert failed.step_failure_data.error.message.startswith("dagster._core.definitions.events.Failure: MUT-S3-101")


@pytest.mark.parametrize("check", [everything_wanted_is_published, what_is_served])
def test_a_record_of_a_newer_release_is_told_with_its_code_and_not_tried_again(check: dg.AssetChecksDefinition) -> None:
    bucket = Bucket("memory://")
    bucket.put(OUTCOME, json.dumps({"format": 2}).encode())
    result = night(bucket, check)
    [failed] = [event for event in result.all_events if event.is_step_failure]
    assert not [event for event in result.all_events if event.is_step_up_for_retry]
    assert failed.step_failure_data.error.message.startswith("dagster._core.definitions.events.Failure: MUT-STATE-001")
