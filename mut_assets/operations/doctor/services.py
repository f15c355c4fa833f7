"""The agent that visitors speak with, and the topic where people are told of failures. Nothing is prepared or sent."""

from collections.abc import Mapping
from typing import Any

from mut_assets.domain.ingestion.jobs import sentences
from mut_assets.operations.doctor.account import AwsAccount
from mut_assets.operations.doctor.finding import Finding, failed, mended, ok, rights, skipped, warning
from mut_assets.resources.alerts.sns import SnsAlerts
from mut_assets.resources.bedrock import failures as bedrock_failures
from mut_assets.resources.bedrock.agent import BedrockAgent
from mut_assets.resources.failures import Failure
from mut_assets.resources.ports import Agent, Alerts

AGENT = "agent"
TOPIC = "alerts"


def agent(door: Agent, aws: AwsAccount) -> Finding:
    """Returns the finding for the agent's status, where an agent is configured."""
    if not isinstance(door, BedrockAgent):
        return skipped(AGENT, "there is none: AGENT_ID is not set")
    try:
        described = door.description()
    except Failure as failure:
        arn = aws.arn("bedrock", f"agent/{door.agent_id}")
        return failed(AGENT, failure, *rights(failure, arn, "bedrock:GetAgent"))
    return finding_for(described, door.agent_id, aws)


def finding_for(described: Mapping[str, Any], agent_id: str, aws: AwsAccount) -> Finding:
    """Returns the finding for an agent's description."""
    status, prepared = str(described.get("agentStatus", "")), described.get("preparedAt")
    look = aws.command("bedrock-agent", "get-agent", "--agent-id", agent_id)
    prepare = aws.command("bedrock-agent", "prepare-agent", "--agent-id", agent_id)
    if status == "PREPARED":
        return ok(AGENT, f"{agent_id} is PREPARED{f', since {prepared:%Y-%m-%d %H:%M} UTC' if prepared else ''}")
    if status == "FAILED":
        reasons, actions = described.get("failureReasons") or (), described.get("recommendedActions") or ()
        failure = bedrock_failures.agent_failed(agent_id, sentences(reasons), sentences(actions))
        advice = f"The service recommends: {' '.join(sentences(actions))}" if actions else ""
        return mended(AGENT, failure, advice, look, prepare)
    if status == "DELETING":
        return failed(AGENT, bedrock_failures.agent_unusable(agent_id, status))
    if status == "NOT_PREPARED":
        fix = "The next night that ingests something prepares it; or now:"
        return warning(AGENT, f"{agent_id} is NOT_PREPARED", fix, prepare)
    return warning(AGENT, f"{agent_id} is {status}", "Somebody is changing it; look again:", look)


def topic(alerts: Alerts, aws: AwsAccount) -> Finding:
    """Returns the finding for the topic: it exists and has a confirmed subscription."""
    if not isinstance(alerts, SnsAlerts):
        return warning(
            TOPIC,
            "nobody is told when a night fails: ALERT_SNS_TOPIC_ARN is not set",
            "Create a topic, subscribe to it, and set the variable to its ARN:",
            aws.command("sns", "create-topic", "--name", "mut-alerts"),
            _subscription(aws.arn("sns", "mut-alerts"), aws),
            f"ALERT_SNS_TOPIC_ARN={aws.arn('sns', 'mut-alerts')}",
        )
    here = AwsAccount(alerts.region, aws.account, aws.partition)
    try:
        subscriptions = alerts.confirmed_subscriptions()
    except Failure as failure:
        name = alerts.topic_arn.rpartition(":")[2]
        made = here.command("sns", "create-topic", "--name", name) if failure.code == "MUT-AWS-004" else ""
        return failed(TOPIC, failure, *rights(failure, alerts.topic_arn, "sns:GetTopicAttributes", "sns:Publish"), made)
    if not subscriptions:
        found = f"{alerts.topic_arn} has no confirmed subscription, so nobody is told when a night fails"
        fix = "Subscribe, and confirm what then arrives:"
        return warning(TOPIC, found, fix, _subscription(alerts.topic_arn, here))
    return ok(TOPIC, f"{alerts.topic_arn} has {subscriptions} confirmed subscriptions; nothing was sent")


def _subscription(arn: str, aws: AwsAccount) -> str:
    words = ("--topic-arn", arn, "--protocol", "email", "--notification-endpoint", "guardia@mercado.example")
    return aws.command("sns", "subscribe", *words)
