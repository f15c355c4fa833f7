"""The ingestion jobs of one knowledge base while an ingestion goes on: which ran, starting one, waiting for its end.

What belongs here: one job at a time in a knowledge base, the distance between two starts, deadlines. What does not:
whether a data source needs a job and what became of it (`bedrock/ingestion.py`), single calls (`bedrock/jobs.py`).
"""

from collections.abc import Iterable, Mapping, Sequence

from mut_assets.domain.ingestion.jobs import Job
from mut_assets.domain.ingestion.rules import Listing, client_token, job_description
from mut_assets.resources.bedrock import failures as bedrock_failures
from mut_assets.resources.bedrock.api import KnowledgeBaseApi
from mut_assets.resources.ports import Log

STOP_SECONDS = 60.0
"""How long a job that was told to stop is waited for."""


class RunningJobs:
    """The jobs of one ingestion. `labels` names data sources for people by id, `token` is the ingestion's own."""

    def __init__(self, base: KnowledgeBaseApi, labels: Mapping[str, str], token: str, log: Log) -> None:
        self._base, self._labels, self._token, self._log = base, labels, token, log
        self._newest: dict[str, list[Job]] | None = None
        """By data source id, newest first; None: the service has to be asked again."""
        self._starts = 0
        self._started: set[str] = set()
        self._outlived: set[str] = set()

    def outlived(self, job: Job) -> bool:
        """Whether a job was stopped by this ingestion because it took too long."""
        return job.id in self._outlived

    def let_all_end(self, data_source_ids: Iterable[str]) -> list[Job]:
        """Waits for every running job of these data sources, and gives those that it waited for as they ended.

        Asks the service only the first time, and after a start that it refused. Raises MUT-KB-123 for somebody else's
        job that does not end, MUT-KB-027 for one of the platform's that cannot be stopped.
        """
        if self._newest is not None:
            return []
        newest = {id: self._base.jobs.newest(id) for id in data_source_ids}
        ended = []
        for running in [job for jobs in newest.values() for job in jobs if job.running]:
            whose = "an earlier run of the platform" if running.ours else "somebody else"
            status = f"job {running.id} is {running.status}"
            self._log(f"{self._name(running)}: {status}, started by {whose}; it is waited for")
            ended.append(self.follow(running, 0))
            newest[running.data_source_id] = self._base.jobs.newest(running.data_source_id)
        self._newest = newest
        return ended

    def newest(self, data_source_id: str) -> list[Job]:
        """The jobs of a data source, newest first; the newest with its reasons where documents failed."""
        jobs = (self._newest or {})[data_source_id]
        if jobs and jobs[0].statistics.failed and not jobs[0].reasons:
            jobs[0] = self._base.jobs.again(jobs[0])
        return jobs

    def start(self, data_source_id: str, folders: Sequence[str], listing: Listing, why: str) -> Job | None:
        """Starts a job; None when the service takes none now, and then all jobs are looked at anew."""
        self._keep_distance()
        self._starts += 1
        token = client_token(self._token, data_source_id, self._starts, listing)
        job = self._base.jobs.start(data_source_id, token, job_description(folders, listing))
        label = self._labels[data_source_id]
        if job is None:
            self._newest = None
            self._log(f"{label}: the service takes no job now, another one is running; looking again")
            return None
        self._started.add(job.id)
        self._log(f"{label}: job {job.id} started, because {why}")
        return job

    def follow(self, job: Job, published: int) -> Job:
        """The job when it has ended. Stops one of the platform's own that takes too long; leaves other people's."""
        logged = ""
        for _ in self._base.polling(self._base.deadline_seconds).attempts():
            job = self._base.jobs.again(job)
            line = _progress(job, published)
            if line != logged:
                self._log(f"{self._name(job)}: {line}")
            logged = line
            if not job.running:
                self._remember(job)
                return job
        if not job.ours and job.id not in self._started:
            raise bedrock_failures.foreign_job_stuck(self._base.address, job, self._base.deadline_seconds)
        return self._stopped(job)

    def _stopped(self, job: Job) -> Job:
        """Ends a job that outlived its deadline, and gives it as it ended. Raises MUT-KB-027 if it does not end."""
        self._log(f"{self._name(job)}: job {job.id} outlived its deadline and is stopped")
        job = self._base.jobs.stop(job)
        for _ in self._base.polling(STOP_SECONDS).attempts():
            if not job.running:
                break
            job = self._base.jobs.again(job)
        if job.running:
            raise bedrock_failures.job_stuck(self._base.address, self._name(job), job, self._base.deadline_seconds)
        if job.status == "STOPPED":
            self._outlived.add(job.id)
        self._remember(job)
        return job

    def _keep_distance(self) -> None:
        """Waits until the service takes another start: one in ten seconds, in the whole account."""
        started = max((job.started for jobs in (self._newest or {}).values() for job in jobs), default=None)
        if started is None:
            return
        spacing = self._base.start_spacing_seconds
        # The service's clock and this one may differ: never longer than the distance itself.
        left = min(spacing, spacing - (self._base.now() - started).total_seconds())
        if left > 0:
            self._base.sleep(left)

    def _remember(self, job: Job) -> None:
        jobs = (self._newest or {}).get(job.data_source_id)
        if jobs is not None:
            jobs[:] = [job, *(other for other in jobs if other.id != job.id)]

    def _name(self, job: Job) -> str:
        return self._labels.get(job.data_source_id) or f"data source {job.data_source_id}"


def _progress(job: Job, published: int) -> str:
    of = f" of {published}" if published else ""
    counts = f"indexed {job.statistics.indexed}{of}, scanned {job.statistics.scanned}"
    if not job.running:
        return f"job {job.id} is {job.status} after {job.seconds:.0f} s, {counts}"
    return f"{counts} (job {job.id} is {job.status})"
