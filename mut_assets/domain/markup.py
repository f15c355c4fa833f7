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
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
_VOID = frozenset("area base basefont br col embed frame hr img input link meta param source track wbr".split())

_MOST_NESTING = 50_000_000
"""The sum over all tags of how many elements are open there: 10,000 tags in elements 100 deep have a fiftieth."""
_FORMATTING_COSTS = 50

TAG_START = re.compile(
    r"<(?=[a-z/!?])(?P<close>/?)(?P<name>[a-z][\w:.-]*)?"
    r"(?P<rest>\s*/?(?=>)|\s[^<>]*?=|\s+(?:allowfullscreen|async|autoplay|checked|controls|defer|disabled|hidden|"
    r"loop|multiple|muted|nowrap|open|playsinline|required|reversed|selected)(?=[\s/>]))?",
    re.ASCII | re.IGNORECASE,
)
BARE_ANGLE = re.compile("<(?![a-z/!?])", re.ASCII | re.IGNORECASE)
"""A `<` with which `TAG_START` does not begin."""
_CLOSING_NAME = re.compile(r"</([a-z][\w:.-]*)\s*>", re.ASCII | re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->|<!--", re.DOTALL)
_COMMENT_START, _COMMENT_END = "<!--", "-->"
DECLARATION = re.compile(r"<[!?][a-z\[][^<>]*>", re.ASCII | re.IGNORECASE)
_ANGLE = re.compile("[<>]")
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]*);")


def markup_in(text: str) -> str:
    """The first tag, comment or entity left in a text, or "". A bare `<` or `&` ("tallas < 38", "A&B") is none."""
    if "<" in text:
        if _COMMENT_START in text:
            return _COMMENT_START
        for start, end in tags(text):
            return text[start:end]
    return next((match.group() for match in ENTITY.finditer(text) if is_entity(match.group())), "")


def without_comments(text: str) -> str:
    """The text without comments, and without the beginning of one that never ends."""
    if _COMMENT_START not in text:
        return text
    last = text.rfind(_COMMENT_END) + len(_COMMENT_END) if _COMMENT_END in text else 0
    # Apart: behind the last end, each beginning would look for one until the end of the text.
    return _COMMENT.sub("", text[:last]) + text[last:].replace(_COMMENT_START, "")


def nests_too_deeply(text: str) -> bool:
    """Whether the elements of a text lie in each other as in no page that people made.

    A parser walks what is open at each tag, and repeats open formatting in each paragraph: its work, and the size of
    what it makes, is the sum of that. What is closed in another order than it was opened counts as open.
    """
    if text.count("<") ** 2 * (1 + _FORMATTING_COSTS) < 2 * _MOST_NESTING:
        return False
    nesting = formatting = work = 0
    opened: list[str] = []
    for match in TAG_START.finditer(text):
        name = (match["name"] or "").lower()
        if name and not match["close"] and name not in _VOID:
            opened.append(name)
            nesting += 1
            formatting += name in _FORMATTING
        elif name and match["close"] and opened and opened[-1] == name:
            opened.pop()
            nesting -= 1
            formatting -= name in _FORMATTING
        work += nesting + _FORMATTING_COSTS * formatting
        if work > _MOST_NESTING:
            return True
    return False


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
    if ">" not in text:
        return
    closed = closed_names(text)
    for match in TAG_START.finditer(text):
        if is_tag(match, closed):
            end = _ANGLE.search(text, match.end())
            if end and end.group() == ">":
                yield match.start(), end.end()
        elif declaration := DECLARATION.match(text, match.start()):
            yield declaration.span()


def is_entity(text: str) -> bool:
    """Whether a text that looks like an entity spells one: "&#29;", "&Aacute;", and not "&copa;"."""
    return text[1] == "#" or text[1:] in html5
