import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mut_assets.domain.collections import EVENTOS, RESTAURANTES, TIENDAS, Collection
from mut_assets.domain.tables import quality
from mut_assets.domain.tables.raw import parse_event, parse_place, raw_frame
from mut_assets_tests.domain.items import FUENTE, block, card, event, info, page, place, recorded_items

INFO = "acf.informacion_tienda[0].info"
SHORT = st.text(st.characters(), max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | SHORT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SHORT, inner, max_size=3),
    max_leaves=6,
)


def without(item: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != key}


def test_a_store_is_read_field_by_field() -> None:
    assert parse_place(place(block(rrss=[{"url": "https://redes.example/r"}]))) == {
        "id": "12",
        "slug": "la-ranura",
        "modified_gmt": "2024-05-02T13:00:00",
        "titulo": "La Ranura & Cía",
        "link": "https://plaza.example/tiendas/la-ranura/",
        "content": "<h2>¿Qué es La Ranura?</h2>\n<p>Discos&nbsp;usados.</p>\n",
        "rss": "https://redes.example/r",
        "horario": "L-D: 10:00 - 20:00",
        "web": "laranura.example",
        "url_web": "https://laranura.example",
        "lugar": "Nivel -3, al fondo",
        "nivel": "-3",
        "local": "3012",
        "telefono": "+56 2 2345 6789",
        "mail": "hola@laranura.example",
        "ubicaciones": '[{"horario": "L-D: 10:00 - 20:00", "local": "3012", "lugar": "Nivel -3, al fondo", '
        '"mail": "hola@laranura.example", "nivel": "-3", "telefono": "+56 2 2345 6789", '
        '"url_web": "https://laranura.example", "web": "laranura.example"}]',
        "problema": "",
    }


def test_what_only_the_collection_and_the_door_know_is_in_every_row() -> None:
    items: list[Any] = [page(), "no item"]
    found = [raw_frame(kind, items, FUENTE) for kind in (EVENTOS, TIENDAS, RESTAURANTES)]
    assert [frame["tipo"].tolist() for frame in found] == [["event"] * 2, ["Tienda"] * 2, ["Restaurante"] * 2]
    assert {fuente for frame in found for fuente in frame["fuente"]} == {FUENTE}


def test_an_event_is_read_field_by_field() -> None:
    item = event(
        card("Sábado 17 de mayo", "11:00", "Nave central", "Mil vinilos"),
        hours=[{"hour": "11:00"}, {"hour": ""}, {"hour": "15:00"}],
        organizer="Club del Surco",
        event_date="20250517",
    )
    row = parse_event(item)
    assert row["problema"] == ""
    assert [row[name] for name in EVENTOS.columns if name not in ("contenido", "tipo")] == [
        *("Feria de vinilos", "https://plaza.example/tiendas/la-ranura/", "11:00, 15:00"),
        *("Sábado 17 de mayo", "11:00", "Nave central", "Mil vinilos", "Club del Surco"),
    ]
    assert row["contenido"].startswith("<h2>")
    assert row["event_date"] == "20250517"
    assert json.loads(row["tarjetas"]) == [
        {"fecha": "Sábado 17 de mayo", "hora": "11:00", "lugar": "Nave central", "descripcion": "Mil vinilos"}
    ]


def test_every_card_of_every_block_is_read_and_stays_together() -> None:
    item = event(card("Lunes", "10:00", "Nave"), card(), card("Martes", "10:00", "Jardín"))
    item["acf"]["informacion_tienda"] += [False, {"cards": False}, {"cards": [card("Jueves", "", "Nave")]}]
    row = parse_event(item)
    assert (row["fecha_texto"], row["hora_texto"], row["lugar"]) == ("Lunes; Martes; Jueves", "10:00", "Nave; Jardín")
    entries = [(entry["fecha"], entry["hora"], entry["lugar"]) for entry in json.loads(row["tarjetas"])]
    assert entries == [("Lunes", "10:00", "Nave"), ("Martes", "10:00", "Jardín"), ("Jueves", "", "Nave")]


def test_every_location_of_a_store_is_read_and_stays_together() -> None:
    upstairs = block(level=2, place="Nivel 2", schedule="L-V: 09:00", phone="", mail="", page_link=False, local="")
    row = parse_place(place(block(), {"info": False, "rrss": False}, upstairs))
    assert (row["nivel"], row["horario"]) == ("-3; 2", "L-D: 10:00 - 20:00; L-V: 09:00")
    assert row["web"] == "laranura.example"
    first, second = json.loads(row["ubicaciones"])
    assert (first["nivel"], first["horario"]) == ("-3", "L-D: 10:00 - 20:00")
    assert (second["nivel"], second["horario"], second["web"]) == ("2", "L-V: 09:00", "")


@pytest.mark.parametrize("nothing", [False, "", [], None, {}, "  \n"])
def test_what_acf_sends_for_nothing_is_nothing(nothing: Any) -> None:
    items = [
        page(acf=nothing),
        page(acf={"informacion_tienda": nothing, "informacion_destacada": nothing}),
        place(nothing),
        place({"info": nothing, "rrss": nothing, "cards": nothing}),
        place({"info": dict.fromkeys(info(), nothing), "rrss": [nothing], "cards": [nothing, {"data": nothing}]}),
        event({"data": dict.fromkeys(("date", "hour", "place", "description"), nothing)}, hours=nothing),
        event(hours=[nothing, {"hour": nothing}], organizer=nothing, event_date=nothing),
    ]
    for item in items:
        for parse, entries in ((parse_event, "tarjetas"), (parse_place, "ubicaciones")):
            row = parse(item)
            assert (row["problema"], row[entries], row["lugar"]) == ("", "", "")


def test_missing_keys_are_nothing() -> None:
    for item in (page(acf={}), place({}), place({"info": {}}), event({}), event({"data": {}})):
        assert parse_event(item)["problema"] == ""
        assert parse_place(item)["problema"] == ""


@pytest.mark.parametrize(
    ("value", "web", "url"),
    [
        ("https://laranura.example", "https://laranura.example", "https://laranura.example"),
        ({"title": "La Ranura", "url": "https://laranura.example"}, "La Ranura", "https://laranura.example"),
        *(
            (
                {"title": title, "url": "https://laranura.example"},
                "https://laranura.example",
                "https://laranura.example",
            )
            for title in ("", False)
        ),
        *((link, "La Ranura", "") for link in ({"title": "La Ranura"}, {"title": "La Ranura", "url": ""})),
    ],
)
def test_a_page_link_is_text_or_an_object(value: Any, web: str, url: str) -> None:
    row = parse_place(place(block(page_link=value)))
    assert (row["web"], row["url_web"], row["problema"]) == (web, url, "")


def test_of_a_choice_with_value_and_label_the_label_is_read() -> None:
    row = parse_place(place(block(level={"value": "3", "label": "Nivel 3"}, phone={"value": "x"})))
    assert row["nivel"] == "Nivel 3"
    assert row["problema"] == "acf.informacion_tienda[0].info.phone is an object where text was due"


@pytest.mark.parametrize(
    ("value", "joined"),
    [
        (["https://a.example", {"link": "https://b.example"}], "https://a.example; https://b.example"),
        ([{"url": "", "value": "https://c.example"}], "https://c.example"),
        ([{"link": {"title": "D", "url": "https://d.example", "target": ""}}], "https://d.example"),
        ([{"url": "https://e.example"}, "https://e.example ", False, {"name": "E"}], "https://e.example"),
        ({"0": "https://f.example", "10": "https://h.example", "2": "https://g.example"}, None),
        ("https://i.example", "https://i.example"),
    ],
)
def test_social_links_are_objects_or_text(value: Any, joined: str | None) -> None:
    row = parse_place(place(block(rrss=value)))
    assert row["rss"] == (joined or "https://f.example; https://g.example; https://h.example")
    assert row["problema"] == ""


@pytest.mark.parametrize(("level", "text"), [(3, "3"), (3.0, "3"), (-1, "-1"), (0, "0"), (2.5, "2.5"), (" 3 ", "3")])
def test_a_number_counts_as_text(level: Any, text: str) -> None:
    row = parse_place(place(block(level=level)))
    assert (row["nivel"], row["problema"]) == (text, "")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Pan &#038; Caf&eacute;", "Pan & Café"),
        ("  Tallas &lt; 38\n ", "Tallas < 38"),
        ("La <em>Ranura</em><br>Discos", "La Ranura Discos"),
        ("Pru\u0301ebame", "Prúebame"),
    ],
)
def test_a_title_is_plain_text_on_one_line(title: str, text: str) -> None:
    assert parse_place(page(title={"rendered": title}))["titulo"] == text


def test_texts_stay_as_given_but_for_line_ends_and_what_no_file_can_carry() -> None:
    content = {"rendered": "<p>uno</p>\r\n<p>d\x00os\ud800</p>\rtres ", "protected": False}
    row = parse_place(place(block(place="<b>Nivel</b> &amp; más\r\n"), content=content))
    assert row["content"] == "<p>uno</p>\n<p>dos</p>\ntres "
    assert row["lugar"] == "<b>Nivel</b> &amp; más"


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        (without(page(), "acf"), "the item has no custom fields (acf)"),
        *((item, "the title is empty") for item in (page(title={"rendered": " "}), without(page(), "title"))),
        (page(title={"rendered": "x" * 20_000}), "the title has 20,000 characters, more than 1,000"),
        (page(title={"rendered": "<b" * 500_000}), "title.rendered has 1,000,000 characters, more than 20,000"),
        (page(content={"rendered": "x" * 200_001}), "content.rendered has 200,001 characters, more than 200,000"),
        (page(content={"rendered": "<div>" * 39_000}), "content.rendered nests its elements deeper than any page"),
        (page(title=["x"]), "title is a list where an object was due; the title is empty"),
        *((item, "the link is missing") for item in (without(page(), "link"), page(link=False))),
        (page(link="javascript:alert(1)"), "the link 'javascript:alert(1)' is no web address"),
        (page(link="https://"), "the link 'https://' is no web address"),
        (page(link="https://[x/"), "the link 'https://[x/' is no web address"),
        (page(link="https://a.example/b c"), "the link 'https://a.example/b c' is no web address"),
        (without(page(), "content"), "content is missing where an object was due"),
        (page(content="<p>x</p>"), "content is text where an object was due"),
        (page(content={"rendered": False}), "content.rendered is false where text was due"),
        (page(content={}), "content.rendered is missing where text was due"),
        (page(slug={"a": 1}), "slug is an object where text was due"),
        (page(acf="error"), "acf is text where an object was due"),
        (page(acf={"informacion_tienda": 3}), "acf.informacion_tienda is a number where a list was due"),
        (place("x"), "acf.informacion_tienda[0] is text where an object was due"),
        (place(block(), {"info": ["x"]}), "acf.informacion_tienda[1].info is a list where an object was due"),
        (place(block(level=["3"])), "acf.informacion_tienda[0].info.level is a list where text was due"),
        (place(block(phone={"a": 1})), "acf.informacion_tienda[0].info.phone is an object where text was due"),
        (place(block(mail=True)), "acf.informacion_tienda[0].info.mail is true where text was due"),
        (place(block(level=float("nan"))), "acf.informacion_tienda[0].info.level is a number where text was due"),
        (place(block(page_link=7)), "acf.informacion_tienda[0].info.page_link is a number where an object was due"),
        (place(block(rrss=[[1]])), "acf.informacion_tienda[0].rrss[0] is a list where an object was due"),
        (place(block(schedule="L " * 10_001)), f"{INFO}.schedule has 20,002 characters, more than 20,000"),
        (place(*[block()] * 501), "acf.informacion_tienda has 501 entries, more than 500"),
        (place(block(rrss=True)), "acf.informacion_tienda[0].rrss is true where a list was due"),
    ],
)
def test_an_item_that_cannot_be_understood_says_what_was_found_where(item: Any, problem: str) -> None:
    row = parse_place(item)
    assert (row["problema"], row["id"]) == (problem, "12")


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        (event(organizer=["x"]), "acf.informacion_destacada.organizer is a list where text was due"),
        (event(hours={"hour": "10"}), "acf.informacion_destacada.hours is an object where a list was due"),
        (event(hours=[[1]]), "acf.informacion_destacada.hours[0] is a list where text was due"),
        (event("x"), "acf.informacion_tienda[0].cards[0] is text where an object was due"),
        (event({"data": "x"}), "acf.informacion_tienda[0].cards[0].data is text where an object was due"),
        (event(card(), card(hour=[9])), "acf.informacion_tienda[0].cards[1].data.hour is a list where text was due"),
    ],
)
def test_an_event_that_cannot_be_understood_says_what_was_found_where(item: Any, problem: str) -> None:
    assert parse_event(item)["problema"] == problem


def test_what_is_too_long_is_known_by_its_beginning_and_never_cut_without_a_word() -> None:
    row = parse_place(page(title={"rendered": "Panadería " * 9_000}, content={"rendered": "<p>" + "pan " * 99_000}))
    assert (row["titulo"], row["content"][:8], len(row["content"])) == ("Panadería " * 8 + "…", "<p>pan p", 81)
    assert row["problema"].count("characters, more than") == 2


def test_texts_that_are_short_enough_are_bounded_together() -> None:
    item = event(*[card(description=f"{number} " * 4_000) for number in range(10, 40)])
    (row,) = raw_frame(EVENTOS, [item], FUENTE).to_dict("records")
    assert re.fullmatch("its texts have 72[0-9],[0-9]{3} characters together, more than 600,000", row["problema"])


def test_the_good_part_of_a_sick_item_is_kept() -> None:
    row = parse_place(place(block(level=["3"])))
    assert (row["titulo"], row["lugar"], row["nivel"]) == ("La Ranura & Cía", "Nivel -3, al fondo", "")


def test_many_problems_are_counted_and_the_first_ones_named() -> None:
    problem = parse_place(place(block(level=[1], local=[1], phone=[1], mail=[1], place=[1])))["problema"]
    assert problem.count("where text was due") == 3
    assert problem.endswith("; and 2 more")


@pytest.mark.parametrize("identity", [None, "", "doce", -3, 0, 1.5, True, [12], {"a": 1}])
def test_an_item_without_a_wordpress_id_is_a_problem(identity: Any) -> None:
    row = parse_place(page(id=identity))
    assert row["id"] == "" and ("the id" in row["problema"] or "id is" in row["problema"])


@pytest.mark.parametrize("item", [None, [], "x", 3, {}])
def test_what_is_no_item_at_all_is_a_row_with_a_problem(item: Any) -> None:
    for collection in (EVENTOS, TIENDAS, RESTAURANTES):
        row = raw_frame(collection, [item], FUENTE).iloc[0]
        assert row["problema"] != "" and row["fuente"] == FUENTE


@given(data=st.data())
def test_any_json_in_place_of_any_field_gives_a_row_that_keeps_its_id(data: st.DataObject) -> None:
    item = data.draw(st.sampled_from([place(block(rrss=[{"url": "u"}])), event(card("Lunes"), hours=[{"hour": "9"}])]))
    item = json.loads(json.dumps(item))
    holder, key = data.draw(st.sampled_from(sorted(fields(item), key=str)))
    target = item
    for step in holder:
        target = target[step]
    target[key] = data.draw(JSON)
    for collection in (EVENTOS, TIENDAS, RESTAURANTES):
        frame = raw_frame(collection, [item], FUENTE)
        assert frame["id"].tolist() == ["12"]
        assert list(frame.columns) == list(collection.raw_columns)
        assert all(isinstance(cell, str) for cell in frame.iloc[0])
        frame.to_csv().encode()


def fields(value: Any, path: tuple[Any, ...] = ()) -> set[tuple[tuple[Any, ...], Any]]:
    """Every place in an item that holds a value, but its id."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = set()
    for key, held in inner:
        found |= {(path, key), *fields(held, (*path, key))} if key != "id" else set()
    return found


@pytest.mark.parametrize("collection", [EVENTOS, TIENDAS, RESTAURANTES])
def test_the_raw_table_has_the_columns_of_the_contract_as_text(collection: Collection) -> None:
    for items in ([], [place(block()), page(id=13)]):
        frame = raw_frame(collection, items, FUENTE)
        assert list(frame.columns) == list(collection.raw_columns)
        assert {str(dtype) for dtype in frame.dtypes} == {"str"}
        assert len(frame) == len(items)


@pytest.mark.parametrize(
    ("collection", "rows"), [(EVENTOS, 42), (TIENDAS, 100), (RESTAURANTES, 79)], ids=["event", "stores", "restaurant"]
)
def test_a_recorded_page_gives_one_good_row_per_item(collection: Collection, rows: int) -> None:
    items = recorded_items(str(collection.wordpress_type))
    frame = raw_frame(collection, items, FUENTE)
    assert frame["id"].tolist() == [str(item["id"]) for item in items]
    assert len(frame) == rows
    assert frame.loc[frame["problema"] != "", ["id", "problema"]].to_numpy().tolist() == []
    assert quality.required_columns(frame, collection, collection.required) == []
    assert (frame["lugar"] != "").mean() > 0.7


@pytest.mark.parametrize(
    ("button", "told"),
    [
        (
            {"is_active": True, "anchor": {"url": "https://r.example/a", "title": " Inscríbete "}},
            "Inscríbete: https://r.example/a",
        ),
        ({"is_active": "1", "anchor": "https://r.example/a"}, "Más información: https://r.example/a"),
        ({"is_active": False, "anchor": {"url": "https://r.example/a", "title": "Inscríbete"}}, None),
        ({"is_active": True, "anchor": {"url": "javascript:alert(1)", "title": "Inscríbete"}}, None),
        ({"is_active": True, "anchor": {"url": "/inscripcion", "title": "Inscríbete"}}, None),
        ({"is_active": True, "anchor": []}, None),
        (True, None),
        ("x", None),
        ([], None),
        ({"is_active": {}, "anchor": 5}, None),
        ({"is_active": True, "anchor": 5}, None),
    ],
)
def test_the_button_of_a_card_is_read_where_the_site_shows_it(button: Any, told: str | None) -> None:
    row = parse_event(event(card("Lunes") | {"button": button}))
    assert json.loads(row["tarjetas"])[0].get("enlace") == told
    assert row["problema"] == ""


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Café de maÃ±ana", "Café de mañana"),
        ("Ã\x91uÃ±oa", "Ñuñoa"),  # read as Latin-1: no file could carry half of its "Ñ"
        ("SÃO PAULO", "SÃO PAULO"),
    ],
)
def test_what_was_encoded_twice_is_put_right_in_every_cell(typed: str, read: str) -> None:
    row = parse_place(place(block(place=typed), title={"rendered": typed}, content={"rendered": f"<p>{typed}</p>"}))
    assert (row["titulo"], row["content"], row["lugar"]) == (read, f"<p>{read}</p>", read)
