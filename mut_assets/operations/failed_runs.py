"""Finds a failed run of the platform in Dagster's history, for what repeats it or follows it."""

import dagster as dg
from sqlalchemy.exc import SQLAlchemyError

from mut_assets.automation import DAILY, LATEST, SELECTION
from mut_assets.operations.progress import causes
from mut_assets.resources.failures import PermanentFailure

_LOOKED_AT = 1000
_MISTAKEN = ("MUT-PUB-001", "MUT-PUB-002", "MUT-PUB-004", "MUT-PUB-005", "MUT-PUB-020", "MUT-PUB-021", "MUT-PUB-022")
"""Codes of publications that could not be what somebody asked for: repeated, they fail alike."""


def failed_run(instance: dg.DagsterInstance, run_id: str = "") -> dg.DagsterRun:
    """The failed run whose id begins like this; without an id the last one that somebody may want repeated.

    That is none of which a repetition succeeded, none that a mistyped publication made, and none of which the record is
    damaged: nobody knows where it failed.

    Raises `PermanentFailure` MUT-RUN-001 when no run, or more than one, begins like this, or it did not fail;
    MUT-RUN-002 when none is left to repeat.
    """
    runs = [run for run in instance.get_runs(limit=_LOOKED_AT) if run.job_name in (DAILY, LATEST, SELECTION)]
    if run_id:
        return _named(instance, runs, run_id)
    well = {run.root_run_id for run in runs if run.root_run_id and run.status is dg.DagsterRunStatus.SUCCESS}
    for run in runs:
        failed = run.status is dg.DagsterRunStatus.FAILURE and (run.root_run_id or run.run_id) not in well
        said = _said(instance, run) if failed else None
        if said is not None and not any(code in cause for cause in said for code in _MISTAKEN):
            return run
    raise PermanentFailure(
        "MUT-RUN-002",
        "No run has failed that was not repeated since.",
        "There is nothing to resume: `mut run` starts a night.",
    )


def _said(instance: dg.DagsterInstance, run: dg.DagsterRun) -> list[str] | None:
    """Why a run failed; None where its record is damaged, as a full disk may leave it."""
    try:
        return causes(instance, run.run_id)
    except SQLAlchemyError:
        return None


def _named(instance: dg.DagsterInstance, runs: list[dg.DagsterRun], run_id: str) -> dg.DagsterRun:
    found = [run for run in runs if run.run_id.startswith(run_id)]
    failed = len(found) == 1 and found[0].status is dg.DagsterRunStatus.FAILURE
    if failed and _said(instance, found[0]) is not None:
        return found[0]
    if failed:
        what = f"What run {found[0].run_id[:8]} recorded cannot be read, so nobody knows where it failed."
    elif len(found) == 1:
        what = f"Run {found[0].run_id[:8]} did not fail: it is {found[0].status.value}."
    else:
        what = f"{len(found) or 'No'} runs among the last {_LOOKED_AT} begin with {run_id!r}."
    raise PermanentFailure(
        "MUT-RUN-001",
        what,
        "Give the first characters of a failed run's id, as the Runs page of the UI shows it.",
    )
