"""What is said of damaged files and records; see `situations.py`."""

import os
import re
from datetime import date
from pathlib import Path
from unittest.mock import patch

import pandas as pd

from mut_assets.domain.collections import TIENDAS
from mut_assets.environments import read_settings
from mut_assets.operations.home import opened_history, prepare_home
from mut_assets.publishing.publisher import Publisher
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.held_records import HeldRecords
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.publication_log import OUTCOME, PLANS, PublicationLog
from mut_assets.resources.bucket.snapshots import Snapshots, StoredTable, naming
from mut_assets.resources.clock import Clock
from mut_assets.resources.disk import full
from mut_assets.resources.failures import PermanentFailure
from mut_assets_tests.golden.situations import Produce, Situation


def _record(data: bytes) -> Produce:
    def produce(folder: Path) -> object:
        bucket = Bucket(str(folder))
        bucket.put(OUTCOME, data)
        return PublicationLog(bucket).read()

    return produce


def _plan(folder: Path) -> object:
    bucket = Bucket(str(folder))
    bucket.put(f"{PLANS}0a1b2c3d4e5f.json", b'{"collection": "nadie", "status": "refused", "where": ""}')
    return PublicationLog(bucket).refused("0a1b2c3d4e5f")


RECORDS = [
    Situation("MUT-STATE-001", "a record of a newer release", _record(b'{"format": 2}')),
    Situation("MUT-STATE-002", "half a record", _record(b'{"run_id": "1", "at')),
    Situation("MUT-STATE-002", "a number for a text", _record(b'{"run_id": 1, "at": "", "outcomes": []}')),
    Situation("MUT-STATE-002", "a list for an object", _record(b"[]")),
    Situation("MUT-STATE-002", "a format that is none", _record(b'{"format": "one"}')),
    Situation("MUT-STATE-002", "a refused plan of nobody", _plan),
]


def _one_id_twice(folder: Path) -> object:
    Bucket(str(folder)).put("raw/tiendas_20260301_030000.csv", b"id,titulo,problema\n1,Pan,\n")
    row = b"1,Pan,Vende pan.,raw/tiendas_20260301_030000.csv,x\n"
    return _snapshot(b"id,titulo,texto_embedding,origen,fuente\n" + row * 2)(folder)


def _snapshot(data: bytes) -> Produce:
    def produce(folder: Path) -> object:
        bucket = Bucket(str(folder))
        bucket.put("vectorial/stores_vectorial_20260301_030000.csv", data)
        publisher = Publisher(
            Snapshots(bucket, Clock()),
            DocumentStore(bucket, "v1/"),
            HeldRecords(bucket, Snapshots(bucket, Clock())),
            PublicationLog(bucket),
        )
        return publisher.propose(TIENDAS, {}, date(2026, 3, 2)).failure

    return produce


def _cut_at_a_rows_end(folder: Path) -> object:
    bucket = Bucket(str(folder))
    snapshots = Snapshots(bucket, Clock(lambda: "2026-03-02"))
    key = snapshots.write("raw", TIENDAS, pd.DataFrame({"id": ["1", "2"], "titulo": ["Pan", "Té"]}, dtype=str))
    bucket.put(key, bucket.get(key).rpartition(b"2")[0])
    try:
        return snapshots.read(key)
    except PermanentFailure as failure:
        return re.sub(r"\d{8}_\d{6}", "20260302_030000", str(failure))


def _edited(_: Path) -> None:
    with naming(StoredTable(pd.DataFrame(), "raw/tiendas_20260302_030000.csv")):
        raise ValueError("a list of objects that hold text was due, not '[1'")


SNAPSHOTS = [
    Situation("MUT-DATA-005", "a snapshot that a spreadsheet saved with semicolons", _snapshot(b"id;titulo\n1;Pan\n")),
    Situation("MUT-DATA-005", "a snapshot with a header only", _snapshot(b"id,titulo,texto_embedding,origen,fuente\n")),
    Situation(
        "MUT-DATA-005",
        "a snapshot whose raw table is gone",
        _snapshot(b"id,titulo,texto_embedding,origen,fuente\n1,Pan,Pan,raw/tiendas_20260301_030000.csv,x\n"),
    ),
    Situation(
        "MUT-DATA-005",
        "a snapshot whose raw table has no name",
        _snapshot(b"id,titulo,texto_embedding,origen,fuente\n1,Pan,Pan,,x\n"),
    ),
    Situation("MUT-DATA-007", "one id twice", _one_id_twice),
    Situation("MUT-DATA-005", "a snapshot that is not UTF-8", _snapshot(b"id,titulo\n1,Caf\xe9\n")),
    Situation("MUT-DATA-005", "a snapshot with too many cells", _snapshot(b"id,titulo\n1,2,3\n")),
    Situation("MUT-DATA-007", "a cell that somebody edited", _edited),
    Situation("MUT-DATA-008", "a snapshot that was cut at a row's end", _cut_at_a_rows_end),
]


def _history(folder: Path) -> None:
    settings = read_settings({"MUT_HOME": str(folder)})
    (settings.dagster_home / "history").mkdir(parents=True)
    (settings.dagster_home / "history/runs.db").write_bytes(b"no database at all, only text. " * 50)
    with patch.dict(os.environ), opened_history(settings):
        pass


DISK = [
    Situation("MUT-HOME-001", "no space left", lambda folder: full(folder)),
    Situation("MUT-HOME-001", "an output that takes nothing more", lambda _: full()),
    Situation(
        "MUT-HOME-002",
        "a home that cannot be made",
        lambda _: prepare_home(read_settings({"MUT_HOME": "/proc/nope"})),
    ),
    Situation("MUT-HOME-003", "a history that is no database", _history),
]

DAMAGE = [*RECORDS, *SNAPSHOTS, *DISK]
