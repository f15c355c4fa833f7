"""The texts that are compared: the predecessor's, the platform's, and the platform's with one step left out.

What belongs here: the raw tables, and what leaving a step out of the documents means. What does not: the predecessor's
rules (`before.py`), asking (`retrievers.py`).

A step is left out of what is known of an entity (`domain/documents/facts.py`), which is then told as every night; what
the step would have read stays as the page has it, so nothing is lost that a visitor could have found there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from benchmarks import before
from mut_assets.domain.collections import BUNDLED, COLLECTIONS, PREGUNTAS, Collection
from mut_assets.domain.documents.document import Document, documents
from mut_assets.domain.documents.facts import Facts, Row, facts
from mut_assets.domain.documents.vectorial import prepared, text
from mut_assets.domain.spanish.dates import When
from mut_assets.domain.spanish.week import Hours
from mut_assets.domain.tables.faq import faq_frame
from mut_assets.domain.tables.raw import raw_frame
from mut_assets.domain.text import plain_text
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.snapshots import Snapshots
from mut_assets.resources.clock import Clock
from mut_assets.resources.wordpress.sample_pages import FAQ_FILE, items_of_week, read_file

MONDAY = date(2026, 1, 5)
"""The week in which the bundled site is read: any, but always the same."""

NOW = "now"

Tables = Mapping[Collection, list[Row]]
Change = Callable[[Facts, str], Facts]
"""What is known of an entity, and the HTML of its page -> what would be known without one step."""


def tables(folder: Path | None, with_faq: bool) -> Tables:
    """The good rows of the newest raw tables in a folder, or those of the bundled site; `SystemExit` without them."""
    found: dict[Collection, list[Row]] = {}
    for collection in COLLECTIONS:
        if collection is PREGUNTAS and not with_faq:
            continue
        frame = _snapshot(folder, collection) if folder else _bundled(collection)
        names = list(frame.columns)
        rows = [dict(zip(names, cells, strict=True)) for cells in frame.itertuples(index=False)]
        found[collection] = [row for row in rows if not row["problema"]]
    return found


def compared(raw: Tables) -> dict[str, tuple[Document, ...]]:
    """The documents by the name of their texts: the predecessor's, the platform's, then without each step in turn."""
    old = [before.document(collection, row) for collection, rows in raw.items() for row in rows]
    known = {collection: facts(collection, rows, (), None) for collection, rows in raw.items()}
    told = {name: _told(raw, known, change) for name, change in _CHANGES.items()}
    return {"before": tuple(one for one in old if one), **told}


def _as_now(known: Facts, html: str) -> Facts:
    return known


def _without_cleaning(known: Facts, html: str) -> Facts:
    return replace(known, paragraphs=tuple(plain_text(html).split("\n\n"))) if html else known


def _without_categories(known: Facts, html: str) -> Facts:
    return replace(known, categories=())


def _without_hours(known: Facts, html: str) -> Facts:
    return replace(known, locations=tuple(replace(one, hours=Hours(one.hours.verbatim)) for one in known.locations))


def _without_dates(known: Facts, html: str) -> Facts:
    occasions = tuple(replace(one, dates=_unread(one.dates)) for one in known.occasions)
    return replace(known, occasions=occasions, dates=_unread(known.dates))


def _unread(when: When) -> When:
    return When(verbatim=when.verbatim, problems=("left as it is written",))


_CHANGES: Mapping[str, Change] = {
    NOW: _as_now,
    "without cleaning": _without_cleaning,
    "without categories": _without_categories,
    "hours as written": _without_hours,
    "dates as written": _without_dates,
}


def _told(raw: Tables, known: Mapping[Collection, Sequence[Facts]], change: Change) -> tuple[Document, ...]:
    told: list[Document] = []
    for collection, rows in raw.items():
        column = collection.shape.content
        changed = [change(one, row.get(column, "")) for one, row in zip(known[collection], rows, strict=True)]
        vectorial = [{**one.row, **prepared(one), "texto_embedding": text(collection, one)} for one in changed]
        told += documents(collection, pd.DataFrame(vectorial, dtype="str"))
    return tuple(told)


def _snapshot(folder: Path, collection: Collection) -> pd.DataFrame:
    if not folder.is_dir():
        raise SystemExit(f"There is no folder {folder}.")
    table = Snapshots(Bucket(str(folder)), Clock(), raw_prefix="", bundled=True).newest("raw", collection)
    if table is None:
        raise SystemExit(f"{folder} holds no {collection.name}_STAMP.csv; name the folder raw/ of a platform's bucket.")
    return table.frame


def _bundled(collection: Collection) -> pd.DataFrame:
    if collection.wordpress_type is None:
        return faq_frame(read_file(FAQ_FILE), BUNDLED)
    return raw_frame(collection, list(items_of_week(MONDAY)[collection.wordpress_type]), BUNDLED)
