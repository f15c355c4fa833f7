"""Text as a page has it -> the spellings under which the firewall looks for what it hides.

What belongs here: undoing look-alike letters, invisible characters, digits for letters, spaced letters, turned and
encoded text. What does not: what is looked for. Nothing that is made here is ever published. Linear in the text.
"""

import base64
import binascii
import html
import re
import unicodedata

_LOOK_ALIKES = str.maketrans(
    "аеорсухіјѕԁһԛԝкмтнвгАЕОРСУХІЈЅКМТНВοαερτυικνχγηωΟΑΕΡΤΥΙΚΝΧΖΗΒΜıℓ",
    "aeopcyxijsdhqwkmthbrAEOPCYXIJSKMTHBoaeptuikvxynwOAEPTYIKNXZHBMil",
)
"""Cyrillic and Greek letters that look like Latin ones, and those."""
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e01ef]"
)
_ACCENTS = re.compile("[\u0300-\u036f]+")
_LEET = str.maketrans("013457@$", "oieastas")
_MIXED_WORD = re.compile(r"(?<![\w@$])(?=[\d@$]{0,9}[a-z])(?=[a-z]{0,30}[\d@$])[a-z\d@$]{3,30}(?![\w@$])")
"""A word of letters and digits; one of digits alone is a number."""
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W\d_][ \t._*|-]{1,4}){5,}[^\W\d_](?![^\W_])")
_GAPS = re.compile(r"[\W\d_]+")
_TURNING = re.compile("[\u202d\u202e]")
_BASE64 = re.compile(r"(?<![\w+/=])[A-Za-z0-9+/]{24,4000}={0,2}(?![\w+/=])")


def uncovered(text: str) -> str:
    """The text with its letters as they look: no entities, invisible characters, full-width or borrowed letters."""
    for _ in range(2):
        text = html.unescape(text) if "&" in text else text
    if text.isascii():
        return text
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_LOOK_ALIKES)


def folded(text: str) -> str:
    """An uncovered text in lower case without accents, "_" as a space."""
    plain = text if text.isascii() else _ACCENTS.sub("", unicodedata.normalize("NFD", text))
    return plain.casefold().replace("_", " ")


def unleeted(text: str) -> str:
    """A folded text with letters where words have digits for them: "1gn0r4"."""
    return _MIXED_WORD.sub(lambda word: word[0].translate(_LEET), text)


def spaced_words(text: str) -> list[str]:
    """The letters of each run of single letters in a folded text, joined: "i g n o r a"."""
    return [_GAPS.sub("", run[0]) for run in _SPACED.finditer(text)]


def turned(source: str, text: str) -> str:
    """The text read from its end where the source overrides the direction of writing, "" elsewhere."""
    return text[::-1] if _TURNING.search(source) else ""


def decoded(text: str) -> list[str]:
    """The readable texts that stand in an uncovered text as base64."""
    found = []
    for run in _BASE64.finditer(text):
        try:
            inner = base64.b64decode(run[0], validate=True).decode()
        except (binascii.Error, ValueError):
            continue
        if inner.isprintable() and " " in inner:
            found.append(inner)
    return found
