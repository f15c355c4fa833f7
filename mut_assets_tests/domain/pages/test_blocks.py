import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mut_assets.domain.markup import markup_in
from mut_assets.domain.pages.blocks import Block, blocks, pieces
from mut_assets.domain.pages.words import key
from mut_assets.domain.text import paragraphs, plain_text


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", []),
        ("<p>uno</p><p>dos</p>", [("", "uno\n\ndos")]),
        ("<h2>Lirio</h2><p>uno</p><h3>Horario</h3><p>dos</p>", [("Lirio", "uno"), ("Horario", "dos")]),
        ("<p>antes</p><h2>Lirio</h2>", [("", "antes"), ("Lirio", "")]),
        ("<p><strong>Lirio</strong></p><p>uno <b>dos</b></p>", [("Lirio", "uno dos")]),
        ("<p>¿Qué es Lirio?</p><p>uno</p>", [("¿Qué es Lirio?", "uno")]),
        ("<p>¿Buscas pan? Aquí hay.</p>", [("", "¿Buscas pan? Aquí hay.")]),
        ("<p>tés</p><ul><li>verde</li><li>negro</li></ul>", [("", "tés\n\n- verde\n- negro")]),
        ("<style>.a{color:#ffffff}</style><p>uno</p>", [("", "uno")]),
        ("<p>#ffffff&nbsp;</p><p>#ffffffBelleza.</p><p>#6a994e;</p>", [("", "Belleza.")]),
        ("<p>0Ropa.</p><p>0…Pan.</p><p>0.</p><p>1Juguetes</p>", [("", "Ropa.\n\nPan.\n\nJuguetes")]),
        ("<p>0….¿Qué es Lirio?</p><p>uno</p>", [("¿Qué es Lirio?", "uno")]),
        ("<p>.Lirio Azul</p><p>mucho mate. .</p>", [("", "Lirio Azul\n\nmucho mate.")]),
    ],
)
def test_a_page_is_read_as_headings_and_what_stands_under_them(html: str, expected: list[tuple[str, str]]) -> None:
    assert blocks(html) == [Block(heading, text) for heading, text in expected]


@pytest.mark.parametrize(
    "text",
    [
        *("100% lana, 3D y 0 azúcar", "0 Emisiones", "Local #100, fono +56 2 2345 6789"),
        "Valor: $10.000. *Incluye pan",
        *("uno · dos • tres", "#MercadoVivo y #decadas", "3 Marías", "…y más", "www.lirio.example/#abcdef y W.O.K"),
    ],
)
def test_what_only_looks_like_a_code_stays(text: str) -> None:
    assert blocks(f"<p>{text}</p>") == [Block("", text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Todo en paz. .Te podría interesar", ["Todo en paz. ", ".", "Te podría interesar"]),
        ("con los materialesTalleres y cursos.", ["con los materiales", "Talleres y cursos."]),
        ("Valor: $10.000.Talleres", ["Valor: $10.000.", "Talleres"]),
        ("¡Ven a la ciudad!Eventos.", ["¡Ven a la ciudad!", "Eventos."]),
        ("a $10.000 en W.O.K y mut.cl", ["a $10.000 en W.O.K y mut.cl"]),
        ("uno\ndos", ["uno\n", "dos"]),
    ],
)
def test_what_is_glued_can_be_told_apart(text: str, parts: list[str]) -> None:
    assert [text[start:end] for start, end in pieces(text)] == parts


def test_copies_have_the_same_key() -> None:
    assert key("¡Açaí  & Té!") == key("acai y te") == "acai y te"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>uno</p><p>&lt;b&gt;dos&lt;/b&gt;</p>", ["uno", "dos"]),
        ("<ul><li>uno</li><li>&lt;b&gt;dos&lt;/b&gt;</li></ul>", ["- uno\n- dos"]),
    ],
)
def test_paragraphs_survive_a_tag_that_was_escaped(html: str, expected: list[str]) -> None:
    assert [text for text, _ in paragraphs(html)[0]] == expected


def test_a_tag_torn_over_two_paragraphs_is_no_text() -> None:
    assert markup_in(plain_text("<p>uno &lt;b</p><p>&gt;</p>")) == ""


PIECES = st.sampled_from(
    [
        *("<p>", "</p>", "<h2>", "</h2>", "<b>", "<li>", "<br>", "#ffffff", "#fff", "0", "1", ".", "…", " ", "\n"),
        *("¿Qué es Lirio?", "Ropa", "pan ", "Pan", "&amp;", "&lt;", "&gt;"),
    ]
)


@given(st.lists(PIECES, max_size=14).map("".join))
@example("&lt;#fffB&gt;")
@example("##fff#ffffffB")
def test_any_page_becomes_blocks_without_markup_that_do_not_grow(html: str) -> None:
    found = blocks(html)
    text = "\n\n".join(part for block in found for part in (block.heading, block.text) if part)
    assert markup_in(text) == ""
    assert len(text) <= len(plain_text(html))
    again = blocks(text)
    assert "\n\n".join(part for block in again for part in (block.heading, block.text) if part) == text
