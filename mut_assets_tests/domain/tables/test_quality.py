import pandas as pd
import pytest

from mut_assets.domain.collections import PREGUNTAS, TIENDAS
from mut_assets.domain.tables import quality
from mut_assets.domain.tables.raw import raw_frame
from mut_assets_tests.domain.items import FUENTE, page


def stores(good: int, sick: int = 0) -> pd.DataFrame:
    items = [page(id=number) for number in range(1, good + 1)]
    return raw_frame(TIENDAS, items + [page(id=900 + number, link="") for number in range(sick)], FUENTE)


def cells(**columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(columns, dtype="str")


def test_an_empty_table_is_no_good() -> None:
    assert quality.not_empty(stores(0), TIENDAS) == ["the table of tiendas has no rows"]
    assert quality.not_empty(stores(1), TIENDAS) == []


def test_an_id_on_two_rows_is_named() -> None:
    assert quality.unique_ids(cells(id=["7", "8", "7", "9", "9"])) == [
        "2 rows have the id '7'",
        "2 rows have the id '9'",
    ]
    assert quality.unique_ids(stores(3)) == []


def test_rows_with_a_problem_may_share_an_id() -> None:
    for problem, found in (("x", []), ("", ["2 rows have the id '7'"])):
        assert quality.unique_ids(cells(id=["7", "7", "8"], problema=[problem, problem, ""])) == found


def test_a_missing_column_and_an_empty_cell_are_named() -> None:
    frame = cells(id=["7", "8"], titulo=["Uno", " "])
    assert quality.required_columns(frame, TIENDAS, TIENDAS.required) == [
        "the table of tiendas has no column link",
        "row 8 has nothing in titulo",
    ]
    assert quality.required_columns(stores(2), TIENDAS, TIENDAS.required) == []


def test_many_findings_are_counted_and_the_first_five_named() -> None:
    frame = cells(id=[str(number) for number in range(9)], titulo=[""] * 9)
    found = quality.required_columns(frame, TIENDAS, ["titulo"])
    assert found[0] == "row 0 has nothing in titulo"
    assert found[5:] == ["and 4 more"]


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("<p>Pan", "'<p>'"),
        ("Pan&nbsp;y té", "'&nbsp;'"),
        ('[{"lugar": "<b>Nivel</b>"}]', "'<b>'"),
    ],
)
def test_markup_is_named_with_its_row_and_column(cell: str, found: str) -> None:
    frame = cells(id=["7", "8"], pregunta=["¿<nombre>?", cell])
    assert quality.free_of_markup(frame, PREGUNTAS) == [f"row 8 of preguntas has {found} in pregunta"]


@pytest.mark.parametrize(
    ("good", "sick", "passes"),
    [(10, 0, True), (1, 4, True), (45, 5, True), (44, 5, False), (0, 5, False), (0, 0, True)],
)
def test_more_than_a_tenth_and_at_least_five_fail(good: int, sick: int, passes: bool) -> None:
    assert (quality.share_with_problema(stores(good, sick)) == []) is passes


def test_the_first_sick_rows_are_named_with_their_problem() -> None:
    (said,) = quality.share_with_problema(stores(1, 7))
    assert said.startswith("7 of 8 rows could not be understood (more than 10 %)")
    assert "900 (La Ranura & Cía): the link is missing" in said
    assert "904" in said and "905" not in said
