"""workspace.yaml names the code, dagster.yaml says how Dagster behaves; both are read here by Dagster itself."""

import importlib
import shutil
import tomllib
import warnings
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
import yaml

ROOT = Path(__file__).parents[2]


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
    settings = yaml.safe_load((ROOT / "dagster.yaml").read_text(encoding="utf-8"))
    assert "storage" not in settings
    assert "compute_logs" not in settings


def test_ticks_do_not_pile_up(instance: dg.DagsterInstance) -> None:
    retention = yaml.safe_load((ROOT / "dagster.yaml").read_text(encoding="utf-8"))["retention"]
    for ticks in ("schedule", "sensor"):
        assert all(days > 0 for days in retention[ticks]["purge_after_days"].values())


def test_the_workspace_names_definitions_that_exist() -> None:
    workspace = yaml.safe_load((ROOT / "workspace.yaml").read_text(encoding="utf-8"))
    ((kind, target),) = workspace["load_from"][0].items()
    assert len(workspace["load_from"]) == 1
    assert kind == "python_module"
    assert target["location_name"] == "mut_assets"
    module = importlib.import_module(target["module_name"])
    assert isinstance(getattr(module, target["attribute"]), dg.Definitions)


def test_the_workspace_is_the_only_place_that_names_the_code_location() -> None:
    # Dagster reads [tool.dagster] before workspace.yaml, and then ignores workspace.yaml without a word.
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert not {"dagster", "dg"} & tools.keys()
    houses = [ROOT / name for name in ("Makefile", "Dockerfile", "dagster.yaml", ".ci/run")]
    houses += sorted(path for path in (ROOT / "deploy").rglob("*") if path.is_file()) + sorted(
        (ROOT / "mut_assets").rglob("*.py")
    )
    words = (
        "location_name",
        "python_module",
        "--module-name",
        "dagster dev -m",
        "dagster dev -f",
        "DAGSTER_MODULE_NAME",
    )
    named = {
        f"{path.relative_to(ROOT)}: {word}" for path in houses for word in words if word in path.read_text("utf-8")
    }
    assert named == set()
