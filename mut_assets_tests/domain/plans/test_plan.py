"""Plans say exactly what would happen; the guard refuses what looks like an accident."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mut_assets.domain.collections import TIENDAS
from mut_assets.domain.documents.document import Document, fields_of
from mut_assets.domain.plans.plan import HELD_DAYS, ExpectedRemovals, Held, Plan, make_plan
from mut_assets.domain.plans.published import Published

TODAY = date(2026, 3, 1)


def document(key: int, text: str = "Una tienda de barrio con de todo un poco.", **metadata: str) -> Document:
    return Document(
        TIENDAS, str(key), f"Tienda {key}", f"https://m.example/{key}/", f"# Tienda {key}\n\n{text}\n",
        {"titulo": f"Tienda {key}", "horario": "10 a 20", **metadata},
    )  # fmt: skip


def as_published(one: Document, **changes: object) -> Published:
    fields = fields_of(one.metadata)
    published = Published(one.id, one.fingerprint, one.title, one.link, len(one.body), fields, renderer="1")
    return replace(published, **changes)  # type: ignore[arg-type]  # each test names real fields


def plan(
    wanted: Sequence[Document],
    before: Sequence[Published],
    held: Sequence[Held] = (),
    renderer: str = "1",
    **known: Any,
) -> Plan:
    """`known` says which removals are expected."""
    published = {there.id: there for there in before}
    expected = ExpectedRemovals(**known)
    return make_plan(TIENDAS, wanted, published, held, today=TODAY, renderer=renderer, expected=expected)


def shop(*keys: int) -> list[Document]:
    return [document(key) for key in keys]


def published(*keys: int, **changes: object) -> list[Published]:
    return [as_published(wanted, **changes) for wanted in shop(*keys)]


def held(key: int, days: int = 0) -> Held:
    return Held(str(key), f"Tienda {key}", "", "no title", TODAY - timedelta(days=days))


def test_a_first_publication_is_reported_and_not_refused() -> None:
    made = plan(shop(*range(127)), [])
    assert (len(made.added), made.refusals, made.notes) == (127, (), ("first publication",))


def test_nothing_new_is_an_empty_plan() -> None:
    made = plan(shop(1, 2, 3), published(1, 2, 3))
    assert made.empty and made.unchanged == 3 and not made.refusals


def test_exactly_the_added_the_edited_and_the_removed_document_are_named() -> None:
    made = plan([*shop(1, 2), document(3, horario="9 a 18"), document(5)], published(1, 2, 3, 4))
    assert [document.id for document in made.added] == ["5"]
    assert [document.id for document in made.changed] == ["3"]
    assert [(removal.published.id, removal.expected) for removal in made.removed] == [("4", False)]
    assert made.unchanged == 2 and not made.refusals


def test_half_a_pair_in_the_store_is_written_again() -> None:
    made = plan(shop(1, 2), [*published(1), *published(2, fingerprint="")])
    assert [document.id for document in made.changed] == ["2"]


def test_a_held_record_keeps_its_document_for_thirty_days_and_then_leaves_as_expected() -> None:
    kept, gone = (plan(shop(1), published(1, 2), [held(2, days)]) for days in (HELD_DAYS, HELD_DAYS + 1))
    assert not kept.removed and [record.id for record in kept.held] == ["2"]
    assert [(removal.published.id, removal.expected) for removal in gone.removed] == [("2", True)] and not gone.held


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [
        (30, 25, False),  # 5 removed: never more than 5
        (31, 25, False),  # 6 removed, 19.4 %: not more than 20 %
        (29, 23, True),  # 6 removed, 20.7 %
        (100, 80, False),
        (100, 79, True),
        (6, 0, True),
        (1, 0, True),
        (20, 40, False),
        (20, 41, True),
        (19, 100, False),  # doubling is only suspicious from 20 on
    ],
)
def test_the_guard_counts_removals_and_growth(before: int, after: int, refused: bool) -> None:
    made = plan(shop(*range(after)), published(*range(before)))
    assert bool(made.refusals) is refused


def test_a_collection_whose_held_documents_stay_is_not_emptied() -> None:
    kept = plan([], published(1, 2, 3), [held(1)])
    assert len(kept.removed) == 2 and kept.refusals == ()
    assert plan([], published(1, 2, 3)).refusals == ("it would empty the collection (3 documents)",)


def test_held_documents_count_as_the_collection_grows() -> None:
    before = published(*range(20))
    grown = plan(shop(*range(1, 41)), before, [held(0)])
    assert grown.refusals == ("it more than doubles the collection (20 to 41 documents)",)
    assert plan(shop(*range(1, 40)), before, [held(0)]).refusals == ()


def test_expected_removals_are_listed_and_not_counted() -> None:
    sample = published(*range(60), fuente="muestra")
    made = plan(shop(*range(1000, 1127)), sample, fuente="muestra")
    assert len(made.removed) == 60 and all(removal.expected for removal in made.removed)
    assert not made.refusals
    assert plan(shop(*range(1000, 1127)), sample).refusals
    rolled = plan(shop(1), published(*range(30)), rollback="20260201_030000")
    assert not rolled.refusals and len(rolled.removed) == 29


OVER = "the event ended on 2026-02-28"


def test_what_is_over_leaves_with_its_reason_and_is_not_counted() -> None:
    before = published(*range(30))
    over = {str(key): OVER for key in range(20)}
    made = plan(shop(*range(20, 30)), before, reasons=over)
    assert {removal.reason for removal in made.removed} == {OVER} and len(made.removed) == 20
    assert not made.refusals
    assert plan(shop(*range(20, 30)), before).refusals
    assert not plan([], before[:20], reasons=over).refusals


def test_the_share_that_vanishes_is_of_what_is_not_over() -> None:
    before = published(*range(40))
    over = {str(key): OVER for key in range(20)}
    assert not plan(shop(*range(25, 40)), before, reasons=over).refusals  # 5 of 20: never more than 5
    assert "removes 6 of 20 documents" in plan(shop(*range(26, 40)), before, reasons=over).refusals[0]


def test_what_is_wanted_or_held_or_not_published_is_not_removed_for_being_over() -> None:
    made = plan(shop(0), published(0, 1, 2), [held(0), held(1)], reasons={str(key): OVER for key in range(4)})
    assert [(removal.published.id, removal.reason) for removal in made.removed] == [("2", OVER)]
    assert made.unchanged == 1 and [record.id for record in made.held] == ["1"], "0 is understood again"


def test_the_reason_that_is_known_best_is_given() -> None:
    known: dict[str, Any] = {"reasons": {"1": OVER}, "fuente": "muestra", "rollback": "20260201_030000"}
    made = plan([], published(1, 2, fuente="muestra"), **known)
    assert [removal.reason for removal in made.removed] == [
        OVER,
        "it is not in the snapshots up to 20260201_030000, which were asked for",
    ]


def test_the_id_of_a_plan_follows_its_effect_and_nothing_else() -> None:
    before = published(1, 2, 3)
    one, same = plan(shop(1, 2), before), plan(list(reversed(shop(1, 2))), list(reversed(before)))
    other = plan(shop(1, 3), before)
    moved = plan(shop(1, 2), [*before[:2], as_published(document(3, "otra cosa"))])
    assert one.id == same.id
    assert len({one.id, other.id, moved.id}) == 3


def test_the_id_of_a_plan_follows_what_a_changed_document_says_now_and_will_say() -> None:
    ids = {
        plan([document(1, text)], [as_published(document(1), fingerprint=published)]).id
        for text in ("Nuevo.", "Otro.")
        for published in ("a" * 64, "b" * 64)
    }
    assert len(ids) == 4


def test_two_documents_of_one_id_are_a_defect_that_is_not_published() -> None:
    with pytest.raises(ValueError, match="share an id"):
        plan([*shop(1), *shop(1)], [])


ids = st.sets(st.integers(0, 40), max_size=30)


@given(wanted=ids, edited=ids, there=ids, kept=ids)
def test_applying_a_plan_gives_the_wanted_set_and_every_document_is_accounted_for(
    wanted: set[int], edited: set[int], there: set[int], kept: set[int]
) -> None:
    documents = [document(key, **({"horario": "9 a 18"} if key in edited else {})) for key in sorted(wanted)]
    made = plan(documents, published(*sorted(there)), [held(key) for key in sorted(kept)])
    gone, added = {removal.published.id for removal in made.removed}, {document.id for document in made.added}
    assert {str(key) for key in there} - gone | added == {str(key) for key in wanted | (there & kept)}
    assert len(made.added) + len(made.changed) + made.unchanged == len(wanted)
    assert len(made.removed) + len(made.changed) + made.unchanged + len(there & kept - wanted) == len(there)
