"""What is published against what is served.

What belongs here: that comparison, what it proves, and both in sentences. What does not: reading either side
(`resources/`), keeping a proof (`resources/bucket/served_record.py`), or what a difference stops (`checks.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Literal, NamedTuple

from mut_assets.domain.collections import COLLECTIONS
from mut_assets.domain.document_keys import document_key
from mut_assets.domain.ingestion.rules import Served
from mut_assets.domain.plans.hold import clauses
from mut_assets.domain.plans.outcome import Publication
from mut_assets.domain.plans.published import Holdings

NAMED = 20
"""Documents that a proof names of each kind; it counts all of them."""
_SHOWN = 3

State = Literal["served", "warned", "lost"]
"""`warned`: not all of it is served, and it may be meant. `lost`: visitors miss what they had, or what they should."""


@dataclass(frozen=True)
class Proof:
    """What was seen to be served of what is published, at one moment (ISO, UTC).

    `publication` is the time of the publication that was published then, "" before the first. `served` counts the
    `published` documents that are served as published. `unread` is, by folder that no data source reads, how many
    documents are published there, `unread_documents` the first of them; `lost` are those folders that were served
    before, or "" where nothing is published at all any more. `differences` are sentences, `different` counts all of
    them. `foreign` are keys below the prefix, of others' files; from those in `foreign_served` visitors are answered.
    `folders` were served now or in an earlier proof.
    """

    run_id: str
    at: str
    publication: str
    published: int
    served: int
    unread: Mapping[str, int] = field(default_factory=dict)
    unread_documents: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    different: int = 0
    foreign: tuple[str, ...] = ()
    foreign_served: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()

    @property
    def state(self) -> State:
        """How much it matters; foreign files alone take nothing from visitors."""
        if self.lost or self.different:
            return "lost"
        return "served" if 0 < self.published == self.served else "warned"

    @property
    def loss(self) -> str:
        """The id by which a person says that what is `lost` is meant; "" when nothing is. One loss has one id."""
        return sha256("\n".join(["lost", *self.lost]).encode()).hexdigest()[:12] if self.lost else ""

    @property
    def _meant(self) -> str:
        return f"If it is meant: mut approve {self.loss}."

    @property
    def accepted(self) -> "Proof":
        """This proof once its loss is meant: what is lost now was never served, for it and for all later ones."""
        left = () if "" in self.lost else tuple(folder for folder in self.folders if folder not in self.lost)
        return replace(self, lost=(), folders=left)

    @property
    def losses(self) -> list[str]:
        """What visitors miss, in sentences; none unless the state is `lost`."""
        where = " and ".join(f"{folder}/ ({self.unread.get(folder, 0)})" for folder in self.lost if folder)
        sentences = {
            f"What was served before is not served any more: no data source reads {where}. `mut doctor` shows the "
            f"commands that create them again. {self._meant}": bool(where),
            "Nothing is published any more, so nothing is served: look who emptied the dataset's prefix, then `mut "
            f"run`. {self._meant}": "" in self.lost,
            f"{self.different} documents are not served as published: {'; '.join(self.differences[:_SHOWN])}. "
            "Materialize bedrock_kb_ingestion again; if it stays so, `mut doctor` examines what lies between.": bool(
                self.different
            ),
        }
        return [sentence for sentence, applies in sentences.items() if applies]

    @property
    def warnings(self) -> list[str]:
        """What is not served, or served beside, and may be meant; in sentences."""
        unread = {folder: count for folder, count in self.unread.items() if folder not in self.lost}
        where = ", ".join(f"{folder}/ ({count})" for folder, count in unread.items())
        beside = f" Visitors are answered from {_named(self.foreign_served)}." if self.foreign_served else ""
        sentences = {
            "Nothing is published, so nothing is served: `mut run` reads the sources and publishes.": not self.published
            and not self.lost,
            f"{sum(unread.values())} documents are published and not served, because no data source reads {where}. "
            "`mut doctor` shows the commands that create the data sources.": bool(unread),
            f"{len(self.foreign)} files beside the documents are not the platform's, and stay: {_named(self.foreign)}."
            f"{beside} Somebody else may read them.": bool(self.foreign),
        }
        return [sentence for sentence, applies in sentences.items() if applies]

    @property
    def rows(self) -> list[str]:
        """Every document and file behind it, the first of each kind by name."""
        return [
            *_cut(self.differences, self.different),
            *_cut(self.unread_documents, sum(self.unread.values())),
            *_cut([f"{key} is not the platform's{self._answers(key)}" for key in self.foreign], len(self.foreign)),
            *(() if self.published else ("nothing is published",)),
        ]

    def _answers(self, key: str) -> str:
        return ", and visitors are answered from it" if key in self.foreign_served else ""


def prove(
    holdings: Holdings,
    served: Served,
    publication: Publication | None,
    before: Proof | None,
    run_id: str,
    at: str,
) -> Proof:
    """The proof of what a knowledge base says that it serves. `before` is the last one: it says what was served."""
    titles = {
        document_key(collection, document.id): document.title
        for collection in COLLECTIONS
        for document in holdings.published[collection.name].values()
    }
    unread = {key: title for key, title in sorted(titles.items()) if _folder(key) in served.unserved}
    wrong = [*_gone(holdings, publication), *differences(holdings, served)]
    as_published = titles.keys() - unread.keys() - _different(holdings, served)
    known = set(before.folders) if before else set()
    counts = {folder: count for folder in served.unserved if (count := sum(_folder(key) == folder for key in unread))}
    lost = tuple(folder for folder in counts if folder in known)
    foreign = sorted(holdings.foreign_below)
    return Proof(
        run_id=run_id,
        at=at,
        publication=publication.at if publication else "",
        published=len(titles),
        served=len(as_published),
        unread=counts,
        unread_documents=tuple(
            f"{key} ({title}) is published and not served: no data source reads {_folder(key)}/"
            for key, title in list(unread.items())[:NAMED]
        ),
        lost=lost if titles else ("",) if known else (),
        differences=tuple(wrong[:NAMED]),
        different=len(wrong),
        foreign=tuple(foreign),
        foreign_served=tuple(key for key in foreign if key in served.versions),
        folders=tuple(sorted(known | {_folder(key) for key in as_published})),
    )


def differences(holdings: Holdings, served: Served) -> list[str]:
    """What is published and not served, served and not published, or served in another version.

    Folders that no data source reads are left out, and so are others' files: a proof has them apart.
    """
    published, versions = _readable(holdings, served), served.versions
    both = sorted(published.keys() & versions.keys())
    return [
        *(
            f"{key} is published and not served{f' ({why})' if (why := served.not_indexed.get(key)) else ''}"
            for key in sorted(published.keys() - versions.keys())
        ),
        *(
            f"{key} is served and not published"
            for key in sorted(versions.keys() - published.keys() - holdings.foreign_below)
        ),
        *(
            f"{key} is served in another version than the published one"
            for key in both
            if versions[key] and published[key] != versions[key]
        ),
    ]


class Verdict(NamedTuple):
    """How much it matters, and the sentence."""

    state: State
    sentence: str


def verdict(
    publication: Publication | None, proof: Proof | None, but: Sequence[str] = (), looked: bool = True
) -> Verdict:
    """The last line about a publication: what is true of it, and how much it matters.

    `but` are clauses about what is wanted and may not be published; `looked` is False for a run that made no proof
    itself. A proof of another publication proves nothing about this one.
    """
    if publication is None:
        return Verdict("warned", "Nothing has been published yet: run `mut run`.")
    if proof is None or proof.publication != publication.at:
        last = f", and the last proof is of {_day(proof.at)}" if proof else ""
        unproved = f"What was published on {_day(publication.at)} is not proved to be served{last}."
        return Verdict("warned", f"{unproved} A run that ends well proves it: `mut resume`, or `mut run`.")
    if not proof.published:
        return Verdict(proof.state, f"Nothing is published and nothing is served, as seen on {_day(proof.at)}.")
    if proof.state != "served":
        counts = f"{proof.served} of {proof.published} published documents are, as seen on {_day(proof.at)}"
        return Verdict(proof.state, f"Not everything is served: {counts}.")
    kept_back = (outcome.kept for outcome in publication.kept_back)
    but = [*kept_back, *clauses(publication.holds), *but]
    if but:
        seen = f"as seen on {_day(proof.at)}"
        return Verdict("warned", f"Every published document is served, {seen}, but {'; '.join(but)}.")
    if not looked:
        return Verdict("warned", f"Every published document was served on {_day(proof.at)}; this run did not look.")
    return Verdict("served", "Everything wanted is published and served.")


def _readable(holdings: Holdings, served: Served) -> dict[str, str]:
    """The fingerprints of the documents that some data source reads, by key."""
    return {
        document_key(collection, document.id): document.fingerprint
        for collection in COLLECTIONS
        if collection.folder not in served.unserved
        for document in holdings.published[collection.name].values()
    }


def _different(holdings: Holdings, served: Served) -> set[str]:
    """The published documents that are not served as they are."""
    versions = served.versions
    return {
        key
        for key, fingerprint in _readable(holdings, served).items()
        if key not in versions or (versions[key] and versions[key] != fingerprint)
    }


def _gone(holdings: Holdings, publication: Publication | None) -> list[str]:
    """Collections of which the bucket holds fewer documents than the publication left there."""
    counts = [
        (outcome.collection, outcome.added + outcome.changed + outcome.unchanged)
        for outcome in (publication.outcomes if publication else ())
        if outcome.status in ("published", "unchanged")
    ]
    return [
        f"{wanted - there} of {wanted} documents of {name} were published and are gone from the bucket"
        for name, wanted in counts
        if (there := len(holdings.published.get(name, ()))) < wanted
    ]


def _folder(key: str) -> str:
    return key.partition("/")[0]


def _named(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
    return ", ".join(keys[:_SHOWN]) + more


def _cut(rows: Sequence[str], total: int) -> list[str]:
    shown = list(rows[:NAMED])
    return [*shown, f"and {total - len(shown)} more"] if total > len(shown) else shown


def _day(at: str) -> str:
    """`2026-11-28 03:04 UTC` from an ISO time in UTC."""
    return f"{at[:16].replace('T', ' ')} UTC" if at else "an unknown day"
