"""The door to a Bedrock agent: prepared again after the knowledge base took something in.

What belongs here: whether it has to be prepared, preparing it, waiting. What does not: the knowledge base's ingestion
(`bedrock/ingestion.py`), the words of failures (`bedrock/failures.py`).

Agents are never created (AWS takes no new users of them) and aliases never touched: an alias points at a version, and
which version visitors get is for people to decide. Nothing is remembered: the agent says when it was prepared, the
knowledge base when it last took something in, both by the service's clock.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from mut_assets.domain.ingestion.jobs import Job, sentences
from mut_assets.resources.aws.client import client, code_of, explained
from mut_assets.resources.bedrock import failures as bedrock_failures
from mut_assets.resources.bedrock.jobs import SERVICE, Jobs
from mut_assets.resources.failures import PermanentFailure, TransientFailure
from mut_assets.resources.polling import Polling
from mut_assets.resources.ports import AgentReport, Log, silent

_BETWEEN = frozenset({"CREATING", "PREPARING", "UPDATING", "VERSIONING"})
_PREPARABLE = frozenset({"PREPARED", "NOT_PREPARED", "FAILED"})


@dataclass(frozen=True)
class NoAgent:
    """The agent of a configuration without one: logs why, and does nothing."""

    why: str = "no AGENT_ID is set"

    def prepare(self, log: Log = silent) -> AgentReport:
        """Reports that there is no agent."""
        log(f"no agent is prepared: {self.why}")
        return AgentReport(False, "none", "", 0.0, self.why)


@dataclass(frozen=True)
class BedrockAgent:
    """An existing agent that answers from a knowledge base."""

    agent_id: str
    knowledge_base_id: str
    region: str = ""
    poll_seconds: float = 10.0
    deadline_seconds: float = 600.0
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)

    def prepare(self, log: Log = silent) -> AgentReport:
        """Prepares the agent, unless it was prepared after the last ingestion that changed something.

        Raises MUT-AGENT-0xx and MUT-AGENT-1xx (`bedrock/failures.py`) and MUT-AWS failures.
        """
        began = time.monotonic()
        reason = ""
        for _ in self._attempts():
            agent = self._at_rest(log)
            reason = self._why(agent)
            if not reason:
                since = f"{_prepared_at(agent):%Y-%m-%d %H:%M:%S} UTC"
                reason = f"it was prepared at {since}, and nothing was ingested since"
                log(f"the agent {self.agent_id} stays as it is: {reason}")
                return _report(agent, False, time.monotonic() - began, reason)
            log(f"the agent {self.agent_id} is prepared, because {reason}")
            if self._asked():
                break
            log(f"the agent {self.agent_id} takes no request now; looking again")
        else:
            raise bedrock_failures.agent_busy(self.agent_id, str(agent["agentStatus"]))
        agent = self._prepared(agent, log)
        log(f"the agent {self.agent_id} is PREPARED")
        return _report(agent, True, time.monotonic() - began, reason)

    def description(self) -> Mapping[str, Any]:
        """The `agent` of GetAgent. Raises MUT-AWS-004 for an unknown id, or the wrong region."""
        with self._explained("GetAgent"):
            return dict(self._client.get_agent(agentId=self.agent_id)["agent"])

    def _at_rest(self, log: Log) -> Mapping[str, Any]:
        """Returns the agent's description once its status no longer changes by itself."""
        status, logged = "", ""
        for _ in self._attempts():
            agent = self.description()
            status = str(agent["agentStatus"])
            if status in _PREPARABLE:
                return agent
            if status not in _BETWEEN:
                raise bedrock_failures.agent_unusable(self.agent_id, status)
            if status != logged:
                log(f"the agent {self.agent_id} is {status}")
            logged = status
        raise bedrock_failures.agent_unprepared(self.agent_id, status, self.deadline_seconds)

    def _prepared(self, before: Mapping[str, Any], log: Log) -> Mapping[str, Any]:
        """Returns the agent's description once it was prepared later than `before`."""
        status = ""
        for _ in self._attempts():
            agent = self._at_rest(log)
            status = str(agent["agentStatus"])
            if status == "FAILED":
                reasons, actions = agent.get("failureReasons") or (), agent.get("recommendedActions") or ()
                raise bedrock_failures.agent_failed(self.agent_id, sentences(reasons), sentences(actions))
            if status == "PREPARED" and _prepared_at(agent) != _prepared_at(before):
                return agent
        raise bedrock_failures.agent_unprepared(self.agent_id, status, self.deadline_seconds)

    def _why(self, agent: Mapping[str, Any]) -> str:
        """Returns the reason to prepare the agent; empty when there is none."""
        prepared = _prepared_at(agent)
        if agent["agentStatus"] != "PREPARED" or prepared is None:
            return f"it is {agent['agentStatus']}"
        newest = self._last_change()
        if newest is None or prepared >= newest.updated:
            return ""
        changes = newest.statistics.changed
        return f"job {newest.id} changed what is served after it was last prepared (changes: {changes})"

    def _last_change(self) -> Job | None:
        """Returns the newest complete job that changed a served document."""
        jobs = Jobs(lambda: self._client, self.knowledge_base_id, self.region)
        changes = [
            job
            for id in jobs.data_source_ids()
            for job in jobs.newest(id)
            if job.status == "COMPLETE" and job.statistics.changed
        ]
        return max(changes, key=lambda job: job.updated, default=None)

    def _asked(self) -> bool:
        """Requests the preparation; returns False when another change of the agent is under way."""
        try:
            with self._explained("PrepareAgent"):
                self._client.prepare_agent(agentId=self.agent_id)
        except TransientFailure as failure:
            if code_of(failure) != "ConflictException":
                raise
            return False
        except PermanentFailure as failure:
            if failure.code != "MUT-AWS-001" or "maintenance mode" not in failure.what.lower():
                raise
            raise bedrock_failures.agent_maintenance(self.agent_id) from failure.__cause__
        return True

    def _attempts(self) -> Iterator[float]:
        return Polling(self.poll_seconds, self.deadline_seconds, self.sleep).attempts()

    def _explained(self, action: str) -> AbstractContextManager[None]:
        return explained(SERVICE, action, f"agent {self.agent_id}", region=self.region)

    @cached_property
    def _client(self) -> Any:
        return client(SERVICE, self.region)


def _prepared_at(agent: Mapping[str, Any]) -> datetime | None:
    return agent.get("preparedAt")


def _report(agent: Mapping[str, Any], prepared: bool, seconds: float, reason: str) -> AgentReport:
    return AgentReport(prepared, str(agent["agentStatus"]), str(agent.get("agentVersion", "")), seconds, reason)
