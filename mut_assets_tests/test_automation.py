"""When things run, and who is told: the schedule across Santiago's clock changes, the sensors, the freshness check."""

import json
import logging
import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

import mut_assets
from mut_assets.automation import AT_A_TERMINAL, DAILY, LATEST
from mut_assets.checks import freshness_result
from mut_assets.definitions import build_definitions
from mut_assets.domain.plans.freshness import ages
from mut_assets.environments import Doors, build_doors, read_settings
from mut_assets.resources.alerts import spanish
from mut_assets.resources.alerts.messages import failure_message
from mut_assets.resources.alerts.spanish import IN_SPANISH, UNEXPECTED
from mut_assets.timetable import Timetable

SANTIAGO = ZoneInfo("America/Santiago")
DEFINITIONS = build_definitions(read_settings({}))
CODE = re.compile(r"MUT-[A-Z0-9]+-\d{3}\b")


def ticks(start: datetime, count: int) -> list[datetime]:
    schedule = DEFINITIONS.resolve_schedule_def("every_night")
    from dagster._utils.schedules import schedule_execution_time_iterator

    times = schedule_execution_time_iterator(
        start.timestamp(), schedule.cron_schedule, schedule.execution_timezone, True
    )
    return [next(times).astimezone(UTC) for _ in range(count)]


@pytest.mark.parametrize(
    ("first", "expected_hours"),
    [
        # 5 April: the clocks went back; that night came after 25 hours.
        (datetime(2026, 4, 3, 12, tzinfo=UTC), [25, 24, 24]),
        # 6 September has no 00:00: it runs at 01:00, and the next night after 23.
        (datetime(2026, 9, 4, 12, tzinfo=UTC), [24, 23, 24]),
    ],
)
def test_one_night_one_run_across_both_changes_of_the_clock(first: datetime, expected_hours: list[int]) -> None:
    found = ticks(first, 4)
    gaps = [(later - sooner) / timedelta(hours=1) for sooner, later in pairwise(found)]
    assert gaps == expected_hours
    days = [(night.astimezone(SANTIAGO) + timedelta(hours=2)).date() for night in found]
    assert len(set(days)) == 4


def test_the_schedule_runs_the_whole_graph_at_midnight_and_is_on_by_default() -> None:
    schedule = DEFINITIONS.resolve_schedule_def("every_night")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 0 * * *", "America/Santiago")
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING
    context = dg.build_schedule_context(scheduled_execution_time=datetime(2026, 9, 6, 4, 0, tzinfo=UTC))
    assert len(schedule.evaluate_tick(context).run_requests or []) == 1
    assert schedule.job_name == DAILY


def test_the_daily_job_covers_every_asset_and_every_check() -> None:
    layer = DEFINITIONS.resolve_job_def(DAILY).asset_layer
    graph = DEFINITIONS.resolve_asset_graph()
    assert set(layer.executable_asset_keys) == set(graph.materializable_asset_keys)
    assert set(layer.asset_graph.asset_check_keys) == set(graph.asset_check_keys)


def test_publishing_the_latest_starts_at_the_dataset() -> None:
    layer = DEFINITIONS.resolve_job_def(LATEST).asset_layer
    names = {key.to_user_string() for key in layer.executable_asset_keys}
    assert names == {"kb_dataset", "bedrock_kb_ingestion", "pinecone_index", "bedrock_agent"}


@pytest.mark.parametrize(("cron", "deadline"), [("0 0 * * *", "0 2 * * *"), ("30 23 * * *", "30 1 * * *")])
def test_every_asset_must_be_fresh_two_hours_after_the_night_begins(cron: str, deadline: str) -> None:
    assert Timetable(cron).deadline() == deadline
    for spec in build_definitions(read_settings({"DAILY_CRON": cron})).resolve_all_asset_specs():
        policy = spec.freshness_policy
        assert policy is not None
        # A cron policy has both.
        assert (policy.deadline_cron, policy.timezone) == (deadline, "America/Santiago")  # type: ignore[attr-defined]


def test_every_sensor_is_on_by_default() -> None:
    names = {definition.name: definition.default_status for definition in DEFINITIONS.sensors or []}
    assert set(names) == {"announce_failure", "publish_after_failure", "announce_stale"}
    assert set(names.values()) == {dg.DefaultSensorStatus.RUNNING}


class Listening:
    """An alert channel that remembers."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def announce(self, subject: str, message: str, log: object) -> None:
        self.said.append(f"{subject}\n{message}")


def published(snapshot: str) -> bytes:
    """The record of a publication whose stores come from this snapshot."""
    record = {"run_id": "x", "at": "", "outcomes": [], "foreign": [], "as_of": {"tiendas": snapshot}}
    return json.dumps(record).encode()


@dg.op
def breaks() -> None:
    raise dg.Failure("MUT-WP-101: the site is being updated. It is tried again.")


@dg.job(name=DAILY)
def failing() -> None:
    breaks()


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    return build_doors(read_settings({"MUT_HOME": str(tmp_path)}))


def failed_run(instance: dg.DagsterInstance, **tags: str) -> dg.RunFailureSensorContext:
    result = failing.execute_in_process(instance=instance, raise_on_error=False, tags=tags)
    event = next(event for event in result.all_events if event.is_run_failure)
    return dg.build_run_status_sensor_context(
        sensor_name="test", dagster_event=event, dagster_instance=instance, dagster_run=result.dagster_run
    ).for_run_failure()


def sensor(name: str) -> Any:
    """Calling a sensor gives any of six things; each test says which one it expects."""
    return next(definition for definition in DEFINITIONS.sensors or [] if definition.name == name)


def test_a_failure_says_what_failed_what_visitors_see_and_what_to_do(
    doors: Doors, caplog: pytest.LogCaptureFixture
) -> None:
    alerts = Listening()
    doors.decisions.bucket.put("state/publication.json", published("raw/tiendas_20260301_030000.csv"))
    with dg.DagsterInstance.ephemeral() as instance:
        context = failed_run(instance)
        sensor("announce_failure")(context, alerts=alerts, decisions=doors.decisions, clock=doors.clock)
    [message] = alerts.said
    assert "falló daily_refresh" in message
    lines = message.splitlines()
    english = lines.index("  MUT-WP-101: the site is being updated. It is tried again.")
    assert lines[english - 1] == f"- breaks: {IN_SPANISH['MUT-WP-101']}", "Spanish first, the English message below it"
    assert "tiendas: como se leyó el 2026-03-01 03:00 UTC, hace " in message
    assert "From failure" in message


def test_every_code_of_the_platform_is_explained_in_spanish_and_no_other() -> None:
    package = Path(mut_assets.__file__).parent
    sources = [path for path in package.rglob("*.py") if path != Path(spanish.__file__)]
    codes = {code for path in sources for code in CODE.findall(path.read_text(encoding="utf-8"))}
    assert len(codes) > 90
    assert codes - IN_SPANISH.keys() == set(), "people in Chile would not learn what these mean"
    assert IN_SPANISH.keys() - codes == set(), "nobody raises these"
    assert spanish._TABLE.count("MUT-") == len(IN_SPANISH), "a code stands twice"


def test_an_explanation_is_short_and_in_spanish() -> None:
    for code, explanation in IN_SPANISH.items():
        for text in explanation:
            assert text.endswith(".") and text[0].isupper() and 10 < len(text) < 160, f"{code}: {text}"
        assert not {"the", "is", "and", "of", "not", "with"} & set(str(explanation).split()), code
        assert CODE.search(str(explanation)) is None, f"{code}: the code stands in the message below it"


def test_two_codes_are_never_explained_alike() -> None:
    told = [explanation.what for explanation in IN_SPANISH.values()]
    assert len(told) == len(set(told))


def test_a_message_of_several_lines_is_told_whole_and_one_without_a_code_by_what_is_known() -> None:
    message = failure_message([("a", "MUT-KB-023: none. Create them:\naws one\naws two"), ("", "the worker died")], [])
    assert f"- a: {IN_SPANISH['MUT-KB-023']}\n  MUT-KB-023: none. Create them:\n  aws one\n  aws two\n" in message
    assert f"\n- {UNEXPECTED}\n  the worker died\n" in message


def test_after_a_failed_night_the_healthy_are_published_once_and_not_when_a_terminal_does_it() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        [request] = list(sensor("publish_after_failure")(failed_run(instance)))
        [skipped] = list(sensor("publish_after_failure")(failed_run(instance, **{AT_A_TERMINAL: "true"})))
    assert isinstance(request, dg.RunRequest) and isinstance(skipped, dg.SkipReason)


def test_what_is_served_is_fresh_for_a_night_and_stale_after_it() -> None:
    now = datetime(2026, 3, 2, 3, 10, tzinfo=UTC)
    fresh = freshness_result(ages({"tiendas": "raw/tiendas_20260301_030000.csv"}, now))
    stale = freshness_result(
        ages({"tiendas": "raw/tiendas_20260301_010000.csv", "eventos": "raw/eventos_20260302_030000.csv"}, now)
    )
    assert fresh.passed and not stale.passed
    assert stale.severity is dg.AssetCheckSeverity.WARN
    assert "tiendas: as read on 2026-03-01 01:00 UTC, 26.2 hours ago" in str(stale.metadata["ages"].value)
    assert not freshness_result(ages({}, now)).passed


def test_stale_knowledge_is_announced_once_and_turns_the_check_red(doors: Doors) -> None:
    alerts = Listening()
    doors.decisions.bucket.put("state/publication.json", published("raw/tiendas_20200101_030000.csv"))
    asked = {"alerts": alerts, "decisions": doors.decisions, "clock": doors.clock}
    logging.disable(logging.CRITICAL)
    with dg.DagsterInstance.ephemeral() as instance:
        first = sensor("announce_stale")(dg.build_sensor_context(instance=instance, definitions=DEFINITIONS), **asked)
        again = sensor("announce_stale")(
            dg.build_sensor_context(instance=instance, definitions=DEFINITIONS, cursor=first.cursor), **asked
        )
    logging.disable(logging.NOTSET)
    [evaluation] = first.asset_events
    assert (evaluation.check_name, evaluation.passed) == ("knowledge_is_fresh", False)
    [message] = alerts.said
    assert "tiendas: como se leyó el 2020-01-01" in message
    assert again.skip_reason
