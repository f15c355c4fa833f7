"""The vectors of the Pinecone double: namespaces, limits, and writes that become visible a little later.

What belongs here: what a request to the data plane does. What does not: sockets, faults, which indexes there are
(`pinecone.py`, which also says what is known and what is guessed).
"""

import json
import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

MOST_BYTES, MOST_RECORDS, MOST_IDS, MOST_METADATA, MOST_LISTED = 2 * 1024 * 1024, 1000, 1000, 40 * 1024, 100
VECTOR_LSN = ("x-pinecone-lsn-committed", "x-pinecone-lsn-reconciled")
"""The headers that carry sequence numbers, written and visible: these names the SDK reads from the vectors API …"""
DOCUMENTED_LSN = ("x-pinecone-request-lsn", "x-pinecone-max-indexed-lsn")
"""… and these stand in Pinecone's guide."""

Vector = dict[str, Any]
Headers = dict[str, str]


class Refused(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class _Write(NamedTuple):
    number: int
    apply: Callable[[], object]
    left: int


class Vectors:
    """One index. `namespaces` is what is visible: namespace -> id -> vector as it was sent.

    A write becomes visible `lag` reads later; `lsn_headers` tell its number, or None tells nothing.
    """

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self.namespaces: dict[str, dict[str, Vector]] = {}
        self.lag = 0
        self.lsn_headers: tuple[str, str] | None = VECTOR_LSN
        self.absent_is_404 = True
        self._lsn, self._pending = 0, list[_Write]()

    def settled(self) -> None:
        """Everything written becomes visible."""
        self._reveal(everything=True)

    def upsert(self, asked: dict[str, Any]) -> tuple[Any, Headers]:
        """Writes vectors; all of them are right, or nothing is written."""
        vectors = asked["vectors"]
        if not 1 <= len(vectors) <= MOST_RECORDS:
            raise Refused(400, "INVALID_ARGUMENT", f"Vector batch size {len(vectors)} is not 1 to {MOST_RECORDS}")
        for vector in vectors:
            self._check(vector)
        name = asked.get("namespace") or "__default__"
        kept = {vector["id"]: {**vector, "metadata": _stripped(vector.get("metadata") or {})} for vector in vectors}
        told = self._write(lambda: self.namespaces.setdefault(name, {}).update(kept))
        return {"upsertedCount": len(vectors)}, told

    def _check(self, vector: Vector) -> None:
        values = vector.get("values", [])
        size = len(json.dumps(vector.get("metadata") or {}, ensure_ascii=False).encode())
        problem = (
            "Vector ID must be ASCII of 1 to 512 characters"
            if not _is_id(vector.get("id"))
            else "Vector values must be finite numbers"
            if not all(_is_number(value) for value in values)
            else f"Vector dimension {len(values)} does not match the dimension of the index {self.dimension}"
            if len(values) != self.dimension
            else "Dense vectors must contain at least one non-zero value"
            if not any(values)
            else f"Metadata size is {size} bytes, over the limit of {MOST_METADATA} bytes per vector"
            if size > MOST_METADATA
            else _metadata_problem(vector.get("metadata") or {})
        )
        if problem:
            raise Refused(400, "INVALID_ARGUMENT", problem)

    def delete(self, asked: dict[str, Any]) -> tuple[Any, Headers]:
        there = self._namespace(asked)
        ids = asked.get("ids") or []
        if not 1 <= len(ids) <= MOST_IDS:
            raise Refused(400, "INVALID_ARGUMENT", f"{len(ids)} ids: a delete takes 1 to {MOST_IDS}")
        return {}, self._write(lambda: [there.pop(id, None) for id in ids])

    def list(self, asked: dict[str, Any]) -> tuple[Any, Headers]:
        self._read()
        limit, prefix, after = int(asked.get("limit", 100)), asked.get("prefix", ""), asked.get("paginationToken", "")
        if not 1 <= limit <= MOST_LISTED:
            raise Refused(400, "INVALID_ARGUMENT", f"limit must be 1 to {MOST_LISTED}")
        ids = [id for id in sorted(self._namespace(asked)) if id.startswith(prefix) and id > after]
        answer: dict[str, Any] = {"vectors": [{"id": id} for id in ids[:limit]], "usage": {"readUnits": 1}}
        if len(ids) > limit:
            answer["pagination"] = {"next": ids[limit - 1]}
        return {**answer, "namespace": asked.get("namespace", "")}, {}

    def query(self, asked: dict[str, Any]) -> tuple[Any, Headers]:
        """Vectors in the order of their ids (nobody asks for the nearest), and up to which write they are seen."""
        self._read()
        there = self.namespaces.get(asked.get("namespace") or "__default__", {})
        if len(asked["vector"]) != self.dimension:
            raise Refused(400, "INVALID_ARGUMENT", f"Vector dimension {len(asked['vector'])} is not that of the index")
        matches = [{"id": id, "score": 0.0} for id in sorted(there)[: asked["topK"]]]
        visible = self._pending[0].number - 1 if self._pending else self._lsn
        told = {self.lsn_headers[1]: str(visible)} if self.lsn_headers else {}
        return {"matches": matches, "namespace": asked.get("namespace", ""), "usage": {"readUnits": 1}}, told

    def _namespace(self, asked: dict[str, Any]) -> dict[str, Vector]:
        name = asked.get("namespace") or "__default__"
        if name not in self.namespaces and self.absent_is_404 and name != "__default__":
            raise Refused(404, "NOT_FOUND", "Namespace not found")
        return self.namespaces.get(name, {})

    def _write(self, apply: Callable[[], object]) -> Headers:
        self._lsn += 1
        self._pending.append(_Write(self._lsn, apply, self.lag))
        self._reveal()
        return {self.lsn_headers[0]: str(self._lsn)} if self.lsn_headers else {}

    def _reveal(self, everything: bool = False) -> None:
        """Writes that waited long enough become visible, never before an earlier one."""
        while self._pending and (everything or self._pending[0].left <= 0):
            self._pending.pop(0).apply()

    def _read(self) -> None:
        self._reveal()
        self._pending = [write._replace(left=write.left - 1) for write in self._pending]


def _is_id(id: Any) -> bool:
    return isinstance(id, str) and id.isascii() and 1 <= len(id) <= 512


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _stripped(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in metadata.items() if value is not None}  # nulls are dropped, not refused


def _metadata_problem(metadata: Mapping[str, Any]) -> str:
    for name, value in _stripped(metadata).items():
        words = isinstance(value, list) and all(isinstance(word, str) for word in value)
        if not (words or isinstance(value, bool | str) or _is_number(value)):
            return f"Metadata value must be a string, number, boolean or list of strings, not that of field {name!r}"
    return ""
