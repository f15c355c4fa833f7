"""One ingestion, from the first look to the proof: running jobs first, then each data source that is dirty.

What belongs here: the order of things, and waiting. What does not: the rules (`domain/ingestion/rules.py`), single
calls (`bedrock/jobs.py`, `bedrock/api.py`), the words of failures (`bedrock/failures.py`).

Jobs run one at a time in a knowledge base. One that fails does not keep the others from running: what went wrong is
raised at the end, together. Nothing is remembered between two ingestions, so one may be killed anywhere: the job that
it had started is found, followed and, if it was for what is published now, not repeated.
"""

from collections.abc import Mapping

from mut_assets.domain.ingestion import rules
from mut_assets.domain.ingestion.data_sources import Coverage, DataSource
from mut_assets.domain.ingestion.jobs import Job
from mut_assets.domain.ingestion.rules import DocumentStatus, IngestionReport, JobReport, Listing
from mut_assets.resources.bedrock import failures as bedrock_failures
from mut_assets.resources.bedrock.api import KnowledgeBaseApi
from mut_assets.resources.bedrock.running_jobs import RunningJobs
from mut_assets.resources.failures import Failure
from mut_assets.resources.ports import Log

LAST_WORD_SECONDS = 30.0
"""How long a document may change a status such as FAILED after its job is complete."""


class Ingestion:
    """One ingestion of one knowledge base. `unserved` goes into the report."""

    def __init__(
        self, base: KnowledgeBaseApi, coverage: Coverage, unserved: Mapping[str, str], token: str, log: Log
    ) -> None:
        self.base, self.coverage, self.unserved, self.log = base, coverage, unserved, log
        self.address = base.address
        labels = {source.id: self._label(source) for source in coverage.served}
        self.jobs = RunningJobs(base, labels, token, log)
        self.reports: list[JobReport] = []
        self.failed: dict[str, str] = {}
        self.problems: list[Failure] = []

    def run(self) -> IngestionReport:
        """Ingests every dirty data source; raises at the end, together, what failed in any of them."""
        for source in self.coverage.served:
            self._bring_up(source)
        if self.problems:
            raise bedrock_failures.all_of(self.problems)
        if not self.reports:
            self.log("what is published was ingested before: no job was needed")
        return rules.summed(self.reports, self.failed.items(), self.unserved)

    def _bring_up(self, source: DataSource) -> None:
        """Ingests a data source if it is dirty, once no other job runs in this knowledge base."""
        for _ in self.base.polling(self.base.deadline_seconds).attempts():
            self._let_all_end()
            everything = self.base.listing()
            listing, at_most = everything.within(self._folders(source)), everything.at_most(source.inclusion)
            why = self._why_dirty(source, listing, at_most)
            if not why:
                return
            job = self.jobs.start(source.id, self._folders(source), listing, why)
            if job:
                self._judge(self.jobs.follow(job, len(listing.documents)), source, listing, at_most)
                return
        self.problems.append(bedrock_failures.never_free(self.address, self._label(source), self.base.deadline_seconds))

    def _let_all_end(self) -> None:
        """Waits for every running job of the knowledge base, and reports those of our data sources."""
        everywhere = (source.id for source in (*self.coverage.served, *self.coverage.ignored))
        for job in self.jobs.let_all_end(everywhere):
            if self._source(job):
                self._report(job, followed=True)

    def _why_dirty(self, source: DataSource, listing: Listing, at_most: int | None) -> str:
        jobs = self.jobs.newest(source.id)
        last = jobs[0] if jobs else None
        # A run that was killed left its job; what that did may not show yet, and a second one would not help.
        done = last and last.status == "COMPLETE" and last.listing == listing.fingerprint and not last.statistics.failed
        documents = self._settled(source, listing) if done else self._documents(source)
        return rules.why_dirty(listing, at_most, documents, jobs)

    def _judge(self, job: Job, source: DataSource, listing: Listing, at_most: int | None) -> None:
        """Reports a job of this run, and records the failure if it ended badly or miscounted."""
        label, published = self._label(source), len(listing.documents)
        self._report(job, followed=False)
        if job.status == "FAILED":
            self.problems.append(bedrock_failures.job_failed(self.address, label, job))
        elif self.jobs.outlived(job):
            self.problems.append(bedrock_failures.job_stuck(self.address, label, job, self.base.deadline_seconds))
        elif job.status == "STOPPED":
            self.problems.append(bedrock_failures.job_stopped(self.address, label, job))
        elif published and not job.statistics.scanned:
            self.problems.append(bedrock_failures.saw_nothing(self.address, label, job, source, published))
        elif rules.miscounted(job.statistics, published, at_most):
            self.problems.append(bedrock_failures.counted_wrong(self.address, label, job, published))
        else:
            self._prove(job, source, listing)

    def _prove(self, job: Job, source: DataSource, listing: Listing) -> None:
        """Waits until the published documents are INDEXED, and records those that are not."""
        documents = self._documents(source) if job.statistics.failed else self._settled(source, listing)
        failed = rules.failed_documents(job, listing, documents)
        for uri, reason in failed.foreign:
            self.log(f"{uri} was not ingested; the platform did not publish it: {reason}")
        for key, reason in failed.ours:
            self.log(f"{key} was not ingested: {reason}")
        self.failed.update(failed.ours)
        late = {key: state for key, state in rules.unsettled(listing, documents).items() if key not in self.failed}
        if late and not job.statistics.failed:
            label, waited = self._label(source), self.base.settle_seconds
            self.problems.append(bedrock_failures.not_settled(self.address, label, source, late, waited))

    def _settled(self, source: DataSource, listing: Listing) -> Mapping[str, DocumentStatus]:
        """Returns the documents' statuses once all are as published, or at the deadline."""
        documents: Mapping[str, DocumentStatus] = {}
        logged = ""
        for waited in self.base.polling(self.base.settle_seconds).attempts():
            documents = self._documents(source)
            open_ones = rules.unsettled(listing, documents)
            if not open_ones or (waited >= LAST_WORD_SECONDS and all(map(rules.is_final, open_ones.values()))):
                break
            line = f"{self._label(source)}: not shown as published yet: {len(open_ones)}"
            if line != logged:
                self.log(line)
            logged = line
        return documents

    def _documents(self, source: DataSource) -> dict[str, DocumentStatus]:
        """Returns the statuses of the documents in the data source's dataset folders."""
        folders = self._folders(source)
        return {key: state for key, state in self.base.documents(source).items() if key.split("/")[0] in folders}

    def _report(self, job: Job, followed: bool) -> None:
        source = self._source(job)
        folders = self._folders(source) if source else ()
        self.reports.append(JobReport(folders, job.data_source_id, job.id, job.seconds, job.statistics, followed))

    def _source(self, job: Job) -> DataSource | None:
        return next((source for source in self.coverage.served if source.id == job.data_source_id), None)

    def _folders(self, source: DataSource) -> tuple[str, ...]:
        return self.coverage.served[source]

    def _label(self, source: DataSource) -> str:
        return ", ".join(self._folders(source))
