"""The same code on S3, by changing the environment: moto's server stands in for it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from mut_assets.environments import read_settings
from mut_assets_tests.corridor.conftest import DATASET, FAQ, Platform, failure_text
from mut_assets_tests.resources.cloud import ALONE, NAME, object_storage


@pytest.fixture
def s3() -> Iterator[Any]:
    with object_storage() as client:
        client.create_bucket(Bucket=NAME)
        yield client


@pytest.fixture
def on_s3(platform: Platform, environment: dict[str, str], s3: Any, monkeypatch: pytest.MonkeyPatch) -> Platform:
    for name, value in ALONE.items():
        monkeypatch.setenv(name, value)
    there = {"S3_BUCKET_NAME": NAME, "AWS_ENDPOINT_URL_S3": s3.meta.endpoint_url, "AWS_REGION": "us-east-1"}
    platform.settings = read_settings({**environment, "MUT_ENVIRONMENT": "local", **there})
    return platform


@pytest.mark.slow
def test_the_bucket_on_s3_holds_exactly_the_decided_keys_and_nothing_is_rewritten_without_state(
    on_s3: Platform, s3: Any
) -> None:
    s3.put_object(Bucket=NAME, Key="raw/preguntas.csv", Body=FAQ.encode())
    result = on_s3.run()
    assert result.success, failure_text(result)
    stamp = r"_\d{8}_\d{6}\.csv"
    patterns = [
        *(rf"raw/{name}{stamp}" for name in ("eventos", "tiendas", "restaurantes", "preguntas")),
        *(rf"raw/{name}\.csv" for name in ("eventos", "tiendas", "restaurantes", "preguntas")),
        *(rf"vectorial/{name}_vectorial({stamp}|\.csv)" for name in ("eventos", "stores", "restaurantes", "preguntas")),
        r"state/.+",
    ]
    documents = [
        *(f"eventos/{9000 + n}.md" for n in range(8)),
        *(f"stores/{2000 + n}.md" for n in range(12)),
        *(f"restaurantes/{4000 + n}.md" for n in range(7)),
        *(f"preguntas/{name}.md" for name in ("hay-banos", "tienen-wifi")),
    ]
    expected = {f"{DATASET}{key}{suffix}" for key in documents for suffix in ("", ".metadata.json")}
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=NAME)
    keys = {entry["Key"] for page in pages for entry in page.get("Contents", [])}
    assert {key for key in keys if key.startswith("datasets/")} == expected
    rest = keys - expected
    assert [key for key in rest if not any(re.fullmatch(pattern, key) for pattern in patterns)] == []
    assert all(any(re.fullmatch(pattern, key) for key in rest) for pattern in patterns)
    stamped = [key for key in rest if re.search(stamp, key) and not key.startswith("state/")]
    assert len(stamped) == 8
    for key in [key for key in keys if key.startswith("state/")]:
        s3.delete_object(Bucket=NAME, Key=key)
    writes, deletes = on_s3.record()
    assert on_s3.run().success
    assert (writes, deletes) == ([], [])
    assert len(on_s3.index.served()) == len(documents)
