"""What a night was: the tables of one run under one stamp, what it changed, and what was served of it.

What belongs here: these values, and which tables without a record were one night. What does not: keeping records
(`resources/bucket/night_records.py`), or finding a night's tables (`resources/bucket/nights.py`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise

from mut_assets.domain.plans.freshness import moment
from mut_assets.domain.plans.outcome import Publication, Status

TOGETHER = timedelta(minutes=15)
"""Between two tables of one night of an earlier release lies less than this: each had a stamp of its own."""


@dataclass(frozen=True)
class Change:
    """What a night did to one collection: numbers of documents. `table` is the vectorial snapshot it was made from."""

    status: Status
    table: str = ""
    added: int = 0
    changed: int = 0
    removed: int = 0
    held: int = 0


@dataclass(frozen=True)
class Night:
    """One run that wrote tables or published. Its name is `stamp` (UTC), which all its tables carry.

    `by` is what began it (schedule, sensor, UI, terminal, resume), `user` a person where one is known. Times are ISO,
    UTC; "" for what did not happen. `served` of `documents` published ones were seen to be served at `proved`.
    `went_back_to` is the night that a rollback asked for, `released` whether it ended one.
    """

    stamp: str
    run_id: str = ""
    by: str = ""
    user: str = ""
    published: str = ""
    changes: Mapping[str, Change] = field(default_factory=dict)
    proved: str = ""
    served: int = 0
    documents: int = 0
    went_back_to: str = ""
    released: bool = False

    @property
    def taken_over(self) -> Mapping[str, str]:
        """The tables of other nights that it published, by collection."""
        return {
            name: change.table
            for name, change in self.changes.items()
            if change.table and not change.table.endswith(f"_{self.stamp}.csv")
        }


def published_in(night: Night, publication: Publication, went_back_to: str = "", released: bool = False) -> Night:
    """A night with what it published, and what a person wished of that."""
    changes = {
        each.collection: Change(each.status, each.snapshot, each.added, each.changed, each.removed, each.held)
        for each in publication.outcomes
    }
    return replace(night, published=publication.at, changes=changes, went_back_to=went_back_to, released=released)


Table = tuple[str, str]
"""A stamp, and what it is a table of: `raw/tiendas`."""


def grouped(tables: Sequence[Table]) -> list[list[Table]]:
    """Tables without a record as the nights that they probably were, oldest first.

    A night has each table once, and its tables follow each other closely. Where one comes twice, the widest gap is
    taken for the end of a night: an assumption, which a list of nights says.
    """
    ordered = sorted(tables)
    gaps = [moment(later) - moment(earlier) for (earlier, _), (later, _) in pairwise(ordered)]
    ends = [0, *(number for number, gap in enumerate(gaps, 1) if gap > TOGETHER), len(ordered)]
    return [night for begin, end in pairwise(ends) for night in _parted(ordered[begin:end])]


def _parted(tables: list[Table]) -> Iterator[list[Table]]:
    kinds = [kind for _, kind in tables]
    if len(set(kinds)) == len(kinds):
        if tables:
            yield tables
        return
    widest = max(range(1, len(tables)), key=lambda number: moment(tables[number][0]) - moment(tables[number - 1][0]))
    yield from _parted(tables[:widest])
    yield from _parted(tables[widest:])
