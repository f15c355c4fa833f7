"""The order of documents: what a clue counts, where it stands, and what the clues count together."""

import pytest

from mut_assets.domain.retrieval.analysis import terms
from mut_assets.domain.retrieval.query import Clue, Look, analysed, query_terms, searchable
from mut_assets.domain.retrieval.ranking import Ranking, rarity


def score(question: str, title: str, body: str = "", holding: int = 2, **attributes: object) -> float:
    """The score of one document of a hundred, each term being in `holding` of them."""
    clues = query_terms(question)
    return Ranking.of(clues, lambda look: holding, 100).score(analysed(searchable(title, attributes, body))[0])


def test_what_few_documents_hold_counts_more_and_nothing_counts_less_than_nothing() -> None:
    assert rarity(1, 100) > rarity(50, 100) > rarity(100, 100) > 0
    assert rarity(200, 100) > 0


@pytest.mark.parametrize(
    ("question", "better", "worse"),
    [
        ("globos", ("Globos", ""), ("Plaza", "Globos.")),
        ("globos", ("Globos", ""), ("Dónde se compran globos para una fiesta de niños", "")),
        ("globos", ("Plaza", "Globos, globos y más globos."), ("Plaza", "Globos y otras cosas.")),
        ("globos", ("Plaza", "Globos."), ("Plaza", "Globos. " + "Y otras cosas de mucho interés. " * 40)),
        ("globos rojos", ("Plaza", "Globos de color rojo."), ("Plaza", "Globos, globos, globos y globos.")),
        ("guagua", ("Plaza", "Para la guagua."), ("Plaza", "Para el bebé.")),
        ("guagua", ("Plaza", "Para el bebé."), ("Plaza", "Moda infantil.")),
        ("guagua", ("Plaza", "Para el bebé."), ("Plaza", "Para los niños, moda infantil.")),
        ("comprar globos", ("Plaza", "Globos."), ("Plaza", "Comprar.")),
    ],
)
def test_the_better_answer_counts_more(question: str, better: tuple[str, str], worse: tuple[str, str]) -> None:
    assert score(question, *better) > score(question, *worse)


def test_saying_one_thing_in_two_ways_is_no_better_than_saying_it() -> None:
    assert score("guagua", "Plaza", "Bebé y guagua.") == score("guagua", "Plaza", "Niña y guagua.")


def test_a_floor_counts_where_the_document_is_and_not_where_it_points() -> None:
    own = score("segundo piso", "Globos", "Globos y más.", piso=2)
    pointing = score("segundo piso", "Globos", "Hay otra tienda en el piso 2, y otra más en el piso 2.")
    assert own > pointing > score("segundo piso", "Globos", "Globos.", piso=-2) == 0


def test_categories_count_more_than_text() -> None:
    assert score("globos", "Plaza", "Globos.", categorias=["Globos"]) > score("globos", "Plaza", "Globos, globos.")


def test_a_beginning_and_a_phrase_are_found_as_such() -> None:
    clue = Clue("glo", "glob", (Look("glob", prefix=True), Look(" ".join(terms("segunda mano")))))
    ranking = Ranking.of([clue], lambda look: 1, 100)
    found = [analysed(searchable("X", {}, body))[0] for body in ("Globos.", "De segunda mano.", "La segunda, a mano.")]
    assert [ranking.score(fields) > 0 for fields in found] == [True, True, False]


def test_what_answers_nothing_counts_nothing() -> None:
    assert score("globos", "Plaza", "Nada.") == 0
    assert Ranking.of([], lambda look: 0, 0).score(["", "", "", "", ""]) == 0
