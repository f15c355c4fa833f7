"""`mut dev`: Dagster's web server and its daemon on this machine, as one command.

What belongs here: starting both, and ending both when somebody asks or one of them ends. What does not: their home
(`home.py`), or how Dagster behaves (`dagster.yaml`).
"""

import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from mut_assets.operations.shipped import shipped

LOOK_SECONDS = 0.2
ENDING_SECONDS = 30
"""How long a process may take to end once it was asked to; then it is killed."""


def services(port: int) -> dict[str, list[str]]:
    """The two commands by the name that people know them by."""
    scripts, workspace = Path(sys.executable).parent, ["-w", str(shipped("workspace.yaml"))]
    return {
        "web server": [str(scripts / "mut"), "webserver", "-h", "127.0.0.1", "-p", str(port), *workspace],
        "daemon": [str(scripts / "dagster-daemon"), "run", *workspace],
    }


def run_together(commands: Mapping[str, Sequence[str]], *kept: int) -> dict[str, int]:
    """Runs commands until SIGINT or SIGTERM, the end of its terminal, or until one of them ends; then ends the others.

    Gives the exit status of those that ended by themselves, by name; none when somebody asked. Each is in a process
    group of its own: Ctrl-C in a terminal goes to a whole group, and would reach them twice. Each has the files `kept`.
    """
    asked: list[int] = []
    # Also where they were ignored: a shell ignores SIGINT for what it starts in the background, a child inherits that,
    # and with it Dagster heeds no SIGTERM either. A handler is not inherited.
    kept_alive = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN  # by nohup
    for number in (signal.SIGINT, signal.SIGTERM, *(() if kept_alive else (signal.SIGHUP,))):
        signal.signal(number, lambda received, _: asked.append(received))
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            processes[name] = subprocess.Popen(command, process_group=0, pass_fds=kept)
        while not asked and all(process.poll() is None for process in processes.values()):
            time.sleep(LOOK_SECONDS)
        ended = {name: process.returncode for name, process in processes.items() if process.returncode is not None}
        return {} if asked else ended
    finally:
        _end(list(processes.values()))


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
    give_up = time.monotonic() + ENDING_SECONDS
    for process in processes:
        try:
            process.wait(max(0.0, give_up - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
