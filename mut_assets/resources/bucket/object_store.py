"""The bucket: S3, a folder, or memory, behind one small interface.

What belongs here: which of them an address means. What does not: how each keeps bytes under keys (`bucket/s3.py`,
`bucket/folder.py`), or what the bytes mean (`snapshots.py`, `document_store.py`).
Keys are relative to the bucket, with `/`, and never start with one. What others left in the bucket is listed under its
true name, whatever that is.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mut_assets.resources.aws.client import client, explained
from mut_assets.resources.bucket.entry import Entry
from mut_assets.resources.bucket.folder import Folder, Memory
from mut_assets.resources.bucket.s3 import S3


@dataclass(frozen=True)
class Bucket:
    """A place for objects: `s3://name`, a folder, or `memory://`.

    A name may hold `{account}` and `{region}`, which are asked for when the bucket is first used. Credentials are in
    no field: boto3's chain (environment, profile, SSO, task role) has them.

    Every method raises what `bucket/failures.py` and `aws/client.py` say.
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
    def _store(self) -> S3 | Folder | Memory:
        if self.where == "memory://":
            return Memory()
        if self.where.startswith("s3://"):
            return S3(self.where.removeprefix("s3://"), self.endpoint, self.region)
        return Folder(Path(self.where))

    def location(self) -> str:
        """The region that an S3 bucket lies in, "" where the service does not say; "" for a folder or memory.

        Raises MUT-S3-001 for a bucket that does not exist, 002 for one that may not be looked at.
        """
        return self._store.location() if isinstance(self._store, S3) else ""

    def list(self, prefix: str) -> list[Entry]:
        """Every object whose key starts with `prefix` (which ends in `/` or is empty), by key."""
        return sorted(self._store.list(prefix), key=lambda entry: entry.key)

    def get(self, key: str) -> bytes:
        """The object's bytes; raises `KeyError` when there is none."""
        return self._store.get(key)

    def put(self, key: str, data: bytes) -> str:
        """Writes, replacing what was there, and gives the new etag."""
        return self._store.put(key, data)

    def create(self, key: str, data: bytes) -> str:
        """Writes only where nothing is; raises `AlreadyThere` otherwise. Atomic on S3, a folder and memory."""
        return self._store.create(key, data)

    def delete(self, key: str) -> None:
        """Removes the object; one that is already gone is no error."""
        self._store.delete(key)
