"""The bundled golden questions: a fair spread, each with its answer among the documents of the bundled site."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

import pytest

from mut_assets.domain.collections import BUNDLED, COLLECTIONS, EVENTOS
from mut_assets.domain.documents.document import Document, documents
from mut_assets.domain.documents.vectorial import vectorial_frame
from mut_assets.domain.tables.faq import faq_frame
from mut_assets.domain.tables.raw import raw_frame
from mut_assets.domain.text import fold
from mut_assets.resources.wordpress.sample_pages import FAQ_FILE, GOLDEN_FILE, items_of_week, monday_of, read_file
from mut_assets_tests.sample.event_calendar import calendar_of_week

DAY = date(2025, 10, 15)
UNANSWERABLE = "sin_respuesta"
ROWS = list(csv.DictReader(io.StringIO(read_file(GOLDEN_FILE).decode("utf-8"), newline="")))
ANSWERABLE = [row for row in ROWS if row["estilo"] != UNANSWERABLE]


def accepted(row: dict[str, str]) -> list[str]:
    return row["relevantes"].split("|")


def bundled_documents(day: date = DAY) -> Iterator[Document]:
    """What the bundled site's pages and questions become."""
    pages = items_of_week(monday_of(day))
    for collection in COLLECTIONS:
        items = [dict(item) for item in pages.get(collection.wordpress_type or "", ())]
        raw = raw_frame(collection, items, BUNDLED) if items else faq_frame(read_file(FAQ_FILE), BUNDLED)
        yield from documents(collection, vectorial_frame(collection, raw, "raw/sample.csv"))


@lru_cache
def texts(day: date = DAY) -> dict[str, str]:
    """The folded text of every document of the site under its key, `folder/id`."""
    return {
        f"{document.collection.folder}/{document.id}": " ".join(fold(document.body).split())
        for document in bundled_documents(day)
    }


def test_the_file_is_plain_utf8_with_commas_and_lf() -> None:
    data = read_file(GOLDEN_FILE)
    assert data.startswith(b"id,pregunta,estilo,coleccion,relevantes,frase,nota\n")
    assert b"\r" not in data and data.endswith(b"\n")
    assert all(None not in row and None not in row.values() for row in ROWS)


def test_there_are_enough_and_no_two_are_the_same() -> None:
    assert len(ROWS) >= 110
    for name in ("id", "pregunta"):
        values = Counter(fold(row[name].strip(" ¿?")) for row in ROWS)
        assert [value for value, count in values.items() if count > 1] == [], name


def test_the_styles_have_their_shares() -> None:
    styles = Counter(row["estilo"] for row in ROWS)
    assert set(styles) == {"parafrasis", "sin_acentos_typos", "chileno", "nombre", "filtro", UNANSWERABLE}
    assert styles[UNANSWERABLE] == 10
    assert styles["parafrasis"] / len(ANSWERABLE) == pytest.approx(0.6, abs=0.02)
    assert min(styles.values()) >= 8


def test_every_collection_is_asked_in_about_its_proportion() -> None:
    asked = Counter(row["coleccion"] for row in ANSWERABLE)
    assert set(asked) == {collection.name for collection in COLLECTIONS}
    for collection in COLLECTIONS:
        size = sum(key.startswith(f"{collection.folder}/") for key in texts())
        assert asked[collection.name] >= 15
        assert asked[collection.name] / len(ANSWERABLE) == pytest.approx(size / len(texts()), abs=0.06), collection.name


def test_visitors_write_short_and_long_with_and_without_question_marks() -> None:
    words = sorted(len(row["pregunta"].split()) for row in ROWS)
    assert words[0] <= 3 and words[-1] >= 15
    marked = sum("?" in row["pregunta"] for row in ROWS)
    assert len(ROWS) * 0.3 < marked < len(ROWS) * 0.8


def test_what_has_no_answer_names_none() -> None:
    for row in ROWS:
        empty = [row[name] == "" for name in ("coleccion", "relevantes", "frase")]
        assert empty == [row["estilo"] == UNANSWERABLE] * 3, row["id"]


def test_every_accepted_document_is_published_and_the_first_is_of_the_collection() -> None:
    folders = {collection.name: collection.folder for collection in COLLECTIONS}
    for row in ANSWERABLE:
        keys = accepted(row)
        assert len(set(keys)) == len(keys) and set(keys) <= texts().keys(), row["id"]
        assert keys[0].startswith(f"{folders[row['coleccion']]}/"), row["id"]


def test_no_answer_is_an_event_that_has_passed() -> None:
    past = {number for number, happening in calendar_of_week(monday_of(DAY)).items() if happening.state == "past"}
    assert len(past) > 10
    gone = {f"{EVENTOS.folder}/{number}" for number in past}
    assert [row["id"] for row in ANSWERABLE if gone & set(accepted(row))] == []


@pytest.mark.parametrize("day", [DAY, date(2025, 12, 31)])
def test_the_phrase_stands_in_an_accepted_document_in_any_week(day: date) -> None:
    for row in ANSWERABLE:
        phrase = fold(row["frase"])
        assert 2 <= len(phrase.split()) <= 6, row["id"]
        assert any(phrase in texts(day)[key] for key in accepted(row)), (row["id"], row["frase"])


def test_the_phrase_tells_the_accepted_documents_from_the_others() -> None:
    """A phrase that many pages carry would prove nothing about any of them."""
    for row in ANSWERABLE:
        carrying = {key for key, text in texts().items() if fold(row["frase"]) in text}
        assert carrying <= set(accepted(row)), (row["id"], row["frase"], carrying)


def test_a_paraphrase_does_not_say_its_phrase() -> None:
    for row in ANSWERABLE:
        if row["estilo"] == "parafrasis":
            said, phrase = (set(re.findall(r"\w{5,}", fold(row[name]))) for name in ("pregunta", "frase"))
            assert len(said & phrase) <= 1, (row["id"], said & phrase)
