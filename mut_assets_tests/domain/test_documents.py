import json
import unicodedata
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mut_assets.domain.collections import EVENTOS, PREGUNTAS, RESTAURANTES, TIENDAS, Collection
from mut_assets.domain.documents import LARGEST_SIDECAR, Document, documents, fields_of, hash_pair
from mut_assets.domain.faq import faq_frame
from mut_assets.domain.raw import raw_frame
from mut_assets.domain.vectorial import vectorial_frame
from mut_assets_tests.domain.items import FUENTE, block, card, event, page, place, recorded_items


def made(collection: Collection, *items: dict[str, Any]) -> list[Document]:
    return documents(collection, vectorial_frame(collection, raw_frame(collection, list(items), FUENTE), "raw/x.csv"))


def question(text: str, answer: str) -> Document:
    raw = faq_frame(f'pregunta;respuesta;categoria_completa\n"{text}";"{answer}";3 Comer\n'.encode(), "raw/p.csv")
    return documents(PREGUNTAS, vectorial_frame(PREGUNTAS, raw, "raw/x.csv"))[0]


def attributes(document: Document) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(document.sidecar_bytes)["metadataAttributes"]
    return found


def test_a_document_is_markdown_with_title_text_and_link() -> None:
    item = page(content={"rendered": "<p>Discos usados.</p>"})
    assert made(TIENDAS, item)[0].body_bytes.decode() == (
        "# La Ranura & Cía\n"
        "\n"
        "La Ranura & Cía: tienda en MUT (Mercado Urbano Tobalaba).\n"
        "Descripción: Discos usados.\n"
        "\n"
        "Más información: https://plaza.example/tiendas/la-ranura/\n"
    )


def test_the_sidecar_holds_the_facts_that_filters_and_readers_need() -> None:
    sidecar = made(TIENDAS, place(block()))[0].sidecar_bytes
    assert sidecar.endswith(b"}\n")
    assert b"\\u" not in sidecar
    assert json.loads(sidecar) == {
        "metadataAttributes": {
            "document_type": "tienda",
            "horario": "L-D: 10:00 - 20:00",
            "link": "https://plaza.example/tiendas/la-ranura/",
            "local": "3012",
            "lugar": "Nivel -3, al fondo",
            "mail": "hola@laranura.example",
            "nivel": "-3",
            "search_category": "comercios_y_tiendas",
            "telefono": "+56 2 2345 6789",
            "tipo": "Tienda",
            "titulo": "La Ranura & Cía",
            "url_web": "https://laranura.example",
            "web": "laranura.example",
        }
    }
    assert list(attributes(made(TIENDAS, place(block()))[0])) == sorted(json.loads(sidecar)["metadataAttributes"])


def test_an_event_has_its_facts() -> None:
    item = event(card("Sábado", "11:00", "Nave"), organizer="Club", event_date="20250517", hours=[{"hour": "11:00"}])
    found = attributes(made(EVENTOS, item)[0])
    assert {name: found[name] for name in ("fecha_texto", "hora_texto", "lugar", "organizador", "event_date")} == {
        "fecha_texto": "Sábado",
        "hora_texto": "11:00",
        "lugar": "Nave",
        "organizador": "Club",
        "event_date": "20250517",
    }


def test_a_question_has_no_link_and_says_its_category() -> None:
    document = question("¿Hay té?", "Sí")
    assert (document.key, document.link, document.title) == ("preguntas/hay-te.md", "", "¿Hay té?")
    assert attributes(document) == {
        "titulo": "¿Hay té?",
        "categoria_nombre": "Comer",
        "document_type": "pregunta_frecuente",
        "search_category": "faqs_y_ayuda",
    }
    assert "Más información" not in document.body


def test_several_values_are_a_list_and_equal_ones_a_text() -> None:
    found = attributes(made(TIENDAS, place(block(), block(level="2", place="Nivel 2; local 5")))[0])
    assert found["nivel"] == ["-3", "2"]
    assert found["lugar"] == ["Nivel -3, al fondo", "Nivel 2; local 5"]
    assert found["horario"] == "L-D: 10:00 - 20:00"
    dates = attributes(made(EVENTOS, event(*(card(f"Día {day}", "10:00") for day in range(14))))[0])
    assert dates["fecha_texto"] == [f"Día {day}" for day in range(10)]
    assert dates["hora_texto"] == "10:00"


def test_keys_are_made_of_the_folder_and_the_id() -> None:
    keys = [made(collection, page())[0] for collection in (EVENTOS, TIENDAS, RESTAURANTES)]
    assert [document.key for document in keys] == ["eventos/12.md", "stores/12.md", "restaurantes/12.md"]
    assert keys[1].sidecar_key == "stores/12.md.metadata.json"


def test_the_same_row_gives_the_same_bytes_wherever_it_stands() -> None:
    items = [place(block(), id=number) for number in range(1, 6)]
    first = {document.id: document.fingerprint for document in made(TIENDAS, *items)}
    assert {document.id: document.fingerprint for document in made(TIENDAS, *reversed(items))} == first


def test_when_a_row_was_read_changes_no_byte() -> None:
    later = made(TIENDAS, place(block(), modified_gmt="2030-01-01T00:00:00"))[0]
    assert later.fingerprint == made(TIENDAS, place(block()))[0].fingerprint


def test_a_changed_field_changes_the_fingerprint() -> None:
    first = made(TIENDAS, place(block()))[0]
    assert made(TIENDAS, place(block(schedule="L-V")))[0].fingerprint != first.fingerprint
    assert first.fingerprint == hash_pair(first.body_bytes, first.sidecar_bytes)


def test_moving_bytes_between_the_two_files_changes_the_hash() -> None:
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
        ({"nivel": []}, "is no list of 1 to 10 texts"),
        ({"nivel": ["a"] * 11}, "is no list of 1 to 10 texts"),
        ({"nivel": ["a", ""]}, "is no list of 1 to 10 texts"),
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
    document = made(TIENDAS, place(block(place="é" * 3000)))[0]
    assert attributes(document)["lugar"] == "é" * 2047 + "…"
    full = dict.fromkeys(("schedule", "place", "level", "local", "phone", "mail", "page_link"), "🎈" * 3000)
    several = [block(**{name: f"{number}{value}" for name, value in full.items()}) for number in range(12)]
    link = "https://plaza.example/" + "ñ" * 2000
    huge = made(TIENDAS, place(*several, link=link, title={"rendered": "🎈" * 4000}))[0]
    assert len(huge.sidecar_bytes) <= LARGEST_SIDECAR
    assert attributes(huge)["link"] == link
    assert huge.title == "🎈" * 4000


@pytest.mark.parametrize(
    ("line", "markdown"),
    [
        ("# no es título", "\\# no es título"),
        ("#ffffff", "#ffffff"),
        ("---", "\\---"),
        ("- - -", "\\- - -"),
        ("=====", "\\====="),
        ("```", "\\```"),
        ("~~~ a", "\\~~~ a"),
        ("> cita", "\\> cita"),
        ("[1]: nota", "\\[1]: nota"),
        ("- # punto", "- \\# punto"),
        ("- pan", "- pan"),
        ("-Piso -4", "-Piso -4"),
        ("tu <nombre> aquí", "tu \\<nombre> aquí"),
        ("tallas < 38 y <3", "tallas < 38 y <3"),
        ("a\\*b y c:\\d", "a\\\\*b y c:\\d"),
        ("@una_cuenta y 5*3", "@una_cuenta y 5*3"),
    ],
)
def test_text_never_turns_into_structure(line: str, markdown: str) -> None:
    assert f"\nuno\n{markdown}\ndos\n" in question("q", f"uno\n{line}\ndos").body


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
        assert all(value for value in attributes(document).values())
        assert fields_of(document.metadata) == set(attributes(document))


def test_a_table_read_back_from_csv_gives_the_same_documents(tmp_path: Any) -> None:
    raw = raw_frame(TIENDAS, [place(block(), block(level="2")), page(id=13, title={"rendered": "007"})], FUENTE)
    frame = vectorial_frame(TIENDAS, raw, "raw/x.csv")
    frame.to_csv(tmp_path / "v.csv", index=False, lineterminator="\n")
    again = pd.read_csv(tmp_path / "v.csv", dtype=str, keep_default_na=False)
    assert [one.fingerprint for one in documents(TIENDAS, again)] == [
        one.fingerprint for one in documents(TIENDAS, frame)
    ]


def test_a_snapshot_from_before_a_column_existed_still_gives_documents() -> None:
    frame = vectorial_frame(TIENDAS, raw_frame(TIENDAS, [place(block())], FUENTE), "raw/x.csv")
    old = frame.drop(columns=["ubicaciones", "slug", "url_web"])
    assert fields_of(documents(TIENDAS, old)[0].metadata) == fields_of(documents(TIENDAS, frame)[0].metadata) - {
        "url_web"
    }


def test_only_fields_that_say_something_count() -> None:
    assert fields_of({"a": "x", "b": "", "c": [], "d": None, "e": 0, "f": False, "g": ["y"]}) == {"a", "e", "f", "g"}


@pytest.mark.parametrize("collection", [EVENTOS, TIENDAS, RESTAURANTES])
def test_a_recorded_page_gives_one_document_per_item(collection: Collection) -> None:
    items = recorded_items(str(collection.wordpress_type))
    found = made(collection, *items)
    assert [document.key for document in found] == [f"{collection.folder}/{item['id']}.md" for item in items]
    assert all(document.link in document.body for document in found)
