"""The bytes of a file that a spreadsheet wrote -> its text, in the one encoding that proves itself.

What belongs here: telling encodings apart by what Spanish texts are made of. What does not: delimiters and rows
(`spreadsheet.py`). Nothing is guessed: bytes that are Spanish in two encodings, with two meanings, are refused.
"""

import re

import ftfy

_ONE_BYTE = ("cp1252", "mac_roman", "cp850")
"""What Excel writes on Windows, what it writes on a Mac, and what a terminal of Windows writes."""
_LETTER = r"[^\W\d_]"
_SPANISH = re.compile(
    rf"(?<![a-záéíóúüñ])[ÁÉÍÓÚÜÑ]|(?<={_LETTER})[áéíóúüñ](?![A-Z\d])|[áéíóúüñ](?=[a-z])"
    rf"|(?<!{_LETTER})[¿¡]|(?<={_LETTER})[’–—](?={_LETTER})"
)
"""The letters and signs that Spanish adds to ASCII, where a text has them. A dash or an apostrophe between letters
counts as an accent: with nothing else, "lunes–viernes" on Windows is "lunesñviernes" on a Mac; neither is proven."""
_SIGNS = re.compile(rf"(?<!{_LETTER})[ªº°«»“”‘’–—…€·•´®©™½¼\xa0]|[ªº°«»“”‘’–—…€·•´®©™½¼\xa0](?!{_LETTER})")
_UTF8_LETTER = re.compile(rb"\xc2[\xa1-\xbf]|\xc3[\x80-\xbf]|\xe2\x80[\x90-\xbf]")


class EncodingError(ValueError):
    """Why bytes are no text; `position` is the byte that says so, or -1."""

    def __init__(self, what: str, position: int = -1, *, is_one_line: bool = False) -> None:
        super().__init__(what)
        self.what, self.position, self.is_one_line = what, position, is_one_line


def decoded(data: bytes) -> str:
    """The text: UTF-8 or UTF-16 that says so, valid UTF-8, else the one of Windows-1252, Mac Roman and code page 850
    in which it is the most Spanish. What was encoded twice is repaired. Raises `EncodingError`."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            what = "ends in the middle of a character: the file begins as UTF-16, and was cut"
            raise EncodingError(what, error.start) from None
    if b"\0" in data:
        raise EncodingError("holds a NUL byte: it is no text file", data.index(b"\0"))
    try:
        return ftfy.fix_encoding(data.decode())
    except UnicodeDecodeError as error:
        if data.startswith(b"\xef\xbb\xbf") or _UTF8_LETTER.search(data):
            # Read as Windows-1252 every accent of the file would silently turn into two wrong characters.
            what = f"holds a byte (0x{data[error.start]:02x}) that is not UTF-8, and the rest is UTF-8"
            raise EncodingError(what, error.start, is_one_line=True) from None
        return _one_byte(data, error.start)


def _one_byte(data: bytes, position: int) -> str:
    readings = {text: _spanish(text) for codec in _ONE_BYTE if (text := _read(data, codec)) is not None}
    best = max(readings.values(), default=0)
    likely = [text for text, score in readings.items() if score == best]
    if best > 0 and len(likely) == 1:
        return likely[0]
    explained = "may mean two things" if best > 0 else "is in none of the encodings that spreadsheets write"
    raise EncodingError(f"holds a byte (0x{data[position]:02x}) that is not UTF-8 and {explained}", position)


def _read(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _spanish(text: str) -> int:
    """How many letters and signs say that this is Spanish, less those that say it is not."""
    foreign = len(re.findall(r"[^\x00-\x7f]", text))
    good, neutral = len(_SPANISH.findall(text)), len(_SIGNS.findall(text))
    return good - (foreign - good - neutral)
