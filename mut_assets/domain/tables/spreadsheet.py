"""The bytes of a table that people keep in a spreadsheet -> its rows, with the line where each begins.

What belongs here: finding out the delimiter and line ends that their program wrote, or the sheet that is meant, and
what is wrong with the file as a whole. What does not: the encoding (`encodings.py`), the cells of a workbook
(`workbook.py`), what a row means (`faq.py`, `golden.py`), or where the file lies.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from mut_assets.domain.tables.encodings import EncodingError, decoded
from mut_assets.domain.tables.workbook import WorkbookError, sheets
from mut_assets.domain.text import fold, listed, writable

Trouble = Literal["empty", "format", "encoding", "header", "quotes"]

_DELIMITERS = (";", ",", "\t")
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""How the files begin."""


class SheetError(ValueError):
    """The file cannot be read as a table. Lines in `what` are physical ones, counted from 1."""

    def __init__(self, trouble: Trouble, what: str, advice: str) -> None:
        super().__init__(f"{what} {advice}")
        self.trouble, self.what, self.advice = trouble, what, advice


@dataclass(frozen=True)
class Layout:
    """The columns of a sheet, by their folded names: which may be there, which must, and which people are told of."""

    known: tuple[str, ...]
    required: tuple[str, ...]
    shown: tuple[str, ...]

    @property
    def save_as(self) -> str:
        """What to do with a file that is none."""
        columns = listed(self.shown, "and")
        return (
            f"Save it as CSV in UTF-8 or as an Excel workbook (.xlsx) with the columns {columns}, and upload it again."
        )


@dataclass(frozen=True)
class Row:
    """One row that is not empty. `cells`: column -> text without surrounding spaces; a column may be missing in it."""

    line: int
    cells: Mapping[str, str]
    delimiter: str
    overflows: bool
    """Whether it has text where the header names no column."""
    problems: tuple[str, ...] = ()
    """Which cells of a workbook say nothing that can be told, and why."""


def rows(data: bytes, layout: Layout) -> Iterator[Row]:
    """The rows of a file in its order: an Excel workbook, whatever its name, or text separated by `;`, `,` or tabs in
    an encoding that proves itself. Raises `SheetError`."""
    return _rows_of_workbook(data, layout) if data.startswith(_ZIP) else _rows_of_text(data, layout)


def _rows_of_workbook(data: bytes, layout: Layout) -> Iterator[Row]:
    """The rows below the header, of the one visible sheet that has one."""
    try:
        found = sheets(data)
    except WorkbookError as error:
        raise SheetError("format", f"The file is a workbook that cannot be read: {error}.", layout.save_as) from None
    tables = [(title, table, _names(table[0].cells)) for title, table in found if table]
    headed = [sheet for sheet in tables if not _missing(sheet[2], layout)]
    if not tables:
        raise SheetError("empty", "The workbook has no visible sheet with text.", layout.save_as)
    if len(headed) > 1:
        what = (
            f"The sheets {listed([repr(title) for title, *_ in headed], 'and')} both look like the one that is meant."
        )
        raise SheetError("header", what, "Keep one of them in the file, or hide the others.")
    title, table, names = (headed or tables)[0]
    _check_header(names, layout, f"The first row of the sheet {title!r} (line {table[0].line})")
    for row in table[1:]:
        cells = {name: writable(cell).strip() for name, cell in zip(names, row.cells, strict=True) if name}
        unnamed = (cell for name, cell in zip(names, row.cells, strict=True) if not name)
        yield Row(row.line, cells, "", any(cell.strip() for cell in unnamed), row.problems)


def _rows_of_text(data: bytes, layout: Layout) -> Iterator[Row]:
    lines = _decoded(data, layout.save_as).split("\n")
    skipped = next((number for number, line in enumerate(lines) if line.strip(' \t;,"')), 0)
    if re.fullmatch(r"sep=.\s*", lines[skipped]):  # a spreadsheet's own note about its delimiter
        skipped += 1
    body = "\n".join(lines[skipped:])
    delimiter, names = _header(body, skipped + 1, layout)
    table = _table(body, delimiter, skipped)
    next(table, None)
    for line, fields in table:
        if any(field.strip() for field in fields):
            cells = {name: writable(field).strip() for name, field in zip(names, fields, strict=False) if name}
            unnamed = (field for at, field in enumerate(fields) if at >= len(names) or not names[at])
            yield Row(line, cells, delimiter, any(field.strip() for field in unnamed))


def _decoded(data: bytes, save_as: str) -> str:
    """The file as text with LF line ends and no byte order mark."""
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise SheetError("empty", "The file is empty.", save_as)
    if data.startswith(_OLD_EXCEL):
        raise SheetError("format", "The file is a workbook of an old Excel (.xls), or one with a password.", save_as)
    try:
        text = decoded(data)
    except EncodingError as error:
        where = f"Line {_line_at(data, error.position)} "
        advice = f"Correct that line, probably pasted from another program. {save_as}" if error.is_one_line else save_as
        raise SheetError("encoding", f"{where}{error.what}.", advice) from None
    return text.replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n")


def _line_at(data: bytes, position: int) -> int:
    return data[:position].replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1


def _header(body: str, line: int, layout: Layout) -> tuple[str, list[str]]:
    """The delimiter that finds the most of our columns, and the names of the columns."""
    headers: dict[str, list[str]] = {}
    for delimiter in _DELIMITERS:
        try:
            row = next(csv.reader(io.StringIO(body), delimiter=delimiter, skipinitialspace=True), [])
        except csv.Error:
            row = []
        headers[delimiter] = _names(row)
    known = set(layout.known)
    delimiter = max(_DELIMITERS, key=lambda candidate: len(known.intersection(headers[candidate])))
    _check_header(headers[delimiter], layout, f"The header (line {line})")
    return delimiter, headers[delimiter]


def _names(cells: Iterable[str]) -> list[str]:
    """How columns are compared: "Categoría completa" is `categoria_completa`."""
    return [re.sub(r"[\W_]+", "_", fold(cell)).strip("_") for cell in cells]


def _missing(names: Sequence[str], layout: Layout) -> list[str]:
    return [name for name in layout.required if name not in names]


def _check_header(names: Sequence[str], layout: Layout, where: str) -> None:
    """Raises `SheetError` when a required column is missing, or one that is known stands there twice."""
    if missing := _missing(names, layout):
        advice = f"The first line names the columns, separated by ;, commas or tabs: {';'.join(layout.shown)}."
        raise SheetError("header", f"{where} has no column {' and no column '.join(missing)}.", advice)
    if twice := [name for name in sorted(layout.known) if names.count(name) > 1]:
        raise SheetError("header", f"{where} names the column {twice[0]} twice.", "Rename or remove one of the two.")


def _table(body: str, delimiter: str, offset: int) -> Iterator[tuple[int, list[str]]]:
    """Rows with the physical line where each begins. `offset` is the number of lines before `body`.

    Strict: a quote that is never closed would otherwise swallow the rows after it without a word.
    """
    reader = csv.reader(io.StringIO(body), delimiter=delimiter, strict=True, skipinitialspace=True)
    line = offset + 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            what = f"The row that begins on line {line} has a quotation mark that does not fit ({error})."
            advice = 'Close the quotes of that row, and write a quotation mark inside a text twice: "".'
            raise SheetError("quotes", what, advice) from None
        yield line, row
        line = offset + reader.line_num + 1
