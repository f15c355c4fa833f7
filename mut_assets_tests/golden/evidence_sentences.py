"""What is said of pages that the site's list does not name, or names with two contents."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from mut_assets.resources.failures import Failure
from mut_assets.resources.wordpress.collection import WordPress
from mut_assets_tests.fakes.faults import HangUp
from mut_assets_tests.fakes.wordpress_site import Response, WordPressSite, rest_error, store
from mut_assets_tests.golden.sentences import Said

JSON = {"Content-Type": "application/json; charset=UTF-8"}
PAGED = JSON | {"X-WP-Total": "3", "X-WP-TotalPages": "1"}
NO_PAGE = Response(404, {"Content-Type": "text/html"}, "<title>Not found</title>")
FORBIDDEN = rest_error(401, "rest_forbidden", "…")

Answer = Response | None
Fault = Callable[[str], Answer]


def _read(*faults: Fault, listed: int = 3, published: int = 4) -> Said:
    """Reading a site that lists the first stores and has the next one in the trash, while more are published."""
    lines: list[str] = []
    with WordPressSite() as site:
        site.stores(range(1, listed + 2))
        site.trash("stores", listed + 1)
        site.faults += faults
        client = WordPress(site.base_url, attempts=1, backoff=0)
        try:
            found = client.collection("stores", lines.append, range(1, published + 1))
        except Failure as failure:
            yield "failed", str(failure)
            return
    yield "the log", "\n".join(lines)
    for said in dict.fromkeys((*found.gone.values(), *found.unproven.values())):
        yield "of the page", said


def _alone(answer: Answer, *ids: int) -> Fault:
    """What the site answers when one of these is asked for by itself; without ids, any."""

    def fault(path: str) -> Answer:
        asked = re.search(r"/stores/(\d+)\?", path)
        return answer if asked and (not ids or int(asked[1]) in ids) else None

    return fault


def _silent(*ids: int) -> Fault:
    def fault(path: str) -> Answer:
        if _alone(NO_PAGE, *ids)(path):
            raise HangUp
        return None

    return fault


def _twice(path: str) -> Answer:
    rows = [*(store(id, f"Tienda {id}") for id in range(1, 4)), store(1, "Tienda ajena")]
    return Response(200, PAGED, json.dumps(rows)) if "&page=" in path else None


def _draft(id: int) -> Response:
    return Response(200, JSON, json.dumps(store(id, "Tienda", status="draft")))


def pages_that_are_not_listed(_: Path) -> Said:
    situations: dict[str, Said] = {
        "in the trash": _read(),
        "deleted": _read(published=5),
        "shown as a draft": _read(_alone(_draft(4), 4)),
        "an answer about another page": _read(_alone(_draft(5), 4)),
        "a filter's page": _read(_alone(NO_PAGE, 4)),
        "no answer": _read(_silent(4)),
        "single items are closed": _read(_alone(FORBIDDEN)),
        "single items are shown otherwise": _read(_alone(_draft(1), 1)),
        "no answer for the page to compare with": _read(_silent(1)),
        "nothing is listed": _read(listed=0, published=1),
        "too many": _read(published=204),
        "a silent site": _read(_silent(), published=9),
        "one id, two pages": _read(_twice, _alone(NO_PAGE), lambda path: NO_PAGE if "include=" in path else None),
    }
    for title, said in situations.items():
        for what, text in said:
            yield f"{title}: {what}", text


SECTIONS = {"Pages of the site that are not listed": pages_that_are_not_listed}
