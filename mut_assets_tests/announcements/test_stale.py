"""What grew old is told once, and turns the check red."""

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from mut_assets.checks import freshness_result
from mut_assets.domain.plans.freshness import ages
from mut_assets.environments import build_doors, read_settings
from mut_assets.resources.failures import Failure
from mut_assets_tests.daemon import Daemon, no_answer, publish


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
    daemon.topic.down = no_answer()
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
