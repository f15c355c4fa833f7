"""Sentences that a night brings about: alerts, what an asset says of an absent source, and the terminal.

What belongs here: bringing the code to say them. What does not: rules of tables and documents (`sentences.py`), coded
failures (`situations.py`).
"""

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import dagster as dg
from rich.console import Console
from typer.testing import CliRunner

import mut_assets
from mut_assets.assets.agent import bedrock_agent
from mut_assets.assets.raw import raw_preguntas
from mut_assets.automation import AT_A_TERMINAL, DAILY
from mut_assets.cli import app
from mut_assets.definitions import build_definitions
from mut_assets.domain.retrieval.query import FIELDS, explain, query_terms
from mut_assets.environments import build_doors, read_settings
from mut_assets.operations.progress import causes, reason_line
from mut_assets.operations.report import RunReport, print_report
from mut_assets.resources.alerts.messages import stale_message
from mut_assets.resources.bucket.lease import Lease
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets_tests.fakes.wordpress_site import Response, WordPressSite, event, rest_error
from mut_assets_tests.golden.sentences import Said, shown
from mut_assets_tests.golden.situations import materialized, raised, waiting_is_short

# --- alerts -----------------------------------------------------------------------------------------------------------


class _Listening:
    """An alert channel that remembers."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def announce(self, subject: str, message: str, log: object) -> None:
        self.said.append(f"{subject}\n{message}")


@dg.op
def raw_tiendas() -> None:
    raise dg.Failure("MUT-WP-001: WordPress keeps its REST API closed to visitors: …. Open it ….")


@dg.job(name=DAILY)
def _failing_night() -> None:
    raw_tiendas()


def _failed_night(instance: dg.DagsterInstance, **tags: str) -> dg.RunFailureSensorContext:
    result = _failing_night.execute_in_process(instance=instance, raise_on_error=False, tags=tags)
    event = next(entry for entry in result.all_events if entry.is_run_failure)
    return dg.build_run_status_sensor_context(
        sensor_name="watching", dagster_event=event, dagster_instance=instance, dagster_run=result.dagster_run
    ).for_run_failure()


def alerts(folder: Path) -> Said:
    settings = read_settings({"MUT_HOME": str(folder)})
    doors, definitions = build_doors(settings), build_definitions(settings)
    sensors: dict[str, Any] = {sensor.name: sensor for sensor in definitions.sensors or []}
    listening = _Listening()
    asked = {"alerts": listening, "decisions": doors.decisions, "clock": doors.clock}
    record = {"run_id": "x", "at": "", "outcomes": [], "foreign": []}
    old = record | {"as_of": {"tiendas": "raw/tiendas_20200101_030000.csv"}}
    with _quiet(), dg.DagsterInstance.ephemeral() as instance:
        night = _failed_night(instance)
        sensors["announce_failure"](night, **asked)
        doors.decisions.bucket.put("state/publication.json", json.dumps(old).encode())
        sensors["announce_failure"](night, **asked)
        looking = dg.build_sensor_context(instance=instance, sensor_name="announce_stale", definitions=definitions)
        seen = sensors["announce_stale"](looking, **asked)
        again = dg.build_sensor_context(
            instance=instance, sensor_name="announce_stale", definitions=definitions, cursor=seen.cursor
        )
        [skipped] = sensors["publish_after_failure"](_failed_night(instance, **{AT_A_TERMINAL: "true"}))
        titles = ("a failed night, nothing published yet", "a failed night", "what is published has grown old")
        return [
            *zip(titles, listening.said, strict=True),
            ("assets that missed their deadline", stale_message(["raw_tiendas"], [])),
            ("a tick that has nothing to add", str(sensors["announce_stale"](again, **asked).skip_reason.skip_message)),
            ("a tick after a failed night at a terminal", str(skipped.skip_message)),
        ]


@contextmanager
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


# --- the terminal -----------------------------------------------------------------------------------------------------


def waiting_for_another_writer(folder: Path) -> Said:
    bucket = Bucket(str(folder))
    lines: list[str] = []
    with Lease(bucket).acquire("kb_dataset, run 0a1b2c3d"), waiting_is_short():
        raised(lambda: Lease(bucket).acquire("ingestion, run 4e5f6a7b", lines.append).__enter__())
    killed = Lease(bucket, now=lambda: datetime.now(UTC) - timedelta(days=1))
    killed._take("kb_dataset, run 0a1b2c3d", lines.append)
    with Lease(bucket).acquire("ingestion, run 4e5f6a7b", lines.append):
        pass
    return [(f"line {number}", line) for number, line in enumerate(lines, start=1)]


def no_faq_file(folder: Path) -> Said:
    doors = build_doors(read_settings({"MUT_HOME": str(folder), "API_BASE_URL": "http://127.0.0.1:1/wp-json"}))
    result = materialized(raw_preguntas, doors)
    [check] = [
        evaluation for evaluation in result.get_asset_check_evaluations() if evaluation.check_name == "file_present"
    ]
    [done] = result.asset_materializations_for_node("raw_preguntas")
    return [
        ("the check file_present", shown(check.metadata["problems"])),
        ("the materialization", str(done.metadata["source"].value)),
    ]


def no_agent(folder: Path) -> Said:
    done = materialized(bedrock_agent, build_doors(read_settings({"MUT_HOME": str(folder)})))
    [event] = done.asset_materializations_for_node("bedrock_agent")
    return [("the materialization", str(event.metadata["status"].value))]


class _Terminal:
    """`mut` in this process, over a small site. `definitions` is imported anew each time: it reads the environment."""

    def __init__(self, folder: Path, site: WordPressSite) -> None:
        ours = ("MUT_", "API_", "S3_", "AWS_", "DAGSTER_", "DAILY_", "LATEST_")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(ours)},
            "MUT_HOME": str(folder),
            "API_BASE_URL": site.base_url,
            "MUT_RETRY_SECONDS": "0",
            "MUT_TODAY": "2026-03-04",
            "COLUMNS": "100",
        }

    def __call__(self, *arguments: str) -> str:
        ours = sys.modules.pop("mut_assets.definitions")
        with (
            patch.dict(os.environ, self.environment, clear=True),
            patch.object(mut_assets, "definitions", ours),  # importing anew replaces this one too
        ):
            done = CliRunner().invoke(app, list(arguments))
        # Only this one is put back: what else was imported on the way stays, or each command would import it again.
        sys.modules["mut_assets.definitions"] = ours
        return f"$ mut {' '.join(arguments)}\n{done.output.rstrip()}\n(exit status {done.exit_code})"


def _once(answer: Response) -> Callable[[str], Response | None]:
    answers = [answer]
    return lambda _: answers.pop() if answers else None


def nights_at_a_terminal(folder: Path) -> Said:
    with WordPressSite() as site:
        for number in range(30):
            site.store(2000 + number, f"Tienda {number}")
        site.items["event"] = [event(9000 + number, f"Feria {number}") for number in range(6)]
        site.restaurant(4000, "Cocina")
        site.store(2003, "Pan", acf={"informacion_tienda": 7})
        mut = _Terminal(folder, site)
        said = [("before the first night", "\n".join((mut("status"), mut("search", "pan"))))]
        said.append(("no FAQ file, and a store that cannot be understood", mut("run")))
        site.faults.append(lambda path: rest_error(401, "rest_not_logged_in", "…") if "/restaurant" in path else None)
        site.event(9000, "Feria de otoño")
        said.append(("restaurants are closed, an event changed", mut("run")))
        site.faults[:] = [_once(Response(503, {"Retry-After": "600"}))]
        said.append(("after that was put right, with a short maintenance", mut("resume")))
        site.items["stores"] = site.items["stores"][8:]
        said.append(("stores are gone from the site", mut("run")))
        plan = json.loads((folder / "bucket/state/publication.json").read_text())["outcomes"][1]["plan"]
        said.append(("what waits", mut("status")))
        said.append(("approving without an id", mut("approve", "")))
        said.append(("approving what nobody refused", mut("approve", "0a1b2c3d4e5f")))
        said.append(("approving it", mut("approve", plan, "--yes")))
        said.append(("what waits now", mut("status")))
        said.append(("the next night", mut("plan")))
        said.append(("asking", mut("search", "feria de otoño", "-k", "1")))
        said.append(("asking for what is not there", mut("search", "zzz")))
    return said


def _ended(report: RunReport) -> str:
    console = Console(width=100)
    with console.capture() as capture:
        print_report(report, console, Path())
    return capture.get()


def what_is_said_for_want_of_better(_: Path) -> Said:
    with dg.DagsterInstance.ephemeral() as instance:
        return [
            ("a run that ended without a failed step", "\n".join(causes(instance, "nobody knows it"))),
            ("a failure without a message", reason_line(None)),
            ("a run that published nothing", _ended(RunReport(("x",), ("raw_tiendas: …",), None))),
            ("a match beyond what is looked at", explain(query_terms("pan"), dict.fromkeys(FIELDS, ""))),
        ]


SECTIONS: dict[str, Callable[[Path], Said]] = {
    "No FAQ file": no_faq_file,
    "Alerts": alerts,
    "No agent": no_agent,
    "While another writer writes": waiting_for_another_writer,
    "At a terminal": nights_at_a_terminal,
    "For want of better": what_is_said_for_want_of_better,
}
