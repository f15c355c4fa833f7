"""A document's vector, as every vector index stores it.

What belongs here: the record, and what of a document's bytes goes into it. What does not: which vectors are wanted
(`plans/vectors.py`), making them (`resources/embedding/`), storing them (`resources/pinecone/`, `resources/embedded/`).
The module imports no pandas, so that the embedded index opens quickly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mut_assets.domain.documents import sidecar


@dataclass(frozen=True)
class VectorRecord:
    """One vector under its id, `collection/id#fingerprint12`. Indexes keep 32-bit floats."""

    id: str
    values: Sequence[float]
    metadata: Mapping[str, Any] = field(default_factory=dict)


def vector_record(id: str, values: Sequence[float], sidecar_bytes: bytes) -> VectorRecord:
    """The vector of a document with its metadata as published; none from a sidecar that cannot be read."""
    return VectorRecord(id, values, sidecar.read(sidecar_bytes))
