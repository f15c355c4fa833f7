"""The last accepted run of the golden questions, which later runs are compared with.

What belongs here: keeping it under `state/evaluations/`, one per retriever: what the embedded index finds says nothing
about what a knowledge base should find. What does not: comparing (`domain/evaluation/runs.py`).
"""

import json
from dataclasses import dataclass

from mut_assets.domain.evaluation.runs import Run, as_content, from_content
from mut_assets.resources.bucket.object_store import Bucket

KEPT = "state/evaluations/"


@dataclass(frozen=True)
class Evaluations:
    """Keeps the accepted run of one retriever; `name` is `embedded`, or a knowledge base's id."""

    bucket: Bucket
    name: str

    @property
    def key(self) -> str:
        """Where it lies in the bucket."""
        return f"{KEPT}{self.name}.json"

    def accepted(self) -> Run | None:
        """The last accepted run, or None when there is none or its record is unreadable."""
        try:
            return from_content(json.loads(self.bucket.get(self.key)))
        except (KeyError, ValueError, TypeError, AttributeError):
            return None

    def accept(self, run: Run) -> None:
        """Keeps a run as the one to compare with."""
        self.bucket.put(self.key, json.dumps(as_content(run), ensure_ascii=False, indent=1).encode())

    def settled(self) -> str:
        """The state of documents and questions in which nothing was wrong when they were last asked, or ""."""
        return self._noted("settled")

    def settle(self, state: str) -> None:
        """Remembers a state that need not be asked again."""
        self._note("settled", state)

    def heard(self) -> str:
        """When the publication was made all of whose canaries sang last, or ""."""
        return self._noted("heard")

    def hear(self, at: str) -> None:
        """Remembers a publication whose canaries need not be watched for any more."""
        self._note("heard", at)

    def _noted(self, name: str) -> str:
        try:
            return self.bucket.get(f"{KEPT}{self.name}.{name}").decode("utf-8", "replace")
        except KeyError:
            return ""

    def _note(self, name: str, text: str) -> None:
        if self._noted(name) != text:
            self.bucket.put(f"{KEPT}{self.name}.{name}", text.encode())
