"""What can go wrong between the platform and a knowledge base or an agent, each with its code and its advice.

Documents that a complete job could not take in are not here: they are reported, and `assets/knowledge_base.py` fails
with MUT-KB-010. Refusals that any AWS service may answer are in `aws/client.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mut_assets.domain.ingestion.data_sources import DataSource
from mut_assets.domain.ingestion.jobs import Job
from mut_assets.domain.ingestion.rules import DocumentStatus
from mut_assets.resources.failures import Failure, PermanentFailure, TransientFailure

NAMED = 5


@dataclass(frozen=True)
class KnowledgeBaseAddress:
    """The id of a knowledge base, its region ("" for the environment's), and the address of the dataset."""

    id: str
    region: str
    dataset: str

    def __str__(self) -> str:
        return f"The knowledge base {self.id}"

    def command(self, operation: str, data_source_id: str = "", job_id: str = "") -> str:
        """An aws command about this knowledge base, to be pasted into a shell."""
        parts = [f"aws bedrock-agent {operation}"]
        parts += [f"--region {self.region}"] if self.region else []
        parts += [f"--knowledge-base-id {self.id}"]
        parts += [f"--data-source-id {data_source_id}"] if data_source_id else []
        parts += [f"--ingestion-job-id {job_id}"] if job_id else []
        return " ".join(parts)

    def history(self, data_source_id: str) -> str:
        """Where the jobs of a data source can be seen."""
        return (
            f"Sync history of data source {data_source_id} (console: Amazon Bedrock > Knowledge bases > {self.id}): "
            f"{self.command('list-ingestion-jobs', data_source_id)}"
        )


def wrong_kind(address: KnowledgeBaseAddress, kind: str) -> Failure:
    """A knowledge base that takes in no documents from S3 by ingestion jobs."""
    return PermanentFailure(
        "MUT-KB-020",
        f"{address} is of type {kind}; only VECTOR ones can be served.",
        "Create a knowledge base of type VECTOR (docs/aws.md has the commands) and set KNOWLEDGE_BASE_ID to it.",
    )


def unusable(address: KnowledgeBaseAddress, status: str, reasons: Sequence[str]) -> Failure:
    """A knowledge base in a status that does not pass by itself."""
    return PermanentFailure(
        "MUT-KB-021",
        f"{address} is {status}{_because(reasons)}.",
        f"Look at it: {address.command('get-knowledge-base')}. Mend it, or set KNOWLEDGE_BASE_ID to another one.",
    )


def being_changed(address: KnowledgeBaseAddress, status: str) -> Failure:
    """A knowledge base that is being created or updated."""
    return TransientFailure(
        "MUT-KB-120",
        f"{address} is {status}.",
        f"It is tried again; if it stays so, look at it: {address.command('get-knowledge-base')}",
    )


def clash(address: KnowledgeBaseAddress, folders: Mapping[str, Sequence[DataSource]]) -> Failure:
    """Folders that more than one data source reads: every document would be served twice."""
    clashes = "; ".join(f"{folder}/ by {' and '.join(map(str, sources))}" for folder, sources in folders.items())
    last = next(iter(folders.values()))[-1]
    return PermanentFailure(
        "MUT-KB-022",
        f"{address} would serve documents twice, because folders are read by several data sources: {clashes}.",
        "Keep one for each folder and delete the others, for example: "
        f"{address.command('delete-data-source', last.id)}",
    )


def unread(address: KnowledgeBaseAddress, others: Mapping[DataSource, str], commands: Iterable[str]) -> Failure:
    """A knowledge base none of whose data sources reads any folder of the dataset."""
    ignored = "; ".join(f"{source}: {reason}" for source, reason in others.items()) or "it has none at all"
    return PermanentFailure(
        "MUT-KB-023",
        f"{address} has no data source that reads {address.dataset}: {ignored}.",
        f"Compare S3_BUCKET_NAME and S3_DATASET_PREFIX with {address.command('list-data-sources')}, or create them:\n"
        + "\n".join(commands),
    )


def not_on_s3(address: KnowledgeBaseAddress) -> Failure:
    """A dataset that Bedrock cannot reach."""
    return PermanentFailure(
        "MUT-KB-024",
        f"{address} reads from S3, and the dataset is published to {address.dataset}.",
        "Set S3_BUCKET_NAME to the bucket that its data sources read.",
    )


def job_failed(address: KnowledgeBaseAddress, label: str, job: Job) -> Failure:
    """A job that ended FAILED."""
    return PermanentFailure(
        "MUT-KB-025",
        f"{label}: ingestion job {job.id} FAILED{_because(job.reasons) or ': the service gives no reason'}.",
        f"What was served before is still served. {address.history(job.data_source_id)}",
    )


def job_stopped(address: KnowledgeBaseAddress, label: str, job: Job) -> Failure:
    """A job that somebody else ended."""
    return PermanentFailure(
        "MUT-KB-026",
        f"{label}: ingestion job {job.id} was stopped before its end, not by this run.",
        f"Materialize bedrock_kb_ingestion again when that is meant to happen. {address.history(job.data_source_id)}",
    )


def job_stuck(address: KnowledgeBaseAddress, label: str, job: Job, seconds: float) -> Failure:
    """A job of the platform that outlived the deadline. Permanent: the run's own limit leaves no time for another."""
    stopped = "It was stopped" if job.status == "STOPPED" else f"It was told to stop and is {job.status}"
    return PermanentFailure(
        "MUT-KB-027",
        f"{label}: ingestion job {job.id} did not end within {seconds / 60:.0f} minutes (documents indexed: "
        f"{job.statistics.indexed}, scanned: {job.statistics.scanned}). {stopped}.",
        f"Materialize bedrock_kb_ingestion again; if it repeats, look at https://health.aws.amazon.com. "
        f"{address.history(job.data_source_id)}",
    )


def saw_nothing(address: KnowledgeBaseAddress, label: str, job: Job, source: DataSource, published: int) -> Failure:
    """A complete job whose statistics are all zero although documents are published."""
    return PermanentFailure(
        "MUT-KB-028",
        f"{label}: ingestion job {job.id} is COMPLETE and saw nothing. Documents published: {published}.",
        f"The data source reads s3://{source.bucket}/{source.inclusion}: compare that prefix with the bucket, and the "
        "knowledge base's role with deploy/iam (s3:ListBucket and s3:GetObject on it): "
        f"{address.command('get-data-source', source.id)}",
    )


def counted_wrong(address: KnowledgeBaseAddress, label: str, job: Job, published: int) -> Failure:
    """A complete job that scanned another number of documents than are published."""
    return PermanentFailure(
        "MUT-KB-029",
        f"{label}: ingestion job {job.id} is COMPLETE and counted wrong. Documents published: {published}, scanned: "
        f"{job.statistics.scanned}.",
        "Somebody wrote to the bucket meanwhile, or the knowledge base's role cannot read all of it. Materialize "
        f"bedrock_kb_ingestion again; if it repeats, compare the role with deploy/iam. "
        f"{address.history(job.data_source_id)}",
    )


def not_settled(
    address: KnowledgeBaseAddress,
    label: str,
    source: DataSource,
    unsettled: Mapping[str, DocumentStatus],
    seconds: float,
) -> Failure:
    """A complete job whose documents are not listed as INDEXED in time."""
    return TransientFailure(
        "MUT-KB-121",
        f"{label}: {seconds / 60:.0f} minutes after its ingestion job was COMPLETE, {address.id} does not serve "
        f"as published: {_named(unsettled)}.",
        "It is looked at again, and ingested again if need be. How each one stands: "
        f"{address.command('list-knowledge-base-documents', source.id)}",
    )


def never_free(address: KnowledgeBaseAddress, label: str, seconds: float) -> Failure:
    """No job could be started, because there was always something else."""
    return TransientFailure(
        "MUT-KB-122",
        f"{label}: no ingestion job could be started for {seconds / 60:.0f} minutes, because {address.id} or this "
        "account is busy with other ones.",
        "It is tried again; find out who starts them (CloudTrail: StartIngestionJob, IngestKnowledgeBaseDocuments), "
        "such as the old nightly synchronization, and switch that off.",
    )


def foreign_job_stuck(address: KnowledgeBaseAddress, job: Job, seconds: float) -> Failure:
    """A job of somebody else that does not end. It is not ours to stop."""
    return TransientFailure(
        "MUT-KB-123",
        f"Somebody else's ingestion job {job.id} of data source {job.data_source_id} has been {job.status} for more "
        f"than {seconds / 60:.0f} minutes, and {address.id} runs one at a time.",
        f"It is waited for again; to end it: {address.command('stop-ingestion-job', job.data_source_id, job.id)}",
    )


def all_of(problems: Sequence[Failure]) -> Failure:
    """Joins the failures of several data sources into one; transient if one of them is."""
    if len(problems) == 1:
        return problems[0]
    leading = next((problem for problem in problems if problem.transient), problems[0])
    what = " ".join(problem.what for problem in problems)
    advice = " ".join(dict.fromkeys(problem.advice for problem in problems))
    return type(leading)(leading.code, what, advice)


def agent_unusable(agent_id: str, status: str) -> Failure:
    """An agent that is being deleted."""
    return PermanentFailure(
        "MUT-AGENT-001",
        f"The agent {agent_id} is {status}.",
        f"Unset AGENT_ID, or set it to another one: aws bedrock-agent get-agent --agent-id {agent_id}",
    )


def agent_failed(agent_id: str, reasons: Sequence[str], actions: Sequence[str]) -> Failure:
    """Preparing the agent ended FAILED."""
    recommended = f"The service recommends: {' '.join(actions)} " if actions else ""
    return PermanentFailure(
        "MUT-AGENT-002",
        f"The agent {agent_id} could not be prepared{_because(reasons) or ': the service gives no reason'}.",
        f"{recommended}The knowledge base is served as published; only the agent keeps its last prepared version. "
        f"aws bedrock-agent get-agent --agent-id {agent_id}",
    )


def agent_maintenance(agent_id: str) -> Failure:
    """AWS closed Bedrock Agents to accounts that did not use it before."""
    return PermanentFailure(
        "MUT-AGENT-003",
        f"Preparing the agent {agent_id} is refused: Bedrock Agents is in maintenance mode, and this account is "
        "not among those that still use it.",
        "Unset AGENT_ID; the knowledge base is served without an agent. If the agent is used, ask AWS Support.",
    )


def agent_unprepared(agent_id: str, status: str, seconds: float) -> Failure:
    """An agent that is not PREPARED in time."""
    return TransientFailure(
        "MUT-AGENT-101",
        f"The agent {agent_id} is {status} after {seconds / 60:.0f} minutes.",
        f"It is looked at again; if it stays so: aws bedrock-agent get-agent --agent-id {agent_id}",
    )


def agent_busy(agent_id: str, status: str) -> Failure:
    """An agent whose preparation is refused as long as somebody else changes it."""
    return TransientFailure(
        "MUT-AGENT-102",
        f"The agent {agent_id} is {status}, and preparing it was refused each time: somebody else is changing it.",
        f"It is tried again; find out who that is: aws bedrock-agent get-agent --agent-id {agent_id}",
    )


def _because(reasons: Sequence[str]) -> str:
    listed = "; ".join(reason.rstrip(". ") for reason in reasons[:NAMED])
    more = f"; and {len(reasons) - NAMED} more" if len(reasons) > NAMED else ""
    return f": {listed}{more}" if listed else ""


def _named(unsettled: Mapping[str, DocumentStatus]) -> str:
    listed = ", ".join(f"{key} ({state})" for key, state in list(unsettled.items())[:NAMED])
    return f"{listed}, and {len(unsettled) - NAMED} more" if len(unsettled) > NAMED else listed
