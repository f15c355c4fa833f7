"""How tests are shared out among processes, and the real WordPress of ${MUT_SHARED:-../shared}/wordpress."""

import fcntl
import gc
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:  # it brings boto3 with it, which most tests do without
    from mut_assets_tests.fakes.seaweedfs import SeaweedFS

REPOSITORY = Path(__file__).parents[1]

LONGEST_FIRST = (
    "ui/",
    "corridor/test_aws",
    "corridor/test_writers",
    "chaos/",
    "wordpress",
    "corridor/test_failures",
    "docs/test_commands",
    "corridor/test_kills",
    "corridor/test_terminal",
    "golden/",
    "corridor/",
    "assets/",
    "house/",
    "operations/",
    "resources/bedrock",
)
"""What takes longest is begun first, so that no process is left with it at the end; "wordpress" is the real one."""

APART = (
    "chaos/test_histories.py",
    "chaos/test_month.py",
    "chaos/test_nights.py",
    "corridor/test_aws.py",
    "corridor/test_corridor.py",
    "corridor/test_kills.py",
    "golden/test_messages.py",
)
"""Files whose tests may run in several processes: they take long, and share little."""


class InOneProcess(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Tests of one file run in one process, and so do all that switch the real WordPress: it has one mood at a time.

    What takes long and shares nothing is split further, so that the processes end together.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file.endswith(REAL_WORDPRESS):
            return "wordpress"
        if file.endswith(APART):
            return nodeid
        return file


# How long an example takes is for the machine to say: two cores shared by three processes stop for a moment at times.
# The same examples every time: what lands was green, and stays so until somebody changes it. `search` looks for others.
settings.register_profile("dev", max_examples=25, deadline=None, derandomize=True)
settings.register_profile("ci", max_examples=100, deadline=None, derandomize=True)
settings.register_profile("search", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

REAL_WORDPRESS = ("test_real_wordpress.py", "test_wordpress_real.py", "test_wordpress_fake.py")


@pytest.hookimpl(optionalhook=True)  # there are no processes with `-p no:xdist`
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> InOneProcess:
    """Chosen by pytest-xdist instead of its own, whatever `--dist` says."""
    config.option.loadscopereorder = False  # its order is by number of tests
    return InOneProcess(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first."""
    items.sort(key=_rank)


def pytest_collection_finish() -> None:
    """What importing left stays until the end, and is not looked through for garbage a thousand times."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


def _rank(item: pytest.Item) -> int:
    place = "wordpress" if item.path.name in REAL_WORDPRESS else item.path.relative_to(Path(__file__).parent).as_posix()
    return next((rank for rank, start in enumerate(LONGEST_FIRST) if place.startswith(start)), len(LONGEST_FIRST))


@dataclass
class RealWordPress:
    """A WordPress whose behaviour its own scripts switch."""

    base_url: str
    scripts: Path
    work: Path
    changed: bool = False
    shifted: bool = False

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Waits until no other process tests with it: it has one mood at a time."""
        with (self.work / "tests.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def mode(self, name: str) -> None:
        self.changed = True
        self.shifted = self.shifted or name.startswith("shift-")
        self._run("bash", "mode.sh", name)

    def restore(self) -> None:
        if self.changed:
            self._run("bash", "mode.sh", "normal")
        if self.shifted:
            self._run("php", "mutate.php", "reset")
        self.changed = self.shifted = False

    def mutate(self, *arguments: str) -> list[dict[str, object]]:
        """An editor's work: `mutate.php` with these arguments; gives what it says it did."""
        self.changed = self.shifted = True
        return [json.loads(line) for line in self._run("php", "mutate.php", *arguments).splitlines()]

    def ids(self, wordpress_type: str) -> set[int]:
        """What was imported and is there unless a test changed it."""
        expected = json.loads((self.work / "expected.json").read_text())
        return {item["id"] for item in expected if item["type"] == wordpress_type}

    def _run(self, *command: str) -> str:
        done = subprocess.run(command, cwd=self.scripts, check=True, capture_output=True, text=True, timeout=60)
        return done.stdout


@pytest.fixture(scope="session", autouse=True)
def _what_never_changes_is_read_once() -> Iterator[None]:
    from mut_assets_tests.caches import read_once  # the process that shares out the tests does without it

    with pytest.MonkeyPatch.context() as patch:
        read_once(patch)
        yield


@pytest.fixture(scope="session")
def running_wordpress() -> RealWordPress:
    """The rig, put into its normal mode; skips with the reason where there is none."""
    scripts = Path(os.environ.get("MUT_SHARED", REPOSITORY.parent / "shared")) / "wordpress"
    work = Path(os.environ.get("WP_RIG_DIR", Path(tempfile.gettempdir()) / "wp-rig"))
    origin = f"http://127.0.0.1:{os.environ.get('WP_RIG_PORT', '8089')}"
    if not (scripts / "mode.sh").exists():
        pytest.skip(f"no real WordPress: {scripts} is not there (MUT_SHARED says where)")
    if not (work / "expected.json").exists():
        pytest.skip(f"no real WordPress: it was never brought up in {work} ({scripts}/up.sh does)")
    try:
        requests.get(f"{origin}/wp-json/", timeout=5)
    except requests.RequestException:
        pytest.skip(f"no real WordPress: {origin} does not answer ({scripts}/up.sh starts it)")
    wordpress = RealWordPress(f"{origin}/wp-json/wp/v2", scripts, work)
    with wordpress.alone():
        wordpress.mode("normal")
    return wordpress


@pytest.fixture
def real_wordpress(running_wordpress: RealWordPress) -> Iterator[RealWordPress]:
    """A real WordPress as it was imported; what a test does to it is undone."""
    with running_wordpress.alone():
        running_wordpress.restore()
        yield running_wordpress
        running_wordpress.restore()


@pytest.fixture(scope="session")
def seaweedfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator["SeaweedFS"]:
    """A real S3 server, one for all tests of a process; see `fakes/seaweedfs.py`."""
    from mut_assets_tests.fakes.seaweedfs import served

    with served(tmp_path_factory.mktemp("seaweedfs")) as server:
        yield server
