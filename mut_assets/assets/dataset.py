"""Stage three: the published documents, one plan per collection.

What belongs here: asking the publisher, reporting what it did. What does not: plans and guards
(`domain/plans/plan.py`), or writing (`resources/bucket/document_store.py`).
"""

import dagster as dg

from mut_assets.assets.reporting import as_dagster_failures, change_rows, listed, outcome_rows, snapshot_rows
from mut_assets.domain.collections import COLLECTIONS
from mut_assets.domain.plans.outcome import Publication
from mut_assets.publishing.application import apply_each
from mut_assets.publishing.gates import RetrievalGate
from mut_assets.publishing.publisher import Publisher
from mut_assets.resources.bucket.lease import Lease
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.clock import Clock
from mut_assets.resources.failures import Retries


class PublicationConfig(dg.Config):
    """What a person may ask of one publication; both empty on an ordinary night."""

    as_of: str = ""
    """Roll back: publish the newest snapshots up to this stamp, such as 20261120_030000 (UTC)."""
    approve: str = ""
    """Apply the refused plan with this id, exactly."""
    plans: list[str] = []  # noqa: RUF012  # pydantic copies it
    """With `as_of`: the ids of the plans that a person was shown; if any other would be applied, nothing is."""


@dg.asset(
    group_name="dataset",
    description="One Markdown document and one metadata sidecar per entity, published by a plan per collection.\n\n"
    "Only what changed is written. A plan that looks like an accident is refused: that collection keeps its old "
    "documents until somebody approves the plan or the source is corrected.",
    deps=[f"vectorial_{collection.name}" for collection in COLLECTIONS],
    kinds={"markdown", "s3"},
)
def kb_dataset(
    context: dg.AssetExecutionContext,
    config: PublicationConfig,
    publisher: dg.ResourceParam[Publisher],
    decisions: dg.ResourceParam[PublicationLog],
    retrieval_gate: dg.ResourceParam[RetrievalGate],
    lease: dg.ResourceParam[Lease],
    clock: dg.ResourceParam[Clock],
    retries: dg.ResourceParam[Retries],
) -> dg.MaterializeResult[None]:
    """Publishes what changed, under the lease. A refused collection keeps its documents; the others go out."""
    run_id = context.run.run_id
    with as_dagster_failures(context, retries):
        publisher.check_request(config.as_of, config.approve)
    with as_dagster_failures(context, retries), lease.acquire(f"kb_dataset, run {run_id}", context.log.info) as turn:
        holdings = publisher.store.holdings()
        at, last, today = clock.now().isoformat(), decisions.last(context.log.warning), clock.today()
        approved, last_try = bool(config.approve), context.retry_number >= retries.most
        if approved:
            proposal, today = publisher.reopen_refused_plan(config.approve)
            proposals = [proposal]
        else:
            proposals = [
                publisher.propose(
                    collection, holdings.published[collection.name], today, config.as_of, last_try=last_try
                )
                for collection in COLLECTIONS
            ]
            if config.plans and not context.retry_number:  # a first try may have applied a part of them
                publisher.check_confirmed(proposals, config.plans)
        gate = retrieval_gate.before_publishing
        result = gate.check(proposals, holdings.published, at, last, approved, context.log.warning)
        outcomes = apply_each(publisher, proposals, today, turn.check, result, last_try)
        turn.check()
        result = result.without({outcome.collection for outcome in outcomes if outcome.unfinished})
        gate.keep(result, approved)
        publication = Publication(
            run_id, at, tuple(outcomes), holdings.foreign, canaries=result.canaries, expired=result.expired
        )
        decisions.record(publication)
    published = [outcome for outcome in outcomes if outcome.status == "published"]
    notes = [f"{outcome.collection}: {note}" for outcome in outcomes for note in outcome.notes]
    return dg.MaterializeResult(
        metadata={
            "collections": outcome_rows(outcomes),
            **change_rows(outcomes),
            **({"retrieval": result.summary} if result.summary else {}),
            **listed("notes", notes),
            **listed("foreign_keys", holdings.foreign),
            "documents_written": sum(outcome.added + outcome.changed for outcome in published),
            "documents_deleted": sum(outcome.removed for outcome in published),
            "documents_held": sum(outcome.held for outcome in outcomes),
            "documents_unchanged": sum(outcome.unchanged for outcome in outcomes),
            "documents_read_back": holdings.read,
            "snapshots": snapshot_rows(outcomes),
            "written_to": f"{publisher.store.bucket.where}/{publisher.store.prefix}",
        }
    )
