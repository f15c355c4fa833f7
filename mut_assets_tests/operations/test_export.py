"""`mut export`: a file for people, in which every cell is text; the snapshots stay as programs read them."""

import csv
import re
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
from openpyxl import load_workbook

from mut_assets.domain.collections import EVENTOS, TIENDAS
from mut_assets.domain.tables.cells import CUT
from mut_assets.operations.export import export
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.snapshots import Snapshots
from mut_assets.resources.failures import PermanentFailure
from mut_assets_tests.dev_server import environment
from mut_assets_tests.resources.plaza import Stopped
from mut_assets_tests.terminal import mut_here

CELLS = [
    "=cmd|' /C calc'!A0",
    "+56 2 2345 6789",
    "@SUM(A1)",
    "＝1+1",
    "\t=1+1",
    "007",
    "#N/A",
    "",
    "Ñandú\n🍦 <b> & Cía",
    "1.5",
]


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    """A night's table of stores, the titles of which are `CELLS`."""
    made = Snapshots(Bucket(str(tmp_path / "mut" / "bucket")), Stopped())
    made.write("raw", TIENDAS, pd.DataFrame({"titulo": ["Pan"]}, dtype=str))
    made.write("vectorial", TIENDAS, pd.DataFrame({"titulo": CELLS, "id": "1"}, dtype=str))
    return made


def everything(snapshots: Snapshots) -> dict[str, bytes]:
    return {entry.key: snapshots.bucket.get(entry.key) for entry in snapshots.bucket.list("")}


def test_a_workbook_holds_every_cell_as_text_and_no_formula(snapshots: Snapshots, tmp_path: Path) -> None:
    before = everything(snapshots)
    done = export(snapshots, "vectorial", TIENDAS, tmp_path / "tiendas.xlsx")
    [sheet] = load_workbook(done.path).worksheets
    rows = list(sheet.iter_rows())
    assert [[cell.value for cell in row] for row in rows] == [
        ["titulo", "id"],
        *([text or None, "1"] for text in CELLS),
    ]
    assert {cell.number_format for row in rows for cell in row} == {"@"}, "it stays text when somebody edits it"
    assert {cell.data_type for row in rows for cell in row if cell.value} == {"s"}
    xml = ZipFile(done.path).read("xl/worksheets/sheet1.xml").decode()
    assert "<f" not in xml and set(re.findall(r' t="(\w+)"', xml)) <= {"inlineStr", "n"}
    assert (done.rows, done.cut) == (len(CELLS), 0)
    assert everything(snapshots) == before


def test_a_csv_file_begins_no_formula_and_has_its_texts_whole(snapshots: Snapshots, tmp_path: Path) -> None:
    long = "a" * 40_000
    snapshots.write("vectorial", TIENDAS, pd.DataFrame({"titulo": [*CELLS, long]}, dtype=str))
    done = export(snapshots, "vectorial", TIENDAS, tmp_path / "tiendas.CSV")
    text = done.path.read_bytes().decode("utf-8")
    assert text.startswith("\ufefftitulo\r\n") and done.cut == 0
    shown = [row[0] for row in csv.reader(text.removeprefix("\ufeff").splitlines(keepends=True))][1:]
    assert shown[0] == f"'{CELLS[0]}" and shown[5] == "007" and shown[-1] == long
    assert not [cell for cell in shown if cell.strip().startswith(tuple("=+-@＝"))]


def test_a_text_that_no_cell_holds_is_cut_and_counted(snapshots: Snapshots, tmp_path: Path) -> None:
    snapshots.write("vectorial", TIENDAS, pd.DataFrame({"titulo": ["a" * 40_000, "b"]}, dtype=str))
    done = export(snapshots, "vectorial", TIENDAS, tmp_path / "tiendas.xlsx")
    [sheet] = load_workbook(done.path).worksheets
    assert done.cut == 1 and str(sheet["A2"].value).endswith(CUT)


def test_a_file_that_is_there_keeps_what_somebody_wrote_into_it(snapshots: Snapshots, tmp_path: Path) -> None:
    path = tmp_path / "tiendas.xlsx"
    path.write_bytes(b"notes")
    with pytest.raises(PermanentFailure, match="MUT-RUN-016: .*is there already"):
        export(snapshots, "vectorial", TIENDAS, path)
    assert path.read_bytes() == b"notes"


def test_a_table_that_nobody_made_yet_is_named(snapshots: Snapshots, tmp_path: Path) -> None:
    with pytest.raises(PermanentFailure, match="MUT-RUN-015: There is no raw table of eventos"):
        export(snapshots, "raw", EVENTOS, tmp_path / "eventos.xlsx")
    assert not (tmp_path / "eventos.xlsx").exists()


def test_the_command_writes_here_what_it_names(
    snapshots: Snapshots, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    env = environment(tmp_path / "mut")
    said = mut_here(env, "export", "tiendas").stdout
    name = "stores_vectorial_20241103_120000"
    assert said == f"{name}.xlsx: {len(CELLS)} rows of vectorial/{name}.csv.\n"
    assert mut_here(env, "export", "tiendas", "--raw", "--output", "t.csv").stdout.startswith(
        "t.csv: 1 rows of raw/tien"
    )
    assert Path("t.csv").read_text(encoding="utf-8-sig") == "titulo\nPan\n"


@pytest.mark.parametrize("given", [["stores"], [""], ["tiendas", "--output", "tiendas.xls"]])
def test_what_is_no_collection_or_no_spreadsheet_is_refused_before_anything(tmp_path: Path, given: list[str]) -> None:
    refused = mut_here(environment(tmp_path / "mut"), "export", *given)
    assert refused.returncode == 2 and "MUT" not in refused.stderr and given[-1] in refused.stderr
    assert list(tmp_path.iterdir()) == []
