"""Which floors a text names: the forms that editors and visitors write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mut_assets.domain.spanish.floors import bare, mentions


def floors(text: str, *, in_place: bool = False) -> list[int]:
    return [floor for mention in mentions(text, in_place=in_place) for floor in mention.floors]


NAMED = {
    (-3,): ["en el piso -3, al fondo", "Piso menos tres"],
    (-2,): ["Nivel −2", "segundo subterráneo", "subterráneo: 2", "Subterráneo dos", "2º subterráneo", "-2º piso"],
    (-1,): ["Subsuelo 1", "primer subterraneo", "1er subsuelo"],
    (0,): ["piso 0"],
    (1,): ["Nivel 1  - local 23", "PISO UNO", "1er piso", "1ª planta", "Piso 1 - 20 hrs"],
    (2,): [
        *("en el segundo piso", "Nivel: 2", "Plantas 2", "Está en el piso 2.", "2º piso", "2° Nivel"),
        *("Piso 2,local5", "Torre A-2º piso", "2do. nivel", "2da planta"),
    ],
    (3,): [
        *("piso tres", "Piso 3: Pérgola", "İçi, piso 3", "piso n° 3"),
        *("Piso 3, 20 cupos", "Piso 3, 14 y 15 de marzo", "Piso 3 y 15 personas"),
        *("piso 3 a 50 metros", "piso 3 a 10 minutos del metro", "3er piso"),
    ],
    (3, 4): ["Tercer Nivel y cuarto piso"],
    (7, 7): ["séptimo piso, o septimo piso"],
    (1, 2): ["Pisos 1 y 2", "Piso 1 y 2", "Pisos uno y dos"],
    (-1, -2): ["Subterráneos 1 y 2"],
    (-2, 2, 3, 4): ["niveles -2, 2, 3 y 4, cocinas"],
    (15, 16, 17): ["Pisos 15,16 y 17."],
    (1, 2, 3): ["Pisos 1 a 3", "pisos del 1 al 3", "Niveles 1-3", "Pisos 1–3", "piso 1 al piso 3", "Nivel 1 al 3"],
    (-3, -2, -1): ["Subterráneos 1 al 3", "pisos -1 a -3"],
    (-2, -1, 1): ["niveles -2 al 1"],
    (): [
        *("piso 10:00", "piso 2053", "Piso 2B3", "Piso 1,2", "Piso 1y2", "de 3 a 5", "2 pisos", "Pisos 1 al 99"),
        *("el segundo concierto", "segundo pisotón", "árboles plantados"),
    ],
}
"""Some of these forms were read differently in an index and in a field; each is read as a visitor means it."""


@pytest.mark.parametrize(("named", "text"), [(named, text) for named, texts in NAMED.items() for text in texts])
def test_the_floors_of_a_text(named: tuple[int, ...], text: str) -> None:
    assert floors(text) == floors(text, in_place=True) == list(named)


@pytest.mark.parametrize(
    ("text", "in_place", "in_a_sentence"),
    [
        ("Subterráneo", [-1], []),
        ("Estacionamiento subterráneo", [-1], []),
        ("Subsuelo", [-1], []),
        ("Subterráneos", [], []),
    ],
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
