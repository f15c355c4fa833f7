"""Which questions of a run count, and which of two runs can be compared."""

from mut_assets.domain.evaluation.runs import compare
from mut_assets.domain.evaluation.scoring import score
from mut_assets_tests.domain.market import ALL, THEN, corpus, question, ranked, ref, run

STALE = score(question("P3", "stores/1"), [ref("stores/1")], corpus("stores/2"))
UNANSWERABLE = score(question("P4"), [], ALL)


def test_stale_and_unanswerable_questions_are_apart_from_those_that_count() -> None:
    found = run(ranked("P1", 1), ranked("P2", 0), STALE, UNANSWERABLE)
    assert [answer.question.id for answer in found.scored] == ["P1", "P2"]
    assert found.stale == [STALE]
    assert found.unanswerable == [UNANSWERABLE]


def test_a_question_that_was_stale_then_is_neither_gained_nor_new_now() -> None:
    found = compare(run(ranked("P3", 1)), run(STALE, at=THEN))
    assert (found.gained, found.lost, found.new, found.removed) == ((), (), (), ())
