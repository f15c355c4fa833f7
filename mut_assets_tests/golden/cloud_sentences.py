"""Sentences without a code that the cloud brings about: what an ingestion logs, the index, the agent, settings.

What belongs here: bringing the doors and the assets to say them, against the doubles. What does not: coded failures
(`cloud_situations.py`), a night's terminal (`nights.py`).
"""

import logging
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
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
from mut_assets.environments import build_doors, read_settings
from mut_assets.resources.aws.secrets import PineconeKey
from mut_assets.resources.bedrock.agent import BedrockAgent, NoAgent
from mut_assets.resources.embedded.index import LocalIndex
from mut_assets.resources.pinecone.index import NoIndex, PineconeIndex, _problem
from mut_assets.resources_page import resource_definitions
from mut_assets_tests.fakes.faults import error, on
from mut_assets_tests.fakes.pinecone import Pinecone
from mut_assets_tests.golden.cloud_situations import PLACE
from mut_assets_tests.golden.sentences import Said
from mut_assets_tests.golden.situations import raised
from mut_assets_tests.resources.cloud import Cloud, cloud_on, object_storage

BEGAN = datetime(2026, 3, 2, 3, tzinfo=UTC)


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
        said = [("the beginning of each", "\n".join(begins)), ("a first night", _news(cloud.said, begins))]
        for number, (title, night) in enumerate(NIGHTS.items(), start=2):
            night(cloud, f"run-{number}-0")
            said.append((title, _news(cloud.said, begins)))
    return said


def _news(said: Sequence[str], begins: Sequence[str]) -> str:
    return "\n".join(line for line in said if line not in begins)


def _unchanged(cloud: Cloud, token: str) -> None:
    cloud.ingest(token)


def _late(cloud: Cloud, token: str) -> None:
    _source(cloud).lag = 1
    cloud.publish("stores", text="También vende té.")
    cloud.ingest(token)
    _source(cloud).lag = 0


def _partly(cloud: Cloud, token: str) -> None:
    cloud.publish("stores", first=3)
    cloud.bucket.put(f"{_source(cloud).prefix}afiche.bmp", b"BM")
    _source(cloud).broken[f"{_source(cloud).prefix}2003.md"] = "they could not be parsed"
    cloud.ingest(token)
    _source(cloud).broken.clear()
    cloud.bucket.delete(f"{_source(cloud).prefix}afiche.bmp")


def _busy(cloud: Cloud, token: str) -> None:
    cloud.bedrock.faults.append(on("StartIngestionJob", error("ConflictException", 409, "Another job is running")))
    cloud.ingest(token)


def _others(cloud: Cloud, token: str) -> None:
    cloud.client.start_ingestion_job(knowledgeBaseId=cloud.base.id, dataSourceId=_source(cloud).id)
    cloud.ingest(token)


def _too_long(cloud: Cloud, token: str) -> None:
    cloud.publish("stores", text="Cierra los lunes.")
    _source(cloud).stuck = True
    raised(lambda: cloud.ingest(token, deadline_seconds=120))


def _killed(cloud: Cloud, token: str) -> None:
    _source(cloud).stuck = False
    cloud.bedrock.faults.append(on("GetIngestionJob", error("AccessDeniedException", 403), times=None))
    raised(lambda: cloud.ingest(token))
    cloud.bedrock.faults.clear()
    cloud.ingest(f"{token}-again")


NIGHTS: dict[str, Callable[[Cloud, str], None]] = {
    "nothing changed": _unchanged,
    "a change that shows late": _late,
    "a document that fails, and somebody else's file": _partly,
    "another job was quicker": _busy,
    "somebody else's job": _others,
    "a job that does not end": _too_long,
    "after a run that was killed": _killed,
}


def _source(cloud: Cloud) -> Any:
    return next(iter(cloud.base.sources.values()))


def _listing(*keys: str, modified: datetime = BEGAN) -> Listing:
    objects = [ListedObject(f"v1/{key}", "e", 1, modified) for key in keys]
    return Listing("conocimiento", "v1/", tuple(objects))


def _job(status: str = "COMPLETE", listing: str = "", **numbers: int) -> Job:
    text = f"mut-assets: stores/ listing {listing}" if listing else ""
    return Job("DS00000001", "JOB0000001", status, BEGAN, BEGAN, text, Statistics(**numbers))


def why_a_folder_is_ingested(_: Path) -> Said:
    two, indexed = _listing("stores/2001.md", "stores/2002.md"), DocumentStatus("INDEXED")
    both: Mapping[str, DocumentStatus] = {"stores/2001.md": indexed, "stores/2002.md": indexed}
    found = {
        "never": why_dirty(two, 2, {}, []),
        "the last job failed": why_dirty(two, 2, both, [_job("FAILED")]),
        "documents failed": why_dirty(two, 2, both, [_job(scanned=2, failed=1)]),
        "documents are missing": why_dirty(two, 2, {}, [_job(scanned=2)]),
        "documents are gone": why_dirty(_listing("stores/2001.md"), 1, both, [_job(scanned=1)]),
        "it changed": why_dirty(two, 2, both, [_job(listing="0" * 64, scanned=2)]),
        "the job miscounted": why_dirty(two, 2, both, [_job(listing=two.fingerprint, scanned=1)]),
        "written after a job of somebody else": why_dirty(
            _listing(*both, modified=BEGAN + timedelta(hours=1)), 2, both, [_job(scanned=2)]
        ),
    }
    unnamed = failed_documents(_job(scanned=2, failed=2), two, both)
    return [*found.items(), ("failures that are only counted", "\n".join(map(": ".join, unnamed.ours)))]


def data_sources_that_are_left_alone(_: Path) -> Said:
    sources = [
        DataSource("DS1", "web", "", ""),
        DataSource("DS2", "otro", "archivo", ""),
        DataSource("DS3", "otra", "conocimiento", "v2/"),
        DataSource("DS4", "mitad", "conocimiento", "v1/stores/20"),
        DataSource("DS5", "viejo", "conocimiento", "v1/stores/", "DELETING"),
    ]
    ignored = cover(sources, "conocimiento", "v1/").ignored
    return [("each with its reason", "\n".join(f"{source}: {reason}" for source, reason in ignored.items()))]


# --- assets, the index, the agent -------------------------------------------------------------------------------------


def _logged(asset: dg.AssetsDefinition, resources: Mapping[str, Any]) -> str:
    """What an asset logs itself when it is materialized."""
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    with dg.DagsterInstance.ephemeral() as instance:
        done = dg.materialize([asset], resources=resources, run_config=quiet, instance=instance)
        entries = instance.all_logs(done.run_id)
        [event] = done.asset_materializations_for_node(asset.op.name)
    said = [entry.user_message for entry in entries if entry.dagster_event is None]
    return "\n".join([*said, *(f"index: {event.metadata[name].value}" for name in event.metadata if name == "index")])


class _Unserved:
    """A knowledge base that one folder is not read into."""

    def ingest(self, token: str, log: Callable[[str], None]) -> IngestionReport:
        return IngestionReport(0, 0, 0, 0, 0, 0, 0, unserved={"stores": PLACE.command("create-data-source")})


def what_assets_log(folder: Path) -> Said:
    doors = build_doors(read_settings({"MUT_HOME": str(folder)}))
    resources = resource_definitions(doors)
    foreign = LocalIndex(folder / "index.sqlite")
    foreign.upsert_vectors([VectorRecord("otro-1", array("f", [1.0] * doors.embedder.dimensions), {})])
    return [
        ("no index is configured", _logged(pinecone_index, {**resources, "vector_index": NoIndex()})),
        ("vectors of somebody else", _logged(pinecone_index, resources)),
        (
            "a folder that no data source reads",
            _logged(bedrock_kb_ingestion, {**resources, "knowledge_base": _Unserved()}),
        ),
    ]


def vectors_that_pinecone_would_refuse(_: Path) -> Said:
    records = {
        "an id with an accent": VectorRecord("tiendas/café", array("f", [1.0]), {}),
        "no finite number": VectorRecord("x", array("f", [float("nan")]), {}),
        "zeros": VectorRecord("x", array("f", [0.0]), {}),
        "metadata of another kind": VectorRecord("x", array("f", [1.0]), {"lugar": {}}),
        "large metadata": VectorRecord("x", array("f", [1.0]), {"lugar": "x" * 50_000}),
    }
    return [(title, _problem(record, 1)) for title, record in records.items()]


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
    return [("the log", "\n".join(said))]


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
    return [(f"line {number}", line) for number, line in enumerate(said, start=1)]


SECTIONS: dict[str, Callable[[Path], Said]] = {
    "What an ingestion logs": what_an_ingestion_logs,
    "Why a folder is ingested": why_a_folder_is_ingested,
    "Data sources that are left alone": data_sources_that_are_left_alone,
    "What assets log": what_assets_log,
    "Vectors that Pinecone would refuse": vectors_that_pinecone_would_refuse,
    "Waiting for Pinecone": waiting_for_pinecone,
    "Preparing the agent": what_preparing_the_agent_logs,
}
