"""The door against a real WordPress in each of its moods: exactly the right set, or the right reason."""

from typing import Any

import pytest

from mut_assets.resources.failures import Failure, TransientFailure
from mut_assets.resources.wordpress import Extraction, WordPress
from mut_assets_tests.conftest import RealWordPress

pytestmark = pytest.mark.wordpress

TYPES = {"event": 42, "stores": 127, "restaurant": 79}

FAILING = {
    "maintenance": "MUT-WP-107",
    "db-down": "MUT-WP-106",
    "fatal": "MUT-WP-106",
    "fatal-page-2": "MUT-WP-106",
    "rest-401": "MUT-WP-001",
    "rest-403": "MUT-WP-001",
    "no-acf": "MUT-WP-014",
    "waf-403": "MUT-WP-002",
    "challenge": "MUT-WP-003",
    "drop": "MUT-WP-104",
}


def extract(real: RealWordPress, wordpress_type: str, **settings: Any) -> Extraction:
    return WordPress(real.base_url, **({"backoff": 0.01} | settings)).collection(wordpress_type)


def ids(extraction: Extraction) -> set[int]:
    return {item["id"] for item in extraction.items}


@pytest.mark.parametrize("wordpress_type", TYPES)
def test_everything_published_is_extracted(real_wordpress: RealWordPress, wordpress_type: str) -> None:
    extraction = extract(real_wordpress, wordpress_type)
    assert ids(extraction) == real_wordpress.ids(wordpress_type)
    assert len(extraction.items) == extraction.total == TYPES[wordpress_type]


@pytest.mark.parametrize("mode", FAILING)
def test_a_mood_that_gives_no_items_fails_with_its_cause(real_wordpress: RealWordPress, mode: str) -> None:
    real_wordpress.mode(mode)
    with pytest.raises(Failure) as failure:
        extract(real_wordpress, "stores")
    assert failure.value.code == FAILING[mode]


def test_maintenance_says_how_long_it_asks_to_wait(real_wordpress: RealWordPress) -> None:
    real_wordpress.mode("maintenance")
    with pytest.raises(TransientFailure) as failure:
        extract(real_wordpress, "event")
    assert failure.value.retry_after == 600


@pytest.mark.parametrize("mode", ["notice", "flaky", "ratelimit", "fatal-page-2"])
def test_a_mood_that_can_be_borne_changes_nothing(real_wordpress: RealWordPress, mode: str) -> None:
    wordpress_type = "event" if mode == "fatal-page-2" else "stores"
    real_wordpress.mode(mode)
    assert ids(extract(real_wordpress, wordpress_type)) == real_wordpress.ids(wordpress_type)


def test_a_slow_site_is_waited_for(real_wordpress: RealWordPress) -> None:
    real_wordpress.mode("slow")
    assert ids(extract(real_wordpress, "event")) == real_wordpress.ids("event")


def test_a_slow_site_is_not_waited_for_longer_than_agreed(real_wordpress: RealWordPress) -> None:
    real_wordpress.mode("slow")
    with pytest.raises(TransientFailure) as failure:
        extract(real_wordpress, "event", timeout=(5, 0.2), attempts=1)
    assert failure.value.code == "MUT-WP-103"


def test_what_is_published_between_two_pages_is_extracted_too(real_wordpress: RealWordPress) -> None:
    before = real_wordpress.ids("stores")
    real_wordpress.mode("shift-add")
    after = ids(extract(real_wordpress, "stores"))
    assert after > before
    assert len(after) == len(before) + 1


def test_what_is_trashed_between_two_pages_takes_no_other_item_with_it(real_wordpress: RealWordPress) -> None:
    before = real_wordpress.ids("stores")
    real_wordpress.mode("shift-trash")
    after = ids(extract(real_wordpress, "stores"))
    assert after < before
    assert len(after) == len(before) - 1


def test_an_unknown_type_is_named(real_wordpress: RealWordPress) -> None:
    with pytest.raises(Failure, match="'tiendas'") as failure:
        extract(real_wordpress, "tiendas")
    assert failure.value.code == "MUT-WP-005"


def test_an_address_beside_the_api_is_a_wrong_base_url(real_wordpress: RealWordPress) -> None:
    origin = real_wordpress.base_url.removesuffix("/wp-json/wp/v2")
    with pytest.raises(Failure) as failure:
        WordPress(f"{origin}/wp-json").collection("stores")
    assert failure.value.code == "MUT-WP-005"
    with pytest.raises(Failure) as failure:
        WordPress(f"{origin}/api").collection("stores")
    assert failure.value.code == "MUT-WP-006"
