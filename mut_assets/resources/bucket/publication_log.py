"""What publishing decided: the outcome of the last publication, and refused plans that wait for a person.

`state/publication.json` holds the last outcome per collection; `state/plans/ID.json` a refused plan with the
snapshot and the day it was made from, so that approving the id applies exactly it.
"""

import json
import re
from dataclasses import asdict, dataclass, replace
from typing import Any

from mut_assets.domain.evaluation.gates import Canary
from mut_assets.domain.evaluation.scoring import DocumentRef
from mut_assets.domain.plans.outcome import Line, Outcome, Publication
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.served_record import ServedRecord
from mut_assets.resources.failures import PermanentFailure

OUTCOME = "state/publication.json"
PLANS = "state/plans/"
_PLAN = re.compile(re.escape(PLANS) + r"([0-9a-f]{12})\.json")

_IN_THE_RECORD = {"snapshots_served": "as_of", "expired": "over"}
"""Fields of a publication that the record has under an older name."""


@dataclass(frozen=True)
class PublicationLog:
    """Keeps outcomes and refused plans in the bucket."""

    bucket: Bucket

    def record(self, publication: Publication) -> Publication:
        """Replaces the outcomes of these collections, keeps refused plans, and gives the whole as it is recorded.

        Collections that were not published now keep their last outcome: approving one plan must not make another
        refusal look settled. A plan that no outcome refuses any more is dropped.
        """
        last = self.last()
        now = {outcome.collection for outcome in publication.outcomes}
        others = tuple(outcome for outcome in (last.outcomes if last else ()) if outcome.collection not in now)
        publication = replace(publication, outcomes=publication.outcomes + others)
        waiting = {outcome.plan: outcome for outcome in publication.kept_back if outcome.plan}
        for plan, outcome in waiting.items():
            self.bucket.put(f"{PLANS}{plan}.json", _dump(asdict(outcome)))
        for plan in set(self.waiting()) - waiting.keys():
            self.bucket.delete(f"{PLANS}{plan}.json")
        done = {
            outcome.collection: outcome.raw_snapshot
            for outcome in publication.outcomes
            if outcome.raw_snapshot and outcome.status in ("published", "unchanged")
        }
        publication = replace(publication, snapshots_served={**(last.snapshots_served if last else {}), **done})
        content = {_IN_THE_RECORD.get(name, name): value for name, value in asdict(publication).items()}
        self.bucket.put(OUTCOME, _dump(content))
        return publication

    def last(self) -> Publication | None:
        """The last publication; None when there was none.

        Also None when its record is unreadable, and nobody is told: `mut status` then says that nothing was published
        yet, and the next record forgets the collections that it does not publish itself.
        """
        try:
            content = json.loads(self.bucket.get(OUTCOME))
            return Publication(
                run_id=content["run_id"],
                at=content["at"],
                outcomes=tuple(_outcome(item) for item in content["outcomes"]),
                foreign=tuple(content["foreign"]),
                snapshots_served=dict(content["as_of"]),
                canaries=tuple(_canary(item) for item in content.get("canaries", [])),
                expired=tuple(content.get("over", [])),
            )
        except (KeyError, ValueError, TypeError):
            return None

    @property
    def served(self) -> ServedRecord:
        """What was last seen to be served of what was published."""
        return ServedRecord(self.bucket)

    def refused(self, plan: str) -> Outcome:
        """The refused plan with this id; raises `PermanentFailure` MUT-PUB-001 when there is none."""
        try:
            if plan not in self.waiting():  # also for what would be a key elsewhere
                raise KeyError(plan)
            return _outcome(json.loads(self.bucket.get(f"{PLANS}{plan}.json")))
        except (KeyError, ValueError, TypeError) as error:
            waiting = ", ".join(self.waiting()) or "none"
            raise PermanentFailure(
                "MUT-PUB-001",
                f"There is no refused plan {plan!r} in {self.bucket.where}/{PLANS}.",
                f"Give the id that the failed check or `mut status` shows; plans kept there: {waiting}.",
            ) from error

    def waiting(self) -> list[str]:
        """The ids of the plans that are kept."""
        found = (_PLAN.fullmatch(entry.key) for entry in self.bucket.list(PLANS))
        return [plan.group(1) for plan in found if plan]


def _outcome(item: dict[str, Any]) -> Outcome:
    lines = {name: tuple(Line(**line) for line in item[name]) for name in item if name.endswith("_lines")}
    return Outcome(**{**item, "refusals": tuple(item["refusals"]), "notes": tuple(item["notes"]), **lines})


def _canary(item: dict[str, Any]) -> Canary:
    return Canary(DocumentRef(**item["document"]), item["phrase"], item["added"])


def _dump(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode()
