"""Prepares the local state: a Dagster home with the repository's settings, so that history is kept between runs.

Dagster ignores a `dagster.yaml` in the working directory once DAGSTER_HOME is set, so it is installed there.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import dagster as dg

from mut_assets.environments import Settings
from mut_assets.operations.shipped import shipped
from mut_assets.resources.disk import full, is_full, unusable
from mut_assets.resources.failures import PermanentFailure


def prepare_home(settings: Settings) -> Path:
    """Creates Dagster's home if need be, installs `dagster.yaml` there, exports DAGSTER_HOME, and gives the folder.

    In a DAGSTER_HOME of somebody's own choice, a `dagster.yaml` that is already there is left as it is. Raises
    `PermanentFailure` MUT-HOME-001 when its disk is full, MUT-HOME-002 when the folder cannot be made or used.
    """
    try:
        return _prepared(settings)
    except OSError as error:
        raise unusable(settings.dagster_home, error) from error


def _prepared(settings: Settings) -> Path:
    home = settings.dagster_home
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if settings.cloud is None or home.is_relative_to(settings.home):  # otherwise nothing is kept in it
        with suppress(OSError):  # a mounted volume may be somebody else's, or know no modes
            settings.home.mkdir(parents=True, exist_ok=True)
            settings.home.chmod(0o700)  # nobody else on this machine reads what is in it, whatever it was before
    ours, installed = shipped("dagster.yaml"), home / "dagster.yaml"
    own_home = home != settings.home / "dagster"
    if not (installed.is_file() and (own_home or installed.read_bytes() == ours.read_bytes())):
        arriving = home / f".dagster.yaml.{os.getpid()}"
        arriving.write_bytes(ours.read_bytes())
        arriving.replace(installed)  # a run that starts at this moment never reads half a file
    os.environ["DAGSTER_HOME"] = str(home)
    return home


@contextmanager
def opened_history(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """Dagster's instance in a prepared home. Its tables are made one process at a time.

    Two first runs at once met "table run_tags already exists": Dagster looks and then creates. Raises
    `PermanentFailure` MUT-HOME-003 when Dagster cannot use its home, and what `prepare_home` raises.
    """
    home = prepare_home(settings)
    try:
        instance = _opened(home)
    except Exception as error:  # Dagster, SQLAlchemy and YAML raise all kinds over damaged files
        if is_full(error, home):
            raise full(home) from error
        raise PermanentFailure(
            "MUT-HOME-003",
            f"Dagster cannot open its home {home}: {first_line(error)}",
            "Mend its dagster.yaml, or move the damaged folder away: a new one is made, without the history of runs. "
            "What is published is not in it.",
        ) from error
    with instance:
        yield instance


def first_line(error: Exception) -> str:
    """What an error says first, as a sentence."""
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200].rstrip(".") + "."


def _opened(home: Path) -> dg.DagsterInstance:
    with (home / ".opening").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        instance = dg.DagsterInstance.get()
        # These are made when they are first asked for.
        instance.get_run_records(limit=1)
        instance.all_asset_keys()
        instance.all_instigator_state()
    return instance
