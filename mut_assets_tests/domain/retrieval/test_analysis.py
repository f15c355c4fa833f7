"""The analysis of words: what counts as the same word, and which floor a text names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mut_assets.domain.retrieval.analysis import compounds, term_of, terms, words


@pytest.mark.parametrize(
    "same",
    """helado/helados/heladería/HELADERIA/heladerías zapato/zapatos/zapatería pan/panes/panadería
    lavar/lavado/lavandería joya/joyas/joyería/joyeria mujer/mujeres luz/luces dulce/dulces clase/clases
    país/países/paises habitación/habitacion/habitaciones exposición/exposiciones
    reparar/reparación/reparacion/reparaciones niño/niña/niños/ninos bebé/bebés/bebes
    tecnología/tecnologia/tecnologias reloj/relojes/relojería restaurante/restaurantes/restaurant""".split(),
)
def test_plurals_accents_and_shops_are_one_word(same: str) -> None:
    assert len(set(terms(same))) == 1, terms(same)


@pytest.mark.parametrize(
    "different",
    "pan/pizza casa/cosa feria/ferretería zapato/zapallo don/dona ramo/ramen casa/casi con/cono como/comer "
    "restaurante/restaurado".split(),
)
def test_different_words_stay_different(different: str) -> None:
    assert len(set(terms(different))) == 2, terms(different)


def test_a_floor_below_ground_is_one_word_and_of_several_floors_the_first_is() -> None:
    assert terms("Nivel -3") == terms("nivel −3") == terms("nivel menos 3") == ["nivel", "-3", "piso#-3"]
    assert terms("nivel 3") == ["nivel", "3", "piso#3"]
    assert terms("Pisos -1 y 2") == ["pisa", "-1", "y", "2", "piso#-1"]
    assert terms("en tren subterráneo") == ["en", "tren", "subterrane"]


@pytest.mark.parametrize("text", ["del 9-12 de octubre", "10:00 -20:00", "2031-10-09", "L-S", "-Piso 4"])
def test_dates_hours_and_bullets_are_no_floors(text: str) -> None:
    assert not [term for term in terms(text) if term.startswith("-")]


def test_words_are_folded_and_written_as_people_type_them() -> None:
    assert words("cafeteri\u0301a nin\u0303os") == words("cafetería niños")
    assert words("m² 1º ﬁn Weiß 𝗖𝗮𝗳𝗲\u0301 ＳＵＳＨＩ") == ["m2", "1o", "fin", "weiss", "cafe", "sushi"]
    assert words("Ñandú, Café & Té 24/7") == ["nandu", "cafe", "te", "24", "7"]


@pytest.mark.parametrize(
    ("name", "together"),
    [
        ("Color Sur", "ColorSur"),
        ("The Paper Boat", "ThePaper PaperBoat ThePaperBoat"),
        ("LaCajaRoja", "CajaRoja Caja Roja"),
        ("Pan & Vino", "PanVino"),
        ("Trompo", ""),
    ],
)
def test_a_name_is_also_written_as_one_word_and_apart(name: str, together: str) -> None:
    assert compounds(name) == together


@given(st.text())
def test_any_text_is_analysed_the_same_twice_and_into_plain_terms(text: str) -> None:
    found = terms(text)
    assert found == terms(text)
    assert all(term and not any(character.isspace() for character in term) for term in found)
    assert all(term_of(word) == term_of(word.upper()) for word in words(text) if word.isascii())
