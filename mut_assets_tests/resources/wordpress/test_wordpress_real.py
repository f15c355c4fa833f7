"""The door against a real WordPress: exactly the right set, or the right reason.

Its moods one by one are in corridor/test_real_wordpress.py, where the same door is asked by whole nights.
"""

from typing import Any

import pytest

from mut_assets.resources.failures import Failure, TransientFailure
from mut_assets.resources.ports import Extraction
from mut_assets.resources.wordpress.collection import WordPress
from mut_assets_tests.conftest import RealWordPress

pytestmark = [pytest.mark.wordpress, pytest.mark.slow]

TYPES = {"event": 42, "stores": 127, "restaurant": 79}


def extract(real: RealWordPress, wordpress_type: str, **settings: Any) -> Extraction:
    return WordPress(real.base_url, **({"backoff": 0.01} | settings)).collection(wordpress_type)


def ids(extraction: Extraction) -> set[int]:
    return {item["id"] for item in extraction.items}


@pytest.mark.parametrize("wordpress_type", TYPES)
def test_everything_published_is_extracted(real_wordpress: RealWordPress, wordpress_type: str) -> None:
    extraction = extract(real_wordpress, wordpress_type)
    assert ids(extraction) == real_wordpress.ids(wordpress_type)
    assert len(extraction.items) == extraction.total == TYPES[wordpress_type]


def test_what_is_published_and_not_listed_is_gone_when_the_site_says_so(real_wordpress: RealWordPress) -> None:
    """A store that never was, and an event that an editor has just put into the trash."""
    store = WordPress(real_wordpress.base_url).collection("stores", published=[1, *real_wordpress.ids("stores")])
    assert list(store.gone) == [1] and "404 rest_post_invalid_id" in store.gone[1]
    _, trash, _ = real_wordpress.mutate()
    trashed = int(str(trash["id"]))
    event = WordPress(real_wordpress.base_url).collection("event", published=[trashed])
    assert list(event.gone) == [trashed] and "rest_forbidden" in event.gone[trashed]
    assert (event.unproven, len(event.items)) == ({}, 41)


def test_maintenance_says_how_long_it_asks_to_wait(real_wordpress: RealWordPress) -> None:
    real_wordpress.mode("maintenance")
    with pytest.raises(TransientFailure) as failure:
        extract(real_wordpress, "event")
    assert failure.value.retry_after == 600


def test_a_type_whose_second_page_fails_does_not_spoil_one_of_a_single_page(real_wordpress: RealWordPress) -> None:
    real_wordpress.mode("fatal-page-2")
    assert ids(extract(real_wordpress, "event")) == real_wordpress.ids("event")


def test_a_slow_site_is_not_waited_for_longer_than_agreed(real_wordpress: RealWordPress) -> None:
    real_wordpress.mode("slow")
    with pytest.raises(TransientFailure, match="MUT-WP-103"):
        extract(real_wordpress, "event", timeout=(5, 0.2), attempts=1)


@pytest.mark.parametrize(("mode", "published", "trashed"), [("shift-add", 1, 0), ("shift-trash", 0, 1)])
def test_what_is_published_or_trashed_between_two_pages_takes_no_other_item_with_it(
    real_wordpress: RealWordPress, mode: str, published: int, trashed: int
) -> None:
    before = real_wordpress.ids("stores")
    real_wordpress.mode(mode)
    after = ids(extract(real_wordpress, "stores"))
    assert (len(after - before), len(before - after)) == (published, trashed)


def test_an_unknown_type_is_named(real_wordpress: RealWordPress) -> None:
    with pytest.raises(Failure, match="MUT-WP-005: .*'tiendas'"):
        extract(real_wordpress, "tiendas")


def test_an_address_beside_the_api_is_a_wrong_base_url(real_wordpress: RealWordPress) -> None:
    origin = real_wordpress.base_url.removesuffix("/wp-json/wp/v2")
    for address, code in (("wp-json", "MUT-WP-005"), ("api", "MUT-WP-006")):
        with pytest.raises(Failure, match=code):
            WordPress(f"{origin}/{address}").collection("stores")
