"""What changed, field by field, in words a person can check.

What belongs here: comparing two tables, or two versions of a document. What does not: deciding whether the change
may be published (`plans/plan.py`).
"""

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

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
    if old == new:
        return TableChanges((), (), ())
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


def describe_change(old: tuple[bytes, bytes], new: tuple[bytes, bytes]) -> str:
    """One line for a document that changed: the metadata fields that differ, or the first lines of text that do.

    `old` and `new` are (body, sidecar) bytes; a missing half is empty.
    """
    if not old[0] or not old[1]:
        return "only half of it was there; both halves are written again"
    was, now = _attributes(old[1]), _attributes(new[1])
    fields = [
        f"{field}: {excerpt(_text(was.get(field)))!r} -> {excerpt(_text(now.get(field)))!r}"
        for field in sorted(was.keys() | now.keys())
        if was.get(field) != now.get(field)
    ]
    if fields:
        return "; ".join(fields)
    lines = _line_changes(old[0].decode("utf-8", "replace"), new[0].decode("utf-8", "replace"))
    return f"text: {'; '.join(lines)}" if lines else "the same content in other bytes"


def excerpt(text: str, size: int = SHOWN) -> str:
    """The text on one line, cut with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= size else line[: size - 1] + "…"


def _rows(frame: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    return dict(zip(frame["id"], frame.itertuples(index=False, name=None), strict=True))


def _named(frame: pd.DataFrame, ids: Any, title: str) -> tuple[tuple[str, str], ...]:
    rows = frame.loc[frame["id"].isin(ids), ["id", title]]
    return tuple(sorted(rows.itertuples(index=False, name=None), key=lambda row: row[1]))


def _attributes(sidecar: bytes) -> Mapping[str, Any]:
    try:
        content = json.loads(sidecar)
    except ValueError:
        return {}
    attributes = content.get("metadataAttributes") if isinstance(content, dict) else None
    return attributes if isinstance(attributes, dict) else {}


def _text(value: Any) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _line_changes(old: str, new: str, most: int = 3) -> Sequence[str]:
    lines = [
        f"{'added' if line[0] == '+' else 'removed'} {excerpt(line[2:])!r}"
        for line in difflib.ndiff(old.splitlines(), new.splitlines())
        if line[0] in "+-" and line[2:].strip()
    ]
    return lines if len(lines) <= most else [*lines[:most], f"and {len(lines) - most} lines more"]
