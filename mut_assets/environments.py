"""WHERE: environment variables -> settings -> resources. The only module that reads environment variables.

Reading them costs nothing and reaches nothing: definitions load with an empty environment and without a network.
Secrets are never a field of anything that Dagster shows; credentials for a bucket come from boto3's own chain.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mut_assets.automation import Timetable
from mut_assets.resources.agent import BedrockAgent, NoAgent
from mut_assets.resources.alerts import Alerts
from mut_assets.resources.bedrock import BedrockKnowledgeBase
from mut_assets.resources.clock import Clock
from mut_assets.resources.decisions import Decisions
from mut_assets.resources.document_store import DocumentStore
from mut_assets.resources.embeddings import LexicalEmbedder
from mut_assets.resources.failures import BadSetting, Retries
from mut_assets.resources.faq_file import FaqFile
from mut_assets.resources.lease import Lease
from mut_assets.resources.local_index import LocalIndex
from mut_assets.resources.local_knowledge_base import LocalKnowledgeBase
from mut_assets.resources.object_store import Bucket
from mut_assets.resources.pinecone import NoIndex, PineconeIndex
from mut_assets.resources.publisher import Publisher
from mut_assets.resources.sample_site import SampleSite
from mut_assets.resources.secrets import PineconeKey
from mut_assets.resources.set_aside import SetAside
from mut_assets.resources.snapshots import Snapshots
from mut_assets.resources.titan import TitanEmbedder
from mut_assets.resources.wordpress import WordPress

API_BASE_URL = "https://mut.cl/wp-json/wp/v2"
BUCKET = "s3://raw-virtual-assistant-data-{account}-{region}"
DATASET_PREFIX = "datasets/prod_kb/knowledge-base-mut-s3-001/v1/"


@dataclass(frozen=True)
class Settings:
    """What the environment asks for, checked once: a typo is a sentence, not a traceback in the night."""

    home: Path
    dagster_home: Path
    api_base_url: str = field(repr=False)
    """May hold a user and password."""
    api_concurrency: int
    bucket: str
    bucket_endpoint: str
    region: str
    raw_prefix: str
    vectorial_prefix: str
    dataset_prefix: str
    latest_alias: bool
    retry_seconds: float
    lease_seconds: float
    timetable: Timetable
    cloud: "Cloud | None" = None
    """None: everything is served from this machine."""

    @property
    def bundled(self) -> bool:
        """Whether the bundled, fictional site is read."""
        return not self.api_base_url


@dataclass(frozen=True)
class Cloud:
    """What only `MUT_ENVIRONMENT=aws` has. No secret: the Pinecone key is fetched when it is needed."""

    knowledge_base_id: str
    agent_id: str
    embedding_model_id: str
    pinecone_index: str
    pinecone_namespace: str
    pinecone_host: str
    pinecone_secret_id: str
    alert_topic: str
    poll_seconds: float


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings that a set of variables asks for. Raises `BadSetting` for the first that cannot be used."""
    env = os.environ if environ is None else environ
    in_cloud = _in_cloud(env)
    home = Path(env.get("MUT_HOME") or ".mut").absolute()
    name = env.get("S3_BUCKET_NAME", "").strip()
    timetable = Timetable(env.get("DAILY_CRON") or "0 0 * * *", _whole(env, "MUT_RUN_TIMEOUT_MINUTES", 60, 1, 1440))
    timetable.deadline()
    return Settings(
        home=home,
        dagster_home=Path(env.get("DAGSTER_HOME") or home / "dagster").absolute(),
        api_base_url=env.get("API_BASE_URL", "").strip() or (API_BASE_URL if in_cloud else ""),
        api_concurrency=_whole(env, "API_CONCURRENCY", 4, 1, 32),
        bucket=_bucket(name) if name else BUCKET if in_cloud else str(home / "bucket"),
        bucket_endpoint=env.get("AWS_ENDPOINT_URL_S3") or env.get("AWS_ENDPOINT_URL") or "",
        region=env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION") or "",
        raw_prefix=_prefix(env, "S3_RAW_PREFIX", "raw/"),
        vectorial_prefix=_prefix(env, "S3_VECTORIAL_PREFIX", "vectorial/"),
        dataset_prefix=_prefix(env, "S3_DATASET_PREFIX", DATASET_PREFIX),
        latest_alias=_switch(env, "LATEST_ALIAS", True),
        retry_seconds=_whole(env, "MUT_RETRY_SECONDS", 10, 0, 600),
        lease_seconds=_whole(env, "MUT_LEASE_SECONDS", 45, 3, 3600),
        timetable=timetable,
        cloud=_cloud(env) if in_cloud else None,
    )


def build_resources(settings: Settings) -> dict[str, Any]:
    """The doors, opened by nobody yet. Keys are the names that assets, checks and sensors ask for."""
    clock = Clock(lambda: os.environ.get("MUT_TODAY"))
    bucket = Bucket(settings.bucket, settings.bucket_endpoint or None, settings.region or None)
    bundled_site = SampleSite(today=clock.today, concurrency=settings.api_concurrency)
    store = DocumentStore(bucket, settings.dataset_prefix)
    decisions = Decisions(bucket)
    snapshots = Snapshots(
        bucket,
        clock,
        raw_prefix=settings.raw_prefix,
        vectorial_prefix=settings.vectorial_prefix,
        latest_alias=settings.latest_alias,
        bundled=settings.bundled,
    )
    return {
        "clock": clock,
        "site": bundled_site
        if settings.bundled
        else WordPress(settings.api_base_url, concurrency=settings.api_concurrency),
        "faq_file": FaqFile(
            bucket, f"{settings.raw_prefix}preguntas.csv", bundled_site.faq if settings.bundled else None
        ),
        "snapshots": snapshots,
        "store": store,
        "decisions": decisions,
        "publisher": Publisher(snapshots, store, SetAside(bucket, snapshots), decisions, settings.bundled),
        "lease": Lease(bucket, settings.lease_seconds),
        "retries": Retries(settings.retry_seconds),
        **(_on_this_machine(settings, bucket) if settings.cloud is None else _in_aws(settings, settings.cloud, bucket)),
    }


def _on_this_machine(settings: Settings, bucket: Bucket) -> dict[str, Any]:
    index = LocalIndex(settings.home / "index.sqlite")
    return {
        "knowledge_base": LocalKnowledgeBase(index, bucket, settings.dataset_prefix),
        "vector_index": index,
        "embedder": LexicalEmbedder(),
        "agent": NoAgent("the embedded index has none"),
        "alerts": Alerts(),
    }


def _in_aws(settings: Settings, cloud: Cloud, bucket: Bucket) -> dict[str, Any]:
    region, poll = settings.region, cloud.poll_seconds
    key = PineconeKey(cloud.pinecone_secret_id, region, lambda: os.environ.get("PINECONE_API_KEY", ""))
    return {
        "knowledge_base": BedrockKnowledgeBase(
            cloud.knowledge_base_id,
            bucket,
            settings.dataset_prefix,
            region,
            poll_seconds=poll,
            start_spacing_seconds=poll,
            deadline_seconds=settings.timetable.timeout_minutes * 60 / 2,
        ),
        "vector_index": PineconeIndex(cloud.pinecone_index, cloud.pinecone_namespace, key, cloud.pinecone_host)
        if cloud.pinecone_index
        else NoIndex(),
        "embedder": TitanEmbedder(bucket, cloud.embedding_model_id, region=region),
        "agent": BedrockAgent(cloud.agent_id, cloud.knowledge_base_id, region, poll_seconds=poll)
        if cloud.agent_id
        else NoAgent(),
        "alerts": Alerts(cloud.alert_topic),
    }


def _in_cloud(env: Mapping[str, str]) -> bool:
    name = env.get("MUT_ENVIRONMENT") or "local"
    if name not in ("local", "aws"):
        raise BadSetting("MUT_ENVIRONMENT", name, "local or aws")
    return name == "aws"


def _cloud(env: Mapping[str, str]) -> Cloud:
    return Cloud(
        knowledge_base_id=_id(env, "KNOWLEDGE_BASE_ID", needed=True),
        agent_id=_id(env, "AGENT_ID"),
        embedding_model_id=env.get("EMBEDDING_MODEL_ID", "").strip() or "amazon.titan-embed-text-v2:0",
        # Set and empty means none; not set means the default.
        pinecone_index=env.get("PINECONE_INDEX", "agente").strip(),
        pinecone_namespace=env.get("PINECONE_NAMESPACE", "").strip() or "mut-assets",
        pinecone_host=env.get("PINECONE_HOST", "").strip(),
        pinecone_secret_id=env.get("PINECONE_SECRET_ID", "").strip() or "pinecone/mut-kb-api-key",
        alert_topic=_topic(env),
        poll_seconds=_whole(env, "MUT_POLL_SECONDS", 10, 0, 600),
    )


def _id(env: Mapping[str, str], variable: str, needed: bool = False) -> str:
    text = (env.get(variable) or "").strip()
    if (text or needed) and not re.fullmatch(r"[0-9A-Za-z]{10}", text):
        raise BadSetting(variable, text, "an id of ten letters and digits, as the Bedrock console shows it")
    return text


def _topic(env: Mapping[str, str]) -> str:
    text = (env.get("ALERT_SNS_TOPIC_ARN") or "").strip()
    if text and not re.fullmatch(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+", text):
        raise BadSetting("ALERT_SNS_TOPIC_ARN", text, "a topic's ARN, such as arn:aws:sns:us-east-1:111122223333:mut")
    return text


def _bucket(name: str) -> str:
    return f"s3://{name.removeprefix('s3://').strip('/')}"


def _whole(env: Mapping[str, str], variable: str, default: int, least: int, most: int) -> int:
    text = (env.get(variable) or "").strip()
    if not text:
        return default
    if not text.isdigit() or not least <= int(text) <= most:
        raise BadSetting(variable, text, f"a whole number from {least} to {most}")
    return int(text)


def _switch(env: Mapping[str, str], variable: str, default: bool) -> bool:
    text = (env.get(variable) or "").strip().lower()
    if text not in ("", "on", "off"):
        raise BadSetting(variable, text, "on or off")
    return default if not text else text == "on"


def _prefix(env: Mapping[str, str], variable: str, default: str) -> str:
    text = (env.get(variable) or default).strip()
    if text.startswith(("/", "state/")) or "//" in text or not text.strip("/"):
        raise BadSetting(variable, text, f"a prefix such as {default}, without a leading slash and outside state/")
    return text if text.endswith("/") else text + "/"
