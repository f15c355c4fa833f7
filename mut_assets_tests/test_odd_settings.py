"""Whatever a variable holds, reading it is a value or one sentence with its name, never a traceback."""

import pytest

from mut_assets.environments import build_doors, read_settings
from mut_assets.resources.failures import BadSetting

NUMBERS = (
    "API_CONCURRENCY",
    "API_REQUEST_SECONDS",
    "API_COLLECTION_SECONDS",
    "MUT_RETRY_SECONDS",
    "MUT_LEASE_SECONDS",
    "MUT_RUN_TIMEOUT_MINUTES",
)
PREFIXES = ("S3_RAW_PREFIX", "S3_VECTORIAL_PREFIX", "S3_DATASET_PREFIX")
CASES = [
    *((name, text) for name in NUMBERS for text in ("²", "٣x", "-1", "1e3", "4.0", "+4", "9" * 5000, "４²", "_4")),
    *(
        (name, text)
        for name in PREFIXES
        for text in (
            "../../x/", "x/../y/", "./x/", "x/./y", "..", ".", "/x", "x//y", "/", "//", "state", "state/", "state/kb/",
            "x\n/", "x\x00y/", "x\\y/", "a/\x7f/", "x//", "año/..",
        )
    ),
    *(("S3_BUCKET_NAME", text) for text in ("a b", "cubo/llave", "{cuenta}", "{", "s3://", "../x", "cubo\n")[:6]),
    *(("DAILY_CRON", text) for text in ("² 0 * * *", "0 ² * * *", "60 0 * * *", "0 24 * * *", "0 0 * *", "-1 0 * * *")),
    *(
        (name, text)
        for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
        for text in ("http://[", "https://", "ftp://x", "s3.example", "http://x:puerto", "http://x:99999", "://")
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), CASES, ids=[f"{name}={text[:12]!r}" for name, text in CASES])
def test_what_cannot_be_used_is_refused_by_the_name_of_its_variable(name: str, text: str) -> None:
    with pytest.raises(BadSetting, match=f"MUT-ENV-001: {name} is "):
        read_settings({name: text})


@pytest.mark.parametrize(
    ("text", "prefix"),
    [("kb/v1", "kb/v1/"), ("kb/v1/", "kb/v1/"), (" kb ", "kb/"), ("a.b/..c/", "a.b/..c/"), ("estado/", "estado/"),
     ("años=2026/k+v/", "años=2026/k+v/"), ("stateful/", "stateful/"), ("", "raw/")],
)  # fmt: skip
def test_every_other_prefix_is_taken_and_ends_in_a_slash(text: str, prefix: str) -> None:
    assert read_settings({"S3_RAW_PREFIX": text}).raw_prefix == prefix


def test_the_usual_names_and_addresses_are_taken() -> None:
    settings = read_settings(
        {"S3_BUCKET_NAME": "s3://mut-datos-{account}-{region}/", "AWS_ENDPOINT_URL": "http://[::1]:9000"}
    )
    assert (settings.bucket, settings.bucket_endpoint) == ("s3://mut-datos-{account}-{region}", "http://[::1]:9000")
    assert build_doors(settings).store.bucket.address == settings.bucket
