"""A bucket on moto's S3, and the Bedrock double reading it."""

from collections.abc import Iterator
from typing import Any

import pytest

from mut_assets_tests.fakes.bedrock import Bedrock
from mut_assets_tests.fakes.bedrock_calls import BUCKET
from mut_assets_tests.fakes.bedrock_resources import DataSource, KnowledgeBase
from mut_assets_tests.resources.cloud import object_storage


@pytest.fixture(scope="session")
def s3() -> Iterator[Any]:
    with object_storage() as s3:
        yield s3


@pytest.fixture
def bucket(s3: Any) -> Iterator[Any]:
    s3.create_bucket(Bucket=BUCKET)
    yield s3
    for entry in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        s3.delete_object(Bucket=BUCKET, Key=entry["Key"])
    s3.delete_bucket(Bucket=BUCKET)


@pytest.fixture
def bedrock(bucket: Any) -> Iterator[Bedrock]:
    with Bedrock(bucket_endpoint=bucket.meta.endpoint_url) as bedrock:
        yield bedrock


@pytest.fixture
def base(bedrock: Bedrock) -> KnowledgeBase:
    return bedrock.knowledge_base()


@pytest.fixture
def stores(bedrock: Bedrock, base: KnowledgeBase) -> DataSource:
    return bedrock.data_source(base, BUCKET, "dataset/stores/")
