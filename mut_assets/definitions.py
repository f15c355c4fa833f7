"""The front door: everything Dagster knows, assembled in the open.

`build_definitions(settings, resources)` is what tests and other code locations call; `defs` is the one set built
from the environment. Nothing is discovered: what is not named here does not exist.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from mut_assets import automation, checks
from mut_assets.announcements.failed_runs import announce_failure_at
from mut_assets.announcements.proved import heartbeat
from mut_assets.announcements.stale import announce_stale
from mut_assets.announcements.waiting import announce_waiting
from mut_assets.assets.agent import bedrock_agent
from mut_assets.assets.dataset import kb_dataset
from mut_assets.assets.knowledge_base import bedrock_kb_ingestion
from mut_assets.assets.raw import raw_eventos, raw_preguntas, raw_restaurantes, raw_tiendas
from mut_assets.assets.vector_index import pinecone_index
from mut_assets.assets.vectorial import (
    vectorial_eventos,
    vectorial_preguntas,
    vectorial_restaurantes,
    vectorial_tiendas,
)
from mut_assets.domain.collections import COLLECTIONS
from mut_assets.environments import Settings, build_doors, read_settings
from mut_assets.resources_page import resource_definitions
from mut_assets.time_limit import bounded_executor

ASSETS = [
    raw_eventos,
    raw_tiendas,
    raw_restaurantes,
    raw_preguntas,
    vectorial_eventos,
    vectorial_tiendas,
    vectorial_restaurantes,
    vectorial_preguntas,
    kb_dataset,
    bedrock_kb_ingestion,
    pinecone_index,
    bedrock_agent,
]


def check_tables(assets: Sequence[dg.AssetsDefinition]) -> None:
    """Raises `ValueError` unless the first two stages have one asset per collection, and none for anything else."""
    groups = ("raw", "vectorial")
    tables = {spec.key.to_user_string() for asset in assets for spec in asset.specs if spec.group_name in groups}
    expected = {f"{group}_{collection.name}" for group in groups for collection in COLLECTIONS}
    if missing := expected - tables:
        raise ValueError(f"ASSETS of definitions.py has no {' and no '.join(sorted(missing))}.")
    if unknown := tables - expected:
        raise ValueError(f"COLLECTIONS of domain/collections.py has nothing for {' and '.join(sorted(unknown))}.")


def build_definitions(settings: Settings, resources: Mapping[str, Any] | None = None) -> dg.Definitions:
    """The definitions for these settings; `resources` replaces some by name."""
    check_tables(ASSETS)
    policy = automation.freshness_policy(settings.timetable)
    jobs = automation.jobs()
    return dg.Definitions(
        assets=dg.map_asset_specs(lambda spec: spec.replace_attributes(freshness_policy=policy), ASSETS),
        asset_checks=[checks.everything_wanted_is_published, checks.what_is_served, checks.questions_find_documents],
        jobs=list(jobs.values()),
        schedules=[automation.schedule(settings.timetable, jobs[automation.DAILY])],
        sensors=[
            automation.publish_after_failure(jobs),
            announce_failure_at(settings.ui_url),
            announce_waiting,
            announce_stale,
            heartbeat,
        ],
        resources={**resource_definitions(build_doors(settings)), **(resources or {})},
        # Starting a process per step costs more than the whole night's work: most of it is importing.
        executor=bounded_executor(settings.timetable),
    )


defs = build_definitions(read_settings())
