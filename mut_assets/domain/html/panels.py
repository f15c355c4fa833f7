"""What a click brings back: the panels of accordions, tabs and sliders, closed as their page arrives.

What belongs here: telling such a panel from what is hidden for good, by an attribute that names it, by the classes of
the usual plugins, or by its place beside what opens it. What does not: the ways of hiding (`visibility.py`).
"""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from mut_assets.domain.html.visibility import classes_of

_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_OPENERS = frozenset("button dt label summary".split())
_OPENER_ATTRIBUTES = frozenset(
    "aria-expanded aria-controls data-bs-toggle data-toggle data-bs-target data-target data-tab onclick".split()
)
_NAMING = tuple(
    "aria-controls aria-owns data-bs-target data-target data-tab data-panel data-toggle-target data-content for".split()
)
_CONTROLS = ", ".join(f"[{name}]" for name in (*_NAMING, "onclick")) + ', a[href^="#"]'
_NAMED = re.compile(r"[\w-]+")

_ROLES = ("tab", "button")
_PANEL = re.compile(
    r".*(?:accordi|acorde|toggle|collaps|spoiler|expand|desplegable|faq|tab[-_]?(?:pane|panel|content|item)|panel|answer|"
    r"respuesta|slide|swiper|carousel|carrusel|read-?more|leer-?mas|more-?text).*|tabs?|et_pb_tab|"
    r"vc_tta.*|kt-tab-inner-content.*|gb-tabs__item|owl-item|splide.*|glide.*|flickity.*|slick.*",
    re.IGNORECASE,
)
_OPENER = re.compile(
    r".*(?:accordi|acorde|toggle|collaps|spoiler|desplegable|faq|tab[-_]?(?:title|link)|question|pregunta|trigger|"
    r"handle|opener|panel-(?:title|heading|header)).*",
    re.IGNORECASE,
)
_ROW = re.compile(
    r".*(?:slider|slides|slick-track|swiper-wrapper|carousel|carrusel|owl-stage|splide__list|glide__slides|"
    r"tab-?content|tabs|accordi|acorde).*",
    re.IGNORECASE,
)
"""Classes of what holds panels one beside the other."""
_BLOCKS = frozenset("article aside blockquote dd div figure li ol section table ul".split())
_NEAREST = 4
"""How many neighbours are looked at: blank texts, an icon, and what opens the panel."""


def opened_ids(body: LexborNode) -> frozenset[str]:
    """The ids that something on the page names which people click on."""
    named: set[str] = set()
    for control in body.css(_CONTROLS):
        attributes = control.attributes
        for name in (*_NAMING, "onclick"):
            named.update(_NAMED.findall(attributes.get(name) or ""))
        href = attributes.get("href") or ""
        if href.startswith("#"):
            named.add(href[1:])
    return frozenset(named)


def is_panel(node: LexborNode) -> bool:
    """Whether a closed element is opened by something beside it, or by its place in an accordion, tabs or a slider."""
    attributes = node.attributes
    if (attributes.get("hidden") or "").lower() == "until-found" or attributes.get("role") == "tabpanel":
        return True
    if _matches(node, _PANEL):
        return True
    opener = next(_elements(node, backwards=True), None)
    if opener is not None and _opens(opener):
        return True
    if opener is not None and opener.tag in _HEADINGS and node.tag in _BLOCKS:
        # A heading with nothing under it that anybody sees is one that people click on.
        after = next(_elements(node, backwards=False), None)
        return after is None or after.tag in _HEADINGS or _holds(node, _PANEL)
    is_behind_another = opener is not None and opener.tag != "p" and _holds(node, _PANEL)
    return node.tag in _BLOCKS and (is_behind_another or _holds(node, _ROW))


def _opens(node: LexborNode) -> bool:
    """Whether people click on an element, or on the first that it holds."""
    if _is_control(node) or _matches(node, _OPENER):
        return True
    inner = node.child
    while inner is not None and inner.tag == "-text" and not str(inner.text_content or "").strip():
        inner = inner.next
    return inner is not None and not str(inner.tag).startswith("-") and inner.tag != "p" and _is_control(inner)


def _is_control(node: LexborNode) -> bool:
    attributes = node.attributes
    if node.tag == "a":
        href = str(attributes.get("href") or "#")
        return href.startswith(("#", "javascript:"))
    named = attributes.get("role") in _ROLES or not _OPENER_ATTRIBUTES.isdisjoint(attributes)
    return named or node.tag in _OPENERS


def _matches(node: LexborNode, pattern: re.Pattern[str]) -> bool:
    return any(pattern.fullmatch(name) for name in classes_of(node.attributes))


def _holds(node: LexborNode, pattern: re.Pattern[str]) -> bool:
    """Whether the element around a node, or the one around that, has a class of the pattern."""
    parent = node.parent
    grand = parent.parent if parent is not None else None
    return any(around is not None and _matches(around, pattern) for around in (parent, grand))


def _elements(node: LexborNode, *, backwards: bool) -> Iterator[LexborNode]:
    """The nearest elements before or behind a node, with nothing but blanks between."""
    near = node.prev if backwards else node.next
    for _ in range(_NEAREST):
        if near is None or (near.tag == "-text" and str(near.text_content or "").strip()):
            return
        if not str(near.tag).startswith("-"):
            yield near
        near = near.prev if backwards else near.next
