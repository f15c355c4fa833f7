"""The characters of a text: which ones a reader cannot see, and which were encoded twice.

What belongs here: what concerns single characters, whatever the text is. What does not: markup (`markup.py`), and what
two spellings of a word share (`text.py`).
"""

import re
import unicodedata
from collections.abc import Iterator

import ftfy

_MOST_MARKS = 30
_MANY_MARKS = re.compile(rf"[^\w\s\x00-\x7f]{{{_MOST_MARKS + 1},}}")
LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85]")
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_ENCODED_TWICE = re.compile("[ÂÃâðÄÅ√¬‚Ð├┬][^\x00-\x7f]|Ã[ -~]")
"""Where UTF-8 that was read as Windows-1252, Latin-1, Mac Roman or a code page shows."""
_OF_OTHER_COMPUTERS = ("mac_roman", "cp850")
"""Codes that `ftfy` mends in long texts only: a line that is UTF-8 in one of them, and Spanish, is proof enough."""
_SPANISH = frozenset("áéíóúüñÁÉÍÓÚÜÑ¿¡ªº°«»“”‘’–—…€·•\xa0")


def unstacked(text: str) -> str:
    """The text with at most 30 accents on a letter, as Unicode's stream-safe form has it: bringing more into their
    order takes the square of their number."""
    return text if text.isascii() else _MANY_MARKS.sub(lambda match: "".join(_first_marks(match.group())), text)


def seen(text: str) -> str:
    """NFC and without invisible characters, which could otherwise hide a tag until they are taken out."""
    if text.isascii() and text.isprintable():
        return text
    text = LINE_ENDS.sub("\n", text).replace("\u2028", "\n").replace("\u2029", "\n")
    return unicodedata.normalize("NFC", INVISIBLE.sub("", text))


def mended(text: str) -> str:
    """The text with what was encoded twice put right, line by line: "MÃ¡s" -> "Más". Any other line, and all but the
    encoding of that one, stays byte for byte."""
    if text.isascii() or not _ENCODED_TWICE.search(text):
        return text
    return "\n".join(_mended_line(line) for line in text.split("\n"))


def _mended_line(line: str) -> str:
    if not _ENCODED_TWICE.search(line):
        return line
    fixed = ftfy.fix_encoding(line)
    if fixed != line:
        return line if "\ufffd" in fixed else fixed
    return next(filter(None, (_read_again(line, codec) for codec in _OF_OTHER_COMPUTERS)), line)


def _read_again(line: str, codec: str) -> str:
    """The line as UTF-8 whose bytes were shown in another code, "" if they are none or not Spanish."""
    try:
        text = line.encode(codec).decode()
    except UnicodeError:
        return ""
    return text if all(char in _SPANISH for char in text if char > "\x7f") else ""


def _first_marks(run: str) -> Iterator[str]:
    marks = 0
    for char in run:
        marks = marks + 1 if unicodedata.category(char).startswith("M") else 0
        if marks <= _MOST_MARKS:
            yield char
