"""The bytes of a file of golden questions -> the questions: what visitors ask, and which documents answer it.

What belongs here: reading the file, which row is wrong and what to do about it; what an accepted document is called.
What does not: finding the file (`resources/bucket/golden_questions.py`), or judging what was found (`scoring.py`). A
wrong row is never left out: a measure over the questions that happened to be readable is another measure.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from mut_assets.domain.document_keys import BY_FOLDER, BY_NAME, ENDING, ID, split_key
from mut_assets.domain.tables.spreadsheet import Layout, Row, rows

_REQUIRED = ("id", "pregunta", "estilo", "coleccion", "relevantes")
LAYOUT = Layout(known=(*_REQUIRED, "frase", "nota"), required=_REQUIRED, shown=(*_REQUIRED, "frase", "nota"))

_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?/")
_NAMES = {word: collection.name for word, collection in (BY_NAME | BY_FOLDER).items()}


@dataclass(frozen=True)
class Question:
    """One golden question. `collection` is the asset's word; it and `accepted` are empty where no document answers it.

    `accepted` are addresses as `address` gives them: any of these documents answers. `phrase`, if any, stands in one.
    """

    id: str
    text: str
    style: str
    collection: str
    accepted: tuple[str, ...]
    phrase: str = ""
    note: str = ""

    @property
    def answerable(self) -> bool:
        """Whether any document answers it."""
        return bool(self.accepted)

    def same_as(self, other: "Question") -> bool:
        """Whether both ask for the same thing; results of two that do not say nothing about each other."""
        return (self.text, set(self.accepted)) == (other.text, set(other.accepted))


class QuestionsError(ValueError):
    """Rows that cannot be used; `problems` has a sentence for each, with its line."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(self.problems))


def address(document: str) -> str:
    """What a document is recognised by: a key below the dataset prefix (`stores/2007`), or the path of its link.

    Scheme, host, query and slashes at the ends of a link say nothing: `https://mut.cl/tiendas/pan/` is
    `/tiendas/pan`. "" for what is neither, and for the front page of a site.
    """
    document = document.strip()
    key = document.removesuffix(ENDING)
    parts = split_key(key + ENDING)
    if parts and ID.fullmatch(parts[1]):
        return key
    if "://" not in document and not document.startswith("/"):
        if not _HOST.match(document):
            return ""
        document = f"//{document}"
    try:
        path = unquote(urlsplit(document).path).strip("/")
    except ValueError:  # such as brackets that are no IPv6 address
        return ""
    return f"/{path}" if path else ""


def questions(data: bytes) -> tuple[Question, ...]:
    """The questions of a file, in its order; as a spreadsheet writes it, columns as in `LAYOUT`.

    Raises `SheetError` for a file that is no table with these columns, `QuestionsError` for wrong rows or none at all.
    """
    by_id: dict[str, Question] = {}
    problems: list[str] = []
    for row in rows(data, LAYOUT):
        question = _question(row)
        wrong = _wrong(row, question, question.id in by_id)
        problems += [f"Line {row.line} ({question.id or 'no id'}) {what}" for what in wrong]
        by_id[question.id] = question
    if problems:
        raise QuestionsError(problems)
    if not by_id:
        raise QuestionsError(["The file has a header and no questions; write one per line below it."])
    return tuple(by_id.values())


def _question(row: Row) -> Question:
    named = row.cells.get("coleccion", "")
    accepted = filter(None, map(address, _accepted(row)))
    return Question(
        id=row.cells.get("id", ""),
        text=row.cells.get("pregunta", ""),
        style=row.cells.get("estilo", "") or "—",
        collection=_NAMES.get(named.lower(), named),
        accepted=tuple(dict.fromkeys(accepted)),
        phrase=row.cells.get("frase", ""),
        note=row.cells.get("nota", ""),
    )


def _accepted(row: Row) -> list[str]:
    return [name.strip() for name in row.cells.get("relevantes", "").split("|") if name.strip()]


def _wrong(row: Row, question: Question, repeated: bool) -> list[str]:
    """What is wrong with a row, each as the rest of a sentence that says what to do."""
    strange = [name for name in _accepted(row) if not address(name)]
    known = BY_NAME.keys()
    rules = {
        "has no id: give it one of its own, such as P001.": not question.id,
        "has an id that an earlier line has: give it another.": bool(question.id) and repeated,
        "has no pregunta: write the question, or remove the line.": not question.text,
        f"has relevantes {strange[:1]}, which is neither a link nor a key: write https://… or a key such as "
        "stores/2007, and | between several.": bool(strange),
        f"has the coleccion {question.collection!r}: write one of {', '.join(sorted(known))}, or nothing where no "
        "document answers.": question.collection not in known | {""},
        "has relevantes and no coleccion: name the collection it is asked of.": bool(_accepted(row))
        and not question.collection,
        "has a coleccion and no relevantes: name the documents that answer it, or leave both empty where none does.":
        bool(question.collection) and not _accepted(row),
        f"has more columns than the header: put a text that contains {row.delimiter!r} in quotes.": row.overflows,
    }  # fmt: skip
    return [what for what, applies in rules.items() if applies]
