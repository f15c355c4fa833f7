"""A site to read from, and an account to ingest in."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from mut_assets_tests.fakes.wordpress_site import WordPressSite

if TYPE_CHECKING:  # it brings boto3 and moto with it, which most tests here do without
    from mut_assets_tests.resources.cloud import Cloud


@pytest.fixture
def site() -> Iterator[WordPressSite]:
    with WordPressSite() as site:
        yield site


@pytest.fixture(scope="session")
def s3() -> Iterator[Any]:
    from mut_assets_tests.resources.cloud import object_storage

    with object_storage() as s3:
        yield s3


@pytest.fixture
def cloud(s3: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator["Cloud"]:
    from mut_assets_tests.resources.cloud import cloud_on

    with cloud_on(s3, monkeypatch) as cloud:
        yield cloud


@pytest.fixture
def stores(cloud: "Cloud") -> Any:
    """The data source of a cloud in which three stores are published and only stores are read."""
    cloud.publish("stores", 3)
    return cloud.reads("stores")[0]
