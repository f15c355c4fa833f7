"""A disk that is full, or an output that takes nothing more, is one sentence with a code, and exit status 1."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SENTENCE = "MUT-HOME-001: The disk under MUT_HOME is full ("
MUT = f"{sys.executable} -m mut_assets.cli"

SMALL = """
set -e
mount -t tmpfs -o size={kilobytes}k tmpfs "$PLACE"
export MUT_HOME="$PLACE/mut"
set +e
{first}
dd if=/dev/zero of="$PLACE/rest" bs=1k 2>/dev/null
{then}; echo "status $?"
"""


def environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "MUT_HOME": str(folder / "mut"), "MUT_TODAY": "2026-11-18", "MUT_RETRY_SECONDS": "0"}


def shell(script: str, folder: Path, *before: str) -> subprocess.CompletedProcess[str]:
    variables = {**environment(folder), "PLACE": str(folder), "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [*before, "bash", "-c", script]
    return subprocess.run(command, env=variables, cwd=folder, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kilobytes", "first", "then"),
    [
        (300, ":", f"{MUT} run"),  # full while Dagster makes its tables
        (2500, ":", f"{MUT} run"),  # full in the middle of the night
        (30_000, f"{MUT} run >/dev/null", f"{MUT} search helados"),
        (30_000, f"{MUT} run >/dev/null", f"{MUT} run"),
        (30_000, f"{MUT} run >/dev/null", f'{MUT} status > "$PLACE/out"'),
    ],
    ids=["no room for the history", "in the middle", "search", "the next night", "the output is on it too"],
)
def test_a_full_disk_is_one_sentence(tmp_path: Path, kilobytes: int, first: str, then: str) -> None:
    if shell('mount -t tmpfs tmpfs "$PLACE"', tmp_path, "unshare", "-rm").returncode:
        pytest.skip("no small disk: this user may not mount one in a namespace of its own (unshare -rm)")
    script = SMALL.format(kilobytes=kilobytes, first=first, then=then)
    if first == ":" and kilobytes > 1000:
        script = script.replace('dd if=/dev/zero of="$PLACE/rest" bs=1k 2>/dev/null', "")
    done = shell(script, tmp_path, "unshare", "-rm")
    assert done.stdout.splitlines()[-1] == "status 1", done.stdout + done.stderr
    said = done.stdout + done.stderr
    assert SENTENCE in said and "Traceback" not in said, said[-1500:]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_an_output_that_takes_nothing_more_is_said_and_one_that_is_closed_is_not_missed(tmp_path: Path) -> None:
    full = shell(f"{MUT} status > /dev/full", tmp_path)
    assert full.returncode == 1 and full.stderr.startswith(
        "MUT-HOME-001: What this command prints goes to a full disk."
    )
    for script, status in (
        (f"{MUT} status > /dev/full 2>&1", 1),
        (f"{MUT} status >&-", 0),
        (f"{MUT} status >&- 2>&-", 0),
        (f"{MUT} status | true; echo ${{PIPESTATUS[0]}} >&2", 0),
    ):
        done = shell(script, tmp_path)
        assert done.returncode == status and "Traceback" not in done.stderr, script
