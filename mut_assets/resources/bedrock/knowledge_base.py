"""The knowledge base on Bedrock: takes in what is published, says what it serves and where its vectors are.

What belongs here: the three questions that the platform asks of any knowledge base. What does not: the calls
(`bedrock/api.py`), one ingestion from its first look to its proof (`bedrock/ingestion.py`).
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from mut_assets.domain.ingestion.jobs import sentences
from mut_assets.domain.ingestion.rules import IngestionReport, Served
from mut_assets.resources.bedrock import failures as bedrock_failures
from mut_assets.resources.bedrock.api import KnowledgeBaseApi
from mut_assets.resources.bedrock.ingestion import Ingestion
from mut_assets.resources.ports import Log, silent

_BEING_CHANGED = frozenset({"CREATING", "UPDATING"})


@dataclass(frozen=True)
class BedrockKnowledgeBase(KnowledgeBaseApi):
    """Answers visitors from the documents published under `prefix` of `bucket`."""

    def ingest(self, token: str, log: Log = silent) -> IngestionReport:
        """Ingests what changed since the last ingestion, and waits until it is served.

        `token` names this attempt (run id and retry number): the service starts at most one job for it and a data
        source. Raises MUT-KB-0xx and MUT-KB-1xx (`bedrock/failures.py`), MUT-AWS and MUT-S3 failures. Documents that
        a job could not take in are in the report's `failures`; the others are served then.
        """
        self._check_usable()
        coverage = self.coverage()
        commands = self.commands(coverage)
        for source, reason in coverage.ignored.items():
            log(f"data source {source} is left alone: {reason}")
        for folder, command in commands.items():
            log(f"{folder}: published, not served, because no data source reads it. To have it served: {command}")
        return Ingestion(self, coverage, commands, token, log).run()

    def served(self) -> Served:
        """Returns what it lists as INDEXED in the data sources that read the dataset."""
        coverage = self.coverage()
        listed = {key: state for source in coverage.served for key, state in self.documents(source).items()}
        return Served(
            versions={key: "" for key, state in sorted(listed.items()) if state.status == "INDEXED"},
            unserved=self.commands(coverage),
            not_indexed={key: str(state) for key, state in sorted(listed.items()) if state.status != "INDEXED"},
        )

    def vector_store(self) -> tuple[str, str] | None:
        """Host (with port, in lower case, without scheme) and namespace of its own Pinecone; None on another store."""
        pinecone = (self.description().get("storageConfiguration") or {}).get("pineconeConfiguration")
        if not pinecone:
            return None
        address = str(pinecone.get("connectionString", ""))
        host = urlsplit(address if "//" in address else f"//{address}").netloc.rpartition("@")[2]
        return host.lower(), str(pinecone.get("namespace") or "")

    def _check_usable(self) -> None:
        described = self.description()
        kind = str((described.get("knowledgeBaseConfiguration") or {}).get("type", ""))
        status = str(described.get("status", ""))
        if kind != "VECTOR":
            raise bedrock_failures.wrong_kind(self.address, kind)
        if status in _BEING_CHANGED:
            raise bedrock_failures.being_changed(self.address, status)
        if status != "ACTIVE":
            raise bedrock_failures.unusable(self.address, status, sentences(described.get("failureReasons") or ()))
