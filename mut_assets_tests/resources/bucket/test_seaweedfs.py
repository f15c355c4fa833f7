"""The bucket on a real S3 server, which nobody wrote for these tests."""

import pytest

from mut_assets.resources.bucket.entry import AlreadyThere
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets_tests.fakes.seaweedfs import SeaweedFS

pytestmark = pytest.mark.slow


@pytest.fixture
def bucket(seaweedfs: SeaweedFS, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    for name, value in seaweedfs.environment.items():
        monkeypatch.setenv(name, value)
    return Bucket(f"s3://{seaweedfs.new_bucket()}", seaweedfs.endpoint, "us-east-1")


def test_what_is_put_is_read_listed_created_once_and_deleted(bucket: Bucket) -> None:
    etag = bucket.put("raw/a.csv", b"1")
    bucket.put("raw/ñandú 1.csv", b"22")
    with pytest.raises(AlreadyThere):
        bucket.create("raw/a.csv", b"2")
    assert bucket.get("raw/a.csv") == b"1"
    assert [(entry.key, entry.size) for entry in bucket.list("raw/")] == [("raw/a.csv", 1), ("raw/ñandú 1.csv", 2)]
    assert bucket.list("raw/")[0].etag == etag
    bucket.delete("raw/a.csv")
    bucket.delete("raw/a.csv")
    assert [entry.key for entry in bucket.list("")] == ["raw/ñandú 1.csv"]
    with pytest.raises(KeyError):
        bucket.get("raw/a.csv")
