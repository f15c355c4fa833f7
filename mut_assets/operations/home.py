"""Prepares the local state: a Dagster home with the repository's settings, so that history is kept between runs.

Dagster ignores a `dagster.yaml` in the working directory once DAGSTER_HOME is set, so it is installed there.
"""

import os
import shutil
from pathlib import Path

import mut_assets
from mut_assets.environments import Settings

REPOSITORY = Path(mut_assets.__file__).parent.parent


def prepare_home(settings: Settings) -> Path:
    """Creates Dagster's home if need be, installs `dagster.yaml` there, exports DAGSTER_HOME, and gives the folder.

    A DAGSTER_HOME that is already set is somebody's decision: it is used as it is.
    """
    chosen = os.environ.get("DAGSTER_HOME", "").strip()
    home = Path(chosen).absolute() if chosen else settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    ours, installed = REPOSITORY / "dagster.yaml", home / "dagster.yaml"
    if ours.is_file() and (not installed.is_file() or (not chosen and installed.read_bytes() != ours.read_bytes())):
        shutil.copyfile(ours, installed)
    os.environ["DAGSTER_HOME"] = str(home)
    return home
