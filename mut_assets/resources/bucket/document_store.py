"""What is really published: the documents under the dataset prefix, and the ledger that spares reading them.

The ledger, `state/published.json`, is a cache. An entry counts only while the etags of both halves equal those of
the listing; otherwise the pair is read and hashed. Losing it costs reads, never writes.

What belongs here: listing, reading, writing and deleting pairs of document and sidecar. What does not: deciding
what should be published (`domain/plans/plan.py`).
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from mut_assets.domain.collections import COLLECTIONS, Collection
from mut_assets.domain.document_keys import document_key, is_own_id, split_key
from mut_assets.domain.documents import sidecar
from mut_assets.domain.documents.document import Document, fields_of, hash_pair
from mut_assets.domain.plans.plan import Plan
from mut_assets.domain.plans.published import Holdings, Published
from mut_assets.domain.plans.versions import Pair
from mut_assets.resources.bucket import records
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.failures import TransientFailure
from mut_assets.resources.ports import silent

LEDGER = "state/published.json"
IN_FLIGHT = 8


@dataclass(frozen=True)
class _Pair:
    """The two halves of one document in a listing: an etag is empty where the half is missing, None where it is listed
    without one."""

    collection: Collection
    id: str
    etag: str | None
    sidecar_etag: str | None

    @property
    def key(self) -> str:
        return document_key(self.collection, self.id)


@dataclass(frozen=True)
class DocumentStore:
    """The published dataset: `prefix` + folder + `ID.md` and `ID.md.metadata.json`."""

    bucket: Bucket
    prefix: str

    def where(self, collection: Collection) -> str:
        """The folder of a collection, for people."""
        return f"{self.bucket.where}/{self.prefix}{collection.folder}/"

    def holdings(self, remember: bool = True) -> Holdings:
        """Lists the prefix once, and reads the pairs that the ledger does not vouch for.

        What was read is kept in the ledger, unless `remember` is False: then nothing is written.
        """
        pairs, foreign = self._pairs()
        ledger = self._ledger()
        known = {pair: _from_ledger(ledger.get(pair.key), pair) for pair in pairs}
        unknown = [pair for pair, document in known.items() if document is None]
        with ThreadPoolExecutor(IN_FLIGHT) as pool:
            ours = [pair.key in ledger for pair in unknown]
            read = dict(zip(unknown, pool.map(self._read, unknown, ours), strict=True))
        published: dict[str, dict[str, Published]] = {collection.name: {} for collection in COLLECTIONS}
        entries: dict[str, dict[str, Any]] = {}
        for pair, document in known.items():
            document = document or read[pair]
            if document is None:
                foreign.append(self.prefix + pair.key)
                continue
            published[pair.collection.name][pair.id] = document
            entries[pair.key] = _entry(document, pair.etag or "", pair.sidecar_etag or "")
        if remember and entries != ledger:
            self._save(entries)
        return Holdings(published, tuple(sorted(foreign)), len(unknown), self.prefix)

    def ids(self, collection: Collection, apart_from: str = "") -> frozenset[str]:
        """The ids of a collection's published documents, from one listing of its folder. Writes nothing.

        Without those that came from the source `apart_from`, as far as the ledger knows.
        """
        pairs, _ = self._pairs(f"{collection.folder}/")
        ledger = self._ledger() if apart_from and pairs else {}
        left_out = {key for key, entry in ledger.items() if entry.get("fuente") == apart_from}
        return frozenset(pair.id for pair in pairs if pair.key not in left_out)

    def pair(self, key: str) -> Pair:
        """Body and sidecar bytes of a document by its key below the prefix; a missing half is empty."""
        return self._half(key), self._half(sidecar.sidecar_key(key))

    def pairs(self, collection: Collection, ids: Sequence[str]) -> dict[str, Pair]:
        """`pair` for several documents of a collection, by id."""
        with ThreadPoolExecutor(IN_FLIGHT) as pool:
            read = pool.map(self.pair, [document_key(collection, id) for id in ids])
            return dict(zip(ids, read, strict=True))

    def apply(self, plan: Plan, check: Callable[[], None], *, renderer: str, fuente: str) -> None:
        """Carries a plan out: new and changed pairs first, each sidecar before its document, then the removals.

        `check` is called before each batch and raises when the right to write is gone. Afterwards one listing
        proves the result. Raises `TransientFailure` MUT-S3-102 when the store does not show what was written.
        """
        ledger = self._ledger()
        written: list[Document] = []
        for batch in _batches([*plan.added, *plan.changed]):
            check()
            with ThreadPoolExecutor(IN_FLIGHT) as pool:
                entries = [ledger.get(document.key, {}) for document in batch]
                for document, etags in zip(batch, pool.map(self._write, batch, entries), strict=True):
                    written.append(document)
                    ledger[document.key] = _entry(_as_published(document, renderer, fuente), *etags)
        gone = [document_key(plan.collection, removal.published.id) for removal in plan.removed]
        for keys in _batches(gone):
            check()
            with ThreadPoolExecutor(IN_FLIGHT) as pool:
                list(pool.map(self._delete, keys))
            for key in keys:
                ledger.pop(key, None)
        for id in plan.same:  # they are as this renderer would write them
            if entry := ledger.get(document_key(plan.collection, id)):
                entry["renderer"] = renderer
        self._prove(written, gone, ledger)
        self._save(ledger)

    def _write(self, document: Document, entry: Mapping[str, Any]) -> tuple[str, str]:
        """Writes a pair, sidecar first; a half that is there already stays, so that its readers see no change."""
        body, sidecar_bytes = self.pair(document.key) if entry else (b"", b"")
        etag, sidecar_etag = str(entry.get("etag", "")), str(entry.get("sidecar_etag", ""))
        if not sidecar_etag or sidecar_bytes != document.sidecar_bytes:
            sidecar_etag = self.bucket.put(self.prefix + document.sidecar_key, document.sidecar_bytes)
        if not etag or body != document.body_bytes:
            etag = self.bucket.put(self.prefix + document.key, document.body_bytes)
        return etag, sidecar_etag

    def _delete(self, key: str) -> None:
        # The document first: a sidecar alone is served to nobody, and the next listing still knows it as ours.
        self.bucket.delete(self.prefix + key)
        self.bucket.delete(self.prefix + sidecar.sidecar_key(key))

    def _prove(self, written: Sequence[Document], gone: Iterable[str], ledger: Mapping[str, Any]) -> None:
        if not written and not gone:
            return
        now = {pair.key: pair for pair in self._pairs()[0]}
        wrong = [document.key for document in written if not self._is_there(document, now, ledger)]
        wrong += [key for key in gone if key in now]
        if wrong:
            raise TransientFailure(
                "MUT-S3-102",
                f"{len(wrong)} documents under {self.bucket.where}/{self.prefix} are not as just written, "
                f"among them {wrong[0]}.",
                "Somebody else writes under this prefix, or the bucket lost a write; it is compared and tried again.",
            )

    def _is_there(self, document: Document, now: Mapping[str, _Pair], ledger: Mapping[str, Any]) -> bool:
        """Whether a document is as it was written: by its etags, or, as not every service lists those that it gave, by
        its bytes."""
        pair = now.get(document.key)
        if pair is None:
            return False
        known = _as_listed(ledger[document.key], pair)
        return known or self.pair(document.key) == (document.body_bytes, document.sidecar_bytes)

    def _pairs(self, folder: str = "") -> tuple[list[_Pair], list[str]]:
        listed = self.bucket.list(self.prefix + folder)
        etags: dict[str, str | None] = {entry.key.removeprefix(self.prefix): entry.etag or None for entry in listed}
        pairs, foreign = [], []
        for key in etags:
            document = sidecar.described_key(key)
            parts = split_key(document)
            if parts is None or not is_own_id(*parts):
                foreign.append(self.prefix + key)
            elif key == document or document not in etags:
                halves = etags.get(document, ""), etags.get(sidecar.sidecar_key(document), "")
                pairs.append(_Pair(*parts, *halves))
        return pairs, foreign

    def _read(self, pair: _Pair, ours: bool) -> Published | None:
        body, sidecar_bytes = self.pair(pair.key)
        metadata = sidecar.read(sidecar_bytes)
        if not ours and metadata.get("document_type") != pair.collection.document_type:
            return None
        return Published(
            id=pair.id,
            fingerprint=hash_pair(body, sidecar_bytes) if body and sidecar_bytes else "",
            title=sidecar.text_of(metadata.get("titulo")) or pair.id,
            link=sidecar.text_of(metadata.get("link")),
            length=len(body.decode("utf-8", "replace")),
            fields=fields_of(metadata),
        )

    def _half(self, key: str) -> bytes:
        try:
            return self.bucket.get(self.prefix + key)
        except KeyError:
            return b""

    def read_ledger(self) -> dict[str, dict[str, Any]] | None:
        """The ledger's entries by key; None when there is none. Raises what `records.read` raises."""
        return records.read(self.bucket, LEDGER, _entries)

    def _ledger(self) -> dict[str, dict[str, Any]]:
        return records.readable(self.bucket, LEDGER, _entries, silent) or {}

    def _save(self, entries: Mapping[str, dict[str, Any]]) -> None:
        content = {**records.NAMED, "documents": dict(sorted(entries.items()))}
        self.bucket.put(LEDGER, json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())


def _as_published(document: Document, renderer: str, fuente: str) -> Published:
    return Published(
        id=document.id,
        fingerprint=document.fingerprint,
        title=document.title,
        link=document.link,
        length=len(document.body),
        fields=fields_of(document.metadata),
        renderer=renderer,
        fuente=fuente,
    )


def _entry(document: Published, etag: str, sidecar_etag: str) -> dict[str, Any]:
    return {**vars(document), "fields": sorted(document.fields), "etag": etag, "sidecar_etag": sidecar_etag}


def _entries(content: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The ledger's entries; one that is damaged is left out, and its pair is read instead."""
    return {key: entry for key, entry in dict(content["documents"]).items() if isinstance(entry, dict)}


def _as_listed(entry: Mapping[str, Any], pair: _Pair) -> bool:
    """Whether the listing has the etags of an entry; never where it has none."""
    listed = pair.etag, pair.sidecar_etag
    return None not in listed and (entry.get("etag"), entry.get("sidecar_etag")) == listed


def _from_ledger(entry: Mapping[str, Any] | None, pair: _Pair) -> Published | None:
    if entry is None or not _as_listed(entry, pair):
        return None
    try:
        return records.shaped(Published, entry)
    except ValueError:
        return None


Item = TypeVar("Item")


def _batches(items: list[Item], size: int = 100) -> Iterable[list[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
