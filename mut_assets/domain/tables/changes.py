"""What changed, field by field, in words a person can check.

What belongs here: comparing two tables. What does not: two versions of a document (`documents/changes.py`), or deciding
whether the change may be published (`plans/plan.py`).
"""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from mut_assets.domain.firewall.firewall import masked

IGNORED = frozenset({"modified_gmt", "linea", "origen"})
"""Columns that say where and when a row was read, not what it says."""

SHOWN = 80
"""Characters of a value that a change shows; more makes the table unreadable."""


@dataclass(frozen=True)
class FieldChange:
    """One cell that differs between two snapshots of a table."""

    id: str
    title: str
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class TableChanges:
    """What a new snapshot changes against the one before. Rows are (id, title)."""

    added: tuple[tuple[str, str], ...]
    removed: tuple[tuple[str, str], ...]
    changed: tuple[FieldChange, ...]


def compare_tables(before: pd.DataFrame, after: pd.DataFrame, title: str) -> TableChanges:
    """Compares two text tables by their `id` column; `title` names the column that names a row."""
    fields = [name for name in after.columns if name not in IGNORED]
    old, new = _rows(before), _rows(after)
    changed = []
    for key in new.keys() & old.keys():
        if old[key] != new[key]:
            was, now = dict(zip(before.columns, old[key], strict=True)), dict(zip(after.columns, new[key], strict=True))
            changed += [
                FieldChange(key, now[title], field, excerpt(was.get(field, "")), excerpt(now[field]))
                for field in fields
                if was.get(field, "") != now[field]
            ]
    return TableChanges(
        added=_named(after, new.keys() - old.keys(), title),
        removed=_named(before, old.keys() - new.keys(), title),
        changed=tuple(sorted(changed, key=lambda change: (change.title, change.id, change.field))),
    )


def excerpt(text: str) -> str:
    """The text on one line, cut with an ellipsis, and without what a message may not show."""
    line = " ".join(masked(text).split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"


def _rows(frame: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    return dict(zip(frame["id"], frame.itertuples(index=False, name=None), strict=True))


def _named(frame: pd.DataFrame, ids: Any, title: str) -> tuple[tuple[str, str], ...]:
    rows = frame.loc[frame["id"].isin(ids), ["id", title]]
    return tuple(sorted(rows.itertuples(index=False, name=None), key=lambda row: row[1]))
