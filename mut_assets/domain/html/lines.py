"""Texts between marks -> lines: paragraphs, list items, the rows of tables, prices that no longer hold.

What belongs here: the marks that stand between the texts while a page is walked, and what each becomes. What does not:
which elements set them (`walk.py`), and which of the lines are no text of the page (`boilerplate.py`, `code.py`).
"""

import re

# Marks are control characters, which no text may hold.
PARAGRAPH, LINE, BULLET, ITEM_END = "\x1d", "\x1e", "\x1f", "\x1c"
ROW, CELL, ROW_END = "\x1a", "\x1b", "\x19"
STRUCK = "\x15"
"""Around a price that is struck out."""

BREAKS = f"\n{PARAGRAPH}{LINE}{ROW}{CELL}{ROW_END}"
_ODD_SPACE = "\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_SPACES = re.compile(f"(?:  | ?[{_ODD_SPACE}])[ {_ODD_SPACE}]*")
_EMPTY_ITEM = re.compile(f"{BULLET}[ \n{PARAGRAPH}{LINE}]*{ITEM_END}")
_BULLETS = re.compile(f"{BULLET}[ \n{PARAGRAPH}{LINE}{BULLET}{ITEM_END}]*")
_BREAKS = re.compile(f" ?[\n{PARAGRAPH}{LINE}][ \n{PARAGRAPH}{LINE}]*")
_ROW = re.compile(f"{ROW}([^{ROW}{ROW_END}]*){ROW_END}")
_IN_CELL_BREAKS = f" \n{PARAGRAPH}{LINE}{BULLET}{ITEM_END}"
_IN_CELL = re.compile(f" *[{_IN_CELL_BREAKS[1:]}][{_IN_CELL_BREAKS}]*")
_LONGEST_CELL = 200
"""Characters: a row with a longer cell lays out a page, and is no row of a table."""

_PRICE = r"\$ ?\d(?:[\d.,]*\d)?"
PRICE = re.compile(_PRICE)
_STRUCK = re.compile(f"{STRUCK}([^{STRUCK}]*){STRUCK}(?P<gap>[ \u00a0]*)(?P<valid>{_PRICE})?")


def in_lines(text: str) -> str:
    """The text with line ends for marks: a blank line between paragraphs, "- " before items, a table's row on one."""
    if ROW in text:
        text = _ROW.sub(_one_row, text).replace(ROW, LINE).replace(ROW_END, LINE)
    text = text.replace(CELL, LINE)
    if STRUCK in text:
        text = _STRUCK.sub(_with_former_price, text).replace(STRUCK, "")
    text = _SPACES.sub(" ", text)
    if BULLET in text:
        text = _BULLETS.sub("- ", _EMPTY_ITEM.sub(LINE, text)).replace(ITEM_END, "")
    return _BREAKS.sub(_one_break, text).strip(" \n")


def _one_row(match: re.Match[str]) -> str:
    """The cells of a row on one line, each with its own lines beside each other: "Lunes: 10:00 / 16:00". Where cells
    are as long as texts, they stay below each other."""
    cells = [
        _IN_CELL.sub(" / ", cell.strip(f" \n{PARAGRAPH}{LINE}{BULLET}{ITEM_END}")) for cell in match[1].split(CELL)
    ]
    told = [cell.strip() for cell in cells if cell.strip()]
    if any(len(cell) > _LONGEST_CELL for cell in told):
        return LINE + match[1].replace(CELL, LINE) + LINE
    is_pair = len(told) == 2 and told[0][-1] not in ".:;!?/" and not any(" / " in cell for cell in told)
    line = told[0] + ": " + told[1] if is_pair else " | ".join(told)
    return LINE + line + LINE


def _with_former_price(match: re.Match[str]) -> str:
    former = f"(antes {match[1]})"
    return f"{match['valid']} {former}" if match["valid"] else f"{former}{match['gap']}"


def _one_break(match: re.Match[str]) -> str:
    run = match.group()
    return "\n\n" if PARAGRAPH in run or run.count("\n") > 1 else "\n"
