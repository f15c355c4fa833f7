"""The Bedrock double lists, finds and searches what was taken in, prepares agents and makes embeddings."""

import json
import math
from datetime import UTC, datetime
from typing import Any

import pytest

from mut_assets_tests.fakes.bedrock import Bedrock
from mut_assets_tests.fakes.bedrock_calls import BUCKET, agent_api, client, counted, ingest, listed, put, refusal
from mut_assets_tests.fakes.bedrock_resources import DataSource, KnowledgeBase
from mut_assets_tests.fakes.bedrock_runtime import TITAN

KEY = "dataset/stores/2001.md"


def test_what_is_taken_in_shows_as_many_listings_later_as_asked(
    bedrock: Bedrock, base: KnowledgeBase, stores: DataSource, bucket: Any
) -> None:
    put(bucket, KEY, "Panadería La Espiga")
    stores.lag = 2
    ingest(bedrock, stores)
    assert base.served == set()
    seen = [listed(bedrock, stores)[f"s3://{BUCKET}/{KEY}"] for _ in range(3)]
    assert seen == ["IN_PROGRESS", "IN_PROGRESS", "INDEXED"]
    assert base.served == {KEY}
    bucket.delete_object(Bucket=BUCKET, Key=KEY)
    assert counted(ingest(bedrock, stores)) == {"Deleted": 1}
    assert [list(listed(bedrock, stores).values()) for _ in range(3)] == [*[["DELETE_IN_PROGRESS"]] * 2, []]
    assert counted(ingest(bedrock, stores)) == {}
    put(bucket, KEY, "Panadería La Espiga")
    assert counted(ingest(bedrock, stores)) == {"Scanned": 1, "NewIndexed": 1}


def test_a_listing_counts_once_however_many_pages_it_has(bedrock: Bedrock, stores: DataSource, bucket: Any) -> None:
    bedrock.page_size = 1
    stores.lag = 1
    for number in range(3):
        put(bucket, f"dataset/stores/{number}.md", f"Local {number}")
    ingest(bedrock, stores)
    assert [set(listed(bedrock, stores).values()) for _ in range(2)] == [{"IN_PROGRESS"}, {"INDEXED"}]
    ingest(bedrock, stores)
    assert set(listed(bedrock, stores).values()) == {"INDEXED"}, "what did not change was not taken in again"


def test_retrieve_gives_the_most_alike(bedrock: Bedrock, base: KnowledgeBase, stores: DataSource, bucket: Any) -> None:
    put(bucket, KEY, "Panadería La Espiga: pan de masa madre")
    put(bucket, "dataset/stores/2002.md", "Relojería Marea: relojes")
    ingest(bedrock, stores)
    api = client("bedrock-agent-runtime", bedrock.endpoint)

    def found(question: str, **search: Any) -> list[str]:
        asked = {"knowledgeBaseId": base.id, "retrievalQuery": {"text": question}}
        answer = api.retrieve(**asked, retrievalConfiguration={"vectorSearchConfiguration": search})
        return [result["location"]["s3Location"]["uri"].rpartition("/")[2] for result in answer["retrievalResults"]]

    assert found("¿Dónde hay pan?", numberOfResults=1) == ["2001.md"]
    assert found("relojes") == ["2002.md", "2001.md"]
    with pytest.raises(api.exceptions.ValidationException, match="only numberOfResults is imitated"):
        found("pan", overrideSearchType="HYBRID")


def test_an_agent_is_prepared_by_and_by_and_says_when(bedrock: Bedrock) -> None:
    agent, api = bedrock.agent(), agent_api(bedrock)
    assert "preparedAt" not in api.get_agent(agentId=agent.id)["agent"]
    moments = []
    bedrock.now = lambda: datetime(2026, 3, 14, tzinfo=UTC)
    bedrock.polls_per_step = 2
    for _ in range(2):
        assert api.prepare_agent(agentId=agent.id)["agentStatus"] == "PREPARING"
        assert refusal(api.prepare_agent, agentId=agent.id) == ("ConflictException", 409)
        assert [api.get_agent(agentId=agent.id)["agent"]["agentStatus"] for _ in range(2)] == ["PREPARING", "PREPARED"]
        moments.append(api.get_agent(agentId=agent.id)["agent"]["preparedAt"])
    assert moments[0] < moments[1]


@pytest.mark.parametrize("dimensions", [256, 512, 1024])
def test_titan_gives_the_same_unit_vector_for_the_same_text(bedrock: Bedrock, dimensions: int) -> None:
    api = client("bedrock-runtime", bedrock.endpoint)
    body = json.dumps({"inputText": "Panadería La Espiga", "dimensions": dimensions, "normalize": True})
    first, again = (json.loads(api.invoke_model(modelId=TITAN, body=body)["body"].read()) for _ in range(2))
    assert first == again and first["inputTextTokenCount"] == 5
    assert len(first["embedding"]) == dimensions
    assert math.isclose(math.hypot(*first["embedding"]), 1.0)
