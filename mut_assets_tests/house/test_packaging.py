"""pyproject.toml, the two locks, the wheel and the licence agree with each other and with the code."""

import ast
import re
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from mut_assets_tests.house.process import ran

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = [Requirement(text) for text in PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["build"]]
DEVELOPMENT = [Requirement(text) for text in PROJECT["dependency-groups"]["dev"]]
LOCKS = ("requirements.lock", "requirements-dev.lock")


def read_lock(name: str) -> list[tuple[Requirement, list[str]]]:
    """Each pin with its hashes, as pip reads them."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return [(Requirement(line.split("--hash")[0].strip()), re.findall(r"--hash=(\S+)", line)) for line in lines]


def pins(name: str) -> dict[str, set[str]]:
    """Versions by package; a package has several when they differ between Pythons."""
    found: dict[str, set[str]] = {}
    for requirement, _ in read_lock(name):
        found.setdefault(canonicalize_name(requirement.name), set()).add(str(requirement.specifier))
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_is_exact_and_hashed(name: str) -> None:
    for requirement, hashes in read_lock(name):
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in hashes), requirement


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_carries_no_address_and_no_path(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert [word for word in ("://", "--index", "--extra-index", "--find-links") if word in text] == []
    assert re.findall(r"(?:^|\s)(?:-r|-c|via)\s+[/~.]\S*", text) == []


@pytest.mark.parametrize(
    ("name", "wanted"), [("requirements.lock", RUNTIME), ("requirements-dev.lock", RUNTIME + DEVELOPMENT)]
)
def test_a_lock_holds_what_pyproject_asks_for(name: str, wanted: list[Requirement]) -> None:
    locked = pins(name)
    for requirement in wanted:
        versions = locked.get(canonicalize_name(requirement.name), set())
        assert versions, f"{requirement} is not in {name}: run make lock"
        for pin in versions:
            assert requirement.specifier.contains(pin.removeprefix("=="), prereleases=True), f"{requirement}: {pin}"


def test_development_adds_to_the_runtime_pins_and_changes_none() -> None:
    development = pins("requirements-dev.lock")
    assert {name: development.get(name) for name in pins("requirements.lock")} == pins("requirements.lock")


def test_the_tests_run_on_the_locked_versions() -> None:
    locked = [requirement for requirement, _ in read_lock("requirements-dev.lock")]
    here = [requirement for requirement in locked if requirement.marker is None or requirement.marker.evaluate()]
    different = {r.name: version(r.name) for r in here if f"=={version(r.name)}" != str(r.specifier)}
    assert different == {}


def test_the_build_needs_only_what_is_locked() -> None:
    group = {Requirement(text).name for text in PROJECT["dependency-groups"]["build"]}
    assert {Requirement(text).name for text in PROJECT["build-system"]["requires"]} <= group


def test_every_package_the_code_imports_is_a_declared_dependency() -> None:
    declared = {canonicalize_name(requirement.name) for requirement in RUNTIME}
    owners = packages_distributions()
    missing = {
        f"{path.relative_to(ROOT)}: {module}"
        for path in sorted((ROOT / "mut_assets").rglob("*.py"))
        for module in imported(path)
        if module not in sys.stdlib_module_names
        and module != "mut_assets"
        and not {canonicalize_name(owner) for owner in owners.get(module, [])} & declared
    }
    assert missing == set()


def imported(path: Path) -> set[str]:
    """The top-level packages a file imports, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def built(kind: str, folder: Path) -> list[Path]:
    ran(sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", folder, folder=ROOT).check_returncode()
    return list(folder.iterdir())


@pytest.mark.slow
def test_the_wheel_holds_the_whole_package_and_nothing_else(tmp_path: Path) -> None:
    (wheel,) = built("wheel", tmp_path)
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    files = [path for path in (ROOT / "mut_assets").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    source = {path.relative_to(ROOT).as_posix() for path in files}
    shipped = {"dagster.yaml", "workspace.yaml"}
    assert inside == source | {f"mut_assets/{name}" for name in shipped}
    for name in shipped:
        assert zipfile.ZipFile(wheel).read(f"mut_assets/{name}") == (ROOT / name).read_bytes()


def test_the_sdist_is_the_checkout(tmp_path: Path) -> None:
    tracked = ran("git", "ls-files", folder=ROOT)
    if tracked.returncode:
        pytest.skip("this is no git checkout")
    (sdist,) = built("sdist", tmp_path)
    with tarfile.open(sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    missing = {name for name in tracked.stdout.splitlines() if (ROOT / name).exists()} - inside
    assert missing == set(), "a test or a page may need these where there is no checkout"


def test_the_hooks_of_a_commit_are_the_parts_of_make_check() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    recipe = re.search(r"(?m)^check:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert recipe is not None
    commands = re.findall(r"@\$\(VENV\)/bin/(\S+(?: (?:format --check|check))?)", recipe[1])
    assert [hook["entry"].removeprefix(".venv/bin/") for hook in hooks] == commands


def test_the_workflow_calls_what_a_machine_without_it_calls() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    last = {name: job["steps"][-1]["run"] for name, job in workflow["jobs"].items()}
    assert last == {"ci": "bash .ci/run", "nightly": "make nightly"}
    actions = [step["uses"] for job in workflow["jobs"].values() for step in job["steps"] if "uses" in step]
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action) for action in actions), "an action's tag can be moved"


def test_licence_and_changelog_are_there_and_type_checkers_are_told_that_there_are_types() -> None:
    assert (ROOT / "mut_assets/py.typed").is_file()
    assert "the mut-assets authors" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert PROJECT["project"]["license"] == (ROOT / "LICENSE").read_text(encoding="utf-8").split()[0]
    assert "\n## [Unreleased]\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
