"""Which floors a text names: the forms that editors and visitors write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mut_assets.domain.spanish.floors import bare, mentions


def floors(text: str, *, in_place: bool = False) -> list[int]:
    return [floor for mention in mentions(text, in_place=in_place) for floor in mention.floors]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("en el piso -3, al fondo", [-3]),
        ("Nivel 1  - local 23", [1]),
        ("Nivel −2", [-2]),
        ("PISO UNO", [1]),
        ("en el segundo piso", [2]),
        ("Tercer Nivel y cuarto piso", [3, 4]),
        ("séptimo piso, o septimo piso", [7, 7]),
        ("piso 0", [0]),
        ("piso 10:00", []),
        ("piso 2053", []),
        ("el segundo concierto", []),
        ("de 3 a 5", []),
    ],
)
def test_the_floors_of_a_text(text: str, named: list[int]) -> None:
    assert floors(text) == floors(text, in_place=True) == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        # of these only the reader of the index knew the floor
        ("Nivel: 2", [2]),
        ("Subsuelo 1", [-1]),
        ("Piso menos tres", [-3]),
        ("piso tres", [3]),
        ("primer subterraneo", [-1]),
        ("segundo subterráneo", [-2]),
        ("Plantas 2", [2]),
        ("Está en el piso 2.", [2]),
        ("Piso 3: Pérgola", [3]),
        ("İçi, piso 3", [3]),
        # of these only the reader of the fields
        ("2º piso", [2]),
        ("2° Nivel", [2]),
        ("piso n° 3", [3]),
        ("Pisos 1 y 2", [1, 2]),
        ("Piso 1 y 2", [1, 2]),
        ("niveles -2, 2, 3 y 4, cocinas", [-2, 2, 3, 4]),
        ("Piso 2,local5", [2]),
        # of these neither, or each another one
        ("Pisos 15,16 y 17.", [15, 16, 17]),
        ("Pisos uno y dos", [1, 2]),
        ("subterráneo: 2", [-2]),
        ("Subterráneo dos", [-2]),
        ("Subterráneos 1 y 2", [-1, -2]),
        ("2º subterráneo", [-2]),
        ("-2º piso", [-2]),
        ("Torre A-2º piso", [2]),
        # of these one knew a floor that is none
        ("Piso 3, 20 cupos", [3]),
        ("Piso 3, 14 y 15 de marzo", [3]),
        ("Piso 3 y 15 personas", [3]),
        ("árboles plantados", []),
        ("segundo pisotón", []),
        ("Piso 2B3", []),
        ("Piso 1,2", []),
        ("Piso 1y2", []),
    ],
)
def test_what_two_readers_read_differently_is_read_as_a_visitor_means_it(text: str, named: list[int]) -> None:
    assert floors(text) == floors(text, in_place=True) == named


@pytest.mark.parametrize(
    ("text", "in_place", "in_a_sentence"),
    [("Subterráneo", [-1], []), ("Estacionamiento subterráneo", [-1], []), ("Subterráneos", [], [])],
)
def test_below_ground_without_a_number(text: str, in_place: list[int], in_a_sentence: list[int]) -> None:
    assert (floors(text, in_place=True), floors(text)) == (in_place, in_a_sentence)


@pytest.mark.parametrize(
    ("cell", "floor"),
    [("-3", -3), (" 2 ", 2), ("menos 3", -3), ("– 1", -1), ("", None), ("piso 3", None), ("123", None)],
)
def test_a_cell_with_nothing_but_a_number_names_a_floor(cell: str, floor: int | None) -> None:
    assert bare(cell) == floor


@given(st.text(), st.integers(-9, 9))
def test_a_named_floor_is_where_it_says(before: str, number: int) -> None:
    text = f"{before}. Piso {number}"
    last = list(mentions(text))[-1]
    assert text[last.start : last.end] == f"Piso {number}"
