"""The bucket: is it there, and may everything be done under each prefix that a night does.

A probe writes an object of its own and deletes it, once it is sure that it may delete. A data source that covers the
whole dataset prefix may run a job at that very moment. So the probe is named like the metadata file of a document that
does not exist: Bedrock and the embedded index neither ingest nor count it, and an unsupported suffix would be reported
as a failed document. It lies beside the dataset's folders, not in one, so no folder looks changed.
"""

import os
import socket
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mut_assets.domain.document_keys import ENDING
from mut_assets.domain.documents import sidecar
from mut_assets.environments import Settings
from mut_assets.operations.doctor.account import AwsAccount
from mut_assets.operations.doctor.finding import (
    Finding,
    advice,
    command,
    error,
    failed,
    listed,
    ok,
    skipped,
    statement,
    warning,
)
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.faq_file import FaqFile
from mut_assets.resources.bucket.object_store import AlreadyThere, Bucket
from mut_assets.resources.failures import DENIED, Failure

FOLDER = ".mut-doctor/"
SUFFIX = sidecar.sidecar_key(ENDING)
CONTENT = sidecar.write({"mut": "doctor"})
LEFT_BEHIND = timedelta(hours=1)
"""Age after which another doctor's probe was left by one that was killed."""

FOREIGN = "foreign keys"


def prefixes(settings: Settings) -> dict[str, str]:
    """The prefixes that the platform writes to, by purpose."""
    chosen = {"raw": settings.raw_prefix, "vectorial": settings.vectorial_prefix, "dataset": settings.dataset_prefix}
    return {**chosen, "state": "state/"}


def names(settings: Settings) -> list[str]:
    """The examinations that need the bucket."""
    return [*(f"bucket: {use}" for use in prefixes(settings)), FOREIGN, faq_name(settings)]


def faq_name(settings: Settings) -> str:
    """The examination of the FAQ."""
    return f"{settings.raw_prefix}preguntas.csv"


def examine(store: DocumentStore, faq: FaqFile, settings: Settings, aws: AwsAccount) -> Iterator[Finding]:
    """The bucket, each prefix, what lies under the dataset prefix and is not ours, and the FAQ."""
    bucket = store.bucket
    with left_as_found(bucket.address):
        finding = _where(bucket, settings, aws)
        yield finding
        if finding.status == "error":
            yield from (skipped(name, "the bucket cannot be used") for name in names(settings))
            return
        for use, prefix in prefixes(settings).items():
            yield finding_for(f"bucket: {use}", bucket, probed(bucket, prefix), aws)
        yield _foreign(store, bucket, aws)
        yield _faq(faq, settings, aws)


def _where(bucket: Bucket, settings: Settings, aws: AwsAccount) -> Finding:
    try:
        region = bucket.location()
    except Failure as failure:
        return _unfound(failure, bucket, aws)
    used = settings.region or aws.region
    if region and used and region != used:
        both = f"{bucket.where} lies in {region}, and the region in use is {used}"
        fix = f"Use the bucket's region, or name a bucket of this one in S3_BUCKET_NAME:\nAWS_REGION={region}"
        return Finding("bucket", "error", both, fix, "MUT-S3-004")
    kind = "" if bucket.where.startswith("s3://") else "the folder "
    return ok("bucket", f"{kind}{bucket.where}{f' in {region}' if region else ''}")


def _unfound(failure: Failure, bucket: Bucket, aws: AwsAccount) -> Finding:
    if failure.code == "MUT-S3-001":
        name = bucket.where.removeprefix("s3://")
        # The first region is the one that must not be named.
        elsewhere = aws.region not in ("", "us-east-1")
        location = ("--create-bucket-configuration", f'{{"LocationConstraint": "{aws.region}"}}') if elsewhere else ()
        return failed("bucket", failure, aws.command("s3api", "create-bucket", "--bucket", name, *location))
    if failure.code == "MUT-S3-002":  # one that may not be looked at as a whole may still be read and written
        return failed("bucket", failure, statement(["s3:ListBucket"], aws.bucket(bucket.where)), warn=True)
    return failed("bucket", failure)


@dataclass
class Probe:
    """The result for one prefix. `refused`: IAM action -> failure. `unconditional`: a create replaced an object."""

    prefix: str
    objects: int = 0
    refused: dict[str, Failure] = field(default_factory=dict)
    untried: list[str] = field(default_factory=list)
    unconditional: bool = False
    damaged: bool = False
    left: str = ""


def probed(bucket: Bucket, prefix: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Probe:
    """Probes a prefix: lists, creates, creates again, reads, deletes."""
    probe = Probe(prefix)
    key = f"{prefix}{FOLDER}{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:12]}{SUFFIX}"
    old: list[str] = []
    with _noted(probe, "s3:ListBucket"):
        entries = bucket.list(prefix)
        probe.objects = sum(not _is_probe(entry.key, prefix) for entry in entries)
        old = [entry.key for entry in entries if _is_probe(entry.key, prefix) and entry.modified < now() - LEFT_BEHIND]
    with _noted(probe, "s3:DeleteObject"):
        bucket.delete(key)  # nothing is there yet, and the right to is asked for all the same
    if probe.refused.keys() - {"s3:ListBucket"}:
        probe.untried = ["s3:PutObject", "s3:GetObject"]
        return probe
    try:
        with _noted(probe, "s3:PutObject"):
            bucket.create(key, CONTENT)
            with suppress(AlreadyThere):
                bucket.create(key, CONTENT)
                probe.unconditional = True
        if "s3:PutObject" in probe.refused:
            probe.untried = ["s3:GetObject"]
        else:
            with _noted(probe, "s3:GetObject"):
                probe.damaged = bucket.get(key) != CONTENT
    finally:
        for written in (key, *old):
            probe.left = written
            with _noted(probe, "s3:DeleteObject"):
                bucket.delete(written)
                probe.left = ""
    return probe


@contextmanager
def _noted(probe: Probe, action: str) -> Iterator[None]:
    try:
        yield
    except Failure as failure:
        probe.refused.setdefault(action, failure)
    except KeyError:
        probe.damaged = True


def finding_for(name: str, bucket: Bucket, probe: Probe, aws: AwsAccount) -> Finding:
    """Returns the finding for the probe of a prefix."""
    left = f"Delete what could not be deleted: {probe.left}" if probe.left else ""
    if probe.refused:
        return _refusal(name, bucket, probe, aws, left)
    if probe.unconditional:
        found = "a conditional create replaced an object: two writers could both believe that it is their turn"
        fix = "Use a bucket whose service honours If-None-Match on PUT, as S3 does; see AWS_ENDPOINT_URL_S3."
        return error(name, found, fix)
    if probe.damaged:
        return error(name, "what was written is not what is read back", "Look for who else writes or rewrites there.")
    return ok(name, f"{probe.prefix} holds {probe.objects} objects; listed, written once and not twice, read, deleted")


def _refusal(name: str, bucket: Bucket, probe: Probe, aws: AwsAccount, left: str) -> Finding:
    first = next(iter(probe.refused.values()))
    untried = f" Not tried: {', '.join(probe.untried)}." if probe.untried else ""
    refusals = f"{' '.join(dict.fromkeys(failure.what for failure in probe.refused.values()))}{untried}"
    actions = [*probe.refused, *probe.untried]
    fix = [advice(first), left]
    if first.code in DENIED and bucket.where.startswith("s3://"):
        if "s3:ListBucket" in actions:
            fix.append(statement(["s3:ListBucket"], aws.bucket(bucket.where)))
        on_objects = sorted(action for action in actions if action != "s3:ListBucket")
        if on_objects:
            fix.append(statement(on_objects, aws.bucket(bucket.where, f"{probe.prefix}*")))
            fix.append("Where the bucket has a key of its own, also kms:GenerateDataKey and kms:Decrypt on that.")
    return Finding(name, "error", refusals, "\n".join(line for line in fix if line), first.code)


def _is_probe(key: str, prefix: str) -> bool:
    return key.startswith(prefix + FOLDER)


@contextmanager
def left_as_found(address: str) -> Iterator[None]:
    """Removes the folders that a probe makes in a bucket that is a folder, where they were not there before."""
    if "//" in address:
        yield
        return
    root = Path(address).absolute()
    before = {path for path in [*root.parents, root, *root.rglob("*")] if path.is_dir()}
    try:
        yield
    finally:
        made = [path for path in root.rglob("*") if path.is_dir() and path not in before]
        for path in [*sorted(made, reverse=True), root, *root.parents]:
            if path not in before:
                with suppress(OSError):  # somebody else has begun to use it
                    path.rmdir()


def _foreign(store: DocumentStore, bucket: Bucket, aws: AwsAccount) -> Finding:
    try:
        holdings = store.holdings(remember=False)
    except Failure as failure:
        return failed(FOREIGN, failure)
    keys = [key for key in holdings.foreign if not _is_probe(key, store.prefix)]
    ours = sum(map(len, holdings.published.values()))
    if not keys:
        return ok(FOREIGN, f"none beside {ours} published documents under {store.prefix}")
    remove = command("rm", f"{bucket.where}/{keys[0]}")
    if bucket.where.startswith("s3://"):
        name = bucket.where.removeprefix("s3://")
        remove = aws.command("s3api", "delete-object", "--bucket", name, "--key", keys[0])
    found = f"{len(keys)} under {store.prefix} that the platform did not write: {listed(keys)}"
    fix = "They are never deleted, and a data source may ingest them. Remove what should not be there, such as:"
    return warning(FOREIGN, found, fix, remove)


def _faq(faq: FaqFile, settings: Settings, aws: AwsAccount) -> Finding:
    name = faq_name(settings)
    try:
        frame = faq.frame()
    except Failure as failure:
        return failed(name, failure)
    if frame is None:
        found = "nobody uploaded the frequent questions; nights go on without them and delete none"
        fix = "Upload them; docs/guia.md says how the file looks:"
        return warning(name, found, fix, _upload(faq, aws))
    problems = [str(text) for text in frame["problema"] if text]
    source = str(frame["fuente"].iloc[0]) if len(frame) else name
    if problems:
        found = f"{len(problems)} of {len(frame)} rows cannot be used, the first because {problems[0]}"
        fix = "Correct them in the file and upload it again."
        return warning(name, found, fix)
    bundled = " of the bundled sample, as nobody uploaded any" if source != name else ""
    return ok(name, f"{len(frame)} questions{bundled}")


def _upload(faq: FaqFile, aws: AwsAccount) -> str:
    if not faq.bucket.where.startswith("s3://"):
        return command("cp", "preguntas.csv", faq.where)
    name = faq.bucket.where.removeprefix("s3://")
    return aws.command("s3api", "put-object", "--bucket", name, "--key", faq.key, "--body", "preguntas.csv")
