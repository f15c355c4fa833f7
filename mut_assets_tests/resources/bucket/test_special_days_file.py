"""The hand-kept table of special days: what can be used is used, and the rest is said, whatever people upload."""

from datetime import date

import pytest

from mut_assets.domain.spanish.special_days import SpecialDay
from mut_assets.domain.spanish.week import OpenSpan
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.special_days_file import SpecialDays, SpecialDaysFile

KEY = "raw/horarios_especiales.csv"
CLOSED = SpecialDay(date(2025, 9, 18), "*", ())
SHORT = SpecialDay(date(2025, 12, 25), "/tiendas/la-ranura", (OpenSpan(600, 900),))


def read(bucket: Bucket, data: bytes) -> SpecialDays:
    bucket.put(KEY, data)
    return SpecialDaysFile(bucket).read()


def test_without_a_file_there_are_no_special_days_and_no_problem(bucket: Bucket) -> None:
    assert SpecialDaysFile(bucket).read() == SpecialDays((), ())


@pytest.mark.parametrize(
    "text",
    [
        "fecha,link,horario\n2025-12-25,https://plaza.example/tiendas/la-ranura/,10:00 - 15:00\n2025-09-18,*,Cerrado\n",
        "\ufeffFecha;Link;Horario\r\n18-09-2025;*;cerrado\r\n\r\n25/12/2025;/tiendas/la-ranura;10:00 - 15:00\r\n;;\r\n",
        "nota,horario,link,fecha\nFiestas Patrias,Cerrado,*,2025-09-18\n,10:00 - 15:00,/tiendas/la-ranura,2025-12-25\n",
    ],
)
def test_the_days_come_by_date_however_the_table_was_saved(bucket: Bucket, text: str) -> None:
    assert read(bucket, text.encode()) == SpecialDays((CLOSED, SHORT), ())


def test_a_row_that_cannot_be_used_is_said_with_its_file_and_the_others_count(bucket: Bucket) -> None:
    found = read(bucket, b"fecha,link,horario\n2025-09-18,*,Cerrado\n\n31-02-2025,*,Cerrado\n2025-09-19,,10 a 12\n")
    assert found.days == (CLOSED,)
    assert found.problems == (
        f"{KEY}: Row 4: '31-02-2025' is not a date; write it like 2025-09-18 or 18-09-2025.",
        f"{KEY}: Row 5: '' names no page; write the address of one, or * for every place.",
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04...", "The file is a workbook that cannot be read: it is damaged"),
        (b"fecha;horario\n2025-09-18;Cerrado\n", "The header (line 1) has no column link."),
        (b'fecha;link;horario\n2025-09-18;*;"Cerrado\n', "The row that begins on line 2 has a quotation mark"),
        (b"fecha;link;horario\n\xff\xfe\x00", "Line 2 holds a NUL byte"),
    ],
)
def test_a_file_that_is_no_table_fails_nothing_and_says_what_to_do(bucket: Bucket, data: bytes, said: str) -> None:
    found = read(bucket, data)
    assert found.days == ()
    (problem,) = found.problems
    assert problem.startswith(f"{KEY}: {said}") and problem.endswith(".")


def test_the_key_follows_the_prefix_of_the_raw_files(bucket: Bucket) -> None:
    bucket.put("crudo/horarios.csv", b"fecha,link,horario\nayer,*,Cerrado\n")
    found = SpecialDaysFile(bucket, "crudo/horarios.csv").read()
    assert found.days == () and found.problems[0].startswith("crudo/horarios.csv: Row 2: 'ayer' is not a date")
