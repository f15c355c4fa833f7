"""Objects in S3, or in what speaks as it does, through boto3.

What belongs here: five requests, how often and how long each is asked, and which answer means what. What does not: the
words (`bucket/failures.py`), and what is the same for every AWS service (`aws/client.py`).

No request takes longer than `REQUEST_SECONDS` with all its attempts, whatever answers and however slowly: the SDK's own
limits hold for one read of a socket, and for no name to look up. boto3 is imported when the first request is made.
"""

import base64
import html
import random
import re
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from functools import cached_property
from typing import Any, Generic, TypeVar

from mut_assets.resources.aws import client as aws
from mut_assets.resources.bucket import failures
from mut_assets.resources.bucket.entry import AlreadyThere, Entry
from mut_assets.resources.failures import Failure, TransientFailure

ATTEMPTS = 5
REQUEST_SECONDS = 60.0
SILENT_SECONDS = 20
"""How long a service may send nothing."""
FIRST_PAUSE = 0.2
"""The pause after the first attempt, in seconds; it doubles."""

_ELSEWHERE = frozenset("PermanentRedirect AuthorizationHeaderMalformed IllegalLocationConstraintException 301".split())
_MAY_PASS = frozenset(
    "BadDigest ConditionalRequestConflict IncompleteBody InternalError OperationAborted RequestTimeout "
    "ServiceUnavailable SlowDown Throttling ThrottlingException XAmzContentChecksumMismatch".split()
)
_NOT_MENDED = (501, 505, 507)
"""Errors of a server that it has again at the next attempt: it cannot do this, or it is full."""
_PAGE = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+)?html\b", re.IGNORECASE | re.DOTALL)
_SHOWN = 4000
"""How many bytes of an answer are looked at for words."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class S3:
    """The bucket called `name`. Credentials are in no field: boto3's chain has them."""

    name: str
    endpoint: str | None
    region: str | None

    @property
    def where(self) -> str:
        """The bucket for people."""
        return f"s3://{self.name}"

    @cached_property
    def _client(self) -> Any:
        made = aws.client("s3", self.region or "", endpoint=self.endpoint, attempts=1, seconds=SILENT_SECONDS)
        made.meta.events.register("before-call.s3", _stay)
        made.meta.events.register("response-received.s3", _understood)
        return made

    def location(self) -> str:
        """The region that the bucket lies in; "" where the service does not say."""
        from botocore.exceptions import ClientError

        def look(s3: Any) -> str:
            try:
                answer = s3.head_bucket(Bucket=self.name)
            except ClientError as error:
                answer = error.response  # of a bucket elsewhere, which is told where
                if "x-amz-bucket-region" not in _headers(answer) or aws.code_of(error) not in ("301", "400"):
                    raise
            return str(answer.get("BucketRegion") or _headers(answer).get("x-amz-bucket-region") or "")

        return self._ask("say where it lies", look)

    def list(self, prefix: str) -> list[Entry]:
        """As `Bucket.list`."""
        found: list[Entry] = []
        asked: dict[str, str] = {"Prefix": prefix}
        tokens: set[str] = set()
        while True:
            page, entries = self._ask(f"list {prefix!r}", lambda s3: self._page(s3, asked))
            found += entries
            token = page.get("NextContinuationToken", "")
            if not page.get("IsTruncated"):
                return found
            if not token or token in tokens:
                raise failures.unavailable(self.where, f"list {prefix!r}", "its listing has no end.")
            tokens.add(token)
            asked["ContinuationToken"] = token

    def _page(self, s3: Any, asked: dict[str, str]) -> tuple[Any, Sequence[Entry]]:
        page = s3.list_objects_v2(Bucket=self.name, **asked)
        entries = [_entry(listed) for listed in page.get("Contents", ())]
        # Whatever else it is, a listing of a bucket names it, and holds what was asked for.
        if "Name" not in page or not all(entry.key.startswith(asked["Prefix"]) for entry in entries):
            raise _no_s3()
        return page, entries

    def get(self, key: str) -> bytes:
        """As `Bucket.get`."""
        return self._get(key)[0]

    def put(self, key: str, data: bytes) -> str:
        """As `Bucket.put`."""
        return self._put("write", key, data)

    def create(self, key: str, data: bytes) -> str:
        """As `Bucket.create`."""
        try:
            return self._put("create", key, data, IfNoneMatch="*")
        except AlreadyThere as there:
            if there.perhaps_ours:
                found, etag = self._get(key)
                if found == data:
                    return etag
            raise

    def delete(self, key: str) -> None:
        """As `Bucket.delete`."""
        with suppress(_Missing):  # S3 agrees; some stores say that it is gone already
            self._ask(f"delete {key!r}", lambda s3: s3.delete_object(Bucket=self.name, Key=key))

    def _get(self, key: str) -> tuple[bytes, str]:
        def read(s3: Any) -> tuple[bytes, str]:
            answer = s3.get_object(Bucket=self.name, Key=key)
            data = answer["Body"].read()
            whole = answer["ResponseMetadata"]["HTTPStatusCode"] == 200 and "ETag" in answer
            if not whole or (str(answer.get("ContentType")).startswith("text/html") and _PAGE.match(data)):
                raise _no_s3()
            return data, _etag(answer["ETag"])

        try:
            return self._ask(f"read {key!r}", read)
        except _Missing:
            raise KeyError(key) from None

    def _put(self, verb: str, key: str, data: bytes, **condition: str) -> str:
        # Buckets with Object Lock ask for a checksum. As a header, because a checksum that follows the body, as the SDK
        # would send it over TLS, is not understood everywhere. Nothing is said about encryption: what the bucket's
        # owner set up holds.
        checksum = base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()

        def write(s3: Any) -> str:
            answer = s3.put_object(Bucket=self.name, Key=key, Body=data, ChecksumCRC32=checksum, **condition)
            if "ETag" not in answer:
                raise _no_s3()
            return _etag(answer["ETag"])

        return self._ask(f"{verb} {key!r}", write)

    def _ask(self, action: str, request: Callable[[Any], Result]) -> Result:
        """Asks until there is an answer that another attempt would not change, or the time is up."""
        give_up = time.monotonic() + REQUEST_SECONDS
        attempt = 0
        while True:
            attempt += 1
            try:
                return self._once(action, request, give_up - time.monotonic())
            except AlreadyThere as there:
                there.perhaps_ours = attempt > 1
                raise
            except TransientFailure as failure:
                pause = max(FIRST_PAUSE * 2 ** (attempt - 1) * random.uniform(0.8, 1.2), failure.retry_after or 0)
                if attempt == ATTEMPTS or time.monotonic() + pause >= give_up:
                    raise
            time.sleep(pause)

    def _once(self, action: str, request: Callable[[Any], Result], seconds: float) -> Result:
        from botocore.exceptions import ClientError
        from urllib3.exceptions import HTTPError

        with aws.explained("s3", "", f"{action} in {self.where}", region=self.region or ""):
            attempt = _Attempt(lambda: request(self._client))
            try:
                return attempt.result(seconds)
            except TimeoutError:
                said = f"there was no whole answer within {REQUEST_SECONDS:.0f} s."
                raise failures.unavailable(self.where, action, said) from None
            except ClientError as error:
                raise self._refusal(action, error) from error
            except HTTPError as error:  # the SDK hands on what breaks off in the words of an error
                said = f"its answer broke off ({type(error).__name__})."
                raise failures.unavailable(self.where, action, said) from error
            except (AttributeError, LookupError, TypeError, ValueError) as error:  # what the SDK makes of odd answers
                raise _no_s3() from error

    def _refusal(self, action: str, error: Any) -> Exception:
        code, status = aws.code_of(error), int(error.response["ResponseMetadata"].get("HTTPStatusCode", 0))
        if code in ("PreconditionFailed", "412") and action.startswith("create "):  # nothing else has a condition
            return AlreadyThere(action)
        if code == "NoSuchKey" and error.operation_name in ("GetObject", "DeleteObject"):
            return _Missing(action)
        if code == "NoSuchBucket" or (code == "404" and error.operation_name == "HeadBucket"):
            return failures.no_bucket(self.where)
        if code in aws.EXPIRED:
            return failures.expired(self.where, action)
        if code in aws.NOT_ACCEPTED:
            return aws.not_accepted(f"s3: {action} in {self.where}", code)
        if code in _ELSEWHERE:
            return failures.elsewhere(self.where)
        return self._otherwise(action, error, code, status)

    def _otherwise(self, action: str, error: Any, code: str, status: int) -> Failure:
        quote = aws.quoted(str(error.response["Error"].get("Message", "")))
        named = f"{status} {code}" if code and code != str(status) else str(status)
        passes = status in (408, 409, 425, 429) or (status >= 500 and status not in _NOT_MENDED)
        if passes or code in _MAY_PASS or "Throttl" in code:
            return failures.unavailable(self.where, action, f"{named}.{quote}", aws.retry_after(error))
        if code.startswith("KMS"):
            return failures.no_key(self.where, action, code, quote)
        if code in ("AccessDenied", "403"):  # "403": the answer had no body
            return failures.denied(self.where, action, quote)
        return failures.refused(self.where, action, named, quote)


class _Missing(Exception):
    """There is no such key."""


class _Attempt(threading.Thread, Generic[Result]):
    """One request in a thread of its own, so that the time it may take is what it may take in total."""

    def __init__(self, request: Callable[[], Result]) -> None:
        super().__init__(name="s3", daemon=True)
        self._request = request
        self._result: list[Result] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._result.append(self._request())
        except BaseException as error:  # noqa: BLE001  # it is raised again where the result is asked for
            self._error = error

    def result(self, seconds: float) -> Result:
        """What the request gave, or raises what it raised; `TimeoutError` when it takes longer. Then it goes on, and
        nobody hears of it."""
        self.start()
        self.join(max(seconds, 0))
        if self.is_alive():
            raise TimeoutError
        if self._error is not None:
            raise self._error
        return self._result[0]


def _stay(context: dict[str, Any], **_: object) -> None:
    """Keeps the SDK from asking elsewhere by itself: told to by a sign-in page, it asks without end."""
    context["s3_redirect"]["redirected"] = True


def _understood(response_dict: Any, parsed_response: Any, **_: object) -> None:
    """Refuses a web page as an answer, and keeps the words of an error that the SDK does not take for one of S3."""
    body = (response_dict or {}).get("body")
    if not isinstance(body, bytes):
        return
    text = body[:_SHOWN].decode("utf-8", "replace")
    code, error = _inside("Code", text), parsed_response.get("Error", {})
    if response_dict["status_code"] < 300:
        if _PAGE.match(body) or (error and not code):  # the SDK makes an error 500 of what it cannot read
            raise _no_s3()
    elif body and error.get("Code", "") in ("", str(response_dict["status_code"])):
        error["Code"], error["Message"] = code, _inside("Message", text) or _words(text)


def _inside(tag: str, text: str) -> str:
    found = re.search(f"<{tag}>([^<]*)</{tag}>", text)
    return html.unescape(found.group(1)).strip() if found else ""


def _words(text: str) -> str:
    """The title of a page, or else whatever can be read."""
    title = re.search(r"<title[^>]*>([^<]*)<", text, re.IGNORECASE)
    readable = title.group(1) if title else re.sub(r"<[^>]*>", " ", text)
    return " ".join(html.unescape(readable).split())


def _no_s3() -> Exception:
    from botocore.parsers import ResponseParserError

    error: Exception = ResponseParserError()
    return error


def _headers(answer: dict[str, Any]) -> dict[str, str]:
    headers: dict[str, str] = answer["ResponseMetadata"].get("HTTPHeaders", {})
    return headers


def _entry(listed: dict[str, Any]) -> Entry:
    modified = listed["LastModified"]
    in_utc = modified if modified.tzinfo else modified.replace(tzinfo=UTC)
    return Entry(listed["Key"], _etag(listed.get("ETag", "")), listed["Size"], in_utc)


def _etag(spelt: str) -> str:
    """An etag as S3 spells it: some services leave out the quotes in one answer and not in another."""
    bare = spelt.removeprefix("W/").strip('"')
    return f'"{bare}"' if bare else ""
