"""Cells that stand beside several rows, said in each of them: "Pan | $500", "Pan | $900 el kilo".

What belongs here: repeating such a cell. What does not: how a row is told (`lines.py`).
"""

from selectolax.lexbor import LexborNode

_MOST_CELLS, _MOST_ROWS = 100, 50
_LONGEST, _LONGEST_MARKUP = 100, 2000
"""Characters, without and with markup: a longer cell lays out a page, and is no heading of rows."""


def repeat_spanning_cells(body: LexborNode) -> None:
    """Puts a copy of each cell with `rowspan` into the rows it spans, before the cell that stands behind it."""
    for cell in body.css("td[rowspan], th[rowspan]")[:_MOST_CELLS]:
        rows = cell.attributes.get("rowspan") or ""
        if len(cell.text()) > _LONGEST or len(cell.html or "") > _LONGEST_MARKUP or not rows.isdecimal():
            continue
        place = _place(cell)
        row = cell.parent
        for _ in range(min(int(rows), _MOST_ROWS) - 1):
            row = _next_row(row)
            if row is None:
                break
            cells = list(row.iter())
            if place < len(cells):
                cells[place].insert_before(cell)
            elif cells:
                cells[-1].insert_after(cell)


def _place(cell: LexborNode) -> int:
    """How many cells stand before this one, with those that are already repeated."""
    cells = [] if cell.parent is None else cell.parent.iter()
    return next((at for at, other in enumerate(cells) if other.mem_id == cell.mem_id), 0)


def _next_row(row: LexborNode | None) -> LexborNode | None:
    row = row.next if row is not None else None
    while row is not None and row.tag != "tr":
        row = row.next
    return row
