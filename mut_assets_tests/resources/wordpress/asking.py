"""A door to a site that keeps nobody waiting, what it fails with, and the faults of a site."""

from collections.abc import Callable
from typing import Any

import pytest

from mut_assets.resources.failures import Failure
from mut_assets.resources.wordpress.collection import WordPress
from mut_assets_tests.fakes.faults import HangUp
from mut_assets_tests.fakes.wordpress_site import Response, WordPressSite

JSON = {"Content-Type": "application/json; charset=UTF-8"}
PAGED = JSON | {"X-WP-Total": "1", "X-WP-TotalPages": "1"}


def door(site: WordPressSite, **settings: Any) -> WordPress:
    return WordPress(site.base_url, **({"backoff": 0} | settings))


def failure_of(site: WordPressSite, **settings: Any) -> Failure:
    with pytest.raises(Failure) as failure:
        door(site, **settings).collection("stores")
    return failure.value


def hang_up() -> Response:
    raise HangUp


def once(answer: Response, wanted: str = "") -> Callable[[str], Response | None]:
    """A fault: the first request whose path holds the wanted text gets this answer."""
    answers = [answer]
    return lambda path: answers.pop() if answers and wanted in path else None
