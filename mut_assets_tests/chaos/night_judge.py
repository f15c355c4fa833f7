"""Whether what a night left is right, whatever went wrong in it.

Per collection the published set is the truth at some instant of the night, or exactly what it was before, and then the
cause is named; what is served is what is published, or that is said; nothing is paid twice. What does not belong here:
the night (`nights.py`), what went wrong (`mishaps.py`).
"""

from collections import Counter
from collections.abc import Collection as Names
from dataclasses import dataclass
from datetime import date
from typing import Literal

from mut_assets.domain.collections import Collection
from mut_assets.domain.document_keys import ENDING
from mut_assets.domain.plans.outcome import Outcome
from mut_assets_tests.chaos import market
from mut_assets_tests.chaos.judge import of
from mut_assets_tests.chaos.left import Left
from mut_assets_tests.chaos.market import Files, Truth

Verdict = Literal["converged", "held", "kept", "torn"]
"""`held`: as the truth but for records that are named; `kept`: as before; `torn`: each document as either."""


@dataclass(frozen=True)
class Night:
    """What is judged: what was there before, what was left, and whose answers were not honest."""

    before: Left
    left: Left
    touched: Names[str]

    @property
    def bucket_is_honest(self) -> bool:
        return not {"bucket", "clock"} & set(self.touched)

    def outcome(self, kind: Collection) -> Outcome | None:
        publication = self.left.publication
        return next((one for one in publication.outcomes if one.collection == kind.name), None) if publication else None

    def judge(self) -> dict[str, Verdict]:
        """What became of each collection. An `AssertionError` says what is not as it should be."""
        verdicts = {kind.name: self._judge(kind) for kind in self.left.instants}
        assert self.left.green or self.left.codes, f"it failed without a code: {self.left.said}"
        for run in self.left.runs:
            uncoded = [step for step, what in run.failed.items() if "MUT-" not in what and "pstream" not in what]
            assert not uncoded, f"{uncoded[0]} failed without a code: {run.failed[uncoded[0]]}"
        self._served()
        self._paid()
        return verdicts

    def _judge(self, kind: Collection) -> Verdict:
        was, now = of(kind, self.before.files), of(kind, self.left.files)
        found = [self._as(kind, truth, was, now) for truth in self.left.instants[kind]]
        if "converged" in found:
            return "converged"
        if "held" in found:
            return "held"
        honest = self.bucket_is_honest and kind.wordpress_type not in self.touched
        assert not honest, f"{kind.name} was read honestly and did not go out: {self._strays(kind, now)}"
        if now == self._still_on(kind, was):
            assert not self.left.green, f"{kind.name} was kept back and nobody said so"
            assert self._named(kind), f"{kind.name} was kept back, and what failed is not its: {self.left.said}"
            return "kept"
        wanted = [market.deserved(kind, truth, self.left.day) for truth in self.left.instants[kind]]
        torn = all(now.get(key) in (was.get(key), *(one.get(key) for one in wanted)) for key in {*now, *was})
        assert torn and "bucket" in self.touched, (
            f"{kind.name} is neither as before nor true: {self._strays(kind, now)}"
        )
        assert not self.left.green, f"{kind.name} is half written and nobody said so"
        return "torn"

    def _still_on(self, kind: Collection, was: Files) -> Files:
        """What was there, without the events that are over by the night's clock: they leave whatever fails."""
        known = self.left.instants[kind][0]
        over = {*market.deserved(kind, known, date.min)} - {*market.deserved(kind, known, self.left.day)}
        return {key: data for key, data in was.items() if key not in over}

    def _as(self, kind: Collection, truth: Truth, was: Files, now: Files) -> Verdict:
        """Whether it is as this truth deserves; a record that is held by name may be as it was."""
        expected = market.deserved(kind, truth, self.left.day)
        for id in (id for id, entity in truth.items() if entity.broken):
            expected |= {key: was[key] for key in market.keys(kind, id) if key in was}
        different = {key for key in {*expected, *now} if now.get(key) != expected.get(key)}
        if not different:
            return "converged"
        outcome = self.outcome(kind)
        lines = outcome.held_lines if outcome and outcome.status != "refused" else ()
        titles = [f"{line.title} {line.link}" for line in lines]
        named = all(
            now.get(key) == was.get(key) and any(key.split("/")[1].split(".")[0] in title for title in titles)
            for key in different
        )
        return "held" if named else "torn"

    def _named(self, kind: Collection) -> bool:
        """Whether what kept it back is said of this collection, or of what all of them share."""
        steps = {step for run in self.left.runs for step in run.failed}
        own = {f"raw_{kind.name}", f"vectorial_{kind.name}", "kb_dataset"} & steps
        outcome = self.outcome(kind)
        return bool(own) or (outcome is not None and outcome.status in ("refused", "failed") and bool(outcome.refusals))

    def _strays(self, kind: Collection, now: Files) -> list[str]:
        wanted = market.deserved(kind, self.left.instants[kind][-1], self.left.day)
        return sorted(key for key in {*wanted, *now} if now.get(key) != wanted.get(key))[:6]

    def _served(self) -> None:
        published = {key: text.decode() for key, text in self.left.files.items() if key.endswith(ENDING)}
        different = sorted(
            key for key in {*published, *self.left.served} if published.get(key) != self.left.served.get(key)
        )
        if self.left.green or (self.bucket_is_honest and "services" not in self.touched):
            assert not different, f"it is published and not served so: {different[:5]}"

    def _paid(self) -> None:
        paid = self.left.paid
        assert not paid.again, f"written again as they were: {paid.again[:5]}"
        if self.bucket_is_honest and "services" not in self.touched:
            twice = [text for text, times in Counter(paid.texts).items() if times > 1]
            assert not twice, f"embedded twice: {twice[0][:200]}"
            known = set(self.before.paid.texts) & set(paid.texts)
            assert not known, f"embedded again: {next(iter(known))[:200]}"
            changed = {key.partition("/")[0] for key in self._changed()}
            assert Counter(paid.jobs) <= Counter(changed), f"jobs for {paid.jobs}, and changed was {changed}"

    def _changed(self) -> set[str]:
        files = {*self.before.files.items()} ^ {*self.left.files.items()}
        return {key for key, _ in files}
