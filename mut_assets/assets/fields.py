"""The check `fields_as_before` of the raw assets: a field of WordPress that is gone, new, or of another type, by path.

What belongs here: what the check shows, and how a table ends that would lose a column. What does not: the rule
(`domain/tables/drift.py`), or the rules about rows (`domain/tables/quality.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import dagster as dg
import pandas as pd

from mut_assets.assets.reporting import CheckVerdict, final_failure, tabled
from mut_assets.domain.collections import BUNDLED, Collection
from mut_assets.domain.tables.drift import Drift, drift_id, drifts
from mut_assets.domain.tables.fields import Reading, fields_of
from mut_assets.resources.bucket.field_records import FieldRecords, KeptFields
from mut_assets.resources.ports import Extraction, Log

NAME = "fields_as_before"
DESCRIPTION = (
    "Each field that items of the last accepted night had is there and of the same type, and none is new. What costs "
    "no column anything is a warning, told once; a field that a column would lose keeps the table back."
)


def fields_spec(asset: str) -> dg.AssetCheckSpec:
    """The check of one raw asset."""
    return dg.AssetCheckSpec(NAME, asset=asset, blocking=True, description=DESCRIPTION)


@dataclass(frozen=True)
class FieldsNight:
    """The fields of a collection tonight beside those that are kept of it."""

    collection: Collection
    kept: KeptFields
    reading: Reading
    drifts: Sequence[Drift]

    @property
    def verdict(self) -> CheckVerdict:
        """What the check says. It does not end the step: `settle` does, once the other checks are known."""
        columns = ("field", "what", "before", "now", "examples before", "examples now", "columns", "lost")
        rows = [
            (
                drift.path,
                drift.what,
                drift.before,
                drift.now_in_words,
                "; ".join(drift.was.examples),
                "; ".join(drift.now.examples),
                ", ".join(drift.columns),
                ", ".join(drift.lost),
            )
            for drift in self.drifts
        ]
        lost = any(drift.lost for drift in self.drifts)
        return CheckVerdict(
            [str(drift) for drift in self.drifts],
            blocking=False,
            severity=dg.AssetCheckSeverity.ERROR if lost else dg.AssetCheckSeverity.WARN,
            shown=tabled("fields", columns, rows),
        )

    def settle(self, records: FieldRecords) -> None:
        """Keeps the fields for the next night; or raises MUT-DATA-009 where a column would lose one."""
        lost = [str(drift) for drift in self.drifts if drift.lost]
        if not lost:
            records.accept(self.collection, self.kept, self.reading)
            return
        id = drift_id(self.collection, self.drifts)
        records.refuse(self.collection, self.kept, self.reading, id, lost)
        raise fields_lost(self.collection, id, lost)


def fields_night(
    collection: Collection,
    extraction: Extraction,
    last: pd.DataFrame | None,
    frame: pd.DataFrame,
    records: FieldRecords,
    warn: Log,
) -> FieldsNight:
    """Compares; writes nothing. Raises `PermanentFailure` MUT-STATE-001 for a record of a newer format."""
    kept, reading = records.last(collection, extraction.fuente == BUNDLED, warn), fields_of(extraction.items)
    return FieldsNight(collection, kept, reading, drifts(collection, kept.accepted, reading, last, frame))


def fields_lost(collection: Collection, id: str, lost: Sequence[str]) -> dg.Failure:
    """How a table ends that would lose a column to a field."""
    more = f"; and {len(lost) - 3} more" if len(lost) > 3 else ""
    return final_failure(
        "MUT-DATA-009",
        f"The collection {collection.name} has other fields than before: {'; '.join(lost[:3])}{more}. "
        "The last good table stays in use, and what is published of it stays. Put the field back on the site under its "
        "old name, or have the new one read (domain/tables/raw.py), then materialize this asset again. "
        f"If visitors can do without it: mut approve {id}, then materialize this asset again.",
    )
