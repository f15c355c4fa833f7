"""A site to read from."""

from collections.abc import Iterator

import pytest

from mut_assets_tests.fakes.wordpress_site import WordPressSite


@pytest.fixture
def site() -> Iterator[WordPressSite]:
    with WordPressSite() as site:
        yield site
