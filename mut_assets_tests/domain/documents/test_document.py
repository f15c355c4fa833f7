import json
import unicodedata
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mut_assets.domain.collections import COLLECTIONS, EVENTOS, PREGUNTAS, RESTAURANTES, TIENDAS, Collection
from mut_assets.domain.documents.document import Document, documents, fields_of, hash_pair, out_of_time
from mut_assets.domain.documents.limits import LARGEST_SIDECAR
from mut_assets.domain.documents.vectorial import vectorial_frame
from mut_assets.domain.tables.faq import faq_frame
from mut_assets.domain.tables.raw import raw_frame
from mut_assets_tests.domain.items import FUENTE, block, card, event, page, place, recorded_items


def made(collection: Collection, *items: dict[str, Any]) -> list[Document]:
    return documents(collection, vectorial_frame(collection, raw_frame(collection, list(items), FUENTE), "raw/x.csv"))


def question(text: str, answer: str) -> Document:
    raw = faq_frame(f'pregunta;respuesta;categoria_completa\n"{text}";"{answer}";3 Comer\n'.encode(), "raw/p.csv")
    return documents(PREGUNTAS, vectorial_frame(PREGUNTAS, raw, "raw/x.csv"))[0]


def attributes(document: Document) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(document.sidecar_bytes)["metadataAttributes"]
    return found


def test_a_document_is_markdown_with_its_title_once_and_its_text() -> None:
    document = made(TIENDAS, page(content={"rendered": "<p>Discos usados.</p>"}))[0]
    assert document.body_bytes.decode() == (
        "# La Ranura & Cía\n\n"
        "Es una tienda de MUT (Mercado Urbano Tobalaba). También se escribe La Ranura y Cía.\n\n"
        "Discos usados.\n"
    )
    assert document.link == attributes(document)["link"] == "https://plaza.example/tiendas/la-ranura/"


@pytest.mark.parametrize(
    ("title", "written", "below"),
    [
        ("Pan", "Pan es una tienda.\n\nPan: Hay. Pan es pan.", "Es una tienda.\n\nPan: Hay. Pan es pan."),
        ("Lo que es", "Lo que es es un evento.", "Es un evento."),
        ("Pan", "Pan está cerrado. Pan es pan.", "Pan está cerrado. Pan es pan."),
        ("Pan", "Panes es una tienda.", "Panes es una tienda."),
        ("Pan <3 & té", "Pan <3 & té es una tienda.", "Es una tienda."),
    ],
)
def test_only_a_title_that_begins_the_text_is_not_repeated(title: str, written: str, below: str) -> None:
    frame = vectorial_frame(TIENDAS, raw_frame(TIENDAS, [page()], FUENTE), "raw/x.csv")
    (document,) = documents(TIENDAS, frame.assign(titulo=title, texto_embedding=written))
    assert document.body == f"# {title}\n\n{below}\n"


@pytest.mark.parametrize("collection", [kind for kind in COLLECTIONS if kind.shape.content], ids=lambda kind: kind.name)
def test_below_its_title_a_document_begins_as_its_text_does_after_it(collection: Collection) -> None:
    frame = vectorial_frame(collection, raw_frame(collection, [event()], FUENTE), "raw/x.csv")
    [title], [text] = frame["titulo"], frame["texto_embedding"]
    sentence = text.removeprefix(f"{title} ")
    assert sentence != text
    assert documents(collection, frame)[0].body == f"# {title}\n\n{sentence[:1].upper()}{sentence[1:]}\n"


TAIL = {"content": {"rendered": "<p>Discos usados.</p>\n0Música.Vinilos"}}
CLOSED = "L-S: 10:00 - 20:00 D & F: Cerrado"
SIDECARS = {
    TIENDAS: (
        place(block(), **TAIL),
        '{"metadataAttributes": {"abre_domingo": true, "categorias": ["Música", "Vinilos"], "cierra_max": 20.0, '
        '"document_type": "tienda", '
        '"horario_osm": "Mo-Su 10:00-20:00", "link": "https://plaza.example/tiendas/la-ranura/", "local": "3012", '
        '"mail": "hola@laranura.example", "piso": -3, "search_category": "comercios_y_tiendas", '
        '"telefono": "+56223456789", "titulo": "La Ranura & Cía", "web": "https://laranura.example"}}\n',
    ),
    RESTAURANTES: (
        place(block(schedule=CLOSED), block(schedule=CLOSED, level="2", place="", local="2 y 3")),
        '{"metadataAttributes": {"abre_domingo": false, "abre_festivos": false, "cierra_max": 20.0, '
        '"document_type": "restaurante", '
        '"horario_osm": "Mo-Sa 10:00-20:00; Su,PH off", '
        '"link": "https://plaza.example/tiendas/la-ranura/", "local": ["3012", "2 y 3"], '
        '"mail": "hola@laranura.example", "pisos": ["-3", "2"], "search_category": "gastronomia", '
        '"telefono": "+56223456789", "titulo": "La Ranura & Cía", "web": "https://laranura.example"}}\n',
    ),
    EVENTOS: (
        event(card("9 al 12 de octubre de 2025", "11:00", "Nivel 0, nave"), organizer="Club") | TAIL,
        '{"metadataAttributes": {"categorias": ["Música", "Vinilos"], "document_type": "evento", '
        '"fecha_fin": 20251012, "fecha_inicio": 20251009, "link": "https://plaza.example/tiendas/la-ranura/", '
        '"piso": 0, "search_category": "eventos_y_actividades", "titulo": "Feria de vinilos"}}\n',
    ),
}
CATEGORIZED = [page(id=n, title={"rendered": f"Otra {n}"}, **TAIL) for n in (1, 2)]


@pytest.mark.parametrize("collection", SIDECARS, ids=lambda one: one.name)
def test_the_sidecar_holds_typed_what_filters_need_and_nothing_else(collection: Collection) -> None:
    item, sidecar = SIDECARS[collection]
    assert made(collection, item, *CATEGORIZED)[0].sidecar_bytes.decode() == sidecar


def test_a_question_has_no_link_and_says_its_category() -> None:
    document = question("¿Hay té?", "Sí")
    assert (document.key, document.link, document.title) == ("preguntas/hay-te.md", "", "¿Hay té?")
    assert document.sidecar_key == "preguntas/hay-te.md.metadata.json"
    assert document.body == "# ¿Hay té?\n\n¿Hay té?\nSí.\nTema: Comer.\n"
    assert document.sidecar_bytes.decode() == (
        '{"metadataAttributes": {"categoria_nombre": "Comer", "document_type": "pregunta_frecuente", '
        '"search_category": "faqs_y_ayuda", "titulo": "¿Hay té?"}}\n'
    )


def test_what_is_not_known_is_in_no_sidecar() -> None:
    undated = event(card("Cuando cante el gallo", "11:00"))
    assert set(attributes(made(EVENTOS, undated)[0])) == {"document_type", "link", "search_category", "titulo"}
    open_end = attributes(made(EVENTOS, event(card("Desde el 9 de octubre de 2025")))[0])
    assert open_end["fecha_inicio"] == 20251009 and "fecha_fin" not in open_end
    nothing = dict.fromkeys(("level", "place", "local", "phone", "mail", "page_link"), "")
    strange = attributes(made(TIENDAS, place(block(schedule="nunca", **nothing)))[0])
    assert set(strange) == {"document_type", "link", "search_category", "titulo"}


def test_a_list_has_at_most_ten_entries() -> None:
    found = attributes(made(TIENDAS, place(*(block(level=str(n), place="", local=f"L{n}") for n in range(1, 13))))[0])
    assert found["pisos"] == [str(n) for n in range(1, 11)]
    assert found["local"] == [f"L{n}" for n in range(1, 11)]


def test_an_event_is_over_on_the_day_after_its_last() -> None:
    dates = ("9 al 12 de octubre de 2025", "Cuando cante el gallo", "Desde el 9 de octubre de 2025", "31/12/2024")
    items = [event(card(text)) | {"id": number} for number, text in enumerate(dates, 1)]
    frame = vectorial_frame(EVENTOS, raw_frame(EVENTOS, items, FUENTE), "raw/x.csv")
    past = {"4": "the event ended on 2024-12-31"}
    assert out_of_time(frame, date(2025, 10, 12)) == past
    assert out_of_time(frame, date(2025, 10, 13)) == past | {"1": "the event ended on 2025-10-12"}
    assert out_of_time(frame, date(2024, 12, 31)) == {}
    assert out_of_time(frame.drop(columns="fecha_fin"), date(2030, 1, 1)) == {}


def test_the_same_row_gives_the_same_bytes_wherever_it_stands() -> None:
    items = [place(block(), id=number) for number in range(1, 6)]
    first = {document.id: document.fingerprint for document in made(TIENDAS, *items)}
    assert {document.id: document.fingerprint for document in made(TIENDAS, *reversed(items))} == first


def test_a_fingerprint_is_of_both_files_and_not_of_when_a_row_was_read() -> None:
    first = made(TIENDAS, place(block()))[0]
    assert made(TIENDAS, place(block(), modified_gmt="2030-01-01T00:00:00"))[0].fingerprint == first.fingerprint
    assert made(TIENDAS, place(block(schedule="L-V: 10 a 20")))[0].fingerprint != first.fingerprint
    assert first.fingerprint == hash_pair(first.body_bytes, first.sidecar_bytes)
    assert len({hash_pair(b"ab", b"c"), hash_pair(b"a", b"bc"), hash_pair(b"abc", b"")}) == 3
    assert len(hash_pair(b"", b"")) == 64


@pytest.mark.parametrize("identity", ["", "a/b", "../x", ".oculto", "ñandú", "a b", "a\n", "x" * 101, "١٢"])
def test_an_id_that_is_no_safe_key_is_refused(identity: str) -> None:
    good = made(TIENDAS, page())[0]
    with pytest.raises(ValueError, match=r"tiendas: the id .* cannot be a key"):
        replace(good, id=identity)


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({"nivel": ""}, "'nivel' of document 12 has 0 characters"),
        ({"nivel": "x" * 2049}, "has 2,049 characters"),
        *(({"nivel": entries}, "is no list of 1 to 10 texts") for entries in ([], ["a"] * 11, ["a", ""])),
        ({"nivel": None}, "is NoneType"),
        ({f"campo{number}": "x" * 2000 for number in range(6)}, "at most 10,000 can be published"),
    ],
)
def test_metadata_that_would_be_refused_is_refused_here(metadata: dict[str, Any], said: str) -> None:
    good = made(TIENDAS, page())[0]
    with pytest.raises(ValueError, match="metadata") as caught:
        replace(good, metadata=metadata)
    assert said in str(caught.value)


def test_a_document_without_a_title_is_refused() -> None:
    with pytest.raises(ValueError, match="document 12 has no title"):
        replace(made(TIENDAS, page())[0], title="")


def test_long_values_are_cut_so_that_the_sidecar_fits() -> None:
    document = made(TIENDAS, place(block(local="é" * 3000)))[0]
    assert attributes(document)["local"] == "é" * 2047 + "…"
    full = dict.fromkeys(("schedule", "place", "level", "local", "phone", "mail", "page_link"), "🎈" * 3000)
    several = [block(**{name: f"{number}{value}" for name, value in full.items()}) for number in range(12)]
    link = "https://plaza.example/" + "ñ" * 2000
    huge = made(TIENDAS, place(*several, link=link, title={"rendered": "🎈" * 1000}))[0]
    assert 5_000 < len(huge.sidecar_bytes) <= LARGEST_SIDECAR
    assert attributes(huge)["link"] == link
    assert huge.title == "🎈" * 1000


@pytest.mark.parametrize(
    ("line", "markdown"),
    [
        ("# no es título", "\\# no es título"),
        ("---", "\\---"),
        ("- - -", "\\- - -"),
        ("=====", "\\====="),
        ("```", "\\```"),
        ("~~~ a", "\\~~~ a"),
        ("> cita", "\\> cita"),
        ("[1]: nota", "\\[1]: nota"),
        ("- # punto", "- \\# punto"),
        ("tu <nombre> aquí", "tu \\<nombre> aquí"),
        ("a\\*b y c:\\d", "a\\\\*b y c:\\d"),
        *((line, line) for line in ("#ffffff", "- pan", "-Piso -4", "tallas < 38 y <3", "@una_cuenta y 5*3")),
    ],
)
def test_text_never_turns_into_structure(line: str, markdown: str) -> None:
    assert f"\nuno\n{markdown}\ndos.\n" in question("q", f"uno\n{line}\ndos").body


@pytest.mark.parametrize(
    ("title", "heading"), [("Taller de C #", "Taller de C \\#"), ("# uno", "# uno"), ("<x> y", "\\<x> y")]
)
def test_a_title_stays_whole_as_a_heading(title: str, heading: str) -> None:
    assert question(title, "r").body.startswith(f"# {heading}\n")


@given(
    title=st.text(st.characters(), min_size=1, max_size=30),
    answer=st.text(st.characters() | st.sampled_from("#->`*\\<[]:\n "), max_size=80),
)
def test_any_row_gives_files_that_bedrock_takes(title: str, answer: str) -> None:
    raw = raw_frame(TIENDAS, [place(block(place=answer), title={"rendered": title})], FUENTE)
    for document in documents(TIENDAS, vectorial_frame(TIENDAS, raw, "raw/x.csv")):
        body = document.body_bytes.decode()
        assert body.endswith("\n") and not body.endswith("\n\n")
        assert "\r" not in body and "\n\n\n" not in body
        assert unicodedata.is_normalized("NFC", body)
        assert body.partition("\n\n")[2].startswith("Es una tienda de MUT")
        assert all(value is not None and value not in ("", []) for value in attributes(document).values())
        assert fields_of(document.metadata) == set(attributes(document))


def test_a_table_read_back_from_csv_gives_the_same_documents(tmp_path: Any) -> None:
    raw = raw_frame(TIENDAS, [place(block(), block(level="2")), page(id=13, title={"rendered": "007"})], FUENTE)
    frame = vectorial_frame(TIENDAS, raw, "raw/x.csv")
    frame.to_csv(tmp_path / "v.csv", index=False, lineterminator="\n")
    again = pd.read_csv(tmp_path / "v.csv", dtype=str, keep_default_na=False)
    assert documents(TIENDAS, again) == documents(TIENDAS, frame)


def test_a_snapshot_from_before_a_column_existed_still_gives_documents() -> None:
    frame = vectorial_frame(TIENDAS, raw_frame(TIENDAS, [place(block())], FUENTE), "raw/x.csv")
    old = frame.drop(columns=["ubicaciones", "slug", "url_web", *TIENDAS.shape.prepared_columns])
    before, after = documents(TIENDAS, old)[0], documents(TIENDAS, frame)[0]
    assert before.body == after.body
    assert fields_of(before.metadata) == fields_of(after.metadata) - {
        "piso",
        "abre_domingo",
        "cierra_max",
        "horario_osm",
    }


def test_only_fields_that_say_something_count() -> None:
    assert fields_of({"a": "x", "b": "", "c": [], "d": None, "e": 0, "f": False, "g": ["y"]}) == {"a", "e", "f", "g"}


@pytest.mark.parametrize("collection", [EVENTOS, TIENDAS, RESTAURANTES])
def test_a_recorded_page_gives_one_document_per_item(collection: Collection) -> None:
    items = recorded_items(str(collection.wordpress_type))
    found = made(collection, *items)
    assert [document.key for document in found] == [f"{collection.folder}/{item['id']}.md" for item in items]
    assert all(document.body.partition("\n\n")[2].startswith("Es un") for document in found)
    assert [attributes(document)["link"] for document in found] == [item["link"] for item in items]
    assert not any(document.link in document.body for document in found)


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        ("", "", ""),
        ("2026-12-24", "2026-12-24", ""),
        ("2026-12-25", "", "the answer holds from 2026-12-25 on"),
        ("", "2026-12-23", "the answer held until 2026-12-23"),
    ],
)
def test_an_answer_outside_of_its_time_is_not_to_be_published(first: str, last: str, why: str) -> None:
    frame = pd.DataFrame([("hay-te", first, last)], columns=["id", "vigente_desde", "vigente_hasta"], dtype="str")
    for keeps_events in (True, False):
        assert out_of_time(frame, date(2026, 12, 24), keeps_events) == ({"hay-te": why} if why else {})
