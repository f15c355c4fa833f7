"""How a site misbehaves, by name: each maker gives a function from a request and the honest answer to what is said.

What belongs here: one lie or accident of a WordPress site each. What does not: when it happens, to whom, and with what
else (`mishaps.py`).
"""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from mut_assets_tests.fakes.wordpress_site import Response, rest_error

Item = dict[str, Any]
Lie = Callable[[str, Response], Response | None]
"""From a path and the honest answer to another one; None: this request is answered honestly."""
Maker = Callable[[random.Random, Sequence[int]], Lie]
"""Makes a lie, by chance, of a site that listed these ids the night before."""

_AN_HOUR = {"Retry-After": "3600"}
_SIGN_IN = "<!DOCTYPE html><title>Just a moment...</title>"
_HTML = {"Content-Type": "text/html; charset=UTF-8"}
SILENCE = Response(0)
"""The request is taken, and nothing comes."""
LARGE = 33_000_000
"""Bytes: more than one answer may have."""


def asked(path: str) -> Mapping[str, str]:
    """The parameters of a request."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(path).query).items()}


def is_list(path: str) -> bool:
    """Whether a page of the whole collection is asked for, not some items by their ids."""
    return "page" in asked(path)


def is_slim(path: str) -> bool:
    """Whether only ids are asked for."""
    return asked(path).get("_fields") == "id"


def _says(status: int, headers: Mapping[str, str] = {}, body: str | bytes = b"oops") -> Maker:
    return lambda chance, ids: lambda path, honest: Response(status, headers, body)


def _headers(**changed: Callable[[int], object]) -> Maker:
    """The paging headers, changed; none where the change gives None."""

    def lie(path: str, honest: Response) -> Response:
        headers = dict(honest.headers)
        for name, change in changed.items():
            header = {"total": "X-WP-Total", "pages": "X-WP-TotalPages"}[name]
            if header not in headers:  # an error, such as that of a page behind the last
                return honest
            value = change(int(headers.pop(header)))
            headers |= {} if value is None else {header: str(value)}
        return honest._replace(headers=headers)

    return lambda chance, ids: lambda path, honest: lie(path, honest) if is_list(path) else None


def _body(change: Callable[[str], str | bytes], headers: Mapping[str, str] = {}) -> Maker:
    def lie(path: str, honest: Response) -> Response:
        return honest._replace(body=change(str(honest.body)), headers={**honest.headers, **headers})

    return lambda chance, ids: lie


def _items(change: Callable[[list[Item]], list[Item]]) -> Maker:
    """Other items than those that are asked for; the paging stays."""

    def lie(path: str, honest: Response) -> Response | None:
        items = json.loads(honest.body)
        return honest._replace(body=json.dumps(change(items))) if isinstance(items, list) and items else None

    return lambda chance, ids: lie


def _first(**fields: Any) -> Maker:
    """The first item of each page of whole items with other fields."""
    return _items(lambda items: [{**items[0], **(fields if "acf" in items[0] else {})}, *items[1:]])


def _each(change: Callable[[Item, Item], Item]) -> Maker:
    """Each item changed, given its neighbour, wherever whole items are answered."""

    def all_of(items: list[Item]) -> list[Item]:
        pairs = zip(items, [*items[1:], items[0]], strict=True)
        return [change(item, other) if "acf" in item else item for item, other in pairs]

    return _items(all_of)


def _low(chance: random.Random, ids: Sequence[int]) -> Lie:
    """A cache answers with a shorter list that is consistent in itself: some that live are in none of its pages."""
    missing = set(chance.sample(list(ids), min(len(ids), chance.randint(1, 3))))

    def lie(path: str, honest: Response) -> Response | None:
        items = json.loads(honest.body)
        if not is_list(path) or not isinstance(items, list):
            return None
        headers = {**honest.headers, "X-WP-Total": str(int(honest.headers["X-WP-Total"]) - len(missing))}
        return honest._replace(body=json.dumps([one for one in items if one["id"] not in missing]), headers=headers)

    return lie


def _one_page(chance: random.Random, ids: Sequence[int]) -> Lie:
    """Both passes say that the first page is everything."""

    def lie(path: str, honest: Response) -> Response | None:
        if not is_list(path):
            return None
        count = len(json.loads(honest.body))
        return honest._replace(headers={**honest.headers, "X-WP-Total": str(count), "X-WP-TotalPages": "1"})

    return lie


def _stale_ids(chance: random.Random, ids: Sequence[int]) -> Lie:
    """A cache gives last night's list of ids for tonight's, whole and consistent."""

    def lie(path: str, honest: Response) -> Response | None:
        if not (is_slim(path) and is_list(path)):
            return None
        page, size = int(asked(path)["page"]), 5
        shown = [{"id": id} for id in sorted(ids)[(page - 1) * size : page * size]]
        headers = {**honest.headers, "X-WP-Total": str(len(ids)), "X-WP-TotalPages": str(-(-len(ids) // size))}
        return Response(200, headers, json.dumps(shown))

    return lie


def _one_id_twice(chance: random.Random, ids: Sequence[int]) -> Lie:
    """One id comes a second time, with another's title, text and link; the size counts ids."""
    doubled = chance.choice(list(ids))

    def lie(path: str, honest: Response) -> Response | None:
        items = json.loads(honest.body)
        if not is_list(path) or is_slim(path) or not isinstance(items, list) or doubled in [one["id"] for one in items]:
            return None
        return honest._replace(body=json.dumps([*items, {**items[0], "id": doubled}]))

    return lie


def _closed(path: str, honest: Response) -> Response | None:
    """The site lets nobody ask for single items."""
    forbidden = rest_error(401, "rest_forbidden", "Sorry, you are not allowed to do that.")
    return None if is_list(path) else forbidden


def _blank(item: Item, _: Item) -> Item:
    """Phone, mail and web are empty, as after their fields were renamed."""
    acf = json.loads(json.dumps(item["acf"]))
    for block in acf.get("informacion_tienda") or []:
        if "info" in block:
            block["info"] |= {"phone": "", "mail": "", "page_link": ""}
    return {**item, "acf": acf}


ACCIDENTS: Mapping[str, Maker] = {
    **{f"status {status}": _says(status) for status in (403, 404, 500, 502, 503, 504, 520)},
    "429 for now": _says(429, {"Retry-After": "0"}),
    "429 for an hour": _says(429, _AN_HOUR),
    "429 until something": _says(429, {"Retry-After": "soon"}),
    "nothing, as 204": _says(204, body=b""),
    "a sign-in page": _says(200, _HTML, _SIGN_IN),
    "a redirect to itself": lambda chance, ids: lambda path, honest: Response(302, {"Location": path}),
    "a redirect elsewhere": _says(302, {"Location": "http://127.0.0.1:9/"}),
    "JSON cut in the middle": _body(lambda body: body[: len(body) * 2 // 3]),
    "an answer cut on the way": lambda chance, ids: (
        lambda path, honest: honest._replace(
            body=str(honest.body)[: len(honest.body) * 2 // 3],
            headers={**honest.headers, "Content-Length": str(len(str(honest.body).encode()))},
        )
    ),
    "a notice before the JSON": _body(lambda body: f"<br />\n<b>Notice</b>: x<br />\n{body}"),
    "a comment after the JSON": _body(lambda body: f"{body}<!-- cached -->"),
    "no gzip as it says": _body(lambda body: body, {"Content-Encoding": "gzip"}),
    "too much": _body(lambda body: b" " * LARGE),
    "objects by the million": _body(lambda body: body.replace('"acf":{', f'"acf":{{"x":[{"{}," * 2_600_000}{{}}],', 1)),
    "a text of a megabyte": _first(content={"rendered": "<p>Bazar</p>" + "<!--" * 250_000, "protected": False}),
    "a title of a megabyte": _first(title={"rendered": "T" * 1_000_000}),
    "no answer at all": lambda chance, ids: lambda path, honest: SILENCE,
    "very deep JSON": _body(lambda body: "[" * 50_000 + "]" * 50_000),
    "null": _body(lambda body: "null"),
    "an object": _body(lambda body: f'{{"0": {body}}}'),
    "an empty list": _body(lambda body: "[]"),
    "fewer items": _items(lambda items: items[:-2]),
    "every item twice": _items(lambda items: items + items),
    "backwards": _items(lambda items: items[::-1]),
    "an item that is null": _items(lambda items: [None, *items]),  # type: ignore[list-item]  # as no site should
    "an id that is text": _items(lambda items: [{**items[0], "id": f"{items[0]['id']}"}, *items[1:]]),
    "an id that is none": _items(lambda items: [{**items[0], "id": None}, *items[1:]]),
    "no total": _headers(total=lambda total: None),
    "a total in words": _headers(total=lambda total: "veinte"),
    "a total that is higher": _headers(total=lambda total: total + 3),
    "a total of none": _headers(total=lambda total: 0),
    "more pages than there are": _headers(pages=lambda pages: pages + 2),
    "pages without number": _headers(pages=lambda pages: 99_999),
    "one page of several": _headers(pages=lambda pages: 1),
    "no custom fields": _items(lambda items: [{k: v for k, v in one.items() if k != "acf"} for one in items]),
    "a title that is a list": _first(title=["a"]),
    "a link that is a script": _first(link="javascript:alert(1)"),
    "closed single items": lambda chance, ids: _closed,
}
"""What is easily told from an honest answer."""

LIES: Mapping[str, Maker] = {
    "a shorter list, consistent in itself": _low,
    "the first page is everything": _one_page,
    "last night's list of ids": _stale_ids,
    "one id with two contents": _one_id_twice,
}
"""What looks like an honest answer: only other requests show that it is none."""

SLIPS: Mapping[str, Maker] = {
    "bodies of one another": _each(lambda item, other: {**item, "content": other["content"]}),
    "links to another host": _each(lambda item, _: {**item, "link": str(item["link"]).replace("mercado", "phishing")}),
    "all titles alike": _each(lambda item, _: {**item, "title": {"rendered": "Tienda"}}),
    "no phone, mail or web any more": _each(_blank),
    "no text any more": _each(lambda item, _: {**item, "content": {"rendered": "", "protected": False}}),
}
"""What editors, their plugins and intruders do to a whole collection: the site says it, and nobody means it."""
