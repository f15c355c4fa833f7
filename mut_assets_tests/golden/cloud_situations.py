"""What AWS and Pinecone can end in: the SDKs' own errors, or the doubles', in the words of the doors."""

import io
import itertools
import json
import os
from array import array
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import Mock, patch

from botocore import exceptions as sdk
from botocore.parsers import ResponseParserError
from urllib3.exceptions import NameResolutionError

from mut_assets.domain.documents.limits import LONGEST_TEXT
from mut_assets.domain.documents.vectors import VectorRecord
from mut_assets.domain.ingestion.data_sources import DataSource, create_command
from mut_assets.domain.ingestion.jobs import Job, Statistics
from mut_assets.domain.ingestion.rules import DocumentStatus
from mut_assets.operations.search import embedded
from mut_assets.resources.aws import client as aws
from mut_assets.resources.aws.secrets import PineconeKey
from mut_assets.resources.bedrock import failures as words
from mut_assets.resources.bedrock.failures import KnowledgeBaseAddress
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.embedding.titan import TitanEmbedder
from mut_assets.resources.failures import Failure
from mut_assets.resources.pinecone import failures as pinecone_failures
from mut_assets.resources.pinecone.index import PineconeIndex
from mut_assets_tests.fakes.faults import Fault, error, on
from mut_assets_tests.fakes.pinecone import Pinecone
from mut_assets_tests.golden.situations import Situation, answered_by_s3
from mut_assets_tests.resources.cloud import ALONE

REGION = "us-east-1"

# --- any AWS service --------------------------------------------------------------------------------------------------


def refusal(code: str, status: int, message: str = "", action: str = "StartIngestionJob") -> Any:
    """The error that boto3 raises for an answer that says no."""
    answer = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return sdk.ClientError(answer, action)


def _aws(code: str, title: str, error: Exception, region: str = REGION) -> Situation:
    def produce(_: Path) -> None:
        item = "data source DS00000001 of knowledge base KB00000001"
        nowhere = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_DEFAULT_REGION": "", "AWS_REGION": ""}
        explained = aws.explained("bedrock-agent", "StartIngestionJob", item, region=region)
        with patch.dict(os.environ, nowhere), explained:
            raise error

    return Situation(code, title, produce)


def _unreachable(host: str, reason: Exception | None = None) -> Any:
    return sdk.EndpointConnectionError(endpoint_url=f"https://{host}/", error=reason)


def _no_profile(_: Path) -> None:
    with patch.dict(os.environ, {**ALONE, "AWS_PROFILE": "mut"}):
        aws.client("bedrock-agent")


def _no_account(_: Path) -> str:
    nobody = {name: value for name, value in ALONE.items() if "KEY" not in name}
    with patch.dict(os.environ, nobody, clear=True):
        return Bucket("s3://raw-virtual-assistant-data-{account}-{region}").where


def _not_trusted() -> Exception:
    reason = "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate (_ssl.c:1006)"
    refused: Exception = sdk.SSLError(endpoint_url="https://sns.us-east-1.amazonaws.com/", error=reason)
    return refused


_DENIED = (
    "User: arn:aws:sts::ACCOUNT:assumed-role/mut/nightly is not authorized to perform: "
    "bedrock:StartIngestionJob on resource: arn:aws:bedrock:us-east-1:ACCOUNT:knowledge-base/KB00000001"
)
_NOWHERE = "bedrock-agent.us-nowhere-1.amazonaws.com"
AWS = [
    _aws("MUT-AWS-001", "access denied", refusal("AccessDeniedException", 403, _DENIED)),
    _aws("MUT-AWS-001", "an explicit deny", refusal("AccessDeniedException", 403, f"{_DENIED} with an explicit deny")),
    _aws("MUT-AWS-001", "access denied without a word", refusal("AccessDeniedException", 403)),
    _aws("MUT-AWS-002", "no credentials", sdk.NoCredentialsError()),
    Situation("MUT-AWS-002", "a profile that is not there", _no_profile),
    Situation("MUT-AWS-002", "no credentials where the account's number is needed", _no_account),
    _aws("MUT-AWS-003", "credentials that expired", refusal("ExpiredTokenException", 403, "The token has expired")),
    _aws("MUT-AWS-003", "a session of SSO that ended", sdk.UnauthorizedSSOTokenError()),
    _aws("MUT-AWS-004", "an unknown id, or the wrong region", refusal("ResourceNotFoundException", 404, "No such id")),
    _aws("MUT-AWS-004", "an unknown id, no region set", refusal("ResourceNotFoundException", 404), ""),
    _aws("MUT-AWS-005", "a request the service refuses", refusal("ValidationException", 400, "1 validation error")),
    _aws("MUT-AWS-005", "a request the SDK refuses", sdk.ParamValidationError(report="Missing: knowledgeBaseId")),
    _aws("MUT-AWS-006", "no region", sdk.NoRegionError()),
    _aws(
        "MUT-AWS-007",
        "a region that is none",
        # No pool: it is only worded.
        _unreachable(_NOWHERE, NameResolutionError(_NOWHERE, None, None)),  # type: ignore[arg-type]
        "us-nowhere-1",
    ),
    _aws("MUT-AWS-008", "a wrong key", refusal("UnrecognizedClientException", 403)),
    _aws("MUT-AWS-008", "a clock that is wrong", refusal("RequestTimeTooSkewed", 403)),
    _aws("MUT-AWS-009", "a certificate that nobody vouches for", _not_trusted()),
    _aws("MUT-AWS-101", "throttling", refusal("ThrottlingException", 429, "Rate exceeded")),
    _aws("MUT-AWS-102", "no connection", _unreachable("bedrock-agent.us-east-1.amazonaws.com")),
    _aws(
        "MUT-AWS-102", "no answer", sdk.ReadTimeoutError(endpoint_url="https://bedrock-agent.us-east-1.amazonaws.com")
    ),
    _aws("MUT-AWS-103", "a failing service", refusal("InternalServerException", 500)),
    _aws("MUT-AWS-104", "a conflict", refusal("ConflictException", 409, "Another change is under way")),
    _aws("MUT-AWS-105", "a quota that is used up", refusal("ServiceQuotaExceededException", 402)),
    _aws("MUT-AWS-106", "a sign-in page in between", ResponseParserError("<html>")),
]


_NO_KMS = (
    "User: arn:aws:sts::ACCOUNT:assumed-role/mut/nightly is not authorized to perform: kms:GenerateDataKey on "
    'resource: "arn:aws:kms:us-east-1:ACCOUNT:key/0a1b" because no identity-based policy allows it'
)
BUCKET = [
    Situation("MUT-S3-003", "credentials that expired", answered_by_s3(400, "ExpiredToken")),
    Situation("MUT-S3-002", "a key of KMS that may not be used", answered_by_s3(403, "AccessDenied", said=_NO_KMS)),
    Situation("MUT-S3-005", "a key of KMS that is switched off", answered_by_s3(400, "KMS.DisabledException")),
    Situation("MUT-S3-006", "a quota that is used up", answered_by_s3(403, "QuotaExceeded")),
    Situation("MUT-S3-101", "a service that asks for fewer requests", answered_by_s3(503, "SlowDown")),
    Situation("MUT-S3-004", "another region", answered_by_s3(400, "AuthorizationHeaderMalformed")),
]


# --- the knowledge base and the agent ---------------------------------------------------------------------------------

PLACE = KnowledgeBaseAddress("KB00000001", REGION, "s3://conocimiento/v1/")
STORES = DataSource("DS00000001", "mut-stores", "conocimiento", "v1/stores/")
AGAIN = DataSource("DS00000002", "copia", "conocimiento", "v1/")
OTHER = DataSource("DS00000003", "otro", "archivo", "")
BEGAN = datetime(2026, 3, 2, 3, tzinfo=UTC)


def _job(status: str, *reasons: str, **numbers: int) -> Job:
    return Job("DS00000001", "JOB0000001", status, BEGAN, BEGAN, "", Statistics(**numbers), reasons)


def _said(code: str, title: str, failure: Failure) -> Situation:
    return Situation(code, title, lambda _: failure)


def _unread(*others: DataSource) -> Failure:
    commands = [create_command("KB00000001", "stores", "conocimiento", "v1/", REGION)]
    return words.unread(PLACE, dict.fromkeys(others, "it reads another bucket"), commands)


_WAITS = {f"stores/{number}.md": DocumentStatus("IN_PROGRESS") for number in range(2001, 2008)}
_FAILS = "The knowledge base role cannot read s3://conocimiento/v1/stores/"
_HALF, _ENDLESS = _job("STOPPED", scanned=113), _job("STOPPING", scanned=113)
_SHORT_JOB = _job("COMPLETE", scanned=112)
_TWO = (words.job_failed(PLACE, "stores", _job("FAILED", _FAILS)), words.never_free(PLACE, "eventos", 1800))
BEDROCK = [
    _said("MUT-KB-020", "another type", words.wrong_kind(PLACE, "KENDRA")),
    _said("MUT-KB-021", "it failed", words.unusable(PLACE, "FAILED", ["No access to the store."])),
    _said("MUT-KB-022", "two on one folder", words.clash(PLACE, {"stores": (STORES, AGAIN)})),
    _said("MUT-KB-023", "no data source at all", _unread()),
    _said("MUT-KB-023", "data sources of other places", _unread(OTHER)),
    _said(
        "MUT-KB-024", "the bucket is a folder", words.not_on_s3(KnowledgeBaseAddress("KB00000001", "", "bucket/v1/"))
    ),
    _said("MUT-KB-025", "a job that failed", words.job_failed(PLACE, "stores", _job("FAILED", _FAILS))),
    _said("MUT-KB-025", "a job that failed without a word", words.job_failed(PLACE, "stores", _job("FAILED"))),
    _said("MUT-KB-122", "two data sources, each with its own", words.all_of(_TWO)),
    _said("MUT-KB-026", "somebody stopped it", words.job_stopped(PLACE, "stores", _job("STOPPED"))),
    _said("MUT-KB-027", "a job that was stopped at its deadline", words.job_stuck(PLACE, "stores", _HALF, 1800)),
    _said("MUT-KB-027", "a job that does not even stop", words.job_stuck(PLACE, "stores", _ENDLESS, 1800)),
    _said("MUT-KB-028", "all statistics are zero", words.saw_nothing(PLACE, "stores", _job("COMPLETE"), STORES, 113)),
    _said("MUT-KB-029", "another number of documents", words.counted_wrong(PLACE, "stores", _SHORT_JOB, 113)),
    _said("MUT-KB-120", "it is being updated", words.being_changed(PLACE, "UPDATING")),
    _said("MUT-KB-121", "documents do not show", words.not_settled(PLACE, "stores", STORES, _WAITS, 600)),
    _said("MUT-KB-122", "always another job", words.never_free(PLACE, "stores", 1800)),
    _said("MUT-KB-123", "another's job", words.foreign_job_stuck(PLACE, _job("IN_PROGRESS"), 1800)),
    _said("MUT-AGENT-001", "it is deleted", words.agent_unusable("AG00000001", "DELETING")),
    _said("MUT-AGENT-002", "it failed", words.agent_failed("AG00000001", ["No model."], ["Pick one."])),
    _said("MUT-AGENT-002", "it failed without a word", words.agent_failed("AG00000001", [], [])),
    _said("MUT-AGENT-003", "maintenance mode", words.agent_maintenance("AG00000001")),
    _said("MUT-AGENT-101", "not in time", words.agent_unprepared("AG00000001", "PREPARING", 600)),
    _said("MUT-AGENT-102", "somebody changes it", words.agent_busy("AG00000001", "UPDATING")),
    Situation("MUT-RUN-003", "a question to the embedded index, in aws", lambda _: embedded(object())),
]

# --- the secret and the model -----------------------------------------------------------------------------------------


def _service(ends_in: Exception | Mapping[str, Any]) -> Mock:
    """A client whose every call ends in one error, or one answer."""
    call = Mock(side_effect=itertools.repeat(ends_in))
    return Mock(get_secret_value=call, invoke_model=call)


def _secret(code: str, title: str, ends_in: Exception | str, region: str = REGION) -> Situation:
    service = _service(ends_in if isinstance(ends_in, Exception) else {"SecretString": ends_in})

    def produce(_: Path) -> None:
        with patch("mut_assets.resources.aws.secrets.client", lambda *_, **settings: service):
            PineconeKey(region=region).get()

    return Situation(code, title, produce)


def _embedding(code: str, title: str, text: str, ends_in: Exception | Mapping[str, Any] | None = None) -> Situation:
    def produce(folder: Path) -> None:
        embedder = TitanEmbedder(Bucket(str(folder)), region="" if "no region" in title else REGION)
        vars(embedder)["_client"] = _service(ends_in or {})
        embedder.embed([text])

    return Situation(code, title, produce)


_NO_KEY = PineconeKey(override=lambda: "PINECONE_API_KEY = pc")
_SHORT = {"body": io.BytesIO(json.dumps({"embedding": [0.5], "inputTextTokenCount": 3}).encode())}
SECRETS = [
    _secret("MUT-SEC-001", "no such secret", refusal("ResourceNotFoundException", 400)),
    _secret("MUT-SEC-001", "no such secret, no region set", refusal("ResourceNotFoundException", 400), ""),
    _secret("MUT-SEC-002", "access denied", refusal("AccessDeniedException", 400)),
    _secret("MUT-SEC-003", "the key alone, not in JSON", "pc"),
    _secret("MUT-SEC-004", "JSON without apiKey", '{"key": "pc"}'),
    _secret("MUT-SEC-005", "an empty key", '{"apiKey": ""}'),
    Situation("MUT-SEC-005", "PINECONE_API_KEY holds more than the key", lambda _: _NO_KEY.get()),
    _secret("MUT-SEC-006", "a secret that is about to be deleted", refusal("InvalidRequestException", 400)),
    _embedding("MUT-EMB-001", "no access to the model", "# Pan", refusal("AccessDeniedException", 403)),
    _embedding("MUT-EMB-001", "no access, no region set", "# Pan", refusal("AccessDeniedException", 403)),
    _embedding("MUT-EMB-002", "a text that is too long", f"# Pan\n{'x' * LONGEST_TEXT}"),
    _embedding("MUT-EMB-003", "a vector of another length", "# Pan", _SHORT),
    _embedding("MUT-EMB-004", "an empty text", " \n"),
]

# --- Pinecone ---------------------------------------------------------------------------------------------------------

VECTOR = VectorRecord("tiendas/7#0a1b2c3d4e5f", array("f", [1.0, 0.0, 0.0, 0.0]), {"titulo": "Pan"})
AT_ONCE = {"Retry-After": "0"}
"""The SDK's own tries follow without a wait."""


def _ready(index: PineconeIndex, dimensions: int = 4, taken: tuple[str, str] | None = None) -> None:
    index.ready(dimensions, taken, lambda _: None)


def _pinecone(
    code: str, title: str, ask: Callable[[PineconeIndex], object] = _ready, fault: Fault | None = None, **double: Any
) -> Situation:
    def produce(_: Path) -> None:
        with Pinecone(dimension=4) as pinecone:
            for name, value in double.items():
                setattr(pinecone, name, value)
            if fault:
                pinecone.faults.append(on("DescribeIndex" if ask is _ready else "Upsert", fault, times=None))
            key = PineconeKey(override=lambda: "pcsk-made-up-for-tests")
            now = iter(range(0, 10_000, 40)).__next__
            index = PineconeIndex("agente", "mut-assets", key, pinecone.host, sleep=lambda _: None, now=now)
            with closing(index):
                ask(index)

    return Situation(code, title, produce)


def _written(index: PineconeIndex, vectors: Sequence[VectorRecord] = (VECTOR,)) -> None:
    index.upsert_vectors(vectors)


def _waited(index: PineconeIndex) -> None:
    _written(index)
    index.wait_until_visible(lambda _: None)


def _given_up(index: PineconeIndex) -> None:
    for _ in range(4):
        with suppress(Failure):
            _written(index)
    _written(index)


def _unfit(index: PineconeIndex) -> None:
    _ready(index)
    _written(index, [VectorRecord("tiendas/8#0a1b2c3d4e5f", array("f", [1.0]), {})])


def _misread(index: PineconeIndex) -> None:
    with patch.object(Pinecone, "_model", lambda self, name: {"name": name}):
        _ready(index)


def _nobody(_: Path) -> Failure:
    from pinecone.errors import PineconeConnectionError

    error = PineconeConnectionError("Connection refused")
    return pinecone_failures.explain(error, "describe the index agente", "…", "")


PINECONE = [
    _pinecone("MUT-PC-001", "a key that is not accepted", key="another"),
    _pinecone("MUT-PC-002", "a key that may not", fault=error("FORBIDDEN", 403, "The project's plan is used up")),
    _pinecone("MUT-PC-003", "no such index", index="viejo"),
    _pinecone("MUT-PC-003", "no index at all", index="", others=[]),
    _pinecone("MUT-PC-004", "another dimension", lambda index: _ready(index, 1024)),
    _pinecone("MUT-PC-005", "sparse vectors", vector_type="sparse"),
    _pinecone(
        "MUT-PC-006", "the knowledge base's own namespace", lambda index: _ready(index, 4, (index.host, "mut-assets"))
    ),
    _pinecone("MUT-PC-007", "a vector of another length", _unfit),
    _pinecone("MUT-PC-008", "vectors that are refused", _written, error("INVALID_ARGUMENT", 400, "No such field")),
    _pinecone("MUT-PC-009", "a request that is refused", fault=error("INVALID_ARGUMENT", 400, "No such thing")),
    _pinecone("MUT-PC-010", "an address without TLS", announced_host="http://indice.example"),
    _pinecone("MUT-PC-011", "an answer that is no JSON of Pinecone's", _misread),
    _pinecone("MUT-PC-012", "an index that is being deleted", state="Terminating"),
    _pinecone("MUT-PC-101", "an index that is being made", state="Initializing"),
    _pinecone("MUT-PC-102", "throttling", fault=error("RESOURCE_EXHAUSTED", 429, "Too many requests", AT_ONCE)),
    _pinecone("MUT-PC-103", "a failure", fault=error("INTERNAL", 500, "Internal error", AT_ONCE)),
    Situation("MUT-PC-104", "nobody there", _nobody),
    _pinecone("MUT-PC-105", "writes that do not show", _waited, lag=10_000),
    _pinecone("MUT-PC-106", "vectors that were not written", _written, error("UNAVAILABLE", 503, "Busy", AT_ONCE)),
    _pinecone("MUT-PC-106", "vectors that were not even sent", _given_up, error("UNAVAILABLE", 503, "Busy", AT_ONCE)),
]

CLOUD = [*AWS, *BUCKET, *BEDROCK, *SECRETS, *PINECONE]
