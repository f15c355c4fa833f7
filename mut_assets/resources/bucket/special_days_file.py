"""The hand-kept days with other hours: `raw/horarios_especiales.csv` in the bucket, uploaded by people.

What belongs here: finding the file. What does not: reading a sheet (`domain/tables/spreadsheet.py`), what a row means
(`domain/spanish/special_days.py`).

The file is a help, not a source: without it, or with one that cannot be read, every ordinary week is still told. So
nothing here fails a night; what is wrong is said, row by row.
"""

from dataclasses import dataclass

from mut_assets.domain.spanish.special_days import SpecialDay, special_days
from mut_assets.domain.tables import spreadsheet
from mut_assets.resources.bucket.object_store import Bucket

_LAYOUT = spreadsheet.Layout(*[("fecha", "link", "horario")] * 3)


@dataclass(frozen=True)
class SpecialDays:
    """The days that can be used, by date, and what is wrong with the file or with its other rows."""

    days: tuple[SpecialDay, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class SpecialDaysFile:
    """The uploaded file; there may be none."""

    bucket: Bucket
    key: str = "raw/horarios_especiales.csv"

    def read(self) -> SpecialDays:
        """What the file says now; nothing without one. Raises what the bucket raises, never for what is in it."""
        try:
            data = self.bucket.get(self.key)
        except KeyError:
            return SpecialDays()
        try:
            rows = list(spreadsheet.rows(data, _LAYOUT))
            days, problems = special_days([row.cells for row in rows], [row.line for row in rows])
        except spreadsheet.SheetError as error:
            days, problems = [], [str(error)]
        return SpecialDays(tuple(days), tuple(f"{self.key}: {problem}" for problem in problems))
