"""The guard refuses what looks like an accident, and says how much, what the limit is and where to look."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mut_assets.domain.collections import EVENTOS, PREGUNTAS, TIENDAS, Collection
from mut_assets.domain.documents.document import Document, fields_of
from mut_assets.domain.plans import guard
from mut_assets.domain.plans.plan import ExpectedRemovals, Plan, make_plan
from mut_assets.domain.plans.published import Published
from mut_assets.domain.spanish.special_days import special_days, special_sentence, without_special_sentences

TODAY = date(2026, 3, 1)
WORDS = "pan queso vino té lana hilo tela papel tinta libro disco cuero barro vidrio cobre mimbre semilla flor".split()


def own_words(key: int, words: int = 20) -> str:
    """What a page says of its shop, unlike any other's."""
    return " ".join(Random(key).choices(WORDS, k=words)) + f" número{key}"


def document(key: int, own: str = "", collection: Collection = TIENDAS, opens: str = "", **changes: Any) -> Document:
    """A shop; `opens` is said before its hours, `changes` are its metadata, None for what it has not."""
    known = {"titulo": f"Tienda {key}", "link": f"https://mut.cl/tiendas/{key}/", "horario": "10 a 20", **changes}
    metadata = {name: value for name, value in known.items() if value is not None}
    own = own or own_words(key)
    body = f"# {metadata['titulo']}\n\nEs una tienda de MUT.\n\n{own}\n\n{opens}Abre de 10:00 a 20:00.\n"
    return Document(collection, str(key), metadata["titulo"], metadata.get("link", ""), body, metadata, own)


def plan(before: Sequence[Document], wanted: Sequence[Document], **options: Any) -> Plan:
    """Of replacing `before`, as it was written by renderer 1, unless `options` say otherwise."""
    known = {"renderer": options.pop("written_by", "1"), "fuente": options.pop("fuente", "")}
    published = {one.id: _published(one, **known) for one in before}
    asked: dict[str, Any] = {
        "today": TODAY,
        "renderer": "1",
        "expected": ExpectedRemovals(),
        "texts": {one.id: (one.body_bytes, one.sidecar_bytes) for one in before},
    }
    return make_plan(before[0].collection, wanted, published, [], **(asked | options))


def _published(one: Document, **known: str) -> Published:
    return Published(one.id, one.fingerprint, one.title, one.link, len(one.body), fields_of(one.metadata), **known)


def some(keys: Iterable[int], **changes: Any) -> list[Document]:
    return [document(key, **changes) for key in keys]


def changed(count: int, of: int, change: Callable[[int], Document], make: Callable[[int], Document] = document) -> Plan:
    """The plan that changes the first `count` of `of` documents."""
    before = [make(key) for key in range(of)]
    return plan(before, [*map(change, range(count)), *before[count:]])


def reachable(key: int) -> Document:
    return document(key, telefono=f"+5622345{key:04}", mail=f"{key}@pan.cl", web=f"https://pan.cl/{key}")


CHANGES: dict[str, Callable[[int], Document]] = {
    "titles": lambda key: document(key, titulo=f"Otra {key}"),
    "link hosts": lambda key: document(key, link=f"https://phishing.example/tiendas/{key}/"),
    "texts": lambda key: document(key, own_words(key + 1000)),
}
CONTACTS: dict[str, Callable[[int], Document]] = {
    "phones": lambda key: document(key, telefono="+56999999999"),
    "mails": lambda key: document(key, mail="otro@pan.cl"),
    "web addresses": lambda key: document(key, web="https://phishing.example"),
}
BLANK = {"phones": "telefono", "mails": "mail", "web addresses": "web"}


@pytest.mark.parametrize("word", [*CHANGES, *CONTACTS])
@pytest.mark.parametrize(("count", "of", "refused"), [(4, 5, False), (5, 16, True), (5, 17, False), (31, 100, True)])
def test_more_than_thirty_percent_and_at_least_five_may_not_change_at_once(
    word: str, count: int, of: int, refused: bool
) -> None:
    made = changed(count, of, (CHANGES | CONTACTS)[word], document if word in CHANGES else reachable)
    said = f"it changes {count} of {of} {word} (more than 30 % and at least 5): "
    assert any(refusal.startswith(said) for refusal in made.refusals) is refused


@pytest.mark.parametrize(("word", "field"), BLANK.items())
def test_a_contact_that_is_blanked_has_changed_and_one_that_was_not_there_has_not(word: str, field: str) -> None:
    blanked = changed(20, 64, document, make=lambda key: reachable(key) if key < 40 else document(key))
    assert f"it changes 20 of 40 {word}" in " ".join(blanked.refusals)
    emptied = plan(some(range(10), **{field: "x"}), some(range(10)))
    assert f"it empties the field '{field}' (100% of the documents had it, now 0%)" in emptied.refusals
    assert not plan(some(range(10)), some(range(10), **{field: "x"})).refusals


def test_an_address_with_another_scheme_or_a_title_in_capitals_is_the_same() -> None:
    before = some(range(10), web="http://www.pan.cl")
    after = [document(key, web="https://pan.cl", titulo=f"TIENDA {key}") for key in range(10)]
    assert not plan(before, after).refusals


def test_a_refusal_names_examples_and_counts_the_rest() -> None:
    (refusal,) = changed(31, 100, CHANGES["link hosts"]).refusals
    assert refusal == (
        "it changes 31 of 100 link hosts (more than 30 % and at least 5): 'Tienda 0' from mut.cl to phishing.example; "
        "'Tienda 1' from mut.cl to phishing.example; 'Tienda 2' from mut.cl to phishing.example; and 28 more"
    )


def rotated(keys: Sequence[int], **changes: Any) -> list[Document]:
    """Each with the page of the one before it."""
    return [document(key, own_words(keys[at - 1]), **changes) for at, key in enumerate(keys)]


@pytest.mark.parametrize(("count", "refused"), [(2, False), (3, True)])
def test_three_texts_that_were_another_entitys_are_refused(count: int, refused: bool) -> None:
    made = plan(some(range(60)), [*rotated(range(count)), *some(range(count, 60))])
    assert bool(made.refusals) is refused
    if refused:
        assert made.refusals == (
            "it gives 3 documents the text of another one (at least 3): 'Tienda 0' has that of 'Tienda 2'; "
            "'Tienda 1' has that of 'Tienda 0'; 'Tienda 2' has that of 'Tienda 1'",
        )


def test_a_text_that_moved_is_found_with_an_edit_in_it_and_where_its_owner_keeps_or_loses_it() -> None:
    before, theirs = some(range(60)), own_words(7)
    copied = [document(key, f"{theirs} y abrimos los domingos") for key in range(3)]
    assert "'Tienda 0' has that of 'Tienda 7'" in plan(before, [*copied, *before[3:]]).refusals[0]
    assert "has that of 'Tienda 7'" in plan(before, [*copied, *before[3:7], *before[8:]]).refusals[0]


PLACEHOLDER = "Estamos en remodelación y volvemos pronto con muchas novedades para todos ustedes"
ORDINARY: dict[str, tuple[list[Document], list[Document]]] = {
    "branches of one name": (some(range(10), titulo="Pan"), [*rotated(range(4), titulo="Pan"), *some(range(4, 10))]),
    "a paragraph that another shop has": (
        [document(0, PLACEHOLDER), *some(range(1, 60))],
        [
            document(0, PLACEHOLDER),
            *(document(n, f"{own_words(n)}. {PLACEHOLDER}") for n in range(1, 5)),
            *some(range(5, 60)),
        ],
    ),
    "what several say already": (
        [*(document(n, PLACEHOLDER) for n in range(4)), *some(range(4, 60))],
        [*(document(n, PLACEHOLDER) for n in range(8)), *some(range(8, 60))],
    ),
    "texts that were alike before": (
        [document(n, f"{PLACEHOLDER} {own_words(n, 3)}") for n in range(10)],
        [document(n, f"{PLACEHOLDER} {own_words(n + 1, 3)}") for n in range(4)]
        + [document(n, f"{PLACEHOLDER} {own_words(n, 3)}") for n in range(4, 10)],
    ),
    "a page that was made anew under another number": (
        some(range(60)),
        [*some(range(4, 60)), *(document(key + 100, own_words(key)) for key in range(4))],
    ),
    "a few words": (
        [document(n, f"Discos {n}") for n in range(9)],
        [document(n, f"Discos {(n + 1) % 4}") for n in range(4)] + [document(n, f"Discos {n}") for n in range(4, 9)],
    ),
}


@pytest.mark.parametrize(("before", "after"), ORDINARY.values(), ids=ORDINARY)
def test_texts_that_may_be_alike_have_not_moved(before: list[Document], after: list[Document]) -> None:
    assert "the text of another one" not in " ".join(plan(before, after).refusals)


@pytest.mark.parametrize(("count", "refused"), [(2, False), (3, True)])
def test_three_titles_that_become_equal_are_refused(count: int, refused: bool) -> None:
    after = [*some(range(count), titulo="Tienda"), *some(range(count, 60)), *some(range(60, 70), titulo="Tienda")]
    made = plan(some(range(60)), after)
    assert bool(made.refusals) is refused
    if refused:
        assert made.refusals[0].startswith(
            "it gives 3 documents a title that another one has (at least 3): 'Tienda 0' is now 'Tienda'; "
        )
    assert not plan(some(range(60), titulo="Tienda"), some(range(60), titulo="Tienda", mail="a@b.cl")).refusals


def test_pages_that_get_one_address_are_refused() -> None:
    after = [*some(range(3), link="https://mut.cl/tiendas/9/"), *some(range(3, 60))]
    (refusal,) = plan(some(range(60)), after).refusals
    assert refusal.startswith(
        "it gives 3 documents a link that another one has (at least 3): 'Tienda 0' has https://mut.cl/tiendas/9/; "
    )
    assert not plan(some(range(60)), [*some(range(3), link=None), *some(range(3, 60))]).refusals


HOLIDAY = special_days([{"fecha": "2026-03-03", "link": "*", "horario": "10:00 - 15:00"}])[0]
CLOSED = special_days(
    [{"fecha": f"2026-03-0{day}", "link": "*", "horario": "Cerrado"} for day in (1, 2, 3)]
    + [{"fecha": "2026-03-04", "link": "*", "horario": "9:00 - 12:00 y 15:00 - 18:00 (solo patio)"}]
)[0]


@pytest.mark.parametrize("days", [HOLIDAY, CLOSED], ids=["one", "several"])
def test_what_the_special_days_say_is_no_change_whether_it_comes_or_goes(days: Any) -> None:
    sentence = special_sentence(days, "/tiendas/1", TODAY)
    assert sentence and without_special_sentences(f"Hay pan. {sentence} Abre a las 10.") == "Hay pan. Abre a las 10."
    usual, special = some(range(30), own="Pan."), some(range(30), own="Pan.", opens=f"{sentence} ")
    assert not plan(usual, special).refusals and not plan(special, usual).refusals


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [
        ("los sábados 1, 8 y 15 de marzo de 2026", "los sábados 28 de marzo y 4 de abril de 2026", False),
        ("del 28 de febrero al 3 de marzo", "durante todo marzo de 2027", False),
        ("los lunes a las 10:00", "los lunes a las 11:00", True),
        ("en el piso 3", "en el piso 4", True),
    ],
)
def test_days_that_passed_are_no_change_and_hours_or_floors_are(before: str, after: str, refused: bool) -> None:
    told = [[document(key, f"Taller {key}: {when}.", EVENTOS) for key in range(30)] for when in (before, after)]
    assert bool(plan(told[0], told[1]).refusals) is refused


def test_the_same_words_in_another_layout_are_no_change() -> None:
    texts = [f"Uno {key}. Dos." for key in range(30)]
    before = [document(key, text) for key, text in enumerate(texts)]
    after = [replace(one, body=f"{one.body}\n\nTienda {one.id}: Dos.\n") for one in before]
    assert not plan(before, after).refusals


@pytest.mark.parametrize(("length", "refused"), [(600, False), (599, True)])
def test_text_may_shrink_by_just_forty_percent(length: int, refused: bool) -> None:
    def of_length(characters: int) -> list[Document]:
        return [replace(one, body=f"{'x' * (characters - 1)}\n") for one in some(range(10))]

    said = f"it shortens the median text from 1000 to {length} characters (more than 40 %)"
    assert (said in plan(of_length(1000), of_length(length)).refusals) is refused


@pytest.mark.parametrize(
    ("had", "has", "refused"),
    [
        (6, 0, True),
        (5, 0, False),  # half of the documents is not most of them
        (10, 5, False),
        (10, 4, True),  # more than half of those that had it
        (6, 3, False),
        (6, 2, True),
    ],
)
@pytest.mark.parametrize("field", ["telefono", "piso"])
def test_a_field_of_most_documents_may_vanish_from_half_of_them(field: str, had: int, has: int, refused: bool) -> None:
    before, after = ([*some(range(count), **{field: "3"}), *some(range(count, 10))] for count in (had, has))
    assert ("it empties the field" in " ".join(plan(before, after).refusals)) is refused


@pytest.mark.parametrize("size", [4, 5])
def test_the_rules_about_shares_begin_with_five_documents(size: int) -> None:
    before = [document(key, own_words(key, 200), telefono="1") for key in range(size)]
    assert len(plan(before, some(range(size))).refusals) == (0 if size < 5 else 4)


def test_a_sentence_says_the_limit_that_is_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = replace(guard.LIMITS, removed_count=2, removed_share=0.1, text_loss=0.3, changed_share=0.2, moved_count=2)
    monkeypatch.setattr(guard, "LIMITS", limits)
    before = [replace(one, body="x" * 100) for one in some(range(10), piso=1)]
    short = [replace(one, body="y" * 69) for one in some(range(7))]
    assert plan(before, short).refusals == (
        "it removes 3 of 10 documents (more than 10 % and more than 2): Tienda 7; Tienda 8; Tienda 9",
        "it changes 7 of 7 texts (more than 20 % and at least 5): 'Tienda 0'; 'Tienda 1'; 'Tienda 2'; and 4 more",
        "it shortens the median text from 100 to 69 characters (more than 30 %)",
        "it empties the field 'piso' (100% of the documents had it, now 0%)",
    )


WAIVED = {"texts", "piso"}


@pytest.mark.parametrize("word", [*CHANGES, *CONTACTS, "moved", "piso"])
def test_a_new_renderer_waives_texts_and_fields_but_neither_identity_nor_contact_nor_moved_texts(word: str) -> None:
    after = {
        "moved": rotated(range(16)),
        "piso": some(range(16)),
        **{name: [change(key) for key in range(16)] for name, change in (CHANGES | CONTACTS).items()},
    }[word]
    before = [replace(reachable(key), metadata={**reachable(key).metadata, "piso": 1}) for key in range(16)]
    if word not in CONTACTS:
        after = [replace(one, metadata={**reachable(int(one.id)).metadata, **one.metadata}) for one in after]
    made = plan(before, after, renderer="2")
    assert made.notes == (
        "rules about texts, their length and fields waived, not those about titles, link hosts and contact: "
        "documents were rendered by version 1, now 2",
    )
    assert bool(made.refusals) is (word not in WAIVED)
    assert plan(before, after).refusals


def test_a_renderer_that_adds_contact_changes_none() -> None:
    before = some(range(30))
    made = plan(before, [reachable(key) for key in range(30)], renderer="2")
    assert (len(made.changed), made.refusals) == (30, ())


def test_a_lost_ledger_waives_no_rule() -> None:
    made = plan(some(range(16)), [CHANGES["texts"](key) for key in range(16)], renderer="2", written_by="")
    assert "it changes 16 of 16 texts" in made.refusals[0] and made.notes == ()


def test_what_stays_as_it_is_waives_nothing_for_what_changes() -> None:
    before = some(range(30))
    published = {one.id: _published(one, renderer="1" if int(one.id) < 10 else "2") for one in before}
    after = [*before[:10], *map(CHANGES["texts"], range(10, 30))]
    texts = {one.id: (one.body_bytes, one.sidecar_bytes) for one in before}
    made = make_plan(TIENDAS, after, published, [], today=TODAY, renderer="2", expected=ExpectedRemovals(), texts=texts)
    assert "it changes 20 of 30 texts" in made.refusals[0]


def test_half_a_document_and_one_of_a_source_that_is_left_say_nothing_of_what_comes() -> None:
    before, after = some(range(20)), [document(key, own_words(key + 99), titulo=f"Otra {key}") for key in range(20)]
    assert not plan(before, after, texts={one.id: (one.body_bytes, b"") for one in before}).refusals
    assert not plan(before, after, fuente="muestra", expected=ExpectedRemovals(fuente="muestra")).refusals
    assert plan(before, after, fuente="muestra").refusals


@pytest.mark.parametrize(
    ("of", "gone", "removed", "refused"),
    [
        (30, 0, 5, False),  # never more than 5
        (26, 4, 1, False),  # 5 in a week
        (26, 4, 2, False),  # 6 of 30 is not more than 20 %
        (25, 4, 2, True),
        (40, 4, 4, False),  # 8 of 44 is less than 20 %
        (40, 5, 5, True),
        (5, 20, 1, True),
        (20, 20, 0, False),  # what went before refuses nothing that removes nothing
    ],
)
def test_what_went_in_seven_nights_counts_together(of: int, gone: int, removed: int, refused: bool) -> None:
    before = some(range(of))
    made = plan(before, [*before[removed:], document(500)], gone={str(key) for key in range(900, 900 + gone)})
    assert bool(made.refusals) is refused
    if refused:
        assert made.refusals[0].startswith(
            f"it removes {removed} more documents, which makes {removed + gone} of {of + gone} in 7 nights (more than"
        )


def test_what_went_and_is_there_again_counts_once() -> None:
    before = some(range(30))
    assert not plan(before, before[5:], gone={one.id for one in before[:5]}).refusals


def shortened(key: int) -> Document:
    return document(key, own_words(key, 2))


@given(seed=st.integers(0, 2**32), size=st.integers(6, 200), collection=st.sampled_from([TIENDAS, EVENTOS, PREGUNTAS]))
def test_an_ordinary_day_is_never_refused(seed: int, size: int, collection: Collection) -> None:
    """Edits to a tenth of everything that can be edited, a handful new, a handful gone."""
    dice = Random(seed)
    before = [replace(reachable(key), collection=collection) for key in range(size)]
    gone = set(dice.sample(range(size), min(dice.randint(0, 5), size - 1)))
    after = {key: one for key, one in enumerate(before) if key not in gone}
    changes: list[Callable[[int], Document]] = [*CHANGES.values(), *CONTACTS.values(), shortened]
    for change in changes:
        for key in dice.sample(sorted(after), len(after) // 10):
            edited = change(key)
            after[key] = replace(edited, collection=collection, metadata={**after[key].metadata, **edited.metadata})
    fresh = [replace(reachable(1000 + n), collection=collection) for n in range(dice.randint(0, 5))]
    assert plan(before, [*after.values(), *fresh]).refusals == ()
