"""The local state is readable by its owner alone, also where it was not before."""

import os
import stat
from pathlib import Path
from unittest.mock import patch

from mut_assets.environments import read_settings
from mut_assets.operations.home import prepare_home


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_home_is_its_owners_alone_and_one_of_somebodys_own_choice_stays_as_it_is(tmp_path: Path) -> None:
    home, chosen = tmp_path / "mut", tmp_path / "dagster"
    for folder in (home, chosen):
        folder.mkdir(mode=0o755)
    with patch.dict(os.environ):
        prepare_home(read_settings({"MUT_HOME": str(home)}))
        prepare_home(read_settings({"MUT_HOME": str(tmp_path / "other"), "DAGSTER_HOME": str(chosen)}))
        prepare_home(read_settings({"MUT_HOME": str(home), "DAGSTER_HOME": str(tmp_path / "made")}))
    assert (mode(home), mode(chosen)) == (0o700, 0o755)
    assert mode(tmp_path / "other") == 0o700, "what is published lies there, wherever Dagster's home is"
    assert mode(tmp_path / "made") == 0o700, "what runs printed lies there"
