"""Since when a record is held: remembered, and rebuilt from the snapshots up to the one that was read."""

from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from mut_assets.domain.collections import PREGUNTAS, TIENDAS
from mut_assets.resources.bucket.held_records import PREFIX, HeldRecords
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.snapshots import Snapshots
from mut_assets.resources.clock import Clock

TODAY = date(2026, 3, 9)


def raw(**problems: str) -> pd.DataFrame:
    """One row per id, with its problem."""
    rows = [{"id": id[1:], "titulo": "", "link": f"/{id}", "problema": problem} for id, problem in problems.items()]
    return pd.DataFrame(rows, dtype=str)


@pytest.fixture
def records(tmp_path: Path) -> HeldRecords:
    """Record 1 has not been understood since the 3rd, record 2 was until the 5th; the night of the 7th is the last."""
    bucket = Bucket(str(tmp_path))
    snapshots = Snapshots(bucket, Clock())
    for day, table in ((2, raw(n1="", n2="x")), (3, raw(n1="x", n2="")), (5, raw(n1="x", n2="x")), (7, raw(n1="x"))):
        stamp = datetime(2026, 3, day, 12, tzinfo=UTC).strftime("%Y%m%d_%H%M%S")
        bucket.put(f"raw/tiendas_{stamp}.csv", table.to_csv(index=False).encode())
    return HeldRecords(bucket, snapshots)


def test_a_lost_cache_is_rebuilt_from_the_snapshots_up_to_the_one_that_was_read(records: HeldRecords) -> None:
    table = records.snapshots.read("raw/tiendas_20260305_120000.csv")
    held = records.held(TIENDAS, table, TODAY)
    assert [(record.id, record.title, record.since) for record in held] == [
        ("1", "1", date(2026, 3, 3)),
        ("2", "2", date(2026, 3, 5)),
    ]
    assert records.bucket.get(f"{PREFIX}tiendas.json") == b'{\n "1": "2026-03-03",\n "2": "2026-03-05"\n}'


def test_a_record_that_is_new_in_the_cache_is_held_since_today(records: HeldRecords) -> None:
    records.bucket.put(f"{PREFIX}tiendas.json", b'{"2": "2026-02-01"}')
    table = records.snapshots.read("raw/tiendas_20260305_120000.csv")
    held = records.held(TIENDAS, table, TODAY, remember=False)
    assert [record.since for record in held] == [TODAY, date(2026, 2, 1)]
    assert records.bucket.get(f"{PREFIX}tiendas.json") == b'{"2": "2026-02-01"}', "a rehearsal writes nothing"


def test_a_table_without_links_has_held_records_without_links(records: HeldRecords) -> None:
    frame = raw(n1="x").rename(columns={"titulo": "pregunta"}).drop(columns="link")
    records.bucket.put("raw/preguntas_20260305_120000.csv", frame.to_csv(index=False).encode())
    [record] = records.held(PREGUNTAS, records.snapshots.read("raw/preguntas_20260305_120000.csv"), TODAY)
    assert (record.link, record.problem) == ("", "x")
