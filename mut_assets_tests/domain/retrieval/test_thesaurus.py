"""The lexicon: what else a word is called, and that its lines can be used as they stand."""

import pytest

from mut_assets.domain.retrieval import thesaurus
from mut_assets.domain.retrieval.analysis import terms, tokens
from mut_assets.domain.retrieval.lexicon import LEXICON
from mut_assets.domain.retrieval.spelling import sound
from mut_assets.domain.retrieval.thesaurus import LONGEST_EXPRESSION, RELATED, SAME, is_expression, other_words


@pytest.mark.parametrize(
    ("said", "also", "weight"),
    [
        *(("guagua", "bebé", SAME), ("bebé", "guagua", SAME), ("Guaguas", "infantil", RELATED)),
        *(("cabritas", "palomitas", SAME), ("polola", "novia", SAME), ("fome", "entretención", SAME)),
        *(("once", "té", None), ("la once", "té", RELATED), ("hambre", "restaurante", RELATED)),
        *(("depa", "hogar", SAME), ("chaleco", "lana", RELATED), ("zapatilla", "calzado", RELATED)),
        *(("celular", "tecnología", RELATED), ("anteojos", "óptica", SAME)),
    ],
)
def test_everyday_words_lead_to_what_shops_say(said: str, also: str, weight: float | None) -> None:
    assert dict(other_words(said)).get(" ".join(terms(also))) == weight


def test_what_is_related_does_not_lead_back() -> None:
    assert "guagu" not in dict(other_words("infantil"))


@pytest.mark.parametrize("other", ["plato", "casi", "don", "xilofonista"])
def test_a_word_is_not_taken_for_another_with_its_stem(other: str) -> None:
    assert other_words(other) == ()


@pytest.mark.parametrize(
    ("expression", "known"),
    [
        *((known, True) for known in ("segunda mano", "papa frita", "qué hacer", "mesa y silla")),
        *((unknown, False) for unknown in ("ropa de segunda mano", "que haces", "ropa roja")),
    ],
)
def test_expressions_are_known_whatever_their_endings(expression: str, known: bool) -> None:
    assert is_expression(tokens(expression)) is known


def test_words_are_found_by_their_sound() -> None:
    for heard, meant in ((sound("chaleko"), ["chaleco"]), (sound("chalekos"), ["chaleco"]), ("zzz", [])):
        assert list(thesaurus.words_sounding(heard)) == meant


def test_every_line_says_something_and_no_expression_is_too_long_to_be_found() -> None:
    lines = [line for line in LEXICON.splitlines() if line and not line.startswith("#")]
    assert len(lines) == len(set(lines))
    for line in lines:
        same, separator, related = line.partition(">")
        entries = [entry.strip() for entry in f"{same},{related}".split(",") if entry.strip()]
        assert len(entries) > 1, line
        assert len(entries) == len(set(entries)), line
        assert not separator or related.strip(), line
        assert all(0 < len(tokens(entry)) <= LONGEST_EXPRESSION for entry in entries), line
