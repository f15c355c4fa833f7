"""A home with its daemon, and a bucket that is not to be had."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mut_assets_tests.daemon import Daemon, daemon_of


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    with daemon_of(tmp_path) as made:
        yield made


@pytest.fixture
def unreadable(tmp_path: Path) -> None:
    """The bucket is not to be had: a file is where its folder should be."""
    (tmp_path / "bucket").write_text("")
