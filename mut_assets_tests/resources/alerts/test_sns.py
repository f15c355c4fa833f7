"""An alert is said in the log first, whole, and reaches the topic in what SNS takes."""

from collections.abc import Iterator

import pytest
from moto import mock_aws
from moto.sns.models import sns_backends

from mut_assets.resources.alerts.sns import LogAlerts, SnsAlerts
from mut_assets.resources.aws.client import client
from mut_assets.resources.failures import Failure

REGION = "sa-east-1"


@pytest.fixture
def topic(alone: None) -> Iterator[str]:
    """A topic in another region than the environment's."""
    with mock_aws():
        yield str(client("sns", REGION).create_topic(Name="mut")["TopicArn"])


def sent(topic: str) -> tuple[str, str]:
    """The subject and the message of the one notification."""
    ((_, message, subject, *_),) = sns_backends[topic.split(":")[4]][REGION].topics[topic].sent_notifications
    return str(subject), message


def test_without_a_topic_it_is_said_in_the_log() -> None:
    said: list[str] = []
    LogAlerts().announce("falló daily_refresh", "Qué pasó.", said.append)
    assert said == ["falló daily_refresh\nQué pasó."]


def test_the_topic_is_told_in_its_own_region_and_the_log_too(topic: str) -> None:
    said: list[str] = []
    SnsAlerts(topic).announce("MUT: falló la  noche\ndel ñandú", "Qué pasó.\nQué hacer.", said.append)
    assert sent(topic) == ("MUT: fallo la noche del nandu", "MUT: falló la  noche\ndel ñandú\n\nQué pasó.\nQué hacer.")
    assert said == ["MUT: falló la  noche\ndel ñandú\nQué pasó.\nQué hacer."]


def test_what_is_longer_than_sns_takes_is_cut_between_characters_and_whole_in_the_log(topic: str) -> None:
    said: list[str] = []
    SnsAlerts(topic).announce("ñ" * 150, "x" + "ñ" * 200_000, said.append)
    subject, message = sent(topic)
    assert subject == "n" * 100
    assert set(message) == {"ñ", "\n", "x"} and 249_990 < len(message.encode()) <= 250_000
    assert len(said[0]) == 200_152


def test_a_topic_that_takes_nothing_is_a_failure_after_the_log(topic: str) -> None:
    said: list[str] = []
    with pytest.raises(Failure, match="MUT-AWS-.*sns Publish for the topic"):
        SnsAlerts(topic + "-otro").announce("falló", "Qué pasó.", said.append)
    assert said == ["falló\nQué pasó."]
