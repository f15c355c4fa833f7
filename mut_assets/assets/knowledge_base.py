"""Stage four: the knowledge base ingests what was published.

What belongs here: ingesting under the lease and reporting the service's statistics. The proof that what is served
equals what is published is a check of its own (`checks.py`), so that it can be asked for at any time.
"""

import dagster as dg

from mut_assets.assets.reporting import as_dagster_failures, bullets, tabled
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.lease import Lease
from mut_assets.resources.failures import PermanentFailure, Retries
from mut_assets.resources.ports import KnowledgeBase


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
) -> dg.MaterializeResult[None]:
    """Ingests under the lease; documents of ours that the service could not take in fail the step, by name."""
    purpose = f"bedrock_kb_ingestion, run {context.run.run_id}"
    with as_dagster_failures(context, retries), lease.acquire(purpose, context.log.info) as turn:
        turn.check()
        report = knowledge_base.ingest(f"{context.run.run_id}-{context.retry_number}", context.log.info)
        foreign = store.holdings(remember=False).foreign_below if report.failures else frozenset()
        failures = [f"{key}: {reason}" for key, reason in report.failures if key not in foreign]
        if failures:
            raise PermanentFailure(
                "MUT-KB-010",
                f"{len(failures)} documents were published but could not be ingested: {'; '.join(failures[:5])}.",
                "Correct what they are made of, then run the night again, which writes them anew; the other documents "
                "are served.",
            )
    for key, reason in report.failures:
        context.log.info(f"{key} was not ingested; the platform did not publish it: {reason}")
    for folder, command in report.unserved.items():
        context.log.warning(f"{folder} is published, not served: no data source reads it. To serve it: {command}")
    jobs = [
        (", ".join(job.folders), job.data_source_id, job.job_id, f"{job.seconds:.0f} s", job.statistics.changed)
        for job in report.jobs
    ]
    commands = bullets([f"{folder}: `{command}`" for folder, command in report.unserved.items()])
    return dg.MaterializeResult(
        metadata={
            **report.as_bedrock(),
            **tabled("jobs", ("folders", "data source", "job", "took", "changes"), jobs),
            **({"published_not_served": dg.MetadataValue.md(commands)} if commands else {}),
        }
    )
