"""Style sheets and scripts that stand in a page as text: escaped, pasted, or wrapped into paragraphs by an editor.

What belongs here: telling them from sentences. What does not: `<style>` and `<script>` elements, which no reader sees
(`visibility.py`), and shortcodes (`shortcodes.py`).
"""

import re

_ELEMENT = re.compile(r"<(?P<close>/?)(?P<name>style|script)\b[^<>]*>", re.IGNORECASE)
_BRACES = re.compile(r"\{([^{}]*)\}")
_DECLARATION = re.compile(r"\s*(?:--[\w-]+|-?[a-z][a-z-]*)\s*:\s*[^\s:][^\n]*", re.IGNORECASE)
_LONGEST_SELECTOR = 300
_MOST_NESTING = 3
"""Rules within rules: `@media`, and what is in it."""
_SELECTOR = re.compile(
    r"(?:/\*[^*]*\*/\s*)?(?:(?<!\S)|(?<=[>*/]))(?:[.#@*:]{1,2}[\w-]+|\*|\b(?:html|body|div|span|p|a|ul|ol|li|h[1-6]|img|"
    r"table|t[rdh]|button|input|section)\b(?=[\s.#:,>\[]|$))[^\n;!?¿¡]*$",
)
_SCRIPT = re.compile(
    r"document\s*\.\s*(?:getElement|querySelector|write|createElement|addEventListener|cookie|ready)|"
    r"window\s*\.\s*\w+\s*(?:=|\()|\bfunction\s*\w*\s*\([\w\s,]*\)\s*\{?|\b(?:var|let|const)\s+\w+\s*=|"
    r"(?:jQuery|\$)\s*\(\s*(?:document|window|['\"‘’“”.#]|function)|\b(?:gtag|fbq|ga)\s*\(\s*['\"‘’“”]|"
    r"\.addEventListener\s*\(|<!\[CDATA\[|//\]\]>|\)\s*=>\s*\{|\bconsole\.log\s*\(|\bwp\.i18n\b"
)
_REST_OF_SCRIPT = re.compile(r"[\s{}()\[\];,/*]+")


def without_code_elements(text: str) -> str:
    """The text without `<style>…</style>` and `<script>…</script>` that were text to a parser."""
    kept, at, inside = [], 0, ""
    found = [*_ELEMENT.finditer(text)]
    last = {match["name"].lower(): match.start() for match in found if match["close"]}
    for match in found:
        name = match["name"].lower()
        if inside:
            if match["close"] and name == inside:
                at, inside = match.end(), ""
        elif not match["close"] and last.get(name, -1) > match.start():
            kept.append(text[at : match.start()])
            inside = name
    return "".join([*kept, text[at:]])


def without_rules(text: str) -> tuple[str, list[str]]:
    """A line without the rules of a style sheet in it, and those."""
    gone: list[str] = []
    for _ in range(_MOST_NESTING):
        kept, rules = _without_inner_rules(text)
        gone += rules
        if not rules:
            break
        text = kept
    return text, gone


def _without_inner_rules(text: str) -> tuple[str, list[str]]:
    kept, gone, at = [], [], 0
    for braces in _BRACES.finditer(text) if "{" in text else ():
        if not braces[1].strip() and "@" not in text:
            continue
        before = text[max(at, braces.start() - _LONGEST_SELECTOR) : braces.start()]
        before = before[max(before.rfind("{"), before.rfind("}")) + 1 :]
        selector = _SELECTOR.search(before) if _declares(braces[1]) else None
        if selector:
            start = braces.start() - len(before) + selector.start()
            kept.append(text[at:start])
            gone.append(text[start : braces.end()])
            at = braces.end()
    return "".join([*kept, text[at:]]), gone


def is_script(line: str) -> bool:
    """Whether a line is of a script."""
    return bool(_SCRIPT.search(line))


def is_rest_of_script(line: str) -> bool:
    """Whether a line may be the end of a script, such as "});": nothing but signs."""
    return bool(_REST_OF_SCRIPT.fullmatch(line))


def _declares(inside: str) -> bool:
    """Whether braces hold declarations, or nothing any more."""
    return all(_DECLARATION.fullmatch(part) for part in inside.split(";") if part.strip())
