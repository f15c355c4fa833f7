"""The channels on which failures are announced: the daemon's log, and an SNS topic where one is set.

What belongs here: handing a message over. What does not: deciding when to speak and what to say (`automation.py`).
"""

import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mut_assets.resources.aws.client import client, explained
from mut_assets.resources.ports import Log

LONGEST_SUBJECT = 100
"""Characters; SNS takes no more, and only ASCII."""
LONGEST_MESSAGE = 250_000
"""Bytes; SNS takes 256 KB."""


@dataclass(frozen=True)
class LogAlerts:
    """Writes messages to the log and to no other place: no topic is set."""

    def announce(self, subject: str, message: str, log: Log) -> None:
        """Writes subject and message to the log."""
        log(f"{subject}\n{message}")


@dataclass(frozen=True)
class SnsAlerts:
    """Publishes messages to the SNS topic `topic_arn`, after it has written them to the log."""

    topic_arn: str

    def announce(self, subject: str, message: str, log: Log) -> None:
        """Publishes one message. The log comes first, so that it holds what the topic could not take.

        Raises MUT-AWS failures; the sensor that announces tries again then.
        """
        LogAlerts().announce(subject, message, log)
        with explained("sns", "Publish", f"the topic {self.topic_arn}"):
            self._client.publish(
                TopicArn=self.topic_arn,
                Subject=_ascii(subject)[:LONGEST_SUBJECT],
                Message=f"{subject}\n\n{message}".encode()[:LONGEST_MESSAGE].decode("utf-8", "ignore"),
            )

    def confirmed_subscriptions(self) -> int:
        """Returns how many confirmed subscriptions the topic has. Sends nothing. Raises MUT-AWS failures."""
        with explained("sns", "GetTopicAttributes", f"the topic {self.topic_arn}", region=self.region):
            attributes = self._client.get_topic_attributes(TopicArn=self.topic_arn)["Attributes"]
        return int(attributes.get("SubscriptionsConfirmed") or 0)

    @property
    def region(self) -> str:
        """The region in the topic's ARN; "" where the ARN has none."""
        return self.topic_arn.split(":")[3] if self.topic_arn.count(":") == 5 else ""

    @cached_property
    def _client(self) -> Any:
        return client("sns", self.region)


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", " ".join(text.split())).encode("ascii", "ignore").decode()
