"""Ingestion: what was published, what a knowledge base says about it, and whether it has to be asked again.

What belongs here: which folder is dirty, which documents failed, what one ingestion did. What does not: calls and
waiting (`resources/bedrock/ingestion.py`), answers about jobs (`jobs.py`), who reads which folder (`data_sources.py`).

Whether a folder is dirty is decided without a ledger. The description of a job that the platform starts carries a hash
of the listing that was published then: if the newest job is complete, without failures, and carries the hash of today's
listing, what it read is what is there. The call that starts the job writes it, so no crash comes between. Somebody
else's job carries none; then times decide, with a margin for two clocks, and when in doubt the folder is dirty.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import unquote

from mut_assets.domain.document_keys import is_own_id, split_key
from mut_assets.domain.documents.sidecar import described_key, is_sidecar
from mut_assets.domain.ingestion.jobs import NAMES, OURS, Job, Statistics

MARGIN = timedelta(minutes=5)
"""For the difference between the clocks of S3 and Bedrock."""

_CAN_BE_FOUND = frozenset({"INDEXED", "PARTIALLY_INDEXED", "METADATA_PARTIALLY_INDEXED", "METADATA_UPDATE_FAILED"})
_ON_THE_WAY_IN = frozenset({"PENDING", "STARTING", "IN_PROGRESS"})
_ON_THE_WAY_OUT = frozenset({"DELETING", "DELETE_IN_PROGRESS"})
_URI = re.compile(r"s3://[^\s\],;\"'<>]+")


@dataclass(frozen=True)
class JobReport:
    """One ingestion job of this run. `seconds` are the service's; a `followed` job was started by somebody else."""

    folders: tuple[str, ...]
    data_source_id: str
    job_id: str
    seconds: float
    statistics: Statistics
    followed: bool = False


@dataclass(frozen=True)
class IngestionReport:
    """What one ingestion did. `failures` holds (key below the prefix, reason), by key.

    `jobs` are those it started or followed, none when nothing had changed; the numbers are their sums.
    `unserved`: folder that no data source reads -> the command that creates one.
    """

    scanned: int
    metadata_scanned: int
    new: int
    modified: int
    metadata_modified: int
    deleted: int
    failed: int
    failures: tuple[tuple[str, str], ...] = ()
    jobs: tuple[JobReport, ...] = ()
    unserved: Mapping[str, str] = field(default_factory=dict)

    def as_bedrock(self) -> dict[str, int]:
        """The same numbers under the names of Bedrock's ingestion statistics."""
        return {name: getattr(self, own) for own, name in NAMES.items()}


def summed(
    jobs: Sequence[JobReport], failures: Iterable[tuple[str, str]], unserved: Mapping[str, str]
) -> IngestionReport:
    """The report of an ingestion made of these jobs."""
    totals = {own: sum(getattr(job.statistics, own) for job in jobs) for own in NAMES}
    return IngestionReport(**totals, failures=tuple(sorted(failures)), jobs=tuple(jobs), unserved=unserved)


@dataclass(frozen=True)
class Served:
    """What the knowledge base answers from.

    `versions`: key below the dataset prefix (`stores/2001.md`) -> fingerprint, of everything that is indexed; ""
    where the service does not tell it. `unserved`: folder -> the command that would create its data source.
    `not_indexed`: key -> status and reason, of what is listed in another state.
    """

    versions: Mapping[str, str]
    unserved: Mapping[str, str] = field(default_factory=dict)
    not_indexed: Mapping[str, str] = field(default_factory=dict)


class DocumentStatus(NamedTuple):
    """How a document stands in the knowledge base."""

    status: str
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.status}: {self.reason}" if self.reason else self.status


class ListedObject(NamedTuple):
    """One object of the bucket, as a listing shows it; `key` is the whole key."""

    key: str
    etag: str
    size: int
    modified: datetime


@dataclass(frozen=True)
class Listing:
    """Everything under the dataset prefix, or under some of its folders, by key."""

    bucket: str
    prefix: str
    objects: tuple[ListedObject, ...]

    def within(self, folders: Collection[str]) -> "Listing":
        """The part of it in these folders."""
        starts = tuple(f"{self.prefix}{folder}/" for folder in folders)
        return Listing(self.bucket, self.prefix, tuple(entry for entry in self.objects if entry.key.startswith(starts)))

    def at_most(self, inclusion: str) -> int | None:
        """The number of source documents under an inclusion prefix; None for one that reaches beyond the dataset."""
        if not inclusion.startswith(self.prefix):
            return None
        return sum(entry.key.startswith(inclusion) and not is_sidecar(entry.key) for entry in self.objects)

    @property
    def documents(self) -> frozenset[str]:
        """The documents that the platform can have written, by key below the prefix."""
        keys = (entry.key.removeprefix(self.prefix) for entry in self.objects)
        return frozenset(key for key in keys if (parts := split_key(key)) and is_own_id(*parts))

    @property
    def newest(self) -> datetime | None:
        """When an object was last written; None where there is none."""
        return max((entry.modified for entry in self.objects), default=None)

    @property
    def fingerprint(self) -> str:
        """A hash over every key, etag, size and time of the listing: writing an object changes it."""
        lines = sorted(
            f"{entry.key}\t{entry.etag}\t{entry.size}\t{entry.modified.timestamp():.3f}\n" for entry in self.objects
        )
        return sha256("".join(lines).encode()).hexdigest()


def job_description(folders: Sequence[str], listing: Listing) -> str:
    """The description of a job that is about to be started, at most 200 characters."""
    return f"{OURS}{' '.join(f'{folder}/' for folder in folders)} listing {listing.fingerprint}"


def client_token(token: str, data_source_id: str, attempt: int, listing: Listing) -> str:
    """A client token of 33 to 256 letters, digits and hyphens, made of the attempt and of the listing.

    The service ignores a request with a token that it knows. Another listing therefore gives another token.
    """
    clean = re.sub(r"[^a-zA-Z0-9]+", "-", token).strip("-")[:64]
    digest = sha256(f"{token}\t{data_source_id}\t{attempt}\t{listing.fingerprint}".encode()).hexdigest()[:32]
    return "-".join(part for part in (clean, data_source_id, digest) if part)


def why_dirty(
    listing: Listing, at_most: int | None, documents: Mapping[str, DocumentStatus], jobs: Sequence[Job]
) -> str:
    """Why a data source needs a job; empty when it does not.

    `listing` is of its folders, `documents` what the knowledge base lists for it, `jobs` its jobs, of which the
    newest has its `reasons` if it failed on a document.
    """
    published = listing.documents
    if not published and not any(state.status in _CAN_BE_FOUND | _ON_THE_WAY_IN for state in documents.values()):
        return ""
    last = max(jobs, key=lambda job: (job.started, job.id), default=None)
    if last is None:
        return "it was never ingested"
    if last.status != "COMPLETE":
        return f"its last job {last.id} ended {last.status}"
    if last.statistics.failed and failed_documents(last, listing, documents).ours:
        return f"documents failed in its last job {last.id}"
    missing = [key for key in sorted(published) if documents.get(key, _UNLISTED).status != "INDEXED"]
    if missing:
        state = documents.get(missing[0], _UNLISTED)
        return f"published and not INDEXED: {len(missing)} of {len(published)}, first {missing[0]} ({state})"
    gone = [key for key in _gone(listing, documents) if documents[key].status not in _ON_THE_WAY_OUT]
    if gone:
        return f"served and no longer published: {len(gone)}, first {gone[0]}"
    if last.listing:
        if last.listing != listing.fingerprint:
            return f"what is there is not what it was for its last job {last.id}"
        return f"its last job {last.id} miscounted" if miscounted(last.statistics, len(published), at_most) else ""
    newest = listing.newest
    if newest is not None and newest >= last.started - MARGIN:
        return f"it was last written at {newest:%Y-%m-%d %H:%M:%S} UTC, its last job started at {last.started:%H:%M:%S}"
    return ""


def miscounted(statistics: Statistics, published: int, at_most: int | None) -> bool:
    """Whether a complete job scanned another number of documents than the bucket holds.

    The service does not say whether foreign objects count, so any number from `published` to `at_most` is right.
    """
    return statistics.scanned < published or (at_most is not None and statistics.scanned > at_most)


def unsettled(listing: Listing, documents: Mapping[str, DocumentStatus]) -> dict[str, DocumentStatus]:
    """The documents that the knowledge base does not show as published: key below the prefix -> their status."""
    missing = {key: documents.get(key, _UNLISTED) for key in listing.documents}
    return {
        **{key: state for key, state in sorted(missing.items()) if state.status != "INDEXED"},
        **{key: documents[key] for key in _gone(listing, documents)},
    }


def is_final(state: DocumentStatus) -> bool:
    """Whether a document that is not INDEXED keeps this status until somebody acts."""
    return state.status not in _ON_THE_WAY_IN | _ON_THE_WAY_OUT | {"INDEXED", _UNLISTED.status, "NOT_FOUND"}


class FailedDocuments(NamedTuple):
    """The objects that a job could not ingest: `ours` are published documents by key, `foreign` are other objects."""

    ours: tuple[tuple[str, str], ...]
    foreign: tuple[tuple[str, str], ...]


def failed_documents(job: Job, listing: Listing, documents: Mapping[str, DocumentStatus]) -> FailedDocuments:
    """Names the documents behind a job's number of failures, from its reasons and from how documents stand.

    Failures that are counted and not named share one entry, so that none is lost.
    """
    published = listing.documents
    ours: dict[str, str] = {}
    foreign: dict[str, str] = {}
    for reason in job.reasons:
        for uri in _URI.findall(reason):
            address = _address(uri, listing, published)
            (ours if address in published else foreign).setdefault(address, reason)
    for key in sorted(published):
        state = documents.get(key, _UNLISTED)
        if is_final(state):
            ours.setdefault(key, str(state))
    unnamed = job.statistics.failed - len(ours) - len(foreign)
    if unnamed > 0:
        unnamed_reasons = " ".join(reason for reason in job.reasons if not _URI.search(reason))
        ours[f"{unnamed} that the service does not name"] = unnamed_reasons or "no reason given"
    return FailedDocuments(tuple(sorted(ours.items())), tuple(sorted(foreign.items())))


_UNLISTED = DocumentStatus("not listed")


def _address(uri: str, listing: Listing, published: Collection[str]) -> str:
    """The key below the prefix of the document, or of the sidecar's document; the address itself if foreign."""
    bare = uri.rstrip(".:)")
    for spelt in (uri, bare, unquote(bare)):
        key = described_key(spelt.removeprefix(f"s3://{listing.bucket}/{listing.prefix}"))
        if key in published:
            return key
    return bare


def _gone(listing: Listing, documents: Mapping[str, DocumentStatus]) -> list[str]:
    """The keys that the knowledge base finds now or soon, and the bucket no longer holds, sorted."""
    there = {entry.key.removeprefix(listing.prefix) for entry in listing.objects}
    alive = _CAN_BE_FOUND | _ON_THE_WAY_IN | _ON_THE_WAY_OUT
    return sorted(key for key, state in documents.items() if state.status in alive and key not in there)
