"""Every argument of every command: an empty or unknown one ends with 2 and a sentence, and leaves no trace."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import dagster as dg
import pytest
import typer
from typer.testing import CliRunner

from mut_assets.cli import app
from mut_assets_tests.corridor.test_terminal import environment
from mut_assets_tests.terminal import mut_here

PAST, FUTURE, NO_DAY = "20010101_000000", "29990101_000000", "99999999_000000"
NO_STAMP = {"": "empty", " ": "empty", "nonsense": "MUT-PUB-004", NO_DAY: "MUT-PUB-004", FUTURE: "MUT-PUB-004"}
NO_STAMP_OF_A_NIGHT = {**NO_STAMP, PAST: "MUT-PUB-005"}
NO_COLLECTION = {"": "MUT-PUB-030", "nonsense": "MUT-PUB-030"}
NO_RUN = {"": "empty", "foo": "MUT-RUN-001"}
BAD = {
    ("approve", "plan_id"): {"": "empty", " ": "empty", "foo": "MUT-PUB-001", "../publication": "MUT-PUB-001"},
    ("rollback", "night"): NO_STAMP_OF_A_NIGHT,
    ("rollback", "--only"): NO_COLLECTION,
    ("release", "--only"): {**NO_COLLECTION, "tiendas": "MUT-PUB-031"},
    ("nights", "--last"): {"0": "1", "many": "integer"},
    ("plan", "--as-of"): NO_STAMP_OF_A_NIGHT,
    ("resume", "run_id"): {**NO_RUN, "SUCCEEDED": "MUT-RUN-001"},
    ("run", "--after"): NO_RUN,
    ("export", "collection"): {"": "is no collection", "stores": "is no collection", "Tiendas": "is no collection"},
    ("doubts", "collection"): {"": "is no collection", "stores": "is no collection"},
    ("export", "--output"): {"": "ends neither in", "tiendas.xls": "ends neither in", "no/such.csv": "MUT-RUN-016"},
    ("search", "question"): {"": "MUT-KB-005", " ": "MUT-KB-005"},
    ("search", "-k"): {"0": "equal to 1", "101": "equal to 100", "many": "integer"},
    ("webserver", "--ui-url"): {"foo": "MUT-ENV-001", "ftp://mut.example": "MUT-ENV-001"},
    ("dev", "--port"): {"0": "equal to 1", "99999": "equal to 65535", "http": "integer"},
}
"""(command, argument) -> what may be given for it by mistake, and a word of what is then said."""
OTHERS = {
    ("search", "-k"): ["helados"],
    ("export", "--output"): ["tiendas"],
    ("rollback", "--only"): ["29990101_000000"],
}
"""What a command needs besides the argument that is tried."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home in which one night succeeded; it is the environment's."""
    home = tmp_path_factory.mktemp("arguments") / "mut"
    env = environment(home)
    done = mut_here(env, "run")
    assert done.returncode == 0, done.stdout + done.stderr
    with patch.dict(os.environ, env, clear=True):
        yield home


def trace(home: Path) -> dict[str, Any]:
    """What a command could leave behind: runs, and everything in the bucket."""
    with dg.DagsterInstance.from_config(str(home / "dagster")) as instance:
        runs = [run.run_id for run in instance.get_runs()]
    files = {str(path): path.read_bytes() for path in (home / "bucket").rglob("*") if path.is_file()}
    return {"runs": runs, **files}


def test_every_argument_that_takes_a_value_is_tried_here() -> None:
    group: Any = typer.main.get_command(app)
    taken = {
        (name, parameter.opts[0])
        for name, command in group.commands.items()
        for parameter in command.params
        if not getattr(parameter, "is_flag", False) and parameter.name != "help"
    }
    assert taken == BAD.keys()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "argument", "value", "said"),
    [(command, argument, value, said) for (command, argument), tried in BAD.items() for value, said in tried.items()],
)
def test_a_bad_argument_ends_with_two_and_a_sentence_and_leaves_no_trace(
    home: Path, command: str, argument: str, value: str, said: str
) -> None:
    before = trace(home)
    if value == "SUCCEEDED":
        [value] = before["runs"]
    words = [argument, value] if argument.startswith("-") else [value]
    done = CliRunner().invoke(app, [command, *OTHERS.get((command, argument), []), *words])
    assert done.exit_code == 2, done.output
    assert said in done.output
    assert "Traceback" not in done.output and not isinstance(done.exception, Exception)
    assert trace(home) == before


@pytest.mark.slow
def test_a_file_of_questions_that_is_not_there(home: Path) -> None:
    with patch.dict(os.environ, {"GOLDEN_QUESTIONS": "nowhere.csv"}):
        done = CliRunner().invoke(app, ["evaluate"])
    assert done.exit_code == 2 and "MUT-EVAL-001" in done.output
