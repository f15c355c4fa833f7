"""The calls of one Bedrock knowledge base: what it is, which data sources read our dataset, what they hold.

What belongs here: asking the service and saying what its answers mean. What does not: one ingestion
(`bedrock/ingestion.py`), single jobs (`bedrock/jobs.py`), the rules (`domain/ingestion/data_sources.py`,
`domain/ingestion/rules.py`), the agent (`agent.py`), the bucket.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from mut_assets.domain.ingestion.data_sources import Coverage, DataSource, cover, create_command, read_data_source
from mut_assets.domain.ingestion.rules import DocumentStatus, ListedObject, Listing
from mut_assets.resources.aws.client import client, explained
from mut_assets.resources.bedrock import failures as bedrock_failures
from mut_assets.resources.bedrock.failures import KnowledgeBaseAddress
from mut_assets.resources.bedrock.jobs import SERVICE, Jobs
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.polling import Polling


@dataclass(frozen=True)
class KnowledgeBaseApi:
    """A knowledge base that reads the documents under `prefix` of `bucket`; the times are for those that wait for it.

    `deadline_seconds` is how long one job may take. `settle_seconds` is how long its documents may take to show
    afterwards. `start_spacing_seconds` lie between the starts of two jobs: the service takes one in ten seconds.
    """

    knowledge_base_id: str
    bucket: Bucket
    prefix: str
    region: str = ""
    poll_seconds: float = 10.0
    deadline_seconds: float = 1800.0
    start_spacing_seconds: float = 10.0
    settle_seconds: float = 600.0
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC), repr=False)

    def description(self) -> Mapping[str, Any]:
        """The `knowledgeBase` of GetKnowledgeBase. Raises MUT-AWS-004 for an unknown id, or the wrong region."""
        with explained(SERVICE, "GetKnowledgeBase", f"knowledge base {self.knowledge_base_id}", region=self.region):
            answer = self._client.get_knowledge_base(knowledgeBaseId=self.knowledge_base_id)
        return dict(answer["knowledgeBase"])

    def data_sources(self) -> list[DataSource]:
        """Returns all its data sources, including those that read something else."""
        return [self._data_source(id) for id in self.jobs.data_source_ids()]

    def coverage(self) -> Coverage:
        """Which data source reads which folder. Raises MUT-KB-022 for two on one folder, MUT-KB-023 for none at all."""
        coverage = cover(self.data_sources(), self.bucket_name, self.prefix)
        if coverage.clashes:
            raise bedrock_failures.clash(self.address, coverage.clashes)
        if not coverage.served:
            raise bedrock_failures.unread(self.address, coverage.ignored, self.commands(coverage).values())
        return coverage

    def commands(self, coverage: Coverage) -> dict[str, str]:
        """Returns, for each folder that no data source reads, the command that creates one."""
        region = str(self._client.meta.region_name)
        return {
            folder: create_command(self.knowledge_base_id, folder, self.bucket_name, self.prefix, region)
            for folder in coverage.unserved
        }

    def documents(self, source: DataSource) -> dict[str, DocumentStatus]:
        """Returns the status of each document in a data source, by key below the dataset prefix."""
        asked = {"dataSourceId": source.id}
        start = f"s3://{self.bucket_name}/{self.prefix}"
        statuses = {}
        call = ("ListKnowledgeBaseDocuments", "list_knowledge_base_documents", "documentDetails")
        for detail in self.jobs.pages(*call, asked):
            uri = str(((detail.get("identifier") or {}).get("s3") or {}).get("uri", ""))
            if uri.startswith(start):
                reason = str(detail.get("statusReason") or "")
                statuses[uri.removeprefix(start)] = DocumentStatus(str(detail["status"]), reason)
        return statuses

    def listing(self) -> Listing:
        """Returns what the bucket lists below the dataset prefix."""
        entries = [entry for entry in self.bucket.list(self.prefix) if not entry.is_folder_marker]
        objects = tuple(ListedObject(entry.key, entry.etag, entry.size, entry.modified) for entry in entries)
        return Listing(self.bucket_name, self.prefix, objects)

    @property
    def jobs(self) -> Jobs:
        """Its ingestion jobs."""
        return Jobs(lambda: self._client, self.knowledge_base_id, self.region)

    @property
    def address(self) -> KnowledgeBaseAddress:
        """Its id, region and dataset, for messages and commands."""
        return KnowledgeBaseAddress(self.knowledge_base_id, self.region, f"{self.bucket.where}/{self.prefix}")

    @property
    def bucket_name(self) -> str:
        """The bucket's name on S3. Raises MUT-KB-024 for a folder, which Bedrock cannot read."""
        if not self.bucket.where.startswith("s3://"):
            raise bedrock_failures.not_on_s3(self.address)
        return self.bucket.where.removeprefix("s3://")

    def polling(self, deadline_seconds: float) -> Polling:
        """Polling with the interval of this knowledge base."""
        return Polling(self.poll_seconds, deadline_seconds, self.sleep)

    @cached_property
    def _client(self) -> Any:
        return client(SERVICE, self.region)

    def _data_source(self, id: str) -> DataSource:
        item = f"data source {id} of knowledge base {self.knowledge_base_id}"
        with explained(SERVICE, "GetDataSource", item, region=self.region):
            answer = self._client.get_data_source(knowledgeBaseId=self.knowledge_base_id, dataSourceId=id)
        return read_data_source(answer["dataSource"])
