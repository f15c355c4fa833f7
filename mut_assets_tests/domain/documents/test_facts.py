"""What is known about an entity, from which column, and what editors are told of."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mut_assets.domain.collections import COLLECTIONS, EVENTOS, PREGUNTAS, TIENDAS, Collection
from mut_assets.domain.documents.facts import Facts, entries, facts
from mut_assets.domain.markup import markup_in
from mut_assets.domain.spanish.special_days import special_days
from mut_assets.domain.tables.raw import raw_frame
from mut_assets_tests.domain.items import FUENTE, block, card, happening, page, place


def known(collection: Collection, *items: dict[str, Any], **options: Any) -> list[Facts]:
    raw = raw_frame(collection, list(items), FUENTE)
    rows = [dict(zip(raw.columns, cells, strict=True)) for cells in raw.to_numpy().tolist()]
    return facts(collection, rows, options.get("special_days", ()), options.get("today"))


def written(html: str, *cards: Any, **box: Any) -> Facts:
    """What is known of an event with this content."""
    (found,) = known(EVENTOS, happening(html, *cards, **box))
    return found


@pytest.mark.parametrize("cell", ["{}", "[1]", '[{"a": 1}]', "[", "x"])
def test_a_cell_that_somebody_edited_by_hand_is_refused_in_words(cell: str) -> None:
    with pytest.raises(ValueError, match=r"list of objects|Expecting"):
        entries(cell)


def test_every_location_of_a_shop_keeps_what_belongs_to_it() -> None:
    upstairs = block(level="2", place="", schedule="10 a 20", phone="", mail="b@x.example")
    (shop,) = known(TIENDAS, place(block(), upstairs))
    first, second = shop.locations
    assert (first.place.floors, second.place.floors) == ((-3,), (2,))
    assert (first.telefono, first.mail, first.web) == ("+56 2 2345 6789", "hola@laranura.example", "laranura.example")
    assert (second.telefono, second.mail) == ("", "b@x.example")
    assert first.hours.verbatim == "L-D: 10:00 - 20:00" and second.hours.verbatim == "10 a 20"


def test_a_shop_without_any_location_has_one_of_which_nothing_is_known() -> None:
    (shop,) = known(TIENDAS, page())
    (location,) = shop.locations
    assert (location.place.floors, location.hours.week, location.hours.verbatim) == ((), None, "")
    assert shop.warnings == ()


@pytest.mark.parametrize(
    ("changes", "doubts"),
    [
        ({}, ()),
        ({"level": "1"}, ("lugar says 'Nivel -3, al fondo', nivel says '1'",)),
        ({"schedule": "nunca\njamás"}, ('"nunca jamás": no days and hours were recognised in it',)),
    ],
)
def test_what_is_doubtful_is_said_with_the_words_of_the_page(changes: dict[str, str], doubts: tuple[str, ...]) -> None:
    (shop,) = known(TIENDAS, place(block(**changes)))
    assert shop.warnings == doubts


def test_the_same_doubt_of_two_locations_is_said_once() -> None:
    (shop,) = known(TIENDAS, place(block(schedule="nunca"), block(schedule="nunca", level="-3")))
    assert len(shop.locations) == 2 and len(shop.warnings) == 1


def test_special_days_are_those_of_the_page_and_of_the_day() -> None:
    days, _ = special_days([{"fecha": "2025-09-18", "link": "/tiendas/la-ranura/", "horario": "Cerrado"}])
    other = place(block(), id=13, link="https://plaza.example/tiendas/otra/", title={"rendered": "Otra"})
    said = "Hoy, jueves 18 de septiembre de 2025, cerrado."
    for today, ours in ((date(2025, 9, 18), said), (date(2025, 9, 19), ""), (None, "")):
        shops = known(TIENDAS, place(block()), other, special_days=days, today=today)
        assert [shop.locations[0].special for shop in shops] == [ours, ""]


def test_every_card_of_an_event_counts() -> None:
    first = card("Sábado 17 de mayo de 2025", "11:00", "Nivel 2", "Uno.")
    found = written("", first, card("24 de mayo de 2025", "12:00", "Jardín"))
    days = (date(2025, 5, 17), date(2025, 5, 24))
    assert tuple(occasion.dates.start for occasion in found.occasions) == days == (found.dates.start, found.dates.end)
    told = [(occasion.time, occasion.description, occasion.place.floors) for occasion in found.occasions]
    assert told == [("11:00", "Uno.", (2,)), ("12:00", "", ())]


def test_what_is_doubtful_or_not_understood_of_the_dates_is_reported() -> None:
    found = written("", card("Sábado 17 de mayo"), event_date="20250511")
    assert found.dates.start == found.dates.end == date(2025, 5, 17)
    assert "event_date 2025-05-11 is outside" in found.warnings[0]
    found = written("", card("Cuando cante el gallo"))
    assert (found.dates.start, found.dates.end) == (None, None)
    assert found.warnings == ('"Cuando cante el gallo": it is not understood as a date',)


@pytest.mark.parametrize(
    ("organizer", "html", "who", "left"),
    [
        ("Club del Surco", "<p>Trae los tuyos.</p>", "Club del Surco", ("Trae los tuyos.",)),
        ("", "<p>Por Club del Surco&nbsp;</p><p>Trae los tuyos.</p>", "Club del Surco", ("Trae los tuyos.",)),
        ("", "<p>Por Dr. Luis Roa, biólogo</p>", "Dr. Luis Roa, biólogo", ()),
        ("", "<p>Organiza: la junta de vecinos.</p>", "la junta de vecinos", ()),
        ("Club", "<p>Por Club</p>", "Club", ()),
        ("Club", "<p>Por Taller Ocho</p>", "Club", ("Por Taller Ocho",)),
        ("", "<p>Por la tarde hay música en vivo.</p>", "", ("Por la tarde hay música en vivo.",)),
        ("", "<p>Por la tarde hay música</p>", "", ("Por la tarde hay música",)),
        ("", "<p>Organiza tu cumpleaños con nosotros</p>", "", ("Organiza tu cumpleaños con nosotros",)),
        ("", "<p>Por Navidad abrimos más tarde.</p>", "", ("Por Navidad abrimos más tarde.",)),
        ("17 al 20 de mayo de 2025", "", "", ()),
        ("2025: odisea", "", "2025: odisea", ()),
    ],
)
def test_who_invites(organizer: str, html: str, who: str, left: tuple[str, ...]) -> None:
    found = written(html, organizer=organizer)
    assert (found.organizer, found.paragraphs) == (who, left)
    assert bool(found.dates.start) is organizer.startswith("17 al")


def test_a_repetition_of_the_title_is_no_text_of_the_page() -> None:
    html = "<h2>FERIA DE VINILOS.</h2><p>Trae los tuyos.</p><p>Trae los tuyos.</p>"
    assert written(html).paragraphs == ("Trae los tuyos.",)


def test_the_only_text_of_a_page_is_kept_with_a_warning() -> None:
    anothers = "<h2>¿Qué es Iris?</h2><p>La casa de lanas más grande del cerro, con ovejas propias desde 1972.</p>"
    ranura = known(
        TIENDAS,
        page(title={"rendered": "La Ranura"}, content={"rendered": anothers}),
        page(id=1, title={"rendered": "Iris"}, content={"rendered": "<p>Lanas del cerro.</p>"}),
    )[0]
    assert ranura.paragraphs == ("La casa de lanas más grande del cerro, con ovejas propias desde 1972.",)
    assert ranura.warnings == ("its only text is kept, although it is not its own (belongs to Iris)",)


ANY = st.text(st.characters() | st.sampled_from("<>&;:-#\n\u200b¿?10"), max_size=40)


@given(data=st.data(), collection=st.sampled_from(COLLECTIONS))
def test_any_row_is_understood_somehow(data: st.DataObject, collection: Collection) -> None:
    columns = [name for name in collection.raw_columns if name not in ("tarjetas", "ubicaciones")]
    row = {**dict.fromkeys(collection.raw_columns, ""), **{name: data.draw(ANY) for name in columns}}
    (found,) = facts(collection, [row], (), date(2025, 9, 18))
    assert set(found.row) == set(collection.raw_columns)
    assert [paragraph for paragraph in found.paragraphs if markup_in(paragraph)] == []


def test_a_question_has_its_answer_and_its_category() -> None:
    asked = {"pregunta": "¿Hay\nté?", "respuesta": "Sí,<br>dos", "categoria_nombre": "Comer"}
    (found,) = facts(PREGUNTAS, [dict.fromkeys(PREGUNTAS.raw_columns, "") | asked], (), None)
    assert (found.row["pregunta"], found.paragraphs, found.categories) == ("¿Hay té?", ("Sí,\ndos",), ("Comer",))
