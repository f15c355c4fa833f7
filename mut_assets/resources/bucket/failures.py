"""What the platform says when the bucket cannot be used: MUT-S3-0xx permanent, MUT-S3-1xx transient.

What belongs here: the words. What does not: which answer of a service means which (`bucket/s3.py`), and what is the
same for every AWS service: credentials, certificates, no answer (`aws/client.py`).
"""

from mut_assets.resources.aws.client import permission
from mut_assets.resources.failures import Failure, PermanentFailure, TransientFailure


def no_bucket(where: str) -> Failure:
    """A bucket that is not there for us."""
    return PermanentFailure(
        "MUT-S3-001",
        f"The bucket {where} does not exist, or belongs to another account or region.",
        "Create it, or correct S3_BUCKET_NAME and the region.",
    )


def denied(where: str, action: str, quote: str = "") -> Failure:
    """Access denied: to us, or to a key of KMS on our behalf."""
    return PermanentFailure(
        "MUT-S3-002",
        f"The bucket {where} refused to {action}: access denied.{quote}",
        permission(quote)
        or "Check the credentials in use (aws sts get-caller-identity), the role's policy for this bucket, and "
        "that the bucket is this account's.",
    )


def expired(where: str, action: str) -> Failure:
    """Credentials that were good once."""
    return PermanentFailure(
        "MUT-S3-003",
        f"The bucket {where} refused to {action}: the credentials have expired.",
        "Sign in again (aws sso login), or check the task's role; a re-run continues where this one ended.",
    )


def elsewhere(where: str) -> Failure:
    """A bucket of another region."""
    return PermanentFailure(
        "MUT-S3-004",
        f"The bucket {where} lies in another region than the one in use.",
        "Set AWS_REGION to the bucket's (aws s3api get-bucket-location --bucket NAME).",
    )


def no_key(where: str, action: str, code: str, quote: str) -> Failure:
    """The bucket's KMS key cannot be used."""
    return PermanentFailure(
        "MUT-S3-005",
        f"The bucket {where} refused to {action}: the key it is encrypted with cannot be used ({code}).{quote}",
        "Enable that key, or give the bucket another one (aws s3api get-bucket-encryption --bucket NAME names it).",
    )


def refused(where: str, action: str, code: str, quote: str) -> Failure:
    """Anything else that the same request would be answered again."""
    return PermanentFailure(
        "MUT-S3-006",
        f"The bucket {where} refused to {action} ({code}).{quote}",
        "The same request is refused again: mend what the answer names (a quota, the bucket's settings, a filter "
        "between this machine and the bucket).",
    )


def unconditional(where: str) -> Failure:
    """A store that ignores `If-None-Match`: what the doctor says, and what a night that would write is refused with."""
    return PermanentFailure(
        "MUT-S3-007",
        f"In the bucket {where} a conditional create replaced an object: two writers could both believe that it is "
        "their turn.",
        "Use a bucket whose service honours If-None-Match on PUT, as S3 does; see AWS_ENDPOINT_URL_S3.",
    )


def unavailable(where: str, action: str, said: str, retry_after: float | None = None) -> Failure:
    """What may pass by itself."""
    return TransientFailure(
        "MUT-S3-101",
        f"The bucket {where} could not {action}: {said}",
        "It is tried again; if it persists, check the network, the region and the disk.",
        retry_after,
    )
