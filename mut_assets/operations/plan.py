"""`mut plan` and `mut status`: what publishing would do now, and what visitors are answered from. Neither writes.

Also what `mut approve`, `mut rollback` and `mut release` would do, before they do it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mut_assets.domain.plans.freshness import Age, doubts
from mut_assets.domain.plans.hold import Holds
from mut_assets.domain.plans.outcome import Outcome, Publication, ages_of
from mut_assets.domain.plans.serving import Verdict, verdict
from mut_assets.publishing.publisher import Publisher
from mut_assets.publishing.rollbacks import Wish
from mut_assets.resources.clock import Clock
from mut_assets.resources.ports import silent


@dataclass(frozen=True)
class Served:
    """The last publication, how old each collection is, the refused plans that wait, the verdict, and what is held.

    `warnings` are what the last proof of this publication found, and that nobody asks golden questions. `fields`: the
    ids by which the fields of collections can be approved that are kept back for them.
    """

    publication: Publication | None
    ages: tuple[Age, ...]
    waiting: tuple[str, ...]
    warnings: tuple[str, ...]
    verdict: Verdict
    holds: Holds
    fields: Mapping[str, str]


def plan(publisher: Publisher, clock: Clock, wish: Wish | None = None) -> list[Outcome]:
    """What publishing the newest tables, or those that a person wishes, would do, per collection.

    Raises `PermanentFailure` for a wish that cannot be granted: see `Publisher.check_request`.
    """
    wish = wish or Wish()
    publisher.check_request(wish)
    last, today = publisher.publication_log.last(), clock.today()
    holds = publisher.rollbacks.after(publisher.rollbacks.in_force(last, silent), wish)
    published = publisher.store.holdings().published
    return [
        publisher.preview(proposal, today)
        for proposal in publisher.propose_all(published, today, holds, last, remember=False)
    ]


def approval(publisher: Publisher, plan_id: str) -> list[Outcome]:
    """What applying a refused plan would do. Raises MUT-PUB-001 and MUT-PUB-002 when it cannot be applied."""
    proposal, day = publisher.reopen_refused_plan(plan_id, remember=False)
    return [publisher.preview(proposal, day)]


def status(publisher: Publisher, clock: Clock, unasked: str) -> Served:
    """What is served now, from the records in the bucket. `unasked`: why nobody asks golden questions, or ""."""
    decisions = publisher.publication_log
    publication, proof = decisions.last(), decisions.served.last()
    holds = publisher.rollbacks.in_force(publication, silent)
    publication = publication and replace(publication, holds=holds)  # one may have begun since, and was not finished
    of_collections = ages_of(publication, clock.now())
    proved = proof if proof and publication and proof.publication == publication.at else None
    found = [*proved.losses, *proved.warnings] if proved else []
    outcomes = publication.outcomes if publication else ()
    absent = [outcome.collection for outcome in outcomes if outcome.status == "absent"]
    kept_back = {collection.name: id for id, (collection, _) in publisher.snapshots.fields.waiting().items()}
    but = [
        *doubts(of_collections),
        *(f"{name} has no source that could be read" for name in absent),
        *(f"{name} is kept back for its fields" for name in kept_back),
    ]
    return Served(
        publication,
        tuple(of_collections),
        tuple(decisions.waiting()),
        (*found, *([unasked] if unasked and publication else [])),
        verdict(publication, proof, but),
        holds,
        kept_back,
    )
