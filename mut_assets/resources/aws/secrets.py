"""The Pinecone key: fetched from AWS Secrets Manager when it is needed, and shown to nobody.

What belongs here: getting one secret, and saying what is wrong with it without saying what is in it. What does not:
using it (`pinecone/index.py`), or the variables that name it (`environments.py`).
"""

import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from mut_assets.resources.aws.client import client, code_of, explained
from mut_assets.resources.failures import Failure, PermanentFailure

FIELD = "apiKey"
"""The key's name inside the secret's JSON, as a Pinecone-backed knowledge base wants it too."""

_KEY = re.compile(r"[!#-&(-;=?-_a-z{|}~]+")
"""What is printed in ASCII, without blanks, quotes and the brackets of a placeholder."""


@dataclass(frozen=True)
class PineconeKey:
    """Where the key is kept. The key itself is in no field, so no repr, log or traceback can hold it.

    `override` is asked first each time; what it answers, unless it is empty, is the key and nobody asks AWS. It is a
    function because a value would be shown wherever this object is.
    """

    secret_id: str = "pinecone/mut-kb-api-key"
    region: str = ""
    override: Callable[[], str] | None = field(default=None, repr=False, compare=False)

    @property
    def source(self) -> str:
        """Where the key comes from, for messages; never a part of the key."""
        return "PINECONE_API_KEY" if self._overriding() else f"the secret {self.secret_id}"

    def get(self) -> str:
        """Returns the key. Each call asks again, so the next call sees a rotated key.

        Raises MUT-SEC-001 (no such secret), 002 (access denied), 003 (not JSON), 004 (no `apiKey` in it), 005 (empty,
        or no key at all), 006 (about to be deleted), and what `aws/client.py` raises for any AWS service.
        """
        key = self._overriding()
        if not key:
            key = _key_in(self._content(), self.secret_id, self._advice()).strip()
        if not _KEY.fullmatch(key):
            raise PermanentFailure(
                "MUT-SEC-005",
                f"The Pinecone key from {self.source} is empty, or holds characters that no key has (quotes, <, >, "
                "blanks, accents): a placeholder, or pasted with what stood around it.",
                self._advice(),
            )
        return key

    def _overriding(self) -> str:
        return (self.override() if self.override else "").strip()

    def _content(self) -> str:
        service, action = "secretsmanager", "GetSecretValue"
        manager = client(service, self.region, action=action, item=self.secret_id)
        asking = explained(service, action, self.secret_id, region=self.region)
        try:
            with asking, _nothing_logged("botocore.parsers"):  # which logs the answer at DEBUG, secret and all
                answer = manager.get_secret_value(SecretId=self.secret_id)
        except Failure as failure:
            meant = self._meaning(code_of(failure))
            if meant is None:
                raise
            raise meant from failure.__cause__
        return str(answer.get("SecretString") or (answer.get("SecretBinary") or b"").decode("utf-8", "replace"))

    def _meaning(self, code: str) -> PermanentFailure | None:
        """Returns the failure for a code that Secrets Manager alone explains; None for those of any AWS service."""
        if code == "ResourceNotFoundException":
            where = f"region {self.region}" if self.region else "the region in use"
            return PermanentFailure("MUT-SEC-001", f"There is no secret {self.secret_id} in {where}.", self._advice())
        if code in ("AccessDeniedException", "DecryptionFailure"):
            return PermanentFailure(
                "MUT-SEC-002",
                f"Access to the secret {self.secret_id} is denied.",
                f"Allow secretsmanager:GetSecretValue on arn:aws:secretsmanager:*:*:secret:{self.secret_id}-* (and "
                "kms:Decrypt where the secret has a key of its own) in the policy of the role in use; "
                "aws sts get-caller-identity says which.",
            )
        if code == "InvalidRequestException":
            return PermanentFailure(
                "MUT-SEC-006",
                f"The secret {self.secret_id} is scheduled for deletion, or has no current version.",
                f"Restore it: aws secretsmanager restore-secret --secret-id {self.secret_id}",
            )
        return None

    def _advice(self) -> str:
        if self._overriding():
            return "Set PINECONE_API_KEY to the key alone, or unset it to use the secret."
        return (
            f"See whether it is there: aws secretsmanager get-secret-value --secret-id {self.secret_id} --query Name. "
            f'Its content is JSON, {{"{FIELD}": "…"}}: aws secretsmanager put-secret-value --secret-id '
            f"{self.secret_id} --secret-string file://key.json (create-secret --name, where there is none)."
        )


def _key_in(content: str, secret_id: str, advice: str) -> str:
    """Returns the key in the secret's JSON. Drops the decoder's error, which would carry the content."""
    decoded: object = content.removeprefix("\ufeff")
    for _ in range(2):  # a console or a script may have made JSON of the JSON once more
        try:
            decoded = json.loads(decoded) if isinstance(decoded, str) else decoded
        except (ValueError, RecursionError):
            decoded = None
    if not isinstance(decoded, dict):
        raise PermanentFailure("MUT-SEC-003", f"The secret {secret_id} is no JSON object.", advice)
    if not isinstance(decoded.get(FIELD), str):
        raise PermanentFailure("MUT-SEC-004", f'The secret {secret_id} has no text under "{FIELD}".', advice)
    return str(decoded[FIELD])


@contextmanager
def _nothing_logged(name: str) -> Iterator[None]:
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.setLevel(before)
