"""`mut plan` and `mut status`: what publishing would do now, and what visitors are answered from. Neither writes.

Also what `mut approve` and `mut rollback` would do, before they do it.
"""

from dataclasses import dataclass

from mut_assets.domain.collections import COLLECTIONS
from mut_assets.domain.plans.freshness import Age, ages, doubts
from mut_assets.domain.plans.outcome import Outcome, Publication
from mut_assets.domain.plans.serving import Verdict, verdict
from mut_assets.publishing.publisher import Publisher
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.clock import Clock


@dataclass(frozen=True)
class Served:
    """The last publication, how old each collection is, the refused plans that wait for a person, and the verdict.

    `warnings` are what the last proof of this publication found, and that nobody asks golden questions.
    """

    publication: Publication | None
    ages: tuple[Age, ...]
    waiting: tuple[str, ...]
    warnings: tuple[str, ...]
    verdict: Verdict


def plan(publisher: Publisher, clock: Clock, as_of: str = "") -> list[Outcome]:
    """What publishing the newest snapshots (up to the stamp `as_of`) would do, per collection.

    Raises `PermanentFailure` for a stamp that names no night: see `Publisher.check_request`.
    """
    publisher.check_request(as_of, approve="")
    published = publisher.store.holdings().published
    today = clock.today()
    proposals = [
        publisher.propose(collection, published[collection.name], today, as_of, remember=False)
        for collection in COLLECTIONS
    ]
    return [publisher.preview(proposal, today) for proposal in proposals]


def approval(publisher: Publisher, plan_id: str) -> list[Outcome]:
    """What applying a refused plan would do. Raises MUT-PUB-001 and MUT-PUB-002 when it cannot be applied."""
    proposal, day = publisher.reopen_refused_plan(plan_id, remember=False)
    return [publisher.preview(proposal, day)]


def status(decisions: PublicationLog, clock: Clock, unasked: str) -> Served:
    """What is served now, from the records in the bucket. `unasked`: why nobody asks golden questions, or ""."""
    publication, proof = decisions.last(), decisions.served.last()
    of_collections = ages(publication.snapshots_served, clock.now()) if publication else []
    proved = proof if proof and publication and proof.publication == publication.at else None
    found = [*proved.losses, *proved.warnings] if proved else []
    outcomes = publication.outcomes if publication else ()
    absent = [outcome.collection for outcome in outcomes if outcome.status == "absent"]
    but = [*doubts(of_collections), *(f"{name} has no source that could be read" for name in absent)]
    return Served(
        publication,
        tuple(of_collections),
        tuple(decisions.waiting()),
        (*found, *([unasked] if unasked and publication else [])),
        verdict(publication, proof, but),
    )
