"""WordPress: a complete collection, or an error.

Pages shift while they are read: a post trashed on a page already fetched pulls a live one over the edge, and no page
says so. So a collection is sealed: a second, slim pass over the ids has to give the same set, and that set the size
that the site itself announces. With a publisher that diffs, an item missing here is a document deleted there.

What belongs here: the door and its settings. What does not: paging and the seal (`wordpress/crawl.py`), what counts as
an item (`wordpress/items.py`), HTTP (`wordpress/http.py`), the words of the failures (`wordpress/failures.py`), or what
the fields mean (`domain/tables/raw.py`).
"""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from mut_assets.resources.failures import BadSetting
from mut_assets.resources.ports import Extraction, Log, silent
from mut_assets.resources.wordpress import failures
from mut_assets.resources.wordpress.crawl import Crawl, page_request
from mut_assets.resources.wordpress.evidence import Inquiry
from mut_assets.resources.wordpress.http import Limits, SiteSession
from mut_assets.resources.wordpress.items import (
    Item,
    header,
    is_protected,
    is_public,
    named,
    read_items,
    without_custom_fields,
)

_UNLISTED = "the site no longer lists this page, and does not say whether it is gone"


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

    def collection(
        self, wordpress_type: str, log: Log = silent, published: Collection[int] = (), spent: float = 0
    ) -> Extraction:
        """Every item of a type, sealed; and of each of `published` that is not listed, what the site says of it.
        `spent` are seconds that earlier tries of it took of its time.

        Raises `PermanentFailure` MUT-WP-0xx or `TransientFailure` MUT-WP-1xx, and `BadSetting` for a base URL that is
        none; never returns a part. `log` gets a line per page where there are several, on the calling thread.
        """
        started = time.monotonic()
        base, auth = _checked(self.base_url)
        url = f"{base}/{quote(wordpress_type, safe='')}"
        with SiteSession(self.limits(), auth, self.sleep, spent) as session:
            inquiry = Inquiry(session, wordpress_type, url, log)
            crawl = Crawl(session, inquiry, wordpress_type, url, self.max_pages, log)
            crawl.run()
            items = [crawl.items[key] for key in sorted(crawl.items)]
            if without_custom_fields(items):
                raise failures.no_custom_fields(wordpress_type, url, len(items))
            missing = set(published) - crawl.items.keys() - crawl.gone.keys()
            evidence = inquiry.ask(missing, crawl.sibling(crawl.items), until_alive=True)
        if evidence.alive:
            raise failures.not_listed(wordpress_type, url, [named(item) for item in evidence.alive.values()])
        unlisted = {id: f"{_UNLISTED}: {why}" for id, why in evidence.unproven.items()}
        public = [item for item in items if is_public(item)]
        return Extraction(
            items=[item for item in public if not is_protected(item) and item["id"] not in crawl.unproven],
            fuente=self.fuente or base,
            total=len(items),
            protected=[named(item) for item in public if is_protected(item)],
            unpublished=[named(item) for item in items if not is_public(item)],
            gone=crawl.gone | evidence.gone,
            unproven=crawl.unproven | unlisted,
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
            request = page_request("page 1", wordpress_type, url)
            answer = session.get(request)
        seconds = time.monotonic() - started
        items = [item for _, item in read_items(request, answer)]
        header(request, answer, "X-WP-TotalPages")
        if without_custom_fields(items):
            raise failures.no_custom_fields(wordpress_type, url, len(items))
        return FirstPage(url, header(request, answer, "X-WP-Total"), items, seconds)

    def single(self, wordpress_type: str, id: int) -> None:
        """Asks for one page by itself, as a night does for one that the list lacks. Raises what it gets instead."""
        base, auth = _checked(self.base_url)
        with SiteSession(self.limits(), auth, self.sleep) as session:
            Inquiry(session, wordpress_type, f"{base}/{quote(wordpress_type, safe='')}", silent).single(id)

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
