"""The command starts quickly: what a command does not need is not imported. Times are for the benchmarks to measure."""

import subprocess
import sys
from pathlib import Path

import pytest

import mut_assets

SCRIPT = """
import sys
from mut_assets.cli import app
app(sys.argv[2:], standalone_mode=False)
print([name for name in sys.argv[1].split(",") if name in sys.modules])
"""
DAGSTER = "dagster,dagster_aws,boto3,botocore,pinecone,yaml,sqlalchemy"


@pytest.mark.parametrize(
    ("command", "unneeded"),
    [
        (["--help"], f"{DAGSTER},pandas,numpy,requests,mut_assets.environments"),
        (["run", "--help"], f"{DAGSTER},pandas,numpy,requests,mut_assets.environments"),
        (["status"], DAGSTER),
        (["search", "--json", "x"], DAGSTER),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_command_imports_only_what_it_needs(command: list[str], unneeded: str, tmp_path: Path) -> None:
    script = [sys.executable, "-c", SCRIPT, unneeded, *command]
    bare = {"PYTHONPATH": str(Path(mut_assets.__file__).parents[1]), "HOME": str(tmp_path)}
    done = subprocess.run(script, cwd=tmp_path, env=bare, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1:] == ["[]"], done.stdout + done.stderr
