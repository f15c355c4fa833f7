"""What a terminal shows of a night: where it reads and writes, and the outcome of each collection.

What belongs here: words and tables for a terminal. What does not: running anything, so that it needs no Dagster.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mut_assets.domain.collections import PREGUNTAS
from mut_assets.domain.plans.hold import Holds, in_force
from mut_assets.domain.plans.outcome import Outcome, Publication
from mut_assets.domain.plans.serving import Verdict
from mut_assets.environments import Settings
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.failures import Failure
from mut_assets.resources.wordpress.failures import without_secrets

HELD_SHOWN = 5
"""Held records of a collection that are named."""
_COUNTS = ("rows", "added", "changed", "removed", "held", "unchanged")


@dataclass(frozen=True)
class RunReport:
    """How a night at a terminal ended.

    `causes` say what failed; `publication` is None when none of these runs made one. `warnings` are of the checks, and
    `verdict` is what was proved of what is published.
    """

    runs: tuple[str, ...]
    causes: tuple[str, ...]
    publication: Publication | None
    warnings: tuple[str, ...]
    verdict: Verdict
    known: bool = True
    """False where the bucket could not be asked what these runs published."""

    @property
    def done(self) -> bool:
        """Whether nothing failed, and visitors miss nothing that they had."""
        return not self.causes and self.verdict.state != "lost"


def unknown(failure: Failure) -> Verdict:
    """The last line where the bucket does not say what is published, which is no success."""
    return Verdict("lost", f"What is published, and whether it is served, cannot be told: {failure}")


def printable(text: str) -> str:
    """Text without line breaks and escape sequences for the terminal: titles and errors come from other systems."""
    return "".join(character if character.isprintable() else " " for character in text)


def one_line(text: str) -> str:
    """Printable text with single spaces."""
    return " ".join(printable(text).split())


def print_where(settings: Settings, bucket: Bucket, console: Console) -> None:
    """What is read, and where it is written."""
    source = "the bundled sample site (fictional)" if settings.bundled else without_secrets(settings.api_base_url)
    console.print(
        f"reading [bold]{escape(source)}[/bold]\nwriting [bold]{escape(bucket.where)}[/bold]\n", highlight=False
    )


def print_report(report: RunReport, console: Console, here: Path) -> None:
    """The table a person reads at the end, then what to look at, what went wrong, and the verdict."""
    if report.publication is not None:
        print_outcomes(report.publication.outcomes, console, here)
        print_rollbacks(report.publication.holds, console)
    print_warnings(report.warnings, console)
    for cause in report.causes:
        console.print(f"[red]not done[/red]  {escape(cause)}", soft_wrap=True, highlight=False)
    if report.publication is None and report.known:
        console.print("Nothing was published in this run; what was published before stays.")
    if report.causes and report.verdict.state == "served":
        console.print("[yellow]Every published document is served; what is not done is said above.[/yellow]")
    else:
        print_verdict(report.verdict, console)


def print_rollbacks(holds: Holds, console: Console) -> None:
    """One line per rollback that is in force."""
    for sentence in in_force(holds):
        console.print(f"[yellow]rollback[/yellow]  {escape(sentence)}", soft_wrap=True, highlight=False)


def print_warnings(warnings: Sequence[str], console: Console) -> None:
    """One line each."""
    for warning in warnings:
        console.print(f"[yellow]warning[/yellow]  {escape(one_line(warning))}", soft_wrap=True, highlight=False)


def print_verdict(verdict: Verdict, console: Console) -> None:
    """The last line: what is true of what is published."""
    colour = {"served": "green", "warned": "yellow", "lost": "red"}[verdict.state]
    console.print(f"[{colour}]{escape(verdict.sentence)}[/{colour}]", soft_wrap=True, highlight=False)


def print_outcomes(outcomes: Sequence[Outcome], console: Console, here: Path) -> None:
    """The table of collections, then what is held, refused or absent."""
    console.print(_table(outcomes))
    for outcome in outcomes:
        where = escape(f"  {outcome.collection:<12}  {outcome.where.removeprefix(f'{here}/')}")
        console.print(where, soft_wrap=True)
    console.print()
    for outcome in outcomes:
        _print_notes(outcome, console)


def _table(outcomes: Sequence[Outcome]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=0, pad_edge=False)
    table.add_column("collection", no_wrap=True)
    for name in _COUNTS:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("result", no_wrap=True)
    for outcome in outcomes:
        counts = (str(getattr(outcome, name)) for name in _COUNTS)
        result = f"[red]{outcome.status}[/red]" if outcome.status in ("refused", "failed") else outcome.status
        table.add_row(escape(outcome.collection), *counts, result)
    return table


def _print_notes(outcome: Outcome, console: Console) -> None:
    for line in outcome.held_lines[:HELD_SHOWN]:
        held = escape(f"{outcome.collection}: {line.title}: {line.detail}")
        console.print(f"[yellow]held[/yellow]  {held}", soft_wrap=True)
    if outcome.held > HELD_SHOWN:
        more = outcome.held - HELD_SHOWN
        console.print(
            f"[yellow]held[/yellow]  {outcome.collection}: and {more} more; the table in raw/ names each",
            soft_wrap=True,
        )
    if outcome.status in ("refused", "failed"):
        console.print(f"[red]{outcome.status}[/red]  {escape(outcome.why_kept())}", soft_wrap=True, highlight=False)
    if outcome.status == "absent":
        by_hand = outcome.collection == PREGUNTAS.name
        how = "there is nothing to read it from yet: upload its file" if by_hand else "not read yet: `mut run` reads it"
        why = f"{how}, or see why its raw asset failed"
        console.print(f"[yellow]absent[/yellow]  {escape(outcome.collection)}: {why}", soft_wrap=True)
