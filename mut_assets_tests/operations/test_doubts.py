"""`mut doubts`: for people, for a program, for a spreadsheet; from the newest tables, whatever the site says now."""

import csv
import io
import json
from pathlib import Path

import pytest

from mut_assets.domain.collections import RESTAURANTES, TIENDAS
from mut_assets.domain.documents.vectorial import vectorial_frame
from mut_assets.domain.doubts.page import COLUMNS
from mut_assets.domain.tables.raw import raw_frame
from mut_assets.operations.doubts import NO_NIGHT
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.snapshots import Snapshots
from mut_assets_tests.dev_server import environment
from mut_assets_tests.domain.items import block, place
from mut_assets_tests.resources.plaza import Stopped
from mut_assets_tests.terminal import mut_here

FUENTE = "muestra"
ODD = "[red] nunca \x1b[31m =1+1"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """After a night with a doubtful store and a doubtful restaurant."""
    made = Snapshots(Bucket(str(tmp_path / "mut" / "bucket")), Stopped())
    for collection, odd in ((TIENDAS, block(schedule=ODD)), (RESTAURANTES, block(level="1"))):
        raw = raw_frame(collection, [place(odd)], FUENTE)
        made.write("vectorial", collection, vectorial_frame(collection, raw, made.write("raw", collection, raw)))
    return tmp_path


def said(home: Path, *arguments: str) -> str:
    done = mut_here(environment(home / "mut"), "doubts", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_before_the_first_night_it_says_so_and_an_empty_list_is_a_list(tmp_path: Path) -> None:
    assert said(tmp_path) == f"{NO_NIGHT}\n"
    assert said(tmp_path, "--json") == "[]\n"


def test_it_shows_each_line_below_its_page_and_no_escape_sequence_of_the_site(home: Path) -> None:
    shown = said(home)
    assert "La Ranura & Cía  tiendas, guardada el 02-05-2024\nhttps://plaza.example/tiendas/la-ranura/\n" in shown
    assert "  horario · Dudoso\n    Dice: [red] nunca [31m =1+1\n    Se leyó: No se reconocen" in shown
    assert shown.endswith("2 líneas (tiendas 1, restaurantes 1).\n") and "\x1b" not in shown


def test_one_collection_alone(home: Path) -> None:
    assert said(home, "restaurantes").endswith("1 línea (restaurantes 1).\n")
    assert said(home, "eventos") == "No hay nada que corregir.\n"


def test_json_is_a_list_of_objects(home: Path) -> None:
    shop, restaurant = sorted(json.loads(said(home, "--json")), key=lambda line: str(line["kind"] + line["field"]))
    assert (shop["field"], shop["kind"], shop["modified"]) == ("horario", "duda", "2024-05-02T13:00:00")
    assert (restaurant["collection"], restaurant["says"]) == ("restaurantes", "lugar: «Nivel -3, al fondo»; nivel: «1»")


def test_csv_opens_in_a_spreadsheet(home: Path) -> None:
    text = said(home, "tiendas", "--csv")
    assert text.startswith("\ufeff")
    header, row = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert (header, row[0], row[2]) == (COLUMNS, "tiendas", "https://plaza.example/tiendas/la-ranura/")


@pytest.mark.parametrize(
    ("arguments", "why"), [(("stores",), "is no collection"), (("--json", "--csv"), "give one of --json and --csv")]
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, arguments: tuple[str, ...], why: str) -> None:
    done = mut_here(environment(tmp_path), "doubts", *arguments)
    assert done.returncode == 2 and why in done.stderr
