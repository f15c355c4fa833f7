"""Runs every measurement and prints one table of ratios: `make bench`.

Absolute seconds of a shared machine say little, so each figure is a ratio of two commands that take turns.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import requests
from rich.console import Console
from rich.table import Table

from benchmarks.long_texts import growth
from mut_assets.resources.wordpress.collection import WordPress

REPEATS = 5
ITEMS, LATENCY = 10_000, 0.2

Figures = tuple[float, float, float]
"""Median, smallest and largest ratio."""


def child(module: str, *arguments: str, env: Mapping[str, str]) -> str:
    """Runs one of this package's modules to its end and gives what it printed last."""
    command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
    done = subprocess.run(command, env={**os.environ, **env}, check=True, capture_output=True, text=True)
    return done.stdout.strip().splitlines()[-1]


def prepare(dagster_home: str) -> None:
    """A Dagster home with the repository's settings, as every other one: among them, no telemetry."""
    os.makedirs(dagster_home)
    shutil.copy(Path(__file__).parents[1] / "dagster.yaml", dagster_home)


def seconds(action: Callable[[], object]) -> float:
    """How long an action takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def paired(
    ours: Callable[[], object], theirs: Callable[[], object], repeats: int = REPEATS
) -> tuple[float, float, float]:
    """The median, smallest and largest ratio of two actions that take turns, after a warm-up of each."""
    ours(), theirs()
    ratios = [seconds(ours) / seconds(theirs) for _ in range(repeats)]
    return statistics.median(ratios), min(ratios), max(ratios)


@contextmanager
def large_site(items: int, latency: float) -> Iterator[str]:
    """A site in another process; gives its base URL."""
    command = [sys.executable, "-m", "benchmarks.large_site", str(items), str(latency)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdin is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()


def nights() -> Iterator[tuple[str, Figures, str]]:
    """An unchanged night on the bundled site against trivial jobs, as whole processes."""
    with tempfile.TemporaryDirectory() as folder:
        homes = {name: os.path.join(folder, name) for name in ("unchanged", "trivial", "bare")}
        env = {name: {"MUT_HOME": home, "DAGSTER_HOME": os.path.join(home, "dagster")} for name, home in homes.items()}
        for one in env.values():
            prepare(one["DAGSTER_HOME"])
        steps = child("night", "unchanged", "0", env=env["unchanged"])
        unchanged = partial(child, "night", "unchanged", "0", env=env["unchanged"])
        trivial = partial(child, "night", "trivial", steps, env=env["trivial"])
        bare = partial(child, "night", "bare", "10", env=env["bare"])
        yield f"unchanged night / {steps} trivial steps, same imports", paired(unchanged, trivial), "at most 1.4"
        yield "unchanged night / ten bare assets", paired(unchanged, bare), "reported"


def one_after_another(base_url: str) -> None:
    """Fetches every page of the stores in turn, over one connection."""
    with requests.Session() as session:
        page, pages = 1, 1
        while page <= pages:
            answer = session.get(
                f"{base_url}/stores",
                params={"per_page": "100", "page": str(page), "orderby": "id", "order": "asc"},
                timeout=60,
            )
            pages = int(answer.headers["X-WP-TotalPages"])
            answer.json()
            page += 1


def extraction() -> Iterator[tuple[str, Figures, str]]:
    """Extracting a large site, seal included, against fetching its pages one after another."""
    with large_site(ITEMS, LATENCY) as base_url:
        for concurrency, limit in ((4, "at most 0.6"), (8, "at most 0.35")):
            ours = partial(WordPress(base_url, concurrency=concurrency).collection, "stores")
            figures = paired(ours, partial(one_after_another, base_url), repeats=3)
            yield f"extracting {ITEMS:,} items, {concurrency} in flight / one after another", figures, limit


def memory() -> Iterator[tuple[str, str, str]]:
    """What a night of 10,000 stores adds to the peak memory of a process that only loaded the definitions."""
    with tempfile.TemporaryDirectory() as folder, large_site(ITEMS, 0.0) as base_url:
        env = {"MUT_HOME": folder, "DAGSTER_HOME": os.path.join(folder, "dagster"), "API_BASE_URL": base_url}
        prepare(env["DAGSTER_HOME"])
        loaded = float(child("memory", "load", env=env).split()[0])
        for name in ("first publication", "unchanged night"):
            night, documents = child("memory", "night", env=env).split()
            yield (
                f"{name} of {ITEMS:,} stores ({documents} written)",
                f"{float(night) - loaded:+.0f} MB",
                "at most +200 MB",
            )


def main() -> None:
    """Prints the table."""
    table = Table("what", "median", "min", "max", "wanted")
    for what, (median, least, most), wanted in [*nights(), *extraction(), *growth()]:
        table.add_row(what, f"{median:.2f}", f"{least:.2f}", f"{most:.2f}", wanted)
    for what, added, wanted in memory():
        table.add_row(what, added, "", "", wanted)
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
