"""The analysis of words: what counts as the same word, what a question asks for, and how a find is explained."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mut_assets.domain import retrieval
from mut_assets.domain.retrieval import Clue, closest, explain, fts_query, query_terms, searchable, slips, terms


@pytest.mark.parametrize(
    "same",
    [
        "helado helados heladería HELADERIA heladerías",
        "zapato zapatos zapatería",
        "pan panes panadería",
        "lavar lavado lavandería",
        "joya joyas joyeria",
        "mujer mujeres",
        "luz luces",
        "dulce dulces",
        "clase clases",
        "país países paises",
        "habitación habitacion habitaciones",
        "exposición exposiciones",
        "reparar reparación reparacion reparaciones",
        "niño niña niños ninos",
        "bebé bebés bebes",
        "tecnología tecnologia tecnologias",
        "reloj relojes relojería",
    ],
)
def test_plurals_accents_and_shops_are_one_word(same: str) -> None:
    assert len(set(terms(same))) == 1, terms(same)


@pytest.mark.parametrize("different", ["pan pizza", "nivel -3 3", "casa cosa", "feria ferretería", "zapato zapallo"])
def test_different_words_stay_different(different: str) -> None:
    found = terms(different)
    assert len(set(found)) == len(found), found


def test_a_floor_below_ground_is_one_word_however_it_is_written() -> None:
    assert terms("Nivel -3") == terms("nivel −3") == terms("nivel menos 3") == ["nivel", "-3"]
    assert terms("nivel 3") == ["nivel", "3"]


@pytest.mark.parametrize("text", ["del 9-12 de octubre", "10:00 -20:00", "2031-10-09", "L-S", "-Piso 4"])
def test_dates_hours_and_bullets_are_no_floors(text: str) -> None:
    assert not [term for term in terms(text) if term.startswith("-")]


def test_decomposed_accents_read_like_composed_ones() -> None:
    assert terms("cafeteri\u0301a nin\u0303os") == terms("cafetería niños")


def test_words_are_folded_and_nothing_else() -> None:
    assert retrieval.words("Ñandú, Café & Té 24/7") == ["nandu", "cafe", "te", "24", "7"]


def test_a_question_keeps_what_it_asks_for() -> None:
    assert [clue.word for clue in query_terms("¿Dónde hay helados para los niños?")] == ["helados", "niños"]


def test_a_question_of_stopwords_only_keeps_them() -> None:
    assert [clue.word for clue in query_terms("¿Qué hay?")] == ["Qué", "hay"]


def test_tea_is_no_pronoun() -> None:
    assert [clue.word for clue in query_terms("¿Dónde puedo tomar té?")] == ["tomar", "té"]


def test_a_repeated_word_is_asked_once_and_in_its_first_place() -> None:
    assert [clue.word for clue in query_terms("helados, pizza y más helado")] == ["helados", "pizza"]


@pytest.mark.parametrize("nothing", ["", "   ", "😀😀", "¿?!…", '"*()^'])
def test_a_question_without_words_asks_nothing(nothing: str) -> None:
    assert query_terms(nothing) == []


def test_a_pasted_page_is_cut_to_its_first_terms() -> None:
    page = " ".join(f"palabra{number}" for number in range(2_000))
    clues = query_terms(page)
    assert len(clues) == retrieval.MAX_QUERY_TERMS
    assert clues[0].word == "palabra0"


def test_every_term_is_quoted_and_prefixes_carry_their_star() -> None:
    clues = [Clue("helados", "hel"), Clue("deca", "deca", prefix=True), Clue("piza", "piz", instead=("pizz", "pis"))]
    assert fts_query(clues) == '"hel" OR "deca" * OR "pizz" OR "pis"'


def test_short_words_and_numbers_never_become_prefixes() -> None:
    assert Clue("te", "te").as_prefix() is None
    assert Clue("12345", "12345").as_prefix() is None
    assert Clue("deca", "deca").as_prefix() == Clue("deca", "deca", prefix=True)


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("casa", "casa", 0),
        ("casa", "cas", 1),
        ("casa", "caza", 1),
        ("casa", "csaa", 1),
        ("casa", "mesa", 2),
        ("", "ab", 2),
    ],
)
def test_slips_are_letters_missing_added_changed_or_swapped(one: str, other: str, count: int) -> None:
    assert slips(one, other) == slips(other, one) == count


def test_the_closest_spellings_win_and_far_ones_are_none() -> None:
    assert closest("decatlon", ["decathlon", "decalogo", "catalogo"]) == ["decathlon"]
    assert closest("zarpa", ["carpa", "zarza", "larga"]) == ["carpa", "zarza"]
    assert closest("xyzxyz", ["helado", "pizza"]) == []


def test_short_words_allow_no_slip() -> None:
    assert closest("pan", ["pin", "van"]) == []
    assert closest("-31", ["-32"]) == []


def test_trigrams_mark_beginning_and_end() -> None:
    assert retrieval.trigrams("anana") == ["^an", "ana", "nan", "na$"]


def fields(title: str = "", body: str = "", **attributes: object) -> dict[str, str]:
    return searchable(title, attributes, body)


def test_fields_come_from_title_attributes_and_body() -> None:
    found = fields(
        "Gelatería Ñam", "Texto", categorias=["postres", "café"], document_type="restaurante", nivel="Nivel 2", local=14
    )
    assert found["name"] == "Gelatería Ñam"
    assert found["category"] == "postres · café · restaurante"
    assert found["place"] == "Nivel 2 · 14"
    assert found["body"] == "Texto"
    assert tuple(found) == retrieval.FIELDS


def test_the_explanation_uses_the_documents_own_words_in_the_order_of_the_question() -> None:
    why = explain(query_terms("¿hay helados en el nivel -3?"), fields("Heladería Ñam", "Está en el nivel −3."))
    assert why == "matched: Heladería, nivel −3"


def test_a_number_without_its_word_stands_alone() -> None:
    assert explain(query_terms("local 14"), fields("Gelatería", "Piso 14")) == "matched: 14"


def test_the_explanation_says_what_a_misspelt_word_was_taken_for() -> None:
    clue = Clue("jugetes", "juget", instead=("juguet",))
    assert explain([clue], fields("El Trompo", "Juguetes de madera")) == "matched: Juguetes (for “jugetes”)"


def test_the_explanation_shows_the_word_that_begins_as_asked() -> None:
    clue = Clue("chocol", "chocol", prefix=True)
    assert explain([clue], fields("Cacao Sur", "Bombones y chocolates")) == "matched: chocolates"


def test_a_match_beyond_what_is_explained_is_still_said() -> None:
    assert explain(query_terms("pizza"), fields("X", "y " * 20_000 + "pizza")) == "matched further down in a long text"


@given(st.text())
def test_any_text_is_analysed_the_same_twice_and_into_plain_terms(text: str) -> None:
    found = terms(text)
    assert found == terms(text)
    assert all(term and not any(character.isspace() for character in term) for term in found)
    assert '""' not in fts_query(query_terms(text))


@given(st.text())
def test_upper_case_asks_the_same(text: str) -> None:
    plain = "".join(character for character in text if character.isascii())
    assert [clue.term for clue in query_terms(plain.upper())] == [clue.term for clue in query_terms(plain.lower())]
