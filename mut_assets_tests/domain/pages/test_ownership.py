"""Of two pages with one text, the one with the better right to it keeps it; without a better right nobody loses it."""

import pytest

from mut_assets.domain.pages.cleaning import Page, cleaned
from mut_assets.domain.pages.telling import Cleaned
from mut_assets_tests.domain.pages.test_cleaning import LIRIO, NARDO, many, reasons

TALE = "Un cuento de pescadores que la gente del puerto repite cada invierno."
OWN_TALE = "Iris vende un cuento de pescadores que la gente repite cada invierno."


def collection(*pages: tuple[str, str]) -> list[Cleaned]:
    return cleaned([Page(*page) for page in pages])


def test_a_text_on_two_pages_that_neither_can_claim_stays_on_both() -> None:
    both = collection(("Iris", f"<p>{NARDO}</p><p>{TALE}</p>"), ("Lirio", f"<p>{LIRIO}</p><p>{TALE}</p>"))
    assert [page.text for page in both] == [f"{NARDO}\n\n{TALE}", f"{LIRIO}\n\n{TALE}"]


def test_a_page_with_no_other_text_has_the_better_right() -> None:
    owner, page = collection(("Iris", f"<p>{TALE}</p>"), ("Lirio", f"<p>{LIRIO}</p><p>{TALE}</p>"))
    assert owner.text == TALE and reasons(page) == [(TALE, "belongs to Iris")]


def test_a_text_under_the_name_of_its_page_goes_before_the_only_text_of_another() -> None:
    owner, page = collection(("Iris", f"<h2>¿Qué es Iris?</h2><p>{TALE}</p>"), ("Lirio", f"<p>{TALE}</p>"))
    assert owner.warning == ""
    assert page.warning == "its only text is kept, although it is not its own (belongs to Iris)"


def test_a_text_that_names_its_page_goes_before_one_under_the_name_of_another() -> None:
    page = f"<h2>¿Qué es Lirio?</h2><p>{OWN_TALE}</p><p>{LIRIO}</p>"
    owner, other = collection(("Iris", f"<p>{NARDO}</p><p>{OWN_TALE}</p>"), ("Lirio", page))
    assert owner.text == f"{NARDO}\n\n{OWN_TALE}" and reasons(other) == [(OWN_TALE, "belongs to Iris")]


@pytest.mark.parametrize(
    ("text", "why"), [(OWN_TALE, "belongs to Iris"), (TALE, "template: on 5 of 5 pages")], ids=["named", "nameless"]
)
def test_on_many_pages_only_a_text_that_names_its_owner_has_one(text: str, why: str) -> None:
    others = many(4, f"<p>{text}</p>")
    owner, *pages = collection(("Iris", f"<h2>¿Qué es Iris?</h2><p>{text}</p>"), *others)
    assert text in owner.text
    assert [reasons(page) for page in pages] == [[(text, why)]] * 4


@pytest.mark.parametrize(
    ("before", "stays"),
    [
        ("Este puesto abre cuando sale el sol y cierra cuando se va el último vecino.", True),  # 15 of 27 words
        ("Este puesto abre cuando sale el sol y cierra tarde.", False),  # 10 of 22
    ],
)
def test_a_paragraph_is_a_copy_when_half_of_its_words_are_anothers(before: str, stays: bool) -> None:
    mixed = f"{before} {TALE}"
    _, page = collection(("Iris", f"<h2>¿Qué es Iris?</h2><p>{TALE}</p>"), ("Lirio", f"<p>{LIRIO}</p><p>{mixed}</p>"))
    assert (mixed in page.text) is stays


@pytest.mark.parametrize(
    ("name", "html", "text"),
    [
        ("Rapaz by Galpón Italia", f"<p>Galpón Italia</p><p>{LIRIO}</p>", LIRIO),
        ("Pan de Oro", f"<p>Pan</p><p>{LIRIO}</p>", f"Pan\n\n{LIRIO}"),  # a word that short may be what it sells
        ("Iris Kiosko", f"<p>{LIRIO}</p><p>{NARDO}<br>Iris</p>", f"{LIRIO}\n\n{NARDO}\nIris"),
        ("Lirio", f"<p>{LIRIO} Todos preguntan qué es Iris? y nadie contesta.</p>", None),
    ],
    ids=["part of its name", "a short word of its name", "signed by its house", "a question in a sentence"],
)
def test_what_names_the_page_or_stands_in_a_sentence_is_no_sign(name: str, html: str, text: str | None) -> None:
    _, page = collection(("Iris", "<p>La casa de lanas más grande del cerro.</p>"), (name, html))
    assert page.text == (text or html.removeprefix("<p>").removesuffix("</p>")) and page.dropped == ()
