"""The rules a table must pass before it becomes a snapshot: a frame in, problems in words out; none means good.

What belongs here: the rules. What does not: when they run and what they block (`assets/`), or rules about what
publishing would change (`plans/plan.py`).
"""

from collections.abc import Iterable, Sequence

import pandas as pd

from mut_assets.domain.collections import Collection
from mut_assets.domain.markup import markup_in

SHARE_WITH_PROBLEMA = 0.10
FEWEST_WITH_PROBLEMA = 5
SHOWN = 5
"""Findings that a rule names; it counts all of them."""


def not_empty(frame: pd.DataFrame, collection: Collection) -> list[str]:
    """There is at least one row: downstream, an empty table would mean "delete everything"."""
    return [] if len(frame) else [f"the table of {collection.name} has no rows"]


def unique_ids(frame: pd.DataFrame) -> list[str]:
    """No id stands on two good rows. Rows with a `problema` go no further: contradicting answers may share one."""
    ids = frame["id"] if "problema" not in frame.columns else frame.loc[frame["problema"] == "", "id"]
    return _summed(
        f"{count} rows have the id {key!r}"
        for key, count in ids[ids.duplicated(keep=False)].value_counts(sort=False).items()
    )


def required_columns(frame: pd.DataFrame, collection: Collection, columns: Sequence[str]) -> list[str]:
    """Every one of `columns` is there, and no row has it empty."""
    absent = [f"the table of {collection.name} has no column {name}" for name in columns if name not in frame.columns]
    empty = (
        f"row {key} has nothing in {name}"
        for name in columns
        if name in frame.columns
        for key in frame.loc[frame[name].str.strip() == "", "id"]
    )
    return absent + _summed(empty)


def free_of_markup(frame: pd.DataFrame, collection: Collection) -> list[str]:
    """No tag, comment or entity is left in any cell. "tallas < 38" and "A&B" are text."""
    return _summed(
        f"row {key} of {collection.name} has {markup[:80]!r} in {name}"
        for name in frame.columns
        for key, cell in zip(frame["id"], frame[name], strict=True)
        if ("<" in cell or "&" in cell) and (markup := markup_in(cell))
    )


def share_with_problema(frame: pd.DataFrame) -> list[str]:
    """At most 10 % of the rows, or fewer than five, could not be understood."""
    unusable = _unusable(frame)
    if len(unusable) < FEWEST_WITH_PROBLEMA or len(unusable) <= SHARE_WITH_PROBLEMA * len(frame):
        return []
    first = "; ".join(unusable[:SHOWN])
    return [f"{len(unusable)} of {len(frame)} rows could not be understood (more than 10 %), among them {first}"]


def set_aside(frame: pd.DataFrame) -> list[str]:
    """Every row could be understood. Those that could not go no further, and harm no other."""
    unusable = _unusable(frame)
    first = "; ".join([*unusable[:SHOWN], *([f"and {len(unusable) - SHOWN} more"] if len(unusable) > SHOWN else [])])
    return [f"{len(unusable)} of {len(frame)} rows could not be understood and are set aside: {first}"] if first else []


def _unusable(frame: pd.DataFrame) -> list[str]:
    rows = frame.loc[frame["problema"] != ""]
    return [
        f"{key or 'without id'} ({name[:60] or 'untitled'}): {problem}"
        for key, name, problem in zip(rows["id"], rows[frame.columns[0]], rows["problema"], strict=True)
    ]


def _summed(findings: Iterable[str]) -> list[str]:
    every = list(findings)
    return every if len(every) <= SHOWN else [*every[:SHOWN], f"and {len(every) - SHOWN} more"]
