"""The bundled site as a server: the same all week, like WordPress to its reader, and gone when it has been read."""

import http.client
import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
import requests

from mut_assets.domain.collections import BUNDLED, COLLECTIONS
from mut_assets.resources.failures import TransientFailure
from mut_assets.resources.wordpress import sample_site
from mut_assets.resources.wordpress.sample_pages import items_of_week, monday_of, read_file
from mut_assets.resources.wordpress.sample_site import SampleSite

TYPES = ("event", "stores", "restaurant")
WEDNESDAY = date(2025, 10, 15)
ITEMS = items_of_week(monday_of(WEDNESDAY))
EVENTS, STORES = ITEMS["event"], ITEMS["stores"]


def fixed(day: date) -> SampleSite:
    return SampleSite(today=lambda: day)


def test_the_same_week_gives_the_same_bytes_and_the_next_another_site() -> None:
    sunday, monday = date(2025, 10, 19), date(2025, 10, 20)
    week = [monday - timedelta(days=days) for days in range(7, 0, -1)]
    assert week[-1] == sunday
    assert len({served_bytes(fixed(day)) for day in week}) == 1
    assert served_bytes(fixed(sunday)) != served_bytes(fixed(monday))


def served_bytes(site: SampleSite) -> bytes:
    items_of_week.cache_clear()
    sample_site._answer.cache_clear()
    with site.serving() as base_url:
        pages = [get(f"{base_url}/{name}?per_page=100&orderby=id&order=asc") for name in TYPES]
    return b"\n".join(page.content for page in pages) + site.faq()


# ------------------------------------------------------------------------------------------------ how it answers


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
@pytest.mark.parametrize("per_page", [1, 10, 13, 100])
def test_the_pages_together_are_the_collection(base_url: str, type_name: str, per_page: int) -> None:
    address = f"{base_url}/{type_name}?per_page={per_page}&orderby=id&order=asc"
    first = get(address)
    total, pages = int(first.headers["X-WP-Total"]), int(first.headers["X-WP-TotalPages"])
    assert (total, pages) == (len(ITEMS[type_name]), -(-total // per_page))
    if per_page > 1:
        found = [id for page in range(1, pages + 1) for id in ids(get(f"{address}&page={page}"))]
        assert found == [item["id"] for item in ITEMS[type_name]]


def test_without_parameters_it_gives_the_ten_newest(base_url: str) -> None:
    newest = sorted(STORES, key=lambda item: (item["date"], item["id"]), reverse=True)
    assert ids(get(f"{base_url}/stores")) == [item["id"] for item in newest[:10]]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("stores?per_page=100&page=2", 400, "rest_post_invalid_page_number"),
        ("stores?per_page=101", 400, "rest_invalid_param"),
        ("stores?per_page=0", 400, "rest_invalid_param"),
        ("stores?per_page=many", 400, "rest_invalid_param"),
        ("stores?page=0", 400, "rest_invalid_param"),
        ("stores?orderby=nothing", 400, "rest_invalid_param"),
        ("stores?order=down", 400, "rest_invalid_param"),
        ("stores?include=1,two", 400, "rest_invalid_param"),
        ("tiendas", 404, "rest_no_route"),
        ("stores/x", 404, "rest_no_route"),
        ("stores/1", 404, "rest_post_invalid_id"),
    ],
)
def test_what_wordpress_refuses_is_refused_in_its_words(base_url: str, query: str, status: int, code: str) -> None:
    response = get(f"{base_url}/{query}")
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.json()["data"]["status"] == status
    assert "X-WP-Total" not in response.headers


def test_fields_select_nested_objects_and_unknown_names_are_left_out(base_url: str) -> None:
    fields = "id,title.rendered,content.protected,acf.informacion_destacada,nothing"
    answer = get(f"{base_url}/event?per_page=2&orderby=id&order=asc&_fields={fields}").json()
    assert answer == [
        {
            "id": item["id"],
            "title": item["title"],
            "content": {"protected": False},
            "acf": {"informacion_destacada": item["acf"]["informacion_destacada"]},
        }
        for item in EVENTS[:2]
    ]


def test_include_drops_unknown_ids_silently_and_any_page_of_nothing_is_an_empty_list(base_url: str) -> None:
    wanted = [STORES[5]["id"], STORES[3]["id"]]
    response = get(f"{base_url}/stores?include={wanted[0]},999999,{wanted[1]}&_fields=id&orderby=id&order=asc")
    assert ids(response) == sorted(wanted)
    assert (response.headers["X-WP-Total"], response.headers["X-WP-TotalPages"]) == ("2", "1")
    response = get(f"{base_url}/stores?include=999999&page=2")
    assert ids(response) == [] and response.headers["X-WP-TotalPages"] == "0"


def test_a_single_item_has_its_own_route(base_url: str) -> None:
    assert get(f"{base_url}/event/{EVENTS[0]['id']}").json() == EVENTS[0]
    assert get(f"{base_url}/event/{EVENTS[0]['id']}?_fields=slug").json() == {"slug": EVENTS[0]["slug"]}


def test_head_answers_with_the_paging_headers_and_no_body(base_url: str) -> None:
    with closing(http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=10)) as connection:
        connection.request("HEAD", "/wp-json/wp/v2/stores")
        head = connection.getresponse()
        assert (head.status, head.headers["X-WP-Total"], head.read()) == (200, "64", b"")
        # The next answer of the same connection would begin with a body that came uninvited.
        connection.request("GET", "/wp-json/wp/v2/stores?_fields=id&per_page=1")
        assert len(json.loads(connection.getresponse().read())) == 1


def test_a_person_finds_a_page_at_the_root_and_the_index_names_the_market(base_url: str) -> None:
    root = base_url.removesuffix("/wp-json/wp/v2")
    page = get(f"{root}/")
    assert page.headers["Content-Type"].startswith("text/html") and "Mercado del Estero" in page.text
    for link in re.findall(r'href="([^"]+)"', page.text):
        assert get(root + link.replace("&amp;", "&")).status_code == 200
    assert get(f"{root}/wp-json/").json()["name"] == "Mercado del Estero"


# ------------------------------------------------------------------------------------------------ how it is used


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
        assert session.get(f"{url}/stores", timeout=10).status_code == 200  # and the connection stays open
        closing_down = threading.Thread(target=serving.__exit__, args=(None, None, None))
        closing_down.start()
        closing_down.join(20)
        assert set(threading.enumerate()) == before
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", urlsplit(url).port), timeout=5)


def test_several_sites_are_served_at_once() -> None:
    with fixed(date(2025, 1, 1)).serving() as first, fixed(date(2026, 1, 1)).serving() as second:
        assert first != second
        assert get(f"{first}/event?per_page=100").content != get(f"{second}/event?per_page=100").content


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
