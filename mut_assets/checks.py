"""Checks that look across assets: is what is served what was published, how old is it, did everything go out.

What belongs here: checks that compare one asset with another, or with the world. Checks of a single table run
inside its asset; their rules are in `domain/quality.py`.
"""

from collections.abc import Iterator

import dagster as dg

from mut_assets.assets.knowledge_base import KnowledgeBase
from mut_assets.assets.reporting import announced, findings
from mut_assets.domain.collections import COLLECTIONS
from mut_assets.domain.freshness import Age, ages
from mut_assets.domain.ingestion import Served
from mut_assets.resources.clock import Clock
from mut_assets.resources.decisions import Decisions
from mut_assets.resources.document_store import DocumentStore, Holdings
from mut_assets.resources.failures import Retries

FRESH = dg.AssetCheckSpec(
    "knowledge_is_fresh",
    asset="bedrock_kb_ingestion",
    description="What visitors are answered from was read from its source within 26 hours.",
)


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
    """Compares what is served with what is published, document by document, and says how old it is."""
    with announced(context.op_execution_context, retries):  # the service may be busy for a moment here too
        problems = differences(store.holdings(), knowledge_base.served())
    yield dg.AssetCheckResult(
        check_name="served_is_published",
        asset_key="bedrock_kb_ingestion",
        passed=not problems,
        metadata=findings("differences", problems),
    )
    publication = decisions.last()
    yield freshness_result(ages(publication.as_of if publication else {}, clock.now()))


def differences(holdings: Holdings, served: Served) -> list[str]:
    """What is published and not served, served and not published, or served in another version.

    Folders that no data source reads are left out: they are warned about where it is ingested.
    """
    published = {
        f"{collection.folder}/{document.id}.md": document.fingerprint
        for collection in COLLECTIONS
        if collection.folder not in served.unserved
        for document in holdings.published[collection.name].values()
    }
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
