"""Sentences that a night brings about: alerts, what an asset says of an absent source, and the terminal."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import dagster as dg
from rich.console import Console

from mut_assets.announcements.failed_runs import failed_run, tell
from mut_assets.assets.agent import bedrock_agent
from mut_assets.assets.raw import raw_preguntas
from mut_assets.automation import AFTER, AT_A_TERMINAL, DAILY, LATEST, SELECTION
from mut_assets.definitions import build_definitions
from mut_assets.domain.plans.outcome import Line, Outcome, Publication
from mut_assets.domain.plans.serving import verdict
from mut_assets.domain.retrieval.query import FIELDS, explain, query_terms
from mut_assets.environments import Doors, build_doors, read_settings
from mut_assets.operations import jobs
from mut_assets.operations.export import Exported, as_text
from mut_assets.operations.progress import causes, reason_line
from mut_assets.operations.report import RunReport, print_report, unknown
from mut_assets.resources.alerts.messages import FailedRun, failure_alert, stale_alert, undecided, waiting_alert
from mut_assets.resources.bucket.lease import PREFIX, Lease
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.clock import MARKET_ZONE, Clock
from mut_assets.resources.failures import Failure, TransientFailure
from mut_assets.resources.ports import Alert
from mut_assets_tests.dev_server import environment
from mut_assets_tests.failed_runs import fails, selection
from mut_assets_tests.fakes.wordpress_site import Response, WordPressSite, event, rest_error
from mut_assets_tests.golden.sentences import Said, shown
from mut_assets_tests.golden.situations import QUIET, doors_in, materialized, waiting_is_short
from mut_assets_tests.terminal import mut_here

# --- alerts -----------------------------------------------------------------------------------------------------------


@dg.op
def raw_tiendas() -> None:
    raise dg.Failure("MUT-WP-001: WordPress keeps its REST API closed to visitors: …. Open it ….")


@dg.job(name=DAILY)
def _failing_night() -> None:
    raw_tiendas()


@dg.op
def what_is_served() -> None:
    raise dg.Failure("MUT-KB-011: …", allow_retries=False)


@dg.job(name=DAILY)
def _judged_night() -> None:
    what_is_served()


def alerts(folder: Path) -> Said:
    settings = read_settings({"MUT_HOME": str(folder)})
    doors, definitions = build_doors(settings), build_definitions(settings)
    sensors: dict[str, Any] = {sensor.name: sensor for sensor in definitions.sensors or []}
    said: list[Alert] = []
    listening, midnight = SimpleNamespace(announce=lambda alert, log: said.append(alert)), _Clock()
    asked: dict[str, Any] = {"alerts": listening, "decisions": doors.decisions, "clock": doors.clock}
    record = {"run_id": "x", "at": "", "outcomes": [], "foreign": []}
    old = record | {"as_of": {"tiendas": "raw/tiendas_20200101_030000.csv"}}

    def tick(name: str, cursor: str = "", **others: object) -> Any:
        context = dg.build_sensor_context(instance=instance, definitions=definitions, cursor=cursor or None)
        return sensors[name](context, **(others or asked))

    def skipped(result: Any) -> str:
        return str(getattr(result, "skip_reason", result).skip_message)

    def after(failed: dg.DagsterRun, event: dg.DagsterEvent) -> str:
        context = dg.build_run_status_sensor_context(
            sensor_name="watching", dagster_event=event, dagster_instance=instance, dagster_run=failed
        )
        return skipped(sensors["publish_after_failure"](context.for_run_failure()))

    with dg.DagsterInstance.ephemeral() as instance:
        _failing_night.execute_in_process(instance=instance, run_config=QUIET, raise_on_error=False)
        tick("announce_failure")
        doors.decisions.bucket.put("state/publication.json", json.dumps(old).encode())
        late, _ = fails(instance, why="Exceeded maximum runtime of 3600 seconds.")
        fails(instance, LATEST, tags={AFTER: late.run_id}, why="Exceeded maximum runtime of 3600 seconds.")
        told = tick("announce_failure")
        seen = tick("announce_stale")
        judged = _judged_night.execute_in_process(instance=instance, run_config=QUIET, raise_on_error=False)
        titles = ("a failed night, nothing published yet", "a night that took too long, and what followed it")
        yield from [
            *zip((*titles, "what is published has grown old"), map(_shown, said), strict=True),
            *_more_alerts(),
            ("a run by its name, and how it is repeated", "\n".join(_names(instance))),
            ("a tick that told of failures", skipped(told)),
            ("a tick that has nothing to add", skipped(tick("announce_stale", seen.cursor))),
            (
                "a tick in which the bucket cannot be read",
                skipped(tick("announce_stale", **asked | {"decisions": None})),
            ),
            ("a tick in the night", skipped(tick("announce_waiting", **asked | {"clock": midnight}))),
            ("a tick in the morning", skipped(tick("announce_waiting", **asked | {"clock": _Clock(hour=12)}))),
            (
                "a tick without a proof",
                skipped(tick("heartbeat", heartbeat=doors.heartbeat, decisions=doors.decisions, clock=doors.clock)),
            ),
            (
                "a tick after a failed night at a terminal",
                after(*fails(instance, tags={AT_A_TERMINAL: "true"}, origin=None)),
            ),
            ("a tick after one that Dagster repeats", after(*fails(instance, tags={"dagster/will_retry": "true"}))),
            ("a tick after one that published and was judged", after(judged.dagster_run, _end(judged))),
            ("a tick after a failed publication", after(*fails(instance, job=LATEST))),
            ("a topic that takes nothing", _untold(instance, doors)),
        ]


def _end(night: dg.ExecuteInProcessResult) -> dg.DagsterEvent:
    return next(event for event in night.all_events if event.event_type is dg.DagsterEventType.RUN_FAILURE)


def _more_alerts() -> Said:
    refused = [("everything_wanted_is_published", "MUT-PUB-003: ….")]
    mixed = [("raw_tiendas", "MUT-WP-107: …."), *refused]
    runs = [FailedRun("0a1b2c3d", "la noche del 2026-11-28", causes, "…", "https://…") for causes in (refused, mixed)]
    held = [f"tiendas: Tienda {number}: …" for number in range(21)]
    lines = tuple(Line(f"Tienda {number}", "") for number in range(5))
    why = "it changes 5 of 9 titles"
    plan = Outcome("tiendas", "refused", "", changed=5, plan="0a1b2c3d4e5f", refusals=(why,), changed_lines=lines)
    rolled_back = ["tiendas: detenida en la noche 20260225_030000 desde …: `mut release` la suelta"]
    yield from [
        ("a refused plan", _shown(failure_alert("run-0a1b2c3d", runs[:1], [], now=False))),
        ("a refused plan and a failure, no bucket", _shown(failure_alert("run-0a1b2c3d", runs[1:], None, now=True))),
        ("assets that missed their deadline", _shown(stale_alert("stale-2026-11-28", ["raw_tiendas"], [], now=False))),
        ("what is published cannot be read", _shown(stale_alert("stale-2026-11-28", [], None, now=True))),
        ("in the morning", _shown(waiting_alert("waiting-2026-11-28", held, ["eventos keeps its old documents: …."]))),
        ("a plan that nobody decides", undecided(plan, "2026-11-25", "2026-11-28")),
        ("in the morning after a rollback", _shown(waiting_alert("waiting-2026-11-28", [], [], rolled_back))),
    ]


def _names(instance: dg.DagsterInstance) -> Iterator[str]:
    scheduled = {".dagster/scheduled_execution_time": "2026-11-28T03:00:00+00:00"}
    terminal: dict[str, Any] = {"tags": {AT_A_TERMINAL: "true"}, "origin": None}
    runs: list[dict[str, Any]] = [
        {"tags": scheduled},
        {"tags": scheduled, "parent": "0a1b2c3d"},
        {"job": SELECTION},
        selection("raw_tiendas", "raw_eventos"),
        terminal,
        *({**terminal, "config": {"ops": {"kb_dataset": {"config": asked}}}} for asked in _ASKED),
    ]
    for run in runs:
        told = failed_run(instance, fails(instance, **run)[0], "")
        yield f"{told.name}: {told.repeat}".replace(told.id[:8], "RUN")


_ASKED = ({"approve": "0a1b2c3d4e5f"}, {"as_of": "20261120_030000"}, {"release": True})


def _shown(alert: Alert) -> str:
    return f"{alert.subject}\n{alert.text}"


@dataclass(frozen=True)
class _Clock(Clock):
    """A clock that stands at an hour of a day in Santiago."""

    hour: int = 0

    def now(self) -> datetime:
        return datetime(2026, 11, 28, self.hour, tzinfo=MARKET_ZONE)


class _Down:
    """A topic that takes nothing."""

    def announce(self, alert: Alert, log: object) -> None:
        raise TransientFailure("MUT-AWS-102", "…", "…")


def _untold(instance: dg.DagsterInstance, doors: Doors) -> str:
    lines: list[str] = []
    run, _ = fails(instance)
    with suppress(Failure):
        tell(instance, [run], _Down(), doors.decisions, doors.clock, lines.append, "")
    terminal = StringIO()
    with patch.object(jobs, "build_doors", lambda _: replace(doors, alerts=_Down())):
        jobs.tell_people(instance, run.run_id, Console(file=terminal, width=200))
    return "\n".join([*lines, terminal.getvalue()])


# --- the terminal -----------------------------------------------------------------------------------------------------


def waiting_for_another_writer(folder: Path) -> Said:
    bucket = Bucket(str(folder))
    lines: list[str] = []
    with Lease(bucket).acquire("kb_dataset, run 0a1b2c3d"), waiting_is_short():
        with suppress(Failure):
            Lease(bucket).acquire("ingestion, run 4e5f6a7b", lines.append).__enter__()
    killed = Lease(bucket, now=lambda: datetime.now(UTC) - timedelta(days=1))
    killed._take("kb_dataset, run 0a1b2c3d", lines.append)
    with Lease(bucket).acquire("ingestion, run 4e5f6a7b", lines.append):
        pass
    bucket.put(
        f"{PREFIX}0000000099.json", b'{"holder": "a clock", "until": "2099-01-01T00:00:00+00:00", "released": false}'
    )
    with Lease(bucket).acquire("ingestion, run 4e5f6a7b", lines.append):
        pass
    for number, line in enumerate(lines, start=1):
        yield f"line {number}", line


def no_faq_file(folder: Path) -> Said:
    result = materialized(raw_preguntas, doors_in(folder, API_BASE_URL="http://127.0.0.1:1/wp-json"))
    checks = {check.check_name: check.metadata for check in result.get_asset_check_evaluations()}
    [done] = result.asset_materializations_for_node("raw_preguntas")
    yield "the check file_present", shown(checks["file_present"]["problems"])
    yield "the materialization", str(done.metadata["source"].value)


def no_agent(folder: Path) -> Said:
    [event] = materialized(bedrock_agent, doors_in(folder)).asset_materializations_for_node("bedrock_agent")
    yield "the materialization", str(event.metadata["status"].value)


class _Terminal:
    """`mut` in this process, over a small site, as it would be copied from a terminal."""

    def __init__(self, folder: Path, site: WordPressSite) -> None:
        ours = {"API_BASE_URL": site.base_url, "MUT_RETRY_SECONDS": "0", "MUT_TODAY": "2026-03-04", "COLUMNS": "100"}
        self.environment = environment(folder) | ours

    def __call__(self, *arguments: str) -> str:
        done = mut_here(self.environment, *arguments)
        return f"$ mut {' '.join(arguments)}\n{(done.stdout + done.stderr).rstrip()}\n(exit status {done.returncode})"


def nights_at_a_terminal(folder: Path) -> Said:
    with WordPressSite() as site:
        for number in range(30):
            site.store(2000 + number, f"Tienda {number}")
        site.items["event"] = [event(9000 + number, f"Feria {number}") for number in range(6)]
        site.restaurant(4000, "Cocina")
        site.store(2003, "Pan", acf={"informacion_tienda": 7})
        mut = _Terminal(folder, site)
        yield "before the first night", "\n".join((mut("status"), mut("search", "pan")))
        yield "no FAQ file, and a store that cannot be understood", mut("run")
        site.faults.append(lambda path: rest_error(401, "rest_not_logged_in", "…") if "/restaurant" in path else None)
        site.event(9000, "Feria de otoño")
        yield "restaurants are closed, an event changed", mut("run")
        maintenance = [Response(503, {"Retry-After": "600"})]
        site.faults[:] = [lambda _: maintenance.pop() if maintenance else None]
        yield "after that was put right, with a short maintenance", mut("resume")
        site.items["stores"] = site.items["stores"][8:]
        yield "stores are gone from the site", mut("run")
        plan = json.loads((folder / "bucket/state/publication.json").read_text())["outcomes"][1]["plan"]
        yield "what waits", mut("status")
        yield "approving without an id", mut("approve", "")
        yield "approving what nobody refused", mut("approve", "0a1b2c3d4e5f")
        yield "approving it", mut("approve", plan, "--yes")
        yield "what waits now", mut("status")
        yield "the next night", mut("plan")
        yield "asking", mut("search", "feria de otoño", "-k", "1")
        yield "asking for what is not there", mut("search", "zzz")
        yield "the editors' report in two forms at once", mut("doubts", "--json", "--csv")
        yield "a table of what is no collection", mut("export", "stores")
        yield "a table in a file that is no spreadsheet", mut("export", "tiendas", "--output", "tiendas.xls")


def _ended(report: RunReport) -> str:
    console = Console(width=100)
    with console.capture() as capture:
        print_report(report, console, Path())
    return capture.get()


def what_is_said_for_want_of_better(_: Path) -> Said:
    with dg.DagsterInstance.ephemeral() as instance:
        yield "a run that ended without a failed step", "\n".join(causes(instance, "nobody knows it"))
    yield "a failure without a message", reason_line(None)
    yield "a run that published nothing", _ended(RunReport(("x",), ("raw_tiendas: …",), None, (), verdict(None, None)))
    down = unknown(TransientFailure("MUT-S3-101", "…", "…"))
    yield "a run whose bucket is down", _ended(RunReport(("x",), ("raw_tiendas: …",), None, (), down, known=False))
    held = tuple(Line(f"Pan {number}", "", "…") for number in range(7))
    many = Publication("x", "", (Outcome("tiendas", "published", "…", held=7, held_lines=held),))
    yield "more held rows than are named", _ended(RunReport(("x",), (), many, (), verdict(many, None)))
    yield "a text that no cell holds", as_text(Exported(Path("tiendas.xlsx"), 60, "vectorial/….csv", 1))
    yield "a match beyond what is looked at", explain(query_terms("pan"), dict.fromkeys(FIELDS, ""))


SECTIONS = {
    "No FAQ file": no_faq_file,
    "Alerts": alerts,
    "No agent": no_agent,
    "While another writer writes": waiting_for_another_writer,
    "At a terminal": nights_at_a_terminal,
    "For want of better": what_is_said_for_want_of_better,
}
