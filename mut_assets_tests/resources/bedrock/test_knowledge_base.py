"""A knowledge base ends up serving exactly what is published, with no job too many and none too few."""

from datetime import timedelta
from typing import Any

import pytest

from mut_assets.resources.bucket.object_store import Bucket
from mut_assets_tests.fakes.bedrock_resources import opensearch_storage, pinecone_storage
from mut_assets_tests.resources.cloud import NAME, Cloud, command_in, refusal
from mut_assets_tests.resources.plaza import PREFIX, sidecar

FOLDERS = ("eventos", "stores", "restaurantes", "preguntas")


@pytest.fixture
def market(cloud: Cloud) -> Cloud:
    """A cloud that reads the four folders, with three documents in each."""
    cloud.reads(*FOLDERS)
    for folder in FOLDERS:
        cloud.publish(folder, 3)
    return cloud


def test_what_is_published_is_served_folder_by_folder_in_order(cloud: Cloud) -> None:
    cloud.reads(*reversed(FOLDERS))
    for folder, count in zip(FOLDERS, (2, 5, 3, 1), strict=True):
        cloud.publish(folder, count)
    report = cloud.ingest()
    assert cloud.served == cloud.published
    assert [job.folders for job in report.jobs] == [(folder,) for folder in FOLDERS]
    assert (report.scanned, report.metadata_scanned, report.new, report.failed) == (11, 11, 11, 0)
    assert not any(job.followed for job in report.jobs)
    assert (report.failures, dict(report.unserved)) == ((), {})
    assert any("stores: indexed 0 of 5, scanned 5" in line for line in cloud.said)
    assert any("stores: job JOB0000002 is COMPLETE" in line and "indexed 5 of 5" in line for line in cloud.said)
    served = cloud.door().served()
    assert dict(served.versions) == dict.fromkeys(sorted(cloud.published), "")
    assert (dict(served.unserved), dict(served.not_indexed)) == ({}, {})


def test_a_second_run_right_after_the_first_starts_and_writes_nothing_and_says_so(market: Cloud) -> None:
    market.ingest()
    before, starts = market.contents(), market.starts
    report = market.ingest("run-2-0")
    assert (market.starts, market.contents()) == (starts, before)
    assert (report.jobs, report.scanned, report.new, report.deleted) == ((), 0, 0, 0)
    assert market.said == ["what is published was ingested before: no job was needed"]


def test_only_the_folder_that_changed_is_ingested(market: Cloud) -> None:
    market.ingest()
    market.publish("stores", 1, "Ahora también de noche.")
    market.publish("stores", 1, first=7)
    market.remove("stores/2002.md")
    report = market.ingest("run-2-0")
    assert [job.folders for job in report.jobs] == [("stores",)]
    assert (report.new, report.modified, report.deleted) == (1, 1, 1)
    assert market.served == market.published


def test_a_change_of_one_sidecar_is_ingested(cloud: Cloud, stores: Any) -> None:
    cloud.ingest()
    cloud.bucket.put(f"{PREFIX}stores/2001.md.metadata.json", sidecar(titulo="Ficha", nivel=3))
    report = cloud.ingest("run-2-0")
    assert report.metadata_modified == 1
    assert stores.documents[f"{PREFIX}stores/2001.md"].attributes["nivel"] == 3


def test_an_empty_folder_that_serves_nothing_needs_no_job_and_the_last_document_goes(cloud: Cloud, stores: Any) -> None:
    cloud.reads("eventos")
    assert [job.folders for job in cloud.ingest().jobs] == [("stores",)]
    for number in (2000, 2001, 2002):
        cloud.remove(f"stores/{number}.md")
    assert cloud.ingest("run-2-0").deleted == 3
    assert cloud.served == set()
    assert cloud.ingest("run-3-0").jobs == ()


def test_an_object_that_bedrock_read_otherwise_than_listed_is_noticed(cloud: Cloud, stores: Any) -> None:
    cloud.ingest()
    cloud.publish("stores", 1, "Otro texto.")
    cloud.elsewhere(stores)
    cloud.bedrock.jobs[-1].status = "FAILED"  # it may have taken in anything
    cloud.publish("stores", 1)
    assert len(cloud.ingest("run-2-0").jobs) == 1


def test_jobs_of_other_people_are_judged_by_their_times_with_a_margin(cloud: Cloud, stores: Any) -> None:
    cloud.naps.append(3600)
    cloud.elsewhere(stores, polls=2)
    assert cloud.ingest().jobs == ()
    cloud.bedrock.jobs[-1].started -= timedelta(minutes=56)
    assert len(cloud.ingest("run-2-0").jobs) == 1
    assert cloud.ingest("run-3-0").jobs == ()


def test_one_data_source_may_read_the_whole_dataset(cloud: Cloud) -> None:
    for number, prefix in enumerate((PREFIX, "datasets/", "")):
        cloud.base.sources.clear()
        cloud.bedrock.data_source(cloud.base, NAME, prefix, f"todo-{number}")
        for folder in FOLDERS:
            cloud.publish(folder, 2, f"Vuelta {number}.")
        cloud.bucket.put("raw/tiendas_20261120_030000.csv", b"titulo\nUna\n")
        cloud.bucket.put("datasets/notas.md", b"# Notas de alguien")
        cloud.bucket.put(f"{PREFIX}leeme.md", b"# De alguien, al lado de las carpetas")
        report = cloud.ingest(f"run-{number}-0")
        assert [job.folders for job in report.jobs] == [FOLDERS]
        assert set(cloud.door().served().versions) == cloud.published
        assert cloud.ingest(f"again-{number}-0").jobs == ()


def test_lists_are_read_to_their_last_page(market: Cloud) -> None:
    market.bedrock.page_size = 2
    market.publish("stores", 5)
    market.ingest()
    assert len(market.door().served().versions) == 14
    assert market.ingest("run-2-0").jobs == ()


def test_starts_keep_the_distance_that_the_service_asks_for(market: Cloud) -> None:
    market.bedrock.seconds_between_starts = 10
    market.ingest()
    market.publish("eventos", 1, "Cambió.")
    market.ingest("run-2-0")
    assert market.starts == 5
    assert market.served == market.published


def test_a_clock_that_is_wrong_waits_no_longer_than_the_distance(cloud: Cloud, stores: Any) -> None:
    cloud.ingest()
    cloud.publish("stores", 1, "Cambió.")
    cloud.naps.clear()
    cloud.ingest("run-2-0", now=lambda: cloud.now() - timedelta(hours=5))
    assert max(cloud.naps) == 10


def test_folders_without_a_data_source_delay_nothing_and_come_with_the_command_to_serve_them(cloud: Cloud) -> None:
    cloud.reads("stores", "restaurantes")
    for folder in FOLDERS:
        cloud.publish(folder, 2)
    report = cloud.ingest()
    assert cloud.served == {key for key in cloud.published if key.startswith(("stores/", "restaurantes/"))}
    assert list(report.unserved) == ["eventos", "preguntas"]
    assert dict(cloud.door().served().unserved) == dict(report.unserved)
    for folder, command in report.unserved.items():
        assert any(line.startswith(f"{folder}: published, not served") and command in line for line in cloud.said)
        name, parameters = command_in(command)
        assert name == "CreateDataSource"
        cloud.client.create_data_source(**parameters)
    cloud.ingest("run-2-0")
    assert cloud.served == cloud.published
    created = [source for source in cloud.base.sources.values() if source.name == "mut-eventos"]
    assert [(source.prefix, source.deletion_policy, source.ingestion) for source in created] == [
        (f"{PREFIX}eventos/", "DELETE", {"chunkingConfiguration": {"chunkingStrategy": "NONE"}})
    ]


def test_two_data_sources_on_one_folder_are_refused_before_anything_starts(cloud: Cloud, stores: Any) -> None:
    cloud.bedrock.data_source(cloud.base, NAME, PREFIX, "todo")
    failure = refusal(cloud)
    assert (failure.code, failure.transient) == ("MUT-KB-022", False)
    assert "stores/ by DS00000001" in failure.what and "DS00000002 (todo" in failure.what
    assert command_in(failure.advice)[0] == "DeleteDataSource"
    assert cloud.starts == 0


def test_a_knowledge_base_that_reads_nothing_of_ours_is_refused_with_the_commands_that_mend_it(cloud: Cloud) -> None:
    cloud.bedrock.data_source(cloud.base, "otro-cubo", f"{PREFIX}stores/", "ajena")
    failure = refusal(cloud)
    assert (failure.code, failure.transient) == ("MUT-KB-023", False)
    assert "ajena" in failure.what and "it reads another bucket" in failure.what
    lines = failure.advice.splitlines()
    assert command_in(lines[0].removesuffix(", or create them:"))[0] == "ListDataSources"
    assert [command_in(line)[0] for line in lines[1:]] == ["CreateDataSource"] * 4


@pytest.mark.parametrize(
    ("name", "value", "code", "words"),
    [
        ("status", "CREATING", "MUT-KB-120", "CREATING"),
        ("status", "UPDATING", "MUT-KB-120", "UPDATING"),
        ("status", "FAILED", "MUT-KB-021", "The index was deleted"),
        ("kind", "MANAGED", "MUT-KB-020", "MANAGED"),
    ],
)
def test_a_knowledge_base_not_active_or_of_another_type_is_not_used(
    cloud: Cloud, stores: Any, name: str, value: str, code: str, words: str
) -> None:
    cloud.base.failure_reasons = ['["The index was deleted."]']
    setattr(cloud.base, name, value)
    failure = refusal(cloud)
    assert (failure.code, failure.transient, words in failure.what) == (code, code > "MUT-KB-1", True)
    assert cloud.starts == 0


def test_a_dataset_in_a_folder_of_this_machine_is_refused(cloud: Cloud, stores: Any, tmp_path: Any) -> None:
    cloud.bucket = Bucket(str(tmp_path))
    assert refusal(cloud).code == "MUT-KB-024"
    cloud.bucket = Bucket(f"s3://{NAME}", cloud.s3.meta.endpoint_url, "us-east-1")


def test_the_wrong_region_is_named_as_a_possibility(cloud: Cloud, stores: Any) -> None:
    failure = refusal(cloud, region="sa-east-1")
    assert failure.code == "MUT-AWS-004"
    assert "sa-east-1" in failure.what and "wrong region" in failure.advice


def test_a_right_that_only_a_start_on_pinecone_needs_is_named(cloud: Cloud, stores: Any) -> None:
    cloud.bedrock.denied.add("AssociateThirdPartyKnowledgeBase")
    failure = refusal(cloud)
    assert failure.code == "MUT-AWS-001"
    assert f"Allow bedrock:AssociateThirdPartyKnowledgeBase on {cloud.base.arn} " in failure.advice


def test_the_knowledge_bases_own_pinecone_is_told_as_host_and_namespace(cloud: Cloud) -> None:
    cloud.base.storage = pinecone_storage("https://Agente-Example.svc.pinecone.example/", "mut-kb-prod")
    assert cloud.door().vector_store() == ("agente-example.svc.pinecone.example", "mut-kb-prod")
    cloud.base.storage = pinecone_storage("http://127.0.0.1:8123", "")
    assert cloud.door().vector_store() == ("127.0.0.1:8123", "")
    cloud.base.storage = opensearch_storage()
    assert cloud.door().vector_store() is None
