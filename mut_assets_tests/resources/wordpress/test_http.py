"""The session with a site: who calls, how often, how much, how patiently, and where to."""

import gzip
import json
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate

import pytest

from mut_assets.resources.failures import PermanentFailure, TransientFailure
from mut_assets.resources.wordpress.items import FIELDS
from mut_assets.resources.wordpress.weight import counted
from mut_assets_tests.fakes.wordpress_site import Response, WordPressSite, store
from mut_assets_tests.resources.wordpress.asking import PAGED, door, failure_of, once


@pytest.fixture
def waits() -> list[float]:
    """Seconds that a door was made to wait, none of which passed: hand over `waits.append` as its `sleep`."""
    return []


@contextmanager
def little_memory() -> Iterator[None]:
    """Fails when more than 20 MB were held at once."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """100 MB in 100 kB."""
    packed = gzip.compress(b"[" + b" " * 100_000_000, compresslevel=1)
    assert len(packed) < 1_000_000
    return packed


# --- who calls -------------------------------------------------------------------------------------------------------


def test_the_site_is_told_who_calls_and_that_json_is_wanted(site: WordPressSite) -> None:
    """With this Accept header WordPress words its errors in JSON and keeps PHP warnings out of the body."""
    door(site).collection("stores")
    (headers,) = site.headers
    assert headers["User-Agent"].startswith("mut-assets/")
    assert "https://mut.cl" in headers["User-Agent"]
    assert headers["Accept"] == "application/json"


def test_no_cookie_is_kept(site: WordPressSite) -> None:
    site.stores(range(1, 151))
    site.faults.append(once(Response(500, {"Set-Cookie": "visitor=1; Path=/"}, "")))
    door(site).collection("stores")
    assert len(site.headers) > 3
    assert not any("Cookie" in headers for headers in site.headers)


# --- how many at once ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("concurrency", [1, 2, 4])
def test_exactly_as_many_requests_as_allowed_are_in_flight(site: WordPressSite, concurrency: int) -> None:
    """The first pages after page 1 wait for each other: with fewer in flight the barrier would break."""
    site.stores(range(1, 1101))
    together = threading.Barrier(concurrency)
    first = [f"&page={number}" for number in range(2, 2 + concurrency)]

    def wait_for_the_others(path: str) -> None:
        if "_fields=id%2C" in path and path.endswith(tuple(first)):
            together.wait(timeout=20)

    site.faults.append(wait_for_the_others)
    assert len(door(site, concurrency=concurrency).collection("stores").items) == 1100
    assert site.most_in_flight == concurrency


def test_after_a_failure_that_will_not_pass_no_page_is_asked_for_any_more(site: WordPressSite) -> None:
    site.stores(range(1, 2001))
    site.faults.append(lambda path: Response(403, {}, "") if path.endswith("&page=2") else None)
    assert not failure_of(site, concurrency=1).transient
    assert len(site.requests) <= 4


def test_a_failure_does_not_wait_for_the_patience_of_the_other_pages(site: WordPressSite) -> None:
    """Page 2 is told to sit out an hour while page 3, already under way, fails for good."""
    site.stores(range(1, 301))
    both_asked = threading.Barrier(2)
    answers = {"2": Response(503, {"Retry-After": "3600"}, ""), "3": Response(403, {}, "")}

    def faults(path: str) -> Response | None:
        answer = answers.get(path.rpartition("&page=")[2])
        if answer:
            both_asked.wait(20)
        return answer

    site.faults.append(faults)
    with pytest.raises(PermanentFailure, match="page 3"):
        door(site, max_wait=4000, request_seconds=9000, collection_seconds=9000, most_seconds=9000).collection("stores")


# --- patience --------------------------------------------------------------------------------------------------------


def test_waits_double_from_the_first_with_jitter_up_to_the_bound(site: WordPressSite, waits: list[float]) -> None:
    site.faults.append(lambda path: Response(500, {}, ""))
    failure_of(site, backoff=1.0, max_wait=7, attempts=6, sleep=waits.append)
    assert all(low <= wait <= low + 1 for wait, low in zip(waits[:3], (1, 2, 4), strict=True))
    assert any(wait % 1 for wait in waits)
    assert waits[3:] == [7.0] * 2


@pytest.mark.parametrize("status", [429, 500, 502, 503])
@pytest.mark.parametrize("asked", [lambda: "13", lambda: formatdate(time.time() + 13, usegmt=True)])
def test_the_wait_the_site_asks_for_is_honoured(
    site: WordPressSite, waits: list[float], status: int, asked: Callable[[], str]
) -> None:
    site.store(7, "Panadería La Espiga")
    site.faults.append(once(Response(status, {"Retry-After": asked()}, "")))
    assert len(door(site, sleep=waits.append).collection("stores").items) == 1
    assert waits == [pytest.approx(13, abs=10)]


def test_while_the_site_asks_for_a_wait_no_other_request_goes_out(site: WordPressSite, waits: list[float]) -> None:
    site.stores(range(1, 301))
    site.faults.append(once(Response(429, {"Retry-After": "13"}, ""), "&page=2"))
    door(site, concurrency=1, sleep=waits.append).collection("stores")
    # In these waits no time passed, so all that follow the refused one still waited: page 2, 3 and three of ids.
    assert waits == [pytest.approx(13, abs=10)] * 5


def test_a_longer_wait_than_the_bound_is_left_to_whoever_runs_it(site: WordPressSite, waits: list[float]) -> None:
    site.faults.append(lambda path: Response(503, {"Retry-After": "600"}, ""))
    with pytest.raises(TransientFailure, match="MUT-WP-107: .* asks to wait 600 seconds") as failure:
        door(site, max_wait=20, sleep=waits.append).collection("stores")
    assert (failure.value.retry_after, len(site.requests), waits) == (600, 1, [])


@pytest.mark.parametrize("value", ["soon", "-5", "", "9" * 5000, "Mon, 99 Foo 99999 99:99:99 GMT"])
def test_a_wait_that_cannot_be_read_is_no_wait(site: WordPressSite, waits: list[float], value: str) -> None:
    site.store(7, "Panadería La Espiga")
    site.faults.append(once(Response(503, {"Retry-After": value}, "")))
    assert len(door(site, sleep=waits.append).collection("stores").items) == 1
    assert waits == [0.0]


# --- how much --------------------------------------------------------------------------------------------------------


def test_an_answer_of_just_the_cap_is_read_and_a_larger_one_is_not(site: WordPressSite) -> None:
    body = json.dumps([store(7, "Panadería La Espiga", content="x" * 1_000_000)])
    site.faults.append(lambda path: Response(200, PAGED, body))
    assert door(site, max_response_bytes=len(body)).collection("stores").total == 1
    with pytest.raises(PermanentFailure, match=f"MUT-WP-008: .*larger than {len(body) - 1:,} bytes"):
        door(site, max_response_bytes=len(body) - 1).collection("stores")
    assert len(site.requests) == 2


@pytest.mark.parametrize(("status", "code"), [(200, "MUT-WP-008"), (500, "MUT-WP-106")])
def test_the_cap_counts_what_comes_out_of_the_decompressor_also_of_an_error_page(
    site: WordPressSite, bomb: bytes, status: int, code: str
) -> None:
    site.faults.append(lambda path: Response(status, PAGED | {"Content-Encoding": "gzip"}, bomb))
    with little_memory():
        assert failure_of(site, max_response_bytes=1_000_000, attempts=1).code == code


OBJECTS = "[" + "{}," * 1_000_000 + "{}]"
"""3 MB that would be 72 MB of empty objects and 8 of their list."""


@pytest.mark.parametrize(
    "values", [OBJECTS, OBJECTS.replace("{}", "[]"), "[" + "7e7," * 2_000_000 + "1]", "[" + '"ab",' * 800_000 + '"c"]']
)
def test_an_answer_that_would_take_more_memory_than_a_page_is_not_read(site: WordPressSite, values: str) -> None:
    body = json.dumps([store(7, "Panadería La Espiga", acf="@@")]).replace('"@@"', f'{{"informacion_tienda":{values}}}')
    site.faults.append(lambda path: Response(200, PAGED, body))
    with little_memory():
        assert failure_of(site).code == "MUT-WP-019"


def test_what_is_kept_of_all_pages_together_has_a_bound(site: WordPressSite) -> None:
    site.stores(range(1, 301))
    read = door(site).collection("stores")
    size = counted(read.items, FIELDS)
    assert len(read.items) == 300
    assert size < door(site).max_memory / 50
    with pytest.raises(PermanentFailure, match=r"MUT-WP-020: .* up to (id )?page \d of 'stores'"):
        door(site, max_memory=size).collection("stores")  # the ids of the second pass are too much


def test_what_is_not_asked_for_does_not_count(site: WordPressSite) -> None:
    """A plugin adds megabytes to each item, and the site does not heed `_fields`."""
    item = store(7, "Panadería La Espiga") | {"yoast_head": "x" * 2_000_000}
    site.faults.append(lambda path: Response(200, PAGED, json.dumps([item])))
    assert door(site, max_memory=1_000_000).collection("stores").total == 1


def test_the_body_of_a_redirect_is_not_read(site: WordPressSite, bomb: bytes) -> None:
    site.store(7, "Panadería La Espiga")
    site.faults.append(once(Response(307, {"Location": "/wp-json/wp/v2/stores", "Content-Encoding": "gzip"}, bomb)))
    with little_memory():
        assert door(site).collection("stores").total == 1


def test_gzip_is_asked_for_and_read_and_a_byte_order_mark_before_the_json_is_no_trouble(site: WordPressSite) -> None:
    body = gzip.compress(b"\xef\xbb\xbf" + json.dumps([store(7, "Panadería La Espiga")]).encode())
    site.faults.append(lambda path: Response(200, PAGED | {"Content-Encoding": "gzip"}, body))
    assert door(site).collection("stores").items[0]["title"]["rendered"] == "Panadería La Espiga"
    assert "gzip" in site.headers[0]["Accept-Encoding"]


@pytest.mark.parametrize(
    ("before", "after"),
    [("\n\ufeff\ufeff", ""), ("", "\n<!-- This page was served from a page cache. -->"), ("<b>Notice</b>: x\n", "")],
)
def test_what_themes_and_caches_print_around_the_json_is_named_as_that(
    site: WordPressSite, before: str, after: str
) -> None:
    body = before + json.dumps([store(7, "Panadería La Espiga")]) + after
    site.faults.append(lambda path: Response(200, PAGED, body.encode()))
    with pytest.raises((PermanentFailure, TransientFailure), match="MUT-WP-.*JSON"):
        door(site).collection("stores")


# --- where to --------------------------------------------------------------------------------------------------------


def test_a_redirect_within_the_site_is_followed(site: WordPressSite) -> None:
    site.store(7, "Panadería La Espiga")

    def with_slash(path: str) -> Response | None:
        route, _, query = path.partition("?")
        return None if route.endswith("/") else Response(301, {"Location": f"{route}/?{query}"}, "moved")

    site.faults.append(with_slash)
    extraction = door(site).collection("stores")
    assert [item["id"] for item in extraction.items] == [7]
    assert extraction.requests == 2


def test_a_redirect_to_another_origin_is_refused_and_named(site: WordPressSite) -> None:
    with WordPressSite() as other_site:
        location = f"{other_site.base_url}/stores?token=s3cret#s3cret"
        site.faults.append(lambda path: Response(302, {"Location": location}, ""))
        failure = failure_of(site)
    assert failure.code == "MUT-WP-010" and f"to {other_site.origin}, and" in failure.what
    assert "API_BASE_URL" in failure.advice
    assert "s3cret" not in str(failure)
    assert other_site.requests == []


@pytest.mark.parametrize(
    "elsewhere",
    ["https://{host}/wp-json/wp/v2/stores", "//mut.example/x", "http://[oops/", "http://127.0.0.1:port/", "mailto:a@b"],
)
def test_another_scheme_host_or_port_is_another_origin(site: WordPressSite, elsewhere: str) -> None:
    location = elsewhere.format(host=site.origin.removeprefix("http://"))
    site.faults.append(lambda path: Response(301, {"Location": location}, ""))
    assert failure_of(site).code == "MUT-WP-010"


def test_a_site_that_redirects_in_circles_is_left_after_three(site: WordPressSite) -> None:
    site.faults.append(lambda path: Response(302, {"Location": path}, ""))
    with pytest.raises(PermanentFailure, match="MUT-WP-010: .*more than 3 times"):
        door(site).collection("stores")
    assert len(site.requests) == 4
