"""A rollback in force: the nights that collections are held at until somebody releases them.

What belongs here: these values, and how a rollback is said to people. What does not: keeping it
(`resources/bucket/hold_record.py`), or what beginning and ending one changes (`publishing/rollbacks.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Hold:
    """Where one collection is held.

    `night` is that night's name, `table` the key of the vectorial snapshot that is published instead of newer ones.
    `since` (ISO, UTC) and `by` say when and by whom: `terminal, ana`.
    """

    night: str
    table: str
    since: str = ""
    by: str = ""

    def __str__(self) -> str:
        by = f" by {self.by}" if self.by else ""
        return f"held at the night {self.night} since {_moment(self.since)}{by}"

    def in_spanish(self) -> str:
        """The same, for alerts."""
        by = f" ({self.by})" if self.by else ""
        return f"detenida en la noche {self.night} desde {_moment(self.since)}{by}: `mut release` la suelta"


Holds = Mapping[str, Hold]
"""By collection; those that are not named follow the newest tables."""


def clauses(holds: Holds) -> list[str]:
    """A clause per rollback that is in force, with the names of what it holds: `eventos, tiendas are held at …`."""
    together: dict[Hold, list[str]] = {}
    for collection, hold in holds.items():
        together.setdefault(Hold(hold.night, "", hold.since, hold.by), []).append(collection)
    return [f"{', '.join(names)} {'are' if len(names) > 1 else 'is'} {hold}" for hold, names in together.items()]


def in_force(holds: Holds) -> list[str]:
    """A sentence per rollback that is in force, with what ends it."""
    ends = "The nights go on reading; `mut release` publishes what they read."
    return [f"A rollback is in force: {clause}. {ends}" for clause in clauses(holds)]


def _moment(iso: str) -> str:
    return f"{iso[:16].replace('T', ' ')} UTC" if iso else "an unknown moment"
