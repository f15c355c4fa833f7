"""What `mut doctor` says of each hop, well and broken, with the fixes."""

import itertools
import re
import shutil
from array import array
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock, patch

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
from mut_assets.resources.bedrock.retriever import BedrockRetriever
from mut_assets.resources.bucket import failures
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.faq_file import FaqFile
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.embedding.titan import TitanEmbedder
from mut_assets.resources.failures import Failure, PermanentFailure, TransientFailure
from mut_assets.resources.pinecone.index import NoIndex, PineconeIndex
from mut_assets.resources.ports import Embedded
from mut_assets.resources.wordpress.collection import FirstPage, WordPress
from mut_assets_tests.fakes.pinecone import Pinecone
from mut_assets_tests.fakes.wordpress_site import Response, WordPressSite
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
    methods = {name: Mock(side_effect=itertools.repeat(answer)) for name, answer in answers.items()}
    return type(door.__name__, (door,), methods)


def _shown(*findings: Finding) -> str:
    lines = []
    for finding in findings:
        lines.append(f"{finding.status}  {finding.name}: {finding.found}")
        lines += [f"    {line}" for line in finding.fix.splitlines()]
    text = "\n".join(lines).replace(str(REPOSITORY), "REPOSITORY").replace(str(Path.home()), "HOME")
    return re.sub(r"first page in [\d.]+ s", "first page in N s", text)


def on_a_laptop(folder: Path) -> Said:
    def examined(**variables: str) -> str:
        return _shown(*doctor.examine(lambda: _settings(folder / "mut", **variables)))

    with patch.dict("os.environ", {"MUT_TODAY": "2020-03-02"}):
        yield "nothing set", examined()
    yield "a bad setting", examined(API_CONCURRENCY="many")


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
    for title, first_page in pages.items():
        yield title, _shown(site.finding_for("stores", first_page, settings))
    with WordPressSite() as double:
        double.stores([7])
        other = Response(200, {"Content-Type": "application/json"}, "{}")
        double.faults.append(lambda path: other if "/stores/7" in path else None)
        try:
            WordPress(double.base_url, attempts=1).single("stores", 7)
        except Failure as failure:
            found = site.finding_for("stores", page, settings)
            yield "no page by itself", _shown(site.closed(found, f"{page.url}/7", failure))


def the_questions(folder: Path) -> Said:
    def gate(**variables: str) -> RetrievalGate:
        gate: RetrievalGate = build_doors(_settings(folder, **variables)).retrieval_gate
        return gate

    Bucket(str(folder / "bucket")).put("raw/oro.csv", b"id;pregunta;estilo;coleccion;relevantes\nP1;;;;\n")
    own = {"API_BASE_URL": SITE, "GOLDEN_QUESTIONS": "raw/oro.csv"}
    denied = PermanentFailure("MUT-AWS-001", "Retrieve: access denied.", "Allow it.")
    asked = {"found": ("x",), "nothing found": (), "denied": denied}
    yield "of the bundled site", _shown(questions.examine(gate()))
    yield "of a real site, none", _shown(questions.examine(gate(API_BASE_URL=SITE)))
    yield "of a real site, broken", _shown(questions.examine(gate(**own)))
    yield "in a file that is not there", _shown(questions.examine(gate(**own | {"GOLDEN_QUESTIONS": "raw/o.csv"})))
    for title, search in asked.items():
        base = _answering(BedrockRetriever, search=search)("KB00000001", Bucket("memory://"), PREFIX)
        yield f"asked: {title}", _shown(questions.asking(gate(), base, HERE))


def the_bucket(folder: Path) -> Said:
    settings = _settings(folder, S3_BUCKET_NAME="conocimiento", AWS_REGION="us-east-1", S3_DATASET_PREFIX=PREFIX)
    there = Bucket("s3://conocimiento")
    answers = ("sa-east-1", "", failures.no_bucket(there.where), failures.denied(there.where, "say where it lies"))
    far, somewhere, gone, closed = (_answering(Bucket, location=answer)(there.where) for answer in answers)
    denied = TransientFailure("MUT-S3-002", "The bucket refused.", "It is tried again; if it persists, look.")
    tried = {
        "well": bucket.Probe("raw/", 8),
        "refused": bucket.Probe("raw/", 0, {"s3:ListBucket": denied, "s3:DeleteObject": denied}, ["s3:PutObject"]),
        "not deleted": bucket.Probe("raw/", 0, {"s3:DeleteObject": denied}, left="raw/.mut-doctor/x"),
        "no conditional create": bucket.Probe("raw/", 0, unconditional=True),
        "read back differently": bucket.Probe("raw/", 0, damaged=True),
    }
    yield "gone", _shown(*bucket.examine(DocumentStore(gone, PREFIX), FaqFile(gone), settings, HERE))
    yield "in another region", _shown(bucket._where(far, settings, HERE))
    yield "in a region that is not said", _shown(bucket._where(somewhere, settings, HERE))
    yield "not to be looked at", _shown(bucket._where(closed, settings, HERE))
    for title, probe in tried.items():
        yield title, _shown(bucket.finding_for("bucket: raw", far, probe, HERE))
    settings, here = _settings(folder), Bucket(str(folder / "bucket"))
    here.put(f"{PREFIX}stores/nota.txt", b"x")
    yield "foreign keys", _shown(bucket._foreign(DocumentStore(here, PREFIX)))
    yield "no FAQ", _shown(bucket._faq(FaqFile(here), settings, HERE))
    here.put("raw/preguntas.csv", "pregunta;respuesta;categoria_completa\n¿Sí?;;1 Todo\n".encode())
    yield "a bad FAQ", _shown(bucket._faq(FaqFile(here), settings, HERE))


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
        return _shown(*knowledge_base.examine(base, HERE))

    def chunks(of: DataSource, count: int, over: int) -> str:
        return _shown(knowledge_base.chunking(door, of, ["stores"], documents, (count, "stores/1.md", over), HERE))

    def jobs(*some: Job | None) -> str:
        return _shown(*(knowledge_base.finding_for_job(door, "last ingestion: stores", job, history) for job in some))

    def fits(key: str, body: int, sidecar: int) -> Finding:
        return knowledge_base.fitting([DocumentSize(key, body, sidecar)] if key else [], f"conocimiento/{PREFIX}", True)

    def folders(*sources: DataSource) -> str:
        return _shown(*knowledge_base._folders(door, cover(sources, "conocimiento", PREFIX), HERE))

    none = (0, "", 0)
    unknown: list[list[DocumentSize] | None] = [[], None]
    empty = [knowledge_base.chunking(door, source, ["stores"], sizes, none, HERE) for sizes in unknown]
    failing = replace(job, statistics=Statistics(scanned=3, failed=1), reasons=("[Files: s3://…]",))
    yield "as it should be", _shown(knowledge_base.finding_for(door, ACTIVE | {"storageConfiguration": pinecone}))
    yield "of another store", _shown(knowledge_base.finding_for(door, ACTIVE))
    yield "unusable", whole(door.bucket, PREFIX, description=BROKEN)
    yield "one data source", folders(source)
    yield "two on one folder", folders(source, twin)
    yield "a bucket that does not list", whole(door.bucket, "", description=ACTIVE, listing=BROKEN, data_sources=[])
    yield "none", folders()
    yield "chunks of a whole document", chunks(source, 325, 0) + "\n" + _shown(*empty)
    yield "a document too long for the model", chunks(source, 9000, 1)
    yield "chunks of a fixed size", chunks(fixed, 299, 0) + "\n" + chunks(fixed, 325, 1)
    yield "chunks of a size of their own", chunks(replace(source, chunking="SEMANTIC"), 325, 0)
    yield "jobs", jobs(None, job, replace(job, status="STOPPED"), replace(job, status="FAILED"), failing)
    yield "limits kept", _shown(fits("", 0, 0), fits("stores/1.md", 900, 90))
    yield "limits broken", _shown(fits("stores/1.md", 50_000_001, 10_001))
    yield "S3 Vectors", _shown(*knowledge_base.of_the_store("S3_VECTORS", [DocumentSize("stores/1.md", 900, 2001)]))
    yield "Aurora", _shown(*knowledge_base.of_the_store("RDS", []))
    for kind in ("OPENSEARCH_SERVERLESS", "OPENSEARCH_MANAGED_CLUSTER"):
        yield kind, _shown(*knowledge_base.of_the_store(kind, []))
    yield "a long address", _shown(fits(f"preguntas/{'a' * 120}.md", 900, 90))


def the_vector_index(_: Path) -> Said:
    memory = Bucket("memory://")
    zeros = Embedded([array("f", [0.0]) * 1024], 1, 0, 0.00000002)
    model = _answering(TitanEmbedder, embed_uncached=zeros)(memory)

    def examined(index: Any, store: object = ("x.example", "kb"), signed_in: bool = True) -> str:
        base = _answering(BedrockKnowledgeBase, vector_store=store)("KB00000001", memory, "")
        return _shown(*vector_index.examine(index, model, base, HERE, signed_in))

    with Pinecone() as pinecone:
        key, shut = PineconeKey(override=lambda: pinecone.key), PineconeKey(override=lambda: "a b")
        index = PineconeIndex("agente", "mut-assets", key, host=pinecone.host)
        yield "as it should be", examined(index)
        yield "whose namespace is not known", examined(index, BROKEN)
        yield "none wanted", examined(NoIndex())
        yield "nobody to ask as", examined(PineconeIndex("agente", "mut-assets", PineconeKey()), signed_in=False)
        yield "no key", examined(PineconeIndex("agente", "mut-assets", shut))
        yield "unusable", examined(_answering(PineconeIndex, ready=BROKEN)("agente", "mut-assets", key))


def agent_and_alerts(_: Path) -> Said:
    statuses = ("PREPARED", "NOT_PREPARED", "UPDATING", "FAILED", "DELETING")
    arn = "arn:aws:sns:us-east-1:111122223333:mut"
    recommended = {"recommendedActions": ["Trust the service."]}
    agents = [services.finding_for({"agentStatus": status, **recommended}, "AG00000001", HERE) for status in statuses]
    topics = [_answering(SnsAlerts, confirmed_subscriptions=count)(arn) for count in (0, 2)]
    yield "the agent", _shown(services.agent(NoAgent(), HERE), *agents)
    yield "alerts", _shown(*(services.topic(alerts, HERE) for alerts in (LogAlerts(), *topics)))


def dagster(folder: Path) -> Said:
    settings = _settings(folder)
    real, home = _settings(folder, API_BASE_URL=SITE), settings.dagster_home
    required = ["SCHEDULER", "SENSOR"]

    def beats(*names: str) -> dict[str, DaemonHeartbeat]:
        return {name: DaemonHeartbeat(400.0, name, "one") for name in names}

    moments = [
        dagster_home.daemon(beats(*required), required, settings, 500.0),
        dagster_home.daemon(beats("SENSOR"), required, settings, 500.0),
        dagster_home.daemon(beats("SENSOR"), required, settings, 9000.0),
        dagster_home.daemon({}, required, real, 9000.0),
    ]
    yield "the daemon", _shown(*moments)
    (folder / "file").write_text("")
    homes = [_settings(folder / "file" / "mut"), _settings(folder, DAGSTER_HOME=str(folder / "file"))]
    yield "no home", _shown(*map(dagster_home._home, homes))
    home.mkdir()
    yield "a new home", _shown(dagster_home._home(settings))
    shutil.copy(REPOSITORY / "dagster.yaml", home)
    with dg.DagsterInstance.from_config(str(home)) as instance:
        instance.get_run_records(limit=1)
        instance.all_instigator_state()
        run = instance.create_run_for_job(_night, status=dg.DagsterRunStatus.FAILURE)
    used = _shown(*dagster_home.examine(settings)).replace(run.run_id[:8], "RUN")
    yield "a used home", re.sub(r"of [-\d]+ [:\d]+ UTC", "of WHEN", used)
    schedule = SimpleNamespace(name="every_night", status=SimpleNamespace(value="STOPPED"))
    stopped: Any = SimpleNamespace(all_instigator_state=lambda: [schedule], get_run_records=lambda **_: [])
    yield "stopped", _shown(dagster_home._schedule(stopped, home), dagster_home._night(stopped))
    (home / "dagster.yaml").write_text("run_monitoring: {enabled: false}\n")
    with dg.DagsterInstance.from_config(str(home)) as instance:
        yield "not monitored", _shown(dagster_home._home(settings), dagster_home._monitoring(instance, home))
    (home / "dagster.yaml").write_text("run_monitoring: [\n")
    broken = list(dagster_home.examine(settings))[1]
    yield "broken settings", _shown(replace(broken, found=broken.found.partition(":")[0]))


@dg.job(name="daily_refresh")
def _night() -> None:
    pass


def what_is_shared(_: Path) -> Said:
    passing = TransientFailure("MUT-X-101", "It is busy.", "It is tried again; if it persists, look.")
    base = _answering(BedrockKnowledgeBase, description=ACTIVE, data_sources=[])
    yield "a failure that may pass", _shown(failed("hop", passing))
    yield "no bucket to ask", _shown(*knowledge_base.examine(base("KB00000001", Bucket("memory://"), ""), HERE))


SECTIONS = {
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
