"""Which field is gone, new or of another type, and what that costs: parsed items of two nights, compared."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

import pytest

from mut_assets.domain.collections import EVENTOS, TIENDAS, Collection
from mut_assets.domain.tables.drift import SOURCES, Drift, drift_id, drifts
from mut_assets.domain.tables.fields import MOST_PATHS, Reading, fields_of
from mut_assets.domain.tables.raw import raw_frame
from mut_assets_tests.domain.items import FUENTE, block, card, event, page, place

Item = dict[str, Any]
INFO = "acf.informacion_tienda[].info"
STORES = [place(block(rrss=[{"url": f"https://social.example/{id}"}]), id=id) for id in range(1, 13)]
BUTTON = {"is_active": True, "anchor": {"title": "Inscríbete", "url": "https://feria.example/inscripcion"}}
EVENTS = [
    event(
        card("Sábado 14", "12:00", "Nivel 3", "Discos.") | {"button": BUTTON},
        event_date="20260314",
        hours=[{"hour": "12:00"}],
        organizer="Los Aromos",
    )
    | {"id": id}
    for id in range(1, 9)
]


def at(path: str, change: Callable[[dict[str, Any], str], object]) -> Callable[[Item], None]:
    """Does something to every object that holds the last name of a path, where it has it."""

    def walk(value: Any, names: Sequence[str]) -> None:
        if isinstance(value, list):
            for entry in value:
                walk(entry, names)
        elif isinstance(value, dict) and names[0] in value:
            if len(names) == 1:
                change(value, names[0])
            else:
                walk(value[names[0]], names[1:])

    return lambda item: walk(item, path.replace("[]", "").split("."))


def dropped(path: str) -> Callable[[Item], None]:
    return at(path, lambda holder, name: holder.pop(name))


def renamed(path: str) -> Callable[[Item], None]:
    return at(path, lambda holder, name: holder.update({f"{name}_2": holder.pop(name)}))


def made(path: str, value: Callable[[Any], Any]) -> Callable[[Item], None]:
    return at(path, lambda holder, name: holder.update({name: value(holder[name])}))


def found(
    items: list[Item], change: Callable[[Item], None], collection: Collection = TIENDAS, of: int = 10**6
) -> list[Drift]:
    """The drift between the items and the same ones, the first `of` of them changed."""
    now = deepcopy(items)
    for item in now[:of]:
        change(item)
    tables = (raw_frame(collection, read, FUENTE) for read in (items, now))
    return drifts(collection, fields_of(items), fields_of(now), *tables)


def test_a_night_like_the_last_has_no_drift() -> None:
    assert found(STORES, lambda item: None) == [] == found(EVENTS, lambda item: None, EVENTOS)


@pytest.mark.parametrize(("items", "collection"), [(STORES, TIENDAS), (EVENTS, EVENTOS)])
def test_what_is_said_to_feed_a_column_is_what_the_parser_reads_it_from(
    items: list[Item], collection: Collection
) -> None:
    for column, source in SOURCES[collection.shape].items():
        (drift,) = found(items, dropped(source), collection)
        assert (drift.path, drift.what) == (source, "gone")
        assert column in drift.lost and drift.lost == drift.columns, "no other column loses anything"


def test_a_renamed_field_is_named_with_the_new_one_beside_it_and_the_column_that_loses_it() -> None:
    gone, new = found(STORES, renamed(f"{INFO}.phone"))
    assert (gone.path, gone.what, gone.lost) == (f"{INFO}.phone", "gone", ("telefono",))
    assert gone.instead == f"{INFO}.phone_2" == new.path and new.what == "new"
    assert str(gone) == (
        f"{INFO}.phone is gone (text on 12 of 12 items, as '+56 2…'; now no item has it, new beside it: "
        f"{INFO}.phone_2): the table loses telefono"
    )


def test_what_lies_in_a_field_that_is_gone_is_not_told_apart_from_it() -> None:
    (gone,) = found(STORES, dropped("acf.informacion_tienda[].info"))
    assert gone.path == INFO
    assert gone.lost == ("horario", "lugar", "nivel", "local", "telefono", "mail", "web", "url_web")


def test_a_field_that_was_alone_in_its_object_is_named_with_the_object_that_is_empty_now() -> None:
    (gone,) = found(EVENTS, dropped("acf.informacion_destacada.hours[].hour"), EVENTOS)
    assert gone.path == "acf.informacion_destacada.hours[]" and gone.lost == ("horas",)
    assert "in it was acf.informacion_destacada.hours[].hour" in str(gone)


@pytest.mark.parametrize(
    ("of", "value", "path"),
    [
        (f"{INFO}.level", int, f"{INFO}.level"),
        (f"{INFO}.page_link", lambda link: link["url"], f"{INFO}.page_link"),
        ("acf.informacion_tienda[].rrss", lambda links: [links[0]["url"]], "acf.informacion_tienda[].rrss[]"),
    ],
)
def test_another_type_that_is_understood_all_the_same_costs_nothing(
    of: str, value: Callable[[Any], Any], path: str
) -> None:
    (drift,) = found(STORES, made(of, value))
    assert (drift.path, drift.what, drift.lost) == (path, "of another type", ())


@pytest.mark.parametrize("value", [lambda text: {"value": text}, lambda text: [text], lambda text: True])
def test_another_type_that_nobody_can_read_costs_the_column(value: Callable[[Any], Any]) -> None:
    first = found(STORES, made(f"{INFO}.schedule", value))[0]
    assert (first.path, first.what, first.lost) == (f"{INFO}.schedule", "of another type", ("horario",))


@pytest.mark.parametrize("value", [lambda text: {"value": text, "label": text}, lambda text: [text]])
def test_another_type_of_the_few_values_of_a_rare_field_is_named_and_keeps_nothing_back(
    value: Callable[[Any], Any],
) -> None:
    few = [*STORES[:2], *(place(block(mail=""), id=item["id"]) for item in STORES[2:])]
    (drift,) = (one for one in found(few, made(f"{INFO}.mail", lambda text: value(text) if text else text)))
    assert (drift.path, drift.what, drift.lost) == (f"{INFO}.mail", "of another type", ())


def test_a_switch_that_is_a_word_takes_the_address_of_a_button_away() -> None:
    (drift,) = found(EVENTS, made("acf.informacion_tienda[].cards[].button.is_active", lambda _: "sí"), EVENTOS)
    assert (drift.what, drift.lost) == ("of another type", ("tarjetas.enlace",))
    (drift,) = found(EVENTS, made("acf.informacion_tienda[].cards[].button.is_active", lambda _: 1), EVENTOS)
    assert (drift.what, drift.lost) == ("of another type", ())


def test_values_that_are_all_emptied_are_gone_and_a_few_are_an_editors_work() -> None:
    (drift,) = found(STORES, made(f"{INFO}.mail", lambda _: ""))
    assert (drift.what, drift.after, drift.lost) == ("gone", "no item says anything there", ("mail",))
    few = [*STORES[:4], *(place(block(mail=""), id=id) for id in range(20, 28))]
    assert found(few, made(f"{INFO}.mail", lambda _: "")) == []
    assert [drift.lost for drift in found(few, dropped(f"{INFO}.mail"))] == [("mail",)], "nobody has the field at all"


def test_one_item_that_somebody_filled_again_hides_nothing() -> None:
    assert found(STORES, dropped(f"{INFO}.local"), of=11)[0].lost == ("local",)
    assert found(STORES, dropped(f"{INFO}.local"), of=9) == [], "a quarter of the items has it"


def test_a_part_of_what_a_link_says_counts_as_lost() -> None:
    texts = [place(block(page_link="https://pan.example"), id=id) for id in range(20, 30)]
    url, _ = found([*STORES, *texts], renamed(f"{INFO}.page_link.url"))
    assert url.lost == ("url_web",), "the others still have theirs, because they are written otherwise"


def test_a_part_of_a_list_counts_as_lost() -> None:
    """Some profiles are written as `link`, which the site calls otherwise now; the others are read as before."""
    both = [
        place(block(rrss=[{"url": "https://a.example"}, {"link": "https://b.example"}]), id=id) for id in range(1, 10)
    ]
    assert found(both, renamed("acf.informacion_tienda[].rrss[].link"))[0].lost == ("rss",)


def test_a_few_pages_that_are_emptied_while_others_end_keep_nothing_back() -> None:
    """Of eight with an organizer five are over; an editor empties it in the other three."""
    left = deepcopy(EVENTS[5:])
    for item in left:
        item["acf"]["informacion_destacada"]["organizer"] = ""
    tables = (raw_frame(EVENTOS, read, FUENTE) for read in (EVENTS, left))
    (drift,) = drifts(EVENTOS, fields_of(EVENTS), fields_of(left), *tables)
    assert (drift.path, drift.lost) == ("acf.informacion_destacada.organizer", ())


def test_pages_that_are_gone_take_no_field_with_them() -> None:
    """Those with an organizer are over; those that are left never had one."""
    others = [event(card("Domingo 15"), organizer="") | {"id": id} for id in range(20, 30)]
    old, new = [*EVENTS, *others], others
    tables = (raw_frame(EVENTOS, read, FUENTE) for read in (old, new))
    assert not any(drift.lost for drift in drifts(EVENTOS, fields_of(old), fields_of(new), *tables))


def test_a_new_field_is_told_once_it_is_on_many() -> None:
    def add(item: Item) -> None:
        item["acf"]["informacion_tienda"][0]["info"]["terraza"] = {"mesas": 4}

    (drift,) = found(STORES, add, of=5)
    assert (drift.path, drift.what, drift.lost) == (f"{INFO}.terraza", "new", ())
    assert "an object on 5 of 12 items" in str(drift)
    assert found(STORES, add, of=4) == []


def test_without_the_last_table_what_is_gone_counts_as_lost() -> None:
    now = deepcopy(STORES)
    for item in now:
        renamed(f"{INFO}.phone")(item)
    found = drifts(TIENDAS, fields_of(STORES), fields_of(now), None, raw_frame(TIENDAS, now, FUENTE))
    assert [drift.lost for drift in found] == [("telefono",), ()]


def test_a_first_night_and_an_empty_one_are_compared_with_nothing() -> None:
    table = raw_frame(TIENDAS, STORES, FUENTE)
    assert drifts(TIENDAS, Reading(), fields_of(STORES), None, table) == []
    assert drifts(TIENDAS, fields_of(STORES), Reading(), table, table) == []


def test_the_same_change_has_the_same_name_in_each_night_of_a_collection() -> None:
    phone, mail = (found(STORES, dropped(f"{INFO}.{name}")) for name in ("phone", "mail"))
    assert drift_id(TIENDAS, phone) == drift_id(TIENDAS, found(STORES, dropped(f"{INFO}.phone"), of=11))
    assert len({drift_id(TIENDAS, phone), drift_id(TIENDAS, mail), drift_id(EVENTOS, phone)}) == 3


def test_examples_are_short_and_hide_mailboxes_and_numbers() -> None:
    fields = fields_of(STORES).fields
    assert fields[f"{INFO}.mail"].examples == ("…@laranura.example",)
    assert fields[f"{INFO}.phone"].examples == ("+56 2…",)
    assert fields[f"{INFO}.schedule"].examples == ("L-D: 10:00 - 20:00",)
    assert all(len(text) <= 80 for field in fields.values() for text in field.examples)


def test_a_list_with_gaps_is_a_list_and_endless_names_are_bounded() -> None:
    gaps = place(block())
    gaps["acf"]["informacion_tienda"] = {"0": block(), "2": block()}
    assert f"{INFO}.schedule" in fields_of([gaps]).fields
    wild = page(acf={f"campo{number}\ud800": 1 for number in range(5000)})
    fields = fields_of([wild, None, [[]], 3]).fields
    assert len(fields) == MOST_PATHS and not any("\ud800" in path for path in fields)
    deep: Any = "x"
    for _ in range(300):
        deep = {"y": [deep]}
    assert len(fields_of([{"acf": deep}]).fields) < 20
