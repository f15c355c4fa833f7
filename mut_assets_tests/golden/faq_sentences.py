"""What people read about the FAQ that they keep: rows that are set aside, workbooks that are refused."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import openpyxl
import pandas as pd

from mut_assets.domain.tables import workbook
from mut_assets.domain.tables.faq import faq_frame
from mut_assets.domain.tables.spreadsheet import SheetError


def _problems(frame: pd.DataFrame) -> str:
    return "\n".join(problem for problem in frame["problema"] if problem)


def rows_of_the_faq(_: Path) -> Iterator[tuple[str, str]]:
    header = "pregunta;respuesta;categoria_completa;id\n"
    files = {
        "no question": ";Sí.;1;\n",
        "no answer": "¿Hay baños?;;1;\n",
        "an id that cannot be a key": "¿Hay baños?;Sí.;1;baños #1\n",
        "a semicolon without quotes": "¿Hay baños?;Sí.;1;;siempre\n",
        "two answers": "¿Hay baños?;Sí.;1;\n¿hay banos;No.;1;\n",
        "a spreadsheet's error": "¿Hay baños?;#¡REF!;1;\n",
        "a formula in a text": "¿Hay baños?;=SUMA(B2:B3);1;\n",
        "what stands for an answer": "¿Hay baños?;n/a;1;\n",
        "the header again": "Pregunta;Respuesta;Categoría;\n",
        "one id twice": "¿Hay baños?;Sí.;1;uno\n¿Hay wifi?;Sí.;1;uno\n",
    }
    for title, rows in files.items():
        yield title, _problems(faq_frame((header + rows).encode(), "x"))
    terms = {"no date": "pronto;", "an end before the beginning": "2026-12-24;2026-12-01"}
    for title, term in terms.items():
        text = f"pregunta;respuesta;vigente_desde;vigente_hasta\n¿Hay té?;Sí.;{term}\n"
        yield title, _problems(faq_frame(text.encode(), "x"))
    more = _book(("Pregunta", "Respuesta", ""), ("¿Hay té?", "Sí.", "siempre"))
    yield "text where no column is named", _problems(faq_frame(_saved(more), "x"))
    cells = {"a formula": ("=1+1", "General"), "a truth": (True, "General"), "money": (9990, '"$"#,##0')}
    for title, (value, number_format) in cells.items():
        yield title, _problems(faq_frame(_workbook(value, number_format), "x"))


def workbooks_that_are_refused(_: Path) -> Iterator[tuple[str, str]]:
    """Why an Excel workbook is no FAQ."""
    for title, data in {
        "no sheet": _saved(openpyxl.Workbook()),
        "no column": _saved(_book(("Pregunta", "Otra"))),
        "two sheets": _saved(_book(("Pregunta", "Respuesta"), sheets=2)),
        "not whole": _workbook("Sí.", "General")[:-40],
        "an archive": _archive(),
        "an archive with the name of a workbook": _archive("xl/workbook.xml"),
        "an old Excel": b"\xd0\xcf\x11\xe0" + b"\0" * 8,
    }.items():
        try:
            faq_frame(data, "x")
        except SheetError as error:
            yield title, str(error)
    for name, title in {"LARGEST": "far too large", "MOST_CELLS": "far too many cells"}.items():
        with patch.object(workbook, name, 3):
            try:
                faq_frame(_workbook("Sí.", "General"), "x")
            except SheetError as error:
                yield title, str(error)


def _book(*rows: Sequence[Any], sheets: int = 1) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    for number in range(1, sheets):
        made.create_sheet(f"Hoja {number}")
    for sheet in made.worksheets:
        for row in rows:
            sheet.append([*row])
    return made


def _workbook(value: object, number_format: str) -> bytes:
    made = _book(("Pregunta", "Respuesta"), ("¿Hay té?", value))
    made.worksheets[0].cell(2, 2).number_format = number_format
    return _saved(made)


def _saved(made: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def _archive(name: str = "a.txt") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, "a")
    return file.getvalue()
