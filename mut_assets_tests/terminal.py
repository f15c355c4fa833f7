"""The `mut` command without a process of its own: importing what it needs costs more than most commands.

For what a command decides and prints. That it is one, with an exit status and two outputs, `corridor/test_terminal.py`
shows.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from unittest.mock import patch

from typer.testing import CliRunner

import mut_assets
import mut_assets.definitions
from mut_assets.cli import app


def mut_here(environment: Mapping[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """`mut` with these variables alone. What it does not explain is raised.

    `definitions` is imported anew each time, because it reads the environment.
    """
    ours = sys.modules.pop("mut_assets.definitions")
    with (
        patch.dict(os.environ, environment, clear=True),
        patch.object(mut_assets, "definitions", ours),  # importing anew replaces this one too
    ):
        done = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    # Only this one is put back: what else was imported on the way stays, or each command would import it again.
    sys.modules["mut_assets.definitions"] = ours
    return subprocess.CompletedProcess(["mut", *arguments], done.exit_code, done.stdout, done.stderr)
