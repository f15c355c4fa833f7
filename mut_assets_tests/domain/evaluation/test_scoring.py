"""The measures of rankings, which questions are stale, and what changed between two runs."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mut_assets.domain.evaluation import scoring
from mut_assets.domain.evaluation.runs import Run, compare
from mut_assets.domain.evaluation.scoring import MEASURES, Corpus, DocumentRef, estimate, published_text, score
from mut_assets_tests.domain.market import ALL, NOW, THEN, corpus, question, ranked, ref, run

SIDECAR = '{"metadataAttributes": {"titulo": "Pan Ñuble", "link": "https://plaza.example/tiendas/pan/"}}'.encode()


def test_a_document_from_its_bytes() -> None:
    found = published_text("stores/7.md", b"# Otro\n\nHornea.", SIDECAR)
    assert found
    assert found.document == DocumentRef("tiendas", "7", "Pan Ñuble", "https://plaza.example/tiendas/pan/")
    assert (found.document.key, found.text) == ("stores/7", "# Otro\n\nHornea.")


@pytest.mark.parametrize("key", ["otros/7.md", "stores/7.md.metadata.json", "leeme.md", ""])
def test_what_is_no_document_is_left_out(key: str) -> None:
    assert Corpus.of([(key, b"# Pan\n", SIDECAR)]).entries == ()


def test_documents_go_by_key_and_by_path_and_each_counts_once() -> None:
    found = Corpus.of([("stores/7.md", b"x", SIDECAR), ("stores/8.md", b"x", b"")])
    assert [entry.document.id for entry in found.accepted(["/tiendas/pan", "stores/7", "stores/9"])] == ["7"]
    assert scoring.addresses(entry.document for entry in found.entries) == {"stores/7", "/tiendas/pan", "stores/8"}
    assert found.accepted([""]) == [], "a document without link answers no empty address"


def measured(accepted: list[str], found: list[str]) -> list[float]:
    answer = score(question("P1", *accepted), [ref(key) for key in found], ALL)
    return [measure(answer) for measure in MEASURES.values()]


OTHERS = [f"eventos/{number}" for number in range(1, 21)]


@pytest.mark.parametrize(
    ("accepted", "found", "expected"),
    [
        # hit@1, hit@5, MRR@10, recall@10, nDCG@10
        (["stores/1"], ["stores/1", *OTHERS], [1, 1, 1, 1, 1]),
        (["stores/1"], [*OTHERS[:4], "stores/1"], [0, 1, 0.2, 1, round(1 / math.log2(6), 4)]),
        (["stores/1"], [*OTHERS[:5], "stores/1"], [0, 0, round(1 / 6, 4), 1, round(1 / math.log2(7), 4)]),
        (["stores/1"], [*OTHERS[:9], "stores/1"], [0, 0, 0.1, 1, round(1 / math.log2(11), 4)]),
        (["stores/1"], [*OTHERS[:10], "stores/1"], [0, 0, 0, 0, 0]),
        (["stores/1"], [], [0, 0, 0, 0, 0]),
        (["stores/1", "stores/2"], ["stores/2", "eventos/1", "stores/1"], [1, 1, 1, 1, round(1.5 / 1.63093, 4)]),
        (["stores/1", "stores/2"], ["stores/2"], [1, 1, 1, 0.5, round(1 / 1.63093, 4)]),
        (["stores/1", "stores/99"], ["stores/1"], [1, 1, 1, 1, 1]),
        ([f"stores/{n}" for n in range(1, 21)], [f"stores/{n}" for n in range(1, 11)], [1, 1, 1, 0.5, 1]),
    ],
)
def test_the_measures_of_one_question(accepted: list[str], found: list[str], expected: list[float]) -> None:
    assert measured(accepted, found) == pytest.approx(expected, abs=1e-4)


def test_a_document_found_twice_counts_once_where_it_is_best() -> None:
    twice = ["eventos/1", "eventos/1", "eventos/2", "eventos/1", "eventos/3", "eventos/2", "stores/1", "stores/1"]
    assert measured(["stores/1"], twice)[:4] == [0, 1, 0.25, 1]


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        # Wilson's interval for 8 of 10, 0 of 10, 10 of 10 and 1 of 1, as tables have it.
        ([1] * 8 + [0] * 2, 0.4902, 0.9433),
        ([0] * 10, 0, 0.2775),
        ([1] * 10, 0.7225, 1),
        ([1], 0.2065, 1),
    ],
)
def test_an_interval_is_wilsons(values: list[float], low: float, high: float) -> None:
    found = estimate(values)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_an_interval_holds_its_mean_and_stays_between_0_and_1(values: list[float]) -> None:
    found = estimate(values)
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert estimate(values * 3).high - estimate(values * 3).low <= found.high - found.low


def test_measures_come_by_style_and_collection_in_the_order_of_the_questions() -> None:
    found = run(
        ranked("P1", 1, style="nombre"),
        ranked("P2", 0, "eventos", style="filtro"),
        ranked("P3", 3, "eventos", style="nombre"),
        score(question("P4", style="sin_respuesta"), [ref("stores/1")], ALL),
    )
    styles = [(measures.group, measures.n, measures.estimates["hit@5"].value) for measures in found.by_style]
    assert styles == [("nombre", 2, 1), ("filtro", 1, 0)]
    collections = [(measures.group, measures.estimates["hit@1"].value) for measures in found.by_collection]
    assert collections == [("tiendas", 1), ("eventos", 0)]
    assert (found.overall.n, round(found.overall.estimates["hit@5"].value, 2)) == (3, 0.67)
    assert [answer.question.id for answer in found.unanswerable] == ["P4"] and found.stale == []


def test_a_style_of_which_nothing_can_be_scored_has_no_measures() -> None:
    gone = score(question("P1", "stores/99"), [], ALL)
    assert [(measures.n, dict(measures.estimates)) for measures in run(gone).by_style] == [(0, {})]


def test_a_question_is_stale_when_all_its_documents_are_gone() -> None:
    assert "none of its accepted" in score(question("P1", "stores/98", "stores/99"), [], ALL).stale
    assert score(question("P1", "stores/1", "stores/99"), [], ALL).stale == ""


@pytest.mark.parametrize(
    ("phrase", "text", "stale"),
    [
        ("Masa Madre", "Pan de masa   madre.", False),
        ("café de especialidad", "CAFÉ, de «especialidad»", False),
        ("pan", "pantalones", True),
        ("nivel -3", "nivel 3", True),
        ("", "pantalones", False),
    ],
)
def test_a_question_is_stale_when_its_phrase_stands_in_no_accepted_document(
    phrase: str, text: str, stale: bool
) -> None:
    found = score(question("P1", "stores/1", phrase=phrase), [], corpus("stores/1", text=text))
    assert bool(found.stale) == stale
    assert found.scored != stale
    assert phrase in found.stale or not stale


def test_one_document_with_the_phrase_is_enough() -> None:
    there = Corpus((*corpus("stores/1", text="Zapatos.").entries, *corpus("stores/2", text="Pan.").entries))
    assert not score(question("P1", "stores/1", "stores/2", phrase="pan"), [], there).stale


def test_documents_that_left_as_they_should_make_a_question_stale_and_expected() -> None:
    asked = question("P1", "/eventos/feria")
    assert score(asked, [], ALL, {"/eventos/feria"}).expected
    assert not score(asked, [], ALL, {"/eventos/otra"}).expected
    still_there = score(question("P1", "stores/1", phrase="relojes"), [], ALL, {"stores/1"})
    assert still_there.stale and not still_there.expected, "it is there, so it did not leave"


def test_two_runs_are_compared_question_by_question() -> None:
    before = run(ranked("P1", 1), ranked("P2", 5), ranked("P3", 0), ranked("P4", 6), ranked("P9", 1), at=THEN)
    now = run(ranked("P1", 5), ranked("P2", 6), ranked("P3", 2), ranked("P4", 0), ranked("P5", 0))
    found = compare(now, before)
    assert [answer.question.id for answer in found.lost] == ["P2"]
    assert [answer.question.id for answer in found.gained] == ["P3"]
    assert ([asked.id for asked in found.new], [asked.id for asked in found.removed]) == (["P5"], ["P9"])
    assert (found.net_lost, found.earlier) == (0, THEN)


def test_a_question_that_was_rewritten_or_is_stale_is_neither_lost_nor_gained() -> None:
    before = run(ranked("P1", 1), ranked("P2", 1), ranked("P3", 1), at=THEN)
    rewritten = score(question("P1", "stores/1", text="¿Otra cosa?"), [], ALL)
    elsewhere = score(question("P2", "stores/2"), [], ALL)
    stale = score(question("P3", "stores/1"), [ref("stores/1")], corpus("stores/2"))
    now = run(rewritten, elsewhere, stale)
    assert now.stale == [stale]
    found = compare(now, before)
    assert (found.lost, found.gained, found.removed) == ((), (), ())
    assert [asked.id for asked in found.new] == ["P1", "P2"]
    found = compare(run(ranked("P3", 1)), run(stale, at=THEN))
    assert (found.gained, found.lost, found.new, found.removed) == ((), (), (), ())


def test_the_order_of_accepted_documents_says_nothing() -> None:
    one, other = question("P1", "stores/1", "stores/2"), question("P1", "stores/2", "stores/1")
    before, now = Run((score(one, [ref("stores/1")], ALL),), "", THEN), Run((score(other, [], ALL),), "", NOW)
    assert len(compare(now, before).lost) == 1
