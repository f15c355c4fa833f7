"""Where people are told that something is wrong: an SNS topic where one is set, and always the log of the daemon.

What belongs here: handing a message over. What does not: deciding when to speak and what to say (`automation.py`).
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mut_assets.resources.aws.client import client, explained

LONGEST_SUBJECT = 100
"""Characters; SNS takes no more, and only ASCII."""
LONGEST_MESSAGE = 250_000
"""Bytes; SNS takes 256 KB."""


@dataclass(frozen=True)
class Alerts:
    """Hands messages to whoever listens."""

    topic_arn: str = ""

    def announce(self, subject: str, message: str, log: Callable[[str], None]) -> None:
        """Says it once, whole. The log comes first, so that it is said even where the topic cannot be reached.

        Raises MUT-AWS failures; the sensor that announces tries again then.
        """
        log(f"{subject}\n{message}")
        if not self.topic_arn:
            return
        with explained("sns", "Publish", f"the topic {self.topic_arn}"):
            self._client.publish(
                TopicArn=self.topic_arn,
                Subject=_ascii(subject)[:LONGEST_SUBJECT],
                Message=f"{subject}\n\n{message}".encode()[:LONGEST_MESSAGE].decode("utf-8", "ignore"),
            )

    def listeners(self) -> int:
        """How many confirmed subscriptions the topic has; nothing is sent. Raises MUT-AWS failures."""
        with explained("sns", "GetTopicAttributes", f"the topic {self.topic_arn}", region=self.region):
            told = self._client.get_topic_attributes(TopicArn=self.topic_arn)["Attributes"]
        return int(told.get("SubscriptionsConfirmed") or 0)

    @property
    def region(self) -> str:
        """Where the topic is: it says so itself, nothing else has to."""
        return self.topic_arn.split(":")[3] if self.topic_arn.count(":") == 5 else ""

    @cached_property
    def _client(self) -> Any:
        return client("sns", self.region)


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", " ".join(text.split())).encode("ascii", "ignore").decode()
