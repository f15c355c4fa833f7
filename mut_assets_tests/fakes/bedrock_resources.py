"""What the Bedrock double keeps: knowledge bases, data sources, ingestion jobs, agents.

What belongs here: the state that tests set and read, and how each thing looks in an answer. What does not: what a
call does (`bedrock.py`), what a job does (`bedrock_ingestion.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mut_assets_tests.fakes.aws_double import ACCOUNT

Structure = dict[str, Any]

RUNNING = ("STARTING", "IN_PROGRESS", "STOPPING")
STATISTICS = (
    "numberOfDocumentsScanned",
    "numberOfMetadataDocumentsScanned",
    "numberOfNewDocumentsIndexed",
    "numberOfModifiedDocumentsIndexed",
    "numberOfMetadataDocumentsModified",
    "numberOfDocumentsDeleted",
    "numberOfDocumentsFailed",
    "numberOfDocumentsSkipped",
)


def pinecone_storage(host: str = "https://mut-kb-example.svc.pinecone.example", namespace: str = "kb") -> Structure:
    """Storage in a Pinecone index; namespace "" for the index's default one."""
    pinecone: Structure = {
        "connectionString": host,
        "credentialsSecretArn": f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:pinecone/mut-kb-api-key-AbCdEf",
        "fieldMapping": {"textField": "text", "metadataField": "metadata"},
    }
    if namespace:
        pinecone["namespace"] = namespace
    return {"type": "PINECONE", "pineconeConfiguration": pinecone}


def opensearch_storage() -> Structure:
    mapping = {"vectorField": "vector", "textField": "text", "metadataField": "metadata"}
    collection = f"arn:aws:aoss:us-east-1:{ACCOUNT}:collection/mutexample"
    opensearch = {"collectionArn": collection, "vectorIndexName": "mut", "fieldMapping": mapping}
    return {"type": "OPENSEARCH_SERVERLESS", "opensearchServerlessConfiguration": opensearch}


@dataclass
class Document:
    """One document as a data source holds it; `status` is the service's word for it, DELETED ours.

    `text` and `attributes` are what was taken in the last time that worked, `etag` and `sidecar_etag` those of the
    objects it came from ("": it never worked; no sidecar). It is listed with its status from listing `visible_from` on.
    """

    key: str
    etag: str
    sidecar_etag: str
    text: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    status: str = "INDEXED"
    reason: str = ""
    visible_from: int = 0
    updated: datetime | None = None

    @property
    def taken_in(self) -> bool:
        """Whether any version of it is in the index."""
        return self.etag != ""

    def keep(self, before: "Document | None") -> None:
        """Holds what was taken in before, if anything was."""
        kept = before or Document(self.key, "", "")
        self.etag, self.sidecar_etag = kept.etag, kept.sidecar_etag
        self.text, self.attributes = kept.text, kept.attributes


@dataclass
class DataSource:
    """One S3 data source. `documents` are by object key; the settings below it break the jobs to come.

    `broken`: key -> reason, a document that fails. `skipped`: keys that are left out. `failure_reasons`: jobs end
    FAILED with these. `stuck`: jobs stay IN_PROGRESS until stopped. `blind`: jobs see an empty bucket, report zeros
    and change nothing. `lag`: how many listings a change takes to show. `listed_as`: key -> status, whatever is so.
    `pieces`: how many each document was cut into, and is found as. `unfound`: keys that are indexed and that no
    question retrieves.
    """

    knowledge_base_id: str
    id: str
    name: str
    created: datetime
    configuration: Structure
    ingestion: Structure
    deletion_policy: str = "DELETE"
    description: str = ""
    status: str = "AVAILABLE"
    documents: dict[str, Document] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)
    failure_reasons: list[str] = field(default_factory=list)
    stuck: bool = False
    blind: bool = False
    lag: int = 0
    listed_as: dict[str, str] = field(default_factory=dict)
    pieces: int = 1
    unfound: set[str] = field(default_factory=set)
    listings: int = 0

    @property
    def bucket(self) -> str:
        return str(self.configuration["s3Configuration"]["bucketArn"]).rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """What the keys it reads begin with; "" for the whole bucket."""
        return "".join(self.configuration["s3Configuration"].get("inclusionPrefixes", []))

    @property
    def next_visible(self) -> int:
        """The listing from which on a change of now shows."""
        return self.listings + self.lag + 1 if self.lag else self.listings

    def shown_status(self, document: Document) -> str:
        """The status that a listing now shows of a document."""
        if document.key in self.listed_as:
            return self.listed_as[document.key]
        if self.listings < document.visible_from:
            return "DELETE_IN_PROGRESS" if document.status == "DELETED" else "IN_PROGRESS"
        return document.status

    @property
    def indexed(self) -> dict[str, Document]:
        """The documents that are INDEXED for everybody to see, by key."""
        return {key: each for key, each in self.documents.items() if self.shown_status(each) == "INDEXED"}

    def summary(self) -> Structure:
        shown = {
            "knowledgeBaseId": self.knowledge_base_id,
            "dataSourceId": self.id,
            "name": self.name,
            "status": self.status,
            "updatedAt": self.created,
        }
        return shown | ({"description": self.description} if self.description else {})

    def answer(self) -> Structure:
        return self.summary() | {
            "dataSourceConfiguration": self.configuration,
            "vectorIngestionConfiguration": self.ingestion,
            "dataDeletionPolicy": self.deletion_policy,
            "createdAt": self.created,
        }


@dataclass
class KnowledgeBase:
    """One knowledge base. `status` and `storage` may be set at any time."""

    id: str
    name: str
    created: datetime
    region: str
    storage: Mapping[str, Any]
    embedding_model: str
    kind: str = "VECTOR"
    status: str = "ACTIVE"
    failure_reasons: list[str] = field(default_factory=list)
    sources: dict[str, DataSource] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        return f"arn:aws:bedrock:{self.region}:{ACCOUNT}:knowledge-base/{self.id}"

    @property
    def on_pinecone(self) -> bool:
        return self.kind == "VECTOR" and self.storage["type"] == "PINECONE"

    @property
    def served(self) -> set[str]:
        """The keys that are INDEXED in any of its data sources."""
        return {key for source in self.sources.values() for key in source.indexed}

    def answer(self) -> Structure:
        model = f"arn:aws:bedrock:{self.region}::foundation-model/{self.embedding_model}"
        configurations: dict[str, Structure] = {
            "VECTOR": {"vectorKnowledgeBaseConfiguration": {"embeddingModelArn": model}},
            "MANAGED": {"managedKnowledgeBaseConfiguration": {"embeddingModelType": "MANAGED"}},
        }
        shown = {
            "knowledgeBaseId": self.id,
            "name": self.name,
            "knowledgeBaseArn": self.arn,
            "roleArn": f"arn:aws:iam::{ACCOUNT}:role/mut-knowledge-base",
            "knowledgeBaseConfiguration": {"type": self.kind, **configurations.get(self.kind, {})},
            "status": self.status,
            "createdAt": self.created,
            "updatedAt": self.created,
            "failureReasons": self.failure_reasons,
        }
        return shown | ({"storageConfiguration": self.storage} if self.kind == "VECTOR" else {})


@dataclass
class Job:
    """One ingestion job; `polls` counts how often it was asked about since its last change of status."""

    id: str
    source: DataSource
    started: datetime
    description: str = ""
    status: str = "STARTING"
    polls: int = 0
    updated: datetime | None = None
    statistics: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATISTICS, 0))
    failure_reasons: list[str] = field(default_factory=list)
    found: Any = None

    def summary(self) -> Structure:
        """As ListIngestionJobs shows it: without the reasons of a failure."""
        shown = {
            "knowledgeBaseId": self.source.knowledge_base_id,
            "dataSourceId": self.source.id,
            "ingestionJobId": self.id,
            "status": self.status,
            "startedAt": self.started,
            "updatedAt": self.updated or self.started,
            "statistics": dict(self.statistics),
        }
        return shown | ({"description": self.description} if self.description else {})

    def answer(self) -> Structure:
        return self.summary() | ({"failureReasons": list(self.failure_reasons)} if self.failure_reasons else {})


@dataclass
class Agent:
    """One agent. With `failure_reasons`, preparing it ends FAILED; `prepared` is when that last worked."""

    id: str
    name: str
    created: datetime
    region: str
    status: str = "NOT_PREPARED"
    prepared: datetime | None = None
    failure_reasons: list[str] = field(default_factory=list)
    recommended_actions: list[str] = field(default_factory=list)
    polls: int = 0

    @property
    def arn(self) -> str:
        return f"arn:aws:bedrock:{self.region}:{ACCOUNT}:agent/{self.id}"

    def answer(self) -> Structure:
        shown: Structure = {
            "agentId": self.id,
            "agentName": self.name,
            "agentArn": self.arn,
            "agentVersion": "DRAFT",
            "agentStatus": self.status,
            "idleSessionTTLInSeconds": 600,
            "agentResourceRoleArn": f"arn:aws:iam::{ACCOUNT}:role/mut-agent",
            "createdAt": self.created,
            "updatedAt": self.prepared or self.created,
        }
        if self.prepared:
            shown["preparedAt"] = self.prepared
        if self.status == "FAILED":
            shown |= {"failureReasons": self.failure_reasons, "recommendedActions": self.recommended_actions}
        return shown
