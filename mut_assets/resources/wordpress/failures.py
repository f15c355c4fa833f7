"""What can go wrong between the platform and WordPress, each with its code, its message and its advice.

Messages of WordPress follow the site's language, so only its `code` is read and quoted. What does not belong here:
requests and retries (`wordpress/http.py`), paging (`wordpress/crawl.py`).
"""

import json
import re
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests
import urllib3.exceptions as broken

from mut_assets.resources.failures import BadSetting, Failure, PermanentFailure, TransientFailure

OVERLOADED = frozenset({"MUT-WP-102", "MUT-WP-103", "MUT-WP-104", "MUT-WP-106", "MUT-WP-107"})
"""Codes of a site that is down, slow or overloaded: asking for less at once, or for longer, may help."""


@dataclass(frozen=True)
class Request:
    """One question to the site. `url` carries no credentials and no query; `name` is what people call it."""

    name: str
    url: str
    params: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.name} ({self.url})"


class BeyondTheLastPage(PermanentFailure):
    """The page asked for does not exist. No failure at all while a collection shrinks: `wordpress/crawl.py` decides."""


class NoSuchItem(PermanentFailure):
    """WordPress says of the one item asked for that it has none with this id."""


class Forbidden(PermanentFailure):
    """WordPress' own word for what it shows to nobody, such as a draft, or to nobody any more."""


_PHP_MESSAGE = re.compile(
    r"(?:<br\s*/?>\s*)?(?:<b>)?(?:PHP )?"
    r"(?:Warning|Notice|Deprecated|Strict Standards|Parse error|Fatal error)(?:</b>)?:"
)
_HTML_TITLE = re.compile(r"<title[^>]*>\s*([^<]{1,80})", re.IGNORECASE)


def without_secrets(url: str) -> str:
    """The URL without user, password, query and fragment: what may stand in a message.

    Does not parse: what is wrong with the URL may be exactly what would mislead a parser about where the secret is.
    """
    rest = re.sub(r"^[A-Za-z]+://", "", url)
    shown, *hidden = re.split("[?#]", rest, maxsplit=1)
    if any("@" in part for part in hidden):
        return "an address that cannot be shown"
    return url.removesuffix(rest) + shown.rpartition("@")[2]


def for_status(
    request: Request, status: int, content_type: str, body: bytes, retry_after: float | None = None
) -> Failure:
    """The failure that an answer other than 200 means. `body` may be cut: only WordPress's `code` is looked for."""
    code = _wordpress_code(body)
    answer = f"{status} {code}" if code else f"{status} ({content_type or 'no content type'})"
    if status in (401, 403) and code:
        kind = Forbidden if code == "rest_forbidden" else PermanentFailure
        return kind(
            "MUT-WP-001",
            f"WordPress keeps its REST API closed to visitors: it answered {answer} to {request}.",
            "Open /wp-json/wp/v2 for reading in the plugin or filter that closes it.",
        )
    if status in (401, 403):
        return PermanentFailure(
            "MUT-WP-002",
            "Something in front of WordPress, such as a firewall, refuses the platform: "
            f"it answered {answer} to {request}{_titled(body)}.",
            "Have this machine's address, or the user agent mut-assets, allowed to read /wp-json/.",
        )
    if status == 404 and code == "rest_no_route":
        return PermanentFailure(
            "MUT-WP-005",
            f"WordPress does not know the type of {request}: it answered 404 rest_no_route.",
            "Check that the site registers it with show_in_rest, and that API_BASE_URL ends in /wp-json/wp/v2.",
        )
    if status == 404:
        kind = NoSuchItem if code == "rest_post_invalid_id" else PermanentFailure
        return wrong_base_url(request, f"It answered {answer}.", kind)
    if status == 400 and code == "rest_post_invalid_page_number":
        return BeyondTheLastPage("MUT-WP-011", f"WordPress says that {request} does not exist.", _REFUSED_ADVICE)
    if status == 500:
        return TransientFailure(
            "MUT-WP-106",
            f"WordPress failed at {request}: it answered {answer}.",
            "If it persists, the site's PHP log names the cause: a plugin's fatal error, or a database that is down.",
            retry_after,
        )
    if status == 503:
        return TransientFailure(
            "MUT-WP-107",
            f"The site is in maintenance or overloaded: it answered {answer} to {request}{_asked(retry_after)}.",
            "Run it again later; if it persists, an update of WordPress may have stopped halfway (file .maintenance).",
            retry_after,
        )
    if status == 429:
        return TransientFailure(
            "MUT-WP-109",
            f"The site says that it gets too many requests: it answered {answer} to {request}{_asked(retry_after)}.",
            "Run it again later; if it persists, lower API_CONCURRENCY or have the site raise its limit for us.",
            retry_after,
        )
    if status == 408 or status >= 500:
        return TransientFailure(
            "MUT-WP-108",
            f"The server in front of WordPress failed at {request}: it answered {answer}.",
            "Run it again later; if it persists, ask the site's hosting.",
            retry_after,
        )
    return PermanentFailure("MUT-WP-011", f"The site refused {request}: it answered {answer}.", _REFUSED_ADVICE)


_REFUSED_ADVICE = (
    "Open the address with curl; a plugin that changes the REST API, or a proxy in front of it, is the usual cause."
)


def _asked(retry_after: float | None) -> str:
    return f" and asks to wait {retry_after:.0f} seconds" if retry_after else ""


def wrong_base_url(request: Request, why: str, kind: type[PermanentFailure] = PermanentFailure) -> Failure:
    """The answer is not that of a WordPress collection."""
    return kind(
        "MUT-WP-006",
        f"There is no WordPress REST API at {request}. {why}",
        "Correct API_BASE_URL: it looks like https://mut.cl/wp-json/wp/v2.",
    )


def for_body(request: Request, body: bytes, error: Exception) -> Failure:
    """The failure that a 200 answer means whose body is no JSON."""
    start = body[:2000].decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if _PHP_MESSAGE.match(start) or (start[:1] in ("[", "{") and "Extra data" in str(error)):
        return PermanentFailure(
            "MUT-WP-004",
            f"Something prints text around the JSON of {request}: a PHP warning or notice, or a plugin.",
            "Turn off WP_DEBUG_DISPLAY (display_errors) on the site; its PHP log names the plugin.",
        )
    if start.startswith("<"):
        return PermanentFailure(
            "MUT-WP-003",
            f"Where the JSON of {request} was due came an HTML page{_titled(body)}.",
            "Have the user agent mut-assets excepted from bot challenges and logins, or correct API_BASE_URL.",
        )
    size = f"{len(body):,} bytes that end in the middle or are no JSON" if body else "nothing"
    return unreadable(request, size)


def unreadable(request: Request, what: str) -> Failure:
    """The body arrived and is worth nothing."""
    return TransientFailure(
        "MUT-WP-105",
        f"The answer to {request} cannot be read: it holds {what}.",
        "Run it again; if it persists, look for a cache or proxy that cuts or alters answers.",
    )


def for_connection(request: Request, error: requests.RequestException) -> Failure:
    """The failure that an exception of `requests` means. Its text is never quoted: it may hold a proxy's password."""
    causes = tuple(_causes(error))

    def met(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    host = urlsplit(request.url).netloc
    if met(requests.exceptions.InvalidURL, broken.LocationParseError):
        return BadSetting("API_BASE_URL", request.url, "an address such as https://mut.cl/wp-json/wp/v2")
    if met(requests.exceptions.ProxyError, broken.ProxyError):
        return _no_connection(request, "The proxy named by HTTP_PROXY or HTTPS_PROXY", "Check the proxy.")
    if met(ssl.SSLCertVerificationError) or (met(ssl.SSLError) and not met(ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        reasons = (getattr(cause, "verify_message", "") or getattr(cause, "reason", "") for cause in causes)
        reason = next((text for text in reasons if isinstance(text, str) and text), "the handshake failed")
        return PermanentFailure(
            "MUT-WP-007",
            f"There is no trusted TLS connection for {request}: {reason}.",
            "Renew or correct the site's certificate, or the scheme and port in API_BASE_URL.",
        )
    if met(broken.NameResolutionError):
        return TransientFailure(
            "MUT-WP-101",
            f"The name {host} is not known, so {request} cannot be asked for.",
            "Check the spelling in API_BASE_URL and this machine's DNS.",
        )
    # To urllib3 a refused connection is a kind of timeout; only the operating system's TimeoutError is one.
    if met(broken.NewConnectionError) and not met(TimeoutError):
        return _no_connection(request, host, "Check that the site is up, and the host and port in API_BASE_URL.")
    if met(broken.TimeoutError, requests.exceptions.Timeout, TimeoutError):
        return TransientFailure(
            "MUT-WP-103",
            f"{host} did not answer {request} in time.",
            "Run it again; if it persists, the site is slow or a firewall drops the platform's packets.",
        )
    if met(broken.DecodeError):
        return unreadable(request, "bytes that cannot be decompressed")
    return TransientFailure(
        "MUT-WP-104",
        f"The connection to {host} broke during {request}.",
        "Run it again; if it persists, look at the site's server and at what stands in front of it.",
    )


def _no_connection(request: Request, who: str, advice: str) -> Failure:
    return TransientFailure(
        "MUT-WP-102", f"{who} does not take the connection, so {request} cannot be asked for.", advice
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and all that it wraps: urllib3 and requests hide the cause in `args` and `reason`."""
    waiting, seen = [error], set()
    while waiting:
        cause = waiting.pop()
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        wrapped = (*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__)
        waiting.extend(cause for cause in wrapped if isinstance(cause, BaseException))


def too_large(request: Request, limit: int) -> Failure:
    """The decoded body passed the cap."""
    return PermanentFailure(
        "MUT-WP-008",
        f"The answer to {request} is larger than {limit:,} bytes once unpacked; reading stopped there.",
        "Find out what the site sends; no page of 100 items should come near that size.",
    )


def too_many_pages(request: Request, pages: int, limit: int) -> Failure:
    """The site announces more pages than the platform is ready to read."""
    return PermanentFailure(
        "MUT-WP-009",
        f"WordPress announces {pages:,} pages in {request}; the platform reads at most {limit:,}.",
        "Check whether the site was flooded with items; if they are real, raise max_pages of the WordPress resource.",
    )


def redirected(request: Request, origin: str) -> Failure:
    """The site sends the platform to another origin; `origin` is scheme, host and port only."""
    return PermanentFailure(
        "MUT-WP-010",
        f"The site redirects {request} to {origin}, and the platform does not follow to another origin.",
        "If that is the site's address now, correct API_BASE_URL.",
    )


def too_many_redirects(request: Request, limit: int) -> Failure:
    """The site redirects more often than is followed."""
    return PermanentFailure(
        "MUT-WP-010",
        f"The site redirects {request} more than {limit} times.",
        "Open the address with curl -L and correct API_BASE_URL, or the site's redirect rules.",
    )


def no_paging(request: Request, header: str, value: str | None) -> Failure:
    """Without the totals nothing says whether the collection is complete."""
    value_text = "is missing" if value is None else f"is {value[:40]!r}"
    return PermanentFailure(
        "MUT-WP-012",
        f"The header {header} of {request} {value_text}, so nothing says whether the collection is complete.",
        "Have the proxy, cache or plugin in front of /wp-json/ let the X-WP-Total headers pass.",
    )


def no_id(request: Request, position: int) -> Failure:
    """Identity comes from the source; without it an item would be a new document each night."""
    return PermanentFailure(
        "MUT-WP-013",
        f"Item {position} of {request} has no whole number as id.",
        "Look for a plugin that changes the REST answers of this type.",
    )


def no_custom_fields(wordpress_type: str, url: str, count: int) -> Failure:
    """Publishing such a collection would empty every schedule, place and date."""
    return PermanentFailure(
        "MUT-WP-014",
        f"All {count} items of {wordpress_type!r} ({url}) come without their custom fields (acf).",
        "Check that Advanced Custom Fields is active and that the field groups have Show in REST API on.",
    )


def never_sealed(wordpress_type: str, url: str, why: str) -> Failure:
    """The items fetched and the site's own list could not be brought to agree."""
    return TransientFailure(
        "MUT-WP-110",
        f"The collection {wordpress_type!r} ({url}) {why}.",
        "Run it again; if the numbers repeat, a plugin hides items from the list or a cache ignores the query string.",
    )


def not_listed(wordpress_type: str, url: str, names: Sequence[str]) -> Failure:
    """The site shows what its own list leaves out: the list is no longer one of everything."""
    pages, more = ("a page", "") if len(names) == 1 else (f"{len(names)} pages", f" and {len(names) - 3} more")
    return TransientFailure(
        "MUT-WP-111",
        f"WordPress leaves {pages} out of its list of {wordpress_type!r} ({url}) that it shows to who asks for them: "
        f"{', '.join(names[:3])}{more if len(names) > 3 else ''}.",
        "Run it again; if it persists, empty the site's caches, and look for a plugin that shortens lists.",
    )


def _wordpress_code(body: bytes) -> str:
    """WordPress's error code, or "" when the body is not WordPress's."""
    try:
        code = json.loads(body).get("code")
    except (ValueError, RecursionError, AttributeError):
        return ""
    return code[:80] if isinstance(code, str) and re.fullmatch(r"[\w\-.:/ ]+", code) else ""


def _titled(body: bytes) -> str:
    title = _HTML_TITLE.search(body[:4000].decode("utf-8", "replace"))
    return f" with the title {' '.join(title[1].split())!r}" if title else ""
