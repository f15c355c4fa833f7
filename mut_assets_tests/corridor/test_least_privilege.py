"""Least privilege: whatever the platform asks of AWS, the pipeline's policy allows, and it allows nothing else.

Every call of three nights, an alert, a job that had to be stopped and `mut doctor` is compared with the policy."""

import runpy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import dagster as dg
import pytest

from mut_assets import environments
from mut_assets.automation import DAILY
from mut_assets.definitions import build_definitions
from mut_assets.environments import build_doors, read_settings
from mut_assets.operations.doctor.doctor import examine
from mut_assets.resources.aws.client import iam_action
from mut_assets.resources.bedrock.knowledge_base import BedrockKnowledgeBase
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.failures import Failure
from mut_assets.resources.ports import Alert
from mut_assets_tests.corridor.account import BUCKET, PREFIX, REGION, SECRET, Account, account
from mut_assets_tests.corridor.night import QUIET
from mut_assets_tests.docs.reading import codes, table
from mut_assets_tests.fakes.aws_double import ACCOUNT
from mut_assets_tests.fakes.faults import Call
from mut_assets_tests.fakes.iam_policy import Grant, Policy

DEPLOY = Path(__file__).parents[2] / "deploy"
TOPIC = "mut-alerts"
NEEDS_NO_PERMISSION = {"sts:GetCallerIdentity"}
"""AWS answers it to everybody who has credentials, whatever their policies say."""


class Need(NamedTuple):
    """What one call needs: an action on a resource."""

    action: str
    resource: str


@dataclass(frozen=True)
class Asked:
    """What all the calls needed, and the policy that has to allow it.

    `reasoned` are the actions that no call shows, with the reason for each.
    """

    needs: frozenset[Need]
    policy: Policy
    reasoned: dict[str, str]

    def outside(self) -> set[Need]:
        return {need for need in self.needs if need.action not in NEEDS_NO_PERMISSION and not self.allowing(need)}

    def unused(self) -> set[tuple[str, str]]:
        """What is allowed, by action and resource pattern, and was never asked."""
        used = {grant for need in self.needs for grant in self.allowing(need)}
        grants = [grant for grant in self.policy.allowed if grant.action not in self.reasoned]
        return {(grant.action, grant.resource) for grant in grants if grant not in used}

    def allowing(self, need: Need) -> list[Grant]:
        """The grants that allow something."""
        return self.policy.allows(need.action, need.resource, {"aws:ResourceAccount": ACCOUNT})

    def under(self, *grants: Grant) -> "Asked":
        """The same calls under another policy."""
        other = Policy({"Version": "2012-10-17", "Statement": []})
        other.grants = list(grants)
        return replace(self, policy=other)


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    home = tmp_path_factory.mktemp("privilege") / "mut"
    with account(home) as cloud, pytest.MonkeyPatch.context() as patch:
        topic = cloud.client("sns").create_topic(Name=TOPIC)["TopicArn"]
        cloud.variables |= {"MUT_POLL_SECONDS": "0", "ALERT_SNS_TOPIC_ARN": topic}
        for name, value in cloud.environment.items():
            patch.setenv(name, value)
        three_nights(cloud)
        an_alert_and_a_bucket_without_a_name()
        a_job_that_had_to_be_stopped(cloud)
        a_doctor()
        secret = cloud.client("secretsmanager").describe_secret(SecretId=SECRET)["ARN"]
        template = runpy.run_path(str(DEPLOY / "fill.py"))["filled"]
        ours = {"KNOWLEDGE_BASE_ID": cloud.base.id, "AGENT_ID": cloud.agent.id, "S3_BUCKET_NAME": BUCKET}
        arns = {"PINECONE_SECRET_ARN": secret, "ALERT_SNS_TOPIC_ARN": topic}
        policy = template("iam/pipeline-policy", {"AWS_ACCOUNT_ID": ACCOUNT, "AWS_REGION": REGION, **ours, **arns})
        readme = (DEPLOY / "iam/README.md").read_text(encoding="utf-8")
        reasons = {codes(action)[0]: why for action, why in table(readme, "action", "why no call shows it").rows}
        needs = {need for call in cloud.calls for need in needed(call, cloud, secret)}
        yield Asked(frozenset(needs), Policy(policy), reasons)


def three_nights(cloud: Account) -> None:
    """A first one, one with an edit and a removal, and one with nothing new."""
    a_night()
    cloud.site.store(2000, "Tienda 0 & Cía", content="<p>Vende volantines.</p>")
    cloud.site.items["restaurant"] = [one for one in cloud.site.items["restaurant"] if one["id"] != 4001]
    a_night()
    a_night()


def a_night() -> None:
    """In this process, with its environment: a process of its own would ask the same, and costs an import."""
    with dg.DagsterInstance.ephemeral() as instance:
        job = build_definitions(read_settings()).resolve_job_def(DAILY)
        assert job.execute_in_process(instance=instance, run_config=QUIET).success


def an_alert_and_a_bucket_without_a_name() -> None:
    alert = Alert("run-0a1b2c3d", "La noche falló", "raw_tiendas: MUT-WP-107", now=True)
    build_doors(read_settings()).alerts.announce(alert, lambda line: None)
    assert ACCOUNT in Bucket(environments.BUCKET).where


def a_job_that_had_to_be_stopped(cloud: Account) -> None:
    """Somebody wrote a document anew, and the job that takes it in never ends."""
    s3, key = cloud.client("s3"), f"{PREFIX}stores/2001.md"
    s3.put_object(Bucket=BUCKET, Key=key, Body=s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())
    cloud.sources["stores"].stuck = True
    door = build_doors(read_settings()).knowledge_base
    assert isinstance(door, BedrockKnowledgeBase)
    with pytest.raises(Failure):
        replace(door, deadline_seconds=0, sleep=lambda seconds: None).ingest("una-noche-que-no-termina-nunca-0001")
    cloud.sources["stores"].stuck = False
    assert cloud.named("StopIngestionJob")


def a_doctor() -> None:
    wrong = {one.name: one.found for one in examine(read_settings) if one.status == "error"}
    assert wrong == {}, "one that is stopped at an early hop would not show what the later ones ask"


def needed(call: Call, cloud: Account, secret: str) -> list[Need]:
    """What a call to AWS needs; nothing for one to somebody else."""
    if call.service == "pinecone":
        return []
    action = iam_action(call.service, call.operation)
    if call.service == "s3":
        keys = str(call.parameters.get("Key", "")).split(" ")
        return [Need(action, f"arn:aws:s3:::{BUCKET}{f'/{key}' if key else ''}") for key in keys]
    if call.service == "secretsmanager":
        return [Need(action, secret)]  # there is no other in this account
    if call.service in ("sns", "sts"):
        return [Need(action, str(call.parameters.get("TopicArn", "*")))]
    return [Need(action, cloud.bedrock.resource(call))]


def test_no_call_is_outside_the_policy(asked: Asked) -> None:
    assert asked.outside() == set()
    assert len({need.action for need in asked.needs}) >= 18


def test_nothing_is_allowed_that_is_never_asked_unless_the_reason_is_written_down(asked: Asked) -> None:
    assert asked.unused() == set()


def test_every_reason_is_about_an_action_of_the_policy_that_no_call_shows(asked: Asked) -> None:
    assert asked.reasoned.keys() <= {grant.action for grant in asked.policy.allowed}
    assert asked.reasoned.keys() & {need.action for need in asked.needs} == set()
    assert all(len(why) > 40 for why in asked.reasoned.values())


def test_without_any_one_grant_something_would_be_refused(asked: Asked) -> None:
    """So that neither a hole in the policy nor a grant too many can pass the tests above."""
    allowing = {need: asked.allowing(need) for need in asked.needs}
    for grant in asked.policy.allowed:
        if grant.action not in asked.reasoned:
            needs = [need for need, grants in allowing.items() if grants == [grant]]
            assert needs, f"{grant.sid}: {grant.action} on {grant.resource} could go"
    [first, *others] = asked.policy.grants
    assert asked.under(*others).outside() == {Need(first.action, first.resource)}
    more = Grant("More", "Allow", "s3:GetObject", f"arn:aws:s3:::{BUCKET}/otro/*")
    most = Grant("More", "Allow", "bedrock:DeleteDataSource", "*")
    unused = asked.under(*asked.policy.grants, more, most).unused()
    assert unused == {(grant.action, grant.resource) for grant in (more, most)}
