"""Whole nights in which the site does not list what is published: it goes by evidence, or stays."""

import json
import re
from collections.abc import Callable
from typing import Any

import dagster as dg
import pytest

from mut_assets_tests.corridor.conftest import Platform, after_a_first_night, failure_text
from mut_assets_tests.fakes.wordpress_site import Response, rest_error, store
from mut_assets_tests.resources.wordpress.asking import JSON, hang_up

pytestmark = [pytest.mark.slow, after_a_first_night]

SINGLE = re.compile(r"/stores/\d+\?")


def singles(answer: Response | Callable[[], Response]) -> Callable[[str], Response | None]:
    """A fault: what the site answers when a store is asked for by itself."""
    return lambda path: (answer() if callable(answer) else answer) if SINGLE.search(path) else None


def told(night: dg.ExecuteInProcessResult, name: str) -> Any:
    (materialization,) = night.asset_materializations_for_node("raw_tiendas")
    value = materialization.metadata[name]
    return [record.data for record in value.records] if isinstance(value, dg.TableMetadataValue) else value.value


def asked(platform: Platform) -> int:
    return sum("/stores" in path for path in platform.site.requests)


def test_a_list_that_leaves_pages_out_takes_nothing_away_and_the_others_go_out(platform: Platform) -> None:
    """The one page of the list is old, announces what it holds, and so agrees with itself (both passes low)."""
    before = platform.documents("stores")
    platform.site.unlisted["stores"] |= {2001, 2004, 2007}
    platform.site.restaurant(4001, "Cocina nueva", content="<p>Sirve charquicán.</p>")
    night = platform.run()
    assert not night.success
    assert "MUT-WP-111" in failure_text(night) and "Tienda 1 & Cía (2001)" in failure_text(night)
    assert platform.run("publish_latest").success
    assert platform.documents("stores") == before
    assert platform.metadata("restaurantes/4001.md")["titulo"] == "Cocina nueva"
    platform.site.unlisted["stores"].clear()
    assert platform.run().success and platform.documents("stores") == before


@pytest.mark.parametrize("way", ["trash", "delete"])
def test_a_page_that_the_site_says_is_gone_goes_tonight_and_is_named(platform: Platform, way: str) -> None:
    getattr(platform.site, way)("stores", 2004)
    night = platform.run()
    assert night.success, failure_text(night)
    assert platform.counts("tiendas") == (0, 0, 1, 0, 11)
    assert told(night, "gone_from_the_site") == 1
    (row,) = told(night, "pages_left_out")
    assert row["page"] == "Tienda 4 & Cía (2004)" and row["why"].startswith("gone: WordPress ")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (rest_error(403, "rest_forbidden", "…"), "the site has closed single items"),
        (rest_error(404, "rest_no_route", "…"), "the site has closed single items"),
        (Response(404, {"Content-Type": "text/html"}, "<title>Not found</title>"), "404 (text/html)"),
        (hang_up, "broke"),
    ],
)
def test_what_nobody_knows_to_be_gone_stays_until_a_night_on_which_the_site_says_so(
    platform: Platform, answer: Response | Callable[[], Response], words: str
) -> None:
    before = platform.documents("stores")
    platform.site.trash("stores", 2004)
    platform.site.faults.append(singles(answer))
    night = platform.run()
    assert night.success, failure_text(night)
    assert platform.documents("stores") == before and platform.counts("tiendas") == (0, 0, 0, 1, 11)
    (line,) = platform.outcome("tiendas").held_lines
    assert line.title == "Tienda 4 & Cía" and words in line.detail
    assert [row["id"] for row in told(night, "set_aside")] == ["2004"]
    platform.site.faults.clear()
    assert platform.run().success
    assert platform.ids("stores") == {str(2000 + number) for number in range(12)} - {"2004"}
    assert platform.counts("tiendas") == (0, 0, 1, 0, 11)


def test_evidence_makes_no_removal_expected(platform: Platform) -> None:
    before = platform.documents("stores")
    for number in range(6):
        platform.site.delete("stores", 2000 + number)
    assert not platform.run().success
    assert platform.outcome("tiendas").status == "refused" and platform.documents("stores") == before


def test_an_unchanged_night_asks_the_site_for_nothing_more(platform: Platform) -> None:
    assert platform.run().success
    assert asked(platform) == 1


def test_what_has_another_status_than_published_is_named_like_what_is_behind_a_password(platform: Platform) -> None:
    drafts, closed = store(2001, "Por abrir", status="draft"), store(2002, "Con clave", protected=True)
    rows = [drafts, closed, *platform.site.items["stores"][3:], platform.site.items["stores"][0]]
    body, totals = json.dumps(rows), {"X-WP-Total": "12", "X-WP-TotalPages": "1"}
    platform.site.faults.append(lambda path: Response(200, JSON | totals, body) if "/stores?" in path else None)
    night = platform.run()
    assert night.success, failure_text(night)
    assert [(row["page"], row["why"]) for row in told(night, "pages_left_out")] == [
        ("Con clave (2002)", "behind a password"),
        ("Por abrir (2001)", "its status is another than publish"),
    ]
    assert (told(night, "password_protected"), told(night, "not_published")) == (1, 1)
    assert platform.counts("tiendas") == (0, 0, 2, 0, 10)


def test_an_old_list_of_ids_takes_no_page_away(platform: Platform) -> None:
    """A cache answers the slim pass with the list of a night before; the site of two pages is whole (V3)."""
    platform.site.stores(range(2100, 2200))
    old = [item["id"] for item in platform.site.items["stores"][:-4]]

    def stale(path: str) -> Response | None:
        found = re.search(r"/stores\?.*_fields=id&page=(\d)", path)
        totals = {"X-WP-Total": str(len(old)), "X-WP-TotalPages": "2"}
        shown = old[(int(found[1]) - 1) * 100 : int(found[1]) * 100] if found else []
        return Response(200, JSON | totals, json.dumps([{"id": id} for id in shown])) if found else None

    platform.site.faults.append(stale)
    night = platform.materialize("raw_tiendas")
    assert night.success, failure_text(night)
    assert told(night, "items_on_the_site") == 112


def test_an_id_that_comes_twice_is_not_published_as_another_shop(platform: Platform) -> None:
    """The second page repeats 2001 with the page of 2002, and arrives last (V8)."""
    platform.site.stores(range(2100, 2200))
    before = platform.documents("stores")

    def twice(path: str) -> Response | None:
        if "/stores?" not in path or "&page=2" not in path or "_fields=id&" in path:
            return None
        strange = platform.site.items["stores"][2] | {"id": 2001}
        rows = [strange, *platform.site.items["stores"][100:]]
        return Response(200, JSON | {"X-WP-Total": "112", "X-WP-TotalPages": "2"}, json.dumps(rows))

    platform.site.faults.append(twice)
    assert platform.run().success
    after = platform.documents("stores")
    assert after["stores/2001.md"] == before["stores/2001.md"]
