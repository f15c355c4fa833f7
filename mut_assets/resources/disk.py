"""The disk of this machine: what is said when it is full, or when a folder of the platform's cannot be used.

What belongs here: recognising that in an error, whoever raised it (the bucket that is a folder, SQLite, Dagster, a line
on the terminal). What does not: the doors that meet it.
"""

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from mut_assets.resources.failures import PermanentFailure

FULL = "MUT-HOME-001"
_LEAST = 1_000_000
"""Bytes that have to be free for a disk not to be full: SQLite fails with other words while it makes its files."""
_SAID = ("No space left on device", "Disk quota exceeded", "database or disk is full")


def is_full(error: BaseException, folder: Path | str = "") -> bool:
    """Whether an error, or what it came from, says that a disk is full, or is SQLite's while that of `folder` is."""
    chain = list(_chain(error))
    if any(_says_full(each) for each in chain):
        return True
    return bool(folder) and any(isinstance(each, sqlite3.OperationalError) for each in chain) and has_none_left(folder)


def full(folder: Path | str = "") -> PermanentFailure:
    """The failure for a full disk under a folder; without one, for the disk that the output of a command goes to."""
    where = (
        f"The disk under MUT_HOME is full ({folder})." if folder else "What this command prints goes to a full disk."
    )
    room = "Make room, or set MUT_HOME to another disk," if folder else "Make room there,"
    advice = f"What was published before stays. {room} and run this again: it goes on where it ended."
    return PermanentFailure("MUT-HOME-001", where, advice)


def unusable(folder: Path | str, error: OSError) -> PermanentFailure:
    """The failure for a folder that cannot be made or written to."""
    if is_full(error):
        return full(folder)
    return PermanentFailure(
        "MUT-HOME-002",
        f"The folder {folder} cannot be made or used: {error.strerror or type(error).__name__}.",
        "Give this user the right to write there, or set MUT_HOME to a folder of its own.",
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        yield error
        error = error.__cause__ or error.__context__


def _says_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    return any(said in str(error) for said in _SAID)


def has_none_left(folder: Path | str) -> bool:
    """Whether the disk of a folder, or of the nearest one above it that is there, is as good as full."""
    place = Path(folder).absolute()
    there = next((path for path in (place, *place.parents) if os.path.exists(path)), Path("/"))
    return shutil.disk_usage(there).free < _LEAST
