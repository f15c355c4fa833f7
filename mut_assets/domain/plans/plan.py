"""Wanted and published -> a plan, and the guard that may refuse it.

A publisher that compares can delete everything by mistake, so nothing is written before the plan is known, and a
plan that looks like an accident is refused as a whole. Plans are per collection: one sick collection never holds
the others back.

What belongs here: comparing, and deciding whether the difference is believable. What does not: reading or writing
the store (`resources/bucket/document_store.py`), or what a document says (`documents/document.py`).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from mut_assets.domain.collections import Collection
from mut_assets.domain.documents.document import Document, fields_of

HELD_DAYS = 30
"""How long the published document of a record that cannot be understood stays."""

FEWEST_FOR_TEXT_RULES = 5
"""Below this many documents one edit moves the median and the shares; the text rules would refuse normal work."""


@dataclass(frozen=True)
class Published:
    """One document as the store holds it now.

    `fingerprint` is empty when only half of the pair (document, sidecar) is there: no wanted document equals it, so
    the pair is written again. `renderer` and `fuente` come from the ledger and are empty when it was lost.
    """

    id: str
    fingerprint: str
    title: str
    link: str
    length: int
    fields: frozenset[str]
    renderer: str = ""
    fuente: str = ""


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
    def empty(self) -> bool:
        """Whether there is nothing to write or delete."""
        return not (self.added or self.changed or self.removed)


def make_plan(
    collection: Collection,
    wanted: Sequence[Document],
    published: Mapping[str, Published],
    held: Sequence[Held],
    *,
    today: date,
    renderer: str,
    leaving_fuente: str = "",
    leaving: Mapping[str, str] | None = None,
    rollback: str = "",
) -> Plan:
    """Compares what is wanted with what is published, and asks the guard.

    `wanted` has unique ids. A held record whose id is also wanted counts as wanted. Documents published from
    `leaving_fuente` (the bundled site, once a real one is configured) are expected to go, and so are those of
    `leaving` (id -> reason, such as an event that is over) and everything that an earlier snapshot, the stamp
    `rollback`, did not have.
    Raises `ValueError` for two wanted documents with one id.
    """
    by_id = {document.id: document for document in wanted}
    if len(by_id) != len(wanted):
        raise ValueError(f"{collection.name}: two documents share an id")
    held_now = tuple(record for record in held if record.id not in by_id)
    kept = {record.id for record in held_now if (today - record.since).days <= HELD_DAYS}
    removed = tuple(
        Removal(document, (leaving or {}).get(key) or _reason(document, held_now, leaving_fuente, rollback))
        for key, document in sorted(published.items())
        if key not in by_id and key not in kept
    )
    plan = Plan(
        collection=collection,
        added=tuple(document for key, document in by_id.items() if key not in published),
        changed=tuple(
            document
            for key, document in by_id.items()
            if key in published and published[key].fingerprint != document.fingerprint
        ),
        removed=removed,
        held=tuple(record for record in held_now if record.id in kept),
        unchanged=sum(
            1
            for key, document in by_id.items()
            if key in published and published[key].fingerprint == document.fingerprint
        ),
        before=dict(published),
    )
    refusals, notes = _guard(plan, list(wanted), renderer)
    return Plan(**{**plan.__dict__, "refusals": tuple(refusals), "notes": tuple(notes)})


def _reason(document: Published, held: Sequence[Held], leaving_fuente: str, rollback: str) -> str:
    if rollback:
        return f"it is not in the snapshots up to {rollback}, which were asked for"
    if leaving_fuente and document.fuente == leaving_fuente:
        return "it came from the bundled sample site"
    for record in held:
        if record.id == document.id:
            return f"its record has not been understandable since {record.since.isoformat()} (over {HELD_DAYS} days)"
    return ""


def _guard(plan: Plan, wanted: list[Document], renderer: str) -> tuple[list[str], list[str]]:
    expected = {removal.published.id for removal in plan.removed if removal.expected}
    before = [document for key, document in plan.before.items() if key not in expected]
    if not before:
        return [], ["first publication"] if wanted else []
    refusals = _count_rules(plan, before, wanted)
    renderers = {document.renderer for document in before} - {"", renderer}
    if renderers:
        return refusals, [
            f"length and field rules waived: documents were rendered by version {', '.join(sorted(renderers))}, "
            f"now {renderer}"
        ]
    return refusals + _text_rules(before, wanted), []


def _count_rules(plan: Plan, before: list[Published], wanted: list[Document]) -> list[str]:
    found = []
    lost = sum(1 for removal in plan.removed if not removal.expected)
    if lost and not wanted and not plan.held:
        found.append(f"it would empty the collection ({lost} documents)")
    elif lost > 5 and lost > 0.2 * len(before):
        found.append(f"it removes {lost} of {len(before)} documents (more than 20 % and more than 5)")
    after = len(wanted) + len(plan.held)
    if len(before) >= 20 and after > 2 * len(before):
        found.append(f"it more than doubles the collection ({len(before)} to {after} documents)")
    return found


def _text_rules(before: list[Published], wanted: list[Document]) -> list[str]:
    if min(len(before), len(wanted)) < FEWEST_FOR_TEXT_RULES:
        return []
    found = []
    old, new = median(document.length for document in before), median(len(document.body) for document in wanted)
    if new < 0.6 * old:
        found.append(f"it shortens the median text from {old:.0f} to {new:.0f} characters (more than 40 %)")
    now = [fields_of(document.metadata) for document in wanted]
    for field in sorted(frozenset().union(*(document.fields for document in before))):
        had = sum(field in document.fields for document in before) / len(before)
        has = sum(field in fields for fields in now) / len(now)
        if had > 0.5 and has < 0.5 * had:
            found.append(f"it empties the field {field!r} ({had:.0%} of the documents had it, now {has:.0%})")
    return found
