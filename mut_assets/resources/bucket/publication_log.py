"""What publishing decided: the outcome of the last publication, and refused plans that wait for a person.

`state/publication.json` holds the last outcome per collection; `state/plans/ID.json` a refused plan with the
snapshot and the day it was made from, so that approving the id applies exactly it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from mut_assets.domain.document_keys import BY_NAME
from mut_assets.domain.plans.outcome import Outcome, Publication
from mut_assets.resources.bucket import records
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.served_record import ServedRecord
from mut_assets.resources.failures import PermanentFailure
from mut_assets.resources.ports import Log, silent

OUTCOME = "state/publication.json"
PLANS = "state/plans/"
RECENT = 5
"""Publications that the record keeps as they were made: another run may publish before one has told its own."""

_IN_THE_RECORD = {"snapshots_served": "as_of", "expired": "over"}
"""Fields of a publication that the record has under an older name."""
_PLAN = re.compile(re.escape(PLANS) + r"([0-9a-f]{12})\.json")


@dataclass(frozen=True)
class PublicationLog:
    """Keeps outcomes and refused plans in the bucket."""

    bucket: Bucket

    def record(self, publication: Publication) -> Publication:
        """Replaces the outcomes of these collections, keeps refused plans, and gives the whole as it is recorded.

        Collections that were not published now keep their last outcome: approving one plan must not make another
        refusal look settled. A plan that no outcome refuses any more is dropped, unless the record before cannot be
        read, which may have refused it. Raises `PermanentFailure` MUT-STATE-001 for a record of a newer format.
        """
        kept = records.readable(self.bucket, OUTCOME, lambda content: (_record(content), content), silent)
        (last, recent), as_written = kept or ((None, ()), {})
        own = publication
        now = {outcome.collection for outcome in publication.outcomes}
        others = tuple(outcome for outcome in (last.outcomes if last else ()) if outcome.collection not in now)
        publication = replace(publication, outcomes=publication.outcomes + others)
        waiting = {outcome.plan: outcome for outcome in publication.kept_back if outcome.plan}
        for plan, outcome in waiting.items():
            self.bucket.put(f"{PLANS}{plan}.json", records.as_bytes({**records.NAMED, **asdict(outcome)}))
        for plan in set(self.waiting()) - waiting.keys() if last else ():
            self.bucket.delete(f"{PLANS}{plan}.json")
        done = {
            outcome.collection: outcome.raw_snapshot
            for outcome in publication.outcomes
            if outcome.raw_snapshot and outcome.status in ("published", "unchanged")
        }
        publication = replace(publication, snapshots_served={**(last.snapshots_served if last else {}), **done})
        # As they stand there: a newer release's fields outlive this one's writing.
        earlier = zip(recent, as_written.get("recent", ()), strict=True)
        before = [written for one, written in earlier if one.run_id != own.run_id][: RECENT - 1]
        content = {**_content(publication), **records.NAMED, "recent": [_content(own), *before]}
        self.bucket.put(OUTCOME, records.as_bytes(content))
        return publication

    def read(self) -> Publication | None:
        """The last publication; None when there was none. Raises what `records.read` raises."""
        kept = records.read(self.bucket, OUTCOME, _record)
        return kept[0] if kept else None

    def last(self, warn: Log = silent) -> Publication | None:
        """The last publication; None when there was none, or its record cannot be read, of which `warn` is told.

        Raises `PermanentFailure` MUT-STATE-001 for a record of a newer format.
        """
        kept = records.readable(self.bucket, OUTCOME, _record, warn)
        return kept[0] if kept else None

    def of_runs(self, runs: Sequence[str]) -> Publication | None:
        """The newest publication that one of these runs made, as it made it; None when none did, or long ago."""
        kept = records.readable(self.bucket, OUTCOME, _record, silent)
        last, recent = kept or (None, ())
        if last is not None and last.run_id in runs:
            return last
        return next((publication for publication in recent if publication.run_id in runs), None)

    @property
    def served(self) -> ServedRecord:
        """What was last seen to be served of what was published."""
        return ServedRecord(self.bucket)

    def refused(self, plan: str) -> Outcome:
        """The refused plan with this id; raises `PermanentFailure` MUT-PUB-001 when there is none, and what
        `records.read` raises."""
        try:
            if plan not in self.waiting():  # also for what would be a key elsewhere
                raise ValueError(plan)
            outcome = records.read(self.bucket, f"{PLANS}{plan}.json", _plan)
        except ValueError:
            outcome = None
        if outcome is None:
            waiting = ", ".join(self.waiting()) or "none"
            raise PermanentFailure(
                "MUT-PUB-001",
                f"There is no refused plan {plan!r} in {self.bucket.where}/{PLANS}.",
                f"Give the id that the failed check or `mut status` shows; plans kept there: {waiting}.",
            )
        return outcome

    def waiting(self) -> list[str]:
        """The ids of the plans that are kept."""
        matches = (_PLAN.fullmatch(entry.key) for entry in self.bucket.list(PLANS))
        return [match.group(1) for match in matches if match]

    def reads(self) -> Iterator[Callable[[], object]]:
        """Reads each record of publishing; for `records.troubles`."""
        yield self.read
        yield self.served.read
        for plan in self.waiting():
            yield partial(self.refused, plan)


def _content(publication: Publication) -> dict[str, Any]:
    return {_IN_THE_RECORD.get(name, name): value for name, value in asdict(publication).items()}


def _publication(content: Mapping[str, Any]) -> Publication:
    named = {name: content[older] for name, older in _IN_THE_RECORD.items() if older in content}
    return records.shaped(Publication, {**content, **named})


def _record(content: Mapping[str, Any]) -> tuple[Publication, tuple[Publication, ...]]:
    """The last publication, and the recent ones as they were made, newest first."""
    return _publication(content), tuple(map(_publication, content.get("recent", ())))


def _plan(content: Mapping[str, Any]) -> Outcome:
    outcome = records.shaped(Outcome, content)
    if outcome.collection not in BY_NAME:
        raise ValueError(f"there is no collection {outcome.collection!r}")
    date.fromisoformat(outcome.day)
    return outcome
