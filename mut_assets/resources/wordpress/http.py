"""One polite, bounded HTTP session with a WordPress site: asks, retries, reads JSON, or says why not.

What belongs here: the connection, its limits and its retries. What does not: which pages make a collection
(`wordpress/crawl.py`), and the words of the failures (`wordpress/failures.py`).
"""

import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Self, TypeVar
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from mut_assets.resources.failures import Failure, TransientFailure
from mut_assets.resources.wordpress import failures
from mut_assets.resources.wordpress.deadline import Deadline
from mut_assets.resources.wordpress.failures import Request
from mut_assets.resources.wordpress.session import Session
from mut_assets.resources.wordpress.weight import counted, guessed

MAX_REDIRECTS = 3
_ERROR_BYTES = 64 * 1024
"""How much of an error page is read: its code or title stands at the start."""
_CHUNK = 64 * 1024
_GRACE_SECONDS = 2
"""How much longer than its deadline a thread is waited for: until it has noticed, or because it hangs in a resolver."""
_PAGES = 100
"""Announced pages from which on a collection gets more time, in proportion."""
_UNREADABLE = "an address that cannot be read"

F = TypeVar("F", bound=Failure)


@dataclass(frozen=True)
class Answer:
    """An answer of the site: the decoded JSON, and its headers (case-insensitive)."""

    value: Any
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Limits:
    """Limits of the requests and of the answers. Times in seconds; `timeout` is (connect, read), of one try.

    `request_seconds` are for a request with all its tries, `seconds` for all requests together; both grow with the
    pages that the site announces beyond a hundred, `seconds` up to `most_seconds`. `max_response_bytes` is of one
    answer as it comes out of the decompressor, `max_answer_memory` of its values, `max_memory` of those of all answers.
    """

    concurrency: int
    attempts: int
    backoff: float
    max_wait: float
    timeout: tuple[float, float]
    request_seconds: float
    seconds: float
    most_seconds: float
    max_response_bytes: int
    max_answer_memory: int
    max_memory: int


class _Backoff(Retry):
    """urllib3's Retry, except that it also waits before the first repetition: a site in trouble needs the time."""

    def get_backoff_time(self) -> float:
        """Seconds before the next attempt: doubling, with jitter, never above `backoff_max`."""
        doubled = self.backoff_factor * 2 ** max(0, len(self.history) - 1)
        return float(min(self.backoff_max, doubled + random.random() * self.backoff_jitter))


class _Abandoned(Exception):
    """Another request failed for good while this one waited. Nobody reads it."""


class SiteSession:
    """Connections to one site, at most `limits.concurrency` requests in flight. Closed by leaving the `with` block.

    `requests` counts what was really sent, repetitions and redirects included; `memory` the bytes that the values of
    all answers take. `spent` are seconds that earlier sessions took of the same time. `sleep` is there for tests.
    """

    def __init__(
        self,
        limits: Limits,
        auth: tuple[str, str] | None = None,
        sleep: Callable[[float], object] | None = None,
        spent: float = 0,
    ) -> None:
        self.requests = self.memory = 0
        self._began = time.monotonic() - spent
        self._pages = 0
        self._limits = limits
        self._stop = threading.Event()
        self._sleep = sleep or self._stop.wait
        self._lock = threading.Lock()
        self._parsing = threading.Lock()
        self._running: set[Deadline] = set()
        self._not_before = 0.0
        self._pool = ThreadPoolExecutor(limits.concurrency, thread_name_prefix="wordpress")
        self._http = Session(auth, limits.concurrency)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        with self._lock:
            running = list(self._running)
        for deadline in running:
            deadline.end()
        # Not waited for: a thread that hangs in a resolver would take the deadline of whoever asked with it.
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._http.close()

    @property
    def left(self) -> float:
        """Seconds that are left for all requests together, 0 when they are over."""
        return max(0.0, self._began + self._seconds - time.monotonic())

    @property
    def _seconds(self) -> float:
        return min(self._limits.seconds * self._growth, self._limits.most_seconds)

    @property
    def _growth(self) -> float:
        return max(1.0, self._pages / _PAGES)

    def announced(self, pages: int) -> None:
        """The site says that there are so many pages."""
        self._pages = max(self._pages, pages)

    def get_all(self, asked: Sequence[Request], given: type[F]) -> Iterator[tuple[int, Answer | F]]:
        """Sends all requests within the limits, and yields (position, answer) in the order of arrival.

        Raises the first failure, except those of the kind `given`, which are given like an answer.
        """

        def ask(request: Request) -> Answer | F:
            try:
                return self._patiently(request)
            except given as failure:
                return failure

        futures = {self._pool.submit(ask, request): position for position, request in enumerate(asked)}
        for future in self._arriving(futures, asked):
            yield futures.pop(future), future.result()

    def _arriving(
        self, futures: Mapping["Future[Answer | F]", int], asked: Sequence[Request]
    ) -> "Iterator[Future[Answer | F]]":
        try:
            yield from as_completed(list(futures), self.left + _GRACE_SECONDS)
        except TimeoutError:
            raise self._too_slow(asked[min(futures.values())]) from None

    def get(self, request: Request) -> Answer:
        """The answer to one request, repeated while its failure may pass.

        Raises `PermanentFailure` at once, and MUT-WP-018 when the time for all requests is over; `TransientFailure`
        when `attempts` or the time for one request are used up, or as soon as the site asks for a longer wait than
        `max_wait`.
        """
        ((_, answer),) = self.get_all([request], failures.BeyondTheLastPage)
        if isinstance(answer, failures.BeyondTheLastPage):
            raise answer
        return answer

    def _patiently(self, request: Request) -> Answer:
        deadline = Deadline(min(self._limits.request_seconds * self._growth, self.left))
        with self._lock:
            self._running.add(deadline)
        try:
            return self._tried(request, deadline)
        finally:
            with self._lock:
                self._running.discard(deadline)

    def _tried(self, request: Request, deadline: Deadline) -> Answer:
        backoff = _Backoff(
            total=self._limits.attempts - 1,
            backoff_factor=self._limits.backoff,
            backoff_jitter=self._limits.backoff,
            backoff_max=self._limits.max_wait,
        )
        while True:
            self._wait_for_turn(deadline)
            try:
                return self._once(request, deadline)
            except TransientFailure as failure:
                longest = min(self._limits.max_wait, deadline.left)
                if not backoff.total or (failure.retry_after or 0) > longest or deadline.is_over:
                    times = len(backoff.history) + 1
                    what = f"{failure.what} It was tried {times} times." if times > 1 else failure.what
                    raise TransientFailure(failure.code, what, failure.advice, failure.retry_after) from failure
                backoff = backoff.increment(method="GET", url=request.url, error=failure)
                if failure.retry_after:
                    with self._lock:  # the site asked us, not this thread: everybody waits
                        self._not_before = max(self._not_before, time.monotonic() + failure.retry_after)
                else:
                    self._sleep(min(backoff.get_backoff_time(), deadline.left))

    def _too_slow(self, request: Request) -> Failure:
        """The failure of a request whose time is over, or with it that of all."""
        if self.left:
            return failures.request_too_slow(request, self._limits.request_seconds * self._growth)
        return failures.collection_too_slow(request, self._seconds)

    def _wait_for_turn(self, deadline: Deadline) -> None:
        left = self._not_before - time.monotonic()
        if left > 0:  # the jitter keeps those who waited together from coming back together
            self._sleep(min(left + random.random() * self._limits.backoff, deadline.left))
        if self._stop.is_set():
            raise _Abandoned

    def _once(self, request: Request, deadline: Deadline) -> Answer:
        if deadline.is_over:
            raise self._too_slow(request)
        try:
            with deadline.kept(), closing(self._open(request)) as response:
                status, headers = response.status_code, response.headers
                body = self._body(response, request)
        except requests.RequestException as error:
            raise (self._too_slow(request) if deadline.is_over else failures.for_connection(request, error)) from error
        if deadline.is_over:  # a body of unknown length that was cut looks whole
            raise self._too_slow(request)
        if status != 200:
            content_type = headers.get("Content-Type", "").partition(";")[0]
            raise failures.for_status(request, status, content_type, body, _retry_after(headers))
        return Answer(self._parsed(request, body), headers)

    def _parsed(self, request: Request, body: bytes) -> Any:
        """The JSON of an answer. One after the other: the values of a small answer can take many times its size."""
        with self._parsing:
            if guessed(body) > self._limits.max_answer_memory:
                raise failures.too_heavy(request, self._limits.max_answer_memory)
            try:
                value = json.loads(body)
            except (ValueError, RecursionError) as error:
                raise failures.for_body(request, body, error) from error
            self.memory += counted(value, request.params.get("_fields", "").split(","))
            if self.memory > self._limits.max_memory:
                raise failures.collection_too_heavy(request, self._limits.max_memory)
            return value

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
