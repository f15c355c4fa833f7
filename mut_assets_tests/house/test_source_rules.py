"""The rules of the house that a reader of the source can check: who imports whom, who asks the environment."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from itertools import chain, pairwise
from pathlib import Path

import pytest

from mut_assets_tests.house.process import ran

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "mut_assets"
FILES = sorted(PACKAGE.rglob("*.py"))
READERS_OF_THE_ENVIRONMENT = {"environments.py", "definitions.py"}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def where(path: Path, node: ast.expr | ast.stmt) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno}"


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "200"}
    command = (Path(sys.executable).with_name("lint-imports"), "--no-cache", "--config", "pyproject.toml")
    return ran(*command, folder=folder, env=environment)


def test_imports_only_go_down() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


WRONG = [
    ("domain/text.py", "import os", "The domain is pure"),
    ("domain/text.py", "from mut_assets.resources import clock", "Imports only go down"),
    ("resources/clock.py", "import mut_assets.assets", "Imports only go down"),
    ("assets/dataset.py", "import mut_assets.assets.raw", "Stages meet through asset keys"),
    ("checks.py", "import mut_assets.environments", "Imports only go down"),
    ("resources/pinecone/failures.py", "import mut_assets.resources.bedrock.jobs", "No door knows another"),
    ("resources/aws/client.py", "import mut_assets.resources.bucket.lease", "No door knows another"),
    ("domain/tables/raw.py", "import mut_assets.domain.documents.facts", "The domain has layers"),
    ("resources/bedrock/api.py", "import mut_assets.resources.bedrock.ingestion", "No circles"),
    ("helpers.py", "", "Imports only go down"),
]
"""A module, a line that it must not have, and the contract that it breaks."""


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is said of each broken contract, by its name, when all that is wrong is there at once."""
    folder = tmp_path_factory.mktemp("wrong")
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(PACKAGE, folder / "mut_assets", ignore=shutil.ignore_patterns("__pycache__"))
    for module, line, _ in WRONG:
        with (folder / "mut_assets" / module).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    done = lint_imports(folder)
    assert done.returncode != 0
    said = re.split(r"^(.+)\n-+\n", done.stdout.partition("Broken contracts")[2], flags=re.MULTILINE)
    return dict(zip(said[1::2], said[2::2], strict=True))


@pytest.mark.parametrize(("module", "line", "contract"), WRONG)
def test_a_wrong_import_breaks_its_contract(broken: dict[str, str], module: str, line: str, contract: str) -> None:
    [said] = [text for name, text in broken.items() if name.startswith(contract)]
    name = f"mut_assets.{module.removesuffix('.py').replace('/', '.')}"
    imported = re.sub(r"^from (\S+) import ", r"\1.", line).removeprefix("import ")
    package, _, last = name.rpartition(".")
    if contract == "No circles":  # told as neighbours of a package
        assert package in said and f"- .{last} -> .{imported.rpartition('.')[2]}" in said
    else:
        assert (f"{name} -> {imported} " if line else f"- {name}\n") in said


def test_no_module_is_named_after_nothing_in_particular() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "base", "misc", "tools"}
    assert [str(path.relative_to(ROOT)) for path in FILES if vague & {path.stem, path.parent.name}] == []


def test_only_two_modules_read_the_environment() -> None:
    found = []
    for path in FILES:
        if path.relative_to(PACKAGE).as_posix() in READERS_OF_THE_ENVIRONMENT:
            continue
        code = tree(path)
        subscripts = [node for node in ast.walk(code) if isinstance(node, ast.Subscript)]
        written = [node.value for node in subscripts if isinstance(node.ctx, ast.Store)]
        for node in ast.walk(code):
            if isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"}:
                if node not in written:
                    found.append(where(path, node))
            elif isinstance(node, ast.ImportFrom) and node.module == "os":
                found += [where(path, node) for alias in node.names if alias.name in {"environ", "getenv"}]
    assert found == []


def test_the_domain_asks_no_clock() -> None:
    domain = [path for path in FILES if path.relative_to(PACKAGE).parts[0] == "domain"]
    found = [
        where(path, node)
        for path in domain
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"now", "utcnow", "today", "time", "monotonic"}
        and not node.args
    ]
    assert len(domain) > 30, "this looked at too few files to mean anything"
    assert found == []


def test_each_type_error_that_is_ignored_has_its_reason() -> None:
    bare = []
    for path in chain(*(folder.rglob("*.py") for folder in (PACKAGE, ROOT / "mut_assets_tests", ROOT / "benchmarks"))):
        lines = path.read_text(encoding="utf-8").splitlines()
        for above, line in pairwise(["", *lines]):
            if re.search(r"# type: ignore\b(?!.*  # )", line) and not above.lstrip().startswith("#"):
                bare.append(f"{path.relative_to(ROOT)}: {line.strip()}")
    assert [line for line in bare if "re.search" not in line] == []


def test_contexts_are_not_hidden_behind_postponed_annotations() -> None:
    # Dagster reads the annotation of `context`; as a string it takes the parameter for an input.
    found = [
        where(path, node)
        for path in FILES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module == "__future__" and "dagster" in path.read_text("utf-8")
    ]
    assert found == []


IMPORT_EVERYTHING = """
import importlib, json, os, pkgutil, sys

did = []
# What importing other people's packages does is theirs; it happens before the watch.
import dagster, pandas, requests, boto3, selectolax, snowballstemmer, typer, rich.console, sqlite3
import urllib3

TOUCHES = {"socket.connect", "socket.bind", "socket.getaddrinfo", "sqlite3.connect", "subprocess.Popen", "os.mkdir"}

def watch(event, details):
    if event in TOUCHES:
        did.append([event, str(details)[:200]])
    elif event == "open" and isinstance(details[0], (str, bytes)):
        mode, flags = details[1] or "", details[2]
        if set(mode) & set("wax+") or flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            did.append([event, str(details[0])])

import mut_assets
names = ["mut_assets"] + [module.name for module in pkgutil.walk_packages(mut_assets.__path__, "mut_assets.")]
sys.addaudithook(watch)
before = dict(os.environ)
for name in names:
    importlib.import_module(name)
json.dump({"did": did, "changed": dict(os.environ) != before, "modules": len(names)}, sys.stdout)
"""


def test_importing_every_module_touches_no_network_no_file_and_no_process(tmp_path: Path) -> None:
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ.get("PATH", "")}
    done = ran(sys.executable, "-B", "-c", IMPORT_EVERYTHING, folder=tmp_path, env=environment)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["modules"] >= len(FILES) - 1
    assert seen["did"] == []
    assert not seen["changed"]
    assert list(tmp_path.iterdir()) == []
