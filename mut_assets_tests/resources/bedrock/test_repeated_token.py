"""What StartIngestionJob answers to a token that it knows is not documented: the job is looked for, not believed."""

from typing import Any

import pytest

from mut_assets_tests.fakes.faults import lost_answer, on
from mut_assets_tests.resources.cloud import Cloud


def test_the_job_that_was_started_is_followed_though_a_repeated_request_is_answered_with_another(
    cloud: Cloud, stores: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.ingest("first-0")
    cloud.publish("stores", 1, "Texto de hoy.")
    start = cloud.bedrock.operations["StartIngestionJob"]

    def start_or_ignore(asked: Any) -> Any:
        repeated = asked["clientToken"] in cloud.bedrock.tokens
        answer = start(asked)
        return {"ingestionJob": cloud.bedrock.jobs[0].answer()} if repeated else answer

    monkeypatch.setitem(cloud.bedrock.operations, "StartIngestionJob", start_or_ignore)
    cloud.bedrock.faults.append(on("StartIngestionJob", lost_answer()))
    report = cloud.ingest("second-0")
    assert [job.job_id for job in report.jobs] == [cloud.bedrock.jobs[1].id]
    assert len(cloud.bedrock.jobs) == 2 and cloud.served == cloud.published
