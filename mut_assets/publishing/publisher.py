"""Brings one collection from its newest snapshot to the published folder: read, plan, guard, apply, report.

What belongs here: the order of those steps. What does not: the rules (`domain/plans/`) and the bytes
(`resources/bucket/document_store.py`, `resources/bucket/snapshots.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from mut_assets.domain.collections import BUNDLED, COLLECTIONS, EVENT, Collection
from mut_assets.domain.document_keys import BY_NAME
from mut_assets.domain.documents.changes import describe_change
from mut_assets.domain.documents.document import Document, documents, out_of_time
from mut_assets.domain.documents.vectorial import RENDERER_VERSION
from mut_assets.domain.plans.hold import Hold, Holds
from mut_assets.domain.plans.outcome import Line, Outcome, Publication, Status
from mut_assets.domain.plans.plan import ExpectedRemovals, Held, Plan, make_plan, to_compare
from mut_assets.domain.plans.published import Published
from mut_assets.domain.plans.versions import Pair
from mut_assets.publishing.rollbacks import Rollbacks, Wish, reached
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.held_records import HeldRecords
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.bucket.removals import Gone, Removals
from mut_assets.resources.bucket.snapshots import Snapshots, StoredTable, naming
from mut_assets.resources.failures import Failure, PermanentFailure, TransientFailure
from mut_assets.resources.ports import silent

SHOWN = 50
"""Documents of each kind that an outcome names; it counts all of them."""


@dataclass(frozen=True)
class _Source:
    """The tables a plan is made from, and the site that they were read from."""

    vectorial: StoredTable
    raw: StoredTable
    fuente: str


@dataclass(frozen=True)
class Proposal:
    """A plan with the tables it was made from, every document that would then be published, and the events left out.

    `failure`: why no plan could be made. The plan is then empty, and what is published stays.
    """

    plan: Plan
    source: _Source | None
    """None when the collection has no snapshot at all."""
    wanted: tuple[Document, ...]
    expired: tuple[Document, ...] = ()
    failure: str = ""
    texts: Mapping[str, Pair] = field(default_factory=dict)
    """The bytes of what is published and not wanted as it is, by id, as they were compared."""
    gone: Gone = Gone()  # noqa: RUF009  # it is frozen
    """What went without an expected reason in the nights before."""
    approved: bool = False
    """Whether a person approved this very plan."""

    @property
    def name(self) -> str:
        """The collection's."""
        return self.plan.collection.name

    @property
    def id(self) -> str:
        """The plan's; empty when none could be made."""
        return "" if self.failure else self.plan.id


@dataclass(frozen=True)
class Publisher:
    """Publishes collections.

    `bundled` says whether this environment reads the bundled site; `keeps_expired`, whether events that are over stay.
    """

    snapshots: Snapshots
    store: DocumentStore
    held_records: HeldRecords
    publication_log: PublicationLog
    bundled: bool = False
    keeps_expired: bool = False

    @property
    def removals(self) -> Removals:
        """What went lately without an expected reason."""
        return Removals(self.publication_log.bucket, self.snapshots)

    @cached_property
    def rollbacks(self) -> Rollbacks:
        """What is held at which night."""
        return Rollbacks(self.snapshots)

    def check_request(self, wish: Wish) -> None:
        """Refuses what no publication could be, before anything is written.

        Raises `PermanentFailure`: what `Wish.check` raises, MUT-PUB-001 for the id of no refused plan, and what
        `Rollbacks.after` and `Rollbacks.check_release` raise.
        """
        wish.check()
        if wish.approve:
            self.publication_log.refused(wish.approve)
        if wish.as_of:
            self.rollbacks.after({}, wish)
        if wish.release:
            self.rollbacks.check_release(self.rollbacks.in_force(self.publication_log.last(), silent), wish)

    def propose_all(
        self,
        published: Mapping[str, Mapping[str, Published]],
        today: date,
        holds: Holds,
        last: Publication | None,
        *,
        remember: bool = True,
        last_try: bool = False,
        own: str = "",
    ) -> list[Proposal]:
        """One plan per collection: see `propose`. `last` is the last publication."""
        return [
            self.propose(
                collection,
                published[collection.name],
                today,
                hold := holds.get(collection.name),
                reached(last, collection.name, hold) if hold else False,
                remember,
                last_try,
                own,
            )
            for collection in COLLECTIONS
        ]

    def propose(
        self,
        collection: Collection,
        published: Mapping[str, Published],
        today: date,
        hold: Hold | None = None,
        arrived: bool = False,
        remember: bool = True,
        last_try: bool = False,
        own: str = "",
    ) -> Proposal:
        """The plan for the newest snapshot of a collection, or for the one that it is held at. Publishes nothing.

        Until a rollback has `arrived`, whatever its night did not have goes as expected. `own` is the stamp of the run
        that asks. A table that cannot be read gives a proposal with a `failure`; the other collections go on. One that
        may be read later raises `TransientFailure`, unless this is the `last_try`.
        """
        try:
            if hold:
                table: StoredTable | None = self.rollbacks.table(collection.name, hold)
            else:
                table = self.snapshots.newest("vectorial", collection, own=own)
            back_to = hold.night if hold and not arrived else ""
            return self._plan(collection, self._source(collection, table), published, today, back_to, remember)
        except (PermanentFailure, TransientFailure) as failure:
            if isinstance(failure, TransientFailure) and not last_try:
                raise
            nothing = Plan(collection, added=(), changed=(), removed=(), held=(), unchanged=0, before={})
            return Proposal(nothing, None, wanted=(), failure=str(failure).rstrip("."))

    def apply(
        self,
        proposal: Proposal,
        today: date,
        check: Callable[[], None],
        refusals: Sequence[str] = (),
        notes: Sequence[str] = (),
    ) -> Outcome:
        """Applies a plan without refusals and gives its outcome; a refused one changes nothing and gives its outcome.

        `check` raises when the lease is gone. `refusals` and `notes` are added to those of a plan that is not empty.
        """
        plan, source = proposal.plan, proposal.source
        if not plan.empty:
            plan = replace(plan, refusals=(*plan.refusals, *refusals), notes=(*plan.notes, *notes))
        changes = _changes(proposal)
        if not (plan.refusals or proposal.failure):
            self._count_removals(proposal, today)
            self.store.apply(plan, check, renderer=RENDERER_VERSION, fuente=source.fuente if source else "")
        return self._outcome(replace(proposal, plan=plan), today, changes)

    def unwritten(self, proposal: Proposal, today: date, failure: Failure, refused: bool) -> Outcome:
        """The outcome of a plan of which `apply` raised this; one that is `refused` was not to be written at all."""
        failed = self._outcome(replace(proposal, failure=str(failure).rstrip(".")), today, [])
        begun = "" if refused or proposal.source is None else proposal.source.vectorial.snapshot
        return replace(failed, snapshot=begun)

    def preview(self, proposal: Proposal, today: date) -> Outcome:
        """The outcome that `apply` would give. Writes nothing."""
        return self._outcome(proposal, today, _changes(proposal))

    def reopen_refused_plan(self, plan_id: str, remember: bool = True) -> tuple[Proposal, date]:
        """The proposal of a refused plan, without its refusals, and the day it was made for.

        It is made again from the same snapshot, for the same day, and has the same id.

        Raises `PermanentFailure` MUT-PUB-001 for an unknown id, MUT-PUB-002 when the store or the snapshot is no
        longer what the plan was made from, MUT-PUB-032 when its collection is held at another table.
        """
        refused = self.publication_log.refused(plan_id)
        self.rollbacks.check_approval(refused, self.rollbacks.in_force(self.publication_log.last(), silent))
        collection = BY_NAME[refused.collection]
        published = self.store.holdings().published[collection.name]
        today = date.fromisoformat(refused.day)
        source = self._source(collection, self.snapshots.read(refused.snapshot) if refused.snapshot else None)
        proposal = self._plan(collection, source, published, today, "", remember)
        plan = proposal.plan
        if plan.id != plan_id:
            raise PermanentFailure(
                "MUT-PUB-002",
                f"Plan {plan_id} no longer fits: what is published in {collection.name} has changed since it was made.",
                "Run daily_refresh again and look at the plan it makes now.",
            )
        plan = replace(plan, refusals=(), notes=(*plan.notes, f"approved plan {plan_id}"))
        return replace(proposal, plan=plan, approved=True), today

    def check_confirmed(self, proposals: Sequence[Proposal], shown: Sequence[str]) -> None:
        """Raises `PermanentFailure` MUT-PUB-022 when these are no longer the plans that a person was shown, by id."""
        if others := [f"{one.name} ({one.id or 'none'})" for one in proposals if one.id not in shown]:
            raise PermanentFailure(
                "MUT-PUB-022",
                f"What would be published is no longer what was shown: another plan for {' and '.join(others)}.",
                "Nothing was published. Ask for it again, and look at what it shows.",
            )

    def _source(self, collection: Collection, vectorial: StoredTable | None) -> _Source | None:
        if vectorial is None:
            return None
        title = collection.columns[0]
        first = vectorial.needing("id", title, "texto_embedding", "origen", "fuente").frame.iloc[0]
        try:
            raw = self.snapshots.read(str(first["origen"])).needing("id", title, "problema")
        except PermanentFailure as failure:
            made = f"The snapshot {vectorial.snapshot} was made from it."
            raise PermanentFailure(failure.code, f"{failure.what} {made}", failure.advice) from failure
        return _Source(vectorial, raw, str(first["fuente"]))

    def _plan(
        self,
        collection: Collection,
        source: _Source | None,
        published: Mapping[str, Published],
        today: date,
        back_to: str,
        remember: bool = True,
    ) -> Proposal:
        leaving = "" if self.bundled else BUNDLED
        ended: Mapping[str, str] = {}
        made: Sequence[Document] = ()
        held: Sequence[Held] = ()
        gone = Gone()
        if source is None:  # an absent source deletes nothing but what never belonged to this site
            published = {id: document for id, document in published.items() if leaving and document.fuente == leaving}
        else:
            with naming(source.vectorial):
                ended = out_of_time(source.vectorial.frame, today, self.keeps_expired)
                made = documents(collection, source.vectorial.frame)
                ids = [document.id for document in made]
                if len(set(ids)) < len(ids):
                    raise ValueError("two of its rows have one id")
            held = self.held_records.held(collection, source.raw, today, remember=remember)
            if not back_to:  # what a rollback removes is expected
                gone = self.removals.recent(collection, source.vectorial, source.raw.frame["id"], today)
        wanted = tuple(document for document in made if document.id not in ended)
        texts = self.store.pairs(collection, to_compare(wanted, published))
        plan = make_plan(
            collection,
            wanted,
            published,
            held,
            today=today,
            renderer=RENDERER_VERSION,
            expected=ExpectedRemovals(ended, fuente=leaving, rollback=back_to),
            texts=texts,
            gone=gone.days.keys(),
        )
        why = "they are over" if collection.shape is EVENT else "they do not hold today"
        notes = (f"not published, because {why}: {len(ended)}",) if ended else ()
        left_out = tuple(document for document in made if document.id in ended)
        plan = replace(plan, notes=(*plan.notes, *notes))
        return Proposal(plan, source, wanted, left_out, texts=texts, gone=gone)

    def _count_removals(self, proposal: Proposal, today: date) -> None:
        """Before anything is removed: what is published again, or still, is not counted."""
        plan = proposal.plan
        if proposal.approved:
            self.removals.forget(plan.collection, proposal.gone)
        else:
            unexpected = [removal.published.id for removal in plan.removed if not removal.expected]
            self.removals.keep(plan.collection, proposal.gone, unexpected, today)

    def _outcome(self, proposal: Proposal, today: date, changes: list[str]) -> Outcome:
        plan, source, where = proposal.plan, proposal.source, self.store.where(proposal.plan.collection)
        if proposal.failure:
            return Outcome(proposal.name, "failed", where, day=today.isoformat(), refusals=(proposal.failure,))
        status: Status = "refused" if plan.refusals else "unchanged" if plan.empty else "published"
        return Outcome(
            collection=proposal.name,
            status="absent" if source is None and plan.empty else status,
            where=where,
            rows=len(source.raw.frame) if source else 0,
            added=len(plan.added),
            changed=len(plan.changed),
            removed=len(plan.removed),
            held=len(plan.held),
            unchanged=plan.unchanged,
            plan=plan.id,
            snapshot=source.vectorial.snapshot if source else "",
            raw_snapshot=source.raw.snapshot if source else "",
            day=today.isoformat(),
            refusals=plan.refusals,
            notes=plan.notes,
            added_lines=tuple(Line(document.title, document.link) for document in plan.added[:SHOWN]),
            changed_lines=tuple(
                Line(document.title, document.link, change)
                for document, change in zip(plan.changed[:SHOWN], changes, strict=True)
            ),
            removed_lines=tuple(
                Line(removal.published.title, removal.published.link, removal.reason)
                for removal in plan.removed[:SHOWN]
            ),
            held_lines=tuple(Line(record.title, record.link, record.problem) for record in plan.held[:SHOWN]),
        )


def _changes(proposal: Proposal) -> list[str]:
    """How the first changed documents differ."""
    return [
        describe_change(proposal.texts[document.id], (document.body_bytes, document.sidecar_bytes))
        for document in proposal.plan.changed[:SHOWN]
    ]
