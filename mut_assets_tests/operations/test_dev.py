"""`mut dev`: two processes that begin and end together, from a checkout and from an installed wheel."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

import mut_assets
from mut_assets.operations.dev import services
from mut_assets_tests.dev_server import Dev, until

ROOT = Path(mut_assets.__file__).parents[1]
RUN = """
import sys
from mut_assets.operations import dev
dev.ENDING_SECONDS = 1
wait = "import pathlib, os, signal, time; {before}; pathlib.Path('{name}').write_text(str(os.getpid())); {after}"
command = lambda name, before="pass", after="time.sleep(60)": [
    sys.executable, "-c", wait.format(name=name, before=before, after=after)]
print(dev.run_together({"a": command("a", {a}), "b": command("b", {b})}))
"""


def begin(folder: Path, a: str = "", b: str = "", shell: str = "exec") -> subprocess.Popen[str]:
    """A process that runs `a` and `b` together, each with what it is told; `shell` stands before it in a shell."""
    script = RUN.replace("{a}", a).replace("{b}", b)
    words = ["sh", "-c", f'{shell} "$@"', "-", sys.executable, "-c", script]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(words, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)


def started(folder: Path) -> list[int]:
    """The process ids of both, once they run."""
    files = [folder / "a", folder / "b"]
    until(lambda: all(file.is_file() and file.read_text() for file in files) or None, "both to start")
    return [int(file.read_text()) for file in files]


def alive(pids: list[int]) -> list[int]:
    found = []
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, 0)
            found.append(pid)
    return found


@pytest.mark.parametrize("shell", ["exec", "trap '' INT; exec"], ids=["in front", "in the background of a script"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_whoever_asks_ends_both(tmp_path: Path, number: signal.Signals, shell: str) -> None:
    process = begin(tmp_path, shell=shell)
    pids = started(tmp_path)
    process.send_signal(number)
    assert process.communicate(timeout=60)[0] == "{}\n"
    assert (process.returncode, alive(pids)) == (0, [])


def test_under_nohup_it_outlives_its_terminal(tmp_path: Path) -> None:
    process = begin(tmp_path, shell="trap '' HUP; exec")
    pids = started(tmp_path)
    process.send_signal(signal.SIGHUP)
    os.kill(pids[0], signal.SIGKILL)
    assert process.communicate(timeout=60)[0] == "{'a': -9}\n", "nobody asked"


def test_when_one_ends_the_other_is_ended_and_its_status_is_told(tmp_path: Path) -> None:
    process = begin(tmp_path)
    pids = started(tmp_path)
    os.kill(pids[1], signal.SIGKILL)
    assert process.communicate(timeout=60)[0] == "{'b': -9}\n"
    assert alive(pids) == []


def test_what_does_not_end_when_asked_is_killed(tmp_path: Path) -> None:
    stubborn = 'before="signal.signal(signal.SIGINT, signal.SIG_IGN)"'
    process = begin(tmp_path, stubborn, 'after="raise SystemExit(3)"')
    pids = started(tmp_path)
    assert process.communicate(timeout=60)[0] == "{'b': 3}\n"
    assert alive(pids) == []


def test_both_read_the_workspace_that_is_shipped() -> None:
    for command in services(3000).values():
        assert Path(command[0]).is_file() and command[-2:] == ["-w", str(ROOT / "workspace.yaml")]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel in it, and without this checkout: other packages are those of the tests."""
    folder = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    [wheel], [packages] = folder.glob("*.whl"), (folder / "venv").glob("lib/python*/site-packages")
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "venv"), "install", "-q", "--no-deps", "--no-index"]
    subprocess.run([*pip, str(wheel)], check=True)
    # A .pth file in a folder that a .pth file adds is not read: the editable installation of this checkout stays out.
    here = Path(pytest.__file__).parents[1]
    (packages / "tests.pth").write_text(f"{here}\n", encoding="utf-8")
    scripts = folder / "venv" / "bin"
    daemon = scripts / "dagster-daemon"
    _, _, rest = Path(sys.executable).with_name(daemon.name).read_text(encoding="utf-8").partition("\n")
    daemon.write_text(f"#!{scripts / 'python'}\n{rest}", encoding="utf-8")
    daemon.chmod(0o755)
    return scripts


@pytest.mark.slow
def test_dev_works_from_an_installed_wheel(installed: Path, tmp_path: Path) -> None:
    dev = Dev(tmp_path / "mut", tmp_path / "dev.log", python=installed / "python", folder=tmp_path)
    dev.start()
    try:
        answer = dev.ask("{ workspaceOrError { ... on Workspace { locationEntries { name loadStatus } } } }")
        assert answer["workspaceOrError"]["locationEntries"] == [{"name": "mut_assets", "loadStatus": "LOADED"}]
        assert dev.ended(dev.launch("daily_refresh")).status == "SUCCESS"  # the daemon takes it from the queue
    finally:
        status = dev.stop()
    log = (tmp_path / "dev.log").read_text(encoding="utf-8")
    assert status == 0
    assert "superseded" not in log and "will not be used" not in log and "No dagster instance configuration" not in log
    assert (tmp_path / "mut/dagster/dagster.yaml").read_bytes() == (ROOT / "dagster.yaml").read_bytes()
    assert str(ROOT) not in log and not list(tmp_path.glob("workspace.yaml"))


@pytest.mark.slow
def test_a_dead_daemon_ends_dev_with_a_status(installed: Path, tmp_path: Path) -> None:
    daemon = installed / "dagster-daemon"
    kept = daemon.read_text(encoding="utf-8")
    daemon.write_text("#!/bin/sh\nexit 7\n", encoding="utf-8")
    dev = Dev(tmp_path / "mut", tmp_path / "dev.log", python=installed / "python", folder=tmp_path)
    dev.begin()
    try:
        assert dev.process is not None and dev.process.wait(120) == 1
    finally:
        dev.stop()
        daemon.write_text(kept, encoding="utf-8")
    assert "The daemon ended by itself with exit status 7." in (tmp_path / "dev.log").read_text(encoding="utf-8")
