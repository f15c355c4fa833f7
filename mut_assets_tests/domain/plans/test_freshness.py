"""How old the knowledge is: from the stamps of the snapshots that visitors are answered from."""

from datetime import UTC, datetime, timedelta

import pytest

from mut_assets.domain.plans.freshness import Age, ages

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def test_the_oldest_comes_first_and_what_has_no_stamp_has_no_age() -> None:
    found = ages(
        {
            "eventos": "raw/eventos_20260310_030000.csv",
            "tiendas": "raw/tiendas_20260308_030000.csv",
            "preguntas": "raw/preguntas.csv",
            "restaurantes": "otra/carpeta_2/restaurantes_20260309_030000.csv",
        },
        NOW,
    )
    assert [age.collection for age in found] == ["tiendas", "restaurantes", "eventos"]
    assert found[0] == Age("tiendas", datetime(2026, 3, 8, 3, tzinfo=UTC), timedelta(days=2, hours=9))


@pytest.mark.parametrize(
    ("age", "stale", "english", "spanish"),
    [
        (timedelta(minutes=6), False, "0.1 hours ago", "hace 0,1 horas"),
        (timedelta(hours=26), False, "26.0 hours ago", "hace 26,0 horas"),
        (timedelta(hours=26, seconds=1), True, "26.0 hours ago", "hace 26,0 horas"),
        (timedelta(hours=47.9), True, "47.9 hours ago", "hace 47,9 horas"),
        (timedelta(days=2), True, "2.0 days ago", "hace 2,0 días"),
    ],
)
def test_knowledge_is_stale_after_a_night_and_two_hours_and_its_age_is_said(
    age: timedelta, stale: bool, english: str, spanish: str
) -> None:
    told = Age("tiendas", datetime(2026, 3, 8, 3, 5, tzinfo=UTC), age)
    assert told.stale is stale
    assert str(told) == f"tiendas: as read on 2026-03-08 03:05 UTC, {english}"
    assert told.in_spanish() == f"tiendas: como se leyó el 2026-03-08 03:05 UTC, {spanish}"
