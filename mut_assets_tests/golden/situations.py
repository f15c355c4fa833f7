"""Every coded failure, produced by the code: the situation is made with the cheapest real part, the words are not ours.

What belongs here: how each situation comes about. What does not: sentences without a code (`sentences.py`), the file
and what is compared (`test_messages.py`).
"""

import itertools
import json
import os
import socket
import sqlite3
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import dagster as dg
import pandas as pd
import requests

from mut_assets.assets.knowledge_base import bedrock_kb_ingestion
from mut_assets.assets.reporting import Verdict, judged
from mut_assets.checks import everything_wanted_is_published
from mut_assets.domain import quality
from mut_assets.domain.collections import TIENDAS
from mut_assets.domain.documents import Document
from mut_assets.domain.publication import make_plan
from mut_assets.environments import build_resources, read_settings
from mut_assets.operations.resume import resume
from mut_assets.operations.search import search
from mut_assets.resources import index_file, lease, sample_site, wordpress_failures
from mut_assets.resources.clock import Clock
from mut_assets.resources.decisions import Decisions, Outcome, Publication
from mut_assets.resources.document_store import DocumentStore
from mut_assets.resources.failures import Failure
from mut_assets.resources.faq_file import MAX_BYTES, FaqFile
from mut_assets.resources.lease import Lease
from mut_assets.resources.local_index import LocalIndex
from mut_assets.resources.object_store import Bucket
from mut_assets.resources.sample_pages import read_file
from mut_assets.resources.sample_site import SampleSite
from mut_assets.resources.snapshots import Snapshots
from mut_assets.resources.wordpress import WordPress
from mut_assets_tests.fakes.wordpress_site import HangUp, Response, WordPressSite, rest_error, store

HTML = {"Content-Type": "text/html; charset=UTF-8"}
JSON = {"Content-Type": "application/json; charset=UTF-8"}
PAGED = JSON | {"X-WP-Total": "1", "X-WP-TotalPages": "1"}
ONE = json.dumps([store(7, "Panadería La Espiga")])

Produce = Callable[[Path], Failure | dg.Failure]


@dataclass(frozen=True)
class Situation:
    """One way to meet a code. `produce` gets an empty folder and gives the failure that was raised there."""

    code: str
    title: str
    produce: Produce


def raised(action: Callable[[], object]) -> Failure | dg.Failure:
    """The failure that `action` ends in; it is a mistake in the situation if there is none."""
    try:
        action()
    except (Failure, dg.Failure) as failure:
        return failure
    raise AssertionError("nothing was raised: the situation no longer comes about")


# --- settings ---------------------------------------------------------------------------------------------------------


def _setting(variable: str, value: str) -> Situation:
    return Situation("MUT-ENV-001", f"{variable}={value}", lambda _: raised(lambda: read_settings({variable: value})))


SETTINGS = [
    _setting("MUT_ENVIRONMENT", "prod"),
    _setting("MUT_ENVIRONMENT", "aws"),
    _setting("API_CONCURRENCY", "many"),
    _setting("MUT_RETRY_SECONDS", "-1"),
    _setting("MUT_RUN_TIMEOUT_MINUTES", "1e3"),
    _setting("LATEST_ALIAS", "yes"),
    _setting("DAILY_CRON", "0 0 * * 1"),
    _setting("S3_RAW_PREFIX", "/raw/"),
    _setting("S3_DATASET_PREFIX", "state/kb/"),
    Situation("MUT-ENV-001", "MUT_TODAY=mañana", lambda _: raised(Clock(lambda: "mañana").today)),
    Situation(
        "MUT-ENV-001",
        "API_BASE_URL=ftp://mercado.example/wp-json",
        lambda _: raised(lambda: WordPress("ftp://mercado.example/wp-json").collection("stores")),
    ),
    Situation(
        "MUT-ENV-001",
        "API_BASE_URL with a host that no address can have",
        lambda _: raised(lambda: WordPress("http://mercado..example/wp-json/wp/v2").collection("stores")),
    ),
]


# --- WordPress --------------------------------------------------------------------------------------------------------


def _asked(
    answer: Response | None = None,
    path: str = "/wp-json/wp/v2",
    kind: str = "stores",
    hang_up: bool = False,
    **options: Any,
) -> Failure | dg.Failure:
    """What reading a small site ends in when every request gets `answer`."""

    def fault(_: str) -> Response | None:
        if hang_up:
            raise HangUp
        return answer

    with WordPressSite() as site:
        site.stores(range(1, 4))
        site.faults.append(fault)
        address = WordPress(f"{site.origin}{path}", **{"attempts": 1, "backoff": 0, **options})
        return raised(lambda: address.collection(kind))


def _wordpress(code: str, title: str, *arguments: Any, **options: Any) -> Situation:
    return Situation(code, title, lambda _: _asked(*arguments, **options))


def _page(title: str) -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>…</body></html>"


def _redirect(to: str) -> Response:
    return Response(301, {"Location": to})


def _unknown_host(_: Path) -> Failure | dg.Failure:
    with patch.object(socket, "getaddrinfo", side_effect=socket.gaierror(-2, "Name or service not known")):
        client = WordPress("https://mercado.example/wp-json/wp/v2", attempts=1)
        return raised(lambda: client.collection("stores"))


def _closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _refused(_: Path) -> Failure | dg.Failure:
    client = WordPress(f"http://127.0.0.1:{_closed_port()}/wp-json/wp/v2", attempts=1)
    return raised(lambda: client.collection("stores"))


def _proxy(_: Path) -> Failure | dg.Failure:
    with patch.dict(os.environ, {"HTTP_PROXY": f"http://127.0.0.1:{_closed_port()}", "NO_PROXY": "", "no_proxy": ""}):
        client = WordPress("http://mercado.example/wp-json/wp/v2", attempts=1)
        return raised(lambda: client.collection("stores"))


def _silent(_: Path) -> Failure | dg.Failure:
    with socket.create_server(("127.0.0.1", 0)) as server:  # takes the connection and never answers
        client = WordPress(
            f"http://127.0.0.1:{server.getsockname()[1]}/wp-json/wp/v2", attempts=1, timeout=(5, 0.05)
        )
        return raised(lambda: client.collection("stores"))


def _expired_certificate(_: Path) -> Failure | dg.Failure:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "certificate has expired"
    request = wordpress_failures.Request("page 1 of 'stores'", "https://mercado.example/wp-json/wp/v2/stores")
    return wordpress_failures.for_connection(request, requests.exceptions.SSLError(error))


WORDPRESS = [
    _wordpress("MUT-WP-001", "the REST API asks for a login", rest_error(401, "rest_not_logged_in", "…")),
    _wordpress("MUT-WP-001", "a plugin closes the REST API", rest_error(403, "rest_forbidden", "…")),
    _wordpress("MUT-WP-002", "a firewall's page", Response(403, HTML, _page("Forbidden"))),
    _wordpress("MUT-WP-003", "a challenge page", Response(200, HTML, _page("Just a moment..."))),
    _wordpress(
        "MUT-WP-004", "a PHP warning before the JSON", Response(200, PAGED, f"<br />\n<b>Warning</b>:  x\n{ONE}")
    ),
    _wordpress("MUT-WP-005", "a type the site does not have", kind="tiendas"),
    _wordpress("MUT-WP-006", "an address that is no REST API", path="/blog"),
    _wordpress("MUT-WP-006", "JSON that is no collection", Response(200, PAGED, '{"name": "Mercado"}')),
    Situation("MUT-WP-007", "an expired certificate", _expired_certificate),
    _wordpress("MUT-WP-008", "an answer that is too large", max_response_bytes=500),
    _wordpress(
        "MUT-WP-009",
        "too many pages",
        Response(200, JSON | {"X-WP-Total": "90000", "X-WP-TotalPages": "900"}, ONE),
    ),
    _wordpress("MUT-WP-010", "a redirect to another address", _redirect("https://otro.example/wp-json/wp/v2/stores")),
    _wordpress("MUT-WP-010", "a redirect to itself", _redirect("/wp-json/wp/v2/stores")),
    _wordpress("MUT-WP-011", "a refused request", rest_error(400, "rest_invalid_param", "…")),
    _wordpress(
        "MUT-WP-011", "a first page that does not exist", rest_error(400, "rest_post_invalid_page_number", "…")
    ),
    _wordpress("MUT-WP-012", "no total", Response(200, JSON, ONE)),
    _wordpress("MUT-WP-012", "a total that is no number", Response(200, PAGED | {"X-WP-Total": "many"}, ONE)),
    _wordpress("MUT-WP-013", "an item without id", Response(200, PAGED, '[{"slug": "x"}]')),
    _wordpress("MUT-WP-014", "no custom fields", Response(200, PAGED, '[{"id": 7, "slug": "x"}]')),
    Situation("MUT-WP-101", "an unknown host", _unknown_host),
    Situation("MUT-WP-102", "a host that refuses the connection", _refused),
    Situation("MUT-WP-102", "a proxy that refuses the connection", _proxy),
    Situation("MUT-WP-103", "no answer in time", _silent),
    _wordpress("MUT-WP-104", "a broken connection", hang_up=True),
    _wordpress("MUT-WP-105", "a body that is cut", Response(200, PAGED, ONE[:40])),
    _wordpress("MUT-WP-105", "no body", Response(200, PAGED, "")),
    _wordpress(
        "MUT-WP-105", "a body that cannot be unpacked", Response(200, PAGED | {"Content-Encoding": "gzip"}, "no gzip")
    ),
    _wordpress("MUT-WP-106", "a PHP failure", rest_error(500, "internal_server_error", "…")),
    _wordpress("MUT-WP-107", "maintenance, after several tries", Response(503, HTML, _page("Mantención")), attempts=3),
    _wordpress("MUT-WP-107", "maintenance that names a time", Response(503, HTML | {"Retry-After": "600"}, "")),
    _wordpress("MUT-WP-108", "a failing server in front", Response(502, HTML, _page("Bad Gateway"))),
    _wordpress("MUT-WP-109", "too many requests", Response(429, HTML | {"Retry-After": "60"}, "")),
    _wordpress(
        "MUT-WP-110",
        "a collection that does not stand still",
        Response(200, JSON | {"X-WP-Total": "3", "X-WP-TotalPages": "1"}, ONE),
    ),
]


# --- the bundled site and the FAQ file --------------------------------------------------------------------------------


def _no_port(_: Path) -> Failure | dg.Failure:
    with patch.object(sample_site, "_Server", side_effect=OSError(24, "Too many open files")):
        return raised(lambda: SampleSite(lambda: date(2026, 3, 2)).collection("stores"))


def _faq(code: str, title: str, data: bytes) -> Situation:
    def produce(folder: Path) -> Failure | dg.Failure:
        bucket = Bucket(str(folder))
        bucket.put("raw/preguntas.csv", data)
        return raised(FaqFile(bucket).frame)

    return Situation(code, title, produce)


HEADER = b"pregunta;respuesta;categoria_completa\n"
SOURCES = [
    Situation("MUT-SITE-001", "the package without its data", lambda _: raised(lambda: read_file("tiendas.txt"))),
    Situation("MUT-SITE-101", "no port on loopback", _no_port),
    _faq("MUT-FAQ-001", "another file under this name", b"x" * (MAX_BYTES + 1)),
    _faq("MUT-FAQ-002", "an empty file", b"\xef\xbb\xbf\r\n"),
    _faq("MUT-FAQ-003", "a spreadsheet", b"PK\x03\x04" + b"\0" * 20),
    _faq("MUT-FAQ-004", "UTF-16", "pregunta;respuesta".encode("utf-16")),
    _faq("MUT-FAQ-004", "a NUL byte", HEADER + b"a;b\0;c\n"),
    _faq("MUT-FAQ-004", "UTF-8 with a stray byte", HEADER + "¿Hay baños?;Sí;1\n".encode() + b"a;b\xe9;c\n"),
    _faq("MUT-FAQ-004", "no encoding we know", HEADER + b"a;b\x81;c\n"),
    _faq("MUT-FAQ-005", "no column respuesta", b"pregunta;contesta\na;b\n"),
    _faq("MUT-FAQ-005", "a column named twice", b"pregunta;respuesta;pregunta\na;b;c\n"),
    _faq("MUT-FAQ-006", "a quotation mark that is never closed", HEADER + b'a;"b;c\nd;e;f\n'),
]


# --- tables and snapshots ---------------------------------------------------------------------------------------------


def _not_accepted(_: Path) -> Failure | dg.Failure:
    empty = pd.DataFrame(columns=list(TIENDAS.raw_columns), dtype=str)
    verdicts = [Verdict("not_empty", quality.not_empty(empty, TIENDAS))]
    return raised(lambda: list(judged(verdicts, "The collection tiendas")))


def _snapshots(folder: Path) -> Snapshots:
    return Snapshots(Bucket(str(folder)), Clock())


def _lost_snapshot(folder: Path) -> Failure | dg.Failure:
    return raised(lambda: _snapshots(folder).read("raw/tiendas_20260302_030000.csv"))


def _unwritable(folder: Path) -> Failure | dg.Failure:
    numbers = pd.DataFrame({"id": [1, 2]})  # what is read back is text
    return raised(lambda: _snapshots(folder).write("raw", TIENDAS, numbers))


TABLES = [
    Situation("MUT-DATA-001", "an empty collection", _not_accepted),
    Situation("MUT-DATA-005", "a snapshot that is gone", _lost_snapshot),
    Situation("MUT-DATA-006", "a table that CSV cannot hold", _unwritable),
]


# --- the bucket and the lease -----------------------------------------------------------------------------------------


def _s3(status: int, code: str) -> Failure | dg.Failure:
    body = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>…</Message></Error>'
    credentials = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing", "AWS_EC2_METADATA_DISABLED": "true"}
    with WordPressSite() as service, patch.dict(os.environ, credentials):
        service.faults.append(lambda _: Response(status, {"Content-Type": "application/xml"}, body))
        bucket = Bucket("s3://datos-de-prueba", service.origin, "us-east-1")
        return raised(lambda: bucket.list("raw/"))


def _no_folder(folder: Path) -> Failure | dg.Failure:
    (folder / "bucket").write_text("a file, not a folder")
    return raised(lambda: Bucket(str(folder / "bucket")).list("raw/"))


class _Forgetful(Bucket):
    """A bucket that says it wrote, and did not."""

    def put(self, key: str, data: bytes) -> str:
        return "etag" if key.endswith(".md") else super().put(key, data)


def document(number: int, text: str = "Vende pan.", **metadata: str) -> Document:
    """A store's document."""
    title = f"Tienda {number}"
    facts = {"document_type": "tienda", "titulo": title, **metadata}
    return Document(TIENDAS, str(number), title, f"https://mercado.example/{number}/", f"# {title}\n\n{text}\n", facts)


def _lost_write(folder: Path) -> Failure | dg.Failure:
    plan = make_plan(TIENDAS, [document(2007)], {}, [], today=date(2026, 3, 2), renderer="1")
    written = DocumentStore(_Forgetful(str(folder)), "v1/")
    return raised(lambda: written.apply(plan, lambda: None, renderer="1", fuente="x"))


class _Hasty:
    """The time module, for a lease that has waited long."""

    def __init__(self) -> None:
        self._ticks: Iterator[int] = itertools.count(0, 10_000)

    def monotonic(self) -> float:
        return float(next(self._ticks))

    def sleep(self, seconds: float) -> None:
        return None


@contextmanager
def waiting_is_short() -> Iterator[None]:
    """Time passes at once for whoever waits for a lease."""
    with patch.object(lease, "time", _Hasty()):
        yield


def _somebody_writes(folder: Path) -> Failure | dg.Failure:
    bucket = Bucket(str(folder))
    with Lease(bucket).held("kb_dataset, run 0a1b2c3d"), waiting_is_short():
        return raised(lambda: Lease(bucket).held("ingestion, run 4e5f6a7b").__enter__())


def _overtaken(folder: Path) -> Failure | dg.Failure:
    bucket = Bucket(str(folder))
    tomorrow = Lease(bucket, now=lambda: datetime.now(UTC) + timedelta(days=1))
    with Lease(bucket).held("kb_dataset, run 0a1b2c3d") as turn, tomorrow.held("ingestion, run 4e5f6a7b"):
        return raised(turn.check)


WRITING = [
    Situation("MUT-S3-001", "no such bucket", lambda _: _s3(404, "NoSuchBucket")),
    Situation("MUT-S3-002", "access denied", lambda _: _s3(403, "AccessDenied")),
    Situation("MUT-S3-101", "a folder that cannot be made", _no_folder),
    Situation("MUT-S3-102", "a write that was lost", _lost_write),
    Situation("MUT-LEASE-101", "another writer does not end", _somebody_writes),
    Situation("MUT-LEASE-102", "another writer took over", _overtaken),
]


# --- publishing -------------------------------------------------------------------------------------------------------


def _no_such_plan(folder: Path) -> Failure | dg.Failure:
    return raised(lambda: Decisions(Bucket(str(folder))).refused("0a1b2c3d4e5f"))


def _plan_that_no_longer_fits(folder: Path) -> Failure | dg.Failure:
    publisher = build_resources(read_settings({"MUT_HOME": str(folder)}))["publisher"]
    refused = Outcome("tiendas", "refused", "…", plan="0a1b2c3d4e5f", day="2026-03-02", refusals=("…",))
    publisher.decisions.record(Publication("x", "2026-03-02T03:00:00+00:00", (refused,)))
    return raised(lambda: publisher.approve("0a1b2c3d4e5f", lambda: None))


REFUSAL = "it removes 8 of 30 documents (more than 20 % and more than 5)"


def _kept_back(folder: Path) -> Failure | dg.Failure:
    decisions = Decisions(Bucket(str(folder)))
    refused = Outcome("tiendas", "refused", "…", plan="0a1b2c3d4e5f", refusals=(REFUSAL,))
    decisions.record(Publication("x", "2026-03-02T03:00:00+00:00", (refused,)))
    return raised(lambda: list(everything_wanted_is_published(decisions=decisions)))  # type: ignore[call-overload]


def _nothing_to_resume(run_id: str) -> Produce:
    def produce(folder: Path) -> Failure | dg.Failure:
        from rich.console import Console

        with patch.dict(os.environ, {"DAGSTER_HOME": str(folder)}):
            return raised(lambda: resume(Decisions(Bucket("memory://")), Console(quiet=True), run_id))

    return produce


PUBLISHING = [
    Situation("MUT-PUB-001", "approving an id that nobody refused", _no_such_plan),
    Situation("MUT-PUB-002", "approving after the store changed", _plan_that_no_longer_fits),
    Situation("MUT-PUB-003", "the end of a night with a refused plan", _kept_back),
    Situation("MUT-RUN-001", "resuming when nothing failed", _nothing_to_resume("")),
    Situation("MUT-RUN-001", "resuming a run that is not there", _nothing_to_resume("0a1b2c3d")),
]


# --- the knowledge base -----------------------------------------------------------------------------------------------


def _index(content: bytes | Callable[[Path], object]) -> Produce:
    def produce(folder: Path) -> Failure | dg.Failure:
        path = folder / "index.sqlite"
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            content(path)
        return raised(LocalIndex(path).size)

    return produce


def _somebody_elses(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE ventas (id)")


def _without_fts5(folder: Path) -> Failure | dg.Failure:
    def use() -> None:
        with index_file.writing(folder / "index.sqlite") as db:
            db.execute("CREATE VIRTUAL TABLE x USING fts9 (y)")

    return raised(use)


def _busy(folder: Path) -> Failure | dg.Failure:
    path = folder / "index.sqlite"
    index = LocalIndex(path)
    index.delete_vectors([])

    def impatient(path: Path) -> sqlite3.Connection:
        return sqlite3.connect(path, timeout=0, isolation_level=None)

    other = sqlite3.connect(path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with patch.object(index_file, "_connect", impatient):
            return raised(lambda: index.delete_vectors([]))
    finally:
        other.close()


def _refused_document(folder: Path) -> Failure | dg.Failure:
    doors = build_resources(read_settings({"MUT_HOME": str(folder)}))
    doors["store"].bucket.put(f"{doors['store'].prefix}eventos/afiche.pdf", b"%PDF")
    resources = {name: doors[name] for name in ("knowledge_base", "store", "lease", "retries")}
    return raised(lambda: bedrock_kb_ingestion(dg.build_asset_context(), **resources))


def _question(text: str) -> Produce:
    return lambda folder: raised(lambda: search(LocalIndex(folder / "index.sqlite"), text))


KNOWLEDGE = [
    Situation("MUT-KB-001", "a damaged index", _index(b"no database at all, only text that goes on and on. " * 20)),
    Situation("MUT-KB-002", "somebody else's database", _index(_somebody_elses)),
    Situation("MUT-KB-003", "a folder where the index should be", _index(Path.mkdir)),
    Situation("MUT-KB-004", "a Python without full-text search", _without_fts5),
    Situation("MUT-KB-005", "an empty question", _question(" ")),
    Situation("MUT-KB-006", "an empty knowledge base", _question("dónde hay helados")),
    Situation("MUT-KB-010", "a foreign file among the documents", _refused_document),
    Situation("MUT-KB-101", "an index in use", _busy),
]

SITUATIONS = [*SETTINGS, *WORDPRESS, *SOURCES, *TABLES, *WRITING, *PUBLISHING, *KNOWLEDGE]

