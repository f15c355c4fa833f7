"""An alert is said in the log first, whole, and reaches the topic in what SNS takes."""

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws
from moto.sns.models import sns_backends

from mut_assets.announcements.visitors import READ_SECONDS
from mut_assets.environments import read_settings
from mut_assets.resources.alerts.sns import ATTEMPTS, SECONDS, LogAlerts, SnsAlerts
from mut_assets.resources.aws.client import CONNECT_SECONDS, client
from mut_assets.resources.failures import Failure, TransientFailure
from mut_assets.resources.ports import Alert
from mut_assets_tests.fakes.listener import Listener
from mut_assets_tests.fakes.loopback import encoded

REGION = "sa-east-1"


@pytest.fixture
def topic(alone: None) -> Iterator[str]:
    """A topic in another region than the environment's."""
    with mock_aws():
        yield str(client("sns", REGION).create_topic(Name="mut")["TopicArn"])


def sent(topic: str) -> tuple[str, str, dict[str, str]]:
    """The subject, the message and the attributes of the one notification."""
    ((_, message, subject, attributes, *_),) = (
        sns_backends[topic.split(":")[4]][REGION].topics[topic].sent_notifications
    )
    return str(subject), message, {name: value["Value"] for name, value in (attributes or {}).items()}


def alert(subject: str = "falló daily_refresh", text: str = "Qué pasó.", now: bool = True) -> Alert:
    return Alert("run-0a1b2c3d", subject, text, now)


def test_without_a_topic_it_is_said_in_the_log() -> None:
    said: list[str] = []
    LogAlerts().announce(alert(), said.append)
    assert said == ["falló daily_refresh\nQué pasó."]


@pytest.mark.parametrize(("now", "severity"), [(True, "now"), (False, "morning")])
def test_the_topic_is_told_in_its_own_region_and_the_log_too(topic: str, now: bool, severity: str) -> None:
    said: list[str] = []
    SnsAlerts(topic).announce(alert("MUT: falló la  noche\ndel ñandú", "Qué pasó.\nQué hacer.", now), said.append)
    text = "MUT: falló la  noche\ndel ñandú\n\nQué pasó.\nQué hacer."
    attributes = {"message_id": "run-0a1b2c3d", "severity": severity}
    assert sent(topic) == ("MUT: fallo la noche del nandu", text, attributes)
    assert said == ["MUT: falló la  noche\ndel ñandú\nQué pasó.\nQué hacer."]


def test_what_is_longer_than_sns_takes_is_cut_between_characters_and_whole_in_the_log(topic: str) -> None:
    said: list[str] = []
    SnsAlerts(topic).announce(alert("ñ" * 150, "x" + "ñ" * 200_000), said.append)
    subject, message, _ = sent(topic)
    assert subject == "n" * 100
    assert set(message) == {"ñ", "\n", "x"} and 249_990 < len(message.encode()) <= 250_000
    assert len(said[0]) == 200_152


def test_what_sns_would_refuse_of_a_text_is_not_sent(topic: str) -> None:
    """A message of another system may hold anything; the alert about it has to go out all the same."""
    SnsAlerts(topic).announce(alert("MUT\x1b[31m\x00", "a\x00b\x1b\ufffe ñ 🎪\tc"), lambda line: None)
    subject, message, _ = sent(topic)
    assert subject == "MUT[31m"
    assert message.endswith("a\ufffdb\ufffd\ufffd ñ 🎪\tc") and "\x00" not in message


def test_a_topic_that_takes_nothing_is_a_failure_and_the_log_does_not_say_that_it_was_told(topic: str) -> None:
    said: list[str] = []
    with pytest.raises(Failure, match="MUT-AWS-.*sns Publish for the topic"):
        SnsAlerts(topic + "-otro").announce(alert(), said.append)
    assert said == []


@pytest.mark.parametrize(
    "answer",
    [
        encoded(200, {"Content-Type": "text/xml"}, b"<PublishResponse/>"),
        encoded(200, {"Content-Type": "text/xml"}, b"<PublishResponse><PublishResult/></PublishResponse>"),
        encoded(200, {"Content-Type": "text/html"}, b"<html><body>Sign in</body></html>"),
        encoded(200, {"Transfer-Encoding": "chunked"}, b"half\r\n"),
        encoded(403, {"Transfer-Encoding": "chunked"}, b"half\r\n"),
    ],
    ids=lambda answer: answer.partition(b" Answer")[0].decode() + " " + answer[-20:].decode(errors="replace").strip(),
)
def test_an_answer_that_is_none_of_snss_is_a_failure_that_may_pass(
    answer: bytes, alone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Listener() as listener:
        listener.answer = answer
        monkeypatch.setenv("AWS_ENDPOINT_URL_SNS", listener.endpoint)
        with pytest.raises(TransientFailure, match="MUT-AWS-10[26]: sns Publish for the topic"):
            SnsAlerts(f"arn:aws:sns:{REGION}:123456789012:mut").announce(alert(), lambda line: None)


def test_a_first_in_first_out_topic_takes_a_message_once(alone: None) -> None:
    with mock_aws():
        sns = client("sns", REGION)
        topic = str(sns.create_topic(Name="mut.fifo", Attributes={"FifoTopic": "true"})["TopicArn"])
        sent_on: list[dict[str, Any]] = []
        door = SnsAlerts(topic)
        door._client.meta.events.register(
            "provide-client-params.sns.Publish", lambda params, **_: sent_on.append(dict(params))
        )
        door.announce(alert(), lambda line: None)
    [message] = sent_on
    assert (message["MessageGroupId"], message["MessageDeduplicationId"]) == ("mut", "run-0a1b2c3d")
    settings = {"MUT_ENVIRONMENT": "aws", "KNOWLEDGE_BASE_ID": "KB00000001", "ALERT_SNS_TOPIC_ARN": topic}
    cloud = read_settings(settings).cloud
    assert cloud is not None and cloud.alert_topic == topic


def test_a_topic_that_cannot_be_reached_is_given_up_before_the_tick_is() -> None:
    """A sensor's tick has 60 s: twice the time to connect and to answer, and the bucket's."""
    assert ATTEMPTS * (CONNECT_SECONDS + SECONDS) + READ_SECONDS < 50
