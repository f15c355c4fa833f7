"""Speaking to AWS: a client by boto3's own chain, and the SDK's errors in the platform's words.

What belongs here: what is the same for every AWS service. What does not: what an operation means
(`bedrock/api.py`, `bedrock/agent.py`, `aws/secrets.py`, `embedding/titan.py`, `bucket/s3.py`).

boto3 costs half a second to import, so it is imported when the first client is asked for.
Endpoints come from the SDK's own variables (`AWS_ENDPOINT_URL_BEDROCK_AGENT`, …), credentials from its own chain.
"""

import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from mut_assets.resources.failures import Failure, PermanentFailure, TransientFailure

CONNECT_SECONDS = 5
READ_SECONDS = 60
ATTEMPTS = 5
IN_FLIGHT = 8

_IAM = {"bedrock-agent": "bedrock", "bedrock-agent-runtime": "bedrock", "bedrock-runtime": "bedrock"}
"""Where the prefix of a service's IAM actions is not its name in the SDK."""


def client(
    service: str,
    region: str = "",
    *,
    adaptive: bool = False,
    action: str = "",
    item: str = "",
    endpoint: str | None = None,
    seconds: int | None = None,
    attempts: int | None = None,
) -> Any:
    """A boto3 client with timeouts and bounded retries; `adaptive` also slows down when it is throttled.

    Every client has a session of its own: making one is safe in any thread, and credentials that somebody renewed
    on disk are seen by the next one. Raises MUT-AWS-002 and MUT-AWS-006 where boto3 finds no profile or no region,
    with `action` and `item` as in `explained` where the message should name them.
    """
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=seconds or READ_SECONDS,
        retries={"mode": "adaptive" if adaptive else "standard", "total_max_attempts": attempts or ATTEMPTS},
        max_pool_connections=IN_FLIGHT + 2,
    )
    item = item or f"a client in {region or 'the region of the environment'}"
    with explained(service, action, item, region=region):
        session = boto3.session.Session()
        return session.client(service, region_name=region or None, endpoint_url=endpoint, config=config)


@dataclass(frozen=True)
class Identity:
    """The account, the ARN of the user or role in use, and the region that the SDK settled on."""

    account: str
    arn: str
    region: str

    @property
    def partition(self) -> str:
        """The partition in the ARN: `aws`, `aws-cn` or `aws-us-gov`."""
        return self.arn.split(":")[1] if self.arn.count(":") > 1 else "aws"


def identity(region: str = "") -> Identity:
    """Asks STS who the credentials belong to. Raises MUT-AWS-002, 003 and 008 where they cannot be used."""
    sts = client("sts", region)
    with explained("sts", "GetCallerIdentity", "the credentials in use", region=region):
        answer = sts.get_caller_identity()
    return Identity(str(answer["Account"]), str(answer["Arn"]), str(sts.meta.region_name))


@contextmanager
def explained(service: str, action: str, item: str, *, region: str = "") -> Iterator[None]:
    """Turns the SDK's errors into failures: MUT-AWS-0xx permanent, MUT-AWS-1xx transient.

    `service` and `action` as the SDK and IAM spell them (`bedrock-agent`, `StartIngestionJob`); `item` says for people
    what it was about ("the data source AAAAAAAAAA"). An error that is none of the SDK's passes through: it is a defect.
    """
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError
    from urllib3.exceptions import HTTPError

    call = f"{service} {action} for {item}" if action else f"{service}: {item}"
    try:
        yield
    except ClientError as error:
        raise _refused(error, service, action, item, call, region) from error
    except BotoCoreError as error:
        failure = _unsent(error, call, region)
        if failure is None:
            raise
        raise failure from error
    except ResponseParserError as error:
        raise _not_aws(call) from error
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        if not _met_by_the_parser(error):
            raise
        raise _not_aws(call) from error
    except HTTPError as error:  # the SDK hands on what breaks off in the words of an error
        raise _no_answer(call, error) from error
    except RuntimeError as error:
        if "credentials are still expired" not in str(error):
            raise
        raise _signed_out(call) from error


def code_of(error: BaseException | None) -> str:
    """The service's own name for an error: of a botocore `ClientError`, or of a failure that `explained` made of it."""
    response = getattr(error if hasattr(error, "response") else getattr(error, "__cause__", None), "response", None)
    return str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""


def iam_action(service: str, action: str) -> str:
    """The IAM action that allows an operation, as a policy spells it."""
    return f"{_IAM.get(service, service)}:{action}"


_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"})
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"})
NOT_ACCEPTED = frozenset(
    "IncompleteSignature InvalidAccessKeyId InvalidClientTokenId InvalidSignatureException InvalidToken "
    "MissingAuthenticationToken MissingAuthenticationTokenException RequestExpired RequestTimeTooSkewed "
    "SignatureDoesNotMatch UnrecognizedClientException".split()
)
_THROTTLED = frozenset(
    "ModelNotReadyException RequestLimitExceeded SlowDown Throttling ThrottlingException ThrottledException "
    "TooManyRequestsException".split()
)
_UNKNOWN = frozenset({"NotFound", "NotFoundException", "ResourceNotFoundException"})
_OF_A_MODEL = (408, 424)
"""How bedrock-runtime says that a model timed out or failed."""


def _refused(error: Any, service: str, action: str, item: str, call: str, region: str) -> Failure:
    code = code_of(error)
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") or 0)
    quote = quoted(str(error.response.get("Error", {}).get("Message", "")))
    if code in EXPIRED:
        return _signed_out(call)
    if code in NOT_ACCEPTED:
        return not_accepted(call, code)
    if code in _DENIED:
        return _denied(quote, iam_action(service, action), call)
    if code in _UNKNOWN or status == 404:
        return PermanentFailure(
            "MUT-AWS-004",
            f"{call}: there is none in {_region(region)}.{quote}",
            "Check the id, the account (aws sts get-caller-identity) and whether this is the wrong region.",
        )
    if code in _THROTTLED or status == 429:
        return TransientFailure(
            "MUT-AWS-101",
            f"{call}: throttled, also after {ATTEMPTS} attempts ({code}).{quote}",
            "It is tried again; if it persists, look at the account's quotas for this service.",
            retry_after(error),
        )
    if code in ("LimitExceededException", "ServiceQuotaExceededException") or status == 402:
        return TransientFailure(
            "MUT-AWS-105",
            f"{call}: a quota of this account is used up.{quote}",
            "It is tried again; if it persists, look at Service Quotas in the console, or at what else is running.",
        )
    if code in ("ConflictException", "ConcurrentModificationException") or status == 409:
        return TransientFailure(
            "MUT-AWS-104",
            f"{call}: it is busy with something else.{quote}",
            "It is tried again; if it persists, look in the console at what is running.",
        )
    if status >= 500 or status in _OF_A_MODEL:
        return TransientFailure(
            "MUT-AWS-103",
            f"{call}: the service failed, also after {ATTEMPTS} attempts ({code or status}).{quote}",
            "It is tried again; if it persists, look at https://health.aws.amazon.com.",
            retry_after(error),
        )
    return _invalid(call, quote or f" ({code or status})")


def not_accepted(call: str, code: str) -> Failure:
    """The failure for credentials, or a clock, that the service does not accept."""
    # What the service says here may hold the request's own headers, the session token among them.
    return PermanentFailure(
        "MUT-AWS-008",
        f"{call}: AWS does not accept the credentials ({code}).",
        "Set this machine's clock: AWS refuses what is signed a quarter of an hour off."
        if code == "RequestTimeTooSkewed"
        else "Check the access key and the profile in use (aws sts get-caller-identity), and this machine's clock.",
    )


def permission(quote: str, action: str = "") -> str:
    """What has to be changed for a refused request to be allowed: `quote` is what the service said, `action` the IAM
    action where it named none. "" for neither."""
    named = re.search(r"not authorized to perform: ([\w-]+:\w+)", quote)
    resource = re.search(r"on resource: \"?([^\s\"]+)", quote)
    action = named.group(1) if named else action
    if not action:
        return ""
    where = f" on {resource.group(1).rstrip('.,')}" if resource else ""
    if "explicit deny" in quote:
        return f"A policy denies {action}{where} by name, and no permission outweighs that: change its Deny statement."
    return f"Allow {action}{where} in the policy of the role in use (aws sts get-caller-identity says which)."


def _denied(quote: str, action: str, call: str) -> Failure:
    return PermanentFailure("MUT-AWS-001", f"{call}: access denied.{quote}", permission(quote, action))


def _invalid(call: str, quote: str) -> Failure:
    return PermanentFailure(
        "MUT-AWS-005",
        f"{call}: the request was refused as invalid.{quote}",
        "Check the ids and names in the settings; the same request is refused again.",
    )


def _unsent(error: Any, call: str, region: str) -> Failure | None:
    """Returns the failure for a request without an answer; None for an error that only a defect causes."""
    from botocore import exceptions as sdk

    misconfigured = (sdk.PartialCredentialsError, sdk.ProfileNotFound, sdk.ConfigParseError, sdk.InvalidConfigError)
    not_given = (sdk.CredentialRetrievalError, sdk.MetadataRetrievalError, sdk.RefreshWithMFAUnsupportedError)
    if isinstance(error, (sdk.SSOError, sdk.LoginError, sdk.TokenRetrievalError)):
        return _signed_out(call)
    if isinstance(error, (sdk.NoCredentialsError, *misconfigured, *not_given)):
        # Only the name of the source: what a credential helper printed may be the credential.
        source = error.kwargs.get("provider") or error.kwargs.get("profile") or "none of boto3's sources"
        return PermanentFailure(
            "MUT-AWS-002",
            f"{call}: there are no usable AWS credentials ({type(error).__name__}, {source}).",
            "Give the task or instance a role, set AWS_PROFILE, or sign in (aws sso login).",
        )
    if isinstance(error, (sdk.NoRegionError, sdk.InvalidRegionError)):
        return PermanentFailure(
            "MUT-AWS-006",
            f"{call}: no AWS region is set, or it is none.",
            "Set AWS_REGION to the region of the knowledge base, such as us-east-1.",
        )
    if isinstance(error, sdk.ParamValidationError):
        return _invalid(call, quoted(str(error.kwargs.get("report", error))))
    if isinstance(error, sdk.EndpointConnectionError):
        return _unreachable(error, call, region)
    if isinstance(error, sdk.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error):
        return _not_trusted(error, call)
    if isinstance(
        error, (sdk.HTTPClientError, sdk.ConnectionError, sdk.IncompleteReadError, sdk.FlexibleChecksumError)
    ):
        return _no_answer(call, error)
    return None


def _no_answer(call: str, error: Exception) -> Failure:
    return TransientFailure(
        "MUT-AWS-102",
        f"{call}: {_host(error)} gave no answer ({type(error).__name__}).",
        "It is tried again, with nothing done twice; if it persists, check the network and the proxy.",
    )


def _not_aws(call: str) -> Failure:
    return TransientFailure(
        "MUT-AWS-106",
        f"{call}: what answered does not speak as AWS does.",
        "It is tried again; if it persists, look for a proxy or a sign-in page between this machine and AWS.",
    )


def _met_by_the_parser(error: Exception) -> bool:
    """Whether the SDK raised it over an answer that is none of the service's; from elsewhere it is a defect."""
    frames = traceback.walk_tb(error.__traceback__)
    return any(frame.f_globals.get("__name__") == "botocore.parsers" for frame, _ in frames)


def _signed_out(call: str) -> Failure:
    return PermanentFailure(
        "MUT-AWS-003",
        f"{call}: the credentials have expired.",
        "Sign in again (aws sso login), or check the task's role; a re-run continues where this ended.",
    )


def _unreachable(error: Any, call: str, region: str) -> Failure:
    from urllib3.exceptions import NameResolutionError

    host = urlsplit(str(error.kwargs.get("endpoint_url", ""))).hostname or "the endpoint"
    if isinstance(error.kwargs.get("error"), NameResolutionError) and not _may_exist(host):
        return PermanentFailure(
            "MUT-AWS-007",
            f"{call}: {host} has no address, and there is no {_region(region)}.",
            "Set AWS_REGION to the region of the knowledge base, such as us-east-1.",
        )
    return TransientFailure(
        "MUT-AWS-102",
        f"{call}: {host} cannot be reached.",
        "It is tried again; if it persists, check the network, the proxy, AWS_ENDPOINT_URL and its relatives, and "
        "whether the region offers this service.",
    )


def _may_exist(host: str) -> bool:
    """Whether a host is no address of AWS, or one in a region that the SDK knows."""
    named = re.fullmatch(r"[a-z.-]+\.([a-z]+(?:-[a-z]+)+-\d+)\.(?:amazonaws\.com(?:\.cn)?|api\.aws)", host)
    if not named:
        return True
    import boto3

    session = boto3.session.Session()
    partitions = session.get_available_partitions()
    # Of EC2, which is everywhere; for Bedrock the SDK keeps no list.
    return any(named.group(1) in session.get_available_regions("ec2", partition) for partition in partitions)


def _not_trusted(error: Any, call: str) -> Failure:
    reason = re.search(r"certificate verify failed: ([^(\]]+)", str(error))
    return PermanentFailure(
        "MUT-AWS-009",
        f"{call}: the certificate of {_host(error)} is not trusted{f' ({reason.group(1).strip()})' if reason else ''}.",
        "Where a proxy or the company signs certificates, name the file with theirs in AWS_CA_BUNDLE.",
    )


def _host(error: Any) -> str:
    return urlsplit(str(getattr(error, "kwargs", {}).get("endpoint_url", ""))).hostname or "the service"


def _region(region: str) -> str:
    if not region:
        import boto3

        region = boto3.session.Session().region_name or ""
    return f"region {region}" if region else "the region in use"


def retry_after(error: Any) -> float | None:
    """The seconds that an error answer asks to wait, or None."""
    asked = str(error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("retry-after", ""))
    return float(asked) if asked.isascii() and asked.isdigit() else None


def quoted(message: str) -> str:
    """The first line of the service's message as a sentence to append; "" without a message."""
    first = (message.strip().splitlines() or [""])[0].strip()[:300]
    return f" It said: {first}{'' if first.endswith('.') else '.'}" if first else ""
