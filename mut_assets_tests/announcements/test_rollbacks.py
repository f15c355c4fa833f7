"""People are told of a rollback that is in force: once in the morning, and never as something that grew old."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from mut_assets.domain.plans.hold import Hold
from mut_assets.domain.plans.outcome import Outcome, Publication
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets_tests.announcements.test_waiting import santiago
from mut_assets_tests.daemon import Channel, Daemon

READ = "raw/tiendas_20260201_030000.csv"
HOLD = Hold("20260201_030000", "vectorial/stores_vectorial_20260201_030000.csv", "2026-03-01T12:00:00+00:00", "ui")


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    """After a publication of shops that were read long ago."""
    with dg.DagsterInstance.ephemeral() as instance:
        yield Daemon(instance, Channel(), PublicationLog(Bucket(str(tmp_path))))


def publish(daemon: Daemon, *held: Hold) -> None:
    outcome = Outcome("tiendas", "published", "", raw_snapshot=READ)
    at, holds = datetime.now(UTC).isoformat(), dict(zip(("tiendas",), held, strict=False))
    daemon.decisions.record(Publication("run", at, (outcome,), holds=holds))


def test_a_rollback_is_told_in_the_morning_once_and_again_when_it_is_another(daemon: Daemon) -> None:
    def tick(day: int) -> int:
        daemon.ahead = santiago(day, 9)
        daemon.tick("announce_waiting")
        return len(daemon.topic.taken)

    publish(daemon)
    assert tick(1) == 0
    publish(daemon, HOLD)
    assert (tick(2), tick(3)) == (1, 1)
    assert "tiendas: detenida en la noche 20260201_030000" in daemon.topic.taken[0].text
    publish(daemon, Hold("20260205_030000", HOLD.table, HOLD.since))
    assert tick(4) == 2


@pytest.mark.parametrize(("held", "told"), [((), 1), ((HOLD,), 0)])
def test_what_is_held_is_not_announced_as_old(daemon: Daemon, held: tuple[Hold, ...], told: int) -> None:
    publish(daemon, *held)
    daemon.ahead = timedelta()
    daemon.tick("announce_stale")
    assert len(daemon.topic.taken) == told
