"""One ingestion, from the first look to the proof: running jobs first, then each data source that is dirty.

What belongs here: the order of things, and waiting. What does not: the rules (`domain/ingestion/rules.py`), single
calls (`bedrock/jobs.py`, `bedrock/api.py`), the words of failures (`bedrock/failures.py`).

Jobs run one at a time in a knowledge base. One that fails does not keep the others from running: what went wrong is
raised at the end, together. Nothing is remembered between two ingestions, so one may be killed anywhere: the job that
it had started is found, followed and, if it was for what is published now, not repeated.
"""

from collections.abc import Callable, Mapping

from mut_assets.domain.ingestion.data_sources import Coverage, DataSource
from mut_assets.domain.ingestion.jobs import Job
from mut_assets.domain.ingestion.rules import (
    DocumentStatus,
    IngestionReport,
    JobReport,
    Listing,
    client_token,
    described,
    failed_documents,
    is_final,
    miscounted,
    summed,
    unsettled,
    why_dirty,
)
from mut_assets.resources.bedrock import failures as bedrock_failures
from mut_assets.resources.bedrock.api import KnowledgeBaseApi
from mut_assets.resources.failures import Failure

STOP_SECONDS = 60.0
"""How long a job that was told to stop is waited for."""
LAST_WORD_SECONDS = 30.0
"""How long a document may change a status such as FAILED after its job is complete."""


class Ingestion:
    """One ingestion of one knowledge base. `unserved` goes into the report."""

    def __init__(
        self,
        base: KnowledgeBaseApi,
        coverage: Coverage,
        unserved: Mapping[str, str],
        token: str,
        log: Callable[[str], None],
    ) -> None:
        self.base, self.coverage, self.unserved, self.token, self.log = base, coverage, unserved, token, log
        self.place = base.place
        self.known: dict[str, list[Job]] = {}
        self.starts = 0
        self.mine: set[str] = set()
        self.outlived: set[str] = set()
        self.reports: list[JobReport] = []
        self.failed: dict[str, str] = {}
        self.problems: list[Failure] = []

    def run(self) -> IngestionReport:
        """Brings every data source up to date; raises at the end what befell any of them."""
        for source in self.coverage.served:
            self._bring_up(source)
        if self.problems:
            raise bedrock_failures.all_of(self.problems)
        if not self.reports:
            self.log("what is published was ingested before: no job was needed")
        return summed(self.reports, self.failed.items(), self.unserved)

    # --- one data source ---------------------------------------------------------------------------------------------

    def _bring_up(self, source: DataSource) -> None:
        """Ingests a data source if it is dirty, once no other job runs in this knowledge base."""
        for _ in self.base.patience(self.base.deadline_seconds).turns():
            self._let_others_end()
            everything = self.base.listing()
            listing, at_most = everything.within(self._folders(source)), everything.at_most(source.inclusion)
            why = self._why_dirty(source, listing, at_most)
            if not why:
                return
            job = self._start(source, listing, why)
            if job:
                self._judge(self._followed(job, len(listing.documents)), source, listing, at_most)
                return
        self.problems.append(bedrock_failures.never_free(self.place, self._label(source), self.base.deadline_seconds))

    def _why_dirty(self, source: DataSource, listing: Listing, at_most: int | None) -> str:
        jobs = self.known[source.id]
        if jobs and jobs[0].statistics.failed and not jobs[0].reasons:
            jobs[0] = self.base.jobs.again(jobs[0])
        last = jobs[0] if jobs else None
        # A run that was killed left its job; what that did may not show yet, and a second one would not help.
        done = last and last.status == "COMPLETE" and last.listing == listing.fingerprint and not last.statistics.failed
        documents = self._settled(source, listing) if done else self._documents(source)
        return why_dirty(listing, at_most, documents, jobs)

    def _judge(self, job: Job, source: DataSource, listing: Listing, at_most: int | None) -> None:
        """Says what became of a job of this run."""
        label, published = self._label(source), len(listing.documents)
        self._report(job, followed=False)
        if job.status == "FAILED":
            self.problems.append(bedrock_failures.job_failed(self.place, label, job))
        elif job.id in self.outlived:
            self.problems.append(bedrock_failures.job_stuck(self.place, label, job, self.base.deadline_seconds))
        elif job.status == "STOPPED":
            self.problems.append(bedrock_failures.job_stopped(self.place, label, job))
        elif published and not job.statistics.scanned:
            self.problems.append(bedrock_failures.saw_nothing(self.place, label, job, source, published))
        elif miscounted(job.statistics, published, at_most):
            self.problems.append(bedrock_failures.counted_wrong(self.place, label, job, published))
        else:
            self._prove(job, source, listing)

    def _prove(self, job: Job, source: DataSource, listing: Listing) -> None:
        """Waits until what was published is served, and names what is not."""
        documents = self._documents(source) if job.statistics.failed else self._settled(source, listing)
        failed = failed_documents(job, listing, documents)
        for uri, reason in failed.foreign:
            self.log(f"{uri} was not ingested; the platform did not publish it: {reason}")
        for key, reason in failed.ours:
            self.log(f"{key} was not ingested: {reason}")
        self.failed.update(failed.ours)
        late = {key: state for key, state in unsettled(listing, documents).items() if key not in self.failed}
        if late and not job.statistics.failed:
            label, waited = self._label(source), self.base.settle_seconds
            self.problems.append(bedrock_failures.not_settled(self.place, label, source, late, waited))

    def _settled(self, source: DataSource, listing: Listing) -> Mapping[str, DocumentStatus]:
        """How the documents stand once they are as published, or when that has taken too long."""
        documents: Mapping[str, DocumentStatus] = {}
        told = ""
        for waited in self.base.patience(self.base.settle_seconds).turns():
            documents = self._documents(source)
            open_ones = unsettled(listing, documents)
            if not open_ones or (waited >= LAST_WORD_SECONDS and all(map(is_final, open_ones.values()))):
                break
            line = f"{self._label(source)}: not shown as published yet: {len(open_ones)}"
            if line != told:
                self.log(line)
            told = line
        return documents

    # --- jobs --------------------------------------------------------------------------------------------------------

    def _let_others_end(self) -> None:
        """Waits for every running job of the knowledge base, and knows its newest jobs afterwards."""
        if self.known:
            return
        known = {one.id: self.base.jobs.newest(one.id) for one in (*self.coverage.served, *self.coverage.ignored)}
        for running in [job for jobs in known.values() for job in jobs if job.running]:
            whose = "an earlier run of the platform" if running.ours else "somebody else"
            self.log(
                f"{self._name(running)}: job {running.id} is {running.status}, started by {whose}; it is waited for"
            )
            ended = self._followed(running, 0)
            known[running.data_source_id] = self.base.jobs.newest(running.data_source_id)
            if self._source(running):
                self._report(ended, followed=True)
        self.known = known

    def _start(self, source: DataSource, listing: Listing, why: str) -> Job | None:
        """Starts a job; None when the service takes none now, and then all jobs are looked at anew."""
        self._keep_distance()
        self.starts += 1
        token = client_token(self.token, source.id, self.starts, listing)
        job = self.base.jobs.start(source.id, token, described(self._folders(source), listing))
        if job is None:
            self.known = {}
            self.log(f"{self._label(source)}: the service takes no job now, another one is running; looking again")
            return None
        self.mine.add(job.id)
        self.log(f"{self._label(source)}: job {job.id} started, because {why}")
        return job

    def _keep_distance(self) -> None:
        """Waits until the service takes another start: one in ten seconds, in the whole account."""
        started = max((job.started for jobs in self.known.values() for job in jobs), default=None)
        if started is None:
            return
        spacing = self.base.start_spacing_seconds
        # The service's clock and this one may differ: never longer than the distance itself.
        left = min(spacing, spacing - (self.base.now() - started).total_seconds())
        if left > 0:
            self.base.sleep(left)

    def _followed(self, job: Job, published: int) -> Job:
        """The job when it has ended. Stops one of the platform's own that takes too long; leaves other people's."""
        told = ""
        for _ in self.base.patience(self.base.deadline_seconds).turns():
            job = self.base.jobs.again(job)
            line = _progress(job, published)
            if line != told:
                self.log(f"{self._name(job)}: {line}")
            told = line
            if not job.running:
                self._remember(job)
                return job
        if not job.ours and job.id not in self.mine:
            raise bedrock_failures.foreign_job_stuck(self.place, job, self.base.deadline_seconds)
        return self._stopped(job)

    def _stopped(self, job: Job) -> Job:
        """Ends a job that outlived its deadline, and gives it as it ended. Raises MUT-KB-027 if it does not end."""
        self.log(f"{self._name(job)}: job {job.id} outlived its deadline and is stopped")
        job = self.base.jobs.stop(job)
        for _ in self.base.patience(STOP_SECONDS).turns():
            if not job.running:
                break
            job = self.base.jobs.again(job)
        if job.running:
            raise bedrock_failures.job_stuck(self.place, self._name(job), job, self.base.deadline_seconds)
        if job.status == "STOPPED":
            self.outlived.add(job.id)
        self._remember(job)
        return job

    # --- names and notes ---------------------------------------------------------------------------------------------

    def _documents(self, source: DataSource) -> dict[str, DocumentStatus]:
        """How the documents in the data source's dataset folders stand."""
        folders = self._folders(source)
        return {key: state for key, state in self.base.documents(source).items() if key.split("/")[0] in folders}

    def _remember(self, job: Job) -> None:
        jobs = self.known.get(job.data_source_id)
        if jobs is not None:
            jobs[:] = [job, *(one for one in jobs if one.id != job.id)]

    def _report(self, job: Job, followed: bool) -> None:
        source = self._source(job)
        folders = self._folders(source) if source else ()
        self.reports.append(JobReport(folders, job.data_source_id, job.id, job.seconds, job.statistics, followed))

    def _source(self, job: Job) -> DataSource | None:
        return next((one for one in self.coverage.served if one.id == job.data_source_id), None)

    def _folders(self, source: DataSource) -> tuple[str, ...]:
        return self.coverage.served[source]

    def _label(self, source: DataSource) -> str:
        return ", ".join(self._folders(source))

    def _name(self, job: Job) -> str:
        source = self._source(job)
        return self._label(source) if source else f"data source {job.data_source_id}"


def _progress(job: Job, published: int) -> str:
    if not job.running:
        return f"job {job.id} is {job.status} after {job.seconds:.0f} s, {_counts(job, published)}"
    return f"{_counts(job, published)} (job {job.id} is {job.status})"


def _counts(job: Job, published: int) -> str:
    of = f" of {published}" if published else ""
    return f"indexed {job.statistics.indexed}{of}, scanned {job.statistics.scanned}"
