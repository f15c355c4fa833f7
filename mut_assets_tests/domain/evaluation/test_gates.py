"""What closes a gate, and what it says then."""

import pytest

from mut_assets.domain.evaluation import gates
from mut_assets.domain.evaluation.gates import Canary, canaries, distinctive_phrase, gate, too_many_stale
from mut_assets.domain.evaluation.scoring import Answered, DocumentRef, PublishedText, score
from mut_assets_tests.domain.market import ALL, THEN, question, ranked, ref, run


def hits(count: int, rank: int = 1, start: int = 1, folder: str = "stores") -> list[Answered]:
    return [ranked(f"P{number}", rank, folder) for number in range(start, start + count)]


def stale(id: str, leaving: frozenset[str] = frozenset()) -> Answered:
    return score(question(id, "eventos/99"), [], ALL, leaving)


@pytest.mark.parametrize(("found", "opens"), [(10, True), (6, True), (5, False)])
def test_below_the_floor_it_is_closed(found: int, opens: bool) -> None:
    answers = [*hits(found), *hits(10 - found, rank=6, start=50)]
    assert (gate(run(*answers), None) == []) == opens


def test_the_floor_says_which_questions_and_what_was_found_instead() -> None:
    (said,) = gate(run(*hits(1), ranked("P7", 7), ranked("P8", 0)), None)
    assert said.startswith("hit@5 is 0.33 over 3 questions, below the floor of 0.60. P7 “¿P7?”: “Stores 1” (stores/1) ")
    assert "found at 7, instead “Stores 2” (stores/2), “Stores 3” (stores/3); P8 “¿P8?”" in said
    assert said.endswith("mend the texts that do not say what is asked for.")


def test_of_many_questions_the_first_are_named_and_all_are_counted() -> None:
    (said,) = gate(run(*hits(4), *hits(9, 0, 50)), None)
    assert "P54" in said and "P55" not in said and "; and 4 more." in said


@pytest.mark.parametrize(("questions", "found", "opens"), [(3, 0, False), (2, 0, True), (3, 1, True)])
def test_a_collection_that_is_never_found_closes_it(questions: int, found: int, opens: bool) -> None:
    events = [*hits(found, 1, 50, "eventos"), *hits(questions - found, 0, 60, "eventos")]
    problems = gate(run(*hits(20), *events), None)
    assert (problems == []) == opens
    assert opens or problems[0].startswith("None of the 3 questions about eventos finds its document.")


def test_a_collection_whose_questions_are_all_stale_is_not_at_zero() -> None:
    leaving = frozenset({"eventos/99"})
    assert gate(run(*hits(5), *(stale(f"E{number}", leaving) for number in range(3))), None) == []


@pytest.mark.parametrize(("lost", "gained", "opens"), [(4, 0, True), (5, 0, False), (6, 2, True), (7, 2, False)])
def test_more_than_four_net_questions_lost_close_it(lost: int, gained: int, opens: bool) -> None:
    stays = hits(30, 1, 100)
    before = run(*stays, *hits(lost, 1, 1), *hits(gained, 0, 50), at=THEN)
    now = run(*stays, *hits(lost, 8, 1), *hits(gained, 1, 50))
    problems = gate(now, before)
    assert (problems == []) == opens
    if not opens:
        assert f"{lost} questions that the run accepted at {THEN} answered are lost and {gained} gained" in problems[0]
        assert "P1 “¿P1?”" in problems[0] and "--accept" in problems[0]


@pytest.mark.parametrize(("gone", "enough"), [(1, True), (2, False)])
def test_more_than_a_tenth_stale_no_longer_measures_and_closes_no_gate(gone: int, enough: bool) -> None:
    asked = run(*hits(10 - gone), *(stale(f"E{number}") for number in range(gone)))
    problems = too_many_stale(asked)
    assert (problems == []) == enough
    assert enough or problems[0].startswith("2 of 10 questions are stale, more than 10%. E0 “¿E0?”: none of its")
    assert gate(asked, None) == []


def test_what_leaves_as_it_should_is_not_counted() -> None:
    leaving = frozenset({"eventos/99"})
    assert too_many_stale(run(*hits(5), *(stale(f"E{number}", leaving) for number in range(5)))) == []
    only = too_many_stale(run(*hits(8), stale("E0"), stale("E1", leaving)))
    assert only[0].startswith("1 of 9 questions are stale"), "neither among the stale nor among all"


def test_questions_without_an_answer_count_nowhere() -> None:
    nobody = [score(question(f"N{number}"), [ref("stores/1")], ALL) for number in range(50)]
    assert gate(run(*hits(9), stale("E0"), *nobody), None) == []
    assert gate(run(*nobody), None) == []


def written(title: str, text: str, id: str = "7") -> PublishedText:
    return PublishedText(DocumentRef("tiendas", id, title, ""), f"# {title}\n\n{text}\n")


def test_a_phrase_is_the_title_and_how_the_text_goes_on() -> None:
    one = written("Café Ñuble", "Café Ñuble es una cafetería en el piso -3.\n\n- Tuestan *granos* de Chiapas. Café.")
    assert distinctive_phrase(one) == "Café Ñuble Tuestan granos Chiapas."
    later = written("Ñuble", "Ñuble es una cafetería.\n\nÑuble (en el piso -3): Tuestan granos.")
    assert distinctive_phrase(later) == "Ñuble Tuestan granos.", "without what a later block is about"


def test_documents_of_one_name_have_phrases_of_their_own() -> None:
    dates = [written("Taller de greda", f"Taller de greda: evento, {day} de marzo.", str(day)) for day in (7, 14)]
    assert len({distinctive_phrase(written_text) for written_text in dates}) == 2


def test_a_phrase_is_short_and_an_empty_text_leaves_the_title() -> None:
    assert len(distinctive_phrase(written("Pan", " ".join(map(str, range(400))))).split()) == 7
    assert distinctive_phrase(written("Pan", "")) == "Pan"


def test_what_was_added_has_to_be_found_and_what_was_removed_must_not() -> None:
    new, gone = canaries([written("Pan", "Hornea.")], [ref("stores/9")])
    assert (new.phrase, new.added, gone.phrase, gone.added) == ("Pan Hornea.", True, "Stores 9", False)
    assert new.is_satisfied([ref("stores/1"), ref("stores/7")]) and not new.is_satisfied([ref("stores/9")])
    assert gone.is_satisfied([ref("stores/1")]) and gone.is_satisfied([]) and not gone.is_satisfied([ref("stores/9")])
    assert gone.is_satisfied([ref("eventos/9")]), "another document of the same id is another"


def test_silent_canaries_are_named_with_what_was_found_and_what_to_do() -> None:
    new, gone = canaries([written("Pan", "Hornea.")], [ref("stores/9")])
    lost, left = gates.canary_problems([(new, (ref("stores/1"),)), (gone, (ref("stores/9"),))], 90.4)
    assert lost.startswith("Added, and not found by their own words after 90 s (1): “Pan” (stores/7) by ")
    assert "“Pan Hornea.” (instead “Stores 1” (stores/1))" in lost and "bedrock_kb_ingestion" in lost
    assert left.startswith("Removed, and still found after 90 s (1): “Stores 9” (stores/9). ")
    assert gates.canary_problems([], 0) == []
    (many,) = gates.canary_problems([(Canary(ref(f"stores/{number}"), "x", True), ()) for number in range(8)], 0)
    assert "(stores/4)" in many and "; and 3 more." in many
