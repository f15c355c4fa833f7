"""`mut doctor` on an account: the real doors against the doubles, each broken hop by itself, each fix a valid one."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import boto3
import pytest
import requests
from moto.sns.models import sns_backends

from mut_assets.environments import build_doors, read_settings
from mut_assets.operations.doctor import account as account_examination
from mut_assets.operations.doctor import bucket as bucket_examination
from mut_assets.operations.doctor import doctor, knowledge_base, questions, services, vector_index
from mut_assets.operations.doctor.account import AwsAccount
from mut_assets.operations.doctor.finding import Finding
from mut_assets_tests.corridor.account import BUCKET, PREFIX, REGION, SECRET, Account, account
from mut_assets_tests.fakes.aws_command import parsed
from mut_assets_tests.fakes.aws_double import ACCOUNT
from mut_assets_tests.fakes.bedrock_resources import DataSource, opensearch_storage, pinecone_storage
from mut_assets_tests.fakes.bedrock_runtime import TITAN
from mut_assets_tests.fakes.faults import Call, Fault, error
from mut_assets_tests.fakes.loopback import Loopback, encoded

FOLDERS = ("eventos", "stores", "restaurantes", "preguntas")
KNOWLEDGE_BASE = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:knowledge-base/KB00000001"
PLACE = AwsAccount(REGION, ACCOUNT)
DENIED = error("AccessDenied", 403)


def lasting_clients(make: Callable[..., Any]) -> Callable[..., Any]:
    """The SDK's own clients, each made once: making one takes longer than what a test does with it."""
    made: dict[tuple[str | None, ...], Any] = {}

    def client(session: Any, service: str, **options: Any) -> Any:
        variables = (value for name, value in os.environ.items() if name.startswith("AWS_"))
        key = (service, options.get("region_name"), options.get("endpoint_url"), *variables)
        if key not in made:
            made[key] = make(session, service, **options)
        return made[key]

    return client


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(boto3.session.Session, "client", lasting_clients(boto3.session.Session.client))
        with account(tmp_path_factory.mktemp("account") / "mut") as made:
            made.client = cache(made.client)  # type: ignore[method-assign]  # one client per service
            yield made
            requests.post(f"{made.address}/moto-api/reset", timeout=10)


@pytest.fixture
def cloud(lasting: Account, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """A healthy account with three stores published; what a test does to it is undone."""
    for name, value in lasting.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("MUT_TODAY")  # which is worth a warning
    for number in range(3):
        publish(lasting, f"stores/{number}", f"# Tienda {number}\n\nAtiende de día.\n")
    yield lasting
    for faulty in (lasting.moto, lasting.bedrock, lasting.pinecone):
        faulty.faults.clear()
    lasting.bedrock.denied.clear()
    lasting.bedrock.no_model_access.clear()
    for entry in lasting.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]:
        if entry["Key"] != "raw/preguntas.csv":
            lasting.client("s3").delete_object(Bucket=BUCKET, Key=entry["Key"])
    lasting.calls.clear()


def publish(cloud: Account, name: str, text: str, **attributes: Any) -> None:
    sidecar = json.dumps({"metadataAttributes": {"document_type": "tienda", **attributes}}).encode()
    s3 = cloud.client("s3")
    s3.put_object(Bucket=BUCKET, Key=f"{PREFIX}{name}.md", Body=text.encode())
    s3.put_object(Bucket=BUCKET, Key=f"{PREFIX}{name}.md.metadata.json", Body=sidecar)


def subscribe(topic: str) -> None:
    """Somebody confirms a subscription; moto itself counts none."""
    sns_backends[ACCOUNT][REGION].topics[topic].subscriptions_confimed += 1


def named(findings: Iterator[Finding]) -> dict[str, Finding]:
    found = list(findings)
    assert len({finding.name for finding in found}) == len(found), "a name stands for one finding"
    return {finding.name: finding for finding in found}


def everything() -> dict[str, Finding]:
    return named(doctor.examine(read_settings))


def doors() -> Any:
    """Of AWS, which have more than their ports promise."""
    return build_doors(read_settings())


def of_the_bucket() -> dict[str, Finding]:
    made = doors()
    return named(bucket_examination.examine(made.store, made.faq_file, read_settings(), PLACE))


def of_the_knowledge_base() -> dict[str, Finding]:
    return named(knowledge_base.examine(doors().knowledge_base, PLACE))


def of_the_index() -> dict[str, Finding]:
    made = doors()
    return named(vector_index.examine(made.vector_index, made.embedder, made.knowledge_base, PLACE, signed_in=True))


def broken(findings: dict[str, Finding]) -> dict[str, str]:
    return {name: one.status for name, one in findings.items() if one.status != "ok"}


def commands(finding: Finding) -> list[tuple[str, dict[str, Any]]]:
    """What the aws commands of a fix would call, and with what; each is one that the CLI takes."""
    lines = [line for line in finding.fix.splitlines() if line.startswith("aws ")]
    for of_the_cli, of_the_service in (("aws s3api ", "aws s3 "), (" --notification-endpoint ", " --endpoint ")):
        lines = [line.replace(of_the_cli, of_the_service) for line in lines]
    return [(operation.name, dict(parameters)) for operation, parameters in map(parsed, lines)]


def allowed(finding: Finding) -> list[tuple[list[str], list[str]]]:
    """(actions, resources) of the statements of a fix."""
    found = [json.loads(line) for line in finding.fix.splitlines() if line.startswith("{")]
    assert all(rule["Effect"] == "Allow" and rule.keys() == {"Effect", "Action", "Resource"} for rule in found)
    return [(rule["Action"], rule["Resource"]) for rule in found]


def ingested(cloud: Account, source: DataSource) -> dict[str, Any]:
    """A job of a data source, once it has ended."""
    asked = {"knowledgeBaseId": source.knowledge_base_id, "dataSourceId": source.id}
    job: dict[str, Any] = cloud.bedrock.StartIngestionJob(asked)["ingestionJob"]
    while job["status"] in ("STARTING", "IN_PROGRESS"):
        job = cloud.bedrock.GetIngestionJob({**asked, "ingestionJobId": job["ingestionJobId"]})["ingestionJob"]
    return job


class Refusing(Loopback):
    """A service of AWS that refuses everything with `code`."""

    code = ""

    def respond(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        if "X-Amz-Target" in headers:
            return encoded(403, {}, json.dumps({"__type": self.code, "message": "no"}).encode())
        said = f"<Error><Type>Sender</Type><Code>{self.code}</Code><Message>no</Message></Error>"
        return encoded(403, {}, f"<ErrorResponse>{said}<RequestId>1</RequestId></ErrorResponse>".encode())


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """`refuse("STS", code)`: from now on that service refuses with that code."""
    with Refusing() as refusing:

        def start(service: str, code: str) -> None:
            refusing.code = code
            monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", refusing.endpoint)

        yield start


# --- as it should be --------------------------------------------------------------------------------------------------


def test_a_healthy_account_is_examined_hop_by_hop_and_nothing_stays(
    cloud: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = cloud.client("sns").create_topic(Name="mut")["TopicArn"]
    subscribe(topic)
    monkeypatch.setattr(cloud.agent, "status", "PREPARED")
    before = cloud.bucket()
    cloud.calls.clear()
    monkeypatch.setenv("ALERT_SNS_TOPIC_ARN", topic)
    found = everything()
    assert {name for name, one in found.items() if one.status not in ("ok", "skipped")} == set()
    hops = "account, bucket: dataset, data source: stores, retrieval, Pinecone namespace, agent, alerts"
    assert {*hops.split(", ")} <= found.keys()
    assert found["account"].found == f"{ACCOUNT} in {REGION}, as arn:aws:sts::{ACCOUNT}:user/moto"
    assert f"stored in PINECONE at {cloud.pinecone.host}, namespace bedrock" in found["knowledge base"].found
    assert "dataDeletionPolicy DELETE" in found["data source: stores"].found
    assert "gives 1024 dimensions" in found["embedding model"].found and "dollars" in found["embedding model"].found
    assert cloud.bucket() == before
    assert not cloud.home.exists()
    changing = {"StartIngestionJob", "PrepareAgent", "Publish", "CreateDataSource", "Upsert", "Delete"}
    assert not changing & {call.operation for call in cloud.calls}
    assert cloud.pinecone.key not in doctor.as_json(found.values()) + repr(found)


def test_a_probe_in_the_dataset_is_no_document_for_a_job_that_meets_it(cloud: Account) -> None:
    """Also where one data source reads the whole prefix, and the doctor was killed before it deleted."""
    whole = cloud.bedrock.data_source(cloud.bedrock.knowledge_base(), BUCKET, PREFIX)
    key = f"{PREFIX}{bucket_examination.FOLDER}left{bucket_examination.SUFFIX}"
    cloud.client("s3").put_object(Bucket=BUCKET, Key=key, Body=bucket_examination.CONTENT)
    statistics = ingested(cloud, whole)["statistics"]
    assert (statistics["numberOfDocumentsScanned"], statistics["numberOfDocumentsFailed"]) == (3, 0)
    assert whole.indexed.keys() == {f"{PREFIX}stores/{number}.md" for number in range(3)}


# --- credentials ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "expected"), [("ExpiredToken", "MUT-AWS-003"), ("InvalidClientTokenId", "MUT-AWS-008")]
)
def test_credentials_that_cannot_be_used_leave_the_rest_of_aws_skipped_and_nothing_else(
    cloud: Account, refuse: Callable[[str, str], None], code: str, expected: str
) -> None:
    refuse("STS", code)
    found = everything()
    assert (found["account"].status, found["account"].code) == ("error", expected)
    assert commands(found["account"]) == [("GetCallerIdentity", {})]
    skipped = {name for name, one in found.items() if one.found == doctor.SIGNED_OUT}
    hops = "bucket, golden questions, knowledge base, retrieval, Pinecone key, embedding model, agent, alerts"
    assert skipped >= {*hops.split(", ")}
    assert found["site: stores"].status == found["Dagster home"].status == "ok"
    assert cloud.calls == [], "nobody else was asked"


def test_without_credentials_it_is_said_where_they_come_from(cloud: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    found, place = account_examination.examine(REGION)
    assert (found.code, place.account) == ("MUT-AWS-002", "*") and "aws sso login" in found.fix


def test_a_pinecone_key_in_the_environment_is_examined_without_aws(
    cloud: Account, monkeypatch: pytest.MonkeyPatch, refuse: Callable[[str, str], None]
) -> None:
    refuse("STS", "ExpiredToken")
    monkeypatch.setenv("PINECONE_API_KEY", cloud.pinecone.key)
    found = everything()
    assert found["Pinecone index"].status == "ok" and found["embedding model"].status == "skipped"
    assert cloud.pinecone.key not in repr(found)


# --- the bucket -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "place", "name", "status", "actions", "keys"),
    [
        ("DeleteObject", "raw/.mut", "bucket: raw", "error", "s3:DeleteObject s3:GetObject s3:PutObject", "/raw/*"),
        ("PutObject", "raw/.mut", "bucket: raw", "error", "s3:GetObject s3:PutObject", "/raw/*"),
        ("GetObject", "raw/.mut", "bucket: raw", "error", "s3:GetObject", "/raw/*"),
        ("ListBucket", "state/", "bucket: state", "error", "s3:ListBucket", ""),
        ("ListBucket", "", "bucket", "warning", "s3:ListBucket", ""),
    ],
)
def test_what_is_denied_in_one_place_is_the_statement_to_add_and_hides_no_other(
    cloud: Account, operation: str, place: str, name: str, status: str, actions: str, keys: str
) -> None:
    def rule(call: Call) -> Fault | None:
        asked = call.parameters.get("Prefix", call.parameters.get("Key", "")[: len("raw/.mut")])
        return DENIED if (call.operation, asked) == (operation, place) else None

    before = cloud.bucket()
    cloud.moto.faults.append(rule)
    found = of_the_bucket()
    assert broken(found) == {name: status}
    assert found[name].code == "MUT-S3-002"
    assert allowed(found[name]) == [(actions.split(), [f"arn:aws:s3:::{BUCKET}{keys}"])]
    assert cloud.bucket() == before


def test_a_bucket_that_is_not_there_is_made_by_the_command(cloud: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3_BUCKET_NAME", "ninguno")
    found = of_the_bucket()
    assert (found["bucket"].status, found["bucket"].code) == ("error", "MUT-S3-001")
    assert commands(found["bucket"]) == [("CreateBucket", {"Bucket": "ninguno"})]
    assert {one.status for name, one in found.items() if name != "bucket"} == {"skipped"}


def test_a_bucket_of_another_region_names_the_variable(cloud: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    place = {"LocationConstraint": "sa-east-1"}
    cloud.client("s3").create_bucket(Bucket="lejano", CreateBucketConfiguration=place)
    monkeypatch.setenv("S3_BUCKET_NAME", "lejano")
    found = of_the_bucket()["bucket"]
    assert (found.status, found.code, found.fix.splitlines()[-1]) == ("error", "MUT-S3-004", "AWS_REGION=sa-east-1")


def test_nobody_is_told_to_delete_what_somebody_else_reads_and_an_absent_faq_has_its_command(cloud: Account) -> None:
    cloud.client("s3").put_object(Bucket=BUCKET, Key=f"{PREFIX}stores/viejo_chunk_001.jsonl", Body=b"{}")
    absent = error("NoSuchKey", 404)
    cloud.moto.faults.append(lambda call: absent if call.parameters.get("Key") == "raw/preguntas.csv" else None)
    found = of_the_bucket()
    assert broken(found) == {"foreign keys": "warning", "raw/preguntas.csv": "warning"}
    assert f"{PREFIX}stores/viejo_chunk_001.jsonl" in found["foreign keys"].found
    assert commands(found["foreign keys"]) == []
    upload = f"aws s3api put-object --bucket {BUCKET} --key raw/preguntas.csv --body preguntas.csv --region us-east-1"
    assert found["raw/preguntas.csv"].fix.splitlines()[-1] == upload


# --- the knowledge base -----------------------------------------------------------------------------------------------


def test_data_source_id_not_found(cloud: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """The predecessor's first row: a folder without data source is published, not served."""
    for folder in ("eventos", "preguntas"):
        monkeypatch.delitem(cloud.base.sources, cloud.sources[folder].id)
    found = of_the_knowledge_base()
    assert broken(found) == {"data source: eventos": "warning", "data source: preguntas": "warning"}
    listing, creation = commands(found["data source: eventos"])
    assert listing == ("ListDataSources", {"knowledgeBaseId": cloud.base.id})
    assert creation[0] == "CreateDataSource" and creation[1]["knowledgeBaseId"] == cloud.base.id
    s3 = creation[1]["dataSourceConfiguration"]["s3Configuration"]
    assert s3 == {"bucketArn": f"arn:aws:s3:::{BUCKET}", "inclusionPrefixes": [f"{PREFIX}eventos/"]}


@pytest.mark.parametrize(
    ("attribute", "value", "status", "code"),
    [
        ("status", "FAILED", "error", "MUT-KB-021"),
        ("status", "UPDATING", "warning", "MUT-KB-120"),
        ("kind", "MANAGED", "error", "MUT-KB-020"),
    ],
)
def test_a_knowledge_base_that_cannot_be_used(
    cloud: Account, monkeypatch: pytest.MonkeyPatch, attribute: str, value: str, status: str, code: str
) -> None:
    monkeypatch.setattr(cloud.base, attribute, value)
    found = of_the_knowledge_base()
    assert broken(found) == {"knowledge base": status}
    assert found["knowledge base"].code == code
    assert commands(found["knowledge base"]) == [("GetKnowledgeBase", {"knowledgeBaseId": cloud.base.id})]


def test_an_unknown_knowledge_base_leaves_what_hangs_on_it_skipped(
    cloud: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KNOWLEDGE_BASE_ID", "KB99999999")
    found = of_the_knowledge_base()
    assert broken(found) == {"knowledge base": "error", "data sources": "skipped", "documents": "skipped"}
    assert found["knowledge base"].code == "MUT-AWS-004" and "wrong region" in found["knowledge base"].fix
    assert everything()["retrieval"].found == "the knowledge base cannot be asked"


@pytest.mark.parametrize(
    ("operation", "broken_ones", "actions"),
    [
        ("GetKnowledgeBase", {"knowledge base"}, ["bedrock:GetKnowledgeBase"]),
        ("GetDataSource", {"data sources"}, ["bedrock:ListDataSources", "bedrock:GetDataSource"]),
        (
            "ListIngestionJobs",
            {f"last ingestion: {folder}" for folder in FOLDERS},
            ["bedrock:ListIngestionJobs", "bedrock:GetIngestionJob"],
        ),
    ],
)
def test_what_is_denied_on_the_knowledge_base_is_the_statement_to_add_and_hides_no_other(
    cloud: Account, operation: str, broken_ones: set[str], actions: list[str]
) -> None:
    cloud.bedrock.denied.add(operation)
    found = of_the_knowledge_base()
    assert broken(found) == dict.fromkeys(broken_ones, "error")
    assert {finding.code for finding in found.values() if finding.status == "error"} == {"MUT-AWS-001"}
    for name in broken_ones:
        assert allowed(found[name]) == [(actions, [KNOWLEDGE_BASE])]
    assert found["documents"].status == "ok"


@pytest.mark.parametrize(("gate", "status"), [("warn", "warning"), ("block", "error")])
def test_a_knowledge_base_that_may_not_be_asked_is_the_statement_to_add(
    cloud: Account, monkeypatch: pytest.MonkeyPatch, gate: str, status: str
) -> None:
    monkeypatch.setenv("RETRIEVAL_GATE", gate)
    made = doors()
    assert questions.asking(made.retrieval_gate, made.retriever, PLACE).status == "ok"
    assert len(cloud.named("Retrieve")) == 1
    cloud.bedrock.denied.add("Retrieve")
    found = questions.asking(made.retrieval_gate, made.retriever, PLACE)
    assert (found.status, found.code) == (status, "MUT-AWS-001")
    assert allowed(found) == [(["bedrock:Retrieve"], [KNOWLEDGE_BASE])]


def test_a_dataset_that_may_not_be_listed_hides_no_data_source(cloud: Account) -> None:
    cloud.moto.faults.append(lambda call: DENIED if call.parameters.get("Prefix") == PREFIX else None)
    found = of_the_knowledge_base()
    assert broken(found) == {"documents": "skipped"} and "MUT-S3-002" in found["documents"].found
    assert "not known" in found["chunking: stores"].found


@pytest.mark.parametrize(
    ("characters", "tokens", "status", "says"),
    [(1200, 300, "ok", "fits one chunk"), (1201, 300, "warning", "1 of 4 documents are cut"), (1201, 301, "ok", "301")],
)
def test_documents_are_compared_with_fixed_chunks_by_their_characters(
    cloud: Account, monkeypatch: pytest.MonkeyPatch, characters: int, tokens: int, status: str, says: str
) -> None:
    publish(cloud, "stores/9", "ñ" * characters)  # two bytes each: bytes would be too many
    fixed = {"maxTokens": tokens, "overlapPercentage": 15}
    chunking = {"chunkingStrategy": "FIXED_SIZE", "fixedSizeChunkingConfiguration": fixed}
    monkeypatch.setattr(cloud.sources["stores"], "ingestion", {"chunkingConfiguration": chunking})
    found = of_the_knowledge_base()["chunking: stores"]
    assert found.status == status and says in found.found
    assert f"stores/9.md, has about {-(-characters // 4)} tokens (characters / 4)" in found.found
    if status == "warning":
        deletion, creation = commands(found)
        cut = {"knowledgeBaseId": cloud.base.id, "dataSourceId": cloud.sources["stores"].id}
        assert (deletion, creation[0]) == (("DeleteDataSource", cut), "CreateDataSource")
        assert creation[1]["vectorIngestionConfiguration"] == {"chunkingConfiguration": {"chunkingStrategy": "NONE"}}


def test_documents_that_break_a_limit_are_named(cloud: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(cloud, "stores/8", "# Grande\n\n" + "x" * 39_900, titulo="t" * 200)
    publish(cloud, "stores/9", "# Larga\n", titulo="t" * 10_100)
    found = of_the_knowledge_base()["documents"]
    assert found.status == "error" and "40 KB" in found.found and "stores/8.md" in found.found
    assert "more than 10 KB: stores/9.md" in found.found
    monkeypatch.setattr(cloud.base, "storage", opensearch_storage())
    assert "40 KB" not in of_the_knowledge_base()["documents"].found


def test_an_address_that_is_longer_than_the_model_allows_is_a_warning(cloud: Account) -> None:
    room = 128 - len(f"{BUCKET}/{PREFIX}preguntas/.md")
    publish(cloud, f"preguntas/{'a' * room}", "# ¿Sí?\n")
    publish(cloud, f"preguntas/{'b' * (room + 1)}", "# ¿No?\n")
    found = of_the_knowledge_base()["documents"]
    assert found.status == "warning" and f"preguntas/{'b' * (room + 1)}.md" in found.found
    assert "preguntas/aaa" not in found.found


def test_ingestion_job_failed(cloud: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """The predecessor's third row: with the reasons, and the sync history."""
    source = cloud.sources["stores"]
    history = ("ListIngestionJobs", {"knowledgeBaseId": cloud.base.id, "dataSourceId": source.id})
    with monkeypatch.context() as failing:
        failing.setattr(source, "failure_reasons", ["The vector store refused the connection."])
        ingested(cloud, source)
    found = of_the_knowledge_base()["last ingestion: stores"]
    assert (found.status, found.code) == ("error", "MUT-KB-025")
    assert "The vector store refused the connection" in found.found
    assert commands(found) == [history]
    with monkeypatch.context() as failing:
        failing.setattr(source, "broken", {f"{PREFIX}stores/1.md": "their file format was not supported"})
        ingested(cloud, source)
    found = of_the_knowledge_base()["last ingestion: stores"]
    assert found.status == "warning" and "1 failed" in found.found and "not supported" in found.found
    assert commands(found) == [history]
    ingested(cloud, source)
    assert "is COMPLETE, 3 scanned" in of_the_knowledge_base()["last ingestion: stores"].found


# --- Pinecone and the model -------------------------------------------------------------------------------------------


def test_pinecone_key_not_found(cloud: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """The predecessor's second row: with the command that looks, and the one that mends."""
    monkeypatch.setenv("PINECONE_SECRET_ID", "pinecone/no-such-key")
    found = of_the_index()
    assert broken(found) == {"Pinecone key": "error", "Pinecone index": "skipped", "Pinecone namespace": "skipped"}
    assert found["Pinecone key"].code == "MUT-SEC-001"
    look, create = commands(found["Pinecone key"])
    assert look == ("GetSecretValue", {"SecretId": "pinecone/no-such-key"})
    assert create[0] == "CreateSecret" and create[1]["Name"] == "pinecone/no-such-key"


def test_a_secret_of_no_use_is_put_anew_and_not_shown(cloud: Account) -> None:
    secrets = cloud.client("secretsmanager")
    secrets.put_secret_value(SecretId=SECRET, SecretString="clave-suelta-de-prueba")
    try:
        found = of_the_index()["Pinecone key"]
    finally:
        secrets.put_secret_value(SecretId=SECRET, SecretString=json.dumps({"apiKey": cloud.pinecone.key}))
    assert found.code == "MUT-SEC-003" and "clave-suelta" not in repr(found)
    look, put = commands(found)
    assert look == ("GetSecretValue", {"SecretId": SECRET}) and put[0] == "PutSecretValue"


def test_a_secret_that_may_not_be_read_is_a_statement(cloud: Account, refuse: Callable[[str, str], None]) -> None:
    refuse("SECRETS_MANAGER", "AccessDeniedException")
    found = of_the_index()
    assert found["Pinecone key"].code == "MUT-SEC-002" and found["embedding model"].status == "ok"
    arn = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{SECRET}-*"
    assert allowed(found["Pinecone key"]) == [(["secretsmanager:GetSecretValue"], [arn])]


def test_the_namespace_of_the_knowledge_base_is_refused_with_the_variable(
    cloud: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cloud.base, "storage", pinecone_storage(cloud.pinecone.host, "mut-assets"))
    found = of_the_index()
    assert broken(found) == {"Pinecone namespace": "error"}
    assert found["Pinecone namespace"].code == "MUT-PC-006"
    assert found["Pinecone namespace"].fix.splitlines()[-1] == "PINECONE_NAMESPACE=mut-assets-vectors"


def test_a_model_without_access_is_a_statement_and_asked_past_the_cache(cloud: Account) -> None:
    assert of_the_index()["embedding model"].status == "ok"
    cloud.bedrock.no_model_access.add(TITAN)
    found = of_the_index()
    assert broken(found) == {"embedding model": "error"}
    model = f"arn:aws:bedrock:{REGION}::foundation-model/{TITAN}"
    assert allowed(found["embedding model"]) == [(["bedrock:InvokeModel"], [model])]
    assert not [key for key in cloud.bucket() if key.startswith("state/embeddings/")]


# --- agent and alerts -------------------------------------------------------------------------------------------------


def test_the_agent_is_only_looked_at(cloud: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    door = doors().agent
    unprepared = services.agent(door, PLACE)
    assert unprepared.status == "warning"
    assert commands(unprepared) == [("PrepareAgent", {"agentId": cloud.agent.id})]
    monkeypatch.setattr(cloud.agent, "status", "FAILED")
    monkeypatch.setattr(cloud.agent, "failure_reasons", ["The role cannot be assumed."])
    monkeypatch.setattr(cloud.agent, "recommended_actions", ["Trust the service."])
    failed = services.agent(door, PLACE)
    assert (failed.status, failed.code) == ("error", "MUT-AGENT-002")
    assert "The role cannot be assumed" in failed.found and "Trust the service." in failed.fix
    assert [name for name, _ in commands(failed)] == ["GetAgent", "PrepareAgent"]
    cloud.bedrock.denied.add("GetAgent")
    arn = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:agent/{cloud.agent.id}"
    assert allowed(services.agent(door, PLACE)) == [(["bedrock:GetAgent"], [arn])]
    assert not cloud.named("PrepareAgent")


def test_a_topic_is_there_and_somebody_listens(
    cloud: Account, monkeypatch: pytest.MonkeyPatch, refuse: Callable[[str, str], None]
) -> None:
    def of_the_topic(arn: str) -> Finding:
        monkeypatch.setenv("ALERT_SNS_TOPIC_ARN", arn)
        return services.topic(doors().alerts, PLACE)

    none = of_the_topic("")
    assert none.status == "warning" and "nobody is told" in none.found
    assert [name for name, _ in commands(none)] == ["CreateTopic", "Subscribe"]
    assert none.fix.splitlines()[-1] == f"ALERT_SNS_TOPIC_ARN=arn:aws:sns:{REGION}:{ACCOUNT}:mut-alerts"
    gone = of_the_topic(f"arn:aws:sns:{REGION}:{ACCOUNT}:ninguno")
    assert (gone.status, gone.code) == ("error", "MUT-AWS-004")
    assert commands(gone) == [("CreateTopic", {"Name": "ninguno"})]
    arn = cloud.client("sns").create_topic(Name="sin-nadie")["TopicArn"]
    deaf = of_the_topic(arn)
    assert deaf.status == "warning" and commands(deaf)[0][1]["TopicArn"] == arn
    subscribe(arn)
    assert of_the_topic(arn).status == "ok"
    refuse("SNS", "AuthorizationError")
    assert allowed(of_the_topic(arn)) == [(["sns:GetTopicAttributes", "sns:Publish"], [arn])]
    assert not cloud.named("Publish")
