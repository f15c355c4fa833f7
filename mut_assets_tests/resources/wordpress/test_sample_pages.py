"""The bundled site's pages: worth reading, as irregular as real ones, never stale, and true to the calendar."""

import csv
import io
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import mut_assets
from mut_assets.resources.failures import PermanentFailure
from mut_assets.resources.wordpress.sample_pages import items_of_week, monday_of, read_file
from mut_assets_tests.sample.event_calendar import calendar_of_week

TYPES = ("event", "stores", "restaurant")
WEDNESDAY = date(2025, 10, 15)
ITEMS = items_of_week(monday_of(WEDNESDAY))
EVENTS, STORES, RESTAURANTS = (ITEMS[name] for name in TYPES)
ALL = [*EVENTS, *STORES, *RESTAURANTS]
CONTENTS = [item["content"]["rendered"] for item in ALL]
TITLES = [item["title"]["rendered"] for item in ALL]
MONTHS = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()
LEFTOVER = "¿Qué es Zancada Clara?"
"""The heading of one store that three other pages still carry, as pages made from a copy do."""


def days_around_the_awkward_ones(function: Callable[[date], None]) -> Callable[[date], None]:
    """Any day, and always those of year ends, leap days and both changes of Santiago's clock."""
    awkward = ("2024-12-30", "2024-12-31", "2025-01-01", "2026-12-31", "2028-02-29", "2025-04-05", "2025-04-06")
    for text in (*awkward, "2025-09-06", "2025-09-07", "2026-04-05", "2026-09-06", "2027-01-03", "2027-01-04"):
        function = example(date.fromisoformat(text))(function)
    given_days = given(st.dates(date(2020, 1, 1), date(2060, 12, 31)))
    return settings(max_examples=40, deadline=None)(given_days(function))


def text_of(item: dict[str, Any]) -> str:
    return json.dumps(item, ensure_ascii=False)


def acf(item: dict[str, Any]) -> dict[str, Any]:
    return item["acf"] if isinstance(item["acf"], dict) else {}


def blocks(item: dict[str, Any]) -> list[dict[str, Any]]:
    found = acf(item).get("informacion_tienda")
    return found if isinstance(found, list) else []


def infos(item: dict[str, Any]) -> list[dict[str, Any]]:
    return [block["info"] for block in blocks(item) if block["info"]]


def cards(item: dict[str, Any]) -> list[dict[str, Any]]:
    return [card for block in blocks(item) for card in block["cards"] or []]


def event_dates(item: dict[str, Any]) -> str:
    return " ".join(card["data"]["date"] for card in cards(item))


# ------------------------------------------------------------------------------------------------ what is in it


def test_there_is_enough_to_look_at_and_every_state_of_an_event_several_times() -> None:
    assert len(EVENTS) >= 44
    assert (len(STORES), len(RESTAURANTS)) == (64, 44)
    states = Counter(happening.state for happening in calendar_of_week(monday_of(WEDNESDAY)).values())
    assert set(states) == {"past", "running", "coming", "recurring", "undated"}
    assert min(states.values()) >= 5 and min(states[name] for name in ("past", "running", "coming")) >= 10


def test_ids_links_and_titles_are_unique_over_all_types() -> None:
    for values in ([item["id"] for item in ALL], [item["link"] for item in ALL], TITLES):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_links_are_pages_of_the_fictional_market() -> None:
    for items, path in ((EVENTS, "evento"), (STORES, "tiendas"), (RESTAURANTS, "restaurante")):
        for item in items:
            assert item["link"] == f"https://mercadodelestero.example/{path}/{item['slug']}/"
            assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", item["slug"])


def test_every_address_is_under_the_reserved_domain_and_no_phone_is_given_out() -> None:
    text = "\n".join(map(text_of, ALL)) + read_file("preguntas.csv").decode("utf-8-sig")
    hosts = {urlsplit(url).hostname or "" for url in re.findall(r"https?://[^\s\"'<>\\;]+", text)}
    mails = set(re.findall(r"[\w.]+@([\w.-]+\w)", text))
    assert len(hosts) > 80 and len(mails) > 50
    assert {name for name in hosts | mails if not name.endswith(".example")} == set()
    phones = [info["phone"] for item in STORES + RESTAURANTS for info in infos(item) if info["phone"]]
    assert len(phones) > 60
    for phone in phones:
        assert re.fullmatch(r"56[29]0000\d{4}", re.sub(r"\D", "", phone)), phone


def test_every_item_has_the_shape_of_the_rest_api_and_survives_json() -> None:
    for name in TYPES:
        for item in ITEMS[name]:
            assert json.loads(json.dumps(item)) == item
            assert {"id", "date", "date_gmt", "modified", "modified_gmt", "slug", "link", "acf"} <= item.keys()
            assert (item["type"], item["status"]) == (name, "publish")
            assert item["content"]["rendered"].startswith("<") and item["content"]["protected"] is False


def test_every_page_has_its_own_words() -> None:
    paragraphs = Counter(line for html in CONTENTS for line in words_of(html).split("\n") if len(line) > 60)
    repeated = {line: count for line, count in paragraphs.items() if count > 1}
    # The sentence that a copied page left behind, and the market's own invitation at the foot of a few.
    assert sorted(repeated.values()) == [3, 4], repeated
    lengths = sorted(len(words_of(html).split()) for html in CONTENTS)
    assert lengths[0] >= 25 and lengths[len(lengths) // 2] >= 45


def words_of(html: str) -> str:
    return re.sub(r"<style>.*?</style>|<!--.*?-->|<[^>]+>|&nbsp;", "", html)


ASKED_FOR = {
    "restaurant": ("helader[ií]a.*helados", "restaurante vegano con terraza", "ramen", "empanadas hornead"),
    "stores": ("regalo para una guagua", "odontolog", "óptica", "veterinaria", "gimnasio"),
    "event": ("concierto", "feria"),
}


@pytest.mark.parametrize(("type_name", "words"), [(name, words) for name in TYPES for words in ASKED_FOR[name]])
def test_what_visitors_ask_for_is_there(type_name: str, words: str) -> None:
    assert any(re.search(words, text_of(item), re.I) for item in ITEMS[type_name])


@days_around_the_awkward_ones
def test_there_is_a_workshop_for_children_this_weekend_whatever_the_day(day: date) -> None:
    monday = monday_of(day)
    saturday = monday + timedelta(days=5)
    truth = calendar_of_week(monday)
    assert any(
        any(first <= saturday <= last for first, last in truth[item["id"]].days)
        and all(word in item["title"]["rendered"].lower() for word in ("taller", "niños"))
        and str(saturday.day) in re.findall(r"\d+", event_dates(item))
        for item in items_of_week(monday)["event"]
    )


def test_nothing_is_copied_from_the_real_site() -> None:
    default = Path(mut_assets.__file__).parents[2] / "shared"
    folder = Path(os.environ.get("MUT_SHARED") or default) / "wordpress" / "recorded"
    if not folder.is_dir():
        pytest.skip("no recorded pages of the real site: set MUT_SHARED to the folder that has wordpress/")
    real = [item for file in folder.glob("*-page[12].json") for item in json.loads(file.read_text())]
    assert len(real) > 200
    assert {item["title"]["rendered"].casefold() for item in real} & {title.casefold() for title in TITLES} == set()
    ours = {run for html in CONTENTS for run in runs_of_words(html)}
    theirs = {run for item in real for run in runs_of_words(item["content"]["rendered"])}
    assert len(theirs) > 1000 and ours & theirs == set()


def runs_of_words(html: str, length: int = 6) -> Iterator[str]:
    words = re.findall(r"\w+", words_of(html).lower())
    return (" ".join(words[start : start + length]) for start in range(len(words) - length + 1))


# ------------------------------------------------------------------------------------- irregular, as real pages are

PLACES = [*STORES, *RESTAURANTS]
INFOS = [info for item in PLACES for info in infos(item)]
RRSS = [block["rrss"] for item in PLACES for block in blocks(item)]
LINKS = [entry for rrss in RRSS if isinstance(rrss, list) for entry in rrss]
TOPS = [acf(item)["informacion_destacada"] for item in EVENTS if acf(item).get("informacion_destacada")]
CARDS = [card for item in EVENTS for card in cards(item)]
ANCHORS = [card["button"]["anchor"] for card in CARDS]

SHAPES: dict[str, tuple[list[Any], set[str]]] = {
    "acf, store": ([item["acf"] for item in STORES], {"dict", "[]"}),
    "acf, restaurant": ([item["acf"] for item in RESTAURANTS], {"dict", "[]"}),
    "acf, event": ([item["acf"] for item in EVENTS], {"dict", "[]"}),
    "informacion_tienda, store": ([acf(item).get("informacion_tienda") for item in STORES], {"list", "False"}),
    "informacion_tienda, event": ([acf(item).get("informacion_tienda") for item in EVENTS], {"list", "False"}),
    "informacion_destacada": ([acf(item).get("informacion_destacada") for item in EVENTS], {"dict", "False"}),
    "event_date": ([top["event_date"] for top in TOPS], {"str", "None", "''"}),
    "hours": ([top["hours"] for top in TOPS], {"list", "False", "''", "[]"}),
    "organizer": ([top["organizer"] for top in TOPS], {"False"}),
    "anchor": (ANCHORS, {"dict", "False", "''", "[]"}),
    "page_link": ([info["page_link"] for info in INFOS], {"dict", "str", "False", "''", "[]"}),
    "rrss": (RRSS, {"list", "False", "''", "[]"}),
    "entry of rrss": (LINKS, {"dict", "str"}),
}
"""Fields, and the shapes that each comes in: a type, or the value itself where it holds nothing."""

IRREGULAR: dict[str, bool] = {
    "informacion_tienda missing, store": any(acf(i) and "informacion_tienda" not in acf(i) for i in STORES),
    "informacion_tienda missing, event": any(acf(i) and "informacion_tienda" not in acf(i) for i in EVENTS),
    "info false": any(block["info"] is False and block["rrss"] for item in PLACES for block in blocks(item)),
    "second block empty": any(blocks(i)[1:] == [{"info": False, "rrss": False}] for i in PLACES),
    "two stores with two locations": sum(len(infos(item)) == 2 for item in STORES) >= 2,
    "a restaurant with two locations": any(len(infos(item)) == 2 for item in RESTAURANTS),
    "cards false alone": any(blocks(i) and not cards(i) for i in EVENTS),
    "cards false besides": any(cards(i) and any(b["cards"] is False for b in blocks(i)) for i in EVENTS),
    "two cards in a block": any(len(block["cards"] or []) == 2 for item in EVENTS for block in blocks(item)),
    "cards in two blocks": any(len([b for b in blocks(i) if b["cards"]]) == 2 for i in EVENTS),
    "several hours": any(isinstance(top["hours"], list) and len(top["hours"]) > 1 for top in TOPS),
    "anchor object": any(isinstance(anchor, dict) and anchor["url"] for anchor in ANCHORS),
    "anchor object, empty": any(isinstance(anchor, dict) and not anchor["url"] for anchor in ANCHORS),
    "page_link text": any(str(info["page_link"]).startswith("https:") for info in INFOS),
    "page_link without scheme": any(re.match(r"\w+\.", str(info["page_link"])) for info in INFOS),
    "rrss as {url}": any(isinstance(entry, dict) and "url" in entry for entry in LINKS),
    "rrss as {link}": any(isinstance(entry, dict) and "link" in entry for entry in LINKS),
    "rrss entry without address": "" in LINKS or {"url": ""} in LINKS,
    "level as a number": any(type(info["level"]) is int for info in INFOS),
    "level in words": any(str(info["level"]).startswith("Piso") for info in INFOS),
    "entities in a title": any("&#038;" in title for title in TITLES) and any("&#8220;" in title for title in TITLES),
    "builder comments": any("<!-- wp:" in content for content in CONTENTS),
    "builder classes": any('class="elementor-' in content for content in CONTENTS),
    "style": any("<style>" in content for content in CONTENTS),
    "hard spaces and breaks": any("&nbsp;<br />" in content for content in CONTENTS),
    "lists": any("<li>" in content for content in CONTENTS),
    "headings": any("<h2" in content and "¿Qué es" in content for content in CONTENTS),
    "one page in English": sum("What is " in content for content in CONTENTS) == 1,
    "three leftovers of another store": sum(LEFTOVER in content for content in CONTENTS) == 4,
    "one stray colour": sum(content.count("#ffffff") for content in CONTENTS) == 1,
    "counters glued to categories": sum(bool(re.search(r"<p>\d[A-ZÁÉÍÓÚ]", content)) for content in CONTENTS) > 10,
    "many spellings of opening hours": len({info["schedule"].strip() for info in INFOS}) > 60,
}


@pytest.mark.parametrize("field", SHAPES)
def test_the_fields_come_in_all_their_shapes(field: str) -> None:
    values, shapes = SHAPES[field]
    assert {type(value).__name__ if value else repr(value) for value in values} >= shapes


@pytest.mark.parametrize("kind", IRREGULAR)
def test_the_irregular_kinds_of_a_real_site_are_all_present(kind: str) -> None:
    assert IRREGULAR[kind]


# ------------------------------------------------------------------------------------------------ the calendar


@days_around_the_awkward_ones
def test_each_event_is_in_its_state_on_every_day_of_the_week(day: date) -> None:
    monday = monday_of(day)
    sunday = monday + timedelta(days=6)
    assert monday <= day <= sunday and monday.weekday() == 0
    for number, happening in calendar_of_week(monday).items():
        assert all(first <= last for first, last in happening.days)
        if not happening.days:
            assert happening.state in ("recurring", "undated"), number
            continue
        starts, ends = min(first for first, _ in happening.days), max(last for _, last in happening.days)
        holds = {
            "past": ends < monday,
            "running": starts <= monday and ends >= sunday,
            "coming": starts > sunday,
            "recurring": starts <= monday and ends > sunday,
        }
        assert holds.get(happening.state), (number, happening)


@days_around_the_awkward_ones
def test_what_an_event_says_about_its_dates_agrees_with_the_calendar(day: date) -> None:
    truth = calendar_of_week(monday_of(day))
    for item in items_of_week(monday_of(day))["event"]:
        days, said = truth[item["id"]].days, event_dates(item)
        assert not re.search(r"\{\w+ ", text_of(item)), "a date that was not filled in"
        stamp = (acf(item).get("informacion_destacada") or {}).get("event_date")
        assert stamp in (None, "", f"{days[0][0]:%Y%m%d}" if days else ""), item["slug"]
        numbers = [int(text) for text in re.findall(r"\d+", said)]
        if not days:
            assert numbers == [], said
        elif said and "De " not in said:
            last = days[-1][1]
            inside = [first + timedelta(n) for first, until in days for n in range((until - first).days + 1)]
            allowed = {part for inner in inside for part in (inner.day, inner.month, inner.year)}
            assert set(numbers) <= allowed, (said, days)
            assert last.day in numbers, (said, days)
            assert re.search(rf"{MONTHS[last.month - 1][:3]}|/{last.month:02}/|Viernes \d+ y", said, re.I), said


@pytest.mark.parametrize(
    ("today", "slug", "expected"),
    [
        ("2025-10-15", "trueque-de-casetes-y-vinilos", "Sábado 4 de octubre"),
        ("2025-10-15", "taller-encuadernacion-japonesa", "Sab 27 de septiembre"),
        ("2025-10-15", "trueque-de-libros", "13 y 14 de septiembre"),
        ("2025-10-15", "bicicletada-familiar", "24/08/2025"),
        ("2025-10-15", "cine-en-los-tilos", "Jueves 9, 16, 23 y 30 de octubre y 6 de noviembre"),
        ("2026-02-04", "greda-con-ninos", "Sábados 31 de enero, 7 y 14 de febrero"),
        ("2026-02-11", "greda-con-ninos", "Sábados 7, 14 y 21 de febrero"),
        ("2026-02-20", "greda-con-ninos", "Sábados 14, 21 y 28 de febrero"),
        ("2026-02-25", "greda-con-ninos", "Sábados 21 y 28 de febrero y 7 de marzo"),
        ("2025-12-10", "festival-de-titeres", "5 al 7, 12 al 14 y 19 al 21 de diciembre"),
        ("2025-12-31", "rios-que-no-se-ven", "4 de diciembre de 2025 al 7 de febrero de 2026"),
        ("2025-10-15", "rios-que-no-se-ven", "18 de septiembre al 22 de noviembre"),
        ("2025-12-31", "gota-a-gota", "14 de nov. 2025 al 27 de feb. 2026"),
        ("2025-10-15", "quincena-del-caldo", "Del lunes 6 al domingo 26 de octubre"),
        ("2025-10-15", "vitrina-nueva", "07 de Octubre al 04 de Noviembre"),
        ("2025-10-15", "juguetes-de-la-abuela", "De septiembre a noviembre"),
        ("2025-10-15", "noche-de-fideos", "Viernes 24 y sábado 25"),
    ],
)
def test_dates_are_written_in_the_many_ways_of_real_editors(today: str, slug: str, expected: str) -> None:
    events = items_of_week(monday_of(date.fromisoformat(today)))["event"]
    assert [event_dates(item) for item in events if item["slug"] == slug] == [expected]


@days_around_the_awkward_ones
def test_stamps_are_of_santiago_and_never_lie_ahead_of_the_week_for_moving_events(day: date) -> None:
    monday = monday_of(day)
    for item in items_of_week(monday)["event"]:
        for name in ("date", "modified"):
            local = datetime.fromisoformat(item[name]).replace(tzinfo=ZoneInfo("America/Santiago"))
            assert item[f"{name}_gmt"] == local.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
            assert local.date() < monday or not calendar_of_week(monday)[item["id"]].days
        assert item["modified"] >= item["date"]


def test_a_package_without_its_data_says_so() -> None:
    with pytest.raises(PermanentFailure, match=r"MUT-SITE-001: .*'nada\.json'.*installed without its data"):
        read_file("nada.json")


def faq_rows() -> list[list[str]]:
    data = read_file("preguntas.csv")
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_faq_is_as_people_save_it_with_one_answer_and_a_numbered_category_for_each_question() -> None:
    header, *rows = faq_rows()
    assert header == ["pregunta", "respuesta", "categoria_completa", "", ""]
    assert all(len(row) == 5 and row[3:] == ["", ""] for row in rows)
    assert sum("\n" in row[1] for row in rows) >= 3
    assert len({row[0].casefold() for row in rows}) == len(rows) == 42
    assert all(len(row[1]) > 20 for row in rows)
    categories = {row[2] for row in rows}
    assert "3 Baños y servicios" in categories and len(categories) >= 8
    assert all(re.fullmatch(r"\d+ +\S.*", category) for category in categories)


def test_the_places_that_the_faq_names_exist() -> None:
    answers = "\n".join(row[1] for row in faq_rows())
    named = [title for title in TITLES if title.replace("&#038;", "&") in answers]
    assert len(named) >= 25
    some = {"Farmacia Boldo Sano", "Don Cerrojo", "Guagua Ruca", "Raíz Inquieta", "Sin Trigo", "Paloma Encomiendas"}
    assert some <= set(named)
