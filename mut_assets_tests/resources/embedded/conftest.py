from pathlib import Path

import pytest

from mut_assets_tests.resources.plaza import RecordingBucket, fill


@pytest.fixture
def bucket(tmp_path: Path) -> RecordingBucket:
    bucket = RecordingBucket(str(tmp_path / "bucket"))
    fill(bucket)
    return bucket
