"""Each row of docs/failures.md is proved here by the test or the case with its name: what a run makes of it
(`strikes`), and the next one, once the cause is gone (`is_made_good`)."""

import re
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mut_assets.resources.alerts.spanish import IN_SPANISH
from mut_assets.resources.pinecone import index as pinecone_door
from mut_assets_tests.corridor.account import BUCKET, PREFIX, SECRET, Account, account
from mut_assets_tests.corridor.misfortune import EDITED, PAGE, QUICK, Misfortune, Published, hurried_sdk, rows
from mut_assets_tests.docs.reading import anchors, links
from mut_assets_tests.fakes.faults import Call, Fault, error, lost_answer, on

pytestmark = pytest.mark.slow

AT_ONCE = {"Retry-After": "0"}
KNOWLEDGE, INDEX = "bedrock_kb_ingestion", "pinecone_index"
ELSEWHERE = {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"}
UNPARSED = {PREFIX + EDITED[0]: "they could not be parsed"}
UNREADABLE, UNUSABLE = "The knowledge base role cannot read the bucket.", "The agent's role cannot use the model."
THROTTLED = on("ListIngestionJobs", error("ThrottlingException", 429), times=None)
CONFLICT = on("StartIngestionJob", error("ConflictException", 409), times=None)

WRONG: dict[str, tuple[Callable[[Account], object], list[str], dict[str, Any]]] = {
    "access_denied": (lambda cloud: cloud.bedrock.denied.add("StartIngestionJob"), [KNOWLEDGE], {}),
    "throttled": (lambda cloud: cloud.bedrock.faults.append(THROTTLED), [KNOWLEDGE], {}),
    "conflict": (lambda cloud: cloud.bedrock.faults.append(CONFLICT), [KNOWLEDGE], {}),
    "unknown_id": (lambda cloud: None, [], {"KNOWLEDGE_BASE_ID": "KB99999999"}),
    "wrong_region": (lambda cloud: None, [], ELSEWHERE),
    "job_failed": (lambda cloud: cloud.sources["stores"].failure_reasons.append(UNREADABLE), [KNOWLEDGE], {}),
    "job_complete_with_failed_documents": (
        lambda cloud: cloud.sources["stores"].broken.update(UNPARSED),
        [KNOWLEDGE],
        {"but": [EDITED[0]]},
    ),
    "all_zero_statistics": (lambda cloud: setattr(cloud.sources["stores"], "blind", True), [KNOWLEDGE], {}),
    "secret_missing": (
        lambda cloud: cloud.client("secretsmanager").delete_secret(SecretId=SECRET, ForceDeleteWithoutRecovery=True),
        [INDEX],
        {},
    ),
    "index_missing": (lambda cloud: setattr(cloud.pinecone, "index", "viejo"), [INDEX], {}),
    "wrong_dimension": (lambda cloud: setattr(cloud.pinecone, "dimension", 512), [INDEX], {}),
    "agent_failed": (lambda cloud: cloud.agent.failure_reasons.append(UNUSABLE), [], {}),
}
"""Row -> what is wrong in the account, the assets that a run materializes besides kb_dataset, how else it differs."""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    with account(tmp_path_factory.mktemp("failures") / "mut") as made, hurried_sdk():
        published = Published(made)
        published.set_up()
        yield published


@pytest.fixture
def it(published: Published, request: pytest.FixtureRequest) -> Iterator[Misfortune]:
    """The row of this test, or of this case of a test, before anything has happened."""
    it = Misfortune(published, rows()[re.findall(r"\w+", request.node.name)[-1].removeprefix("test_")])
    yield it
    published.calm()
    if not it.good:  # the next test begins where an undisturbed night ends, also when this one did not come so far
        published.run()


def test_every_row_has_its_test_and_every_test_its_row() -> None:
    tests = {name for name, value in globals().items() if "it" in getattr(value, "__annotations__", ())}
    tests.remove("test_one_thing_wrong")  # its cases are the rows of the table above
    assert {name.removeprefix("test_") for name in tests} | WRONG.keys() == rows().keys()


def test_every_row_says_in_spanish_what_the_alerts_say_and_links_to_its_section() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert {anchor for path, anchor in links(text) if not path} <= anchors(text)
    for row in rows().values():
        said = row.lines["En español"]
        assert said == (f"«{IN_SPANISH[row.code]}»" if row.steps else "Ningún aviso."), row.title


@pytest.mark.parametrize("row", WRONG)
def test_one_thing_wrong(it: Misfortune, row: str) -> None:
    go_wrong, assets, otherwise = WRONG[row]
    go_wrong(it.account)
    it.strikes(*assets, **otherwise)
    it.is_made_good()


def test_endpoint_unreachable(it: Misfortune) -> None:
    with socket.socket() as nobody:  # bound, not listening: whoever connects is refused
        nobody.bind(("127.0.0.1", 0))
        it.strikes(AWS_ENDPOINT_URL_BEDROCK_AGENT=f"http://127.0.0.1:{nobody.getsockname()[1]}")
    it.is_made_good()


def test_credentials_expired_in_the_middle(it: Misfortune) -> None:
    bedrock = it.account.bedrock

    def expire(call: Call, number: int) -> None:
        bedrock.expired = bedrock.expired or call.operation == "StartIngestionJob"

    bedrock.before_answer = expire
    it.strikes(KNOWLEDGE)
    assert len(bedrock.jobs) == it.jobs + 1, "the job was started before they expired"
    it.is_made_good()


def test_credentials_expired_while_publishing(it: Misfortune) -> None:
    writes: list[Call] = []

    def rule(call: Call) -> Fault | None:
        if call.operation != "PutObject" or PREFIX not in str(call.parameters["Key"]):
            return None
        writes.append(call)
        return error("ExpiredToken", 400) if len(writes) > 1 else None

    it.account.moto.faults.append(it.published.refusing(rule))
    it.strikes("kb_dataset")
    it.is_made_good()


def test_job_stuck(it: Misfortune) -> None:
    it.account.sources["stores"].stuck = True
    it.strikes(KNOWLEDGE)
    assert it.account.bedrock.jobs[-1].status == "STOPPED"
    it.is_made_good()


def test_answer_lost_after_the_effect(it: Misfortune) -> None:
    account = it.account
    account.bedrock.faults += [on("StartIngestionJob", lost_answer()), on("PrepareAgent", lost_answer())]
    account.pinecone.faults += [on("Upsert", lost_answer()), on("Delete", lost_answer())]
    it.strikes()
    starts = [call for call in account.calls[it.since :] if call.operation == "StartIngestionJob"]
    tokens = {call.parameters["clientToken"] for call in starts}
    assert (len(starts), len(tokens)) == (2, 1), "asked again, with the same token"
    it.is_made_good()


def test_crash_between_the_last_put_and_the_job(it: Misfortune) -> None:
    account, published = it.account, it.published
    if published.version == 0:  # a process of its own publishes the newest version: this row comes from the older one
        published.run()
        published.version = 1
        it.since, it.jobs = len(account.calls), len(account.bedrock.jobs)
    published.release()
    on_call, account.variables = account.bedrock.on_call, dict(QUICK)

    def kill(call: Call, number: int) -> None:
        if call.operation == "StartIngestionJob":
            account.killed_at = len(account.calls) + 1
        on_call(call, number)

    account.bedrock.on_call = kill
    assert account.night("publish_latest") == -9
    account.bedrock.on_call, account.killed_at, account.variables = on_call, 0, {}
    assert published.state().documents == published.states[1].documents, "everything was written"
    assert published.state().served == published.states[0].served, "and nothing of it was ingested"
    assert published.numbers(it.since, it.jobs) == (0, 2, 0)
    it.says(published.run(assets=("kb_dataset", KNOWLEDGE)))
    it.is_made_good()


def test_served_and_not_found(it: Misfortune) -> None:
    rows = [f"P{number};Tienda {number};nombre;tiendas;stores/{2000 + number}" for number in range(3)]
    file = "\n".join(["id;pregunta;estilo;coleccion;relevantes", *rows])
    it.account.client("s3").put_object(Bucket=BUCKET, Key="raw/oro.csv", Body=file.encode())
    it.account.variables = {"GOLDEN_QUESTIONS": "raw/oro.csv"}
    try:
        it.account.sources["stores"].unfound = {f"{PREFIX}stores/{2000 + number}.md" for number in range(3)}
        it.strikes(KNOWLEDGE)
        it.is_made_good()
    finally:
        it.account.variables = {}


def test_secret_not_json(it: Misfortune) -> None:
    it.published.write_secret(it.account.pinecone.key)
    run = it.strikes(INDEX)
    assert it.account.pinecone.key not in f"{run.failed}{run.log}{run.alert}"
    it.is_made_good()


def test_namespace_clash(it: Misfortune) -> None:
    theirs = {"del-servicio-1": {"id": "del-servicio-1", "values": [1.0] * 1024, "metadata": {}}}
    it.account.pinecone.namespaces["bedrock"] = dict(theirs)
    it.strikes(INDEX, PINECONE_NAMESPACE="bedrock")
    assert it.account.pinecone.namespaces["bedrock"] == theirs, "not written to, and nothing deleted from"
    it.is_made_good()


def test_batch_half_failed(it: Misfortune, monkeypatch: pytest.MonkeyPatch) -> None:
    pinecone = it.account.pinecone
    pinecone.namespaces["mut-assets"].clear()
    monkeypatch.setattr(pinecone_door, "BATCH", 4)
    pinecone.faults.append(it.published.refusing(_of_questions))
    it.strikes(INDEX)
    there = pinecone.ids("mut-assets")
    assert there and not any(id.startswith("preguntas/") for id in there), "the other batches went through"
    it.is_made_good()
    sent = Counter(
        vector["id"]
        for call in it.account.calls[it.since :]
        if call.operation == "Upsert" and _of_questions(call) is None
        for vector in call.parameters["vectors"]
    )
    assert max(sent[id] for id in there) == 1, "what went through is not written again"


def _of_questions(call: Call) -> Fault | None:
    if call.operation != "Upsert":
        return None
    theirs = any(vector["id"].startswith("preguntas/") for vector in call.parameters["vectors"])
    return error("UNAVAILABLE", 503, "Busy", AT_ONCE) if theirs else None


def test_embedding_throttled(it: Misfortune) -> None:
    it.account.pinecone.namespaces["mut-assets"].clear()

    def rule(call: Call) -> Fault | None:
        asked = call.operation == "InvokeModel" and b"Cocina 2" in bytes(call.parameters["body"])
        return error("ThrottlingException", 429, "Too many requests") if asked else None

    it.account.bedrock.faults.append(it.published.refusing(rule))
    with it.published.lost("state/embeddings/"):
        it.strikes(INDEX)
        it.is_made_good()


def test_model_changed(it: Misfortune) -> None:
    before = it.account.vectors()
    it.strikes(EMBEDDING_MODEL_ID="arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0")
    after = it.account.vectors()
    assert len(after) == len(before) and not after.keys() & before.keys(), "no vector of two models in one index"
    it.is_made_good()


def test_model_unknown(it: Misfortune) -> None:
    it.strikes(INDEX, EMBEDDING_MODEL_ID="amazon.titan-embed-text-v9:0")
    assert len(it.account.vectors()) == 10, "the old vectors stay until there are new ones"
    it.is_made_good()
