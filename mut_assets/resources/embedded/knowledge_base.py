"""The knowledge base where there is no account: the embedded index, fed from the published folder.

What belongs here: the index behind the questions that the assets ask of any knowledge base. What does not: the index
itself (`embedded/index.py`), Bedrock's (`bedrock/knowledge_base.py`).
"""

from dataclasses import dataclass

from mut_assets.domain.ingestion.rules import IngestionReport, Served
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.embedded.index import LocalIndex
from mut_assets.resources.ports import Log, silent


@dataclass(frozen=True)
class LocalKnowledgeBase:
    """A knowledge base over the documents published under `prefix` of `bucket`."""

    index: LocalIndex
    bucket: Bucket
    prefix: str

    def ingest(self, token: str, log: Log = silent) -> IngestionReport:
        """Ingests what changed, in one transaction. `token` is unused: only services that start jobs need one."""
        return self.index.ingest(self.bucket, self.prefix, log)

    def served(self) -> Served:
        """Every indexed document with its fingerprint."""
        return Served(self.index.served())

    def vector_store(self) -> tuple[str, str] | None:
        """None: it keeps no vectors in Pinecone."""
        return None
