"""Several writers at once, and a failed night under the daemon: `mut dev` beside runs at a terminal."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mut_assets.resources.bucket.lease import Lease
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets_tests.corridor.conftest import DATASET
from mut_assets_tests.dev_server import Dev, environment, until
from mut_assets_tests.fakes.wordpress_site import WordPressSite, store

pytestmark = pytest.mark.slow

STORES = 500


@pytest.fixture(scope="module")
def large_site() -> Iterator[WordPressSite]:
    """Large enough for a publication to be met in the middle."""
    with WordPressSite() as site:
        for n in range(STORES):
            site.items["stores"].append(store(10_000 + n, f"Tienda {n}", content=f"<p>Vende hilo {n}.</p>"))
        for number in range(5):
            site.event(1 + number, f"Feria {number}")
            site.restaurant(50 + number, f"Cocina {number}")
        yield site


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory, large_site: WordPressSite) -> Iterator[Dev]:
    folder = tmp_path_factory.mktemp("writers")
    variables = {"API_BASE_URL": large_site.base_url, "MUT_LEASE_SECONDS": "3", "MUT_RETRY_SECONDS": "0"}
    made = Dev(folder / "mut", folder / "dev.log", {**variables, "MUT_TODAY": "2025-10-01"})  # before the site's events
    try:
        made.start()
        yield made
    finally:
        made.stop()
        made.session.close()


def documents(dev: Dev) -> set[str]:
    return {path.name for path in (dev.home / "bucket" / DATASET).rglob("*") if path.is_file()}


def test_two_runs_at_a_terminal_one_from_the_ui_and_the_one_that_writes_is_killed(dev: Dev) -> None:
    """A killed holder blocks the others for its lease at most; the next run proceeds."""

    def start() -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "mut_assets.cli", "run"]
        env = environment(dev.home) | dict(dev.variables)
        return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    lease = Lease(Bucket(str(dev.home / "bucket")))

    def writer() -> str:
        last = lease.last() if (dev.home / "bucket").is_dir() else None
        return last.holder if last and not last.released and "kb_dataset" in last.holder else ""

    clicked = dev.launch("daily_refresh")
    terminals = [start(), start()]
    holder = until(writer, "a run to hold the lease")
    victim = int(holder.rsplit(" ", 1)[1])
    os.kill(victim, signal.SIGKILL)
    for terminal in terminals:
        printed, _ = terminal.communicate(timeout=300)
        assert terminal.returncode == (-signal.SIGKILL if terminal.pid == victim else 0), printed
    if clicked not in holder:
        assert dev.ended(clicked).status == "SUCCESS"
    after = start()
    printed, _ = after.communicate(timeout=300)
    assert after.returncode == 0, printed
    assert "0 documents written, 0 deleted" in printed
    assert len(documents(dev)) == 2 * (STORES + 10)


def test_two_runs_at_once_each_tell_what_they_published_themselves(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mut_assets.cli", "run"]
    env = environment(tmp_path / "mut")
    both = [subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for run in both:
        printed, _ = run.communicate(timeout=600)
        assert run.returncode == 0, printed
        assert "Nothing was published in this run" not in printed and "tiendas" in printed.partition("collection")[2]


def test_after_a_failed_night_the_daemon_publishes_what_is_healthy_and_the_night_stays_red(
    dev: Dev, large_site: WordPressSite
) -> None:
    large_site.store(10_003, "Tienda 3", content="<p>Vende volantines.</p>")
    large_site.faults.append(lambda path: (500, {}, "{}") if "/restaurant" in path else None)
    night = dev.launch("daily_refresh")
    assert dev.ended(night).status == "FAILURE"
    after = {"mut/after_failed_run": night}.items()
    healthy = until(lambda: next((one for one in dev.runs() if after <= one.tags.items()), None), "publish_latest")
    assert healthy.job == "publish_latest"
    assert dev.ended(healthy.id).status == "SUCCESS"
    assert "volantines" in (dev.home / "bucket" / DATASET / "stores" / "10003.md").read_text()
    assert dev.ended(night).status == "FAILURE"
    # The alert: which run failed, with the reason's code and what visitors see, in the daemon's log.
    subject = f"MUT [por la mañana]: falló daily_refresh (ejecución {night[:8]})"
    said = until(lambda: dev.log.read_text().partition(subject)[2], "the alert")
    assert "raw_restaurantes" in said and "MUT-WP-106" in said and "Qué ven los visitantes" in said
