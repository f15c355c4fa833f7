import json

import pandas as pd
import pytest

from mut_assets.domain.collections import EVENTOS, PREGUNTAS, RESTAURANTES, TIENDAS, Collection
from mut_assets.domain.faq import faq_frame
from mut_assets.domain.quality import free_of_markup, required_columns
from mut_assets.domain.raw import raw_frame
from mut_assets.domain.text import fold
from mut_assets.domain.vectorial import entries, spoken_date, vectorial_frame
from mut_assets_tests.domain.items import FUENTE, block, card, event, page, place, recorded_items

ORIGEN = "raw/tiendas_20240601_040000.csv"


def vectorial(collection: Collection, *items: dict[str, object]) -> pd.DataFrame:
    return vectorial_frame(collection, raw_frame(collection, list(items), FUENTE), ORIGEN)


def text(collection: Collection, item: dict[str, object]) -> str:
    return str(vectorial(collection, item)["texto_embedding"].iloc[0])


def test_a_store_is_told_in_labelled_lines() -> None:
    assert text(TIENDAS, place(block(rrss=["https://redes.example/r"]))) == (
        "La Ranura & Cía: tienda en MUT (Mercado Urbano Tobalaba).\n"
        "Ubicación: Nivel -3, al fondo\n"
        "Nivel: -3\n"
        "Local: 3012\n"
        "Horario: L-D: 10:00 - 20:00\n"
        "\n"
        "Descripción:\n"
        "¿Qué es La Ranura?\n"
        "\n"
        "Discos usados.\n"
        "\n"
        "Teléfono: +56 2 2345 6789\n"
        "Correo: hola@laranura.example\n"
        "Web: laranura.example\n"
        "Redes sociales: https://redes.example/r"
    )


def test_a_restaurant_says_that_it_is_one() -> None:
    assert text(RESTAURANTES, place(block())).startswith("La Ranura & Cía: restaurante en MUT")


def test_an_event_is_told_in_labelled_lines() -> None:
    item = event(card("Sábado 17 de mayo", "11:00", "Nave central", "Mil vinilos."), organizer="Club del Surco")
    item["content"]["rendered"] = "<p>Trae los tuyos.</p>"
    assert text(EVENTOS, item) == (
        "Feria de vinilos: evento en MUT (Mercado Urbano Tobalaba).\n"
        "Lugar: Nave central\n"
        "Fecha: Sábado 17 de mayo\n"
        "Hora: 11:00\n"
        "Descripción: Mil vinilos.\n"
        "Detalles: Trae los tuyos.\n"
        "Organiza: Club del Surco"
    )


def test_a_question_is_told_with_its_answer_and_category() -> None:
    raw = faq_frame("pregunta;respuesta;categoria_completa\n¿Hay té?;Sí, <b>dos</b>;3 Comer\n".encode(), "raw/p.csv")
    frame = vectorial_frame(PREGUNTAS, raw, ORIGEN)
    assert frame["texto_embedding"].tolist() == ["Pregunta: ¿Hay té?\nRespuesta: Sí, dos\nCategoría: Comer"]


def test_each_location_of_several_is_told_apart() -> None:
    lines = text(TIENDAS, place(block(), block(level="2", place="Nivel 2", schedule="L-V: 09:00"))).splitlines()
    first, second = (line for line in lines if line.startswith("- "))
    assert "Tiene 2 ubicaciones:" in lines
    assert "Nivel: -3" in first and "L-D: 10:00 - 20:00" in first and "Nivel 2" not in first
    assert "Nivel: 2" in second and "L-V: 09:00" in second and "L-D" not in second


def test_each_card_of_several_is_told_apart() -> None:
    item = event(
        card("Lunes", "10:00", "Nave", "Uno\ny más"), card("Martes", "12:00", "Jardín"), hours=[{"hour": "10:00"}]
    )
    lines = text(EVENTOS, item).splitlines()
    assert "- Lugar: Nave; Fecha: Lunes; Hora: 10:00; Descripción: Uno y más" in lines
    assert "- Lugar: Jardín; Fecha: Martes; Hora: 12:00" in lines
    assert not any(line.startswith("Horas:") for line in lines)


def test_the_hours_of_the_box_are_said_where_the_cards_do_not_say_them() -> None:
    said = text(EVENTOS, event(card("Lunes", "10:00"), hours=[{"hour": "10:00"}, {"hour": "15:00"}]))
    assert "Horas: 10:00, 15:00" in said
    assert "Horas: 15:00" in text(EVENTOS, event(hours=[{"hour": "15:00"}]))
    assert "Horas" not in text(EVENTOS, event(card("Lunes", "11.30 hrs"), hours=[{"hour": "11:30"}]))


def test_a_description_that_the_page_repeats_is_said_once() -> None:
    item = event(card("Lunes", description="Discos usados."))
    assert text(EVENTOS, item).count("Discos usados.") == 1


def test_an_event_without_a_written_date_has_the_one_of_its_field() -> None:
    assert "Fecha: 17 de mayo de 2025" in text(EVENTOS, event(event_date="20250517"))
    assert "2025" not in text(EVENTOS, event(card("Sábado 17"), event_date="20250517"))


@pytest.mark.parametrize(
    ("given", "spoken"),
    [
        ("20250511", "11 de mayo de 2025"),
        ("2024-12-01", "1 de diciembre de 2024"),
        ("20251311", "20251311"),
        ("mayo", "mayo"),
        ("", ""),
    ],
)
def test_a_date_is_spoken_in_spanish(given: str, spoken: str) -> None:
    assert spoken_date(given) == spoken


@pytest.mark.parametrize("collection", [EVENTOS, TIENDAS, RESTAURANTES])
def test_what_is_not_known_has_no_label(collection: Collection) -> None:
    bare = text(collection, page(content={"rendered": "", "protected": False}))
    assert bare.endswith("en MUT (Mercado Urbano Tobalaba).")
    assert "\n" not in bare


@pytest.mark.parametrize("collection", [EVENTOS, TIENDAS, RESTAURANTES])
def test_the_vectorial_table_has_the_columns_of_the_contract_as_text(collection: Collection) -> None:
    for frame in (vectorial(collection), vectorial(collection, page())):
        assert list(frame.columns) == list(collection.vectorial_columns)
        assert {str(dtype) for dtype in frame.dtypes} == {"str"}
    row = frame.iloc[0]
    assert (row["document_type"], row["search_category"]) == (collection.document_type, collection.search_category)
    assert (row["origen"], row["fuente"], row["id"]) == (ORIGEN, FUENTE, "12")


def test_rows_with_a_problem_go_no_further() -> None:
    frame = vectorial(TIENDAS, page(id=1), page(id=2, link=""), page(id=3))
    assert frame["id"].tolist() == ["1", "3"]


def test_no_column_keeps_its_markup_not_even_inside_json() -> None:
    sick = "<b>Nivel&nbsp;-3</b><br>al&amp;nbsp;fondo"
    frame = vectorial(
        TIENDAS, place(block(place=sick, schedule=sick, page_link={"title": sick, "url": "u?a=1&#038;b"}))
    )
    assert free_of_markup(frame, TIENDAS) == []
    row = frame.iloc[0]
    assert row["lugar"] == "Nivel -3\nal fondo"
    assert json.loads(row["ubicaciones"])[0]["lugar"] == "Nivel -3\nal fondo"
    assert row["url_web"] == "u?a=1&b"


def test_an_entry_that_is_only_markup_is_dropped() -> None:
    nothing = dict.fromkeys(("schedule", "local", "level", "phone", "mail", "page_link"), "")
    frame = vectorial(TIENDAS, place(block(place="<p></p>", **nothing)))
    assert frame["ubicaciones"].tolist() == [""]


@pytest.mark.parametrize("cell", ["{}", "[1]", '[{"a": 1}]', "[", "x"])
def test_a_cell_that_somebody_edited_by_hand_is_refused_in_words(cell: str) -> None:
    with pytest.raises(ValueError, match=r"list of objects|Expecting"):
        entries(cell)


@pytest.mark.parametrize("collection", [EVENTOS, TIENDAS, RESTAURANTES])
def test_a_recorded_page_becomes_clean_text_that_says_where(collection: Collection) -> None:
    raw = raw_frame(collection, recorded_items(str(collection.wordpress_type)), FUENTE)
    frame = vectorial_frame(collection, raw, ORIGEN)
    assert len(frame) == len(raw)
    assert free_of_markup(frame, collection) == []
    assert required_columns(frame, collection, (*collection.required, "texto_embedding")) == []
    for title, where, said in zip(frame["titulo"], frame["lugar"], frame["texto_embedding"], strict=True):
        assert said.startswith(title)
        assert fold(where) in fold(said)
