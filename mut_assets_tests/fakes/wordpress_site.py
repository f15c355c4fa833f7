"""A WordPress site on loopback: answers as the REST API does, and fails on request.

    with WordPressSite() as site:
        site.store(2007, "Panadería La Espiga", schedule="L-D: 08:00 - 20:00")
        WordPress(site.base_url).collection("stores")

What WordPress itself does is imitated (paging headers, the page beyond the last, `_fields`, `include`, escaped JSON);
what stands around it (firewalls, proxies, broken connections) comes from `faults`.
"""

import html
import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from mut_assets_tests.fakes.loopback import Loopback, encoded

Item = dict[str, Any]
TYPES = {"event": "event", "stores": "tiendas", "restaurant": "restaurante"}
"""REST route -> the word that the public pages have in their address."""

_TOP_LEVEL = ("slug", "status", "link", "modified_gmt", "date", "acf")


class Response(NamedTuple):
    """What a fault answers. A Content-Length that is not the body's closes the connection after the body."""

    status: int
    headers: Mapping[str, str] = {}
    body: bytes | str = b""


Fault = Callable[[str], tuple[int, Mapping[str, str], bytes | str] | None]


def event(id: int, title: str, **fields: Any) -> Item:
    """One event. `fields`: date_text, hour, place, description (of its card), event_date, hours, organizer, content,
    protected, and any key of an item (slug, status, link, modified_gmt, acf, …)."""
    card = {
        "date": fields.pop("date_text", "Sábado 14 de marzo"),
        "hour": fields.pop("hour", "12:00 hrs"),
        "place": fields.pop("place", "Nivel 3, Terraza Norte"),
        "description": fields.pop("description", "Una actividad para toda la familia."),
    }
    button = {"is_active": False, "anchor": []}
    outstanding = {
        "event_date": fields.pop("event_date", "20260314"),
        "hours": fields.pop("hours", [{"hour": "12:00"}]),
        "organizer": fields.pop("organizer", "Club de Lectura Los Aromos"),
    }
    acf = {"informacion_destacada": outstanding, "informacion_tienda": [{"cards": [{"data": card, "button": button}]}]}
    return _item("event", id, title, acf, fields)


def store(id: int, title: str, **fields: Any) -> Item:
    """One store. `fields`: schedule, place, level, local, phone, mail, page_link, rrss, content, protected, and any
    key of an item (slug, status, link, modified_gmt, acf, …)."""
    return _item("stores", id, title, {"informacion_tienda": [_block(id, fields)]}, fields)


def restaurant(id: int, title: str, **fields: Any) -> Item:
    """One restaurant, with the fields of a store."""
    return _item("restaurant", id, title, {"informacion_tienda": [_block(id, fields)]}, fields)


def _block(id: int, fields: dict[str, Any]) -> Item:
    address = {"title": f"www.local{id}.example", "url": f"https://www.local{id}.example", "target": "_blank"}
    info = {
        "schedule": fields.pop("schedule", "L-S: 10:00 - 20:00 D & F: 11:00 - 19:00"),
        "place": fields.pop("place", f"Nivel {id % 5 - 2}"),
        "level": fields.pop("level", str(id % 5 - 2)),
        "local": fields.pop("local", str(100 + id % 900)),
        "phone": fields.pop("phone", ""),
        "mail": fields.pop("mail", f"hola@local{id}.example"),
        "page_link": fields.pop("page_link", address),
    }
    return {"info": info, "rrss": fields.pop("rrss", [{"url": f"https://social.example/local{id}"}])}


def _item(kind: str, id: int, title: str, acf: Item, fields: dict[str, Any]) -> Item:
    slug = fields.get("slug") or re.sub(r"\W+", "-", title.lower()).strip("-")
    protected = fields.pop("protected", False)
    content = fields.pop("content", f"<p>Conoce <strong>{html.escape(title)}</strong>, un lugar con historia.</p>\n")
    item = {
        "id": id,
        "date": "2025-03-01T10:00:00",
        "modified_gmt": "2025-04-12T16:08:06",
        "slug": slug,
        "status": "publish",
        "type": kind,
        "link": f"https://mercado.example/{TYPES[kind]}/{slug}/",
        "title": {"rendered": title.replace("&", "&#038;")},
        "content": {"rendered": "" if protected else content, "protected": protected},
        "excerpt": {"rendered": "", "protected": protected},
        "featured_media": 0,
        "acf": acf,
        "_links": {"about": [{"href": f"https://mercado.example/wp-json/wp/v2/types/{kind}"}]},
    }
    unknown = fields.keys() - set(_TOP_LEVEL)
    if unknown:
        raise TypeError(f"no such field of {kind}: {', '.join(sorted(unknown))}")
    return item | fields


class WordPressSite(Loopback):
    """A site to be filled, read and broken. Every setting counts from the next request on.

    `items[type]` holds items as the REST API gives them; only those with status publish are listed, one per id. Those
    of `unlisted[type]` are on no list, as when a cache gives out an old one, and are there for who asks for them.
    `requests` logs what was asked (path and query), `headers` what came with it; `most_in_flight` is the largest
    number of requests that were being answered at once. `faults` are asked in order before WordPress is; the first
    that gives something answers. `latency` is in seconds per request. `event`, `store` and `restaurant` publish what
    the functions of this module make, or replace the one with that id.
    """

    methods = ("GET",)

    def __init__(self, latency: float = 0.0) -> None:
        super().__init__()
        self.reset(latency)

    def reset(self, latency: float = 0.0) -> None:
        """Makes it a new site at the same address: empty, healthy, never asked."""
        self.latency = latency
        self.items: dict[str, list[Item]] = {kind: [] for kind in TYPES}
        self.unlisted: dict[str, set[int]] = {kind: set() for kind in TYPES}
        self._hidden: dict[str, set[int]] = {kind: set() for kind in TYPES}
        self.requests: list[str] = []
        self.headers: list[Mapping[str, str]] = []
        self.faults: list[Fault] = []
        self.in_flight = self.most_in_flight = 0
        self.errors: list[BaseException] = []
        self._hooks: list[tuple[Callable[[str], bool], Callable[[], object]]] = []
        self._frozen: dict[str, bytes] | None = None
        self._lock = threading.Lock()

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return self.endpoint

    @property
    def base_url(self) -> str:
        """What API_BASE_URL would be."""
        return f"{self.origin}/wp-json/wp/v2"

    def event(self, id: int, title: str, **fields: Any) -> Item:
        return self._publish("event", event(id, title, **fields))

    def store(self, id: int, title: str, **fields: Any) -> Item:
        return self._publish("stores", store(id, title, **fields))

    def restaurant(self, id: int, title: str, **fields: Any) -> Item:
        return self._publish("restaurant", restaurant(id, title, **fields))

    def stores(self, ids: Iterable[int]) -> None:
        for id in ids:
            self.items["stores"].append(store(id, f"Tienda {id}"))

    def trash(self, kind: str, id: int) -> None:
        self.delete(kind, id)
        self._hidden[kind].add(id)

    def delete(self, kind: str, id: int) -> None:
        """For good; what is only in the trash, WordPress knows."""
        self.items[kind] = [item for item in self.items[kind] if item["id"] != id]

    def _publish(self, kind: str, item: Item) -> Item:
        self.delete(kind, item["id"])
        self._hidden[kind].discard(item["id"])
        self.items[kind].append(item)
        return item

    def after_page(self, number: int, action: Callable[[], object], ids: bool = False) -> None:
        """Does something once: after the next answer with that page of a collection, of whole items or of ids only, and
        before anybody can read it."""

        def matches(path: str) -> bool:
            query = _query(path)
            return query.get("page") == str(number) and (query.get("_fields") == "id") == ids

        self._hooks.append((matches, action))

    def freeze(self) -> None:
        """From now on every answer is composed once and repeated: for benchmarks, after the items are in."""
        self._frozen = {}

    def answer(self, path: str) -> bytes:
        """The whole answer to a GET of `path`, headers included."""
        if self._frozen is not None and path in self._frozen:
            return self._frozen[path]
        answer = _encoded(self._wordpress(path))
        if self._frozen is not None:
            self._frozen[path] = answer
        return answer

    def respond(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        with self._lock:
            self.requests.append(path)
            self.headers.append(headers)
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            if self.latency:
                time.sleep(self.latency)
            for fault in list(self.faults):
                broken = fault(path)
                if broken is not None:
                    return _encoded(Response(*broken))
            answer = self.answer(path)
            self._run_hooks(path)
            return answer
        finally:
            with self._lock:
                self.in_flight -= 1

    def honest(self, path: str) -> Response:
        """What WordPress itself answers to a GET of `path`, whatever stands before it."""
        return self._wordpress(path)

    def _run_hooks(self, path: str) -> None:
        with self._lock:
            due = [hook for hook in self._hooks if hook[0](path)][:1]
            for hook in due:
                self._hooks.remove(hook)
        for _, action in due:
            action()

    def _wordpress(self, path: str) -> Response:
        route, query = unquote(urlsplit(path).path).rstrip("/"), _query(path)
        if not route.startswith("/wp-json"):
            return Response(404, {"Content-Type": "text/html; charset=UTF-8"}, "<!DOCTYPE html><title>404</title>")
        kind, _, id = route.removeprefix("/wp-json/wp/v2").strip("/").partition("/")
        if not route.startswith("/wp-json/wp/v2/") or kind not in self.items or "/" in id:
            return rest_error(404, "rest_no_route", "No route was found matching the URL and request method.")
        listed = {item["id"]: item for item in self.items[kind] if item.get("status", "publish") == "publish"}
        if id:
            return self._item(kind, id, listed, query)
        left_out = set() if "include" in query else self.unlisted[kind]
        shown = [item for key, item in listed.items() if key not in left_out]
        return self._collection(f"{self.base_url}/{kind}", shown, query)

    def _item(self, kind: str, id: str, listed: dict[int, Item], query: dict[str, str]) -> Response:
        found = listed.get(int(id)) if id.isdigit() else None
        if found:
            return _json(_selected(found, query))
        if id.isdigit() and (int(id) in self._hidden[kind] or int(id) in {item["id"] for item in self.items[kind]}):
            return rest_error(401, "rest_forbidden", "Sorry, you are not allowed to do that.")
        return rest_error(404, "rest_post_invalid_id", "Invalid post ID.")

    def _collection(self, url: str, items: list[Item], query: dict[str, str]) -> Response:
        page, per_page = query.get("page", "1"), query.get("per_page", "10")
        sort = _SORTS.get(query.get("orderby", "date"))
        checks = {
            "page": page.isdigit() and int(page) >= 1,
            "per_page": per_page.isdigit() and 1 <= int(per_page) <= 100,
            "orderby": sort is not None,
            "order": query.get("order", "desc") in ("asc", "desc"),
            "status": query.get("status", "publish") == "publish",
        }
        wrong = ", ".join(name for name, right in checks.items() if not right)
        if wrong or sort is None:
            return rest_error(400, "rest_invalid_param", f"Invalid parameter(s): {wrong}")
        if "include" in query:
            included = set(map(int, filter(str.isdigit, query["include"].split(","))))
            items = [item for item in items if item["id"] in included]
        items.sort(key=sort, reverse=query.get("order", "desc") == "desc")
        number, size = int(page), int(per_page)
        pages = -(-len(items) // size)
        if items and number > pages:
            larger = "The page number requested is larger than the number of pages available."
            return rest_error(400, "rest_post_invalid_page_number", larger)
        links = [
            f'<{url}?{urlencode(query | {"page": str(other)})}>; rel="{rel}"'
            for rel, other, exists in (("prev", number - 1, number > 1), ("next", number + 1, number < pages))
            if exists
        ]
        paging = {"X-WP-Total": str(len(items)), "X-WP-TotalPages": str(pages), "Link": ", ".join(links)}
        shown = [_selected(item, query) for item in items[(number - 1) * size : number * size]]
        return _json(shown, headers=paging)


_SORTS: dict[str, Callable[[Item], Any]] = {
    "id": lambda item: item["id"],
    "date": lambda item: (item.get("date", ""), item["id"]),
}


def rest_error(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Response:
    return _json({"code": code, "message": message, "data": {"status": status}}, status, headers)


def _json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    body = json.dumps(value, separators=(",", ":")).replace("/", "\\/")
    return Response(status, {"Content-Type": "application/json; charset=UTF-8", **(headers or {})}, body)


def _query(path: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(path).query, keep_blank_values=True).items()}


def _selected(item: Item, query: dict[str, str]) -> Item:
    """The item with only the `_fields` asked for: names, or paths such as `title.rendered`; unknown ones left out."""
    if not query.get("_fields"):
        return item
    selected: Item = {}
    for path in query["_fields"].split(","):
        value: Any = item
        *parents, last = path.strip().split(".")
        target = selected
        for name in parents:
            value = value.get(name) if isinstance(value, dict) else None
            if isinstance(value, dict):
                target = target.setdefault(name, {})
        if isinstance(value, dict) and last in value:
            target[last] = value[last]
    return {name: [] if value == {} else value for name, value in selected.items()}  # as PHP encodes an empty array


def _encoded(response: Response) -> bytes:
    body = response.body.encode() if isinstance(response.body, str) else response.body
    return encoded(response.status, response.headers, body)
