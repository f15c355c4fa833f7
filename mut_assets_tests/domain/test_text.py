import html
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mut_assets.domain.markup import markup_in
from mut_assets.domain.text import fold, listed, plain_text, writable

PIECES = st.sampled_from(
    [
        *"<>&;/#='\"-!? \n\t\r",
        *("p", "b", "li", "38", "lt;", "amp;", "<p>", "</p>", "<br/>", "<ul>", "<li>", "</li>", "<b>", "</b>", "<foo>"),
        *("</foo>", "<!--", "-->", "<a href=", "<script>", "</script>", "<pre>", "<td>", "<table>", "<svg>", "<style>"),
        *("<textarea>", "<plaintext>", "<template>", "<title>", "<select>", "<i hidden>", "<i aria-hidden='true'>"),
        *("&nbsp;", "&amp;", "&lt;", "&gt;", "&#29;", "&#60;", "&#8203;", "&nvlt;", "&Aacute;", "&copy"),
        *("\u200b", "\u0338", "\u0301", "\u037e", "\u2028", "\x00", "\x1d", "\x1f", "\ud800", "ñ", "🎈"),
    ]
)
HARD = st.lists(PIECES | st.text(max_size=3), max_size=25).map("".join)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("", ""),
        ("Discos usados", "Discos usados"),
        *((f"<p>uno</p>{between}<p>dos</p>", "uno\n\ndos") for between in ("", "\n\n\n")),
        ("<div><div>uno</div></div><div>dos</div>", "uno\ndos"),
        ("uno<br>dos<br />\n<br />tres", "uno\ndos\n\ntres"),
        ("<p>una línea\nque sigue</p>", "una línea que sigue"),
        ("<b>Ni</b>vel <em>-3</em>", "Nivel -3"),
        ("<ul><li>pan</li><li><p>queso</p></li><li> </li></ul><p>fin</p>", "- pan\n- queso\n\nfin"),
        ("<ul><li>uno<ul><li>dos</li></ul></li></ul>", "- uno\n\n- dos"),
        ("<table><tr><td>Lunes</td><td>10:00</td></tr><tr><td>Martes</td><td>11:00</td></tr></table>", None),
        ("<pre>uno\n  dos</pre>", "uno\ndos"),
        ("a&nbsp;&nbsp;b\u2003c\td", "a b c d"),
        ("Ra\u0301pido y n\u0303andu\u0301", "Rápido y ñandú"),
        ("cero\u200bancho\u200d \u202eal revés\u202c\ufeff \u00adguion", "ceroancho al revés guion"),
        ("&iexcl;Caf&eacute; &#038; t&#233;! &#x1F388;", "¡Café & té! 🎈"),
        ("uno\r\ndos\rtres\n\n\n\ncuatro", "uno\ndos\ntres\n\ncuatro"),
        ("solo <b>énfasis</b>\nen dos líneas", "solo énfasis\nen dos líneas"),
        ('<p>Hola</p> cortado <a href="x', 'Hola\n\ncortado <a href="x'),
        ("R&D " * 20 + "<style>no</style><?php no ?>visible", "R&D " * 20 + "visible"),
    ],
)
def test_html_becomes_what_a_reader_sees(source: str, text: str | None) -> None:
    assert plain_text(source) == (text if text is not None else "Lunes: 10:00\nMartes: 11:00")


@pytest.mark.parametrize(
    "source",
    [
        *("<style>.a{color:#ffffff}</style>", "<script>if (1 < 2) alert('no')</script>", "<noscript>no</noscript>"),
        *("<template><p>no</p></template>", "<iframe>no</iframe><svg><title>no</title></svg>", "<?php echo 'no' ?>"),
        *("<!-- wp:paragraph --><!-- <p>no</p> -->", "<div hidden>no<p>tampoco</p></div>"),
        *("<div hidden><div hidden>no</div></div>", '<p aria-hidden="true">no</p>'),
        *('<span style="color:red; display : none">no</span>', "<span style='VISIBILITY:hidden'>no</span>"),
    ],
)
def test_what_a_visitor_does_not_see_is_left_out(source: str) -> None:
    assert plain_text(f"{source}visible") == "visible"


@pytest.mark.parametrize(
    "text",
    [
        *("tallas < 38", "tallas <38 y > 20", "tallas <S y >XL", "I <3 vinilos", "menos de 5 <b"),
        *("una flecha <- o </ aquí", "escribe a <hola@laranura.example> o mira <www.laranura.example>"),
        *("tu <nombre> aquí", "A&B, R&D; y ?a=1&copy=2", "5 > 3 & 2 < 4"),
    ],
)
def test_text_that_only_looks_like_markup_is_not_lost(text: str) -> None:
    assert plain_text(text) == text
    assert plain_text(f"<p>{text}</p>") == text
    assert plain_text(f"<p>{html.escape(text)}</p>") == text
    assert markup_in(text) == ""


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("M&amp;aacute;s caf&amp;amp;eacute;", "Más café"),
        ("Pan &amp;amp; queso", "Pan & queso"),
        ("5 &amp;lt; 7", "5 < 7"),
        *((tag, "Oferta") for tag in ("&lt;b&gt;Oferta&lt;/b&gt;", "&amp;lt;p&amp;gt;Oferta&amp;lt;/p&amp;gt;")),
        ("&lt;p&gt;uno&lt;/p&gt;&lt;p&gt;dos&lt;/p&gt;", "uno\n\ndos"),
        ("<textarea><b>Oferta</b></textarea>", "Oferta"),
        ("<scr\u200bipt>no</script>sí", "sí"),
    ],
)
def test_what_was_escaped_twice_is_text_and_never_a_tag(source: str, text: str) -> None:
    assert plain_text(source) == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<p>hola", "<p>"),
        ("hola</DIV>", "</DIV>"),
        ("<nuevo-widget>x</nuevo-widget>", "<nuevo-widget>"),
        ("<!-- nota -->", "<!--"),
        ("a&nbsp;b", "&nbsp;"),
        *((markup, markup) for markup in ('<a href="x">', "<br/>", "<!DOCTYPE html>", "&#8230;", "&#xE1;")),
        ("A&B; <3 <tal vez> 1 < 2", ""),
    ],
)
def test_markup_is_named(text: str, found: str) -> None:
    assert markup_in(text) == found


@given(HARD | st.text(st.characters(), max_size=60))
@example("&&#35;38;lt;p&gt;")
@example("<<b>b>")
@example("<plaintext><p>a")
@example("&amp\u037e")
def test_any_text_becomes_clean_text(source: str) -> None:
    text = plain_text(source)
    assert markup_in(text) == ""
    assert plain_text(text) == text
    assert len(text) <= len(unicodedata.normalize("NFC", source))
    assert unicodedata.is_normalized("NFC", text)
    assert not any(mark in text for mark in ("\r", "\t", "  ", "\n\n\n", "\u200b", "\ud800", "\x00", "\u00a0"))
    assert text == text.strip()
    text.encode()


@given(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=40))
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    # Text that spells a tag or an entity is the exception; those are covered above.
    if "&" not in text and not markup_in(text):
        assert plain_text(f"<p>{html.escape(text)}</p>") == plain_text(text)


def test_a_page_nested_deeper_than_the_stack_is_read() -> None:
    assert plain_text("<div>" * 20_000 + "fondo") == "fondo"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ñuñoa CAFÉ", "nunoa cafe"),
        ("Pingüino ¡Ya!", "pinguino ¡ya!"),
        ("n\u0303", "n"),
        ("İstanbul", "istanbul"),
        ("abc 1", "abc 1"),
        ("Weiß, 20 m², 1º, ﬁn", "weiß, 20 m², 1º, ﬁn"),
    ],
)
def test_folding_drops_case_and_accents(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded


@pytest.mark.parametrize("text", ["", "a", "a y b", "a, b y c"])
def test_several_texts_are_said_as_one(text: str) -> None:
    assert listed(text.replace(",", "").replace("y ", "").split(), "y") == text


def test_only_what_a_csv_file_cannot_carry_is_dropped() -> None:
    assert writable("a\x00b\ud800c\x1fd\x7fe\x85f\x0bg") == "abcde\nf\ng"
    assert writable("uno\r\ndos\rtres") == "uno\ndos\ntres"
    assert writable("<p>ñ\u00a0\u200b&nbsp;\t🎈</p>\n") == "<p>ñ\u00a0\u200b&nbsp;\t🎈</p>\n"
