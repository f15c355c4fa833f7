"""`mut run`: the night's work at a terminal.

What belongs here: which jobs, in which order. What does not: executing them (`jobs.py`), or showing how they ended
(`report.py`). A failed night is followed by `publish_latest`, as the sensor does under the daemon; the exit status
stays that of the night. A night that reached its limit ended the process it ran in: `run_rest` goes on in the next.
"""

from collections.abc import Mapping, Sequence

import dagster as dg
from rich.console import Console

from mut_assets.automation import AFTER, DAILY, LATEST, is_judged
from mut_assets.domain.plans.serving import verdict
from mut_assets.operations.failed_runs import failed_run
from mut_assets.operations.jobs import execute, tell_people
from mut_assets.operations.progress import causes, warnings
from mut_assets.operations.report import RunReport, unknown
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.failures import Failure


def run_daily(instance: dg.DagsterInstance, decisions: PublicationLog, console: Console) -> RunReport:
    """The whole night; after a failure also the second half over what is healthy, unless that would change nothing."""
    night, failed = execute(instance, DAILY, console)
    if failed and not is_judged(instance, night):
        return _publish_healthy(instance, decisions, console, night, failed)
    return report_of(instance, [night], failed, decisions)


def run_rest(instance: dg.DagsterInstance, decisions: PublicationLog, console: Console, ended: str) -> RunReport:
    """What a terminal does after a run that was ended at its limit. Raises MUT-RUN-001 when no such run failed."""
    run = failed_run(instance, ended)
    failed = causes(instance, run.run_id)
    tell_people(instance, run.run_id, console)
    if run.job_name == DAILY:
        return _publish_healthy(instance, decisions, console, run.run_id, failed)
    before = [run.tags[AFTER]] if AFTER in run.tags else []
    return report_of(instance, [*before, run.run_id], failed, decisions)


def _publish_healthy(
    instance: dg.DagsterInstance, decisions: PublicationLog, console: Console, night: str, failed: list[str]
) -> RunReport:
    console.print("The healthy collections do not wait for the sick: publishing the newest good snapshots.\n")
    second, more = execute(instance, LATEST, console, tags={AFTER: night})
    failed += [cause for cause in more if cause not in failed]
    return report_of(instance, [night, second], failed, decisions)


def run_latest(
    instance: dg.DagsterInstance,
    decisions: PublicationLog,
    console: Console,
    config: Mapping[str, str | bool | list[str]],
) -> RunReport:
    """The second half alone, with what a person asked of the publication (`approve`, `as_of`, `release`)."""
    run_id, failed = execute(instance, LATEST, console, {"ops": {"kb_dataset": {"config": dict(config)}}})
    return report_of(instance, [run_id], failed, decisions)


def report_of(
    instance: dg.DagsterInstance, runs: Sequence[str], causes: Sequence[str], decisions: PublicationLog
) -> RunReport:
    """How these runs ended: the publication that one of them made, what its checks warned of, and what is proved."""
    try:
        last, proof, own = decisions.last(), decisions.served.last(), decisions.of_runs(runs)
    except Failure as failure:  # the bucket may be why the run failed
        warned = tuple(warnings(instance, runs))
        return RunReport(tuple(runs), tuple(causes), None, warned, unknown(failure), known=False)
    looked = proof is not None and proof.run_id in runs
    held = [outcome.collection for outcome in own.outcomes if outcome.held_lines] if own else []
    warned = tuple(warnings(instance, runs, told={(f"raw_{name}", "usable_rows") for name in held}))
    return RunReport(tuple(runs), tuple(causes), own, warned, verdict(last, proof, looked=looked))
