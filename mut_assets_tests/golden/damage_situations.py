"""What is said of damaged files and records; see `situations.py`."""

from pathlib import Path

from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.publication_log import OUTCOME, PublicationLog
from mut_assets_tests.golden.situations import Message, Produce, Situation, raised


def _record(data: bytes) -> Produce:
    def produce(folder: Path) -> Message:
        bucket = Bucket(str(folder))
        bucket.put(OUTCOME, data)
        return raised(PublicationLog(bucket).read)

    return produce


RECORDS = [
    Situation("MUT-STATE-001", "a record of a newer release", _record(b'{"format": 2}')),
    Situation("MUT-STATE-002", "half a record", _record(b'{"run_id": "1", "at')),
    Situation("MUT-STATE-002", "a number for a text", _record(b'{"run_id": 1, "at": "", "outcomes": []}')),
    Situation("MUT-STATE-002", "a list for an object", _record(b"[]")),
]

DAMAGE = [*RECORDS]
