"""Serves the bundled WordPress site on loopback, to the same client that reads the real one.

Where no account and no site is configured, the platform reads this one: `SampleSite` answers like `WordPress`, by
starting a server for the time of one extraction. What belongs here: what WordPress answers to the platform's requests,
and to no others. What does not: what the pages say (`sample_pages.py`, `mut_assets/sample`), any shortcut around HTTP.
"""

import json
import re
import socketserver
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from mut_assets.domain.collections import BUNDLED
from mut_assets.resources.failures import TransientFailure
from mut_assets.resources.ports import Extraction, Log, silent
from mut_assets.resources.wordpress.collection import WordPress
from mut_assets.resources.wordpress.sample_pages import FAQ_FILE, items_of_week, monday_of, read_file

API = "/wp-json/wp/v2"
_PARAMETERS = {
    "per_page": r"[1-9]\d?|100",
    "page": r"[1-9]\d{0,8}|",
    "orderby": "id",
    "order": "asc",
    "_fields": r"\w+(,\w+)*",
    "include": r"(\d+(,\d+)*)?",
}
"""What the platform asks with. Anything else in them, which WordPress may well answer, is refused here."""
_POLL_SECONDS = 0.01
"""How long closing may take: the server looks this often whether it should stop."""


@dataclass(frozen=True)
class SampleSite:
    """The bundled site. Making one reads nothing; `today` is asked each time serving starts.

    Every date follows from the Monday of that day's week, so the site is never stale and, within a week, never
    differs by a byte.
    """

    today: Callable[[], date]
    concurrency: int = 4

    def collection(self, wordpress_type: str, log: Log = silent, published: Collection[int] = ()) -> Extraction:
        """Every item of a type, sealed, read over HTTP by `WordPress`; fails as it does, and with MUT-SITE-001/101."""
        with self.serving() as base_url:
            client = WordPress(base_url=base_url, concurrency=self.concurrency, fuente=BUNDLED)
            return client.collection(wordpress_type, log, published)

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
        with server:  # its end waits for the threads that answer
            thread = Thread(target=server.serve_forever, args=(_POLL_SECONDS,), name="mut-sample-site", daemon=True)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_address[1]}{API}"
            finally:
                server.shutdown()
                thread.join()

    def faq(self) -> bytes:
        """The bundled FAQ file, byte for byte."""
        return read_file(FAQ_FILE)


@dataclass(frozen=True)
class _Answer:
    status: int
    body: bytes
    headers: Mapping[str, str]


@lru_cache(maxsize=16)
def _answer(monday: date, target: str) -> _Answer:
    """What the site says to a GET of `target` (path and query) in the week of `monday`."""
    parts = urlsplit(target)
    wordpress_type, _, id = parts.path.removeprefix(f"{API}/").partition("/")
    items = items_of_week(monday).get(wordpress_type)
    if items is None:
        return _error(404, "rest_no_route")
    if id:
        found = [item for item in items if str(item["id"]) == id]
        return _json(200, found[0], {}) if found else _error(404, "rest_post_invalid_id")
    query = dict(parse_qsl(parts.query))
    if not all(re.fullmatch(values, query.get(name, ""), re.ASCII) for name, values in _PARAMETERS.items()):
        return _error(400, "rest_invalid_param")
    per_page, page, fields = int(query["per_page"]), int(query.get("page", 1)), query["_fields"].split(",")
    included = query["include"].split(",") if "include" in query else None
    matching = [item for item in items if included is None or str(item["id"]) in included]  # by id, as asked
    pages = -(-len(matching) // per_page)
    if page > pages and matching:
        return _error(400, "rest_post_invalid_page_number")
    shown = [
        {name: value for name, value in item.items() if name in fields}
        for item in matching[(page - 1) * per_page : page * per_page]
    ]
    return _json(200, shown, {"X-WP-Total": str(len(matching)), "X-WP-TotalPages": str(pages)})


def _error(status: int, code: str) -> _Answer:
    return _json(status, {"code": code, "data": {"status": status}}, {})


def _json(status: int, value: object, headers: Mapping[str, str]) -> _Answer:
    return _Answer(status, json.dumps(value, separators=(",", ":")).encode(), headers)


class _Server(ThreadingHTTPServer):
    """One thread per connection, which ends with its one answer; all are gone when the server is closed."""

    daemon_threads = False

    def __init__(self, monday: date) -> None:
        self.monday = monday
        super().__init__(("127.0.0.1", 0), _Handler)

    def server_bind(self) -> None:
        # HTTPServer asks the resolver for this machine's name here, which can take seconds.
        socketserver.TCPServer.server_bind(self)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that goes away is no news; anything else is a bug and keeps its traceback.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Speaks HTTP/1.0: no connection stays open that closing the server would have to wait for."""

    server: _Server
    disable_nagle_algorithm = True
    timeout = 10

    def do_GET(self) -> None:
        answer = _answer(self.server.monday, self.path)
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:
        return None
