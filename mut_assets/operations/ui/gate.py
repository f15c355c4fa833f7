"""Who is let in to Dagster's web server, which by itself asks nobody: no login, mutations by GET, any `Host`.

What belongs here: looking at a request's line and headers. What does not: starting the server (`webserver.py`), and who
a person is: that takes a login before the UI (docs/security.md).

A page somewhere on the web can make a browser that reaches the UI send requests there, with whatever address and body
it likes, but it cannot make it lie about `Host`, `Origin` and `Sec-Fetch-Site`, nor send JSON without asking first. A
program without a browser sends none of the last two; it could say anything, and has to be kept from the port.
"""

import re
from typing import NamedTuple

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mut_assets.ui_address import UiAddress

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_HOST = re.compile(r"([a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?", re.IGNORECASE)
_FILES = ("/logs/", "/notebook", "/dagit/notebook", "/download_debug/")
"""What is read with GET and holds what runs said; the other addresses are pages, and what these are made of."""
_HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_FRAMES = "frame-ancestors 'none'"


class Refusal(NamedTuple):
    """The status and the sentence of a request that is not let in."""

    status: int
    why: str


class Gate:
    """An ASGI application before another one: refuses what `refusal` refuses, and forbids every page to be framed.

    `prefix` is the path under which Dagster serves everything (`--path-prefix`), or "".
    """

    def __init__(self, app: ASGIApp, address: UiAddress | None, prefix: str = "") -> None:
        self.app, self.address, self.prefix = app, address, prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, one WebSocket, or the server's life, which passes."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        refused = refusal(HTTPConnection(scope), self.address, self.prefix)
        app = PlainTextResponse(f"{refused.why}\n", refused.status) if refused else self.app

        async def guarded(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                headers.append("Content-Security-Policy", _FRAMES)  # besides Dagster's own: a browser heeds each
            await send(message)

        await app(scope, receive, guarded)


def refusal(request: HTTPConnection, address: UiAddress | None, prefix: str = "") -> Refusal | None:
    """Why a request is not let in; None when it is."""
    method = "WEBSOCKET" if request.scope["type"] == "websocket" else request.scope["method"]
    path = request.scope["path"].removeprefix(prefix)
    if method == "GET" and path == "/server_info":
        return None  # a load balancer asks by number, and learns three versions
    return (
        _host(request, address)
        or _origin(request, address)
        or _site(request, method, path)
        or _way(request, method, path)
    )


def _host(request: HTTPConnection, address: UiAddress | None) -> Refusal | None:
    names = [_HOST.fullmatch(host) for host in request.headers.getlist("host")]
    known = {*LOOPBACK, address.host} if address else LOOPBACK
    if len(names) == 1 and names[0] and names[0][1].lower() in known:
        return None
    return Refusal(
        403,
        "This web server does not answer to the host name of this request. Open it on this machine as"
        " http://localhost or http://127.0.0.1 with its port, or set MUT_UI_URL to the address that people open it at,"
        " and start it again.",
    )


def _origin(request: HTTPConnection, address: UiAddress | None) -> Refusal | None:
    """Refuses a page of another origin. Another port is another origin."""
    host = request.headers["host"].lower()
    own = {f"http://{host}"} if _named(host) in LOOPBACK else set()
    if address:
        own.add(address.origin)
    if set(request.headers.getlist("origin")) <= own:
        return None
    return Refusal(
        403,
        "This request comes from a page that is not the UI. When it is the UI, behind a proxy or under another address,"
        " set MUT_UI_URL to what the browser shows, and start the web server again.",
    )


def _named(host: str) -> str:
    found = _HOST.fullmatch(host)
    return found[1] if found else ""


def _site(request: HTTPConnection, method: str, path: str) -> Refusal | None:
    """Refuses what a page of elsewhere asked for, except that a link to a page of the UI may be followed."""
    own = {"same-origin"} if method == "POST" else {"same-origin", "none"}
    mode, target = request.headers.get("sec-fetch-mode"), request.headers.get("sec-fetch-dest")
    link = (method, mode, target) == ("GET", "navigate", "document") and not path.startswith(_FILES)
    if link or set(request.headers.getlist("sec-fetch-site")) <= own:
        return None
    return Refusal(403, "This request comes from a page that is not the UI. Open the UI itself, and ask there.")


def _way(request: HTTPConnection, method: str, path: str) -> Refusal | None:
    """Refuses to change anything except by a POST of JSON."""
    if method in ("GET", "HEAD", "WEBSOCKET"):
        if path == "/graphql" and method != "WEBSOCKET" and request.scope["query_string"]:
            return Refusal(405, "GraphQL is asked with POST here, never by an address. Send it as application/json.")
        return None
    if method != "POST":
        return Refusal(405, "Only GET, HEAD and POST are answered here.")
    kinds = {kind.partition(";")[0].strip() for kind in request.headers.getlist("content-type")}
    # Not in other letters: Dagster would then look for the query in the address.
    return None if kinds == {"application/json"} else Refusal(415, "A POST has to be of the type application/json.")
