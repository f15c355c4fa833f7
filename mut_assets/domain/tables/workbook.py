"""The bytes of an Excel workbook -> the cells of its sheets, as a person sees them there.

What belongs here: what a cell says, and which cannot be said. What does not: which sheet is meant and what its columns
are (`spreadsheet.py`). Hidden rows are rows; hidden sheets are not looked at. A merged cell says its text in each of
its places. A number says what its format shows only where that is plain; a date is ISO, an hour "19:00".
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

LARGEST = 20_000_000
"""Bytes once unpacked: some hundred times what a thousand questions take."""
MOST_CELLS = 200_000

_MOST = 1e15
"""From here on a number has digits that Excel did not keep: a code that somebody typed as a number."""
_PLAIN = frozenset({"General", "@", "0", "0_ "})
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


class WorkbookError(ValueError):
    """Why bytes are no workbook that can be read, in words."""


@dataclass(frozen=True)
class SheetRow:
    """One row, from its number in the sheet. `problems` say which cell cannot be told, and why."""

    line: int
    cells: tuple[str, ...]
    problems: tuple[str, ...] = ()


def sheets(data: bytes) -> list[tuple[str, list[SheetRow]]]:
    """The visible sheets with their rows that are not empty, by name. Raises `WorkbookError`."""
    _check_size(data)
    try:
        shown, written = (openpyxl.load_workbook(io.BytesIO(data), data_only=values) for values in (True, False))
        visible = [sheet for sheet in shown.worksheets if sheet.sheet_state == "visible"]
        if sum(sheet.max_row * sheet.max_column for sheet in visible) > MOST_CELLS:
            raise WorkbookError(f"it has more than {MOST_CELLS:,} cells")
        return [(sheet.title, [*_rows(sheet, written[sheet.title])]) for sheet in visible]
    except WorkbookError:
        raise
    except Exception as error:  # whatever openpyxl, zipfile and the parser of XML raise over a damaged file
        raise WorkbookError(f"it is damaged ({type(error).__name__})") from error


def _check_size(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names, size = set(archive.namelist()), sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise WorkbookError("it is damaged, or was not uploaded whole") from error
    if "xl/workbook.xml" not in names:
        raise WorkbookError("it is an archive and no Excel workbook")
    if size > LARGEST:
        raise WorkbookError(f"unpacked it has {size:,} bytes, more than {LARGEST:,}")


def _rows(sheet: Worksheet, formulas: Worksheet) -> Iterator[SheetRow]:
    merged = {
        (row, column): (area.min_row, area.min_col)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
    }
    for line in range(1, sheet.max_row + 1):
        cells, problems = [], []
        for column in range(1, sheet.max_column + 1):
            at = merged.get((line, column), (line, column))
            cell, formula = sheet.cell(*at), formulas.cell(*at)
            text, problem = _said(cell, formula.data_type == "f")
            cells.append(text)
            problems += [f"cell {cell.coordinate} {problem}"] if problem else []
        if any(cell.strip() for cell in cells) or problems:
            yield SheetRow(line, tuple(cells), tuple(problems))


def _said(cell: Cell | Any, is_formula: bool) -> tuple[str, str]:
    """What a cell says, or what is wrong with it."""
    value = cell.value
    if value is None:
        return (
            "",
            "has a formula whose value was not saved; open the file, save it, and upload it" if is_formula else "",
        )
    if isinstance(value, str):
        return _ESCAPE.sub(lambda match: chr(int(match[1], 16)).replace("\r", ""), value), ""
    if isinstance(value, bool):
        return "", f"holds {'VERDADERO' if value else 'FALSO'} and no text; write the words"
    if isinstance(value, datetime | date | time | timedelta):
        return _moment(value), ""
    if isinstance(value, int | float) and cell.number_format in _PLAIN and abs(value) < _MOST:
        return f"{value:.15g}", ""
    return (
        "",
        f"holds the number {value!r} in the format {cell.number_format!r}; write it as text, as it should be read",
    )


def _moment(value: datetime | date | time | timedelta) -> str:
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    has_time = isinstance(value, datetime) and (value.hour, value.minute) != (0, 0)
    return f"{value:%Y-%m-%d %H:%M}" if has_time else f"{value:%Y-%m-%d}"
