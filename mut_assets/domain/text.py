"""HTML -> plain text and its paragraphs, and text -> what two spellings of it have in common.

What belongs here: what a reader of the page sees, as characters. What does not: what the text is about. An HTML parser
would swallow some of what only looks like a tag together with what follows. So one definition of a tag
(`markup.is_tag`) is used both before parsing, to protect such text, and afterwards, to say whether any tag is left.
"""

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

from mut_assets.domain.markup import (
    BARE_ANGLE,
    DECLARATION,
    ENTITY,
    TAG_START,
    closed_names,
    is_entity,
    is_tag,
    markup_in,
    nests_too_deeply,
    tags,
    without_comments,
)

_UNSEEN_ELEMENTS = frozenset(
    """audio canvas datalist embed head iframe noembed noframes noscript object script style svg template title
    video""".split()
)
_PARAGRAPHS = frozenset("article blockquote dl h1 h2 h3 h4 h5 h6 hr ol p pre section table ul".split())
_LINES = frozenset(
    """address aside button caption center dd details dialog dir div dt fieldset figcaption figure footer form frameset
    header hgroup legend li main menu nav optgroup option search summary tbody tfoot thead tr""".split()
)

# Marks that stand between the texts while a page is walked. They are control characters, which no text may hold.
_PARAGRAPH, _LINE, _BULLET, _ITEM_END = _MARKS = "\x1d\x1e\x1f\x1c"
_BEFORE = {**dict.fromkeys(_LINES, _LINE), **dict.fromkeys(_PARAGRAPHS, _PARAGRAPH), "br": "\n", "td": " ", "th": " "}
_AFTER = {**_BEFORE, "br": ""}
_BEFORE["li"], _AFTER["li"] = _LINE + _BULLET, _ITEM_END + _LINE

_BLOCK_TAG = re.compile(rf"</?(?:br|{'|'.join(sorted(_LINES | _PARAGRAPHS))})[\s/>]", re.ASCII | re.IGNORECASE)
_HEADING_TAG = re.compile(r"<(?:h[1-6]|strong|b)[\s>]", re.ASCII | re.IGNORECASE)
_BARE_AMPERSAND = re.compile(r"&(?!(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]*);)")
_ESCAPED_AMPERSANDS = re.compile(r"&(?:(?:amp|AMP|#0*38|#[xX]0*26);)+")
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

_MOST_PASSES, _MOST_LAYERS = 3, 4
"""How often a text is read again because markup was left, or made by what was taken out."""
_MOST_MARKS = 30
_MANY_MARKS = re.compile(rf"[^\w\s\x00-\x7f]{{{_MOST_MARKS + 1},}}")

_ACCENTS = re.compile("[\u0300-\u036f]+")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85]")
_UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_SIGN = re.compile(r"(?<![\w.,:])[-−–](?=\d)")  # of "-3", and not of "9-12"
_ODD_SPACE = "\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_SPACES = re.compile(f"(?:  | ?[{_ODD_SPACE}])[ {_ODD_SPACE}]*")
_EMPTY_ITEM = re.compile(f"{_BULLET}[ \n{_PARAGRAPH}{_LINE}]*{_ITEM_END}")
_BULLETS = re.compile(f"{_BULLET}[ \n{_PARAGRAPH}{_LINE}{_BULLET}{_ITEM_END}]*")
_BREAKS = re.compile(f" ?[\n{_PARAGRAPH}{_LINE}][ \n{_PARAGRAPH}{_LINE}]*")


def plain_text(source: str) -> str:
    """What a visitor reads: no tags, entities, comments or hidden parts; blocks on lines of their own.

    Text without block tags keeps its line ends; in HTML they are spaces. List items begin with "- ". NFC, LF, single
    spaces, at most one blank line, no zero-width or direction marks. The result is free of markup: what was escaped
    twice ("&amp;aacute;") is decoded, and an escaped tag is no more text than a plain one. Never raises.
    """
    text = source
    for _ in range(_MOST_PASSES):
        text = _read_once(unstacked(text))
        # A tag can be torn over two paragraphs, and is whole only when the marks between them have become line ends.
        if not markup_in(text):
            return text
    return _read_once(_signless(text))


def paragraphs(source: str) -> list[tuple[str, bool]]:
    """`plain_text` cut at its blank lines, each with whether it is a heading: h1 to h6, or nothing but strong text."""
    text = plain_text(source)
    headings = _headings(source) if _HEADING_TAG.search(source) else frozenset()
    return [(part, _letters(part) in headings) for part in text.split("\n\n")] if text else []


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
    return text if text.isprintable() else _UNWRITABLE.sub("", _LINE_ENDS.sub("\n", text))


def unstacked(text: str) -> str:
    """The text with at most 30 accents on a letter, as Unicode's stream-safe form has it: bringing more into their
    order takes the square of their number."""
    return text if text.isascii() else _MANY_MARKS.sub(lambda match: "".join(_first_marks(match.group())), text)


def _first_marks(run: str) -> Iterator[str]:
    marks = 0
    for char in run:
        marks = marks + 1 if unicodedata.category(char).startswith("M") else 0
        if marks <= _MOST_MARKS:
            yield char


def _is_plain(text: str) -> bool:
    """Whether this is one line of ordinary characters, as most cells are: nothing to do but its spaces."""
    if "<" in text or "&" in text or not text.isprintable():
        return False
    return text.isascii() or (unicodedata.is_normalized("NFC", text) and not _INVISIBLE.search(text))


def _read_once(source: str) -> str:
    """What a visitor reads; a tag may be left that was torn over two paragraphs."""
    if _is_plain(source):
        return " ".join(source.split())
    text = _seen(source)
    if "<" in text or "&" in text:
        text = _without_markup(_visible(text))
    # Again: an entity may be followed by an accent that joins it ("&lt;" and U+0338 are one character).
    return unicodedata.normalize("NFC", _in_lines(text))


def _without_markup(text: str) -> str:
    """Takes out what is markup to us and was text to a parser, and what becomes markup by that, layer by layer."""
    for _ in range(_MOST_LAYERS):
        if not markup_in(text):
            return text
        text = _joined(_without_tags(_decoded(text)))
    return _signless(text)


def _signless(text: str) -> str:
    """The text without the signs of which markup is made: nobody writes a tag into so many others."""
    return text.replace("<", "").replace("&", "")


def _seen(text: str) -> str:
    """NFC and without invisible characters, which could otherwise hide a tag until they are taken out."""
    if text.isascii() and text.isprintable():
        return text
    text = _LINE_ENDS.sub("\n", text).replace("\u2028", "\n").replace("\u2029", "\n")
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


def _joined(text: str) -> str:
    """What `_seen` does, in a text that holds marks already: those stay."""
    parts = re.split(f"([{_MARKS}])", text)
    return "".join(part if part in _MARKS else _seen(part) for part in parts if part)


def _parsed(source: str) -> LexborNode | None:
    """The body of a page. `source` is without invisible characters."""
    # Inside <body> from the start: in a head, <noscript> would let go of its text.
    return LexborHTMLParser("<body>" + _protected(without_comments(source))).body


def _visible(source: str) -> str:
    """The texts of a page between marks. `source` is without invisible characters."""
    keeps_lines = not any(_BLOCK_TAG.match(source, start) for start, _ in tags(source))
    if nests_too_deeply(source):
        return _without_tags(source)
    body = _parsed(source)
    return "" if body is None else "".join(_walk(body, keeps_lines, "&" in source))


def _headings(source: str) -> frozenset[str]:
    """The texts of a page that are set as headings, by their `_letters`."""
    source = _seen(unstacked(source))
    body = None if nests_too_deeply(source) else _parsed(source)
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
    return "".join(_INVISIBLE.sub("", text).split())


def _protected(source: str) -> str:
    """Escapes each `<` and `&` that begins neither a tag nor a whole entity, so that the parser leaves it alone."""
    source = _BARE_AMPERSAND.sub("&amp;", source) if "&" in source else source
    source = BARE_ANGLE.sub("&lt;", source)
    closed = closed_names(source)
    last = source.rfind(">")

    def keep(match: re.Match[str]) -> str:
        if match.start() < last and (is_tag(match, closed) or DECLARATION.match(source, match.start())):
            return match.group()
        return "&lt;" + match.group()[1:]

    return TAG_START.sub(keep, source)


def _walk(body: LexborNode, keeps_lines: bool, has_references: bool) -> Iterator[str]:
    """Texts and marks in reading order. A loop, not a recursion: a page may nest deeper than Python's stack."""
    node = body.child
    preformatted = 0
    while node is not None:
        tag = str(node.tag)
        if tag == "-text":
            text = str(node.text_content or "")
            if has_references:  # a reference can spell a character that `source` no longer holds
                text = _INVISIBLE.sub("", text)
            yield text if keeps_lines or preformatted else text.replace("\n", " ")
        elif not tag.startswith("-") and not _is_hidden(node, tag):
            yield _BEFORE.get(tag, "")
            if node.child is not None:
                preformatted += tag == "pre"
                node = node.child
                continue
            yield _AFTER.get(tag, "")
        while node.next is None:
            node = node.parent
            if node is None or node.mem_id == body.mem_id:
                return
            tag = str(node.tag)
            preformatted -= tag == "pre"
            yield _AFTER.get(tag, "")
        node = node.next


def _is_hidden(node: LexborNode, tag: str) -> bool:
    if tag in _UNSEEN_ELEMENTS:
        return True
    attributes = node.attributes
    return (
        "hidden" in attributes
        or (attributes.get("aria-hidden") or "").strip().lower() == "true"
        or bool(_HIDING_STYLE.search(attributes.get("style") or ""))
    )


def _without_tags(text: str) -> str:
    """Takes tags out of text that a parser has seen already: their escapes were text to it."""
    text = without_comments(text)
    parts, at = [], 0
    for start, end in tags(text):
        parts += [text[at:start], "\n" if _BLOCK_TAG.match(text, start) else ""]
        at = end
    return "".join(parts) + text[at:]


def _decoded(text: str) -> str:
    text = _ESCAPED_AMPERSANDS.sub("&", text)
    return ENTITY.sub(lambda match: html.unescape(match.group()) if is_entity(match.group()) else match.group(), text)


def _in_lines(text: str) -> str:
    text = _SPACES.sub(" ", text)
    if _BULLET in text:
        text = _BULLETS.sub("- ", _EMPTY_ITEM.sub(_LINE, text)).replace(_ITEM_END, "")
    return _BREAKS.sub(_one_break, text).strip(" \n")


def _one_break(match: re.Match[str]) -> str:
    run = match.group()
    return "\n\n" if _PARAGRAPH in run or run.count("\n") > 1 else "\n"
