"""Every page of a collection, and the seal that says whether it is complete.

What belongs here: paging, and two passes that have to agree. What does not: what one answer holds
(`wordpress/items.py`), the door with its settings (`wordpress/collection.py`).
"""

from dataclasses import dataclass

from mut_assets.resources.ports import Log
from mut_assets.resources.wordpress import failures
from mut_assets.resources.wordpress.failures import Request
from mut_assets.resources.wordpress.http import SiteSession
from mut_assets.resources.wordpress.items import FIELDS, Item, header, read_items

PER_PAGE = 100
"""The most that WordPress gives at once; more is an error, not a shorter page."""
MAX_ROUNDS = 3


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


class Crawl:
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
            recovered = dict(read_items(asked[position], answer))
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
                items.update(read_items(asked[position], answer))
                totals.add(header(asked[position], answer, "X-WP-Total"))
                pages = max(pages, header(asked[position], answer, "X-WP-TotalPages"))
                if pages > self._max_pages:
                    raise failures.too_many_pages(asked[position], pages, self._max_pages)
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
