"""How the glue speaks to Dagster: failures that say whether a retry helps, verdicts of checks, tables of changes.

What belongs here: translating what doors and domain return into Dagster's events. What does not: decisions about data.
"""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import dagster as dg
import pandas as pd

from mut_assets.domain.collections import Collection
from mut_assets.domain.plans.outcome import Line, Outcome
from mut_assets.domain.tables.changes import TableChanges
from mut_assets.resources.failures import Failure, Retries, TransientFailure

ROWS_SHOWN = 100
LINKS_SHOWN = 20

Metadata = dict[str, Any]
"""Metadata of a materialization by name, as Dagster accepts it."""


@contextmanager
def as_dagster_failures(context: dg.AssetExecutionContext | dg.OpExecutionContext, retries: Retries) -> Iterator[None]:
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


def seconds_spent(context: dg.AssetExecutionContext, step: str) -> float:
    """Seconds since the first try of a step began, of the time that its tries have together; 0 in the first."""
    if context.retry_number == 0:
        return 0.0
    (stats,) = context.instance.get_run_step_stats(context.run.run_id, [step])
    return time.time() - (stats.start_time or time.time())


def _as_dagster(failure: Failure) -> dg.Failure:
    return dg.Failure(
        description=str(failure),
        metadata={"code": failure.code, "what": failure.what, "advice": failure.advice},
        allow_retries=False,
    )


def reason(error: Any) -> str:
    """What went wrong, from the chain of errors in which Dagster wraps what a step raised.

    The platform's own message, whole, if one is in the chain; else the first line of the innermost cause; "" for None.
    """
    while error is not None and error.cause is not None and "MUT-" not in error.message:
        error = error.cause
    text = "" if error is None else error.message.strip()
    return text.split("Failure: ", 1)[-1] if "MUT-" in text else (text.splitlines() or [""])[0]


@dataclass(frozen=True)
class CheckVerdict:
    """What a rule found: an empty list of problems is a pass. `blocking` ones keep the table from being written."""

    problems: Sequence[str] = ()
    blocking: bool = True
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR
    shown: Metadata = field(default_factory=dict)
    """What the check's page shows besides: numbers are plotted over time, a table names every row."""


@dataclass(frozen=True)
class TableCheck:
    """A check inside a table's asset: its name and words for the UI, and the rule that a table must pass."""

    name: str
    description: str
    rule: Callable[[pd.DataFrame, Collection], CheckVerdict]


def check_specs(checks: Iterable[TableCheck], asset: str) -> list[dg.AssetCheckSpec]:
    """What an asset announces when definitions load; every check blocks what comes after it."""
    return [
        dg.AssetCheckSpec(check.name, asset=asset, blocking=True, description=check.description) for check in checks
    ]


def verdicts(
    checks: Iterable[TableCheck], frame: pd.DataFrame | None, collection: Collection
) -> dict[str, CheckVerdict]:
    """The verdict on a table, by check; where there is no table, no rule is broken."""
    return {check.name: CheckVerdict() if frame is None else check.rule(frame, collection) for check in checks}


def yield_checks(verdicts: Mapping[str, CheckVerdict], subject: str) -> Iterator[dg.AssetCheckResult]:
    """Yields every verdict as the result of its check, then raises MUT-DATA-001 if a blocking one failed.

    It raises before the output, so the frame never becomes a snapshot: Dagster's own blocking checks stop only the
    run they are in, and a later run would read the bad table.
    """
    blocking = []
    for name, verdict in verdicts.items():
        yield dg.AssetCheckResult(
            check_name=name,
            passed=not verdict.problems,
            description=summary(verdict.problems),
            severity=verdict.severity,
            metadata={**findings("problems", verdict.problems), **verdict.shown},
        )
        if verdict.problems and verdict.blocking:
            blocking += list(verdict.problems)
    if blocking:
        raise final_failure(
            "MUT-DATA-001",
            f"{subject} was read but not accepted: {'; '.join(blocking[:3])}. "
            "The last good table stays in use. Correct it at its source, then materialize this asset again.",
        )


def final_failure(code: str, sentences: str) -> dg.Failure:
    """The end of a step that would find the same at a second attempt."""
    return dg.Failure(f"{code}: {sentences}", metadata={"code": code}, allow_retries=False)


def log_lines(context: dg.AssetExecutionContext, lines: Sequence[str], most: int = 20) -> None:
    """Lines of the run's log, which a terminal shows; cut after `most` with the number of those left out."""
    more = [f"and {len(lines) - most} more"] if len(lines) > most else []
    for line in [*lines[:most], *more]:
        context.log.info(line)


def bullets(lines: Sequence[str], most: int = 20) -> str:
    """A Markdown list, cut after `most` lines with the number of those left out."""
    shown = [f"- {line}" for line in lines[:most]]
    return "\n".join(shown + ([f"- and {len(lines) - most} more"] if len(lines) > most else []))


def listed(name: str, lines: Sequence[str]) -> Metadata:
    """A Markdown list of plain text under this name; nothing for no lines. Keys and cells are whatever people wrote."""
    return {name: dg.MetadataValue.md(bullets([escaped(line) for line in lines]))} if lines else {}


def summary(problems: Sequence[str]) -> str | None:
    """What a failed check says in one line, in the UI and at a terminal; None for a passed one."""
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{problems[0]}{more}" if problems else None


def tabled(name: str, columns: Sequence[str], rows: Sequence[Sequence[str | int]]) -> Metadata:
    """A table under this name; nothing for no rows."""
    return {name: table(columns, rows)} if rows else {}


def findings(name: str, problems: Sequence[str]) -> Metadata:
    """What a failed check found, one per row; nothing for a passed one.

    A table, because a check's page shows tables at once and hides Markdown behind a click.
    """
    return tabled(name, (name,), [(problem,) for problem in problems])


def table(
    columns: Sequence[str] | Mapping[str, str], rows: Sequence[Sequence[str | int]], total: int = 0
) -> dg.MetadataValue:
    """A table that Dagster's UI draws as one; a last row says how many of `total` (or of `rows`) are not shown.

    `columns` may say what each column means: "Show schema" tells it.
    """
    meaning = columns if isinstance(columns, Mapping) else {}
    total = max(total, len(rows))
    if total > min(len(rows), ROWS_SHOWN):
        rows = rows[: ROWS_SHOWN - 1]
        rows = [*rows, (f"… and {total - len(rows)} more", *[""] * (len(columns) - 1))]
    return dg.MetadataValue.table(
        records=[dg.TableRecord(dict(zip(columns, row, strict=True))) for row in rows],
        schema=dg.TableSchema(columns=[dg.TableColumn(name, description=meaning.get(name)) for name in columns]),
    )


def raw_changes(changes: TableChanges | None) -> Metadata:
    """What a new raw table changes against the one before; None when there was none."""
    if changes is None:
        return {"changes": "first snapshot"}
    rows = (
        [("added", title, "", "", "") for _, title in changes.added]
        + [("removed", title, "", "", "") for _, title in changes.removed]
        + [("changed", change.title, change.field, change.before, change.after) for change in changes.changed]
    )
    return {
        "rows_added": len(changes.added),
        "rows_removed": len(changes.removed),
        "rows_changed": len({change.id for change in changes.changed}),
        **tabled("changes", ("what", "title", "field", "before", "after"), rows),
    }


_OUTCOME = {
    "collection": "One plan each; they do not wait for each other.",
    "status": "published, unchanged, absent (no source), or refused or failed: it kept its old documents.",
    "rows": "Rows of the raw table that was read.",
    "added": "Documents that were not published before.",
    "changed": "Documents whose text or metadata is another one now.",
    "removed": "Documents whose source is gone.",
    "held": "Records that could not be understood; their published documents stay for 30 days.",
    "unchanged": "Documents that are published as they should be; they were not written.",
}

_CHANGE = {
    "collection": "The collection of the document.",
    "what": "added, changed, removed or held; “(refused)” when the plan was not applied.",
    "title": "The document's title.",
    "detail": "Which fields differ, why it was removed, or what is wrong with the record.",
}


def outcome_rows(outcomes: Sequence[Outcome]) -> dg.MetadataValue:
    """One row per collection: what publishing did."""
    return table(_OUTCOME, [[getattr(outcome, name) for name in _OUTCOME] for outcome in outcomes])


def snapshot_rows(outcomes: Sequence[Outcome]) -> dg.MetadataValue:
    """One row per collection: the snapshot that was read."""
    return table(("collection", "snapshot"), [(outcome.collection, outcome.snapshot or "none") for outcome in outcomes])


def change_rows(outcomes: Sequence[Outcome]) -> Metadata:
    """What was added, changed, removed or held: a table by title, and the links, which a table cannot make clickable.

    The table says how many documents it leaves out. Nothing when there is no change.
    """
    rows, links = [], []
    for outcome in outcomes:
        for what, line in _changes(outcome):
            rows.append((outcome.collection, what, line.title, line.detail))
            if line.link:
                links.append(f"{what}: {linked(line.title, line.link)}")
    if not rows:
        return {}
    total = sum(outcome.added + outcome.changed + outcome.removed + outcome.held for outcome in outcomes)
    if len(links) > LINKS_SHOWN:  # not how many: an outcome names only the first documents of each kind
        links = [*links[:LINKS_SHOWN], "and more"]
    return {
        "changes": table(_CHANGE, rows, total),
        **({"links": dg.MetadataValue.md(bullets(links, len(links)))} if links else {}),
    }


_OF_ADDRESSES = "%/:?#@!$&'+,;=~-."


def escaped(text: str) -> str:
    """Text on one line that Markdown takes as text: no link, picture, code, HTML or entity of somebody else's."""
    return re.sub(r"([\\`*_\[\]<>&~|!#])", r"\\\1", " ".join(text.split()))


def linked(title: str, link: str) -> str:
    """A title that leads to a page; an address of another kind is shown, and leads nowhere."""
    if not link.startswith(("http://", "https://")):
        return f"{escaped(title)} ({escaped(link)})"
    # Without brackets and blanks, which would end the address, and whatever else is no letter of one.
    return f"[{escaped(title)}]({quote(link, safe=_OF_ADDRESSES)})"


def _changes(outcome: Outcome) -> Iterator[tuple[str, Line]]:
    suffix = " (refused)" if outcome.status == "refused" else ""
    yield from ((f"added{suffix}", line) for line in outcome.added_lines)
    yield from ((f"changed{suffix}", line) for line in outcome.changed_lines)
    yield from ((f"removed{suffix}", line) for line in outcome.removed_lines)
    yield from (("held", line) for line in outcome.held_lines)
