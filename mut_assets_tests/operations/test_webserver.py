"""The web server as the image starts it: who is let in, asked over sockets, because a client would put things right."""

import getpass
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.requests import HTTPConnection
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from mut_assets.environments import read_settings
from mut_assets.operations.ui.gate import refusal
from mut_assets.resources.failures import BadSetting
from mut_assets.ui_address import UiAddress, ui_address
from mut_assets_tests.dev_server import LAUNCH, REPOSITORY, environment, free_port, nothing_set, until
from mut_assets_tests.docs.reading import blocks
from mut_assets_tests.house.test_image import rest_of, stages

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
MUTATION = LAUNCH.replace("JOB", "daily_refresh")
LAUNCHED = json.dumps({"query": MUTATION})
BY_ADDRESS = f"/graphql?query={quote(MUTATION)}"
REPORT = "/report_asset_materialization/raw_tiendas"
HISTORY = """{ runsOrError { ... on Runs { results { runId } } }
    assetNodes(assetKeys: [{path: ["raw_tiendas"]}]) { assetMaterializations(limit: 1) { timestamp } } }"""
NOTHING = {"runsOrError": {"results": []}, "assetNodes": [{"assetMaterializations": []}]}

HERE, JSON = "Host: 127.0.0.1:PORT", "Content-Type: application/json"
FOREIGN, PUBLIC = "Origin: http://evil.example", "Host: dagster.example.org"
ELSEWHERE, OWN = "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-origin"
LINK = (ELSEWHERE, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the header lines in small letters, the body."""

    status: int
    headers: list[str]
    body: str


@dataclass(frozen=True)
class Server:
    """The container's command, on a port of its own."""

    port: int

    def asks(self, line: str, *headers: str, body: str = "", version: str = "1.1") -> Answer:
        """One request, byte for byte."""
        lines = [f"{line} HTTP/{version}", *headers, "Connection: close", f"Content-Length: {len(body)}", "", body]
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as wire:
            wire.sendall("\r\n".join(lines).replace("PORT", str(self.port)).encode())
            answer = b"".join(iter(lambda: wire.recv(65536), b"")).decode(errors="replace")
        head, _, rest = answer.partition("\r\n\r\n")
        status, *found = head.split("\r\n")
        return Answer(int(status.split()[1]), [each.lower() for each in found], rest)

    def history(self) -> Any:
        """The runs and materializations that there are."""
        answer = self.asks("POST /graphql", HERE, JSON, body=json.dumps({"query": HISTORY}))
        return json.loads(answer.body)["data"]

    def speaks(self, host: str, origin: str | None, headers: Mapping[str, str] | None = None) -> ClientConnection:
        """A WebSocket of the UI's kind. Raises what the handshake ends with."""
        wire = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        address = f"ws://{host}/graphql".replace("PORT", str(self.port))
        came_from = None if origin is None else Origin(origin.replace("PORT", str(self.port)))
        kind = [Subprotocol("graphql-ws")]
        return connect(
            address, sock=wire, origin=came_from, subprotocols=kind, additional_headers=headers, open_timeout=60
        )


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """What a container of the web server runs, with a public address; no daemon, so that a run would only wait."""
    folder, port = tmp_path_factory.mktemp("webserver"), free_port()
    (told,) = rest_of(stages()[-1], "CMD")
    command = [str(port) if word == "3000" else word for word in json.loads(told)]
    scripts = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    mine = {"DAGSTER_HOME": str(folder / "dagster"), "MUT_UI_URL": "https://dagster.example.org", "PATH": scripts}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(REPOSITORY / "deploy/start.sh"), *command],
            cwd=REPOSITORY,
            env=environment(folder / "mut") | mine,
            stdout=log,
            stderr=log,
        )
    made = Server(port)

    def up() -> bool:
        assert process.poll() is None, (folder / "log").read_text(encoding="utf-8")
        return listens(port)

    try:
        until(up, "the web server to listen")
        yield made
    finally:
        process.terminate()
        process.wait(60)


LET_IN: dict[str, tuple[str, ...]] = {
    "a program": ("POST /graphql", HERE, JSON),
    "a program that names the letters": ("POST /graphql", HERE, "Content-Type: application/json; charset=utf-8"),
    "the UI": ("POST /graphql?op=Runs", HERE, JSON, "Origin: http://127.0.0.1:PORT", OWN),
    "the UI by name": ("POST /graphql", "Host: localhost:PORT", JSON, "Origin: http://localhost:PORT", OWN),
    "the UI by name, in capitals": ("POST /graphql", "Host: LOCALHOST:PORT", JSON),
    "the UI through a tunnel": ("POST /graphql", "Host: [::1]:8080", JSON, "Origin: http://[::1]:8080", OWN),
    "the UI on the usual port": ("POST /graphql", "Host: localhost", JSON, "Origin: http://localhost", OWN),
    "the UI in public": ("POST /graphql", PUBLIC, JSON, "Origin: https://dagster.example.org", OWN),
    "the UI in public, with the port": ("POST /graphql", "Host: Dagster.Example.Org:443", JSON),
    "behind a proxy that names this machine": ("POST /graphql", HERE, JSON, "Origin: https://dagster.example.org"),
    "a page": ("GET /", HERE, "Sec-Fetch-Site: none"),
    "a page in public": ("GET /runs", PUBLIC),
    "a link in a mail": ("GET /runs/1", PUBLIC, *LINK),
    "another host that only a proxy names": ("GET /", HERE, "X-Forwarded-Host: evil.example"),
    "the playground": ("GET /graphql", HERE, "Accept: text/html", "Sec-Fetch-Site: none"),
    "a health check": ("GET /server_info", "Host: 10.0.0.7:3000"),
    "a health check without a host": ("GET /server_info",),
}
KEPT_OUT: dict[str, tuple[int, tuple[str, ...]]] = {
    # by the way it is asked
    "by an address": (405, (f"GET {BY_ADDRESS}", HERE)),
    "by an image of elsewhere": (403, (f"GET {BY_ADDRESS}", HERE, ELSEWHERE)),
    "by a link of elsewhere": (405, (f"GET {BY_ADDRESS}", HERE, *LINK)),
    "by an address, for its head": (405, (f"HEAD {BY_ADDRESS}", HERE)),
    "by an address in another spelling": (405, (f"GET {BY_ADDRESS.replace('/g', '/%67')}", HERE)),
    "by an address in full": (405, (f"GET http://127.0.0.1:PORT{BY_ADDRESS}", HERE)),
    "by an address as a batch": (405, ("GET /graphql?query=[]", HERE)),
    "by an address that is posted": (415, (f"POST {BY_ADDRESS}", HERE)),
    "by PUT": (405, ("PUT /graphql", HERE, JSON)),
    "by DELETE": (405, ("DELETE /graphql", HERE, JSON)),
    "by PATCH": (405, ("PATCH /graphql", HERE, JSON)),
    "by OPTIONS": (405, ("OPTIONS /graphql", HERE, JSON, "Access-Control-Request-Method: POST")),
    "two slashes": (405, ("POST //graphql", HERE, JSON)),
    "a slash behind": (405, ("POST /graphql/", HERE, JSON)),
    # by what is sent
    "a form": (415, (f"POST {BY_ADDRESS}", HERE, "Content-Type: application/x-www-form-urlencoded")),
    "a form with files": (415, (f"POST {BY_ADDRESS}", HERE, "Content-Type: multipart/form-data; boundary=x")),
    "text": (415, ("POST /graphql", HERE, "Content-Type: text/plain")),
    "text that mentions JSON": (415, ("POST /graphql", HERE, "Content-Type: text/plain; application/json")),
    "GraphQL": (415, ("POST /graphql", HERE, "Content-Type: application/graphql")),
    "JSON in capitals": (415, (f"POST {BY_ADDRESS}", HERE, "Content-Type: Application/JSON")),
    "text and JSON": (415, ("POST /graphql", HERE, JSON, "Content-Type: text/plain")),
    # by the page it comes from
    "a foreign page": (403, ("POST /graphql", HERE, JSON, FOREIGN)),
    "a foreign page that Origin hides": (403, ("POST /graphql", HERE, JSON, "Origin: null")),
    "a foreign page without Origin": (403, ("POST /graphql", HERE, JSON, ELSEWHERE)),
    "a page of a sibling": (403, ("POST /graphql", PUBLIC, JSON, "Sec-Fetch-Site: same-site")),
    "a page of another port": (403, ("POST /graphql", HERE, JSON, "Origin: http://127.0.0.1:1")),
    "a page of another scheme": (403, ("POST /graphql", HERE, JSON, "Origin: https://127.0.0.1:PORT")),
    "a page of this machine, in public": (403, ("POST /graphql", PUBLIC, JSON, "Origin: http://127.0.0.1:PORT")),
    "a page that is longer": (403, ("POST /graphql", PUBLIC, JSON, "Origin: https://dagster.example.org.evil.example")),
    "two pages": (403, ("POST /graphql", HERE, JSON, "Origin: http://127.0.0.1:PORT", FOREIGN)),
    "two sites": (403, ("POST /graphql", HERE, JSON, OWN, ELSEWHERE)),
    "two sites in one line": (403, ("POST /graphql", HERE, JSON, f"{OWN}, cross-site")),
    "a page that a person is said to have asked for": (403, ("POST /graphql", HERE, JSON, "Sec-Fetch-Site: none")),
    # by the name it is asked under: a name of elsewhere that was made to mean this machine
    "another name": (403, ("POST /graphql", "Host: evil.example", JSON)),
    "another name, and its own page": (403, ("POST /graphql", "Host: evil.example", JSON, FOREIGN, OWN)),
    "another name for a page": (403, ("GET /", "Host: evil.example:PORT")),
    "another name for what is needed to show it": (403, ("GET /favicon.png", "Host: evil.example:PORT")),
    "a longer name": (403, ("POST /graphql", "Host: localhost.evil.example", JSON)),
    "a name in the port": (403, ("POST /graphql", "Host: 127.0.0.1:PORT.evil", JSON)),
    "a name behind a person": (403, ("POST /graphql", "Host: evil.example@localhost", JSON)),
    "a dot behind": (403, ("POST /graphql", "Host: localhost.:PORT", JSON)),
    "no network": (403, ("POST /graphql", "Host: 0.0.0.0:PORT", JSON)),
    "a short number": (403, ("POST /graphql", "Host: 127.1", JSON)),
    "nothing": (403, ("POST /graphql", "Host: ", JSON)),
    "no name": (403, ("POST /graphql", JSON)),
    "two names": (403, ("POST /graphql", HERE, "Host: evil.example", JSON)),
    "two names, the other way round": (403, ("POST /graphql", "Host: evil.example", HERE, JSON)),
    "two names in one line": (403, ("POST /graphql", f"{HERE}, evil.example", JSON)),
    "a name that a proxy would give": (
        403,
        ("POST /graphql", "Host: evil.example", "X-Forwarded-Host: localhost", JSON),
    ),
    "an address in full of another name": (403, ("POST http://localhost/graphql", "Host: evil.example", JSON)),
    # what is not GraphQL
    "a report": (415, (f"POST {REPORT}", HERE)),
    "a report by a form": (415, (f"POST {REPORT}", HERE, "Content-Type: application/x-www-form-urlencoded")),
    "a report of a foreign page": (403, (f"POST {REPORT}", HERE, JSON, FOREIGN)),
    "a check of a foreign page": (403, ("POST /report_asset_check/raw_tiendas", HERE, JSON, FOREIGN)),
    "an observation of a foreign page": (403, ("POST /report_asset_observation/raw_tiendas", HERE, JSON, FOREIGN)),
    "logs for a foreign page": (403, ("GET /logs/1/compute_logs/a.out", HERE, ELSEWHERE)),
    "logs by a link of elsewhere": (403, ("GET /logs/1/compute_logs/a.out", HERE, *LINK)),
    "a run by a link of elsewhere": (403, ("GET /download_debug/1", HERE, *LINK)),
    "a notebook by a link of elsewhere": (403, ("GET /notebook?path=a.ipynb", HERE, *LINK)),
    "the UI in a frame": (403, ("GET /", HERE, ELSEWHERE, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe")),
    "a health check that is no GET": (403, ("POST /server_info", "Host: 10.0.0.7:3000", JSON)),
    "a health check of another path": (403, ("GET /server_info/", "Host: 10.0.0.7:3000")),
}


@pytest.mark.slow
@pytest.mark.parametrize("request_of", LET_IN.values(), ids=LET_IN)
def test_the_ui_and_programs_are_let_in(server: Server, request_of: tuple[str, ...]) -> None:
    line, *headers = request_of
    body = '{"query": "{ version }"}' if line.startswith("POST") else ""
    asked = server.asks(line, *headers, body=body)
    assert asked.status == 200, asked
    assert not body or json.loads(asked.body)["data"]["version"]


@pytest.mark.slow
@pytest.mark.parametrize(("status", "request_of"), KEPT_OUT.values(), ids=KEPT_OUT)
def test_nobody_else_is(server: Server, status: int, request_of: tuple[str, ...]) -> None:
    line, *headers = request_of
    asked = server.asks(line, *headers, body=LAUNCHED)
    assert asked.status == status, asked
    assert {"x-frame-options: deny", "content-security-policy: frame-ancestors 'none'"} <= set(asked.headers)
    assert server.history() == NOTHING


@pytest.mark.slow
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_who_names_no_host_only_learns_whether_it_is_up(server: Server, version: str) -> None:
    assert server.asks("GET /server_info", version=version).status == 200
    assert server.asks("GET /", version=version).status == 403


@pytest.mark.slow
def test_a_name_that_is_not_known_is_answered_with_what_to_set(server: Server) -> None:
    assert "set MUT_UI_URL to the address" in server.asks("GET /", "Host: evil.example").body


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/runs", "/favicon.png", "/server_info", "/nowhere.js"])
def test_no_page_can_be_framed_or_taken_for_another_kind(server: Server, path: str) -> None:
    headers = server.asks(f"GET {path}", HERE).headers
    assert {"x-frame-options: deny", "x-content-type-options: nosniff", "referrer-policy: same-origin"} <= set(headers)
    policies = [each for each in headers if each.startswith("content-security-policy: ")]
    assert policies[-1] == "content-security-policy: frame-ancestors 'none'"
    assert any("script-src 'nonce-" in each for each in policies) == (path in ("/", "/runs", "/nowhere.js"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1:PORT", "http://evil.example"),
        ("127.0.0.1:PORT", "null"),
        ("127.0.0.1:PORT", "http://127.0.0.1:1"),
        ("evil.example", "http://evil.example"),
        ("evil.example", None),
        ("dagster.example.org", "http://127.0.0.1:PORT"),
    ],
)
def test_a_websocket_of_another_page_is_refused(server: Server, host: str, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        server.speaks(host, origin)
    assert refused.value.response.status_code == 403
    assert b"MUT_UI_URL" in (refused.value.response.body or b"")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1:PORT", "http://127.0.0.1:PORT"),
        ("dagster.example.org", "https://dagster.example.org"),
        ("127.0.0.1:PORT", None),
    ],
)
def test_a_subscription_of_the_ui_is_answered(server: Server, host: str, origin: str | None) -> None:
    asked = (
        'subscription { pipelineRunLogs(runId: "none") { ... on PipelineRunLogsSubscriptionFailure { missingRunId } } }'
    )
    with server.speaks(host, origin) as wire:
        wire.send(json.dumps({"type": "connection_init"}))
        assert json.loads(wire.recv(60)) == {"type": "connection_ack"}
        wire.send(json.dumps({"type": "start", "id": "1", "payload": {"query": asked}}))
        assert json.loads(wire.recv(60))["payload"]["data"] == {"pipelineRunLogs": {"missingRunId": "none"}}


@pytest.mark.slow
@pytest.mark.skipif(NGINX is None, reason="there is no nginx on this machine (on Debian: apt-get install nginx-light)")
def test_the_login_that_the_page_shows_lets_in_whom_it_knows(server: Server, tmp_path: Path) -> None:
    [shown] = blocks((REPOSITORY / "docs/security.md").read_text(encoding="utf-8"), "nginx")
    port, users = free_port(), tmp_path / "users"
    users.write_text("ana:{PLAIN}secreto\n", encoding="utf-8")
    block = re.sub(r".*ssl_certificate.*\n", "", shown.text).replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    block = block.replace("/etc/nginx/mut.htpasswd", str(users)).replace("127.0.0.1:3000", f"127.0.0.1:{server.port}")
    kept = "".join(
        f"{name}_temp_path {tmp_path}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "conf").write_text(
        f"daemon off; pid {tmp_path}/pid; error_log stderr; user {getpass.getuser()}; events {{}}\n"
        f"http {{ access_log off; {kept}\n{block} }}",
        encoding="utf-8",
    )
    proxy = subprocess.Popen([str(NGINX), "-p", str(tmp_path), "-c", str(tmp_path / "conf")])
    try:
        until(lambda: listens(port), "nginx to listen")
        door, version_asked = Server(port), '{"query": "{ version }"}'
        person = f"Authorization: Basic {b64encode(b'ana:secreto').decode()}"
        own = (PUBLIC, JSON, "Origin: https://dagster.example.org", OWN)
        assert door.asks("POST /graphql", *own, body=version_asked).status == 401
        assert door.asks("POST /graphql", person, *own, body=version_asked).status == 200
        assert door.asks("POST /graphql", person, PUBLIC, JSON, FOREIGN, body=LAUNCHED).status == 403
        headers = {"Authorization": person.partition(" ")[2]}
        with door.speaks("dagster.example.org", "https://dagster.example.org", headers) as wire:
            wire.send(json.dumps({"type": "connection_init"}))
            assert json.loads(wire.recv(60)) == {"type": "connection_ack"}
        with pytest.raises(InvalidStatus, match="403"):
            door.speaks("dagster.example.org", "http://evil.example", headers)
    finally:
        proxy.terminate()
        proxy.wait(60)


@pytest.mark.slow
def test_what_was_kept_out_would_have_started_a_run(server: Server) -> None:
    assert server.history() == NOTHING
    server.asks("POST /graphql", HERE, JSON, "Origin: http://127.0.0.1:PORT", body=LAUNCHED)
    server.asks(f"POST {REPORT}", HERE, JSON, body="{}")
    history = server.history()
    assert len(history["runsOrError"]["results"]) == 1
    assert len(history["assetNodes"][0]["assetMaterializations"]) == 1


def test_under_a_path_of_its_own_the_same_is_refused() -> None:
    for path, status in {"/graphql": 405, "/logs/a.out": 403}.items():
        headers = [(b"host", b"localhost"), (b"sec-fetch-site", b"none" if status == 405 else b"cross-site")]
        headers += [(b"sec-fetch-mode", b"navigate"), (b"sec-fetch-dest", b"document")]
        scope = {
            "type": "http",
            "method": "GET",
            "path": f"/under{path}",
            "query_string": b"query=x",
            "headers": headers,
        }
        refused = refusal(HTTPConnection(scope), None, "/under")
        assert refused and refused.status == status


ASKED = """
import sys
from mut_assets.cli import app
try:
    app(sys.argv[1:])
finally:
    print("loaded", *sorted({"pandas", "numpy", "boto3", "obstore", "pinecone"} & set(sys.modules)))
"""


@pytest.mark.slow
def test_its_options_are_those_of_dagster_and_it_loads_no_more() -> None:
    command = [sys.executable, "-c", ASKED, "webserver", "--read-only", "-h", "0.0.0.0", "-l", "/under", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, env=nothing_set(), check=True)
    assert done.stdout == f"dagster-webserver, version {version('dagster-webserver')}\nloaded\n"


def test_an_address_that_no_browser_opens_is_told_before_it_starts() -> None:
    env = nothing_set() | {"MUT_UI_URL": "dagster.example.org"}
    done = subprocess.run(
        [sys.executable, "-m", "mut_assets.cli", "webserver"], capture_output=True, text=True, env=env
    )
    assert done.returncode == 2
    assert done.stderr.startswith("MUT-ENV-001: MUT_UI_URL is 'dagster.example.org'. Set it to the address")


@pytest.mark.parametrize(
    ("text", "host", "origin"),
    [
        ("https://dagster.example.org", "dagster.example.org", "https://dagster.example.org"),
        (" HTTPS://Dagster.Example.Org:443/ ", "dagster.example.org", "https://dagster.example.org"),
        ("http://10.0.0.7:3000/dagster", "10.0.0.7", "http://10.0.0.7:3000"),
        ("http://[fd00::7]:80", "[fd00::7]", "http://[fd00::7]"),
    ],
)
def test_an_address_is_read_as_browsers_say_it(text: str, host: str, origin: str) -> None:
    assert ui_address(text) == UiAddress(host, origin)


@pytest.mark.parametrize(
    "text",
    [
        "dagster.example.org",
        "ftp://a.example",
        "https://",
        "https://*",
        "https://a.example:x",
        "https://a.example?b=c",
        "https://a.example https://b.example",
        "https://somebody:word@a.example",
    ],
)
def test_an_address_that_is_none_is_refused_without_its_password(text: str) -> None:
    with pytest.raises(BadSetting, match="MUT_UI_URL is ") as refused:
        read_settings({"MUT_UI_URL": text})
    assert "word" not in str(refused.value)
