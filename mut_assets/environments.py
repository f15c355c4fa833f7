"""WHERE: environment variables -> settings -> resources. The only module that reads environment variables.

Reading them costs nothing and reaches nothing: definitions load with an empty environment and without a network.
Secrets are never a field of anything that Dagster shows; credentials for a bucket come from boto3's own chain.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mut_assets.automation import Timetable
from mut_assets.resources.alerts import Alerts
from mut_assets.resources.clock import Clock
from mut_assets.resources.decisions import Decisions
from mut_assets.resources.document_store import DocumentStore
from mut_assets.resources.embeddings import LexicalEmbedder
from mut_assets.resources.failures import BadSetting, Retries
from mut_assets.resources.faq_file import FaqFile
from mut_assets.resources.lease import Lease
from mut_assets.resources.local_index import LocalIndex
from mut_assets.resources.object_store import Bucket
from mut_assets.resources.publisher import Publisher
from mut_assets.resources.sample_site import SampleSite
from mut_assets.resources.set_aside import SetAside
from mut_assets.resources.snapshots import Snapshots
from mut_assets.resources.wordpress import WordPress

DATASET_PREFIX = "datasets/prod_kb/knowledge-base-mut-s3-001/v1/"


@dataclass(frozen=True)
class Settings:
    """What the environment asks for, checked once: a typo is a sentence, not a traceback in the night."""

    home: Path
    dagster_home: Path
    api_base_url: str
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

    @property
    def bundled(self) -> bool:
        """Whether the bundled, fictional site is read."""
        return not self.api_base_url


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings that a set of variables asks for. Raises `BadSetting` for the first that cannot be used."""
    env = os.environ if environ is None else environ
    _environment(env)
    home = Path(env.get("MUT_HOME") or ".mut").absolute()
    name = env.get("S3_BUCKET_NAME", "").strip()
    timetable = Timetable(env.get("DAILY_CRON") or "0 0 * * *", _whole(env, "MUT_RUN_TIMEOUT_MINUTES", 60, 1, 1440))
    timetable.deadline()
    return Settings(
        home=home,
        dagster_home=Path(env.get("DAGSTER_HOME") or home / "dagster").absolute(),
        api_base_url=env.get("API_BASE_URL", "").strip(),
        api_concurrency=_whole(env, "API_CONCURRENCY", 4, 1, 32),
        bucket=f"s3://{name.removeprefix('s3://').strip('/')}" if name else str(home / "bucket"),
        bucket_endpoint=env.get("AWS_ENDPOINT_URL_S3") or env.get("AWS_ENDPOINT_URL") or "",
        region=env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION") or "",
        raw_prefix=_prefix(env, "S3_RAW_PREFIX", "raw/"),
        vectorial_prefix=_prefix(env, "S3_VECTORIAL_PREFIX", "vectorial/"),
        dataset_prefix=_prefix(env, "S3_DATASET_PREFIX", DATASET_PREFIX),
        latest_alias=_switch(env, "LATEST_ALIAS", True),
        retry_seconds=_whole(env, "MUT_RETRY_SECONDS", 10, 0, 600),
        lease_seconds=_whole(env, "MUT_LEASE_SECONDS", 45, 3, 3600),
        timetable=timetable,
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
    index = LocalIndex(settings.home / "index.sqlite")
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
        "knowledge_base": index,
        "vector_index": index,
        "embedder": LexicalEmbedder(),
        "alerts": Alerts(),
        "retries": Retries(settings.retry_seconds),
    }


def _environment(env: Mapping[str, str]) -> None:
    name = env.get("MUT_ENVIRONMENT") or "local"
    if name == "aws":
        raise BadSetting(
            "MUT_ENVIRONMENT",
            name,
            "local: this release serves the knowledge base from its embedded index (S3 is reached with S3_BUCKET_NAME)",
        )
    if name != "local":
        raise BadSetting("MUT_ENVIRONMENT", name, "local or aws")


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
