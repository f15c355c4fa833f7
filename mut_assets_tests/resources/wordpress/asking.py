"""A door to a site that keeps nobody waiting, and a fault that happens once."""

from collections.abc import Callable
from typing import Any

from mut_assets.resources.wordpress.collection import WordPress
from mut_assets_tests.fakes.wordpress_site import Response, WordPressSite


def door(site: WordPressSite, **settings: Any) -> WordPress:
    return WordPress(site.base_url, **({"backoff": 0} | settings))


def once(answer: Response, wanted: str = "") -> Callable[[str], Response | None]:
    """A fault: the first request whose path holds the wanted text gets this answer."""
    answers = [answer]
    return lambda path: answers.pop() if answers and wanted in path else None
