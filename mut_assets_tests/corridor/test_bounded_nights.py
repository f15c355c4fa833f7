"""A site that is slow, huge or goes in circles for one collection: the night ends, says so, and the others go out."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mut_assets_tests.corridor.conftest import DATASET
from mut_assets_tests.dev_server import environment
from mut_assets_tests.fakes.wordpress_site import Response, WordPressSite, store

pytestmark = pytest.mark.slow

PEAK_MB = 600
SHORT = {"API_REQUEST_SECONDS": "2", "API_COLLECTION_SECONDS": "5"}
"""For a site that never answers; one that answers much has the time that it needs on a busy machine."""
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def over() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


LAUNCHER = """
import resource, subprocess, sys
status = subprocess.run([sys.executable, "-m", "mut_assets.cli", "run"]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(status)
"""
"""Linux counts the memory of whoever starts a process as its own: a small one starts the night, and not the tests."""


def night(site: WordPressSite, home: Path, **limits: str) -> tuple[int, str, float]:
    """`mut run`: its exit status, what it said, and the most memory it had, in MB."""
    where = {"API_BASE_URL": site.base_url, "MUT_TODAY": "2025-10-01", "COLUMNS": "200", "MUT_RETRY_SECONDS": "0"}
    run = subprocess.run(
        [sys.executable, "-c", LAUNCHER],
        env=environment(home) | where | limits,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    said, _, peak = run.stdout.rstrip().rpartition("\n")
    return run.returncode, said, int(peak) / 1024


def published(home: Path, folder: str) -> int:
    return len(list((home / "bucket" / DATASET / folder).glob("*.md")))


def paged(items: list[Any], pages: int = 1) -> dict[str, str]:
    return JSON | {"X-WP-Total": str(len(items) * pages), "X-WP-TotalPages": str(pages)}


def _objects() -> Response:
    """8 MB that would be 3 million objects."""
    items = [store(7, "Panadería La Espiga", acf="@@")]
    body = json.dumps(items).replace('"@@"', '{"informacion_tienda": [' + "{}," * 2_600_000 + "{}]}")
    return Response(200, paged(items), body)


def _long_pages() -> Callable[[str], Response]:
    """A page of 9 MB, again and again: fifty pages of them are announced."""

    def answer(path: str) -> Response:
        number = int(path.rpartition("&page=")[2])
        items = [
            store(100 * number + n, f"Tienda {number} {n}", content="palabra " * 11_000 if "content" in path else "")
            for n in range(100)
        ]
        return Response(200, paged(items, 50), json.dumps(items))

    return answer


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (None, "MUT-WP-018"),
        (lambda: Response(302, {"Location": "/wp-json/wp/v2/stores"}, ""), "MUT-WP-010"),
        (_objects, "MUT-WP-019"),
        (lambda: Response(200, paged([]), "[" + " " * 40_000_000 + "]"), "MUT-WP-008"),
        (_long_pages, "MUT-WP-020"),
    ],
    ids=["slow", "in circles", "objects", "huge", "long pages"],
)
def test_the_others_go_out_in_time_and_in_little_memory(
    site: WordPressSite, tmp_path: Path, over: threading.Event, answer: Any, code: str
) -> None:
    made = answer() if answer else None
    respond: Any = made if callable(made) else lambda _: made or (over.wait() and None)

    def bad(path: str) -> Response | None:
        answered: Response | None = respond(path) if "/stores" in path else None
        return answered

    site.faults.append(bad)
    status, said, peak = night(site, tmp_path, **({} if made else SHORT))
    assert (status, f"{code}: " in said, "Traceback" in said) == (1, True, False), said
    assert (published(tmp_path, "restaurantes") > 0, published(tmp_path, "stores")) == (True, 0)
    assert peak < PEAK_MB


def test_a_dead_site_ends_with_the_time_of_its_three_collections(
    site: WordPressSite, tmp_path: Path, over: threading.Event
) -> None:
    def silent(path: str) -> None:
        over.wait()

    site.faults.append(silent)
    status, said, _ = night(site, tmp_path, **SHORT)
    assert (status, said.count("MUT-WP-018: The collection was not read within 5 seconds") >= 3) == (1, True), said


def test_a_page_that_is_too_long_or_torn_stays_behind_alone(site: WordPressSite, tmp_path: Path) -> None:
    site.store(7001, "Panadería La Espiga", content="<p>Hay pan.</p>" + "<!--" * 250_000)
    site.store(7002, "<b" * 500_000)
    site.store(7003, "Lirio", content="<p>Hay lirios y rosas.</p>" + "<a" + " " * 150_000)
    status, said, peak = night(site, tmp_path)
    assert status == 0, said
    assert "content.rendered has 1,000,015 characters, more than 200,000" in said
    assert "title.rendered has 1,000,000 characters, more than 20,000" in said
    assert not list((tmp_path / "bucket" / DATASET / "stores").glob("700[12].md"))
    assert "Hay lirios y rosas." in (tmp_path / "bucket" / DATASET / "stores" / "7003.md").read_text()
    assert peak < PEAK_MB
