"""The SQLite file of the embedded index: opening it, its tables and version, and what is said when it is of no use.

What belongs here: connections, the schema, the translation of SQLite's errors. What does not: what the rows mean
(`embedded/index.py`). The file is a cache: everything in it can be made again from the bucket.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from mut_assets.domain.retrieval.query import ANALYSIS, FIELDS
from mut_assets.resources.disk import full, is_full
from mut_assets.resources.failures import Failure, PermanentFailure, TransientFailure

SCHEMA = 2
VERSION = SCHEMA * 1000 + ANALYSIS
"""In the file's `user_version`. A file with another one is rebuilt by the next ingestion."""

APPLICATION = 0x4D555441
"""In the file's `application_id` ("MUTA"): nobody else's database is ever rebuilt."""

BUSY_SECONDS = 60.0
"""How long a writer waits for another one. Readers wait for nobody."""

# `texts` holds analysed text, words apart by a blank, so its tokenizer must not analyse again: "ascii" keeps every
# other letter as it is, and the signs of a floor stay with it. `seen` columns are etag and size at the last ingestion.
_TABLES = f"""
CREATE TABLE source (place TEXT NOT NULL);
CREATE TABLE documents (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    fingerprint TEXT NOT NULL,
    body_seen TEXT NOT NULL,
    sidecar_seen TEXT NOT NULL,
    body_hash BLOB NOT NULL,
    sidecar_hash BLOB NOT NULL,
    title TEXT NOT NULL,
    link TEXT NOT NULL,
    attributes TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE VIRTUAL TABLE texts USING fts5({", ".join(FIELDS)}, tokenize = "ascii tokenchars '-#'");
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(texts, 'row');
CREATE TABLE words (number INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE, term TEXT NOT NULL, sound TEXT NOT NULL);
CREATE TABLE grams (
    gram TEXT NOT NULL, word_number INTEGER NOT NULL, PRIMARY KEY (gram, word_number)
) WITHOUT ROWID;
CREATE TABLE vectors (id TEXT PRIMARY KEY, floats BLOB NOT NULL, metadata TEXT NOT NULL);
"""


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection | None]:
    """One consistent view of the file; None when there is none yet, or only one of another version."""
    if not path.exists():
        yield None
        return
    with _explained(path), closing(_connect(path)) as db:
        db.execute("BEGIN")
        yield db if _is_ours(db, path) and _version(db) == VERSION else None


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """One transaction: all of it is kept, or, when the block raises or the process dies, none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(path, error) from error
    with _explained(path), closing(_connect(path)) as db:
        _is_ours(db, path)
        _let_readers_pass(db)
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("BEGIN IMMEDIATE")
        if not _is_ours(db, path) or _version(db) != VERSION:
            _rebuild(db)
        yield db
        db.execute("COMMIT")  # where this line is not reached, closing the connection undoes everything


def in_memory() -> sqlite3.Connection:
    """The tables of the index in no file; they end with the connection."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    _rebuild(db)
    return db


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)


def _let_readers_pass(db: sqlite3.Connection) -> None:
    """Turns the write-ahead log on, which the file then remembers."""
    if db.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        return
    try:
        db.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        # SQLite does not wait here. Another process is making the same file: it turns the log on, or the next one does.
        if error.sqlite_errorname != "SQLITE_BUSY":
            raise


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _is_ours(db: sqlite3.Connection, path: Path) -> bool:
    """Whether the platform made this file; False when it is empty. Raises when it is somebody else's."""
    # In this order: another process may make the file between the two, and makes tables and id at once.
    if db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
        return False
    if db.execute("PRAGMA application_id").fetchone()[0] == APPLICATION:
        return True
    raise PermanentFailure(
        "MUT-KB-002",
        f"{path} is an SQLite database, but not one this platform made.",
        "Move it away, or set MUT_HOME to another folder; the index is then rebuilt from the bucket.",
    )


def _rebuild(db: sqlite3.Connection) -> None:
    made = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql LIKE ?"
    # Virtual tables first: they take their shadow tables with them.
    for kind in ("CREATE VIRTUAL %vocab%", "CREATE VIRTUAL %", "%"):
        for (name,) in db.execute(made, (kind,)).fetchall():
            db.execute(f'DROP TABLE "{name}"')
    for statement in _TABLES.split(";\n"):
        if statement.strip():
            db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION}")
    db.execute(f"PRAGMA user_version = {VERSION}")


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise _failure(path, error) from error


def _failure(path: Path, error: sqlite3.Error) -> Failure:
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return TransientFailure(
            "MUT-KB-101",
            f"{path} is in use by another process, and was not free within {BUSY_SECONDS:g} seconds.",
            "It is tried again; if it persists, end the other run.",
        )
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return PermanentFailure(
            "MUT-KB-001",
            f"The index {path} is damaged ({error}).",
            f"Delete it together with {path.name}-wal and {path.name}-shm, then run the main job: "
            "it is rebuilt from the bucket.",
        )
    if "no such module" in str(error):
        return PermanentFailure(
            "MUT-KB-004",
            f"This Python's SQLite {sqlite3.sqlite_version} was built without full-text search ({error}).",
            "Use a Python whose SQLite has FTS5: python.org's, Debian's and conda's do.",
        )
    return _unusable(path, error)


def _unusable(path: Path, error: Exception) -> PermanentFailure:
    if is_full(error, path.parent):
        return full(path.parent)
    return PermanentFailure(
        "MUT-KB-003",
        f"The index {path} cannot be used ({error}).",
        "Check that its folder exists, may be written and has free space, or set MUT_HOME to another one.",
    )
