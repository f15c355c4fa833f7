"""The bytes of the hand-kept FAQ -> the raw table of questions.

People keep this file in a spreadsheet and upload it. What belongs here: what its rows mean, and saying what is wrong
with which line. What does not: reading it as a table (`spreadsheet.py`), where it lies
(`resources/bucket/faq_file.py`).

Two kinds of trouble. A file that cannot be read as a table raises `SheetError`. A row that cannot be used becomes a row
with `problema`, and the others go on.

A question is the same question however it is capitalised, accented or punctuated; that is also what its id is made
of, so that moving a row or correcting an accent changes nothing. The sign of a number is no punctuation: floor -3 is
not floor 3.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pandas as pd

from mut_assets.domain.collections import PREGUNTAS
from mut_assets.domain.keys import ID
from mut_assets.domain.tables.spreadsheet import Layout, Row, rows
from mut_assets.domain.text import fold_question, listed, plain_text

LONGEST_DERIVED_ID = 19
"""Characters of an id that is made from a question. With the default bucket in a region such as us-east-1 and the
default dataset prefix, a document's whole address has the 128 characters that Bedrock's definition of it mentions."""

_LAYOUT = Layout(
    known=(*PREGUNTAS.columns, "id"),
    required=PREGUNTAS.required,
    shown=("pregunta", "respuesta", "categoria_completa"),
)


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
    rows has a `problema`. Raises `SheetError` when the file as a whole cannot be read.
    """
    questions = _merged(_row(row) for row in rows(data, _LAYOUT))
    _mark_contradictions(questions)
    _mark_shared_ids(questions)
    columns = {
        "pregunta": [row.pregunta for row in questions],
        "respuesta": [row.respuesta for row in questions],
        "categoria_completa": [row.categoria for row in questions],
        "categoria_nombre": [_without_number(row.categoria) for row in questions],
        "linea": [str(row.line) for row in questions],
        "id": [row.id for row in questions],
        "slug": [""] * len(questions),
        "modified_gmt": [""] * len(questions),
        "fuente": [fuente] * len(questions),
        "problema": ["; ".join(row.problems) for row in questions],
    }
    return pd.DataFrame(columns, columns=list(PREGUNTAS.raw_columns), dtype="str")


def question_id(folded: str) -> str:
    """The id of a folded question: its words in ASCII, or how they begin and a hash where that leaves something out."""
    slug = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")
    if slug == folded.replace(" ", "-") and len(slug) <= LONGEST_DERIVED_ID:
        return slug
    mark = f"-{_hash(folded)}"
    return f"{slug[: LONGEST_DERIVED_ID - len(mark)].rstrip('-')}{mark}".lstrip("-")


def _row(record: Row) -> _Row:
    line, values = record.line, record.cells
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
    if not ID.fullmatch(row.id):
        row.problems.append(
            f"line {line} has the id {row.id[:80]!r}; use letters, digits, '.', '_' and '-', at most 100"
        )
    if record.overflows:
        row.problems.append(
            f"line {line} has more columns than the header: put a text that contains {record.delimiter!r} in quotes"
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
                row.problems.append(f"lines {_lines(same)} answer the same question differently")


def _mark_shared_ids(rows: list[_Row]) -> None:
    """An id names one document. Only rows that are good so far can collide."""
    owners: dict[str, list[_Row]] = {}
    for row in rows:
        if not row.problems:
            owners.setdefault(row.id, []).append(row)
    for same in owners.values():
        if len(same) > 1:
            for row in same:
                row.problems.append(f"lines {_lines(same)} have the same id {row.id!r}")


def _lines(rows: Sequence[_Row]) -> str:
    return listed([str(row.line) for row in rows], "and")


def _without_number(category: str) -> str:
    return " ".join(re.sub(r"^\s*\d+(?:[\s.):-]+|$)", "", category).split())


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
