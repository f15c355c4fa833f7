from collections.abc import Sequence

import pytest

from mut_assets.domain.pages.blocks import passages
from mut_assets.domain.pages.categories import learn_categories
from mut_assets.domain.pages.endings import Ending, copied_categories, take_categories
from mut_assets.domain.pages.names import Names


def found(pages: dict[str, str]) -> dict[str, tuple[list[str], list[str]]]:
    """The categories of each page by its name, and what is left of its text."""
    read = [passages(html) for html in pages.values()]
    vocabulary = learn_categories(read, Names(list(pages)))
    endings = [take_categories(page, vocabulary) for page in read]
    told = [(ending.categories, [passage.text for passage in ending.rest]) for ending in endings]
    return dict(zip(pages, told, strict=True))


def tail(*items: str) -> str:
    return "<p>Una casa para quienes gustan de mirar.</p>" + "".join(f"<p>{item}</p>" for item in items)


TEXT = ["Una casa para quienes gustan de mirar."]
BOTH = ["Acai", "Jugos"]


@pytest.mark.parametrize(
    ("items", "categories"),
    [
        (("0Ropa", "Tienda", "Urbano."), ["Ropa", "Urbano"]),
        (("#ffffff", "0Música."), ["Música"]),
        (("#ffffffBelleza", "Peluquería."), ["Belleza", "Peluquería"]),
        (("0…Repostería.",), ["Repostería"]),
        (("1Juguetes", "Hecho a mano."), ["Juguetes", "Hecho a mano"]),
        (("0Ropa", "Ropa", "ROPA."), ["Ropa"]),
        (("0Restaurante", "Vinos."), ["Vinos"]),
        *(((item,), []) for item in ("Ropa", "Valor: $10.000")),
    ],
)
def test_what_follows_a_counter_or_a_colour_is_a_category(items: tuple[str, ...], categories: list[str]) -> None:
    assert found({"Lirio": tail(*items)})["Lirio"][0] == categories


@pytest.mark.parametrize(
    "html",
    [
        "<p>Lentes para ver mejor, nuestra prioridadÓpticas.</p>",
        "<p>Lentes a $10.000.Ópticas.</p>",
        "<p>Lentes para ver mejor. Ópticas.</p>",
        "<p>¡Lentes para ver la ciudad!Ópticas</p>",
        "<p>Lentes para ver mejor…0Ópticas.</p>",
        "<p>Lentes para ver mejor</p><ul><li>Ópticas</li></ul>",
        "<p>Lentes para ver mejor</p><p>Ópticas.Tienda.</p>",
        "<p>Lentes para ver mejor</p><p>0Ópticas</p><h3>Sigue</h3><p>Pasa también por los otros pisos.</p>",
    ],
)
def test_a_known_category_is_recognised_where_it_is_glued(html: str) -> None:
    categories, rest = found({"Iris": html, "Lirio": tail("Ópticas."), "Nardo": tail("Ópticas.")})["Iris"]
    assert categories == ["Ópticas"]
    assert rest[0].startswith(("Lentes", "¡Lentes"))
    assert not any("pticas" in text for text in rest)


def test_a_short_last_paragraph_is_a_category_where_pages_end_with_them() -> None:
    pages = {"Iris": tail("Ropa."), "Lirio": tail("Ropa."), "Nardo": tail("Ropa."), "Malva": tail("Cerrajería.")}
    assert found(pages)["Malva"] == (["Cerrajería"], TEXT)
    few = {"Malva": tail("Entrada liberada")} | {f"Iris {number}": TEXT[0] for number in range(5)}
    assert found(few)["Malva"] == ([], [*TEXT, "Entrada liberada"])


def test_the_dates_of_a_series_teach_no_category() -> None:
    assert found({"Lirio": tail("Entrada liberada"), "LIRIO": tail("Entrada liberada")})["Lirio"][0] == []


def test_the_spelling_of_most_pages_is_taken() -> None:
    pages = {"Iris": tail("Opticas."), "Lirio": tail("Ópticas."), "Nardo": tail("Ópticas"), "Malva": tail("ópticas")}
    assert [categories for categories, _ in found(pages).values()] == [["Ópticas"], ["Ópticas"], ["Ópticas"], []]


def test_a_word_that_stands_where_a_counter_would_is_no_category() -> None:
    names = "Iris Lirio Nardo Malva Cardo Olmo".split()
    endings = "ProntoRopa. ProntoVinos. 0Ropa. 0Vinos. ProntoRelojes. Pronto|0Ropa.".split()
    pages = {name: tail(*items.split("|")) for name, items in zip(names, endings, strict=True)}
    expected = "Ropa Vinos Ropa Vinos Relojes Ropa".split()
    assert list(found(pages).values()) == [([category], TEXT) for category in expected]


def test_buttons_before_the_categories_are_none() -> None:
    names = ("Iris", "Lirio", "Nardo", "Malva")
    pages = {name: tail("Comparte", "Copiar enlace", "Ropa.") for name in names}
    assert found(pages) == {name: (["Ropa"], TEXT) for name in names}


def test_names_and_signatures_are_no_categories() -> None:
    pages = {"Lirio": "<p>Lirio</p>", "Malva": tail("Por Ana Sol", "0Ropa")}
    expected = {"Lirio": ([], ["Lirio"]), "Malva": (["Ropa"], [*TEXT, "Por Ana Sol"])}
    two = ("Iris", "Nardo")
    named = found(pages | dict.fromkeys(two, tail("Lirio")))
    assert named == expected | dict.fromkeys(two, ([], [*TEXT, "Lirio"]))


@pytest.mark.parametrize(
    ("pages", "owners"),
    [
        ({"Açaí Lirio": (BOTH, "bowls"), "Nardo": (BOTH, "tacos")}, [{}, {"Acai": "Açaí Lirio"}]),
        ({"Açaí Lirio": (BOTH, "bowls"), "Nardo": (BOTH, "con açaí")}, [{}, {}]),
        ({"Açaí Lirio": (BOTH, "bowls"), "Nardo": (["Acai"], "tacos")}, [{}, {}]),
        ({"Lirio": (BOTH, "bowls"), "Nardo": (BOTH, "tacos")}, [{}, {}]),
        (dict.fromkeys(("Açaí Lirio", "Nardo", "Malva"), (BOTH, "tacos")), [{}, {}, {}]),
    ],
)
def test_a_category_that_came_with_anothers_page_is_told(
    pages: dict[str, tuple[Sequence[str], str]], owners: list[dict[str, str]]
) -> None:
    endings = [Ending(passages(text), list(categories), []) for categories, text in pages.values()]
    assert copied_categories(endings, Names(list(pages))) == owners
