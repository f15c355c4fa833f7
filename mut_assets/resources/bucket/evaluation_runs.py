"""What is remembered of asking the golden questions: the last accepted run, and what need not be asked again.

What belongs here: keeping it under `state/evaluations/`, one record per retriever: what the embedded index finds says
nothing about what a knowledge base should find. What does not: comparing runs (`domain/evaluation/runs.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mut_assets.domain.evaluation.runs import Run, as_content
from mut_assets.resources.bucket import records
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.ports import Log, silent

KEPT = "state/evaluations/"


@dataclass(frozen=True)
class EvaluationRuns:
    """Keeps the accepted run of one retriever; `name` is `embedded`, or a knowledge base's id."""

    bucket: Bucket
    name: str

    @property
    def key(self) -> str:
        """Where it lies in the bucket."""
        return f"{KEPT}{self.name}.json"

    def read(self) -> Run | None:
        """The last accepted run; None when there is none. Raises what `records.read` raises."""
        return records.read(self.bucket, self.key, _run)

    def accepted(self, warn: Log = silent) -> Run | None:
        """The last accepted run; None when there is none, or its record cannot be read, of which `warn` is told.

        Then later runs are compared with nothing. Raises `PermanentFailure` MUT-STATE-001 for a newer format.
        """
        return records.readable(self.bucket, self.key, _run, warn)

    def accept(self, run: Run) -> None:
        """Keeps a run as the one to compare with."""
        self.bucket.put(self.key, records.as_bytes({**as_content(run), **records.NAMED}))

    def last_checked(self) -> str:
        """The state of documents and questions that was asked last without a problem, or ""."""
        return self._noted("settled")

    def mark_checked(self, state: str) -> None:
        """Remembers a state that had no problem and need not be asked again."""
        self._note("settled", state)

    def canaries_found(self) -> str:
        """When the last publication was made whose canaries were all as they should be, or ""."""
        return self._noted("heard")

    def mark_canaries_found(self, at: str) -> None:
        """Remembers by its time a publication whose canaries need not be asked for again."""
        self._note("heard", at)

    def _noted(self, name: str) -> str:
        try:
            return self.bucket.get(f"{KEPT}{self.name}.{name}").decode("utf-8", "replace")
        except KeyError:
            return ""

    def _note(self, name: str, text: str) -> None:
        if self._noted(name) != text:
            self.bucket.put(f"{KEPT}{self.name}.{name}", text.encode())


def _run(content: Mapping[str, Any]) -> Run:
    return records.shaped(Run, content)
