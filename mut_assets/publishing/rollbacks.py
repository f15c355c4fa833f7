"""Rollbacks: going back to a night, staying there, and going on.

What belongs here: what a person may wish of a publication, and which nights are held then. What does not: keeping that
(`resources/bucket/hold_record.py`), or publishing (`publisher.py`). A rollback is nothing special to a publication: it
reads an earlier night's tables through the same plan and guard, tonight and until somebody releases it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from mut_assets.domain.collections import COLLECTIONS
from mut_assets.domain.document_keys import BY_NAME
from mut_assets.domain.plans.hold import Hold, Holds
from mut_assets.domain.plans.outcome import Outcome, Publication
from mut_assets.resources.bucket.hold_record import HOLD, HoldRecord
from mut_assets.resources.bucket.nights import Nights
from mut_assets.resources.bucket.records import UnreadableRecord
from mut_assets.resources.bucket.snapshots import Snapshots, StoredTable
from mut_assets.resources.failures import PermanentFailure
from mut_assets.resources.ports import Log


@dataclass(frozen=True)
class Wish:
    """What a person asks of one publication; nothing on an ordinary night.

    `as_of`: go back to the night of this stamp and stay there. `release`: end what holds. `only`: these collections,
    for either. `approve`: apply the refused plan with this id.
    """

    as_of: str = ""
    release: bool = False
    only: tuple[str, ...] = ()
    approve: str = ""

    def check(self) -> None:
        """Raises `PermanentFailure` MUT-PUB-020 for two requests at once or half a one, MUT-PUB-030 for a collection
        that there is not."""
        asked = [name for name in ("as_of", "release", "approve") if getattr(self, name)]
        if len(asked) > 1 or (self.only and asked not in (["as_of"], ["release"])):
            raise PermanentFailure(
                "MUT-PUB-020",
                f"One publication cannot do this: {' and '.join([*asked, *(['only'] if self.only else [])])}.",
                "Ask for one of as_of (going back), release and approve, then for the other; `only` goes with as_of or "
                "release.",
            )
        if unknown := [name for name in self.only if name not in BY_NAME]:
            raise PermanentFailure(
                "MUT-PUB-030", f"There is no collection {unknown[0]!r}.", f"There are {', '.join(BY_NAME)}."
            )


@dataclass(frozen=True)
class Rollbacks:
    """Says which nights are held, and what a wish makes of that."""

    snapshots: Snapshots

    @cached_property
    def record(self) -> HoldRecord:
        """Where it is kept."""
        return HoldRecord(self.snapshots.bucket)

    @cached_property
    def nights(self) -> Nights:
        """Where nights are found."""
        return Nights(self.snapshots)

    def in_force(self, last: Publication | None, warn: Log) -> Holds:
        """What is held. Where the record is gone or cannot be read, what the last publication says was held: a rollback
        must not end because of a file. Raises `PermanentFailure` MUT-STATE-001 for a record of a newer format."""
        before = last.holds if last else {}
        try:
            kept = self.record.read()
        except UnreadableRecord as damaged:
            warn(f"{damaged} What the last publication says of a rollback goes on.")
            return before
        if kept is None and before:  # a release keeps a record too: one that says that nothing is held
            where = self.snapshots.bucket.where
            warn(f"{HOLD} in {where} is gone. What the last publication says of a rollback goes on.")
        return before if kept is None else kept

    def after(self, holds: Holds, wish: Wish, at: str = "", by: str = "") -> Holds:
        """What is held once a wish is granted; writes nothing.

        Raises `PermanentFailure`: what `Nights.find` raises, MUT-PUB-021 for a night without tables of what is asked
        for, and what reading a night's table raises.
        """
        if wish.as_of:
            return {**holds, **self._at(wish, at, by)}
        if wish.release:
            return {name: hold for name, hold in holds.items() if wish.only and name not in wish.only}
        return holds

    def check_release(self, holds: Holds, wish: Wish) -> None:
        """Raises `PermanentFailure` MUT-PUB-031 for releasing what is not held."""
        missing = [name for name in wish.only if name not in holds]
        if missing or not holds:
            raise PermanentFailure(
                "MUT-PUB-031",
                f"No rollback{_of(missing)} is in force.",
                "There is nothing to release: the newest tables go out anyway. `mut status` shows what is held.",
            )

    def _at(self, wish: Wish, at: str, by: str) -> Holds:
        night = self.nights.find(wish.as_of)
        wanted = [BY_NAME[name] for name in wish.only] or COLLECTIONS
        tables = {collection.name: self.nights.table(night, collection) for collection in wanted}
        held = {name: Hold(night.name, table.snapshot, at, by) for name, table in tables.items() if table}
        if missing := [name for name in tables if name not in held and (wish.only or not held)]:
            raise PermanentFailure(
                "MUT-PUB-021",
                f"The night {night.name} in {self.snapshots.bucket.where} has no table of {', '.join(missing)} to go "
                "back to.",
                "`mut nights` shows what each night had.",
            )
        return held

    def check_approval(self, refused: Outcome, holds: Holds) -> None:
        """Raises `PermanentFailure` MUT-PUB-032 for a plan of another table than its collection is held at."""
        hold = holds.get(refused.collection)
        if hold and hold.table != refused.snapshot:
            raise PermanentFailure(
                "MUT-PUB-032",
                f"Plan {refused.plan} is of newer tables, and {refused.collection} is {hold}.",
                f"`mut release --only {refused.collection}` first: it shows what would be published then.",
            )

    def table(self, collection: str, hold: Hold) -> StoredTable:
        """The table that a collection is held at.

        Raises `PermanentFailure` MUT-PUB-033 when it cannot be published any more: what is published then stays.
        """
        try:
            table = self.snapshots.read(hold.table)
            why = "" if self.snapshots.believed(table) else "it is of the bundled site."
        except PermanentFailure as failure:
            why = f"{failure.code}: {failure.what}"
        if why:
            raise PermanentFailure(
                "MUT-PUB-033",
                f"{collection} is {hold}, and its table {hold.table} cannot be published: {why}",
                f"`mut release --only {collection}` publishes the newest table; `mut rollback` goes to another night.",
            )
        return table


def _of(names: Sequence[str]) -> str:
    return f" of {', '.join(names)}" if names else ""


def reached(last: Publication | None, collection: str, hold: Hold) -> bool:
    """Whether what a collection is held at was published: from then on the guard counts what goes, as ever."""
    outcomes = last.outcomes if last else ()
    return any(
        outcome.collection == collection
        and outcome.snapshot == hold.table
        and outcome.status in ("published", "unchanged")
        for outcome in outcomes
    )
