"""The editors' report in the bucket: `state/reports/dudas.html` and `state/reports/dudas.csv`.

What belongs here: keeping the files, and writing none that is there as it should be. What does not: what they say
(`domain/doubts/`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mut_assets.domain.doubts.doubt import Doubt
from mut_assets.domain.doubts.page import as_csv, as_html
from mut_assets.resources.bucket.object_store import Bucket

PREFIX = "state/reports/"


@dataclass(frozen=True)
class EditorsReport:
    """Keeps the last report, for people who have neither `mut` nor Dagster."""

    bucket: Bucket

    def keep(self, doubts: Sequence[Doubt]) -> None:
        """Replaces the files that say something else. Raises what the bucket raises."""
        for name, data in (("dudas.html", as_html(doubts)), ("dudas.csv", as_csv(doubts))):
            if self._read(f"{PREFIX}{name}") != data:
                self.bucket.put(f"{PREFIX}{name}", data)

    def _read(self, key: str) -> bytes | None:
        try:
            return self.bucket.get(key)
        except KeyError:
            return None
