"""What libraries do anew each time for the same answer, done once: files read, connections to a database in memory."""

import functools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import get_ident
from typing import Any

import botocore.session
import pytest
import sqlalchemy
from alembic.config import Config
from alembic.script import ScriptDirectory
from dagster._core.storage.event_log.in_memory import InMemoryEventLogStorage
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.runs.in_memory import InMemoryRunStorage
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS

_read_migrations = ScriptDirectory.from_config


def read_once(patch: pytest.MonkeyPatch) -> None:
    """Until `patch` is undone.

    botocore reads its service models for every session, a tenth of a second for each client; alembic imports Dagster's
    hundred migrations for every instance and every run that Dagster keeps on disk. For each of a night's hundreds of
    questions to a history on disk Dagster makes an engine, which compiles the same statements anew; to one in memory it
    opens a connection.
    """
    migrations: dict[str | None, ScriptDirectory] = {}

    def from_config(config: Config) -> ScriptDirectory:
        place = config.get_main_option("script_location")
        if place not in migrations:
            migrations[place] = _read_migrations(config)
        return migrations[place]

    patch.setattr(ScriptDirectory, "from_config", from_config)
    engines = functools.lru_cache(_engine)
    for module in (sqlite_event_log, sqlite_run_storage):
        patch.setattr(module, "create_engine", lambda address, **given: engines(address, "connect_args" in given))
    for storage, name in ((InMemoryEventLogStorage, "_connect"), (InMemoryRunStorage, "connect")):
        patch.setattr(storage, name, _over_the_held_connection(getattr(storage, name)))
    patch.setattr(botocore.session, "create_loader", functools.lru_cache(botocore.session.create_loader))


def _engine(address: str, patient: bool) -> sqlalchemy.Engine:
    """As Dagster makes it; no connection is kept in it."""
    waits = {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS} if patient else {}
    return sqlalchemy.create_engine(address, poolclass=sqlalchemy.NullPool, connect_args=waits)


Connect = Callable[[Any], AbstractContextManager[sqlalchemy.Connection]]


def _over_the_held_connection(connect_anew: Connect) -> Connect:
    """Like `connect_anew`, over the connection that the storage holds open all its life; SQLite ties it to a thread."""

    @contextmanager
    def connect(storage: Any) -> Iterator[sqlalchemy.Connection]:
        held: sqlalchemy.Connection = storage._held_conn
        if not held.info:
            held.info["thread"] = get_ident()
            with held.begin():
                held.execute(sqlalchemy.text("PRAGMA foreign_keys=ON;")).close()
        if held.in_transaction() or held.info["thread"] != get_ident():
            with connect_anew(storage) as connection:
                yield connection
        elif lock := getattr(storage, "_db_lock", None):
            with lock, held.begin():
                yield held
        else:
            with held.begin():
                yield held

    return connect
