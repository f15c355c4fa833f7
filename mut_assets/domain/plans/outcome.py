"""What publishing did: one outcome per collection, and the publication that holds them.

What belongs here: these values, and what follows from them alone. What does not: keeping them
(`resources/bucket/publication_log.py`), or telling them to Dagster (`assets/reporting.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from mut_assets.domain.evaluation.gates import Canary
from mut_assets.domain.plans.freshness import Age, ages
from mut_assets.domain.plans.hold import Hold

Status = Literal["published", "unchanged", "refused", "failed", "absent"]
"""`refused`: the guard did not believe the plan. `failed`: no plan could be made, or not all of it could be written.
Neither deletes what it did not replace."""


@dataclass(frozen=True)
class Line:
    """One document in a change table."""

    title: str
    link: str
    detail: str = ""


@dataclass(frozen=True)
class Outcome:
    """What publishing did with one collection. `rows` counts the rows of the raw snapshot it came from.

    The `*_lines` name the first documents of each kind; the numbers count all of them.
    """

    collection: str
    status: Status
    where: str
    rows: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    held: int = 0
    unchanged: int = 0
    plan: str = ""
    """The plan's id; empty when none could be made."""
    snapshot: str = ""
    raw_snapshot: str = ""
    day: str = ""
    refusals: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    added_lines: tuple[Line, ...] = ()
    changed_lines: tuple[Line, ...] = ()
    removed_lines: tuple[Line, ...] = ()
    held_lines: tuple[Line, ...] = ()

    @property
    def unfinished(self) -> bool:
        """Whether it failed while it was written, so that a part of its documents may be new.

        Where no plan could be made there is no snapshot that it was made from.
        """
        return self.status == "failed" and bool(self.snapshot)

    @property
    def kept(self) -> str:
        """What became of its documents, as a clause. For refused and failed outcomes."""
        return f"{self.collection} {'was not written whole' if self.unfinished else 'keeps its old documents'}"

    def why_kept(self) -> str:
        """Why the old documents stay, and what to do about it. For refused and failed outcomes."""
        advice = (
            f" If the change is meant: mut approve {self.plan}. If not: correct it at its source." if self.plan else ""
        )
        advice = " The next run writes the rest." if self.unfinished else advice
        return f"{self.kept}: {'; '.join(self.refusals)}.{advice}"


@dataclass(frozen=True)
class Publication:
    """The last publication: which run it was, when (ISO, UTC), and one outcome per collection.

    `snapshots_served`: collection -> key of the raw snapshot it is answered from; a refused one keeps what it had.
    """

    run_id: str
    at: str
    outcomes: tuple[Outcome, ...]
    foreign: tuple[str, ...] = ()
    snapshots_served: Mapping[str, str] = field(default_factory=dict)
    canaries: tuple[Canary, ...] = ()
    """What has to be found, or no longer, once this publication is served."""
    expired: tuple[str, ...] = ()
    """Keys and addresses of events that are over: golden questions about them have no answer, as they should."""
    night: str = ""
    """The name of the night that published."""
    holds: Mapping[str, Hold] = field(default_factory=dict)
    """By collection, the rollbacks that were in force then."""

    @property
    def kept_back(self) -> tuple[Outcome, ...]:
        """The collections that kept old documents: the plan was refused, none could be made, or it was not written."""
        return tuple(outcome for outcome in self.outcomes if outcome.status in ("refused", "failed"))


def ages_of(publication: Publication | None, now: datetime) -> list[Age]:
    """How old each collection is that a publication left published, oldest first; nothing before the first."""
    return ages(publication.snapshots_served, now, publication.holds) if publication else []
