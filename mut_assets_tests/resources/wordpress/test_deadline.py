"""Whatever a site waits with, a request and a collection end with their time: nothing here would end by itself."""

import socket
import threading
import time
from typing import Any

import pytest

from mut_assets.resources.failures import PermanentFailure, TransientFailure
from mut_assets.resources.wordpress.collection import WordPress
from mut_assets.resources.wordpress.http import SiteSession
from mut_assets_tests.fakes.slow_site import PARTS, SlowSite
from mut_assets_tests.fakes.wordpress_site import Response, WordPressSite
from mut_assets_tests.resources.wordpress.asking import door

SHORT: dict[str, Any] = {"request_seconds": 0.3, "backoff": 0, "timeout": (600, 600)}
"""Seconds of a request; a single read may wait longer than any test."""


@pytest.mark.parametrize("part", PARTS)
def test_a_request_ends_with_its_time_whatever_the_site_is_slow_in(part: str) -> None:
    with SlowSite(part) as site, pytest.raises(TransientFailure, match="MUT-WP-114: .*within 0 seconds") as failure:
        WordPress(site.base_url, **SHORT).collection("stores")
    assert failure.value.code == "MUT-WP-114"
    assert site.asked <= 1, "it had all tries together"


def test_a_handshake_ends_with_the_time_of_its_request() -> None:
    with SlowSite("silence", scheme="https") as site, pytest.raises(TransientFailure, match="MUT-WP-114"):
        WordPress(site.base_url, **SHORT).collection("stores")


def test_a_name_that_is_never_resolved_ends_with_the_collection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can end the thread that hangs there, so it is left."""
    over = threading.Event()

    def hangs(*_: object, **__: object) -> list[Any]:
        over.wait()
        raise socket.gaierror(socket.EAI_AGAIN, "at last")

    monkeypatch.setattr(socket, "getaddrinfo", hangs)
    try:
        with pytest.raises(PermanentFailure, match="MUT-WP-018"):
            WordPress("http://mercado.example/wp-json/wp/v2", backoff=0, collection_seconds=0.2).collection("stores")
    finally:
        over.set()


def test_a_connection_that_was_used_before_is_ended_too(site: WordPressSite) -> None:
    """Page 1 comes at once, the others never: they go over the connection of the first."""
    site.stores(range(1, 151))
    over = threading.Event()

    def silent_from_page_2_on(path: str) -> None:
        if "&page=2" in path:
            over.wait()

    site.faults.append(silent_from_page_2_on)
    try:
        with pytest.raises(TransientFailure, match="MUT-WP-114: .* page 2 of 'stores'"):
            door(site, concurrency=1, request_seconds=1, timeout=(600, 600)).collection("stores")
    finally:
        over.set()


@pytest.mark.parametrize("spent", [0, 180])
def test_a_collection_ends_for_good_with_the_time_of_all_its_tries(spent: float) -> None:
    settings = SHORT | {"request_seconds": 60, "collection_seconds": 0.4}
    with SlowSite("body") as site, pytest.raises(PermanentFailure, match="MUT-WP-018: .* within 0 seconds") as failure:
        WordPress(site.base_url, **settings).collection("stores", spent=spent)
    assert failure.value.code == "MUT-WP-018"
    assert not spent or site.asked == 0


@pytest.mark.parametrize(("pages", "seconds"), [(0, 180), (100, 180), (250, 450), (500, 600)])
def test_the_time_grows_with_the_pages_that_are_announced_beyond_a_hundred(pages: int, seconds: float) -> None:
    limits = WordPress("http://127.0.0.1", most_seconds=600).limits()
    with SiteSession(limits) as session:
        session.announced(pages)
        assert session.left == pytest.approx(seconds, abs=60)


@pytest.mark.slow
def test_what_a_page_announces_counts_for_the_pages_behind_it(site: WordPressSite) -> None:
    pages = {"Content-Type": "application/json", "X-WP-Total": "25000", "X-WP-TotalPages": "250"}
    over = threading.Event()

    def slow_from_page_2_on(path: str) -> Response | None:
        if path.endswith("&page=1"):
            return Response(200, pages, "[]")
        over.wait()
        return None

    site.faults.append(slow_from_page_2_on)
    try:
        with pytest.raises(PermanentFailure, match="MUT-WP-018: .* within 5 seconds"):
            door(site, request_seconds=60, collection_seconds=2, timeout=(600, 600)).collection("stores")
    finally:
        over.set()


def test_what_a_site_is_still_busy_with_is_left_when_a_collection_fails(site: WordPressSite) -> None:
    """Page 2 fails for good while page 3 is never answered: nobody waits for page 3."""
    site.stores(range(1, 301))
    over, asked = threading.Event(), threading.Barrier(2)

    def faults(path: str) -> Response | None:
        if path.endswith("&page=2"):
            asked.wait(60)
            return Response(403, {}, "")
        if path.endswith("&page=3"):
            asked.wait(60)
            over.wait()
        return None

    site.faults.append(faults)
    before = {thread for thread in threading.enumerate() if thread.name.startswith("wordpress")}
    try:
        with pytest.raises(PermanentFailure, match="MUT-WP-002"):
            door(site, request_seconds=9000, collection_seconds=9000, timeout=(9000, 9000)).collection("stores")
        while {thread for thread in threading.enumerate() if thread.name.startswith("wordpress")} - before:
            time.sleep(0.01)  # each of them ends, although the site never answers
    finally:
        over.set()
