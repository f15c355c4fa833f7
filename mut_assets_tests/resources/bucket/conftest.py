"""A bucket on moto behind a proxy, for what S3 and whatever stands before it do."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from mut_assets.resources.bucket import s3
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets_tests.fakes.s3_proxy import S3Proxy

NAME = "compartido"


@pytest.fixture
def storage(moto: str, alone: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A bucket on moto, seen past the proxy. The platform asks it again without a pause."""
    monkeypatch.setattr(s3, "FIRST_PAUSE", 0.001)
    storage = boto3.client("s3", endpoint_url=moto, region_name="us-east-1")
    storage.create_bucket(Bucket=NAME)
    yield storage
    for entry in storage.list_objects_v2(Bucket=NAME).get("Contents", []):
        storage.delete_object(Bucket=NAME, Key=entry["Key"])
    storage.delete_bucket(Bucket=NAME)


@pytest.fixture
def proxy(moto: str, storage: Any) -> Iterator[S3Proxy]:
    with S3Proxy(moto) as proxy:
        yield proxy


@pytest.fixture
def on_s3(proxy: S3Proxy) -> Bucket:
    """The bucket as the platform reaches it, through the proxy."""
    return Bucket(f"s3://{NAME}", proxy.endpoint, "us-east-1")
