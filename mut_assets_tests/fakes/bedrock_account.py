"""The account behind the Bedrock double: what exists in it, and how calls find it.

What belongs here: the settings, what a test sets up, looking things up by the parameters of a call, pages. What does
not: what an operation does (`bedrock.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from mut_assets_tests.fakes.aws_double import AwsDouble
from mut_assets_tests.fakes.aws_protocol import Parameters, ServiceError
from mut_assets_tests.fakes.bedrock_resources import Agent, DataSource, Job, KnowledgeBase, Structure, pinecone_storage
from mut_assets_tests.fakes.bedrock_runtime import TITAN, invalid
from mut_assets_tests.fakes.faults import Call

ROLE_KEY = "KNOWLEDGEBASEROLE"
"""The access key with which the double reads the bucket, so that it can be told from the pipeline's own calls."""


def not_found(what: str, id: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", 404, f"{what} with id {id} does not exist")


def conflict(text: str) -> ServiceError:
    """The refusal of what something else is in the way of."""
    return ServiceError("ConflictException", 409, text)


class BedrockAccount(AwsDouble):
    """What is there, and the settings; see `Bedrock`. `jobs` are all jobs ever started, oldest first."""

    services = ("bedrock-agent", "bedrock-agent-runtime", "bedrock-runtime")
    signing_name = "bedrock"

    def __init__(self, bucket_endpoint: str) -> None:
        super().__init__()
        self.polls_per_step = 1
        self.page_size = 100
        self.seconds_between_starts = 0.0
        self.no_model_access: set[str] = set()
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.knowledge_bases: dict[str, KnowledgeBase] = {}
        self.agents: dict[str, Agent] = {}
        self.jobs: list[Job] = []
        self.tokens: dict[str, Any] = {}
        self._last = datetime.min.replace(tzinfo=UTC)
        self.last_start = self._last
        path_style = Config(s3={"addressing_style": "path"})
        self.bucket: Any = None
        if bucket_endpoint:
            self.bucket = _session().client(
                "s3", region_name=self.region, endpoint_url=bucket_endpoint, config=path_style
            )

    def knowledge_base(self, storage: Mapping[str, Any] | None = None) -> KnowledgeBase:
        """A new knowledge base, ACTIVE, on Pinecone unless `storage` says otherwise."""
        id = f"KB{len(self.knowledge_bases) + 1:08d}"
        base = KnowledgeBase(id, "mut-kb", self.moment(), self.region, storage or pinecone_storage(), TITAN)
        self.knowledge_bases[id] = base
        return base

    def data_source(self, base: KnowledgeBase, bucket: str, prefix: str = "", name: str = "") -> DataSource:
        """A new data source over the keys of a bucket that begin with `prefix`, without chunking."""
        s3 = {"bucketArn": f"arn:aws:s3:::{bucket}"} | ({"inclusionPrefixes": [prefix]} if prefix else {})
        configuration = {"type": "S3", "s3Configuration": s3}
        whole = {"chunkingConfiguration": {"chunkingStrategy": "NONE"}}
        return self.add_source(base, name or f"source-{len(base.sources) + 1}", configuration, whole)

    def agent(self) -> Agent:
        id = f"AG{len(self.agents) + 1:08d}"
        self.agents[id] = Agent(id, "mut-agent", self.moment(), self.region)
        return self.agents[id]

    def add_source(self, base: KnowledgeBase, name: str, configuration: Structure, ingestion: Structure) -> DataSource:
        number = sum(len(each.sources) for each in self.knowledge_bases.values()) + 1
        source = DataSource(base.id, f"DS{number:08d}", name, self.moment(), configuration, ingestion)
        base.sources[source.id] = source
        return source

    def moment(self) -> datetime:
        """Now, and later than every earlier moment."""
        self._last = max(self.now(), self._last + timedelta(microseconds=1))
        return self._last

    def resource(self, call: Call) -> str:
        """What the call is about, as IAM names it."""
        base = self.knowledge_bases.get(call.parameters.get("knowledgeBaseId", ""))
        agent = self.agents.get(call.parameters.get("agentId", ""))
        if "modelId" in call.parameters:
            return f"arn:aws:bedrock:{self.region}::foundation-model/{call.parameters['modelId']}"
        return base.arn if base else agent.arn if agent else "*"

    def elsewhere(self, call: Call, region: str) -> None:
        """Other regions have the models and nothing else of ours."""
        for member, what in (("knowledgeBaseId", "Knowledge base"), ("agentId", "Agent")):
            if member in call.parameters:
                raise not_found(what, call.parameters[member])

    def base_of(self, asked: Parameters) -> KnowledgeBase:
        """The knowledge base that a call names, by id or ARN."""
        id = asked["knowledgeBaseId"].rpartition("/")[2]
        if id not in self.knowledge_bases:
            raise not_found("Knowledge base", id)
        return self.knowledge_bases[id]

    def source_of(self, asked: Parameters) -> DataSource:
        found = self.base_of(asked).sources.get(asked["dataSourceId"])
        if found is None:
            raise not_found("Data source", asked["dataSourceId"])
        return found

    def agent_of(self, asked: Parameters) -> Agent:
        if asked["agentId"] not in self.agents:
            raise not_found("Agent", asked["agentId"])
        return self.agents[asked["agentId"]]

    def page(self, name: str, items: Sequence[Any], asked: Parameters) -> Structure:
        """The page of a list that a call asks for, and the token for the next."""
        token = asked.get("nextToken", "from-0")
        start = token.removeprefix("from-")
        if not token.startswith("from-") or not start.isdigit():
            raise invalid("The nextToken is not valid")
        end = int(start) + min(asked.get("maxResults", self.page_size), self.page_size)
        return {name: list(items[int(start) : end])} | ({"nextToken": f"from-{end}"} if end < len(items) else {})


@cache
def _session() -> Any:
    return boto3.session.Session(aws_access_key_id=ROLE_KEY, aws_secret_access_key="testing")
