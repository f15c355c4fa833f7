"""The double of Pinecone rejects what Pinecone rejects, and the real SDK understands what it answers."""

import contextlib
import json
import math
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pinecone import ApiError, NotFoundError, UnauthorizedError
from pinecone import Pinecone as Sdk

from mut_assets_tests.fakes.faults import error, lost_answer, on
from mut_assets_tests.fakes.pinecone import Pinecone
from mut_assets_tests.fakes.pinecone_vectors import DOCUMENTED_LSN

ONE = {"id": "a", "values": [1.0, 0.0, 0.0, 0.0], "metadata": {"tipo": "evento"}}


@pytest.fixture
def pinecone() -> Iterator[Pinecone]:
    with Pinecone(dimension=4) as pinecone:
        yield pinecone


@pytest.fixture
def sdk(pinecone: Pinecone) -> Iterator[Sdk]:
    with Sdk(api_key=pinecone.key, host=pinecone.host) as sdk:
        yield sdk


@pytest.fixture
def index(sdk: Sdk) -> Iterator[Any]:
    with sdk.index("agente") as index:
        yield index


def post(pinecone: Pinecone, route: str, body: Any, **headers: str) -> httpx.Response:
    """Past the SDK, which rejects some of it by itself."""
    sent = {"Api-Key": pinecone.key, "X-Pinecone-Api-Version": "2026-07", **headers}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx.post(f"{pinecone.host}{route}", content=data, headers=sent, timeout=10)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id": "ñandú"}, "ASCII"),
        ({"id": ""}, "ASCII"),
        ({"id": "x" * 513}, "512"),
        ({"values": [1.0, 0.0]}, "dimension 2"),
        ({"values": [0.0, 0.0, 0.0, 0.0]}, "non-zero"),
        ({"values": [1.0, None, 0.0, 0.0]}, "finite"),
        ({"values": [1.0, math.inf, 0.0, 0.0]}, "finite"),
        ({"values": [1.0, True, 0.0, 0.0]}, "finite"),
        ({"metadata": {"a": {"b": 1}}}, "'a'"),
        ({"metadata": {"a": [1, 2]}}, "'a'"),
        ({"metadata": {"a": "ñ" * 20_600}}, "bytes"),
    ],
)
def test_a_vector_that_pinecone_refuses_is_refused(pinecone: Pinecone, change: dict[str, Any], words: str) -> None:
    answer = post(pinecone, "/vectors/upsert", {"vectors": [ONE, {**ONE, **change}], "namespace": "n"})
    assert (answer.status_code, words in answer.json()["message"]) == (400, True), answer.text
    assert pinecone.ids("n") == [], "nothing of a refused request is written"


def test_limits_of_a_request_hold(pinecone: Pinecone) -> None:
    many = [{**ONE, "id": f"v{number}"} for number in range(1001)]
    assert post(pinecone, "/vectors/upsert", {"vectors": many[:1000]}).status_code == 200
    assert post(pinecone, "/vectors/upsert", {"vectors": many}).status_code == 400
    assert post(pinecone, "/vectors/upsert", {"vectors": []}).status_code == 400
    assert post(pinecone, "/vectors/upsert", b" " * (2 * 1024 * 1024 + 1)).status_code == 413
    assert post(pinecone, "/vectors/delete", {"ids": [vector["id"] for vector in many]}).status_code == 400
    listing = f"{pinecone.host}/vectors/list?limit=101"
    sent = {"Api-Key": pinecone.key, "X-Pinecone-Api-Version": "2026-07"}
    assert httpx.get(listing, headers=sent, timeout=10).status_code == 400


def test_a_wrong_key_and_a_missing_version_are_refused(pinecone: Pinecone) -> None:
    assert post(pinecone, "/vectors/upsert", {"vectors": [ONE]}, **{"Api-Key": "other"}).status_code == 401
    assert post(pinecone, "/vectors/upsert", {"vectors": [ONE]}, **{"X-Pinecone-Api-Version": ""}).status_code == 400
    with Sdk(api_key="other", host=pinecone.host) as sdk, pytest.raises(UnauthorizedError):
        sdk.indexes.describe("agente")


def test_the_sdk_understands_every_answer(pinecone: Pinecone, sdk: Sdk, index: Any) -> None:
    told = sdk.indexes.describe("agente")
    assert (told.dimension, told.metric, told.status.ready, told.host) == (4, "cosine", True, pinecone.host)
    assert [listed.name for listed in sdk.indexes.list()] == ["agente", "otro"]
    with pytest.raises(NotFoundError):
        sdk.indexes.describe("nada")
    written = index.upsert(vectors=[ONE, {**ONE, "id": "b", "metadata": {"x": None}}], namespace="n")
    assert (written.upserted_count, written.response_info.lsn_committed) == (2, 1)
    found = index.query(vector=[1.0, 0.1, 0.0, 0.0], top_k=1, namespace="n")
    assert ([match.id for match in found.matches], found.response_info.is_reconciled(1)) == (["a"], True)
    assert [pinecone.namespaces["n"][id]["metadata"] for id in "ab"] == [{"tipo": "evento"}, {}]
    index.delete(ids=["a", "not there"], namespace="n")
    assert pinecone.ids("n") == ["b"]


def test_a_listing_comes_in_pages(pinecone: Pinecone, index: Any) -> None:
    vectors = [{**ONE, "id": f"{kind}/{number:03}"} for kind in "ab" for number in range(120)]
    index.upsert(vectors=vectors, namespace="n")
    pages = list(index.list(prefix="b/", limit=50, namespace="n"))
    assert [len(page.vectors) for page in pages] == [50, 50, 20]
    assert {item.id[0] for page in pages for item in page.vectors} == {"b"}


@pytest.mark.parametrize("absent_is_404", [True, False])
def test_a_namespace_that_was_never_written(pinecone: Pinecone, index: Any, absent_is_404: bool) -> None:
    pinecone.absent_is_404 = absent_is_404
    if absent_is_404:
        with pytest.raises(NotFoundError):
            index.delete(ids=["a"], namespace="n")
        with pytest.raises(NotFoundError):
            list(index.list(namespace="n"))
    else:
        index.delete(ids=["a"], namespace="n")
        assert list(index.list(namespace="n")) == []
    assert index.query(vector=[1.0, 0.0, 0.0, 0.0], top_k=1, namespace="n").matches == []


def test_writes_become_visible_in_their_order_some_reads_later(pinecone: Pinecone, index: Any) -> None:
    pinecone.lsn_headers = DOCUMENTED_LSN
    pinecone.lag = 2
    first = index.upsert(vectors=[ONE], namespace="n").response_info.lsn_committed
    pinecone.lag = 0
    second = index.upsert(vectors=[{**ONE, "id": "b"}], namespace="n").response_info.lsn_committed
    reads = [index.query(vector=[1.0, 0.0, 0.0, 0.0], top_k=5, namespace="n") for _ in range(3)]
    assert [[match.id for match in read.matches] for read in reads] == [[], [], ["a", "b"]]
    assert [read.response_info.is_reconciled(first) for read in reads] == [False, False, True]
    assert reads[2].response_info.is_reconciled(second)


def test_without_sequence_numbers_nothing_is_told(pinecone: Pinecone, index: Any) -> None:
    pinecone.lsn_headers = None
    assert index.upsert(vectors=[ONE], namespace="n").response_info.lsn_committed is None
    assert index.query(vector=[1.0, 0.0, 0.0, 0.0], top_k=1).response_info.lsn_reconciled is None


def test_faults_come_before_the_effect_or_after_it(pinecone: Pinecone, index: Any) -> None:
    pinecone.faults += [on("Upsert", error("INVALID_ARGUMENT", 400)), on("Delete", lost_answer())]
    with pytest.raises(ApiError):
        index.upsert(vectors=[ONE], namespace="n")
    assert pinecone.ids("n") == []
    index.upsert(vectors=[ONE], namespace="n")
    index.delete(ids=["a"], namespace="n")  # the SDK asks again, and finds nothing left to do
    assert (pinecone.ids("n"), len(pinecone.named("Delete"))) == ([], 2)
    assert pinecone.calls[-1].parameters == {"ids": ["a"], "namespace": "n"}


def test_a_mistake_in_a_fault_is_not_taken_for_a_broken_service() -> None:
    def mistake(_: object) -> None:
        raise ZeroDivisionError("mistaken")

    pinecone = Pinecone(dimension=4)
    pinecone.faults.append(mistake)
    with pytest.raises(ZeroDivisionError), pinecone, contextlib.suppress(httpx.HTTPError):
        post(pinecone, "/query", {"topK": 1})
