"""The stand-in answers like the real WordPress, wherever the door or a test relies on it."""

import contextlib
import json
from typing import Any

import pytest
import requests

from mut_assets_tests.conftest import RealWordPress
from mut_assets_tests.fakes.wordpress_site import Response, WordPressSite

QUESTIONS = [
    "stores?per_page=100&orderby=id&order=asc&page=1",
    "stores?per_page=100&orderby=id&order=asc&page=2",
    "stores?per_page=100&page=3",
    "stores?per_page=100&orderby=id&order=asc&_fields=id",
    "stores?_fields=id,title.rendered,content.protected,unknown,acf.unknown",
    "stores?orderby=id&order=desc&per_page=3",
    "stores?orderby=nothing",
    "stores?order=down",
    "stores?per_page=101",
    "stores?per_page=0",
    "stores?page=0",
    "stores?status=draft",
    "stores?include=2007,2014,999999&per_page=100&orderby=id&order=asc&_fields=id,slug",
    "stores?include=999999&page=2",
    "stores/",
    "tiendas",
    "stores/1",
    "stores/2007?_fields=id",
    "stores/2007?_fields=id,status&nocache=1",
    "stores?include=2007,1&per_page=100&orderby=id&order=asc&_fields=id,status&nocache=1",
]


@pytest.mark.wordpress
@pytest.mark.parametrize("question", QUESTIONS)
def test_the_stand_in_answers_like_wordpress(site: WordPressSite, real_wordpress: RealWordPress, question: str) -> None:
    site.stores(sorted(real_wordpress.ids("stores")))
    real, fake = (requests.get(f"{url}/{question}", timeout=10) for url in (real_wordpress.base_url, site.base_url))
    assert seen(fake) == seen(real)


def seen(response: requests.Response) -> tuple[object, ...]:
    """What the door looks at: not the words of the site, nor the fields that nobody reads."""
    paging = tuple(response.headers.get(name) for name in ("X-WP-Total", "X-WP-TotalPages"))
    rels = sorted(name for name in response.links if name in ("next", "prev"))
    return response.status_code, response.headers["Content-Type"], paging, rels, shape(response.json())


def shape(value: Any) -> object:
    if isinstance(value, dict) and "code" in value:
        return value["code"]
    if isinstance(value, dict) and "_links" in value:
        return value["id"], set(value) >= {"slug", "status", "link", "title", "content", "modified_gmt", "acf"}
    if isinstance(value, dict):
        return {name: shape(inner) if name != "slug" else None for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return value if not isinstance(value, str) else "text"


def test_json_is_escaped_as_php_does_it(site: WordPressSite) -> None:
    site.store(7, "Ñandú & Cía", link="https://mercado.example/ñ/")
    text = requests.get(f"{site.base_url}/stores", timeout=10).text
    assert text.isascii()
    assert r"\u00d1and\u00fa &#038; C\u00eda" in text
    assert r"https:\/\/mercado.example\/\u00f1\/" in text


def test_a_frozen_site_repeats_its_answers(site: WordPressSite) -> None:
    site.store(7, "Panadería La Espiga")
    site.freeze()
    first = requests.get(f"{site.base_url}/stores", timeout=10)
    site.store(8, "Florería Jacinta")
    second = requests.get(f"{site.base_url}/stores", timeout=10)
    assert first.content == second.content
    assert len(json.loads(first.content)) == 1


def test_a_mistake_in_a_fault_does_not_pass_for_a_broken_site() -> None:
    def mistaken(path: str) -> Response:
        raise AssertionError("mistaken")

    def visit() -> None:
        with WordPressSite() as site, contextlib.suppress(requests.ConnectionError):
            site.faults.append(mistaken)
            requests.get(f"{site.base_url}/stores", timeout=10)

    with pytest.raises(AssertionError, match="mistaken"):
        visit()
