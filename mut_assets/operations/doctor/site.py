"""The site: does each type answer as a night needs it, and how fast. Two requests per type: a night's first, and that
for a page by itself, with which a night tells what is gone from what is not listed.
"""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace

from mut_assets.domain.collections import COLLECTIONS
from mut_assets.environments import Settings
from mut_assets.operations.doctor.finding import Finding, command, error, failed, ok, warning
from mut_assets.resources.failures import Failure
from mut_assets.resources.wordpress.collection import FirstPage, WordPress
from mut_assets.resources.wordpress.failures import OVERLOADED
from mut_assets.resources.wordpress.items import FIELDS, is_public
from mut_assets.resources.wordpress.sample_site import SampleSite

SLOW_SECONDS = 10
_NEEDED = ("id", "title", "link", "acf")
_KINDS = [collection.wordpress_type for collection in COLLECTIONS if collection.wordpress_type]


def examine(site: WordPress | SampleSite, settings: Settings) -> Iterator[Finding]:
    """One finding per type. The bundled site is served, and read by the same client."""
    serving = site.serving() if isinstance(site, SampleSite) else nullcontext(settings.api_base_url)
    try:
        with serving as base_url:
            # A second try tells a hiccup from a failure; more would only make people wait.
            door = replace(site, attempts=2) if isinstance(site, WordPress) else WordPress(base_url, attempts=2)
            for kind in _KINDS:
                yield _examined(door, kind, settings)
    except Failure as failure:  # the bundled site could not be served
        yield failed("site", failure)


def _examined(door: WordPress, kind: str, settings: Settings) -> Finding:
    try:
        page = door.first_page(kind)
    except Failure as failure:
        advice = _advice_when_slow(settings) if failure.code in OVERLOADED else ()
        return failed(_name(kind), failure, *advice)
    found = finding_for(kind, page, settings)
    listed = next((item["id"] for item in page.items if is_public(item)), None)
    if found.status == "error" or listed is None:
        return found
    try:
        door.single(kind, listed)
    except Failure as failure:
        return closed(found, f"{page.url}/{listed}", failure)
    return found


def closed(found: Finding, url: str, failure: Failure) -> Finding:
    """The finding of a type whose list says more than its pages, each asked for by itself."""
    why = f"{found.found}; but the site does not show a listed page by itself: {failure.what}"
    fix = (
        "What leaves the list stays published then, held, because nobody can tell whether it is gone. Ask whoever "
        f"keeps the site to let visitors read single items as they read the list: {command('curl', '-sS', '-i', url)}"
    )
    return warning(found.name, why, *filter(None, (found.fix, fix)))


def finding_for(kind: str, page: FirstPage, settings: Settings) -> Finding:
    """The finding for the first page of a type."""
    look = command("curl", "-sS", "-D", "-", f"{page.url}?per_page=1&_fields={','.join(FIELDS)}")
    whole = [name for name in _NEEDED if page.items and not any(name in item for item in page.items)]
    if whole:
        found = f"no item has the field {' or '.join(whole)}: this is not what a night can read"
        fix = f"Ask whoever keeps the site what filters its REST API, and compare: {look}"
        return error(_name(kind), found, fix)
    partly = [str(item["id"]) for item in page.items if not all(name in item for name in _NEEDED)]
    if partly:
        found = f"{len(partly)} of {len(page.items)} items lack a title, a link or acf, first {partly[0]}"
        fix = f"A night sets them aside and says so; compare: {look}"
        return warning(_name(kind), found, fix)
    if not page.total:
        found = "the site publishes none; a night's table without rows fails its check, and what was published stays"
        fix = f"Publish one, or see what hides them: {look}"
        return warning(_name(kind), found, fix)
    where = "of the bundled, fictional site" if settings.bundled else f"at {page.url}"
    summary = f"{page.total} items {where}, first page in {page.seconds:.1f} s"
    if page.seconds > SLOW_SECONDS:
        return warning(_name(kind), f"{summary}: slow, and given up on after 30 s", *_advice_when_slow(settings))
    return ok(_name(kind), summary)


def _advice_when_slow(settings: Settings) -> tuple[str, ...]:
    fewer, longer = max(1, settings.api_concurrency // 2), min(1440, settings.timetable.timeout_minutes * 2)
    request, collection = settings.api_request_seconds, settings.api_collection_seconds
    return (
        "If it is the site that is slow, ask it for less at once, and give an answer and a night more time:",
        f"API_CONCURRENCY={fewer}   # now {settings.api_concurrency}",
        f"API_REQUEST_SECONDS={min(3600, request * 2):g}   # now {request:g}",
        f"API_COLLECTION_SECONDS={min(3600, collection * 2):g}   # now {collection:g}",
        f"MUT_RUN_TIMEOUT_MINUTES={longer}   # now {settings.timetable.timeout_minutes}",
    )


def _name(kind: str) -> str:
    return f"site: {kind}"
