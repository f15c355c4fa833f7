"""The bucket: S3, a folder, or memory, behind obstore's one API.

What belongs here: bytes under keys. What does not: what the bytes mean (`snapshots.py`, `document_store.py`).
Keys are relative to the bucket, with `/`, and never start with one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError, PermissionDeniedError, UnauthenticatedError
from obstore.store import LocalStore, MemoryStore, S3Store

from mut_assets.resources.aws.client import client, code_of, explained
from mut_assets.resources.disk import full, is_full, unusable
from mut_assets.resources.failures import Failure, PermanentFailure, TransientFailure


@dataclass(frozen=True)
class Entry:
    """One object of a listing. `etag` changes whenever the object is rewritten; it is no content hash."""

    key: str
    etag: str
    size: int
    modified: datetime


class AlreadyThere(Exception):
    """`create` found an object under its key. Carries no advice: callers expect it and choose what follows."""


@dataclass(frozen=True)
class Bucket:
    """A place for objects: `s3://name`, a folder, or `memory://`.

    A name may hold `{account}` and `{region}`, which are asked for when the bucket is first used. Credentials are in
    no field: obstore asks boto3's chain (environment, profile, SSO, task role) when it needs them.
    """

    address: str
    endpoint: str | None = None
    region: str | None = None

    @cached_property
    def where(self) -> str:
        """The bucket for people: `s3://name` or a folder. Raises what `aws/client.py` does where the account is asked
        for."""
        if not self.address.startswith("s3://") or "{" not in self.address:
            return self.address
        sts = client("sts", self.region or "")
        with explained("sts", "GetCallerIdentity", "the default bucket's name", region=self.region or ""):
            account = sts.get_caller_identity()["Account"]
        return self.address.format(account=account, region=sts.meta.region_name)

    @cached_property
    def _store(self) -> Any:
        if self.where == "memory://":
            return MemoryStore()
        if not self.where.startswith("s3://"):
            return self._folder()
        options: dict[str, Any] = {
            "client_options": {"timeout": timedelta(seconds=60), "connect_timeout": timedelta(seconds=5)},
            "retry_config": {"max_retries": 4, "retry_timeout": timedelta(seconds=60)},
        }
        if self.endpoint:
            options["endpoint"] = self.endpoint
            if urlsplit(self.endpoint).scheme == "http":
                options["client_options"]["allow_http"] = True
        provider = self._credentials()
        region = self.region or provider.config.get("region")
        if region:
            options["region"] = region
        # Nothing about encryption is said, so what the bucket's owner set up (SSE-S3, SSE-KMS) holds.
        return S3Store(self.where.removeprefix("s3://"), credential_provider=provider, **options)

    def _folder(self) -> LocalStore:
        folder = Path(self.where)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unusable(folder, error) from error
        return LocalStore(folder)

    def _credentials(self) -> Any:
        """boto3's chain for obstore; its errors come out as `aws/client.py` words them."""
        from botocore.exceptions import NoCredentialsError
        from obstore.auth.boto3 import Boto3CredentialProvider

        with explained("s3", "", self.where):
            import boto3

            session = boto3.session.Session()
            if session.get_credentials() is None:
                raise NoCredentialsError()
            # boto3 renews what has less than fifteen minutes left, so what it gives is good for ten.
            return Boto3CredentialProvider(session, ttl=timedelta(minutes=10))

    def location(self) -> str:
        """The region that an S3 bucket lies in; "" for a folder or memory.

        Raises MUT-S3-001 for a bucket that does not exist, 002 for one that may not be looked at, and what
        `aws/client.py` does.
        """
        from botocore.exceptions import ClientError

        if not self.where.startswith("s3://"):
            return ""
        s3 = client("s3", self.region or "")
        with explained("s3", "HeadBucket", self.where, region=self.region or ""):
            try:
                answer = s3.head_bucket(Bucket=self.where.removeprefix("s3://"))
            except ClientError as error:
                # The answer to HEAD has no body, so no code either.
                if code_of(error) == "404":
                    raise self._no_bucket() from error
                if code_of(error) == "403":
                    raise self._denied("say where it lies") from error
                raise
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
        return str(answer.get("BucketRegion") or headers.get("x-amz-bucket-region") or "")

    def list(self, prefix: str) -> list[Entry]:
        """Every object whose key starts with `prefix` (which ends in `/` or is empty), by key."""
        with self._explained(f"list {prefix!r}"):
            entries = [
                Entry(meta["path"], meta["e_tag"] or "", meta["size"], meta["last_modified"])
                for batch in obstore.list(self._store, prefix=prefix or None)
                for meta in batch
            ]
        return sorted(entries, key=lambda entry: entry.key)

    def get(self, key: str) -> bytes:
        """The object's bytes; raises `KeyError` when there is none."""
        with self._explained(f"read {key!r}"):
            return bytes(obstore.get(self._store, key).bytes())

    def put(self, key: str, data: bytes) -> str:
        """Writes, replacing what was there, and gives the new etag."""
        with self._explained(f"write {key!r}"):
            return str(obstore.put(self._store, key, data, use_multipart=False)["e_tag"] or "")

    def create(self, key: str, data: bytes) -> str:
        """Writes only where nothing is; raises `AlreadyThere` otherwise. Atomic on S3, a folder and memory."""
        with self._explained(f"create {key!r}"):
            try:
                return str(obstore.put(self._store, key, data, mode="create", use_multipart=False)["e_tag"] or "")
            except AlreadyExistsError:
                raise AlreadyThere(key) from None

    def delete(self, key: str) -> None:
        """Removes the object; one that is already gone is no error."""
        with self._explained(f"delete {key!r}"):
            try:
                obstore.delete(self._store, key)
            except (FileNotFoundError, NotFoundError):
                return

    @contextmanager
    def _explained(self, action: str) -> Iterator[None]:
        try:
            yield
        except (Failure, AlreadyThere):
            raise
        except (FileNotFoundError, NotFoundError) as error:
            if "NoSuchBucket" in str(error):
                raise self._no_bucket() from error
            raise KeyError(action) from error
        except (BaseError, OSError) as error:
            raise self._failure(action, error) from error

    def _failure(self, action: str, error: Exception) -> Failure:
        text = str(error)
        if is_full(error):
            return full(self.where)
        if "External AWS credential provider" in text:
            # The chain failed while it renewed: obstore keeps only the text, so it is asked again for its own words.
            with explained("s3", "", self.where):
                self._credentials()()
        if "NoSuchBucket" in text:
            return self._no_bucket()
        if "ExpiredToken" in text:
            return PermanentFailure(
                "MUT-S3-003",
                f"The bucket {self.where} refused to {action}: the credentials have expired.",
                "Sign in again (aws sso login), or check the task's role; a re-run continues where this one ended.",
            )
        if "AuthorizationHeaderMalformed" in text or "incorrectly configured region" in text:
            return PermanentFailure(
                "MUT-S3-004",
                f"The bucket {self.where} lies in another region than the one in use.",
                "Set AWS_REGION to the bucket's (aws s3api get-bucket-location --bucket NAME).",
            )
        denied = isinstance(error, (PermissionDeniedError, UnauthenticatedError, PermissionError))
        if denied or "403 Forbidden" in text or "AccessDenied" in text:  # the texts: how a listing is refused
            return self._denied(action)
        first_line = (text.strip() or type(error).__name__).splitlines()[0][:300]
        return TransientFailure(
            "MUT-S3-101",
            f"The bucket {self.where} could not {action}: {first_line}",
            "It is tried again; if it persists, check the network, the region and the disk.",
        )

    def _denied(self, action: str) -> Failure:
        return PermanentFailure(
            "MUT-S3-002",
            f"The bucket {self.where} refused to {action}: access denied.",
            "Check the credentials in use (aws sts get-caller-identity), the role's policy for this bucket, and "
            "that the bucket is this account's.",
        )

    def _no_bucket(self) -> Failure:
        return PermanentFailure(
            "MUT-S3-001",
            f"The bucket {self.where} does not exist, or belongs to another account or region.",
            "Create it, or correct S3_BUCKET_NAME and the region.",
        )
