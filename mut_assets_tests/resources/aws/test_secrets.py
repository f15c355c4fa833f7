"""The Pinecone key comes from Secrets Manager, and nothing that goes wrong with it shows it."""

import json
import logging
import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import mut_assets
from mut_assets.resources.aws import client as aws_client
from mut_assets.resources.aws.client import client
from mut_assets.resources.aws.secrets import PineconeKey
from mut_assets.resources.failures import Failure
from mut_assets_tests.fakes.loopback import Loopback, encoded

PLANTED = "pcsk-planted-4d1c9-nobody-may-see-this"
SECRET = "pinecone/mut-kb-api-key"


@pytest.fixture
def manager(moto: str, alone: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", moto)
    manager = client("secretsmanager", "us-east-1")
    yield manager
    for secret in manager.list_secrets(IncludePlannedDeletion=True)["SecretList"]:
        manager.delete_secret(SecretId=secret["Name"], ForceDeleteWithoutRecovery=True)


class Refusing(Loopback):
    """A Secrets Manager that denies whatever it is asked."""

    def respond(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        denied = b'{"__type": "AccessDeniedException", "Message": "User is not authorized."}'
        return encoded(400, {"Content-Type": "application/x-amz-json-1.1"}, denied)


def refusal(key: PineconeKey) -> Failure:
    with pytest.raises(Failure) as caught:
        key.get()
    return caught.value


@pytest.mark.parametrize("key", [PineconeKey(), PineconeKey(override=lambda: " ")], ids=["none", "blank"])
def test_without_an_override_the_key_is_the_api_key_of_the_secret(manager: Any, key: PineconeKey) -> None:
    manager.create_secret(Name=SECRET, SecretString=f'{{"apiKey": " {PLANTED}\\n", "other": 1}}')
    assert (key.get(), key.source) == (PLANTED, f"the secret {SECRET}")


def test_a_rotated_key_is_seen_by_the_next_that_asks(manager: Any) -> None:
    manager.create_secret(Name=SECRET, SecretString='{"apiKey": "old"}')
    key = PineconeKey()
    assert key.get() == "old"
    manager.put_secret_value(SecretId=SECRET, SecretString='{"apiKey": "new"}')
    assert key.get() == "new"


def test_the_override_is_asked_first_and_aws_never() -> None:
    key = PineconeKey(override=lambda: PLANTED)
    assert (key.get(), key.source) == (PLANTED, "PINECONE_API_KEY")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (PLANTED.encode(), "MUT-SEC-003"),
        (PLANTED, "MUT-SEC-003"),
        (f'["{PLANTED}"]', "MUT-SEC-003"),
        (f'{{"apiKey": "{PLANTED}"', "MUT-SEC-003"),
        (f'{{"apikey": "{PLANTED}"}}', "MUT-SEC-004"),
        (f'{{"apiKey": ["{PLANTED}"]}}', "MUT-SEC-004"),
        ('{"apiKey": " "}', "MUT-SEC-005"),
        (f'{{"apiKey": "{PLANTED} {PLANTED}"}}', "MUT-SEC-005"),
        (f'{{"apiKey": "clave-ñ-{PLANTED}"}}', "MUT-SEC-005"),
        (f'{{"apiKey": "<{PLANTED}>"}}', "MUT-SEC-005"),
        (f"""{{"apiKey": "'{PLANTED}'"}}""", "MUT-SEC-005"),
        (f'{{"apiKey": "\\"{PLANTED}\\""}}', "MUT-SEC-005"),
        ("[" * 5000, "MUT-SEC-003"),
    ],
)
def test_a_secret_of_another_shape_is_refused_without_showing_it(manager: Any, content: str | bytes, code: str) -> None:
    kind = "SecretBinary" if isinstance(content, bytes) else "SecretString"
    manager.create_secret(Name=SECRET, **{kind: content})
    failure = refusal(PineconeKey())
    assert failure.code == code
    assert f"aws secretsmanager get-secret-value --secret-id {SECRET} --query Name" in failure.advice
    assert PLANTED not in str(failure)


@pytest.mark.parametrize("kept", ["with a BOM", "JSON inside a JSON string", "in binary"])
def test_a_secret_that_a_console_shows_as_it_should_be_is_read(manager: Any, kept: str) -> None:
    content = json.dumps({"apiKey": PLANTED})
    shapes: dict[str, dict[str, Any]] = {
        "with a BOM": {"SecretString": f"\ufeff{content}"},
        "JSON inside a JSON string": {"SecretString": json.dumps(content)},
        "in binary": {"SecretBinary": content.encode("utf-8-sig")},
    }
    manager.create_secret(Name=SECRET, **shapes[kept])
    assert PineconeKey().get() == PLANTED


def test_a_missing_secret_is_named_with_its_region(manager: Any) -> None:
    failure = refusal(PineconeKey("pinecone/other", region="us-west-2"))
    assert failure.code == "MUT-SEC-001"
    assert "pinecone/other in region us-west-2" in failure.what
    assert "--secret-id pinecone/other" in failure.advice


def test_a_secret_about_to_be_deleted_is_said_so(manager: Any) -> None:
    manager.create_secret(Name=SECRET, SecretString=f'{{"apiKey": "{PLANTED}"}}')
    manager.delete_secret(SecretId=SECRET, RecoveryWindowInDays=7)
    failure = refusal(PineconeKey())
    assert failure.code == "MUT-SEC-006"
    assert "restore-secret" in failure.advice


def test_without_a_region_the_failure_names_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    failure = refusal(PineconeKey())
    assert failure.code == "MUT-AWS-006"
    assert failure.what.startswith(f"secretsmanager GetSecretValue for {SECRET}: ")


def test_a_secrets_manager_that_is_silent_is_given_up_on(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws_client, "READ_SECONDS", 0.1)
    monkeypatch.setattr(aws_client, "ATTEMPTS", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and answers none
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert refusal(PineconeKey()).code == "MUT-AWS-102"


def test_denied_access_says_what_to_allow(alone: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with Refusing() as secrets_manager:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", secrets_manager.endpoint)
        failure = refusal(PineconeKey())
    assert (failure.code, failure.transient) == ("MUT-SEC-002", False)
    assert "secretsmanager:GetSecretValue" in failure.advice


def test_the_planted_key_is_in_no_repr_log_message_or_pickle(manager: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    manager.create_secret(Name=SECRET, SecretString=f'{{"apiKey": "{PLANTED}"}}')
    caplog.clear()
    key = PineconeKey()
    assert key.get() == PLANTED
    logger = logging.getLogger("botocore.parsers")
    assert logger.isEnabledFor(logging.DEBUG), "the level is put back"
    shown = [repr(key), str(key), repr(vars(key)), pickle.dumps(key).decode("latin-1"), caplog.text]
    shown.append(repr(PineconeKey(override=lambda: PLANTED)))
    assert not any(PLANTED in one for one in shown)
    assert "secretsmanager" in caplog.text, "it was the real SDK, logging all it does"


def test_importing_the_doors_imports_no_sdk() -> None:
    doors = ("aws.secrets", "bedrock.agent", "bedrock.knowledge_base", "embedding.titan", "pinecone.index")
    imports = ", ".join(f"mut_assets.resources.{door}" for door in doors)
    code = f"import sys, {imports}; print([name for name in ('boto3', 'dagster', 'pinecone') if name in sys.modules])"
    root = Path(mut_assets.__file__).parents[1]
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=root, check=True)
    assert out.stdout.strip() == "[]"
