"""Stage five: one vector per published document, kept in step by comparing ids.

A vector's id is `collection/id#fingerprint12`, the fingerprint over model, dimensions, renderer and the document's
bytes. So a listing of ids is the whole comparison, a new version is written before the old one is deleted, and a
night without changes costs a listing and embeds nothing.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import dagster as dg

from mut_assets.assets.reporting import announced
from mut_assets.domain.collections import COLLECTIONS, Collection
from mut_assets.domain.publication import Published
from mut_assets.domain.vectorial import RENDERER_VERSION
from mut_assets.resources.document_store import DocumentStore
from mut_assets.resources.failures import Retries
from mut_assets.resources.lease import Lease
from mut_assets.resources.local_index import VectorRecord

BATCH = 100


class VectorIndex(Protocol):
    """A store of vectors under ids."""

    def vector_ids(self, prefix: str = "") -> list[str]:
        """Every id that starts with `prefix`."""

    def upsert_vectors(self, vectors: Iterable[VectorRecord]) -> int:
        """Writes vectors, replacing those of the same id, and counts them."""

    def delete_vectors(self, ids: Iterable[str]) -> int:
        """Removes vectors and counts them."""


class Embedder(Protocol):
    """Turns texts into vectors of one length."""

    model_id: str
    dimensions: int

    def embed(self, texts: Sequence[str]) -> Sequence[Any]:
        """One vector per text."""


@dg.asset(
    group_name="vector_index",
    description="One vector per published document.",
    deps=["kb_dataset"],
    kinds={"pinecone"},
)
def pinecone_index(
    context: dg.AssetExecutionContext,
    vector_index: dg.ResourceParam[VectorIndex],
    embedder: dg.ResourceParam[Embedder],
    store: dg.ResourceParam[DocumentStore],
    lease: dg.ResourceParam[Lease],
    retries: dg.ResourceParam[Retries],
) -> dg.MaterializeResult:
    """Embeds what is new, writes it, then deletes what is gone. Runs under the lease."""
    with announced(context, retries), lease.held(f"pinecone_index, run {context.run.run_id}", context.log.info) as turn:
        wanted = _wanted(store.holdings().published, embedder)
        there = set(vector_index.vector_ids())
        missing = [key for key in wanted if key not in there]
        written = 0
        for start in range(0, len(missing), BATCH):
            turn.check()
            batch = {key: wanted[key] for key in missing[start : start + BATCH]}
            written += vector_index.upsert_vectors(_embedded(batch, store, embedder, context.log.info))
        turn.check()
        deleted = vector_index.delete_vectors(sorted(there - wanted.keys()))
    return dg.MaterializeResult(
        metadata={
            "vectors": len(wanted),
            "embedded": written,
            "deleted": deleted,
            "unchanged": len(wanted) - len(missing),
            "model": embedder.model_id,
            "dimensions": embedder.dimensions,
        }
    )


def vector_id(collection: Collection, document: Published, embedder: Embedder) -> str:
    """`collection/id#fingerprint12`, ASCII."""
    parts = (embedder.model_id, str(embedder.dimensions), RENDERER_VERSION, document.fingerprint)
    return f"{collection.name}/{document.id}#{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:12]}"


def _wanted(
    published: Mapping[str, Mapping[str, Published]], embedder: Embedder
) -> dict[str, tuple[Collection, Published]]:
    return {
        vector_id(collection, document, embedder): (collection, document)
        for collection in COLLECTIONS
        for document in published[collection.name].values()
        if document.fingerprint
    }


def _embedded(
    batch: Mapping[str, tuple[Collection, Published]],
    store: DocumentStore,
    embedder: Embedder,
    log: Callable[[str], None],
) -> list[VectorRecord]:
    pairs = [store.pair(f"{collection.folder}/{document.id}.md") for collection, document in batch.values()]
    vectors = embedder.embed([body.decode() for body, _ in pairs])
    log(f"Embedded {len(batch)} documents with {embedder.model_id}.")
    return [
        VectorRecord(key, vector, json.loads(sidecar)["metadataAttributes"])
        for key, vector, (_, sidecar) in zip(batch, vectors, pairs, strict=True)
    ]
