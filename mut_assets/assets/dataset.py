"""Stage three: the published documents, one plan per collection.

What belongs here: asking the publisher, reporting what it did. What does not: plans and guards
(`domain/plans/plan.py`), or writing (`resources/bucket/document_store.py`).
"""

import dagster as dg

from mut_assets.assets.asker import asker
from mut_assets.assets.editors import doubts_by_page
from mut_assets.assets.reporting import as_dagster_failures, change_rows, listed, outcome_rows, snapshot_rows
from mut_assets.domain.collections import COLLECTIONS
from mut_assets.domain.documents.contradictions import contradictions, disagreements
from mut_assets.domain.plans.hold import in_force
from mut_assets.domain.plans.nights import published_in
from mut_assets.domain.plans.outcome import Publication
from mut_assets.publishing.application import apply_each
from mut_assets.publishing.editors import report
from mut_assets.publishing.gates import RetrievalGate
from mut_assets.publishing.publisher import Publisher
from mut_assets.publishing.rollbacks import Wish
from mut_assets.resources.bucket.lease import Lease
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.clock import Clock
from mut_assets.resources.failures import Retries


class PublicationConfig(dg.Config):
    """What a person may ask of one publication; all empty on an ordinary night."""

    as_of: str = ""
    """Roll back: publish the tables of this night (its name, or the stamp of any of its tables, such as
    20261120_030000, UTC), and hold them there until a release."""
    release: bool = False
    """End the rollback that is in force: publish the newest tables again."""
    only: list[str] = []  # noqa: RUF012  # pydantic copies it
    """With `as_of` or `release`: these collections alone, such as tiendas."""
    approve: str = ""
    """Apply the refused plan with this id, exactly."""
    plans: list[str] = []  # noqa: RUF012  # pydantic copies it
    """With `as_of` or `release`: the ids of the plans that a person was shown; if any other would be applied, nothing
    is."""

    @property
    def wish(self) -> Wish:
        """The same, as the publisher understands it."""
        return Wish(self.as_of, self.release, tuple(self.only), self.approve)


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
    run_id, wish, who = context.run.run_id, config.wish, asker(context.run)
    nights, rollbacks = publisher.snapshots.nights, publisher.rollbacks
    repeated = bool(context.retry_number or context.run.parent_run_id)  # a first try may have done a part of it
    with as_dagster_failures(context, retries):
        if not repeated:
            publisher.check_request(wish)
    with as_dagster_failures(context, retries), lease.acquire(f"kb_dataset, run {run_id}", context.log.info) as turn:
        holdings = publisher.store.holdings()
        at, last, today = clock.now().isoformat(), decisions.last(context.log.warning), clock.today()
        held = rollbacks.in_force(last, context.log.warning)
        holds = rollbacks.after(held, wish, at, str(who))
        approved, last_try = bool(config.approve), context.retry_number >= retries.most
        if approved:
            proposal, today = publisher.reopen_refused_plan(config.approve)
            proposals = [proposal]
        else:
            own = nights.stamp_of(run_id)
            proposals = publisher.propose_all(holdings.published, today, holds, last, last_try=last_try, own=own)
            if config.plans and not context.retry_number:  # a first try may have applied a part of them
                publisher.check_confirmed(proposals, config.plans)
        if holds != held:
            turn.check()
            rollbacks.record.keep(holds)  # first: what is left of it by a crash is done by the next night
        gate = retrieval_gate.before_publishing
        result = gate.check(proposals, holdings.published, at, last, approved, context.log.warning)
        outcomes = apply_each(publisher, proposals, today, turn.check, result, last_try)
        turn.check()
        result = result.without({outcome.collection for outcome in outcomes if outcome.unfinished})
        gate.keep(result, approved)
        night = nights.of_run(run_id, *who)
        publication = Publication(
            run_id,
            at,
            tuple(outcomes),
            holdings.foreign,
            canaries=result.canaries,
            expired=result.expired,
            night=night.stamp,
            holds=holds,
        )
        decisions.record(publication)
        nights.keep(published_in(night, publication, wish.as_of, wish.release))
    published = [outcome for outcome in outcomes if outcome.status == "published"]
    tables = {proposal.plan.collection: proposal.source.vectorial.frame for proposal in proposals if proposal.source}
    contradicting = [str(one) for one in (*contradictions(tables), *disagreements(tables))]
    for text in contradicting:
        context.log.warning(text)
    doubts = report(publisher, proposals, holds, clock.today(), context.log.warning)
    notes = [f"{outcome.collection}: {note}" for outcome in outcomes for note in outcome.notes]
    return dg.MaterializeResult(
        metadata={
            **listed("rollback", in_force(holds)),
            "collections": outcome_rows(outcomes),
            **change_rows(outcomes),
            **({"retrieval": result.summary} if result.summary else {}),
            **listed("notes", notes),
            **listed("contradictions", contradicting),
            **doubts_by_page(doubts),
            **listed("foreign_keys", holdings.foreign),
            "documents_written": sum(outcome.added + outcome.changed for outcome in published),
            "documents_deleted": sum(outcome.removed for outcome in published),
            "documents_held": sum(outcome.held for outcome in outcomes),
            "documents_unchanged": sum(outcome.unchanged for outcome in outcomes),
            "documents_read_back": holdings.read,
            "night": night.stamp,
            **listed("from_the_future", publisher.snapshots.from_the_future()),
            "snapshots": snapshot_rows(outcomes),
            "written_to": f"{publisher.store.bucket.where}/{publisher.store.prefix}",
        }
    )
