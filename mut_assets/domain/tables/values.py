"""What a JSON value is: whether it says nothing, and its type in words.

What belongs here: what holds for a value wherever it stands. What does not: what was due there (`raw.py`).
"""

from typing import Any


def is_empty(value: Any) -> bool:
    """Whether a value says nothing; a zero says something."""
    return value is None or value is False or value in ([], {}) or (isinstance(value, str) and not value.strip())


def kind(value: Any) -> str:
    """The type of a JSON value, in words."""
    if value is None or isinstance(value, bool):
        return {None: "missing", True: "true", False: "false"}[value]
    kinds = {dict: "an object", list: "a list", str: "text", int: "a number", float: "a number"}
    return kinds.get(type(value), type(value).__name__)
