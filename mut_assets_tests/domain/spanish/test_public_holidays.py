"""Chile's holidays by name and date, and what is told of them: what a timetable says, and never what it does not."""

from datetime import date

import pytest

from mut_assets.domain.collections import TIENDAS
from mut_assets.domain.documents.vectorial import vectorial_frame
from mut_assets.domain.spanish.hours import understand
from mut_assets.domain.spanish.public_holidays import (
    holiday_hours,
    is_irrenunciable,
    public_holidays,
    unsaid_holidays,
)
from mut_assets.domain.spanish.special_days import special_days
from mut_assets.domain.tables.raw import raw_frame
from mut_assets_tests.domain.items import FUENTE, block, place

LINK = "https://mercado.example/tiendas/uno/"
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def test_the_five_days_on_which_shops_must_close_are_holidays_of_each_year() -> None:
    for year in (2026, 2027, 2031):
        days = public_holidays(date(year, 1, 1), date(year, 12, 31))
        closed = [f"{day:%m-%d}" for day in days if is_irrenunciable(day)]
        assert closed == ["01-01", "05-01", "09-18", "09-19", "12-25"]
    assert public_holidays(*YEAR)[date(2026, 12, 8)] == "La Inmaculada Concepción"


def test_holidays_that_move_are_where_the_law_moved_them() -> None:
    """Ley 19.668: 29 June and 12 October go to the Monday before or after; 17 September 2027 is one by Ley 20.983."""
    assert date(2027, 6, 28) in (days := public_holidays(date(2027, 1, 1), date(2027, 12, 31)))
    assert date(2027, 10, 11) in days and date(2027, 9, 17) in days and date(2027, 10, 12) not in days


def test_a_span_over_new_year_has_the_holidays_of_both_years() -> None:
    assert [*public_holidays(date(2026, 12, 24), date(2027, 1, 1))] == [date(2026, 12, 25), date(2027, 1, 1)]


@pytest.mark.parametrize(
    ("hours", "today", "told"),
    [
        ("L-S 10-20, D y F 11-19", date(2026, 12, 1), ["2026-12-08 11:00"]),
        ("L-S 10-20, D y F cerrado", date(2026, 12, 20), ["2026-12-25", "2027-01-01"]),
        ("L-D 10-20. Cerrado feriados irrenunciables", date(2026, 12, 1), []),
        ("L-D 10-20. Cerrado feriados irrenunciables", date(2026, 9, 10), ["2026-09-18", "2026-09-19"]),
        ("L-D 10-20. F 11-19", date(2026, 12, 20), []),  # it does not speak of those on which shops must close
        ("L-D y F 10-20", date(2026, 12, 1), []),  # no other hours than on any day
        ("L-D 10-20", date(2026, 12, 20), []),
    ],
)
def test_a_holiday_is_told_where_the_timetable_says_other_hours(hours: str, today: date, told: list[str]) -> None:
    week = understand(hours).week
    assert week is not None
    days = holiday_hours(week, LINK, today)
    opening = [[f"{span.opens // 60}:{span.opens % 60:02}" for span in day.spans] for day in days]
    assert [" ".join([f"{day.day}", *opens]) for day, opens in zip(days, opening, strict=True)] == told
    assert all(day.remarks == (public_holidays(day.day, day.day)[day.day],) for day in days)


def text(hours: str, today: date, *rows: tuple[str, str, str]) -> str:
    shop = place(block(schedule=hours), link=LINK)
    days, _ = special_days(dict(zip(("fecha", "link", "horario"), row, strict=True)) for row in rows)
    return str(vectorial_frame(TIENDAS, raw_frame(TIENDAS, [shop], FUENTE), "", days, today)["texto_embedding"][0])


def test_a_visitor_is_told_by_date_and_name_and_a_row_of_people_wins() -> None:
    hours, eve = "L-S 10-20, D y F 11-19", date(2026, 12, 7)
    assert "El martes 8 de diciembre de 2026: abre de 11:00 a 19:00 (La Inmaculada Concepción)." in text(hours, eve)
    assert "Hoy, martes 8 de diciembre de 2026, abre de 11:00" in text(hours, date(2026, 12, 8))
    assert "8 de diciembre" not in text(hours, date(2026, 12, 9))
    closed = text(hours, eve, ("2026-12-08", "*", "Cerrado"))
    assert "El martes 8 de diciembre de 2026: cerrado." in closed and "Inmaculada" not in closed


def test_hours_that_do_not_hold_now_say_nothing_of_holidays() -> None:
    assert "8 de diciembre" not in text("L-S 10-20, D y F 11-19, suspendido hasta nuevo aviso", date(2026, 12, 7))


def test_people_are_asked_only_about_holidays_that_nobody_speaks_of() -> None:
    shops = [(LINK, "L-S 10-20, D y F 11-19"), ("https://mercado.example/tiendas/dos/", "L-D 10-20")]
    [problem] = unsaid_holidays(shops, [], date(2026, 12, 1))
    assert problem.startswith("2026-12-08 is La Inmaculada Concepción") and "1 of 2 places" in problem
    assert "tiendas/dos" in problem and "horarios_especiales.csv" in problem
    rows, _ = special_days([{"fecha": "2026-12-08", "link": "*", "horario": "10 a 14"}])
    assert unsaid_holidays(shops, rows, date(2026, 12, 1)) == []
    assert unsaid_holidays([], [], date(2026, 12, 1)) == []
