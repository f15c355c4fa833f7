"""Runs in Dagster's own list, as the daemon, the UI and a terminal leave them there."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg
from dagster._core.events import JobFailureData, RunFailureReason
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin

from mut_assets.automation import DAILY, SELECTION

HERE, ELSEWHERE = "mut_assets", "another_team"
"""Code locations."""


def selection(*assets: str, checks: Iterable[str] = ()) -> dict[str, Any]:
    """What somebody chose in the UI, for `fails`."""
    return {"job": SELECTION, "assets": assets, "checks": checks}


def fails(
    instance: dg.DagsterInstance,
    job: str = DAILY,
    *,
    origin: str | None = HERE,
    tags: Mapping[str, str] | None = None,
    assets: Iterable[str] = (),
    checks: Iterable[str] = (),
    config: Mapping[str, Any] | None = None,
    parent: str | None = None,
    why: str = "Exceeded maximum runtime of 3600 seconds.",
) -> tuple[dg.DagsterRun, dg.DagsterEvent]:
    """A run that failed without a failed step, with its event; `origin` None: of nobody's code location."""
    repository = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin(origin or ""), "__repository__")
    instance.add_run(
        dg.DagsterRun(
            run_id=str(uuid.uuid4()),
            job_name=job,
            tags=tags,
            run_config=config,
            status=dg.DagsterRunStatus.STARTED,
            asset_selection=frozenset(dg.AssetKey(name) for name in assets) or None,
            asset_check_selection=frozenset(
                dg.AssetCheckKey(dg.AssetKey(asset), name) for asset, name in (check.split(":") for check in checks)
            )
            or None,
            remote_job_origin=RemoteJobOrigin(repository, job) if origin else None,
            parent_run_id=parent,
            root_run_id=parent,
        )
    )
    run = instance.get_runs(limit=1)[0]
    event = instance.report_run_failed(run, why, JobFailureData(None, RunFailureReason.UNKNOWN))
    found = instance.get_run_by_id(run.run_id)
    assert found is not None
    return found, event
