"""Pinecone on loopback: its real SDK talks to it, and what Pinecone rejects is rejected here.

    with Pinecone() as pinecone:
        PineconeIndex("agente", "mut-assets", PineconeKey(override=lambda: pinecone.key), host=pinecone.host)

One server plays both sides of Pinecone: the control plane (which indexes there are) and the data plane of one index.
Writes get a log sequence number each and become visible in that order, `lag` reads later. Limits are the documented
ones; the shapes of answers are those that the installed SDK decodes, which is their test.
Guesses, on which nothing may depend: the wording of errors, and whether a namespace that was never written is an error
(`absent_is_404`).
"""

import json
import sys
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from mut_assets_tests.fakes.faults import Call, Fault, FaultRule, HangUp
from mut_assets_tests.fakes.pinecone_vectors import MOST_BYTES, Headers, Refused, Vectors

Hook = Callable[[Call, int], object]


class Pinecone(Vectors):
    """The stand-in; what it holds is in `namespaces`.

    `calls` are the requests in order, `bodies` their sizes, `faults` decide what goes wrong with them.
    `on_call(call, number)` runs before anything is done, `before_answer(call, number)` after it is done and before the
    caller learns so; `number` counts from 1; either may raise `HangUp`.
    """

    def __init__(
        self, index: str = "agente", dimension: int = 1024, metric: str = "cosine", vector_type: str = "dense"
    ) -> None:
        super().__init__(dimension)
        self.key = "pcsk-made-up-for-tests"
        self.index, self.metric, self.vector_type = index, metric, vector_type
        self.state, self.others = "Ready", ["otro"]
        self.announced_host = ""
        self.calls: list[Call] = []
        self.faults: list[FaultRule] = []
        self.bodies: list[int] = []
        self.errors: list[BaseException] = []
        self.on_call: Hook = _nothing
        self.before_answer: Hook = _nothing
        self._lock = threading.RLock()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._server.pinecone = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        # After failures in a row the SDK sends nothing to a host for half a minute, whatever its port, in all clients.
        if gates := sys.modules.get("pinecone._internal.bulk.registry"):
            gates.get_registry()._reset()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        if self.errors and error is None:
            raise self.errors[0]  # a mistake in the stand-in or in a fault must not pass for a broken service

    @property
    def host(self) -> str:
        """What PINECONE_HOST would be."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def ids(self, namespace: str) -> list[str]:
        """The ids that are, or will be, visible in a namespace."""
        with self._lock:
            self.settled()
            return sorted(self.namespaces.get(namespace, {}))

    def named(self, operation: str) -> list[Call]:
        """The calls of one operation."""
        return [call for call in self.calls if call.operation == operation]

    # --- one request ---------------------------------------------------------------------------------------------

    def handle(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Headers, Any]:
        """Notes, breaks or answers one request: status, headers, JSON. Raises `HangUp` for a connection to be cut."""
        url = urlsplit(path)
        query = {name: values if name == "ids" else values[-1] for name, values in parse_qs(url.query).items()}
        route = url.path.rstrip("/")
        operation, act = self._route(method, route)
        sent = _parsed(body)
        parameters = {**query, **(sent or {})}
        if route.startswith("/indexes/"):
            parameters["name"] = unquote(route.removeprefix("/indexes/"))
        call = Call("pinecone", operation, parameters)
        with self._lock:
            self.calls.append(call)
            self.bodies.append(len(body))
            number = len(self.calls)
        self.on_call(call, number)
        with self._lock:
            fault = next((fault for rule in list(self.faults) if (fault := rule(call)) is not None), Fault())
        if fault.seconds:
            time.sleep(fault.seconds)
        try:
            if fault.status:
                raise Refused(fault.status, fault.code, fault.message)
            self._admit(headers, body)
            if sent is None:
                raise Refused(400, "INVALID_ARGUMENT", "the body is no JSON object")
            with self._lock:
                answer, told = act(parameters)
        except Refused as refused:
            return refused.status, dict(fault.headers), _error(route, refused)
        self.before_answer(call, number)
        if fault.lost:
            raise HangUp
        return 200, {**told, **fault.headers}, answer

    def _admit(self, headers: Mapping[str, str], body: bytes) -> None:
        if headers.get("api-key") != self.key:
            raise Refused(401, "UNAUTHENTICATED", "Invalid API Key")
        if not headers.get("x-pinecone-api-version"):
            raise Refused(400, "INVALID_ARGUMENT", "The X-Pinecone-Api-Version header is missing")
        if len(body) > MOST_BYTES:
            message = f"message length too large: found {len(body)} bytes, the limit is: {MOST_BYTES} bytes"
            raise Refused(413, "OUT_OF_RANGE", message)

    def _route(self, method: str, route: str) -> tuple[str, Callable[[dict[str, Any]], tuple[Any, Headers]]]:
        exact = {
            ("GET", "/indexes"): ("ListIndexes", self._list_indexes),
            ("POST", "/indexes"): ("CreateIndex", self._create_index),
            ("POST", "/vectors/upsert"): ("Upsert", self.upsert),
            ("POST", "/vectors/delete"): ("Delete", self.delete),
            ("GET", "/vectors/list"): ("List", self.list),
            ("GET", "/vectors/fetch"): ("Fetch", self.fetch),
            ("POST", "/query"): ("Query", self.query),
            ("POST", "/describe_index_stats"): ("DescribeIndexStats", self.stats),
        }
        if method == "GET" and route.startswith("/indexes/"):
            return "DescribeIndex", self._describe_index
        return exact.get((method, route), (f"{method} {route}", _nothing_there))

    # --- the control plane ---------------------------------------------------------------------------------------

    def _list_indexes(self, _: dict[str, Any]) -> tuple[Any, Headers]:
        return {"indexes": [self._model(name) for name in filter(None, [self.index, *self.others])]}, {}

    def _describe_index(self, asked: dict[str, Any]) -> tuple[Any, Headers]:
        if asked["name"] not in (self.index, *self.others):
            raise Refused(404, "NOT_FOUND", f"Resource {asked['name']} not found")
        return self._model(asked["name"]), {}

    def _create_index(self, asked: dict[str, Any]) -> tuple[Any, Headers]:
        if asked["name"] in (self.index, *self.others):
            raise Refused(409, "ALREADY_EXISTS", "Resource already exists")
        field = asked["schema"]["fields"]["_values"]
        self.index, self.dimension, self.metric = asked["name"], field["dimension"], field["metric"]
        return self._model(self.index), {}

    def _model(self, name: str) -> dict[str, Any]:
        dense = {"_values": {"type": "dense_vector", "dimension": self.dimension, "metric": self.metric}}
        fields = dense if self.vector_type == "dense" else {"_sparse_values": {"type": "sparse_vector"}}
        return {
            "name": name,
            "host": self.announced_host or self.host,
            "schema": {"fields": fields},
            "status": {"ready": self.state in ("Ready", "ScalingUp", "ScalingDown"), "state": self.state},
            "deployment": {"deployment_type": "managed", "cloud": "aws", "region": "us-east-1"},
            "deletion_protection": "disabled",
            "tags": None,
        }


def _nothing(call: Call, number: int) -> None:
    return


def _parsed(body: bytes) -> dict[str, Any] | None:
    try:
        parsed = json.loads(body or b"{}")
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None


def _nothing_there(_: dict[str, Any]) -> tuple[Any, Headers]:
    raise Refused(404, "NOT_FOUND", "no such route")


def _error(route: str, refused: Refused) -> dict[str, Any]:
    if route.startswith("/indexes"):
        return {"error": {"code": refused.code, "message": refused.message}, "status": refused.status}
    return {"code": refused.status, "message": refused.message, "details": []}


# --- HTTP ------------------------------------------------------------------------------------------------------------


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    pinecone: Pinecone

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, HangUp | ConnectionError):
            self.pinecone.errors.append(error)


def _handler(pinecone: Pinecone) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, told, answer = pinecone.handle(self.command, self.path, headers, body)
            data = json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {"content-type": "application/json", "content-length": str(len(data)), **told}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        do_POST = do_GET

        def log_message(self, format: str, *args: Any) -> None:
            return

    return Handler
