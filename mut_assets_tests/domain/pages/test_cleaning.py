import pytest
from hypothesis import given
from hypothesis import strategies as st

from mut_assets.domain.markup import markup_in
from mut_assets.domain.pages.cleaning import Page, cleaned
from mut_assets.domain.pages.telling import Cleaned
from mut_assets.domain.text import plain_text

IRIS = "La casa de lanas más grande del cerro. Iris teje desde 1972 con ovejas propias."
LIRIO = "Semillas antiguas que una familia guarda en frascos y vende por cucharadas."
NARDO = "Aquí se arreglan relojes de péndulo mientras el dueño cuenta su vida."
SHARED = "Descubre los demás puestos del mercado, que tienen de todo para ti. Pide un mapa en la entrada principal."


def definition(name: str, text: str) -> str:
    return f"<h2>¿Qué es {name}?</h2><p>{text}</p>"


def texts(*pages: tuple[str, str]) -> list[str]:
    return [page.text for page in cleaned([Page(*page) for page in pages])]


def reasons(page: Cleaned) -> list[tuple[str, str]]:
    return [(dropped.text, dropped.why) for dropped in page.dropped]


def many(count: int, html: str) -> list[tuple[str, str]]:
    """Pages with texts of their own, and all with the same `html` behind."""
    letters = "ABCDEFGHI"[:count]
    return [(f"Puesto {letter}", f"<p>Aquí vive el oficio {letter * 5} de la feria</p>{html}") for letter in letters]


@pytest.mark.parametrize(
    "leftover",
    [
        definition("Iris", IRIS),
        definition("IRIS", IRIS),
        definition("la tienda Iris", IRIS),
        definition("Iris", "Un texto viejo de esa tienda que ya nadie tiene en otra parte."),
        f"<p><strong>Iris</strong></p><p>{IRIS}</p>",
        f"<h3>Iris</h3><p>{IRIS}</p>",
        f"<p>{IRIS}</p>",
        f"<p>{IRIS} Y también hay palillos.</p>",
        "<p>El lunes cerramos temprano para contar las madejas de la bodega.<br>Iris</p>",
        "<p>El lunes cerramos temprano para contar las madejas de la bodega.</p><p>— Iris</p>",
    ],
)
def test_what_is_anothers_is_dropped_here_and_never_there(leftover: str) -> None:
    here = f"{leftover}{definition('Lirio', LIRIO)}"
    if not leftover.startswith("<h"):
        here = f"{definition('Lirio', LIRIO)}{leftover}"
    owner, page = cleaned([Page("Iris", definition("Iris", IRIS)), Page("Lirio", here)])
    assert (owner.text, page.text) == (IRIS, LIRIO)
    assert owner.dropped == () and owner.warning == page.warning == ""
    assert {why for _, why in reasons(page)} == {"belongs to Iris"}


def test_a_definition_within_a_paragraph_opens_a_block() -> None:
    page = f"<p>¿Qué es Iris? {IRIS}</p><p>¿Qué es Lirio? {LIRIO}</p>"
    assert texts(("Iris", f"<p>{IRIS}</p>"), ("Lirio", page)) == [IRIS, LIRIO]


@pytest.mark.parametrize(
    "text",
    [
        "Estamos junto a Iris, en el pasillo de las semillas raras del mercado.",
        "Vendemos ropa de marcas como Nardo, Iris y otras que nadie conoce.",
        "¿Qué tal si pasas antes por Iris y después por acá?",
        "Trabajamos con:<br>- Nardo<br>- Iris",
    ],
)
def test_to_speak_of_another_is_no_leftover(text: str) -> None:
    page = f"<h2>¿Qué es Lirio?</h2><p>{LIRIO}</p><p>{text}</p>"
    assert texts(("Iris", IRIS), ("Nardo", NARDO), ("Lirio", page))[2] == plain_text(f"<p>{LIRIO}</p><p>{text}</p>")


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("Ben&Frank", "Ben & Frank"),
        ("Emporio Lirio", "Lirio"),
        ("Lirio", "Chocolatería Lirio"),
        ("Iris Kiosko", "Iris"),
    ],
)
def test_a_heading_that_names_the_page_a_little_differently_is_its_own(name: str, heading: str) -> None:
    page = f"{definition(heading, LIRIO)}{definition(name, NARDO)}"
    result = cleaned([Page(name, page), Page("Iris", definition("Iris", IRIS))])[0]
    assert [block.text for block in result.blocks] == [LIRIO, NARDO]
    assert result.dropped == ()


def test_a_name_that_only_contains_another_is_another() -> None:
    page = definition("Iris", IRIS) + definition("Ropa Iris", LIRIO)
    assert texts(("Iris", definition("Iris", IRIS)), ("Ropa Iris", page)) == [IRIS, LIRIO]


def test_a_name_that_is_nobodys_is_a_leftover_on_pages_that_define_themselves() -> None:
    assert texts(("Lirio", definition("Malva Rosa", IRIS) + definition("Lirio", LIRIO))) == [LIRIO]
    alone = ("Cooperativa de Hilanderas del Sur", definition("COHS", IRIS))
    assert texts(alone) == [f"¿Qué es COHS?\n\n{IRIS}"]
    explained = ("Lirio", definition("Lirio", LIRIO) + definition("el vermut", IRIS))
    assert texts(explained) == [f"{LIRIO}\n\n¿Qué es el vermut?\n\n{IRIS}"]


def test_a_name_that_is_nobodys_is_a_leftover_on_several_pages() -> None:
    nobodys = f"{definition('malva', IRIS)}<h3>Acá</h3>"
    pages = ("Lirio", f"{nobodys}<p>{LIRIO}</p>"), ("Nardo", f"{nobodys}<p>{NARDO}</p>")
    assert texts(*pages) == [f"Acá\n\n{LIRIO}", f"Acá\n\n{NARDO}"]


def test_a_page_never_loses_its_only_description() -> None:
    iris = definition("Iris", IRIS)
    owner, page = cleaned([Page("Iris", iris), Page("Lirio", f"{iris}<p>Por Ana</p>")])
    assert IRIS in page.text and owner.text == IRIS
    assert "belongs to Iris" in page.warning
    assert all(text != IRIS for text, _ in reasons(page))


def test_the_pages_of_one_name_are_one_family() -> None:
    pages = [("Lirio", definition("Lirio", LIRIO)), ("LIRIO", f"{definition('Lirio', LIRIO)}<p>Piso 2, al fondo.</p>")]
    series = [(name, html) for name, html in pages for _ in range(6)]
    assert texts(*series) == [LIRIO] * 6 + [f"{LIRIO}\n\nPiso 2, al fondo."] * 6


def test_what_a_page_says_twice_it_says_once() -> None:
    page = cleaned([Page("Lirio", definition("Lirio", LIRIO) * 2)])[0]
    assert (page.text, reasons(page)) == (LIRIO, [(LIRIO, "repeated on this page")])


@pytest.mark.parametrize(
    "html",
    [
        f"<h2>Te podría interesar</h2><p>{SHARED}</p>",
        f"<h2>Te podría interesar</h2><p>{SHARED} #ffffff</p>",
        f"<p>. .Te podría interesar</p><p>{SHARED}</p>",
        f"<p>{SHARED}</p><h2>Quiénes somos</h2>",
    ],
)
def test_what_is_on_many_pages_is_about_none(html: str) -> None:
    ours = ("Lirio", f"<p>{LIRIO}</p>{html}")
    assert texts(ours, *many(9, html))[0] == LIRIO


def test_a_template_glued_to_a_sentence_is_cut_off() -> None:
    pages = many(9, f"<h2>Te podría interesar</h2><p>{SHARED}</p>")
    page = cleaned([Page("Lirio", f"<p>{LIRIO} .Te podría interesar</p>"), *(Page(*page) for page in pages)])[0]
    assert (page.text, reasons(page)) == (LIRIO, [("Te podría interesar", "template: on 10 of 10 pages")])


@pytest.mark.parametrize(
    ("count", "others", "html", "stays"),
    [
        (3, 0, f"<p>{SHARED}</p>", True),
        (4, 0, f"<p>{SHARED}</p>", False),
        (4, 77, f"<p>{SHARED}</p>", True),
        (5, 90, f"<p>{SHARED}</p>", False),
        (5, 20, "<p>Entrada liberada</p><p>UNO NUMBER es de aquí mismo</p>", True),
        (9, 20, "<p>Ven, te esperamos</p><p>UNO NUMBER</p>", False),
        (9, 0, "<p>Valor: $10.000</p>", True),
        (9, 0, "<h3>Horario</h3><p>NUMBER</p>", True),
    ],
)
def test_how_many_pages_are_many(count: int, others: int, html: str, stays: bool) -> None:
    alike = enumerate(many(count, html), 1)
    pages = [(name, page.replace("NUMBER", f"A las {number} de la tarde")) for number, (name, page) in alike]
    rest = [(f"Otra cosa {number}", f"<p>Cuento número {number} de este barrio</p>") for number in range(others)]
    first = texts(*pages, *rest)[0]
    assert (plain_text(html).split("\n\n")[0] in first) is stays


def test_a_page_with_nothing_but_template_keeps_it() -> None:
    page = cleaned([Page("Lirio", f"<p>{SHARED}</p>"), *(Page(*page) for page in many(9, f"<p>{SHARED}</p>"))])[0]
    assert page.text and "template: on 10 of 10 pages" in page.warning


@pytest.mark.parametrize(
    "html",
    [
        "<ul><li>pan</li><li>queso de cabra y miel de ulmo</li></ul>",
        "<p>· uno<br>• dos</p>",
        "<p>Fono: +56 2 2345 6789</p>",
        "<p>Valor: $10.000. *Incluye todos los materiales.</p>",
        "<p>Por Ana Sol</p><p>Con Dr.Pérez en W.O.K</p>",
    ],
)
def test_the_facts_of_a_page_stay_as_they_are(html: str) -> None:
    assert texts(("Lirio", f"<p>{LIRIO}</p>{html}"))[0] == plain_text(f"<p>{LIRIO}</p>{html}")


def test_the_name_of_a_page_is_no_text_of_it() -> None:
    assert texts(("Taller de pan", f"<p>Taller de pan.por Ana Sol</p><p>{LIRIO}</p>")) == [f"por Ana Sol\n\n{LIRIO}"]
    assert texts(("Lirio", f"<p>Restaurante</p><p>Lirio</p><h2>Quiénes somos</h2><p>{LIRIO}</p>")) == [LIRIO]


def test_no_page_gives_nothing() -> None:
    assert cleaned([]) == []
    assert cleaned([Page("", "")]) == [Cleaned((), (), (), "")]


NAMES = st.sampled_from(["Iris", "Lirio", "Nardo", "Casa Iris", "", "&"])
PARTS = st.sampled_from(
    [
        *(f"<h2>¿Qué es {name}?</h2>" for name in ("Iris", "Lirio", "Malva")),
        *(f"<p>{text}</p>" for text in (IRIS, LIRIO, SHARED, "Iris", "Ropa", "0Ropa", "#ffffffPan.", "Pronto")),
        *(f"<p>{text}</p>" for text in ("Lirio.por Ana", "Paz y pan.Te podría interesar", "Hay pan. .Ropa.")),
        *("<h2>Te podría interesar</h2>", "<p>con laRopa</p>", f"<p>{LIRIO} .Te podría interesar…0Ropa.</p>"),
        *("<li>Ropa</li>", "ProntoPan", "&lt;b", "&gt;", "<br>Iris", "0", "."),
    ]
)
PAGES = st.lists(st.builds(Page, NAMES, st.lists(PARTS, max_size=6).map("".join)), max_size=6)


@given(PAGES)
def test_any_collection_is_cleaned_without_markup_and_does_not_grow(pages: list[Page]) -> None:
    for page, result in zip(pages, cleaned(pages), strict=True):
        assert markup_in(result.text) == ""
        assert len(result.text) <= len(plain_text(page.html))


@given(NAMES, st.lists(PARTS, max_size=8).map("".join))
def test_a_cleaned_page_is_clean(name: str, html: str) -> None:
    once = cleaned([Page(name, html)])[0].text
    assert cleaned([Page(name, once)])[0].text == once
