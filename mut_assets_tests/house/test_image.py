"""The image: what its Dockerfile promises, and the two scripts it runs. `.ci/run` runs the real installation."""

import os
import re
from fnmatch import fnmatch
from itertools import chain
from pathlib import Path

import pytest

from mut_assets_tests.house.process import ran

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"

pytestmark = pytest.mark.slow


def stages() -> list[list[tuple[str, str]]]:
    """The Dockerfile's instructions, each as its word and the rest of it, one list per FROM."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = [line.split(maxsplit=1) for line in re.sub(r"\\\n\s*", "", text).splitlines() if line.strip()]
    found: list[list[tuple[str, str]]] = []
    for word, rest in lines:
        if word == "FROM":
            found.append([])
        found[-1].append((word, rest))
    return found


def rest_of(stage: list[tuple[str, str]], word: str) -> list[str]:
    return [rest for instruction, rest in stage if instruction == word]


def test_two_slim_stages_of_one_python_of_which_the_first_runs_the_script_that_ci_runs() -> None:
    builder, final = stages()
    assert (rest_of(builder, "FROM"), rest_of(final, "FROM")) == (["python:3.12-slim AS builder"], ["python:3.12-slim"])
    installs = [command for command in rest_of(builder, "RUN") if "deploy/install.sh /opt/mut" in command]
    assert [command.split()[-1] for command in installs] == ["packages", "project"]
    assert not any("pip" in command or "install.sh" in command for command in rest_of(final, "RUN"))


def test_the_packages_layer_depends_on_the_lock_alone() -> None:
    builder, _ = stages()
    before = builder[: [word for word, _ in builder].index("RUN")]
    assert rest_of(before, "COPY") == ["deploy/install.sh deploy/", "requirements.lock ./"]


def test_the_container_is_not_root_and_asks_itself_how_it_is() -> None:
    _, final = stages()
    (user,) = rest_of(final, "USER")
    assert user not in {"root", "0"}
    assert any(f"useradd --system --uid 10001 --create-home {user}" in command for command in rest_of(final, "RUN"))
    words = [word for word, _ in final]
    assert words.index("USER") < words.index("ENTRYPOINT")
    (health,) = rest_of(final, "HEALTHCHECK")
    assert "127.0.0.1:3000/server_info" in health


def test_only_runtime_files_reach_the_image_and_all_of_them_exist() -> None:
    copied = [
        [name for rest in rest_of(stage, "COPY") if "--from" not in rest for name in rest.split()[:-1]]
        for stage in stages()
    ]
    assert copied[-1] == ["workspace.yaml", "dagster.yaml", "deploy/start.sh"]
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = [line[1:] for line in ignored if line.startswith("!")]
    for name in chain.from_iterable(copied):
        assert (ROOT / name).exists()
        assert any(fnmatch(name, pattern) for pattern in allowed), f"{name} is in .dockerignore"


def test_no_secret_and_no_address_is_built_in() -> None:
    for stage in stages():
        assert rest_of(stage, "ARG") == []
        for setting in rest_of(stage, "ENV"):
            assert not re.search(r"(?i)secret|token|password|api_?key|access_key", setting)
    assert re.findall(r"https?://(?!127\.0\.0\.1)\S+", (ROOT / "Dockerfile").read_text(encoding="utf-8")) == []


def test_the_installation_refuses_a_python_it_was_not_made_for(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.write_text('#!/bin/sh\n[ "$1" = -V ] && echo "Python 3.9.2" && exit\nexit 1\n', encoding="utf-8")
    old.chmod(0o755)
    done = ran(DEPLOY / "install.sh", tmp_path / "mut", env={**os.environ, "PYTHON": str(old)})
    assert done.returncode == 1
    assert done.stderr == f"install.sh: mut-assets needs Python 3.11 to 3.14, but {old} is Python 3.9.2\n"
    assert not (tmp_path / "mut").exists()


@pytest.mark.parametrize(("words", "status"), [((), 1), (("/nowhere", "everything"), 2)])
def test_the_installation_says_what_it_was_not_told(words: tuple[str, ...], status: int) -> None:
    done = ran(DEPLOY / "install.sh", *words)
    assert done.returncode == status
    assert "install.sh: " in done.stderr


def test_a_container_starts_with_its_own_dagster_yaml_whatever_the_volume_held(tmp_path: Path) -> None:
    home = tmp_path / "volume/dagster"
    home.mkdir(parents=True)
    (home / "dagster.yaml").write_text("telemetry: {enabled: true}\n", encoding="utf-8")
    command = ("sh", "-c", 'echo "$@"; exit 3', "-", "two words")
    done = ran(DEPLOY / "start.sh", *command, env={**os.environ, "DAGSTER_HOME": str(home)})
    assert (home / "dagster.yaml").read_bytes() == (ROOT / "dagster.yaml").read_bytes()
    assert [path.name for path in home.iterdir()] == ["dagster.yaml"]
    assert (done.returncode, done.stdout) == (3, "two words\n")


def test_a_container_without_dagster_home_says_so() -> None:
    done = ran("env", "-u", "DAGSTER_HOME", DEPLOY / "start.sh", "true")
    assert done.returncode != 0
    assert "DAGSTER_HOME is not set" in done.stderr


@pytest.mark.parametrize("script", [".ci/run", "deploy/install.sh", "deploy/start.sh"])
def test_a_script_can_be_started_and_stops_at_the_first_failure(script: str) -> None:
    path = ROOT / script
    assert os.access(path, os.X_OK)
    assert "\nset -euo pipefail\n" in path.read_text(encoding="utf-8")
    assert ran("bash", "-n", path).returncode == 0
