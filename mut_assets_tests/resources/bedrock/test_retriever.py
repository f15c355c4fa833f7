"""Retrieve, asked by a real client: which of our documents its answer names, and what it says when it cannot."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from mut_assets.domain.evaluation.scoring import DocumentRef
from mut_assets.resources.bedrock.retriever import LONGEST_QUESTION, BedrockRetriever
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.failures import Failure, PermanentFailure, TransientFailure
from mut_assets_tests.fakes.faults import Fault, error, on
from mut_assets_tests.resources.cloud import NAME, Cloud
from mut_assets_tests.resources.plaza import PREFIX, publish

BREAD = "# Pan de Barrio\n\nHornea marraquetas y hallullas cada mañana."
WATCHES = "# Relojería Marea\n\nRepara relojes de pulsera."


@pytest.fixture
def retriever(cloud: Cloud) -> BedrockRetriever:
    publish(cloud.bucket, "stores/2001.md", BREAD)
    publish(cloud.bucket, "stores/2002.md", WATCHES)
    cloud.reads("stores")
    cloud.ingest()
    return BedrockRetriever(cloud.base.id, Bucket(f"s3://{NAME}"), PREFIX, "us-east-1")


def found(retriever: BedrockRetriever, question: str, k: int = 5) -> list[str]:
    return [document.key for document in retriever.search(question, k)]


def at(key: str) -> dict[str, Any]:
    return {"location": {"s3Location": {"uri": f"s3://b/v1/{key}"}}}


def test_the_best_documents_come_first_by_their_ids(retriever: BedrockRetriever) -> None:
    first = retriever.search("marraquetas y hallullas", 5)[0]
    assert first == DocumentRef("tiendas", "2001", "Pan de Barrio", "https://plaza.example/stores/2001/")
    assert found(retriever, "relojes de pulsera") == ["stores/2002", "stores/2001"]
    assert found(retriever, "relojes de pulsera", 1) == ["stores/2002"]


def test_a_document_in_several_pieces_counts_once(cloud: Cloud, retriever: BedrockRetriever) -> None:
    next(iter(cloud.base.sources.values())).pieces = 4
    assert sorted(found(retriever, "relojes", 100)) == ["stores/2001", "stores/2002"]


def test_what_is_not_ours_is_named_by_its_address(cloud: Cloud, retriever: BedrockRetriever) -> None:
    elsewhere = replace(retriever, prefix="otro/v1/")
    foreign = elsewhere.search("marraquetas", 1)[0]
    assert (foreign.collection, foreign.key) == ("", f"s3://{NAME}/{PREFIX}stores/2001.md")


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"metadata": {"x-amz-bedrock-kb-source-uri": "s3://b/v1/eventos/5.md"}}, ("eventos", "5", "5", "")),
        (
            at("preguntas/banos.md") | {"metadata": {"titulo": ["¿Hay baños?", "Otro"], "link": "https://b.example/"}},
            ("preguntas", "banos", "¿Hay baños?", "https://b.example/"),
        ),
        (at("stores/7.md") | {"content": {"text": "# Pan\n\nx"}}, ("tiendas", "7", "Pan", "")),
        (at("notas/7.md"), ("", "s3://b/v1/notas/7.md", "s3://b/v1/notas/7.md", "")),
        ({}, ("", "", "", "")),
    ],
)
def test_a_result_is_recognised_by_whatever_it_says(result: dict[str, Any], expected: tuple[str, ...]) -> None:
    retriever = BedrockRetriever("KB00000001", Bucket("s3://b"), "v1/")
    vars(retriever)["_client"] = SimpleNamespace(retrieve=lambda **asked: {"retrievalResults": [result]})
    assert retriever.search("pan") == [DocumentRef(*expected)]


@pytest.mark.parametrize(("question", "k"), [("", 5), (" ¿?… ", 5), ("pan", 0)])
def test_what_asks_nothing_is_not_sent(cloud: Cloud, retriever: BedrockRetriever, question: str, k: int) -> None:
    assert retriever.search(question, k) == []
    assert cloud.bedrock.named("Retrieve") == []


def test_whoever_pastes_a_page_is_asking_about_its_beginning(cloud: Cloud, retriever: BedrockRetriever) -> None:
    retriever.search("pan " * 900, 500)
    (call,) = cloud.bedrock.named("Retrieve")
    assert len(call.parameters["retrievalQuery"]["text"]) <= LONGEST_QUESTION
    assert call.parameters["retrievalConfiguration"]["vectorSearchConfiguration"]["numberOfResults"] == 100


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        (error("ThrottlingException", 429), TransientFailure, "MUT-AWS-101"),
        (error("DependencyFailedException", 424), TransientFailure, "MUT-AWS-103"),
        (error("ValidationException", 400), PermanentFailure, "MUT-AWS-005"),
    ],
)
def test_what_the_service_says_is_explained(
    cloud: Cloud, retriever: BedrockRetriever, monkeypatch: pytest.MonkeyPatch, fault: Fault, kind: type, code: str
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    cloud.bedrock.faults.append(on("Retrieve", fault, times=9))
    with pytest.raises(Failure) as raised:
        retriever.search("pan")
    assert (type(raised.value), raised.value.code) == (kind, code)
    assert "Retrieve" in str(raised.value) and cloud.base.id in str(raised.value)


def test_a_missing_permission_is_named(cloud: Cloud, retriever: BedrockRetriever) -> None:
    cloud.bedrock.denied.add("Retrieve")
    with pytest.raises(PermanentFailure, match="MUT-AWS-001: .*Allow bedrock:Retrieve on arn:aws:bedrock:"):
        retriever.search("pan")
