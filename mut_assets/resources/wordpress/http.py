"""One polite, bounded HTTP session with a WordPress site: asks, retries, reads JSON, or says why not.

What belongs here: the connection, its limits and its retries. What does not: which pages make a collection
(`wordpress/crawl.py`), and the words of the failures (`wordpress/failures.py`).
"""

import ipaddress
import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from importlib import metadata
from typing import Any, Self, TypeVar
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from mut_assets.resources.failures import Failure, TransientFailure
from mut_assets.resources.wordpress import failures
from mut_assets.resources.wordpress.failures import Request

MAX_REDIRECTS = 3
_ERROR_BYTES = 64 * 1024
"""How much of an error page is read: its code or title stands at the start."""
_CHUNK = 64 * 1024
_UNREADABLE = "an address that cannot be read"

F = TypeVar("F", bound=Failure)


@dataclass(frozen=True)
class Answer:
    """An answer of the site: the decoded JSON, and its headers (case-insensitive)."""

    value: Any
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Limits:
    """Limits of the requests and of the answers. Times in seconds; `timeout` is (connect, read)."""

    concurrency: int
    attempts: int
    backoff: float
    max_wait: float
    timeout: tuple[float, float]
    max_response_bytes: int


class _Backoff(Retry):
    """urllib3's Retry, except that it also waits before the first repetition: a site in trouble needs the time."""

    def get_backoff_time(self) -> float:
        """Seconds before the next attempt: doubling, with jitter, never above `backoff_max`."""
        doubled = self.backoff_factor * 2 ** max(0, len(self.history) - 1)
        return float(min(self.backoff_max, doubled + random.random() * self.backoff_jitter))


class _Session(requests.Session):
    """Leaves redirects entirely to `SiteSession`: requests reads their whole body even when told not to follow.

    A proxy of the machine is never asked for the machine itself: with HTTP_PROXY set and NO_PROXY not, the bundled
    site on 127.0.0.1 was out of reach.
    """

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None

    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        settings = super().merge_environment_settings(url, proxies, stream, verify, cert)
        return {**settings, "proxies": {}} if _is_this_machine(urlsplit(url).hostname or "") else settings


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Abandoned(Exception):
    """Another request failed for good while this one waited. Nobody reads it."""


class SiteSession:
    """Connections to one site, at most `limits.concurrency` requests in flight. Closed by leaving the `with` block.

    `requests` counts what was really sent, repetitions and redirects included. `sleep` is there for tests.
    """

    def __init__(
        self, limits: Limits, auth: tuple[str, str] | None = None, sleep: Callable[[float], object] | None = None
    ) -> None:
        self.requests = 0
        self._limits = limits
        self._stop = threading.Event()
        self._sleep = sleep or self._stop.wait
        self._lock = threading.Lock()
        self._not_before = 0.0
        self._pool = ThreadPoolExecutor(limits.concurrency, thread_name_prefix="wordpress")
        self._http = _Session()
        self._http.auth = auth
        self._http.headers.update({"Accept": "application/json", "User-Agent": user_agent()})
        # Threads share the session; without cookies they share nothing that changes.
        self._http.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # The adapter itself repeats nothing: a body that breaks after the headers must count as an attempt too.
        adapter = HTTPAdapter(pool_maxsize=limits.concurrency, max_retries=0)
        self._http.mount("http://", adapter)
        self._http.mount("https://", adapter)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._http.close()

    def get_all(self, asked: Sequence[Request], given: type[F]) -> Iterator[tuple[int, Answer | F]]:
        """Sends all requests within the limits, and yields (position, answer) in the order of arrival.

        Raises the first failure, except those of the kind `given`, which are given like an answer.
        """

        def ask(request: Request) -> Answer | F:
            try:
                return self.get(request)
            except given as failure:
                return failure

        futures = {self._pool.submit(ask, request): position for position, request in enumerate(asked)}
        for future in as_completed(futures):
            yield futures.pop(future), future.result()

    def get(self, request: Request) -> Answer:
        """The answer to one request, repeated while its failure may pass.

        Raises `PermanentFailure` at once; `TransientFailure` when `attempts` are used up, or as soon as the site asks
        for a longer wait than `max_wait`.
        """
        backoff = _Backoff(
            total=self._limits.attempts - 1,
            backoff_factor=self._limits.backoff,
            backoff_jitter=self._limits.backoff,
            backoff_max=self._limits.max_wait,
        )
        while True:
            self._wait_for_turn()
            try:
                return self._once(request)
            except TransientFailure as failure:
                if not backoff.total or (failure.retry_after or 0) > self._limits.max_wait:
                    times = len(backoff.history) + 1
                    what = f"{failure.what} It was tried {times} times." if times > 1 else failure.what
                    raise TransientFailure(failure.code, what, failure.advice, failure.retry_after) from failure
                backoff = backoff.increment(method="GET", url=request.url, error=failure)
                if failure.retry_after:
                    with self._lock:  # the site asked us, not this thread: everybody waits
                        self._not_before = max(self._not_before, time.monotonic() + failure.retry_after)
                else:
                    self._sleep(backoff.get_backoff_time())

    def _wait_for_turn(self) -> None:
        left = self._not_before - time.monotonic()
        if left > 0:  # the jitter keeps those who waited together from coming back together
            self._sleep(left + random.random() * self._limits.backoff)
        if self._stop.is_set():
            raise _Abandoned

    def _once(self, request: Request) -> Answer:
        try:
            with closing(self._open(request)) as response:
                status, headers = response.status_code, response.headers
                body = self._body(response, request)
        except requests.RequestException as error:
            raise failures.for_connection(request, error) from error
        if status != 200:
            content_type = headers.get("Content-Type", "").partition(";")[0]
            raise failures.for_status(request, status, content_type, body, _retry_after(headers))
        try:
            return Answer(json.loads(body), headers)
        except (ValueError, RecursionError) as error:
            raise failures.for_body(request, body, error) from error

    def _open(self, request: Request) -> requests.Response:
        """The response with its body unread, after redirects within the same origin."""
        url, params = request.url, dict(request.params)
        for _ in range(MAX_REDIRECTS + 1):
            with self._lock:
                self.requests += 1
            response = self._http.get(
                url,
                params=params,
                headers=request.headers,
                timeout=self._limits.timeout,
                stream=True,
                allow_redirects=False,
            )
            if not response.is_redirect:
                return response
            response.close()
            try:
                url, params = urljoin(url, response.headers["Location"]), {}
            except ValueError:
                raise failures.redirected(request, _UNREADABLE) from None
            if origin(url) != origin(request.url):
                raise failures.redirected(request, origin(url))
        raise failures.too_many_redirects(request, MAX_REDIRECTS)

    def _body(self, response: requests.Response, request: Request) -> bytes:
        if response.status_code != 200:
            try:
                return _read(response, _ERROR_BYTES)[0]
            except requests.RequestException:
                return b""  # the status says enough
        body, whole = _read(response, self._limits.max_response_bytes)
        if not whole:
            raise failures.too_large(request, self._limits.max_response_bytes)
        return body


def origin(url: str) -> str:
    """Scheme, host, and port where it is not the scheme's own. An unreadable URL has an origin unlike any other."""
    try:
        parts = urlsplit(url)
        own = parts.port in (None, {"http": 80, "https": 443}.get(parts.scheme))
        return f"{parts.scheme}://{parts.hostname}" + ("" if own else f":{parts.port}")
    except ValueError:
        return _UNREADABLE


def user_agent() -> str:
    """Says who calls, so that the site's people can find and allow the platform."""
    try:
        version = metadata.version("mut-assets")
    except metadata.PackageNotFoundError:
        version = "dev"
    return f"mut-assets/{version} (+https://mut.cl; knowledge of the virtual assistant)"


def _read(response: requests.Response, limit: int) -> tuple[bytes, bool]:
    """The decoded body and whether it is whole; not much more than `limit` bytes are ever held.

    What counts is what comes out of the decompressor: a small answer can unpack into a huge one.
    """
    chunks: list[bytes] = []
    size = 0
    for chunk in response.iter_content(_CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > limit:
            return b"".join(chunks), False
    return b"".join(chunks), True


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Returns the seconds in Retry-After, a number or a date; None where it is missing or unreadable."""
    try:
        return Retry().parse_retry_after(headers["Retry-After"])
    except (KeyError, InvalidHeader, ValueError, OverflowError):
        return None
