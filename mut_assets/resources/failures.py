"""Every way the platform fails, in one view.

    Failure                          code            retried
    |- PermanentFailure                              no: somebody has to change something first
    |  |- BadSetting                 MUT-ENV-0xx     environments.py, clock.py
    |  |- this machine's disk        MUT-HOME-0xx    disk.py, operations/home.py
    |  |- WordPress                  MUT-WP-0xx      wordpress/failures.py
    |  |- the bundled site           MUT-SITE-0xx    wordpress/sample_site.py, sample_pages.py
    |  |- the FAQ file               MUT-FAQ-0xx     bucket/faq_file.py, from what domain/tables/faq.py finds
    |  |- the bucket                 MUT-S3-0xx      bucket/object_store.py
    |  |- records under state/       MUT-STATE-0xx   bucket/records.py
    |  |- data that fails its rules  MUT-DATA-0xx    assets/reporting.py, bucket/snapshots.py
    |  |- publication                MUT-PUB-0xx     publishing/, bucket/, checks.py
    |  |- golden questions           MUT-EVAL-0xx    bucket/golden_questions.py, checks.py, operations/evaluate.py
    |  |- any AWS service            MUT-AWS-0xx     aws/client.py
    |  |- knowledge base             MUT-KB-0xx      bedrock/failures.py; embedded/
    |  |- the secret                 MUT-SEC-0xx     aws/secrets.py
    |  |- embeddings                 MUT-EMB-0xx     embedding/titan.py
    |  |- Pinecone                   MUT-PC-0xx      pinecone/failures.py
    |  |- the agent                  MUT-AGENT-0xx   bedrock/failures.py
    |  |- the heartbeat              MUT-OUT-0xx     alerts/outgoing.py
    |  `- a request at a terminal    MUT-RUN-0xx     operations/
    `- TransientFailure                              yes, after a wait
       |- WordPress                  MUT-WP-1xx
       |- the bundled site           MUT-SITE-1xx
       |- the bucket                 MUT-S3-1xx
       |- any AWS service            MUT-AWS-1xx
       |- knowledge base             MUT-KB-1xx
       |- Pinecone                   MUT-PC-1xx
       |- the agent                  MUT-AGENT-1xx
       |- the heartbeat              MUT-OUT-1xx
       `- the lease                  MUT-LEASE-1xx

A failure is classified at the door that met it. Its message is three sentences: what happened, to which item,
what to do next. Codes are stable: runbooks and alerts quote them, so a code is never reused for another cause.
What does not belong here: telling Dagster (`assets/reporting.py`), or printing.
"""

from dataclasses import dataclass

UNUSABLE_CREDENTIALS = frozenset({"MUT-AWS-002", "MUT-AWS-003", "MUT-AWS-006", "MUT-AWS-008"})
"""Codes with which every other request to AWS would be answered alike."""
DENIED = frozenset({"MUT-AWS-001", "MUT-S3-002", "MUT-SEC-002", "MUT-EMB-001"})
"""Codes of what is there and may not be used: an IAM statement helps."""


class Failure(Exception):
    """A failure the platform can explain. `code` is stable, `advice` says what the reader does next."""

    transient = False

    def __init__(self, code: str, what: str, advice: str) -> None:
        super().__init__(f"{code}: {what} {advice}".strip())
        self.code = code
        self.what = what
        self.advice = advice

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions cross process boundaries; the default would call __init__ with the joined message.
        return (_rebuild, (type(self), self.code, self.what, self.advice, self.__dict__))


def _rebuild(kind: type[Failure], code: str, what: str, advice: str, state: dict[str, object]) -> Failure:
    failure = Failure.__new__(kind)
    Failure.__init__(failure, code, what, advice)
    failure.__dict__.update(state)
    return failure


class PermanentFailure(Failure):
    """A failure that repeats until somebody changes something."""


class TransientFailure(Failure):
    """A failure that may pass by itself. `retry_after` is the wait the service asked for in seconds, or None."""

    transient = True

    def __init__(self, code: str, what: str, advice: str, retry_after: float | None = None) -> None:
        super().__init__(code, what, advice)
        self.retry_after = retry_after


class BadSetting(PermanentFailure):
    """An environment variable holds something the platform cannot use."""

    def __init__(self, variable: str, value: str, expected: str) -> None:
        super().__init__("MUT-ENV-001", f"{variable} is {value!r}.", f"Set it to {expected}.")


@dataclass(frozen=True)
class Retries:
    """How a failed step is tried again after a `TransientFailure`: `seconds` first, doubling, `most` times."""

    seconds: float = 10.0
    most: int = 2

    def wait(self, attempt: int, asked: float | None) -> float:
        """Returns the seconds before attempt `attempt` + 1: at least `asked`, at most six times `seconds`."""
        own: float = self.seconds * 2**attempt
        return min(max(own, asked or 0), self.seconds * 6)
