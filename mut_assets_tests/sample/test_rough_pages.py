"""The bundled site is rough where real pages are: what the cleaning of texts is there for is in it, often enough."""

import html
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from mut_assets.domain.text import fold
from mut_assets.resources.wordpress.sample_pages import items_of_week, monday_of
from mut_assets_tests.sample.event_calendar import calendar_of_week

MONDAY = monday_of(date(2025, 10, 15))
PAGES = [page for pages in items_of_week(MONDAY).values() for page in pages]
BLOCK = re.compile(r"<(h\d|p|li)\b[^>]*>(.*?)</\1>", re.DOTALL)


def content(page: dict[str, Any]) -> str:
    return str(page["content"]["rendered"])


def name(page: dict[str, Any]) -> str:
    return fold(html.unescape(page["title"]["rendered"]))


def blocks(page: dict[str, Any]) -> Iterator[str]:
    """The texts of a page's paragraphs, headings and list items, one line each."""
    for match in BLOCK.finditer(content(page)):
        yield " ".join(html.unescape(re.sub(r"<[^>]+>", "\n", match[2])).split())


def edges(page: dict[str, Any]) -> set[str]:
    """What a block of the page may be headed or signed with: its headings, and the last line of a paragraph."""
    lines = [re.split(r"<br ?/?>", match[2])[-1] for match in BLOCK.finditer(content(page))]
    plain = (fold(html.unescape(re.sub(r"<[^>]+>", "", line))).strip() for line in lines)
    return {re.sub(r"^¿que es (.*)\?$", r"\1", line) for line in plain}


@pytest.mark.parametrize(("wordpress_type", "least"), [("event", 10), ("stores", 10), ("restaurant", 10)])
def test_a_block_stands_on_many_pages_of_each_collection(wordpress_type: str, least: int) -> None:
    pages = items_of_week(MONDAY)[wordpress_type]
    carried = Counter(block for page in pages for block in set(blocks(page)) if len(block) > 40)
    assert max(carried.values()) >= least
    assert max(carried.values()) < len(pages) / 2


def leftovers() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Pairs of a page and the owner of a block that it carries."""
    owners = {name(page): page for page in PAGES}
    return [(page, owners[edge]) for page in PAGES for edge in edges(page) & owners.keys() if edge != name(page)]


def test_pages_of_every_collection_carry_a_block_of_another_page() -> None:
    found = leftovers()
    assert len(found) >= 12
    assert {page["type"] for page, _ in found} == {"event", "stores", "restaurant"}
    assert any(page["type"] != owner["type"] for page, owner in found)


def test_some_carry_the_very_words_of_the_owner_and_some_older_ones() -> None:
    very_words = [
        bool(set(blocks(page)) & {block for block in blocks(owner) if len(block) > 80}) for page, owner in leftovers()
    ]
    assert very_words.count(True) >= 5 and very_words.count(False) >= 5


@pytest.mark.parametrize(
    ("pattern", "least"),
    [
        (r">#[0-9a-fA-F]{3,6};?<", 7),
        (r"<p>\d+[A-ZÁÉÍÓÚ]", 30),
        (r"<p>\d{2}[A-ZÁÉÍÓÚ]", 1),
        (r"<p>Tienda\.</p>", 5),
        (r"\.Tienda\.", 1),
    ],
)
def test_colours_counters_and_generic_words_stand_between_the_paragraphs(pattern: str, least: int) -> None:
    assert sum(bool(re.search(pattern, content(page))) for page in PAGES) >= least


def test_one_name_has_a_date_that_is_over_and_one_that_comes() -> None:
    ids = [page["id"] for page in PAGES if name(page) == "catas de la azotea"]
    assert [calendar_of_week(MONDAY)[number].state for number in ids] == ["past", "coming"]
