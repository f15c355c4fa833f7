"""Each failed run is told once, whoever started it and whatever is down meanwhile, and as urgently as it is."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from mut_assets.announcements import failed_runs, visitors
from mut_assets.automation import AFTER, DAILY, LATEST, TABLES
from mut_assets.environments import build_doors, read_settings
from mut_assets.resources.alerts.messages import FailedRun, failure_alert
from mut_assets.resources.alerts.spanish import IN_SPANISH, UNEXPECTED
from mut_assets.resources.failures import Failure
from mut_assets_tests.daemon import COMMAND, Daemon, no_answer, publish
from mut_assets_tests.failed_runs import fails, selection
from mut_assets_tests.fakes.listener import Listener

ALL = (*TABLES, "kb_dataset", "bedrock_kb_ingestion", "pinecone_index", "bedrock_agent")


@dg.op
def raw_tiendas() -> None:
    raise dg.Failure("MUT-WP-107: the site is being updated. It is tried again.")


@dg.job(name=DAILY)
def night() -> None:
    raw_tiendas()


SCHEDULED = {".dagster/scheduled_execution_time": "2026-11-28T03:00:00+00:00", "dagster/schedule_name": "every_night"}
APPROVAL = {"ops": {"kb_dataset": {"config": {"approve": "0a1b2c3d4e5f"}}}}
WHOEVER: list[tuple[str, dict[str, Any]]] = [
    ("la noche del 2026-11-28", {"tags": SCHEDULED}),
    ("la repetición de la noche del 2026-11-28", {"tags": SCHEDULED, "parent": "0a1b2c3d"}),
    ("daily_refresh", {}),
    ("«Materializar todo»", selection(*ALL)),
    ("la materialización de raw_tiendas, vectorial_tiendas", selection("vectorial_tiendas", "raw_tiendas")),
    (
        "la materialización de bedrock_kb_ingestion:served_is_published",
        selection(checks=["bedrock_kb_ingestion:served_is_published"]),
    ),
    ("`mut run`", COMMAND),
    ("la repetición de «Materializar todo»", {**COMMAND, **selection(*ALL), "parent": "0a1b2c3d"}),
    ("`mut approve 0a1b2c3d4e5f`", {**COMMAND, "job": LATEST, "config": APPROVAL}),
    ("la publicación de lo sano tras la ejecución 0a1b2c3d", {"job": LATEST, "tags": {AFTER: "0a1b2c3d-4e5f"}}),
    ("a_job_of_tomorrow", {"job": "a_job_of_tomorrow"}),
]


@pytest.mark.parametrize(("name", "run"), WHOEVER, ids=[row[0] for row in WHOEVER])
def test_a_failed_run_is_told_once_whoever_started_it_and_by_the_name_people_give_it(
    daemon: Daemon, name: str, run: dict[str, Any]
) -> None:
    failed, _ = fails(daemon.instance, **run)
    daemon.ahead = timedelta(seconds=31)  # a terminal has half a minute for telling by itself
    daemon.ticks(3)
    [alert] = daemon.topic.taken
    assert alert.subject == f"MUT [ahora]: falló {name} (ejecución {failed.run_id[:8]})"
    assert alert.id == f"run-{failed.run_id}" and alert.id in alert.text
    assert f"- ejecución {failed.run_id}: https://mut.example/runs/{failed.run_id}" in alert.text
    command = "`mut resume" in alert.text
    assert command == (run.get("origin", "") is None) != ("Re-execute" in alert.text)


def test_a_failure_says_what_failed_what_visitors_see_and_what_to_do(daemon: Daemon) -> None:
    publish(daemon, datetime.now(UTC) - timedelta(hours=3))
    night.execute_in_process(instance=daemon.instance, raise_on_error=False)
    daemon.ticks()
    [alert] = daemon.topic.taken
    lines = alert.text.splitlines()
    english = lines.index("  MUT-WP-107: the site is being updated. It is tried again.")
    assert lines[english - 1] == f"- raw_tiendas: {IN_SPANISH['MUT-WP-107']}", "Spanish first, the English below it"
    assert "Steps failed" not in alert.text
    assert "UTC, hace 3,0 horas" in alert.text and "From failure" in alert.text


TOO_LATE = "Exceeded maximum runtime of 3600 seconds."
PLAN = "MUT-PUB-003: tiendas keeps its old documents: it removes 41. If the change is meant: mut approve 0a1b2c3d4e5f."
ADVICE = [
    (TOO_LATE, "se le acabó el tiempo", "approve"),
    (PLAN, "`mut approve`", "From failure"),
    ("the worker died", "corrige la causa", "MUT_RUN_TIMEOUT_MINUTES"),
]


@pytest.mark.parametrize(("why", "said", "unsaid"), ADVICE, ids=["too late", "a refused plan", "anything else"])
def test_the_advice_fits_the_failure(daemon: Daemon, why: str, said: str, unsaid: str) -> None:
    fails(daemon.instance, why=why)
    daemon.ticks()
    [alert] = daemon.topic.taken
    advice = alert.text.partition("Qué hacer: ")[2]
    assert said in advice and unsaid not in advice


def test_a_message_of_several_lines_is_told_whole_and_one_without_a_code_by_what_is_known() -> None:
    causes = [("a", "MUT-KB-023: none. Create them:\naws one\naws two"), ("", "the worker died")]
    text = failure_alert("run-1", [FailedRun("1", "daily_refresh", causes, "…")], [], now=True).text
    assert f"- a: {IN_SPANISH['MUT-KB-023']}\n  MUT-KB-023: none. Create them:\n  aws one\n  aws two\n" in text
    assert f"\n- {UNEXPECTED}\n  the worker died\n" in text


@pytest.mark.usefixtures("unreadable")
def test_while_nothing_can_be_told_nothing_is_lost_and_afterwards_each_is_told_in_order(daemon: Daemon) -> None:
    """The topic down, the bucket unreadable, the daemon restarted in the middle: two ticks after it is back."""
    first = fails(daemon.instance)[0]
    daemon.topic.down = no_answer()
    with pytest.raises(Failure, match="MUT-AWS-102"):
        daemon.tick()  # a red tick, which people see
    second = fails(daemon.instance, **selection(*ALL))[0]
    daemon = replace(daemon, ahead=timedelta(days=3))  # restarted: of it only the cursors that Dagster keeps are left
    daemon.ticks(3)
    third = fails(daemon.instance, **COMMAND)[0]
    assert daemon.told == []
    daemon.topic.down = None
    daemon.ticks(2)
    assert daemon.told == [f"run-{run.run_id}" for run in (first, second, third)]
    assert all("no se sabe: no se puede leer el bucket" in alert.text and alert.now for alert in daemon.topic.taken)


def test_a_bucket_that_never_answers_holds_up_no_announcement(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitors, "READ_SECONDS", 0.2)
    with Listener() as bucket:
        bucket.answer = None
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "x")
        environment = {
            "MUT_HOME": "nowhere",
            "S3_BUCKET_NAME": "b",
            "AWS_ENDPOINT_URL_S3": bucket.endpoint,
            "AWS_REGION": "us-east-1",
        }
        daemon.decisions = build_doors(read_settings(environment)).decisions
        fails(daemon.instance)
        began = time.monotonic()
        daemon.ticks(1)
        bucket.over.set()
    assert time.monotonic() - began < 30, "the bucket's own door gives up after 60 s, as a tick does"
    [alert] = daemon.topic.taken
    assert "no se sabe" in alert.text


def test_what_is_in_the_record_of_the_last_publication_keeps_nobody_from_being_told(daemon: Daemon) -> None:
    record = {"run_id": "x", "at": "", "outcomes": [], "foreign": [], "as_of": {"tiendas": 7}}
    daemon.decisions.bucket.put("state/publication.json", json.dumps(record).encode())
    fails(daemon.instance)
    daemon.ticks()
    assert len(daemon.told) == 1


def test_a_message_that_the_topic_refuses_holds_up_no_other_and_stays(daemon: Daemon) -> None:
    refused, taken = fails(daemon.instance)[0], fails(daemon.instance)[0]
    daemon.topic.refuses = refused.run_id
    with pytest.raises(Failure, match="MUT-AWS-005"):
        daemon.tick()
    assert daemon.told == [f"run-{taken.run_id}"]
    daemon.topic.refuses = ""
    daemon.ahead = timedelta(hours=30)
    daemon.ticks()
    assert daemon.told == [f"run-{taken.run_id}", f"run-{refused.run_id}"]


def test_a_run_of_which_the_record_is_damaged_is_told_with_what_is_known_and_holds_up_no_other(
    daemon: Daemon, tmp_path: Path
) -> None:
    """As a full disk may leave it: what each run recorded lies in a file of its own."""
    home = tmp_path / "dagster"
    home.mkdir()
    with dg.DagsterInstance.local_temp(str(home)) as instance:
        damaged, whole = fails(instance)[0], fails(instance)[0]
    (home / f"history/runs/{damaged.run_id}.db").write_bytes(b"half a page" * 1000)
    with dg.DagsterInstance.local_temp(str(home)) as instance:
        broken = replace(daemon, instance=instance)
        broken.tick()
        assert broken.told == [f"run-{damaged.run_id}", f"run-{whole.run_id}"]
    first = broken.topic.taken[0]
    assert "falló daily_refresh" in first.subject and "file is not a database" in first.text


def test_a_kill_between_sending_and_noting_has_it_told_twice_with_one_id(daemon: Daemon) -> None:
    failed, _ = fails(daemon.instance)
    daemon.topic.after = KeyboardInterrupt()
    daemon.ticks(5)
    assert daemon.told == [f"run-{failed.run_id}"] * 2


def test_a_backlog_is_told_at_once_for_as_long_as_a_tick_may_take(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [fails(daemon.instance)[0] for _ in range(25)]
    daemon.ahead = timedelta(days=2)
    monkeypatch.setattr(failed_runs, "TELLING_SECONDS", -1.0)
    daemon.ticks(1)
    assert len(daemon.told) == 1, "a topic that is slow gets at least one"
    monkeypatch.undo()
    daemon.ticks(1)
    assert daemon.told == [f"run-{run.run_id}" for run in runs]


def test_a_night_and_its_healthy_half_that_failed_too_are_one_message(daemon: Daemon) -> None:
    first = fails(daemon.instance)[0]
    second = fails(daemon.instance, LATEST, tags={AFTER: first.run_id}, why="the worker died")[0]
    daemon.ticks(3)
    [alert] = daemon.topic.taken
    assert alert.id == f"run-{first.run_id}" and "También falló la publicación de lo sano" in alert.text
    assert second.run_id in alert.text and "the worker died" in alert.text


@pytest.mark.parametrize(
    ("step", "hours", "now"),
    [
        ("raw_tiendas", 24, False),
        ("vectorial_tiendas", 24, False),
        ("everything_wanted_is_published", 24, False),
        ("questions_find_documents", 24, False),
        ("raw_tiendas", 27, True),
        ("kb_dataset", 1, True),
        ("bedrock_kb_ingestion", 1, True),
        ("what_is_served", 1, True),
    ],
)
def test_only_what_visitors_lose_cannot_wait(daemon: Daemon, step: str, hours: int, now: bool) -> None:
    @dg.op(name=step)
    def breaks() -> None:
        raise dg.Failure("MUT-WP-107: it is being updated. Wait.")

    @dg.job(name=DAILY)
    def failing() -> None:
        breaks()

    publish(daemon, datetime.now(UTC) - timedelta(hours=hours))
    failing.execute_in_process(instance=daemon.instance, raise_on_error=False)
    daemon.ticks()
    [alert] = daemon.topic.taken
    assert alert.now is now and alert.subject.startswith(f"MUT [{'ahora' if now else 'por la mañana'}]: falló ")
