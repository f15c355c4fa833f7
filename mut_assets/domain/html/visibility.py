"""What of a page no visitor ever sees, and by which of the many ways of hiding it.

What belongs here: styles, attributes and classes that hide one element. What does not: what a click brings back
(`panels.py`). A way of hiding is named as editors find it in the page, because what was hidden is reported to them.
"""

import re
from collections.abc import Mapping

UNSEEN_ELEMENTS = frozenset(
    """audio canvas datalist embed head iframe noembed noframes noscript object script style svg template title
    video""".split()
)
"""Elements that hold no text for anybody."""

_Attributes = Mapping[str, str | None]
_Declarations = dict[str, str]

_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
_NOTHING = re.compile(r"[-+]?(?:0+\.?0*|\.0+)[a-z%]*")
_TRANSPARENT = re.compile(rf"{_NOTHING.pattern}|0?\.0[0-5]\d*|[0-5]%")
_AT_MOST_ONE_PIXEL = re.compile(r"(?:0+\.?0*|\.0+)[a-z%]*|1(?:\.0+)?px|0?\.\d+px")
_NO_FONT = re.compile(r"(?:[a-z]+ )*0(?:px)?(?:/|\s)")
_FAR_OUT = re.compile(r"-(?:(?:999|\d{4,})(?:\.\d+)?(?:px|pt)?|(?:99|\d{3,})(?:\.\d+)?(?:r?em|v[wh]|%))")
_CLIPPED = re.compile(r"rect\(\s*(?:[01](?:px)?[\s,]+){3}[01](?:px)?\s*\)")
_CLIPPED_PATH = re.compile(r"inset\(\s*(?:100|[5-9]\d)%.*|circle\(\s*0\D.*|polygon\([0px%\s,]*\)")
_SHRUNK = re.compile(r"scale[xy]?\(\s*0(?:\.0+)?[\s,)]|translate[xy]?\([^()]*-\d{4,}")
_NAMED_COLOURS = {"white": "ffffff", "black": "000000", "red": "ff0000", "blue": "0000ff", "yellow": "ffff00"}
_ALIKE = 8
"""Steps of 255, of red, green and blue."""
_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([\d.]+%?))?\s*\)", re.IGNORECASE)
_COLOUR = re.compile(r"#[0-9a-f]{3,6}\b|rgba?\([^)]*\)|\b(?:white|black|red|blue|yellow|transparent)\b", re.IGNORECASE)

_FOR_SCREEN_READERS = re.compile(r"sr-only|screen-reader(?:-text)?|visually-?hidden|assistive-text", re.IGNORECASE)
_ENTRANCE = re.compile(
    r"wow|aos-.*|animat.*|.*-animat.*|elementor-invisible|fade(?:-?in.*)?|(?:js-)?reveal.*|lazy.*|et-waypoint|"
    r"et_pb_animation_.*|wpb_animate.*",
    re.IGNORECASE,
)
"""Classes of what a script shows as soon as a visitor scrolls there."""
_CONSENT = re.compile(
    r"(?:cookie|cookies|cky|cmplz|borlabs|gdpr|moove_gdpr|cli|iubenda|cc|onetrust|brlbs|cn)[-_]\w*"
    r"(?:notice|law|consent|banner|bar|popup|placeholder|overlay|optout|blocker|message|window|modal|cb)\w*(?:[-_]\w+)*"
    r"|cookieconsent(?:-\S*)?|CookieDeclaration\w*|cookie-notice\S*",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"sharedaddy|sd-sharing\S*|a2a_kit|addtoany\S*|heateor\S*|ssba\S*|social-share\S*|jp-relatedposts|yarpp\S*|"
    r"more-link|post-navigation|nav-links",
    re.IGNORECASE,
)
"""Classes of what stands around a text on every page: sharing, related pages, "Seguir leyendo"."""
_AROUND = (("cookies", _CONSENT), ("sharing or navigation", _FURNITURE))
_CLONED = frozenset("slick-cloned swiper-slide-duplicate splide__slide--clone cloned bx-clone".split())

_LABELS = frozenset("a button dt h1 h2 h3 h4 h5 h6 label legend summary td th".split())
_MOST_LABEL_WORDS = 4


def style_of(attributes: _Attributes) -> _Declarations:
    """The declarations of an element's own style, lower case, the last one of each property."""
    style = attributes.get("style") or ""
    if not style:
        return {}
    declared = (part.partition(":") for part in _COMMENT.sub("", style).split(";"))
    return {name.strip().lower(): _value(value) for name, _, value in declared if value}


def closed_by(attributes: _Attributes, style: _Declarations) -> str:
    """How an element is hidden in a way that a script also uses to close a panel, "" if it is not."""
    if "hidden" in attributes:
        return "hidden"
    if (attributes.get("aria-hidden") or "").strip().lower() == "true":
        return "aria-hidden"
    if style.get("display") == "none":
        return "display: none"
    if style.get("visibility") in ("hidden", "collapse"):
        return "visibility: hidden"
    if _TRANSPARENT.fullmatch(style.get("opacity", "1")):
        return "opacity: 0"
    if style.get("content-visibility") == "hidden":
        return "content-visibility: hidden"
    overflow = f"{style.get('overflow', '')} {style.get('overflow-x', '')} {style.get('overflow-y', '')}"
    for name in ("height", "max-height", "width", "max-width"):
        if _AT_MOST_ONE_PIXEL.fullmatch(style.get(name, "auto")) and re.search("hidden|clip", overflow):
            return f"{name}: {style[name]}"
    return ""


def hidden_by(style: _Declarations) -> str:
    """How an element is hidden in a way that no panel is closed, "" if it is not."""
    if _AT_MOST_ONE_PIXEL.fullmatch(style.get("font-size", "auto")):
        return f"font-size: {style['font-size']}"
    if _NO_FONT.match(style.get("font", "")):
        return f"font: {style['font']}"
    for name in ("text-indent", "left", "right", "top", "bottom", "margin-left", "margin-top", "margin-right"):
        if _FAR_OUT.fullmatch(style.get(name, "")):
            return f"{name}: {style[name]}"
    if _CLIPPED.fullmatch(style.get("clip", "")):
        return "clip: rect(0…)"
    if _CLIPPED_PATH.fullmatch(style.get("clip-path", "") or style.get("-webkit-clip-path", "")):
        return "clip-path"
    if _SHRUNK.search(style.get("transform", "")):
        return f"transform: {style['transform']}"
    if style.get("mso-hide") == "all":
        return "mso-hide: all"
    return _colour_on_itself(style)


def is_shown_on_arrival(attributes: _Attributes) -> bool:
    """Whether what hides an element is an animation that shows it when a visitor scrolls there."""
    return any(name.startswith("data-aos") or name == "data-animation" for name in attributes) or any(
        _ENTRANCE.fullmatch(name) for name in classes_of(attributes)
    )


def classes_of(attributes: _Attributes) -> list[str]:
    """The classes of an element."""
    return (attributes.get("class") or "").split()


def is_for_screen_readers(attributes: _Attributes) -> bool:
    """Whether the classes of an element show it to screen readers only."""
    return any(_FOR_SCREEN_READERS.fullmatch(name) for name in classes_of(attributes))


def is_label(tag: str, text: str) -> bool:
    """Whether a text for screen readers, in an element of `tag`, says what stands beside it: "Teléfono:"."""
    return tag in _LABELS or (text.rstrip().endswith(":") and len(text.split()) <= _MOST_LABEL_WORDS)


def is_around_the_text(attributes: _Attributes) -> str:
    """What an element is that is no text of its page, by its classes and id: a banner of cookies, or one that stands
    for content that waits for consent; sharing and the like. "" for another."""
    names = (*classes_of(attributes), attributes.get("id") or "")
    return next((why for why, pattern in _AROUND if any(map(pattern.fullmatch, names))), "")


def is_copy(attributes: _Attributes) -> bool:
    """Whether an element repeats a slide, so that a slider can go round."""
    return not _CLONED.isdisjoint(classes_of(attributes))


def is_struck(tag: str, style: _Declarations) -> bool:
    """Whether a text stands there as one that no longer holds."""
    return tag in ("del", "s", "strike") or any(
        "line-through" in style.get(name, "") for name in ("text-decoration", "text-decoration-line")
    )


def _value(value: str) -> str:
    return value.strip().lower().removesuffix("!important").rstrip()


def _colour_on_itself(style: _Declarations) -> str:
    colour = style.get("color", "")
    if not colour:
        return ""
    clips_to_text = "text" in (style.get("background-clip", ""), style.get("-webkit-background-clip", ""))
    if _number(colour) == "transparent" and not clips_to_text:
        return "color: transparent"
    return hidden_on(style, style)


def hidden_on(style: _Declarations, ground: _Declarations) -> str:
    """How a colour hides a text on the ground of another style, "" where it does not, or a picture is the ground."""
    colour, background = style.get("color", ""), ground.get("background", "")
    named = _COLOUR.search(ground.get("background-color", "") or background)
    is_same = named and _is_alike(_number(colour), _number(named.group()))
    return f"color: {colour} on the same colour" if is_same and (style is ground or "url(" not in background) else ""


def _is_alike(colour: str, ground: str) -> bool:
    """Whether nobody can tell a colour from its ground: "#fefefe" on white."""
    if len(colour) != 6 or len(ground) != 6:
        return bool(colour) and colour == ground
    pairs = zip(bytes.fromhex(colour), bytes.fromhex(ground), strict=True)
    return all(abs(one - other) <= _ALIKE for one, other in pairs)


def _number(colour: str) -> str:
    """A colour as six hexadecimal digits, "transparent", or "" where it is written in another way."""
    if match := _HEX.fullmatch(colour):
        digits = match[1]
        return digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
    if match := _RGB.fullmatch(colour):
        if match[4] is not None and _NOTHING.fullmatch(match[4]):
            return "transparent"
        return "".join(f"{min(int(part), 255):02x}" for part in match.groups()[:3])
    return colour if colour == "transparent" else _NAMED_COLOURS.get(colour, "")
