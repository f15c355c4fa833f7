"""No text that one page can hold keeps the readers of texts busy longer than its length: they read it a few times."""

from collections.abc import Callable
from datetime import date

import pytest

from mut_assets.domain.markup import markup_in
from mut_assets.domain.pages.blocks import passages, pieces, tidy, uncounted
from mut_assets.domain.pages.cleaning import Page, cleaned
from mut_assets.domain.pages.words import words
from mut_assets.domain.retrieval.query import analysed, query_terms, searchable
from mut_assets.domain.spanish import dates, floors, hours, hours_speech, places
from mut_assets.domain.spanish.special_days import path_of
from mut_assets.domain.text import fold_question, paragraphs, plain_text
from mut_assets_tests.domain.awkward import awkward, ends, nested

OTHERS = [Page(f"Tienda {number}", f"<p>En la tienda {number} hay pan y miel.</p>") for number in range(5)]

READERS: dict[str, Callable[[str], object]] = {
    "plain_text": plain_text,
    "paragraphs": paragraphs,
    "passages": passages,
    "pieces": pieces.__wrapped__,
    "uncounted": uncounted,
    "tidy": tidy,
    "words": words.__wrapped__,
    "markup_in": markup_in,
    "fold_question": fold_question,
    "cleaned": lambda text: cleaned([Page("Lirio", text), *OTHERS]),
    "a heading": lambda text: cleaned([Page("Lirio azul " * 90, f"<h2>{text}</h2><p>Hay pan y miel.</p>"), *OTHERS]),
    "floors": lambda text: list(floors.mentions(text, in_place=True)),
    "place": lambda text: places.phrase(places.understand(text, text, text)),
    "hours": lambda text: hours_speech.sentence(hours.understand(text)),
    "dates": lambda text: dates.spoken(dates.understand([text], "", date(2024, 1, 1))),
    "path_of": path_of,
    "analysed": lambda text: analysed(searchable(text, {"lugar": text}, text)),
    "query_terms": query_terms,
}


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        ("plain_text", "<!--" * 50_000),
        ("plain_text", "<a" + " " * 200_000),
        ("plain_text", "<b" * 60_000 + ">" * 60_000),
        ("plain_text", nested("div", 500_000)),
        ("plain_text", "a" + "\u0301\u0323" * 200_000),
        ("paragraphs", "".join(f"<p><b id={number}>a</p>" for number in range(20_000))),
        ("passages", "#fff " * 40_000),
        ("pieces", "." * 200_000),
        ("pieces", '"' * 200_000),
        ("words", "x" + " " * 200_000 + "x"),
        ("cleaned", "<p>Pan</p>" * 20_000),
        ("cleaned", "x" + "." * 200_000),
        ("plain_text", "{}" * 200_000),
        ("plain_text", "[a_b" * 100_000),
        ("plain_text", "<div style='font-size:0'>" * 20_000),
        ("place", "x" + " " * 200_000 + "x"),
        ("floors", "piso" + " " * 20_000),
        ("path_of", "a." * 100_000 + "#"),
        ("hours", "L-V: 10:00 - 20:00 " * 50_000),
    ],
)
def test_a_long_text_is_read_in_the_time_of_its_length(reader: str, text: str) -> None:
    with ends():
        READERS[reader](text)


@pytest.mark.nightly
@pytest.mark.parametrize("reader", READERS)
def test_a_long_text_of_anything_is_read(reader: str) -> None:
    for what, text in awkward(300_000):
        try:
            with ends():
                READERS[reader](text)
        except BaseException as error:
            error.add_note(f"in {reader} of {what}")
            raise


@pytest.mark.parametrize(
    ("source", "text"),
    [
        # Deeper than any page: without a parser, and what stands there is still told.
        (nested("div", 200_000).replace("></", ">fondo</", 1), "fondo"),
        # What is left of a tag that was written into many others has no sign of markup.
        ("<b" * 50 + ">" * 50, "b" * 45 + ">" * 45),
        ("a" + "\u0301" * 99, "á" + "\u0301" * 29),
    ],
)
def test_what_cannot_be_read_in_that_time_is_told_as_far_as_it_can(source: str, text: str) -> None:
    assert plain_text(source) == text
