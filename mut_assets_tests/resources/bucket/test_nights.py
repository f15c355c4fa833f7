"""Nights: one stamp per run, and which tables were one night, with a record and without."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from mut_assets.domain.collections import EVENTOS, PREGUNTAS, TIENDAS, Collection
from mut_assets.domain.plans.nights import Change
from mut_assets.resources.bucket.night_records import NightRecords
from mut_assets.resources.bucket.nights import Nights
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.snapshots import Snapshots
from mut_assets.resources.failures import PermanentFailure
from mut_assets_tests.resources.plaza import Stopped

NOON = "20241103_120000"


def test_two_runs_of_one_second_get_two_stamps_and_each_keeps_its_own(bucket: Bucket) -> None:
    nights = NightRecords(bucket, Stopped())
    assert [nights.of_run(run).stamp for run in ("a", "b", "a", "b")] == [NOON, "20241103_120001"] * 2


def test_a_later_step_finds_its_runs_stamp_in_another_process_too(bucket: Bucket) -> None:
    NightRecords(bucket, Stopped()).of_run("a", "schedule")
    hours_later = Stopped(instant=Stopped().now() + timedelta(hours=2))
    NightRecords(bucket, hours_later).of_run("b", "ui")
    again = NightRecords(bucket, hours_later).of_run("a", "ui")
    assert (again.stamp, again.by) == (NOON, "schedule")


@pytest.mark.parametrize("data", [b"", b"[]", b'{"run_id": 7}'])
def test_a_damaged_record_stops_no_run(bucket: Bucket, data: bytes) -> None:
    bucket.put(f"state/nights/{NOON}.json", data)
    assert NightRecords(bucket, Stopped()).of_run("a").stamp == "20241103_120001"


def write(bucket: Bucket, stamp: str, *collections: Collection) -> None:
    frame = pd.DataFrame({"id": ["1"], "titulo": [stamp], "fuente": ["https://mercado.example"]}, dtype=str)
    for collection in collections:
        Snapshots(bucket, Stopped()).write("vectorial", collection, frame, stamp)


def tables(bucket: Bucket, stamp: str, collections: Sequence[Collection] = (EVENTOS, TIENDAS)) -> list[str]:
    """From which files a rollback to this stamp would publish."""
    nights = Nights(Snapshots(bucket, Stopped(instant=datetime(2024, 12, 1, tzinfo=UTC))))
    found = [nights.table(nights.find(stamp), collection) for collection in collections]
    return [table.snapshot[-19:-4] if table else "" for table in found]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("20241103_120106", ["20241103_120106", "20241103_120110"]),
        ("20241103_120110", ["20241103_120106", "20241103_120110"]),
        ("20241103_120107", ["20241103_120106", "20241103_120110"]),
        ("20241103_090001", ["20241103_090001", "20241103_090004"]),
        ("20241103_115959", ["20241103_090001", "20241103_090004"]),
    ],
)
def test_any_stamp_of_a_night_of_the_release_before_gives_the_whole_night(
    bucket: Bucket, asked: str, expected: list[str]
) -> None:
    """The stamp of one of four tables gave that one and the others of the night before."""
    for events, shops in (("20241103_090001", "20241103_090004"), ("20241103_120106", "20241103_120110")):
        write(bucket, events, EVENTOS)
        write(bucket, shops, TIENDAS)
    assert tables(bucket, asked) == expected


def test_a_night_of_a_few_tables_has_the_others_of_the_nights_that_it_took_them_from(bucket: Bucket) -> None:
    """It published its own shops with the events of the first night; those of the second came to its eyes too late."""
    records = NightRecords(bucket, Stopped(instant=datetime(2024, 11, 3, 14, tzinfo=UTC)))
    for stamp, collections in (
        ("20241103_090000", (EVENTOS, TIENDAS)),
        ("20241103_130000", (EVENTOS,)),
        ("20241103_140000", (TIENDAS,)),
    ):
        write(bucket, stamp, *collections)
    night = records.of_run("resumed", "resume")
    took = Change("unchanged", "vectorial/eventos_vectorial_20241103_090000.csv")
    own = Change("published", "vectorial/stores_vectorial_20241103_140000.csv", changed=1)
    records.keep(type(night)(night.stamp, "resumed", changes={"eventos": took, "tiendas": own}))
    assert tables(bucket, "20241103_140000") == ["20241103_090000", "20241103_140000"]
    last = NightRecords(bucket, Stopped()).last("20241103_140000")
    assert last.taken_over == {"eventos": "vectorial/eventos_vectorial_20241103_090000.csv"}


def test_a_night_that_had_no_table_of_a_collection_has_none(bucket: Bucket) -> None:
    write(bucket, "20241103_090000", TIENDAS)
    write(bucket, "20241104_090000", TIENDAS, PREGUNTAS)
    assert tables(bucket, "20241103_090000", [PREGUNTAS, TIENDAS]) == ["", "20241103_090000"]


@pytest.mark.parametrize(
    ("stamp", "code"),
    [
        ("ayer", "MUT-PUB-004"),
        ("2024-11-03", "MUT-PUB-004"),
        ("20241103", "MUT-PUB-004"),
        ("99999999_9999990", "MUT-PUB-004"),
        ("20271103_120000", "MUT-PUB-004"),
        ("20241102_000000", "MUT-PUB-005.*20241103_120000"),
    ],
)
def test_what_names_no_night_is_refused(bucket: Bucket, stamp: str, code: str) -> None:
    write(bucket, NOON, TIENDAS)
    with pytest.raises(PermanentFailure, match=code):
        Nights(Snapshots(bucket, Stopped())).find(stamp)
