"""Keeps a second `mut dev` off a home and a port that are in use: two daemons on one home do everything twice.

What belongs here: finding out that somebody is there. What does not: starting and ending anything (`dev.py`).
"""

import fcntl
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from mut_assets.resources.failures import PermanentFailure

BEAT_SECONDS = 40.0
"""A daemon that lives is heard every 30 s."""
LOOK_SECONDS = 0.5


def check_port(port: int) -> None:
    """Raises `PermanentFailure` MUT-RUN-012 unless this port of loopback can be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the web server does
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PermanentFailure(
                "MUT-RUN-012",
                f"Port {port} on 127.0.0.1 cannot be used: {error.strerror}.",
                "If `mut dev` runs already, use that one; otherwise choose another port with --port.",
            ) from error


@contextmanager
def held_home(home: Path) -> Iterator[int]:
    """Holds Dagster's home for `mut dev`; gives the file by which it is held, for the processes that it starts.

    Those keep it after `mut dev` was killed, for as long as one of them lives. The file names the process, then the
    daemons that ended with it. Raises `PermanentFailure` MUT-RUN-013 when another one holds it.
    """
    with (home / ".dev").open("a+") as file:
        file.seek(0)
        said = file.read().split()
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PermanentFailure(
                "MUT-RUN-013",
                f"Another `mut dev` has {home}: process {said[0] if said else 'unknown'}, or what it started.",
                "Use that one, or end it first. Another MUT_HOME is another platform, with a history of its own.",
            ) from error
        _write(file.fileno(), [str(os.getpid()), *said[1:]])
        yield file.fileno()


@contextmanager
def only_daemon(instance: dg.DagsterInstance, held: int, say: Callable[[str], None]) -> Iterator[None]:
    """Raises `PermanentFailure` MUT-RUN-014 when a daemon lives in this home; afterwards notes which have ended.

    A daemon that died a moment ago looks like one that lives, until its next beat is due: that is waited for.
    """
    ended = os.pread(held, 1_000_000, 0).decode().split()[1:]
    give_up, first = time.monotonic() + BEAT_SECONDS, _last_beat(instance, ended)
    if time.time() - first < BEAT_SECONDS:
        say("A daemon was heard here a moment ago: looking whether it still lives.")
    while time.time() - first < BEAT_SECONDS and time.monotonic() < give_up:
        if _last_beat(instance, ended) > first:
            raise PermanentFailure(
                "MUT-RUN-014",
                f"A dagster-daemon runs already in {instance.root_directory}; two would start every night twice.",
                "End it first, or start only the UI beside it: dagster-webserver -w workspace.yaml.",
            )
        time.sleep(LOOK_SECONDS)
    try:
        yield
    finally:
        ours = {beat.daemon_id for beat in instance.get_daemon_heartbeats().values() if beat.daemon_id}
        _write(held, [str(os.getpid()), *sorted(ours)])


def _last_beat(instance: dg.DagsterInstance, ended: list[str]) -> float:
    beats = instance.get_daemon_heartbeats().values()
    return max((beat.timestamp for beat in beats if beat.daemon_id not in ended), default=0.0)


def _write(file: int, words: list[str]) -> None:
    os.ftruncate(file, 0)
    os.write(file, " ".join(words).encode())  # opened for appending: at its end, which is its beginning now
