"""The doors as Dagster resources: what the Resources page shows of each is its class, a description, its settings.

What belongs here: words about doors, and which of their fields may be seen. What does not: making the doors
(`environments.py`). They stay plain objects that share each other: a `ConfigurableResource` would build a nested door a
second time, and show a secret that is a field. No secret is shown: what a door's repr leaves out is left out here.
"""

from dataclasses import fields
from pathlib import Path
from typing import Any

import dagster as dg

from mut_assets.assets.io_manager import SnapshotIOManager
from mut_assets.domain.market import MARKET
from mut_assets.environments import Doors
from mut_assets.resources.aws.secrets import PineconeKey
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.wordpress.collection import WordPress
from mut_assets.resources.wordpress.failures import without_secrets

Setting = str | int | float | bool

DESCRIPTIONS = {
    "clock": f"The time, and the day in {MARKET.city}. MUT_TODAY moves the day.",
    "site": "The WordPress site that events, stores and restaurants are read from: a complete collection, or an error.",
    "faq_file": "The hand-kept FAQ that people upload. It is read and never written.",
    "special_days": "The days with other opening hours that people upload. There may be no file.",
    "snapshots": "The IO manager: every table is a new CSV file in the bucket, and the newest good one is read.",
    "store": "The published documents, one Markdown file and one metadata sidecar per entity.",
    "decisions": "The record of the last publication, and the refused plans that wait for a person.",
    "publisher": "Compares wanted with published documents, and applies the plan unless a rule refuses it.",
    "lease": "The right to write: one writer at a time, on however many machines.",
    "retries": "How often, and after how many seconds, a step is tried again after a transient failure.",
    "knowledge_base": "What answers visitors from the published documents.",
    "retriever": "Finds documents for a question in what the knowledge base serves.",
    "vector_index": "One vector per published document.",
    "embedder": "Turns texts into vectors of one length.",
    "agent": "The agent that speaks with visitors; prepared after an ingestion that changed something.",
    "alerts": "Where failures and stale data are announced, besides the log.",
    "heartbeat": "What is called when everything that is served was proved, so that silence is noticed from outside.",
    "golden": "The questions whose documents are known.",
    "retrieval_gate": "Asks the golden questions before publishing, and again of what is served.",
}


def resource_definitions(doors: Doors) -> dict[str, dg.ResourceDefinition]:
    """One definition per door, under the name that assets, checks and sensors ask for."""
    return {field.name: _definition(field.name, getattr(doors, field.name)) for field in fields(doors)}


def settings_of(door: Any) -> dict[str, Setting]:
    """The plain values among the fields that the door's repr shows, by name; a bucket by its address.

    Not by its `where`: that asks AWS for the account.
    """
    shown = {"base_url": without_secrets(door.base_url)} if isinstance(door, WordPress) else {}
    values = {field.name: _plain(getattr(door, field.name)) for field in fields(door) if field.repr}
    return shown | {name: value for name, value in values.items() if value is not None}


def _definition(name: str, door: Any) -> dg.ResourceDefinition:
    """A resource that gives the door, whatever the launchpad says: settings come from the environment alone."""
    given = SnapshotIOManager(door) if name == "snapshots" else door

    def give(_: dg.InitResourceContext) -> Any:
        return given

    # The page calls a resource by the function that gives it.
    give.__module__, give.__name__ = type(given).__module__, type(given).__qualname__
    kind = dg.IOManagerDefinition if given is not door else dg.ResourceDefinition
    schema = {name: dg.Field(type(value), default_value=value) for name, value in settings_of(door).items()}
    definition = kind(give, config_schema=schema, description=DESCRIPTIONS[name])
    # The page shows the fields of the first schema; a run's configuration is held to the second, which is empty.
    return definition.configured(lambda _: {}, config_schema={})


def _plain(value: Any) -> Setting | None:
    match value:
        case Bucket():
            return value.address
        case PineconeKey():
            return value.secret_id
        case str() if "://" in value:
            return without_secrets(value)
        case str() | int() | float():
            return value
        case Path():
            return str(value)
    return None
