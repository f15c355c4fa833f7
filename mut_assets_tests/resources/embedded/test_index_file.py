"""The index's file: damaged, foreign, of another version, in use, or left by a process that died."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from textwrap import dedent

import pytest

import mut_assets
from mut_assets.domain.documents.vectors import VectorRecord
from mut_assets.resources.embedded import index_file
from mut_assets.resources.embedded.index import LocalIndex
from mut_assets.resources.embedded.index_file import reading, writing
from mut_assets.resources.failures import PermanentFailure, TransientFailure
from mut_assets_tests.resources.plaza import PREFIX, RecordingBucket, found, ingest, publish

ROOT = Path(mut_assets.__file__).parents[1]


def test_nothing_ingested_yet_finds_nothing_and_makes_no_file(index: LocalIndex) -> None:
    assert index.search("helados") == []
    assert (index.served(), index.size(), index.vector_ids()) == ({}, 0, [])
    assert not index.path.exists()


@pytest.mark.parametrize("content", [b"no es una base", b"x" * 8_192])
def test_a_corrupt_file_is_named_with_what_to_do(index: LocalIndex, bucket: RecordingBucket, content: bytes) -> None:
    index.path.parent.mkdir()
    index.path.write_bytes(content)
    for ask in (index.served, lambda: index.search("helados"), lambda: index.ingest(bucket, PREFIX)):
        with pytest.raises(PermanentFailure, match="MUT-KB-001: .*Delete it together with index.sqlite-wal") as raised:
            ask()
        assert str(index.path) in raised.value.what


def test_a_file_damaged_inside_is_named_too(index: LocalIndex, bucket: RecordingBucket) -> None:
    ingest(index, bucket)
    content = bytearray(index.path.read_bytes())
    content[4_096:] = b"\x99" * (len(content) - 4_096)
    index.path.write_bytes(content)
    with pytest.raises(PermanentFailure, match="MUT-KB-001"):
        index.served()


def test_somebody_elses_database_is_never_touched(index: LocalIndex, bucket: RecordingBucket) -> None:
    index.path.parent.mkdir()
    with closing(sqlite3.connect(index.path)) as db:
        db.executescript("CREATE TABLE sueldos (nombre TEXT); INSERT INTO sueldos VALUES ('Ana');")
    for ask in (index.served, lambda: index.ingest(bucket, PREFIX)):
        with pytest.raises(PermanentFailure, match="MUT-KB-002"):
            ask()
    with closing(sqlite3.connect(index.path)) as db:
        assert db.execute("SELECT nombre FROM sueldos").fetchall() == [("Ana",)]


def test_a_file_of_another_version_serves_nothing_until_it_is_rebuilt(
    index: LocalIndex, bucket: RecordingBucket
) -> None:
    ingest(index, bucket)
    index.upsert_vectors([VectorRecord("tiendas/11#aa", [1.0])])
    with closing(sqlite3.connect(index.path)) as db:
        db.execute(f"PRAGMA user_version = {index_file.VERSION - 1}")
        db.execute("ALTER TABLE documents DROP COLUMN link")
    assert (index.search("helados"), index.served()) == ([], {})
    assert ingest(index, bucket).new == 5
    assert found(index, "juguetes") == ["11"]
    assert index.vector_ids() == []


def test_a_path_that_cannot_be_used_is_named(tmp_path: Path, bucket: RecordingBucket) -> None:
    (tmp_path / "archivo").write_text("x")
    for path in (tmp_path / "archivo" / "index.sqlite", tmp_path):
        with pytest.raises(PermanentFailure, match="MUT-KB-003"):
            LocalIndex(path).ingest(bucket, PREFIX)


def test_a_reader_at_work_neither_stops_a_writer_nor_sees_it(
    index: LocalIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.upsert_vectors([VectorRecord("a/1#x", [1.0])])
    monkeypatch.setattr(index_file, "BUSY_SECONDS", 0.01)
    with reading(index.path) as db:
        assert db is not None
        assert db.execute("SELECT count(*) FROM vectors").fetchone() == (1,)
        index.upsert_vectors([VectorRecord("a/2#x", [1.0])])
        assert db.execute("SELECT count(*) FROM vectors").fetchone() == (1,)
    assert index.vector_ids() == ["a/1#x", "a/2#x"]


def test_a_second_writer_is_told_to_wait(index: LocalIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    index.upsert_vectors([VectorRecord("a/1#x", [1.0])])
    monkeypatch.setattr(index_file, "BUSY_SECONDS", 0.01)
    with writing(index.path), pytest.raises(TransientFailure, match="MUT-KB-101"):
        index.upsert_vectors([VectorRecord("a/2#x", [1.0])])


OTHER_PROCESS = dedent(
    """
    import os, sys
    from pathlib import Path
    from mut_assets.resources.embedded.index import LocalIndex
    from mut_assets.resources.bucket.object_store import Bucket

    class Slow(Bucket):
        def get(self, key):
            if key.endswith("stores/12.md"):
                print("reading", flush=True)
                if sys.stdin.readline() == "die\\n":
                    os._exit(9)
            return super().get(key)

    LocalIndex(Path(sys.argv[1])).ingest(Slow(sys.argv[2]), sys.argv[3])
    """
)


def ingestion_elsewhere(index: LocalIndex, where: str) -> subprocess.Popen[str]:
    """Another process in the middle of an ingestion; it goes on, or dies, when told by a line."""
    command = [sys.executable, "-c", OTHER_PROCESS, str(index.path), where, PREFIX]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    assert process.stdout.readline() == "reading\n"
    return process


@pytest.mark.parametrize(("order", "status"), [("go on", 0), ("die", 9)])
def test_readers_see_the_previous_state_while_another_process_writes_and_after_it_died(
    index: LocalIndex, tmp_path: Path, order: str, status: int
) -> None:
    bucket = RecordingBucket(str(tmp_path / "bucket"))
    publish(bucket, "stores/11.md", "# El Trompo\n\nJuguetes.\n")
    publish(bucket, "stores/12.md", "# Pasos Firmes\n\nZapatos.\n")
    ingest(index, bucket)
    publish(bucket, "stores/11.md", "# El Trompo\n\nCandados.\n")
    publish(bucket, "stores/12.md", "# Pasos Firmes\n\nCarteras.\n")
    process = ingestion_elsewhere(index, bucket.where)
    assert found(index, "juguetes") == ["11"]
    process.communicate(order + "\n", timeout=60)
    assert process.returncode == status
    assert found(index, "juguetes") == (["11"] if status else [])
    assert ingest(index, bucket).modified == (2 if status else 0)
    assert found(index, "carteras") == ["12"]
