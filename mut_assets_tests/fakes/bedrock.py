"""Amazon Bedrock on loopback, for unmodified boto3 clients: knowledge bases, their ingestion, agents, Titan.

    with Bedrock(bucket_endpoint=moto_endpoint) as bedrock:
        base = bedrock.knowledge_base()
        stores = bedrock.data_source(base, "a-bucket", "dataset/stores/")
        os.environ.update(bedrock.environment)          # AWS_ENDPOINT_URL_BEDROCK_AGENT, _RUNTIME, _AGENT_RUNTIME
        …
        assert base.served == {"dataset/stores/2001.md"}
        assert [call.operation for call in bedrock.calls] == […]

Nothing sleeps and nothing happens by itself: a job moves on when it is asked about, STARTING, IN_PROGRESS, COMPLETE,
one step per `polls_per_step` answers of GetIngestionJob or ListIngestionJobs; an agent likewise by GetAgent. The bucket
is read when the job turns IN_PROGRESS, and taken in when it turns COMPLETE.

To break things:
- any call: `bedrock.faults.append(on("StartIngestionJob", error("ThrottlingException", 429)))`, `lost_answer()`
  (faults.py); `bedrock.denied.add("StartIngestionJob")`, also "AssociateThirdPartyKnowledgeBase", which is
  needed to start jobs on Pinecone; `bedrock.expired = True`; `bedrock.no_model_access.add(TITAN)`
- a client signed for another region finds nothing here (models are everywhere)
- jobs: `stores.stuck`, `stores.blind` (all-zero statistics), `stores.failure_reasons` (FAILED), `stores.broken[key]`
  (one document fails), `stores.skipped`, `stores.lag` (visible after so many listings), `stores.listed_as[key]`,
  `stores.pieces` (each document is found as so many), `stores.unfound` (indexed, and never retrieved)
- the rest: `base.status`, `base.storage`, `base.kind`, `agent.failure_reasons`, `agent.recommended_actions`,
  `bedrock.page_size`, `bedrock.seconds_between_starts` (10 gives the documented quota), `bedrock.now`
- processes: `bedrock.on_call` and `bedrock.before_answer`, see `AwsDouble`

Known: paths, members, limits, codes (botocore's model); one job per knowledge base, five per account; formats and
sizes; COMPLETE with failed documents; token replay; Titan's body. Only third parties say so: the start quota, five data
sources per knowledge base, failure reasons as JSON inside text. Nobody tried any of it on a real account.
Guessed, not to be read as facts about AWS, and nothing may depend on it: all wording; whether a sidecar-only change
also counts as modified (here it does not); that an added sidecar counts as a modified one; that a
failed document is tried again by each job, is listed as FAILED and keeps its earlier version; what is skipped, and
that it is listed as IGNORED; that a stopped or FAILED job took nothing in; limits of attributes in sidecars; the
statuses shown during the lag; how long a client token is remembered (here: for ever); the status of too many jobs;
page sizes; `preparedAt` while preparing; conflicts of PrepareAgent; the refusal of an empty query; the order of checks
when several things are wrong at once.
"""

from datetime import timedelta

from mut_assets_tests.fakes import bedrock_ingestion, bedrock_runtime
from mut_assets_tests.fakes.aws_protocol import Parameters, ServiceError
from mut_assets_tests.fakes.bedrock_account import BedrockAccount, conflict, not_found
from mut_assets_tests.fakes.bedrock_resources import RUNNING, DataSource, Document, Job, KnowledgeBase, Structure
from mut_assets_tests.fakes.bedrock_runtime import TITAN, invalid

JOBS_PER_ACCOUNT = 5
SOURCES_PER_KNOWLEDGE_BASE = 5


class Bedrock(BedrockAccount):
    """The double; the module says how to use it. A method named like an operation of the API answers it."""

    def __init__(self, bucket_endpoint: str = "") -> None:
        super().__init__(bucket_endpoint)
        self.operations = {name: getattr(self, name) for name in vars(Bedrock) if name[0].isupper()}

    def GetKnowledgeBase(self, asked: Parameters) -> Structure:
        return {"knowledgeBase": self.base_of(asked).answer()}

    def ListDataSources(self, asked: Parameters) -> Structure:
        sources = self.base_of(asked).sources.values()
        return self.page("dataSourceSummaries", [source.summary() for source in sources], asked)

    def GetDataSource(self, asked: Parameters) -> Structure:
        return {"dataSource": self.source_of(asked).answer()}

    def CreateDataSource(self, asked: Parameters) -> Structure:
        base, configuration = self.base_of(asked), asked["dataSourceConfiguration"]
        known = self.tokens.get(asked.get("clientToken", ""))
        if known:
            return {"dataSource": known.answer()}
        if configuration["type"] != "S3" or configuration.keys() != {"type", "s3Configuration"}:
            raise invalid("dataSourceConfiguration: only S3, with its s3Configuration, is imitated")
        if any(source.name == asked["name"] for source in base.sources.values()):
            raise conflict(f"A data source named {asked['name']} already exists in knowledge base {base.id}")
        if len(base.sources) >= SOURCES_PER_KNOWLEDGE_BASE:
            raise ServiceError("ServiceQuotaExceededException", 402, "Too many data sources in this knowledge base")
        chunks = {"maxTokens": 300, "overlapPercentage": 20}
        default = {"chunkingStrategy": "FIXED_SIZE", "fixedSizeChunkingConfiguration": chunks}
        ingestion = {"chunkingConfiguration": default} | asked.get("vectorIngestionConfiguration", {})
        source = self.add_source(base, asked["name"], configuration, ingestion)
        source.deletion_policy = asked.get("dataDeletionPolicy", source.deletion_policy)
        source.description = asked.get("description", "")
        self.tokens[asked.get("clientToken") or source.id] = source
        return {"dataSource": source.answer()}

    def StartIngestionJob(self, asked: Parameters) -> Structure:
        """A new job, or the one that this client token started before."""
        base, source = self.base_of(asked), self.source_of(asked)
        known = self.tokens.get(asked.get("clientToken", ""))
        if known:
            return {"ingestionJob": known.answer()}
        if "AssociateThirdPartyKnowledgeBase" in self.denied and base.on_pinecone:
            raise self.deny("AssociateThirdPartyKnowledgeBase", base.arn)
        moment = self.moment()
        if moment - self.last_start < timedelta(seconds=self.seconds_between_starts):
            raise ServiceError("ThrottlingException", 429, "Rate exceeded")
        self.last_start = moment
        self._refuse_start(base, source)
        id = f"JOB{len(self.jobs) + 1:07d}"
        job = Job(id, source, moment, asked.get("description", ""))
        self.jobs.append(job)
        self.tokens[asked.get("clientToken") or id] = job
        return {"ingestionJob": job.answer()}

    def _refuse_start(self, base: KnowledgeBase, source: DataSource) -> None:
        if base.status != "ACTIVE" or source.status != "AVAILABLE":
            raise conflict("The Knowledge Base is not in a valid status to perform this action")
        running = [job for job in self.jobs if job.status in RUNNING]
        for job in running:
            if job.source.knowledge_base_id == base.id:
                raise conflict(
                    f"Ingestion job {job.id} of data source {job.source.id} is running on knowledge base {base.id}. "
                    "Currently only 1 job can run at a time."
                )
        if len(running) >= JOBS_PER_ACCOUNT:
            raise ServiceError("ServiceQuotaExceededException", 402, "Too many ingestion jobs are running")

    def _job(self, asked: Parameters) -> Job:
        source = self.source_of(asked)
        for job in self.jobs:
            if job.id == asked["ingestionJobId"] and job.source is source:
                return job
        raise not_found("Ingestion job", asked["ingestionJobId"])

    def _advance(self, job: Job) -> None:
        """One more look at a job: after enough of them it moves on."""
        job.polls += 1
        if job.status not in RUNNING or job.polls < self.polls_per_step:
            return
        if job.status == "IN_PROGRESS" and job.source.stuck:
            return
        job.polls, job.updated = 0, self.moment()
        if job.status == "STOPPING":
            job.status = "STOPPED"
        elif job.status == "STARTING":
            job.status = "IN_PROGRESS"
            if self.bucket is None:
                raise ValueError("Bedrock(bucket_endpoint=…) is needed to run jobs")
            bedrock_ingestion.scan(job, self.bucket)
        elif job.source.failure_reasons:
            job.status, job.failure_reasons = "FAILED", list(job.source.failure_reasons)
        else:
            bedrock_ingestion.finish(job)

    def GetIngestionJob(self, asked: Parameters) -> Structure:
        job = self._job(asked)
        self._advance(job)
        return {"ingestionJob": job.answer()}

    def ListIngestionJobs(self, asked: Parameters) -> Structure:
        """The jobs of a data source, each a step further, the newest first."""
        source = self.source_of(asked)
        newest = {"attribute": "STARTED_AT", "order": "DESCENDING"}
        if asked.get("sortBy", newest) != newest or "filters" in asked:
            raise invalid("sortBy, filters: only all jobs, the newest first, are imitated")
        jobs = [job for job in reversed(self.jobs) if job.source is source]
        if "nextToken" not in asked:
            for job in jobs:
                self._advance(job)
        return self.page("ingestionJobSummaries", [job.summary() for job in jobs], asked)

    def StopIngestionJob(self, asked: Parameters) -> Structure:
        job = self._job(asked)
        if job.status not in ("STARTING", "IN_PROGRESS"):
            raise conflict(f"Ingestion job {job.id} is {job.status} and cannot be stopped")
        job.status, job.polls, job.updated = "STOPPING", 0, self.moment()
        return {"ingestionJob": job.answer()}

    def ListKnowledgeBaseDocuments(self, asked: Parameters) -> Structure:
        """The documents of a data source, by address. Only a first page counts as a listing for `lag`."""
        source = self.source_of(asked)
        source.listings += "nextToken" not in asked
        listed = [each for _, each in sorted(source.documents.items()) if source.shown_status(each) != "DELETED"]
        return self.page("documentDetails", [_details(source, each) for each in listed], asked)

    def GetAgent(self, asked: Parameters) -> Structure:
        """One agent; while it is being prepared, a step further."""
        agent = self.agent_of(asked)
        agent.polls += 1
        if agent.status == "PREPARING" and agent.polls >= self.polls_per_step:
            agent.status = "FAILED" if agent.failure_reasons else "PREPARED"
            agent.prepared = agent.prepared if agent.failure_reasons else self.moment()
        return {"agent": agent.answer()}

    def PrepareAgent(self, asked: Parameters) -> Structure:
        agent = self.agent_of(asked)
        if agent.status not in ("NOT_PREPARED", "PREPARED", "FAILED"):
            raise conflict(f"Agent {agent.id} is {agent.status}")
        agent.status, agent.polls = "PREPARING", 0
        return {"agentId": agent.id, "agentStatus": agent.status, "agentVersion": "DRAFT", "preparedAt": self.moment()}

    def Retrieve(self, asked: Parameters) -> Structure:
        return bedrock_runtime.retrieve(self.base_of(asked), asked)

    def InvokeModel(self, asked: Parameters) -> Structure:
        if asked["modelId"] in self.no_model_access:
            raise ServiceError("AccessDeniedException", 403, "You don't have access to the model with that model ID.")
        if asked["modelId"].rpartition("/")[2] != TITAN:
            raise invalid("The provided model identifier is invalid.")
        return {"body": bedrock_runtime.titan(asked["body"]), "contentType": "application/json"}


def _details(source: DataSource, document: Document) -> Structure:
    shown = {
        "knowledgeBaseId": source.knowledge_base_id,
        "dataSourceId": source.id,
        "status": source.shown_status(document),
        "identifier": {"dataSourceType": "S3", "s3": {"uri": f"s3://{source.bucket}/{document.key}"}},
    }
    shown |= {"statusReason": document.reason} if document.reason else {}
    return shown | ({"updatedAt": document.updated} if document.updated else {})
