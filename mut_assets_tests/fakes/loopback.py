"""HTTP servers on loopback, each in a thread of its own: what every double stands on.

What belongs here: sockets, and for the cloud services the order in which a call is noted, broken, done and answered.
"""

import sys
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from mut_assets_tests.fakes.faults import Call, Fault, FaultRule, HangUp

Hook = Callable[[Call, int], object]


class Loopback:
    """A server that answers within its `with` block, as the subclass says in `respond`.

    `errors` holds what went wrong inside. Leaving the block raises the first of them: a mistake in the double or in a
    fault must not pass for a broken service.
    """

    methods: tuple[str, ...] = ("GET", "POST", "PUT", "DELETE")

    def __init__(self) -> None:
        self.errors: list[BaseException] = []
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._server.double = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        if error is None:
            self.check()

    def check(self) -> None:
        if self.errors:
            raise self.errors[0]

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def respond(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        """The whole answer to a request, headers included; raises `HangUp` for the connection to be cut."""
        raise NotImplementedError


class CloudDouble(Loopback):
    """A double of a cloud service; every setting counts from the next request on.

    `calls` holds every call, in order. `faults` are asked in order, under a lock; the first that gives a `Fault`
    decides. `on_call(call, number)` runs before anything is done, `before_answer(call, number)` after it is done and
    before the caller learns so; `number` counts from 1; either may raise `HangUp`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []
        self.faults: list[FaultRule] = []
        self.on_call: Hook = lambda call, number: None
        self.before_answer: Hook = lambda call, number: None
        self._lock = threading.RLock()

    def named(self, operation: str) -> list[Call]:
        return [call for call in self.calls if call.operation == operation]

    def answered(self, call: Call, act: Callable[[Fault], bytes]) -> bytes:
        """Notes a call and has it answered by `act`, which gets what goes wrong with it."""
        with self._lock:
            self.calls.append(call)
            number = len(self.calls)
        self.on_call(call, number)
        with self._lock:
            fault = next((fault for rule in list(self.faults) if (fault := rule(call)) is not None), Fault())
        answer = act(fault)
        self.before_answer(call, number)
        if fault.lost:
            raise HangUp
        return answer


def encoded(status: int, headers: Mapping[str, str], body: bytes) -> bytes:
    """An answer as it goes over the wire. A Content-Length that is not the body's closes the connection after it."""
    headers = {"Content-Length": str(len(body)), **headers}
    if headers["Content-Length"] != str(len(body)):
        headers["Connection"] = "close"
    lines = [f"HTTP/1.1 {status} Answer", *(f"{name}: {value}" for name, value in headers.items() if value)]
    return "\r\n".join((*lines, "", "")).encode("latin-1") + body


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    double: Loopback

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, (HangUp, ConnectionError)):
            self.double.errors.append(error)


def _handler(double: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = double.respond(self.command, self.path, dict(self.headers), body)
            self.wfile.write(answer)
            self.close_connection = self.close_connection or b"\r\nConnection: close\r\n" in answer[:2000]

        def log_message(self, format: str, *args: Any) -> None:
            return

    for method in double.methods:
        setattr(Handler, f"do_{method}", Handler.answer)
    return Handler
