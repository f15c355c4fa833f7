"""What a question asks for, how its words are widened, and how a find is explained."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mut_assets.domain.retrieval import query
from mut_assets.domain.retrieval.analysis import terms, tokens
from mut_assets.domain.retrieval.query import Clue, Look, explain, fts_query, query_terms, searchable, telling, widened
from mut_assets.domain.retrieval.spelling import slips, sound


@dataclass(frozen=True)
class Collection:
    """The vocabulary of one text."""

    text: str

    def holding(self, look: Look) -> int:
        found = terms(self.text)
        if look.prefix:
            return sum(term.startswith(look.terms) for term in found)
        return int(f" {look.terms} " in f" {' '.join(found)} ")

    def sounding(self, heard: str) -> Sequence[str]:
        words = dict.fromkeys(word.lower() for word in tokens(self.text))
        return sorted(words, key=lambda word: slips(sound(word), heard))


def found(question: str, text: str) -> list[tuple[str, list[str]]]:
    """Each clue that finds something in a text, with the terms it is found by."""
    clues = widened(query_terms(question), Collection(text))
    return [(clue.word, [look.terms for look in clue.looks]) for clue in clues]


def clue(word: str, *looks: Look) -> Clue:
    return Clue(word, terms(word)[0], looks or (Look(terms(word)[0]),))


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("¿Dónde hay helados para los niños?", ["helados", "niños"]),
        ("¿Qué hay?", ["Qué", "hay"]),
        ("¿Dónde puedo servirme té?", ["servirme", "té"]),
        ("helados, pizza y más helado", ["helados", "pizza"]),
        ("onde hay helados po, cachai", ["helados"]),
        ("helados en el segundo piso, con sillas", ["helados", "segundo piso", "sillas"]),
        ("cajas en el piso -3", ["cajas", "piso -3"]),
        ("algo pa la once con mi tía", ["la once", "tía"]),
        ("abre a las once", ["abre", "once"]),
        ("una mesa y la silla roja", ["mesa y la silla", "roja"]),
    ],
)
def test_a_question_keeps_what_it_asks_for(question: str, asked: list[str]) -> None:
    assert [clue.word for clue in query_terms(question)] == asked


@pytest.mark.parametrize("nothing", ["", "   ", "😀😀", "¿?!…", '"*()^'])
def test_a_question_without_words_asks_nothing(nothing: str) -> None:
    assert query_terms(nothing) == widened([], Collection("helados")) == []


def test_a_pasted_page_is_cut_to_its_first_terms() -> None:
    clues = query_terms(" ".join(f"palabra{number}" for number in range(2_000)))
    assert (len(clues), clues[0].word) == (query.MAX_QUERY_TERMS, "palabra0")


def test_words_that_say_little_count_little() -> None:
    weights = {clue.word: clue.weight for clue in query_terms("comprar globos en una tienda")}
    assert weights["comprar"] == weights["tienda"] < weights["globos"] == 1


@pytest.mark.parametrize(
    ("question", "text", "by"),
    [
        ("helados", "Helados y guaguas", {"helados": "helados"}),
        ("guagua", "Ropa de bebé", {"guagua": "bebé"}),
        ("amburguesas", "La mejor hamburguesa", {"amburguesas": "hamburguesa"}),
        ("eskeletos", "Un Skeleto de plástico", {"eskeletos": "skeleto"}),
        ("globito", "Globos", {"globito": "globo"}),
        ("trompta", "Una trompeta", {"trompta": "trompeta"}),
        ("chaleko", "Chalecas tejidas", {"chaleko": "chaleca"}),
        ("caja roja", "CajaRoja", {"caja": "caja", "caja roja": "cajaroja"}),
        ("xilofonista globos", "Globos", {"globos": "globos"}),
        ("ocho", "Como, para, los", {}),
    ],
)
def test_a_word_nobody_wrote_is_found_by_what_it_means(question: str, text: str, by: dict[str, str]) -> None:
    assert {word: looks[0] for word, looks in found(question, text)} == {word: terms(at)[0] for word, at in by.items()}


def test_an_unknown_beginning_looks_for_words_that_begin_so() -> None:
    assert widened([clue("chocol")], Collection("Chocolates")) == [clue("chocol", Look("chocol", 0.5, prefix=True))]
    assert widened([clue("cho")], Collection("Chocolates")) == []


def test_what_was_written_as_asked_is_not_respelt() -> None:
    assert found("trompeta", "Trompeta y trompetas, trompta") == [("trompeta", ["trompet"])]


def test_the_looks_of_a_long_question_are_bounded() -> None:
    text = " ".join(f"guagua{n}" for n in range(40)) + " perro gato bebé lactante niños infantil comida restaurante"
    looks = [look for clue in widened(query_terms(text), Collection(text)) for look in clue.looks]
    assert 0 < len(looks) <= 128


def test_what_most_documents_hold_finds_nothing_on_its_own() -> None:
    clues = [clue("tienda"), clue("lámparas")]
    held = {"tiend": 90, "lamp": 3}
    common = telling(clues, lambda look: held.get(look.terms, 3), 100)
    assert [clue.word for clue in common] == ["lámparas"]
    assert [clue.term for clue in telling(clues[:1], lambda look: 90, 100)] == ["tiend"]


def test_every_term_is_quoted_and_prefixes_carry_their_star() -> None:
    first, second = clue("helados", Look("hel")), clue("deca", Look("deca", prefix=True))
    clues = [first, second, clue("x", Look("segund man"), Look("hel"))]
    assert fts_query(clues) == '"hel" OR "deca" * OR "segund man"'


def test_fields_come_from_title_attributes_and_body() -> None:
    sidecar = {"categorias": ["postres", "café"], "document_type": "restaurante", "nivel": "Nivel 2", "local": 14}
    found = searchable("Gelatería Ñam", sidecar, "Texto")
    assert tuple(found) == query.FIELDS
    assert (found["name"], found["compound"], found["body"]) == ("Gelatería Ñam", "GelateríaÑam", "Texto")
    assert (found["category"], found["place"]) == ("postres · café · restaurante", "Nivel 2 · 14")


@pytest.mark.parametrize("attributes", [{"piso": -3}, {"nivel": "-3"}, {"nivel": "-3", "piso": -3}])
def test_a_bare_floor_is_said_as_one(attributes: dict[str, Any]) -> None:
    assert searchable("X", attributes, "")["place"] == "piso -3"


@pytest.mark.parametrize(
    ("question", "title", "body", "why"),
    [
        ("¿hay helados en el nivel -3?", "Heladería Ñam", "Está en el nivel −3.", "Heladería, nivel −3"),
        ("helados en el segundo piso", "Heladería Ñam", "Nivel: 2", "Heladería, Nivel: 2"),
        ("local 14", "Gelatería", "Piso 14", "14"),
        ("cabritas", "Cine", "Palomitas dulces", "Palomitas (for “cabritas”)"),
        ("ropa usada", "Cine", "Prendas de segunda mano", "segunda mano (for “ropa usada”)"),
        ("caja roja", "CajaRoja", "", "CajaRoja"),
    ],
)
def test_the_explanation_uses_the_documents_own_words_in_the_order_of_the_question(
    question: str, title: str, body: str, why: str
) -> None:
    clues = widened(query_terms(question), Collection(f"{title} {body}"))
    assert explain(clues, searchable(title, {}, body)) == f"matched: {why}"


def test_the_explanation_says_what_a_misspelt_word_was_taken_for() -> None:
    misspelt = Clue("jugetes", "juget", (Look("juguet", 0.5),))
    assert explain([misspelt], searchable("El Trompo", {}, "Juguetes de madera")) == "matched: Juguetes (for “jugetes”)"


def test_the_explanation_shows_the_word_that_begins_as_asked() -> None:
    beginning = Clue("chocol", "chocol", (Look("chocol", prefix=True),))
    assert explain([beginning], searchable("Cacao Sur", {}, "Bombones y chocolates")) == "matched: chocolates"


def test_a_match_beyond_what_is_explained_is_still_said() -> None:
    assert (
        explain(query_terms("pizza"), searchable("X", {}, "y " * 20_000 + "pizza"))
        == "matched further down in a long text"
    )


@given(st.text())
def test_any_question_is_asked_and_explained(text: str) -> None:
    clues = query_terms(text)
    assert '""' not in fts_query(clues)
    assert explain(widened(clues, Collection(text)), searchable(text, {}, text)).startswith("matched")


@given(st.text())
def test_upper_case_asks_the_same(text: str) -> None:
    plain = "".join(character for character in text if character.isascii())
    assert [clue.term for clue in query_terms(plain.upper())] == [clue.term for clue in query_terms(plain.lower())]
