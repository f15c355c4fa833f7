"""Wanted and published documents -> a plan.

A publisher that compares can delete everything by mistake, so nothing is written before the plan is known. Plans are
per collection: a refused one does not stop the others. What belongs here: comparing, and why a document goes. What does
not: whether the difference is believable (`guard.py`), reading or writing the store, or what a document says.
"""

import hashlib
import json
from collections.abc import Collection as Several
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from mut_assets.domain.collections import Collection
from mut_assets.domain.documents.document import Document
from mut_assets.domain.plans.guard import Change, guard
from mut_assets.domain.plans.published import Published
from mut_assets.domain.plans.versions import Pair, compared

HELD_DAYS = 30
"""How long the published document of a record that cannot be understood stays."""


@dataclass(frozen=True)
class Held:
    """A record that could not be understood. Its published document, if there is one, stays for `HELD_DAYS`."""

    id: str
    title: str
    link: str
    problem: str
    since: date


@dataclass(frozen=True)
class Removal:
    """A published document that is no longer wanted. Expected ones have a reason and do not count in the guard."""

    published: Published
    reason: str = ""

    @property
    def expected(self) -> bool:
        """Whether the platform knows why the document goes."""
        return bool(self.reason)


@dataclass(frozen=True)
class ExpectedRemovals:
    """Which published documents are known to go, so that the guard does not count them.

    `reasons`: id -> reason, such as an event that is over. `fuente`: documents from this source go (the bundled site,
    once a real one is configured). `rollback`: the stamp of an earlier night; everything that it did not have goes.
    """

    reasons: Mapping[str, str] = field(default_factory=dict)
    fuente: str = ""
    rollback: str = ""

    def leaves(self, document: Published) -> bool:
        """Whether a document is from the source that is left behind: what comes under its id is another's."""
        return bool(self.fuente) and document.fuente == self.fuente

    def reason(self, document: Published, held: Sequence[Held]) -> str:
        """Why a document that is not wanted goes; "" when nobody knows. `held` are records that are not understood."""
        if reason := self.reasons.get(document.id):
            return reason
        if self.rollback:
            return f"it is not in the snapshots up to {self.rollback}, which were asked for"
        if self.leaves(document):
            return "it came from the bundled sample site"
        for record in held:
            if record.id == document.id:
                since = record.since.isoformat()
                return f"its record has not been understandable since {since} (over {HELD_DAYS} days)"
        return ""


@dataclass(frozen=True)
class Plan:
    """What publishing one collection would do. Nothing has been written."""

    collection: Collection
    added: tuple[Document, ...]
    changed: tuple[Document, ...]
    removed: tuple[Removal, ...]
    held: tuple[Held, ...]
    unchanged: int
    before: Mapping[str, Published]
    refusals: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Twelve hexadecimal digits over what would be written and over what: same effect, same id."""
        effect = {
            "collection": self.collection.name,
            "added": sorted((document.id, document.fingerprint) for document in self.added),
            "changed": sorted(
                (document.id, self.before[document.id].fingerprint, document.fingerprint) for document in self.changed
            ),
            "removed": sorted((removal.published.id, removal.published.fingerprint) for removal in self.removed),
        }
        return hashlib.sha256(json.dumps(effect, sort_keys=True).encode()).hexdigest()[:12]

    @property
    def same(self) -> frozenset[str]:
        """The ids of documents that are wanted exactly as they are published."""
        touched = {*(document.id for document in self.changed), *(removal.published.id for removal in self.removed)}
        return frozenset(self.before.keys() - touched - {record.id for record in self.held})

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write or delete."""
        return not (self.added or self.changed or self.removed)


def to_compare(wanted: Sequence[Document], published: Mapping[str, Published]) -> list[str]:
    """The ids of published documents whose bytes `make_plan` needs: those that are not wanted exactly as they are."""
    fingerprints = {document.id: document.fingerprint for document in wanted}
    return [id for id, there in published.items() if fingerprints.get(id) != there.fingerprint]


def make_plan(
    collection: Collection,
    wanted: Sequence[Document],
    published: Mapping[str, Published],
    held: Sequence[Held],
    *,
    today: date,
    renderer: str,
    expected: ExpectedRemovals,
    texts: Mapping[str, Pair] = MappingProxyType({}),
    gone: Several[str] = frozenset(),
) -> Plan:
    """Compares what is wanted with what is published (by id), and asks the guard.

    `texts` holds what is published under the ids of `to_compare`; without it the guard cannot compare those documents.
    `gone` are ids that went without an expected reason in the nights before. A held record whose id is also wanted
    counts as wanted. Raises `ValueError` for two wanted documents with one id.
    """
    ids = {document.id for document in wanted}
    if len(ids) != len(wanted):
        raise ValueError(f"{collection.name}: two documents share an id")
    held_now = tuple(record for record in held if record.id not in ids)
    kept = {record.id for record in held_now if (today - record.since).days <= HELD_DAYS}
    held_on = tuple(record for record in held_now if record.id in kept)
    removed = tuple(
        Removal(document, expected.reason(document, held_now))
        for key, document in sorted(published.items())
        if key not in ids and key not in kept
    )
    staying = [document for document in wanted if document.id in published]
    changed = [document for document in staying if document.fingerprint != published[document.id].fingerprint]
    unexpected = [removal.published for removal in removed if not removal.expected]
    leaving = {removal.published.id for removal in removed if removal.expected}
    before = [document for key, document in published.items() if key not in leaving]
    verdict = guard(
        Change(
            published=len(before),
            versions=compared(wanted, [there for there in before if not expected.leaves(there)], texts),
            held=len(held_on),
            removed=[there.title for there in unexpected],
            gone=len(set(gone) - published.keys()),
            renderers={published[document.id].renderer for document in changed} - {"", renderer},
            renderer=renderer,
        )
    )
    return Plan(
        collection=collection,
        added=tuple(document for document in wanted if document.id not in published),
        changed=tuple(changed),
        removed=removed,
        held=held_on,
        unchanged=len(staying) - len(changed),
        before=dict(published),
        refusals=verdict.refusals,
        notes=verdict.notes,
    )
