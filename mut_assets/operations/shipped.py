"""Where Dagster's two files are: `dagster.yaml` says how it behaves, `workspace.yaml` where it finds the code.

They stand at the top of a checkout, where Dagster and people look for them. A wheel has no top: there hatch has put
them into the package (`force-include` in pyproject.toml).
"""

from pathlib import Path

import mut_assets


def shipped(name: str) -> Path:
    """The path of one of the two files."""
    packaged = Path(mut_assets.__file__).with_name(name)
    return packaged if packaged.is_file() else packaged.parents[1] / name
