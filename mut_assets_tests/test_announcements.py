"""Who is told: each failed run once whatever is down meanwhile, what waits in the morning, what grew old."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from mut_assets import announcements
from mut_assets.automation import AFTER, DAILY, LATEST, TABLES
from mut_assets.checks import freshness_result
from mut_assets.domain.plans.freshness import ages
from mut_assets.domain.plans.outcome import Line, Outcome, Publication
from mut_assets.environments import build_doors, read_settings
from mut_assets.resources.alerts.messages import FailedRun, failure_alert
from mut_assets.resources.alerts.spanish import IN_SPANISH, UNEXPECTED
from mut_assets.resources.failures import Failure, TransientFailure
from mut_assets_tests.daemon import COMMAND, Daemon, daemon_of
from mut_assets_tests.failed_runs import fails, selection
from mut_assets_tests.fakes.listener import Listener

DOWN = TransientFailure("MUT-AWS-102", "sns Publish for the topic: no answer.", "It is tried again.")
ALL = (*TABLES, "kb_dataset", "bedrock_kb_ingestion", "pinecone_index", "bedrock_agent")


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    with daemon_of(tmp_path) as made:
        yield made


@pytest.fixture
def unreadable(tmp_path: Path) -> None:
    """The bucket is not to be had: a file is where its folder should be."""
    (tmp_path / "bucket").write_text("")


def publish(daemon: Daemon, read_at: datetime, *outcomes: Outcome) -> None:
    """A publication of stores that were read then."""
    served = Outcome("tiendas", "published", "", raw_snapshot=f"raw/tiendas_{read_at:%Y%m%d_%H%M%S}.csv")
    daemon.decisions.record(Publication("x", "", (served, *outcomes)))


# --- every failed run is told -----------------------------------------------------------------------------------------


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


# --- whatever is down meanwhile ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("unreadable")
def test_while_nothing_can_be_told_nothing_is_lost_and_afterwards_each_is_told_in_order(daemon: Daemon) -> None:
    """The topic down, the bucket unreadable, the daemon restarted in the middle: two ticks after it is back."""
    first = fails(daemon.instance)[0]
    daemon.topic.down = DOWN
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
    monkeypatch.setattr(announcements, "READ_SECONDS", 0.2)
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
    monkeypatch.setattr(announcements, "TELLING_SECONDS", -1.0)
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


# --- how urgent it is -------------------------------------------------------------------------------------------------


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


# --- what waits in the morning ----------------------------------------------------------------------------------------


def santiago(day: int, hour: int) -> timedelta:
    """From now until that hour of a day of December 2027."""
    from zoneinfo import ZoneInfo

    return datetime(2027, 12, day, hour, tzinfo=ZoneInfo("America/Santiago")) - datetime.now(UTC)


def test_what_is_set_aside_and_what_waits_for_a_person_is_told_in_the_morning_once(daemon: Daemon) -> None:
    faq = Outcome(
        "preguntas", "published", "", held=1, held_lines=(Line("¿Hay baños?", "", "the answer is missing, day 1"),)
    )
    refused = Outcome("eventos", "refused", "", plan="0a1b2c3d4e5f", refusals=("it removes 41 of 42 documents",))
    publish(daemon, datetime.now(UTC), faq, refused)

    def tick(day: int, hour: int) -> int:
        daemon.ahead = santiago(day, hour)
        daemon.tick("announce_waiting")
        return len(daemon.topic.taken)

    assert tick(1, 7) == 0, "in the night nobody is woken for it"
    daemon.topic.down = DOWN
    with pytest.raises(Failure):
        tick(1, 8)
    daemon.topic.down = None
    assert tick(1, 9) == tick(1, 10) == 1, "what could not be sent is not lost"
    [alert] = daemon.topic.taken
    assert alert.subject.startswith("MUT [por la mañana]: ") and not alert.now
    assert "- preguntas: ¿Hay baños?: the answer is missing, day 1" in alert.text
    assert "mut approve 0a1b2c3d4e5f" in alert.text and "it removes 41 of 42" in alert.text
    publish(daemon, datetime.now(UTC), replace(faq, held_lines=(Line("¿Hay baños?", "", "the same, day 2"),)), refused)
    assert tick(2, 9) == 1, "the same still waits"
    publish(daemon, datetime.now(UTC), replace(faq, held_lines=(*faq.held_lines, Line("¿Hay wifi?", ""))), refused)
    assert tick(2, 10) == 1 and tick(3, 9) == 2, "something new waits"
    publish(daemon, datetime.now(UTC), replace(faq, held_lines=()), replace(refused, status="published", plan=""))
    assert tick(4, 9) == 2
    publish(daemon, datetime.now(UTC), faq)
    assert tick(5, 9) == 3, "it came back"


def test_what_nobody_decides_in_three_days_is_told_again_with_what_visitors_miss(daemon: Daemon) -> None:
    refused = Outcome(
        "tiendas",
        "refused",
        "",
        added=1,
        changed=5,
        plan="0a1b2c3d4e5f",
        refusals=("it changes 5 of 9 titles",),
        added_lines=(Line("La Ranura", ""),),
        changed_lines=tuple(Line(f"Pan {n}", "") for n in range(5)),
    )
    publish(daemon, datetime.now(UTC), refused)

    def tick(day: int) -> int:
        daemon.ahead = santiago(day, 9)
        daemon.tick("announce_waiting")
        return len(daemon.topic.taken)

    assert [tick(day) for day in (1, 2, 3, 4, 5, 6, 8, 9)] == [1, 1, 1, 2, 2, 2, 3, 3], "also after a missed morning"
    first, again = daemon.topic.taken[:2]
    missed = "Los visitantes no ven: nuevos, 1 (La Ranura); cambiados, 5 (Pan 0, Pan 1, Pan 2 y 2 más)."
    assert missed not in first.text and f"Nadie ha decidido desde el 2027-12-01. {missed}" in again.text
    publish(daemon, datetime.now(UTC), replace(refused, plan="f5e4d3c2b1a0"))
    assert tick(10) == 4 and "desde el 2027-12-01" in daemon.topic.taken[-1].text, "another plan, the same wait"
    publish(daemon, datetime.now(UTC), replace(refused, status="published", plan=""))
    assert tick(11) == 4
    publish(daemon, datetime.now(UTC), refused)
    assert tick(12) == 5 and missed not in daemon.topic.taken[-1].text, "it began anew"


# --- what is old ------------------------------------------------------------------------------------------------------


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


def test_stale_knowledge_is_announced_once_and_turns_the_check_red(daemon: Daemon) -> None:
    publish(daemon, datetime(2020, 1, 1, 3, tzinfo=UTC))
    daemon.topic.down = DOWN
    with pytest.raises(Failure):
        daemon.tick("announce_stale")
    daemon.topic.down = None
    [evaluation] = daemon.tick("announce_stale").asset_events
    assert (evaluation.check_name, evaluation.passed) == ("knowledge_is_fresh", False)
    daemon.tick("announce_stale")
    [alert] = daemon.topic.taken
    assert "tiendas: como se leyó el 2020-01-01" in alert.text and alert.now
    publish(daemon, datetime.now(UTC))
    [evaluation] = daemon.tick("announce_stale").asset_events
    assert evaluation.passed and not daemon.tick("announce_stale").asset_events
    publish(daemon, datetime(2020, 1, 1, 3, tzinfo=UTC))
    daemon.tick("announce_stale")
    assert len(daemon.told) == 2, "it grew old again"


def test_a_record_that_cannot_be_read_is_said_once_and_not_at_the_first_hiccup(daemon: Daemon, tmp_path: Path) -> None:
    publish(daemon, datetime.now(UTC))
    bucket, away = tmp_path / "bucket", tmp_path / "away"

    def tick() -> int:
        daemon.decisions = build_doors(read_settings({"MUT_HOME": str(tmp_path)})).decisions
        daemon.tick("announce_stale")
        return len(daemon.topic.taken)

    assert tick() == 0
    bucket.rename(away)
    bucket.write_text("")
    assert tick() == 0
    assert tick() == tick() == 1
    assert daemon.topic.taken[0].subject == "MUT [ahora]: no se sabe qué se publicó"
    bucket.unlink()
    away.rename(bucket)
    assert tick() == tick() == 1
    bucket.rename(away)
    bucket.write_text("")
    assert tick() == 1 and tick() == 2, "the next outage"
