"""Every page of a collection, and the seal that says whether it is complete.

What belongs here: paging, and two passes that have to agree. What does not: what one answer holds
(`wordpress/items.py`), the door with its settings (`wordpress/collection.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from mut_assets.resources.ports import Log
from mut_assets.resources.wordpress import failures
from mut_assets.resources.wordpress.evidence import PER_PAGE, Inquiry, past_caches
from mut_assets.resources.wordpress.failures import BeyondTheLastPage, Request
from mut_assets.resources.wordpress.http import SiteSession
from mut_assets.resources.wordpress.items import FIELDS, Item, header, is_protected, is_public, named, read_items

MAX_ROUNDS = 3


@dataclass(frozen=True)
class _Pass:
    """One walk over all pages. `totals` are the different sizes that its pages announced; `twofold`: what came under
    one id in two versions, by its names."""

    items: dict[int, Item]
    totals: frozenset[int]
    pages: int
    twofold: dict[int, list[str]]

    @property
    def stands(self) -> bool:
        """All pages announced one size, and that many different items came."""
        return self.totals == {len(self.items)}


class Crawl:
    """One extraction while it runs: what was fetched so far, and how it went.

    `gone` is what the site said of pages that only one of two passes named; `unproven`, why nobody knows which of two
    versions of a page is right.
    """

    def __init__(
        self, session: SiteSession, inquiry: Inquiry, wordpress_type: str, url: str, max_pages: int, log: Log
    ) -> None:
        self.items: dict[int, Item] = {}
        self.gone: dict[int, str] = {}
        self.unproven: dict[int, str] = {}
        self.pages = self.rounds = self.recovered = self.vanished = 0
        self._settled: set[int] = set()
        self._session = session
        self._inquiry = inquiry
        self._type = wordpress_type
        self._url = url
        self._max_pages = max_pages
        self._log = log

    def run(self) -> None:
        """Fills `items`, once the site's own list agrees; raises otherwise."""
        first = self._walk(FIELDS, "page", expected_pages=1)
        self.items, self.pages = dict(first.items), first.pages
        if first.pages > 1 or not first.stands:
            self._seal(first.pages)
        self._choose({id: names for id, names in first.twofold.items() if id in self.items})

    def sibling(self, among: Iterable[int]) -> int | None:
        """The first of these pages that everybody may see."""
        seen = (id for id in sorted(among) if is_public(self.items[id]) and not is_protected(self.items[id]))
        return next(seen, None)

    def _seal(self, expected_pages: int) -> None:
        why = ""
        while True:
            self.rounds += 1
            seal = self._walk(("id",), "id page", expected_pages, fresh=self.rounds > 1)
            disputed = (seal.items.keys() ^ self.items.keys()) - self._settled
            if seal.stands and not disputed:
                self._log(f"{self._type!r} is sealed: {len(self.items):,} items, round {self.rounds}")
                return
            if self.rounds == MAX_ROUNDS:
                why = f"did not stand still in {MAX_ROUNDS} rounds: {self._difference(seal)}{why}"
                raise failures.never_sealed(self._type, self._url, why)
            self._log(f"{self._type!r} moved, round {self.rounds}: {self._difference(seal)}")
            why = self._settle(disputed, seal)
            expected_pages = seal.pages

    def _settle(self, disputed: set[int], seal: _Pass) -> str:
        """Asks the site for each page that one pass named and the other did not; what it could not say, in words.

        Neither pass is believed against the other: the later one may be the older, out of a cache.
        """
        evidence = self._inquiry.ask(disputed, self.sibling(self.items.keys() & seal.items.keys()))
        self.recovered += len(evidence.alive.keys() - self.items.keys())
        self.vanished += len(evidence.gone.keys() & self.items.keys())
        self.items = {id: item for id, item in self.items.items() if id not in evidence.gone} | evidence.alive
        self.gone |= evidence.gone
        self._settled |= disputed - evidence.unproven.keys()
        return "".join(f"; of page {id} nothing is known: {why}" for id, why in list(evidence.unproven.items())[:1])

    def _choose(self, twofold: dict[int, list[str]]) -> None:
        """Asks again for what came under one id in two versions: which of them arrived last says nothing."""
        evidence = self._inquiry.ask(twofold, self.sibling(self.items.keys() - twofold.keys()))
        self.items |= evidence.alive
        for id, said in evidence.gone.items():
            self.gone[id] = said
            del self.items[id]
        for id, why in evidence.unproven.items():
            self.unproven[id] = (
                f"the site gave two pages under this id, {' and '.join(twofold[id])}; asked again, {why}"
            )

    def _walk(self, fields: tuple[str, ...], noun: str, expected_pages: int, fresh: bool = False) -> _Pass:
        """Fetches every page: those expected all at once, then those that the answers announce besides."""
        items: dict[int, Item] = {}
        twofold: dict[int, list[str]] = {}
        totals: set[int] = set()
        done, pages, announced = 0, 1, max(1, expected_pages)
        while done < announced:
            numbers = range(done + 1, announced + 1)
            asked = [page_request(f"{noun} {number}", self._type, self._url, fields, number) for number in numbers]
            asked = [past_caches(request) for request in asked] if fresh else asked
            done = announced
            for position, answer in self._session.get_all(asked, BeyondTheLastPage):
                if isinstance(answer, BeyondTheLastPage):
                    if asked[position].params["page"] == "1":
                        raise answer  # the first page of nothing is an empty list
                    continue
                for id, item in read_items(asked[position], answer):
                    if items.setdefault(id, item) != item:
                        twofold[id] = sorted({named(items[id]), named(item)})
                totals.add(header(asked[position], answer, "X-WP-Total"))
                pages = max(pages, header(asked[position], answer, "X-WP-TotalPages"))
                if pages > self._max_pages:
                    raise failures.too_many_pages(asked[position], pages, self._max_pages)
                if pages > 1:
                    self._log(f"{asked[position].name}: {len(items):,} of {max(totals):,}")
            announced = max(done, pages)
        return _Pass(items, frozenset(totals), pages, twofold)

    def _difference(self, seal: _Pass) -> str:
        announced = " or ".join(f"{total:,}" for total in sorted(seal.totals))
        missing = len(seal.items.keys() - self.items.keys())
        gone = len(self.items.keys() - seal.items.keys())
        return (
            f"the site announces {announced} items and lists {len(seal.items):,}; "
            f"of those fetched {gone:,} are no longer listed, and {missing:,} listed ones were not fetched"
        )


def page_request(name: str, wordpress_type: str, url: str, fields: tuple[str, ...] = FIELDS, page: int = 1) -> Request:
    """Asks for one page of a collection."""
    params = {"per_page": str(PER_PAGE), "orderby": "id", "order": "asc", "_fields": ",".join(fields)}
    return Request(f"{name} of {wordpress_type!r}", url, params | {"page": str(page)})
