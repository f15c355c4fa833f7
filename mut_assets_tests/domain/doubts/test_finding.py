"""What stands in the report, and what is no matter of editors."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from mut_assets.domain.collections import EVENTOS, PREGUNTAS, TIENDAS, Collection
from mut_assets.domain.documents.vectorial import vectorial_frame
from mut_assets.domain.doubts.doubt import Doubt, by_page
from mut_assets.domain.doubts.finding import Tables, doubts
from mut_assets.domain.tables.faq import faq_frame
from mut_assets.domain.tables.raw import raw_frame
from mut_assets_tests.domain.items import FUENTE, block, card, event, page, place

TODAY = date(2025, 9, 18)
LINK = "https://plaza.example/tiendas/la-ranura/"


def prepared(collection: Collection, items: Sequence[dict[str, Any]]) -> Tables:
    raw = raw_frame(collection, list(items), FUENTE)
    return Tables(vectorial_frame(collection, raw, "raw/x.csv"), raw)


def found(*items: dict[str, Any], collection: Collection = TIENDAS) -> list[Doubt]:
    return doubts({collection: prepared(collection, items)}, TODAY)


def shop(number: int, name: str, html: str, **changes: Any) -> dict[str, Any]:
    link = f"https://plaza.example/tiendas/{number}/"
    return page(id=number, title={"rendered": name}, content={"rendered": html}, link=link, **changes)


def test_a_line_says_page_field_words_reading_and_what_to_write() -> None:
    [doubt] = found(place(block(place="Nivel -3, al fondo", level="1")))
    assert doubt == Doubt(
        "tiendas",
        "La Ranura & Cía",
        LINK,
        "",
        "lugar y nivel",
        "lugar: «Nivel -3, al fondo»; nivel: «1»",
        "Los dos campos nombran pisos distintos; se usa el de lugar.",
        "Deja el mismo piso en los dos: si vale «Nivel -3, al fondo», cambia nivel; si no, cambia lugar.",
        "duda",
        "2024-05-02T13:00:00",
    )


def test_each_doubt_of_a_place_is_a_line_of_its_own() -> None:
    lines = found(place(block(place="Nivel 2, local 5", level="1", local="7", schedule="nunca")))
    assert [doubt.field for doubt in lines] == ["lugar y nivel", "local y lugar", "horario"]


def test_an_event_that_is_over_is_nobodys_work_any_more() -> None:
    card_of_may = event(card("Sábado 17 de mayo de 2025"), event_date="20250511")
    assert found(card_of_may, collection=EVENTOS) == []
    tables = {EVENTOS: prepared(EVENTOS, [card_of_may])}
    assert [doubt.field for doubt in doubts(tables, TODAY, keeps_events=True)] == ["fecha y fecha destacada"]


def test_a_text_of_another_shop_is_one_line_however_many_pages_have_it() -> None:
    glued = "<h2>¿Qué es Horno Grande?</h2><p>Masa madre de tres harinas, horneada cada madrugada desde hace años.</p>"
    own = "<h2>¿Qué es {0}?</h2><p>{0} arregla {0} y relojes viejos de la familia {0} con mucha calma.</p>"
    shops = [shop(number, f"Taller {number}", own.format(f"Taller {number}") + glued) for number in (1, 2, 3)]
    shops[1]["modified_gmt"] = "2025-01-02T03:04:05"
    [doubt] = found(*shops, shop(9, "Horno Grande", glued))
    assert (doubt.kind, doubt.title, doubt.link) == ("omitido", "Descripción de Horno Grande en 3 páginas", "")
    assert doubt.says.startswith("Masa madre"), "its heading goes with it"
    assert [title for title, _ in doubt.others] == ["Taller 1", "Taller 2", "Taller 3"]
    assert doubt.modified == "2025-01-02T03:04:05"


def test_template_labels_and_hidden_texts_are_no_matter_of_editors() -> None:
    html = "<p>Ven a ver de cerca los oficios de {0}.</p><p hidden>Borrador viejo que nadie ve.</p><p>Próximamente</p>"
    common = "<h2>Te podría interesar</h2><p>Descubre los demás puestos del mercado, que tienen de todo para ti.</p>"
    shops = [shop(number, f"Puesto {name}", html.format(name) + common) for number, name in enumerate("ABCDEF", 1)]
    tables = prepared(TIENDAS, shops)
    assert all(tables.vectorial["descartado"]), "something was left out of each"
    assert doubts({TIENDAS: tables}, TODAY) == []


TWICE = "<p>Cuadernos cosidos a mano por {0} con papel de algas.</p>"


def test_a_text_that_stands_twice_on_a_page_is_told_unless_most_pages_are_made_so() -> None:
    plain = [shop(number, f"Puesto {number}", f"<p>Oficio número {number * 7}.</p>") for number in range(2, 30)]
    [doubt] = found(shop(1, "Papelera", TWICE.format("Ana") * 2), *plain)
    assert (doubt.title, doubt.read_as) == ("Papelera", "Está dos veces en la página; se cuenta una.")
    by_design = [shop(number, f"Puesto {number}", TWICE.format(f"Ana {number}") * 2) for number in range(1, 7)]
    assert found(*by_design) == []


def test_a_row_that_is_set_aside_is_told_and_no_secret_with_it() -> None:
    lines = found(
        shop(1, "Llaves", "<p>Encargada: 12.345.678-5. La tarjeta es 4111 1111 1111 1111.</p>"), place(block())
    )
    assert [(doubt.kind, doubt.title, doubt.says) for doubt in lines] == [
        ("apartado", "Llaves", "12.…"),
        ("apartado", "Llaves", "411…"),
    ]
    assert "12.345.678" not in str(lines) and "4111 1111" not in str(lines)


def test_an_item_without_a_title_has_a_name_all_the_same() -> None:
    [doubt] = found(shop(7, "", "<p>Algo.</p>"), place(block()))
    assert (doubt.title, doubt.field) == ("Sin título (7)", "título")


FAQ = """pregunta;respuesta
¿Hay baños?;Sí.
¿Hay wifi?;Sí.
¿Hay wifi?;No.
Dónde está La Ranura;La Ranura está en el piso 2.
"""


def test_a_row_of_the_faq_is_named_by_its_file_and_line() -> None:
    raw = faq_frame(FAQ.encode(), "raw/preguntas.csv")
    questions = Tables(vectorial_frame(PREGUNTAS, raw, "raw/x.csv"), raw)
    shops = prepared(TIENDAS, [place(block(), title={"rendered": "La Ranura"})])
    lines = doubts({TIENDAS: shops, PREGUNTAS: questions}, TODAY)
    assert [(doubt.page, doubt.link, doubt.kind) for doubt in lines] == [
        ("¿Hay wifi? (raw/preguntas.csv, fila 4)", "", "apartado"),
        ("¿Hay wifi? (raw/preguntas.csv, fila 3)", "", "apartado"),
        ("Dónde está La Ranura (raw/preguntas.csv, fila 5)", "", "duda"),
    ]
    assert lines[-1].read_as == "La respuesta dice piso 2, y la página de La Ranura, piso -3; se cuentan los dos."
    assert lines[-1].others == (("La Ranura", LINK),)


def test_pages_come_newest_first_with_their_lines_together() -> None:
    days = {"1": "2024-05-02T13:00:00", "2": "2025-05-02T13:00:00", "3": "2024-12-02T13:00:00"}
    wrong = [
        place(block(schedule="nunca", level="1"), id=int(id), link=f"https://plaza.example/{id}/", modified_gmt=day)
        for id, day in days.items()
    ]
    pages = by_page(found(*wrong))
    assert [[doubt.link[-2] for doubt in lines] for lines in pages] == [["2", "2"], ["3", "3"], ["1", "1"]]


def test_a_table_of_another_release_says_nothing_where_it_has_no_column() -> None:
    tables = prepared(TIENDAS, [place(block(level="1"))])
    old = Tables(tables.vectorial[["id", "titulo", "link"]], tables.raw[["id", "titulo"]])
    assert doubts({TIENDAS: old}, TODAY) == []


def test_a_number_of_a_person_is_masked_wherever_a_sentence_quotes_it() -> None:
    raw = faq_frame(
        "pregunta;respuesta;id\n¿Hay té?;Sí.;\n¿Hay pan?;Sí.;12.345.678-5 Ana\n".encode(), "raw/preguntas.csv"
    )
    [doubt] = doubts({PREGUNTAS: Tables(vectorial_frame(PREGUNTAS, raw, "raw/x.csv"), raw)}, TODAY)
    assert (doubt.field, doubt.says) == ("id", "12.… Ana")


def test_what_visitors_do_not_see_and_what_is_struck_out_is_told_to_the_editors() -> None:
    html = '<p>Hay vinilos.</p><p style="font-size:0">Texto que nadie lee.</p><p><s>Sábado 12 a las 18:00</s></p>'
    lines = found(shop(1, "Lirio", html))
    assert [(doubt.says, doubt.read_as, doubt.kind) for doubt in lines] == [
        ("Texto que nadie lee.", "Ningún visitante lo ve (font-size: 0), y por eso no se cuenta.", "omitido"),
        ("Sábado 12 a las 18:00", "Está tachado, y por eso no se cuenta.", "omitido"),
    ]


def test_how_a_text_is_hidden_is_said_in_spanish() -> None:
    html = '<p>Hay vinilos.</p><p class="sr-only">Esto lo oye quien no ve la página.</p>'
    (doubt,) = found(shop(1, "Lirio", html))
    assert doubt.read_as == "Ningún visitante lo ve (solo para lectores de pantalla), y por eso no se cuenta."


def test_what_a_theme_hides_on_many_pages_is_no_matter_of_editors() -> None:
    html = '<p>Hay vinilos de {}.</p><p style="font-size:0">Texto {} del tema para teléfonos.</p>'
    assert found(*(shop(number, f"Lirio {number}", html.format(number, number)) for number in range(1, 8))) == []


def test_a_translation_is_told_with_the_page_it_is_of() -> None:
    english = shop(2, "Lirio", "<p>We sell lilies.</p>") | {"link": "https://plaza.example/en/tiendas/1/"}
    (doubt,) = found(shop(1, "Lirio", "<p>Vendemos lirios.</p>"), english)
    assert (doubt.title, doubt.says) == ("Lirio", "https://plaza.example/en/tiendas/1/")
    assert "traducción de esta página (es la 2)" in doubt.read_as
