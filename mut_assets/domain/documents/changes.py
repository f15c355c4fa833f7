"""What changed between two versions of a document, in words a person can check.

What belongs here: comparing two documents. What does not: two tables (`tables/changes.py`), or deciding whether the
change may be published (`plans/plan.py`).
"""

import difflib
from collections.abc import Sequence
from typing import Any

from mut_assets.domain.documents.sidecar import read
from mut_assets.domain.tables.changes import excerpt


def describe_change(old: tuple[bytes, bytes], new: tuple[bytes, bytes]) -> str:
    """One line for a document that changed: the metadata fields that differ, or the first lines of text that do.

    `old` and `new` are (body, sidecar) bytes; a missing half is empty.
    """
    if not old[0] or not old[1]:
        return "only half of it was there; both halves are written again"
    was, now = read(old[1]), read(new[1])
    fields = [
        f"{field}: {excerpt(_text(was.get(field)))!r} -> {excerpt(_text(now.get(field)))!r}"
        for field in sorted(was.keys() | now.keys())
        if was.get(field) != now.get(field)
    ]
    if fields:
        return "; ".join(fields)
    lines = _line_changes(old[0].decode("utf-8", "replace"), new[0].decode("utf-8", "replace"))
    return f"text: {'; '.join(lines)}" if lines else "the same content in other bytes"


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
