"""Serves the bundled WordPress site on loopback, to the same client that reads the real one.

Where no account and no site is configured, the platform reads this one: `SampleSite` answers like `WordPress`, by
starting a server for the time of one extraction. What belongs here: the part of WordPress's REST behaviour that a
reader meets. What does not: what the pages say (`sample_pages.py`, `mut_assets/sample`), and any shortcut around HTTP.
"""

import json
import re
import socket
import socketserver
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from mut_assets.domain.collections import BUNDLED
from mut_assets.domain.market import BUNDLED_MARKET
from mut_assets.resources.failures import TransientFailure
from mut_assets.resources.ports import Extraction, Log, silent
from mut_assets.resources.wordpress.collection import WordPress
from mut_assets.resources.wordpress.sample_pages import FAQ_FILE, HOME, Item, items_of_week, monday_of, read_file

API = "/wp-json/wp/v2"
_JSON = "application/json; charset=UTF-8"
_HTML = "text/html; charset=UTF-8"
_ROUTE = re.compile(rf"{API}/([\w-]+)(?:/(\d+))?/?", re.ASCII)
_INTEGER = re.compile(r"-?\d{1,9}", re.ASCII)
_ORDERS: Mapping[str, Callable[[Item], Any]] = {
    "id": lambda item: item["id"],
    "date": lambda item: (item["date"], item["id"]),
    "modified": lambda item: (item["modified"], item["id"]),
    "slug": lambda item: item["slug"],
    "title": lambda item: item["title"]["rendered"],
}


@dataclass(frozen=True)
class SampleSite:
    """The bundled site. Making one reads nothing; `today` is asked each time serving starts.

    Every date follows from the Monday of that day's week, so the site is never stale and, within a week, never
    differs by a byte.
    """

    today: Callable[[], date]
    concurrency: int = 4

    def collection(self, wordpress_type: str, log: Log = silent) -> Extraction:
        """Every item of a type, sealed, read over HTTP by `WordPress`; fails as it does, and with MUT-SITE-001/101."""
        with self.serving() as base_url:
            client = WordPress(base_url=base_url, concurrency=self.concurrency, fuente=BUNDLED)
            return client.collection(wordpress_type, log)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Serves the site while the block runs, and gives the base URL of its REST API.

        Raises `TransientFailure` MUT-SITE-101 where no port of 127.0.0.1 can be had.
        """
        monday = monday_of(self.today())
        items_of_week(monday)  # a broken file is found here, not as an error 500
        try:
            server = _Server(monday)
        except OSError as error:
            raise TransientFailure(
                "MUT-SITE-101",
                f"The bundled sample site could not open a port on 127.0.0.1: {error}.",
                "It is tried again; if it persists, check the machine's open files and its loopback network.",
            ) from error
        thread = Thread(target=server.serve_forever, args=(_POLL_SECONDS,), name="mut-sample-site", daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}{API}"
        finally:
            server.stop()
            thread.join()

    def faq(self) -> bytes:
        """The bundled FAQ file, byte for byte."""
        return read_file(FAQ_FILE)


_POLL_SECONDS = 0.01
"""How long closing may take: the server looks this often whether it should stop."""


@dataclass(frozen=True)
class _Answer:
    status: int
    body: bytes
    kind: str = _JSON
    headers: tuple[tuple[str, str], ...] = ()


class _BadParameter(Exception):
    """A query parameter that WordPress refuses with 400."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name} {why}")
        self.name = name


@lru_cache(maxsize=16)
def _answer(monday: date, target: str) -> _Answer:
    """What the site says to a GET of `target` (path and query) in the week of `monday`."""
    parts = urlsplit(target)
    if parts.path == "/":
        return _Answer(200, _welcome(monday).encode(), _HTML)
    if parts.path.rstrip("/") == "/wp-json":
        return _json(200, {"name": BUNDLED_MARKET.name, "url": HOME, "home": HOME, "namespaces": ["wp/v2"]})
    route = _ROUTE.fullmatch(parts.path)
    items = items_of_week(monday).get(route[1]) if route else None
    if route is None or items is None:
        return _error(404, "rest_no_route", "No route was found matching the URL and request method.")
    query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    if route[2]:
        return _single(items, int(route[2]), query)
    try:
        return _page(items, query)
    except _BadParameter as bad:
        details = {"params": {bad.name: str(bad)}}
        return _error(400, "rest_invalid_param", f"Invalid parameter(s): {bad.name}", **details)


def _single(items: tuple[Item, ...], number: int, query: Mapping[str, str]) -> _Answer:
    for item in items:
        if item["id"] == number:
            return _json(200, _only(item, _fields(query)))
    return _error(404, "rest_post_invalid_id", "Invalid post ID.")


def _page(items: tuple[Item, ...], query: Mapping[str, str]) -> _Answer:
    per_page, page = _integer(query, "per_page", 10, 100), _integer(query, "page", 1, None)
    matching = _ordered(_included(items, query), query)
    pages = -(-len(matching) // per_page)
    if page > pages and matching:
        message = "The page number requested is larger than the number of pages available."
        return _error(400, "rest_post_invalid_page_number", message)
    shown = [_only(item, _fields(query)) for item in matching[(page - 1) * per_page : page * per_page]]
    return _json(200, shown, (("X-WP-Total", str(len(matching))), ("X-WP-TotalPages", str(pages))))


def _included(items: tuple[Item, ...], query: Mapping[str, str]) -> list[Item]:
    text = query.get("include", "")
    if not text:
        return list(items)
    if not all(_INTEGER.fullmatch(part.strip()) for part in text.split(",")):
        raise _BadParameter("include", "is not a list of integers.")
    wanted = {int(part) for part in text.split(",")}
    return [item for item in items if item["id"] in wanted]


def _ordered(items: list[Item], query: Mapping[str, str]) -> list[Item]:
    by, order = query.get("orderby", "date"), query.get("order", "desc")
    if by not in _ORDERS:
        raise _BadParameter("orderby", f"is not one of {', '.join(_ORDERS)}.")
    if order not in ("asc", "desc"):
        raise _BadParameter("order", "is not one of asc and desc.")
    return sorted(items, key=_ORDERS[by], reverse=order == "desc")


def _integer(query: Mapping[str, str], name: str, default: int, most: int | None) -> int:
    text = query.get(name, str(default))
    if not _INTEGER.fullmatch(text):
        raise _BadParameter(name, "is not of type integer.")
    if int(text) < 1 or (most is not None and int(text) > most):
        limits = "greater than or equal to 1" if most is None else f"between 1 (inclusive) and {most} (inclusive)"
        raise _BadParameter(name, f"must be {limits}")
    return int(text)


Tree = dict[str, "Tree"]


def _fields(query: Mapping[str, str]) -> Tree:
    """`_fields=id,title.rendered` as a tree; an empty tree means everything."""
    tree: Tree = {}
    for name in query.get("_fields", "").split(","):
        branch = tree
        for part in name.strip().split(".") if name.strip() else ():
            branch = branch.setdefault(part, {})
    return tree


def _only(value: Any, tree: Tree) -> Any:
    if not tree or not isinstance(value, dict):
        return value
    return {name: _only(inner, tree[name]) for name, inner in value.items() if name in tree}


def _json(status: int, value: object, headers: tuple[tuple[str, str], ...] = ()) -> _Answer:
    return _Answer(status, json.dumps(value, separators=(",", ":")).encode(), _JSON, headers)


def _error(status: int, code: str, message: str, **details: object) -> _Answer:
    return _json(status, {"code": code, "message": message, "data": {"status": status, **details}})


def _welcome(monday: date) -> str:
    rows = "\n".join(
        f'<li><a href="{API}/{name}?per_page=100&amp;orderby=id&amp;order=asc">{name}</a>: {len(items)}</li>'
        for name, items in items_of_week(monday).items()
    )
    return f"""<!DOCTYPE html>
<html lang="es"><head><meta charset="utf-8"><title>{BUNDLED_MARKET.name}</title></head>
<body><h1>{BUNDLED_MARKET.name}</h1>
<p>Un mercado inventado, para probar la plataforma sin cuenta ni sitio. Semana del {monday:%d/%m/%Y}.</p>
<ul>
{rows}
</ul></body></html>
"""


class _Server(ThreadingHTTPServer):
    """One thread per connection; all of them are gone when `stop` returns."""

    daemon_threads = False

    def __init__(self, monday: date) -> None:
        self.monday = monday
        self._connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def server_bind(self) -> None:
        # HTTPServer asks the resolver for this machine's name here, which can take seconds.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that goes away is no news; anything else is a bug and keeps its traceback.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def stop(self) -> None:
        """Stops listening and ends idle keep-alive connections, which would otherwise hold their threads."""
        self.shutdown()
        for connection in list(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 10

    def do_GET(self) -> None:
        self._send(with_body=True)

    def do_HEAD(self) -> None:
        self._send(with_body=False)

    def _send(self, with_body: bool) -> None:
        answer = _answer(self.server.monday, self.path)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:
        return None
