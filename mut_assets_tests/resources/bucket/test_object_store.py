"""The bucket behaves alike on S3 (moto's server), a folder and memory, and explains what it cannot do."""

from pathlib import Path

import boto3
import pytest

from mut_assets.resources.bucket.entry import AlreadyThere
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.failures import PermanentFailure


@pytest.fixture(params=["folder", "memory", "s3"])
def bucket(request: pytest.FixtureRequest, tmp_path: Path, moto: str, alone: None) -> Bucket:
    if request.param == "folder":
        return Bucket(str(tmp_path / "bucket"))
    if request.param == "memory":
        return Bucket("memory://")
    name = f"b{abs(hash(tmp_path.name)) % 10**9}"
    boto3.client("s3", endpoint_url=moto, region_name="us-east-1").create_bucket(Bucket=name)
    return Bucket(f"s3://{name}", moto, "us-east-1")


def test_what_is_put_is_read_listed_and_deleted(bucket: Bucket) -> None:
    etag = bucket.put("raw/a.csv", b"1")
    bucket.put("raw/ñandú 1.csv", b"22")
    bucket.put("state/x.json", b"{}")
    assert bucket.get("raw/a.csv") == b"1"
    assert [(entry.key, entry.size) for entry in bucket.list("raw/")] == [("raw/a.csv", 1), ("raw/ñandú 1.csv", 2)]
    assert bucket.list("raw/")[0].etag == etag
    bucket.delete("raw/a.csv")
    bucket.delete("raw/a.csv")
    assert [entry.key for entry in bucket.list("")] == ["raw/ñandú 1.csv", "state/x.json"]


def test_a_missing_object_is_a_key_error(bucket: Bucket) -> None:
    with pytest.raises(KeyError):
        bucket.get("raw/nothing.csv")


def test_create_never_overwrites(bucket: Bucket) -> None:
    bucket.create("state/lease/1.json", b"first")
    with pytest.raises(AlreadyThere):
        bucket.create("state/lease/1.json", b"second")
    assert bucket.get("state/lease/1.json") == b"first"


def test_a_prefix_ends_at_its_slash(bucket: Bucket) -> None:
    bucket.put("v1/stores/1.md", b"")
    bucket.put("v10/stores/1.md", b"")
    assert [entry.key for entry in bucket.list("v1/")] == ["v1/stores/1.md"]


def test_a_bucket_that_does_not_exist_says_which_variable_to_correct(moto: str, alone: None) -> None:
    with pytest.raises(PermanentFailure, match="MUT-S3-001.*s3://nobody.*S3_BUCKET_NAME"):
        Bucket("s3://nobody", moto, "us-east-1").list("raw/")


def test_a_folder_that_is_a_file_is_explained(tmp_path: Path) -> None:
    (tmp_path / "bucket").write_text("not a folder")
    with pytest.raises(PermanentFailure, match="MUT-HOME-002"):
        Bucket(str(tmp_path / "bucket")).put("a", b"")
