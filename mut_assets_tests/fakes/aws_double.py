"""A server on loopback that real SDKs take for one or more AWS services.

What belongs here: sockets, credentials, the order in which a request is noted, broken, checked, done and answered.
What does not: what a service does (the subclasses), and the wire (`aws_protocol.py`).

Both directions are checked against botocore's service models. A request the service would not take is refused as the
service refuses it. An answer that breaks the model is a mistake of the double: it becomes an HTTP 500, is kept in
`drift`, and leaving the `with` block raises it, unless the test has emptied `drift` itself.
"""

import re
import sys
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from mut_assets_tests.fakes import aws_protocol
from mut_assets_tests.fakes.aws_protocol import Answer, Operation, Parameters, ServiceError
from mut_assets_tests.fakes.faults import Call, Fault, FaultRule, HangUp

Perform = Callable[[Parameters], Mapping[str, Any]]
Hook = Callable[[Call, int], object]
ACCOUNT = "123456789012"
_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request")


def _nothing(call: Call, number: int) -> None:
    return


class AwsDouble:
    """One loopback server; every setting counts from the next request on.

    `calls` holds every request to a known operation, in order. `faults` are asked in order, under a lock; the first
    that gives a `Fault` decides. `denied` names operations (or permission-only actions) that IAM refuses; `expired`
    refuses everything. `on_call(call, number)` runs before anything is done, `before_answer(call, number)` after it
    is done and before the caller learns so; `number` counts from 1; either may raise `HangUp`.
    """

    services: tuple[str, ...] = ()
    signing_name = ""

    def __init__(self, region: str = "us-east-1", port: int = 0) -> None:
        self.region = region
        self.calls: list[Call] = []
        self.faults: list[FaultRule] = []
        self.denied: set[str] = set()
        self.expired = False
        self.on_call: Hook = _nothing
        self.before_answer: Hook = _nothing
        self.drift: list[str] = []
        self.errors: list[BaseException] = []
        self.operations: dict[str, Perform] = {}
        self._lock = threading.RLock()
        self._server = _Server(("127.0.0.1", port), _handler(self))
        self._server.double = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        if error is None and self.errors:
            raise self.errors[0]
        if error is None and self.drift:
            raise AssertionError(f"the double broke the service model: {'; '.join(self.drift)}")

    @property
    def endpoint(self) -> str:
        """What a client's `endpoint_url` would be."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that lead unmodified SDKs here."""
        names = [aws_protocol.service_model(service).service_id.hyphenize() for service in self.services]
        return {f"AWS_ENDPOINT_URL_{name.replace('-', '_').upper()}": self.endpoint for name in names}

    def named(self, operation: str) -> list[Call]:
        """The calls of one operation."""
        return [call for call in self.calls if call.operation == operation]

    def resource(self, call: Call) -> str:
        """The ARN that IAM would name when it refuses the call."""
        return "*"

    def elsewhere(self, call: Call, region: str) -> None:
        """Answers a call signed for another region: raises what that region would say; returns: no difference."""

    def deny(self, action: str, resource: str) -> ServiceError:
        """IAM's refusal of an action."""
        who = f"arn:aws:sts::{ACCOUNT}:assumed-role/mut-pipeline/testing"
        text = f"User: {who} is not authorized to perform: {self.signing_name}:{action} on resource: {resource}"
        why = f"because no identity-based policy allows the {self.signing_name}:{action} action"
        return ServiceError("AccessDeniedException", 403, f"{text} {why}")

    # --- one request -------------------------------------------------------------------------------------------------

    def handle(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Notes, breaks, checks, does and answers one request; raises `HangUp` for the connection to be cut."""
        url = urlsplit(target)
        found = aws_protocol.route(self.services, method, url.path)
        if found is None:
            return aws_protocol.error_answer("UnknownOperationException", 404, f"No operation: {method} {url.path}")
        operation, named = found
        asked, wrong = aws_protocol.parameters(operation, named, url.query, headers, body)
        call = Call(operation.service, operation.name, asked)
        with self._lock:
            self.calls.append(call)
            number = len(self.calls)
        self.on_call(call, number)
        with self._lock:
            fault = next((fault for rule in list(self.faults) if (fault := rule(call)) is not None), Fault())
        if fault.seconds:
            time.sleep(fault.seconds)
        if fault.status:
            answer = aws_protocol.error_answer(fault.code, fault.status, fault.message, fault.headers)
        else:
            answer = self._refused(call, headers) or self._performed(operation, call, wrong)
        self.before_answer(call, number)
        if fault.lost:
            raise HangUp
        return answer

    def _refused(self, call: Call, headers: Mapping[str, str]) -> Answer | None:
        """What the services answer before they look at the request."""
        scope = _SCOPE.search({name.lower(): value for name, value in headers.items()}.get("authorization", ""))
        try:
            if self.expired:
                raise ServiceError(
                    "ExpiredTokenException", 403, "The security token included in the request is expired"
                )
            if scope is None or scope[2] != self.signing_name:
                raise ServiceError("MissingAuthenticationTokenException", 403, "Missing Authentication Token")
            if call.operation in self.denied:
                raise self.deny(call.operation, self.resource(call))
            if scope[1] != self.region:
                self.elsewhere(call, scope[1])
        except ServiceError as error:
            return aws_protocol.error_answer(error.code, error.status, error.message)
        return None

    def _performed(self, operation: Operation, call: Call, wrong: list[str]) -> Answer:
        perform = self.operations.get(operation.name)
        if perform is None:
            return self._drifted(f"{operation.name} is not imitated")
        try:
            if wrong:
                count = f"{len(wrong)} validation error{'s' if len(wrong) > 1 else ''} detected"
                raise ServiceError("ValidationException", 400, f"{count}: {'; '.join(wrong)}")
            with self._lock:
                value = perform(dict(call.parameters))
                answer, wrong = aws_protocol.answer(operation, value)
        except ServiceError as error:
            unknown = aws_protocol.unknown_error(operation, error)
            if unknown:
                return self._drifted(f"{operation.name}: {unknown}")
            return aws_protocol.error_answer(error.code, error.status, error.message)
        return self._drifted(f"{operation.name}: {'; '.join(wrong)}") if wrong else answer

    def _drifted(self, text: str) -> Answer:
        with self._lock:
            if text not in self.drift:
                self.drift.append(text)
        return aws_protocol.error_answer("InternalServerException", 500, f"The double broke the service model: {text}")


# --- HTTP ------------------------------------------------------------------------------------------------------------


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    double: AwsDouble

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, (HangUp, ConnectionError)):
            self.double.errors.append(error)


def _handler(double: AwsDouble) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = double.handle(self.command, self.path, dict(self.headers), body)
            headers = {**answer.headers, "Content-Length": str(len(answer.body))}
            lines = [f"HTTP/1.1 {answer.status} Answer", *(f"{name}: {value}" for name, value in headers.items())]
            self.wfile.write("\r\n".join((*lines, "", "")).encode("latin-1") + answer.body)

        do_GET = do_PUT = do_DELETE = do_POST

        def log_message(self, format: str, *args: Any) -> None:
            return

    return Handler
