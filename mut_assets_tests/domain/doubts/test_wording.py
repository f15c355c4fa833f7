"""Every sentence of the readers has its Spanish row, and every row a sentence; the file of messages shows each."""

from pathlib import Path

import pytest

from mut_assets.domain.doubts import page_words, set_aside_words
from mut_assets.domain.doubts.wording import Worded, field_called, table, worded
from mut_assets.domain.firewall.firewall import KINDS
from mut_assets_tests.golden.editors_sentences import POISON, told

OTHERWISE = Worded("?", "", "?", "?")


def test_every_sentence_of_the_readers_has_a_row_and_every_row_a_sentence(tmp_path: Path) -> None:
    unsaid = {row.sentence for row in (*page_words.OF_PAGES, *set_aside_words.SET_ASIDE)}
    for title, sentence, read, rows, unknown in told(tmp_path):
        assert read and unknown not in read, f"{title}: no row of domain/doubts says in Spanish: {sentence}"
        assert all("{" not in f"{one.field}{one.read_as}{one.write}" for one in read)
        unsaid -= {row.sentence for row in rows if row.pattern.search(sentence)}
    assert not unsaid, "rows that nothing says any more"


def test_every_kind_of_the_firewall_has_its_words() -> None:
    assert len(set_aside_words.FIREWALL) == len(KINDS) == len(POISON)


@pytest.mark.parametrize(
    "sentence",
    [
        '"L-S 9-17, V-D 9-14": Two statements overlap on sábado, the one about fewer days was taken.',
        '"L-S 9-17; V-D 9-14": Two statements overlap on sábado; the one about fewer days was taken.',
    ],
)
def test_a_sentence_is_known_as_a_cell_of_a_list_has_it_and_as_it_was_said(sentence: str) -> None:
    [read] = worded([sentence], page_words.OF_PAGES, OTHERWISE)
    assert read.field == "horario" and read.read_as.startswith("Da dos horarios para sábado")


def test_sentences_that_differ_in_the_day_alone_are_one() -> None:
    rows = table("<says> closes on <each>\n    horario | Cierra {each}. | Dilo.")
    read = list(worded(["A closes on lunes", "A closes on martes", "B closes on lunes"], rows, OTHERWISE))
    assert read == [
        Worded("horario", "A", "Cierra lunes y martes.", "Dilo."),
        Worded("horario", "B", "Cierra lunes.", "Dilo."),
    ]


def test_several_sentences_of_one_cell_are_told_one_by_one() -> None:
    cell = "the title is empty; contenido has a person's RUT: '12.…'; and 2 more"
    read = list(worded([cell], set_aside_words.SET_ASIDE, OTHERWISE))
    assert [(one.field, one.says) for one in read] == [("título", ""), ("texto de la página", "12.…")]


def test_what_no_row_knows_is_told_in_general() -> None:
    assert list(worded(["something of another release"], page_words.OF_PAGES, OTHERWISE)) == [OTHERWISE]


def test_braces_in_a_text_of_the_site_are_text() -> None:
    [read] = worded(['"{link} {0}": it names no month'], page_words.OF_PAGES, OTHERWISE)
    assert read.says == "{link} {0}"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("acf.informacion_tienda[0].info.schedule", "horario"),
        ("acf.informacion_tienda[3]", "bloques de información"),
        ("content.rendered", "texto de la página"),
        ("respuesta", "respuesta"),
    ],
)
def test_a_field_is_called_as_editors_call_it(path: str, name: str) -> None:
    assert field_called(path) == name
