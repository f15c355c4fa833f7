"""Shows a person by name what would be published, and asks before it is done.

What belongs here: showing and asking. What does not: making the plans (`plan.py`), or applying them (`run.py`).
"""

import sys
from collections.abc import Sequence

import typer
from rich.console import Console
from rich.markup import escape

from mut_assets.domain.plans.outcome import Line, Outcome
from mut_assets.operations.report import one_line
from mut_assets.resources.failures import PermanentFailure

SHOWN = 20
"""Documents of each kind that are named, per collection; all of them are counted."""


def print_changes(outcomes: Sequence[Outcome], console: Console) -> None:
    """Which documents are added (+), changed (~, with what changes) and removed (-, with why), by title."""
    for outcome in outcomes:
        _print_kind(outcome.collection, "+", "added", outcome.added, outcome.added_lines, console)
        _print_kind(outcome.collection, "~", "changed", outcome.changed, outcome.changed_lines, console)
        _print_kind(outcome.collection, "-", "removed", outcome.removed, outcome.removed_lines, console)


def _print_kind(collection: str, sign: str, word: str, count: int, lines: Sequence[Line], console: Console) -> None:
    if not count:
        return
    console.print(escape(f"{collection}: {count} {word}"), highlight=False)
    for line in lines[:SHOWN]:
        detail = f": {line.detail}" if line.detail else ""
        console.print(f"  {sign} {escape(one_line(line.title + detail))}", soft_wrap=True, highlight=False)
    if count > SHOWN:
        console.print(f"  {sign} … and {count - min(SHOWN, len(lines))} more", highlight=False)


def confirmed(yes: bool, question: str = "Publish this?") -> bool:
    """Whether a person wants what was shown. Raises MUT-RUN-011 where nobody can be asked and `yes` was not given."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise PermanentFailure(
            "MUT-RUN-011",
            "Nobody can be asked whether this is meant: the command has no terminal.",
            "Read what it would do; if that is meant, repeat it with --yes.",
        )
    return typer.confirm(question)
