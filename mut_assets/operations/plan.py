"""`mut plan` and `mut status`: what publishing would do now, and what visitors are answered from. Neither writes.

Also what `mut approve` and `mut rollback` would do, before they do it.
"""

from dataclasses import dataclass

from mut_assets.domain.collections import COLLECTIONS
from mut_assets.domain.plans.freshness import Age, ages
from mut_assets.domain.plans.outcome import Outcome, Publication
from mut_assets.publishing.publisher import Publisher
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.clock import Clock


@dataclass(frozen=True)
class Served:
    """The last publication, how old each collection is, and the refused plans that wait for a person."""

    publication: Publication | None
    ages: tuple[Age, ...]
    waiting: tuple[str, ...]


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


def status(decisions: PublicationLog, clock: Clock) -> Served:
    """What is served now, from the records in the bucket."""
    publication = decisions.last()
    of_collections = ages(publication.snapshots_served, clock.now()) if publication else []
    return Served(publication, tuple(of_collections), tuple(decisions.waiting()))
