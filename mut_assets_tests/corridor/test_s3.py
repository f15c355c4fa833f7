"""The same code on S3, by changing the environment: moto's server stands in for it."""

import re
from collections.abc import Iterator

import boto3
import pytest
from moto.server import ThreadedMotoServer

from mut_assets.environments import read_settings
from mut_assets_tests.corridor.conftest import DATASET, FAQ, Platform, failure_text


@pytest.fixture
def on_s3(platform: Platform, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    boto3.client("s3", endpoint_url=address).create_bucket(Bucket="conocimiento")
    platform.settings = read_settings(
        {
            **environment,
            "MUT_ENVIRONMENT": "local",
            "S3_BUCKET_NAME": "conocimiento",
            "AWS_ENDPOINT_URL_S3": address,
            "AWS_REGION": "us-east-1",
        }
    )
    yield platform
    server.stop()


def bucket(platform: Platform) -> dict[str, str]:
    client = boto3.client("s3", endpoint_url=platform.settings.bucket_endpoint)
    pages = client.get_paginator("list_objects_v2").paginate(Bucket="conocimiento")
    return {one["Key"]: one["ETag"] for page in pages for one in page.get("Contents", [])}


def test_the_bucket_on_s3_holds_exactly_the_decided_keys_and_nothing_is_rewritten_without_state(
    on_s3: Platform,
) -> None:
    client = boto3.client("s3", endpoint_url=on_s3.settings.bucket_endpoint)
    client.put_object(Bucket="conocimiento", Key="raw/preguntas.csv", Body=FAQ.encode())
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
    keys = bucket(on_s3)
    assert {key for key in keys if key.startswith("datasets/")} == expected
    rest = keys.keys() - expected
    assert [key for key in rest if not any(re.fullmatch(pattern, key) for pattern in patterns)] == []
    assert all(any(re.fullmatch(pattern, key) for key in rest) for pattern in patterns)
    stamped = [key for key in rest if re.search(stamp, key)]
    assert len(stamped) == 8
    for key in [one for one in keys if one.startswith("state/")]:
        client.delete_object(Bucket="conocimiento", Key=key)
    writes, deletes = on_s3.record()
    assert on_s3.run().success
    assert (writes, deletes) == ([], [])
    assert len(on_s3.index.served()) == len(documents)
