"""Which failed runs nobody is told of, or not yet: repeated by itself, stopped, somebody else's, long past."""

from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
import pytest
from dagster._core.definitions.run_status_sensor_definition import RunStatusSensorCursor

from mut_assets.automation import DAILY
from mut_assets_tests.daemon import COMMAND, Daemon
from mut_assets_tests.failed_runs import ELSEWHERE, fails


def test_a_run_that_dagster_repeats_by_itself_is_told_when_its_last_attempt_failed(daemon: Daemon) -> None:
    first, _ = fails(daemon.instance, tags={"dagster/will_retry": "true"})
    daemon.ticks()
    assert daemon.told == [], "its repetition is about to begin"
    last, _ = fails(daemon.instance, parent=first.run_id, tags={"dagster/will_retry": "false"})
    daemon.instance.add_run_tags(first.run_id, {"dagster/auto_retry_run_id": last.run_id})
    daemon.ticks()
    assert daemon.told == [f"run-{last.run_id}"]
    daemon.ahead = timedelta(minutes=11)
    daemon.ticks()
    assert len(daemon.told) == 1
    repeated_by_hand, _ = fails(daemon.instance, tags={"dagster/auto_retry_run_id": last.run_id}, parent=first.run_id)
    daemon.ticks()
    assert daemon.told[1:] == [f"run-{repeated_by_hand.run_id}"], "the tag is of the run that it repeats"


def test_a_terminal_has_half_a_minute_for_telling_by_itself(daemon: Daemon) -> None:
    fails(daemon.instance, **COMMAND)
    daemon.ticks()
    assert daemon.told == []
    daemon.ahead = timedelta(seconds=31)
    daemon.ticks(1)
    assert len(daemon.told) == 1


@pytest.mark.parametrize(
    ("run", "waited"),
    [
        ({"tags": {"dagster/will_retry": "true"}}, timedelta(minutes=11)),
        ({**COMMAND, "tags": {**COMMAND["tags"], "dagster/will_retry": "true"}}, timedelta(seconds=31)),
        ({"tags": {"dagster/will_retry": "true"}, "origin": None}, timedelta()),
    ],
    ids=["Dagster never began it", "Dagster cannot repeat what a terminal executed", "nor what it cannot load"],
)
def test_a_repetition_that_was_promised_and_never_began_keeps_nobody_from_being_told(
    daemon: Daemon, run: dict[str, Any], waited: timedelta
) -> None:
    failed, _ = fails(daemon.instance, **run)
    daemon.ahead = waited
    daemon.ticks()
    assert daemon.told == [f"run-{failed.run_id}"]


def test_a_repetition_is_told_although_it_inherits_the_tags_of_what_it_repeats(daemon: Daemon) -> None:
    first, _ = fails(daemon.instance)
    daemon.ticks()
    told = daemon.instance.get_run_by_id(first.run_id)
    assert told is not None and told.tags["mut/told"] == f"run-{first.run_id}"
    again, _ = fails(daemon.instance, tags=told.tags, parent=first.run_id)
    daemon.ticks()
    assert daemon.told == [f"run-{first.run_id}", f"run-{again.run_id}"]


def test_what_a_person_stopped_is_not_told_and_what_the_daemon_ended_is(daemon: Daemon) -> None:
    stopped = dg.DagsterRun(run_id="0a1b2c3d", job_name=DAILY, status=dg.DagsterRunStatus.STARTED)
    daemon.instance.add_run(stopped)
    daemon.instance.report_run_canceled(stopped)
    ended, _ = fails(daemon.instance)
    daemon.instance.report_run_canceled(ended)  # by its worker, while it stops
    daemon.ticks()
    assert daemon.told == [f"run-{ended.run_id}"]


def test_of_another_teams_code_location_nothing_is_told(daemon: Daemon) -> None:
    fails(daemon.instance, origin=ELSEWHERE)
    fails(daemon.instance, "their_job", origin=None)
    daemon.ahead = timedelta(minutes=1)
    daemon.ticks()
    assert daemon.told == []


def test_a_home_of_the_code_before_goes_on_where_its_sensor_was(daemon: Daemon) -> None:
    """That sensor's cursor is taken: what failed before it is not told again, also when Dagster tags it afterwards."""
    before, _ = fails(daemon.instance)
    [record] = daemon.instance.get_run_records()
    assert record.end_time
    seen = datetime.fromtimestamp(record.end_time, UTC).isoformat()
    daemon.cursors["announce_failure"] = RunStatusSensorCursor(1, record_timestamp=seen).to_json()  # type: ignore[no-untyped-call]  # of Dagster's
    daemon.instance.add_run_tags(before.run_id, {"dagster/will_retry": "false"})
    after, _ = fails(daemon.instance)
    daemon.ticks(3)
    assert daemon.told == [f"run-{after.run_id}"]
    cursor = daemon.cursors["announce_failure"]
    assert not RunStatusSensorCursor.is_valid(cursor), "going back, that sensor begins anew, and tells nothing twice"


@pytest.mark.parametrize(("days", "told"), [(6, 1), (8, 0)])
def test_a_daemon_that_looks_at_a_home_for_the_first_time_tells_of_its_last_week(
    daemon: Daemon, days: int, told: int
) -> None:
    fails(daemon.instance)
    daemon.ahead = timedelta(days=days)
    daemon.ticks()
    assert len(daemon.told) == told


def test_a_run_that_is_noted_a_while_after_its_end_is_told(daemon: Daemon) -> None:
    daemon.ahead = timedelta(minutes=10)
    daemon.ticks()
    failed, _ = fails(daemon.instance)
    daemon.ticks()
    assert daemon.told == [f"run-{failed.run_id}"]


def test_a_clock_that_was_ahead_for_a_while_loses_nothing(daemon: Daemon) -> None:
    daemon.ahead = timedelta(days=400)
    daemon.ticks()
    daemon.ahead = timedelta()
    failed, _ = fails(daemon.instance)
    daemon.ticks()
    assert daemon.told == [f"run-{failed.run_id}"]
