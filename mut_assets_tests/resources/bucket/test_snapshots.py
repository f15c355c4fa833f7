"""Snapshots: exact keys, exact cells, and the newest good one wins, whoever wrote it."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from mut_assets.domain.collections import BUNDLED, PREGUNTAS, TIENDAS
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.snapshots import Snapshots
from mut_assets.resources.failures import PermanentFailure
from mut_assets_tests.resources.plaza import Stopped


def frame(*titles: str, fuente: str = "https://mercado.example") -> pd.DataFrame:
    return pd.DataFrame({"id": [str(n) for n in range(len(titles))], "titulo": titles, "fuente": fuente}, dtype=str)


def keys(bucket: Bucket) -> list[str]:
    """What readers see: the seals are under state/."""
    return [entry.key for entry in bucket.list("") if not entry.key.startswith("state/")]


def test_keys_carry_the_stamp_and_the_fixed_names_are_kept_but_the_one_of_the_uploaded_faq_file(bucket: Bucket) -> None:
    snapshots = Snapshots(bucket, Stopped())
    snapshots.write("raw", TIENDAS, frame("a"))
    snapshots.write("vectorial", TIENDAS, frame("a"))
    snapshots.write("raw", PREGUNTAS, frame("a"))
    assert keys(bucket) == [
        "raw/preguntas_20241103_120000.csv",
        "raw/tiendas.csv",
        "raw/tiendas_20241103_120000.csv",
        "vectorial/stores_vectorial.csv",
        "vectorial/stores_vectorial_20241103_120000.csv",
    ]


def test_the_fixed_names_can_be_switched_off(bucket: Bucket) -> None:
    Snapshots(bucket, Stopped(), latest_alias=False).write("raw", TIENDAS, frame("a"))
    assert keys(bucket) == ["raw/tiendas_20241103_120000.csv"]


def test_two_snapshots_of_one_second_take_the_next_free_second(bucket: Bucket) -> None:
    snapshots = Snapshots(bucket, Stopped())
    assert snapshots.write("raw", TIENDAS, frame("a")) == "raw/tiendas_20241103_120000.csv"
    assert snapshots.write("raw", TIENDAS, frame("b")) == "raw/tiendas_20241103_120001.csv"
    newest = snapshots.newest("raw", TIENDAS)
    assert newest is not None and list(newest.frame["titulo"]) == ["b"]


def test_vectorial_files_begin_with_a_bom_and_raw_files_do_not(bucket: Bucket) -> None:
    snapshots = Snapshots(bucket, Stopped())
    assert bucket.get(snapshots.write("vectorial", TIENDAS, frame("ñandú"))).startswith(b"\xef\xbb\xbfid,titulo")
    assert bucket.get(snapshots.write("raw", TIENDAS, frame("ñandú"))).startswith(b"id,titulo")


@pytest.mark.parametrize(
    "cell", ["007", "", "NA", "null", "1.0", "True", 'a "quoted", one', "two\nlines", " spaces ", "ñandú 🍦", "=1+1"]
)
def test_cells_come_back_as_they_were(bucket: Bucket, cell: str) -> None:
    snapshots = Snapshots(bucket, Stopped())
    read = snapshots.read(snapshots.write("raw", TIENDAS, frame("x", cell)))
    assert list(read.frame["titulo"]) == ["x", cell]


@pytest.mark.parametrize("cell", ["a\r\nb", "a\rb"])
def test_every_line_end_becomes_lf(bucket: Bucket, cell: str) -> None:
    snapshots = Snapshots(bucket, Stopped())
    key = snapshots.write("raw", TIENDAS, frame(cell))
    assert b"\r" not in bucket.get(key)
    assert list(snapshots.read(key).frame["titulo"]) == ["a\nb"]


def test_a_table_that_csv_cannot_carry_is_refused_and_leaves_no_file(bucket: Bucket) -> None:
    two_columns_of_one_name = pd.DataFrame([["1", "a", "b"]], columns=["id", "titulo", "titulo"], dtype=str)
    with pytest.raises((PermanentFailure, AttributeError, ValueError)):
        Snapshots(bucket, Stopped()).write("raw", TIENDAS, two_columns_of_one_name)
    assert keys(bucket) == []


def test_the_newest_file_wins_whichever_run_wrote_it_and_an_earlier_stamp_can_be_asked_for(bucket: Bucket) -> None:
    for day, title in ((3, "sunday"), (5, "tuesday"), (4, "monday")):
        clock = Stopped(instant=datetime(2024, 11, day, 12, 0, tzinfo=UTC))
        Snapshots(bucket, clock).write("raw", TIENDAS, frame(title))
    snapshots = Snapshots(bucket, Stopped(instant=datetime(2024, 11, 6, tzinfo=UTC)))
    for as_of, title in (("", "tuesday"), ("20241104_235959", "monday"), ("20241103_120000", "sunday")):
        found = snapshots.newest("raw", TIENDAS, as_of)
        assert found is not None and list(found.frame["titulo"]) == [title]
    assert found is not None and found.snapshot == "raw/tiendas_20241103_120000.csv"
    assert snapshots.newest("raw", TIENDAS, "20241101_000000") is None


@pytest.mark.parametrize(("ahead", "read"), [(timedelta(minutes=4), "ahead"), (timedelta(minutes=6), "now")])
def test_a_table_from_the_future_is_named_and_passed_over_a_clock_that_differs_a_little_is_none(
    bucket: Bucket, ahead: timedelta, read: str
) -> None:
    for clock, title in ((Stopped(), "now"), (Stopped(instant=Stopped().now() + ahead), "ahead")):
        Snapshots(bucket, clock).write("raw", TIENDAS, frame(title))
    snapshots = Snapshots(bucket, Stopped())
    found = snapshots.newest("raw", TIENDAS)
    assert found is not None and list(found.frame["titulo"]) == [read]
    assert snapshots.from_the_future() == ([] if read == "ahead" else ["raw/tiendas_20241103_120600.csv"])


def test_a_run_whose_clock_is_behind_does_not_fall_back_to_older_tables_in_silence(bucket: Bucket) -> None:
    Snapshots(bucket, Stopped()).write("raw", TIENDAS, frame("yesterday"))
    behind = Snapshots(bucket, Stopped(instant=Stopped().now() - timedelta(hours=3)))
    behind.write("raw", TIENDAS, frame("tonight"), "20241103_090000")
    with pytest.raises(PermanentFailure, match="MUT-DATA-020.*tiendas_20241103_090000.*tiendas_20241103_120000"):
        behind.newest("raw", TIENDAS, own="20241103_090000")


def test_a_table_of_a_run_that_began_later_is_newer_than_the_runs_own(bucket: Bucket) -> None:
    clock = Stopped(instant=Stopped().now() + timedelta(minutes=2))
    snapshots = Snapshots(bucket, clock)
    snapshots.write("raw", TIENDAS, frame("began later"), "20241103_120100")
    snapshots.write("raw", TIENDAS, frame("own"), "20241103_120000")
    found = snapshots.newest("raw", TIENDAS, own="20241103_120000")
    assert found is not None and list(found.frame["titulo"]) == ["began later"]


def test_a_second_try_of_a_run_replaces_what_its_first_one_left_under_the_runs_stamp(bucket: Bucket) -> None:
    snapshots = Snapshots(bucket, Stopped())
    keys_written = {snapshots.write("raw", TIENDAS, frame(title), "20241103_120000") for title in ("first", "second")}
    found = snapshots.newest("raw", TIENDAS)
    assert keys_written == {"raw/tiendas_20241103_120000.csv"}
    assert found is not None and list(found.frame["titulo"]) == ["second"]


def test_other_files_under_the_prefix_are_no_snapshots(bucket: Bucket) -> None:
    for name in ("tiendas", "tiendas_old", "tiendas_20241103", "mis_tiendas_20241103_120000"):
        bucket.put(f"raw/{name}.csv", b"id,titulo\n1,a\n")
    assert Snapshots(bucket, Stopped()).newest("raw", TIENDAS) is None


def test_fictional_rows_never_stand_in_for_real_ones(bucket: Bucket) -> None:
    Snapshots(bucket, Stopped()).write("raw", TIENDAS, frame("real"))
    later = Stopped(instant=datetime(2025, 1, 1, tzinfo=UTC))
    Snapshots(bucket, later, bundled=True).write("raw", TIENDAS, frame("ficticia", fuente=BUNDLED))
    real = Snapshots(bucket, later).newest("raw", TIENDAS)
    sample = Snapshots(bucket, later, bundled=True).newest("raw", TIENDAS)
    assert real is not None and list(real.frame["titulo"]) == ["real"]
    assert sample is not None and list(sample.frame["titulo"]) == ["ficticia"]


def test_a_snapshot_that_is_no_csv_is_named_with_what_to_do(bucket: Bucket) -> None:
    bucket.put("raw/tiendas_20241103_120000.csv", b"\xff\xfe\x00")
    with pytest.raises(PermanentFailure, match="MUT-DATA-005.*raw/tiendas_20241103_120000.csv"):
        Snapshots(bucket, Stopped()).newest("raw", TIENDAS)
