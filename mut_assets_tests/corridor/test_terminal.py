"""The `mut` command as people run it: its own process where that may matter, its exit status, what it prints."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from mut_assets_tests.corridor.conftest import DATASET, FAQ
from mut_assets_tests.fakes.wordpress_site import WordPressSite
from mut_assets_tests.terminal import mut_here

MUT = [sys.executable, "-m", "mut_assets.cli"]


@dataclass(frozen=True)
class Published:
    """A home into which the bundled site was published by `mut run`, and what that said."""

    env: dict[str, str]
    home: Path
    run: subprocess.CompletedProcess[str]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "mut"


@pytest.fixture
def env(home: Path) -> dict[str, str]:
    return environment(home)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """For tests that only read, or that publish the same again."""
    home = tmp_path_factory.mktemp("bundled") / "mut"
    env = environment(home)
    return Published(env, home, mut(env, "run"))


def environment(home: Path) -> dict[str, str]:
    ours = ("MUT_", "API_", "S3_", "AWS_", "DAGSTER_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "MUT_HOME": str(home), "MUT_RETRY_SECONDS": "0", "MUT_TODAY": "2026-03-04", "COLUMNS": "100"}


def mut(env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*MUT, *arguments], env=env, capture_output=True, text=True, check=False, timeout=300)


def documents(home: Path) -> dict[str, bytes]:
    root = home / "bucket" / DATASET
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_the_bundled_site_is_published_with_progress_and_a_table(published: Published) -> None:
    first = published.run
    assert first.returncode == 0, first.stdout + first.stderr
    lines = first.stdout.splitlines()
    assert any(line.startswith("  ok") and "raw_tiendas" in line and "rows" in line for line in lines)
    header = next(number for number, line in enumerate(lines) if "collection" in line and "unchanged" in line)
    table = {cells[0]: cells[1:] for cells in (line.split() for line in lines[header + 2 : header + 6])}
    assert set(table) == {"eventos", "tiendas", "restaurantes", "preguntas"}
    for name, (rows, added, *others, result) in table.items():
        assert (others, result) == (["0", "0", "0", "0"], "published")
        # Events that are over on the day of this test are not published; the site always has some.
        assert 0 < int(added) < int(rows) if name == "eventos" else added == rows
        assert int(rows) >= 40
    assert f"bucket/{DATASET}stores/" in first.stdout
    assert "Everything wanted is published and served." in first.stdout


def test_a_second_run_changes_nothing(published: Published) -> None:
    before = {path: path.stat().st_mtime_ns for path in (published.home / "bucket" / DATASET).rglob("*")}
    second = mut_here(published.env, "run")
    assert second.returncode == 0
    assert "0 documents written, 0 deleted" in second.stdout and "0 embedded" in second.stdout
    assert {path: path.stat().st_mtime_ns for path in (published.home / "bucket" / DATASET).rglob("*")} == before


def test_search_answers_a_person_and_a_program(published: Published) -> None:
    person = mut_here(published.env, "search", "dónde hay helados")
    program = mut_here(published.env, "search", "dónde hay helados", "-k", "10", "--json")
    hits = json.loads(program.stdout)
    assert person.returncode == program.returncode == 0
    assert 1 <= len(hits) <= 10
    assert all({"id", "collection", "title", "link", "score"} <= hit.keys() for hit in hits)
    assert hits[0]["title"] in person.stdout and hits[0]["link"] in person.stdout
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)


def test_before_the_first_run_search_says_what_to_do(env: dict[str, str]) -> None:
    empty = mut_here(env, "search", "dónde hay helados")
    assert empty.returncode == 2 and "run" in empty.stderr


def test_a_plan_is_shown_and_nothing_is_written(published: Published) -> None:
    before = {path: path.read_bytes() for path in (published.home / "bucket").rglob("*") if path.is_file()}
    shown = mut_here(published.env, "plan")
    status = mut_here(published.env, "status")
    assert shown.returncode == status.returncode == 0
    assert "unchanged" in shown.stdout and "tiendas: as read on" in status.stdout
    assert {path: path.read_bytes() for path in (published.home / "bucket").rglob("*") if path.is_file()} == before


@pytest.mark.slow
def test_an_edited_store_is_found_in_the_run_that_ends_red(env: dict[str, str], site: WordPressSite) -> None:
    env["API_BASE_URL"] = site.base_url
    site.store(2003, "Tienda 3 & Cía", content="<p>Vende volantines y trompos.</p>")
    site.faults.append(lambda path: (500, {}, "{}") if "/restaurant" in path else None)
    run = mut(env, "run")
    assert run.returncode == 1
    assert "raw_restaurantes: MUT-WP-" in run.stdout
    assert "The healthy collections do not wait" in run.stdout
    assert "absent  preguntas" in run.stdout
    [hit] = json.loads(mut(env, "search", "volantines", "-k", "1", "--json").stdout)
    assert hit["id"] == "2003" and hit["collection"] == "tiendas"


@pytest.mark.slow
def test_mondays_failed_run_resumed_after_tuesdays_success_leaves_tuesdays_documents(
    env: dict[str, str], site: WordPressSite, home: Path
) -> None:
    env["API_BASE_URL"] = site.base_url
    site.store(2003, "Tienda 3 & Cía", content="<p>Como el lunes.</p>")
    site.faults.append(lambda path: (500, {}, "{}") if "/restaurant" in path else None)
    assert mut(env, "run").returncode == 1
    site.faults.clear()
    site.store(2003, "Tienda 3 & Cía", content="<p>Como el martes.</p>")
    assert mut(env, "run").returncode == 0
    tuesday = documents(home)
    asked = len(site.requests)
    wednesday = mut(env, "resume")
    assert wednesday.returncode == 0, wednesday.stdout + wednesday.stderr
    assert site.requests[asked:] and all("/restaurant" in path for path in site.requests[asked:])
    assert documents(home) == tuesday and b"Como el martes" in tuesday["stores/2003.md"]


@pytest.mark.slow
def test_a_refused_plan_is_approved_by_its_id(env: dict[str, str], site: WordPressSite, home: Path) -> None:
    env["API_BASE_URL"] = site.base_url
    (home / "bucket" / "raw").mkdir(parents=True)
    (home / "bucket" / "raw" / "preguntas.csv").write_text(FAQ)
    assert mut(env, "run").returncode == 0
    site.items["stores"] = site.items["stores"][:4]
    refused = mut(env, "run")
    assert refused.returncode == 1 and "removes 8 of 12" in refused.stdout
    plan = refused.stdout.split("mut approve ", 1)[1].split()[0].strip(").")
    assert plan in mut(env, "status").stdout
    approved = mut(env, "approve", plan, "--yes")
    assert approved.returncode == 0, approved.stdout + approved.stderr
    assert len([key for key in documents(home) if key.startswith("stores/") and key.endswith(".md")]) == 4


def test_a_bad_variable_is_one_sentence_and_status_two(env: dict[str, str]) -> None:
    run = mut({**env, "API_CONCURRENCY": "many"}, "status")
    assert run.returncode == 2
    assert "MUT-ENV-001: API_CONCURRENCY is 'many'." in run.stderr and "Traceback" not in run.stderr
