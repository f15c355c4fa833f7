"""`mut run`: the night's work at a terminal, with its progress and a table at the end.

What belongs here: which jobs, in which order, and how it ended. What does not: executing them (`jobs.py`). A failed
night is followed by `publish_latest`, as the sensor does under the daemon; the exit status stays that of the night.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mut_assets.automation import DAILY, LATEST
from mut_assets.domain.plans.outcome import Outcome, Publication
from mut_assets.operations.jobs import execute
from mut_assets.resources.bucket.publication_log import PublicationLog


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


def run_daily(instance: dg.DagsterInstance, decisions: PublicationLog, console: Console) -> RunReport:
    """The whole night; after a failure also the second half over what is healthy."""
    first, failed = execute(instance, DAILY, console)
    runs = [first]
    if failed:
        console.print("The healthy collections do not wait for the sick: publishing the newest good snapshots.\n")
        second, more = execute(instance, LATEST, console)
        runs.append(second)
        failed += [cause for cause in more if cause not in failed]
    return RunReport(tuple(runs), tuple(failed), publication_of(runs, decisions))


def run_latest(
    instance: dg.DagsterInstance, decisions: PublicationLog, console: Console, config: Mapping[str, str]
) -> RunReport:
    """The second half alone, with what a person asked of the publication (`approve`, `as_of`)."""
    run_id, failed = execute(instance, LATEST, console, {"ops": {"kb_dataset": {"config": dict(config)}}})
    return RunReport((run_id,), tuple(failed), publication_of([run_id], decisions))


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
    table = Table(box=box.SIMPLE_HEAD, padding=0, pad_edge=False)
    table.add_column("collection", no_wrap=True)
    for name in ("rows", "added", "changed", "removed", "held", "unchanged"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("result", no_wrap=True)
    for outcome in outcomes:
        counts = (outcome.rows, outcome.added, outcome.changed, outcome.removed, outcome.held, outcome.unchanged)
        result = f"[red]{outcome.status}[/red]" if outcome.status in ("refused", "failed") else outcome.status
        table.add_row(outcome.collection, *map(str, counts), result)
    return table


def _print_notes(outcome: Outcome, console: Console) -> None:
    for line in outcome.held_lines[:5]:
        console.print(
            f"[yellow]held[/yellow]  {escape(f'{outcome.collection}: {line.title}: {line.detail}')}", soft_wrap=True
        )
    if outcome.status in ("refused", "failed"):
        console.print(f"[red]{outcome.status}[/red]  {escape(outcome.why_kept())}", soft_wrap=True, highlight=False)
    if outcome.status == "absent":
        why = "there is nothing to read it from yet: upload its file, or see why its raw asset failed"
        console.print(f"[yellow]absent[/yellow]  {outcome.collection}: {why}", soft_wrap=True)


def publication_of(runs: Sequence[str], decisions: PublicationLog) -> Publication | None:
    """The last publication, if one of these runs made it."""
    last = decisions.last()
    return last if last is not None and last.run_id in runs else None
