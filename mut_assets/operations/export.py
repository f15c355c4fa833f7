"""`mut export`: the newest table of a collection, as a file that people open in a spreadsheet.

What belongs here: making the file. What does not: what may stand in a cell (`domain/tables/cells.py`), or the snapshots
(`resources/bucket/snapshots.py`), which stay as they are: programs read those.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from mut_assets.domain.collections import Collection
from mut_assets.domain.tables.cells import held, inert, is_longer
from mut_assets.resources.bucket.snapshots import Snapshots, Stage
from mut_assets.resources.failures import PermanentFailure


@dataclass(frozen=True)
class Exported:
    """What was written: where, how many rows, which snapshot they are of, and how many cells did not fit whole."""

    path: Path
    rows: int
    snapshot: str
    cut: int


def export(snapshots: Snapshots, stage: Stage, collection: Collection, path: Path | None = None) -> Exported:
    """Writes the newest table to a new file: a workbook, or CSV with commas where `path` ends in `.csv`.

    Without `path` it is a workbook here, named after the snapshot. Raises `PermanentFailure` MUT-RUN-015 when there is
    no table yet, MUT-RUN-016 when the file cannot be made, and what reading a snapshot raises.
    """
    stored = snapshots.newest(stage, collection)
    if stored is None:
        raise PermanentFailure(
            "MUT-RUN-015",
            f"There is no {stage} table of {collection.name} in {snapshots.bucket.where} yet.",
            "Run `mut run`, or materialize it.",
        )
    path = path or Path(Path(stored.snapshot).name).with_suffix(".xlsx")
    data = MADE[path.suffix.lower()](stored.needing().frame)
    _write(path, data)
    whole = path.suffix.lower() == ".csv"
    cut = 0 if whole else int(stored.frame.map(is_longer).to_numpy().sum())
    return Exported(path, len(stored.frame), stored.snapshot, cut)


def as_text(done: Exported) -> str:
    """For a terminal: one line, and one more when something was cut."""
    line = f"{done.path}: {done.rows} rows of {done.snapshot}."
    return f"{line}\nCut to what a cell holds: {done.cut}. A .csv file has them whole." if done.cut else line


def _write(path: Path, data: bytes) -> None:
    """A new file: whoever wrote notes into the last one keeps them."""
    try:
        path.touch(exist_ok=False)
        try:
            path.write_bytes(data)
        except OSError:
            path.unlink()  # half a workbook
            raise
    except FileExistsError:
        raise PermanentFailure(
            "MUT-RUN-016", f"{path} is there already.", "Name another file with --output, or move that one away."
        ) from None
    except OSError as error:
        raise PermanentFailure(
            "MUT-RUN-016",
            f"{path} cannot be written: {error.strerror}.",
            "Name a file in a folder that is there, that you may write to, and that has room.",
        ) from error


def _workbook(frame: pd.DataFrame) -> bytes:
    """Every cell is text, and stays text when somebody edits it: no formula, no number, no date."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(frame.columns))}{len(frame) + 1}"
    for row in (list(frame.columns), *frame.itertuples(index=False)):
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, held(text))
            cell.data_type = "s"  # openpyxl takes what begins with = for a formula
            cell.number_format = "@"
            cells.append(cell)
        sheet.append(cells)
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _csv(frame: pd.DataFrame) -> bytes:
    """With a byte order mark: spreadsheets take the file for UTF-8 by it."""
    return frame.map(inert).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


MADE: Mapping[str, Callable[[pd.DataFrame], bytes]] = {".xlsx": _workbook, ".csv": _csv}
"""How a file is made, by its suffix."""
