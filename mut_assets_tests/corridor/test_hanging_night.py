"""A night that hangs where no limit of its own is: it ends within its total, and the healthy go out.

A site that never answers has limits of its own (`test_bounded_nights.py`); a file that is a pipe without a writer, as
on a network drive that is gone, is waited for by the system itself.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mut_assets_tests.corridor.conftest import DATASET
from mut_assets_tests.dev_server import Dev, environment, until
from mut_assets_tests.fakes.wordpress_site import WordPressSite

pytestmark = pytest.mark.slow

TOTAL = 60
"""Seconds of a night: the shortest that the setting allows."""
MORE = 120
"""Seconds until the daemon looks, and until a busy machine has started a process."""


def questions_never_come(home: Path) -> None:
    """The FAQ is read after the events and before the restaurants."""
    (home / "bucket" / "raw").mkdir(parents=True)
    os.mkfifo(home / "bucket" / "raw" / "preguntas.csv")


def variables(site: WordPressSite) -> dict[str, str]:
    return {
        "API_BASE_URL": site.base_url,
        "MUT_RUN_TIMEOUT_MINUTES": str(TOTAL // 60),
        "MUT_TODAY": "2025-10-01",
        "COLUMNS": "100",
    }


def test_at_a_terminal(site: WordPressSite, tmp_path: Path) -> None:
    questions_never_come(tmp_path)
    began = time.monotonic()
    night = subprocess.run(
        [sys.executable, "-m", "mut_assets.cli", "run"],
        env=environment(tmp_path) | variables(site),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    took = time.monotonic() - began
    assert night.returncode == 1, night.stdout + night.stderr
    assert "not done  MUT-RUN-010: The run was ended in raw_preguntas" in night.stdout
    assert "The healthy collections do not wait" in night.stdout
    assert took < TOTAL + MORE
    assert list((tmp_path / "bucket" / DATASET / "eventos").glob("*.md"))


def test_under_the_daemon_it_is_not_started_again(site: WordPressSite, tmp_path: Path) -> None:
    questions_never_come(tmp_path / "mut")
    dev = Dev(tmp_path / "mut", tmp_path / "dev.log", variables(site))
    try:
        dev.start()
        began = time.monotonic()
        night = dev.launch("daily_refresh")
        ended = dev.ended(night)
        assert (ended.status, ended.tags["dagster/max_retries"]) == ("FAILURE", "0")
        after = {"mut/after_failed_run": night}.items()
        healthy = until(lambda: next((one for one in dev.runs() if after <= one.tags.items()), None), "publish_latest")
        assert dev.ended(healthy.id).status == "SUCCESS"
        assert time.monotonic() - began < TOTAL + MORE
        assert {one.id for one in dev.runs()} == {night, healthy.id}
        assert "MUT-RUN-010" in until(lambda: dev.log.read_text().partition("falló daily_refresh")[2], "the alert")
    finally:
        dev.stop()
        dev.session.close()
    assert list((tmp_path / "mut" / "bucket" / DATASET / "eventos").glob("*.md"))
