"""Two spellings of one name are found; two names are kept apart."""

import pytest

from mut_assets.domain.pages.names import Names, alike, also_called


@pytest.mark.parametrize(
    ("names", "same"),
    [
        *((names, True) for names in ("Al Paso Cevichería/Cevichería al Paso", "The Plant Store/Plant Store")),
        *((names, True) for names in ("Ben&Frank/Ben y Frank", "D’Lirios/DLirios", "D’Lirios/D Lirios")),
        *((names, True) for names in ("Cosita Rica/Cositarica", "Starburcks/Starbucks", "Iris/Ropa Iris")),
        *((names, False) for names in ("Nardo/Narciso", "La Tienda/El Restaurante", "/Iris", "&/Iris")),
    ],
)
def test_names_are_alike_either_way_round(names: str, same: bool) -> None:
    name, other = names.split("/")
    assert alike(name, other) is alike(other, name) is same


@pytest.mark.parametrize(
    ("name", "title", "same"),
    [
        ("COOM", "Cooperativa Moda y Diseño", True),
        ("CMD", "Cooperativa Moda y Diseño", True),
        ("MOCO", "Cooperativa Moda y Diseño", False),
        ("coom", "Cooperativa Moda y Diseño", False),
        ("Nardo Mercado", "Nardo Legumbres", True),
        ("Chocolatería Nardo", "Nardo", True),
        ("La Ranura", "Pan", False),
        ("La Tienda", "La Ranura", False),
    ],
)
def test_another_name_of_the_same_shares_what_tells_or_abbreviates(name: str, title: str, same: bool) -> None:
    assert also_called(name, title) is same


def test_pages_of_one_name_are_one_family_called_as_the_first_is_written() -> None:
    names = Names(["Plant Store", "Sellos Vintage", "The plant STORE", "Vintage", "", "La Tienda"])
    assert names.family_of == [0, 1, 0, 2, 3, 4] and len(names) == 5
    assert [names.shown(family) for family in range(3)] == ["Plant Store", "Sellos Vintage", "Vintage"]


@pytest.mark.parametrize(
    ("text", "named", "exactly"),
    [
        ("¡Vintage!", 2, 2),
        ("la tienda Vintage", 2, None),
        ("Vintage, sellos", 1, None),
        ("sellos vintage", 1, 1),
        ("tienda La", 3, None),  # a name of generic words is still one
        ("nada", None, None),
        ("...", None, None),
    ],
)
def test_a_text_names_a_family_in_any_order_and_exactly_only_in_its_own(
    text: str, named: int | None, exactly: int | None
) -> None:
    names = Names(["Plant Store", "Sellos Vintage", "Vintage", "La Tienda"])
    assert (names.named(text), names.named_exactly(text)) == (named, exactly)
