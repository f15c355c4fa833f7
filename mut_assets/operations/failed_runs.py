"""Finds a failed run in Dagster's history, for what repeats it or follows it."""

import dagster as dg

from mut_assets.resources.failures import PermanentFailure


def failed_run(instance: dg.DagsterInstance, run_id: str = "") -> dg.DagsterRun:
    """The last failed run whose id begins like this.

    Raises `PermanentFailure` MUT-RUN-001 when there is no such failed run, MUT-RUN-002 when none has failed.
    """
    failed = instance.get_runs(filters=dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE]), limit=100)
    for run in failed:
        if run.run_id.startswith(run_id):
            return run
    if not run_id:
        raise PermanentFailure(
            "MUT-RUN-002", "No run has failed.", "There is nothing to resume: `mut run` starts a night."
        )
    raise PermanentFailure(
        "MUT-RUN-001",
        f"There is no failed run {run_id!r} among the last 100.",
        "Give the first characters of a failed run's id, as the Runs page of the UI shows it.",
    )
