"""A whole AWS account, a Pinecone project and a WordPress site on loopback, and the platform as a process beside them.

What belongs here: setting them up, noting every call that reaches any of them, and killing a process at one. What does
not: how each of them behaves (`fakes/`).
"""

import functools
import json
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, unquote

import boto3
import requests
from moto.backends import list_of_moto_modules
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from mut_assets_tests.corridor.night import night
from mut_assets_tests.fakes.bedrock import Bedrock
from mut_assets_tests.fakes.bedrock_account import ROLE_KEY
from mut_assets_tests.fakes.bedrock_resources import Agent, DataSource, KnowledgeBase, pinecone_storage
from mut_assets_tests.fakes.faults import Call, Fault, FaultRule, HangUp
from mut_assets_tests.fakes.pinecone import Pinecone
from mut_assets_tests.fakes.wordpress_site import WordPressSite
from mut_assets_tests.resources.cloud import ALONE

BUCKET = "conocimiento"
PREFIX = "datasets/prod_kb/knowledge-base-mut-s3-001/v1/"
FOLDERS = ("eventos", "stores", "restaurantes", "preguntas")
SECRET = "pinecone/mut-kb-api-key"
REGION = "us-east-1"
DAY = "2025-10-01"
"""Before the events of the site, which end in October."""

FAQ = "pregunta;respuesta;categoria_completa\n¿Hay baños?;Sí, en todos los pisos.;2 Servicios\n"

S3_OPERATIONS = {
    ("GET", False): "ListBucket",
    ("HEAD", False): "ListBucket",
    ("GET", True): "GetObject",
    ("HEAD", True): "GetObject",
    ("PUT", True): "PutObject",
    ("DELETE", True): "DeleteObject",
}
"""The IAM action of a request to S3, by method and whether it names a key."""


@dataclass
class Moto:
    """moto's server with every request noted: S3, Secrets Manager, SNS, STS.

    `faults` are asked about each call of the platform as the other doubles' are. `lost` is not imitated.
    """

    calls: list[Call] = field(default_factory=list)
    faults: list[FaultRule] = field(default_factory=list)
    on_call: Callable[[Call], None] = lambda call: None
    _lock: Any = field(default_factory=threading.Lock)

    @contextmanager
    def served(self) -> Iterator[str]:
        self._app = DomainDispatcherApplication(create_backend_app)
        modules = list(list_of_moto_modules())
        with patch("moto.backends.list_of_moto_modules", lambda: modules):  # it lists them per request
            server = make_server("127.0.0.1", 0, self, threaded=True, request_handler=_Silent)
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_port}"
            finally:
                server.shutdown()
                thread.join()
                server.server_close()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        call = _call(environ)
        if call is not None:
            with self._lock:
                self.calls.append(call)
                try:
                    self.on_call(call)
                except HangUp:
                    return _refused(Fault("HangUp", 500), start_response)  # nobody reads it
                fault = next((found for rule in self.faults if (found := rule(call))), Fault())
            if fault.status:
                return _refused(fault, start_response)
        return self._app(environ, start_response)


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing."""


def _call(environ: dict[str, Any]) -> Call | None:
    """The platform's call behind a request; None for one of the test's or of a double's own."""
    signed = re.match(
        r"AWS4-HMAC-SHA256 Credential=([^/]+)/[^/]+/[^/]+/([^/]+)/", environ.get("HTTP_AUTHORIZATION", "")
    )
    if signed is None or signed.group(1) in (ROLE_KEY, TESTS_KEY):
        return None
    service = signed.group(2)
    if service == "s3":
        key = unquote(environ["PATH_INFO"].partition(f"/{BUCKET}")[2]).lstrip("/")
        operation = S3_OPERATIONS[environ["REQUEST_METHOD"], bool(key)]
        prefix = parse_qs(environ.get("QUERY_STRING", "")).get("prefix", [""])[0]
        return Call("s3", operation, {"Key": key} if key else {"Prefix": prefix})
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return Call(service, target.rpartition(".")[2])
    asked = {name: values[0] for name, values in parse_qs(_body(environ)).items()}
    return Call(service, asked.get("Action", ""), asked)


def _body(environ: dict[str, Any]) -> str:
    """The request's body, left there for moto to read."""
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = BytesIO(body)
    return body.decode()


def _refused(fault: Fault, start_response: Callable[..., Any]) -> list[bytes]:
    start_response(f"{fault.status} Refused", [("Content-Type", "application/xml"), *fault.headers.items()])
    error = f"<Error><Code>{fault.code}</Code><Message>{fault.message}</Message></Error>"
    return [f'<?xml version="1.0" encoding="UTF-8"?>\n{error}'.encode()]  # as each error of S3 begins


TESTS_KEY = "TESTSOWNACCESSKEY"
"""What the tests themselves sign with, so that their looking around is not noted."""


@dataclass
class Account:
    """Everything outside the platform. `calls` are all that the platform made, in order, over all of them."""

    home: Path
    site: WordPressSite
    moto: Moto
    address: str
    bedrock: Bedrock
    pinecone: Pinecone
    base: KnowledgeBase
    sources: dict[str, DataSource]
    agent: Agent
    variables: dict[str, str] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """What the platform is told, and nothing of this machine's."""
        ours = ("MUT_", "API_", "S3_", "AWS_", "DAGSTER_", "PINECONE_", "DAILY_", "LATEST_", "KNOWLEDGE_", "AGENT_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return {
            **kept,
            **ALONE,
            **self.bedrock.environment,
            "MUT_ENVIRONMENT": "aws",
            "MUT_HOME": str(self.home),
            "MUT_TODAY": DAY,
            "API_BASE_URL": self.site.base_url,
            "S3_BUCKET_NAME": BUCKET,
            "KNOWLEDGE_BASE_ID": self.base.id,
            "AGENT_ID": self.agent.id,
            "PINECONE_HOST": self.pinecone.host,
            **{f"AWS_ENDPOINT_URL_{name}": self.address for name in ("S3", "SECRETS_MANAGER", "SNS", "STS")},
            **self.variables,
        }

    def client(self, service: str) -> Any:
        """The test's own client; what it does is not noted."""
        session = boto3.session.Session(TESTS_KEY, "x", region_name=REGION)
        return session.client(service, endpoint_url=self.address)

    def mut(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command in a process of its own."""
        command = [sys.executable, "-m", "mut_assets.cli", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False, timeout=300)

    def night(self, job: str = "daily_refresh") -> int | None:
        """A job in a process of its own, by its exit status; forked from a warm one, so quicker than the command."""
        process = _forks().Process(target=night, args=(self.environment, job))
        process.start()
        self._victim = process.pid
        process.join(120)
        assert process.exitcode is not None, "the night did not end"
        return int(process.exitcode)

    def note(self, call: Call) -> None:
        """Takes a call down, and kills the platform's process if it is the one to be killed at."""
        self.calls.append(call)
        if len(self.calls) == self.killed_at:
            os.kill(self._victim, signal.SIGKILL)
            raise HangUp

    killed_at: int = 0
    _victim: int = 0

    def bucket(self, prefix: str = "") -> dict[str, bytes]:
        s3 = self.client("s3")
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        return {key: s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}

    def documents(self) -> dict[str, bytes]:
        """The published objects, by key below the dataset prefix."""
        return {key.removeprefix(PREFIX): body for key, body in self.bucket(PREFIX).items()}

    def vectors(self) -> dict[str, Any]:
        """Everything in the platform's namespace."""
        return {id: self.pinecone.namespaces["mut-assets"][id] for id in self.pinecone.ids("mut-assets")}

    def named(self, operation: str) -> list[Call]:
        return [call for call in self.calls if call.operation == operation]


def _forks() -> Any:
    """Processes that are forked from one which has imported everything: importing costs more than the night."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["mut_assets_tests.corridor.warm"])
    return context


@contextmanager
def account(home: Path, folders: tuple[str, ...] = FOLDERS) -> Iterator[Account]:
    """Everything up, with a small site and data sources for these folders. One at a time: moto's state is shared."""
    with ExitStack() as stack:
        site = stack.enter_context(WordPressSite())
        for number in range(3):
            site.event(9000 + number, f"Feria de {number} barrios", date_text="9 al 12 de octubre")
            site.store(2000 + number, f"Tienda {number} & Cía", content=f"<p>Vende cuadernos número {number}.</p>")
            site.restaurant(4000 + number, f"Cocina {number}", content=f"<p>Sirve cazuela y plato {number}.</p>")
        moto = Moto()
        address = stack.enter_context(moto.served())
        bedrock = stack.enter_context(Bedrock(bucket_endpoint=address))
        pinecone = stack.enter_context(Pinecone())
        base = bedrock.knowledge_base(storage=pinecone_storage(pinecone.host, "bedrock"))
        sources = {name: bedrock.data_source(base, BUCKET, f"{PREFIX}{name}/", f"mut-{name}") for name in folders}
        made = Account(home, site, moto, address, bedrock, pinecone, base, sources, bedrock.agent())
        forget = functools.partial(requests.post, f"{address}/moto-api/reset", timeout=30)
        forget().raise_for_status()  # moto's state is the whole process's
        stack.callback(forget)
        made.client("s3").create_bucket(Bucket=BUCKET)
        made.client("s3").put_object(Bucket=BUCKET, Key="raw/preguntas.csv", Body=FAQ.encode())
        made.client("secretsmanager").create_secret(Name=SECRET, SecretString=json.dumps({"apiKey": pinecone.key}))
        moto.on_call = made.note
        bedrock.on_call = pinecone.on_call = lambda call, number: made.note(call)
        yield made
