"""What reading a WordPress site can end in, by answers of the stand-in site. The rest is in `situations.py`."""

import json
import os
import socket
import ssl
from pathlib import Path
from typing import Any
from unittest.mock import patch

import requests

from mut_assets.resources.wordpress import failures as wordpress_failures
from mut_assets.resources.wordpress.collection import WordPress
from mut_assets_tests.fakes.faults import HangUp
from mut_assets_tests.fakes.wordpress_site import Response, WordPressSite, rest_error, store
from mut_assets_tests.golden.situations import Message, Situation, raised

HTML = {"Content-Type": "text/html; charset=UTF-8"}
JSON = {"Content-Type": "application/json; charset=UTF-8"}
PAGED = JSON | {"X-WP-Total": "1", "X-WP-TotalPages": "1"}
ONE = json.dumps([store(7, "Panadería La Espiga")])


def _asked(
    answer: Response | None = None,
    path: str = "/wp-json/wp/v2",
    kind: str = "stores",
    hang_up: bool = False,
    **options: Any,
) -> Message:
    """What reading a small site ends in when every request gets `answer`."""

    def fault(_: str) -> Response | None:
        if hang_up:
            raise HangUp
        return answer

    with WordPressSite() as site:
        site.stores(range(1, 4))
        site.faults.append(fault)
        address = WordPress(f"{site.origin}{path}", **{"attempts": 1, "backoff": 0, **options})
        return raised(lambda: address.collection(kind))


def _wordpress(code: str, title: str, *arguments: Any, **options: Any) -> Situation:
    return Situation(code, title, lambda _: _asked(*arguments, **options))


def _page(title: str) -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>…</body></html>"


def _redirect(to: str) -> Response:
    return Response(301, {"Location": to})


def _connecting(address: str, **options: Any) -> Message:
    return raised(lambda: WordPress(f"{address}/wp-json/wp/v2", attempts=1, **options).collection("stores"))


def _unknown_host(_: Path) -> Message:
    with patch.object(socket, "getaddrinfo", side_effect=socket.gaierror(-2, "Name or service not known")):
        return _connecting("https://mercado.example")


def _closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _proxy(_: Path) -> Message:
    with patch.dict(os.environ, {"HTTP_PROXY": f"http://127.0.0.1:{_closed_port()}", "NO_PROXY": "", "no_proxy": ""}):
        return _connecting("http://mercado.example")


def _silent(_: Path) -> Message:
    with socket.create_server(("127.0.0.1", 0)) as server:  # takes the connection and never answers
        return _connecting(f"http://127.0.0.1:{server.getsockname()[1]}", timeout=(5, 0.05))


def _over_tls(error: ssl.SSLError) -> Message:
    request = wordpress_failures.Request("page 1 of 'stores'", "https://mercado.example/wp-json/wp/v2/stores")
    return wordpress_failures.for_connection(request, requests.exceptions.SSLError(error))


def _expired_certificate(_: Path) -> Message:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "certificate has expired"
    return _over_tls(error)


WORDPRESS = [
    _wordpress("MUT-WP-001", "the REST API asks for a login", rest_error(401, "rest_not_logged_in", "…")),
    _wordpress("MUT-WP-001", "a plugin closes the REST API", rest_error(403, "rest_forbidden", "…")),
    _wordpress("MUT-WP-002", "a firewall's page", Response(403, HTML, _page("Forbidden"))),
    _wordpress("MUT-WP-003", "a challenge page", Response(200, HTML, _page("Just a moment..."))),
    _wordpress(
        "MUT-WP-004", "a PHP warning before the JSON", Response(200, PAGED, f"<br />\n<b>Warning</b>:  x\n{ONE}")
    ),
    _wordpress("MUT-WP-005", "a type the site does not have", kind="tiendas"),
    _wordpress("MUT-WP-006", "an address that is no REST API", path="/blog"),
    _wordpress("MUT-WP-006", "JSON that is no collection", Response(200, PAGED, '{"name": "Mercado"}')),
    Situation("MUT-WP-007", "an expired certificate", _expired_certificate),
    Situation("MUT-WP-007", "a handshake that fails", lambda _: _over_tls(ssl.SSLError())),
    _wordpress("MUT-WP-008", "an answer that is too large", max_response_bytes=500),
    _wordpress(
        "MUT-WP-009", "too many pages", Response(200, JSON | {"X-WP-Total": "90000", "X-WP-TotalPages": "900"}, ONE)
    ),
    _wordpress("MUT-WP-010", "a redirect to another address", _redirect("https://otro.example/wp-json/wp/v2/stores")),
    _wordpress("MUT-WP-010", "a redirect to no address", _redirect("http://[")),
    _wordpress("MUT-WP-010", "a redirect to itself", _redirect("/wp-json/wp/v2/stores")),
    _wordpress("MUT-WP-011", "a refused request", rest_error(400, "rest_invalid_param", "…")),
    _wordpress("MUT-WP-011", "a first page that does not exist", rest_error(400, "rest_post_invalid_page_number", "…")),
    _wordpress("MUT-WP-012", "no total", Response(200, JSON, ONE)),
    _wordpress("MUT-WP-012", "a total that is no number", Response(200, PAGED | {"X-WP-Total": "many"}, ONE)),
    _wordpress("MUT-WP-013", "an item without id", Response(200, PAGED, '[{"slug": "x"}]')),
    _wordpress("MUT-WP-014", "no custom fields", Response(200, PAGED, '[{"id": 7, "slug": "x"}]')),
    Situation("MUT-WP-101", "an unknown host", _unknown_host),
    Situation(
        "MUT-WP-102", "a host that refuses the connection", lambda _: _connecting(f"http://127.0.0.1:{_closed_port()}")
    ),
    Situation("MUT-WP-102", "a proxy that refuses the connection", _proxy),
    Situation("MUT-WP-103", "no answer in time", _silent),
    _wordpress("MUT-WP-104", "a broken connection", hang_up=True),
    _wordpress("MUT-WP-105", "a body that is cut", Response(200, PAGED, ONE[:40])),
    _wordpress("MUT-WP-105", "no body", Response(200, PAGED, "")),
    _wordpress(
        "MUT-WP-105", "a body that cannot be unpacked", Response(200, PAGED | {"Content-Encoding": "gzip"}, "no gzip")
    ),
    _wordpress("MUT-WP-106", "a PHP failure", rest_error(500, "internal_server_error", "…")),
    _wordpress("MUT-WP-107", "maintenance, after several tries", Response(503, HTML, _page("Mantención")), attempts=3),
    _wordpress("MUT-WP-107", "maintenance that names a time", Response(503, HTML | {"Retry-After": "600"}, "")),
    _wordpress("MUT-WP-108", "a failing server in front", Response(502, HTML, _page("Bad Gateway"))),
    _wordpress("MUT-WP-108", "a failing server that says nothing", Response(520)),
    _wordpress("MUT-WP-109", "too many requests", Response(429, HTML | {"Retry-After": "60"}, "")),
    _wordpress(
        "MUT-WP-110",
        "a collection that does not stand still",
        Response(200, JSON | {"X-WP-Total": "3", "X-WP-TotalPages": "1"}, ONE),
    ),
]
