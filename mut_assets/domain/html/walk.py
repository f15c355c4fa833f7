"""The elements of a page in reading order: its texts between marks, and what of them nobody sees.

What belongs here: parsing, and which mark stands before and after which element. What does not: why an element is not
seen (`visibility.py`, `panels.py`), what the marks become (`lines.py`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from mut_assets.domain.characters import INVISIBLE, mended
from mut_assets.domain.html.lines import BULLET, CELL, ITEM_END, LINE, PARAGRAPH, PRICE, ROW, ROW_END, STRUCK
from mut_assets.domain.html.links import LINK, LINK_END, cloudflare_mail, told_address
from mut_assets.domain.html.panels import is_panel, opened_ids
from mut_assets.domain.html.tables import repeat_spanning_cells
from mut_assets.domain.html.visibility import (
    UNSEEN_ELEMENTS,
    closed_by,
    hidden_by,
    hidden_on,
    is_around_the_text,
    is_copy,
    is_for_screen_readers,
    is_label,
    is_shown_on_arrival,
    is_struck,
    style_of,
)
from mut_assets.domain.markup import BARE_ANGLE, DECLARATION, TAG_START, closed_names, is_tag, without_comments

_PARAGRAPHS = frozenset("article blockquote dl h1 h2 h3 h4 h5 h6 hr ol p pre section table ul".split())
_LINES = frozenset(
    """address aside button caption center dd details dialog dir div dt fieldset figcaption figure footer form frameset
    header hgroup legend li main menu nav optgroup option search summary tbody tfoot thead tr""".split()
)
BLOCK_TAG = re.compile(rf"</?(?:br|{'|'.join(sorted(_LINES | _PARAGRAPHS))})[\s/>]", re.ASCII | re.IGNORECASE)
"""The tag of an element that stands on a line of its own."""

_BEFORE = {**dict.fromkeys(_LINES, LINE), **dict.fromkeys(_PARAGRAPHS, PARAGRAPH), "br": "\n", "td": CELL, "th": CELL}
_AFTER = {**_BEFORE, "br": "", "td": "", "th": ""}
_BEFORE["li"], _AFTER["li"] = LINE + BULLET, ITEM_END + LINE
_BEFORE["tr"], _AFTER["tr"] = ROW, ROW_END

_BARE_AMPERSAND = re.compile(r"&(?!(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]*);)")
_NAVIGATION = frozenset("footer header nav".split())
_MOST_LEVELS = 12
"""How far above a link navigation is looked for."""
_MOST_SEARCHED = 100
"""How often on one page the inside of an element without font size is searched for text that has one."""
_WITH_FONT = '[style*="font-size"]'
_WITH_COLOUR = '[style*="color"], [style*="background"]'
_LONGEST_SHOWN = 300
"""Characters that are kept of a text that is left out, for a person to recognise it by."""
_LONGEST_PRICE = 30
_HIDDEN = "hidden on the page"


def parsed(source: str) -> LexborNode | None:
    """The body of a page. `source` is without invisible characters."""
    # Inside <body> from the start: in a head, <noscript> would let go of its text.
    body = LexborHTMLParser("<body>" + _protected(without_comments(source))).body
    if body is not None and "rowspan" in source.lower():
        repeat_spanning_cells(body)
    return body


@dataclass
class Walk:
    """One way through a body. `page` is the address of the page, where links are told; `left_out` gathers what nobody
    sees, each text with the reason; `has_references`: a reference can spell a character that the source no longer
    holds."""

    body: LexborNode
    keeps_lines: bool = False
    has_references: bool = False
    page: str | None = None
    left_out: list[tuple[str, str]] = field(default_factory=list)
    _opened: frozenset[str] | None = None
    _searched: int = 0

    def texts(self) -> Iterator[str]:
        """Texts and marks in reading order. A loop, not a recursion: a page may nest deeper than Python's stack."""
        node = self.body.child
        preformatted = 0
        while node is not None:
            tag = str(node.tag)
            if tag == "-text":
                text = self._text(node)
                yield text if self.keeps_lines or preformatted else text.replace("\n", " ")
            elif not tag.startswith("-"):
                instead = self._instead(node, tag)
                if instead is None:
                    yield _BEFORE.get(tag, "")
                    if node.child is not None:
                        preformatted += tag == "pre"
                        node = node.child
                        continue
                yield _AFTER.get(tag, "") if instead is None else instead
            while node.next is None:
                node = node.parent
                if node is None or node.mem_id == self.body.mem_id:
                    return
                tag = str(node.tag)
                preformatted -= tag == "pre"
                yield _AFTER.get(tag, "") if tag != "a" else self._address(node)
            node = node.next

    def _text(self, node: LexborNode) -> str:
        text = str(node.text_content or "")
        return INVISIBLE.sub("", mended(text)) if self.has_references else text

    def _instead(self, node: LexborNode, tag: str) -> str | None:
        """What is told instead of an element, None where it is told itself."""
        if tag in UNSEEN_ELEMENTS:
            return ""
        attributes = node.attributes
        if not attributes and tag not in ("del", "s", "strike"):
            return None
        style = style_of(attributes)
        if "data-cfemail" in attributes:
            return cloudflare_mail(attributes["data-cfemail"] or "")
        if is_struck(tag, style):
            return self._struck(node)
        why = self._why_unseen(node, tag, style)
        if why:
            self._leave_out(node, why)
        return None if why is None else ""

    def _why_unseen(self, node: LexborNode, tag: str, style: dict[str, str]) -> str | None:
        """Why an element is not told: "" where its copy is, None where it is told."""
        attributes = node.attributes
        if is_copy(attributes):
            return ""
        if why := is_around_the_text(attributes):
            return why
        if is_for_screen_readers(attributes):
            parent = str(node.parent.tag) if node.parent is not None else ""
            self._searched += 1
            text = node.text() if self._searched <= _MOST_SEARCHED else ""
            return None if is_label(tag, text) or is_label(parent, "") else f"{_HIDDEN}: for screen readers"
        if how := hidden_by(style):
            is_reset = "font" in how and self._sets_font_inside(node)
            return None if is_reset else f"{_HIDDEN}: {how}"
        if "color" in style and (how := hidden_on(style, self._ground(node))):
            return f"{_HIDDEN}: {how}"
        how = closed_by(attributes, style)
        if not how or (how.startswith(("opacity", "visibility")) and is_shown_on_arrival(attributes)):
            return None
        return None if self._is_opened(attributes.get("id") or "") or is_panel(node) else f"{_HIDDEN}: {how}"

    def _is_opened(self, name: str) -> bool:
        if self._opened is None:
            self._opened = opened_ids(self.body)
        return bool(name) and name in self._opened

    def _ground(self, node: LexborNode) -> dict[str, str]:
        """The style of the nearest element around this one that has a ground, {} where something inside has colours."""
        self._searched += 1
        inside = node.css(_WITH_COLOUR)[1:2] if self._searched <= _MOST_SEARCHED else [node]
        around = None if inside else node.parent
        for _ in range(_MOST_LEVELS):
            if around is None:
                break
            style = style_of(around.attributes)
            if "background" in style or "background-color" in style:
                return style
            around = around.parent
        return {}

    def _sets_font_inside(self, node: LexborNode) -> bool:
        """Whether an element without font size is so for the gaps between what it holds, as old layouts do it."""
        self._searched += 1
        inside = node.css(_WITH_FONT) if self._searched <= _MOST_SEARCHED else []
        return any(element.mem_id != node.mem_id for element in inside)

    def _struck(self, node: LexborNode) -> str:
        text = " ".join(node.text().split())
        if len(text) <= _LONGEST_PRICE and (price := PRICE.fullmatch(text)):
            return STRUCK + price.group() + STRUCK
        self._leave_out(node, "struck out")
        return ""

    def _leave_out(self, node: LexborNode, why: str) -> None:
        text = " ".join(INVISIBLE.sub("", node.text(separator=" ")).split())
        if any(map(str.isalnum, text)):
            shown = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN].rstrip()}…"
            self.left_out.append((shown, why))

    def _address(self, link: LexborNode) -> str:
        """The marked address of a link that is the point, "" of any other."""
        href = link.attributes.get("href") if self.page is not None else None
        if not href or self._is_navigation(link):
            return ""
        address = told_address(" ".join(link.text().split()), href, self.page or "")
        return LINK + address + LINK_END if address else ""

    def _is_navigation(self, link: LexborNode) -> bool:
        node = link.parent
        for _ in range(_MOST_LEVELS):
            if node is None:
                return False
            if node.tag in _NAVIGATION or node.attributes.get("role") == "navigation":
                return True
            node = node.parent
        return False


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
