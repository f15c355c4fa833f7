"""Short ways for tests to talk to the Bedrock double, with real clients.

What belongs here: what several tests of the double need. What does not: anything that the platform does itself.
"""

import json
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from mut_assets_tests.fakes.bedrock import Bedrock
from mut_assets_tests.fakes.bedrock_resources import DataSource

BUCKET = "mercado-kb"
SESSION = boto3.session.Session("testing", "testing")


def client(service: str, endpoint: str, region: str = "us-east-1", attempts: int = 1) -> Any:
    config = Config(retries={"total_max_attempts": attempts, "mode": "standard"})
    return SESSION.client(service, region, endpoint_url=endpoint, config=config)


def agent_api(bedrock: Bedrock, **settings: Any) -> Any:
    return client("bedrock-agent", bedrock.endpoint, **settings)


def ids(source: DataSource) -> dict[str, str]:
    return {"knowledgeBaseId": source.knowledge_base_id, "dataSourceId": source.id}


def put(bucket: Any, key: str, text: str, **attributes: Any) -> None:
    """A document in the bucket, with a sidecar when there are attributes."""
    bucket.put_object(Bucket=BUCKET, Key=key, Body=text.encode())
    if attributes:
        sidecar = json.dumps({"metadataAttributes": attributes}).encode()
        bucket.put_object(Bucket=BUCKET, Key=f"{key}.metadata.json", Body=sidecar)


def ingest(bedrock: Bedrock, source: DataSource) -> dict[str, Any]:
    api = agent_api(bedrock)
    job = api.start_ingestion_job(**ids(source))["ingestionJob"]
    while job["status"] in ("STARTING", "IN_PROGRESS"):
        job = api.get_ingestion_job(**ids(source), ingestionJobId=job["ingestionJobId"])["ingestionJob"]
    return dict(job)


def counted(job: dict[str, Any]) -> dict[str, int]:
    """The statistics that are not zero, by a short name."""
    names = {name.removeprefix("numberOf").replace("Documents", ""): n for name, n in job["statistics"].items()}
    return {name: number for name, number in names.items() if number}


def listed(bedrock: Bedrock, source: DataSource) -> dict[str, str]:
    """Address -> status of the documents of a data source."""
    pages = agent_api(bedrock).get_paginator("list_knowledge_base_documents").paginate(**ids(source))
    details = [detail for page in pages for detail in page["documentDetails"]]
    return {detail["identifier"]["s3"]["uri"]: detail["status"] for detail in details}


def refusal(call: Any, *positional: Any, **parameters: Any) -> tuple[str, int]:
    """Error code and HTTP status of a call that is refused."""
    with pytest.raises(ClientError) as caught:
        call(*positional, **parameters)
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]
