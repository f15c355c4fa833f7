"""Sentences without a code that the cloud brings about, against the doubles: an ingestion, the index, the agent."""

import logging
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dagster as dg
import pytest

from mut_assets.assets.knowledge_base import bedrock_kb_ingestion
from mut_assets.assets.vector_index import pinecone_index
from mut_assets.domain.documents.vectors import VectorRecord
from mut_assets.domain.ingestion.data_sources import DataSource, cover
from mut_assets.domain.ingestion.jobs import Job, Statistics
from mut_assets.domain.ingestion.rules import (
    DocumentStatus,
    IngestionReport,
    ListedObject,
    Listing,
    failed_documents,
    why_dirty,
)
from mut_assets.resources.aws.secrets import PineconeKey
from mut_assets.resources.bedrock.agent import BedrockAgent, NoAgent
from mut_assets.resources.embedded.index import LocalIndex
from mut_assets.resources.pinecone.index import NoIndex, PineconeIndex, _problem
from mut_assets.resources_page import resource_definitions
from mut_assets_tests.fakes.faults import error, on
from mut_assets_tests.fakes.pinecone import Pinecone
from mut_assets_tests.golden.cloud_situations import BEGAN, PLACE
from mut_assets_tests.golden.sentences import Said
from mut_assets_tests.golden.situations import QUIET, doors_in
from mut_assets_tests.resources.cloud import Cloud, cloud_on, object_storage, refusal

# --- ingestion --------------------------------------------------------------------------------------------------------


@contextmanager
def _account() -> Iterator[Cloud]:
    """An account with three stores published and read."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line per request otherwise
    with object_storage() as s3, pytest.MonkeyPatch.context() as environment, cloud_on(s3, environment) as cloud:
        cloud.publish("stores", 3)
        cloud.reads("stores")
        yield cloud


def what_an_ingestion_logs(_: Path) -> Said:
    with _account() as cloud:
        cloud.bedrock.data_source(cloud.base, "archivo", name="otro")
        cloud.ingest()
        begins = [line for line in cloud.said if "stores: " not in line]
        yield "the beginning of each", "\n".join(begins)
        yield "a first night", _news(cloud, begins)
        for title in _nights(cloud, next(iter(cloud.base.sources.values()))):
            yield title, _news(cloud, begins)


def _news(cloud: Cloud, begins: Sequence[str]) -> str:
    return "\n".join(line for line in cloud.said if line not in begins)


def _nights(cloud: Cloud, stores: Any) -> Iterator[str]:
    """Night after night; each gives its title when its ingestion has ended."""
    cloud.ingest("run-2-0")
    yield "nothing changed"
    stores.lag = 1
    cloud.publish("stores", text="También vende té.")
    cloud.ingest("run-3-0")
    yield "a change that shows late"
    stores.lag = 0
    cloud.publish("stores", first=3)
    cloud.bucket.put(f"{stores.prefix}afiche.bmp", b"BM")
    stores.broken[f"{stores.prefix}2003.md"] = "they could not be parsed"
    cloud.ingest("run-4-0")
    yield "a document that fails, and somebody else's file"
    stores.broken.clear()
    cloud.bucket.delete(f"{stores.prefix}afiche.bmp")
    cloud.bedrock.faults.append(on("StartIngestionJob", error("ConflictException", 409, "Another job is running")))
    cloud.ingest("run-5-0")
    yield "another job was quicker"
    cloud.client.start_ingestion_job(knowledgeBaseId=cloud.base.id, dataSourceId=stores.id)
    cloud.ingest("run-6-0")
    yield "somebody else's job"
    cloud.publish("stores", text="Cierra los lunes.")
    stores.stuck = True
    refusal(cloud, token="run-7-0", deadline_seconds=120)
    yield "a job that does not end"
    stores.stuck = False
    cloud.bedrock.faults.append(on("GetIngestionJob", error("AccessDeniedException", 403), times=None))
    refusal(cloud, token="run-8-0")
    cloud.bedrock.faults.clear()
    cloud.ingest("run-8-0-again")
    yield "after a run that was killed"


def _listing(*keys: str, modified: datetime = BEGAN) -> Listing:
    objects = [ListedObject(f"v1/{key}", "e", 1, modified) for key in keys]
    return Listing("conocimiento", "v1/", tuple(objects))


def _job(status: str = "COMPLETE", listing: str = "", **numbers: int) -> Job:
    text = f"mut-assets: stores/ listing {listing}" if listing else ""
    return Job("DS00000001", "JOB0000001", status, BEGAN, BEGAN, text, Statistics(**numbers))


def why_a_folder_is_ingested(_: Path) -> Said:
    two, indexed = _listing("stores/2001.md", "stores/2002.md"), DocumentStatus("INDEXED")
    both: Mapping[str, DocumentStatus] = {"stores/2001.md": indexed, "stores/2002.md": indexed}
    later = _listing(*both, modified=BEGAN + timedelta(hours=1))
    yield "never", why_dirty(two, 2, {}, [])
    yield "the last job failed", why_dirty(two, 2, both, [_job("FAILED")])
    yield "documents failed", why_dirty(two, 2, both, [_job(scanned=2, failed=1)])
    yield "documents are missing", why_dirty(two, 2, {}, [_job(scanned=2)])
    yield "documents are gone", why_dirty(_listing("stores/2001.md"), 1, both, [_job(scanned=1)])
    yield "it changed", why_dirty(two, 2, both, [_job(listing="0" * 64, scanned=2)])
    yield "the job miscounted", why_dirty(two, 2, both, [_job(listing=two.fingerprint, scanned=1)])
    yield "written after a job of somebody else", why_dirty(later, 2, both, [_job(scanned=2)])
    unnamed = failed_documents(_job(scanned=2, failed=2), two, both)
    yield "failures that are only counted", "\n".join(map(": ".join, unnamed.ours))


def data_sources_that_are_left_alone(_: Path) -> Said:
    sources = [
        DataSource("DS1", "web", "", ""),
        DataSource("DS2", "otro", "archivo", ""),
        DataSource("DS3", "otra", "conocimiento", "v2/"),
        DataSource("DS4", "mitad", "conocimiento", "v1/stores/20"),
        DataSource("DS5", "viejo", "conocimiento", "v1/stores/", "DELETING"),
    ]
    ignored = cover(sources, "conocimiento", "v1/").ignored
    yield "each with its reason", "\n".join(f"{source}: {reason}" for source, reason in ignored.items())


# --- assets, the index, the agent -------------------------------------------------------------------------------------


def _logged(asset: dg.AssetsDefinition, resources: Mapping[str, Any]) -> str:
    """What an asset logs itself when it is materialized."""
    with dg.DagsterInstance.ephemeral() as instance:
        done = dg.materialize([asset], resources=resources, run_config=QUIET, instance=instance)
        entries = instance.all_logs(done.run_id)
        [event] = done.asset_materializations_for_node(asset.op.name)
    said = [entry.user_message for entry in entries if entry.dagster_event is None]
    return "\n".join([*said, *(f"index: {event.metadata[name].value}" for name in event.metadata if name == "index")])


def what_assets_log(folder: Path) -> Said:
    doors = doors_in(folder)
    resources = resource_definitions(doors)
    foreign = LocalIndex(folder / "index.sqlite")
    foreign.upsert_vectors([VectorRecord("otro-1", array("f", [1.0] * doors.embedder.dimensions), {})])
    report = IngestionReport(0, 0, 0, 0, 0, 0, 0, unserved={"stores": PLACE.command("create-data-source")})
    unserved = SimpleNamespace(ingest=lambda token, log: report)
    yield "no index is configured", _logged(pinecone_index, resources | {"vector_index": NoIndex()})
    yield "vectors of somebody else", _logged(pinecone_index, resources)
    yield "a folder that no data source reads", _logged(bedrock_kb_ingestion, resources | {"knowledge_base": unserved})


def vectors_that_pinecone_would_refuse(_: Path) -> Said:
    one = array("f", [1.0])
    yield "an id with an accent", _problem(VectorRecord("tiendas/café", one, {}), 1)
    yield "no finite number", _problem(VectorRecord("x", array("f", [float("nan")]), {}), 1)
    yield "zeros", _problem(VectorRecord("x", array("f", [0.0]), {}), 1)
    yield "metadata of another kind", _problem(VectorRecord("x", one, {"lugar": {}}), 1)
    yield "large metadata", _problem(VectorRecord("x", one, {"lugar": "x" * 50_000}), 1)


def waiting_for_pinecone(_: Path) -> Said:
    said: list[str] = []
    with Pinecone(dimension=1) as pinecone:
        pinecone.lag = 2
        key = PineconeKey(override=lambda: pinecone.key)
        index = PineconeIndex("agente", "mut-assets", key, pinecone.host, sleep=lambda _: None)
        index.ready(1, None, said.append)
        index.upsert_vectors([VectorRecord("x", array("f", [1.0]), {})])
        index.wait_until_visible(said.append)
        index.close()
    yield "the log", "\n".join(said)


def what_preparing_the_agent_logs(_: Path) -> Said:
    with _account() as cloud:
        said: list[str] = []
        agent = BedrockAgent(cloud.bedrock.agent().id, cloud.base.id, "us-east-1", sleep=lambda _: None)
        NoAgent().prepare(said.append)
        cloud.bedrock.faults.append(on("PrepareAgent", error("ConflictException", 409)))
        agent.prepare(said.append)
        agent.prepare(said.append)
        cloud.ingest()
        agent.prepare(said.append)
    for number, line in enumerate(said, start=1):
        yield f"line {number}", line


SECTIONS = {
    "What an ingestion logs": what_an_ingestion_logs,
    "Why a folder is ingested": why_a_folder_is_ingested,
    "Data sources that are left alone": data_sources_that_are_left_alone,
    "What assets log": what_assets_log,
    "Vectors that Pinecone would refuse": vectors_that_pinecone_would_refuse,
    "Waiting for Pinecone": waiting_for_pinecone,
    "Preparing the agent": what_preparing_the_agent_logs,
}
