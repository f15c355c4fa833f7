"""The bytes of the hand-kept FAQ -> the raw table of questions.

People keep this file in a spreadsheet and upload it: the delimiter, the encoding and the line ends are whatever their
program wrote. What belongs here: finding those out, and saying what is wrong with which line. What does not: where
the file lies (`resources/faq_file.py`).

Two kinds of trouble. A file that cannot be read as a table raises `FaqError`. A row that cannot be used becomes a row
with `problema`, and the others go on.

A question is the same question however it is capitalised, accented or punctuated; that is also what its id is made
of, so that moving a row or correcting an accent changes nothing. The sign of a number is no punctuation: floor -3 is
not floor 3.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from mut_assets.domain.collections import PREGUNTAS
from mut_assets.domain.text import fold, plain_text, writable

LONGEST_DERIVED_ID = 19
"""Characters of an id that is made from a question. With the default bucket in a region such as us-east-1 and the
default dataset prefix, a document's whole address has the 128 characters that Bedrock's definition of it mentions."""

FaqTrouble = Literal["empty", "format", "encoding", "header", "quotes"]

_DELIMITERS = (";", ",")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_UTF8_LETTER = re.compile(rb"\xc2[\xa1-\xbf]|\xc3[\x80-\xbf]|\xe2\x80[\x90-\xbf]")
_SAVE_AS = "Save it as CSV in UTF-8 with the columns pregunta, respuesta and categoria_completa, and upload it again."


class FaqError(ValueError):
    """The file cannot be read as a table. `line` is the physical line, counted from 1, or None for the whole file."""

    def __init__(self, trouble: FaqTrouble, what: str, advice: str, line: int | None = None) -> None:
        super().__init__(f"{what} {advice}")
        self.trouble = trouble
        self.what = what
        self.advice = advice
        self.line = line


@dataclass
class _Row:
    line: int
    id: str
    pregunta: str
    respuesta: str
    categoria: str
    folded: str
    problems: list[str] = field(default_factory=list)


def faq_frame(data: bytes, fuente: str) -> pd.DataFrame:
    """One row of text per question, in the file's order, with exactly `PREGUNTAS.raw_columns`.

    `;` or `,`, UTF-8 or Windows-1252, an optional `id` column. `linea` is the physical line, counted from 1, where
    the row begins. A question given twice with the same answer is one row; with different answers every one of its
    rows has a `problema`. Raises `FaqError` when the file as a whole cannot be read.
    """
    rows = _merged(_rows(_decoded(data)))
    _mark_contradictions(rows)
    _mark_shared_ids(rows)
    columns = {
        "pregunta": [row.pregunta for row in rows],
        "respuesta": [row.respuesta for row in rows],
        "categoria_completa": [row.categoria for row in rows],
        "categoria_nombre": [_without_number(row.categoria) for row in rows],
        "linea": [str(row.line) for row in rows],
        "id": [row.id for row in rows],
        "slug": [""] * len(rows),
        "modified_gmt": [""] * len(rows),
        "fuente": [fuente] * len(rows),
        "problema": ["; ".join(row.problems) for row in rows],
    }
    return pd.DataFrame(columns, columns=list(PREGUNTAS.raw_columns), dtype="str")


def fold_question(text: str) -> str:
    """What two spellings of a question share: "¿Qué hay en el PISO -3?" -> "que hay en el piso menos 3"."""
    signed = re.sub(r"(?<![\w.,:])[-−–](?=\d)", " menos ", fold(text))
    return " ".join("".join(char if char.isalnum() else " " for char in signed).split())


def question_id(folded: str) -> str:
    """The id of a folded question: its words in ASCII, or how they begin and a hash where that leaves something out."""
    slug = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")
    if slug == folded.replace(" ", "-") and len(slug) <= LONGEST_DERIVED_ID:
        return slug
    mark = f"-{_hash(folded)}"
    return f"{slug[: LONGEST_DERIVED_ID - len(mark)].rstrip('-')}{mark}".lstrip("-")


def _decoded(data: bytes) -> str:
    """The file as text with LF line ends and no byte order mark."""
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise FaqError("empty", "The file is empty.", _SAVE_AS)
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise FaqError("format", "The file is a spreadsheet or an archive under a .csv name.", _SAVE_AS)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FaqError("encoding", "The file is in UTF-16 (a spreadsheet's “Unicode text”).", _SAVE_AS)
    if b"\0" in data:
        line = _line_at(data, data.index(b"\0"))
        raise FaqError("encoding", f"Line {line} holds a NUL byte: it is no text file.", _SAVE_AS, line)
    text = _as_utf8(data) or _as_windows(data)
    return text.replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n")


def _as_utf8(data: bytes) -> str:
    """The text, or "" when this is another encoding."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        if data.startswith(b"\xef\xbb\xbf") or _UTF8_LETTER.search(data):
            # Read as Windows-1252 every accent of the file would silently turn into two wrong characters.
            line = _line_at(data, error.start)
            raise FaqError(
                "encoding",
                f"Line {line} holds a byte (0x{data[error.start]:02x}) that is not UTF-8, and the rest is UTF-8.",
                f"Correct that line, probably pasted from another program. {_SAVE_AS}",
                line,
            ) from None
        return ""


def _as_windows(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        line = _line_at(data, error.start)
        raise FaqError(
            "encoding",
            f"Line {line} holds a byte (0x{data[error.start]:02x}) that is neither UTF-8 nor Windows-1252.",
            _SAVE_AS,
            line,
        ) from None


def _line_at(data: bytes, position: int) -> int:
    before = data[:position].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return before.count(b"\n") + 1


def _rows(text: str) -> Iterator[_Row]:
    lines = text.split("\n")
    skipped = next((number for number, line in enumerate(lines) if line.strip(' \t;,"')), 0)
    if re.fullmatch(r"sep=.\s*", lines[skipped]):  # a spreadsheet's own note about its delimiter
        skipped += 1
    body = "\n".join(lines[skipped:])
    delimiter, names = _header(body, skipped + 1)
    table = _table(body, delimiter, skipped)
    next(table)
    for line, cells in table:
        if any(cell.strip() for cell in cells):
            yield _row(line, cells, names, delimiter)


def _header(body: str, line: int) -> tuple[str, list[str]]:
    """The delimiter that finds the most of our columns, and the names of the columns."""
    found = {}
    for delimiter in _DELIMITERS:
        try:
            row = next(csv.reader(io.StringIO(body), delimiter=delimiter, skipinitialspace=True), [])
        except csv.Error:
            row = []
        found[delimiter] = [re.sub(r"[\W_]+", "_", fold(cell)).strip("_") for cell in row]
    known = {*PREGUNTAS.columns, "id"}
    delimiter = max(_DELIMITERS, key=lambda one: len(known.intersection(found[one])))
    names = found[delimiter]
    missing = [name for name in PREGUNTAS.required if name not in names]
    twice = [name for name in sorted(known) if names.count(name) > 1]
    if missing:
        what = f"The header (line {line}) has no column {' and no column '.join(missing)}."
        advice = "The first line names the columns, separated by ; or ,: pregunta;respuesta;categoria_completa."
        raise FaqError("header", what, advice, line)
    if twice:
        what = f"The header (line {line}) names the column {twice[0]} twice."
        raise FaqError("header", what, "Rename or remove one of the two.", line)
    return delimiter, names


def _table(body: str, delimiter: str, offset: int) -> Iterator[tuple[int, list[str]]]:
    """Rows with the physical line where each begins. `offset` is the number of lines before `body`.

    Strict: a quote that is never closed would otherwise swallow the questions after it without a word.
    """
    reader = csv.reader(io.StringIO(body), delimiter=delimiter, strict=True, skipinitialspace=True)
    line = offset + 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FaqError(
                "quotes",
                f"The row that begins on line {line} has a quotation mark that does not fit ({error}).",
                'Close the quotes of that row, and write a quotation mark inside a text twice: "".',
                line,
            ) from None
        yield line, row
        line = offset + reader.line_num + 1


def _row(line: int, cells: Sequence[str], names: Sequence[str], delimiter: str) -> _Row:
    values = {name: writable(cell).strip() for name, cell in zip(names, cells, strict=False) if name}
    pregunta, respuesta = values.get("pregunta", ""), values.get("respuesta", "")
    folded = fold_question(plain_text(pregunta))
    row = _Row(
        line=line,
        id=values.get("id") or (question_id(folded) if folded else f"sin-pregunta-{_hash(respuesta)}"),
        pregunta=pregunta,
        respuesta=respuesta,
        categoria=values.get("categoria_completa", ""),
        folded=folded,
    )
    if not folded:
        row.problems.append(f"line {line} has no question")
    if not plain_text(respuesta):
        row.problems.append(f"line {line} has no answer")
    if not _ID.fullmatch(row.id):
        row.problems.append(
            f"line {line} has the id {row.id[:80]!r}; use letters, digits, '.', '_' and '-', at most 100"
        )
    unnamed = [cell for index, cell in enumerate(cells) if cell.strip() and (index >= len(names) or not names[index])]
    if unnamed:
        row.problems.append(
            f"line {line} has more columns than the header: put a text that contains {delimiter!r} in quotes"
        )
    return row


def _merged(rows: Iterator[_Row]) -> list[_Row]:
    """The same question with the same answer counts once, where it stands first."""
    merged: dict[tuple[object, ...], _Row] = {}
    for row in rows:
        answer = " ".join(row.respuesta.split())
        key = (row.folded, answer) if row.folded and answer and not row.problems else (row.line,)
        first = merged.setdefault(key, row)
        first.categoria = first.categoria or row.categoria
    return list(merged.values())


def _mark_contradictions(rows: list[_Row]) -> None:
    asked: dict[str, list[_Row]] = {}
    for row in rows:
        if row.folded and row.respuesta:
            asked.setdefault(row.folded, []).append(row)
    for same in asked.values():
        if len({" ".join(row.respuesta.split()) for row in same}) > 1:
            for row in same:
                row.problems.append(f"lines {_listed(same)} answer the same question differently")


def _mark_shared_ids(rows: list[_Row]) -> None:
    """An id names one document. Only rows that are good so far can collide."""
    owners: dict[str, list[_Row]] = {}
    for row in rows:
        if not row.problems:
            owners.setdefault(row.id, []).append(row)
    for same in owners.values():
        if len(same) > 1:
            for row in same:
                row.problems.append(f"lines {_listed(same)} have the same id {row.id!r}")


def _listed(rows: Sequence[_Row]) -> str:
    numbers = [str(row.line) for row in rows]
    return f"{', '.join(numbers[:-1])} and {numbers[-1]}"


def _without_number(category: str) -> str:
    return " ".join(re.sub(r"^\s*\d+(?:[\s.):-]+|$)", "", category).split())


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
