"""What reading a WordPress site can end in, by answers of the stand-in site. The rest is in `situations.py`."""

import json
import os
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import requests

from mut_assets.resources.failures import Failure
from mut_assets.resources.wordpress import failures as wordpress_failures
from mut_assets.resources.wordpress.collection import WordPress
from mut_assets_tests.fakes.faults import HangUp
from mut_assets_tests.fakes.wordpress_site import Response, WordPressSite, rest_error, store
from mut_assets_tests.golden.situations import Situation

HTML = {"Content-Type": "text/html; charset=UTF-8"}
JSON = {"Content-Type": "application/json; charset=UTF-8"}


def _paged(total: int, pages: int) -> dict[str, str]:
    return JSON | {"X-WP-Total": str(total), "X-WP-TotalPages": str(pages)}


PAGED = _paged(1, 1)
ONE = json.dumps([store(7, "Panadería La Espiga")])


def _wordpress(
    code: str,
    title: str,
    answer: Response | None = None,
    *,
    path: str = "/wp-json/wp/v2",
    kind: str = "stores",
    hang_up: bool = False,
    **options: Any,
) -> Situation:
    """Reading a small site when every request gets `answer`."""

    def fault(_: str) -> Response | None:
        if hang_up:
            raise HangUp
        return answer

    def produce(_: Path) -> None:
        with WordPressSite() as site:
            site.stores(range(1, 4))
            site.faults.append(fault)
            WordPress(f"{site.origin}{path}", **{"attempts": 1, "backoff": 0, **options}).collection(kind)

    return Situation(code, title, produce)


def _unlisted(count: int) -> Callable[[Path], None]:
    """Reading a site of ten stores whose list leaves out some that are published."""

    def produce(_: Path) -> None:
        with WordPressSite() as site:
            site.stores(range(1, 11))
            site.unlisted["stores"] |= set(range(1, count + 1))
            WordPress(site.base_url, attempts=1).collection("stores", published=range(1, 11))

    return produce


def _disputed(_: Path) -> None:
    """A cache gives out an old list of ids, with a page that is in the trash, and single items are closed."""
    with WordPressSite() as site:
        site.stores(range(1, 130))
        site.trash("stores", 9)
        old = Response(200, _paged(129, 1), json.dumps([{"id": id} for id in range(1, 130)]))
        closed = rest_error(401, "rest_forbidden", "…")
        site.faults.append(lambda path: old if "_fields=id&" in path else closed if "/stores/" in path else None)
        WordPress(site.base_url, attempts=1).collection("stores")


def _page(title: str) -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>…</body></html>"


def _redirect(to: str) -> Response:
    return Response(301, {"Location": to})


def _connect(address: str, **options: Any) -> None:
    WordPress(f"{address}/wp-json/wp/v2", attempts=1, **options).collection("stores")


def _unknown_host(_: Path) -> None:
    with patch.object(socket, "getaddrinfo", side_effect=socket.gaierror(-2, "Name or service not known")):
        _connect("https://mercado.example")


def _closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def _proxy(_: Path) -> None:
    with patch.dict(os.environ, {"HTTP_PROXY": _closed_port(), "NO_PROXY": "", "no_proxy": ""}):
        _connect("http://mercado.example")


def _silent(_: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:  # takes the connection and never answers
        _connect(f"http://127.0.0.1:{server.getsockname()[1]}", timeout=(5, 0.05))


def _over_tls(error: ssl.SSLError) -> Failure:
    request = wordpress_failures.Request("page 1 of 'stores'", "https://mercado.example/wp-json/wp/v2/stores")
    return wordpress_failures.for_connection(request, requests.exceptions.SSLError(error))


def _expired_certificate(_: Path) -> Failure:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "certificate has expired"
    return _over_tls(error)


WORDPRESS = [
    _wordpress("MUT-WP-001", "the REST API asks for a login", rest_error(401, "rest_not_logged_in", "…")),
    _wordpress("MUT-WP-001", "a plugin closes the REST API", rest_error(403, "rest_forbidden", "…")),
    _wordpress("MUT-WP-002", "a firewall's page", Response(403, HTML, _page("Forbidden"))),
    _wordpress("MUT-WP-003", "a challenge page", Response(200, HTML, _page("Just a moment..."))),
    _wordpress("MUT-WP-004", "a PHP warning before the JSON", Response(200, PAGED, f"<br />\n<b>Warning</b>: \n{ONE}")),
    _wordpress("MUT-WP-005", "a type the site does not have", kind="tiendas"),
    _wordpress("MUT-WP-006", "an address that is no REST API", path="/blog"),
    _wordpress("MUT-WP-006", "JSON that is no collection", Response(200, PAGED, '{"name": "Mercado"}')),
    Situation("MUT-WP-007", "an expired certificate", _expired_certificate),
    Situation("MUT-WP-007", "a handshake that fails", lambda _: _over_tls(ssl.SSLError())),
    _wordpress("MUT-WP-008", "an answer that is too large", max_response_bytes=500),
    _wordpress("MUT-WP-009", "too many pages", Response(200, _paged(90000, 900), ONE)),
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
    Situation("MUT-WP-102", "a host that refuses the connection", lambda _: _connect(_closed_port())),
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
    _wordpress("MUT-WP-110", "a collection that does not stand still", Response(200, _paged(3, 1), ONE)),
    Situation("MUT-WP-110", "two lists, and a page of which nothing is known", _disputed),
    Situation("MUT-WP-111", "a list without a page that is there", _unlisted(1)),
    Situation("MUT-WP-111", "a list without many that are there", _unlisted(5)),
]
