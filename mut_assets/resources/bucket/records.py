"""Records under `state/`: JSON objects that say their format, read so that no damage to one stops the others.

What belongs here: reading any of them, and what is said of one that cannot be. What does not: what a record means (its
neighbours), the ledger's entries (`document_store.py`), the links of the lease (`lease.py`).

A reader ignores fields that it does not know, fills those it lacks with their default, and refuses a newer format by
name: counted as absent, it would be written over. A record that names no format has format 1.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.failures import PermanentFailure
from mut_assets.resources.ports import Log

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FORMAT = 1
NAMED = {"format": FORMAT}
"""How a record says its format."""

Value = TypeVar("Value")
Shape = Callable[[Mapping[str, Any]], Value]
"""Makes a record of the object in its file. Raises `KeyError`, `TypeError` or `ValueError` for one that is none."""


class UnreadableRecord(PermanentFailure):
    """A record that holds something else than it should. Its readers go on without it where they safely can."""


def read(bucket: Bucket, key: str, shape: Shape[Value]) -> Value | None:
    """The record under a key; None where there is none.

    Raises `PermanentFailure` MUT-STATE-001 for a newer format, `UnreadableRecord` MUT-STATE-002 for anything else.
    """
    try:
        data = bucket.get(key)
    except KeyError:
        return None
    try:
        content = json.loads(data)
        if not isinstance(content, dict):
            raise ValueError("it is no JSON object")
        refuse_newer(content, key, bucket.where)
        return shape(content)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise UnreadableRecord(
            "MUT-STATE-002",
            f"The record {key} in {bucket.where} cannot be read ({_why(error)}).",
            "It counts as absent and nothing has to be deleted: what needs it writes it anew. To keep what it said, "
            "restore it from the bucket's versions.",
        ) from error


def refuse_newer(content: Mapping[str, Any], key: str, where: str) -> None:
    """Lets pass what this release knows, or what names no format.

    Raises `PermanentFailure` MUT-STATE-001 for a newer format, `ValueError` for one that is no number.
    """
    number = content.get("format", 1)
    if not (isinstance(number, int) and number >= 1):
        raise ValueError("its format is no number")
    if number > FORMAT:
        raise PermanentFailure(
            "MUT-STATE-001",
            f"The record {key} in {where} has the format {number}; this release knows {FORMAT}.",
            "A newer release wrote it: run that one, or a later one. Nothing was changed.",
        )


def readable(bucket: Bucket, key: str, shape: Shape[Value], warn: Log) -> Value | None:
    """The record under a key; None where there is none, or one that cannot be read, of which `warn` is told.

    Raises `PermanentFailure` MUT-STATE-001 for a newer format.
    """
    try:
        return read(bucket, key, shape)
    except UnreadableRecord as damaged:
        warn(str(damaged))
        return None


def shaped(kind: type[Value], content: Any) -> Value:
    """JSON content as a dataclass: unknown fields are ignored, missing ones filled. Raises `ValueError` for others."""
    of_kind: Any = kind  # a type is hashable, which mypy does not see of a type variable
    value: Value = _adapter(of_kind).validate_python(content)
    return value


def as_bytes(content: Mapping[str, Any]) -> bytes:
    """How a record is written; what no UTF-8 can hold, as half a character that was read from one, as `?`."""
    return json.dumps(content, ensure_ascii=False, indent=1).encode(errors="replace")


def troubles(reads: Iterable[Callable[[], object]]) -> list[PermanentFailure]:
    """What is wrong with records: each is read, and those that cannot be are given as the failures that they are."""
    found = []
    for read_one in reads:
        try:
            read_one()
        except PermanentFailure as failure:
            if not failure.code.startswith("MUT-STATE-"):
                raise
            found.append(failure)
    return found


@cache
def _adapter(kind: Any) -> "TypeAdapter[Any]":
    from pydantic import TypeAdapter  # Dagster brings it; what reads no record does without it

    return TypeAdapter(kind)


def _why(error: Exception) -> str:
    """The first thing that is wrong, without what the record holds."""
    from pydantic import ValidationError

    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        return f"{'.'.join(map(str, first['loc'])) or 'the whole'}: {first['msg']}"
    if isinstance(error, (json.JSONDecodeError, UnicodeDecodeError, RecursionError)):
        return f"it is no JSON: {str(error).splitlines()[0][:120]}"
    if isinstance(error, KeyError):
        return f"it has no {error}"
    return str(error)[:160]
