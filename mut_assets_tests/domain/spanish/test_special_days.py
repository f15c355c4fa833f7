from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mut_assets.domain.spanish.special_days import (
    AHEAD,
    SpecialDay,
    path_of,
    special_day,
    special_days,
    special_sentence,
)
from mut_assets.domain.spanish.week import OpenSpan

EIGHTEENTH = date(2025, 9, 18)  # a Thursday
SHOP = "https://mercado.example/tiendas/la-huerta/"
TEN_TO_THREE = (OpenSpan(600, 900),)


def row(fecha: str = "2025-09-18", link: str = "*", horario: str = "Cerrado") -> dict[str, str]:
    return {"fecha": fecha, "link": link, "horario": horario}


@pytest.mark.parametrize(
    "fecha", ["2025-09-18", "18-09-2025", "18/09/2025", "18.9.2025", " 2025-9-18 ", "2025-09-18 00:00:00"]
)
def test_a_date_is_read_in_every_way_a_spreadsheet_writes_it_and_its_headers(fecha: str) -> None:
    for cells in (row(fecha), {" Fecha": fecha, "LINK ": "*", "Horario": "Cerrado"}):
        assert special_days([cells]) == ([SpecialDay(EIGHTEENTH, "*", ())], [])


@pytest.mark.parametrize(
    ("horario", "spans", "remarks"),
    [
        ("Cerrado", (), ()),
        ("CERRADO por feriado irrenunciable", (), ("por feriado irrenunciable",)),
        *((f"{day}10:00 - 15:00", TEN_TO_THREE, ()) for day in ("", "Jueves: ", "Festivos: ")),
        ("10am a 3pm (última entrada 14:30)", TEN_TO_THREE, ("última entrada 14:30",)),
        ("10:00-14:00 y 16:00-20:00", (OpenSpan(600, 840), OpenSpan(960, 1200)), ()),
        ("24 horas", (OpenSpan(0, 1440),), ()),
        ("L-V 10:00 - 15:00, S cerrado", TEN_TO_THREE, ()),
    ],
)
def test_the_hours_of_a_row_are_those_of_its_day(
    horario: str, spans: tuple[OpenSpan, ...], remarks: tuple[str, ...]
) -> None:
    assert special_days([row(horario=horario)]) == ([SpecialDay(EIGHTEENTH, "*", spans, remarks)], [])


@pytest.mark.parametrize(
    ("bad", "what"),
    [
        (row(fecha="18 de septiembre"), "Row 3: '18 de septiembre' is not a date; write it like 2025-09-18"),
        *((row(fecha=day), f"Row 3: '{day}' is not a date; write") for day in ("2025-02-30", "18-09/2025", "")),
        (row(link=""), "Row 3: '' names no page; write the address of one, or *"),
        (row(link="https://mercado.example/"), "Row 3: 'https://mercado.example/' names no page; write"),
        (row(horario=""), "Row 3: '' says no hours for that jueves; write 10:00 - 15:00 or Cerrado."),
        (row(horario="10 a 3"), "Row 3: '10 a 3' says no hours for that jueves (10:00 to 3:00 closes before it opens"),
        (row(horario="S-D: 10:00 - 15:00"), "says no hours for that jueves; write"),
        ({"fecha": "2025-09-18", "enlace": "*", "horario": "Cerrado"}, "Row 3: '' names no page"),
    ],
)
def test_a_row_that_cannot_be_used_says_what_to_do_and_stops_no_other(bad: dict[str, str], what: str) -> None:
    good, troubles = special_days([row(link="/a"), bad, row(link="/b")])
    assert [special.link for special in good] == ["/a", "/b"]
    (trouble,) = troubles
    assert what in trouble


def test_empty_rows_are_passed_over_and_still_counted() -> None:
    good, troubles = special_days([row(link="/a"), {"fecha": " ", "link": "", "horario": ""}, row(fecha="mañana")])
    assert (len(good), [trouble.split(":")[0] for trouble in troubles]) == (1, ["Row 4"])


def test_rows_that_contradict_each_other_are_all_refused_and_repeated_ones_count_once() -> None:
    rows = [row(), row(horario="10-15"), row(link="/a"), row(link="/a/", fecha="18/09/2025"), row(fecha="2025-12-25")]
    good, troubles = special_days(rows)
    assert [(special.day.month, special.link) for special in good] == [(9, "/a"), (12, "*")]
    assert troubles == ["Rows 2, 3: they give * different hours on 2025-09-18; keep the right one."]


def test_days_come_in_order_of_their_dates() -> None:
    ordered = [("2025-09-18", "/a"), ("2025-09-18", "/b"), ("2025-09-19", "*"), ("2025-12-25", "*")]
    good, _ = special_days([row(*cells) for cells in reversed(ordered)])
    assert [(special.day.isoformat(), special.link) for special in good] == ordered


@pytest.mark.parametrize(
    "link",
    [
        *("https://mercado.example/tiendas/la-huerta", "http://localhost:8089/tiendas/la-huerta/?a=b#c"),
        *("//mercado.example/tiendas/la-huerta/", "mercado.example/tiendas/la-huerta", "/tiendas/la-huerta"),
        *("tiendas/la-huerta/", " HTTPS://Mercado.Example/Tiendas/La-Huerta/ "),
    ],
)
def test_addresses_of_one_page_are_the_same(link: str) -> None:
    assert path_of(link) == "/tiendas/la-huerta"
    assert path_of("/tiendas/caf%C3%A9.html") == "/tiendas/café.html", "a dot in the name of a page is no host"


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (3, ""),  # fifteen days ahead
        *((day, "El jueves 18 de septiembre de 2025: cerrado.") for day in (4, 17)),
        (18, "Hoy, jueves 18 de septiembre de 2025, cerrado."),
        (19, ""),
    ],
)
def test_a_special_day_is_announced_and_then_said_and_then_forgotten(day: int, told: str) -> None:
    days, _ = special_days([row()])
    assert special_sentence(days, SHOP, date(2025, 9, day)) == told


def test_today_is_said_before_what_comes_and_remarks_are_kept() -> None:
    days, _ = special_days([row("19-09-2025", horario="12 a 18 (solo jardín)"), row()])
    assert special_sentence(days, SHOP, EIGHTEENTH) == (
        "Hoy, jueves 18 de septiembre de 2025, cerrado. "
        "El viernes 19 de septiembre de 2025: abre de 12:00 a 18:00 (solo jardín)."
    )


@pytest.mark.parametrize("order", [1, -1])
def test_a_row_about_the_page_counts_before_one_about_every_place(order: int) -> None:
    days, _ = special_days([row(), row(link=SHOP, horario="10 a 15")])
    days = days[::order]
    assert special_sentence(days, SHOP, EIGHTEENTH) == "Hoy, jueves 18 de septiembre de 2025, abre de 10:00 a 15:00."
    assert special_sentence(days, "/otra", EIGHTEENTH) == "Hoy, jueves 18 de septiembre de 2025, cerrado."
    assert special_sentence([special for special in days if special.link != "*"], "/otra", EIGHTEENTH) == ""


KNOWN = ["*", "/a", "https://mercado.example/a", "//[", "2025-09-18", "18/09/2025", "Cerrado", "10 a 15", "lunes 10-15"]
CELLS = st.one_of(st.text(max_size=20), st.sampled_from(KNOWN))
ROWS = st.lists(st.fixed_dictionaries({"fecha": CELLS, "link": CELLS, "horario": CELLS}), max_size=6)


@given(ROWS)
def test_no_row_is_lost_without_a_word(rows: list[dict[str, str]]) -> None:
    good, troubles = special_days(rows)
    assert len(good) + len(troubles) <= len(rows)
    assert bool(good or troubles) == any(cell.strip() for cells in rows for cell in cells.values())
    for special in good:
        assert special_day(good, special.link, special.day) == special
        assert special_sentence(good, special.link, special.day).startswith("Hoy, ")


DAYS = st.dates(date(2024, 9, 1), date(2025, 12, 31))


@given(ROWS, CELLS, DAYS)
def test_nothing_is_said_beyond_the_days_ahead(rows: list[dict[str, str]], link: str, today: date) -> None:
    good, _ = special_days(rows)
    near = [special for special in good if today <= special.day <= today + AHEAD]
    assert special_sentence(good, link, today) == special_sentence(near, link, today)
