"""A site to read from, a folder to write to, and an account to ingest in."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.embedded.index import LocalIndex
from mut_assets_tests.fakes.wordpress_site import WordPressSite

if TYPE_CHECKING:  # it brings boto3 and moto with it, which most tests here do without
    from mut_assets_tests.fakes.bedrock import Bedrock
    from mut_assets_tests.resources.cloud import Cloud


@pytest.fixture
def site() -> Iterator[WordPressSite]:
    with WordPressSite() as site:
        yield site


@pytest.fixture
def bucket(tmp_path: Path) -> Bucket:
    return Bucket(str(tmp_path / "bucket"))


@pytest.fixture
def index(tmp_path: Path) -> LocalIndex:
    return LocalIndex(tmp_path / "mut" / "index.sqlite")


@pytest.fixture
def closed_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused, and nobody else gets the port
        yield taken.getsockname()[1]


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """The address of a moto server."""
    from mut_assets_tests.resources.cloud import served_by_moto

    with served_by_moto() as address:
        yield address


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from mut_assets_tests.resources.cloud import ALONE

    for name, value in ALONE.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def bedrock(alone: None, monkeypatch: pytest.MonkeyPatch) -> Iterator["Bedrock"]:
    from mut_assets_tests.fakes.bedrock import Bedrock

    with Bedrock() as bedrock:
        for name, value in bedrock.environment.items():
            monkeypatch.setenv(name, value)
        yield bedrock


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
