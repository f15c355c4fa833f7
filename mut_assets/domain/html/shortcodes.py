"""What plugins write into a text for themselves: shortcodes, and the tags that part its languages.

What belongs here: telling `[vc_row]` from what a person put in brackets, and the Spanish text from the others. What
does not: what plugins write for visitors (`boilerplate.py`). Works on texts between marks (`lines.py`), which stay.
"""

import re
from collections.abc import Container

from mut_assets.domain.html.lines import LINE

_MOST_LAYERS = 4
"""How often a text is read again because what was taken out brought together what looks like more of it."""

_LANGUAGE = "es"
_LANGUAGE_COMMENT = re.compile(r"<!--:([a-z]{2}(?:[-_][a-zA-Z]{2})?)?-->")
_LANGUAGE_TAG = re.compile(r"\[:([a-z]{2}(?:[-_][a-zA-Z]{2})?)?\]|\{:([a-z]{2}(?:[-_][a-zA-Z]{2})?)?\}")

_SHORTCODE = re.compile(r"\[?\[(?P<close>/?)(?P<name>[a-zA-Z][\w-]*)(?P<rest>(?:\s[^\[\]]*)?|/)\]\]?")
_ATTRIBUTE = re.compile(r"\s[\w:-]+(?:=\S|\s*=\s*[\"'“”″])")
_SELF_CLOSING = re.compile(r"\s*/$")
_PROTECTED_MAIL = re.compile(r"\[email[\s\xa0]*protected\]", re.IGNORECASE)

_KNOWN = frozenset(
    """accordion audio blog_posts breadcrumb breadcrumbs button caption cart checkout col column columns contact-form
    contact-form-7 divider elementor-template embed formidable gallery gap gravityform instagram-feed layerslider
    mc4wp_form metaslider playlist products rev_slider row section sitemap slider smartslider3 social-icons spacer tab
    table tablepress tabs toggle toggles video woocommerce_cart wpforms youtube""".split()
)
"""Names of shortcodes that people could also type in brackets, or that stand without attributes."""
_TECHNICAL = frozenset(
    """accordion block button calendar carousel cart checkout feed filter form forms gallery grid icon icons login map
    menu popup posts products search shortcode slider slideshow social table tabs template video widget""".split()
)
"""Words that make a hyphenated name that of a shortcode: `[tribe-events-calendar]`, and not "[pre-venta]"."""
_WITH_HEADING = re.compile(
    r"accordion|acordeon|toggle|tab(?!le)|section|spoiler|heading|title|blurb|info_?box|icon_?box|cta|call_to_action|"
    r"pricing|expand|collaps|faq|question|panel|flip"
)
"""Names of shortcodes that show a text of their attributes above what they enclose."""
_HEADING = re.compile(
    r"\s(?:title|heading|sub_?title|sub_?heading|question|text|h[24])\s*=\s*[\"“”″]([^\"“”″]*)[\"“”″]"
)
_SETTING = re.compile(
    r"true|false|yes|no|on|off|none|left|right|center|h[1-6]|[\d.]+(?:px|r?em|%)?|#[\da-f]{3,6}|", re.I
)
_HOLDS_NO_TEXT = ("vc_raw_html", "vc_raw_js", "embed", "video", "audio", "playlist", "fusion_code", "et_pb_code")
"""Shortcodes whose content is an address or code."""


def with_language_tags(source: str) -> str:
    """The source with the comments that part languages (`<!--:es-->`) as tags (`[:es]`), which no parser drops."""
    return _LANGUAGE_COMMENT.sub(r"[:\1]", source) if "<!--:" in source else source


def without_shortcodes(text: str) -> str:
    """The text without shortcodes and without the tags and texts of other languages; what they enclose stays."""
    if "[" not in text and "{:" not in text:
        return text
    for _ in range(_MOST_LAYERS):
        kept = _PROTECTED_MAIL.sub("", _without_codes(_in_spanish(text)))
        if kept == text:
            return text
        text = kept
    return text.replace("[", "").replace("{:", "")


def _in_spanish(text: str) -> str:
    """Of each group of languages the Spanish text, or the first where there is none; what stands in no group stays."""
    tags = [*_LANGUAGE_TAG.finditer(text)]
    if not tags:
        return text
    kept = [text[: tags[0].start()]]
    group: list[tuple[str, str]] = []
    for tag, after in zip(tags, [*(tag.start() for tag in tags[1:]), len(text)], strict=True):
        language, part = tag[1] or tag[2] or "", text[tag.end() : after]
        if language:
            group.append((language, part))
        elif any(map(str.isalnum, part)):
            kept += [_spanish_of(group), part]
            group = []
    return "".join([*kept, _spanish_of(group)])


def _spanish_of(group: list[tuple[str, str]]) -> str:
    spanish = "".join(part for language, part in group if language[:2] == _LANGUAGE)
    return spanish or next((part for _, part in group if part.strip()), "")


def _without_codes(text: str) -> str:
    if "]" not in text:
        return text
    found = [*_SHORTCODE.finditer(text)]
    closed = {match["name"].lower(): match.start() for match in found if match["close"]}
    kept, at, inside = [], 0, ""
    for match in found:
        name = match["name"].lower()
        if inside:
            if match["close"] and name == inside:
                at, inside = match.end(), ""
            continue
        if not _is_shortcode(match, name, closed):
            continue
        kept += [text[at : match.start()], "" if match["close"] else _headings(name, match["rest"])]
        at = match.end()
        if name in _HOLDS_NO_TEXT and not match["close"] and closed.get(name, 0) > at:
            inside = name
    return "".join([*kept, text[at:]])


def _headings(name: str, attributes: str) -> str:
    """What a shortcode's attributes show to visitors, each on a line of its own: the title of a panel."""
    shown = _HEADING.findall(attributes) if _WITH_HEADING.search(name) else ()
    return "".join(f"{LINE}{text.strip()}{LINE}" for text in shown if not _SETTING.fullmatch(text.strip()))


def _is_shortcode(match: re.Match[str], name: str, closed: Container[str]) -> bool:
    if match["close"]:
        return not match["rest"].strip()
    bare = _SELF_CLOSING.sub("", match["rest"])
    if "_" in name or name in closed or (not bare.strip() and bare != match["rest"]) or _ATTRIBUTE.search(bare):
        return True
    parts = name.split("-")
    if len(parts) > 1 and (_TECHNICAL & set(parts) or name in _KNOWN):
        return True
    return match["name"] in _KNOWN and (not bare.strip() or "://" in bare)
