"""How the glue speaks to Dagster: failures that say whether a retry helps, verdicts of checks, tables of changes.

What belongs here: translating what doors and domain return into Dagster's events. What does not: any decision
about data.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import dagster as dg

from mut_assets.domain.changes import TableChanges
from mut_assets.resources.decisions import Line, Outcome
from mut_assets.resources.failures import Failure, Retries, TransientFailure

ROWS_SHOWN = 100

Metadata = dict[str, Any]
"""Metadata of a materialization by name, as Dagster accepts it."""


@contextmanager
def announced(context: dg.AssetExecutionContext, retries: Retries) -> Iterator[None]:
    """Turns the platform's failures into Dagster's.

    A transient one asks for a retry, also when a single asset was materialized from the UI; a permanent one ends
    the step at its first attempt. Anything else is a defect: it fails as it is, with its traceback, untried again.
    """
    try:
        yield
    except TransientFailure as failure:
        if context.retry_number < retries.most:
            wait = retries.wait(context.retry_number, failure.retry_after)
            context.log.warning(f"{failure} Trying again in {wait:.0f} s.")
            raise dg.RetryRequested(max_retries=retries.most, seconds_to_wait=wait) from failure
        raise _as_dagster(failure) from failure
    except Failure as failure:
        raise _as_dagster(failure) from failure


def _as_dagster(failure: Failure) -> dg.Failure:
    return dg.Failure(
        description=str(failure),
        metadata={"code": failure.code, "what": failure.what, "advice": failure.advice},
        allow_retries=False,
    )


@dataclass(frozen=True)
class Verdict:
    """What a rule found: an empty list of problems is a pass. `blocking` ones keep the table from being written."""

    check: str
    problems: Sequence[str]
    blocking: bool = True
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR


def judged(verdicts: Iterable[Verdict], subject: str) -> Iterator[dg.AssetCheckResult]:
    """Yields every verdict as a check result, then raises MUT-DATA-001 if a blocking one failed.

    It raises before the output, so the frame never becomes a snapshot: Dagster's own blocking checks stop only the
    run they are in, and a later run would read the bad table.
    """
    blocking = []
    for verdict in verdicts:
        yield dg.AssetCheckResult(
            check_name=verdict.check,
            passed=not verdict.problems,
            severity=verdict.severity,
            metadata={"problems": dg.MetadataValue.md(bullets(verdict.problems))} if verdict.problems else {},
        )
        if verdict.problems and verdict.blocking:
            blocking += list(verdict.problems)
    if blocking:
        raise dg.Failure(
            description=(
                f"MUT-DATA-001: {subject} was read but not accepted: {'; '.join(blocking[:3])}. "
                "The last good table stays in use. Correct it at its source, then materialize this asset again."
            ),
            metadata={"code": "MUT-DATA-001"},
            allow_retries=False,
        )


def bullets(lines: Sequence[str], most: int = 20) -> str:
    """A Markdown list, cut after `most` lines with the number of those left out."""
    shown = [f"- {line}" for line in lines[:most]]
    return "\n".join(shown + ([f"- and {len(lines) - most} more"] if len(lines) > most else []))


def table(columns: Sequence[str], rows: Sequence[Sequence[str | int]]) -> dg.MetadataValue:
    """A table that Dagster's UI draws as one."""
    return dg.MetadataValue.table(
        records=[dg.TableRecord(dict(zip(columns, row, strict=True))) for row in rows[:ROWS_SHOWN]],
        schema=dg.TableSchema(columns=[dg.TableColumn(name) for name in columns]),
    )


def raw_changes(changes: TableChanges | None) -> Metadata:
    """What a new raw table changes against the one before; None when there was none."""
    if changes is None:
        return {"changes": "first snapshot"}
    rows = (
        [("added", title, "", "", "") for _, title in changes.added]
        + [("removed", title, "", "", "") for _, title in changes.removed]
        + [("changed", one.title, one.field, one.before, one.after) for one in changes.changed]
    )
    found: Metadata = {
        "rows_added": len(changes.added),
        "rows_removed": len(changes.removed),
        "rows_changed": len({one.id for one in changes.changed}),
    }
    if rows:
        found["changes"] = table(("what", "title", "field", "before", "after"), rows)
    return found


def outcome_rows(outcomes: Sequence[Outcome]) -> dg.MetadataValue:
    """One row per collection: what publishing did."""
    columns = ("collection", "status", "rows", "added", "changed", "removed", "held", "unchanged", "where")
    return table(columns, [[getattr(outcome, name) for name in columns] for outcome in outcomes])


def change_rows(outcomes: Sequence[Outcome]) -> dg.MetadataValue | None:
    """One row per document that was added, changed, removed or held; None when there is none."""
    rows = [
        (outcome.collection, what, line.title, line.detail, line.link)
        for outcome in outcomes
        for what, lines in _kinds(outcome)
        for line in lines
    ]
    return table(("collection", "what", "title", "detail", "link"), rows) if rows else None


def _kinds(outcome: Outcome) -> Sequence[tuple[str, Sequence[Line]]]:
    suffix = " (refused)" if outcome.status == "refused" else ""
    return (
        (f"added{suffix}", outcome.added_lines),
        (f"changed{suffix}", outcome.changed_lines),
        (f"removed{suffix}", outcome.removed_lines),
        ("held", outcome.held_lines),
    )
