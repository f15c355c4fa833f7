"""The bytes of the hand-kept FAQ -> the raw table of questions.

What belongs here: what the rows mean, and what is wrong with which line. What does not: reading the file as a table
(`spreadsheet.py`), where it lies (`resources/bucket/faq_file.py`). A row that cannot be used becomes one with
`problema`, and the others go on. A question is the same however it is capitalised, accented or punctuated (but floor -3
is not floor 3); its id is made of that, so that moving a row or correcting an accent changes nothing.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from mut_assets.domain.collections import PREGUNTAS
from mut_assets.domain.document_keys import ID
from mut_assets.domain.firewall.rows import screened
from mut_assets.domain.tables.spreadsheet import Layout, Row, rows
from mut_assets.domain.text import fold_question, listed, plain_text
from mut_assets.domain.typed_dates import typed_date

LONGEST_DERIVED_ID = 19
"""Characters of an id that is made from a question. With the default bucket in a region such as us-east-1 and the
default dataset prefix, a document's whole address has the 128 characters that Bedrock's definition of it mentions."""

_NUMBER = re.compile(r"^\s*\d+(?:[\s.):-]+|$)")
"""How people number a category."""
_SHEET_ERROR = re.compile(r"#{2,}|#[¡¿]?[A-ZÁÉÍÓÚ_/0]{2,}[!?]|#N/[ADP]|Err:[0-9]{3}")
"""What a cell of Excel or LibreOffice shows instead of its value: #¡REF!, #¿NOMBRE?, #N/D, ######## (too narrow)."""

_FORMULA = re.compile(r"=\s*(?:[\w.]+\(.*|\$?[A-Za-z]{1,3}\$?[0-9]+(?:\s*[-+*/&:!].*)?)", re.DOTALL)
_QUOTED_AS_FORMULA = re.compile(r'="([^"]*)"')
"""How text is kept from becoming a number in a spreadsheet: ="007"."""
_NO_ANSWER = re.compile(r"[\s.…_?¿*/–—-]*|(?i:n/?[ad]|s/i|tbd|x{2,}|pendiente)\.?|TODO\b.*", re.DOTALL)
"""What people write where an answer is still missing."""

_TERM = ("vigente_desde", "vigente_hasta")

_LAYOUT = Layout(
    known=(*PREGUNTAS.columns, "id", *_TERM),
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
    term: tuple[str, str]
    problems: list[str] = field(default_factory=list)


def faq_frame(data: bytes, fuente: str) -> pd.DataFrame:
    """One row of text per question, in the file's order, with exactly `PREGUNTAS.raw_columns`.

    `linea` is the physical line, counted from 1, where the row begins. A question given twice with the same answer is
    one row; with different answers each has a `problema`. Raises `SheetError` when the file as a whole cannot be read.
    """
    questions = _merged(map(_row, rows(data, _LAYOUT)))
    for same in _alike([row for row in questions if row.folded and row.respuesta], lambda row: row.folded):
        if len({" ".join(row.respuesta.split()) for row in same}) > 1:
            _mark(same, "answer the same question differently")
    # An id names one document. Only rows that are good so far can collide.
    for same in _alike([row for row in questions if not row.problems], lambda row: row.id):
        _mark(same, f"have the same id {same[0].id!r}")
    columns = {
        "pregunta": [row.pregunta for row in questions],
        "respuesta": [row.respuesta for row in questions],
        "categoria_completa": [row.categoria for row in questions],
        "categoria_nombre": [" ".join(_NUMBER.sub("", row.categoria).split()) for row in questions],
        "linea": [str(row.line) for row in questions],
        **{name: [row.term[at] for row in questions] for at, name in enumerate(_TERM)},
        "id": [row.id for row in questions],
        "slug": [""] * len(questions),
        "modified_gmt": [""] * len(questions),
        "fuente": [fuente] * len(questions),
        "problema": ["; ".join(row.problems) for row in questions],
    }
    frame = pd.DataFrame(columns, columns=list(PREGUNTAS.raw_columns), dtype="str")
    return screened(frame, PREGUNTAS.columns)


def question_id(folded: str) -> str:
    """The id of a folded question: its words in ASCII, or how they begin and a hash where that leaves something out."""
    slug = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")
    if slug == folded.replace(" ", "-") and len(slug) <= LONGEST_DERIVED_ID:
        return slug
    mark = f"-{_hash(folded)}"
    return f"{slug[: LONGEST_DERIVED_ID - len(mark)].rstrip('-')}{mark}".lstrip("-")


def _row(record: Row) -> _Row:
    line = record.line
    values = {
        name: quoted[1] if (quoted := _QUOTED_AS_FORMULA.fullmatch(value)) else value
        for name, value in record.cells.items()
    }
    pregunta, respuesta = values.get("pregunta", ""), values.get("respuesta", "")
    folded = fold_question(plain_text(pregunta))
    id = values.get("id") or (question_id(folded) if folded else f"sin-pregunta-{_hash(respuesta)}")
    row = _Row(line, id, pregunta, respuesta, values.get("categoria_completa", ""), folded, ("", ""))
    _read_term(row, values)
    if not folded:
        row.problems.append(f"line {line} has no question")
    if _NO_ANSWER.fullmatch(answer := plain_text(respuesta)) and not record.problems:
        row.problems.append(f"line {line} has no answer" + (f": {answer[:40]!r} is none" if answer else ""))
    if not ID.fullmatch(id):
        row.problems.append(f"line {line} has the id {id[:80]!r}; use letters, digits, '.', '_' and '-', at most 100")
    for name, value in values.items():
        if _SHEET_ERROR.fullmatch(value):
            row.problems.append(f"line {line} has the spreadsheet's error {value} in {name}")
        elif _FORMULA.fullmatch(value):
            row.problems.append(f"line {line} has a formula in {name}, not what it shows: {value[:40]!r}")
    if {fold_question(value) for value in (pregunta, respuesta)} == {"pregunta", "respuesta"}:
        row.problems.append(f"line {line} repeats the header")
    row.problems += [f"line {line}: {problem}" for problem in record.problems]
    if record.overflows:
        advice = f"put a text that contains {record.delimiter!r} in quotes" if record.delimiter else "name the column"
        row.problems.append(f"line {line} has more columns than the header: {advice}")
    return row


def _read_term(row: _Row, values: Mapping[str, str]) -> None:
    """From when until when the answer holds, both included, as ISO dates."""
    typed = [values.get(name, "") for name in _TERM]
    days = [typed_date(text) for text in typed]
    for name, text, day in zip(_TERM, typed, days, strict=True):
        if text and day is None:
            row.problems.append(
                f"line {row.line} has {text[:40]!r} in {name}, which is no date; write it like 2026-12-24"
            )
    first, last = days
    if first and last and last < first:
        row.problems.append(f"line {row.line} ends on {last}, before it begins on {first}")
    row.term = (f"{first or ''}", f"{last or ''}")


def _merged(rows: Iterable[_Row]) -> list[_Row]:
    """The same question with the same answer counts once, where it stands first."""
    merged: dict[tuple[object, ...], _Row] = {}
    for row in rows:
        answer = " ".join(row.respuesta.split())
        key = (row.folded, answer, row.term) if row.folded and answer and not row.problems else (row.line,)
        first = merged.setdefault(key, row)
        first.categoria = first.categoria or row.categoria
    return list(merged.values())


def _alike(rows: Sequence[_Row], key: Callable[[_Row], str]) -> list[list[_Row]]:
    """The rows that share their key with others, together."""
    groups: dict[str, list[_Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return [same for same in groups.values() if len(same) > 1]


def _mark(rows: Sequence[_Row], what: str) -> None:
    for row in rows:
        row.problems.append(f"lines {listed([str(row.line) for row in rows], 'and')} {what}")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
