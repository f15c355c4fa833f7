"""What stands among the texts of a page and is none of them, taken out line by line.

What belongs here: the order in which a line is looked at, and the reason it is left out with. What does not:
recognising a shortcode, a banner or a style sheet (`shortcodes.py`, `boilerplate.py`, `code.py`).
"""

import re

from mut_assets.domain.html.boilerplate import without_boilerplate
from mut_assets.domain.html.code import is_rest_of_script, is_script, without_rules
from mut_assets.domain.html.lines import BREAKS, BULLET, ITEM_END
from mut_assets.domain.html.links import LINK, LINK_END
from mut_assets.domain.html.shortcodes import without_shortcodes

_MARK = re.compile(f"([{BREAKS}{BULLET}{ITEM_END}])")
_LINK = re.compile(f"{LINK}[^{LINK_END}]*{LINK_END}|[\x15-\x1f]")
_CODE_SIGNS = re.compile(r"[{}()=]|//")
_LONGEST_SHOWN = 300
_CUT = re.compile(r"\s*\[(?:…|\.\.\.)\](?=\s*$)")


def without_noise(text: str, gone: list[tuple[str, str]]) -> str:
    """A text, which may hold marks, without shortcodes, banners, embeds' words and code. The last three are added to
    `gone`, each with the reason. An excerpt's "[…]" becomes "…"."""
    text = without_shortcodes(text)
    lines = _MARK.split(text)
    in_script = any(is_script(line) for line in lines if _CODE_SIGNS.search(line))
    return "".join(_line(line, in_script, gone) for line in lines)


def _line(line: str, in_script: bool, gone: list[tuple[str, str]]) -> str:
    if len(line) < 2:
        return line
    if _CODE_SIGNS.search(line):
        line, rules = without_rules(line)
        for rule in rules:
            _leave_out(rule, "code", gone)
        if in_script and (is_script(line) or is_rest_of_script(line)):
            _leave_out(line, "code", gone)
            return ""
    line, sentences = without_boilerplate(line)
    for sentence, why in sentences:
        _leave_out(sentence, why, gone)
    return _CUT.sub("…", line) if "[" in line else line


def _leave_out(text: str, why: str, gone: list[tuple[str, str]]) -> None:
    shown = " ".join(_LINK.sub("", text).split())
    if any(map(str.isalnum, shown)):
        gone.append((shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN].rstrip()}…", why))
