"""The bundled site as a server: the same all week, like WordPress to its reader, and gone when it has been read."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
import requests

from mut_assets.domain.collections import BUNDLED, COLLECTIONS
from mut_assets.resources.failures import TransientFailure
from mut_assets.resources.wordpress import sample_site
from mut_assets.resources.wordpress.items import FIELDS
from mut_assets.resources.wordpress.sample_pages import items_of_week, monday_of, read_file
from mut_assets.resources.wordpress.sample_site import SampleSite

TYPES = ("event", "stores", "restaurant")
WEDNESDAY = date(2025, 10, 15)
ITEMS = items_of_week(monday_of(WEDNESDAY))
EVENTS, STORES = ITEMS["event"], ITEMS["stores"]


def fixed(day: date) -> SampleSite:
    return SampleSite(today=lambda: day)


def test_the_same_week_gives_the_same_bytes_and_the_next_another_site() -> None:
    *week, next_monday = (date(2025, 10, 13) + timedelta(days) for days in range(8))
    assert len({served_bytes(fixed(day)) for day in week}) == 1
    assert served_bytes(fixed(week[-1])) != served_bytes(fixed(next_monday))


def served_bytes(site: SampleSite) -> bytes:
    items_of_week.cache_clear()
    sample_site._answer.cache_clear()
    with site.serving() as base_url:
        pages = [get(f"{base_url}/{name}?{BY_ID}&_fields={','.join(FIELDS)}") for name in TYPES]
    return b"\n".join(page.content for page in pages) + site.faq()


BY_ID = "per_page=100&orderby=id&order=asc"


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with fixed(WEDNESDAY).serving() as url:
        yield url


def get(url: str) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False  # a proxy of the machine has no business between this process and itself
        return session.get(url, timeout=10)


def ids(response: requests.Response) -> list[int]:
    assert response.status_code == 200, response.text
    return [item["id"] for item in response.json()]


@pytest.mark.parametrize("type_name", TYPES)
@pytest.mark.parametrize("per_page", [10, 13, 100])
def test_the_pages_together_are_the_collection(base_url: str, type_name: str, per_page: int) -> None:
    url = f"{base_url}/{type_name}?per_page={per_page}&orderby=id&order=asc&_fields=id"
    first = get(url)
    total, pages = int(first.headers["X-WP-Total"]), int(first.headers["X-WP-TotalPages"])
    assert (total, pages) == (len(ITEMS[type_name]), -(-total // per_page))
    others = [get(f"{url}&page={page}") for page in range(2, pages + 1)]
    assert [id for page in (first, *others) for id in ids(page)] == [item["id"] for item in ITEMS[type_name]]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        (f"stores?{BY_ID}&_fields=id&page=2", 400, "rest_post_invalid_page_number"),
        ("stores?per_page=101&orderby=id&order=asc&_fields=id", 400, "rest_invalid_param"),
        ("stores?per_page=0&orderby=id&order=asc&_fields=id", 400, "rest_invalid_param"),
        (f"stores?{BY_ID}&_fields=id&page=0", 400, "rest_invalid_param"),
        (f"stores?{BY_ID}&_fields=id&include=1,two", 400, "rest_invalid_param"),
        (f"stores?{BY_ID}", 400, "rest_invalid_param"),
        ("stores?per_page=100&orderby=date&order=asc&_fields=id", 400, "rest_invalid_param"),
        ("stores?per_page=100&orderby=id&order=desc&_fields=id", 400, "rest_invalid_param"),
        (f"tiendas?{BY_ID}&_fields=id", 404, "rest_no_route"),
    ],
)
def test_what_wordpress_or_the_site_refuses_has_its_code(base_url: str, query: str, status: int, code: str) -> None:
    response = get(f"{base_url}/{query}")
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert "X-WP-Total" not in response.headers


def test_only_the_fields_asked_for_come_and_unknown_names_are_left_out(base_url: str) -> None:
    answer = get(f"{base_url}/event?per_page=2&orderby=id&order=asc&_fields=id,acf,nothing").json()
    assert answer == [{"id": item["id"], "acf": item["acf"]} for item in EVENTS[:2]]


def test_include_drops_unknown_ids_silently_and_any_page_of_nothing_is_an_empty_list(base_url: str) -> None:
    wanted = [STORES[5]["id"], STORES[3]["id"]]
    response = get(f"{base_url}/stores?{BY_ID}&_fields=id&include={wanted[0]},999999,{wanted[1]}")
    assert ids(response) == sorted(wanted)
    assert (response.headers["X-WP-Total"], response.headers["X-WP-TotalPages"]) == ("2", "1")
    response = get(f"{base_url}/stores?{BY_ID}&_fields=id&include=999999&page=2")
    assert ids(response) == [] and response.headers["X-WP-TotalPages"] == "0"


def test_the_same_client_reads_the_whole_collection_and_marks_its_rows() -> None:
    site = fixed(WEDNESDAY)
    for collection in COLLECTIONS:
        if collection.wordpress_type:
            extraction = site.collection(collection.wordpress_type)
            served = {item["id"]: item for item in ITEMS[collection.wordpress_type]}
            assert [item["id"] for item in extraction.items] == sorted(served)
            assert all(item[name] == served[item["id"]][name] for item in extraction.items for name in item)
            assert extraction.fuente == BUNDLED
    assert site.faq() == read_file("preguntas.csv")


def test_a_page_that_is_published_and_not_on_the_site_is_gone_by_its_own_word() -> None:
    published = [int(STORES[0]["id"]), 999999]
    extraction = fixed(WEDNESDAY).collection("stores", published=published)
    assert (list(extraction.gone), extraction.unproven) == ([999999], {})


@pytest.mark.parametrize(("id", "status"), [(STORES[5]["id"], 200), (999999, 404)])
def test_a_single_item_is_itself_or_unknown(base_url: str, id: int, status: int) -> None:
    response = get(f"{base_url}/stores/{id}?_fields=id&nocache=0")
    assert (response.status_code, response.json().get("id", response.json().get("code"))) == (
        status,
        id if status == 200 else "rest_post_invalid_id",
    )


def test_a_proxy_of_the_machine_does_not_stand_between_the_platform_and_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert len(fixed(WEDNESDAY).collection("stores").items) == len(STORES)


def test_today_is_asked_each_time_serving_starts_and_not_before() -> None:
    days = [date(2025, 10, 15), date(2025, 11, 15)]
    site = SampleSite(today=lambda: days.pop(0))
    assert len(days) == 2
    first, second = (site.collection("event").items for _ in range(2))
    assert days == [] and first != second


def test_nothing_is_left_behind_when_serving_ends_not_even_an_idle_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample_site._Handler, "timeout", 60)
    before = set(threading.enumerate())
    with requests.Session() as session:
        session.trust_env = False
        serving = fixed(WEDNESDAY).serving()
        url = serving.__enter__()
        session.get(f"{url}/stores", timeout=10)  # the client, for its part, would keep the connection
        closing_down = threading.Thread(target=serving.__exit__, args=(None, None, None))
        closing_down.start()
        closing_down.join(20)
        assert set(threading.enumerate()) == before
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", urlsplit(url).port), timeout=5)


def test_several_sites_are_served_at_once() -> None:
    with fixed(date(2025, 1, 1)).serving() as one, fixed(date(2026, 1, 1)).serving() as other:
        assert one != other
        answers = [get(f"{url}/event?{BY_ID}&_fields=id,acf") for url in (one, other)]
        assert ids(answers[0]) == ids(answers[1]) and answers[0].content != answers[1].content


def test_importing_the_module_reads_no_page() -> None:
    code = """
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
import mut_assets.resources.wordpress.sample_site
read = [name for name in opened if name.endswith((".json", ".csv"))]
assert opened and not read, read
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_a_machine_without_a_free_port_says_so_and_may_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: date) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(sample_site, "_Server", refuse)
    with pytest.raises(TransientFailure, match=r"MUT-SITE-101: .*Too many open files"), fixed(WEDNESDAY).serving():
        pytest.fail("served without a port")
