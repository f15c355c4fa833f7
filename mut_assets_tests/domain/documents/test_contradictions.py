"""What the FAQ says of a place's floor that its page does not: found where the place is the subject, and only there."""

import pandas as pd
import pytest

from mut_assets.domain.collections import PREGUNTAS, RESTAURANTES, TIENDAS
from mut_assets.domain.documents.contradictions import Contradiction, Disagreement, contradictions, disagreements

PLACES = (("Larisa", "3"), ("Taller Ñandú", "-1"), ("Pan y Sal", "2; 4"), ("La Ranura", ""))


def found(answer: str, places: tuple[tuple[str, str], ...] = PLACES) -> list[Contradiction]:
    pages = [(title, f"https://mercado.example/{index}", floors) for index, (title, floors) in enumerate(places)]
    tables = {
        TIENDAS: pd.DataFrame(pages[:2], columns=["titulo", "link", "piso"], dtype="str"),
        RESTAURANTES: pd.DataFrame(pages[2:], columns=["titulo", "link", "piso"], dtype="str"),
        PREGUNTAS: pd.DataFrame([("¿Dónde está?", answer)], columns=["pregunta", "respuesta"], dtype="str"),
    }
    return contradictions(tables)


@pytest.mark.parametrize(
    ("answer", "place", "told"),
    [
        ("LARISA está en el piso -3, al fondo.", "Larisa", (-3,)),
        ("La tienda Larisa, se encuentra en el nivel 1.", "Larisa", (1,)),
        ("Hay dos. El taller ñandu queda en el segundo piso", "Taller Ñandú", (2,)),
        ("En MUT hay varias:\n- Piso -3: Otra, Larisa y Taller Ñandú.", "Larisa", (-3,)),
        ("Piso 3: Larisa, Pan y Sal", "Pan y Sal", (3,)),
        ("Pan y Sal está en los pisos 5 y 6", "Pan y Sal", (5, 6)),
    ],
)
def test_a_floor_that_the_page_does_not_name_is_found_with_both(answer: str, place: str, told: tuple[int, ...]) -> None:
    first, *_ = found(answer)
    assert (first.place, first.told, first.question) == (place, told, "¿Dónde está?")
    assert first.sentence in answer and first.link.startswith("https://mercado.example/")


@pytest.mark.parametrize(
    "answer",
    [
        "Larisa está en el piso 3.",
        "Pan y Sal está en el piso 4",
        "Piso 3: Larisa",
        "Piso 2: Pan y Sal, otra",
        "Los baños del piso -2 están al lado de la tienda Larisa",
        "El baño que está frente a Larisa está en el piso -2",
        "La Ranura está en el piso 7",
        "Larisa abre a las 10. El estacionamiento está en el piso -4",
        "Subiendo desde el piso 1, Larisa queda a la derecha",
        "",
    ],
)
def test_what_agrees_or_tells_of_something_else_is_no_contradiction(answer: str) -> None:
    assert found(answer) == []


def test_two_pages_of_one_name_contradict_only_together() -> None:
    twice = (("Larisa", "3"), ("Larisa", "-1"), ("Pan y Sal", "2"))
    assert found("Larisa está en el piso -1", twice) == []
    [one] = found("Larisa está en el piso 5", twice)
    assert one.floors == (-1, 3)


def differing(*pages: tuple[str, str, str], other: tuple[str, str, str]) -> list[Disagreement]:
    columns = ["titulo", "piso", "horario_osm"]
    shops = pd.DataFrame(pages, columns=columns, dtype="str").assign(link="https://mercado.example/tienda")
    kitchens = pd.DataFrame([other], columns=columns, dtype="str").assign(link="https://mercado.example/local")
    return disagreements({TIENDAS: shops, RESTAURANTES: kitchens})


WEEK = "Mo-Sa 10:00-20:00; Su,PH 10:00-19:00"


def test_two_pages_of_one_place_that_differ_are_named_with_both() -> None:
    found = differing(("Pan y Sal", "2", WEEK), ("Larisa", "3", WEEK), other=("PAN Y SAL", "-2", "Mo-Sa 10:00-20:00"))
    assert [(one.place, one.column, one.told, one.other) for one in found] == [
        ("Pan y Sal", "piso", "2", "-2"),
        ("Pan y Sal", "horario_osm", WEEK, "Mo-Sa 10:00-20:00"),
    ]
    assert {(one.link, one.other_link) for one in found} == {
        ("https://mercado.example/tienda", "https://mercado.example/local")
    }


@pytest.mark.parametrize("other", [("Pan y Sal", "2; 3", ""), ("Pan y Sal", "", WEEK), ("Otra", "7", "Mo 10:00-11:00")])
def test_pages_that_agree_or_say_nothing_contradict_nothing(other: tuple[str, str, str]) -> None:
    assert differing(("Pan y Sal", "2", WEEK), other=other) == []
    assert differing(("Larisa", "2", WEEK), ("Larisa", "5", WEEK), other=other) == []  # two of one collection
