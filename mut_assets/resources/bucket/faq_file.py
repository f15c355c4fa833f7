"""The hand-kept FAQ: `raw/preguntas.csv` or `.xlsx` in the bucket, uploaded by people, never written by the platform.

What belongs here: finding the file and classifying what is wrong with it as a whole. What does not: reading it as a
table (`domain/tables/faq.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from mut_assets.domain.collections import BUNDLED
from mut_assets.domain.tables.faq import faq_frame
from mut_assets.domain.tables.spreadsheet import SheetError, Trouble
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.failures import PermanentFailure

MAX_BYTES = 5_000_000
"""A hand-kept file has some hundred questions, 250 bytes each; more is another file under this name."""

_CODES: dict[Trouble, str] = {
    "empty": "MUT-FAQ-002",
    "format": "MUT-FAQ-003",
    "encoding": "MUT-FAQ-004",
    "header": "MUT-FAQ-005",
    "quotes": "MUT-FAQ-006",
}


@dataclass(frozen=True)
class FaqSource:
    """The bytes of an FAQ file and where they come from: its key, or `BUNDLED`."""

    data: bytes
    fuente: str


@dataclass(frozen=True)
class FaqFile:
    """The uploaded file, or the bundled one where there is none. Without either there is no FAQ, which is no error."""

    bucket: Bucket
    key: str = "raw/preguntas.csv"
    bundled: Callable[[], bytes] | None = None

    @property
    def where(self) -> str:
        """The place where people upload the file, for messages."""
        return f"{self.bucket.where}/{self.key}"

    def read(self) -> FaqSource | None:
        """The uploaded file before the bundled one; None when there is neither.

        Raises `PermanentFailure` MUT-FAQ-001 when the file is larger than `MAX_BYTES`, MUT-FAQ-007 when there are two.
        """
        found = [source for key in (self.key, self.workbook) if (source := self._uploaded(key))]
        if len(found) > 1:
            raise PermanentFailure(
                "MUT-FAQ-007",
                f"{self.where} and {self.workbook} are both there, and nothing says which of them counts.",
                "Keep the one that people edit now, and remove the other.",
            )
        if found:
            return found[0]
        return None if self.bundled is None else FaqSource(self.bundled(), BUNDLED)

    @property
    def workbook(self) -> str:
        """The key of the file where it is an Excel workbook."""
        return f"{self.key.removesuffix('.csv')}.xlsx"

    def _uploaded(self, key: str) -> FaqSource | None:
        try:
            data = self.bucket.get(key)
        except KeyError:
            return None
        if len(data) > MAX_BYTES:
            raise PermanentFailure(
                "MUT-FAQ-001",
                f"{self.bucket.where}/{key} has {len(data):,} bytes; a hand-kept FAQ has at most {MAX_BYTES:,}.",
                "Check which file was uploaded under this name, and upload the FAQ again.",
            )
        return FaqSource(data, key)

    def frame(self) -> pd.DataFrame | None:
        """The raw table of questions, or None when there is no file.

        Raises `PermanentFailure` MUT-FAQ-001 to 007 when the file cannot be read as a table.
        """
        source = self.read()
        if source is None:
            return None
        try:
            return faq_frame(source.data, source.fuente)
        except SheetError as error:
            place = "the bundled sample" if source.fuente == BUNDLED else f"{self.bucket.where}/{source.fuente}"
            raise PermanentFailure(_CODES[error.trouble], f"{place}: {error.what}", error.advice) from error
