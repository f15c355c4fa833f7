"""workspace.yaml names the code, dagster.yaml says how Dagster behaves; both are read here by Dagster itself."""

import importlib
import os
import shutil
import sys
import tomllib
import warnings
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
import yaml

from mut_assets_tests.house.process import ran

ROOT = Path(__file__).parents[2]
SETTINGS = yaml.safe_load((ROOT / "dagster.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    """An instance whose home holds the repository's dagster.yaml; any warning on loading is an error."""
    home = tmp_path_factory.mktemp("dagster")
    shutil.copy(ROOT / "dagster.yaml", home)
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        patch.setenv("DAGSTER_HOME", str(home))
        warnings.simplefilter("error")
        loaded = dg.DagsterInstance.get()
    with loaded:
        yield loaded


def test_a_hanging_run_is_ended_and_a_dead_worker_noticed(instance: dg.DagsterInstance) -> None:
    assert instance.run_monitoring_enabled
    assert instance.run_monitoring_max_runtime_seconds == 3600
    assert 0 < instance.run_monitoring_start_timeout_seconds < instance.run_monitoring_max_runtime_seconds


def test_only_a_dead_worker_is_relaunched_and_only_once(instance: dg.DagsterInstance) -> None:
    assert instance.run_retries_enabled
    assert instance.run_retries_max_retries == 1
    assert not instance.run_retries_retry_on_asset_or_op_failure


def test_the_queue_has_room_beside_runs_of_a_terminal(instance: dg.DagsterInstance) -> None:
    queue = instance.get_concurrency_config().run_queue_config
    assert queue is not None
    assert 2 < queue.max_concurrent_runs < 10


def test_nothing_is_reported_home_and_nothing_pops_up(instance: dg.DagsterInstance) -> None:
    assert not instance.telemetry_enabled
    assert not instance.nux_enabled


def test_freshness_is_evaluated(instance: dg.DagsterInstance) -> None:
    assert instance.freshness_enabled


def test_history_lives_under_dagster_home(instance: dg.DagsterInstance) -> None:
    assert Path(instance.root_directory, "dagster.yaml").read_bytes() == (ROOT / "dagster.yaml").read_bytes()
    assert Path(instance.storage_directory()).is_relative_to(instance.root_directory)
    assert not {"storage", "compute_logs"} & SETTINGS.keys()


def test_ticks_do_not_pile_up() -> None:
    for ticks in ("schedule", "sensor"):
        assert all(days > 0 for days in SETTINGS["retention"][ticks]["purge_after_days"].values())


def test_the_workspace_and_dg_name_the_same_location() -> None:
    # `dagster dev` without -w reads [tool.dagster], then [tool.dg], and workspace.yaml only where neither is there. The
    # history of schedules and sensors belongs to a location's name: under another one it would be lost.
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert "dagster" not in tools
    assert tools["dg"]["directory_type"] == "project"
    [location] = yaml.safe_load((ROOT / "workspace.yaml").read_text(encoding="utf-8"))["load_from"]
    project, target = tools["dg"]["project"], location["python_module"]
    assert project["code_location_name"] == target["location_name"] == "mut_assets"
    assert project["code_location_target_module"] == target["module_name"]
    assert not project.get("autoload_defs"), "dg would load another module"
    # dg names no attribute: it takes the module's only Definitions.
    module = vars(importlib.import_module(target["module_name"]))
    assert [name for name, value in module.items() if isinstance(value, dg.Definitions)] == [target["attribute"]]


@pytest.mark.slow
@pytest.mark.parametrize("words", ["check defs", "list defs --json", "launch --assets raw_tiendas"])
def test_dg_works_in_a_fresh_clone(words: str, tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "MUT_HOME": str(tmp_path / "mut")}
    done = ran(Path(sys.executable).with_name("dg"), *words.split(), folder=ROOT, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "does not match the virtual environment" not in done.stdout + done.stderr
    assert bool(list(tmp_path.glob("mut/bucket/raw/tiendas_*.csv"))) is words.startswith("launch")


def test_no_other_file_names_the_code_location() -> None:
    houses = [ROOT / name for name in ("Makefile", "Dockerfile", "dagster.yaml", ".ci/run")]
    houses += [path for path in (ROOT / "deploy").rglob("*") if path.is_file()]
    houses += (ROOT / "mut_assets").rglob("*.py")
    options = ("--module-name", "dagster dev -m", "dagster dev -f")
    words = ("location_name", "python_module", *options, "DAGSTER_MODULE_NAME")
    named = {
        f"{path.relative_to(ROOT)}: {word}" for path in houses for word in words if word in path.read_text("utf-8")
    }
    assert named == set()
