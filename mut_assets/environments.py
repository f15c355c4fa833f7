"""WHERE: environment variables -> settings -> typed doors. The only module that reads environment variables.

Reading them costs nothing and reaches nothing: definitions load with an empty environment and without a network.
Secrets are never a field of anything that Dagster shows; credentials for a bucket come from boto3's own chain.
"""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict
from urllib.parse import urlsplit

from mut_assets.publishing.gates import PublishGate, RetrievalGate, ServedGate
from mut_assets.publishing.publisher import Publisher
from mut_assets.resources.alerts.outgoing import Heartbeat, outgoing_address
from mut_assets.resources.alerts.sns import LogAlerts, SnsAlerts
from mut_assets.resources.aws.secrets import PineconeKey
from mut_assets.resources.bedrock.agent import BedrockAgent, NoAgent
from mut_assets.resources.bedrock.knowledge_base import BedrockKnowledgeBase
from mut_assets.resources.bedrock.retriever import AT_ONCE, BedrockRetriever
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.evaluation_runs import EvaluationRuns
from mut_assets.resources.bucket.faq_file import FaqFile
from mut_assets.resources.bucket.golden_questions import GoldenQuestions
from mut_assets.resources.bucket.held_records import HeldRecords
from mut_assets.resources.bucket.lease import Lease
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.bucket.snapshots import Snapshots
from mut_assets.resources.bucket.special_days_file import SpecialDaysFile
from mut_assets.resources.clock import Clock
from mut_assets.resources.embedded.index import LocalIndex
from mut_assets.resources.embedded.knowledge_base import LocalKnowledgeBase
from mut_assets.resources.embedding.lexical import LexicalEmbedder
from mut_assets.resources.embedding.titan import TitanEmbedder
from mut_assets.resources.failures import BadSetting, Retries
from mut_assets.resources.pinecone.index import NoIndex, PineconeIndex
from mut_assets.resources.polling import Polling
from mut_assets.resources.ports import Agent, Alerts, Embedder, KnowledgeBase, Retriever, VectorIndex
from mut_assets.resources.wordpress.collection import WordPress
from mut_assets.resources.wordpress.sample_pages import GOLDEN_FILE, read_file
from mut_assets.resources.wordpress.sample_site import SampleSite
from mut_assets.timetable import Timetable
from mut_assets.ui_address import ui_address

API_BASE_URL = "https://mut.cl/wp-json/wp/v2"
BUCKET = "s3://raw-virtual-assistant-data-{account}-{region}"
CANARY_SECONDS = 300
"""How long a document that was just ingested may take to be found."""
DATASET_PREFIX = "datasets/prod_kb/knowledge-base-mut-s3-001/v1/"


@dataclass(frozen=True)
class Settings:
    """What the environment asks for, checked once: a typo is a sentence, not a traceback in the night."""

    home: Path
    dagster_home: Path
    api_base_url: str = field(repr=False)
    """May hold a user and password."""
    api_concurrency: int
    api_request_seconds: float
    api_collection_seconds: float
    bucket: str
    bucket_endpoint: str
    region: str
    raw_prefix: str
    vectorial_prefix: str
    dataset_prefix: str
    latest_alias: bool
    keeps_expired: bool
    golden_questions: str
    """A file or a key in the bucket; "" for none of the users' own."""
    retrieval_gate: str
    """`warn` or `block`."""
    retry_seconds: float
    lease_seconds: float
    timetable: Timetable
    heartbeat_url: str = field(default="", repr=False)
    """A secret: whoever knows it can call it. "" for none."""
    ui_url: str = ""
    """Where people open the UI; "" where nobody said."""
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
    home_folder = home(env)
    name, golden = env.get("S3_BUCKET_NAME", "").strip(), env.get("GOLDEN_QUESTIONS", "").strip()
    timetable = Timetable(env.get("DAILY_CRON") or "0 0 * * *", _whole(env, "MUT_RUN_TIMEOUT_MINUTES", 60, 1, 1440))
    timetable.deadline()
    ui_address(env.get("MUT_UI_URL"))  # a mistake in it is told here too: the web server reads it by itself
    return Settings(
        home=home_folder,
        dagster_home=Path(env.get("DAGSTER_HOME") or home_folder / "dagster").absolute(),
        api_base_url=env.get("API_BASE_URL", "").strip() or (API_BASE_URL if in_cloud else ""),
        api_concurrency=_whole(env, "API_CONCURRENCY", 4, 1, 32),
        api_request_seconds=_whole(env, "API_REQUEST_SECONDS", 60, 1, 3600),
        api_collection_seconds=_whole(env, "API_COLLECTION_SECONDS", 180, 1, 3600),
        bucket=_bucket(name) if name else BUCKET if in_cloud else str(home_folder / "bucket"),
        bucket_endpoint=_endpoint(env, "AWS_ENDPOINT_URL_S3") or _endpoint(env, "AWS_ENDPOINT_URL"),
        region=env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION") or "",
        raw_prefix=_prefix(env, "S3_RAW_PREFIX", "raw/"),
        vectorial_prefix=_prefix(env, "S3_VECTORIAL_PREFIX", "vectorial/"),
        dataset_prefix=_prefix(env, "S3_DATASET_PREFIX", DATASET_PREFIX),
        latest_alias=_choice(env, "LATEST_ALIAS", ("on", "off")) == "on",
        keeps_expired=_choice(env, "EXPIRED_EVENTS", ("drop", "keep")) == "keep",
        golden_questions=golden,
        # Questions of the bundled market say nothing about a real one: there the gate warns until it has its own.
        retrieval_gate=_choice(
            env, "RETRIEVAL_GATE", ("warn", "block") if in_cloud and not golden else ("block", "warn")
        ),
        retry_seconds=_whole(env, "MUT_RETRY_SECONDS", 10, 0, 600),
        lease_seconds=_whole(env, "MUT_LEASE_SECONDS", 45, 3, 3600),
        timetable=timetable,
        heartbeat_url=outgoing_address("HEARTBEAT_URL", env.get("HEARTBEAT_URL", "")),
        ui_url=env.get("MUT_UI_URL", "").strip().rstrip("/"),
        cloud=_cloud(env) if in_cloud else None,
    )


def home(environ: Mapping[str, str] | None = None) -> Path:
    """The folder of local state, whatever else the environment asks for."""
    return Path((os.environ if environ is None else environ).get("MUT_HOME") or ".mut").absolute()


@dataclass(frozen=True)
class Doors:
    """Whatever is outside of this process, and what orders it. Making the doors opens none of them.

    The names are the resource keys that assets, checks and sensors ask for.
    """

    clock: Clock
    site: SampleSite | WordPress
    faq_file: FaqFile
    special_days: SpecialDaysFile
    snapshots: Snapshots
    store: DocumentStore
    decisions: PublicationLog
    publisher: Publisher
    lease: Lease
    retries: Retries
    knowledge_base: KnowledgeBase
    retriever: Retriever
    vector_index: VectorIndex
    embedder: Embedder
    agent: Agent
    alerts: Alerts
    heartbeat: Heartbeat
    golden: GoldenQuestions
    retrieval_gate: RetrievalGate


class _Services(TypedDict):
    """The doors of what serves the documents and tells people: the names of `Doors`."""

    knowledge_base: KnowledgeBase
    retriever: Retriever
    vector_index: VectorIndex
    embedder: Embedder
    agent: Agent
    alerts: Alerts


def build_doors(settings: Settings) -> Doors:
    """The doors that these settings ask for."""
    cloud, bundled = settings.cloud, settings.bundled
    clock = Clock(lambda: os.environ.get("MUT_TODAY"))
    bucket = Bucket(settings.bucket, settings.bucket_endpoint or None, settings.region or None)
    bundled_site = SampleSite(today=clock.today, concurrency=settings.api_concurrency)
    store = DocumentStore(bucket, settings.dataset_prefix)
    decisions = PublicationLog(bucket)
    snapshots = Snapshots(
        bucket,
        clock,
        raw_prefix=settings.raw_prefix,
        vectorial_prefix=settings.vectorial_prefix,
        latest_alias=settings.latest_alias,
        bundled=bundled,
    )
    golden = GoldenQuestions(bucket, settings.golden_questions, (lambda: read_file(GOLDEN_FILE)) if bundled else None)
    blocks = settings.retrieval_gate == "block"
    embedded_runs = EvaluationRuns(bucket, "embedded")
    served_runs = EvaluationRuns(bucket, cloud.knowledge_base_id) if cloud else embedded_runs
    services = _on_this_machine(settings, bucket) if cloud is None else _in_aws(settings, cloud, bucket)
    return Doors(
        clock=clock,
        site=bundled_site if bundled else _wordpress(settings),
        faq_file=FaqFile(bucket, f"{settings.raw_prefix}preguntas.csv", bundled_site.faq if bundled else None),
        special_days=SpecialDaysFile(bucket, f"{settings.raw_prefix}horarios_especiales.csv"),
        snapshots=snapshots,
        store=store,
        decisions=decisions,
        publisher=Publisher(
            snapshots, store, HeldRecords(bucket, snapshots), decisions, bundled, settings.keeps_expired
        ),
        lease=Lease(bucket, settings.lease_seconds),
        retries=Retries(settings.retry_seconds),
        **services,
        heartbeat=Heartbeat(settings.heartbeat_url),
        golden=golden,
        retrieval_gate=RetrievalGate(
            PublishGate(golden, store, runs=embedded_runs, served=served_runs, blocks=blocks),
            ServedGate(
                golden,
                store,
                services["retriever"],
                runs=served_runs,
                polling=Polling(cloud.poll_seconds, CANARY_SECONDS) if cloud else Polling(0, 0),
                blocks=blocks,
                at_once=AT_ONCE if cloud else 1,
            ),
        ),
    )


def _wordpress(settings: Settings) -> WordPress:
    return WordPress(
        settings.api_base_url,
        concurrency=settings.api_concurrency,
        request_seconds=settings.api_request_seconds,
        collection_seconds=settings.api_collection_seconds,
        # A quarter of the part of a night that reads: three collections of a dead site leave the last for what is well.
        most_seconds=settings.timetable.timeout_minutes * 60 / 2 / 4,
    )


def _on_this_machine(settings: Settings, bucket: Bucket) -> _Services:
    index = LocalIndex(settings.home / "index.sqlite")
    return {
        "knowledge_base": LocalKnowledgeBase(index, bucket, settings.dataset_prefix),
        "retriever": index,
        "vector_index": index,
        "embedder": LexicalEmbedder(),
        "agent": NoAgent("the embedded index has none"),
        "alerts": LogAlerts(),
    }


def _in_aws(settings: Settings, cloud: Cloud, bucket: Bucket) -> _Services:
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
            deadline_seconds=settings.timetable.timeout_minutes * 60 / 4,  # half of a run's part: time_limit.py
        ),
        "retriever": BedrockRetriever(cloud.knowledge_base_id, bucket, settings.dataset_prefix, region),
        "vector_index": PineconeIndex(cloud.pinecone_index, cloud.pinecone_namespace, key, cloud.pinecone_host)
        if cloud.pinecone_index
        else NoIndex(),
        "embedder": TitanEmbedder(bucket, cloud.embedding_model_id, region=region),
        "agent": BedrockAgent(cloud.agent_id, cloud.knowledge_base_id, region, poll_seconds=poll)
        if cloud.agent_id
        else NoAgent(),
        "alerts": SnsAlerts(cloud.alert_topic) if cloud.alert_topic else LogAlerts(),
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
    if text and not re.fullmatch(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+(\.fifo)?", text):
        raise BadSetting("ALERT_SNS_TOPIC_ARN", text, "a topic's ARN, such as arn:aws:sns:us-east-1:111122223333:mut")
    return text


def _bucket(name: str) -> str:
    bare = name.removeprefix("s3://").strip("/")
    if not re.fullmatch(r"(?:[0-9A-Za-z._-]|\{account\}|\{region\})+", bare):
        raise BadSetting("S3_BUCKET_NAME", name, "a bucket's name, such as mut-datos, without a key behind it")
    return f"s3://{bare}"


def _endpoint(env: Mapping[str, str], variable: str) -> str:
    text = (env.get(variable) or "").strip()
    try:
        parts = urlsplit(text)
        good = not text or (parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0)
    except ValueError:  # such as a bracket that is never closed, or a port that is no number
        good = False
    if not good:
        raise BadSetting(variable, "no address", "an address such as https://s3.example:9000, or leave it unset")
    return text


def _whole(env: Mapping[str, str], variable: str, default: int, least: int, most: int) -> int:
    text = (env.get(variable) or "").strip()
    if not text:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise BadSetting(variable, text, f"a whole number from {least} to {most}")
    return int(text)


def _choice(env: Mapping[str, str], variable: str, choices: Sequence[str]) -> str:
    """One of several words; the first is the default."""
    text = (env.get(variable) or "").strip().lower() or choices[0]
    if text not in choices:
        raise BadSetting(variable, text, " or ".join(choices))
    return text


def _prefix(env: Mapping[str, str], variable: str, default: str) -> str:
    """A prefix with a slash at its end, of parts that every store takes for names."""
    text = (env.get(variable) or "").strip() or default
    parts = text.removesuffix("/").split("/")
    odd = any(part in ("", ".", "..") or not re.fullmatch(r"[\w!.*'()=+@&$,:; -]+", part) for part in parts)
    if odd or parts[0] == "state":
        raise BadSetting(variable, text, f"a prefix such as {default}, without a leading slash and outside state/")
    return f"{'/'.join(parts)}/"
