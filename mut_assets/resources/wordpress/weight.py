"""What JSON takes in memory: guessed before it is parsed, counted afterwards.

What belongs here: the two sizes. What does not: how much is allowed (`wordpress/http.py`). A byte of text becomes a
byte; but three bytes of `{},` become seventy-two.
"""

import sys
from collections.abc import Collection
from typing import Any

_OBJECT, _LIST, _TEXT, _ENTRY = 184, 88, 60, 40
"""Bytes of a small object, a short list, a text without its letters, and a number with its place in a list."""


def guessed(body: bytes) -> int:
    """About how many bytes the values of a JSON text take; signs within texts count too, so it is rather too much."""
    structure = body.count(b"{") * _OBJECT + body.count(b"[") * _LIST + body.count(b",") * _ENTRY
    return len(body) + structure + body.count(b'"') // 2 * _TEXT


def counted(items: Any, fields: Collection[str]) -> int:
    """The bytes that these fields of a list of items take; everything else of an answer is dropped."""
    entries = items if isinstance(items, list) else []
    waiting = [item[name] for item in entries if isinstance(item, dict) for name in fields if name in item]
    total = 0
    while waiting:
        value = waiting.pop()
        total += sys.getsizeof(value)
        if isinstance(value, dict):
            waiting += value.values()  # its names are kept once for all items
        elif isinstance(value, list):
            waiting += value
    return total
