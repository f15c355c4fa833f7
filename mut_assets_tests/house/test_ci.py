"""`.ci/run` with stand-ins for everything it starts: the order, what makes it fail, and how its log ends."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from mut_assets_tests.house.process import ran

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow

if shutil.which("dpkg-query") is None:
    pytest.skip("continuous integration runs on Debian", allow_module_level=True)

# Writes down how it was called; fails when FAIL names it; `make test` ends as pytest does.
STUB = """\
#!/bin/sh
call="$(basename "$0") $*"
echo "$call" >> "$LOG"
case "$call" in "$FAIL"*) echo "$call failed"; exit 3 ;; esac
case "$call" in
  "dpkg-query "*) echo "$INSTALLED" ;;
  "make test") echo "$HYPOTHESIS_PROFILE" > "$LOG.profile"; echo "==== 1 passed in 0.01s ====" ;;
  "down.sh "*) echo "a word after the end" ;;
esac
"""
INSTALL = """\
#!/bin/sh
echo "install.sh $(basename "$1") $2" >> "{log}"
case "install.sh $2" in "{fail}"*) exit 3 ;; esac
env | cut -d = -f 1 > "{log}.environment"
mkdir -p "$1/bin"
for name in mut python; do printf '#!/bin/sh\\necho "%s $*" >> "{log}"; cat > /dev/null\\n' $name > "$1/bin/$name"; done
chmod +x "$1/bin/mut" "$1/bin/python"
"""


@dataclass
class Ci:
    folder: Path
    log: Path

    def run(self, fail: str = "nothing", installed: bool = True, shared: str = "shared") -> tuple[int, list[str]]:
        """Exit status and lines of the log."""
        script = self.folder / "deploy/install.sh"
        script.write_text(INSTALL.format(log=self.log, fail=fail), encoding="utf-8")
        around = self.folder.parent
        environment = {
            "PATH": f"{around / 'bin'}:{os.environ['PATH']}",
            "HOME": str(around),
            "TMPDIR": str(around / "tmp"),
            "LOG": str(self.log),
            "FAIL": fail,
            "INSTALLED": "install ok installed" if installed else "",
            "MUT_SHARED": str(around / shared),
            "AWS_SECRET_ACCESS_KEY": "kept out of the clean environment",
            "PIP_DEFAULT_TIMEOUT": "60",
            "CI": "true",
        }
        done = ran("sh", "-c", 'exec "$0" 2>&1', self.folder / ".ci/run", env=environment)
        return done.returncode, done.stdout.splitlines()

    def left_behind(self) -> list[Path]:
        return list((self.folder.parent / "tmp").iterdir())

    def calls(self) -> list[str]:
        """What was started, without the questions to dpkg."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [line.strip() for line in lines if not line.startswith("dpkg-query")]


@pytest.fixture
def ci(tmp_path: Path) -> Ci:
    folder = tmp_path / "checkout"
    copied = ".ci/run deploy/start.sh requirements.lock pyproject.toml LICENSE workspace.yaml dagster.yaml"
    for name in copied.split():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    (folder / "mut_assets").mkdir()
    (folder / "deploy/install.sh").touch(mode=0o755)
    rig = tmp_path / "shared/wordpress"
    for place in (rig, tmp_path / "bin", tmp_path / "tmp"):
        place.mkdir(parents=True)
    (rig / "lib.sh").write_text("RUN=x; alive() { false; }\n", encoding="utf-8")
    stubs = [tmp_path / "bin" / name for name in ("make", "php", "dpkg-query", "apt-get")]
    for stub in stubs + [rig / name for name in ("up.sh", "mode.sh", "down.sh")]:
        stub.write_text(STUB, encoding="utf-8")
        stub.chmod(0o755)
    return Ci(folder, tmp_path / "log")


def test_everything_runs_in_order_and_the_last_line_is_pytests(ci: Ci) -> None:
    status, lines = ci.run()
    assert (status, lines[-1]) == (0, "==== 1 passed in 0.01s ====")
    assert Path(f"{ci.log}.profile").read_text(encoding="utf-8") == "ci\n", "with every example"
    before = ["up.sh", "mode.sh normal", f"php {ci.folder.parent / 'shared/wordpress/mutate.php'} reset", "make check"]
    image = ["install.sh mut packages", "install.sh mut project", "mut --help", "python -"]
    assert ci.calls() == [*before, *image, "make slow", "make test", "down.sh"], "and no package was installed"
    seen = set(Path(f"{ci.log}.environment").read_text(encoding="utf-8").split())
    assert "PIP_DEFAULT_TIMEOUT" in seen, "the image's step sees where packages come from, and no secret"
    assert not {"AWS_SECRET_ACCESS_KEY", "MUT_SHARED", "CI"} & seen
    assert ci.left_behind() == []


def test_a_wordpress_that_was_up_stays_up(ci: Ci) -> None:
    lib = ci.folder.parent / "shared/wordpress/lib.sh"
    lib.write_text("RUN=x; alive() { true; }\n", encoding="utf-8")
    assert ci.run()[0] == 0
    assert "down.sh" not in ci.calls()


def test_without_the_shared_folder_the_rest_runs(ci: Ci) -> None:
    status, lines = ci.run(shared="nowhere")
    assert status == 0
    assert any("its tests are skipped" in line for line in lines)
    assert ci.calls()[0] == "make check"


def test_missing_packages_are_installed(ci: Ci) -> None:
    ci.run(installed=False)
    install = "apt-get install -y -q --no-install-recommends chromium fonts-liberation"
    assert ci.calls()[:2] == ["apt-get update -q", install]


@pytest.mark.parametrize(
    "step",
    ["up.sh", "mode.sh", "php", "make check", "install.sh packages", "install.sh project", "make slow", "make test"],
)
def test_a_failing_step_fails_the_whole(ci: Ci, step: str) -> None:
    status, _ = ci.run(fail=step)
    assert status != 0
    assert (ci.calls()[-1], ci.left_behind()) == ("down.sh", [])
    assert ("make test" in ci.calls()) == (step == "make test")


def test_a_failing_package_installation_fails_the_whole_and_shows_why(ci: Ci) -> None:
    status, lines = ci.run(fail="apt-get install", installed=False)
    assert status != 0
    assert any("apt-get install" in line and "failed" in line for line in lines)
