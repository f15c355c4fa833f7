"""A message reaches the log whole, and the topic within what SNS takes."""

from typing import Any

import pytest

from mut_assets.resources.alerts.sns import LONGEST_MESSAGE, SnsAlerts

TOPIC = "arn:aws:sns:us-east-1:111122223333:mut-alerts"


class Topic:
    def __init__(self) -> None:
        self.published: list[dict[str, str]] = []

    def publish(self, **message: str) -> None:
        self.published.append(message)


def announced(subject: str, message: str, client: Any) -> list[str]:
    alerts, lines = SnsAlerts(TOPIC), list[str]()
    vars(alerts)["_client"] = client
    try:
        alerts.announce(subject, message, lines.append)
    except ConnectionError:
        lines.append("the topic cannot be reached")
    return lines


def test_the_subject_is_one_short_line_of_ascii_and_the_message_keeps_it_as_written() -> None:
    topic = Topic()
    subject = "MUT: falló la noche\n" + "ñ" * 200
    assert announced(subject, "¿Qué pasó?", topic) == [f"{subject}\n¿Qué pasó?"]
    [sent] = topic.published
    assert sent["TopicArn"] == TOPIC
    assert sent["Subject"] == "MUT: fallo la noche " + "n" * 80
    assert sent["Message"] == f"{subject}\n\n¿Qué pasó?"


@pytest.mark.parametrize("shift", [0, 1])
def test_a_message_is_cut_where_sns_would_refuse_it_and_never_within_a_letter(shift: int) -> None:
    topic = Topic()
    announced("x" * shift, "ñ" * LONGEST_MESSAGE, topic)
    [sent] = topic.published
    assert LONGEST_MESSAGE - 1 <= len(sent["Message"].encode()) <= LONGEST_MESSAGE
    assert set(sent["Message"]) <= {"x", "\n", "ñ"}


def test_the_log_has_the_message_also_where_the_topic_cannot_be_reached() -> None:
    class Unreachable:
        def publish(self, **_: str) -> None:
            raise ConnectionError

    assert announced("MUT", "Algo pasó", Unreachable()) == ["MUT\nAlgo pasó", "the topic cannot be reached"]
