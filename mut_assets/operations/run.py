"""`mut run`: the night's work at a terminal.

What belongs here: which jobs, in which order. What does not: executing them (`jobs.py`), or showing how they ended
(`report.py`). A failed night is followed by `publish_latest`, as the sensor does under the daemon; the exit status
stays that of the night.
"""

from collections.abc import Mapping

import dagster as dg
from rich.console import Console

from mut_assets.automation import DAILY, LATEST
from mut_assets.operations.jobs import execute
from mut_assets.operations.report import RunReport
from mut_assets.resources.bucket.publication_log import PublicationLog


def run_daily(instance: dg.DagsterInstance, decisions: PublicationLog, console: Console) -> RunReport:
    """The whole night; after a failure also the second half over what is healthy."""
    first, failed = execute(instance, DAILY, console)
    runs = [first]
    if failed:
        console.print("The healthy collections do not wait for the sick: publishing the newest good snapshots.\n")
        second, more = execute(instance, LATEST, console)
        runs.append(second)
        failed += [cause for cause in more if cause not in failed]
    return RunReport(tuple(runs), tuple(failed), decisions.of_runs(runs))


def run_latest(
    instance: dg.DagsterInstance, decisions: PublicationLog, console: Console, config: Mapping[str, str]
) -> RunReport:
    """The second half alone, with what a person asked of the publication (`approve`, `as_of`)."""
    run_id, failed = execute(instance, LATEST, console, {"ops": {"kb_dataset": {"config": dict(config)}}})
    return RunReport((run_id,), tuple(failed), decisions.of_runs([run_id]))
