"""What the gate of the UI says to whom it does not let in."""

from pathlib import Path

from starlette.requests import HTTPConnection

from mut_assets.operations.ui.gate import refusal
from mut_assets_tests.golden.sentences import Said

LOCAL = {"host": "localhost:3000"}
REQUESTS = {
    "another host": ("GET", "/", {"host": "evil.example"}),
    "another page": ("POST", "/graphql", LOCAL | {"origin": "http://evil.example"}),
    "another page, which the browser tells": ("GET", "/logs/a.out", LOCAL | {"sec-fetch-site": "cross-site"}),
    "GraphQL by an address": ("GET", "/graphql", LOCAL),
    "another method": ("DELETE", "/graphql", LOCAL),
    "no JSON": ("POST", "/graphql", LOCAL | {"content-type": "text/plain"}),
}


def requests_that_the_ui_refuses(_: Path) -> Said:
    for situation, (method, path, said) in REQUESTS.items():
        headers = [(name.encode(), value.encode()) for name, value in said.items()]
        scope = {"type": "http", "method": method, "path": path, "query_string": b"query=x", "headers": headers}
        refused = refusal(HTTPConnection(scope), None)
        yield situation, f"{refused.status}: {refused.why}" if refused else "let in"


SECTIONS = {"Requests that the UI refuses": requests_that_the_ui_refuses}
