"""A second `mut dev` on one home or one port is refused before it starts anything, and so is one beside a daemon."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import pytest
from dagster._daemon.types import DaemonHeartbeat

from mut_assets.operations.alone import check_port, held_home, only_daemon
from mut_assets.operations.dev import run_together
from mut_assets.resources.failures import PermanentFailure
from mut_assets_tests.corridor.test_terminal import environment
from mut_assets_tests.terminal import mut_here


def test_a_port_in_use_is_named_and_nothing_is_left_behind(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        second = mut_here(environment(tmp_path / "mut"), "dev", "--port", port)
    assert second.returncode == 2 and f"MUT-RUN-012: Port {port} on 127.0.0.1" in second.stderr
    assert not (tmp_path / "mut").exists()
    check_port(int(port))


def test_a_second_one_on_the_home_names_the_first_and_starts_nothing(tmp_path: Path) -> None:
    home = tmp_path / "mut" / "dagster"
    home.mkdir(parents=True)
    with held_home(home):
        second = mut_here(environment(tmp_path / "mut"), "dev")
    assert second.returncode == 2
    assert f"MUT-RUN-013: Another `mut dev` has {home}: process {os.getpid()}" in second.stderr
    assert "Serving" not in second.stdout + second.stderr
    with held_home(home):
        pass  # it is free again


def test_the_home_is_held_until_the_last_process_that_it_started_has_ended(tmp_path: Path) -> None:
    """`mut dev` was killed; its daemon still runs."""
    script = f"""
from mut_assets.operations.alone import held_home
from mut_assets.operations.dev import run_together
from pathlib import Path
with held_home(Path({str(tmp_path)!r})) as held:
    run_together({{"daemon": ["sh", "-c", "echo $$; exec sleep 600"]}}, held)
"""
    first = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert first.stdout is not None
    daemon = int(first.stdout.readline())
    first.kill()
    first.wait()
    try:
        with pytest.raises(PermanentFailure, match=f"MUT-RUN-013.*process {first.pid}, or what it started"):
            held_home(tmp_path).__enter__()
    finally:
        os.kill(daemon, signal.SIGKILL)
        first.stdout.read()  # ends when the daemon has
    with held_home(tmp_path):
        pass


def test_beside_a_daemon_that_lives_and_after_one_that_ended(tmp_path: Path) -> None:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:

        def beat(_: str = "") -> None:
            instance.add_daemon_heartbeat(DaemonHeartbeat(time.time(), "SENSOR", "4f1c-daemon"))

        with held_home(tmp_path) as held:
            beat()
            with pytest.raises(PermanentFailure, match="MUT-RUN-014"), only_daemon(instance, held, beat):
                pytest.fail("it was let in")
        instance.wipe_daemon_heartbeats()
        with held_home(tmp_path) as held, only_daemon(instance, held, pytest.fail):
            beat()  # ours
        with held_home(tmp_path) as held, only_daemon(instance, held, pytest.fail):
            pass  # started again at once: ours has ended, nothing is waited for


def test_what_is_started_keeps_the_home(tmp_path: Path) -> None:
    with held_home(tmp_path) as held:
        ended = run_together({"daemon": ["sh", "-c", f"test -e /proc/self/fd/{held} && exit 7"]}, held)
    assert ended == {"daemon": 7}
