"""Whole nights by their names: one stamp, a rollback that holds until it is released, clocks that were wrong."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from mut_assets.assets.io_manager import SnapshotIOManager
from mut_assets.environments import build_doors, read_settings
from mut_assets_tests.corridor.account import account
from mut_assets_tests.corridor.conftest import FAQ, Platform, after_a_first_night, failure_text
from mut_assets_tests.corridor.test_terminal import environment, mut
from mut_assets_tests.fakes.wordpress_site import WordPressSite
from mut_assets_tests.resources.plaza import Stopped

pytestmark = pytest.mark.slow

Command = Callable[..., subprocess.CompletedProcess[str]]


@dataclass(frozen=True)
class House:
    """An environment: its site, its command, and what its knowledge base finds for a question, as document ids."""

    site: WordPressSite
    mut: Command
    finds: Callable[[str], set[str]]

    def done(self, *words: str) -> str:
        ended = self.mut(*words)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout


@contextmanager
def on_this_machine(home: Path) -> Iterator[House]:
    with WordPressSite() as site:
        for number in range(3):
            site.store(2000 + number, f"Tienda {number}", content=f"<p>Vende cuadernos número {number}.</p>")
            site.event(9000 + number, f"Feria de {number} barrios", date_text="9 al 12 de octubre de 2099")
            site.restaurant(4000 + number, f"Cocina {number}", content=f"<p>Sirve cazuela y plato {number}.</p>")
        env = {**environment(home), "API_BASE_URL": site.base_url}
        upload(home, FAQ)

        def finds(question: str) -> set[str]:
            return {hit["id"] for hit in json.loads(mut(env, "search", question, "-k", "20", "--json").stdout)}

        yield House(site, lambda *words: mut(env, *words), finds)


@contextmanager
def in_aws(home: Path) -> Iterator[House]:
    with account(home) as cloud:

        def finds(question: str) -> set[str]:
            with patch.dict(os.environ, cloud.environment, clear=True):
                return {found.id for found in build_doors(read_settings()).retriever.search(question, 20)}

        yield House(cloud.site, cloud.mut, finds)


def upload(home: Path, text: str) -> None:
    path = home / "bucket/raw/preguntas.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("environment_of", [on_this_machine, in_aws])
def test_a_rollback_holds_over_the_next_night_until_it_is_released_and_visitors_are_answered_from_it(
    tmp_path: Path, environment_of: Callable[[Path], Iterator[House]]
) -> None:
    with environment_of(tmp_path / "mut") as house:  # type: ignore[attr-defined]  # a context manager by its decorator
        house.done("run")
        house.site.store(2003, "La Ruca Verde", content="<p>Plantas y maceteros de greda.</p>")
        house.done("run")
        assert "2003" in house.finds("plantas y maceteros de greda")
        second, first = json.loads(house.done("nights", "--json"))
        assert first["changes"]["tiendas"]["added"] == 3 and second["changes"]["tiendas"]["added"] == 1
        assert (first["served"], first["documents"]) == (first["documents"], first["documents"]) != (0, 0)
        assert len(second["tables"]) == 8 and not second["taken_over"]

        shown = house.done("rollback", first["stamp"], "--yes")
        assert "- La Ruca Verde" in shown and "A rollback is in force" in shown
        assert "2003" not in house.finds("plantas y maceteros de greda")

        house.site.store(2004, "El Yunque", content="<p>Herrería y cuchillos.</p>")
        night = house.done("run")
        assert "A rollback is in force" in night and f"held at the night {first['stamp']}" in night
        assert not {"2003", "2004"} & house.finds("plantas y maceteros de greda, herrería y cuchillos")
        assert "`mut release`" in house.done("status")
        held = json.loads(house.done("nights", "--json"))
        assert [each["held"] for each in held if each["stamp"] == first["stamp"]] == [
            ["eventos", "tiendas", "restaurantes", "preguntas"]
        ]
        assert held[0]["taken_over"].keys() == {"eventos", "tiendas", "restaurantes", "preguntas"}

        released = house.done("release", "--yes")
        assert "+ La Ruca Verde" in released and "+ El Yunque" in released
        assert {"2003", "2004"} <= house.finds("plantas y maceteros de greda, herrería y cuchillos")
        assert "A rollback is in force" not in house.done("status")


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return environment(tmp_path / "mut")


def tables(home: Path) -> list[Path]:
    return sorted([*(home / "bucket").glob("raw/*_2*.csv"), *(home / "bucket").glob("vectorial/*_2*.csv")])


def test_a_night_under_a_clock_that_was_ahead_freezes_nothing(env: dict[str, str]) -> None:
    """What one such night left was the newest until the calendar reached it: nothing newer was published."""
    home = Path(env["MUT_HOME"])
    upload(home, FAQ)
    assert mut(env, "run").returncode == 0
    for path in tables(home):
        shutil.copy(path, path.with_name(f"{path.stem[:-15]}20271231_120000.csv"))
    upload(home, FAQ.replace("Sí, gratis.", "Sí, con clave."))
    night = mut({**env, "MUT_TODAY": "2026-03-30"}, "run")
    assert night.returncode == 0, night.stdout + night.stderr
    status = mut(env, "status").stdout
    for said in (night.stdout, status, mut(env, "doctor").stdout):
        assert "20271231_120000.csv" in said and "still to come" in said
    published = [path.read_text() for path in (home / "bucket/datasets").rglob("*.md")]
    assert any("Sí, con clave." in text for text in published)
    assert " hours ago" in status and ", -" not in status and "stale" not in status


def test_all_tables_of_a_night_carry_one_stamp(env: dict[str, str]) -> None:
    """Each had a second of its own: the stamp of one gave that table, and the others of the night before."""
    home = Path(env["MUT_HOME"])
    upload(home, FAQ)
    assert mut(env, "run").returncode == 0
    assert len({path.stem[-15:] for path in tables(home)}) == 1 and len(tables(home)) == 8


@after_a_first_night
def test_a_night_under_a_clock_that_is_behind_ends_with_its_code_and_publishes_nothing_older(
    platform: Platform,
) -> None:
    before = platform.documents()
    behind = Stopped(instant=datetime.now(UTC) - timedelta(hours=3))
    snapshots = replace(build_doors(platform.settings).snapshots, clock=behind)
    platform.replaced = {"snapshots": SnapshotIOManager(snapshots)}
    platform.site.store(2003, "Tienda 3 & Cía", content="<p>Un texto de hoy.</p>")
    night = platform.run()
    assert not night.success and "MUT-DATA-020" in failure_text(night)
    assert platform.documents() == before


@after_a_first_night
def test_a_selection_is_a_night_of_its_own_that_names_the_tables_it_took_over(platform: Platform) -> None:
    first = platform.outcome("eventos").snapshot
    platform.site.store(2003, "Tienda 3 & Cía", content="<p>Un texto de hoy.</p>")
    selection = platform.materialize("raw_tiendas", "vectorial_tiendas", "kb_dataset")
    assert selection.success, failure_text(selection)
    records = build_doors(platform.settings).snapshots.nights
    night = records.last(records.stamps()[-1])
    assert (night.run_id, night.changes["tiendas"].changed) == (selection.run_id, 1)
    assert night.changes["tiendas"].table == f"vectorial/stores_vectorial_{night.stamp}.csv"
    assert night.taken_over.keys() == {"eventos", "restaurantes", "preguntas"}
    assert night.taken_over["eventos"] == first
