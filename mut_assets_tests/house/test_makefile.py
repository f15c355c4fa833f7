"""What `make` does in a bare checkout, with an interpreter that writes down what it was asked instead of doing it."""

import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

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

    def command(self, *words: str) -> list[str]:
        """`UV=` stands for a machine without uv, whatever this one has."""
        return ["make", "UV=", *words, "PYTHON=../interpreter"]

    def make(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.command(*words), cwd=self.folder, capture_output=True, text=True, check=False)

    def asked(self) -> list[str]:
        """What was done since the last time this was asked."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return lines


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    for variable in ("MUT_HOME", "DAGSTER_HOME", "PYTHON", "ARGS", "MAKEFLAGS", "MFLAGS", "MAKELEVEL"):
        monkeypatch.delenv(variable, raising=False)
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in ("Makefile", "requirements.lock", "requirements-dev.lock", "pyproject.toml", "dagster.yaml"):
        shutil.copy(ROOT / name, folder)
    log = tmp_path / "log"
    interpreter(tmp_path, log, supported=0, version="3.12.1")
    return Checkout(folder, log)


def interpreter(folder: Path, log: Path, supported: int, version: str) -> None:
    stub = folder / "interpreter"
    stub.write_text(STUB.format(log=log, supported=supported, version=version), encoding="utf-8")
    stub.chmod(stub.stat().st_mode | stat.S_IXUSR)


def test_a_bare_checkout_installs_hashed_packages_then_the_project_then_runs(checkout: Checkout) -> None:
    assert checkout.make("run").returncode == 0
    assert checkout.asked() == [VENV, PACKAGES, PROJECT, "mut run"]


def test_uv_installs_the_same_where_it_is_there(checkout: Checkout) -> None:
    uv = checkout.folder.parent / "uv"
    shutil.copy(checkout.folder.parent / "interpreter", uv)
    assert checkout.make("run", "UV=../uv").returncode == 0
    into = "uv pip install --quiet --python .venv/bin/python"
    packages = f"{into} --require-hashes --no-deps -r requirements.lock"
    assert checkout.asked() == [VENV, packages, f"{into} --no-deps --no-build-isolation --editable .", "mut run"]


def test_a_second_run_installs_nothing(checkout: Checkout) -> None:
    checkout.make("run")
    checkout.asked()
    for path in checkout.folder.iterdir():
        path.touch()  # as a fresh checkout of the same files would
    assert checkout.make("run").returncode == 0
    assert checkout.asked() == ["mut run"]


def test_a_changed_lock_is_installed(checkout: Checkout) -> None:
    checkout.make("run")
    checkout.asked()
    with (checkout.folder / "requirements.lock").open("a", encoding="utf-8") as lock:
        lock.write("# another pin\n")
    checkout.make("run")
    assert checkout.asked() == [PACKAGES, "mut run"]


def test_testing_needs_one_installation_and_a_run_after_it_none(checkout: Checkout) -> None:
    assert checkout.make("test").returncode == 0
    assert checkout.asked() == [VENV, DEV_PACKAGES, PROJECT, "python -m pytest --numprocesses 3"]
    checkout.make("run")
    assert checkout.asked() == ["mut run"]


def test_running_first_leaves_the_tools_for_the_tests(checkout: Checkout) -> None:
    checkout.make("run")
    checkout.asked()
    checkout.make("test", "ARGS=-k lease")
    assert checkout.asked() == [DEV_PACKAGES, "python -m pytest --numprocesses 3 -k lease"]


@pytest.mark.parametrize(
    ("target", "selection"),
    [
        ("quick", "mut_assets_tests/domain"),
        ("slow", "--numprocesses 2 -m slow"),
        ("nightly", "--numprocesses 2 -m nightly"),
    ],
)
def test_a_part_of_the_tests_has_a_target_of_its_own(checkout: Checkout, target: str, selection: str) -> None:
    checkout.make(target, "ARGS=-x")
    assert checkout.asked()[-1] == f"python -m pytest {selection} -x"


def test_two_at_once_install_once(checkout: Checkout) -> None:
    if shutil.which("flock") is None:
        pytest.skip("flock is not on this machine; make installs without a lock there")
    both = [
        subprocess.Popen(
            checkout.command("run"), cwd=checkout.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(2)
    ]
    assert [process.wait() for process in both] == [0, 0]
    assert sorted(checkout.asked()) == sorted([VENV, PACKAGES, PROJECT, "mut run", "mut run"])


def test_an_unsupported_python_gets_one_sentence_that_says_what_to_type(checkout: Checkout) -> None:
    interpreter(checkout.folder.parent, checkout.log, supported=1, version="3.9.2")
    done = checkout.make("run")
    assert done.returncode != 0
    assert checkout.asked() == []
    first = done.stderr.splitlines()[0]
    assert first == (
        "mut-assets needs Python 3.11 to 3.14, but ../interpreter is Python 3.9.2: "
        "name another one, as in: make run PYTHON=python3.12"
    )


def test_an_environment_whose_interpreter_is_gone_is_made_anew(checkout: Checkout) -> None:
    checkout.make("run")
    checkout.asked()
    (checkout.folder / ".venv/bin/python").unlink()
    assert checkout.make("run").returncode == 0
    assert checkout.asked() == [VENV, PACKAGES, PROJECT, "mut run"]


def test_an_environment_that_was_made_by_half_is_not_kept(checkout: Checkout) -> None:
    stub = checkout.folder.parent / "interpreter"
    good = stub.read_text(encoding="utf-8")
    stub.write_text(good + 'case "$*" in "-m venv "*) echo "no ensurepip"; exit 1 ;; esac\n', encoding="utf-8")
    assert checkout.make("run").returncode != 0
    assert checkout.asked() == [VENV]
    stub.write_text(good, encoding="utf-8")
    assert checkout.make("run").returncode == 0
    assert checkout.asked() == [VENV, PACKAGES, PROJECT, "mut run"]


def test_a_failed_installation_is_not_taken_for_done(checkout: Checkout) -> None:
    stub = checkout.folder.parent / "interpreter"
    good = stub.read_text(encoding="utf-8")
    stub.write_text(good + 'case "$*" in *requirements.lock) exit 1 ;; esac\n', encoding="utf-8")
    assert checkout.make("run").returncode != 0
    assert "mut run" not in checkout.asked()
    (checkout.folder / ".venv/bin/python").write_text(good, encoding="utf-8")
    assert checkout.make("run").returncode == 0
    assert checkout.asked() == [PACKAGES, PROJECT, "mut run"]


@pytest.mark.parametrize("chosen", [None, "elsewhere/data", "/absolute"])
def test_dagster_gets_an_absolute_home_that_holds_its_settings(
    checkout: Checkout, tmp_path: Path, chosen: str | None
) -> None:
    home = str(tmp_path / "absolute") if chosen == "/absolute" else chosen
    assert checkout.make("run", *([f"MUT_HOME={home}"] if home else [])).returncode == 0
    told = Path((tmp_path / "log.home").read_text(encoding="utf-8").strip())
    assert told == checkout.folder / (home or ".mut") / "dagster"
    assert (tmp_path / "log.yaml").read_bytes() == (ROOT / "dagster.yaml").read_bytes()


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


def test_the_tests_are_told_nothing_of_the_homes_of_this_checkout(checkout: Checkout, tmp_path: Path) -> None:
    checkout.make("test")
    told = (tmp_path / "log.environment").read_text(encoding="utf-8")
    assert "MUT_HOME=" not in told
    assert "DAGSTER_HOME=" not in told
    assert not (checkout.folder / ".mut").exists()


def test_an_old_dagster_yaml_is_replaced(checkout: Checkout) -> None:
    installed = checkout.folder / ".mut/dagster/dagster.yaml"
    installed.parent.mkdir(parents=True)
    installed.write_text("telemetry: {enabled: true}\n", encoding="utf-8")
    checkout.make("run")
    assert installed.read_bytes() == (ROOT / "dagster.yaml").read_bytes()
    assert [path.name for path in installed.parent.iterdir()] == ["dagster.yaml"]


def test_a_failing_command_fails_make(checkout: Checkout) -> None:
    checkout.make("run")
    (checkout.folder / ".venv/bin/mut").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    assert checkout.make("run").returncode != 0


def test_cleaning_keeps_the_data(checkout: Checkout) -> None:
    checkout.make("run")
    assert checkout.make("clean").returncode == 0
    assert not (checkout.folder / ".venv").exists()
    assert (checkout.folder / ".mut").exists()


def test_make_alone_lists_every_target(checkout: Checkout) -> None:
    shown = checkout.make().stdout
    assert checkout.asked() == []
    for target in (
        "help",
        "run",
        "dev",
        "test",
        "quick",
        "slow",
        "nightly",
        "check",
        "format",
        "bench",
        "lock",
        "clean",
    ):
        assert f"  make {target} " in shown
