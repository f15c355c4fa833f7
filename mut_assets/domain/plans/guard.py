"""Whether a plan is believable: one that looks like an accident is refused as a whole.

What belongs here: the limits, the rules, and a sentence for each. What does not: comparing (`plan.py`), or the golden
questions, which may refuse a plan too (`domain/evaluation/gates.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from mut_assets.domain.documents.document import Document, fields_of
from mut_assets.domain.plans.published import Published


@dataclass(frozen=True)
class GuardLimits:
    """From where on a plan is refused. Shares are fractions of 1; counts are documents of one collection."""

    removed_count: int = 5
    """Removals up to this many are ordinary work in a collection of any size."""
    removed_share: float = 0.2
    """More than this share of the published documents at once, beside `removed_count`: the source lost a part."""
    growth_from: int = 20
    """Below this many published documents a collection may still be filling up."""
    growth_factor: int = 2
    """More than this many times the published documents: a listing that was read twice, or another site's.
    The sentence says "doubles"; another factor needs another word."""
    text_from: int = 5
    """Below this many documents, before or after, one edit moves the median and the shares."""
    text_loss: float = 0.4
    """A median text that loses more than this share: the site's template hides the texts."""
    field_share: float = 0.5
    """A field that more than this share of the published documents have is one that readers rely on."""
    field_kept: float = 0.5
    """A field keeps at least this part of the share it had: one that loses more was renamed or emptied."""


LIMITS = GuardLimits()


@dataclass(frozen=True)
class GuardVerdict:
    """Why a plan is refused, each as a clause, and what is worth noting all the same."""

    refusals: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def guard(
    before: Sequence[Published], wanted: Sequence[Document], held: int, removed: int, renderer: str
) -> GuardVerdict:
    """The verdict on replacing `before`, the published documents without those that are expected to go, by `wanted`.

    `held` documents stay although they are not wanted; `removed` go without an expected reason. One document in
    `before` of a known renderer other than `renderer` waives the rules about lengths and fields.
    """
    if not before:
        return GuardVerdict(notes=("first publication",) if wanted else ())
    refusals = _count_rules(before, wanted, held, removed)
    renderers = {document.renderer for document in before} - {"", renderer}
    if renderers:
        versions = ", ".join(sorted(renderers))
        waived = f"length and field rules waived: documents were rendered by version {versions}, now {renderer}"
        return GuardVerdict(tuple(refusals), (waived,))
    return GuardVerdict((*refusals, *_text_rules(before, wanted)))


def _count_rules(before: Sequence[Published], wanted: Sequence[Document], held: int, removed: int) -> list[str]:
    refusals = []
    if removed and not wanted and not held:
        refusals.append(f"it would empty the collection ({removed} documents)")
    elif removed > LIMITS.removed_count and removed > LIMITS.removed_share * len(before):
        refusals.append(
            f"it removes {removed} of {len(before)} documents "
            f"(more than {100 * LIMITS.removed_share:.0f} % and more than {LIMITS.removed_count})"
        )
    after = len(wanted) + held
    if len(before) >= LIMITS.growth_from and after > LIMITS.growth_factor * len(before):
        refusals.append(f"it more than doubles the collection ({len(before)} to {after} documents)")
    return refusals


def _text_rules(before: Sequence[Published], wanted: Sequence[Document]) -> list[str]:
    if min(len(before), len(wanted)) < LIMITS.text_from:
        return []
    refusals = []
    old, new = median(document.length for document in before), median(len(document.body) for document in wanted)
    if new < (1 - LIMITS.text_loss) * old:
        refusals.append(
            f"it shortens the median text from {old:.0f} to {new:.0f} characters "
            f"(more than {100 * LIMITS.text_loss:.0f} %)"
        )
    fields_now = [fields_of(document.metadata) for document in wanted]
    for field in sorted(frozenset().union(*(document.fields for document in before))):
        had = sum(field in document.fields for document in before) / len(before)
        has = sum(field in fields for fields in fields_now) / len(fields_now)
        if had > LIMITS.field_share and has < LIMITS.field_kept * had:
            refusals.append(f"it empties the field {field!r} ({had:.0%} of the documents had it, now {has:.0%})")
    return refusals
