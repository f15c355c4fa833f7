"""When things run: the schedule across Santiago's clock changes, the jobs, what follows a failed run."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from mut_assets.automation import AT_A_TERMINAL, DAILY, LATEST, TABLES, is_judged
from mut_assets.definitions import build_definitions
from mut_assets.environments import read_settings
from mut_assets.timetable import Timetable
from mut_assets_tests.failed_runs import fails, selection

SANTIAGO = ZoneInfo("America/Santiago")
DEFINITIONS = build_definitions(read_settings({}))


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
    telling = {"announce_failure", "announce_stale", "announce_waiting", "heartbeat"}
    assert set(names) == telling | {"publish_after_failure"}
    assert set(names.values()) == {dg.DefaultSensorStatus.RUNNING}


ALL = [*TABLES, "kb_dataset", "bedrock_kb_ingestion", "pinecone_index", "bedrock_agent"]
FOLLOWED: list[tuple[str, dict[str, Any], bool]] = [
    ("a night", {}, True),
    ("a night that Dagster is about to repeat", {"tags": {"dagster/will_retry": "true"}}, False),
    ("its repetition, which failed too", {"tags": {"dagster/will_retry": "false"}}, True),
    ("a night at a terminal, which does it itself", {"tags": {AT_A_TERMINAL: "token"}, "origin": None}, False),
    ("the same, re-executed from the UI", {"tags": {AT_A_TERMINAL: "token"}}, True),
    ("Materialize all", selection(*ALL), True),
    ("a selection as far as the documents", selection("raw_tiendas", "vectorial_tiendas", "kb_dataset"), True),
    ("a selection that has nothing to publish", selection("raw_tiendas", "vectorial_tiendas"), False),
    ("a selection that only publishes", selection("kb_dataset", "bedrock_kb_ingestion"), False),
    ("a check alone", selection(checks=["bedrock_kb_ingestion:served_is_published"]), False),
    ("the healthy half itself", {"job": LATEST}, False),
]


def asked_after(instance: dg.DagsterInstance, run: dg.DagsterRun, event: dg.DagsterEvent) -> Any:
    sensor: Any = next(one for one in DEFINITIONS.sensors or [] if one.name == "publish_after_failure")
    context = dg.build_run_status_sensor_context(
        sensor_name="test", dagster_event=event, dagster_instance=instance, dagster_run=run
    )
    return sensor(context.for_run_failure())


@pytest.mark.parametrize(
    ("codes", "followed"),
    [
        (["MUT-KB-011"], False),
        (["MUT-EVAL-006"], False),
        (["MUT-KB-011", "MUT-EVAL-006"], False),
        (["MUT-KB-011", "MUT-WP-106"], True),
        (["MUT-KB-101"], True),
        (["MUT-PUB-003"], True),
    ],
)
def test_what_published_and_is_only_judged_badly_is_not_published_once_more(codes: list[str], followed: bool) -> None:
    def step(code: str) -> Any:
        @dg.op(name=code.replace("-", "_"))
        def fails_so() -> None:
            raise dg.Failure(f"{code}: …", allow_retries=False)

        return fails_so

    @dg.job(name=DAILY)
    def night() -> None:
        for code in codes:
            step(code)()

    with dg.DagsterInstance.ephemeral() as instance:
        result = night.execute_in_process(instance=instance, raise_on_error=False)
        [event] = [event for event in result.all_events if event.event_type is dg.DagsterEventType.RUN_FAILURE]
        asked = asked_after(instance, result.dagster_run, event)
        assert isinstance(asked, dg.RunRequest) is followed
        assert is_judged(instance, result.run_id) is not followed


@pytest.mark.parametrize(("run", "followed"), [row[1:] for row in FOLLOWED], ids=[row[0] for row in FOLLOWED])
def test_what_is_healthy_is_published_after_a_failed_run_that_would_have_published(
    run: dict[str, Any], followed: bool
) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        failed, event = fails(instance, **run)
        asked = asked_after(instance, failed, event)
    assert isinstance(asked, dg.RunRequest) is followed
    if isinstance(asked, dg.RunRequest):
        assert (asked.run_key, asked.tags) == (f"after-{failed.run_id}", {"mut/after_failed_run": failed.run_id})
