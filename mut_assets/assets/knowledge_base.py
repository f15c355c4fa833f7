"""Stage four: the knowledge base ingests what was published.

What belongs here: ingesting under the lease and reporting the service's statistics. The proof that what is served
equals what is published is a check of its own (`checks.py`), so that it can be asked for at any time.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

import dagster as dg

from mut_assets.assets.reporting import announced
from mut_assets.resources.document_store import DocumentStore
from mut_assets.resources.failures import PermanentFailure, Retries
from mut_assets.resources.lease import Lease
from mut_assets.resources.local_index import IngestionReport
from mut_assets.resources.object_store import Bucket


class KnowledgeBase(Protocol):
    """Whatever answers visitors from the published documents."""

    def ingest(self, bucket: Bucket, prefix: str, log: Callable[[str], None] = ...) -> IngestionReport:
        """Takes in what changed under the prefix."""

    def served(self) -> Mapping[str, str]:
        """Key below the prefix -> fingerprint, of everything that can be found."""


@dg.asset(
    group_name="knowledge_base",
    description="The published documents, as the knowledge base answers from them.",
    deps=["kb_dataset"],
    kinds={"bedrock"},
)
def bedrock_kb_ingestion(
    context: dg.AssetExecutionContext,
    knowledge_base: dg.ResourceParam[KnowledgeBase],
    store: dg.ResourceParam[DocumentStore],
    lease: dg.ResourceParam[Lease],
    retries: dg.ResourceParam[Retries],
) -> dg.MaterializeResult:
    """Ingests under the lease; documents that the service could not take in fail the step, by name."""
    with announced(context, retries), lease.held(f"ingestion, run {context.run.run_id}", context.log.info) as turn:
        turn.check()
        report = knowledge_base.ingest(store.bucket, store.prefix, context.log.info)
        failures = [f"{key}: {reason}" for key, reason in report.failures]
        if failures:
            raise PermanentFailure(
                "MUT-KB-010",
                f"{len(failures)} documents were published but could not be ingested: {'; '.join(failures[:5])}.",
                "Correct these objects, or move them out of the folder; the other documents are served.",
            )
    return dg.MaterializeResult(metadata=dict(report.as_bedrock()))
