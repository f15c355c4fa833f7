"""A house of which every publication is judged: by what was read, and since when, it is clear what may lie there.

What belongs here: the model, and the assertions. What does not: how it is done (`house.py`), the truth (`market.py`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import dagster as dg

from mut_assets.domain.collections import Collection as Kind
from mut_assets.domain.document_keys import BY_NAME
from mut_assets.domain.plans.freshness import CLOCKS_DIFFER, moment
from mut_assets.domain.plans.outcome import Outcome
from mut_assets.domain.plans.plan import HELD_DAYS
from mut_assets.resources.failures import PermanentFailure
from mut_assets_tests.chaos import market
from mut_assets_tests.chaos.house import House, Killed
from mut_assets_tests.chaos.market import Files, Truth


@dataclass
class Table:
    """A raw table that was accepted, the day on which it was read, and whether somebody damaged its file."""

    truth: Truth
    day: date
    damaged: bool = False


@dataclass(frozen=True)
class Expected:
    """What has to lie there. Of the documents of `either`, held for about as long as they may be, what was there
    before may be gone too."""

    files: Files
    either: frozenset[str] = frozenset()

    def strays(self, after: Files) -> list[str]:
        """The keys that are not as they have to be."""
        keys = self.files.keys() | after.keys()
        return sorted(
            key
            for key in keys
            if after.get(key) != self.files.get(key) and not (key in self.either and key not in after)
        )


@dataclass
class Remembered:
    """One collection as publications saw it: every table that was read, and since when records are held.

    `since` has the days that may be remembered of a held record: there are several after a night that was killed.
    """

    kind: Kind
    tables: dict[str, Table] = field(default_factory=dict)
    """By the stamp of the snapshot."""
    since: dict[int, frozenset[date]] = field(default_factory=dict)

    def expected(self, stamp: str, before: Files, today: date) -> Expected:
        """What publishing the table of this stamp leaves of a collection: what it deserves, and what is held."""
        truth = self.tables[stamp].truth
        files, either = dict(market.deserved(self.kind, truth, today)), set()
        for id in _broken(truth):
            ages = [(today - day).days for day in self._days(id, stamp, today)]
            for key in market.keys(self.kind, id):
                if key in before and min(ages) <= HELD_DAYS:
                    files[key] = before[key]
                    either |= {key} if max(ages) > HELD_DAYS else set()
        return Expected(files, frozenset(either))

    def published(self, stamp: str, today: date, sure: bool = True) -> None:
        """Takes down what a publication of this table remembers; one that ended early may have, or not."""
        broken = _broken(self.tables[stamp].truth)
        for id in broken:
            days = self.since.get(id) or frozenset([today])
            self.since[id] = days if sure else days | {today}
        if sure:
            self.since = {id: days for id, days in self.since.items() if id in broken}

    def forget(self) -> None:
        """The record of held records is lost: it is what the tables say."""
        self.since.clear()

    def newest(self, now: datetime) -> str:
        """The stamp of the newest table that is not from the future; "" where there is none."""
        return max((stamp for stamp in self.tables if moment(stamp) <= now + CLOCKS_DIFFER), default="")

    def _days(self, id: int, stamp: str, today: date) -> Iterable[date]:
        """The days since which a record may be held: as remembered, and as the tables up to this one say."""
        first = self.tables[stamp].day
        for earlier in sorted((known for known in self.tables if known <= stamp), reverse=True):
            table = self.tables[earlier]
            if table.damaged:
                continue
            if id not in _broken(table.truth):
                break
            first = table.day
        return {min(day, today) for day in (first, *self.since.get(id, {today}))}


@dataclass
class Judged:
    """A house, and what its collections are held to. `ended` counts how publications ended, by collection."""

    house: House = field(default_factory=House)
    remembered: dict[Kind, Remembered] = field(default_factory=dict)
    ended: Counter[str] = field(default_factory=Counter)

    def night(self, site: Mapping[Kind, Truth], read: Sequence[Kind]) -> None:
        """The next night: these collections are read, the others fail, and what is newest of each is published."""
        self.house.now += timedelta(days=1)
        today = self.house.clock.today()
        with suppress(Killed):
            for kind in read:
                self.house.read(kind, site[kind])
        for kind in read:  # of a night that was killed some tables are there
            tables = self.remembered.setdefault(kind, Remembered(kind)).tables
            for snapshot in self.house.snapshots.all("vectorial", kind):
                tables.setdefault(snapshot.stamp, Table(site[kind], today))
        self.publish(today)

    def go_back(self, stamp: str, only: Sequence[str] = ()) -> None:
        """A rollback to the night of a table; it holds there."""
        self.publish(self.house.clock.today(), as_of=stamp, only=list(only))

    def release(self, only: Sequence[str] = ()) -> None:
        """The end of a rollback."""
        self.publish(self.house.clock.today(), release=True, only=list(only))

    def approve(self, plan: str) -> None:
        """Somebody approves a refused plan, which may fit no longer."""
        try:
            outcome = self.house.decisions.refused(plan)
        except PermanentFailure:  # somebody damaged its record
            return
        approved = {BY_NAME[outcome.collection]: outcome.snapshot[-19:-4]}
        self.publish(date.fromisoformat(outcome.day), approved, approve=plan)

    def publish(self, today: date, approved: Mapping[Kind, str] | None = None, **wish: Any) -> None:
        """Publishes: each collection is then as the table says that it follows, or as it was before.

        It follows the newest table, or the one that it is held at: a rollback names one that is no later than asked,
        holds what it names, and nothing else changes what is held. An approval touches nothing but what is `approved`.
        """
        before, held = self.house.published(), self.house.held()
        outcomes: Mapping[str, Outcome] | None = None
        killed, why = False, "MUT-"
        try:
            outcomes = self.house.publish(**wish)
        except Killed:
            killed = True
        except dg.Failure as failure:
            why = str(failure.description)
        assert "MUT-" in why, f"it failed without a code: {why}"
        after = self.house.published()
        self.house.bucket.fuse.left = None
        stamps = approved or self._followed(held, outcomes is None, **wish)
        expected = {
            kind: self.remembered[kind].expected(stamp, of(kind, before), today)
            for kind, stamp in stamps.items()
            if stamp
        }
        for kind, one in self.remembered.items():
            outcome = outcomes[kind.name] if outcomes is not None and kind in stamps else None
            wanted = expected.get(kind)
            if killed and wanted is not None:
                self._judge_killed(of(kind, before), wanted, of(kind, after))
            else:
                self._judge(kind, of(kind, before), wanted, of(kind, after), outcome)
            if stamps.get(kind):
                sure = outcome is not None and outcome.status != "failed"
                one.published(stamps[kind], today, sure=sure)

    def settle(self, site: Mapping[Kind, Truth]) -> None:
        """An undisturbed night, the end of rollbacks, and approval of what is asked: all is as the site says, and then
        nothing is done."""
        self.night(site, tuple(site))
        if self.house.held():
            self.release()
        for plan in self.house.decisions.waiting():
            self.approve(plan)
        published, today = self.house.published(), self.house.clock.today()
        for kind, one in self.remembered.items():
            newest = one.newest(self.house.now)
            strays = one.expected(newest, of(kind, published), today).strays(of(kind, published))
            assert not strays, f"{kind.name} did not converge: {strays}"
        self.house.bucket.fuse.writes.clear()
        self.house.publish()
        assert self.house.published() == published
        assert self.house.documents_written() == [], "an unchanged night writes no document"

    def _followed(self, held: Mapping[str, str], failed: bool, as_of: str = "", **wish: Any) -> dict[Kind, str]:
        """The table that each collection follows now; says what may not be held so."""
        now = self.house.held()
        only = wish.get("only") or [kind.name for kind in self.remembered]
        for name in {*held, *now}:
            touched = name in only and (as_of or wish.get("release"))
            changed = now.get(name, "") <= as_of if as_of else name not in now
            assert now.get(name) == held.get(name) or (touched and changed), f"{name} is held at {now.get(name)}"
            assert not touched or failed or changed, f"{name} is still held at {now.get(name)}"
        return {kind: now.get(kind.name) or one.newest(self.house.now) for kind, one in self.remembered.items()}

    def _judge(self, kind: Kind, before: Files, wanted: Expected | None, after: Files, outcome: Outcome | None) -> None:
        if wanted is not None and outcome is not None and outcome.status in ("published", "unchanged"):
            assert not (strays := wanted.strays(after)), f"{kind.name} is not as it was read: {strays}"
            self.ended[outcome.status] += 1
            return
        assert after == before, f"{kind.name} was to stay as it was"
        if outcome is not None:
            assert outcome.status in ("refused", "failed") and all(outcome.refusals), f"{kind.name}: {outcome.status}"
            self.ended[outcome.status] += 1

    def _judge_killed(self, before: Files, wanted: Expected, after: Files) -> None:
        for key in before.keys() | wanted.files.keys() | after.keys():
            versions = (before.get(key), wanted.files.get(key), *([None] if key in wanted.either else []))
            assert after.get(key) in versions, f"{key} is in neither version"
        self.ended["killed"] += 1


def _broken(truth: Truth) -> set[int]:
    return {id for id, entity in truth.items() if entity.broken}


def of(kind: Kind, files: Files) -> Files:
    """The files of one collection."""
    return {key: data for key, data in files.items() if key.startswith(f"{kind.folder}/")}
