"""The embedded knowledge base and vector index: one SQLite file that stands in for Bedrock and for Pinecone.

What belongs here: what can be asked of the index; fetching candidates for a question; vectors under their ids. What
does not: taking documents in (`embedded/ingestion.py`), the file itself (`index_file.py`), the analysis of words
(`domain/retrieval/query.py`), making vectors (`embedding/lexical.py`).
"""

import json
import math
import sqlite3
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mut_assets.domain.document_keys import split_key
from mut_assets.domain.documents.limits import LONGEST_VECTOR_ID
from mut_assets.domain.documents.sidecar import sidecar_key
from mut_assets.domain.documents.vectors import VectorRecord
from mut_assets.domain.ingestion.rules import IngestionReport
from mut_assets.domain.retrieval import query, ranking
from mut_assets.domain.retrieval.spelling import slips_allowed, trigrams
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.embedded.index_file import in_memory, reading, writing
from mut_assets.resources.embedded.ingestion import ingest
from mut_assets.resources.ports import Log, silent

_WEIGHTS = ", ".join(map(str, query.WEIGHTS))
_FIELDS = ", ".join(query.FIELDS)
_LARGE = 1_000
_DECIMALS = 6
_CANDIDATES = 60
_SPELLINGS = 20


@dataclass(frozen=True)
class Hit:
    """One document found for a question. `collection` is the asset's word (tiendas); a higher score is better."""

    id: str
    collection: str
    title: str
    link: str
    score: float
    why: str


class MemoryIndex:
    """An index in memory over documents that are not published yet. Only the thread that made it can use it."""

    def __init__(self, documents: Iterable[tuple[str, bytes, bytes]]) -> None:
        """Indexes (key below the dataset prefix such as `stores/2000.md`, body, sidecar); a sidecar may be empty."""
        bucket = Bucket("memory://")
        for key, body, sidecar in documents:
            bucket.put(key, body)
            if sidecar:
                bucket.put(sidecar_key(key), sidecar)
        self._db = in_memory()
        self.report: IngestionReport = ingest(self._db, bucket, "", silent)
        """The counts of the ingestion, and the refused documents with the reasons."""

    def search(self, question: str, k: int = 5) -> list[Hit]:
        """As `LocalIndex.search`."""
        return _search(self._db, question, k)


@dataclass(frozen=True)
class LocalIndex:
    """The index in one file, which the first write creates."""

    path: Path

    @staticmethod
    def in_memory(documents: Iterable[tuple[str, bytes, bytes]]) -> MemoryIndex:
        """An index over exactly these keys, bodies and sidecars, searched as one in a file would be."""
        return MemoryIndex(documents)

    @property
    def where(self) -> str:
        """The name of the index, for people."""
        return f"the embedded index {self.path.name}"

    def ready(self, dimensions: int, taken: tuple[str, str] | None, log: Log) -> None:
        """Does nothing: the file takes vectors of any length, and nobody else writes to it."""

    def wait_until_visible(self, log: Log) -> None:
        """Nothing to wait for: what was written is there."""

    def ingest(self, bucket: Bucket, prefix: str, log: Log = silent) -> IngestionReport:
        """Makes the index hold what is published under `prefix`, in one transaction.

        An object whose etag and size are those of its last ingestion is not read. Raises what the bucket raises, and
        then the index is as it was before.
        """
        with writing(self.path) as db:
            return ingest(db, bucket, prefix, log)

    def served(self) -> dict[str, str]:
        """The indexed documents: key below the dataset prefix (`stores/2000.md`) -> fingerprint."""
        with reading(self.path) as db:
            return dict(db.execute("SELECT key, fingerprint FROM documents ORDER BY key")) if db else {}

    def size(self) -> int:
        """The number of indexed documents."""
        with reading(self.path) as db:
            return int(db.execute("SELECT count(*) FROM documents").fetchone()[0]) if db else 0

    def search(self, question: str, k: int = 5) -> list[Hit]:
        """The `k` best documents, best first, equals by key. A question without letters or digits finds nothing."""
        with reading(self.path) as db:
            return _search(db, question, k) if db else []

    def vector_ids(self, prefix: str = "") -> list[str]:
        """The ids of the stored vectors that begin with `prefix`, in order."""
        with reading(self.path) as db:
            asked = "SELECT id FROM vectors WHERE id >= ?1 AND substr(id, 1, length(?1)) = ?1 ORDER BY id"
            return [row[0] for row in db.execute(asked, (prefix,))] if db else []

    def upsert_vectors(self, vectors: Iterable[VectorRecord]) -> int:
        """Stores vectors, replacing those with the same id, all or none; gives how many.

        Raises `ValueError` for what Pinecone would refuse: an id that is no short ASCII text, numbers that are not
        finite, all zeros.
        """
        with writing(self.path) as db:
            put = "INSERT OR REPLACE INTO vectors (id, floats, metadata) VALUES (?, ?, ?)"
            return max(0, db.executemany(put, map(_vector_row, vectors)).rowcount)

    def delete_vectors(self, ids: Iterable[str]) -> int:
        """Removes vectors, all or none; gives how many were there."""
        with writing(self.path) as db:
            return max(0, db.executemany("DELETE FROM vectors WHERE id = ?", ((id,) for id in ids)).rowcount)


def _search(db: sqlite3.Connection, question: str, k: int) -> list[Hit]:
    clues = query.widened(query.query_terms(question), _Vocabulary(db))
    return [_hit(db, number, score, clues) for number, score in _best(db, clues, k)] if clues and k > 0 else []


@dataclass(frozen=True)
class _Vocabulary:
    """The words of the documents, as `query.Vocabulary`."""

    db: sqlite3.Connection

    def holding(self, look: query.Look) -> int:
        """In how many documents a look is satisfied, at most: a phrase is in no more than its rarest term."""
        if look.prefix:
            asked = "SELECT sum(doc) FROM vocabulary WHERE term >= ?1 AND term < ?1 || char(1114111)"
            return int(self.db.execute(asked, (look.terms,)).fetchone()[0] or 0)
        asked = "SELECT doc FROM vocabulary WHERE term = ?"
        return min(int((self.db.execute(asked, (term,)).fetchone() or (0,))[0]) for term in look.terms.split(" "))

    def sounding(self, heard: str) -> list[str]:
        """The words that share trigrams with this sound, those that share most first, then the most frequent."""
        grams = trigrams(heard)
        reach = slips_allowed(heard)
        alike = (
            "SELECT word, term, count(*) AS shared FROM grams JOIN words ON number = word_number"
            f" WHERE gram IN ({', '.join('?' * len(grams))}) AND length(sound) BETWEEN ? AND ?"
            " GROUP BY word_number ORDER BY shared DESC, word LIMIT ?"
        )
        asked = f"SELECT word FROM ({alike}) LEFT JOIN vocabulary USING (term) ORDER BY shared DESC, doc DESC, word"
        bounds = (len(heard) - reach, len(heard) + reach, _SPELLINGS)
        return [row[0] for row in self.db.execute(asked, (*grams, *bounds))]


def _best(db: sqlite3.Connection, clues: Sequence[query.Clue], k: int) -> list[tuple[int, float]]:
    """Number and score of the `k` best documents, equals by key."""
    size = int(db.execute("SELECT count(*) FROM documents").fetchone()[0])
    held = lru_cache(_Vocabulary(db).holding)
    answering = ranking.Ranking.of(clues, held, size)
    expression = query.fts_query(query.telling(clues, held, size) if size >= _LARGE else clues)
    asked = f"SELECT {_FIELDS} FROM texts WHERE rowid = ?"
    scored = sorted(
        (-answering.score(db.execute(asked, (number,)).fetchone()), key, number)
        for key, number in _candidates(db, expression, max(_CANDIDATES, k))
    )
    return [(number, -score) for score, _, number in scored[:k]]


def _candidates(db: sqlite3.Connection, expression: str, most: int) -> list[tuple[str, int]]:
    """Key and number of the documents that hold most of what is asked, as bm25 counts; equals by key."""
    ranked = (
        f"SELECT rowid AS number, round(bm25(texts, {_WEIGHTS}), {_DECIMALS}) AS score"
        " FROM texts WHERE texts MATCH ? ORDER BY score LIMIT ?"
    )
    first = db.execute(ranked, (expression, most + 1)).fetchall()
    if len(first) > most and first[most][1] == first[most - 1][1]:
        # Which of the equals are among the best is for their keys to say, and there may be any number of them.
        equals = f"SELECT key, number FROM ({ranked}) JOIN documents USING (number) ORDER BY score, key LIMIT ?"
        return db.execute(equals, (expression, -1, most)).fetchall()
    key = "SELECT key, number FROM documents WHERE number = ?"
    return [db.execute(key, (number,)).fetchone() for number, _ in first[:most]]


def _hit(db: sqlite3.Connection, number: int, score: float, clues: Sequence[query.Clue]) -> Hit:
    row = db.execute("SELECT key, title, link, attributes, body FROM documents WHERE number = ?", (number,)).fetchone()
    key, title, link, attributes, body = row
    why = query.explain(clues, query.searchable(title, json.loads(attributes), body))
    collection, id = split_key(key) or (None, key)
    return Hit(id, collection.name if collection else "", title, link, score, why)


def _vector_row(vector: VectorRecord) -> tuple[str, bytes, str]:
    floats = array("f", vector.values)
    if not vector.id.isascii() or not 0 < len(vector.id) <= LONGEST_VECTOR_ID:
        raise ValueError(f"the vector id {vector.id[:80]!r} is not ASCII of 1 to 512 characters")
    if not 0 < math.hypot(*floats) < math.inf:
        raise ValueError(f"the vector {vector.id} is all zeros, or holds a number that is not finite")
    return vector.id, floats.tobytes(), json.dumps(dict(vector.metadata), ensure_ascii=False)
