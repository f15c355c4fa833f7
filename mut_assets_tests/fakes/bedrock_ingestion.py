"""What an ingestion job of the Bedrock double does: reads the bucket once, when it starts running, and compares.

What belongs here: the scan, what is refused and why, the statistics, the wording of failures. What does not: which
jobs may start and when they move on (`bedrock.py`).

The bucket is read through a real S3 client, and everything is read at the scan: what is put later is not in this job.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from mut_assets_tests.fakes.bedrock_resources import DataSource, Document, Job

SIDECAR = ".metadata.json"
SUFFIXES = (".txt", ".md", ".html", ".doc", ".docx", ".csv", ".xls", ".xlsx", ".pdf")
MAX_DOCUMENT_BYTES = 50 * 1024 * 1024
MAX_SIDECAR_BYTES = 10 * 1024
MAX_REASON = 2048

_VALUES = {
    "STRING": "stringValue",
    "NUMBER": "numberValue",
    "BOOLEAN": "booleanValue",
    "STRING_LIST": "stringListValue",
}


@dataclass
class Found:
    """What a scan saw: every document key, and what it read of those that are not as they were taken in before."""

    keys: set[str] = field(default_factory=set)
    changed: list[Document] = field(default_factory=list)


def scan(job: Job, bucket: Any) -> None:
    """Reads the bucket into `job.found` and counts; a bucket that cannot be listed ends the job."""
    source = job.source
    try:
        objects = {} if source.blind else _listing(bucket, source)
    except ClientError as error:
        job.status = "FAILED"
        job.failure_reasons = [f"The data source's bucket {source.bucket} could not be read: {error}"[:MAX_REASON]]
        return
    sidecars = {key for key in objects if key.endswith(SIDECAR)}
    found = job.found = Found({key for key in objects if key not in sidecars and not key.endswith("/")})
    job.statistics["numberOfDocumentsScanned"] = len(found.keys)
    job.statistics["numberOfMetadataDocumentsScanned"] = len(sidecars)
    for key in sorted(found.keys):
        etag = objects[key]["ETag"]
        sidecar = objects.get(key + SIDECAR, {"ETag": "", "Size": 0})
        known = source.documents.get(key)
        as_before = known and known.status == "INDEXED" and (known.etag, known.sidecar_etag) == (etag, sidecar["ETag"])
        if not as_before or key in source.broken or key in source.skipped:
            found.changed.append(_read(bucket, source, objects[key], sidecar))


def finish(job: Job) -> None:
    """Takes what the scan found into the data source; the job is COMPLETE, also when documents failed."""
    source, statistics = job.source, job.statistics
    job.status = "COMPLETE"
    if source.blind:
        return
    failed: dict[str, list[str]] = {}
    for document in job.found.changed:
        before = source.documents.get(document.key)
        _count(statistics, before, document)
        if document.status == "FAILED":
            failed.setdefault(document.reason, []).append(document.key)
        if document.status != "INDEXED":  # that does not undo what was taken in before
            document.keep(before)
        source.documents[document.key] = document
        document.updated, document.visible_from = job.updated, source.next_visible
    for key in [key for key in source.documents if key not in job.found.keys]:
        statistics["numberOfDocumentsDeleted"] += source.documents[key].taken_in
        source.documents[key].status, source.documents[key].etag = "DELETED", ""
        source.documents[key].visible_from = source.next_visible
    job.failure_reasons = [
        reason for why, keys in failed.items() for reason in _reasons(why, [f"s3://{source.bucket}/{k}" for k in keys])
    ]


def _count(statistics: dict[str, int], before: Document | None, now: Document) -> None:
    if now.status == "FAILED":
        statistics["numberOfDocumentsFailed"] += 1
    elif now.status == "IGNORED":
        statistics["numberOfDocumentsSkipped"] += 1
    elif before is None or not before.taken_in:
        statistics["numberOfNewDocumentsIndexed"] += 1
    else:
        statistics["numberOfMetadataDocumentsModified"] += before.sidecar_etag != now.sidecar_etag
        statistics["numberOfModifiedDocumentsIndexed"] += before.etag != now.etag


def _reasons(why: str, uris: Iterable[str]) -> list[str]:
    """Failures as the service words them: each entry is text that holds a JSON list of texts."""
    batches: list[list[str]] = [[]]
    for uri in uris:
        if len(", ".join([*batches[-1], uri])) > MAX_REASON - len(why) - 200:
            batches.append([])
        batches[-1].append(uri)
    return [
        json.dumps([f"Encountered error: Ignored {len(uris)} files as {why}. [Files: {', '.join(uris)}]."])
        for uris in batches
    ]


def _listing(bucket: Any, source: DataSource) -> dict[str, Mapping[str, Any]]:
    pages = bucket.get_paginator("list_objects_v2").paginate(Bucket=source.bucket, Prefix=source.prefix)
    return {entry["Key"]: entry for page in pages for entry in page.get("Contents", [])}


def _read(bucket: Any, source: DataSource, entry: Mapping[str, Any], sidecar: Mapping[str, Any]) -> Document:
    key = entry["Key"]
    document = Document(key, entry["ETag"], sidecar["ETag"])
    if key in source.skipped:
        document.status = "IGNORED"
        return document
    try:
        _refuse(source, entry, sidecar)
        if sidecar["ETag"]:
            document.attributes = attributes(_body(bucket, source, key + SIDECAR))
        document.text = _body(bucket, source, key).decode("utf-8", "replace")
    except ValueError as problem:
        document.status, document.reason = "FAILED", str(problem)
    return document


def _refuse(source: DataSource, entry: Mapping[str, Any], sidecar: Mapping[str, Any]) -> None:
    if entry["Key"] in source.broken:
        raise ValueError(source.broken[entry["Key"]])
    if not entry["Key"].lower().endswith(SUFFIXES):
        raise ValueError("their file format was not supported")
    if entry["Size"] > MAX_DOCUMENT_BYTES:
        raise ValueError("they exceed the size limit of 50 MB")
    if sidecar["Size"] > MAX_SIDECAR_BYTES:
        raise ValueError("their metadata file exceeds the size limit of 10 KB")


def _body(bucket: Any, source: DataSource, key: str) -> bytes:
    try:
        return bytes(bucket.get_object(Bucket=source.bucket, Key=key)["Body"].read())
    except ClientError as error:
        raise ValueError(f"they could not be read ({error.response['Error']['Code']})") from error


def attributes(sidecar: bytes) -> dict[str, Any]:
    """The attributes of a metadata file by name, plain or with their type; ValueError for what is refused."""
    try:
        written = json.loads(sidecar)["metadataAttributes"]
        found = {name: _attribute(value) for name, value in written.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError("the associated metadata file is not valid") from error
    return found


def _attribute(value: Any) -> Any:
    if isinstance(value, dict):
        value = value["value"][_VALUES[value["value"]["type"]]]
    texts = value if isinstance(value, list) else [value] if isinstance(value, str) else []
    if isinstance(value, list) and not (1 <= len(value) <= 10 and all(isinstance(text, str) for text in value)):
        raise ValueError("a list must hold 1 to 10 texts")
    if not isinstance(value, (str, int, float, list)) or any(not 1 <= len(text) <= 2048 for text in texts):
        raise ValueError("a text must have 1 to 2048 characters")
    return value
