"""`mut resume`: re-executes a failed run from where it failed. Dagster's UI can do it; its command line cannot."""

import dagster as dg
from rich.console import Console

from mut_assets.environments import Settings
from mut_assets.operations.failed_runs import failed_run
from mut_assets.operations.home import opened_history
from mut_assets.operations.jobs import execute
from mut_assets.operations.report import RunReport
from mut_assets.operations.run import report_of
from mut_assets.resources.bucket.publication_log import PublicationLog


def resume(settings: Settings, decisions: PublicationLog, console: Console, run_id: str = "") -> RunReport:
    """Repeats only what failed, and what depends on it, of a run (the last failed one when no id is given).

    Every stage reads the newest good snapshot, so resuming an old run never brings old documents back.
    A run of the UI's Materialize, of all or of a selection, is repeated as such. Raises what `failed_run` raises.
    """
    with opened_history(settings) as instance:
        parent = failed_run(instance, run_id)
        console.print(f"From the failure of run {parent.run_id[:8]}:")
        options = dg.ReexecutionOptions.from_failure(parent.run_id, instance)
        done, failed = execute(instance, parent.job_name, console, parent.run_config, options)
        return report_of(instance, [done], failed, decisions)
