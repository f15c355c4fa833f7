"""The bucket on a real S3 server, which nobody wrote for these tests."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from mut_assets.environments import read_settings
from mut_assets.operations.doctor import bucket as doctor
from mut_assets.operations.doctor.account import AwsAccount
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.entry import AlreadyThere
from mut_assets.resources.bucket.faq_file import FaqFile
from mut_assets.resources.bucket.lease import Lease
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.failures import PermanentFailure
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


def test_what_the_server_says_of_an_error_is_kept(
    bucket: Bucket, seaweedfs: SeaweedFS, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PermanentFailure, match="MUT-S3-001"):
        Bucket("s3://nobody-made-it", seaweedfs.endpoint, "us-east-1").list("raw/")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    with pytest.raises(PermanentFailure, match="MUT-AWS-008.*SignatureDoesNotMatch"):
        Bucket(bucket.address, seaweedfs.endpoint, "us-east-1").list("raw/")


def test_a_folder_marker_keeps_its_true_name_and_no_lease_waits_for_it(bucket: Bucket, seaweedfs: SeaweedFS) -> None:
    name = bucket.where.removeprefix("s3://")
    for marker in ("state/lease/", "v1/", "v1/eventos/"):
        seaweedfs.client.put_object(Bucket=name, Key=marker, Body=b"")
    with Lease(bucket, deadline_seconds=5).acquire("night") as turn:
        turn.check()
    assert DocumentStore(bucket, "v1/").holdings().foreign == ("v1/", "v1/eventos/")


def test_eight_writers_never_hold_the_lease_together(bucket: Bucket) -> None:
    inside, crowd, guard = set[int](), list[int](), threading.Lock()

    def write(name: int) -> None:
        with Lease(Bucket(bucket.where, bucket.endpoint, bucket.region), poll=0.02).acquire(f"writer {name}") as turn:
            with guard:
                inside.add(name)
                crowd.append(len(inside))
            turn.check()
            with guard:
                inside.discard(name)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert crowd == [1] * 8


def test_a_killed_writer_blocks_nobody_longer_than_its_lease(bucket: Bucket, seaweedfs: SeaweedFS) -> None:
    doomed = (
        "import os, signal, sys\n"
        "from mut_assets.resources.bucket.lease import Lease\n"
        "from mut_assets.resources.bucket.object_store import Bucket\n"
        "with Lease(Bucket(*sys.argv[1:])).acquire('doomed'):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    place = [bucket.where, seaweedfs.endpoint, "us-east-1"]
    assert subprocess.run([sys.executable, "-c", doomed, *place], check=False).returncode == -9
    left = Lease(bucket).last()
    assert left is not None and not left.released and "doomed" in left.holder
    with Lease(bucket, now=lambda: left.until + timedelta(seconds=1)).acquire("heir") as turn:
        turn.check()


def test_a_thousand_and_one_keys_are_listed_in_full(bucket: Bucket) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: bucket.put(f"raw/{number:04}.csv", b"1"), range(1001)))
    assert [entry.key for entry in bucket.list("raw/")] == [f"raw/{number:04}.csv" for number in range(1001)]


def test_the_doctor_finds_every_right_and_names_a_marker_as_it_is_called(bucket: Bucket, seaweedfs: SeaweedFS) -> None:
    name = bucket.where.removeprefix("s3://")
    settings = read_settings({"S3_BUCKET_NAME": name, **seaweedfs.environment})
    store = DocumentStore(bucket, settings.dataset_prefix)
    marker = f"{settings.dataset_prefix}eventos/"
    seaweedfs.client.put_object(Bucket=name, Key=marker, Body=b"")
    found = {one.name: one for one in doctor.examine(store, FaqFile(bucket), settings, AwsAccount("us-east-1"))}
    assert found["bucket"].found == f"{bucket.where}, in a region nobody said"
    assert [found[prefix].status for prefix in doctor.names(settings)[:4]] == ["ok"] * 4
    assert marker in found[doctor.FOREIGN].found
