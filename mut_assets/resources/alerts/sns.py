"""The channels on which people are told: the daemon's log, and an SNS topic where one is set.

What belongs here: handing a message over. What does not: deciding when to speak (`announcements/`) and what to say
(`messages.py`).
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mut_assets.resources.aws.client import client, explained
from mut_assets.resources.ports import Alert, Log

LONGEST_SUBJECT = 100
"""Characters; SNS takes no more, and only ASCII."""
LONGEST_MESSAGE = 250_000
"""Bytes; SNS takes 256 KB."""
SECONDS, ATTEMPTS = 10, 2
"""Of one attempt, and how many: a sensor's tick is given up after 60 s, and the next one asks again."""
_UNSPEAKABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold, and SNS therefore refuses."""


@dataclass(frozen=True)
class LogAlerts:
    """Writes messages to the log and to no other place: no topic is set."""

    def announce(self, alert: Alert, log: Log) -> None:
        """Writes subject and message to the log."""
        log(f"{alert.subject}\n{alert.text}")


@dataclass(frozen=True)
class SnsAlerts:
    """Publishes messages to the SNS topic `topic_arn`, and writes what it took to the log."""

    topic_arn: str

    def announce(self, alert: Alert, log: Log) -> None:
        """Publishes one message, with its id and severity as attributes.

        Raises MUT-AWS failures; whoever announces keeps the message and sends it again (`announcements/`).
        """
        from botocore.parsers import ResponseParserError

        named = {"message_id": alert.id, "severity": "now" if alert.now else "morning"}
        fifo = {"MessageGroupId": "mut", "MessageDeduplicationId": alert.id} if self.topic_arn.endswith(".fifo") else {}
        text = _UNSPEAKABLE.sub("\ufffd", f"{alert.subject}\n\n{alert.text}")
        with explained("sns", "Publish", f"the topic {self.topic_arn}", region=self.region):
            answer = self._client.publish(
                TopicArn=self.topic_arn,
                Subject=_ascii(alert.subject)[:LONGEST_SUBJECT],
                Message=text.encode()[:LONGEST_MESSAGE].decode("utf-8", "ignore"),
                MessageAttributes={name: {"DataType": "String", "StringValue": value} for name, value in named.items()},
                **fifo,
            )
            if "MessageId" not in answer:  # whatever answered, it took nothing
                raise ResponseParserError
        LogAlerts().announce(alert, log)

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
        return client("sns", self.region, seconds=SECONDS, attempts=ATTEMPTS)


def _ascii(text: str) -> str:
    ascii_text = unicodedata.normalize("NFKD", " ".join(text.split())).encode("ascii", "ignore").decode()
    return "".join(character for character in ascii_text if character.isprintable())
