"""The embedded knowledge base and vector index: one SQLite file that stands in for Bedrock and for Pinecone.

What belongs here: what can be asked of the index; fetching candidates for a question; vectors under their ids. What
does not: taking documents in (`local_ingestion.py`), the file itself (`index_file.py`), the analysis of words
(`domain/retrieval.py`), making vectors (`embeddings.py`).
"""

import json
import math
import sqlite3
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mut_assets.domain import retrieval
from mut_assets.domain.collections import COLLECTIONS
from mut_assets.resources.index_file import reading, writing
from mut_assets.resources.local_ingestion import IngestionReport, ingest
from mut_assets.resources.object_store import Bucket

_NAMES = {collection.folder: collection.name for collection in COLLECTIONS}
_WEIGHTS = ", ".join(map(str, retrieval.WEIGHTS))
_DECIMALS = 6
_LARGE = 1_000
_CANDIDATES = 20
_UNKNOWN_WORDS_LOOKED_UP = 8


@dataclass(frozen=True)
class Hit:
    """One document found for a question. `collection` is the asset's word (tiendas); a higher score is better."""

    id: str
    collection: str
    title: str
    link: str
    score: float
    why: str


@dataclass(frozen=True)
class VectorRecord:
    """One vector under its id, `collection/id#fingerprint12`. Kept as 32-bit floats."""

    id: str
    values: Sequence[float]
    metadata: Mapping[str, Any] = field(default_factory=dict)


def _silent(line: str) -> None:
    return None


@dataclass(frozen=True)
class LocalIndex:
    """The index in one file, which is made when something is first written to it."""

    path: Path

    @property
    def where(self) -> str:
        """What stands in for the vector index, for people."""
        return f"the embedded index {self.path.name}"

    def ready(self, dimensions: int, taken: tuple[str, str] | None, log: Callable[[str], None]) -> None:
        """Nothing to check: the file takes vectors of any length, and is nobody else's."""

    def settle(self, log: Callable[[str], None]) -> None:
        """Nothing to wait for: what was written is there."""

    def vector_store(self) -> tuple[str, str] | None:
        """Host and namespace of the knowledge base's own vectors in Pinecone: there are none."""
        return None

    def ingest(self, bucket: Bucket, prefix: str, log: Callable[[str], None] = _silent) -> IngestionReport:
        """Makes the index hold what is published under `prefix`, in one transaction.

        An object whose etag and size are those of its last ingestion is not read. Raises what the bucket raises, and
        then the index is as it was before.
        """
        with writing(self.path) as db:
            return ingest(db, bucket, prefix, log)

    def served(self) -> dict[str, str]:
        """What can be found: key below the dataset prefix (`stores/2000.md`) -> fingerprint of what is indexed."""
        with reading(self.path) as db:
            return dict(db.execute("SELECT key, fingerprint FROM documents ORDER BY key")) if db else {}

    def size(self) -> int:
        """How many documents can be found."""
        with reading(self.path) as db:
            return int(db.execute("SELECT count(*) FROM documents").fetchone()[0]) if db else 0

    def search(self, question: str, k: int = 5) -> list[Hit]:
        """The `k` best documents, best first, equals by key. A question without letters or digits finds nothing."""
        with reading(self.path) as db:
            clues = _widened(db, retrieval.query_terms(question)) if db else []
            if db is None or not clues or k < 1:
                return []
            query = retrieval.fts_query(_telling(db, clues))
            return [_hit(db, number, score, clues) for number, score in _best(db, query, k)]

    def vector_ids(self, prefix: str = "") -> list[str]:
        """The ids of the stored vectors that begin with `prefix`, in order."""
        with reading(self.path) as db:
            asked = "SELECT id FROM vectors WHERE id >= ?1 AND substr(id, 1, length(?1)) = ?1 ORDER BY id"
            return [row[0] for row in db.execute(asked, (prefix,))] if db else []

    def vectors(self, ids: Iterable[str]) -> list[VectorRecord]:
        """The stored vectors of these ids, in the order asked; ids that are not there are left out."""
        with reading(self.path) as db:
            asked = "SELECT id, floats, metadata FROM vectors WHERE id = ?"
            rows = [row for id in ids for row in db.execute(asked, (id,))] if db else []
        return [VectorRecord(id, array("f", floats), json.loads(metadata)) for id, floats, metadata in rows]

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


def _widened(db: sqlite3.Connection, clues: Sequence[retrieval.Clue]) -> list[retrieval.Clue]:
    """The clues that can find something: as they are, as the beginning of a word, or in the nearest spelling."""
    found = []
    lookups = 0
    for clue in clues:
        prefix = clue.as_prefix()
        if _in_vocabulary(db, "term = ?", clue.term):
            found.append(clue)
        elif prefix and _in_vocabulary(db, "term >= ?1 AND term < ?1 || char(1114111)", clue.term):
            found.append(prefix)
        elif lookups < _UNKNOWN_WORDS_LOOKED_UP and retrieval.slips_allowed(clue.term):
            lookups += 1
            nearest = retrieval.closest(clue.term, _alike(db, clue.term))
            found.extend([clue.looking_for(nearest)] if nearest else [])
    return found


def _telling(db: sqlite3.Connection, clues: list[retrieval.Clue]) -> list[retrieval.Clue]:
    """In a large collection, the clues without those that most documents hold: they only cost time.

    bm25 gives a word of more than half the documents no weight. Where there is no other, the three rarest stay.
    """
    size = int(db.execute("SELECT count(*) FROM documents").fetchone()[0])
    if size < _LARGE:
        return clues
    held = [_documents_holding(db, clue) for clue in clues]
    rarest = sorted(range(len(clues)), key=lambda at: (held[at], at))[:3]
    telling = [at for at in range(len(clues)) if held[at] * 2 <= size]
    return [clues[at] for at in telling or sorted(rarest)]


def _documents_holding(db: sqlite3.Connection, clue: retrieval.Clue) -> int:
    asked = "SELECT count(*) FROM texts WHERE texts MATCH ?"
    return int(db.execute(asked, (retrieval.fts_query([clue]),)).fetchone()[0])


def _best(db: sqlite3.Connection, query: str, k: int) -> list[tuple[int, float]]:
    """Number and score of the `k` best documents, equals by key."""
    ranked = (
        f"SELECT rowid, round(-bm25(texts, {_WEIGHTS}), {_DECIMALS}) AS score"
        " FROM texts WHERE texts MATCH ? ORDER BY score DESC LIMIT ?"
    )
    first = db.execute(ranked, (query, k + 1)).fetchall()
    if len(first) > k and first[k][1] == first[k - 1][1]:
        # Which of the equals are among the best is for their keys to say, and there may be any number of them.
        first = db.execute(f"SELECT * FROM ({ranked}) WHERE score >= ?", (query, -1, first[k][1])).fetchall()
    key = "SELECT key FROM documents WHERE number = ?"
    keyed = [(-score, db.execute(key, (number,)).fetchone()[0], number) for number, score in first]
    return [(number, -score) for score, _, number in sorted(keyed)[:k]]


def _in_vocabulary(db: sqlite3.Connection, condition: str, term: str) -> bool:
    return db.execute(f"SELECT 1 FROM vocabulary WHERE {condition} LIMIT 1", (term,)).fetchone() is not None


def _alike(db: sqlite3.Connection, term: str) -> list[str]:
    """Words of the documents that share trigrams with a term, those that share most first."""
    grams = retrieval.trigrams(term)
    reach = retrieval.slips_allowed(term)
    asked = (
        "SELECT term FROM grams JOIN words ON number = word"
        f" WHERE gram IN ({', '.join('?' * len(grams))}) AND length(term) BETWEEN ? AND ?"
        " GROUP BY word ORDER BY count(*) DESC, term LIMIT ?"
    )
    return [row[0] for row in db.execute(asked, (*grams, len(term) - reach, len(term) + reach, _CANDIDATES))]


def _hit(db: sqlite3.Connection, number: int, score: float, clues: Sequence[retrieval.Clue]) -> Hit:
    row = db.execute("SELECT key, title, link, attributes, body FROM documents WHERE number = ?", (number,)).fetchone()
    key, title, link, attributes, body = row
    folder, _, name = key.partition("/")
    why = retrieval.explain(clues, retrieval.searchable(title, json.loads(attributes), body))
    return Hit(name.removesuffix(".md"), _NAMES[folder], title, link, score, why)


def _vector_row(vector: VectorRecord) -> tuple[str, bytes, str]:
    floats = array("f", vector.values)
    if not vector.id.isascii() or not 0 < len(vector.id) <= 512:
        raise ValueError(f"the vector id {vector.id[:80]!r} is not ASCII of 1 to 512 characters")
    if not 0 < math.hypot(*floats) < math.inf:
        raise ValueError(f"the vector {vector.id} is all zeros, or holds a number that is not finite")
    return vector.id, floats.tobytes(), json.dumps(dict(vector.metadata), ensure_ascii=False)
