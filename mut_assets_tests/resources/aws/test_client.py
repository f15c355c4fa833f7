"""Every way in which AWS says no becomes one failure with its code, and no message carries a secret."""

import os
import socket
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import (
    CredentialRetrievalError,
    HTTPClientError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
    SSOTokenLoadError,
    UnauthorizedSSOTokenError,
)
from botocore.parsers import ResponseParserError

from mut_assets.resources.aws import client as aws
from mut_assets.resources.failures import Failure
from mut_assets_tests.fakes.bedrock import Bedrock
from mut_assets_tests.fakes.faults import error, on

SECRET = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"
REFRESHED = "Credentials were refreshed, but the refreshed credentials are still expired."


@pytest.fixture
def bedrock(bedrock: Bedrock, monkeypatch: pytest.MonkeyPatch) -> Bedrock:
    monkeypatch.setattr(aws, "ATTEMPTS", 1)
    return bedrock


def refusal(region: str = "", id: str = "KB00000001") -> Failure:
    explained = aws.explained("bedrock-agent", "GetKnowledgeBase", f"knowledge base {id}", region=region)
    with pytest.raises(Failure) as caught, explained:
        aws.client("bedrock-agent", region).get_knowledge_base(knowledgeBaseId=id)
    assert SECRET not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("AccessDeniedException", 403, "MUT-AWS-001"),
        ("ExpiredTokenException", 403, "MUT-AWS-003"),
        ("ExpiredToken", 400, "MUT-AWS-003"),
        ("UnrecognizedClientException", 403, "MUT-AWS-008"),
        ("InvalidSignatureException", 403, "MUT-AWS-008"),
        ("SignatureDoesNotMatch", 403, "MUT-AWS-008"),
        ("ResourceNotFoundException", 404, "MUT-AWS-004"),
        ("ValidationException", 400, "MUT-AWS-005"),
        ("SomethingNew", 400, "MUT-AWS-005"),
        ("ThrottlingException", 429, "MUT-AWS-101"),
        ("TooManyRequestsException", 400, "MUT-AWS-101"),
        ("InternalServerException", 500, "MUT-AWS-103"),
        ("ServiceUnavailableException", 503, "MUT-AWS-103"),
        ("ModelTimeoutException", 408, "MUT-AWS-103"),
        ("ConflictException", 409, "MUT-AWS-104"),
        ("ServiceQuotaExceededException", 402, "MUT-AWS-105"),
    ],
)
def test_each_refusal_has_its_code_and_its_number_tells_whether_it_may_pass(
    bedrock: Bedrock, code: str, status: int, expected: str
) -> None:
    bedrock.faults.append(on("GetKnowledgeBase", error(code, status, "What the service said")))
    failure = refusal("us-east-1")
    assert failure.code == expected
    assert failure.transient == (expected >= "MUT-AWS-1")
    assert "GetKnowledgeBase for knowledge base KB00000001" in failure.what
    echoes_a_token = expected in ("MUT-AWS-003", "MUT-AWS-008")
    assert ("What the service said" in str(failure)) != echoes_a_token
    assert aws.code_of(failure) == code


def test_a_denied_action_is_named_as_a_policy_spells_it_with_its_resource(bedrock: Bedrock) -> None:
    bedrock.denied.add("GetKnowledgeBase")
    base = bedrock.knowledge_base()
    assert f"Allow bedrock:GetKnowledgeBase on {base.arn} in the policy" in refusal(id=base.id).advice


def test_a_denied_action_is_named_also_where_the_service_says_nothing(bedrock: Bedrock) -> None:
    bedrock.faults.append(on("GetKnowledgeBase", error("AccessDeniedException", 403, "No.")))
    assert "Allow bedrock:GetKnowledgeBase in the policy" in refusal().advice
    assert aws.iam_action("secretsmanager", "GetSecretValue") == "secretsmanager:GetSecretValue"


def test_an_unknown_id_is_named_with_the_region_that_was_asked(bedrock: Bedrock) -> None:
    failure = refusal()
    assert failure.code == "MUT-AWS-004"
    assert "KB00000001" in failure.what and "region us-east-1" in failure.what
    assert "wrong region" in failure.advice


def test_the_wait_that_a_service_asks_for_is_handed_on(bedrock: Bedrock) -> None:
    bedrock.faults.append(on("GetKnowledgeBase", error("ThrottlingException", 429, headers={"Retry-After": "17"})))
    assert getattr(refusal(), "retry_after", None) == 17


def test_a_parameter_that_the_sdk_refuses_is_an_invalid_request(bedrock: Bedrock) -> None:
    assert refusal(id=17).code == "MUT-AWS-005"  # type: ignore[arg-type]  # what botocore refuses


def test_expired_credentials_say_that_a_re_run_continues(bedrock: Bedrock) -> None:
    bedrock.expired = True
    failure = refusal()
    assert failure.code == "MUT-AWS-003"
    assert "aws sso login" in failure.advice and "a re-run continues" in failure.advice


@pytest.mark.parametrize("missing", [["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"], ["AWS_SECRET_ACCESS_KEY"]])
def test_no_credentials_or_half_of_them(bedrock: Bedrock, monkeypatch: pytest.MonkeyPatch, missing: list[str]) -> None:
    for name in missing:
        monkeypatch.delenv(name)
    assert refusal().code == "MUT-AWS-002"


def test_a_profile_that_does_not_exist_is_named(bedrock: Bedrock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mercado")
    failure = refusal()
    assert failure.code == "MUT-AWS-002"
    assert "mercado" in failure.what


@pytest.mark.parametrize(
    ("problem", "code", "words"),
    [
        (CredentialRetrievalError(provider="ours", error_msg=f"printed {SECRET}"), "MUT-AWS-002", "ours"),
        (UnauthorizedSSOTokenError(), "MUT-AWS-003", ""),
        (SSOTokenLoadError(error_msg=SECRET), "MUT-AWS-003", ""),
        (RuntimeError(REFRESHED), "MUT-AWS-003", ""),
        (ReadTimeoutError(endpoint_url=f"https://user:{SECRET}@bedrock.example/"), "MUT-AWS-102", "bedrock.example"),
        (SSLError(endpoint_url="https://bedrock.example/", error="certificate verify failed"), "MUT-AWS-102", ""),
        (ProxyConnectionError(proxy_url=f"http://user:{SECRET}@proxy.example:3128"), "MUT-AWS-102", ""),
        (HTTPClientError(error=f"https://user:{SECRET}@bedrock.example/"), "MUT-AWS-102", ""),
        (ResponseParserError(f"unable to parse <html>{SECRET}"), "MUT-AWS-106", ""),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value,
)
def test_what_the_sdk_itself_raises_has_its_code_and_shows_no_secret(problem: Exception, code: str, words: str) -> None:
    with pytest.raises(Failure) as caught, aws.explained("bedrock-runtime", "InvokeModel", "a model"):
        raise problem
    assert (caught.value.code, words in caught.value.what) == (code, True)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("region", ["", "Mercado Urbano"])
def test_no_region_or_none(bedrock: Bedrock, monkeypatch: pytest.MonkeyPatch, region: str) -> None:
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    failure = refusal(region)
    assert failure.code == "MUT-AWS-006"
    assert "AWS_REGION" in failure.advice


def test_an_endpoint_that_nobody_listens_at_may_pass(
    bedrock: Bedrock, monkeypatch: pytest.MonkeyPatch, closed_port: int
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_AGENT", f"http://user:{SECRET}@127.0.0.1:{closed_port}/")
    failure = refusal()
    assert (failure.code, failure.transient) == ("MUT-AWS-102", True)
    assert "127.0.0.1" in failure.what


def test_an_unknown_host_may_pass_in_a_region_that_exists(bedrock: Bedrock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL_BEDROCK_AGENT")

    def unknown_host(*arguments: Any, **options: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown_host)
    assert refusal("us-east-1").code == "MUT-AWS-102"
    failure = refusal("us-eats-1")
    assert (failure.code, failure.transient) == ("MUT-AWS-007", False)
    assert "us-eats-1" in failure.what


def test_defects_stay_defects() -> None:
    with pytest.raises(RuntimeError, match="ours"), aws.explained("sts", "GetCallerIdentity", "nobody"):
        raise RuntimeError("ours")


def test_a_client_gives_up_in_time_and_repeats_a_bounded_number_of_times(alone: None) -> None:
    settings = aws.client("bedrock-runtime", adaptive=True).meta.config
    assert (settings.connect_timeout, settings.read_timeout) == (5, 60)
    assert settings.retries == {"mode": "adaptive", "total_max_attempts": 5}
    assert aws.client("bedrock-agent", "sa-east-1").meta.region_name == "sa-east-1"


def test_credentials_that_were_renewed_on_disk_are_seen_by_the_next_client(
    tmp_path: Path, bedrock: Bedrock, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "credentials"
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.fspath(file))
    for key in ("FIRSTKEY", "SECONDKEY"):
        file.write_text(f"[default]\naws_access_key_id = {key}\naws_secret_access_key = {SECRET}\n")
        client = aws.client("bedrock-agent")
        assert client._request_signer._credentials.access_key == key
