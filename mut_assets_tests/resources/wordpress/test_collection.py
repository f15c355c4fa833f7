"""A complete collection or an error: paging, the seal, and what counts as an item."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from mut_assets.resources.failures import BadSetting, PermanentFailure, TransientFailure
from mut_assets.resources.wordpress.collection import WordPress
from mut_assets.resources.wordpress.items import FIELDS
from mut_assets_tests.fakes.wordpress_site import Response, WordPressSite, store
from mut_assets_tests.resources.wordpress.asking import door, failure_of, hang_up, once


def ids(items: list[dict[str, Any]]) -> list[int]:
    return [item["id"] for item in items]


def paged(items: list[Any], total: object, pages: object = 1) -> Callable[[str], Response]:
    """A fault: the same page whatever was asked, with these totals."""
    headers = {"Content-Type": "application/json", "X-WP-Total": str(total), "X-WP-TotalPages": str(pages)}
    return lambda path: Response(200, headers, json.dumps(items))


# --- paging ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "pages", "sealing"), [(100, 1, 0), (251, 3, 3)])
def test_every_page_is_read_and_several_are_sealed_by_a_pass_over_the_ids(
    site: WordPressSite, size: int, pages: int, sealing: int
) -> None:
    site.stores(range(1000, 1000 + size))
    extraction = door(site).collection("stores")
    assert (ids(extraction.items), extraction.total) == (list(range(1000, 1000 + size)), size)
    assert (extraction.pages, extraction.requests, extraction.rounds) == (pages, pages + sealing, pages > 1)
    assert sum("_fields=id&" in path for path in site.requests) == sealing


def test_the_site_is_asked_in_the_order_that_survives_changes_and_only_for_what_is_needed(site: WordPressSite) -> None:
    site.store(7, "Panadería La Espiga")
    door(site).collection("stores")
    (path,) = site.requests
    assert path == (
        "/wp-json/wp/v2/stores?per_page=100&orderby=id&order=asc"
        "&_fields=id%2Cslug%2Cstatus%2Clink%2Ctitle%2Ccontent%2Cmodified_gmt%2Cacf&page=1"
    )


def test_items_hold_only_the_fields_asked_for_even_where_the_site_sends_them_all(site: WordPressSite) -> None:
    site.faults.append(paged([store(7, "Panadería La Espiga") | {"yoast_head": "x" * 1000}], total=1))
    (item,) = door(site).collection("stores").items
    assert tuple(item) == FIELDS


def test_an_empty_collection_is_empty_and_no_failure(site: WordPressSite) -> None:
    extraction = door(site).collection("stores")
    assert (extraction.items, extraction.total, extraction.requests) == ([], 0, 1)


def test_text_arrives_as_it_was_written(site: WordPressSite) -> None:
    site.store(7, "Ñandú & Compañía", content="<p>Heladería «El Búho» — año 1950 😀</p>", schedule="L–D: 9/18 h")
    (item,) = door(site).collection("stores").items
    assert item["title"]["rendered"] == "Ñandú &#038; Compañía"
    assert item["content"]["rendered"] == "<p>Heladería «El Búho» — año 1950 😀</p>"
    assert item["acf"]["informacion_tienda"][0]["info"]["schedule"] == "L–D: 9/18 h"


def test_progress_is_told_page_by_page(site: WordPressSite) -> None:
    site.stores(range(1, 251))
    lines: list[str] = []
    door(site, concurrency=1).collection("stores", lines.append)
    assert lines[:3] == [f"page {page} of 'stores': {read} of 250" for page, read in ((1, 100), (2, 200), (3, 250))]
    assert lines[-1] == "'stores' is sealed: 250 items, round 1"


# --- what is left out ------------------------------------------------------------------------------------------------


def test_what_is_protected_by_a_password_or_not_published_is_left_out_and_named(site: WordPressSite) -> None:
    draft, closed = store(1, "Por abrir", status="draft"), store(2, "Óptica & Mirada", protected=True)
    plain = store(3, "Florería Jacinta")
    del plain["status"]
    site.faults.append(paged([draft, closed, plain], total=3))
    extraction = door(site).collection("stores")
    assert (ids(extraction.items), extraction.total) == ([3], 3)
    assert extraction.protected == ["Óptica & Mirada (2)"]
    assert extraction.unpublished == ["Por abrir (1)"]


def test_a_collection_without_any_custom_fields_fails_instead_of_emptying_every_field(site: WordPressSite) -> None:
    for number in (1, 2):
        del site.store(number, f"Tienda {number}")["acf"]
    failure = failure_of(site)
    assert failure.code == "MUT-WP-014" and "All 2 items of 'stores'" in failure.what
    assert "Show in REST API" in failure.advice


def test_five_items_with_nothing_but_empty_custom_fields_are_fields_not_exposed_too(site: WordPressSite) -> None:
    for number in range(1, 5):
        site.store(number, f"Tienda {number}", acf=[])
    assert len(door(site).collection("stores").items) == 4
    site.store(5, "Tienda 5", acf=[])
    assert failure_of(site).code == "MUT-WP-014"


def test_some_items_without_custom_fields_are_left_to_the_parser(site: WordPressSite) -> None:
    site.stores(range(1, 10))
    del site.store(10, "Sin campos")["acf"]
    assert "acf" not in door(site).collection("stores").items[-1]


# --- the seal --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("last", "requests"), [(151, 1), (400, 3)])
def test_what_is_published_after_the_last_page_is_brought_in_by_the_seal_a_hundred_at_a_time(
    site: WordPressSite, last: int, requests: int
) -> None:
    site.stores(range(1, 151))
    site.after_page(2, lambda: site.stores(range(151, last + 1)))
    extraction = door(site).collection("stores")
    assert ids(extraction.items) == list(range(1, last + 1))
    assert (extraction.recovered, extraction.vanished, extraction.rounds) == (last - 150, 0, 2)
    assert sum("include=" in path for path in site.requests) == requests


@pytest.mark.parametrize(
    ("last", "trashed", "counted"), [(250, 5, (1, 1, 2)), (250, 150, (0, 0, 1)), (101, 5, (1, 1, 2))]
)
def test_an_item_trashed_while_reading_neither_stays_nor_hides_another(
    site: WordPressSite, last: int, trashed: int, counted: tuple[int, int, int]
) -> None:
    """When its page was read, the next one starts one later: item 101 is on no page that is read, and nothing says so.

    Of 101 items, the last page vanishes.
    """
    site.stores(range(1, last + 1))
    site.after_page(1, lambda: site.trash("stores", trashed))
    extraction = door(site).collection("stores")
    assert ids(extraction.items) == [id for id in range(1, last + 1) if id != trashed]
    assert (extraction.recovered, extraction.vanished, extraction.rounds) == counted


def test_a_new_last_page_is_read_too(site: WordPressSite) -> None:
    site.stores(range(1, 201))
    site.after_page(1, lambda: site.stores(range(201, 350)))
    extraction = door(site).collection("stores")
    assert ids(extraction.items) == list(range(1, 350))
    assert (extraction.pages, extraction.rounds, extraction.recovered) == (4, 1, 0)


def test_a_seal_that_shifts_itself_is_not_believed(site: WordPressSite) -> None:
    """A trash and a publication between its pages leave its size right and item 101 off its list."""
    site.stores(range(1, 251))

    def swap() -> None:
        site.trash("stores", 5)
        site.store(251, "Recién abierta")

    site.after_page(1, swap, ids=True)
    extraction = door(site, concurrency=1).collection("stores")
    assert ids(extraction.items) == [id for id in range(1, 252) if id != 5]
    assert extraction.rounds == 3


def test_what_vanishes_between_the_seal_and_its_repair_is_no_item(site: WordPressSite) -> None:
    site.stores(range(1, 151))
    site.after_page(2, lambda: site.store(151, "Recién abierta"))
    site.after_page(2, lambda: site.trash("stores", 151), ids=True)
    extraction = door(site, concurrency=1).collection("stores")
    assert ids(extraction.items) == list(range(1, 151))


def test_a_collection_that_never_stands_still_fails_after_three_rounds(site: WordPressSite) -> None:
    site.stores(range(1, 151))
    for number in (1, 2, 3):
        site.after_page(2, partial(site.trash, "stores", number), ids=True)
        site.after_page(1, partial(site.store, 150 + number, "Otra"), ids=True)
    with pytest.raises(TransientFailure, match="MUT-WP-110: .*3 rounds"):
        door(site, concurrency=1).collection("stores")
    assert sum("_fields=id&page=1" in path for path in site.requests) == 3


@pytest.mark.parametrize(
    ("listed", "total", "words"),
    [(2, 3, "announces 3 items and lists 2"), (100, 150, "a cache ignores the query string")],
)
def test_what_a_site_does_not_list_is_not_sealed(site: WordPressSite, listed: int, total: int, words: str) -> None:
    items = [store(id, f"Tienda {id}") for id in range(1, listed + 1)]
    site.faults.append(paged(items, total, pages=-(-total // 100)))
    failure = failure_of(site)
    assert failure.code == "MUT-WP-110" and words in str(failure)


def test_pages_that_announce_different_sizes_are_not_sealed(site: WordPressSite) -> None:
    """One of them is right, and nobody knows which: between the two answers the collection had two sizes."""
    site.stores(range(1, 151))
    second = [{"id": id} for id in range(101, 151)]

    def short_of_one(path: str) -> Response | None:
        return paged(second, total=149, pages=2)(path) if "_fields=id&" in path and "&page=2" in path else None

    site.faults.append(short_of_one)
    failure = failure_of(site)
    assert failure.code == "MUT-WP-110" and "announces 149 or 150 items and lists 150" in failure.what


def test_a_page_that_fails_for_good_fails_the_collection_by_type_page_and_url(site: WordPressSite) -> None:
    site.stores(range(1, 951))
    site.faults.append(lambda path: hang_up() if "page=7" in path and "_fields=id%2C" in path else None)
    failure = failure_of(site)
    assert failure.transient and f"page 7 of 'stores' ({site.base_url}/stores)" in failure.what


def test_a_page_that_fails_once_is_read_the_second_time(site: WordPressSite) -> None:
    site.stores(range(1, 951))
    site.faults.append(once(Response(200, {"Content-Length": "5000"}, "[{"), "page=7"))
    assert len(door(site).collection("stores").items) == 950


# --- answers that are no collection ----------------------------------------------------------------------------------


@pytest.mark.parametrize("header", ["X-WP-Total", "X-WP-TotalPages"])
@pytest.mark.parametrize("value", ["", "many", "-1", "1, 1", "٣", "9" * 5000])
def test_paging_headers_that_say_nothing_are_explained(site: WordPressSite, header: str, value: str) -> None:
    good = paged([store(1, "Una")], total=1)
    quoted = value.encode().decode("latin-1")
    site.faults.append(lambda path: Response(200, {**good(path).headers, header: quoted}, good(path).body))
    failure = failure_of(site)
    assert failure.code == "MUT-WP-012" and header in failure.what and len(str(failure)) < 500


@pytest.mark.parametrize("item", [{}, {"id": "7"}, {"id": None}, {"id": 7.0}, {"id": True}, "7", None])
def test_an_item_without_a_whole_number_as_id_is_explained(site: WordPressSite, item: object) -> None:
    site.faults.append(paged([store(1, "Una"), item], total=2))
    failure = failure_of(site)
    assert failure.code == "MUT-WP-013" and "Item 2 of page 1 of 'stores'" in failure.what


def test_more_pages_than_the_cap_are_not_read(site: WordPressSite) -> None:
    site.stores(range(1, 301))
    assert len(door(site, max_pages=3).collection("stores").items) == 300
    site.requests.clear()
    with pytest.raises(PermanentFailure, match="MUT-WP-009: .*announces 3 pages"):
        door(site, max_pages=2).collection("stores")
    assert len(site.requests) == 1


# --- where it reads from ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["", "/", "//"])
def test_rows_say_where_they_came_from_whatever_the_ending_of_the_url(site: WordPressSite, ending: str) -> None:
    extraction = WordPress(site.base_url + ending).collection("stores")
    assert extraction.fuente == site.base_url
    assert site.requests[0].startswith("/wp-json/wp/v2/stores?")


def test_the_source_can_be_named_otherwise(site: WordPressSite) -> None:
    assert door(site, fuente="muestra").collection("stores").fuente == "muestra"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mut.example/wp-json/wp/v2",
        "ana:s3cret@mut.example/wp-json",
        "ftp://mut.example/wp-json/wp/v2",
        "https://",
        "https://mut.example:port/wp-json",
        "https://mut.example:0/wp-json",
        "https://[mut.example/wp-json",
        "https://mut.example/?rest_route=/wp/v2&key=s3cret",
        "https://mut.example/wp-json/wp/v2#s3cret",
        "https://ana:s3c?ret@mut.example/wp-json",
        "https://ana:s3cret@mut.example/wp-json?x=1",
    ],
)
def test_a_base_url_that_is_none_is_refused_before_any_request_and_without_its_secrets(url: str) -> None:
    with pytest.raises(BadSetting, match="API_BASE_URL") as failure:
        WordPress(url).collection("stores")
    assert "s3c" not in str(failure.value)


def test_making_a_door_touches_nothing_and_shows_no_password() -> None:
    assert "s3cret" not in repr(WordPress("https://ana:s3cret@mut.example/wp-json/wp/v2"))
