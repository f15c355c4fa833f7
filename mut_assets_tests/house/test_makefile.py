"""What `make` does in a bare checkout, with an interpreter that writes down what it was asked instead of doing it."""

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from mut_assets_tests.house.process import ran

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow

STUB = """\
#!/bin/sh
# Stands in for Python: supported unless told otherwise; `-m venv` copies it into the environment.
here="$(cd "$(dirname "$0")" && pwd)"
case "$*" in
  *version_info*) exit {supported} ;;
  -V) echo "Python {version}"; exit ;;
esac
echo "$(basename "$0") $*" >> "{log}"
case "$*" in
  "-m venv --clear "*)
    for last; do :; done
    rm -rf "$last" && mkdir -p "$last/bin" && touch "$last/pyvenv.cfg"
    cp "$0" "$last/bin/python" && cp "$0" "$last/bin/mut" ;;
esac
case "$(basename "$0") $*" in
  "mut run"*) echo "$DAGSTER_HOME" > "{log}.home"; cat "$DAGSTER_HOME/dagster.yaml" > "{log}.yaml" ;;
  "python -m pytest"*) env > "{log}.environment" ;;
esac
"""

VENV = "interpreter -m venv --clear .venv"
PACKAGES = "python -m pip -qq install --no-compile --require-hashes --no-deps -r requirements.lock"
DEV_PACKAGES = "python -m pip -qq install --no-compile --require-hashes --no-deps -r requirements-dev.lock"
PROJECT = "python -m pip -qq install --no-compile --no-deps --no-build-isolation --editable ."


@dataclass
class Checkout:
    """A copy of the files that make reads, and the log of what the stand-in was asked."""

    folder: Path
    log: Path

    def make(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`UV=` stands for a machine without uv, whatever this one has."""
        return ran("make", "UV=", *words, "PYTHON=../interpreter", folder=self.folder)

    def asked(self) -> list[str]:
        """What was done since the last time this was asked."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return lines

    def interpreter(
        self, name: str = "../interpreter", more: str = "", supported: int = 0, version: str = "3.12.1"
    ) -> None:
        stub = self.folder / name
        stub.write_text(STUB.format(log=self.log, supported=supported, version=version) + more, encoding="utf-8")
        stub.chmod(0o755)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    for variable in ("MUT_HOME", "DAGSTER_HOME", "PYTHON", "ARGS", "MAKEFLAGS", "MFLAGS", "MAKELEVEL"):
        monkeypatch.delenv(variable, raising=False)
    checkout = Checkout(tmp_path / "checkout", tmp_path / "log")
    checkout.folder.mkdir()
    for name in ("Makefile", "requirements.lock", "requirements-dev.lock", "pyproject.toml", "dagster.yaml"):
        shutil.copy(ROOT / name, checkout.folder)
    checkout.interpreter()
    return checkout


@pytest.fixture
def installed(checkout: Checkout) -> Checkout:
    """A checkout in which `make run` ran."""
    assert checkout.make("run").returncode == 0
    assert checkout.asked() == [VENV, PACKAGES, PROJECT, "mut run"], "hashed packages, the project, and then it runs"
    return checkout


def test_uv_installs_the_same_where_it_is_there(checkout: Checkout) -> None:
    checkout.interpreter("../uv")
    assert checkout.make("run", "UV=../uv").returncode == 0
    into = "uv pip install --quiet --python .venv/bin/python"
    packages = f"{into} --require-hashes --no-deps -r requirements.lock"
    assert checkout.asked() == [VENV, packages, f"{into} --no-deps --no-build-isolation --editable .", "mut run"]


def test_a_second_run_installs_what_changed_and_nothing_else(installed: Checkout) -> None:
    for path in installed.folder.iterdir():
        path.touch()  # as a fresh checkout of the same files would
    assert installed.make("run").returncode == 0
    assert installed.asked() == ["mut run"]
    with (installed.folder / "requirements.lock").open("a", encoding="utf-8") as lock:
        lock.write("# another pin\n")
    installed.make("run")
    assert installed.asked() == [PACKAGES, "mut run"]


def test_testing_needs_one_installation_and_a_run_after_it_none(checkout: Checkout) -> None:
    assert checkout.make("test").returncode == 0
    assert checkout.asked() == [VENV, DEV_PACKAGES, PROJECT, "python -m pytest --numprocesses 3"]
    checkout.make("run")
    assert checkout.asked() == ["mut run"]


def test_running_first_leaves_the_tools_for_the_tests(installed: Checkout) -> None:
    installed.make("test", "ARGS=-k lease")
    assert installed.asked() == [DEV_PACKAGES, "python -m pytest --numprocesses 3 -k lease"]


def test_each_part_of_the_tests_has_a_target_of_its_own(checkout: Checkout) -> None:
    checkout.make("quick", "slow", "nightly", "ARGS=-x")
    parts = ("mut_assets_tests/domain", "--numprocesses 3 -m slow and not nightly", "--numprocesses 2 -m nightly")
    assert checkout.asked()[-3:] == [f"python -m pytest {part} -x" for part in parts]


def test_two_at_once_install_once(checkout: Checkout) -> None:
    if shutil.which("flock") is None:
        pytest.skip("flock is not on this machine; make installs without a lock there")
    with ThreadPoolExecutor() as both:
        assert [done.returncode for done in both.map(checkout.make, ["run", "run"])] == [0, 0]
    assert sorted(checkout.asked()) == sorted([VENV, PACKAGES, PROJECT, "mut run", "mut run"])


def test_an_unsupported_python_gets_one_sentence_that_says_what_to_type(checkout: Checkout) -> None:
    checkout.interpreter(supported=1, version="3.9.2")
    done = checkout.make("run")
    assert (done.returncode != 0, checkout.asked()) == (True, [])
    assert done.stderr.splitlines()[0] == (
        "mut-assets needs Python 3.11 to 3.14, but ../interpreter is Python 3.9.2: "
        "name another one, as in: make run PYTHON=python3.12"
    )


def test_an_environment_whose_interpreter_is_gone_is_made_anew(installed: Checkout) -> None:
    (installed.folder / ".venv/bin/python").unlink()
    assert installed.make("run").returncode == 0
    assert installed.asked() == [VENV, PACKAGES, PROJECT, "mut run"]


@pytest.mark.parametrize(
    ("failing", "tried", "again"),
    [
        ("-m venv *", [VENV], [VENV, PACKAGES, PROJECT, "mut run"]),
        ("*requirements.lock", [VENV, PACKAGES], [PACKAGES, PROJECT, "mut run"]),
    ],
)
def test_what_was_made_by_half_is_not_taken_for_done(
    checkout: Checkout, failing: str, tried: list[str], again: list[str]
) -> None:
    pattern = failing.replace(" ", "\\ ")
    checkout.interpreter(more=f'case "$*" in {pattern}) echo "no"; exit 1 ;; esac\n')
    assert checkout.make("run").returncode != 0
    assert checkout.asked() == tried
    checkout.interpreter()
    if (checkout.folder / ".venv").exists():
        checkout.interpreter(".venv/bin/python")
    assert checkout.make("run").returncode == 0
    assert checkout.asked() == again


@pytest.mark.parametrize("chosen", [None, "elsewhere/data", "/absolute"])
def test_dagster_gets_an_absolute_home_that_holds_its_settings_and_no_older_ones(
    checkout: Checkout, tmp_path: Path, chosen: str | None
) -> None:
    home = str(tmp_path / "absolute") if chosen == "/absolute" else chosen
    expected = checkout.folder / (home or ".mut") / "dagster"
    expected.mkdir(parents=True)
    (expected / "dagster.yaml").write_text("telemetry: {enabled: true}\n", encoding="utf-8")
    assert checkout.make("run", *([f"MUT_HOME={home}"] if home else [])).returncode == 0
    assert Path((tmp_path / "log.home").read_text(encoding="utf-8").strip()) == expected
    assert (tmp_path / "log.yaml").read_bytes() == (ROOT / "dagster.yaml").read_bytes()
    assert [path.name for path in expected.iterdir()] == ["dagster.yaml"]


@pytest.mark.parametrize(("chosen", "profile"), [({}, "dev"), ({"HYPOTHESIS_PROFILE": "ci"}, "ci")])
def test_the_tests_keep_bytecode_and_try_few_examples_unless_told_otherwise(
    checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chosen: dict[str, str], profile: str
) -> None:
    monkeypatch.delenv("HYPOTHESIS_PROFILE", raising=False)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    for name, value in chosen.items():
        monkeypatch.setenv(name, value)
    checkout.make("test")
    told = (tmp_path / "log.environment").read_text(encoding="utf-8")
    assert f"HYPOTHESIS_PROFILE={profile}\n" in told
    assert "PYTHONDONTWRITEBYTECODE" not in told, "dozens of processes would compile everything anew"
    assert "MUT_HOME=" not in told and "DAGSTER_HOME=" not in told, "the tests bring homes of their own"
    assert not (checkout.folder / ".mut").exists()


def test_a_failing_command_fails_make_and_cleaning_keeps_the_data(installed: Checkout) -> None:
    (installed.folder / ".venv/bin/mut").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    assert installed.make("run").returncode != 0
    assert installed.make("clean").returncode == 0
    assert [(installed.folder / name).exists() for name in (".venv", ".mut")] == [False, True]


def test_make_alone_lists_every_target(checkout: Checkout) -> None:
    shown = checkout.make().stdout
    assert checkout.asked() == []
    for target in "help run dev test quick slow nightly check format bench lock clean".split():
        assert f"  make {target} " in shown
