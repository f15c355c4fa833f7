"""A cell of a table -> the cell of a file that people open in a spreadsheet. Titles and texts come from the site.

What belongs here: what a spreadsheet would run, cannot hold, or takes for damage. What does not: the file itself
(`operations/export.py`), or reading one (`spreadsheet.py`).
"""

import re

LONGEST = 32_767
"""What a spreadsheet holds in a cell, in UTF-16 code units; a longer one makes the file damaged for it."""
CUT = "… (cut)"

# A spreadsheet of another country may take `;` or a tab for the delimiter of a file with commas: quotes count for
# nothing then, and what follows any of these begins a cell. A quote in it is doubled, which is "" before the rest.
_UNSEEN = r"\s\x00-\x1f\x7f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_BEGINS_A_CELL = re.compile(rf'(?:^|[;,\t\r\n])[;,"{_UNSEEN}]*+')  # to its end at once: no text is read twice
_BEGINS_A_FORMULA = frozenset("=+-@＝＋－＠")
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def inert(text: str) -> str:
    """The text for a CSV file: with an apostrophe before whatever a spreadsheet could take for a formula."""
    return _BEGINS_A_CELL.sub(lambda at: at[0] + "'" * (text[at.end() : at.end() + 1] in _BEGINS_A_FORMULA), text)


def is_longer(text: str) -> bool:
    """Whether a spreadsheet cannot hold the text in one cell."""
    return 2 * len(text) > LONGEST and len(text.encode("utf-16-le", "surrogatepass")) > 2 * LONGEST


def held(text: str) -> str:
    """The text for a workbook: what XML cannot say is shown as �, and what is too long is cut and says so."""
    text = _NO_XML.sub("\ufffd", text)
    if not is_longer(text):
        return text
    return text.encode("utf-16-le")[: 2 * (LONGEST - len(CUT))].decode("utf-16-le", "ignore") + CUT
