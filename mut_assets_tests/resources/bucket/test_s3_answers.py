"""What S3 answers, and what stands before it: in its own words, asked again where that helps, never for long."""

import ipaddress
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mut_assets.resources.bucket import s3
from mut_assets.resources.bucket.entry import AlreadyThere
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.failures import Failure, PermanentFailure, TransientFailure
from mut_assets_tests.fakes.s3_proxy import Answer, Request, Rule, S3Proxy, s3_error, times
from mut_assets_tests.resources.bucket.conftest import NAME

EVERY_METHOD: dict[str, Callable[[Bucket], object]] = {
    "list": lambda bucket: bucket.list("raw/"),
    "get": lambda bucket: bucket.get("raw/a.csv"),
    "put": lambda bucket: bucket.put("raw/a.csv", b"1"),
    "create": lambda bucket: bucket.create("raw/b.csv", b"1"),
    "delete": lambda bucket: bucket.delete("raw/a.csv"),
}
PAGE = b"\n<!DOCTYPE html>\n<html><head><title>Inicia sesi&oacute;n</title></head><body><p>Hola</p></body></html>"


@pytest.fixture(autouse=True)
def _no_pauses(alone: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "FIRST_PAUSE", 0.001)


@pytest.fixture
def bucket(on_s3: Bucket) -> Bucket:
    return on_s3


def always(answer: Answer) -> Rule:
    return lambda request: answer


def writes(answer: Answer) -> Rule:
    return lambda request: answer if request.method == "PUT" else None


DENIED_KEY = (
    "User: arn:aws:sts::1:assumed-role/mut/n is not authorized to perform: kms:GenerateDataKey on resource: "
    "arn:aws:kms:us-east-1:1:key/0a1b because no identity-based policy allows the kms:GenerateDataKey action"
)
DENIED_BY_NAME = (
    "User: arn:aws:sts::1:assumed-role/mut/n is not authorized to perform: s3:PutObject on resource: "
    '"arn:aws:s3:::conocimiento/raw/a.csv" with an explicit deny in a resource-based policy'
)
LOCKED = "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters"
LATE_PROLOGUE = b'\n\n<?xml version="1.0"?><Error><Code>Odd</Code><Message>A&amp;B</Message></Error>'
FILTER = Answer(403, b"<html><title>FortiGuard: blocked</title></html>", "text/html")


@pytest.mark.parametrize(
    ("answer", "transient", "said"),
    [
        (s3_error(400, "KMS.DisabledException", "key/0a1b is disabled."), False, "MUT-S3-005.*Disabled.*0a1b is"),
        (s3_error(400, "KMSInvalidStateException", "key/0a1b is pending deletion"), False, "MUT-S3-005.*pending"),
        (s3_error(400, "InvalidToken"), False, "MUT-AWS-008.*InvalidToken"),
        (s3_error(400, "TokenRefreshRequired"), False, "MUT-S3-003"),
        (s3_error(400, "ExpiredToken"), False, "MUT-S3-003"),
        (s3_error(400, "InvalidRequest", LOCKED), False, "MUT-S3-006.*400 InvalidRequest.*Object Lock"),
        (s3_error(405, "MethodNotAllowed", "Not here"), False, "MUT-S3-006.*405 MethodNotAllowed.*Not here"),
        (s3_error(507, "XMinioStorageFull", "Storage is full"), False, "MUT-S3-006.*507 XMinioStorageFull.*full"),
        (s3_error(403, "RequestTimeTooSkewed"), False, "MUT-AWS-008.*Set this machine's clock"),
        (s3_error(403, "AccessDenied", DENIED_KEY), False, "MUT-S3-002.*Allow kms:GenerateDataKey on arn:.*0a1b"),
        (s3_error(403, "AccessDenied", DENIED_BY_NAME), False, "MUT-S3-002.*denies s3:PutObject on arn:.*a.csv"),
        (s3_error(403, "QuotaExceeded", "5 TB are used"), False, "MUT-S3-006.*403 QuotaExceeded.*5 TB"),
        (s3_error(403, "InvalidObjectState", "It is archived"), False, "MUT-S3-006.*InvalidObjectState.*archived"),
        (FILTER, False, "MUT-S3-006.*403.*FortiGuard: blocked"),
        (Answer(404, b"404 page not found", "text/plain"), False, "MUT-S3-006.*404.*page not found"),
        (Answer(302, b"", headers=(("Location", "https://sso.example/"),)), False, "MUT-S3-006.*302"),
        (Answer(403), False, "MUT-S3-002"),
        (Answer(400, LATE_PROLOGUE), False, "MUT-S3-006.*Odd.*A&B"),
        (s3_error(503, "SlowDown", "Please reduce your request rate."), True, "MUT-S3-101.*503 SlowDown.*reduce"),
        (s3_error(409, "ConditionalRequestConflict", "Try again"), True, "MUT-S3-101.*409 ConditionalRequestConflict"),
        (s3_error(400, "RequestTimeout", "Idle"), True, "MUT-S3-101.*RequestTimeout"),
        (Answer(502, b"<html><title>502 Bad Gateway</title>", "text/html"), True, "MUT-S3-101.*502.*Bad Gateway"),
        (Answer(), True, "MUT-AWS-102"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_the_service_says_is_kept_whatever_was_asked_and_asked_again_where_that_may_help(
    answer: Answer, transient: bool, said: str, bucket: Bucket, proxy: S3Proxy
) -> None:
    proxy.rules.append(always(answer))
    for name, ask in EVERY_METHOD.items():
        proxy.requests.clear()
        with pytest.raises(Failure, match=said) as caught:
            ask(bucket)
        assert caught.value.transient is transient, name
        assert len(proxy.requests) == (s3.ATTEMPTS if transient else 1), name


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, PAGE, "text/html; charset=utf-8"),
        Answer(200, PAGE, "text/html", headers=(("ETag", '"5f3-61"'),)),  # an application's page, by a web server
        Answer(200, b'<?xml version="1.0"?><!DOCTYPE html><html xmlns="x"><body/></html>', "application/xhtml+xml"),
    ],
)
@pytest.mark.parametrize("method", EVERY_METHOD)
def test_a_web_page_is_no_listing_no_document_and_no_success(
    answer: Answer, method: str, bucket: Bucket, proxy: S3Proxy
) -> None:
    proxy.rules.append(always(answer))
    with pytest.raises(TransientFailure, match="MUT-AWS-106.*sign-in page"):
        EVERY_METHOD[method](bucket)
    assert len(proxy.requests) == s3.ATTEMPTS


@pytest.mark.parametrize("body", [b"", b"{}", b"<Result/>", b'<?xml version="1.0"?><ListBucketResult><Cont'])
def test_what_is_no_listing_is_no_empty_bucket(body: bytes, bucket: Bucket, proxy: S3Proxy) -> None:
    proxy.rules.append(always(Answer(200, body)))
    with pytest.raises(TransientFailure, match="MUT-AWS-106"):
        bucket.list("raw/")


WHEN = b"<LastModified>2026-11-28T03:04:05Z</LastModified>"


@pytest.mark.parametrize(
    "listed",
    [
        b"<Size>1</Size>" + WHEN,
        b"<Key>raw/a.csv</Key>" + WHEN,
        b"<Key>raw/a.csv</Key><Size>1</Size>",
        b"<Key>raw/a.csv</Key><Size>some</Size>" + WHEN,
        b"<Key>raw/a.csv</Key><Size>1</Size><LastModified>soon</LastModified>",
        b"<Key>elsewhere/a.csv</Key><Size>1</Size>" + WHEN,
    ],
)
def test_a_listing_without_what_every_listing_has_is_none(listed: bytes, bucket: Bucket, proxy: S3Proxy) -> None:
    page = b"<ListBucketResult><Name>b</Name><Contents>" + listed + b"</Contents></ListBucketResult>"
    proxy.rules.append(always(Answer(200, page)))
    with pytest.raises(TransientFailure, match="MUT-AWS-106"):
        bucket.list("raw/")


def test_a_time_without_its_zone_is_in_utc(bucket: Bucket, proxy: S3Proxy) -> None:
    bucket.put("raw/a.csv", b"1")
    proxy.rules.append(always(Answer(rewritten=lambda body: re.sub(rb"Z</LastModified>", b"</LastModified>", body))))
    assert [entry.modified.tzinfo for entry in bucket.list("raw/")] == [UTC]


BROKEN_OFF = ("Transfer-Encoding", "chunked")
CHECKSUM = ("x-amz-checksum-crc32", "AAAAAA==")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(403, b"<Error>\r\n", headers=(BROKEN_OFF,)),
        Answer(302, b"moved\r\n", headers=(BROKEN_OFF,)),
        Answer(503, b"busy", headers=(CHECKSUM,)),
        Answer(301, b"<Error>", headers=(CHECKSUM,)),
        Answer(200, b"1", headers=(("ETag", '"1"'), ("Last-Modified", "soon"))),
        Answer(200, b"1", headers=(("ETag", '"1"'), ("x-amz-missing-meta", "some"))),
        Answer(204, headers=(("ETag", '"1"'),)),
        Answer(206, b"1", headers=(("ETag", '"1"'),)),
    ],
    ids=lambda answer: f"{answer.status} {dict(answer.headers)}",
)
def test_an_answer_that_is_broken_or_no_whole_object_is_a_failure_with_a_code(
    answer: Answer, bucket: Bucket, proxy: S3Proxy
) -> None:
    proxy.rules.append(always(answer))
    with pytest.raises(TransientFailure, match="MUT-(AWS-10[26]|S3-101)"):
        bucket.get("raw/a.csv")


@pytest.mark.parametrize(
    ("answer", "methods"),
    [
        (s3_error(412, "PreconditionFailed"), ("list", "get", "put", "delete")),
        (s3_error(404, "NoSuchKey"), ("list", "put", "create")),
    ],
)
def test_an_answer_to_another_question_is_a_refusal(
    answer: Answer, methods: tuple[str, ...], bucket: Bucket, proxy: S3Proxy
) -> None:
    """As a filter or a policy answers: 412 where nothing was conditional, 404 where no object was asked for."""
    proxy.rules.append(always(answer))
    for name in methods:
        with pytest.raises(PermanentFailure, match=f"MUT-S3-006.*{answer.status}"):
            EVERY_METHOD[name](bucket)


def test_what_is_gone_already_is_deleted(bucket: Bucket, proxy: S3Proxy) -> None:
    """S3 agrees to it; some stores say that there is no such key."""
    proxy.rules.append(always(s3_error(404, "NoSuchKey")))
    bucket.delete("raw/a.csv")


def test_a_listing_that_begins_again_ends(bucket: Bucket, proxy: S3Proxy) -> None:
    again = b"<IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>"
    page = b"<ListBucketResult><Name>b</Name>" + again + b"</ListBucketResult>"
    proxy.rules.append(always(Answer(200, page)))
    with pytest.raises(TransientFailure, match="MUT-S3-101.*no end"):
        bucket.list("raw/")


@pytest.mark.parametrize("listed", [b"", b"<Contents><Key>raw/a.csv</Key><Size>1</Size>" + WHEN + b"</Contents>"])
def test_a_listing_that_goes_on_with_nothing_new_ends(listed: bytes, bucket: Bucket, proxy: S3Proxy) -> None:
    numbers = count()

    def more(_: Request) -> Answer:
        number = b"%d" % next(numbers)
        again = b"<IsTruncated>true</IsTruncated><NextContinuationToken>" + number + b"</NextContinuationToken>"
        return Answer(200, b"<ListBucketResult><Name>b</Name>" + listed + again + b"</ListBucketResult>")

    proxy.rules.append(times(3 * s3.FRUITLESS, more))
    with pytest.raises(TransientFailure, match="MUT-S3-101.*no end"):
        bucket.list("raw/")


@pytest.mark.parametrize("method", ["list", "get"])
def test_an_answer_that_never_ends_is_given_up(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One byte at a time: no socket is ever silent for long."""
    monkeypatch.setattr(s3, "REQUEST_SECONDS", 1.0)
    with dripping() as endpoint, pytest.raises(TransientFailure, match="MUT-S3-101.*no whole answer within 1 s"):
        EVERY_METHOD[method](Bucket(f"s3://{NAME}", endpoint, "us-east-1"))


@contextmanager
def dripping() -> Iterator[str]:
    """A server that answers every request without end."""
    listening, over = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def drip(connection: socket.socket) -> None:
        with connection:
            connection.recv(65536)
            connection.sendall(b'HTTP/1.1 200 OK\r\nETag: "x"\r\nContent-Length: 100000\r\n\r\n')
            while not over.wait(0.05):
                connection.sendall(b" ")

    def accept() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=drip, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        over.set()
        listening.close()


def test_a_create_whose_answer_was_lost_is_a_success_and_one_that_found_another_object_is_not(
    bucket: Bucket, proxy: S3Proxy, storage: Any
) -> None:
    proxy.rules.append(times(1, writes(Answer(passed=True))))
    etag = bucket.create("raw/a.csv", b"ours")
    assert [entry.etag for entry in bucket.list("raw/")] == [etag]
    storage.put_object(Bucket=NAME, Key="raw/b.csv", Body=b"theirs")
    proxy.rules[:] = [times(1, writes(s3_error(503, "SlowDown")))]
    with pytest.raises(AlreadyThere):
        bucket.create("raw/b.csv", b"ours")
    with pytest.raises(AlreadyThere):
        bucket.create("raw/a.csv", b"ours")  # no attempt was lost: the same bytes are somebody's all the same
    assert bucket.get("raw/b.csv") == b"theirs"


def test_a_conflict_of_two_conditional_writes_is_neither_refusal_nor_success(bucket: Bucket, proxy: S3Proxy) -> None:
    proxy.rules.append(times(2, writes(s3_error(409, "ConditionalRequestConflict"))))
    bucket.create("raw/a.csv", b"1")
    assert bucket.get("raw/a.csv") == b"1"


def test_every_key_is_listed_under_its_true_name_whatever_it_is(bucket: Bucket, storage: Any) -> None:
    keys = ["raw/", "raw//preguntas.csv", "raw/./a.csv", "raw/../b.csv", "raw/a b+c%20é.csv", "raw/ñ/"]
    for key in keys:
        storage.put_object(Bucket=NAME, Key=key, Body=b"" if key.endswith("/") else b"x")
    assert [entry.key for entry in bucket.list("raw/")] == sorted(keys)
    assert [entry.key for entry in bucket.list("raw/") if entry.is_folder_marker] == ["raw/", "raw/ñ/"]
    assert [bucket.get(key) for key in keys] == [b"" if key.endswith("/") else b"x" for key in keys]


@pytest.mark.parametrize("spelt", [b"", b"W/&quot;"])
def test_an_etag_is_the_same_with_quotes_without_and_weak(spelt: bytes, bucket: Bucket, proxy: S3Proxy) -> None:
    def respelt(body: bytes) -> bytes:
        return re.sub(rb"<ETag>(?:&quot;|\")?(\w+)(?:&quot;|\")?</ETag>", rb"<ETag>%b\1</ETag>" % spelt, body)

    etag = bucket.put("raw/a.csv", b"1")
    proxy.rules.append(lambda request: Answer(rewritten=respelt) if request.query else None)
    assert [entry.etag for entry in bucket.list("raw/")] == [etag]


@pytest.mark.parametrize("asked", ["when_supported", "when_required"])
@pytest.mark.parametrize("secure", [False, True])
def test_every_write_brings_its_checksum_in_a_header(
    asked: str, secure: bool, moto: str, storage: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Buckets with Object Lock ask for one; what comes after the body is not understood everywhere."""
    monkeypatch.setenv("AWS_REQUEST_CHECKSUM_CALCULATION", asked)
    certificate = certificate_in(tmp_path)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
    with S3Proxy(moto, certificate=certificate if secure else None) as proxy:
        bucket = Bucket(f"s3://{NAME}", proxy.endpoint, "us-east-1")
        bucket.put("raw/a.csv", b"123456789")
        bucket.create("raw/b.csv", b"123456789")
        sent = [{name.lower(): value for name, value in one.headers.items()} for one in proxy.requests]
    assert [headers.get("x-amz-checksum-crc32") for headers in sent] == ["y/Q5Jg=="] * 2  # 0xCBF43926
    assert [headers.get("content-encoding") for headers in sent] == [None] * 2


def test_the_bucket_trusts_whom_aws_ca_bundle_names_and_says_whose_certificate_it_refuses(
    moto: str, storage: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = certificate_in(tmp_path)
    with S3Proxy(moto, certificate=certificate) as proxy:
        with pytest.raises(PermanentFailure, match="MUT-AWS-009.*127.0.0.1.*AWS_CA_BUNDLE"):
            Bucket(f"s3://{NAME}", proxy.endpoint, "us-east-1").list("raw/")
        monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
        assert Bucket(f"s3://{NAME}", proxy.endpoint, "us-east-1").list("raw/") == []


def certificate_in(folder: Path) -> Path:
    """A file with a key and a certificate for 127.0.0.1 that it signed itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mut tests")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = builder.add_extension(here, critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    file = folder / "certificate.pem"
    pem, plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    signed = builder.sign(key, hashes.SHA256()).public_bytes(pem)
    file.write_bytes(key.private_bytes(pem, plain, serialization.NoEncryption()) + signed)
    return file
