"""Ingestion jobs, call by call: which data sources there are, what was run, starting, asking, stopping.

What belongs here: one call of Bedrock's API each, errors explained. What does not: whether a job is needed, and
waiting for one (`bedrock/ingestion.py`).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from mut_assets.domain.ingestion.jobs import Job, read_job
from mut_assets.resources.aws.client import code_of, explained
from mut_assets.resources.failures import TransientFailure

SERVICE = "bedrock-agent"
JOBS_LOOKED_AT = 100
"""Of each data source, newest first. One runs at a time, so the running one is among them."""


@dataclass(frozen=True)
class Jobs:
    """The ingestion jobs of one knowledge base. `client` gives the boto3 client of `bedrock-agent`."""

    client: Callable[[], Any]
    knowledge_base_id: str
    region: str = ""

    def data_source_ids(self) -> list[str]:
        """The ids of all its data sources."""
        summaries = self.pages("ListDataSources", "list_data_sources", "dataSourceSummaries", {})
        return [str(summary["dataSourceId"]) for summary in summaries]

    def newest(self, data_source_id: str) -> list[Job]:
        """The newest jobs of a data source, newest first, without the reasons of a failure."""
        with self._explained("ListIngestionJobs", data_source_id):
            answer = self.client().list_ingestion_jobs(
                knowledgeBaseId=self.knowledge_base_id,
                dataSourceId=data_source_id,
                sortBy={"attribute": "STARTED_AT", "order": "DESCENDING"},
                maxResults=JOBS_LOOKED_AT,
            )
        jobs = [read_job(summary) for summary in answer.get("ingestionJobSummaries", [])]
        return sorted(jobs, key=lambda job: (job.started, job.id), reverse=True)

    def again(self, job: Job) -> Job:
        """Asks for the job's present state, with the reasons of a failure."""
        with self._explained("GetIngestionJob", job.data_source_id, job.id):
            return read_job(self.client().get_ingestion_job(**self._named(job))["ingestionJob"])

    def start(self, data_source_id: str, token: str, description: str) -> Job | None:
        """Starts a job; None when the service takes none now: another one runs, or too many were started.

        The SDK repeats a request whose answer was lost, with the same token, and the service then starts no second
        job. What it answers then is not documented, so an answer that is not of this job is looked for in the list of
        jobs, by its `description`; None where it is not in there either.
        """
        try:
            with self._explained("StartIngestionJob", data_source_id):
                answer = self.client().start_ingestion_job(
                    knowledgeBaseId=self.knowledge_base_id,
                    dataSourceId=data_source_id,
                    clientToken=token,
                    description=description,
                )
        except TransientFailure as failure:
            if code_of(failure) not in _TAKES_NONE_NOW:
                raise
            return None
        told = answer.get("ingestionJob")
        job = read_job(told) if told else None
        if job is not None and job.data_source_id == data_source_id and job.description == description:
            return job
        return next((job for job in self.newest(data_source_id) if job.description == description), None)

    def stop(self, job: Job) -> Job:
        """Stops a job and returns its state after that. A job that has already ended is no error."""
        try:
            with self._explained("StopIngestionJob", job.data_source_id, job.id):
                return read_job(self.client().stop_ingestion_job(**self._named(job))["ingestionJob"])
        except TransientFailure as failure:
            if code_of(failure) != "ConflictException":
                raise
            return self.again(job)

    def pages(self, action: str, method: str, member: str, asked: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """Yields every item of a list operation of this knowledge base, over all pages."""
        with self._explained(action, asked.get("dataSourceId", "")):
            pages = (
                self.client()
                .get_paginator(method)
                .paginate(knowledgeBaseId=self.knowledge_base_id, **asked, PaginationConfig={"PageSize": 1000})
            )
            items = [item for page in pages for item in page.get(member, [])]
        yield from items

    def _named(self, job: Job) -> dict[str, str]:
        return {"knowledgeBaseId": self.knowledge_base_id, "dataSourceId": job.data_source_id, "ingestionJobId": job.id}

    def _explained(self, action: str, data_source_id: str, job_id: str = "") -> AbstractContextManager[None]:
        item = f"data source {data_source_id} of " if data_source_id else ""
        job = f"job {job_id}, " if job_id else ""
        return explained(SERVICE, action, f"{job}{item}knowledge base {self.knowledge_base_id}", region=self.region)


_TAKES_NONE_NOW = frozenset({"ConflictException", "ServiceQuotaExceededException", "ThrottlingException"})
