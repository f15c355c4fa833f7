"""The Bedrock double refuses what the service's definition refuses, and cannot itself break that definition."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError, ParamValidationError

from mut_assets_tests.fakes import aws_protocol
from mut_assets_tests.fakes.bedrock import Bedrock
from mut_assets_tests.fakes.bedrock_calls import agent_api, client, ids, refusal
from mut_assets_tests.fakes.bedrock_resources import DataSource, KnowledgeBase
from mut_assets_tests.fakes.bedrock_runtime import TITAN
from mut_assets_tests.fakes.faults import Call

INVALID = ("ValidationException", 400)
DENIED = ("AccessDeniedException", 403)
UNKNOWN = ("ResourceNotFoundException", 404)


@pytest.fixture
def bedrock() -> Iterator[Bedrock]:
    with Bedrock() as bedrock:
        yield bedrock


def s3_configuration(*prefixes: str) -> dict[str, Any]:
    return {"type": "S3", "s3Configuration": {"bucketArn": "arn:aws:s3:::mercado-kb", "inclusionPrefixes": [*prefixes]}}


@pytest.mark.parametrize(
    "wrong",
    [
        {"clientToken": "run_5b0d9f0e-0c1f-4f67-9a43-0d2f6d1f7d11"},
        {"clientToken": "a" * 257},
        {"description": "d" * 201},
        {"knowledgeBaseId": "kb-1"},
        {"dataSourceId": "DS000000011"},
    ],
    ids=["underscore", "long token", "long description", "short id", "long id"],
)
def test_a_start_that_only_the_service_can_refuse_is_refused(
    bedrock: Bedrock, stores: DataSource, wrong: dict[str, str]
) -> None:
    assert refusal(agent_api(bedrock).start_ingestion_job, **{**ids(stores), **wrong}) == INVALID
    assert bedrock.jobs == []


def test_a_token_below_33_characters_is_refused_by_both_sides(bedrock: Bedrock, stores: DataSource) -> None:
    with pytest.raises(ParamValidationError):
        agent_api(bedrock).start_ingestion_job(**ids(stores), clientToken="a" * 32)
    shape = aws_protocol.operation("bedrock-agent", "StartIngestionJob").model.input_shape
    wrong = aws_protocol.violations(shape, {**ids(stores), "clientToken": "a" * 32})
    assert wrong == ["clientToken: length 32 below 33"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"dataSourceConfiguration": s3_configuration("dataset/stores/", "dataset/events/")},
        {"dataSourceConfiguration": {"type": "FOLDER"}},
        {"dataSourceConfiguration": {"type": "S3", "s3Configuration": {"bucketArn": "mercado-kb"}}},
        {"name": "tiendas y locales"},
        {"vectorIngestionConfiguration": {"chunkingConfiguration": {"chunkingStrategy": "PARAGRAPH"}}},
        {"dataDeletionPolicy": "KEEP"},
    ],
    ids=["two prefixes", "type", "bucket without arn", "name with spaces", "chunking", "policy"],
)
def test_a_data_source_that_the_service_would_refuse_is_refused(
    bedrock: Bedrock, base: KnowledgeBase, wrong: dict[str, Any]
) -> None:
    right = {"knowledgeBaseId": base.id, "name": "stores", "dataSourceConfiguration": s3_configuration("dataset/")}
    assert refusal(agent_api(bedrock).create_data_source, **{**right, **wrong}) == INVALID
    assert base.sources == {}


def test_a_data_source_can_be_created_once_and_five_in_all(bedrock: Bedrock, base: KnowledgeBase) -> None:
    api = agent_api(bedrock)
    chunking = {"chunkingConfiguration": {"chunkingStrategy": "NONE"}}
    for folder in ("stores", "events", "restaurants", "questions", "more"):
        asked = {"knowledgeBaseId": base.id, "name": folder, "vectorIngestionConfiguration": chunking}
        source = s3_configuration(f"dataset/{folder}/")
        created = api.create_data_source(**asked, dataSourceConfiguration=source)["dataSource"]
        shown = api.get_data_source(knowledgeBaseId=base.id, dataSourceId=created["dataSourceId"])["dataSource"]
        assert (shown["name"], shown["dataDeletionPolicy"]) == (folder, "DELETE")
    right = {"knowledgeBaseId": base.id, "dataSourceConfiguration": s3_configuration("dataset/")}
    assert refusal(api.create_data_source, **right, name="stores") == ("ConflictException", 409)
    assert refusal(api.create_data_source, **right, name="sixth") == ("ServiceQuotaExceededException", 402)
    bedrock.page_size = 2
    pages = api.get_paginator("list_data_sources").paginate(knowledgeBaseId=base.id)
    assert [len(page["dataSourceSummaries"]) for page in pages] == [2, 2, 1]


@pytest.mark.parametrize(
    "body",
    [
        {"inputText": ["Panadería", "Relojería"]},
        {"inputText": ""},
        {"inputText": "a" * 50_001},
        {"inputText": "pan", "dimensions": 768},
        {"inputText": "pan", "texts": ["pan"]},
        {"inputText": "pan", "normalize": "yes"},
        {"inputText": "pan", "embeddingTypes": ["binary"]},
        {"dimensions": 256},
        ["pan"],
    ],
    ids=["list", "empty", "long", "dimensions", "unknown", "normalize", "types", "missing", "no object"],
)
def test_titan_refuses_a_body_it_does_not_know(bedrock: Bedrock, body: Any) -> None:
    call = client("bedrock-runtime", bedrock.endpoint).invoke_model
    assert refusal(call, modelId=TITAN, body=json.dumps(body)) == INVALID


def test_titan_takes_the_longest_text(bedrock: Bedrock) -> None:
    body = json.dumps({"inputText": "a" * 50_000, "dimensions": 256})
    answer = client("bedrock-runtime", bedrock.endpoint).invoke_model(modelId=TITAN, body=body)
    assert {*json.loads(answer["body"].read())["embeddingsByType"]} == {"float"}


def test_an_unknown_model_and_one_without_access_are_refused_differently(bedrock: Bedrock) -> None:
    call = client("bedrock-runtime", bedrock.endpoint).invoke_model
    assert refusal(call, modelId="amazon.titan-embed-text-v9:0", body=b"{}") == INVALID
    bedrock.no_model_access.add(TITAN)
    assert refusal(call, modelId=TITAN, body=b'{"inputText": "pan"}') == DENIED


def test_what_is_not_there_is_not_found_and_another_region_has_only_the_models(
    bedrock: Bedrock, base: KnowledgeBase, stores: DataSource
) -> None:
    api, elsewhere = agent_api(bedrock), agent_api(bedrock, region="eu-west-1")
    other, agent = bedrock.knowledge_base(), bedrock.agent()
    assert refusal(api.get_knowledge_base, knowledgeBaseId="KB99999999") == UNKNOWN
    assert refusal(api.get_data_source, knowledgeBaseId=other.id, dataSourceId=stores.id) == UNKNOWN
    assert refusal(api.get_ingestion_job, **ids(stores), ingestionJobId="JOB0000009") == UNKNOWN
    assert refusal(api.get_agent, agentId="AG99999999") == UNKNOWN
    assert refusal(elsewhere.get_knowledge_base, knowledgeBaseId=base.id) == UNKNOWN
    assert refusal(elsewhere.get_agent, agentId=agent.id) == UNKNOWN
    client("bedrock-runtime", bedrock.endpoint, "eu-west-1").invoke_model(modelId=TITAN, body=b'{"inputText": "pan"}')


def test_a_page_that_was_never_offered_is_refused(bedrock: Bedrock, stores: DataSource) -> None:
    assert refusal(agent_api(bedrock).list_knowledge_base_documents, **ids(stores), nextToken="x") == INVALID


def test_a_request_that_no_sdk_would_send_is_refused(bedrock: Bedrock, stores: DataSource) -> None:
    scope = "AWS4-HMAC-SHA256 Credential=testing/20260314/us-east-1/bedrock/aws4_request, Signature=0"
    folder = f"{bedrock.endpoint}/knowledgebases/{stores.knowledge_base_id}/datasources"
    signed = {"Authorization": scope}

    def outcome(method: str, url: str, **sent: Any) -> tuple[int, str]:
        answer = requests.request(method, url, timeout=5, **sent)
        return answer.status_code, answer.headers["x-amzn-ErrorType"]

    assert outcome("POST", f"{folder}/", json={"pageSize": 5}, headers=signed) == (400, "ValidationException")
    assert outcome("POST", f"{folder}/", json={"maxResults": "5"}, headers=signed) == (400, "ValidationException")
    assert outcome("POST", f"{folder}/?page=2", headers=signed) == (400, "ValidationException")
    assert outcome("POST", f"{folder}/", data=b"{", headers=signed) == (400, "ValidationException")
    assert outcome("POST", f"{folder}/") == (403, "MissingAuthenticationTokenException")
    assert outcome("GET", f"{bedrock.endpoint}/buckets", headers=signed) == (404, "UnknownOperationException")


@pytest.mark.parametrize("action", ["StartIngestionJob", "AssociateThirdPartyKnowledgeBase"])
def test_what_is_denied_is_named_with_its_action_and_resource(
    bedrock: Bedrock, base: KnowledgeBase, stores: DataSource, action: str
) -> None:
    bedrock.denied.add(action)
    with pytest.raises(ClientError, match=f"bedrock:{action} on resource: {base.arn}") as caught:
        agent_api(bedrock).start_ingestion_job(**ids(stores))
    assert caught.value.response["Error"]["Code"] == DENIED[0]
    assert bedrock.jobs == [] and len(bedrock.calls) == 1


def test_calls_are_kept_in_order_and_shown_before_and_after_the_effect(bedrock: Bedrock, stores: DataSource) -> None:
    seen: list[tuple[str, int, int]] = []
    bedrock.on_call = lambda call, number: seen.append((f"before {call.operation}", number, len(bedrock.jobs)))
    bedrock.before_answer = lambda call, number: seen.append((f"after {call.operation}", number, len(bedrock.jobs)))
    api = agent_api(bedrock)
    api.get_data_source(**ids(stores))
    api.start_ingestion_job(**ids(stores), description="night")
    assert seen == [
        ("before GetDataSource", 1, 0),
        ("after GetDataSource", 1, 0),
        ("before StartIngestionJob", 2, 0),
        ("after StartIngestionJob", 2, 1),
    ]
    assert bedrock.calls[0] == Call("bedrock-agent", "GetDataSource", ids(stores))
    assert bedrock.calls[1].parameters["description"] == "night"


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        ({"status": "READY"}, "knowledgeBase.status: 'READY' is none of"),
        ({"storage": {"type": "PINECONE", "pineconeConfiguration": {}}}, "connectionString: required"),
        ({"name": "knowledge base"}, "knowledgeBase.name: 'knowledge base' does not satisfy the pattern"),
        ({"created": "2026-03-14"}, "knowledgeBase.createdAt: must be timestamp, is str"),
        ({"storage": {"type": "PINECONE", "host": "x"}}, "storageConfiguration.host: unknown"),
    ],
    ids=["enum", "required", "pattern", "type", "unknown"],
)
def test_an_answer_that_breaks_the_model_is_an_error_of_the_double(
    bedrock: Bedrock, base: KnowledgeBase, broken: dict[str, Any], named: str
) -> None:
    for name, value in broken.items():
        setattr(base, name, value)
    code = refusal(agent_api(bedrock).get_knowledge_base, knowledgeBaseId=base.id)
    assert code == ("InternalServerException", 500)
    assert len(bedrock.drift) == 1 and bedrock.drift[0].startswith("GetKnowledgeBase: ") and named in bedrock.drift[0]
    bedrock.drift.clear()


def test_drift_that_nobody_looked_at_is_raised_in_the_end() -> None:
    def ask_a_broken_one() -> None:
        with Bedrock() as bedrock:
            base = bedrock.knowledge_base()
            base.status = "READY"
            refusal(agent_api(bedrock).get_knowledge_base, knowledgeBaseId=base.id)

    with pytest.raises(AssertionError, match="GetKnowledgeBase: .*'READY'"):
        ask_a_broken_one()


def test_an_unknown_error_and_what_is_not_imitated_are_drift_too(bedrock: Bedrock, base: KnowledgeBase) -> None:
    def full(asked: Any) -> Any:
        raise aws_protocol.ServiceError("ServiceQuotaExceededException", 402, "full")

    bedrock.operations["GetKnowledgeBase"] = full
    for call in (agent_api(bedrock).get_knowledge_base, agent_api(bedrock).delete_knowledge_base):
        assert refusal(call, knowledgeBaseId=base.id)[1] == 500
    assert bedrock.drift == [
        "GetKnowledgeBase: ServiceQuotaExceededException is no error of this operation",
        "DeleteKnowledgeBase is not imitated",
    ]
    bedrock.drift.clear()


def test_every_kind_of_knowledge_base_and_every_status_can_be_shown(bedrock: Bedrock) -> None:
    api = agent_api(bedrock)
    statuses = aws_protocol.service_model("bedrock-agent").shape_for("KnowledgeBaseStatus").enum
    for kind in ("VECTOR", "MANAGED"):
        base = bedrock.knowledge_base()
        base.kind = kind
        for status in statuses:
            base.status = status
            shown = api.get_knowledge_base(knowledgeBaseId=base.id)["knowledgeBase"]
            assert (shown["knowledgeBaseConfiguration"]["type"], shown["status"]) == (kind, status)


def test_a_union_takes_exactly_one_member() -> None:
    shape = aws_protocol.service_model("bedrock-agent-runtime").shape_for("RetrievalFilter")
    condition = {"key": "nivel", "value": 1}
    assert aws_protocol.violations(shape, {"equals": condition}) == []
    assert len(aws_protocol.violations(shape, {"equals": condition, "notEquals": condition})) == 1
    assert aws_protocol.violations(shape, {"andAll": [{"equals": condition}]}) == ["andAll: length 1 below 2"]


def test_a_number_is_no_boolean_and_a_moment_no_text() -> None:
    model = aws_protocol.service_model("bedrock-agent")
    assert aws_protocol.violations(model.shape_for("MaxResults"), True) == ["the whole: must be integer, is bool"]
    assert aws_protocol.violations(model.shape_for("MaxResults"), 1001) == ["the whole: value 1001 above 1000"]
    assert aws_protocol.violations(model.shape_for("DateTimestamp"), datetime(2026, 3, 14, tzinfo=UTC)) == []


def test_the_paths_of_what_is_imitated_lead_there(bedrock: Bedrock) -> None:
    model_of = {name: s for s in Bedrock.services for name in aws_protocol.service_model(s).operation_names}
    for name in bedrock.operations:
        wanted = aws_protocol.operation(model_of[name], name)
        path = "/".join("X" if segment.startswith("{") else segment for segment in wanted.segments)
        found = aws_protocol.route(Bedrock.services, wanted.model.http["method"], f"/{path}")
        assert found is not None and found[0] == wanted
