"""An Excel workbook is read as people see it, and what cannot be told is named by its cell."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from openpyxl.utils.exceptions import IllegalCharacterError

from mut_assets.domain.tables import workbook
from mut_assets.domain.tables.faq import faq_frame
from mut_assets.domain.tables.spreadsheet import SheetError
from mut_assets.domain.tables.workbook import WorkbookError, sheets
from mut_assets.domain.text import fold_question, plain_text, writable

HEADER = ("Pregunta", "Respuesta", "Categoría completa")


def book(*rows: Sequence[Any], title: str = "Preguntas") -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    assert made.active is not None
    made.active.title = title
    for row in rows:
        made.active.append([*row])
    return made


def saved(made: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def faq(*rows: Sequence[Any]) -> list[tuple[str, str, str]]:
    frame = faq_frame(saved(book(HEADER, *rows)), "raw/preguntas.xlsx")
    return [*zip(frame["pregunta"], frame["respuesta"], frame["problema"], strict=True)]


def test_a_workbook_is_the_same_as_its_csv() -> None:
    rows = [("¿Hay baños?", "Sí, en\nel piso -1; y el 2.", "1 Baños"), ("", "", ""), ("Ñandú ‘así’", "“Sí”", "")]
    csv = "pregunta;respuesta;categoria_completa\r\n" + "".join(
        ";".join(f'"{cell}"' for cell in row) + "\r\n" for row in rows
    )
    frames = [faq_frame(saved(book(HEADER, *rows)), "x"), faq_frame(csv.encode(), "x")]
    assert len(frames[0]) == 2
    assert frames[0].drop(columns="linea").equals(frames[1].drop(columns="linea"))
    assert frames[0]["linea"].to_list() == ["2", "4"], "the row of the sheet"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (3, "3"),
        (2.5, "2.5"),
        (date(2026, 12, 24), "2026-12-24"),
        (datetime(2026, 12, 24, 19, 30), "2026-12-24 19:30"),  # noqa: DTZ001
        (time(9, 5), "09:05"),
        (timedelta(hours=26), "26:00"),
        ("  con espacios ", "con espacios"),
        ("línea_x000D_\notra", "línea\notra"),
    ],
)
def test_a_cell_is_told_as_it_is_seen(value: Any, told: str) -> None:
    assert faq(("¿Cuándo?", value, "")) == [("¿Cuándo?", told, "")]


@pytest.mark.parametrize(
    ("value", "number_format", "problem"),
    [
        (9990, '"$"#,##0', "cell B2 holds the number 9990 in the format"),
        (0.1, "0%", "cell B2 holds the number 0.1 in the format"),
        (1234567890123456789, "General", "cell B2 holds the number"),
        (True, "General", "cell B2 holds VERDADERO"),
        ("=1+1", "General", "cell B2 has a formula whose value was not saved"),
        ("#REF!", "General", "the spreadsheet's error #REF!"),
    ],
)
def test_what_cannot_be_told_is_held_by_its_cell(value: Any, number_format: str, problem: str) -> None:
    made = book(HEADER, ("¿Cuánto?", value, ""), ("¿Hay té?", "Sí.", ""))
    made.worksheets[0].cell(2, 2).number_format = number_format
    first, second = faq_frame(saved(made), "x")["problema"]
    assert problem in first and first.startswith("line 2") and second == ""


def test_a_merged_cell_says_its_text_in_each_row() -> None:
    made = book(HEADER, ("¿A?", "Uno.", "Baños"), ("¿B?", "Dos.", ""))
    made.worksheets[0].merge_cells("C2:C3")
    assert faq_frame(saved(made), "x")["categoria_nombre"].to_list() == ["Baños", "Baños"]


def test_the_visible_sheet_with_the_columns_is_the_one_that_is_meant() -> None:
    made = book(("Notas",), ("a mano",), title="Notas")
    made.create_sheet("FAQ").append([*HEADER])
    made["FAQ"].append(["¿Hay té?", "Sí.", ""])
    old = made.copy_worksheet(made["FAQ"])
    old.sheet_state = "hidden"
    assert faq_frame(saved(made), "x")["pregunta"].to_list() == ["¿Hay té?"]
    old.sheet_state = "visible"
    with pytest.raises(SheetError, match="both look like the one that is meant"):
        faq_frame(saved(made), "x")


@pytest.mark.parametrize(
    ("made", "trouble", "what"),
    [
        (book(), "empty", "no visible sheet with text"),
        (book(("Pregunta", "Otra")), "header", "no column respuesta"),
        (book((*HEADER, "respuesta")), "header", "names the column respuesta twice"),
    ],
)
def test_a_workbook_without_the_table_says_why(made: openpyxl.Workbook, trouble: str, what: str) -> None:
    with pytest.raises(SheetError) as error:
        faq_frame(saved(made), "x")
    assert error.value.trouble == trouble and what in error.value.what


def test_what_is_no_workbook_or_far_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.txt", "a")
    good = saved(book(HEADER, ("¿A?", "Uno.", "")))
    for data, why in (
        (archive.getvalue(), "no Excel workbook"),
        (good[:-40], "uploaded whole"),
        (b"PK\x03\x04", "damaged"),
    ):
        with pytest.raises(WorkbookError, match=why):
            sheets(data)
    monkeypatch.setattr(workbook, "LARGEST", 100)
    with pytest.raises(WorkbookError, match="unpacked it has"):
        sheets(good)
    monkeypatch.undo()
    monkeypatch.setattr(workbook, "MOST_CELLS", 3)
    with pytest.raises(WorkbookError, match="more than 3 cells"):
        sheets(good)


CELLS = st.one_of(st.text(max_size=30), st.integers(-5, 99999), st.floats(allow_nan=False), st.booleans(), st.dates())


@given(st.lists(st.tuples(CELLS, CELLS), max_size=5))
def test_no_row_of_a_workbook_vanishes(rows: list[tuple[Any, Any]]) -> None:
    try:
        data = saved(book(HEADER, *((question, answer, "") for question, answer in rows)))
    except IllegalCharacterError:  # Excel could not hold it either
        assume(False)
    frame = faq_frame(data, "x")
    kept = {int(line) for line in frame["linea"]}
    [(_, (_, *seen))] = sheets(data)
    said = {fold_question(plain_text(row.cells[0])) for row in seen if row.line in kept}
    for row in seen:
        if any(map(str.strip, map(writable, row.cells))) or row.problems:
            assert row.line in kept or fold_question(plain_text(row.cells[0])) in said
    problems = dict(zip(frame["linea"], frame["problema"], strict=True))
    assert all(problems[f"{row.line}"] for row in seen if row.problems)
