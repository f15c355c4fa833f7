"""Runs as a person would call them, in Spanish."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import dagster as dg
from dagster._core.storage.tags import SCHEDULED_EXECUTION_TIME_TAG

from mut_assets.automation import AFTER, DAILY, SELECTION, TABLES, at_a_terminal, chosen_in
from mut_assets.resources.clock import MARKET_ZONE


def name_of(run: dg.DagsterRun) -> str:
    """A run as a person would call it, in Spanish."""
    config: Any = run.run_config
    asked = config.get("ops", {}).get("kb_dataset", {}).get("config", {})
    scheduled, chosen = run.tags.get(SCHEDULED_EXECUTION_TIME_TAG), chosen_in(run)
    if AFTER in run.tags:
        name = f"la publicación de lo sano tras la ejecución {run.tags[AFTER][:8]}"
    elif wish := _wished(asked):
        name = f"`mut {wish}`"
    elif at_a_terminal(run) and run.job_name == DAILY:
        name = "`mut run`"
    elif scheduled:
        name = f"la noche del {datetime.fromisoformat(scheduled).astimezone(MARKET_ZONE):%Y-%m-%d}"
    elif run.job_name != SELECTION:
        name = run.job_name
    elif not chosen or chosen >= TABLES | {"kb_dataset"}:
        name = "«Materializar todo»"
    else:
        assets = [key for key in chosen if ":" not in key]
        name = f"la materialización de {', '.join(sorted(assets or chosen))}"
    return f"la repetición de {name}" if run.parent_run_id else name


def _wished(asked: Mapping[str, Any]) -> str:
    """The command that asks for the same, of a run that somebody asked something of; else ""."""
    for option in ("approve", "as_of"):
        if asked.get(option):
            return f"{'rollback' if option == 'as_of' else option} {asked[option]}"
    return "release" if asked.get("release") else ""
