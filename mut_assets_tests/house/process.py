"""A command as a process of its own, waited for."""

import subprocess
from collections.abc import Mapping
from pathlib import Path


def ran(
    *words: object, folder: Path | None = None, env: Mapping[str, str] | None = None, given: str | None = None
) -> subprocess.CompletedProcess[str]:
    """What came of it, whatever its status. `env` is the whole environment; `given` is typed in."""
    command, patience = [str(word) for word in words], 300
    return subprocess.run(
        command, cwd=folder, env=env, input=given, capture_output=True, text=True, timeout=patience, check=False
    )
