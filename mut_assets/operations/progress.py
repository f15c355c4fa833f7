"""A run's events as lines for a terminal."""

import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import dagster as dg
from rich.console import Console
from rich.markup import escape

from mut_assets.assets.reporting import reason

INFO = 20
_REPORTED = {
    "dagster/row_count": "rows",
    "documents_written": "documents written",
    "documents_deleted": "deleted",
    "numberOfDocumentsScanned": "documents scanned",
    "numberOfNewDocumentsIndexed": "new",
    "numberOfModifiedDocumentsIndexed": "modified",
    "numberOfDocumentsDeleted": "deleted",
    "embedded": "embedded",
}
"""The metadata of a materialization that its line shows, and in which words."""


class Progress:
    """Prints the events of the run with these tags that are new since the last look."""

    def __init__(self, instance: dg.DagsterInstance, tags: Mapping[str, str], console: Console) -> None:
        self._instance = instance
        self._tags = dict(tags)
        self._run_id = ""
        self._console = console
        self._cursor: str | None = None
        self._started: dict[str, float] = {}

    def show_new(self) -> None:
        """Prints what happened since the last call; nothing before the run exists."""
        if not self._run_id:
            runs = self._instance.get_runs(filters=dg.RunsFilter(tags=self._tags), limit=1)
            if not runs:
                return
            self._run_id = runs[0].run_id
            self._console.print(f"  run   {self._run_id}", highlight=False)
        while True:
            page = self._instance.get_records_for_run(self._run_id, cursor=self._cursor, limit=200)
            for record in page.records:
                line = self._line(record.event_log_entry)
                if line:
                    self._console.print(line, soft_wrap=True, highlight=False)
            if page.cursor:
                self._cursor = page.cursor
            if not page.has_more:
                return

    def _line(self, entry: Any) -> str:
        event = entry.dagster_event
        if event is None:
            return f"    [dim]{escape(entry.user_message)}[/dim]" if entry.level >= INFO else ""
        if event.event_type_value == "STEP_START":
            self._started[event.step_key] = entry.timestamp
        if event.event_type_value == "ASSET_MATERIALIZATION":
            took = entry.timestamp - self._started.get(event.step_key, time.time())
            return f"  [green]ok[/green]    {event.step_key:<24} {took:6.2f} s  {_reported(event)}"
        if event.event_type_value == "ASSET_CHECK_EVALUATION" and not event.asset_check_evaluation_data.passed:
            check = event.asset_check_evaluation_data
            return f"  [yellow]check[/yellow] {check.asset_key.to_user_string()}: {check.check_name} did not pass"
        if event.event_type_value == "STEP_UP_FOR_RETRY":
            return f"  [yellow]again[/yellow] {event.step_key:<24} will be tried again"
        if event.event_type_value == "STEP_FAILURE":
            return f"  [red]failed[/red] {event.step_key:<23} {escape(reason_line(event.event_specific_data.error))}"
        return ""


def _reported(event: Any) -> str:
    metadata = event.step_materialization_data.materialization.metadata
    parts = [f"{metadata[name].value} {label}" for name, label in _REPORTED.items() if name in metadata]
    absent = str(metadata["source"].value) if "source" in metadata else ""
    if absent.startswith("absent"):
        parts.append(absent)
    return escape(", ".join(parts))


def causes(instance: dg.DagsterInstance, run_id: str) -> list[str]:
    """Why a run failed: one line per failed step, and what ended the run as a whole; empty when it succeeded."""
    run = instance.get_run_by_id(run_id)
    if run is not None and run.status is dg.DagsterRunStatus.SUCCESS:
        return []
    entries = instance.all_logs(run_id, of_type={dg.DagsterEventType.STEP_FAILURE})
    failed = [
        # The data of a failed step.
        f"{event.step_key}: {reason_line(event.event_specific_data.error)}"  # type: ignore[union-attr]
        for event in (entry.dagster_event for entry in entries)
        if event is not None
    ]
    events = instance.all_logs(run_id, of_type={dg.DagsterEventType.RUN_FAILURE})
    ends = [entry.dagster_event.message or "" for entry in events if entry.dagster_event]
    failed += [end for end in ends if "MUT-" in end or (end and not failed)]
    return failed or [f"the run ended as {run.status.value if run else 'unknown'}; see its log in the UI"]


def warnings(instance: dg.DagsterInstance, runs: Sequence[str], told: Collection[tuple[str, str]] = ()) -> list[str]:
    """What the checks of these runs warned of, one line each; a later run's word on a check replaces an earlier one's.

    What ended a run is in its `causes`; checks that are `told` otherwise, by asset and name, are left out.
    """
    last: dict[tuple[str, str], str] = {}
    for run_id in runs:
        for entry in instance.all_logs(run_id, of_type={dg.DagsterEventType.ASSET_CHECK_EVALUATION}):
            # The data of an evaluation.
            check = entry.dagster_event.asset_check_evaluation_data  # type: ignore[union-attr]
            asset = check.asset_key.to_user_string()
            warns = not check.passed and check.severity is dg.AssetCheckSeverity.WARN
            last[asset, check.check_name] = f"{asset}: {check.description or check.check_name}" if warns else ""
    return [line for check, line in last.items() if line and check not in told]


def reason_line(error: Any) -> str:
    """The first line of what went wrong."""
    return (reason(error).splitlines() or ["no reason was recorded"])[0]
