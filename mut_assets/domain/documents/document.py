"""The vectorial table -> documents: what is published for one entity, byte for byte.

The same row gives the same bytes. What belongs here: a document's two files, Markdown and sidecar, and their
fingerprint. What does not: the Spanish lines (`vectorial.py`), the sidecar's format (`sidecar.py`), comparing
(`plans/plan.py`), writing (`resources/bucket/document_store.py`).
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from mut_assets.domain.collections import Collection
from mut_assets.domain.document_keys import ID, document_key
from mut_assets.domain.documents import sidecar
from mut_assets.domain.documents.contact import contact
from mut_assets.domain.documents.limits import LARGEST_SIDECAR, LONGEST_LIST, LONGEST_VALUE
from mut_assets.domain.documents.vectorial import LIST_SEPARATOR, below_title, rows_of
from mut_assets.domain.spanish.dates import as_number

Value = str | int | float | bool | list[str]

_SHORTER = ((2048, 10), (1024, 10), (512, 10), (256, 10), (128, 10), (64, 10), (64, 3), (16, 1))
"""Characters of a text and entries of a list, tried in turn until a sidecar fits; the last fits whatever the link."""

_NUMBERS = ("piso", "fecha_inicio", "fecha_fin")
_HOURS = "cierra_max"
_SWITCHES = ("abre_domingo", "abre_festivos")

# Line beginnings that Markdown takes for structure and would show without their characters, or not at all: headings,
# quotes, fences, rules and underlines, link definitions.
_STRUCTURE = re.compile(r"(?=#{1,6}(?:\s|$)|>|```|~~~|=+\s*$|[-*_](?:\s*[-*_]){1,}\s*$|[+*-]\s*$|\[[^\]]*\]:)")
_SPECIAL = re.compile(r"^[-#>`~=*_+\[]|[<\\]")
_HTML = re.compile(r"<(?=[a-zA-Z/!?])|\\(?=[!-/:-@\[-`{-~]|$)")


@dataclass(frozen=True)
class Document:
    """One published entity. Raises `ValueError` for an id that is no safe key, an empty title or impossible metadata.

    `key` and `sidecar_key` are relative to the dataset prefix and made of the id alone, never of a title.
    """

    collection: Collection
    id: str
    title: str
    link: str
    body: str
    metadata: Mapping[str, Value]
    own: str = ""
    """What its page or its answer says in its own words. Published as part of the body; compared by the guard."""

    def __post_init__(self) -> None:
        if not ID.fullmatch(self.id):
            raise ValueError(
                f"{self.collection.name}: the id {self.id[:120]!r} cannot be a key; it needs 1 to 100 of A-Z, a-z, "
                "0-9, '.', '_', '-', and begins with a letter or digit"
            )
        if not self.title:
            raise ValueError(f"{self.collection.name}: document {self.id} has no title")
        for name, value in self.metadata.items():
            if trouble := _trouble(value):
                raise ValueError(f"{self.collection.name}: metadata {name!r} of document {self.id} {trouble}")
        if len(self.sidecar_bytes) > LARGEST_SIDECAR:
            raise ValueError(
                f"{self.collection.name}: the metadata of document {self.id} has {len(self.sidecar_bytes):,} bytes; "
                f"at most {LARGEST_SIDECAR:,} can be published"
            )

    @property
    def key(self) -> str:
        """`stores/2007.md`."""
        return document_key(self.collection, self.id)

    @property
    def sidecar_key(self) -> str:
        """`stores/2007.md.metadata.json`."""
        return sidecar.sidecar_key(self.key)

    @property
    def body_bytes(self) -> bytes:
        """The Markdown file."""
        return self.body.encode()

    @property
    def sidecar_bytes(self) -> bytes:
        """The metadata file."""
        return sidecar.write(self.metadata)

    @cached_property
    def fingerprint(self) -> str:
        """What the store compares: `hash_pair` of the two files."""
        return hash_pair(self.body_bytes, self.sidecar_bytes)


def hash_pair(body: bytes, metadata: bytes) -> str:
    """64 hexadecimal digits over both files; moving bytes from one to the other changes it."""
    return hashlib.sha256(hashlib.sha256(body).digest() + hashlib.sha256(metadata).digest()).hexdigest()


def fields_of(metadata: Mapping[str, Any]) -> frozenset[str]:
    """The names of the fields that say something."""
    return frozenset(name for name, value in metadata.items() if value not in (None, "", [], {}))


def documents(collection: Collection, vectorial: pd.DataFrame) -> list[Document]:
    """One document per row, in their order. `vectorial` is text, as `vectorial_frame` gave it or as read from CSV.

    Columns of a later release may be missing (an older snapshot is rolled back to). Raises what `Document` raises.
    """
    return [_document(collection, row) for row in rows_of(vectorial)]


def out_of_time(vectorial: pd.DataFrame, today: date, keeps_events: bool = False) -> dict[str, str]:
    """The ids that are not to be published on a day -> why, in words: events that are over, unless `keeps_events`, and
    answers that do not hold yet or any more. Without a last day nothing is over."""
    return (_over(vectorial, today) if not keeps_events else {}) | _not_in_force(vectorial, today)


def _not_in_force(vectorial: pd.DataFrame, today: date) -> dict[str, str]:
    if "vigente_hasta" not in vectorial.columns:
        return {}
    day, reasons = today.isoformat(), {}
    for id, first, last in zip(vectorial["id"], vectorial["vigente_desde"], vectorial["vigente_hasta"], strict=True):
        if first > day:
            reasons[id] = f"the answer holds from {first} on"
        elif last and last < day:
            reasons[id] = f"the answer held until {last}"
    return reasons


def _over(vectorial: pd.DataFrame, today: date) -> dict[str, str]:
    if "fecha_fin" not in vectorial.columns:
        return {}
    number = as_number(today)
    ended = vectorial.loc[[bool(last) and int(last) < number for last in vectorial["fecha_fin"]]]
    return {
        key: f"the event ended on {last[:4]}-{last[4:6]}-{last[6:]}"
        for key, last in zip(ended["id"], ended["fecha_fin"], strict=True)
    }


def _document(collection: Collection, row: Mapping[str, str]) -> Document:
    title, link = _line(row[collection.columns[0]]), row.get("link", "")
    body, metadata = _body(title, row["texto_embedding"]), _metadata(collection, title, link, row)
    return Document(collection, row["id"], title, link, body, metadata, row.get(collection.shape.own_column, ""))


def _body(title: str, text: str) -> str:
    """The text below its title, which it then need not begin with: words that are repeated drown the others."""
    heading = re.sub(r"(?=#+$)", r"\\", _HTML.sub(r"\\\g<0>", title), count=1)
    parts = [f"# {heading}", "\n".join(map(_markdown, below_title(text, title).split("\n")))]
    return unicodedata.normalize("NFC", "\n\n".join(part.strip() for part in parts if part.strip())) + "\n"


def _markdown(line: str) -> str:
    """A line of plain text that Markdown shows as it is: never a heading, a rule, raw HTML or a definition."""
    line = line.strip()
    if not _SPECIAL.search(line):
        return line
    line = _HTML.sub(r"\\\g<0>", line)
    item = "- " if line.startswith("- ") and not _STRUCTURE.match(line) else ""
    rest = line[len(item) :]
    return f"{item}\\{rest}" if _STRUCTURE.match(rest) else line


def _metadata(collection: Collection, title: str, link: str, row: Mapping[str, str]) -> dict[str, Value]:
    """What filters and citations need, typed; nothing that is not known. Shortened until it fits."""
    known: dict[str, Value] = {
        "link": link,
        "document_type": collection.document_type,
        "search_category": collection.search_category,
        "horario_osm": row.get("horario_osm", "")[:LONGEST_VALUE],
        **_numbers(row),
        **{name: row[name] == "si" for name in _SWITCHES if row.get(name)},
    }
    facts = {"titulo": [title], "categorias": _parts(row.get("categorias", ""))}
    facts |= {name: _parts(_line(row.get(name, ""))) for name in collection.shape.filter_columns}
    facts |= contact(row)
    metadata: dict[str, Value] = {}
    for longest, most in _SHORTER:
        metadata = {name: value for name, value in known.items() if value != ""}
        for name, values in facts.items():
            shorter = [_cut(value, longest) for value in values][:most]
            if shorter:
                metadata[name] = shorter if name == "categorias" or len(shorter) > 1 else shorter[0]
        if len(sidecar.write(metadata)) <= LARGEST_SIDECAR:
            break
    return metadata


def _numbers(row: Mapping[str, str]) -> dict[str, Value]:
    """A number where there is one; several floors are a list of texts, since Bedrock's lists hold nothing else."""
    numbers: dict[str, Value] = {}
    for name in _NUMBERS:
        several = _parts(row.get(name, ""))
        if len(several) == 1:
            numbers[name] = int(several[0])
        elif several:
            numbers[f"{name}s"] = several[:LONGEST_LIST]
    if hour := row.get(_HOURS, ""):
        numbers[_HOURS] = float(hour)
    return numbers


def _parts(cell: str) -> list[str]:
    return [part for part in cell.split(LIST_SEPARATOR) if part]


def _line(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _trouble(value: object) -> str:
    if isinstance(value, str):
        return "" if 1 <= len(value) <= LONGEST_VALUE else f"has {len(value):,} characters, not 1 to {LONGEST_VALUE:,}"
    if isinstance(value, list):
        good = all(isinstance(entry, str) and 1 <= len(entry) <= LONGEST_VALUE for entry in value)
        return "" if good and 1 <= len(value) <= LONGEST_LIST else f"is no list of 1 to {LONGEST_LIST} texts"
    return "" if isinstance(value, bool | int | float) else f"is {type(value).__name__}"
