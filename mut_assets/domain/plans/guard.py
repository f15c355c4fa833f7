"""Whether a plan is believable: one that looks like an accident is refused as a whole.

What belongs here: the limits, the rules, and a sentence for each. What does not: comparing (`plan.py`, `versions.py`,
`moved.py`), or the golden questions, which may refuse a plan too (`domain/evaluation/gates.py`).
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from mut_assets.domain.documents.contact import CONTACT
from mut_assets.domain.plans.moved import moved_texts
from mut_assets.domain.plans.versions import Staying, Version, Versions
from mut_assets.domain.tables.changes import excerpt


@dataclass(frozen=True)
class GuardLimits:
    """From where on a plan is refused. Shares are fractions of 1; counts are documents of one collection."""

    removed_count: int = 5
    """Removals up to this many are ordinary work in a collection of any size."""
    removed_share: float = 0.2
    """More than this share of the published documents at once, beside `removed_count`: the source lost a part."""
    drain_nights: int = 7
    """Removals of this many nights, tonight included, count together against the same two limits: a slow drain."""
    growth_from: int = 20
    """Below this many published documents a collection may still be filling up."""
    growth_factor: int = 2
    """More than this many times the published documents: a listing that was read twice, or another site's.
    The sentence says "doubles"; another factor needs another word."""
    changed_count: int = 5
    """Fewer documents than this may have another title, link host, text, phone, mail or web, however few there are."""
    changed_share: float = 0.3
    """More than this share of those that had one, beside `changed_count`: a field was exchanged at its source."""
    moved_count: int = 3
    """From this many on that were another entity's (texts, titles, links, contact), or titles and links that become
    equal: pages and ids were mixed up."""
    text_from: int = 5
    """Below this many documents, before or after, one edit moves the median and the shares."""
    text_loss: float = 0.4
    """A median text that loses more than this share: the site's template hides the texts."""
    field_share: float = 0.5
    """A field that more than this share of the published documents have is one that readers rely on."""
    field_kept: float = 0.5
    """A field keeps at least this part of the share it had: one that loses more was renamed or emptied."""


LIMITS = GuardLimits()

_EXAMPLES = 3


@dataclass(frozen=True)
class Change:
    """What publishing would do to one collection, without the documents that are expected to go."""

    published: int
    """Documents that are there."""
    versions: Versions
    """Those of what is wanted, and of what is there and comes from the same source."""
    held: int = 0
    """Documents that stay although they are not wanted."""
    removed: Sequence[str] = ()
    """Titles of the documents that go without an expected reason."""
    gone: int = 0
    """Documents that went so in the nights before, as far back as `drain_nights`."""
    renderers: Collection[str] = field(default_factory=frozenset)
    """Other versions of the renderer that documents which change were written by."""
    renderer: str = ""


@dataclass(frozen=True)
class GuardVerdict:
    """Why a plan is refused, each as a clause, and what is worth noting all the same."""

    refusals: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def guard(change: Change) -> GuardVerdict:
    """The verdict on a change.

    Another renderer waives the rules about texts, their length, and the fields that it makes itself; never those about
    titles, link hosts, contact, or texts that moved.
    """
    if not change.published:
        return GuardVerdict(notes=("first publication",) if change.versions.wanted else ())
    refusals = [*_counts(change), *_exchanged(change, _IDENTITY), *_moved(change), *_handed_on(change)]
    refusals += _equal(change)
    refusals += _emptied(change, of_contact=True)
    if change.renderers:
        versions = ", ".join(sorted(change.renderers))
        waived = (
            f"rules about texts, their length and fields waived, not those about titles, link hosts and contact: "
            f"documents were rendered by version {versions}, now {change.renderer}"
        )
        return GuardVerdict(tuple(refusals), (waived,))
    return GuardVerdict(
        (*refusals, *_exchanged(change, _TEXTS), *_shorter(change), *_emptied(change, of_contact=False))
    )


def _counts(change: Change) -> list[str]:
    refusals = []
    removed, gone, before = len(change.removed), change.gone, change.published
    many = f"(more than {_percent(LIMITS.removed_share)} and more than {LIMITS.removed_count})"
    if removed and not change.versions.wanted and not change.held:
        refusals.append(f"it would empty the collection ({removed} documents)")
    elif _too_many_removed(removed, before):
        refusals.append(f"it removes {removed} of {before} documents {many}: {_some(change.removed)}")
    elif removed and _too_many_removed(removed + gone, before + gone):
        refusals.append(
            f"it removes {removed} more documents, which makes {removed + gone} of {before + gone} in "
            f"{LIMITS.drain_nights} nights {many}: {_some(change.removed)}"
        )
    after = len(change.versions.wanted) + change.held
    if before >= LIMITS.growth_from and after > LIMITS.growth_factor * before:
        refusals.append(f"it more than doubles the collection ({before} to {after} documents)")
    return refusals


def _too_many_removed(removed: int, of: int) -> bool:
    return removed > LIMITS.removed_count and removed > LIMITS.removed_share * of


@dataclass(frozen=True)
class _Compared:
    """What is compared of two versions, called `word` in a sentence, and how one that changed is shown."""

    word: str
    of: Callable[[Version], object]
    """Nothing of a version that is empty here counts as changed."""
    shown: Callable[[Staying], str]


def _contact(kind: str, word: str) -> _Compared:
    def values(version: Version) -> tuple[str, ...]:
        return version.contact(kind)

    def shown(pair: Staying) -> str:
        old, new = (", ".join(values(version)) or "none" for version in (pair.old, pair.new))
        return f"{_named(pair.new)} from {old} to {new}"

    return _Compared(word, values, shown)


_TITLES = _Compared("titles", lambda version: version.name, lambda pair: f"{_named(pair.old)} to {_named(pair.new)}")
_CONTACT = (_contact("telefono", "phones"), _contact("mail", "mails"), _contact("web", "web addresses"))
_IDENTITY = (
    _TITLES,
    _Compared(
        "link hosts",
        lambda version: version.host,
        lambda pair: f"{_named(pair.new)} from {pair.old.host} to {pair.new.host or 'none'}",
    ),
    *_CONTACT,
)
_HANDED_ON = (
    _TITLES,
    _Compared("links", lambda version: version.link, lambda pair: f"{_named(pair.new)} has {pair.new.link}"),
    *_CONTACT,
)
"""What is one document's own, and goes from one to another only where pages and fields were mixed up."""
_OF_ONE = (
    _Compared("title", lambda version: version.name, lambda pair: f"{_named(pair.old)} is now {_named(pair.new)}"),
    _Compared("link", lambda version: version.link, lambda pair: f"{_named(pair.new)} has {pair.new.link}"),
)
"""What no two documents get at once."""
_TEXTS = (_Compared("texts", lambda version: version.said, lambda pair: _named(pair.new)),)


def _exchanged(change: Change, rules: Iterable[_Compared]) -> list[str]:
    refusals = []
    limit = f"more than {_percent(LIMITS.changed_share)} and at least {LIMITS.changed_count}"
    for rule in rules:
        had = [pair for pair in change.versions.staying if rule.of(pair.old)]
        other = [pair for pair in had if rule.of(pair.old) != rule.of(pair.new)]
        if len(other) >= LIMITS.changed_count and len(other) > LIMITS.changed_share * len(had):
            found = _some([rule.shown(pair) for pair in other])
            refusals.append(f"it changes {len(other)} of {len(had)} {rule.word} ({limit}): {found}")
    return refusals


def _moved(change: Change) -> list[str]:
    moved = moved_texts(change.versions.staying, change.versions.known)
    if len(moved) < LIMITS.moved_count:
        return []
    found = [f"{_named(one.document)} has that of {_named(one.source)}" for one in moved]
    return [f"it gives {len(moved)} documents the text of another one (at least {LIMITS.moved_count}): {_some(found)}"]


def _handed_on(change: Change) -> list[str]:
    """What one document alone had and another one alone will have. However few of all they are, it is no edit."""
    refusals = []
    for rule in _HANDED_ON:
        had, has = (Counter(map(rule.of, versions)) for versions in (change.versions.known, change.versions.wanted))
        other = [
            pair for pair in change.versions.staying if rule.of(pair.new) and rule.of(pair.old) != rule.of(pair.new)
        ]
        moved = [pair for pair in other if had[rule.of(pair.new)] == has[rule.of(pair.new)] == 1]
        if len(moved) >= LIMITS.moved_count:
            refusals.append(
                f"it gives {len(moved)} documents {rule.word} that were another one's (at least {LIMITS.moved_count}): "
                f"{_some([rule.shown(pair) for pair in moved])}"
            )
    return refusals


def _equal(change: Change) -> list[str]:
    refusals = []
    for rule in _OF_ONE:
        values = Counter(rule.of(version) for version in change.versions.wanted)
        other = [pair for pair in change.versions.staying if rule.of(pair.old) != rule.of(pair.new)]
        equal = [pair for pair in other if rule.of(pair.new) and values[rule.of(pair.new)] > 1]
        if len(equal) >= LIMITS.moved_count:
            refusals.append(
                f"it gives {len(equal)} documents a {rule.word} that another one has (at least {LIMITS.moved_count}): "
                f"{_some([rule.shown(pair) for pair in equal])}"
            )
    return refusals


def _shorter(change: Change) -> list[str]:
    if min(len(change.versions.known), len(change.versions.wanted)) < LIMITS.text_from:
        return []
    old, new = (
        median(len(one.body) for one in versions) for versions in (change.versions.known, change.versions.wanted)
    )
    if new >= (1 - LIMITS.text_loss) * old:
        return []
    return [
        f"it shortens the median text from {old:.0f} to {new:.0f} characters (more than {_percent(LIMITS.text_loss)})"
    ]


def _emptied(change: Change, of_contact: bool) -> list[str]:
    before = change.versions.known
    if min(len(before), len(change.versions.wanted)) < LIMITS.text_from:
        return []
    refusals = []
    for name in sorted(frozenset().union(*(version.fields for version in before))):
        had = sum(name in version.fields for version in before) / len(before)
        has = sum(name in version.fields for version in change.versions.wanted) / len(change.versions.wanted)
        if (name in CONTACT) is of_contact and had > LIMITS.field_share and has < LIMITS.field_kept * had:
            refusals.append(f"it empties the field {name!r} ({had:.0%} of the documents had it, now {has:.0%})")
    return refusals


def _named(version: Version) -> str:
    return repr(excerpt(version.title or version.id))


def _some(found: Sequence[str]) -> str:
    more = len(found) - _EXAMPLES
    return "; ".join(map(excerpt, found[:_EXAMPLES])) + (f"; and {more} more" if more > 0 else "")


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
