"""What of a text is markup: tags, comments, declarations and entities, and what only looks like them.

What belongs here: one definition of each, which everything that reads or looks for markup shares. What does not: what a
reader sees of it (`text.py`). A `<` is not always a tag: "tallas < 38" and "<3" are text.
"""

import re
from collections.abc import Iterator
from html.entities import html5

_ELEMENTS = frozenset(
    """a abbr acronym address applet area article aside audio b base basefont bdi bdo big blink blockquote body br
    button canvas caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em embed
    fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe
    img input ins kbd label legend li link main map mark marquee menu meta meter nav nobr noembed noframes noscript
    object ol optgroup option output p param picture plaintext pre progress q rp rt ruby s samp script search section
    select slot small source span strike strong style sub summary sup svg table tbody td template textarea tfoot th
    thead time title tr track tt u ul var video wbr xmp""".split()
)

TAG_START = re.compile(
    r"<(?P<close>/?)(?P<name>[a-z][\w:.-]*)?"
    r"(?P<rest>\s*/?(?=>)|\s+[^<>]*?=|\s+(?:allowfullscreen|async|autoplay|checked|controls|defer|disabled|hidden|"
    r"loop|multiple|muted|nowrap|open|playsinline|required|reversed|selected)(?=[\s/>]))?",
    re.ASCII | re.IGNORECASE,
)
_CLOSING_NAME = re.compile(r"</([a-z][\w:.-]*)\s*>", re.ASCII | re.IGNORECASE)
COMMENT = re.compile(r"<!--.*?-->|<!--", re.DOTALL)
DECLARATION = re.compile(r"<[!?][a-z\[][^<>]*>", re.ASCII | re.IGNORECASE)
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]*);")


def markup_in(text: str) -> str:
    """The first tag, comment or entity left in a text, or "". A bare `<` or `&` ("tallas < 38", "A&B") is none."""
    if "<" in text:
        if COMMENT.search(text):
            return "<!--"
        for start, end in tags(text):
            return text[start:end]
    return next((match.group() for match in ENTITY.finditer(text) if is_entity(match.group())), "")


def is_tag(match: re.Match[str], closed: frozenset[str]) -> bool:
    """Whether a `<` begins a tag: a known element, or an unknown one that is closed or has attributes."""
    name, rest = match["name"], match["rest"]
    if name is None or rest is None:
        return False
    return name.lower() in _ELEMENTS or name.lower() in closed or rest.endswith(("=", "/"))


def closed_names(text: str) -> frozenset[str]:
    """The lower-case names of the elements that are closed somewhere."""
    return frozenset(name.lower() for name in _CLOSING_NAME.findall(text)) if "</" in text else frozenset()


def tags(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each whole tag or declaration."""
    closed = closed_names(text)
    for match in TAG_START.finditer(text):
        if is_tag(match, closed):
            end = text.find(">", match.end())
            if end >= 0 and "<" not in text[match.end() : end]:
                yield match.start(), end + 1
        elif declaration := DECLARATION.match(text, match.start()):
            yield declaration.span()


def is_entity(text: str) -> bool:
    """Whether a text that looks like an entity spells one: "&#29;", "&Aacute;", and not "&copa;"."""
    return text[1] == "#" or text[1:] in html5
