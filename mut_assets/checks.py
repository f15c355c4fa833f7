"""Checks that look across assets: is what is served what was published, how old is it, did everything go out.

What belongs here: checks that compare one asset with another, or with the world. Checks of a single table run
inside its asset; their rules are in `domain/tables/quality.py`.
"""

from collections.abc import Callable, Iterator, Sequence

import dagster as dg

from mut_assets.assets.knowledge_base import KnowledgeBase
from mut_assets.assets.reporting import as_dagster_failures, findings
from mut_assets.domain.collections import COLLECTIONS
from mut_assets.domain.ingestion.rules import Served
from mut_assets.domain.plans.freshness import Age, ages
from mut_assets.publishing.retrieval_gate import RetrievalGate, Verdict
from mut_assets.resources.bucket.document_store import DocumentStore, Holdings
from mut_assets.resources.bucket.publication_log import Decisions, Publication
from mut_assets.resources.clock import Clock
from mut_assets.resources.failures import Failure, Retries

FRESH = dg.AssetCheckSpec(
    "knowledge_is_fresh",
    asset="bedrock_kb_ingestion",
    description="What visitors are answered from was read from its source within 26 hours.",
)


# Of one spec each, this check and the last: only a `multi_asset_check` may yield its result and then raise.
@dg.multi_asset_check(
    name="everything_wanted_is_published",
    specs=[
        dg.AssetCheckSpec(
            "everything_wanted_is_published",
            asset="kb_dataset",
            description="Fails, and with it the run, when a collection was kept back. The others are served.",
        )
    ],
)
def everything_wanted_is_published(decisions: dg.ResourceParam[Decisions]) -> Iterator[dg.AssetCheckResult]:
    """Ends the run red when a collection was kept back. It blocks nothing: the others still reach visitors."""
    publication = decisions.last()
    problems = [outcome.why_kept() for outcome in publication.kept_back] if publication else []
    yield dg.AssetCheckResult(
        asset_key="kb_dataset",
        check_name="everything_wanted_is_published",
        passed=not problems,
        metadata=findings("kept_back", problems),
    )
    if problems:
        raise dg.Failure(f"MUT-PUB-003: {' '.join(problems)}", metadata={"code": "MUT-PUB-003"}, allow_retries=False)


@dg.multi_asset_check(
    name="what_is_served",
    specs=[
        dg.AssetCheckSpec(
            "served_is_published",
            asset="bedrock_kb_ingestion",
            blocking=True,
            description="The knowledge base answers from exactly the published documents.",
        ),
        FRESH,
    ],
)
def what_is_served(
    context: dg.AssetCheckExecutionContext,
    knowledge_base: dg.ResourceParam[KnowledgeBase],
    store: dg.ResourceParam[DocumentStore],
    decisions: dg.ResourceParam[Decisions],
    clock: dg.ResourceParam[Clock],
    retries: dg.ResourceParam[Retries],
) -> Iterator[dg.AssetCheckResult]:
    """Compares what is served with what is published, and says how old the oldest answer is."""
    publication = decisions.last()
    with as_dagster_failures(context.op_execution_context, retries):  # the service may be busy for a moment here too
        problems = differences(store.holdings(), knowledge_base.served())
    yield dg.AssetCheckResult(
        check_name="served_is_published",
        asset_key="bedrock_kb_ingestion",
        passed=not problems,
        metadata=findings("differences", problems),
    )
    yield freshness_result(ages(publication.as_of if publication else {}, clock.now()))


@dg.multi_asset_check(
    name="questions_find_documents",
    specs=[
        dg.AssetCheckSpec(
            "questions_find_documents",
            asset="bedrock_kb_ingestion",
            description="Golden questions find their documents in what is served; what was added is found, what was "
            "removed is not. RETRIEVAL_GATE says whether this warns or ends the run red.",
        )
    ],
)
def questions_find_documents(
    context: dg.AssetCheckExecutionContext,
    knowledge_base: dg.ResourceParam[KnowledgeBase],
    store: dg.ResourceParam[DocumentStore],
    decisions: dg.ResourceParam[Decisions],
    retrieval_gate: dg.ResourceParam[RetrievalGate],
    clock: dg.ResourceParam[Clock],
    retries: dg.ResourceParam[Retries],
) -> Iterator[dg.AssetCheckResult]:
    """Asks what is served. A step of its own: what it says is served already, and the agent does not wait for it."""
    with as_dagster_failures(context.op_execution_context, retries):
        try:
            verdict = _heard(knowledge_base, store, decisions.last(), retrieval_gate, clock, context.log.info)
        except Failure as failure:
            if retrieval_gate.blocks:
                raise
            verdict = Verdict((str(failure),))  # a gate that only warns cannot fail for want of an answer
    problems = [*verdict.problems, *([str(verdict.unreadable)] if verdict.unreadable else [])]
    yield dg.AssetCheckResult(
        check_name="questions_find_documents",
        asset_key="bedrock_kb_ingestion",
        passed=not problems,
        severity=dg.AssetCheckSeverity.ERROR if retrieval_gate.blocks else dg.AssetCheckSeverity.WARN,
        metadata={**findings("problems", problems), **({"measured": verdict.told} if verdict.told else {})},
    )
    if not retrieval_gate.blocks:
        return
    if verdict.problems:
        raise not_found(problems)
    if verdict.unreadable:
        with as_dagster_failures(context.op_execution_context, retries):
            raise verdict.unreadable


def not_found(problems: Sequence[str]) -> dg.Failure:
    """How a run ends red for what its questions did not find; asking again at once would find the same."""
    return dg.Failure(f"MUT-EVAL-006: {' '.join(problems)}", metadata={"code": "MUT-EVAL-006"}, allow_retries=False)


def unasked(different: Sequence[str]) -> Verdict:
    """The verdict where the knowledge base answers from something else than what is published."""
    return Verdict((f"Nobody was asked: {len(different)} documents are not served as published. {different[0]}.",))


def _heard(
    knowledge_base: KnowledgeBase,
    store: DocumentStore,
    publication: Publication | None,
    gate: RetrievalGate,
    clock: Clock,
    log: Callable[[str], None],
) -> Verdict:
    """What asking found; nothing where there is nothing new to ask."""
    if publication is None:
        return Verdict()
    holdings = store.holdings()
    due = gate.due(publication, holdings.published)
    if due.nothing:
        return Verdict(unreadable=due.unreadable)
    served = knowledge_base.served()
    if different := differences(holdings, served):
        return unasked(different)
    return gate.listen(due, served, clock.now().isoformat(), log)


def differences(holdings: Holdings, served: Served) -> list[str]:
    """What is published and not served, served and not published, or served in another version.

    Folders that no data source reads are left out: they are warned about where it is ingested.
    """
    published = _to_be_served(holdings, served)
    versions = served.versions
    foreign = {key for key in versions if any(one.endswith(key) for one in holdings.foreign)}
    return (
        [
            f"{key} is published and not served{f' ({why})' if (why := served.not_indexed.get(key)) else ''}"
            for key in sorted(published.keys() - versions.keys())
        ]
        + [f"{key} is served and not published" for key in sorted(versions.keys() - published.keys() - foreign)]
        + [
            f"{key} is served in another version than the published one"
            for key in sorted(published.keys() & versions.keys())
            if versions[key] and published[key] != versions[key]
        ]
    )


def _to_be_served(holdings: Holdings, served: Served) -> dict[str, str]:
    """Key below the dataset prefix -> fingerprint, of what is published in the folders that are read."""
    return {
        f"{collection.folder}/{document.id}.md": document.fingerprint
        for collection in COLLECTIONS
        if collection.folder not in served.unserved
        for document in holdings.published[collection.name].values()
    }


def freshness_result(found: list[Age]) -> dg.AssetCheckResult:
    """The freshness check's result: a warning that names what is old. Nothing published yet is a warning too."""
    old = [str(age) for age in found if age.stale]
    metadata = findings("ages", [str(age) for age in found] or ["nothing was published yet"])
    if found:
        metadata["oldest_hours"] = round(found[0].age.total_seconds() / 3600, 2)
    return dg.AssetCheckResult(
        check_name=FRESH.name,
        asset_key="bedrock_kb_ingestion",
        passed=bool(found) and not old,
        severity=dg.AssetCheckSeverity.WARN,
        metadata=metadata,
    )
