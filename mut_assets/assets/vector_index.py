"""Stage five: one vector per published document, kept in step by comparing ids.

A new version of a document has another vector id (`domain/plans/vectors.py`). It is written and seen before the old one
is deleted, and a night without changes costs a listing and embeds nothing.
"""

from collections.abc import Callable

import dagster as dg

from mut_assets.assets.reporting import as_dagster_failures
from mut_assets.domain.documents.vectors import vector_record
from mut_assets.domain.plans.vectors import VectorPlan, plan_vectors
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.lease import Lease
from mut_assets.resources.failures import Retries
from mut_assets.resources.ports import Embedded, Embedder, KnowledgeBase, Log, VectorIndex

BATCH = 100


@dg.asset(
    group_name="vector_index", description="One vector per published document.", deps=["kb_dataset"], kinds={"pinecone"}
)
def pinecone_index(
    context: dg.AssetExecutionContext,
    vector_index: dg.ResourceParam[VectorIndex],
    embedder: dg.ResourceParam[Embedder],
    knowledge_base: dg.ResourceParam[KnowledgeBase],
    store: dg.ResourceParam[DocumentStore],
    lease: dg.ResourceParam[Lease],
    retries: dg.ResourceParam[Retries],
) -> dg.MaterializeResult[None]:
    """Checks the index before anything is paid, embeds what is new, waits until it is seen, deletes what is gone."""
    log = context.log.info
    if not vector_index.where:
        log("No vector index is configured (PINECONE_INDEX is empty): nothing to do.")
        return dg.MaterializeResult(metadata={"index": "none: PINECONE_INDEX is empty"})
    with as_dagster_failures(context, retries), lease.acquire(f"pinecone_index, run {context.run.run_id}", log) as turn:
        vector_index.ready(embedder.dimensions, knowledge_base.vector_store(), log)
        published, there = store.holdings().published, vector_index.vector_ids()
        plan = plan_vectors(published, there, embedder.model_id, embedder.dimensions)
        costs = _make_missing(plan, vector_index, store, embedder, turn.check, log)
        vector_index.wait_until_visible(log)
        turn.check()
        deleted = vector_index.delete_vectors(plan.gone)
    if plan.foreign:
        context.log.warning(
            f"{len(plan.foreign)} vectors in {vector_index.where} are not the platform's and stay, among them "
            f"{', '.join(plan.foreign[:5])}. Give it a namespace of its own with PINECONE_NAMESPACE."
        )
    return dg.MaterializeResult(
        metadata={
            "index": vector_index.where,
            "vectors": len(plan.wanted),
            "embedded": len(plan.missing),
            "from_cache": sum(cost.from_cache for cost in costs),
            "tokens": sum(cost.tokens for cost in costs),
            "estimated_cost_usd": round(sum((cost.dollars for cost in costs), 0.0), 6),
            "deleted": deleted,
            "foreign": len(plan.foreign),
            "unchanged": len(plan.wanted) - len(plan.missing),
            "model": embedder.model_id,
            "dimensions": embedder.dimensions,
        }
    )


def _make_missing(
    plan: VectorPlan,
    vector_index: VectorIndex,
    store: DocumentStore,
    embedder: Embedder,
    check: Callable[[], None],
    log: Log,
) -> list[Embedded]:
    """Embeds and writes the missing vectors in batches, each after `check`; gives what each batch cost."""
    costs = []
    for start in range(0, len(plan.missing), BATCH):
        check()
        ids = plan.missing[start : start + BATCH]
        pairs = [store.pair(plan.wanted[id]) for id in ids]
        costs.append(embedder.embed([body.decode() for body, _ in pairs], log))
        made = zip(ids, costs[-1].vectors, pairs, strict=True)
        vector_index.upsert_vectors([vector_record(id, vector, sidecar) for id, vector, (_, sidecar) in made])
        log(f"{start + len(ids)} of {len(plan.missing)} new vectors are in {vector_index.where}.")
    return costs
