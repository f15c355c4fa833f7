"""Absence is a claim like any other: what the site says of a page that its list does not name."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from mut_assets.resources.failures import Failure, TransientFailure
from mut_assets.resources.ports import Extraction
from mut_assets_tests.fakes.wordpress_site import Response, WordPressSite, rest_error, store
from mut_assets_tests.resources.wordpress.asking import JSON, PAGED, door, hang_up

HTML = {"Content-Type": "text/html; charset=UTF-8"}
SINGLE = re.compile(r"/stores/(\d+)\?")
FORBIDDEN = rest_error(401, "rest_forbidden", "…")


def alone(answers: Mapping[int, Response | Callable[[], Response]]) -> Callable[[str], Response | None]:
    """A fault: what the site answers when one of these items is asked for by itself."""

    def fault(path: str) -> Response | None:
        asked = SINGLE.search(path)
        answer = answers.get(int(asked[1])) if asked else None
        return answer() if callable(answer) else answer

    return fault


def item(id: int, **fields: Any) -> Response:
    return Response(200, JSON, json.dumps(store(id, f"Tienda {id}", **fields)))


def read(site: WordPressSite, *published: int, **settings: Any) -> Extraction:
    return door(site, **settings).collection("stores", published=published)


def singles(site: WordPressSite) -> list[int]:
    return [int(found[1]) for path in site.requests if (found := SINGLE.search(path))]


@pytest.fixture
def market(site: WordPressSite) -> WordPressSite:
    """Stores 1 to 6 are listed; 7 is not."""
    site.stores(range(1, 7))
    return site


# --- what is evidence ------------------------------------------------------------------------------------------------


def test_nothing_more_is_asked_while_the_list_names_everything_published(market: WordPressSite) -> None:
    market.store(6, "Óptica Mirada", protected=True)
    extraction = read(market, *range(1, 7))
    assert (extraction.gone, extraction.unproven, extraction.requests) == ({}, {}, 1)


def test_a_page_that_is_not_listed_is_asked_for_past_caches_first_with_others_then_alone(market: WordPressSite) -> None:
    read(market, 6, 7)
    together, by_itself = market.requests[1:]
    assert "include=7&" in together and SINGLE.search(by_itself)
    marks = [re.search(r"&nocache=(\w{16})$", path) for path in (together, by_itself)]
    assert len({mark[1] for mark in marks if mark}) == 2
    assert [headers.get("Cache-Control") for headers in market.headers] == [None, "no-cache", "no-cache"]


GONE: dict[str, tuple[Response | None, str]] = {
    "deleted": (None, "404 rest_post_invalid_id"),
    "not for visitors": (FORBIDDEN, "rest_forbidden"),
    "not for this user": (rest_error(403, "rest_forbidden", "…"), "rest_forbidden"),
    "trash, shown to who has a login": (item(7, status="trash"), "its status is 'trash'"),
    "private, shown to who has a login": (item(7, status="private"), "its status is 'private'"),
}


@pytest.mark.parametrize("cause", GONE)
def test_a_page_is_gone_when_the_site_says_so_of_that_page(market: WordPressSite, cause: str) -> None:
    answer, words = GONE[cause]
    market.faults.append(alone({7: answer} if answer else {}))
    extraction = read(market, 6, 7)
    assert extraction.gone.keys() == {7} and words in extraction.gone[7]
    assert (extraction.unproven, len(extraction.items)) == ({}, 6)


def test_what_is_in_the_trash_is_compared_with_a_page_that_is_listed(market: WordPressSite) -> None:
    market.trash("stores", 3)
    market.store(1, "Por abrir", protected=True)
    assert read(market, 3).gone.keys() == {3}
    assert singles(market) == [3, 2], "2 is the first that everybody may see"


NO_EVIDENCE: dict[str, tuple[Response | Callable[[], Response], str]] = {
    "a filter's page": (Response(404, HTML, "<title>Not found</title>"), "404 (text/html)"),
    "another route": (rest_error(404, "rest_no_route", "…"), "404 rest_no_route"),
    "a login page": (Response(200, HTML, "<!DOCTYPE html><title>Log in</title>"), "the title 'Log in'"),
    "a firewall": (Response(403, HTML, "<title>Forbidden</title>"), "403 (text/html)"),
    "a login for everything": (rest_error(401, "rest_not_logged_in", "…"), "401 rest_not_logged_in"),
    "another page": (item(8), "not that page"),
    "a list": (Response(200, PAGED, "[]"), "not that page"),
    "no answer": (hang_up, "broke"),
    "an error": (rest_error(500, "internal_server_error", "…"), "500 internal_server_error"),
    "maintenance": (Response(503, HTML | {"Retry-After": "600"}, ""), "maintenance"),
}


@pytest.mark.parametrize("cause", NO_EVIDENCE)
def test_an_answer_that_says_nothing_of_the_page_is_no_evidence(market: WordPressSite, cause: str) -> None:
    answer, words = NO_EVIDENCE[cause]
    market.faults.append(alone({7: answer}))
    extraction = read(market, 6, 7)
    assert (extraction.gone, len(extraction.items), list(extraction.unproven)) == ({}, 6, [7])
    assert "no longer lists this page" in extraction.unproven[7] and words in extraction.unproven[7]


@pytest.mark.parametrize("answer", [FORBIDDEN, Response(404, HTML, ""), rest_error(404, "rest_no_route", "…")])
def test_a_site_that_closes_single_items_is_said_to(market: WordPressSite, answer: Response) -> None:
    market.faults.append(alone(dict.fromkeys(range(1, 8), answer)))
    extraction = read(market, 7)
    assert extraction.gone == {}
    assert "the site has closed single items, also of page 1, which it lists" in extraction.unproven[7]


@pytest.mark.parametrize("answer", [hang_up, item(2), item(1, status="private")])
def test_a_refusal_counts_only_beside_a_listed_page_that_can_be_seen(market: WordPressSite, answer: Any) -> None:
    market.faults.append(alone({7: FORBIDDEN, 1: answer}))
    extraction = read(market, 7)
    assert (extraction.gone, list(extraction.unproven)) == ({}, [7])


def test_without_a_listed_page_a_refusal_says_nothing(site: WordPressSite) -> None:
    site.stores([7])
    site.trash("stores", 7)
    assert "lists no other page" in read(site, 7).unproven[7]


# --- what is there all the same --------------------------------------------------------------------------------------


@pytest.mark.parametrize("by_include", [True, False])
def test_a_page_that_is_there_shows_that_the_list_was_not_whole(site: WordPressSite, by_include: bool) -> None:
    """Both passes of an old list out of a cache agree with each other and with the number that they announce."""
    site.stores(range(1, 11))
    site.unlisted["stores"] |= {3, 7}
    if not by_include:
        site.faults.append(lambda path: Response(200, PAGED, "[]") if "include=" in path else None)
    with pytest.raises(TransientFailure, match="MUT-WP-111: .*2 pages out of its list of 'stores'") as failure:
        read(site, *range(1, 11))
    assert "Tienda 3 (3), Tienda 7 (7)." in failure.value.what
    assert bool(singles(site)) != by_include, "who has heard enough asks no further"


# --- how much is asked -----------------------------------------------------------------------------------------------


def test_of_a_whole_collection_that_is_gone_a_bounded_number_is_asked_for(site: WordPressSite) -> None:
    site.stores(range(1, 452))
    for id in range(2, 452):
        site.trash("stores", id)
    extraction = read(site, *range(1, 452))
    assert sum("include=" in path for path in site.requests) == 5
    assert (len(extraction.gone), len(extraction.unproven)) == (200, 250)
    assert extraction.requests == 1 + 5 + 200 + 50, "a listed page is asked for again after every fourth"
    assert "asked for the first 200 of 450 such pages only" in extraction.unproven[451]


def test_a_site_that_does_not_answer_is_not_asked_for_all_of_them(market: WordPressSite) -> None:
    market.faults.append(lambda path: hang_up() if SINGLE.search(path) else None)
    extraction = read(market, *range(7, 40), attempts=1)
    assert sorted(singles(market)) == [7, 8, 9, 10]
    assert len(extraction.unproven) == 33 and "did not answer for those before it" in extraction.unproven[39]


def test_an_error_of_the_question_for_many_leaves_the_question_for_one(market: WordPressSite) -> None:
    market.faults.append(lambda path: Response(403, HTML, "") if "include=" in path else None)
    assert read(market, 7).gone.keys() == {7}


# --- two passes that disagree ----------------------------------------------------------------------------------------


def listing(path: str, ids: list[int]) -> Response:
    """One page of ten out of a cache that knows these."""
    page = int(re.search(r"&page=(\d+)", path)[1])  # type: ignore[index]  # every list is asked for by page
    shown = [{"id": id} for id in ids[(page - 1) * 100 : page * 100]]
    return Response(
        200, JSON | {"X-WP-Total": str(len(ids)), "X-WP-TotalPages": str(-(-len(ids) // 100))}, json.dumps(shown)
    )


def test_an_old_list_of_ids_takes_no_page_away(site: WordPressSite) -> None:
    """A cache answers the slim pass with the list of the night before, whatever is asked besides."""
    site.stores(range(1, 130))
    site.faults.append(lambda path: listing(path, list(range(1, 126))) if "_fields=id&" in path else None)
    extraction = read(site)
    assert [found["id"] for found in extraction.items] == list(range(1, 130))
    assert (extraction.rounds, extraction.vanished, extraction.gone) == (2, 0, {})


def test_after_a_disagreement_the_ids_are_asked_for_past_caches(site: WordPressSite) -> None:
    site.stores(range(1, 130))
    old = list(range(1, 126))
    site.faults.append(lambda path: listing(path, old) if "_fields=id&" in path and "nocache" not in path else None)
    assert (len(read(site).items), sum("include=" in path for path in site.requests)) == (129, 1)


def test_an_old_list_of_ids_brings_back_no_page_that_is_gone(site: WordPressSite) -> None:
    site.stores(range(1, 130))
    site.trash("stores", 9)
    site.faults.append(lambda path: listing(path, list(range(1, 130))) if "_fields=id&" in path else None)
    extraction = read(site)
    assert 9 not in [found["id"] for found in extraction.items] and extraction.gone.keys() == {9}


def test_two_passes_that_disagree_over_a_page_of_which_nothing_is_known_are_not_sealed(site: WordPressSite) -> None:
    site.stores(range(1, 130))
    site.trash("stores", 9)
    site.faults.append(lambda path: listing(path, list(range(1, 130))) if "_fields=id&" in path else None)
    site.faults.append(lambda path: Response(404, HTML, "") if SINGLE.search(path) else None)
    with pytest.raises(TransientFailure, match="MUT-WP-110: .*of page 9 nothing is known: the site has closed single"):
        read(site)


def test_every_page_in_dispute_is_found_where_the_site_gives_fewer_at_once_than_asked_for(site: WordPressSite) -> None:
    site.stores(range(1, 130))
    site.faults.append(lambda path: listing(path, list(range(1, 106))) if "_fields=id&" in path else None)

    def ten_at_most(path: str) -> Response | None:
        asked = re.search(r"include=([\d%C]+)", path)
        ids = [int(id) for id in asked[1].split("%2C")][:10] if asked else []
        return Response(200, PAGED, json.dumps([store(id, f"Tienda {id}") for id in ids])) if ids else None

    site.faults.append(ten_at_most)
    assert len(read(site).items) == 129
    assert singles(site) == []


# --- one id, two pages -----------------------------------------------------------------------------------------------


def twice(path: str) -> Response | None:
    """A fault: the second page repeats store 1 with the title of another."""
    if "&page=2" not in path or "_fields=id&" in path:
        return None
    rows = [store(1, "Tienda ajena"), *(store(id, f"Tienda {id}") for id in range(101, 131))]
    return Response(200, JSON | {"X-WP-Total": "130", "X-WP-TotalPages": "2"}, json.dumps(rows))


@pytest.mark.parametrize("again", ["include", "alone"])
def test_one_id_with_two_pages_is_asked_for_again(site: WordPressSite, again: str) -> None:
    site.stores(range(1, 131))
    site.faults.append(twice)
    if again == "alone":
        both = json.dumps([store(1, "Tienda 1"), store(1, "Tienda ajena")])
        site.faults.append(lambda path: Response(200, PAGED, both) if "include=" in path else None)
    extraction = read(site)
    assert (len(extraction.items), extraction.items[0]["title"]) == (130, {"rendered": "Tienda 1"})
    assert extraction.unproven == {}


def test_one_id_with_two_pages_of_which_the_site_says_no_more_is_left_out_and_named(site: WordPressSite) -> None:
    site.stores(range(1, 131))
    site.faults.append(twice)
    site.faults.append(lambda path: Response(403, HTML, "") if "include=" in path or SINGLE.search(path) else None)
    extraction = read(site, 1)
    assert [found["id"] for found in extraction.items] == list(range(2, 131))
    assert "two pages under this id, Tienda 1 (1) and Tienda ajena (1)" in extraction.unproven[1]


def test_a_failure_of_the_list_is_still_a_failure(market: WordPressSite) -> None:
    market.faults.append(lambda path: Response(403, HTML, "") if "&page=" in path else None)
    with pytest.raises(Failure, match="MUT-WP-002"):
        read(market, 7)
