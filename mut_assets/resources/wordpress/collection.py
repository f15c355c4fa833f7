"""WordPress: a complete collection, or an error.

Pages shift while they are read: a post trashed on a page already fetched pulls a live one over the edge, and no page
says so. So a collection is sealed: a second, slim pass over the ids has to give the same set, and that set the size
that the site itself announces. With a publisher that diffs, an item missing here is a document deleted there.

What belongs here: paging, the seal, what counts as an item. What does not: HTTP (`wordpress/http.py`), the words of
the failures (`wordpress/failures.py`), what the fields mean (`domain/tables/raw.py`).
"""

import html
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from mut_assets.resources.failures import BadSetting
from mut_assets.resources.ports import Extraction, Log, silent
from mut_assets.resources.wordpress import failures
from mut_assets.resources.wordpress.failures import Request
from mut_assets.resources.wordpress.http import Answer, Limits, SiteSession

PER_PAGE = 100
"""The most that WordPress gives at once; more is an error, not a shorter page."""
MAX_ROUNDS = 3
FIELDS = ("id", "slug", "status", "link", "title", "content", "modified_gmt", "acf")
"""What the raw parser reads. Asking for no more saves half the bytes and most of the memory."""
_FEW = 5
"""Below this many items, fields that are all empty may be the editors' work; from here on they are the site's."""

Item = dict[str, Any]


@dataclass(frozen=True)
class FirstPage:
    """One answer, as a night begins with it: how many items the site announces, the first of them, and its seconds."""

    url: str
    total: int
    items: list[Item]
    seconds: float


@dataclass(frozen=True)
class WordPress:
    """A client of a site's REST API. Making one sends nothing.

    `base_url` ends in /wp-json/wp/v2 and may carry `user:password@` for a site behind a login, which no message and no
    row repeats. `fuente` is what the rows say they came from, the base URL by default. `attempts` are tries per request
    in all; `backoff` seconds before the second, doubling, with jitter; `max_wait` is the longest wait the site may ask
    for inside one request. `timeout` is (connect, read) in seconds, and `max_response_bytes` counts decoded bytes. The
    other limits are those of `http.Limits`: seconds of a request and of a collection, bytes of memory.
    """

    base_url: str = field(repr=False)
    concurrency: int = 4
    fuente: str = ""
    attempts: int = 4
    backoff: float = 0.5
    max_wait: float = 20
    timeout: tuple[float, float] = (5, 30)
    request_seconds: float = 60
    collection_seconds: float = 180
    most_seconds: float = 3600
    max_response_bytes: int = 10_000_000
    max_answer_memory: int = 64_000_000
    max_memory: int = 120_000_000
    max_pages: int = 500
    sleep: Callable[[float], object] | None = field(default=None, repr=False, compare=False)

    def collection(self, wordpress_type: str, log: Log = silent, spent: float = 0) -> Extraction:
        """Every item of a type, sealed. `spent` are seconds that earlier tries of it took of its time.

        Raises `PermanentFailure` MUT-WP-0xx or `TransientFailure` MUT-WP-1xx, and `BadSetting` for a base URL that is
        none; never returns a part. `log` gets a line per page where there are several, on the calling thread.
        """
        started = time.monotonic()
        base, auth = _checked(self.base_url)
        url = f"{base}/{quote(wordpress_type, safe='')}"
        with SiteSession(self.limits(), auth, self.sleep, spent) as session:
            crawl = _Crawl(session, wordpress_type, url, self.max_pages, log)
            total = crawl.run()
        items = [crawl.items[key] for key in sorted(crawl.items)]
        if _without_custom_fields(items):
            raise failures.no_custom_fields(wordpress_type, url, len(items))
        return Extraction(
            items=[item for item in items if _is_public(item) and not _is_protected(item)],
            fuente=self.fuente or base,
            total=total,
            protected=[_named(item) for item in items if _is_public(item) and _is_protected(item)],
            unpublished=[_named(item) for item in items if not _is_public(item)],
            pages=crawl.pages,
            requests=session.requests,
            rounds=crawl.rounds,
            recovered=crawl.recovered,
            vanished=crawl.vanished,
            seconds=time.monotonic() - started,
        )

    def first_page(self, wordpress_type: str) -> FirstPage:
        """The first request of `collection`, and nothing else. Raises what that does."""
        base, auth = _checked(self.base_url)
        url = f"{base}/{quote(wordpress_type, safe='')}"
        started = time.monotonic()
        with SiteSession(self.limits(), auth, self.sleep) as session:
            request = _Crawl(session, wordpress_type, url, self.max_pages, silent).request("page 1", FIELDS)
            answer = session.get(request)
        seconds = time.monotonic() - started
        items = [item for _, item in _items(request, answer)]
        _header(request, answer, "X-WP-TotalPages")
        if _without_custom_fields(items):
            raise failures.no_custom_fields(wordpress_type, url, len(items))
        return FirstPage(url, _header(request, answer, "X-WP-Total"), items, seconds)

    def limits(self) -> Limits:
        """What its requests and answers are bounded by."""
        return Limits(
            concurrency=max(1, self.concurrency),
            attempts=max(1, self.attempts),
            backoff=self.backoff,
            max_wait=self.max_wait,
            timeout=self.timeout,
            request_seconds=self.request_seconds,
            seconds=self.collection_seconds,
            most_seconds=self.most_seconds,
            max_response_bytes=self.max_response_bytes,
            max_answer_memory=self.max_answer_memory,
            max_memory=self.max_memory,
        )


@dataclass(frozen=True)
class _Pass:
    """One walk over all pages. `totals` are the different sizes that its pages announced."""

    items: dict[int, Item]
    totals: frozenset[int]
    pages: int

    @property
    def stands(self) -> bool:
        """All pages announced one size, and that many different items came."""
        return self.totals == {len(self.items)}


class _Crawl:
    """One extraction while it runs: what was fetched so far, and how it went."""

    def __init__(self, session: SiteSession, wordpress_type: str, url: str, max_pages: int, log: Log) -> None:
        self.items: dict[int, Item] = {}
        self.pages = self.rounds = self.recovered = self.vanished = 0
        self._session = session
        self._type = wordpress_type
        self._url = url
        self._max_pages = max_pages
        self._log = log

    def run(self) -> int:
        """Fills `items` and returns the size that the site announces, once both agree; raises otherwise."""
        first = self._walk(FIELDS, "page", expected_pages=1)
        self.items, self.pages = dict(first.items), first.pages
        if first.pages == 1 and first.stands:
            return len(self.items)
        expected_pages = first.pages
        while True:
            self.rounds += 1
            seal = self._walk(("id",), "id page", expected_pages)
            if seal.stands and seal.items.keys() == self.items.keys():
                self._log(f"{self._type!r} is sealed: {len(self.items):,} items, round {self.rounds}")
                return len(self.items)
            if self.rounds == MAX_ROUNDS:
                raise failures.never_sealed(self._type, self._url, MAX_ROUNDS, self._difference(seal))
            self._log(f"{self._type!r} moved, round {self.rounds}: {self._difference(seal)}")
            self._repair(seal)
            expected_pages = seal.pages

    def _repair(self, seal: _Pass) -> None:
        """Drops what the site no longer lists, fetches what it lists besides; the next round says if that was right."""
        gone = self.items.keys() - seal.items.keys()
        for key in gone:
            del self.items[key]
        self.vanished += len(gone)
        missing = sorted(seal.items.keys() - self.items.keys())
        groups = [missing[start : start + PER_PAGE] for start in range(0, len(missing), PER_PAGE)]
        asked = [
            self.request(f"group {number} of missing items", FIELDS, include=",".join(map(str, group)))
            for number, group in enumerate(groups, start=1)
        ]
        for position, answer in self._session.get_all(asked):
            if isinstance(answer, failures.BeyondTheLastPage):
                continue
            recovered = dict(_items(asked[position], answer))
            self.items.update(recovered)
            self.recovered += len(recovered)

    def _walk(self, fields: tuple[str, ...], noun: str, expected_pages: int) -> _Pass:
        """Fetches every page: those expected all at once, then those that the answers announce besides."""
        items: dict[int, Item] = {}
        totals: set[int] = set()
        done, pages, announced = 0, 1, max(1, expected_pages)
        while done < announced:
            asked = [self.request(f"{noun} {number}", fields, page=number) for number in range(done + 1, announced + 1)]
            done = announced
            for position, answer in self._session.get_all(asked):
                if isinstance(answer, failures.BeyondTheLastPage):
                    if asked[position].params["page"] == "1":
                        raise answer  # the first page of nothing is an empty list
                    continue
                items.update(_items(asked[position], answer))
                totals.add(_header(asked[position], answer, "X-WP-Total"))
                pages = max(pages, _header(asked[position], answer, "X-WP-TotalPages"))
                if pages > self._max_pages:
                    raise failures.too_many_pages(asked[position], pages, self._max_pages)
                self._session.announced(pages)
                if pages > 1:
                    self._log(f"{asked[position].name}: {len(items):,} of {max(totals):,}")
            announced = max(done, pages)
        return _Pass(items, frozenset(totals), pages)

    def request(self, name: str, fields: tuple[str, ...], page: int = 1, include: str = "") -> Request:
        """Asks for one page of the collection or, with `include`, for the items of these ids, up to PER_PAGE."""
        params = {"per_page": str(PER_PAGE), "orderby": "id", "order": "asc", "_fields": ",".join(fields)}
        params |= {"include": include} if include else {"page": str(page)}
        return Request(f"{name} of {self._type!r}", self._url, params)

    def _difference(self, seal: _Pass) -> str:
        announced = " or ".join(f"{total:,}" for total in sorted(seal.totals))
        missing = len(seal.items.keys() - self.items.keys())
        gone = len(self.items.keys() - seal.items.keys())
        return (
            f"the site announces {announced} items and lists {len(seal.items):,}; "
            f"of those fetched {gone:,} are no longer listed, and {missing:,} listed ones were not fetched"
        )


def _checked(base_url: str) -> tuple[str, tuple[str, str] | None]:
    """The base URL without trailing slash and credentials, and the credentials; raises `BadSetting`."""
    try:
        parts = urlsplit(base_url.strip())
        usable = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
        (parts.hostname or "").encode("idna")  # "mercado..cl" is no name of a host
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment:
        expected = "an http(s) address without query, such as https://mut.cl/wp-json/wp/v2"
        raise BadSetting("API_BASE_URL", failures.without_secrets(base_url.strip()), expected)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    auth = (user, password) if user or password else None
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}", auth


def _header(request: Request, answer: Answer, name: str) -> int:
    value = answer.headers.get(name)
    if value is None or not (value.strip().isascii() and value.strip().isdigit()) or len(value) > 12:
        raise failures.no_paging(request, name, value)
    return int(value)


def _items(request: Request, answer: Answer) -> Iterator[tuple[int, Item]]:
    """(id, item) of one answer, with the fields asked for even where the site ignores `_fields`."""
    if not isinstance(answer.value, list):
        raise failures.wrong_base_url(request, "The JSON that came is not the list of a WordPress collection.")
    wanted = request.params["_fields"].split(",")
    for position, item in enumerate(answer.value, start=1):
        key = item.get("id") if isinstance(item, dict) else None
        if type(key) is not int:
            raise failures.no_id(request, position)
        yield key, {name: item[name] for name in wanted if name in item}


def _without_custom_fields(items: Iterable[Item]) -> bool:
    """No item has `acf`; or each has an empty one, as Advanced Custom Fields sends when Show in REST API is off."""
    fields = [item.get("acf") for item in items]
    missing = bool(fields) and not any("acf" in item for item in items)
    return missing or (len(fields) >= _FEW and not any(fields))


def _is_public(item: Item) -> bool:
    return bool(item.get("status", "publish") == "publish")


def _is_protected(item: Item) -> bool:
    content = item.get("content")
    return isinstance(content, dict) and content.get("protected") is True


def _named(item: Item) -> str:
    title = item.get("title")
    rendered = title.get("rendered") if isinstance(title, dict) else title
    return f"{html.unescape(rendered)} ({item['id']})" if isinstance(rendered, str) and rendered else str(item["id"])
