"""Ingestion jobs of the Bedrock double run as is known of the service, and break in the ways that tests ask for."""

import json
import threading
from typing import Any

import pytest

from mut_assets_tests.fakes import bedrock_ingestion
from mut_assets_tests.fakes.bedrock import Bedrock
from mut_assets_tests.fakes.bedrock_calls import BUCKET, agent_api, counted, ids, ingest, listed, put, refusal
from mut_assets_tests.fakes.bedrock_resources import DataSource, KnowledgeBase

TOKEN = "5b0d9f0e-0c1f-4f67-9a43-0d2f6d1f7d11-0"
KEY = "dataset/stores/2001.md"


def test_a_job_moves_only_when_it_is_asked_about(bedrock: Bedrock, stores: DataSource) -> None:
    bedrock.polls_per_step = 2
    api = agent_api(bedrock)
    job = api.start_ingestion_job(**ids(stores), description="night")["ingestionJob"]
    asked = {**ids(stores), "ingestionJobId": job["ingestionJobId"]}
    seen = [job["status"], *(api.get_ingestion_job(**asked)["ingestionJob"]["status"] for _ in range(3))]
    seen.append(api.list_ingestion_jobs(**ids(stores))["ingestionJobSummaries"][0]["status"])
    assert seen == ["STARTING", "STARTING", "IN_PROGRESS", "IN_PROGRESS", "COMPLETE"]


def test_statistics_are_of_what_changed_since_the_last_job(bedrock: Bedrock, stores: DataSource, bucket: Any) -> None:
    put(bucket, KEY, "Panadería La Espiga", nivel=1)
    put(bucket, "dataset/stores/2002.md", "Relojería Marea", nivel=2)
    put(bucket, "dataset/events/1001.md", "Feria del Pan")
    assert counted(ingest(bedrock, stores)) == {"Scanned": 2, "MetadataScanned": 2, "NewIndexed": 2}
    assert counted(ingest(bedrock, stores)) == {"Scanned": 2, "MetadataScanned": 2}
    put(bucket, KEY, "Panadería La Espiga y Café", nivel=1)
    bucket.delete_object(Bucket=BUCKET, Key="dataset/stores/2002.md")
    put(bucket, "dataset/stores/2003.md", "Librería del Puerto")
    counts = {"Scanned": 2, "MetadataScanned": 2, "NewIndexed": 1, "ModifiedIndexed": 1, "Deleted": 1}
    assert counted(ingest(bedrock, stores)) == counts
    assert set(listed(bedrock, stores)) == {f"s3://{BUCKET}/{KEY}", f"s3://{BUCKET}/dataset/stores/2003.md"}
    assert set(listed(bedrock, stores).values()) == {"INDEXED"}
    assert stores.documents[KEY].text == "Panadería La Espiga y Café"


def test_a_change_of_the_sidecar_alone_is_taken_in(bedrock: Bedrock, stores: DataSource, bucket: Any) -> None:
    put(bucket, KEY, "Panadería La Espiga", nivel=1)
    ingest(bedrock, stores)
    put(bucket, KEY, "Panadería La Espiga", nivel=2)
    assert counted(ingest(bedrock, stores)) == {"Scanned": 1, "MetadataScanned": 1, "MetadataModified": 1}
    assert stores.documents[KEY].attributes == {"nivel": 2}


def test_what_is_put_after_the_scan_is_not_in_the_job(bedrock: Bedrock, stores: DataSource, bucket: Any) -> None:
    api = agent_api(bedrock)
    put(bucket, KEY, "Panadería La Espiga")
    job = api.start_ingestion_job(**ids(stores))["ingestionJob"]["ingestionJobId"]
    put(bucket, "dataset/stores/2002.md", "Relojería Marea")
    assert api.get_ingestion_job(**ids(stores), ingestionJobId=job)["ingestionJob"]["status"] == "IN_PROGRESS"
    put(bucket, KEY, "Panadería La Espiga, cerrada")
    put(bucket, "dataset/stores/2003.md", "Librería del Puerto")
    done = api.get_ingestion_job(**ids(stores), ingestionJobId=job)["ingestionJob"]
    assert done["status"] == "COMPLETE"
    assert counted(done) == {"Scanned": 2, "NewIndexed": 2}
    texts = [stores.documents[key].text for key in sorted(stores.documents)]
    assert texts == ["Panadería La Espiga", "Relojería Marea"]


def test_a_document_that_cannot_be_taken_in_fails_alone_and_is_named(
    bedrock: Bedrock, stores: DataSource, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bedrock_ingestion, "MAX_DOCUMENT_BYTES", 1000)
    put(bucket, KEY, "Panadería La Espiga", nivel=1)
    put(bucket, "dataset/stores/list.jsonl", "{}")
    put(bucket, "dataset/stores/2002.md", "Relojería Marea", nombre="")
    put(bucket, "dataset/stores/2003.md", "Librería del Puerto", **{f"larga{n}": "x" * 2000 for n in range(6)})
    put(bucket, "dataset/stores/2004.md", "x" * 1001)
    put(bucket, "dataset/stores/2005.md", "Café del Muelle")
    bucket.put_object(Bucket=BUCKET, Key="dataset/stores/2005.md.metadata.json", Body=b"{not json")
    put(bucket, "dataset/stores/2006.md", "Taller Sur")
    stores.broken["dataset/stores/2006.md"] = "the embedding model did not answer"
    job = ingest(bedrock, stores)
    assert job["status"] == "COMPLETE"
    assert counted(job) == {"Scanned": 7, "MetadataScanned": 4, "NewIndexed": 1, "Failed": 6}
    reasons = " ".join(text for reason in job["failureReasons"] for text in json.loads(reason))
    for key in ("list.jsonl", *(f"{number}.md" for number in range(2002, 2007))):
        assert f"s3://{BUCKET}/dataset/stores/{key}" in reasons
    assert "the embedding model did not answer" in reasons and "size limit of 10 KB" in reasons
    statuses = listed(bedrock, stores)
    assert sorted(statuses.values()) == ["FAILED"] * 6 + ["INDEXED"]
    del stores.broken["dataset/stores/2006.md"]
    again = {"Scanned": 7, "MetadataScanned": 4, "NewIndexed": 1, "Failed": 5}
    assert counted(ingest(bedrock, stores)) == again, "what failed first is new when it works"
    assert bedrock.drift == []


def test_many_failures_stay_within_the_length_of_a_reason(bedrock: Bedrock, stores: DataSource, bucket: Any) -> None:
    keys = [f"dataset/stores/{'folder/' * 12}{number}.json" for number in range(40)]
    for key in keys:
        put(bucket, key, "{}")
    reasons = ingest(bedrock, stores)["failureReasons"]
    assert len(reasons) > 1
    assert all(any(f"/{key}" in reason for reason in reasons) for key in keys)


def test_one_job_at_a_time_on_a_knowledge_base_whoever_starts_it(bedrock: Bedrock, base: KnowledgeBase) -> None:
    sources = [bedrock.data_source(base, BUCKET, f"dataset/{number}/") for number in range(4)]
    api, outcomes = agent_api(bedrock), []

    def start(source: DataSource) -> None:
        try:
            outcomes.append(api.start_ingestion_job(**ids(source))["ingestionJob"]["status"])
        except api.exceptions.ConflictException as conflict:
            outcomes.append(conflict.response["Error"]["Code"])

    threads = [threading.Thread(target=start, args=(source,)) for source in sources * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["ConflictException"] * 7 + ["STARTING"]
    assert len(bedrock.jobs) == 1
    assert len(bedrock.named("StartIngestionJob")) == 8


def test_five_jobs_run_in_an_account(bedrock: Bedrock) -> None:
    sources = [bedrock.data_source(bedrock.knowledge_base(), BUCKET) for _ in range(6)]
    api = agent_api(bedrock)
    for source in sources[:5]:
        api.start_ingestion_job(**ids(source))
    assert refusal(api.start_ingestion_job, **ids(sources[5])) == ("ServiceQuotaExceededException", 402)


def test_a_client_token_gives_the_same_job_also_while_it_runs_and_after(bedrock: Bedrock, stores: DataSource) -> None:
    api = agent_api(bedrock)
    first = api.start_ingestion_job(**ids(stores), clientToken=TOKEN)["ingestionJob"]["ingestionJobId"]
    assert api.start_ingestion_job(**ids(stores), clientToken=TOKEN)["ingestionJob"]["ingestionJobId"] == first
    assert refusal(api.start_ingestion_job, **ids(stores), clientToken=TOKEN[:-1] + "1")[0] == "ConflictException"
    for _ in range(2):
        api.get_ingestion_job(**ids(stores), ingestionJobId=first)
    replayed = api.start_ingestion_job(**ids(stores), clientToken=TOKEN)["ingestionJob"]
    assert (replayed["ingestionJobId"], replayed["status"]) == (first, "COMPLETE")
    assert len(bedrock.jobs) == 1


def test_starts_can_be_throttled_as_the_quota_says(bedrock: Bedrock) -> None:
    first, second = (bedrock.data_source(bedrock.knowledge_base(), BUCKET) for _ in range(2))
    bedrock.seconds_between_starts = 10
    api = agent_api(bedrock)
    api.start_ingestion_job(**ids(first))
    assert refusal(api.start_ingestion_job, **ids(second)) == ("ThrottlingException", 429)


def test_a_failed_job_says_why_only_when_asked_about_alone(bedrock: Bedrock, stores: DataSource) -> None:
    stores.failure_reasons = ["The role cannot read the secret."]
    job = ingest(bedrock, stores)
    assert (job["status"], job["failureReasons"]) == ("FAILED", ["The role cannot read the secret."])
    (summary,) = agent_api(bedrock).list_ingestion_jobs(**ids(stores))["ingestionJobSummaries"]
    assert summary["status"] == "FAILED" and "failureReasons" not in summary


def test_a_bucket_that_is_missing_fails_the_job(bedrock: Bedrock, base: KnowledgeBase) -> None:
    job = ingest(bedrock, bedrock.data_source(base, "another-bucket"))
    assert job["status"] == "FAILED" and "NoSuchBucket" in job["failureReasons"][0]


def test_a_blind_job_is_complete_with_zeros_and_changes_nothing(
    bedrock: Bedrock, stores: DataSource, bucket: Any
) -> None:
    put(bucket, KEY, "Panadería La Espiga")
    ingest(bedrock, stores)
    stores.blind = True
    job = ingest(bedrock, stores)
    assert (job["status"], counted(job)) == ("COMPLETE", {})
    assert set(stores.indexed) == {KEY}


def test_jobs_are_listed_newest_first_and_in_pages(bedrock: Bedrock, stores: DataSource) -> None:
    jobs = [ingest(bedrock, stores)["ingestionJobId"] for _ in range(3)]
    api = agent_api(bedrock)
    pages = list(api.get_paginator("list_ingestion_jobs").paginate(**ids(stores), maxResults=2))
    seen = [[each["ingestionJobId"] for each in page["ingestionJobSummaries"]] for page in pages]
    assert seen == [[jobs[2], jobs[1]], [jobs[0]]]
    oldest = {"attribute": "STARTED_AT", "order": "ASCENDING"}
    assert refusal(api.list_ingestion_jobs, **ids(stores), sortBy=oldest) == ("ValidationException", 400)


def test_a_knowledge_base_that_is_not_active_starts_nothing(
    bedrock: Bedrock, base: KnowledgeBase, stores: DataSource
) -> None:
    base.status = "UPDATING"
    assert refusal(agent_api(bedrock).start_ingestion_job, **ids(stores)) == ("ConflictException", 409)


def test_a_document_that_fails_keeps_the_version_before(bedrock: Bedrock, stores: DataSource, bucket: Any) -> None:
    put(bucket, KEY, "Panadería La Espiga")
    ingest(bedrock, stores)
    put(bucket, KEY, "Panadería La Espiga, renovada")
    stores.broken[KEY] = "the embedding model did not answer"
    assert counted(ingest(bedrock, stores)) == {"Scanned": 1, "Failed": 1}
    assert (stores.documents[KEY].text, stores.documents[KEY].status) == ("Panadería La Espiga", "FAILED")
    stores.broken.clear()
    assert counted(ingest(bedrock, stores)) == {"Scanned": 1, "ModifiedIndexed": 1}
    assert stores.documents[KEY].text == "Panadería La Espiga, renovada"
