"""`mut approve` and `mut rollback` show by name what they would do, and do what a person confirmed, or nothing."""

import json
import os
import pty
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import dagster as dg
import pytest
from rich.console import Console

from mut_assets.domain.plans.outcome import Line, Outcome
from mut_assets.environments import Doors, build_doors, read_settings
from mut_assets.operations.asking import print_changes
from mut_assets.operations.plan import plan
from mut_assets.publishing.rollbacks import Wish
from mut_assets.resources_page import resource_definitions
from mut_assets_tests.corridor.conftest import DATASET, FAQ
from mut_assets_tests.corridor.test_terminal import MUT, environment, mut

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
OTHER_FAQ = FAQ.replace("Sí, gratis.", "No.").replace("¿Hay baños?", "¿Hay jardín?")


@pytest.fixture(scope="module")
def two_nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An FAQ of two questions, then one that answers one of them otherwise and has another second one."""
    home = tmp_path_factory.mktemp("nights") / "mut"
    with patch.dict(os.environ, environment(home), clear=True):
        for text in (FAQ, OTHER_FAQ):
            upload(home, text)
            materialize("raw_preguntas", "vectorial_preguntas", "kb_dataset")
    return home


@pytest.fixture
def home(two_nights: Path, tmp_path: Path) -> Iterator[Path]:
    home = tmp_path / "mut"
    shutil.copytree(two_nights, home)
    with patch.dict(os.environ, environment(home), clear=True):
        yield home


def upload(home: Path, text: str) -> None:
    path = home / "bucket" / "raw" / "preguntas.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def doors() -> Doors:
    return build_doors(read_settings())


def materialize(*names: str, **publication: object) -> dg.ExecuteInProcessResult:
    from mut_assets.definitions import ASSETS

    chosen = [asset for asset in ASSETS if asset.key.to_user_string() in names]
    config = {**QUIET, **({"ops": {"kb_dataset": {"config": publication}}} if publication else {})}
    resources = resource_definitions(doors())
    return dg.materialize(
        chosen, resources=resources, run_config=config, raise_on_error=False, instance=dg.DagsterInstance.ephemeral()
    )


def files(home: Path) -> dict[str, bytes]:
    """Everything in the bucket but the lease, whose turn is taken to look, and the cache of what lies there."""
    left_out = ("lease", "published.json")
    found = [path for path in (home / "bucket").rglob("*") if path.is_file() and not {*path.parts} & {*left_out}]
    return {str(path): path.read_bytes() for path in found}


def first_night(home: Path) -> str:
    return min(path.stem[-15:] for path in (home / "bucket" / "vectorial").glob("preguntas_vectorial_2*.csv"))


def test_titles_what_changes_and_the_count_of_the_rest() -> None:
    console = Console(width=100)
    added = tuple(Line(f"Tienda {number}", "") for number in range(50))
    changed = (Line("Pan\x1b[2J", "", "telefono: '1' -> '2'"),)
    outcome = Outcome("tiendas", "published", "…", added=70, changed=1, added_lines=added, changed_lines=changed)
    with console.capture() as capture:
        print_changes([outcome], console)
    lines = capture.get().splitlines()
    assert lines[:2] == ["tiendas: 70 added", "  + Tienda 0"]
    assert lines[20:22] == ["  + Tienda 19", "  + … and 50 more"]
    assert lines[22:] == ["tiendas: 1 changed", "  ~ Pan [2J: telefono: '1' -> '2'"]


def asked(words: list[str], answer: str) -> tuple[int, str]:
    """What a person at a terminal sees who answers so, and how the command ends."""
    ours, theirs = pty.openpty()
    out = subprocess.PIPE
    process = subprocess.Popen([*MUT, *words], stdin=theirs, stdout=out, stderr=subprocess.STDOUT, text=True)
    os.close(theirs)
    os.write(ours, f"{answer}\n".encode())
    said, _ = process.communicate(timeout=300)
    os.close(ours)
    return process.returncode, said


@pytest.mark.slow
def test_without_a_terminal_it_needs_yes_and_a_no_changes_nothing(home: Path) -> None:
    before = files(home)
    stamp = first_night(home)
    nobody = mut(dict(os.environ), "rollback", stamp)
    assert nobody.returncode == 2 and "MUT-RUN-011" in nobody.stderr
    status, said = asked(["rollback", stamp], "n")
    assert status == 1 and "Publish this?" in said and "Nothing was changed." in said
    for shown in ("+ ¿Hay baños?", "~ ¿Tienen wifi?: text:", "- ¿Hay jardín?"):
        assert shown in nobody.stdout and shown in said
    assert files(home) == before


@pytest.mark.slow
def test_what_was_confirmed_is_done(home: Path) -> None:
    status, said = asked(["rollback", first_night(home)], "y")
    texts = [path.read_text() for path in (home / "bucket" / DATASET / "preguntas").glob("*.md")]
    assert "kb_dataset" in said, said
    assert status in (0, 1) and any("¿Hay baños?" in text for text in texts), said
    assert not any("jardín" in text for text in texts)


@pytest.mark.parametrize(
    ("publication", "code"),
    [
        ({"as_of": "nonsense"}, "MUT-PUB-004"),
        ({"as_of": "99999999_000000"}, "MUT-PUB-004"),
        ({"as_of": "20010101_000000"}, "MUT-PUB-005"),
        ({"as_of": " "}, "MUT-PUB-004"),
        ({"approve": "foo"}, "MUT-PUB-001"),
        ({"approve": " "}, "MUT-PUB-001"),
        ({"approve": "foo", "as_of": "20010101_000000"}, "MUT-PUB-020"),
        ({"as_of": "FIRST", "plans": ["0a1b2c3d4e5f"]}, "MUT-PUB-022"),
    ],
)
def test_from_the_ui_a_mistaken_request_fails_at_once_and_overwrites_nothing(
    home: Path, publication: dict[str, object], code: str
) -> None:
    publication = {name: first_night(home) if value == "FIRST" else value for name, value in publication.items()}
    before = files(home)
    result = materialize("kb_dataset", **publication)
    [failure] = [event for event in result.all_events if event.is_step_failure]
    assert code in str(failure.step_failure_data.error)
    assert files(home) == before


def test_a_plan_that_moved_since_it_was_shown_is_not_applied(home: Path) -> None:
    shown = [outcome.plan for outcome in plan(doors().publisher, doors().clock, Wish(as_of=first_night(home)))]
    [document] = [
        path for path in (home / "bucket" / DATASET / "preguntas").glob("*.md") if "jardín" in path.read_text()
    ]
    document.unlink()
    result = materialize("kb_dataset", as_of=first_night(home), plans=shown)
    [failure] = [event for event in result.all_events if event.is_step_failure]
    assert "MUT-PUB-022" in str(failure.step_failure_data.error) and "preguntas" in str(failure.step_failure_data.error)
    assert json.loads((home / "bucket/state/publication.json").read_text())["outcomes"]
