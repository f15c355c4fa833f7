"""`mut run`: the night's work at a terminal, with its progress and a table at the end.

What belongs here: executing jobs in this process and saying how it goes. What does not: what the jobs do. A failed
night is followed by `publish_latest`, as the sensor does under the daemon; the exit status stays that of the night.
"""

import threading
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mut_assets.automation import AT_A_TERMINAL, DAILY, LATEST
from mut_assets.operations.progress import Progress, causes
from mut_assets.resources.decisions import Decisions, Outcome, Publication

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""The progress lines say what happens; Dagster's own console log would drown them. The event log keeps it all."""


@dataclass(frozen=True)
class RunReport:
    """How a night at a terminal ended. `causes` is empty when everything wanted was published."""

    runs: tuple[str, ...]
    causes: tuple[str, ...]
    publication: Publication | None

    @property
    def published(self) -> bool:
        """Whether everything wanted was published."""
        return not self.causes


def run_daily(
    instance: dg.DagsterInstance, definitions: dg.Definitions, decisions: Decisions, console: Console
) -> RunReport:
    """The whole night; after a failure also the second half over what is healthy."""
    first, failed = execute(instance, definitions, DAILY, console)
    runs = [first]
    if failed:
        console.print("The healthy collections do not wait for the sick: publishing the newest good snapshots.\n")
        second, more = execute(instance, definitions, LATEST, console)
        runs.append(second)
        failed += [cause for cause in more if cause not in failed]
    return RunReport(tuple(runs), tuple(failed), _publication(decisions, runs))


def run_latest(
    instance: dg.DagsterInstance,
    definitions: dg.Definitions,
    decisions: Decisions,
    console: Console,
    config: Mapping[str, str],
) -> RunReport:
    """The second half alone, with what a person asked of the publication (`approve`, `as_of`)."""
    run_id, failed = execute(instance, definitions, LATEST, console, {"ops": {"kb_dataset": {"config": dict(config)}}})
    return RunReport((run_id,), tuple(failed), _publication(decisions, [run_id]))


def execute(
    instance: dg.DagsterInstance,
    definitions: dg.Definitions,
    job: str,
    console: Console,
    config: Mapping[str, Any] | None = None,
) -> tuple[str, list[str]]:
    """Executes a job in this process, showing progress; gives the run id and why it failed (empty: it did not)."""
    run_id = str(uuid.uuid4())
    with shown(instance, run_id, job, console):
        definitions.resolve_job_def(job).execute_in_process(
            run_config={**QUIET, **(config or {})},
            instance=instance,
            run_id=run_id,
            tags={AT_A_TERMINAL: "true"},
            raise_on_error=False,
        )
        return run_id, causes(instance, run_id)


class shown:
    """Prints a run's progress from another thread while the block executes it."""

    def __init__(self, instance: dg.DagsterInstance, run_id: str, job: str, console: Console) -> None:
        self._progress = Progress(instance, run_id, console)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="progress", daemon=True)
        console.print(f"[bold]{job}[/bold]  run {run_id[:8]}")

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        self._progress.show_new()

    def _watch(self) -> None:
        while not self._done.wait(0.2):
            self._progress.show_new()


def print_report(report: RunReport, console: Console, here: Path) -> None:
    """The table a person reads at the end, then what went wrong, if anything did."""
    if report.publication is not None:
        print_outcomes(report.publication.outcomes, console, here)
    for cause in report.causes:
        console.print(f"[red]not done[/red]  {escape(cause)}", soft_wrap=True, highlight=False)
    if report.publication is None:
        console.print("[red]Nothing was published in this run;[/red] what was published before stays.")
    elif report.published:
        console.print("[green]Everything wanted is published and served.[/green]")


def print_outcomes(outcomes: Sequence[Outcome], console: Console, here: Path) -> None:
    """The table of collections, then what is held, refused or absent."""
    console.print(_table(outcomes))
    for outcome in outcomes:
        console.print(f"  {outcome.collection:<12}  {outcome.where.removeprefix(f'{here}/')}", soft_wrap=True)
    console.print()
    for outcome in outcomes:
        _print_notes(outcome, console)


def _table(outcomes: Sequence[Outcome]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
    table.add_column("collection", no_wrap=True)
    for name in ("rows", "added", "changed", "removed", "held", "unchanged"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("result", no_wrap=True)
    for one in outcomes:
        counts = (one.rows, one.added, one.changed, one.removed, one.held, one.unchanged)
        result = f"[red]{one.status}[/red]" if one.status in ("refused", "failed") else one.status
        table.add_row(one.collection, *map(str, counts), result)
    return table


def _print_notes(outcome: Outcome, console: Console) -> None:
    for line in outcome.held_lines[:5]:
        console.print(
            f"[yellow]held[/yellow]  {escape(f'{outcome.collection}: {line.title}: {line.detail}')}", soft_wrap=True
        )
    if outcome.status in ("refused", "failed"):
        console.print(f"[red]{outcome.status}[/red]  {escape(outcome.why_kept())}", soft_wrap=True, highlight=False)
    if outcome.status == "absent":
        console.print(f"[yellow]absent[/yellow]  {outcome.collection}: there is nothing to read it from yet")


def _publication(decisions: Decisions, runs: list[str]) -> Publication | None:
    last = decisions.last()
    return last if last is not None and last.run_id in runs else None
