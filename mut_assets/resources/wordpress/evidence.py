"""What the site says of single pages: that one is there, that it is gone, or nothing that can be believed.

A list that does not name a page is no evidence that it is gone: caches keep old lists, plugins shorten them. So the
page itself is asked for, past caches: a hundred at once by `include=`, then each of those left by itself. WordPress
says of a page in the trash what a plugin says of everything that it closes (`rest_forbidden`), so that counts only
while a page of the same type that is listed can be seen in the same way.

What belongs here: asking for single ids, and which answer is evidence. What does not: what follows from it
(`wordpress/crawl.py`, `wordpress/collection.py`), HTTP (`wordpress/http.py`).
"""

import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mut_assets.resources.failures import Failure, PermanentFailure, TransientFailure
from mut_assets.resources.ports import Log
from mut_assets.resources.wordpress.failures import Forbidden, NoSuchItem, Request, unreadable
from mut_assets.resources.wordpress.http import Answer, SiteSession
from mut_assets.resources.wordpress.items import FIELDS, Item, is_public, read_items

PER_PAGE = 100
"""The most that WordPress gives at once; more is an error, not a shorter page."""
MOST_ALONE = 200
"""Pages asked for by themselves in one inquiry: it is somebody's website, and so many at once are no editor's work."""
_AT_ONCE = 4
"""Pages after which the listed one is asked for again, and after which a silent site is left alone."""


@dataclass
class Evidence:
    """What the site said of the pages asked for, by id; each is in one of these.

    `alive` holds them as they are now, `gone` what the site said, `unproven` why nothing is known.
    """

    alive: dict[int, Item] = field(default_factory=dict)
    gone: dict[int, str] = field(default_factory=dict)
    unproven: dict[int, str] = field(default_factory=dict)

    def in_order(self) -> "Evidence":
        """The same by number of page; answers come in any order."""
        alive, gone, unproven = sorted(self.alive), sorted(self.gone.items()), sorted(self.unproven.items())
        return Evidence({id: self.alive[id] for id in alive}, dict(gone), dict(unproven))

    def lacks(self, id: int) -> bool:
        """Whether nothing was heard of a page so far."""
        return id not in self.alive and id not in self.gone and id not in self.unproven

    def hear(self, id: int, item: Item) -> None:
        """Takes the page itself as an answer: it says whether it is published."""
        if is_public(item):
            self.alive[id] = item
        else:
            self.gone[id] = f"its status is {str(item['status'])[:40]!r}"


def past_caches(request: Request) -> Request:
    """The same question in words that no cache has heard before."""
    params = request.params | {"nocache": secrets.token_hex(8)}
    return replace(request, params=params, headers={"Cache-Control": "no-cache"})


class Inquiry:
    """Asks for single pages of one type."""

    def __init__(self, session: SiteSession, wordpress_type: str, url: str, log: Log) -> None:
        self._session = session
        self._type = wordpress_type
        self._url = url
        self._log = log

    def ask(self, ids: Collection[int], sibling: int | None, until_alive: bool = False) -> Evidence:
        """What the site says of these pages; sends nothing for none. Raises no `Failure`: an error is no evidence.

        `sibling` is a page of the type that is listed and public, where there is one. `until_alive` is for who has
        heard enough once any of them is there: the others may then be in none of the three.
        """
        evidence = Evidence()
        if not ids:
            return evidence
        self._log(f"pages of {self._type!r} that are asked for by themselves: {len(ids):,}")
        self._together(sorted(ids), evidence)
        if not (until_alive and evidence.alive):
            self._one_by_one([id for id in sorted(ids) if evidence.lacks(id)], sibling, evidence)
        return evidence.in_order()

    def single(self, id: int) -> None:
        """Raises the `Failure` that the site gives instead of this page."""
        request = self._single(id)
        if not _is_item(self._session.get(request).value, id):
            raise unreadable(request, "something else than that page")

    def _together(self, ids: Sequence[int], evidence: Evidence) -> None:
        """Hears of those that `include=` gives, again as long as it gives more: some sites give fewer than asked."""
        wanted, left, more = set(ids), ids, True
        while left and more:
            asked = [self._group(group) for group in _batches(left, PER_PAGE)]
            for position, answer in self._session.get_all(asked, Failure):
                for id, item in _only_contents(asked[position], answer).items():
                    if id in wanted:
                        evidence.hear(id, item)
            before, left = left, [id for id in left if evidence.lacks(id)]
            more = len(left) < len(before)

    def _one_by_one(self, ids: Sequence[int], sibling: int | None, evidence: Evidence) -> None:
        why = f"the site was asked for the first {MOST_ALONE} of {len(ids):,} such pages only"
        for batch in _batches(ids[:MOST_ALONE], _AT_ONCE):
            if self._batch(batch, sibling, evidence):
                why = "the site did not answer for those before it"
                break
        evidence.unproven |= {id: why for id in ids if evidence.lacks(id)}

    def _batch(self, ids: Sequence[int], sibling: int | None, evidence: Evidence) -> bool:
        """Hears of a few pages; says whether the site stayed silent on one of them."""
        silent, refused = False, {}
        for position, answer in self._session.get_all([self._single(id) for id in ids], Failure):
            id = ids[position]
            if isinstance(answer, NoSuchItem):
                evidence.gone[id] = "WordPress has no page with this id (404 rest_post_invalid_id)"
            elif isinstance(answer, TransientFailure):
                silent = True
                evidence.unproven[id] = _clause(answer)
            elif isinstance(answer, Failure):
                refused[id] = answer
            elif _is_item(answer.value, id):
                evidence.hear(id, {name: answer.value[name] for name in FIELDS if name in answer.value})
            else:
                evidence.unproven[id] = "the answer was not that page"
        if refused:
            self._weigh(refused, sibling, evidence)
        return silent

    def _weigh(self, refused: dict[int, Failure], sibling: int | None, evidence: Evidence) -> None:
        """Compares refusals with what the site says now of a page that it lists."""
        closed = self._closed(sibling)
        for id, failure in refused.items():
            if closed or not isinstance(failure, Forbidden):
                evidence.unproven[id] = closed or _clause(failure)
            else:
                evidence.gone[id] = "WordPress shows it to nobody (rest_forbidden): trash, draft or private"

    def _closed(self, sibling: int | None) -> str:
        """Why a refusal says nothing; "" where the listed page can be seen."""
        if sibling is None:
            return "the site refuses it, and lists no other page to compare that with"
        for _, answer in self._session.get_all([self._single(sibling)], Failure):
            if isinstance(answer, TransientFailure):
                return f"the site refuses it, and did not answer for a page to compare that with: {_clause(answer)}"
            if isinstance(answer, Failure):
                return f"the site has closed single items, also of page {sibling}, which it lists: {_clause(answer)}"
            if not _is_item(answer.value, sibling) or not is_public(answer.value):
                return f"the site refuses it, and shows page {sibling}, which it lists, in another way"
        return ""

    def _group(self, ids: Sequence[int]) -> Request:
        params = {"per_page": str(PER_PAGE), "orderby": "id", "order": "asc", "_fields": ",".join(FIELDS)}
        name = f"{len(ids)} items by id, from {ids[0]}, of {self._type!r}"
        return past_caches(Request(name, self._url, params | {"include": ",".join(map(str, ids))}))

    def _single(self, id: int) -> Request:
        return past_caches(Request(f"item {id} of {self._type!r}", f"{self._url}/{id}", {"_fields": ",".join(FIELDS)}))


def _only_contents(request: Request, answer: Answer | Failure) -> dict[int, Item]:
    """The items of an answer, without those that came in two versions; none for an answer that is no list of items."""
    items: dict[int, Item] = {}
    twice = set()
    if isinstance(answer, Failure):
        return items
    try:
        for id, item in read_items(request, answer):
            if items.setdefault(id, item) != item:
                twice.add(id)
    except PermanentFailure:
        return {}
    return {id: item for id, item in items.items() if id not in twice}


def _is_item(value: Any, id: int) -> bool:
    return isinstance(value, dict) and type(value.get("id")) is int and value["id"] == id


def _clause(failure: Failure) -> str:
    return failure.what.rstrip(".")


def _batches(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
