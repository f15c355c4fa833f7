"""What holds of every text, whatever editors wrote: pages are put together from fragments of every kind."""

import re
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mut_assets.domain import dates, hours, places
from mut_assets.domain.collections import EVENTOS, PREGUNTAS, RESTAURANTES, TIENDAS, Collection
from mut_assets.domain.facts import Facts, facts
from mut_assets.domain.faq import faq_frame
from mut_assets.domain.quality import free_of_markup, required_columns
from mut_assets.domain.raw import raw_frame
from mut_assets.domain.text import markup_in
from mut_assets.domain.vectorial import ESSENTIAL_CHARACTERS, vectorial_frame
from mut_assets_tests.domain.items import FUENTE, block, card, event, place, recorded_items
from mut_assets_tests.domain.test_vectorial import ORIGEN, happening, text, vectorial

LONGEST_BLOCK = 900

TITLES = st.sampled_from(
    ["Surco", "Ñam & Co.", "La Casa del Té y del Café", "¡Feria!", "¿Vamos?", "Taller <3", "Té 28%"]
)
SENTENCES = st.sampled_from(
    [
        "Hay té de muchas hojas.",
        "Tallas < 38 y > 40",
        "Una frase sin punto final que sigue y sigue " + "y da otra vuelta " * 40,
        "¡Ven!",
        "Se arreglan relojes, radios y paraguas mientras esperas en la barra.",
        "We mend shoes.",
        "supercalifragilístico" * 60,
        "&amp;nbsp; 5 &lt;b&gt; 7",
        "#ffffff",
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
    ["", "L-D: 10:00 - 20:00", "L-S: 10:00 - 20:00 D & F: 10:00 - 19:00", "10am a 8pm", "según el ánimo; o no"]
)
DATES = st.sampled_from(
    ["", "9 al 12 de octubre", "Sábados 7, 14 y 21 de febrero de 2026", "Todos los jueves", "mañana", "31 de febrero"]
)
HOURS = st.sampled_from(["", "11:00", "10:00 a 12:00 hrs", "al caer el sol"])
SHOPS = st.builds(
    lambda title, html, blocks: place(*blocks, title={"rendered": title}, content={"rendered": html}),
    TITLES,
    CONTENTS,
    st.lists(st.builds(lambda floor, open: block(place=floor, level="", schedule=open), FLOORS, SCHEDULES), max_size=4),
)
EVENTS = st.builds(
    lambda title, html, cards, box: happening(html, *cards, **box) | {"title": {"rendered": title}},
    TITLES,
    CONTENTS,
    st.lists(st.builds(card, DATES, HOURS, FLOORS, SENTENCES), max_size=4),
    st.fixed_dictionaries({"organizer": DATES | SENTENCES, "event_date": st.sampled_from(["", "20251009"])}),
)
ITEMS = st.tuples(st.sampled_from([TIENDAS, RESTAURANTES]), SHOPS) | st.tuples(st.just(EVENTOS), EVENTS)


@given(found=ITEMS)
def test_a_text_is_plain_the_same_each_time_and_every_block_can_stand_alone(
    found: tuple[Collection, dict[str, Any]],
) -> None:
    collection, item = found
    told = text(collection, item)
    title = vectorial(collection, item)["titulo"].iloc[0]
    blocks = told.split("\n\n")
    assert told == text(collection, item)
    assert markup_in(told) == ""
    assert told.startswith(f"{title} es un")
    for one in blocks if len(told) > ESSENTIAL_CHARACTERS else []:
        assert one.startswith(title)
        assert len(one) <= LONGEST_BLOCK or max(map(len, one.split())) > LONGEST_BLOCK / 2


@given(found=ITEMS)
def test_the_essential_facts_stand_in_the_first_block(found: tuple[Collection, dict[str, Any]]) -> None:
    collection, item = found
    (known,) = _facts(collection, raw_frame(collection, [item], FUENTE))
    essential = text(collection, item).split("\n\n")[0][:ESSENTIAL_CHARACTERS]
    if len(known.locations) == 1:
        (location,) = known.locations
        assert places.phrase(location.place) in essential
        assert hours.sentence(location.hours) in essential
    elif collection is EVENTOS:
        assert dates.spoken(known.dates) in essential


@given(found=ITEMS)
def test_no_word_of_a_page_is_lost_where_it_is_cut(found: tuple[Collection, dict[str, Any]]) -> None:
    collection, item = found
    (known,) = _facts(collection, raw_frame(collection, [item], FUENTE))
    told = text(collection, item)
    for location in known.locations:
        assert places.phrase(location.place).lower() in told.lower()
        assert " ".join(hours.sentence(location.hours).split()) in " ".join(told.split())
    repeated = re.compile(rf"\n\n{re.escape(known.row['titulo'])}(?: \((?:[^()]|\(\))*\))?:?(?=\s)")
    said = _words(repeated.sub("\n\n", told))
    for paragraph in known.paragraphs:
        assert _words(paragraph) in said


def _facts(collection: Collection, raw: pd.DataFrame) -> list[Facts]:
    rows = [dict(zip(raw.columns, cells, strict=True)) for cells in raw.to_numpy().tolist()]
    return facts(collection, rows, (), None)


def _words(told: str) -> str:
    return "".join(one for one in told if one.isalnum())


ANY = st.text(st.characters() | st.sampled_from("<>&;:-#\n\u200b¿?10"), max_size=60)


@given(texts=st.lists(ANY, min_size=8, max_size=8), collection=st.sampled_from([EVENTOS, TIENDAS, RESTAURANTES]))
def test_any_text_becomes_a_text(texts: list[str], collection: Collection) -> None:
    title, html, *cells = texts
    item = place(block(**dict(zip(("schedule", "place", "level", "local", "phone", "mail"), cells, strict=True))))
    if collection is EVENTOS:
        item = event(card(*cells[:4]), organizer=cells[4], event_date=cells[5])
    frame = vectorial(collection, item | {"title": {"rendered": title}, "content": {"rendered": html}})
    assert all(told.startswith(name) for name, told in zip(frame["titulo"], frame["texto_embedding"], strict=True))
    assert free_of_markup(frame, collection) == []


@given(question=ANY, answer=ANY)
def test_any_answer_becomes_a_text(question: str, answer: str) -> None:
    raw = faq_frame(b"pregunta;respuesta\na;b\n", "raw/p.csv").assign(pregunta=question, respuesta=answer)
    frame = vectorial_frame(PREGUNTAS, raw, ORIGEN)
    assert free_of_markup(frame, PREGUNTAS) == []


@pytest.mark.parametrize("collection", [EVENTOS, TIENDAS, RESTAURANTES])
def test_a_recorded_page_becomes_clean_text_that_says_where_and_when(collection: Collection) -> None:
    raw = raw_frame(collection, recorded_items(str(collection.wordpress_type)), FUENTE)
    frame = vectorial_frame(collection, raw, ORIGEN)
    known = _facts(collection, raw)
    assert len(frame) == len(raw)
    assert free_of_markup(frame, collection) == []
    assert required_columns(frame, collection, (*collection.required, "texto_embedding")) == []
    for one, told in zip(known, frame["texto_embedding"], strict=True):
        blocks = told.split("\n\n")
        assert told.startswith(f"{one.row['titulo']} es un")
        assert max(map(len, blocks)) <= LONGEST_BLOCK
        assert dates.spoken(one.dates) in blocks[0]
        for location in one.locations:
            assert places.phrase(location.place).lower() in told.lower()
            assert hours.sentence(location.hours) in told
    understood = frame["fecha_inicio"] if collection is EVENTOS else frame["piso"]
    assert (understood != "").mean() > 0.9
