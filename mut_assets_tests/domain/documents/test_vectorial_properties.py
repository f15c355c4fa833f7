"""What holds of every text, whatever editors wrote: pages are put together from fragments of every kind."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mut_assets.domain.collections import EVENTOS, PREGUNTAS, RESTAURANTES, TIENDAS, Collection
from mut_assets.domain.documents.facts import Facts
from mut_assets.domain.documents.vectorial import ESSENTIAL_CHARACTERS, WHOLE_CHARACTERS, text, vectorial_frame
from mut_assets.domain.markup import markup_in
from mut_assets.domain.spanish import dates, hours_speech, places
from mut_assets.domain.tables.faq import faq_frame
from mut_assets.domain.tables.quality import free_of_markup, required_columns
from mut_assets_tests.domain.documents.test_facts import known
from mut_assets_tests.domain.documents.test_vectorial import ORIGEN, vectorial
from mut_assets_tests.domain.items import block, card, event, happening, place, recorded_items

LONGEST_BLOCK = 900

few = settings(max_examples=min(40, settings().max_examples), deadline=None)
"""An example is several pages at once, and a slow machine is no error."""

TITLES = st.sampled_from(
    ["Surco", "Ñam & Co.", "La Casa del Té y del Café", "¡Feria!", "¿Vamos?", "Taller <3", "Té 28%"]
)
SENTENCES = st.sampled_from(
    [
        *("Hay té de muchas hojas.", "Tallas < 38 y > 40", "¡Ven!", "We mend shoes.", "#ffffff"),
        "&amp;nbsp; 5 &lt;b&gt; 7",
        "Una frase sin punto final que sigue y sigue " + "y da otra vuelta " * 40,
        "Se arreglan relojes, radios y paraguas mientras esperas en la barra.",
        "supercalifragilístico" * 60,
    ]
)
PARAGRAPHS = st.lists(SENTENCES, max_size=12).map(" ".join)
LISTS = st.lists(SENTENCES, min_size=1, max_size=9).map(
    lambda found: f"<ul>{''.join(f'<li>{x}</li>' for x in found)}</ul>"
)
CONTENTS = st.lists(PARAGRAPHS.map("<p>{}</p>".format) | LISTS, max_size=6).map("".join)
FLOORS = st.sampled_from(
    ["", "Nivel -3, al fondo", "Piso -1 frente a la fuente", "Nivel 1  - local 23", "Todo el mercado"]
)
SCHEDULES = st.sampled_from(
    ["L-D: 10:00 - 20:00", "L-S: 10:00 - 20:00 D & F: 10:00 - 19:00", "10am a 8pm", "según el ánimo; o no", ""]
)
DATES = st.sampled_from(
    ["", "9 al 12 de octubre", "Sábados 7, 14 y 21 de febrero de 2026", "Todos los jueves", "mañana", "31 de febrero"]
)
HOURS = st.sampled_from(["", "11:00", "10:00 a 12:00 hrs", "al caer el sol"])
BLOCKS = st.builds(lambda floor, open: block(place=floor, level="", schedule=open), FLOORS, SCHEDULES)
SHOPS = st.builds(
    lambda title, html, blocks: place(*blocks, title={"rendered": title}, content={"rendered": html}),
    TITLES,
    CONTENTS,
    st.lists(BLOCKS, min_size=1, max_size=1) | st.lists(BLOCKS, max_size=4),
)
ORGANIZERS = st.sampled_from(["", "Club de Radio Los Aromos", "31 de febrero", "¡Ven!", "&amp;nbsp; 5 &lt;b&gt; 7"])
"""Names, and what else stands in a field of one line: it is part of the first block, which is never cut."""
EVENTS = st.builds(
    lambda title, html, cards, box: happening(html, *cards, **box) | {"title": {"rendered": title}},
    TITLES,
    CONTENTS,
    st.lists(st.builds(card, DATES, HOURS, FLOORS, SENTENCES), max_size=4),
    st.fixed_dictionaries({"organizer": ORGANIZERS, "event_date": st.sampled_from(["", "20251009"])}),
)
PAGES = st.one_of(
    st.tuples(st.sampled_from([TIENDAS, RESTAURANTES]), st.lists(SHOPS, min_size=1, max_size=3)),
    st.tuples(st.just(EVENTOS), st.lists(EVENTS, min_size=1, max_size=3)),
)
"""A collection, and all of its pages."""
Pages = tuple[Collection, list[dict[str, Any]]]


@few
@given(pages=PAGES)
def test_a_text_is_plain_the_same_each_time_and_every_block_can_stand_alone(pages: Pages) -> None:
    told_once = _told(pages)
    assert told_once == _told(pages)
    for page, told in told_once:
        title = page.row["titulo"]
        blocks = told.split("\n\n")
        assert markup_in(told) == ""
        assert told.startswith(f"{title} es un")
        for block_text in blocks if len(told) > WHOLE_CHARACTERS else []:
            assert block_text.startswith(title)
            assert len(block_text) <= LONGEST_BLOCK or max(map(len, block_text.split())) > LONGEST_BLOCK / 2


@few
@given(pages=PAGES)
def test_the_essential_facts_stand_where_no_retriever_cuts(pages: Pages) -> None:
    for page, told in _told(pages):
        essential = told[:ESSENTIAL_CHARACTERS]
        if len(page.locations) == 1:
            (location,) = page.locations
            assert places.phrase(location.place) in essential
            assert hours_speech.sentence(location.hours) in essential
        assert dates.spoken(page.dates) in essential


@few
@given(pages=PAGES)
def test_no_word_of_a_page_is_lost_where_it_is_cut(pages: Pages) -> None:
    for page, told in _told(pages):
        for location in page.locations:
            assert places.phrase(location.place).lower() in told.lower()
            assert " ".join(hours_speech.sentence(location.hours).split()) in " ".join(told.split())
        repeated = re.compile(rf"\n\n{re.escape(page.row['titulo'])}(?: \((?:[^()]|\(\))*\))?:?(?=\s)")
        said = _words(repeated.sub("\n\n", told))
        for paragraph in page.paragraphs:
            assert _words(paragraph) in said


def _told(pages: Pages) -> list[tuple[Facts, str]]:
    """What is known of each page, and its text."""
    collection, items = pages
    found = known(collection, *items)
    assert not any(page.row["problema"] for page in found)
    return [(page, text(collection, page)) for page in found]


def _words(told: str) -> str:
    return "".join(character for character in told if character.isalnum())


ANY = st.text(st.characters() | st.sampled_from("<>&;:-#\n\u200b¿?10"), max_size=60)


@few
@given(texts=st.lists(ANY, min_size=8, max_size=8), collection=st.sampled_from([EVENTOS, TIENDAS, RESTAURANTES]))
def test_any_text_becomes_a_text(texts: list[str], collection: Collection) -> None:
    title, html, *cells = texts
    item = place(block(**dict(zip(("schedule", "place", "level", "local", "phone", "mail"), cells, strict=True))))
    if collection is EVENTOS:
        item = event(card(*cells[:4]), organizer=cells[4], event_date=cells[5])
    frame = vectorial(collection, item | {"title": {"rendered": title}, "content": {"rendered": html}})
    assert all(told.startswith(name) for name, told in zip(frame["titulo"], frame["texto_embedding"], strict=True))
    assert free_of_markup(frame, collection) == []


@few
@given(question=ANY, answer=ANY)
def test_any_answer_becomes_a_text(question: str, answer: str) -> None:
    raw = faq_frame(b"pregunta;respuesta\na;b\n", "raw/p.csv").assign(pregunta=question, respuesta=answer)
    frame = vectorial_frame(PREGUNTAS, raw, ORIGEN)
    assert free_of_markup(frame, PREGUNTAS) == []


@pytest.mark.parametrize("collection", [EVENTOS, TIENDAS, RESTAURANTES])
def test_a_recorded_page_becomes_clean_text_that_says_where_and_when(collection: Collection) -> None:
    items = recorded_items(str(collection.wordpress_type))
    frame, found = vectorial(collection, *items), known(collection, *items)
    assert len(frame) == len(items)
    assert free_of_markup(frame, collection) == []
    assert required_columns(frame, collection, (*collection.required, "texto_embedding")) == []
    for page, told in zip(found, frame["texto_embedding"], strict=True):
        blocks = told.split("\n\n")
        assert page.paragraphs or page.categories
        assert told.startswith(f"{page.row['titulo']} es un")
        assert max(map(len, blocks)) <= LONGEST_BLOCK
        assert dates.spoken(page.dates) in blocks[0]
        for location in page.locations:
            assert places.phrase(location.place).lower() in told.lower()
            assert hours_speech.sentence(location.hours) in told
    understood = frame["fecha_inicio"] if collection is EVENTOS else frame["piso"]
    assert (understood != "").mean() > 0.9
    weeks = [location.hours.week for page in found for location in page.locations if location.hours.verbatim]
    assert sum(week is not None for week in weeks) >= 0.97 * len(weeks)
