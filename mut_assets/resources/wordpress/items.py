"""What one answer of WordPress holds: items with their ids, and the totals beside them.

What belongs here: what counts as an item, and whether the site shows it to everybody. What does not: which answers
make a collection (`wordpress/crawl.py`), or what the fields mean (`domain/tables/raw.py`).
"""

import html
from collections.abc import Iterable, Iterator
from typing import Any

from mut_assets.resources.wordpress import failures
from mut_assets.resources.wordpress.failures import Request
from mut_assets.resources.wordpress.http import Answer

FIELDS = ("id", "slug", "status", "link", "title", "content", "modified_gmt", "acf")
"""What the raw parser reads. Asking for no more saves half the bytes and most of the memory."""
_FEW = 5
"""Below this many items, fields that are all empty may be the editors' work; from here on they are the site's."""

Item = dict[str, Any]


def header(request: Request, answer: Answer, name: str) -> int:
    """One of the two totals that come with a page; raises `PermanentFailure` MUT-WP-012 where it says nothing."""
    value = answer.headers.get(name)
    if value is None or not (value.strip().isascii() and value.strip().isdigit()) or len(value) > 12:
        raise failures.no_paging(request, name, value)
    return int(value)


def read_items(request: Request, answer: Answer) -> Iterator[tuple[int, Item]]:
    """(id, item) of one answer, with the fields asked for even where the site ignores `_fields`."""
    if not isinstance(answer.value, list):
        raise failures.wrong_base_url(request, "The JSON that came is not the list of a WordPress collection.")
    wanted = request.params["_fields"].split(",")
    for position, item in enumerate(answer.value, start=1):
        key = item.get("id") if isinstance(item, dict) else None
        if type(key) is not int:
            raise failures.no_id(request, position)
        yield key, {name: item[name] for name in wanted if name in item}


def without_custom_fields(items: Iterable[Item]) -> bool:
    """No item has `acf`; or each has an empty one, as Advanced Custom Fields sends when Show in REST API is off."""
    fields = [item.get("acf") for item in items]
    missing = bool(fields) and not any("acf" in item for item in items)
    return missing or (len(fields) >= _FEW and not any(fields))


def is_public(item: Item) -> bool:
    """Whether the item is published; what says nothing of it is."""
    return bool(item.get("status", "publish") == "publish")


def is_protected(item: Item) -> bool:
    """Whether its content needs a password."""
    content = item.get("content")
    return isinstance(content, dict) and content.get("protected") is True


def named(item: Item) -> str:
    """The item for people: "title (id)"."""
    title = item.get("title")
    rendered = title.get("rendered") if isinstance(title, dict) else title
    return f"{html.unescape(rendered)} ({item['id']})" if isinstance(rendered, str) and rendered else str(item["id"])
