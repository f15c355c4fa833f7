"""Checks that look across assets: is what is served what was published, how old is it, did everything go out.

What belongs here: checks that compare one asset with another, or with the world. Checks of a single table run
inside its asset; their rules are in `domain/tables/quality.py`.
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from mut_assets.assets.reporting import as_dagster_failures, final_failure, findings, summary
from mut_assets.domain.plans.freshness import Age
from mut_assets.domain.plans.hold import in_force
from mut_assets.domain.plans.outcome import ages_of
from mut_assets.domain.plans.serving import Proof, prove
from mut_assets.publishing.gates import GateResult, RetrievalGate
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.night_records import NightRecords
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.clock import Clock
from mut_assets.resources.failures import Failure, Retries
from mut_assets.resources.ports import KnowledgeBase

NOTHING = "nothing was published yet"

FRESH = dg.AssetCheckSpec(
    "knowledge_is_fresh",
    asset="bedrock_kb_ingestion",
    description="What visitors are answered from was read from its source within 26 hours.",
)


# Of one spec each, this check and the last: only a `multi_asset_check` may yield its result and then raise.
@dg.multi_asset_check(
    specs=[
        dg.AssetCheckSpec(
            "everything_wanted_is_published",
            asset="kb_dataset",
            description="Fails, and with it the run, when a collection was kept back. The others go out.",
        )
    ],
)
def everything_wanted_is_published(
    context: dg.AssetCheckExecutionContext,
    decisions: dg.ResourceParam[PublicationLog],
    retries: dg.ResourceParam[Retries],
) -> Iterator[dg.AssetCheckResult]:
    """Ends the run red when a collection was kept back. It blocks nothing: the others still reach visitors.

    Judges what this run published, though another one may have published since; where it published nothing, the last
    publication, such as when this step is repeated alone.
    """
    with as_dagster_failures(context.op_execution_context, retries):
        publication = decisions.of_runs([context.run.run_id]) or decisions.last()
    problems = [outcome.why_kept() for outcome in publication.kept_back] if publication else []
    kept_back = findings("kept_back", problems)
    held = summary(in_force(publication.holds)) if publication else None
    yield dg.AssetCheckResult(passed=not problems, description=summary(problems) or held, metadata=kept_back)
    if problems:
        raise not_published(problems)


def not_published(problems: Sequence[str]) -> dg.Failure:
    """How a run ends red for the collections that were kept back."""
    return final_failure("MUT-PUB-003", " ".join(problems))


@dg.multi_asset_check(
    specs=[
        dg.AssetCheckSpec(
            "served_is_published",
            asset="bedrock_kb_ingestion",
            blocking=True,
            description="The knowledge base answers from exactly the published documents. Warns of what nothing serves "
            "yet and of files that are not the platform's; fails, and with it the run, when visitors lose something.",
        ),
        FRESH,
    ],
)
def what_is_served(
    context: dg.AssetCheckExecutionContext,
    knowledge_base: dg.ResourceParam[KnowledgeBase],
    store: dg.ResourceParam[DocumentStore],
    decisions: dg.ResourceParam[PublicationLog],
    clock: dg.ResourceParam[Clock],
    retries: dg.ResourceParam[Retries],
) -> Iterator[dg.AssetCheckResult]:
    """Compares what is served with what is published, keeps the proof, and says how old the oldest answer is.

    What visitors lose ends the step with MUT-KB-011. What the team may have wanted is a warning.
    """
    record, now = decisions.served, clock.now()
    with as_dagster_failures(context.op_execution_context, retries):  # the service may be busy for a moment here too
        publication = decisions.last()
        holdings, served = store.holdings(), knowledge_base.served()
        proof = prove(holdings, served, publication, record.last(), context.run.run_id, now.isoformat())
        record.keep(proof)
        if publication and publication.night:
            NightRecords(decisions.bucket, clock).keep_proof(publication.night, proof)
    problems = [*proof.losses, *proof.warnings]
    yield dg.AssetCheckResult(
        check_name="served_is_published",
        asset_key="bedrock_kb_ingestion",
        passed=not problems,
        description=" ".join(problems) or None,
        severity=dg.AssetCheckSeverity.ERROR if proof.losses else dg.AssetCheckSeverity.WARN,
        metadata={
            **findings("differences", proof.rows if problems else ()),
            "published": proof.published,
            "served": proof.served,
        },
    )
    yield freshness_result(ages_of(publication, now))
    if proof.losses:
        raise not_served(proof)


def not_served(proof: Proof) -> dg.Failure:
    """How a run ends red for what visitors miss."""
    return final_failure("MUT-KB-011", " ".join(proof.losses))


@dg.multi_asset_check(
    specs=[
        dg.AssetCheckSpec(
            "questions_find_documents",
            asset="bedrock_kb_ingestion",
            description="Golden questions find their documents in what is served; what was added is found, what was "
            "removed is not. RETRIEVAL_GATE says whether this warns or ends the run red. Warns when there is nothing "
            "to ask.",
        )
    ],
)
def questions_find_documents(
    context: dg.AssetCheckExecutionContext,
    knowledge_base: dg.ResourceParam[KnowledgeBase],
    decisions: dg.ResourceParam[PublicationLog],
    retrieval_gate: dg.ResourceParam[RetrievalGate],
    clock: dg.ResourceParam[Clock],
    retries: dg.ResourceParam[Retries],
) -> Iterator[dg.AssetCheckResult]:
    """Asks what is served. A step of its own: what it says is served already, and the agent does not wait for it."""
    gate = retrieval_gate.served
    with as_dagster_failures(context.op_execution_context, retries):
        try:
            result = gate.check(decisions.last(), knowledge_base.served, clock, context.log.info)
        except Failure as failure:
            if gate.blocks:
                raise
            result = GateResult((str(failure),))  # a gate that only warns cannot fail for want of an answer
    problems = [*result.problems, *([str(result.unreadable)] if result.unreadable else [])]
    blocks = gate.blocks and (bool(problems) or not result.unasked)  # that nothing was asked is no document's fault
    problems += [result.unasked] if result.unasked else []
    yield dg.AssetCheckResult(
        passed=not problems,
        description=summary(problems),
        severity=dg.AssetCheckSeverity.ERROR if blocks else dg.AssetCheckSeverity.WARN,
        metadata={**findings("problems", problems), **({"measured": result.summary} if result.summary else {})},
    )
    if gate.blocks and result.problems:
        raise not_found(problems)
    if gate.blocks and result.unreadable:
        with as_dagster_failures(context.op_execution_context, retries):
            raise result.unreadable


def not_found(problems: Sequence[str]) -> dg.Failure:
    """How a run ends red for what its questions did not find; asking again at once would find the same."""
    return final_failure("MUT-EVAL-006", " ".join(problems))


def freshness_result(by_collection: list[Age]) -> dg.AssetCheckResult:
    """The freshness check's result: a warning that names what is old. Nothing published yet is a warning too."""
    old = [str(age) for age in by_collection if age.stale]
    held = [str(age) for age in by_collection if age.hold]
    metadata = findings("ages", [str(age) for age in by_collection] or [NOTHING])
    if by_collection:
        metadata["oldest_hours"] = round(by_collection[0].age.total_seconds() / 3600, 2)
    return dg.AssetCheckResult(
        check_name=FRESH.name,
        asset_key="bedrock_kb_ingestion",
        passed=bool(by_collection) and not old,
        description=summary(old or held if by_collection else [NOTHING]),
        severity=dg.AssetCheckSeverity.WARN,
        metadata=metadata,
    )
