"""Taking the published folder into the embedded index, incrementally, as Bedrock's ingestion would.

What belongs here: comparing a listing with what is indexed, reading what may have changed, what is refused and what
is counted. What does not: the file and its transaction (`index_file.py`), searching (`embedded/index.py`), the analysis
of words (`domain/retrieval/query.py`).

A document without sidecar is indexed from its text alone. A document that cannot be taken in (format, size, encoding,
sidecar) is counted as failed and named, in every ingestion until it is mended; what was indexed of it before stays
served under its old fingerprint, so that comparing with what is published tells. A sidecar without document is
counted as scanned and otherwise ignored.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from mut_assets.domain.document_keys import ENDING, collection_of, split_key
from mut_assets.domain.documents.limits import LARGEST_BODY, LARGEST_SIDECAR
from mut_assets.domain.documents.markdown import title_and_link
from mut_assets.domain.documents.sidecar import SidecarError, described_key, ingestible, is_sidecar, sidecar_key
from mut_assets.domain.ingestion.rules import IngestionReport
from mut_assets.domain.retrieval import query
from mut_assets.domain.retrieval.analysis import as_typed, term_of
from mut_assets.domain.retrieval.spelling import sound, trigrams
from mut_assets.resources.bucket.entry import Entry
from mut_assets.resources.bucket.object_store import Bucket

READS_IN_FLIGHT = 8

_BATCH_DOCUMENTS, _BATCH_BYTES = 128, 8 * 1024 * 1024
_WORTH_OPTIMISING = 1_000


def ingest(db: sqlite3.Connection, bucket: Bucket, prefix: str, log: Callable[[str], None]) -> IngestionReport:
    """Makes the index hold what is published under `prefix`, inside the transaction `db` is in.

    An object whose etag and size are those of its last ingestion is not read. Raises what the bucket raises, and
    `ValueError` for a prefix that is no folder: it would list nothing, and nothing published means nothing served.
    """
    if prefix and not prefix.endswith("/"):
        raise ValueError(f"the prefix {prefix!r} does not end in '/'")
    return _Ingestion(db, bucket, prefix, log).run()


@dataclass(frozen=True)
class _Pair:
    """A document in the listing: what was seen (etag and size) of its two halves, empty where one is missing."""

    key: str
    body_seen: str
    sidecar_seen: str
    size: int
    sidecar_size: int


@dataclass(frozen=True)
class _Known:
    number: int
    body_seen: str
    sidecar_seen: str
    body_hash: bytes
    sidecar_hash: bytes


class _Refused(Exception):
    """One document cannot be taken in; the text is the reason."""


class _Ingestion:
    def __init__(self, db: sqlite3.Connection, bucket: Bucket, prefix: str, log: Callable[[str], None]) -> None:
        self.db, self.bucket, self.prefix, self.log = db, bucket, prefix, log
        self.new = self.modified = self.metadata_modified = self.deleted = 0
        self.failures: dict[str, str] = {}
        self.words: set[str] = set()
        columns = "key, number, body_seen, sidecar_seen, body_hash, sidecar_hash"
        self.known = {row[0]: _Known(*row[1:]) for row in db.execute(f"SELECT {columns} FROM documents")}
        self.next_number = max((known.number for known in self.known.values()), default=0) + 1

    def run(self) -> IngestionReport:
        etags_count = self._same_source()
        pairs, scanned, metadata_scanned = self._listed()
        due = []
        for pair in pairs:
            known = self.known.get(pair.key)
            unchanged = known and (known.body_seen, known.sidecar_seen) == (pair.body_seen, pair.sidecar_seen)
            reason = _refusal(pair)
            if reason:
                self.failures[pair.key] = reason
            elif not (etags_count and unchanged):
                due.append(pair)
        self._delete(self.known.keys() - {pair.key for pair in pairs})
        with ThreadPoolExecutor(READS_IN_FLIGHT) as pool:
            done = 0
            for batch in _batches(due):
                self._take_in(zip(batch, pool.map(self._read, batch), strict=True))
                done += len(batch)
                self.log(f"read {done:,} of {len(due):,} new or rewritten documents")
        self._keep_vocabulary()
        failures = tuple(sorted(self.failures.items()))
        changes = (self.new, self.modified, self.metadata_modified, self.deleted)
        return IngestionReport(scanned, metadata_scanned, *changes, len(failures), failures)

    def _same_source(self) -> bool:
        """Whether the last ingestion read the same place. Etags of another place cannot be compared."""
        place = f"{self.bucket.where} {self.bucket.endpoint or ''} {self.prefix}"
        same = self.db.execute("SELECT place FROM source").fetchall() == [(place,)]
        if not same:
            self.db.execute("DELETE FROM source")
            self.db.execute("INSERT INTO source VALUES (?)", (place,))
        return same

    def _listed(self) -> tuple[list[_Pair], int, int]:
        """The documents by key, and how many objects and sidecars there are. Sidecars without document are ignored."""
        bodies: list[Entry] = []
        sidecars: dict[str, Entry] = {}
        for entry in self.bucket.list(self.prefix):
            key = entry.key.removeprefix(self.prefix)
            if collection_of(key) is None or entry.is_folder_marker:
                continue
            if is_sidecar(key):
                sidecars[described_key(entry.key)] = entry
            else:
                bodies.append(entry)
        pairs = [_pair(entry.key.removeprefix(self.prefix), entry, sidecars.get(entry.key)) for entry in bodies]
        return pairs, len(bodies), len(sidecars)

    def _read(self, pair: _Pair) -> tuple[bytes | None, bytes]:
        """Body and sidecar; None for a body, and b"" for a sidecar, that went away since the listing."""
        return self._half(pair.key), self._half(sidecar_key(pair.key)) or b"" if pair.sidecar_seen else b""

    def _half(self, key: str) -> bytes | None:
        try:
            return self.bucket.get(self.prefix + key)
        except KeyError:
            return None

    def _take_in(self, read: Iterable[tuple[_Pair, tuple[bytes | None, bytes]]]) -> None:
        # Brings pandas with it, which takes a second to import; whoever only searches does not wait for it.
        from mut_assets.domain.documents.document import hash_pair

        rows, texts, seen, gone = [], [], [], []
        for pair, (body, sidecar) in read:
            known = self.known.get(pair.key)
            if body is None:
                gone.append(pair.key)
                continue
            body_hash, sidecar_hash = sha256(body).digest(), sha256(sidecar).digest()
            if known and (known.body_hash, known.sidecar_hash) == (body_hash, sidecar_hash):
                seen.append((pair.body_seen, pair.sidecar_seen, known.number))
                continue
            try:
                title, link, attributes, text = _understood(pair.key, body, sidecar)
            except _Refused as refused:
                self.failures[pair.key] = str(refused)
                continue
            number = self._count(known, body_hash, sidecar_hash)
            halves = (pair.body_seen, pair.sidecar_seen, body_hash, sidecar_hash)
            stored = json.dumps(attributes, ensure_ascii=False)
            rows.append((number, pair.key, hash_pair(body, sidecar), *halves, title, link, stored, text))
            analysed, words = query.analysed(query.searchable(title, attributes, text))
            texts.append((number, *analysed))
            self.words |= words
        self._delete(self.known.keys() & set(gone))
        self.db.executemany("UPDATE documents SET body_seen = ?, sidecar_seen = ? WHERE number = ?", seen)
        self.db.executemany("DELETE FROM texts WHERE rowid = ?", ((row[0],) for row in texts))
        self.db.executemany(f"INSERT OR REPLACE INTO documents VALUES ({', '.join('?' * 11)})", rows)
        self.db.executemany(
            f"INSERT INTO texts (rowid, {', '.join(query.FIELDS)}) VALUES ({', '.join('?' * 6)})", texts
        )

    def _count(self, known: _Known | None, body_hash: bytes, sidecar_hash: bytes) -> int:
        """Counts a document that is about to be written; gives its number in the file."""
        if known is None:
            self.new += 1
            self.next_number += 1
            return self.next_number - 1
        self.modified += known.body_hash != body_hash
        self.metadata_modified += known.sidecar_hash != sidecar_hash
        return known.number

    def _delete(self, keys: Iterable[str]) -> None:
        numbers = [(self.known[key].number,) for key in sorted(keys)]
        self.db.executemany("DELETE FROM texts WHERE rowid = ?", numbers)
        self.db.executemany("DELETE FROM documents WHERE number = ?", numbers)
        self.deleted += len(numbers)

    def _keep_vocabulary(self) -> None:
        """Updates the trigrams of the indexed words, by which misspelt words are matched."""
        changes = self.new + self.modified + self.metadata_modified + self.deleted
        if not changes:
            return
        if changes >= _WORTH_OPTIMISING:
            self.db.execute("INSERT INTO texts (texts) VALUES ('optimize')")
        stale = "SELECT number FROM words WHERE term NOT IN (SELECT term FROM vocabulary)"
        self.db.execute(f"DELETE FROM grams WHERE word_number IN ({stale})")
        self.db.execute("DELETE FROM words WHERE term NOT IN (SELECT term FROM vocabulary)")
        known = {word for (word,) in self.db.execute("SELECT word FROM words")}
        put = "INSERT INTO words (word, term, sound) VALUES (?, ?, ?)"
        for word in sorted({as_typed(word) for word in self.words} - known):
            heard = sound(word)
            if len(heard) > 2 and word.isalpha():
                number = self.db.execute(put, (word, term_of(word), heard)).lastrowid
                grams = ((gram, number) for gram in trigrams(heard))
                self.db.executemany("INSERT INTO grams VALUES (?, ?)", grams)


def _pair(key: str, body: Entry, sidecar: Entry | None) -> _Pair:
    seen = [f"{half.etag or half.modified} {half.size}" if half else "" for half in (body, sidecar)]
    return _Pair(key, seen[0], seen[1], body.size, sidecar.size if sidecar else 0)


def _batches(pairs: Iterable[_Pair]) -> Iterator[list[_Pair]]:
    batch: list[_Pair] = []
    for pair in pairs:
        if batch and (len(batch) == _BATCH_DOCUMENTS or sum(other.size for other in batch) + pair.size > _BATCH_BYTES):
            yield batch
            batch = []
        batch.append(pair)
    if batch:
        yield batch


def _refusal(pair: _Pair) -> str:
    """Why a document is refused before it is read; empty when it is read."""
    if not pair.key.endswith(ENDING):
        return f"its format is not {ENDING}"
    if pair.size > LARGEST_BODY:
        return f"it is larger than {LARGEST_BODY // 10**6} MB"
    if pair.sidecar_size > LARGEST_SIDECAR:
        return f"its metadata file is larger than {LARGEST_SIDECAR // 1000} KB"
    return ""


def _understood(key: str, body: bytes, sidecar: bytes) -> tuple[str, str, dict[str, Any], str]:
    """Title, link, attributes and text of a document; raises `_Refused`."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Refused(f"its text is not UTF-8 (byte {error.start})") from error
    if not text.strip():
        raise _Refused("it holds no text")
    try:
        attributes = ingestible(sidecar) if sidecar else {}
    except SidecarError as error:
        raise _Refused(str(error)) from error
    _, id = split_key(key) or (None, key)
    return *title_and_link(attributes, text, id), attributes, text
