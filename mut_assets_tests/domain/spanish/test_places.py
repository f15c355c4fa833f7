"""Where something is: the forms in which editors write it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mut_assets.domain.spanish.places import phrase, understand


@pytest.mark.parametrize(
    ("fields", "floors", "local", "said"),
    [
        *(((below,), (-3,), "", "en el piso -3") for below in ("Nivel -3", "piso menos 3")),
        *(((below,), (-2,), "", "en el piso -2") for below in ("subterráneo 2", "Nivel −2")),
        *((fields, (-1,), "", "en el piso -1") for fields in (("Subterráneo",), ("", "Piso -1"))),
        (("Nivel -3", "-3", "3009"), (-3,), "3009", "en el piso -3, local 3009"),
        (("Nivel 1  - local 23", "1"), (1,), "23", "en el piso 1, local 23"),
        (("Nivel -1  - local L03",), (-1,), "L03", "en el piso -1, local L03"),
        (("Nivel -2  - local 2000-6",), (-2,), "2000-6", "en el piso -2, local 2000-6"),
        (("", "", "Piso 2, local 7"), (2,), "7", "en el piso 2, local 7"),
        (("Piso -1 frente a La Tinta",), (-1,), "", "en el piso -1, frente a La Tinta"),
        (("Piso 3, Pérgola del Jardín",), (3,), "", "en el piso 3, Pérgola del Jardín"),
        (("El Jardín, piso 3",), (3,), "", "en el piso 3, El Jardín"),
        (("Jardín del piso 3",), (3,), "", "en el piso 3, Jardín"),
        (("Piso -1, afuera de Café Sol.",), (-1,), "", "en el piso -1, afuera de Café Sol"),
        (("Todo el mercado",), (), "", "en todo el mercado"),
        (("Pisos 1 y 2",), (1, 2), "", "en los pisos 1 y 2"),
        (("Piso -1 y piso 2, patio",), (-1, 2), "", "en los pisos -1 y 2, patio"),
        *(((second,), (2,), "", "en el piso 2") for second in ("Segundo piso", "2° piso")),
        (("Nivel 2", "", "2117 Y 2113"), (2,), "2117 y 2113", "en el piso 2, locales 2117 y 2113"),
        (("Nave central",), (), "", "en Nave central"),
        (("", "", "3012"), (), "3012", "en el local 3012"),
        (("", "", "2117 y 2113"), (), "2117 y 2113", "en los locales 2117 y 2113"),
        (("Frente al metro",), (), "", "Frente al metro"),
        (("", "calle"), (), "", "en calle"),
        (("Explanada", "nivel calle"), (), "", "en Explanada, nivel calle"),
        (("Calle Uno 2025",), (), "", "en Calle Uno 2025"),
        (("Estacionamiento del subsuelo 1",), (-1,), "", "en el piso -1, Estacionamiento"),
        (("Jardín, piso tres.", "Nivel: 3"), (3,), "", "en el piso 3, Jardín"),
        (("Piso 3, 20 cupos",), (3,), "", "en el piso 3, 20 cupos"),
        (("",), (), "", ""),
    ],
)
def test_floor_local_and_phrase(fields: tuple[str, ...], floors: tuple[int, ...], local: str, said: str) -> None:
    place = understand(*fields)
    assert (place.floors, place.local, phrase(place), place.doubt) == (floors, local, said, "")


def test_where_lugar_and_nivel_differ_lugar_counts_and_it_is_reported() -> None:
    place = understand("Nivel -1", "-3", "1060")
    assert place.floors == (-1,)
    assert "'Nivel -1'" in place.doubt and "'-3'" in place.doubt
    assert understand("Nivel -1", "Piso -1").doubt == ""


fragments = st.lists(
    st.sampled_from(["Piso", "Nivel", "-3", "2", "local", "L03", ",", "-", "frente a", "ſ", "İ", "y", "23", "del", "°"])
    | st.text(max_size=6),
    max_size=8,
).map(" ".join)


@given(fragments, fragments, fragments)
def test_no_number_is_invented_and_nothing_raises(lugar: str, nivel: str, local: str) -> None:
    place = understand(lugar, nivel, local)
    given_numbers = {int(number) for number in re.findall(r"\d+", " ".join((lugar, nivel, local)))}
    spoken = {1} if "subterr" in lugar.lower() + nivel.lower() + local.lower() else set()
    assert {abs(floor) for floor in place.floors} <= given_numbers | spoken
    assert set(map(int, re.findall(r"\d+", phrase(place)))) <= given_numbers | spoken
