"""The guard alone: what is held counts as staying, a lost ledger waives nothing, the sentences say the limits."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from mut_assets.domain.collections import TIENDAS
from mut_assets.domain.documents.document import Document
from mut_assets.domain.plans import guard as module
from mut_assets.domain.plans.guard import LIMITS, guard
from mut_assets.domain.plans.published import Published


def published(count: int, length: int = 100, renderer: str = "2", telefono: int = 0) -> list[Published]:
    """`telefono`: how many of them have a phone."""
    fields = [frozenset({"telefono"}) if number < telefono else frozenset[str]() for number in range(count)]
    return [
        Published(str(number), "f", "Pan", "", length, fields[number], renderer=renderer) for number in range(count)
    ]


def wanted(count: int, length: int = 100, telefono: int = 0) -> list[Document]:
    metadata = [{"telefono": "2"} if number < telefono else {} for number in range(count)]
    return [Document(TIENDAS, str(number), "Pan", "", "x" * length, metadata[number]) for number in range(count)]


def refusals(before: Sequence[Published], after: Sequence[Document], held: int = 0, removed: int = 0) -> Sequence[str]:
    return guard(before, after, held, removed, "2").refusals


def test_a_collection_of_which_only_held_records_are_left_is_not_empty() -> None:
    assert refusals(published(3), [], held=1, removed=2) == ()
    assert refusals(published(3), [], removed=3) == ("it would empty the collection (3 documents)",)


def test_held_records_count_in_the_growth() -> None:
    assert refusals(published(20), wanted(40)) == ()
    assert refusals(published(20), wanted(40), held=1) == ("it more than doubles the collection (20 to 41 documents)",)


def test_documents_of_an_unknown_renderer_waive_nothing() -> None:
    [refusal] = refusals(published(5, length=100, renderer=""), wanted(5, length=59))
    assert refusal == "it shortens the median text from 100 to 59 characters (more than 40 %)"
    assert guard(published(5, renderer="1"), wanted(5, length=59), 0, 0, "2").refusals == ()


@pytest.mark.parametrize(("had", "has", "refused"), [(5, 0, False), (6, 2, True), (6, 3, False), (10, 4, True)])
def test_a_field_of_more_than_half_keeps_at_least_half_of_its_share(had: int, has: int, refused: bool) -> None:
    assert bool(refusals(published(10, telefono=had), wanted(10, telefono=has))) is refused


def test_a_sentence_says_the_limit_that_is_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LIMITS", replace(LIMITS, removed_count=2, removed_share=0.1, text_loss=0.3))
    assert refusals(published(10), wanted(7, length=69), removed=3) == (
        "it removes 3 of 10 documents (more than 10 % and more than 2)",
        "it shortens the median text from 100 to 69 characters (more than 30 %)",
    )
