"""A night ends within its total: which part a run has, and that a run that hangs ends itself and is not repeated."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.events import DagsterEvent

from mut_assets.automation import AFTER, DAILY, LATEST
from mut_assets.time_limit import seconds_left
from mut_assets.timetable import Timetable

HOUR = Timetable(timeout_minutes=60)
RETRY = {"dagster/retry_number": "1"}


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def started(
    instance: dg.DagsterInstance, name: str, minutes_ago: float, tags: dict[str, str], parent: str = ""
) -> dg.DagsterRun:
    """A run that began so long ago."""
    made = instance.create_run_for_job(
        dg.JobDefinition(name=name, graph_def=dg.GraphDefinition(name=name)),
        tags=tags,
        parent_run_id=parent or None,
        root_run_id=parent or None,
    )
    event = DagsterEvent(event_type_value="PIPELINE_START", job_name=name)
    instance.report_dagster_event(event, made.run_id, timestamp=time.time() - minutes_ago * 60)
    return made


@pytest.mark.parametrize(
    ("night", "then", "left"),
    [
        ((DAILY, 0.0, {}), None, 30),
        (("__ASSET_JOB", 12.0, {}), None, 18),
        ((LATEST, 12.0, {}), None, 48),
        # A worker died, and the daemon repeats the run: what is left of its part, or nothing.
        ((DAILY, 12.0, {}), (DAILY, RETRY), 18),
        ((DAILY, 31.0, {}), (DAILY, RETRY), 0),
        # What a person repeats begins anew, with the tags of what it repeats.
        ((DAILY, 31.0, {}), (DAILY, {}), 30),
        ((LATEST, 31.0, {AFTER: "the failed night"}), (LATEST, {AFTER: "the failed night"}), 60),
        # After the night failed: the rest, and never less than a quarter: the machine may have been off meanwhile.
        ((DAILY, 5.0, {}), (LATEST, {AFTER: ""}), 55),
        ((DAILY, 31.0, {}), (LATEST, {AFTER: ""}), 29),
        ((DAILY, 600.0, {}), (LATEST, {AFTER: ""}), 15),
    ],
)
def test_the_parts_of_a_night_add_up_to_its_total(
    instance: dg.DagsterInstance,
    night: tuple[str, float, dict[str, str]],
    then: tuple[str, dict[str, str]] | None,
    left: float,
) -> None:
    run = started(instance, *night)
    if then is not None:
        name, tags = then
        follows = tags.get(AFTER) == ""
        tags = {AFTER: run.run_id} if follows else tags
        run = started(instance, name, 0, tags, "" if follows else run.run_id)
    assert seconds_left(instance, run, HOUR) == pytest.approx(left * 60, abs=30)


HANGS = """
import socket, sys
import dagster as dg
from mut_assets.time_limit import bounded_executor
from mut_assets.timetable import Timetable

@dg.op
def hangs():
    socket.create_connection(("127.0.0.1", int(sys.argv[1]))).recv(1)

@dg.job(executor_def=bounded_executor(Timetable(timeout_minutes=12 / 60)))
def night():
    hangs()

if __name__ == "__main__":
    with dg.DagsterInstance.get() as instance:
        dg.execute_job(dg.reconstructable(night), instance=instance)
"""


@pytest.mark.slow
def test_a_run_that_hangs_in_a_socket_ends_itself_and_is_not_started_again(tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_bytes((Path(__file__).parents[1] / "dagster.yaml").read_bytes())
    script = tmp_path / "hangs.py"
    script.write_text(HANGS, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = str(silent.getsockname()[1])
        done = subprocess.run(
            [sys.executable, script, port],
            env={"DAGSTER_HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[1])},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 1, done.stderr
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        [run] = instance.get_runs()
        [end] = instance.all_logs(run.run_id, of_type={dg.DagsterEventType.RUN_FAILURE})
    assert run.status is dg.DagsterRunStatus.FAILURE
    assert run.tags["dagster/will_retry"] == "false", "the daemon would start it again, and double the limit"
    assert "MUT-RUN-010: The run was ended in hangs: " in end.message
