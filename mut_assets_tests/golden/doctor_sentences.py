"""What `mut doctor` says of each hop, well and broken, with the fixes."""

import re
import shutil
from array import array
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import dagster as dg
from dagster._daemon.types import DaemonHeartbeat

from mut_assets.domain.documents.limits import DocumentSize
from mut_assets.domain.ingestion.data_sources import DataSource, cover
from mut_assets.domain.ingestion.jobs import Job, Statistics
from mut_assets.environments import Settings, build_doors, read_settings
from mut_assets.operations.doctor import (
    bucket,
    dagster_home,
    doctor,
    knowledge_base,
    questions,
    services,
    site,
    vector_index,
)
from mut_assets.operations.doctor.account import AwsAccount
from mut_assets.operations.doctor.finding import Finding, failed
from mut_assets.publishing.gates import RetrievalGate
from mut_assets.resources.alerts.sns import LogAlerts, SnsAlerts
from mut_assets.resources.aws.secrets import PineconeKey
from mut_assets.resources.bedrock.agent import NoAgent
from mut_assets.resources.bedrock.knowledge_base import BedrockKnowledgeBase
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.faq_file import FaqFile
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.embedding.titan import TitanEmbedder
from mut_assets.resources.failures import Failure, PermanentFailure, TransientFailure
from mut_assets.resources.pinecone.index import NoIndex, PineconeIndex
from mut_assets.resources.ports import Embedded
from mut_assets.resources.wordpress.collection import FirstPage
from mut_assets_tests.fakes.pinecone import Pinecone
from mut_assets_tests.golden.sentences import Said

REPOSITORY = Path(__file__).parents[2]
HERE = AwsAccount("us-east-1", "111122223333")
PREFIX = "kb/v1/"
BROKEN = PermanentFailure("MUT-X-001", "It is broken.", "Mend it.")
SITE = "https://mercado.example/wp-json/wp/v2"


def _settings(folder: Path, **variables: str) -> Settings:
    return read_settings({"MUT_HOME": str(folder), **variables})


def _answering(door: type, **answers: object) -> Any:
    """The class of a door, with methods that answer one thing each, or fail with it."""

    def method(answer: object) -> Callable[..., object]:
        def answered(*_: object, **__: object) -> object:
            if isinstance(answer, Exception):
                raise answer
            return answer

        return answered

    return type(door.__name__, (door,), {name: method(answer) for name, answer in answers.items()})


def _shown(findings: Iterable[Finding]) -> str:
    lines = []
    for finding in findings:
        lines.append(f"{finding.status}  {finding.name}: {finding.found}")
        lines += [f"    {line}" for line in finding.fix.splitlines()]
    text = "\n".join(lines).replace(str(REPOSITORY), "REPOSITORY").replace(str(Path.home()), "HOME")
    return re.sub(r"first page in [\d.]+ s", "first page in N s", text)


def on_a_laptop(folder: Path) -> Said:
    def examined(**variables: str) -> str:
        return _shown(doctor.examine(lambda: _settings(folder / "mut", **variables)))

    with patch.dict("os.environ", {"MUT_TODAY": "2020-03-02"}):
        moved = examined()
    return [("nothing set", moved), ("a bad setting", examined(API_CONCURRENCY="many"))]


def the_site(folder: Path) -> Said:
    settings = _settings(folder, API_BASE_URL=SITE)
    good = {"id": 7, "title": {}, "link": "", "acf": {}}
    page = FirstPage(f"{SITE}/stores", 232, [good], 0.4)
    pages = {
        "as it should be": page,
        "slow": replace(page, seconds=12.5),
        "a field that no item has": replace(page, items=[{"id": 7, "title": {}, "acf": {}}]),
        "a field that one item lacks": replace(page, items=[good, {"id": 8}]),
        "none": replace(page, total=0, items=[]),
    }
    return [(title, _shown([site.finding_for("stores", one, settings)])) for title, one in pages.items()]


class _Asked:
    """A knowledge base that finds this, or fails."""

    knowledge_base_id, where = "KB00000001", "the knowledge base KB00000001"

    def __init__(self, *found: object, failure: Failure | None = None) -> None:
        self.found, self.failure = found, failure

    def search(self, question: str, k: int) -> tuple[object, ...]:
        if self.failure:
            raise self.failure
        return self.found


def the_questions(folder: Path) -> Said:
    def gate(**variables: str) -> RetrievalGate:
        gate: RetrievalGate = build_doors(_settings(folder, **variables)).retrieval_gate
        return gate

    Bucket(str(folder / "bucket")).put("raw/oro.csv", b"id;pregunta;estilo;coleccion;relevantes\nP1;;;;\n")
    own = {"API_BASE_URL": SITE, "GOLDEN_QUESTIONS": "raw/oro.csv"}
    denied = PermanentFailure("MUT-AWS-001", "Retrieve: access denied.", "Allow it.")
    asked: dict[str, Any] = {"found": _Asked("x"), "nothing found": _Asked(), "denied": _Asked(failure=denied)}
    return [
        ("of the bundled site", _shown([questions.examine(gate())])),
        ("of a real site, none", _shown([questions.examine(gate(API_BASE_URL=SITE))])),
        ("of a real site, broken", _shown([questions.examine(gate(**own))])),
        ("in a file that is not there", _shown([questions.examine(gate(**own | {"GOLDEN_QUESTIONS": "raw/o.csv"}))])),
        *((f"asked: {name}", _shown([questions.asking(gate(), door, HERE)])) for name, door in asked.items()),
    ]


def the_bucket(folder: Path) -> Said:
    settings = _settings(folder, S3_BUCKET_NAME="conocimiento", AWS_REGION="us-east-1", S3_DATASET_PREFIX=PREFIX)
    there = Bucket("s3://conocimiento")
    answers = ("sa-east-1", there._no_bucket(), there._denied("say where it lies"))
    far, gone, closed = (_answering(Bucket, location=answer)(there.where) for answer in answers)
    denied = TransientFailure("MUT-S3-002", "The bucket refused.", "It is tried again; if it persists, look.")
    tried = {
        "well": bucket.Probe("raw/", 8),
        "refused": bucket.Probe("raw/", 0, {"s3:ListBucket": denied, "s3:DeleteObject": denied}, ["s3:PutObject"]),
        "not deleted": bucket.Probe("raw/", 0, {"s3:DeleteObject": denied}, left="raw/.mut-doctor/x"),
        "no conditional create": bucket.Probe("raw/", 0, unconditional=True),
        "read back differently": bucket.Probe("raw/", 0, damaged=True),
    }
    return [
        ("gone", _shown(bucket.examine(DocumentStore(gone, PREFIX), FaqFile(gone), settings, HERE))),
        ("in another region", _shown([bucket._where(far, settings, HERE)])),
        ("not to be looked at", _shown([bucket._where(closed, settings, HERE)])),
        *((title, _shown([bucket.finding_for("bucket: raw", far, one, HERE)])) for title, one in tried.items()),
        *_what_lies_there(folder),
    ]


def _what_lies_there(folder: Path) -> Said:
    settings, here = _settings(folder), Bucket(str(folder / "bucket"))
    here.put(f"{PREFIX}stores/nota.txt", b"x")
    foreign = _shown([bucket._foreign(DocumentStore(here, PREFIX), here, HERE)])
    absent = _shown([bucket._faq(FaqFile(here), settings, HERE)])
    here.put("raw/preguntas.csv", "pregunta;respuesta;categoria_completa\n¿Sí?;;1 Todo\n".encode())
    return [
        ("foreign keys", foreign),
        ("no FAQ", absent),
        ("a bad FAQ", _shown([bucket._faq(FaqFile(here), settings, HERE)])),
    ]


ACTIVE = {"status": "ACTIVE", "knowledgeBaseConfiguration": {"type": "VECTOR"}}


def the_knowledge_base(_: Path) -> Said:
    door = BedrockKnowledgeBase("KB00000001", Bucket("s3://conocimiento"), PREFIX, "us-east-1")
    source = DataSource("DS00000001", "mut-stores", "conocimiento", f"{PREFIX}stores/", "AVAILABLE", "NONE", "DELETE")
    twin = replace(source, id="DS00000002", name="otra")
    fixed = replace(source, chunking="FIXED_SIZE", chunk_tokens=300)
    documents = [DocumentSize("stores/1.md", 1300, 90)]
    pinecone = {"type": "PINECONE", "pineconeConfiguration": {"connectionString": "https://x.example"}}
    history = "aws bedrock-agent list-ingestion-jobs …"
    began = datetime(2026, 3, 2, 3, tzinfo=UTC)
    job = Job("DS00000001", "JOB0000001", "COMPLETE", began, began)

    def whole(bucket: Bucket, prefix: str, **answers: object) -> str:
        base = _answering(BedrockKnowledgeBase, **answers)("KB00000001", bucket, prefix)
        return _shown(knowledge_base.examine(base, HERE))

    def chunks(of: DataSource, count: int, over: int) -> str:
        return _shown([knowledge_base.chunking(door, of, ["stores"], documents, (count, "stores/1.md", over), HERE)])

    def jobs(*some: Job | None) -> str:
        return _shown(knowledge_base.finding_for_job(door, "last ingestion: stores", job, history) for job in some)

    def fits(key: str, body: int, sidecar: int) -> Finding:
        return knowledge_base.fitting([DocumentSize(key, body, sidecar)] if key else [], f"conocimiento/{PREFIX}", True)

    def folders(*sources: DataSource) -> str:
        return _shown(knowledge_base._folders(door, cover(sources, "conocimiento", PREFIX), HERE))

    none = (0, "", 0)
    unknown: list[list[DocumentSize] | None] = [[], None]
    empty = [knowledge_base.chunking(door, source, ["stores"], sizes, none, HERE) for sizes in unknown]
    failing = replace(job, statistics=Statistics(scanned=3, failed=1), reasons=("[Files: s3://…]",))
    return [
        ("as it should be", _shown([knowledge_base.finding_for(door, ACTIVE | {"storageConfiguration": pinecone})])),
        ("of another store", _shown([knowledge_base.finding_for(door, ACTIVE)])),
        ("unusable", whole(door.bucket, PREFIX, description=BROKEN)),
        ("one data source", folders(source)),
        ("two on one folder", folders(source, twin)),
        ("a bucket that does not list", whole(door.bucket, "", description=ACTIVE, listing=BROKEN, data_sources=[])),
        ("none", folders()),
        ("chunks of a whole document", chunks(source, 325, 0) + "\n" + _shown(empty)),
        ("a document too long for the model", chunks(source, 9000, 1)),
        ("chunks of a fixed size", chunks(fixed, 299, 0) + "\n" + chunks(fixed, 325, 1)),
        ("chunks of a size of their own", chunks(replace(source, chunking="SEMANTIC"), 325, 0)),
        ("jobs", jobs(None, job, replace(job, status="STOPPED"), replace(job, status="FAILED"), failing)),
        ("limits kept", _shown([fits("", 0, 0), fits("stores/1.md", 900, 90)])),
        ("limits broken", _shown([fits("stores/1.md", 50_000_001, 10_001)])),
        ("S3 Vectors", _shown(knowledge_base.of_the_store("S3_VECTORS", [DocumentSize("stores/1.md", 900, 2001)]))),
        ("Aurora", _shown(knowledge_base.of_the_store("RDS", []))),
        ("a long address", _shown([fits(f"preguntas/{'a' * 120}.md", 900, 90)])),
    ]


def the_vector_index(_: Path) -> Said:
    memory = Bucket("memory://")
    zeros = Embedded([array("f", [0.0]) * 1024], 1, 0, 0.00000002)
    model = _answering(TitanEmbedder, embed_uncached=zeros)(memory)

    def examined(index: Any, store: object = ("x.example", "kb"), signed_in: bool = True) -> str:
        base = _answering(BedrockKnowledgeBase, vector_store=store)("KB00000001", memory, "")
        return _shown(vector_index.examine(index, model, base, HERE, signed_in))

    with Pinecone() as pinecone:
        key, shut = PineconeKey(override=lambda: pinecone.key), PineconeKey(override=lambda: "a b")
        index = PineconeIndex("agente", "mut-assets", key, host=pinecone.host)
        return [
            ("as it should be", examined(index)),
            ("whose namespace is not known", examined(index, BROKEN)),
            ("none wanted", examined(NoIndex())),
            ("nobody to ask as", examined(PineconeIndex("agente", "mut-assets", PineconeKey()), signed_in=False)),
            ("no key", examined(PineconeIndex("agente", "mut-assets", shut))),
            ("unusable", examined(_answering(PineconeIndex, ready=BROKEN)("agente", "mut-assets", key))),
        ]


def agent_and_alerts(_: Path) -> Said:
    statuses = ("PREPARED", "NOT_PREPARED", "UPDATING", "FAILED", "DELETING")
    arn = "arn:aws:sns:us-east-1:111122223333:mut"
    recommended = {"recommendedActions": ["Trust the service."]}
    agents = [services.finding_for({"agentStatus": status, **recommended}, "AG00000001", HERE) for status in statuses]
    topics = [_answering(SnsAlerts, confirmed_subscriptions=count)(arn) for count in (0, 2)]
    return [
        ("the agent", _shown([services.agent(NoAgent(), HERE), *agents])),
        ("alerts", _shown(services.topic(alerts, HERE) for alerts in (LogAlerts(), *topics))),
    ]


def dagster(folder: Path) -> Said:
    settings = _settings(folder)
    real, home = _settings(folder, API_BASE_URL=SITE), settings.dagster_home
    required = ["SCHEDULER", "SENSOR"]

    def beats(*names: str) -> dict[str, DaemonHeartbeat]:
        return {name: DaemonHeartbeat(400.0, name, "one") for name in names}

    daemons = [
        dagster_home.daemon(beats(*required), required, settings, 500.0),
        dagster_home.daemon(beats("SENSOR"), required, settings, 500.0),
        dagster_home.daemon(beats("SENSOR"), required, settings, 9000.0),
        dagster_home.daemon({}, required, real, 9000.0),
    ]
    (folder / "file").write_text("")
    homes = [_settings(folder / "file" / "mut"), _settings(folder, DAGSTER_HOME=str(folder / "file"))]
    said: Said = [("the daemon", _shown(daemons)), ("no home", _shown(dagster_home._home(broken) for broken in homes))]
    home.mkdir()
    said.append(("a new home", _shown([dagster_home._home(settings)])))
    shutil.copy(REPOSITORY / "dagster.yaml", home)
    with dg.DagsterInstance.from_config(str(home)) as instance:
        instance.get_run_records(limit=1)
        instance.all_instigator_state()
        run = instance.create_run_for_job(_night(), status=dg.DagsterRunStatus.FAILURE)
    used = _shown(dagster_home.examine(settings)).replace(run.run_id[:8], "RUN")
    said.append(("a used home", re.sub(r"of [-\d]+ [:\d]+ UTC", "of WHEN", used)))
    stopped = _Stopped()
    said.append(("stopped", _shown([dagster_home._schedule(stopped, home), dagster_home._night(stopped)])))
    (home / "dagster.yaml").write_text("run_monitoring: {enabled: false}\n")
    with dg.DagsterInstance.from_config(str(home)) as instance:
        said.append(("not monitored", _shown([dagster_home._home(settings), dagster_home._monitoring(instance, home)])))
    (home / "dagster.yaml").write_text("run_monitoring: [\n")
    broken = list(dagster_home.examine(settings))[1]
    said.append(("broken settings", _shown([replace(broken, found=broken.found.partition(":")[0])])))
    return said


class _Stopped:
    """An instance in which the schedule was stopped and nothing ever ran."""

    def all_instigator_state(self) -> list[Any]:
        stopped = type("Status", (), {"value": "STOPPED"})
        return [type("State", (), {"name": "every_night", "status": stopped})]

    def get_run_records(self, **_: Any) -> list[Any]:
        return []


def _night() -> Any:
    @dg.job(name="daily_refresh")
    def night() -> None:
        pass

    return night


def what_is_shared(_: Path) -> Said:
    passing = TransientFailure("MUT-X-101", "It is busy.", "It is tried again; if it persists, look.")
    base = _answering(BedrockKnowledgeBase, description=ACTIVE, data_sources=[])
    nameless = knowledge_base.examine(base("KB00000001", Bucket("memory://"), ""), HERE)
    return [("a failure that may pass", _shown([failed("hop", passing)])), ("no bucket to ask", _shown(nameless))]


SECTIONS: dict[str, Callable[[Path], Said]] = {
    "The doctor on a laptop": on_a_laptop,
    "The doctor of the site": the_site,
    "The doctor of the bucket": the_bucket,
    "The doctor of the golden questions": the_questions,
    "The doctor of the knowledge base": the_knowledge_base,
    "The doctor of Pinecone and the model": the_vector_index,
    "The doctor of the agent and the alerts": agent_and_alerts,
    "The doctor of Dagster": dagster,
    "The doctor, wherever": what_is_shared,
}
