"""Which fields the items of a collection have: their paths, how many items say something there, of which type, as in.

What belongs here: measuring one collection. What does not: comparing two nights (`drift.py`), or reading the fields
(`raw.py`).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mut_assets.domain.tables.changes import excerpt
from mut_assets.domain.tables.values import is_empty, kind
from mut_assets.domain.text import writable

MOST_PATHS = 300
"""Paths that are measured: a plugin that names its fields by number may send thousands."""
DEEPEST = 12
"""Names of a path; what lies deeper is measured with what holds it."""
LONGEST_NAME = 60
EXAMPLES = 2

_ENTRY = "[]"
_MAILBOX = re.compile(r"[^\s@;,]+(?=@)")
_NUMBER = re.compile(r"(\+?\d(?:[\s().-]*\d){2})(?:[\s().-]*\d){4,}")
_READ = 400
"""Characters of a value that its example is made of."""


@dataclass(frozen=True)
class Field:
    """What is under one path. `present` counts items whose answer names it, `filled` those that say something there."""

    present: int = 0
    filled: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    """How many values that say something are of each type, in words."""
    examples: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Its types, the most frequent first: "text", "an object or text"."""
        return " or ".join(sorted(self.kinds, key=lambda name: (-self.kinds[name], name)))


@dataclass(frozen=True)
class Reading:
    """The fields of a collection by path, `acf.informacion_tienda[].info.schedule`, as its items had them one night."""

    items: int = 0
    fields: Mapping[str, Field] = field(default_factory=dict)


def fields_of(items: Iterable[Any]) -> Reading:
    """What these items have. Never raises on anything JSON can hold; examples are short and say no address of anybody.

    ACF sends `false`, "" or [] for what is empty, which is not a type.
    """
    present: Counter[str] = Counter()
    filled: Counter[str] = Counter()
    kinds: dict[str, Counter[str]] = {}
    examples: dict[str, dict[str, None]] = {}
    count = 0
    for item in items:
        count += 1
        said: dict[str, bool] = {}
        for path, value in _values(item, "", DEEPEST):
            if path not in kinds and len(kinds) >= MOST_PATHS:
                continue
            of_path, says = kinds.setdefault(path, Counter()), not is_empty(value)
            said[path] = said.get(path, False) or says
            if says:
                of_path[kind(value)] += 1
                shown = examples.setdefault(path, {})
                if len(shown) < EXAMPLES and not isinstance(value, dict | list):
                    shown[str(value)[:_READ]] = None
        present.update(said.keys())
        filled.update(path for path, says in said.items() if says)
    fields = {
        path: Field(present[path], filled[path], dict(of_path), tuple(map(_shown, examples.get(path, ()))))
        for path, of_path in sorted(kinds.items())
    }
    return Reading(count, fields)


def parent(path: str) -> str:
    """The path that holds this one; "" for a field of the item itself."""
    return path.removesuffix(_ENTRY) if path.endswith(_ENTRY) else path.rpartition(".")[0]


def _values(value: Any, path: str, deeper: int) -> Iterator[tuple[str, Any]]:
    """Every value with its path, what holds a value before it. PHP sends a list with gaps as an object of numbers."""
    if path:
        yield path, value
    if not deeper:
        return
    if isinstance(value, dict) and value and all(key.isascii() and key.isdecimal() for key in value):
        value = list(value.values())
    if isinstance(value, dict):
        for name, inner in value.items():
            name = writable(name[:LONGEST_NAME])
            yield from _values(inner, f"{path}.{name}" if path else name, deeper - 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner, path + _ENTRY, deeper - 1)


def _shown(text: str) -> str:
    """A value as an example: enough to recognise it, without the name of a mailbox or the end of a long number."""
    return _NUMBER.sub(r"\1…", _MAILBOX.sub("…", excerpt(text)))
