"""`mut resume` repeats the failed run that a person means: also one of Materialize, never a mistyped publication."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import dagster as dg
import pytest

from mut_assets.automation import DAILY, SELECTION
from mut_assets.environments import read_settings
from mut_assets.operations.failed_runs import failed_run
from mut_assets.operations.home import opened_history
from mut_assets.resources.failures import PermanentFailure
from mut_assets_tests.corridor.conftest import FAQ
from mut_assets_tests.corridor.test_terminal import environment
from mut_assets_tests.failed_runs import fails
from mut_assets_tests.terminal import mut_here

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    with patch.dict(os.environ, environment(tmp_path / "mut"), clear=True):
        yield tmp_path / "mut"


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def upload(home: Path, text: str) -> None:
    path = home / "bucket" / "raw" / "preguntas.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


MATERIALIZE = """
import sys
import dagster as dg
from dagster._core.definitions.reconstruct import ReconstructableRepository
from mut_assets.environments import read_settings
from mut_assets.operations.home import opened_history

job = ReconstructableRepository.for_module("mut_assets.definitions", "defs").get_reconstructable_job("__ASSET_JOB")
keys = [dg.AssetKey(name) for name in sys.argv[1:]]
quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
with opened_history(read_settings()) as instance:
    print(dg.execute_job(job, instance, run_config=quiet, asset_selection=keys or None).run_id)
"""


def materialize(*names: str) -> str:
    """Executes a selection as the run worker of the UI's Materialize does; gives the run's id."""
    command = [sys.executable, "-c", MATERIALIZE, *names]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[-1]


@pytest.mark.slow
@pytest.mark.parametrize("names", [("raw_preguntas", "vectorial_preguntas"), ()])
def test_a_failed_run_of_materialize_is_resumed_from_its_failure(home: Path, names: tuple[str, ...]) -> None:
    upload(home, FAQ + 'a;"b;c\n')
    parent = materialize(*names)
    upload(home, FAQ)
    resumed = mut_here(dict(os.environ), "resume")
    assert "Traceback" not in resumed.stderr
    with opened_history(read_settings()) as instance:
        again, failed = instance.get_runs()
        steps = {event.step_key for event in instance.all_logs(again.run_id, dg.DagsterEventType.STEP_SUCCESS)}
    assert failed.run_id == parent and failed.status is dg.DagsterRunStatus.FAILURE
    assert (again.parent_run_id, again.job_name, again.status) == (parent, SELECTION, dg.DagsterRunStatus.SUCCESS)
    assert {"raw_preguntas", "vectorial_preguntas"} <= steps and "raw_tiendas" not in steps
    assert resumed.returncode == 0 or not names, resumed.stdout + resumed.stderr
    assert mut_here(dict(os.environ), "resume").returncode == 2, "it was repeated, and that went well"


def job(name: str, message: str = "") -> dg.JobDefinition:
    @dg.op(name="kb_dataset")
    def step() -> None:
        if message:
            raise dg.Failure(message)

    @dg.job(name=name)
    def made() -> None:
        step()

    return made


def run(instance: dg.DagsterInstance, name: str, message: str = "") -> str:
    result = job(name, message).execute_in_process(QUIET, instance, raise_on_error=False)
    return result.run_id


def test_what_was_repeated_mistyped_or_is_somebody_elses_does_not_stand_in_the_way(
    instance: dg.DagsterInstance,
) -> None:
    night = run(instance, DAILY, "MUT-WP-106: …")
    repeated = run(instance, SELECTION, "MUT-WP-106: …")
    instance.create_run_for_job(
        job(SELECTION), parent_run_id=repeated, root_run_id=repeated, status=dg.DagsterRunStatus.SUCCESS
    )
    run(instance, "publish_latest", "MUT-PUB-004: 'foo' is no stamp of a snapshot. …")
    run(instance, "somebody_elses", "MUT-WP-106: …")
    assert failed_run(instance).run_id == night
    assert failed_run(instance, repeated).run_id == repeated, "by its id, whatever came of it since"


def test_a_run_that_did_not_fail_or_that_cannot_be_told_from_others_is_refused(instance: dg.DagsterInstance) -> None:
    well = run(instance, DAILY)
    for _ in range(17):
        run(instance, DAILY, "MUT-WP-106: …")
    twice = next(one for one in "0123456789abcdef" if sum(r.run_id[0] == one for r in instance.get_runs()) > 1)
    for run_id, said in ((well[:8], "did not fail: it is SUCCESS"), (twice, "runs among the last 1000 begin with")):
        with pytest.raises(PermanentFailure, match=f"MUT-RUN-001: .*{said}"):
            failed_run(instance, run_id)


def test_a_run_of_which_the_record_is_damaged_is_passed_over_and_refused_by_name(tmp_path: Path) -> None:
    """As a full disk may leave it: nobody knows any more where it failed."""
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        whole, damaged = fails(instance)[0], fails(instance)[0]
    (tmp_path / f"history/runs/{damaged.run_id}.db").write_bytes(b"half a page" * 1000)
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        assert failed_run(instance).run_id == whole.run_id
        with pytest.raises(PermanentFailure, match="MUT-RUN-001.*cannot be read"):
            failed_run(instance, damaged.run_id)
