"""An agent is prepared when the knowledge base took something in since, and only then."""

from datetime import timedelta
from typing import Any

import pytest

from mut_assets.resources.bedrock.agent import BedrockAgent
from mut_assets.resources.failures import Failure
from mut_assets.resources.ports import AgentReport
from mut_assets_tests.fakes.bedrock_resources import Agent
from mut_assets_tests.fakes.faults import Call, error, lost_answer, on
from mut_assets_tests.resources.cloud import Cloud


@pytest.fixture
def cloud(cloud: Cloud) -> Cloud:
    """A knowledge base that has taken in two stores."""
    cloud.reads("stores", "eventos")
    cloud.publish("stores", 2)
    cloud.ingest()
    cloud.bedrock.calls.clear()
    return cloud


@pytest.fixture
def agent(cloud: Cloud) -> Agent:
    return cloud.bedrock.agent()


def prepare(cloud: Cloud, agent: Agent, **changes: Any) -> AgentReport:
    cloud.said.clear()
    door = BedrockAgent(agent.id, cloud.base.id, region="us-east-1", sleep=cloud.naps.append, **changes)
    vars(door)["_client"] = cloud.client
    return door.prepare(cloud.said.append)


def refusal(cloud: Cloud, agent: Agent, **changes: Any) -> Failure:
    with pytest.raises(Failure) as caught:
        prepare(cloud, agent, **changes)
    return caught.value


def asked(cloud: Cloud) -> int:
    return len(cloud.bedrock.named("PrepareAgent"))


def test_an_agent_that_never_was_is_prepared_and_reported(cloud: Cloud, agent: Agent) -> None:
    report = prepare(cloud, agent)
    assert agent.status == "PREPARED"
    assert (report.prepared, report.status, report.version) == (True, "PREPARED", "DRAFT")
    assert "NOT_PREPARED" in report.reason
    assert cloud.said[-1] == f"the agent {agent.id} is PREPARED"
    only_its_draft = {"GetAgent", "PrepareAgent", "ListDataSources", "ListIngestionJobs"}
    assert {call.operation for call in cloud.bedrock.calls} <= only_its_draft


def test_an_agent_prepared_after_the_last_change_is_left_alone_and_says_so(cloud: Cloud, agent: Agent) -> None:
    prepare(cloud, agent)
    report = prepare(cloud, agent)
    assert (report.prepared, asked(cloud)) == (False, 1)
    assert "nothing was ingested since" in report.reason
    assert report.reason in cloud.said[-1]


@pytest.mark.parametrize("change", ["stores", "eventos", "removed"])
def test_a_change_in_any_data_source_has_it_prepared_again(cloud: Cloud, agent: Agent, change: str) -> None:
    prepare(cloud, agent)
    if change == "removed":
        cloud.remove("stores/2001.md")
    else:
        cloud.publish(change, 1, "Cambió.")
    cloud.ingest("run-2-0")
    report = prepare(cloud, agent)
    assert (report.prepared, asked(cloud)) == (True, 2)
    assert "(changes: 1)" in report.reason
    assert not prepare(cloud, agent).prepared


def test_a_job_that_changed_nothing_or_failed_is_no_reason(cloud: Cloud, agent: Agent) -> None:
    prepare(cloud, agent)
    source = next(iter(cloud.base.sources.values()))
    for reasons in ([], ["The vector store is gone."]):
        source.failure_reasons = reasons
        cloud.elsewhere(source, polls=2)
    assert [job.status for job in cloud.bedrock.jobs[-2:]] == ["COMPLETE", "FAILED"]
    cloud.bedrock.jobs[-1].statistics["numberOfNewDocumentsIndexed"] = 1
    assert not prepare(cloud, agent).prepared


def test_an_agent_that_is_being_prepared_is_followed_and_not_prepared_twice(cloud: Cloud, agent: Agent) -> None:
    cloud.bedrock.polls_per_step = 3
    cloud.client.prepare_agent(agentId=agent.id)
    report = prepare(cloud, agent)
    assert (report.prepared, report.status, asked(cloud)) == (False, "PREPARED", 1)
    assert f"the agent {agent.id} is PREPARING" in cloud.said


def test_a_run_that_dies_after_asking_is_continued_by_the_next(cloud: Cloud, agent: Agent) -> None:
    cloud.at_next("PrepareAgent", lambda: cloud.at_next("GetAgent", cloud.expire))
    assert refusal(cloud, agent).code == "MUT-AWS-003"
    cloud.bedrock.expired = False
    assert prepare(cloud, agent).status == "PREPARED"
    assert asked(cloud) == 1


def test_a_lost_answer_ends_prepared(cloud: Cloud, agent: Agent) -> None:
    cloud.bedrock.faults.append(on("PrepareAgent", lost_answer()))
    assert prepare(cloud, agent).status == "PREPARED"


def test_an_old_preparation_that_still_shows_is_not_taken_for_the_new_one(cloud: Cloud, agent: Agent) -> None:
    before = agent.prepared = cloud.now() - timedelta(days=1)
    agent.status = "PREPARED"
    looks: list[str] = []

    def late(call: Call, number: int) -> None:
        if call.operation == "GetAgent" and asked(cloud):
            looks.append(agent.status)
            agent.status = "PREPARED" if len(looks) == 1 else "PREPARING" if len(looks) == 2 else agent.status

    cloud.bedrock.on_call = late
    assert prepare(cloud, agent).prepared
    assert len(looks) >= 2
    assert agent.prepared is not None and agent.prepared > before


def test_a_failed_preparation_gives_the_services_reasons_and_may_be_repeated(cloud: Cloud, agent: Agent) -> None:
    agent.failure_reasons, agent.recommended_actions = ["The role cannot be assumed."], ["Check the trust policy."]
    for attempt in (1, 2):
        failure = refusal(cloud, agent)
        assert (failure.code, failure.transient, asked(cloud)) == ("MUT-AGENT-002", False, attempt)
        assert "The role cannot be assumed" in failure.what and "Check the trust policy." in failure.advice
    agent.failure_reasons = []
    assert prepare(cloud, agent).prepared


@pytest.mark.parametrize("status", ["CREATING", "UPDATING", "VERSIONING"])
def test_an_agent_that_stays_busy_is_given_up_after_the_deadline(cloud: Cloud, agent: Agent, status: str) -> None:
    agent.status = status
    failure = refusal(cloud, agent, deadline_seconds=120)
    assert (failure.code, failure.transient) == ("MUT-AGENT-101", True)
    assert status in failure.what and "2 minutes" in failure.what
    assert 120 <= sum(cloud.naps) <= 130
    agent.status = "DELETING"
    failure = refusal(cloud, agent)
    assert (failure.code, failure.transient, asked(cloud)) == ("MUT-AGENT-001", False, 0)


def test_a_conflict_is_waited_out_until_the_deadline(cloud: Cloud, agent: Agent) -> None:
    cloud.bedrock.faults.append(on("PrepareAgent", error("ConflictException", 409), times=2))
    assert prepare(cloud, agent).prepared
    assert asked(cloud) == 3
    agent.status = "NOT_PREPARED"
    cloud.bedrock.faults.append(on("PrepareAgent", error("ConflictException", 409), times=None))
    failure = refusal(cloud, agent, deadline_seconds=120)
    assert (failure.code, failure.transient) == ("MUT-AGENT-102", True)


def test_maintenance_mode_is_explained(cloud: Cloud, agent: Agent) -> None:
    said = "Bedrock Agents is in Maintenance Mode. It is not available for accounts without prior service usage."
    cloud.bedrock.faults.append(on("PrepareAgent", error("AccessDeniedException", 403, said)))
    failure = refusal(cloud, agent)
    assert (failure.code, failure.transient) == ("MUT-AGENT-003", False)
    assert "AGENT_ID" in failure.advice


def test_an_ordinary_refusal_names_the_action_to_allow(cloud: Cloud, agent: Agent) -> None:
    cloud.bedrock.denied.add("PrepareAgent")
    failure = refusal(cloud, agent)
    assert failure.code == "MUT-AWS-001"
    assert f"Allow bedrock:PrepareAgent on {agent.arn} " in failure.advice


def test_an_unknown_agent_is_named_with_the_region(cloud: Cloud, agent: Agent) -> None:
    cloud.bedrock.agents.clear()
    failure = refusal(cloud, agent)
    assert failure.code == "MUT-AWS-004"
    assert agent.id in failure.what and "us-east-1" in failure.what


def test_any_call_may_die_the_next_run_prepares(cloud: Cloud, agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mut_assets.resources.aws.client.ATTEMPTS", 1)
    vars(cloud).pop("client", None)
    agent.status, agent.prepared = "PREPARED", cloud.now() - timedelta(days=1)
    prepare(cloud, agent)
    for fatal in range(1, len(cloud.bedrock.calls) + 1):
        agent.status, agent.prepared = "PREPARED", cloud.now() - timedelta(days=1)
        with cloud.dying(fatal):
            refusal(cloud, agent)
        assert prepare(cloud, agent).status == "PREPARED"
        assert asked(cloud) == 1, f"died after call {fatal}"
