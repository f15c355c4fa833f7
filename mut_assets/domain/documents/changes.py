"""What changed between two versions of a document, in words a person can check.

What belongs here: comparing two documents. What does not: two tables (`tables/changes.py`), or deciding whether the
change may be published (`plans/plan.py`).
"""

from collections import Counter
from typing import Any

from mut_assets.domain.documents.sidecar import read
from mut_assets.domain.tables.changes import excerpt

_FIELDS_SHOWN, _LINES_SHOWN = 20, 3
_PLAIN = (str, int, float)


def describe_change(old: tuple[bytes, bytes], new: tuple[bytes, bytes]) -> str:
    """One line for a document that changed: the metadata fields that differ, or the first lines of text that do.

    `old` and `new` are (body, sidecar) bytes; a missing half is empty. `old` may be anybody's: never raises, and
    linear in both. Lines are told by whether they are there, not by which line became which.
    """
    if not old[0] or not old[1]:
        return "only half of it was there; both halves are written again"
    was, now = read(old[1]), read(new[1])
    fields = [
        f"{excerpt(field)}: {excerpt(_text(was.get(field)))!r} -> {excerpt(_text(now.get(field)))!r}"
        for field in sorted(was.keys() | now.keys())
        if was.get(field) != now.get(field)
    ]
    if fields:
        return _first(fields, _FIELDS_SHOWN, "fields")
    before, after = (_lines(body) for body in (old[0], new[0]))
    lines = [f"removed {excerpt(line)!r}" for line in (Counter(before) - Counter(after)).elements()]
    lines += [f"added {excerpt(line)!r}" for line in (Counter(after) - Counter(before)).elements()]
    if not lines:
        return "the same content in other bytes" if before == after else "text: the same lines in another order"
    return f"text: {_first(lines, _LINES_SHOWN, 'lines')}"


def _text(value: Any) -> str:
    """A value of the metadata. What is no text, number or list of them, somebody else wrote."""
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(entry, _PLAIN) for entry in value):
        return ", ".join(map(str, value))
    return str(value) if isinstance(value, _PLAIN) else "(a list)" if isinstance(value, list) else "(an object)"


def _lines(body: bytes) -> list[str]:
    return [line for line in body.decode("utf-8", "replace").splitlines() if line.strip()]


def _first(parts: list[str], most: int, what: str) -> str:
    more = [f"and {len(parts) - most:,} {what} more"] if len(parts) > most else []
    return "; ".join([*parts[:most], *more])
