"""A bucket on moto's S3 with a published dataset, and the Bedrock double that reads it. Every name is invented.

Time passes only when the platform sleeps: `naps` are the seconds it asked for, and the double's clock follows them.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from mut_assets.resources.aws import client as aws
from mut_assets.resources.bedrock.knowledge_base import BedrockKnowledgeBase
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.failures import Failure
from mut_assets_tests.fakes.aws_command import parsed
from mut_assets_tests.fakes.bedrock import Bedrock
from mut_assets_tests.fakes.bedrock_resources import DataSource, KnowledgeBase
from mut_assets_tests.fakes.faults import Call, HangUp
from mut_assets_tests.resources.plaza import PREFIX, publish

NAME = "conocimiento"
ALONE = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""An environment in which the SDK finds exactly these credentials, and none of the machine's."""

COLLECTION = {"eventos": 1000, "stores": 2000, "restaurantes": 4000, "preguntas": 0}


@dataclass
class Cloud:
    """The account under test: `base` with a data source for each folder that `reads` was told of."""

    bedrock: Bedrock
    base: KnowledgeBase
    bucket: Bucket
    s3: Any
    naps: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=sum(self.naps))

    def reads(self, *folders: str) -> list[DataSource]:
        """A data source for each of these folders."""
        return [self.bedrock.data_source(self.base, NAME, f"{PREFIX}{folder}/", f"mut-{folder}") for folder in folders]

    def publish(self, folder: str, count: int = 1, text: str = "", first: int = 0) -> None:
        """Documents with their sidecars; publishing the same number again changes it."""
        for number in range(COLLECTION[folder] + first, COLLECTION[folder] + first + count):
            publish(self.bucket, f"{folder}/{number}.md", f"# Ficha {number}\n\nAtiende de día. {text}")

    def remove(self, key: str) -> None:
        self.bucket.delete(f"{PREFIX}{key}")
        self.bucket.delete(f"{PREFIX}{key}.metadata.json")

    def door(self, **changes: Any) -> BedrockKnowledgeBase:
        """The platform's door, as a new process opens it."""
        settings = {"region": "us-east-1", "sleep": self.naps.append, "now": self.now, **changes}
        door = BedrockKnowledgeBase(self.base.id, self.bucket, PREFIX, **settings)
        if settings["region"] == "us-east-1":
            vars(door)["_client"] = self.client  # the same as it would make, which takes longer than most tests
        return door

    @cached_property
    def client(self) -> Any:
        """The SDK's client, as the platform makes it."""
        return aws.client("bedrock-agent", "us-east-1")

    def elsewhere(self, source: DataSource, polls: int = 0) -> None:
        """A job that somebody else starts on this data source and asks about so many times."""
        names = {"knowledgeBaseId": self.base.id, "dataSourceId": source.id}
        job = self.client.start_ingestion_job(**names)["ingestionJob"]["ingestionJobId"]
        for _ in range(polls):
            self.client.get_ingestion_job(**names, ingestionJobId=job)

    def at_next(self, operation: str, act: Callable[[], object]) -> None:
        """Does something once: when the service is next asked for this operation, before anything is done."""

        def hook(call: Call, number: int) -> None:
            if call.operation == operation:
                self.bedrock.on_call = lambda call, number: None
                act()

        self.bedrock.on_call = hook

    @contextmanager
    def dying(self, number: int, done: bool = True) -> Iterator[None]:
        """The connection breaks at the n-th call from now, after its effect or before it."""

        def hook(call: Call, count: int) -> None:
            if count == number:
                raise HangUp

        self.bedrock.calls.clear()
        setattr(self.bedrock, "before_answer" if done else "on_call", hook)
        yield
        self.bedrock.before_answer = self.bedrock.on_call = lambda call, count: None

    def expire(self) -> None:
        """Of the credentials: what is asked from now on is refused."""
        self.bedrock.expired = True

    def ingest(self, token: str = "run-1-0", **changes: Any) -> Any:
        """One ingestion by a new process; what it logged is in `said`."""
        self.said.clear()
        return self.door(**changes).ingest(token, self.said.append)

    @property
    def served(self) -> set[str]:
        """What is really INDEXED, by key below the prefix."""
        return {key.removeprefix(PREFIX) for key in self.base.served}

    @property
    def published(self) -> set[str]:
        keys = {entry.key.removeprefix(PREFIX) for entry in self.bucket.list(PREFIX)}
        return {key for key in keys if key.endswith(".md")}

    @property
    def starts(self) -> int:
        return len(self.bedrock.named("StartIngestionJob"))

    def contents(self) -> list[tuple[str, str, datetime]]:
        """Every object of the bucket; equal before and after means that nobody wrote."""
        return [(entry.key, entry.etag, entry.modified) for entry in self.bucket.list("")]


@contextmanager
def served_by_moto() -> Iterator[str]:
    """The address of moto's server, while it runs."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@contextmanager
def object_storage() -> Iterator[Any]:
    """An S3 on loopback, as a client of it."""
    with served_by_moto() as address:
        session = boto3.session.Session("testing", "testing", region_name="us-east-1")
        yield session.client("s3", endpoint_url=address)


@contextmanager
def cloud_on(s3: Any, environment: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """A new bucket and a new account; leaves nothing behind."""
    for name, value in ALONE.items():
        environment.setenv(name, value)
    s3.create_bucket(Bucket=NAME)
    with Bedrock() as bedrock:
        bedrock.bucket = s3  # one client for all tests: making one takes longer than most of them
        for name, value in bedrock.environment.items():
            environment.setenv(name, value)
        bucket = Bucket(f"s3://{NAME}", s3.meta.endpoint_url, "us-east-1")
        cloud = Cloud(bedrock, bedrock.knowledge_base(), bucket, s3)
        bedrock.now = cloud.now
        yield cloud
    for entry in bucket.list(""):
        s3.delete_object(Bucket=NAME, Key=entry.key)
    s3.delete_bucket(Bucket=NAME)


def refusal(cloud: Cloud, **changes: Any) -> Failure:
    """What an ingestion fails with."""
    with pytest.raises(Failure) as caught:
        cloud.ingest(**changes)
    return caught.value


def command_in(text: str) -> tuple[str, dict[str, Any]]:
    """The aws command that a text ends in, as the service would take it."""
    operation, parameters = parsed("aws " + text.partition("aws ")[2])
    return operation.name, dict(parameters)
