"""Each cause of trouble has its own code, and the codes tell apart what is retried from what is not."""

import json
import re
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import mut_assets_tests
from mut_assets.resources.failures import Failure, PermanentFailure, TransientFailure
from mut_assets.resources.wordpress.collection import WordPress
from mut_assets_tests.fakes.wordpress_site import Response, WordPressSite, rest_error, store
from mut_assets_tests.resources.wordpress.asking import JSON, PAGED, door, failure_of, hang_up

HTML = {"Content-Type": "text/html; charset=UTF-8"}
ITEMS = json.dumps([store(7, "Panadería La Espiga")])
WARNING = '<br />\n<b>Warning</b>:  Undefined array key "x" in <b>/srv/site/a.php</b> on line <b>9</b><br />\n'
PLAIN_WARNING = "\nPHP Deprecated: Function x is deprecated in a.php on line 9\n"


def page(title: str) -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>…</body></html>"


PERMANENT: dict[str, tuple[Response, str, str]] = {
    "closed to visitors": (rest_error(401, "rest_not_logged_in", "…"), "MUT-WP-001", "answered 401 rest_not_logged_in"),
    "closed by a plugin": (rest_error(403, "rest_forbidden", "…"), "MUT-WP-001", "answered 403 rest_forbidden"),
    "firewall": (Response(403, HTML, page("Forbidden")), "MUT-WP-002", "with the title 'Forbidden'"),
    "firewall that speaks JSON": (Response(403, JSON, '{"code": 1020, "ray": "x"}'), "MUT-WP-002", "refuses"),
    "password in front of the site": (Response(401, HTML, page("401")), "MUT-WP-002", "answered 401"),
    "challenge": (Response(200, HTML, page("Just a moment...")), "MUT-WP-003", "with the title 'Just a moment...'"),
    "warning before the JSON": (Response(200, PAGED, WARNING + ITEMS), "MUT-WP-004", "around the JSON"),
    "plain warning before the JSON": (Response(200, PAGED, PLAIN_WARNING + ITEMS), "MUT-WP-004", "around the JSON"),
    "text after the JSON": (Response(200, PAGED, ITEMS + "<!-- cached -->"), "MUT-WP-004", "around the JSON"),
    "unknown type": (rest_error(404, "rest_no_route", "…"), "MUT-WP-005", "404 rest_no_route"),
    "no WordPress there": (Response(404, HTML, page("Not found")), "MUT-WP-006", "There is no WordPress REST API"),
    "another API": (Response(200, PAGED, '{"stores": []}'), "MUT-WP-006", "not the list of a WordPress collection"),
    "another API without paging": (Response(200, JSON, '"pong"'), "MUT-WP-006", "not the list"),
    "refused parameter": (rest_error(400, "rest_invalid_param", "…"), "MUT-WP-011", "400 rest_invalid_param"),
    "page 1 beyond the last": (rest_error(400, "rest_post_invalid_page_number", "…"), "MUT-WP-011", "says that page 1"),
    "gone": (Response(410, HTML, ""), "MUT-WP-011", "410"),
    "not modified": (Response(304, {}, ""), "MUT-WP-011", "304"),
    "no paging headers": (Response(200, JSON, ITEMS), "MUT-WP-012", "X-WP-Total"),
    "an item without id": (Response(200, PAGED, "[{}]"), "MUT-WP-013", "Item 1"),
    "no custom fields": (Response(200, PAGED, '[{"id": 1}]'), "MUT-WP-014", "acf"),
}

TRANSIENT: dict[str, tuple[Callable[[], Response], str, str]] = {
    "cut off before the answer": (hang_up, "MUT-WP-104", "broke"),
    "cut off in the body": (lambda: Response(200, PAGED | {"Content-Length": "9999"}, "[{"), "MUT-WP-104", "broke"),
    "cut JSON": (lambda: Response(200, PAGED, ITEMS[:-40]), "MUT-WP-105", "end in the middle"),
    "nothing": (lambda: Response(200, PAGED, ""), "MUT-WP-105", "it holds nothing"),
    "no text": (lambda: Response(200, PAGED, b"\xff\xfe\x00\xd8"), "MUT-WP-105", "cannot be read"),
    "too deep": (lambda: Response(200, PAGED, "[" * 100_000), "MUT-WP-105", "cannot be read"),
    "plain text": (lambda: Response(200, PAGED, "404 page not found"), "MUT-WP-105", "cannot be read"),
    "not gzip": (lambda: Response(200, PAGED | {"Content-Encoding": "gzip"}, ITEMS), "MUT-WP-105", "decompressed"),
    "PHP failed": (lambda: Response(500, HTML, page("Error")), "MUT-WP-106", "500 (text/html)"),
    "PHP failed, in JSON": (lambda: rest_error(500, "failed_inside", "…"), "MUT-WP-106", "500 failed_inside"),
    "maintenance": (lambda: Response(503, HTML, page("Mantenimiento")), "MUT-WP-107", "maintenance"),
    "gateway": (lambda: Response(502, HTML, page("Bad gateway")), "MUT-WP-108", "502"),
    "gateway timeout": (lambda: Response(504, {}, ""), "MUT-WP-108", "504 (no content type)"),
    "request timeout": (lambda: Response(408, {}, ""), "MUT-WP-108", "408"),
    "too many requests": (lambda: Response(429, HTML, page("Slow down")), "MUT-WP-109", "too many requests"),
}


@pytest.mark.parametrize("cause", PERMANENT)
def test_what_does_not_pass_by_itself_is_asked_once(site: WordPressSite, cause: str) -> None:
    answer, code, words = PERMANENT[cause]
    site.faults.append(lambda path: answer)
    failure = failure_of(site)
    assert isinstance(failure, PermanentFailure) and failure.code == code
    assert [said for said in (words, "stores", site.base_url) if said not in str(failure)] == []
    assert len(site.requests) == 1


@pytest.mark.parametrize("cause", TRANSIENT)
def test_what_may_pass_is_tried_again_within_the_bound(site: WordPressSite, cause: str) -> None:
    answer, code, words = TRANSIENT[cause]
    site.faults.append(lambda path: answer())
    failure = failure_of(site, attempts=3)
    assert isinstance(failure, TransientFailure) and failure.code == code
    expected = (words, "page 1 of 'stores'", site.base_url, "It was tried 3 times.")
    assert [said for said in expected if said not in str(failure)] == []
    assert len(site.requests) == 3


@pytest.mark.parametrize("cause", TRANSIENT)
def test_what_passed_leaves_no_trace(site: WordPressSite, cause: str) -> None:
    site.store(7, "Panadería La Espiga")
    answers = [TRANSIENT[cause][0]] * 2
    site.faults.append(lambda path: answers.pop()() if answers else None)
    extraction = door(site, attempts=3).collection("stores")
    assert [item["id"] for item in extraction.items] == [7]
    assert extraction.requests == 3


def test_different_kinds_of_trouble_share_one_bound(site: WordPressSite) -> None:
    answers = [answer for answer, _, _ in TRANSIENT.values()] * 2
    site.faults.append(lambda path: answers.pop(0)())
    failure_of(site, attempts=4)
    assert len(site.requests) == 4


def test_every_code_is_met_by_a_test() -> None:
    from mut_assets.resources.wordpress import failures as wordpress_failures

    raised = set(re.findall(r'"(MUT-WP-\d+)"', Path(wordpress_failures.__file__).read_text()))
    tests = "".join(path.read_text() for path in Path(mut_assets_tests.__file__).parent.glob("resources/**/test_*.py"))
    assert raised == set(re.findall(r"MUT-WP-\d+", tests))


@pytest.mark.parametrize("cause", ["not found", *PERMANENT, *TRANSIENT])
def test_no_failure_shows_a_password_of_the_url(site: WordPressSite, cause: str) -> None:
    """Nor does any exception it was made from: Dagster prints the whole chain."""
    known = {name: answer for name, (answer, _, _) in PERMANENT.items()}
    site.faults.append(lambda path: TRANSIENT[cause][0]() if cause in TRANSIENT else known.get(cause))
    url = site.base_url.replace("://", "://ana:s3cret%40x@")
    with pytest.raises(Failure) as failure:
        WordPress(url, backoff=0, attempts=2).collection("tiendas")
    shown = "".join(traceback.format_exception(failure.value)) + repr(failure.value)
    assert not re.search("s3cret|YW5hOn", shown)  # the second is how Basic authentication begins


def test_the_password_of_the_url_is_used(site: WordPressSite) -> None:
    site.store(7, "Panadería La Espiga")
    extraction = WordPress(site.base_url.replace("://", "://ana:s3cret%40x@")).collection("stores")
    assert site.headers[0]["Authorization"] == "Basic YW5hOnMzY3JldEB4"
    assert extraction.fuente == site.base_url


def test_a_name_that_is_not_known_is_told_from_other_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(TransientFailure, match=r"MUT-WP-101: .*The name mut\.example is not known"):
        WordPress("https://mut.example/wp-json/wp/v2", backoff=0).collection("stores")


def test_a_refused_connection_is_told_from_other_trouble(closed_port: int) -> None:
    with pytest.raises(TransientFailure, match="MUT-WP-102: .*does not take the connection"):
        WordPress(f"http://127.0.0.1:{closed_port}/wp-json/wp/v2", backoff=0).collection("stores")


def test_a_proxy_that_is_down_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch, closed_port: int) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, f"http://ana:s3cret@127.0.0.1:{closed_port}")
    with pytest.raises(TransientFailure, match="MUT-WP-102: The proxy named by HTTP_PROXY") as failure:
        WordPress("http://mut.example/wp-json/wp/v2", backoff=0).collection("stores")
    assert "s3cret" not in "".join(traceback.format_exception(failure.value))


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{"], ids=["nothing", "half"])
def test_silence_is_told_from_other_trouble(said: bytes) -> None:
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(said)
                over.wait(30)

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/wp-json/wp/v2"
        with pytest.raises(TransientFailure, match="MUT-WP-103: .*in time"):
            WordPress(url, timeout=(5, 0.05), attempts=1).collection("stores")
        over.set()
        thread.join()


def test_plain_http_where_tls_was_due_is_told_from_other_trouble(site: WordPressSite) -> None:
    with pytest.raises(PermanentFailure, match="MUT-WP-007: .*no trusted TLS connection"):
        WordPress(site.base_url.replace("http://", "https://")).collection("stores")


def test_a_certificate_nobody_vouches_for_is_told_from_other_trouble(self_signed: str) -> None:
    with pytest.raises(PermanentFailure, match="MUT-WP-007: .*self-signed certificate"):
        WordPress(f"{self_signed}/wp-json/wp/v2").collection("stores")


@pytest.fixture
def self_signed() -> Iterator[str]:
    """The origin of a TLS server with a certificate of its own making."""
    serving = pytest.importorskip("werkzeug.serving", reason="needs werkzeug, which moto brings")
    server = serving.make_server("127.0.0.1", 0, app=None, ssl_context="adhoc")
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}"
    thread.join(10)
    server.server_close()
