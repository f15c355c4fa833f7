"""Every coded failure, produced by the code: situations are made with the cheapest real part, words are not ours."""

import itertools
import os
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import dagster as dg
import pandas as pd
from dagster._daemon.types import DaemonHeartbeat
from typer.testing import CliRunner

from mut_assets.assets.knowledge_base import bedrock_kb_ingestion
from mut_assets.assets.raw import raw_preguntas
from mut_assets.assets.reporting import CheckVerdict, yield_checks
from mut_assets.automation import DAILY
from mut_assets.checks import not_published, not_served
from mut_assets.cli import app
from mut_assets.domain.collections import PREGUNTAS, TIENDAS
from mut_assets.domain.documents.document import Document
from mut_assets.domain.plans.outcome import Outcome, Publication
from mut_assets.domain.plans.plan import ExpectedRemovals, make_plan
from mut_assets.domain.plans.serving import Proof
from mut_assets.domain.tables import quality
from mut_assets.environments import Doors, build_doors, read_settings
from mut_assets.operations.alone import check_port, held_home, only_daemon
from mut_assets.operations.asking import confirmed
from mut_assets.operations.export import export
from mut_assets.operations.failed_runs import failed_run
from mut_assets.operations.search import search
from mut_assets.publishing.publisher import Publisher
from mut_assets.publishing.rollbacks import Wish
from mut_assets.resources.alerts.outgoing import Heartbeat
from mut_assets.resources.bucket import lease, s3, stamps
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.entry import AlreadyThere
from mut_assets.resources.bucket.faq_file import MAX_BYTES, FaqFile
from mut_assets.resources.bucket.lease import Lease
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.bucket.snapshots import Snapshots
from mut_assets.resources.clock import Clock
from mut_assets.resources.embedded import index_file
from mut_assets.resources.embedded.index import LocalIndex
from mut_assets.resources.failures import Failure
from mut_assets.resources.ports import silent
from mut_assets.resources.wordpress import sample_site
from mut_assets.resources.wordpress.collection import WordPress
from mut_assets.resources.wordpress.sample_pages import read_file
from mut_assets.resources.wordpress.sample_site import SampleSite
from mut_assets.resources_page import resource_definitions
from mut_assets.time_limit import too_long
from mut_assets.timetable import Timetable
from mut_assets_tests.dev_server import environment
from mut_assets_tests.fakes.listener import Listener
from mut_assets_tests.fakes.s3_proxy import Answer, S3Proxy
from mut_assets_tests.fakes.wordpress_site import Response, WordPressSite
from mut_assets_tests.resources.cloud import ALONE
from mut_assets_tests.resources.plaza import Stopped

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
PLAN = "0a1b2c3d4e5f"
Produce = Callable[[Path], object]


@dataclass(frozen=True)
class Situation:
    """One way to meet a code. `produce` gets an empty folder, and raises the failure there, gives it, or its text."""

    code: str
    title: str
    produce: Produce


def doors_in(folder: Path, **variables: str) -> Doors:
    """The doors of a platform whose home is `folder`."""
    return build_doors(read_settings({"MUT_HOME": str(folder), **variables}))


# --- settings ---------------------------------------------------------------------------------------------------------


def _setting(variable: str, value: str, title: str = "", **others: str) -> Situation:
    environment = {**others, variable: value}
    return Situation("MUT-ENV-001", f"{title}{variable}={value}", lambda _: read_settings(environment))


def _in_aws(variable: str, value: str) -> Situation:
    return _setting(variable, value, "in aws, ", MUT_ENVIRONMENT="aws", KNOWLEDGE_BASE_ID="KB00000001")


def _address(url: str) -> Situation:
    return Situation("MUT-ENV-001", f"API_BASE_URL={url}", lambda _: WordPress(url).collection("stores"))


SETTINGS = [
    _setting("MUT_ENVIRONMENT", "prod"),
    _setting("MUT_ENVIRONMENT", "aws"),
    _setting("API_CONCURRENCY", "many"),
    _setting("MUT_RETRY_SECONDS", "-1"),
    _setting("MUT_RUN_TIMEOUT_MINUTES", "1e3"),
    _setting("LATEST_ALIAS", "yes"),
    _setting("DAILY_CRON", "0 0 * * 1"),
    _setting("MUT_UI_URL", "dagster.example.org"),
    _setting("S3_RAW_PREFIX", "/raw/"),
    _setting("S3_DATASET_PREFIX", "state/kb/"),
    _setting("HEARTBEAT_URL", "http://latidos.example/0b7c2f4e"),
    _setting("S3_BUCKET_NAME", "mut-datos/raw"),
    _setting("AWS_ENDPOINT_URL_S3", "s3.example"),
    _in_aws("AGENT_ID", "el agente"),
    _in_aws("ALERT_SNS_TOPIC_ARN", "mut-alertas"),
    Situation("MUT-ENV-001", "MUT_TODAY=mañana", lambda _: Clock(lambda: "mañana").today()),
    _address("ftp://mercado.example/wp-json"),
    _address("http://mercado.example:puerto/wp-json"),
    _address("http://*mercado/wp-json/wp/v2"),
    _address("http://mercado.example/wp-json?clave=uno@dos"),
]


# --- the bundled site and the FAQ file --------------------------------------------------------------------------------


def _no_port(_: Path) -> None:
    with patch.object(sample_site, "_Server", side_effect=OSError(24, "Too many open files")):
        SampleSite(lambda: date(2026, 3, 2)).collection("stores")


def _faq(code: str, title: str, data: bytes) -> Situation:
    def produce(folder: Path) -> None:
        bucket = Bucket(str(folder))
        bucket.put("raw/preguntas.csv", data)
        FaqFile(bucket).frame()

    return Situation(code, title, produce)


def _two_faqs(folder: Path) -> None:
    bucket = Bucket(str(folder))
    for name in ("preguntas.csv", "preguntas.xlsx"):
        bucket.put(f"raw/{name}", HEADER)
    FaqFile(bucket).frame()


HEADER = b"pregunta;respuesta;categoria_completa\n"
SOURCES = [
    Situation("MUT-SITE-001", "the package without its data", lambda _: read_file("tiendas.txt")),
    Situation("MUT-SITE-101", "no port on loopback", _no_port),
    _faq("MUT-FAQ-001", "another file under this name", b"x" * (MAX_BYTES + 1)),
    _faq("MUT-FAQ-002", "an empty file", b"\xef\xbb\xbf\r\n"),
    _faq("MUT-FAQ-003", "a spreadsheet", b"PK\x03\x04" + b"\0" * 20),
    _faq("MUT-FAQ-004", "UTF-16 that is cut", "pregunta;respuesta".encode("utf-16")[:-1]),
    _faq("MUT-FAQ-004", "a NUL byte", HEADER + b"a;b\0;c\n"),
    _faq("MUT-FAQ-004", "UTF-8 with a stray byte", HEADER + "¿Hay baños?;Sí;1\n".encode() + b"a;b\xe9;c\n"),
    _faq("MUT-FAQ-004", "no encoding we know", HEADER + b"a;b\xe1\x81\xd7;c\n"),
    _faq("MUT-FAQ-004", "two encodings that explain it", HEADER + b"a;lunes\x96viernes;c\n"),
    _faq("MUT-FAQ-005", "no column respuesta", b"pregunta;contesta\na;b\n"),
    _faq("MUT-FAQ-005", "none of the columns", b"question;answer\na;b\n"),
    _faq("MUT-FAQ-005", "a column named twice", b"pregunta;respuesta;pregunta\na;b;c\n"),
    _faq("MUT-FAQ-006", "a quotation mark that is never closed", HEADER + b'a;"b;c\nd;e;f\n'),
    Situation("MUT-FAQ-007", "two files", _two_faqs),
]


# --- tables and snapshots ---------------------------------------------------------------------------------------------


def _not_accepted(_: Path) -> None:
    empty = pd.DataFrame(columns=list(TIENDAS.raw_columns), dtype=str)
    list(yield_checks({"usable_rows": CheckVerdict(quality.not_empty(empty, TIENDAS))}, "The collection tiendas"))


def _lost_snapshot(folder: Path) -> None:
    Snapshots(Bucket(str(folder)), Clock()).read("raw/tiendas_20260302_030000.csv")


def _unwritable(folder: Path) -> None:
    unread = pd.DataFrame({"id": ["1"], "titulo": [None]}, dtype="str")  # comes back as an empty text
    Snapshots(Bucket(str(folder)), Clock()).write("raw", TIENDAS, unread)


def _faq_not_accepted(folder: Path) -> None:
    doors = doors_in(folder)
    doors.faq_file.bucket.put("raw/preguntas.csv", HEADER)
    materialized(raw_preguntas, doors)


def _clock_behind(folder: Path) -> object:
    Bucket(str(folder)).put("vectorial/stores_vectorial_20260301_030000.csv", b"id,titulo\n2003,Tienda\n")
    behind = Snapshots(Bucket(str(folder)), Stopped(instant=datetime(2026, 2, 28, 3, tzinfo=UTC)))
    table = pd.DataFrame({"id": ["1"], "titulo": ["Pan"], "fuente": "x"}, dtype=str)
    behind.write("vectorial", TIENDAS, table, "20260228_030000")
    return behind.newest("vectorial", TIENDAS, own="20260228_030000")


TABLES = [
    Situation("MUT-DATA-001", "an empty collection", _not_accepted),
    Situation("MUT-DATA-001", "an FAQ file with nothing but its header", _faq_not_accepted),
    Situation("MUT-DATA-005", "a snapshot that is gone", _lost_snapshot),
    Situation("MUT-DATA-020", "a night under a clock that is behind", _clock_behind),
    Situation("MUT-DATA-006", "a table that CSV cannot hold", _unwritable),
]


# --- the bucket and the lease -----------------------------------------------------------------------------------------


def answered_by_s3(
    status: int, code: str, ask: Callable[[Bucket], object] = lambda bucket: bucket.list("raw/"), said: str = "…"
) -> Produce:
    """Asking a bucket when S3 answers with this error."""

    def produce(_: Path) -> None:
        error = f"<Error><Code>{code}</Code><Message>{said}</Message></Error>"
        body = f'<?xml version="1.0" encoding="UTF-8"?>\n{error}'
        with WordPressSite() as service, patch.dict(os.environ, ALONE):
            service.faults.append(lambda _: Response(status, {"Content-Type": "application/xml"}, body))
            ask(Bucket("s3://datos-de-prueba", service.origin, "us-east-1"))

    return produce


def _read(bucket: Bucket) -> object:
    return bucket.get("raw/preguntas.csv")


def _endless(bucket: Bucket) -> object:
    page = b"<ListBucketResult><Name>b</Name><IsTruncated>true</IsTruncated></ListBucketResult>"
    with S3Proxy(bucket.endpoint or "", lambda _: Answer(200, page)) as proxy:
        return Bucket(bucket.address, proxy.endpoint, "us-east-1").list("raw/")


def _no_time(bucket: Bucket) -> object:
    with patch.object(s3, "REQUEST_SECONDS", 0):
        return bucket.list("raw/")


def _no_name(folder: Path) -> None:
    Bucket(str(folder)).put("raw/../preguntas.csv", b"")


def _nobody_listed(folder: Path) -> None:
    with waiting_is_short():
        Lease(_Full(str(folder))).acquire("kb_dataset, run 0a1b2c3d").__enter__()


def _damaged_link(folder: Path) -> None:
    bucket = Bucket(str(folder))
    bucket.put(f"{lease.PREFIX}0000000001.json", b"")
    with waiting_is_short():
        Lease(bucket).acquire("kb_dataset, run 0a1b2c3d").__enter__()


def _no_folder(folder: Path) -> None:
    (folder / "bucket").write_text("a file, not a folder")
    Bucket(str(folder / "bucket")).list("raw/")


def _no_prefix(folder: Path) -> None:
    (folder / "raw").write_text("a file, not a folder")
    Bucket(str(folder)).put("raw/tiendas.csv", b"")


class _Forgetful(Bucket):
    """A bucket that says it wrote, and did not."""

    def put(self, key: str, data: bytes) -> str:
        return "etag" if key.endswith(".md") else super().put(key, data)


class _Replacing(Bucket):
    """A bucket on a store that ignores the condition of a write."""

    def create(self, key: str, data: bytes) -> str:
        return self.put(key, data)


class _Full(Bucket):
    """A bucket in which every key is taken."""

    def create(self, key: str, data: bytes) -> str:
        raise AlreadyThere(key)


def _no_turn_is_sure(folder: Path) -> None:
    Lease(_Replacing(str(folder))).acquire("kb_dataset, run 0a1b2c3d").__enter__()


def _no_free_name(folder: Path) -> None:
    table = pd.DataFrame({"pregunta": ["¿Hay baños?"]})
    with patch.object(stamps, "time", SimpleNamespace(sleep=lambda seconds: None)):
        Snapshots(_Full(str(folder)), Stopped()).write("raw", PREGUNTAS, table)


def document(number: int, text: str = "Vende pan.", **metadata: str) -> Document:
    """A store's document."""
    title = f"Tienda {number}"
    facts = {"document_type": "tienda", "titulo": title, **metadata}
    return Document(TIENDAS, str(number), title, f"https://mercado.example/{number}/", f"# {title}\n\n{text}\n", facts)


def _lost_write(folder: Path) -> None:
    expected, day = ExpectedRemovals(), date(2026, 3, 2)
    plan = make_plan(TIENDAS, [document(2007)], {}, [], today=day, renderer="1", expected=expected)
    DocumentStore(_Forgetful(str(folder)), "v1/").apply(plan, lambda: None, renderer="1", fuente="x")


@contextmanager
def waiting_is_short() -> Iterator[None]:
    """Time passes at once for whoever waits for a lease."""
    hasty = SimpleNamespace(monotonic=itertools.count(0.0, 600.0).__next__, sleep=lambda seconds: None)
    with patch.object(lease, "time", hasty):
        yield


def _somebody_writes(folder: Path) -> None:
    bucket = Bucket(str(folder))
    with Lease(bucket).acquire("kb_dataset, run 0a1b2c3d"), waiting_is_short():
        Lease(bucket).acquire("ingestion, run 4e5f6a7b").__enter__()


def _overtaken(folder: Path) -> None:
    bucket = Bucket(str(folder))
    tomorrow = Lease(bucket, now=lambda: datetime.now(UTC) + timedelta(days=1))
    with Lease(bucket).acquire("kb_dataset, run 0a1b2c3d") as turn, tomorrow.acquire("ingestion, run 4e5f6a7b"):
        turn.check()


WRITING = [
    Situation("MUT-S3-001", "no such bucket", answered_by_s3(404, "NoSuchBucket")),
    Situation("MUT-S3-002", "access denied", answered_by_s3(403, "AccessDenied", _read)),
    Situation("MUT-S3-002", "a listing that is denied", answered_by_s3(403, "AccessDenied")),
    Situation("MUT-S3-007", "a store that ignores conditional writes", _no_turn_is_sure),
    Situation("MUT-HOME-002", "a bucket that cannot be made", _no_folder),
    Situation("MUT-S3-101", "a file where a prefix should be", _no_prefix),
    Situation("MUT-S3-101", "a key that no file can have", _no_name),
    Situation("MUT-S3-101", "a listing that goes on for ever", answered_by_s3(403, "AccessDenied", _endless)),
    Situation("MUT-S3-101", "an answer that takes too long", answered_by_s3(403, "AccessDenied", _no_time)),
    Situation("MUT-S3-102", "a write that was lost", _lost_write),
    Situation("MUT-S3-103", "a name that is always taken", _no_free_name),
    Situation("MUT-LEASE-101", "another writer does not end", _somebody_writes),
    Situation("MUT-LEASE-101", "a link that is there and not listed", _nobody_listed),
    Situation("MUT-LEASE-101", "a link that cannot be read", _damaged_link),
    Situation("MUT-LEASE-102", "another writer took over", _overtaken),
]


# --- publishing -------------------------------------------------------------------------------------------------------


def _nobody_refused(folder: Path) -> None:
    PublicationLog(Bucket(str(folder))).refused(PLAN)


def _with_a_refused_plan(folder: Path) -> Doors:
    doors = doors_in(folder)
    refusal = "it removes 8 of 30 documents (more than 20 % and more than 5)"
    refused = Outcome("tiendas", "refused", "…", plan=PLAN, day="2026-03-02", refusals=(refusal,))
    doors.decisions.record(Publication("x", "2026-03-02T03:00:00+00:00", (refused,)))
    return doors


NIGHT = "20260301_030000"


def _after_a_night(folder: Path) -> Publisher:
    """Of which the shops have a table, that no file says more of."""
    doors = doors_in(folder)
    doors.snapshots.bucket.put(f"vectorial/stores_vectorial_{NIGHT}.csv", b"id,titulo\n2003,Tienda\n")
    return doors.publisher


def _held(folder: Path, since: str = "2026-03-04T03:00:00+00:00") -> Publisher:
    publisher = _after_a_night(folder)
    held = publisher.rollbacks.after({}, Wish(as_of=NIGHT), since, "terminal, ana")
    publisher.rollbacks.record.keep(held)
    return publisher


def _wished(**wish: Any) -> Produce:
    return lambda folder: _after_a_night(folder).check_request(Wish(**wish))


def _approved_while_held(folder: Path) -> object:
    newer = "vectorial/stores_vectorial_20260303_030000.csv"
    refused = Outcome("tiendas", "refused", "…", plan=PLAN, snapshot=newer, day="2026-03-03")
    publisher = _held(folder)
    publisher.publication_log.record(Publication("x", "2026-03-03T03:00:00+00:00", (refused,)))
    return publisher.reopen_refused_plan(PLAN)


def _held_at_nothing(folder: Path) -> object:
    publisher = _held(folder)
    publisher.snapshots.bucket.delete(f"vectorial/stores_vectorial_{NIGHT}.csv")
    holds = publisher.rollbacks.in_force(None, silent)
    return publisher.propose(TIENDAS, {}, date(2026, 3, 5), holds["tiendas"]).failure


def _another_plan(folder: Path) -> None:
    publisher = doors_in(folder).publisher
    publisher.check_confirmed([publisher.propose(TIENDAS, {}, date(2026, 3, 2))], [PLAN])


def _told(action: Callable[[], object], changing: str, instead: str) -> str:
    """The failure's words, without what differs from machine to machine."""
    try:
        action()
    except Failure as failure:
        return str(failure).replace(changing, instead)
    raise AssertionError("nothing was raised: the situation no longer comes about")


def _port_in_use(_: Path) -> str:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        return _told(lambda: check_port(port), str(port), "3000")


def _exported_to(name: str) -> Callable[[Path], object]:
    """The same file twice."""

    def produce(folder: Path) -> object:
        files = Snapshots(Bucket(str(folder / "bucket")), Stopped())
        files.write("vectorial", TIENDAS, pd.DataFrame({"titulo": ["Pan"]}, dtype=str))
        for _ in range(2):
            done = export(files, "vectorial", TIENDAS, folder / name)
        return done

    return produce


def _held_home(folder: Path) -> str:
    with held_home(folder):
        return _told(lambda: held_home(folder).__enter__(), f"process {os.getpid()}", "process 4711")


def _daemon_that_lives(folder: Path) -> None:
    """Another beat comes when the first one was seen."""

    def beat(_: str = "") -> None:
        instance.add_daemon_heartbeat(DaemonHeartbeat(time.time(), "SENSOR", "another"))

    with held_home(folder) as held, dg.DagsterInstance.local_temp(str(folder)) as instance:
        beat()
        with only_daemon(instance, held, beat):
            pass


def _resumed_although_well(_: Path) -> None:
    job = dg.JobDefinition(name=DAILY, graph_def=dg.GraphDefinition(name=DAILY))
    with dg.DagsterInstance.ephemeral() as instance:
        well = dg.DagsterRunStatus.SUCCESS
        instance.create_run_for_job(job, run_id="0a1b2c3d-0000-4000-8000-000000000000", status=well)
        failed_run(instance, "0a1b")


def _refused_plan(folder: Path) -> object:
    last = _with_a_refused_plan(folder).decisions.last()
    return not_published([outcome.why_kept() for outcome in last.kept_back] if last else [])


def _unwritten(_: Path) -> object:
    denied = "MUT-S3-002: …"
    snapshot = "vectorial/stores_vectorial_20260302_030000.csv"
    return not_published([Outcome("tiendas", "failed", "…", snapshot=snapshot, refusals=(denied,)).why_kept()])


def printed(folder: Path, *arguments: str) -> str:
    """What `mut` prints, errors included, with `folder` as MUT_HOME."""
    with patch.dict(os.environ, environment(folder) | {"COLUMNS": "100"}, clear=True):
        return CliRunner().invoke(app, arguments).output


PUBLISHING = [
    Situation("MUT-PUB-001", "approving an id that nobody refused", _nobody_refused),
    Situation(
        "MUT-PUB-002",
        "approving after the store changed",
        lambda home: _with_a_refused_plan(home).publisher.reopen_refused_plan(PLAN),
    ),
    Situation("MUT-PUB-003", "the end of a night with a refused plan", _refused_plan),
    Situation("MUT-PUB-003", "the end of a night in which a folder could not be written", _unwritten),
    Situation("MUT-PUB-004", "rolling back to what is no stamp", _wished(as_of="ayer")),
    Situation("MUT-PUB-005", "rolling back behind the first night", _wished(as_of="20010101_000000")),
    Situation(
        "MUT-PUB-005",
        "rolling back where nothing ever was",
        lambda home: doors_in(home).publisher.check_request(Wish(as_of=NIGHT)),
    ),
    Situation("MUT-PUB-020", "going back and approving at once", _wished(as_of=NIGHT, approve=PLAN)),
    Situation("MUT-PUB-020", "one collection of nothing", _wished(only=("tiendas",))),
    Situation("MUT-PUB-021", "going back to a table that a night had not", _wished(as_of=NIGHT, only=("eventos",))),
    Situation("MUT-PUB-030", "going back with a collection that there is not", _wished(as_of=NIGHT, only=("shops",))),
    Situation("MUT-PUB-031", "releasing where nothing is held", _wished(release=True)),
    Situation("MUT-PUB-031", "releasing another collection than the held", _wished(release=True, only=("eventos",))),
    Situation("MUT-PUB-032", "approving newer tables than the held", _approved_while_held),
    Situation("MUT-PUB-033", "a rollback whose table was deleted", _held_at_nothing),
    Situation("MUT-PUB-022", "something else was published since it was shown", _another_plan),
    Situation("MUT-RUN-001", "resuming a run that is not there", lambda folder: printed(folder, "resume", "0a1b2c3d")),
    Situation("MUT-RUN-001", "resuming a run that did not fail", _resumed_although_well),
    Situation("MUT-RUN-002", "resuming when nothing failed", lambda folder: printed(folder, "resume")),
    Situation("MUT-RUN-010", "a night that hangs", lambda _: too_long(["raw_tiendas"], Timetable())),
    Situation("MUT-RUN-011", "approving without a terminal", lambda _: confirmed(yes=False)),
    Situation("MUT-RUN-012", "mut dev on a port in use", _port_in_use),
    Situation("MUT-RUN-013", "a second mut dev on one home", _held_home),
    Situation("MUT-RUN-014", "mut dev beside a daemon", _daemon_that_lives),
    Situation("MUT-RUN-015", "exporting before the first night", lambda folder: printed(folder, "export", "tiendas")),
    Situation("MUT-RUN-016", "exporting to a file that is there", _exported_to("tiendas.csv")),
    Situation("MUT-RUN-016", "exporting to a folder that is not there", _exported_to("nowhere/tiendas.csv")),
]


# --- the knowledge base -----------------------------------------------------------------------------------------------


def _index(made: Callable[[Path], object]) -> Produce:
    def produce(folder: Path) -> None:
        made(folder / "index.sqlite")
        LocalIndex(folder / "index.sqlite").size()

    return produce


def _without_fts5(folder: Path) -> None:
    with index_file.writing(folder / "index.sqlite") as db:
        db.execute("CREATE VIRTUAL TABLE x USING fts9 (y)")


def _busy(folder: Path) -> None:
    path = folder / "index.sqlite"
    index = LocalIndex(path)
    index.delete_vectors([])
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with patch.object(index_file, "_connect", lambda path: sqlite3.connect(path, timeout=0, isolation_level=None)):
            index.delete_vectors([])


LOST = Proof("x", "2026-03-02T03:05:00", "", 8, 4, {"eventos": 3}, lost=("eventos",), differences=("…",), different=1)
EMPTIED = Proof("x", "2026-03-02T03:05:00", "", 0, 0, lost=("",))


def _refused_document(folder: Path) -> None:
    doors = doors_in(folder)
    doors.store.bucket.put(f"{doors.store.prefix}stores/9000.md.metadata.json", document(9000).sidecar_bytes)
    doors.store.bucket.put(f"{doors.store.prefix}stores/9000.md", b"\xff\xfe no text")
    materialized(bedrock_kb_ingestion, doors)


def materialized(asset: dg.AssetsDefinition, doors: Doors) -> dg.ExecuteInProcessResult:
    """Runs one asset as the UI would, without its log."""
    return dg.materialize([asset], resources=resource_definitions(doors), run_config=QUIET)


def _question(text: str) -> Produce:
    return lambda folder: search(LocalIndex(folder / "index.sqlite"), text)


KNOWLEDGE = [
    Situation("MUT-KB-001", "a damaged index", _index(lambda path: path.write_bytes(b"no database, only text. " * 40))),
    Situation(
        "MUT-KB-002",
        "somebody else's database",
        _index(lambda path: sqlite3.connect(path).execute("CREATE TABLE v (id)")),
    ),
    Situation("MUT-KB-003", "a folder where the index should be", _index(Path.mkdir)),
    Situation("MUT-KB-004", "a Python without full-text search", _without_fts5),
    Situation("MUT-KB-005", "an empty question", _question(" ")),
    Situation("MUT-KB-006", "an empty knowledge base", _question("dónde hay helados")),
    Situation("MUT-KB-010", "a document that somebody overwrote", _refused_document),
    Situation("MUT-KB-011", "a folder that was served, a document that is not", lambda _: not_served(LOST)),
    Situation("MUT-KB-011", "an emptied dataset", lambda _: not_served(EMPTIED)),
    Situation("MUT-KB-101", "an index in use", _busy),
]

# --- the heartbeat ----------------------------------------------------------------------------------------------------


def _heartbeat(code: str, title: str, status: int = 0, seconds: float = 10) -> Situation:
    def produce(_: Path) -> None:
        with Listener(status) as listener:
            Heartbeat(f"{listener.endpoint if status else 'http://127.0.0.1:9'}/0b7c2f4e", seconds).beat()

    return Situation(code, title, produce)


HEARTBEAT = [
    _heartbeat("MUT-OUT-001", "no such check", 404),
    _heartbeat("MUT-OUT-001", "it was moved", 301),
    _heartbeat("MUT-OUT-101", "the service is down", 503),
    _heartbeat("MUT-OUT-101", "nobody there"),
    _heartbeat("MUT-OUT-101", "no answer in time", 200, seconds=0),
]


SITUATIONS = [*SETTINGS, *SOURCES, *TABLES, *WRITING, *PUBLISHING, *KNOWLEDGE, *HEARTBEAT]
