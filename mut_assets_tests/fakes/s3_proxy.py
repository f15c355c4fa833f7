"""What stands between the platform and an S3 server: hands everything on, and breaks what a test asks it to.

What belongs here: one request after the other, as bytes. What does not: the server (moto, or `fakes/seaweedfs.py`).
Signatures stay good: the Host that was signed is handed on.
"""

import http.client
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from mut_assets_tests.fakes.faults import HangUp
from mut_assets_tests.fakes.loopback import Loopback, encoded


@dataclass(frozen=True)
class Request:
    """A request to S3: `key` is "" for one to the bucket."""

    method: str
    bucket: str
    key: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What is answered instead, or, with `passed`, after the server did what was asked.

    No status: the connection is cut. `without`: the request loses these headers on the way; `rewritten`: the server's
    answer has another body. Both are answered by the server.
    """

    status: int = 0
    body: bytes = b""
    content_type: str = "application/xml"
    headers: tuple[tuple[str, str], ...] = ()
    passed: bool = False
    without: tuple[str, ...] = ()
    rewritten: Callable[[bytes], bytes] | None = None


Rule = Callable[[Request], Answer | None]


def s3_error(status: int, code: str, message: str = "Said by a test", **kind: Any) -> Answer:
    """An error as S3 words it: with the prologue and the line feed before which all its errors begin."""
    body = f"<Error><Code>{code}</Code><Message>{message}</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>"
    return Answer(status, f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'.encode(), **kind)


class S3Proxy(Loopback):
    """Before the server at `upstream`; the first of `rules` that gives an answer decides. `requests` are all, in order.

    With `certificate`, a file with key and certificate, it speaks TLS.
    """

    methods = ("GET", "HEAD", "POST", "PUT", "DELETE")

    def __init__(self, upstream: str, *rules: Rule, certificate: Path | None = None) -> None:
        super().__init__()
        self._upstream = urlsplit(upstream).netloc
        self.rules = list(rules)
        self.requests: list[Request] = []
        self._scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    @property
    def endpoint(self) -> str:
        """Scheme, host and port."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_port}"

    def respond(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        """Hands a request on, or does what a rule says."""
        parts = urlsplit(path)
        bucket, _, key = unquote(parts.path).lstrip("/").partition("/")
        request = Request(method, bucket, key, parse_qs(parts.query), headers, body)
        self.requests.append(request)
        rule = next((found for rule in self.rules if (found := rule(request))), _PASS)
        if rule.passed or rule.without or rule.rewritten:
            answered = self._handed_on(method, path, headers, body, rule)
            if not rule.passed:
                return answered
        if not rule.status:
            raise HangUp
        said = {"Content-Type": rule.content_type, **dict(rule.headers)}
        return encoded(rule.status, said, b"" if method == "HEAD" else rule.body)

    def _handed_on(self, method: str, path: str, headers: Mapping[str, str], body: bytes, rule: Answer) -> bytes:
        connection = http.client.HTTPConnection(self._upstream, timeout=30)
        try:
            kept = {name: value for name, value in headers.items() if name.lower() not in rule.without}
            connection.request(method, path, body, kept)
            answer = connection.getresponse()
            data = rule.rewritten(answer.read()) if rule.rewritten else answer.read()
            passed = {name: value for name, value in answer.getheaders() if name.lower() not in _HOP_BY_HOP}
            if method != "HEAD":
                passed.pop("Content-Length", None)
            return encoded(answer.status, passed, data)
        finally:
            connection.close()


_HOP_BY_HOP = ("transfer-encoding", "connection", "keep-alive")


_PASS = Answer(rewritten=lambda body: body)


def times(count: int, rule: Rule) -> Rule:
    """The rule for the first `count` requests that it is for."""
    left = count

    def limited(request: Request) -> Answer | None:
        nonlocal left
        answer = rule(request) if left else None
        left -= answer is not None
        return answer

    return limited
