"""Ingestion jobs, as the service tells of them.

What belongs here: reading answers, defensively: a member that is missing is zero or nothing. What does not: what a job
means for a folder (`ingestion/rules.py`), or asking for one (`resources/bedrock/jobs.py`).
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

OURS = "mut-assets: "
"""How the description of a job begins that the platform started."""
RUNNING = frozenset({"STARTING", "IN_PROGRESS", "STOPPING"})

_LISTING = re.compile(r"\blisting ([0-9a-f]{64})\b")

NAMES = {
    "scanned": "numberOfDocumentsScanned",
    "metadata_scanned": "numberOfMetadataDocumentsScanned",
    "new": "numberOfNewDocumentsIndexed",
    "modified": "numberOfModifiedDocumentsIndexed",
    "metadata_modified": "numberOfMetadataDocumentsModified",
    "deleted": "numberOfDocumentsDeleted",
    "failed": "numberOfDocumentsFailed",
}
"""Our word -> Bedrock's."""


@dataclass(frozen=True)
class Statistics:
    """An ingestion job's numbers."""

    scanned: int = 0
    metadata_scanned: int = 0
    new: int = 0
    modified: int = 0
    metadata_modified: int = 0
    deleted: int = 0
    failed: int = 0

    @property
    def changed(self) -> int:
        """How many changes the knowledge base took over."""
        return self.indexed + self.deleted

    @property
    def indexed(self) -> int:
        """How many documents were written."""
        return self.new + self.modified + self.metadata_modified


@dataclass(frozen=True)
class Job:
    """An ingestion job as the service describes it. Only the description of a single job has `reasons`."""

    data_source_id: str
    id: str
    status: str
    started: datetime
    updated: datetime
    description: str = ""
    statistics: Statistics = Statistics()
    reasons: tuple[str, ...] = ()

    @property
    def running(self) -> bool:
        """Whether it may still change what is served."""
        return self.status in RUNNING

    @property
    def seconds(self) -> float:
        """From its start to its last sign of life."""
        return max(0.0, (self.updated - self.started).total_seconds())

    @property
    def ours(self) -> bool:
        """Whether the platform started it, in this run or another."""
        return self.description.startswith(OURS)

    @property
    def listing(self) -> str:
        """The fingerprint of the listing that it was started for; empty for somebody else's job."""
        match = _LISTING.search(self.description)
        return match.group(1) if match else ""


def read_job(answer: Mapping[str, Any]) -> Job:
    """A job from an `ingestionJob` or one of `ingestionJobSummaries`."""
    numbers = answer.get("statistics") or {}
    return Job(
        data_source_id=str(answer["dataSourceId"]),
        id=str(answer["ingestionJobId"]),
        status=str(answer["status"]),
        started=answer["startedAt"],
        updated=answer["updatedAt"],
        description=str(answer.get("description") or ""),
        statistics=Statistics(**{own: int(numbers.get(name) or 0) for own, name in NAMES.items()}),
        reasons=tuple(sentences(answer.get("failureReasons") or ())),
    )


def sentences(reasons: Iterable[object]) -> list[str]:
    """The service's failure reasons one by one: some come as a JSON list inside a string."""
    texts: list[str] = []
    for reason in reasons:
        text = str(reason).strip()
        try:
            inner = json.loads(text) if text.startswith("[") else None
        except (ValueError, RecursionError):
            inner = None
        texts += sentences(inner) if isinstance(inner, list) else [text] if text else []
    return texts
