"""Stage five: one vector per published document, kept in step by comparing ids.

A vector's id is `collection/id#fingerprint12`, the fingerprint over model, dimensions, renderer and the document's
bytes. So a listing of ids is the whole comparison, a new version is written and seen before the old one is deleted, and
a night without changes costs a listing and embeds nothing.

Ids of another shape were not written by the platform: they are named, never deleted.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Protocol

import dagster as dg

from mut_assets.assets.reporting import as_dagster_failures
from mut_assets.domain.collections import COLLECTIONS, Collection
from mut_assets.domain.documents.vectorial import RENDERER_VERSION
from mut_assets.domain.plans.plan import Published
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.lease import Lease, Turn
from mut_assets.resources.embedded.index import VectorRecord
from mut_assets.resources.embedding.lexical import Embedded
from mut_assets.resources.failures import Retries

BATCH = 100
_OURS = re.compile(rf"({'|'.join(re.escape(one.name) for one in COLLECTIONS)})/[^#]+#[0-9a-f]{{12}}")

Log = Callable[[str], None]


class VectorIndex(Protocol):
    """A store of vectors under ids."""

    @property
    def where(self) -> str:
        """The index and its part that is ours, for people; empty where none is configured."""

    def ready(self, dimensions: int, taken: tuple[str, str] | None, log: Log) -> None:
        """Checks that vectors of this length may be written; `taken` is somebody else's host and namespace."""

    def vector_ids(self, prefix: str = "") -> list[str]:
        """Every id that starts with `prefix`."""

    def upsert_vectors(self, vectors: Iterable[VectorRecord]) -> int:
        """Writes vectors, replacing those of the same id, and counts them."""

    def settle(self, log: Log) -> None:
        """Waits until everything written can be found."""

    def delete_vectors(self, ids: Iterable[str]) -> int:
        """Removes vectors and counts them."""


class Embedder(Protocol):
    """Turns texts into vectors of one length."""

    model_id: str
    dimensions: int

    def embed(self, texts: Iterable[str], log: Log = ...) -> Embedded:
        """One vector per text, and what they cost."""


class OwnStore(Protocol):
    """The knowledge base, asked only where its own vectors are."""

    def vector_store(self) -> tuple[str, str] | None:
        """Host and namespace in Pinecone; None where they are elsewhere."""


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
    knowledge_base: dg.ResourceParam[OwnStore],
    store: dg.ResourceParam[DocumentStore],
    lease: dg.ResourceParam[Lease],
    retries: dg.ResourceParam[Retries],
) -> dg.MaterializeResult:
    """Checks the index before anything is paid, embeds what is new, waits until it is seen, deletes what is gone."""
    log = context.log.info
    if not vector_index.where:
        log("No vector index is configured (PINECONE_INDEX is empty): nothing to do.")
        return dg.MaterializeResult(metadata={"index": "none: PINECONE_INDEX is empty"})
    with as_dagster_failures(context, retries), lease.held(f"pinecone_index, run {context.run.run_id}", log) as turn:
        vector_index.ready(embedder.dimensions, knowledge_base.vector_store(), log)
        wanted = _wanted(store.holdings().published, embedder)
        there = set(vector_index.vector_ids())
        missing = {key: wanted[key] for key in wanted if key not in there}
        made = list(_write_batches(missing, vector_index, store, embedder, turn, log))
        vector_index.settle(log)
        turn.check()
        gone, foreign = _unwanted(there - wanted.keys())
        deleted = vector_index.delete_vectors(gone)
    if foreign:
        context.log.warning(
            f"{len(foreign)} vectors in {vector_index.where} are not the platform's and stay, among them "
            f"{', '.join(foreign[:5])}. Give it a namespace of its own with PINECONE_NAMESPACE."
        )
    return dg.MaterializeResult(
        metadata={
            "index": vector_index.where,
            "vectors": len(wanted),
            "embedded": len(missing),
            "from_cache": sum(batch.from_cache for batch in made),
            "tokens": sum(batch.tokens for batch in made),
            "estimated_cost_usd": round(sum((batch.dollars for batch in made), 0.0), 6),
            "deleted": deleted,
            "foreign": len(foreign),
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


def _unwanted(ids: set[str]) -> tuple[list[str], list[str]]:
    """The ids to delete, and those that the platform did not write."""
    foreign = [id for id in sorted(ids) if not _OURS.fullmatch(id)]
    return sorted(ids - {*foreign}), foreign


def _write_batches(
    missing: Mapping[str, tuple[Collection, Published]],
    vector_index: VectorIndex,
    store: DocumentStore,
    embedder: Embedder,
    turn: Turn,
    log: Log,
) -> Iterator[Embedded]:
    """Embeds and writes what is missing, while the lease holds; gives what each batch cost."""
    for start in range(0, len(missing), BATCH):
        turn.check()
        batch = dict(islice(missing.items(), start, start + BATCH))
        yield _written(batch, vector_index, store, embedder, log)
        log(f"{min(start + BATCH, len(missing))} of {len(missing)} new vectors are in {vector_index.where}.")


def _written(
    batch: Mapping[str, tuple[Collection, Published]],
    vector_index: VectorIndex,
    store: DocumentStore,
    embedder: Embedder,
    log: Log,
) -> Embedded:
    """Embeds and writes one batch; gives what it cost."""
    pairs = [store.pair(f"{collection.folder}/{document.id}.md") for collection, document in batch.values()]
    made = embedder.embed([body.decode() for body, _ in pairs], log)
    vector_index.upsert_vectors(_records(batch, made.vectors, [sidecar for _, sidecar in pairs]))
    return made


def _records(ids: Iterable[str], vectors: Sequence[Sequence[float]], sidecars: Sequence[bytes]) -> list[VectorRecord]:
    attributes: list[dict[str, Any]] = [json.loads(sidecar)["metadataAttributes"] for sidecar in sidecars]
    return [VectorRecord(*record) for record in zip(ids, vectors, attributes, strict=True)]
