"""A bucket that is a folder of this machine, and one in memory.

What belongs here: files under keys, each seen whole or not at all. What does not: S3 (`bucket/s3.py`).

A file is written beside its place under `NAME#NUMBER` and then put there in one step; what a killed process leaves of
that is no object. Whatever else people leave in the folder is listed or passed over, and stops nothing.
"""

import errno
import os
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from stat import S_ISREG
from typing import Any

from mut_assets.resources.bucket import failures
from mut_assets.resources.bucket.entry import AlreadyThere, Entry
from mut_assets.resources.disk import full, is_full, unusable

_UNFINISHED = re.compile(r".*#[0-9]+", re.DOTALL)
_NO_OBJECT = (FileNotFoundError, IsADirectoryError, NotADirectoryError)


@dataclass(frozen=True)
class Folder:
    """The files below `root`, by their path in it."""

    root: Path

    def list(self, prefix: str) -> list[Entry]:
        """Every file whose key starts with `prefix`; links to folders are followed, once each."""
        with self._explained(f"list {prefix!r}"):
            if not self._is_there():
                return []
            try:
                start = self._path(prefix.rstrip("/")) if prefix else self.root
            except FileNotFoundError:
                return []
            return [entry for path in _files(start) if (entry := self._entry(path))]

    def get(self, key: str) -> bytes:
        """As `Bucket.get`."""
        with self._explained(f"read {key!r}"):
            try:
                return self._path(key).read_bytes()
            except _NO_OBJECT:
                self._is_there()
                raise KeyError(key) from None

    def put(self, key: str, data: bytes) -> str:
        """As `Bucket.put`."""
        with self._explained(f"write {key!r}"), self._written(key, data) as unfinished:
            etag = _etag(unfinished.stat())
            unfinished.replace(self._path(key))
            return etag

    def create(self, key: str, data: bytes) -> str:
        """As `Bucket.create`."""
        with self._explained(f"create {key!r}"), self._written(key, data) as unfinished:
            try:
                self._path(key).hardlink_to(unfinished)
            except FileExistsError:
                raise AlreadyThere(key) from None
            return _etag(unfinished.stat())

    def delete(self, key: str) -> None:
        """As `Bucket.delete`."""
        with self._explained(f"delete {key!r}"), suppress(*_NO_OBJECT):
            self._path(key).unlink()

    def _is_there(self) -> bool:
        """Whether anything was ever written. Raises where a file has the folder's name: then nothing can be said."""
        if self.root.exists() and not self.root.is_dir():
            raise unusable(self.root, NotADirectoryError(errno.ENOTDIR, "a file has its name"))
        return self.root.exists()

    def _path(self, key: str) -> Path:
        if {"", ".", ".."}.intersection(key.split("/")) or "\0" in key:
            raise FileNotFoundError(2, "no file can have this name", key)
        return self.root / key

    def _entry(self, path: str) -> Entry | None:
        try:
            found = os.stat(path)
        except OSError:  # a link to nowhere, or gone since
            return None
        if not S_ISREG(found.st_mode) or _UNFINISHED.fullmatch(path):
            return None
        # A name in no encoding that can be said is shown with a sign for each such byte, and is nobody's to read.
        key = os.fsencode(os.path.relpath(path, self.root)).decode("utf-8", "replace")
        return Entry(key, _etag(found), found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    @contextmanager
    def _written(self, key: str, data: bytes) -> Iterator[Path]:
        path = self._path(key)
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unusable(self.root, error) from error
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"{path.name}#{secrets.randbits(48)}")
        try:
            unfinished.write_bytes(data)
            yield unfinished
        finally:
            unfinished.unlink(missing_ok=True)

    @contextmanager
    def _explained(self, action: str) -> Iterator[None]:
        try:
            yield
        except PermissionError as error:
            raise failures.denied(str(self.root), action) from error
        except OSError as error:
            if is_full(error):
                raise full(self.root) from error
            raise failures.unavailable(str(self.root), action, str(error)) from error


@dataclass(frozen=True)
class Memory:
    """Objects that are gone with the process."""

    _objects: dict[str, tuple[bytes, Entry]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)
    _lock: Any = field(default_factory=threading.RLock)

    def list(self, prefix: str) -> list[Entry]:
        """As `Bucket.list`."""
        with self._lock:
            return [entry for key, (_, entry) in self._objects.items() if key.startswith(prefix)]

    def get(self, key: str) -> bytes:
        """As `Bucket.get`."""
        return self._objects[key][0]

    def put(self, key: str, data: bytes) -> str:
        """As `Bucket.put`."""
        with self._lock:
            entry = Entry(key, f'"{next(self._numbers)}"', len(data), datetime.now(UTC))
            self._objects[key] = data, entry
            return entry.etag

    def create(self, key: str, data: bytes) -> str:
        """As `Bucket.create`."""
        with self._lock:
            if key in self._objects:
                raise AlreadyThere(key)
            return self.put(key, data)

    def delete(self, key: str) -> None:
        """As `Bucket.delete`."""
        self._objects.pop(key, None)


def _files(start: Path) -> list[str]:
    found: list[str] = []
    seen: set[str] = set()
    for folder, folders, names in os.walk(start, onerror=_unless_gone, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders.sort()
        found += (os.path.join(folder, name) for name in names)
    return found


def _unless_gone(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def _etag(found: os.stat_result) -> str:
    return f'"{found.st_ino:x}-{found.st_mtime_ns // 1000:x}-{found.st_size:x}"'
