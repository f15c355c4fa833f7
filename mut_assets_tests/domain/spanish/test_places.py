"""Where something is: the forms in which editors write it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mut_assets.domain.spanish.places import phrase, understand
from mut_assets.domain.text import fold


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
        (("-2",), (-2,), "", "en el piso -2"),
        (("Pisos 1 a 3", "", "Local 4"), (1, 2, 3), "4", "en los pisos 1, 2 y 3, local 4"),
        (("Local 20 y local 22",), (), "20 y 22", "en los locales 20 y 22"),
        (("Locales 3 al 5",), (), "3 al 5", "en los locales 3 al 5"),
        (("Local B-12 y patio",), (), "B-12", "en el local B-12, en patio"),
        *(((named,), (), "118", "en el local 118") for named in ("Loc. 118", "local #118", "en el local n° 118")),
        (("Local 101 A, piso 1",), (1,), "101 A", "en el piso 1, local 101 A"),
        (("Local 5 a un costado",), (), "5", "en el local 5, a un costado"),
        (("Local 5, 2 pisos",), (), "5", "en el local 5, en 2 pisos"),
        (("Sala N1 (edificio B, piso 2)",), (2,), "", "en el piso 2, Sala N1 (edificio B)"),
        (("Piso 3 (frente a ascensores)",), (3,), "", "en el piso 3, frente a ascensores"),
        (("Piso 1 / Piso 2",), (1, 2), "", "en los pisos 1 y 2"),
        (("Piso 3 y terraza",), (3,), "", "en el piso 3, terraza"),
    ],
)
def test_floor_local_and_phrase(fields: tuple[str, ...], floors: tuple[int, ...], local: str, said: str) -> None:
    place = understand(*fields)
    assert (place.floors, place.local, phrase(place), place.doubts) == (floors, local, said, ())


@pytest.mark.parametrize(
    ("lugar", "floors", "local", "said"),
    [
        ("Piso 1, frente al local 23", (1,), "", "en el piso 1, frente al local 23"),
        ("Frente a local 45, piso 2", (2,), "", "en el piso 2, Frente a local 45"),
        ("Al lado del local 7", (), "", "Al lado del local 7"),
        ("Entre los locales 20 y 22", (), "", "Entre los locales 20 y 22"),
        ("Piso 1, entre local 5 y local 6", (1,), "", "en el piso 1, entre local 5 y local 6"),
        ("Local 20 (frente al local 22)", (), "20", "en el local 20, frente al local 22"),
        ("Piso 1 (ex local 22)", (1,), "", "en el piso 1, ex local 22"),
        ("Escalera entre piso 1 y 2", (), "", "en Escalera entre piso 1 y 2"),
        ("Frente al piso 2", (), "", "Frente al piso 2"),
        ("Piso 2, no en el piso 3", (2,), "", "en el piso 2, no en el piso 3"),
        ("Piso 2. Próximamente en piso 4", (2,), "", "en el piso 2, Próximamente en piso 4"),
        ("Próximamente en piso 4", (4,), "", "en el piso 4, Próximamente"),
        ("No hay local 12: piso 2", (2,), "", "en el piso 2, No hay local 12"),
    ],
)
def test_what_is_a_neighbours_is_told_and_is_not_the_places_own(
    lugar: str, floors: tuple[int, ...], local: str, said: str
) -> None:
    place = understand(lugar)
    assert (place.floors, place.local, phrase(place)) == (floors, local, said)


@pytest.mark.parametrize("lugar", ["No está en el piso 3, se cambió al 5", "Ya no estamos en el local 2"])
def test_where_it_is_not_is_told_as_the_page_words_it_and_reported(lugar: str) -> None:
    place = understand(lugar)
    assert (place.floors, place.local, phrase(place)) == ((), "", f"donde la página dice “{lugar}”")
    assert place.doubts == (f"{lugar!r} says where it is not",)


def test_a_number_that_may_be_a_floor_or_a_local_is_told_as_written_and_reported() -> None:
    place = understand("Nivel 1 - 23")
    assert (place.floors, place.local, phrase(place)) == ((), "", "en Nivel 1 - 23")
    assert "'Nivel 1 - 23'" in place.doubts[0]


def test_where_lugar_and_nivel_differ_lugar_counts_and_it_is_reported() -> None:
    place = understand("Nivel -1", "-3", "1060")
    assert place.floors == (-1,)
    assert place.doubts == ("lugar says 'Nivel -1', nivel says '-3'",)
    assert understand("Nivel -1", "Piso -1").doubts == ()


KNOWN = set(
    "a al de del el en la los las y e o n no º ° ª piso pisos nivel niveles planta local locales loc menos".split()
)
ENDS = re.compile(r"^[\W_]+|[\W_]+$")
pieces = st.lists(
    st.sampled_from(
        "Piso Pisos Nivel 3 12 2do 1er local locales Loc. B-12 frente entre junto al del a en el los y ex , ( ) / - # "
        "sala torre terraza patio 2º cupos metro hasta".split()
    ),
    max_size=9,
).map(" ".join)


@given(pieces)
def test_no_word_and_no_number_of_a_place_vanishes(lugar: str) -> None:
    """Everything that is not the grammar of floors and locals is said."""
    place = understand(lugar)
    said = {ENDS.sub("", word) for word in fold(phrase(place)).split()}
    said |= {str(abs(floor)) for floor in place.floors}
    for word in (ENDS.sub("", word) for word in fold(lugar).split()):
        number = re.fullmatch(r"(\d+)(?:do|er|[ºª])?", word)
        assert word in said | KNOWN or not word or (number and number[1] in said), (word, phrase(place))


fragments = st.lists(
    st.sampled_from(["Piso", "Nivel", "-3", "2", "local", "L03", ",", "-", "frente a", "ſ", "İ", "y", "23", "del", "°"])
    | st.text(max_size=6),
    max_size=8,
).map(" ".join)


@given(fragments, fragments, fragments)
def test_no_number_is_invented_and_nothing_raises(lugar: str, nivel: str, local: str) -> None:
    place = understand(lugar, nivel, local)
    written = [int(number) for number in re.findall(r"\d+", " ".join((lugar, nivel, local)))]
    given_numbers = (
        {*written, *range(max(written, default=0) + 1)} if re.search(r"pisos|niveles| al? |-", lugar) else {*written}
    )
    spoken = {1} if "subterr" in lugar.lower() + nivel.lower() + local.lower() else set()
    assert {abs(floor) for floor in place.floors} <= given_numbers | spoken
    assert set(map(int, re.findall(r"\d+", phrase(place)))) <= given_numbers | spoken
