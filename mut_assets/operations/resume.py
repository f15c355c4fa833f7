"""`mut resume`: re-executes a failed run from where it failed. Dagster's UI can do it; its command line cannot."""

import dagster as dg
from rich.console import Console

from mut_assets.environments import Settings
from mut_assets.operations.home import opened_history
from mut_assets.operations.jobs import execute
from mut_assets.operations.report import RunReport
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.failures import PermanentFailure


def resume(settings: Settings, decisions: PublicationLog, console: Console, run_id: str = "") -> RunReport:
    """Repeats only what failed, and what depends on it, of a run (the last failed one when no id is given).

    Every stage reads the newest good snapshot, so resuming an old run never brings old documents back.
    Raises `PermanentFailure` MUT-RUN-001 when there is no such failed run, MUT-RUN-002 when none has failed.
    """
    with opened_history(settings) as instance:
        parent = _failed_run(instance, run_id)
        console.print(f"From the failure of run {parent.run_id[:8]}:")
        options = dg.ReexecutionOptions.from_failure(parent.run_id, instance)
        done, failed = execute(instance, parent.job_name, console, parent.run_config, options)
        return RunReport((done,), tuple(failed), decisions.of_runs([done]))


def _failed_run(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRun:
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
