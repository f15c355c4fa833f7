"""Each folder of the dataset is read by one data source, or it is said what to do."""

import shlex
from dataclasses import replace
from typing import Any

import pytest

from mut_assets.domain.ingestion.data_sources import FOLDERS, DataSource, cover, create_command, read_data_source

PREFIX = "datasets/prueba/v1/"


def source(id: str, inclusion: str, bucket: str = "cubo", **fields: Any) -> DataSource:
    return DataSource(id, f"source-{id}", bucket, inclusion, **fields)


def test_each_folder_is_matched_by_bucket_and_prefix_in_the_order_of_the_collections() -> None:
    sources = [source(folder[0].upper(), f"{PREFIX}{folder}/") for folder in reversed(FOLDERS)]
    coverage = cover(sources, "cubo", PREFIX)
    assert list(coverage.served.values()) == [(folder,) for folder in FOLDERS]
    assert (dict(coverage.ignored), coverage.unserved, dict(coverage.clashes)) == ({}, (), {})


@pytest.mark.parametrize("inclusion", [PREFIX, PREFIX.rstrip("/"), "datasets/", "", "datasets/prueba/v"])
def test_a_prefix_above_the_folders_covers_all_of_them(inclusion: str) -> None:
    coverage = cover([source("A", inclusion)], "cubo", PREFIX)
    assert list(coverage.served.values()) == [FOLDERS]


def test_an_inclusion_prefix_is_a_beginning_of_keys_and_no_folder() -> None:
    coverage = cover([source("A", f"{PREFIX}e"), source("B", f"{PREFIX}stores")], "cubo", PREFIX)
    assert list(coverage.served.values()) == [("eventos",), ("stores",)]
    assert coverage.unserved == ("restaurantes", "preguntas")


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (source("X", f"{PREFIX}stores/", bucket="otro"), "it reads another bucket"),
        (source("X", "", bucket=""), "it does not read S3"),
        (source("X", "raw/"), "it reads another prefix"),
        (source("X", f"{PREFIX}stores_viejas/"), "it reads another prefix"),
        (source("X", f"{PREFIX}stores/", status="DELETING"), "its status is DELETING"),
        (source("X", f"{PREFIX}preguntas/2/"), "it reads only a part of a folder"),
    ],
)
def test_data_sources_of_other_places_are_ignored_with_the_reason(other: DataSource, reason: str) -> None:
    ours = source("A", f"{PREFIX}stores/")
    coverage = cover([other, ours], "cubo", PREFIX)
    assert list(coverage.served) == [ours]
    assert dict(coverage.ignored) == {other: reason}
    assert coverage.unserved == ("eventos", "restaurantes", "preguntas")
    assert not coverage.clashes


def test_two_readers_of_one_folder_clash_also_where_one_reads_only_a_part() -> None:
    whole, twin = source("A", f"{PREFIX}stores/"), source("B", PREFIX)
    part = source("C", f"{PREFIX}eventos/1")
    assert dict(cover([whole, twin], "cubo", PREFIX).clashes) == {"stores": (whole, twin)}
    assert dict(cover([twin, part], "cubo", PREFIX).clashes) == {"eventos": (twin, part)}
    assert not cover([whole, replace(whole, id="D", bucket="otro")], "cubo", PREFIX).clashes


def test_a_data_source_is_read_from_what_the_service_tells() -> None:
    s3 = {"bucketArn": "arn:aws-cn:s3:::cubo", "inclusionPrefixes": ["a/"], "bucketOwnerAccountId": "123456789012"}
    answer = {
        "dataSourceId": "DS00000001",
        "name": "mut-stores",
        "status": "AVAILABLE",
        "dataDeletionPolicy": "RETAIN",
        "dataSourceConfiguration": {"type": "S3", "s3Configuration": s3},
        "vectorIngestionConfiguration": {"chunkingConfiguration": {"chunkingStrategy": "FIXED_SIZE"}},
    }
    expected = DataSource("DS00000001", "mut-stores", "cubo", "a/", "AVAILABLE", "FIXED_SIZE", "RETAIN")
    assert read_data_source(answer) == expected
    bare = {"dataSourceConfiguration": {"type": "S3", "s3Configuration": {"bucketArn": "arn:aws:s3:::cubo"}}}
    assert read_data_source({**answer, **bare, "vectorIngestionConfiguration": None}).inclusion == ""
    assert read_data_source({**answer, "dataSourceConfiguration": {"type": "WEB"}}).bucket == ""


@pytest.mark.parametrize(
    ("region", "partition"),
    [("us-east-1", "aws"), ("sa-east-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")],
)
def test_the_command_that_serves_a_folder_is_complete(region: str, partition: str) -> None:
    words = shlex.split(create_command("KB00000001", "stores", "cubo", PREFIX, region))
    options = dict(zip(words[3::2], words[4::2], strict=True))
    assert words[:3] == ["aws", "bedrock-agent", "create-data-source"]
    assert options["--region"] == region
    assert f'"bucketArn": "arn:{partition}:s3:::cubo"' in options["--data-source-configuration"]
    assert f'"inclusionPrefixes": ["{PREFIX}stores/"]' in options["--data-source-configuration"]
    assert '"chunkingStrategy": "NONE"' in options["--vector-ingestion-configuration"]
    assert (options["--name"], options["--data-deletion-policy"]) == ("mut-stores", "DELETE")
