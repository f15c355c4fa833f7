"""Which page is whose translation, by its address."""

import pytest

from mut_assets.domain.pages.translations import apart

SPANISH = "https://mercado.example/tiendas/lirio/"


def _row(id: int, link: str, title: str = "Lirio") -> dict[str, str]:
    return {"id": str(id), "link": link, "titulo": title}


@pytest.mark.parametrize(
    "link",
    [
        "https://mercado.example/en/tiendas/lirio/",
        "https://mercado.example/pt-br/tiendas/lirio/",
        "https://mercado.example/tiendas/lirio/?lang=en",
        "https://en.mercado.example/tiendas/lirio/",
        "https://mercado.example/en/tiendas/lirio-2/",
    ],
)
def test_a_page_in_another_language_belongs_to_the_spanish_one(link: str) -> None:
    kept, translations = apart([_row(1, SPANISH), _row(2, link, "Lily")])
    assert [row["id"] for row in kept] == ["1"]
    assert [[one.why for one in page] for page in translations] == [["translation: page 2"]]


@pytest.mark.parametrize(
    "rows",
    [
        [_row(1, SPANISH), _row(2, "https://mercado.example/tiendas/lirio-2/")],
        [_row(1, SPANISH), _row(2, "https://mercado.example/en/tiendas/tulip/", "Tulip")],
        [_row(1, "https://de.example/tiendas/lirio/"), _row(2, "https://mercado.example/tiendas/lirio-2/", "Otro")],
        [_row(1, "https://mercado.example/en/tiendas/lirio/")],
        [_row(1, SPANISH), _row(2, "")],
    ],
    ids=["two Spanish pages", "no Spanish page of its name", "a domain of two letters", "alone", "no address"],
)
def test_every_other_page_stays(rows: list[dict[str, str]]) -> None:
    kept, translations = apart(rows)
    assert kept == rows and not any(translations)
