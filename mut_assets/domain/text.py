"""HTML -> plain text and its paragraphs, and text -> what two spellings of it have in common.

What belongs here: what a reader of the page sees, as characters. What does not: which elements of a page are seen, and
what of their texts is told (`html/`), what the text is about. An HTML parser would swallow some of what only looks like
a tag together with what follows. So one definition of a tag (`markup.is_tag`) is used both before parsing, to protect
such text, and afterwards, to say whether any tag is left.
"""

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborNode

from mut_assets.domain.characters import INVISIBLE, LINE_ENDS, mended, seen, unstacked
from mut_assets.domain.html.code import without_code_elements
from mut_assets.domain.html.lines import in_lines
from mut_assets.domain.html.links import with_addresses
from mut_assets.domain.html.noise import without_noise
from mut_assets.domain.html.shortcodes import with_language_tags, without_shortcodes
from mut_assets.domain.html.walk import BLOCK_TAG, Walk, parsed
from mut_assets.domain.markup import ENTITY, is_entity, markup_in, nests_too_deeply, tags, without_comments

_HEADING_TAG = re.compile(r"<(?:h[1-6]|strong|b)[\s>]", re.ASCII | re.IGNORECASE)
_ESCAPED_AMPERSANDS = re.compile(r"&(?:(?:amp|AMP|#0*38|#[xX]0*26);)+")
_MARK = re.compile("([\x15-\x1f])")

_MOST_PASSES, _MOST_LAYERS = 3, 4
"""How often a text is read again because markup was left, or made by what was taken out."""

LeftOut = tuple[tuple[str, str], ...]
"""Texts that a page has and its visitors do not read, each with the reason."""

_ACCENTS = re.compile("[\u0300-\u036f]+")
_UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SIGN = re.compile(r"(?<![\w.,:])[-−–](?=\d)")  # of "-3", and not of "9-12"


def plain_text(source: str, page: str | None = None) -> str:
    """What a visitor reads: no tags, entities, comments or hidden parts; blocks on lines of their own.

    Text without block tags keeps its line ends; in HTML they are spaces. List items begin with "- ", a table's row is a
    line, a struck price is "(antes $9.990)". NFC, LF, single spaces, at most one blank line, no zero-width or direction
    marks. With the address of its `page`, a link that is the point is told with its own: "Inscríbete: https://…".
    The result is free of markup: what was escaped twice ("&amp;aacute;") is decoded, and an escaped tag is no more text
    than a plain one. So are shortcodes, other languages than Spanish between tags, style sheets, and what banners and
    embeds say for themselves. Never raises.
    """
    return _read(source, page, [])


def read(source: str, page: str | None = None) -> tuple[str, LeftOut]:
    """`plain_text`, and what it leaves out, each with the reason: hidden texts, struck ones, banners, code."""
    gone: list[tuple[str, str]] = []
    text = _read(source, page, gone)
    return text, tuple(dict.fromkeys(gone))


def paragraphs(source: str, page: str | None = None) -> tuple[list[tuple[str, bool]], LeftOut]:
    """`read` cut at its blank lines, each with whether it is a heading: h1 to h6, or nothing but strong text."""
    text, gone = read(source, page)
    headings = _headings(source) if _HEADING_TAG.search(source) else frozenset()
    return [(part, _letters(part) in headings) for part in text.split("\n\n")] if text else [], gone


def fold(text: str) -> str:
    """Lower case without accents: "Ñuñoa Café" -> "nunoa cafe". All else stays: spaces, punctuation, "ß", "m²"."""
    lower = unstacked(text.lower())
    if lower.isascii():
        return lower
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", lower))
    return bare if bare.isascii() else "".join(char for char in bare if not unicodedata.combining(char))


def fold_question(text: str) -> str:
    """What two spellings of a question share: "¿Qué hay en el PISO -3?" -> "que hay en el piso menos 3"."""
    signed = _SIGN.sub(" menos ", fold(text))
    return " ".join("".join(char if char.isalnum() else " " for char in signed).split())


def listed(parts: Sequence[str], conjunction: str) -> str:
    """Several texts as one: "a", "a y b", "a, b y c"; "" for none."""
    return f" {conjunction} ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def writable(text: str) -> str:
    """The text with LF line ends and without what UTF-8 or CSV cannot carry: lone surrogates, NUL, controls."""
    return text if text.isprintable() else _UNWRITABLE.sub("", LINE_ENDS.sub("\n", text))


def _read(source: str, page: str | None, gone: list[tuple[str, str]]) -> str:
    """`plain_text`; what is left out is added to `gone`."""
    text = mended(source)
    for _ in range(_MOST_PASSES):
        text = _read_once(unstacked(text), page, gone)
        # A tag can be torn over two paragraphs, and is whole only when the marks between them have become line ends.
        if not markup_in(text) and mended(text) == text and without_noise(text, []) == text:
            return text
    return _read_once(_signless(text), page, gone)


def _is_plain(text: str) -> bool:
    """Whether this is one line of ordinary characters, as most cells are: nothing to do but its spaces."""
    if "<" in text or "&" in text or not text.isprintable():
        return False
    return text.isascii() or (unicodedata.is_normalized("NFC", text) and not INVISIBLE.search(text))


def _read_once(source: str, page: str | None, gone: list[tuple[str, str]]) -> str:
    """What a visitor reads; a tag may be left that was torn over two paragraphs."""
    if _is_plain(source):
        return " ".join(without_noise(source, gone).split())
    text = seen(with_language_tags(source))
    if "<" in text or "&" in text:
        text = _without_markup(_visible(text, page, gone))
    text = with_addresses(without_noise(text, gone))
    # Again: an entity may be followed by an accent that joins it ("&lt;" and U+0338 are one character).
    return unicodedata.normalize("NFC", in_lines(text))


def _without_markup(text: str) -> str:
    """Takes out what is markup to us and was text to a parser, and what becomes markup by that, layer by layer."""
    for _ in range(_MOST_LAYERS):
        if not markup_in(text):
            return text
        text = _joined(_without_tags(_decoded(text)))
    return _signless(text)


def _signless(text: str) -> str:
    """The text without the signs of which markup is made: nobody writes a tag into so many others."""
    return text.translate(dict.fromkeys(map(ord, "<&[{")))


def _joined(text: str) -> str:
    """What `seen` does, in a text that holds marks already: those stay."""
    return "".join(part if _MARK.fullmatch(part) else seen(part) for part in _MARK.split(text) if part)


def _visible(source: str, page: str | None, gone: list[tuple[str, str]]) -> str:
    """The texts of a page between marks. `source` is without invisible characters."""
    keeps_lines = not any(BLOCK_TAG.match(source, start) for start, _ in tags(source))
    if nests_too_deeply(source):
        return _without_tags(source)
    body = parsed(source)
    return "" if body is None else "".join(Walk(body, keeps_lines, "&" in source, page, gone).texts())


def _headings(source: str) -> frozenset[str]:
    """The texts of a page that are set as headings, by their `_letters`."""
    source = seen(unstacked(mended(source)))
    body = None if nests_too_deeply(source) else parsed(source)
    if body is None:
        return frozenset()
    nodes = [*body.css("h1, h2, h3, h4, h5, h6"), *filter(_is_alone, body.css("strong, b"))]
    headings = set()
    left = len(source)
    for node in nodes:
        text = _letters(node.text())
        left -= len(text)
        if left < 0:  # they lie in each other
            break
        headings.add(text)
    return frozenset(headings)


def _is_alone(strong: LexborNode) -> bool:
    """Whether strong text is all that the paragraph around it says."""
    node: LexborNode | None = strong
    while node is not None and node.tag not in ("p", "div"):
        if node.tag == "body" or any(_says_something(beside) for beside in _beside(node)):
            return False
        node = node.parent
    return node is not None


def _beside(node: LexborNode) -> Iterator[LexborNode]:
    """What is in the same element, the nearest first on each side."""
    before, behind = node.prev, node.next
    while before is not None or behind is not None:
        if before is not None:
            yield before
            before = before.prev
        if behind is not None:
            yield behind
            behind = behind.next


def _says_something(node: LexborNode) -> bool:
    return bool(node.text(strip=True)) if node.tag != "-text" else bool(str(node.text_content or "").strip())


def _letters(text: str) -> str:
    """A text without spaces and invisible characters: a parser keeps more of them than `plain_text` does."""
    return "".join(without_shortcodes(INVISIBLE.sub("", text)).split())


def _without_tags(text: str) -> str:
    """Takes tags out of text that a parser has seen already: their escapes were text to it."""
    text = without_code_elements(without_comments(text))
    parts, at = [], 0
    for start, end in tags(text):
        parts += [text[at:start], "\n" if BLOCK_TAG.match(text, start) else ""]
        at = end
    return "".join(parts) + text[at:]


def _decoded(text: str) -> str:
    text = _ESCAPED_AMPERSANDS.sub("&", text)
    return ENTITY.sub(lambda match: html.unescape(match.group()) if is_entity(match.group()) else match.group(), text)
