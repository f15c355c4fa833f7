"""Jobs that die, race, fail, hang, miscount or show late: nothing is lost, nothing is done twice, and it is said."""

from typing import Any

import pytest

from mut_assets.resources.aws import client as aws
from mut_assets_tests.fakes.faults import Call, error, lost_answer, on
from mut_assets_tests.resources.cloud import NAME, Cloud, command_in, refusal
from mut_assets_tests.resources.plaza import PREFIX

CALLS_OF_A_RUN = 20
"""Of two data sources that are both dirty, each shown late. The first job starts at call 8, the second at call 15."""

AROUND_THE_STARTS = [(8, True), (8, False), (9, False), (12, True), (15, True)]
ANYWHERE = [(call, done) for call in range(1, CALLS_OF_A_RUN + 1) for done in (True, False)]


@pytest.mark.parametrize("calls", [AROUND_THE_STARTS, pytest.param(ANYWHERE, marks=pytest.mark.nightly)])
def test_a_run_that_dies_leaves_nothing_lost_and_nothing_doubled(
    cloud: Cloud, calls: list[tuple[int, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both folders change; a run dies at its n-th call, before or after the effect; the next run ends it."""
    monkeypatch.setattr(aws, "ATTEMPTS", 1)
    sources = cloud.reads("stores", "eventos")
    for folder in ("stores", "eventos"):
        cloud.publish(folder, 2)
    cloud.ingest()
    for source in sources:
        source.lag = 2
    for fatal, done in calls:
        text = f"Vuelta {fatal}, {done}."
        cloud.publish("stores", 1, text)
        cloud.publish("eventos", 1, text)
        cloud.bedrock.jobs.clear()
        with cloud.dying(fatal, done):
            assert refusal(cloud, token=f"dies-{done}-{fatal}").code == "MUT-AWS-102"
        cloud.ingest(f"again-{done}-{fatal}")
        where = f"died at call {fatal}, {'after' if done else 'before'} its effect"
        assert len(cloud.bedrock.jobs) == 2, where
        assert cloud.served == cloud.published, where
        texts = [document.text for source in sources for document in source.documents.values()]
        assert sum(text in known for known in texts) == 2, where


def test_an_answer_that_is_lost_after_the_start_starts_no_second_job(cloud: Cloud, stores: Any) -> None:
    cloud.bedrock.faults.append(on("StartIngestionJob", lost_answer()))
    assert cloud.ingest().new == 3
    assert (len(cloud.bedrock.jobs), cloud.starts) == (1, 2)
    assert len({call.parameters["clientToken"] for call in cloud.bedrock.named("StartIngestionJob")}) == 1


def test_a_job_that_an_earlier_run_left_is_followed_and_not_doubled(cloud: Cloud, stores: Any) -> None:
    cloud.at_next("GetIngestionJob", cloud.expire)
    assert refusal(cloud).code == "MUT-AWS-003"
    cloud.bedrock.expired = False
    report = cloud.ingest("run-2-0")
    assert [job.followed for job in report.jobs] == [True]
    assert (report.new, len(cloud.bedrock.jobs)) == (3, 1)
    assert any("an earlier run of the platform" in line for line in cloud.said)


def test_a_job_that_runs_elsewhere_in_the_knowledge_base_is_waited_for_first(cloud: Cloud, stores: Any) -> None:
    cloud.bedrock.polls_per_step = 4
    other = cloud.bedrock.data_source(cloud.base, NAME, "actas/", "actas")
    cloud.elsewhere(other)
    report = cloud.ingest()
    assert cloud.starts == 2  # theirs and ours: none was refused
    assert [job.status for job in cloud.bedrock.jobs] == ["COMPLETE", "COMPLETE"]
    assert [job.data_source_id for job in report.jobs] == [stores.id]
    assert any(f"data source {other.id}" in line and "somebody else" in line for line in cloud.said)
    assert any("actas" in line and "it reads another prefix" in line for line in cloud.said)


def test_a_job_that_may_have_looked_before_the_last_put_is_no_excuse(cloud: Cloud, stores: Any) -> None:
    cloud.bedrock.polls_per_step = 3
    cloud.elsewhere(stores, polls=3)
    assert cloud.bedrock.jobs[0].status == "IN_PROGRESS"
    cloud.publish("stores", 1, "Publicado mientras tanto.")
    report = cloud.ingest()
    assert [job.followed for job in report.jobs] == [True, False]
    assert "mientras tanto" in stores.documents[f"{PREFIX}stores/2000.md"].text


def test_a_start_that_loses_the_race_waits_for_the_other_job_and_decides_anew(cloud: Cloud, stores: Any) -> None:
    cloud.at_next("StartIngestionJob", lambda: cloud.elsewhere(stores))
    report = cloud.ingest()
    assert [job.followed for job in report.jobs] == [True, False]
    tokens = [call.parameters["clientToken"] for call in cloud.bedrock.named("StartIngestionJob")]
    assert len(set(tokens)) == len(tokens) == 3
    assert cloud.served == cloud.published


@pytest.mark.parametrize(
    ("code", "status"),
    [("ConflictException", 409), ("ServiceQuotaExceededException", 402), ("ThrottlingException", 429)],
)
def test_a_service_that_never_takes_a_job_is_asked_until_the_deadline_only(
    cloud: Cloud, stores: Any, code: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aws, "ATTEMPTS", 1)
    cloud.bedrock.faults.append(on("StartIngestionJob", error(code, status), times=None))
    failure = refusal(cloud, deadline_seconds=300)
    assert (failure.code, failure.transient) == ("MUT-KB-122", True)
    assert sum(cloud.naps) <= 310
    assert "CloudTrail" in failure.advice


def test_two_starts_of_one_ingestion_keep_their_distance(cloud: Cloud) -> None:
    cloud.reads("stores", "eventos")
    cloud.publish("stores", 2)
    cloud.publish("eventos", 2)
    cloud.ingest(start_spacing_seconds=300.0)
    first, second = sorted(job.started for job in cloud.bedrock.jobs)
    assert 299 <= (second - first).total_seconds() <= 310


def test_a_job_that_fails_says_why_and_the_other_folders_are_still_ingested(cloud: Cloud, stores: Any) -> None:
    cloud.reads("preguntas")
    cloud.publish("preguntas", 2)
    stores.failure_reasons = ['["Encountered error: the vector store answered 401. [Files: none]"]', "And again."]
    failure = refusal(cloud)
    assert (failure.code, failure.transient) == ("MUT-KB-025", False)
    assert "stores: ingestion job JOB0000001 FAILED: Encountered error: the vector store answered 401" in failure.what
    assert '"' not in failure.what and "And again" in failure.what
    names = {"knowledgeBaseId": cloud.base.id, "dataSourceId": stores.id}
    assert command_in(failure.advice) == ("ListIngestionJobs", names)
    assert cloud.served == {"preguntas/0.md", "preguntas/1.md"}
    stores.failure_reasons = []
    assert [job.folders for job in cloud.ingest("run-2-0").jobs] == [("stores",)]


def test_what_befell_several_data_sources_is_told_at_once(cloud: Cloud, stores: Any) -> None:
    events = cloud.reads("eventos")[0]
    cloud.publish("eventos")
    stores.failure_reasons, events.blind = ["A reason."], True
    failure = refusal(cloud)
    assert failure.code == "MUT-KB-028"
    assert "eventos: ingestion job JOB0000001" in failure.what and "stores: ingestion job JOB0000002" in failure.what


def test_documents_that_a_complete_job_could_not_take_in_are_named_and_tried_again(cloud: Cloud, stores: Any) -> None:
    stores.broken[f"{PREFIX}stores/2001.md"] = "their metadata file is not valid"
    report = cloud.ingest()
    [(key, reason)] = report.failures
    assert key == "stores/2001.md"
    assert "their metadata file is not valid" in reason
    assert (report.failed, report.new) == (1, 2)
    served = cloud.door().served()
    assert set(served.versions) == {"stores/2000.md", "stores/2002.md"}
    assert set(served.not_indexed) == {"stores/2001.md"}
    stores.broken.clear()
    assert cloud.ingest("run-2-0").failures == ()
    assert cloud.served == cloud.published


def test_a_change_that_failed_is_not_hidden_by_the_old_version_that_is_still_served(cloud: Cloud, stores: Any) -> None:
    cloud.ingest()
    cloud.publish("stores", 1, "Cambió.")
    stores.broken[f"{PREFIX}stores/2000.md"] = "they could not be read"
    stores.listed_as[f"{PREFIX}stores/2000.md"] = "INDEXED"
    assert [key for key, _ in cloud.ingest("run-2-0").failures] == ["stores/2000.md"]
    assert [key for key, _ in cloud.ingest("run-3-0").failures] == ["stores/2000.md"]


def test_other_peoples_files_fail_nothing_and_are_not_ingested_every_night(cloud: Cloud, stores: Any) -> None:
    cloud.bucket.put(f"{PREFIX}stores/stores_chunk_001.jsonl", b'{"document_id": "x"}\n')
    report = cloud.ingest()
    assert (report.failures, report.failed) == ((), 1)
    assert any("stores_chunk_001.jsonl" in line and "did not publish it" in line for line in cloud.said)
    assert cloud.ingest("run-2-0").jobs == ()


def test_a_document_that_is_left_out_without_a_failure_is_named_with_its_status(cloud: Cloud, stores: Any) -> None:
    stores.skipped.add(f"{PREFIX}stores/2002.md")
    report = cloud.ingest()
    assert report.failures == (("stores/2002.md", "IGNORED"),)
    assert sum(cloud.naps) < 120


def test_a_job_that_somebody_stops_is_no_success(cloud: Cloud, stores: Any) -> None:
    cloud.at_next("GetIngestionJob", lambda: setattr(cloud.bedrock.jobs[-1], "status", "STOPPING"))
    assert refusal(cloud).code == "MUT-KB-026"
    assert cloud.ingest("run-2-0").new == 3


def test_a_job_that_outlives_its_deadline_is_stopped_and_the_others_still_run(cloud: Cloud, stores: Any) -> None:
    cloud.reads("preguntas")
    cloud.publish("preguntas", 2)
    stores.stuck = True
    failure = refusal(cloud, deadline_seconds=600)
    assert (failure.code, failure.transient) == ("MUT-KB-027", False)
    assert "did not end within 10 minutes" in failure.what and "It was stopped." in failure.what
    assert [job.status for job in cloud.bedrock.jobs] == ["STOPPED", "COMPLETE"]
    assert cloud.served == {"preguntas/0.md", "preguntas/1.md"}


def test_a_job_that_does_not_even_stop_ends_the_run_and_says_so(cloud: Cloud, stores: Any) -> None:
    stores.stuck = True
    cloud.at_next("StopIngestionJob", lambda: setattr(cloud.bedrock, "polls_per_step", 1_000_000))
    failure = refusal(cloud, deadline_seconds=600)
    assert failure.code == "MUT-KB-027"
    assert "It was told to stop and is STOPPING." in failure.what


def test_a_stuck_job_of_an_earlier_run_is_stopped_and_replaced(cloud: Cloud, stores: Any) -> None:
    stores.stuck = True
    cloud.at_next("GetIngestionJob", cloud.expire)
    assert refusal(cloud).code == "MUT-AWS-003"
    cloud.bedrock.expired = False
    cloud.at_next("StopIngestionJob", lambda: setattr(stores, "stuck", False))
    report = cloud.ingest("run-2-0", deadline_seconds=600)
    assert [job.status for job in cloud.bedrock.jobs] == ["STOPPED", "COMPLETE"]
    assert [job.followed for job in report.jobs] == [True, False]
    assert cloud.served == cloud.published


def test_a_job_that_ends_while_it_is_being_stopped_counts_as_ended(cloud: Cloud, stores: Any) -> None:
    def end() -> None:
        stores.stuck = False
        names = {"knowledgeBaseId": cloud.base.id, "dataSourceId": stores.id}
        cloud.client.get_ingestion_job(**names, ingestionJobId=cloud.bedrock.jobs[-1].id)

    stores.stuck = True
    cloud.at_next("StopIngestionJob", end)
    assert cloud.ingest(deadline_seconds=60).new == 3


def test_somebody_elses_job_is_waited_for_and_never_stopped(cloud: Cloud, stores: Any) -> None:
    stores.stuck = True
    cloud.elsewhere(stores)
    failure = refusal(cloud, deadline_seconds=600)
    assert (failure.code, failure.transient) == ("MUT-KB-123", True)
    assert cloud.bedrock.named("StopIngestionJob") == []
    names = {"knowledgeBaseId": cloud.base.id, "dataSourceId": stores.id, "ingestionJobId": "JOB0000001"}
    assert command_in(failure.advice) == ("StopIngestionJob", names)


def test_a_job_that_saw_nothing_is_a_failure_of_its_own_also_the_next_night(cloud: Cloud, stores: Any) -> None:
    stores.blind = True
    for token in ("run-1-0", "run-2-0"):
        failure = refusal(cloud, token=token)
        assert (failure.code, failure.transient) == ("MUT-KB-028", False)
        assert f"s3://{NAME}/{PREFIX}stores/" in failure.advice
        assert command_in(failure.advice)[0] == "GetDataSource"


@pytest.mark.parametrize("scanned", [2, 4])
def test_a_job_that_scanned_another_number_than_is_published_fails(cloud: Cloud, stores: Any, scanned: int) -> None:
    def miscount(call: Call, number: int) -> None:
        if call.operation == "GetIngestionJob" and cloud.bedrock.jobs[-1].status == "IN_PROGRESS":
            cloud.bedrock.jobs[-1].statistics["numberOfDocumentsScanned"] = scanned

    cloud.bedrock.on_call = miscount
    failure = refusal(cloud)
    assert failure.code == "MUT-KB-029"
    assert f"published: 3, scanned: {scanned}." in failure.what
    cloud.bedrock.on_call = lambda call, number: None
    assert len(cloud.ingest("run-2-0").jobs) == 1
    assert cloud.ingest("run-3-0").jobs == ()


def test_it_waits_until_what_was_taken_in_is_shown(cloud: Cloud, stores: Any) -> None:
    stores.lag = 5
    cloud.ingest()
    assert set(cloud.door().served().versions) == cloud.published
    assert len(cloud.bedrock.jobs) == 1


@pytest.mark.parametrize("status", ["PENDING", "INDEXED"])
def test_what_never_shows_and_a_removed_document_that_still_does_are_named_after_the_deadline(
    cloud: Cloud, stores: Any, status: str
) -> None:
    if status == "INDEXED":
        cloud.ingest()
        cloud.remove("stores/2001.md")
    stores.listed_as[f"{PREFIX}stores/2001.md"] = status
    failure = refusal(cloud, settle_seconds=300)
    assert (failure.code, failure.transient) == ("MUT-KB-121", True)
    assert f"stores/2001.md ({status})" in failure.what
    assert command_in(failure.advice)[0] == "ListKnowledgeBaseDocuments"
