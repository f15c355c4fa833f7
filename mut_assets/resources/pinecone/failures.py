"""What can go wrong with Pinecone, each with its code, its message and its advice.

What does not belong here: asking Pinecone (`pinecone/index.py`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from mut_assets.resources.failures import Failure, PermanentFailure, TransientFailure

_KEY_REFUSED = frozenset({"MUT-PC-001", "MUT-PC-002"})
"""Codes with which no vector can be written, whichever it is."""
_NAMED, _LISTED = 20, 100
_PAUSE = 31.0
"""Seconds: after four failures in a row, the SDK sends nothing to that host from this process for half a minute."""


def explain(error: Any, action: str, key_source: str, hidden: str) -> Failure:
    """The failure for an error of the SDK, met while doing `action`. `hidden` is the key: it is struck out."""
    from pinecone import errors

    quote = _quoted(error, hidden)
    if type(error) is errors.PineconeError and "abandoned without being sent" in quote:
        return TransientFailure(
            "MUT-PC-103",
            f"Pinecone failed several times in a row: did not {action}, the SDK pauses.",
            "It is tried again; if it persists, look at https://status.pinecone.io.",
            _PAUSE,
        )
    if isinstance(error, errors.UnauthorizedError):
        return PermanentFailure(
            "MUT-PC-001",
            f"Pinecone does not accept the key from {key_source}, to {action}.{quote}",
            "Put a valid API key of the index's project there; a re-run continues.",
        )
    if isinstance(error, errors.ForbiddenError | errors.PaymentRequiredError):
        return PermanentFailure(
            "MUT-PC-002",
            f"Pinecone does not allow the key from {key_source} to {action}.{quote}",
            "Check the key's roles (it reads and writes vectors), the project's quotas and its billing.",
        )
    if isinstance(error, errors.RateLimitError):
        return TransientFailure(
            "MUT-PC-102",
            f"Pinecone throttles: could not {action}, also after the SDK's own retries.{quote}",
            "It is tried again; if it persists, look at the project's limits in the Pinecone console.",
            error.retry_after,
        )
    if isinstance(error, errors.ServiceError) or getattr(error, "status_code", None) in (408, 425):
        return TransientFailure(
            "MUT-PC-103",
            f"Pinecone failed ({error.status_code}): could not {action}.{quote}",
            "It is tried again; if it persists, look at https://status.pinecone.io.",
        )
    if isinstance(error, errors.PineconeTimeoutError | errors.PineconeConnectionError):
        return TransientFailure(
            "MUT-PC-104",
            f"Pinecone gives no answer: could not {action}.{quote}",
            "It is tried again, with nothing done twice; if it persists, check the network, the proxy and "
            "PINECONE_HOST.",
        )
    if isinstance(error, errors.ResponseParsingError):
        return PermanentFailure(
            "MUT-PC-011",
            f"What answered in Pinecone's place cannot be understood: could not {action}.{quote}",
            "Check PINECONE_HOST (normally unset) and proxies; a newer Pinecone may need a newer pinecone package.",
        )
    return PermanentFailure(
        "MUT-PC-009",
        f"Pinecone refused to {action}.{quote}",
        "The same request is refused again; check PINECONE_INDEX, PINECONE_NAMESPACE and PINECONE_HOST.",
    )


def no_index(name: str, others: Sequence[str], dimensions: int, host: str) -> Failure:
    """There is no index of this name in the key's project."""
    there = f"The project of this key has: {', '.join(others[:_NAMED])}." if others else "This project has no index."
    misplaced = " PINECONE_HOST is where indexes are described, not the address of one." if host else ""
    return PermanentFailure(
        "MUT-PC-003",
        f"There is no Pinecone index {name}. {there}{misplaced}",
        "Correct PINECONE_INDEX or the key, or create it, with PINECONE_API_KEY set: "
        f"python -c \"from pinecone import Pinecone, ServerlessSpec as S; Pinecone().create_index('{name}', "
        f"dimension={dimensions}, metric='cosine', spec=S(cloud='aws', region='us-east-1'))\"",
    )


def other_dimension(name: str, there: int, wanted: int) -> Failure:
    """The index holds vectors of another length."""
    return PermanentFailure(
        "MUT-PC-004",
        f"The Pinecone index {name} holds vectors of {there} dimensions, the embedding model gives {wanted}.",
        "An index keeps its dimension: name another one in PINECONE_INDEX, or set EMBEDDING_MODEL_ID to a model of "
        f"{there} dimensions.",
    )


def not_dense(name: str) -> Failure:
    """The index is for sparse vectors, or embeds text by itself."""
    return PermanentFailure(
        "MUT-PC-005",
        f"The Pinecone index {name} is not one of dense vectors that are written from outside.",
        "Name another one in PINECONE_INDEX, or create it with a dimension and a metric.",
    )


def not_ready(name: str, state: str) -> Failure:
    """The index cannot be used now."""
    if state in ("InitializationFailed", "Terminating", "Disabled"):
        return PermanentFailure(
            "MUT-PC-012",
            f"The Pinecone index {name} is {state}.",
            "Look at it in the Pinecone console, or name another one in PINECONE_INDEX; lost vectors are rebuilt "
            "from the cache in the bucket.",
        )
    return TransientFailure(
        "MUT-PC-101",
        f"The Pinecone index {name} is not ready yet: {state}.",
        "It is tried again; a new index takes a minute.",
    )


def taken_namespace(index: str, namespace: str) -> Failure:
    """The knowledge base keeps its own vectors there."""
    return PermanentFailure(
        "MUT-PC-006",
        f"The namespace {namespace or '__default__'} of the Pinecone index {index} is the knowledge base's own: "
        "writing there would mix foreign vectors into its answers, and deleting would empty them.",
        "Set PINECONE_NAMESPACE to another name, such as mut-assets; nothing was written.",
    )


def in_the_clear(address: str) -> Failure:
    """The index is announced at a plain http address although PINECONE_HOST is none."""
    return PermanentFailure(
        "MUT-PC-010",
        f"The index is announced at {address}, where the key would travel unencrypted.",
        "Check PINECONE_HOST (normally unset); plain http is used only where it is itself an http address.",
    )


def unfit(problems: Mapping[str, str]) -> Failure:
    """Vectors that Pinecone would refuse, by id; nothing was sent."""
    shown = "; ".join(f"{id[:80]!r}: {why}" for id, why in list(problems.items())[:_NAMED])
    return PermanentFailure(
        "MUT-PC-007",
        f"{len(problems)} vectors are none that Pinecone takes, and nothing was written: {shown}.",
        "Correct these documents at their source, or set them aside, and materialize again.",
    )


def unwritten(errors: Sequence[Any], total: int, key_source: str, hidden: str) -> Failure:
    """Some batches failed, each with its own error and items. Those that went through stay written."""
    ids = [str(item["id"]) for error in errors for item in error.items]
    unsent = [error for error in errors if error.disposition == "abandoned"]
    answered = [error for error in errors if error not in unsent] or unsent
    causes = [explain(error.error, "write these vectors", key_source, hidden) for error in answered]
    if refused := next((cause for cause in causes if cause.code in _KEY_REFUSED), None):
        return refused
    named = ", ".join(ids[:_LISTED]) + (f" and {len(ids) - _LISTED} more" if len(ids) > _LISTED else "")
    what = f"{len(ids)} of {total} vectors were not written: {named}. {causes[0].what}"
    if all(error.retryable for error in errors):
        asked = [cause.retry_after for cause in causes if isinstance(cause, TransientFailure) and cause.retry_after]
        asked += [_PAUSE] if unsent else []
        return TransientFailure(
            "MUT-PC-106",
            what,
            "It is tried again, and then only these are written; the others stay.",
            max(asked, default=None),
        )
    return PermanentFailure(
        "MUT-PC-008", what, "The others stay. Correct what Pinecone refuses; a re-run writes only these."
    )


def not_visible(where: str, seconds: float) -> Failure:
    """What was written cannot be found yet."""
    return TransientFailure(
        "MUT-PC-105",
        f"What was written to {where} is not visible after {seconds:.0f} s; nothing old was deleted.",
        "It is tried again, and then writes nothing twice; if it persists, look at https://status.pinecone.io.",
    )


def _quoted(error: Any, hidden: str) -> str:
    first = (str(getattr(error, "message", "") or error).strip().splitlines() or [""])[0]
    if hidden:
        first = first.replace(hidden, "***")
    first = first[:300].rstrip(". ")
    return f" It said: {first}." if first else ""
