"""What StartIngestionJob answers to a token that it knows is not documented: the job is looked for, not believed."""

from collections.abc import Callable
from typing import Any

import pytest

from mut_assets_tests.fakes.faults import lost_answer, on
from mut_assets_tests.resources.cloud import Cloud

Answer = Callable[[Any], dict[str, Any]]


def _an_old_job(cloud: Cloud) -> dict[str, Any]:
    return {"ingestionJob": cloud.bedrock.jobs[0].answer()}


@pytest.mark.parametrize("known", [lambda _: {}, _an_old_job], ids=["nothing", "a job of long ago"])
def test_the_job_that_was_started_is_followed_whatever_a_repeated_request_is_answered(
    cloud: Cloud, stores: Any, known: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.ingest("first-0")
    cloud.publish("stores", 1, "Texto de hoy.")
    start = cloud.bedrock.StartIngestionJob

    def start_or_ignore(asked: Any) -> Any:
        repeated = asked["clientToken"] in cloud.bedrock.tokens
        answer = start(asked)
        return known(cloud) if repeated else answer

    monkeypatch.setattr(cloud.bedrock, "StartIngestionJob", start_or_ignore)
    cloud.bedrock.faults.append(on("StartIngestionJob", lost_answer()))
    report = cloud.ingest("second-0")
    assert [job.job_id for job in report.jobs] == [cloud.bedrock.jobs[1].id]
    assert len(cloud.bedrock.jobs) == 2 and cloud.served == cloud.published
