"""The whole corridor with MUT_ENVIRONMENT=aws: the command as it is, pointed at loopback by endpoint variables only."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mut_assets_tests.corridor.account import PREFIX, Account, account
from mut_assets_tests.fakes.faults import Call

pytestmark = pytest.mark.slow  # jobs may not start more often than every ten seconds

QUESTION = "hay-banos"


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Account]:
    with account(tmp_path / "mut") as made:
        yield made


def wanted(cloud: Account) -> dict[str, str]:
    """Key -> title of every document there should be, from the site and the FAQ themselves."""
    types = {"eventos": "event", "stores": "stores", "restaurantes": "restaurant"}
    found = {
        f"{folder}/{item['id']}.md": item["title"]["rendered"].replace("&amp;", "&").replace("&#038;", "&")
        for folder, wordpress_type in types.items()
        for item in cloud.site.items[wordpress_type]
    }
    return {**found, f"preguntas/{QUESTION}.md": "¿Hay baños?"}


def test_a_first_night_an_edited_one_and_an_unchanged_one(cloud: Account) -> None:
    first = cloud.mut("run")
    assert first.returncode == 0, first.stdout + first.stderr
    everything_is_in_step(cloud)
    assert len(cloud.named("StartIngestionJob")) == 4
    assert len(cloud.named("InvokeModel")) == 10
    assert len(cloud.named("PrepareAgent")) == 1
    assert len(cloud.named("Retrieve")) == 10

    before, vectors, asked = cloud.documents(), cloud.vectors(), len(cloud.calls)
    cloud.site.store(2000, "Tienda 0 & Cía", content="<p>Vende volantines.</p>")
    cloud.site.items["restaurant"] = [one for one in cloud.site.items["restaurant"] if one["id"] != 4001]
    cloud.site.store(2003, "La Ruca Verde", content="<p>Plantas y maceteros de greda.</p>")
    edited = cloud.mut("run")
    assert edited.returncode == 0, edited.stdout + edited.stderr
    everything_is_in_step(cloud)
    after, calls = cloud.documents(), cloud.calls[asked:]
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert {key for key in changed if key.endswith(".md")} == {
        "stores/2000.md",
        "restaurantes/4001.md",
        "stores/2003.md",
    }
    assert keys(calls, "PutObject") == {key for key in changed if key in after}
    assert count(calls, "StartIngestionJob") == 2, "events and questions are as they were"
    assert count(calls, "InvokeModel") == 2, "a text that was embedded before is not paid for again"
    assert count(calls, "PrepareAgent") == 1
    assert count(calls, "Retrieve") == 2, "one document was added and one removed"
    assert len(vectors.keys() & cloud.vectors().keys()) == 8 and len(cloud.vectors()) == 10

    before, vectors, asked = cloud.documents(), cloud.vectors(), len(cloud.calls)
    unchanged = cloud.mut("run")
    assert unchanged.returncode == 0, unchanged.stdout + unchanged.stderr
    calls = cloud.calls[asked:]
    assert (keys(calls, "PutObject"), keys(calls, "DeleteObject")) == (set(), set())
    for operation in ("StartIngestionJob", "InvokeModel", "PrepareAgent", "Retrieve", "Upsert", "Delete"):
        assert count(calls, operation) == 0, operation
    assert (cloud.documents(), cloud.vectors()) == (before, vectors)


def test_two_data_sources_of_four_are_two_warnings_and_a_green_night(tmp_path: Path) -> None:
    with account(tmp_path / "mut", ("stores", "eventos")) as cloud:
        run = cloud.mut("run")
        assert run.returncode == 0, run.stdout + run.stderr
        warned = re.findall(r"(\w+) is published, not served: .*(aws bedrock-agent create-data-source)", run.stdout)
        assert sorted(folder for folder, _ in warned) == ["preguntas", "restaurantes"]
        assert len(cloud.documents()) == 20
        assert cloud.base.served == {f"{PREFIX}{key}" for key in wanted(cloud) if key.startswith(("stores", "eventos"))}
        assert len(cloud.vectors()) == 10, "the vector index is ours, and holds all four collections"


def everything_is_in_step(cloud: Account) -> None:
    """Bucket, knowledge base, index and agent hold exactly what the site and the FAQ say, item by item."""
    documents, expected = cloud.documents(), wanted(cloud)
    assert documents.keys() == {key + suffix for key in expected for suffix in ("", ".metadata.json")}
    assert cloud.base.served == {f"{PREFIX}{key}" for key in expected}
    collections = {"eventos": "eventos", "stores": "tiendas", "restaurantes": "restaurantes", "preguntas": "preguntas"}
    embedded = {json.loads(call.parameters["body"])["inputText"] for call in cloud.named("InvokeModel")}
    by_document = {id.partition("#")[0]: vector for id, vector in cloud.vectors().items()}
    assert len(by_document) == len(cloud.vectors()) == len(expected)
    for key, title in expected.items():
        attributes = json.loads(documents[f"{key}.metadata.json"])["metadataAttributes"]
        assert attributes["titulo"] == title and title in documents[key].decode()
        assert documents[key].decode() in embedded
        folder, _, name = key.partition("/")
        source = cloud.sources[folder].documents[f"{PREFIX}{key}"]
        assert source.status == "INDEXED"
        vector = by_document[f"{collections[folder]}/{name.removesuffix('.md')}"]
        assert vector["metadata"] == attributes
    assert cloud.agent.status == "PREPARED"
    assert cloud.bedrock.drift == []


def keys(calls: list[Call], operation: str) -> set[str]:
    """What was written or deleted below the dataset prefix."""
    named = {key for call in calls if call.operation == operation for key in str(call.parameters["Key"]).split(" ")}
    return {key.removeprefix(PREFIX) for key in named if key.startswith(PREFIX)}


def count(calls: list[Call], operation: str) -> int:
    return sum(call.operation == operation for call in calls)
