"""Whole nights in this process: a small market on a site that may lie, a bucket behind a proxy, AWS and Pinecone.

What belongs here: the world, its editors, a night as `mut run` does it, what is left afterwards, undoing what was
broken. What does not: what goes wrong (`mishaps.py`), and whether what is left is right (`night_judge.py`).
"""

import os
import random
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from unittest.mock import patch

import dagster as dg

from mut_assets.definitions import build_definitions
from mut_assets.domain.collections import COLLECTIONS, PREGUNTAS, Collection
from mut_assets.environments import Doors, build_doors, read_settings
from mut_assets.resources.bedrock.agent import BedrockAgent
from mut_assets.resources.bedrock.knowledge_base import BedrockKnowledgeBase
from mut_assets.resources.bucket import s3
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.clock import Clock
from mut_assets.resources.pinecone.index import PineconeIndex
from mut_assets.resources.wordpress.collection import WordPress
from mut_assets.resources_page import resource_definitions
from mut_assets_tests.chaos import market
from mut_assets_tests.chaos.left import Left, Paid, Run
from mut_assets_tests.chaos.lies import SILENCE, Lie, asked
from mut_assets_tests.chaos.market import Entity, Files, Truth
from mut_assets_tests.corridor.account import BUCKET, DAY, PREFIX, Account, account
from mut_assets_tests.corridor.misfortune import hurried_sdk
from mut_assets_tests.corridor.night import QUIET
from mut_assets_tests.fakes.bedrock_runtime import TITAN
from mut_assets_tests.fakes.faults import HangUp
from mut_assets_tests.fakes.s3_proxy import Rule, S3Proxy

TODAY = date.fromisoformat(DAY)
QUICK = {
    "MUT_POLL_SECONDS": "0",
    "MUT_RETRY_SECONDS": "0",
    "MUT_LEASE_SECONDS": "3",
    "API_REQUEST_SECONDS": "6",
    "API_COLLECTION_SECONDS": "15",
}
SIZE = 12
"""Things of each kind at first; a page of the site has five, so that they take several."""

BY_TYPE = {str(kind.wordpress_type): kind for kind in COLLECTIONS if kind.wordpress_type}


@dataclass
class Nights:
    """The world. `truth` is what the site and the FAQ say now."""

    account: Account
    proxy: S3Proxy
    truth: dict[Collection, Truth]
    lies: dict[str, Lie] = field(default_factory=dict)
    instants: dict[Collection, list[Truth]] = field(default_factory=dict)
    skew: timedelta = timedelta(0)
    """How far the platform's clock is from the machine's, and its day from `TODAY`."""

    def __post_init__(self) -> None:
        self._over = threading.Event()
        self.account.site.faults.append(self._answer)
        self._show()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The WordPress types."""
        return tuple(BY_TYPE)

    def ids(self, wordpress_type: str) -> Sequence[int]:
        return sorted(self.truth[BY_TYPE[wordpress_type]])

    def one_of(self, folder: str, chance: random.Random) -> dict[str, str]:
        """A document of a folder, and why it cannot be ingested."""
        kind = next(kind for kind in COLLECTIONS if kind.folder == folder)
        key = market.keys(kind, chance.choice(sorted(self.truth[kind])))[0]
        return {PREFIX + key: "they could not be parsed"}

    # What people do.

    def edit(self, kind: Collection, chance: random.Random, *happens: str) -> None:
        """A few things more, less, otherwise, or no longer to be understood; by chance, unless it is said what."""
        by_chance = chance.choice([["edit"], ["open"], ["close", "edit"], ["close", "open", "edit"], ["break", "edit"]])
        for what in happens or by_chance:
            truth = dict(self.truth[kind])
            id, new = chance.choice(sorted(truth)), max(truth) + 1
            changes: dict[str, dict[int, Entity | None]] = {
                "edit": {id: replace(truth[id], version=truth[id].version + 1)},
                "close": {id: None},
                "open": {new: Entity(last_day=truth[id].last_day)},
                "break": {id: replace(truth[id], broken=True)},
            }
            changed = {**truth, **changes[what]}
            self.truth[kind] = {id: entity for id, entity in changed.items() if entity}
        self._show()

    def edits_while_read(self, wordpress_type: str, chance: random.Random) -> None:
        """An edit once the first page was read: the truth of this night is either."""
        kind = BY_TYPE[wordpress_type]

        def edit() -> None:
            self.edit(kind, chance)
            self.instants[kind].append(self.truth[kind])

        self.account.site.after_page(1, edit)

    # What goes wrong.

    def misanswers(self, wordpress_type: str, lie: Lie) -> None:
        self.lies[wordpress_type] = lie

    def meets(self, rule: Rule) -> None:
        self.proxy.rules.append(rule)

    def clock_is_off(self, days: int) -> None:
        self.skew = timedelta(days=days)

    def calm(self) -> None:
        """Nothing is wrong any more."""
        self.lies.clear()
        self._over.set()
        self.proxy.rules.clear()
        self.skew = timedelta(0)
        bedrock, pinecone = self.account.bedrock, self.account.pinecone
        bedrock.faults.clear()
        bedrock.denied.clear()
        pinecone.faults.clear()
        pinecone.forgiven()
        self.account.agent.failure_reasons = []
        for source in self.account.sources.values():
            source.failure_reasons, source.broken, source.blind, source.lag = [], {}, False, 0

    # What happens at night.

    def night(self) -> Left:
        """As `mut run` does it: after a failed night what is healthy is published."""
        self.instants = {kind: [truth] for kind, truth in self.truth.items()}
        self.proxy.requests.clear()
        paid, files = Paid(), self.files()
        jobs, calls = len(self.account.bedrock.jobs), len(self.account.calls)
        runs = [self._run("daily_refresh")]
        if runs[0].failed:
            runs.append(self._run("publish_latest"))
        self._count_writes(paid, files)
        names = {source.id: folder for folder, source in self.account.sources.items()}
        paid.jobs = [names[job.source.id] for job in self.account.bedrock.jobs[jobs:]]
        paid.texts = [
            str(call.parameters["body"])
            for call in self.account.calls[calls:]
            if call.operation == "InvokeModel" and TITAN in call.parameters["modelId"]
        ]
        last = PublicationLog(self._looking).last()
        tonight = last if last and last.run_id in [run.id for run in runs] else None
        return Left(runs, self.files(), self.served(), tonight, self.instants, paid, TODAY + self.skew)

    def files(self) -> Files:
        """The published objects."""
        return self.account.documents()

    def served(self) -> dict[str, str]:
        """The texts that visitors are answered from, by key below the prefix."""
        sources = self.account.sources.values()
        return {key.removeprefix(PREFIX): one.text for source in sources for key, one in source.indexed.items()}

    def _run(self, job: str) -> Run:
        environment = {**self.account.environment, **QUICK, "AWS_ENDPOINT_URL_S3": self.proxy.endpoint}
        with ExitStack() as stack:
            stack.enter_context(patch.dict(os.environ, environment, clear=True))
            stack.enter_context(patch.object(Clock, "now", lambda clock: datetime.now(UTC) + self.skew))
            os.environ["MUT_TODAY"] = (TODAY + self.skew).isoformat()
            instance = stack.enter_context(dg.DagsterInstance.ephemeral())
            settings = read_settings()
            doors = _patient(build_doors(settings))
            job_definition = build_definitions(settings, resource_definitions(doors)).resolve_job_def(job)
            result = job_definition.execute_in_process(instance=instance, run_config=QUIET, raise_on_error=False)
            assert isinstance(doors.vector_index, PineconeIndex)
            doors.vector_index.close()
        failed = {str(event.step_key): event for event in result.all_events if event.is_step_failure}
        assert not failed or not result.success
        return Run(result.run_id, {step: _said(event) for step, event in failed.items()})

    def _count_writes(self, paid: Paid, files: Files) -> None:
        """Which documents were written, and which of them as they were, although nothing was lost on the way."""
        there = dict(files)
        for request in self.proxy.requests:
            key = request.key.removeprefix(PREFIX)
            if request.method != "PUT" or key == request.key:
                continue
            paid.written.add(key)
            if there.get(key) == request.body and not self.proxy.rules:
                paid.again.append(key)
            there[key] = request.body

    def _answer(self, path: str) -> tuple[int, Mapping[str, str], bytes | str] | None:
        """The site's own answer: lists come in small pages, and some answers are lies."""
        kind = path.partition("?")[0].removeprefix("/wp-json/wp/v2/").partition("/")[0]
        shorter = path.replace("per_page=100", "per_page=5") if "page" in asked(path) else path
        honest = self.account.site.honest(shorter)
        lie = self.lies.get(kind)
        said = (lie(path, honest) if lie else None) or honest
        if said is SILENCE:
            self._over.wait(60)
            raise HangUp
        return said

    def _show(self) -> None:
        for wordpress_type, kind in BY_TYPE.items():
            items = [market.item(kind, id, entity) for id, entity in sorted(self.truth[kind].items())]
            self.shows(wordpress_type, items)
        self.upload("raw/preguntas.csv", market.faq(self.truth[PREGUNTAS]))

    def shows(self, wordpress_type: str, items: Sequence[market.Item]) -> None:
        """The site has these items now; half of those that went are in its trash."""
        site = self.account.site
        for gone in {item["id"] for item in site.items[wordpress_type]} - {item["id"] for item in items}:
            if gone % 2:
                site.trash(wordpress_type, gone)
        site.items[wordpress_type] = list(items)

    def upload(self, key: str, data: bytes) -> None:
        """Somebody puts a file into the bucket."""
        self._client.put_object(Bucket=BUCKET, Key=key, Body=data)

    @cached_property
    def _client(self) -> Any:
        return self.account.client("s3")

    @cached_property
    def _looking(self) -> Bucket:
        """The bucket past the proxy."""
        return _Looking("", client=self._client)


@dataclass(frozen=True)
class _Looking(Bucket):
    """The test's own look at a record."""

    client: Any = None

    def get(self, key: str) -> bytes:
        body: bytes = self.client.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        return body


@contextmanager
def nights(home: Path) -> Iterator[Nights]:
    """A market that was never published, and everything that it needs."""
    with account(home) as cloud, S3Proxy(cloud.address) as proxy, hurried_sdk(), patch.object(s3, "FIRST_PAUSE", 0.0):
        truth: dict[Collection, Truth] = {
            kind: {
                first + n: Entity(last_day=TODAY + timedelta(days=40)) if kind.name == "eventos" else Entity()
                for n in range(SIZE)
            }
            for kind, first in market.FIRST_IDS.items()
        }
        yield Nights(cloud, proxy, truth)


def _patient(doors: Doors) -> Doors:
    """The same doors, for which waiting counts as time and takes none."""
    waiting: dict[str, Any] = {"poll_seconds": 60.0, "deadline_seconds": 120.0, "sleep": lambda seconds: None}
    assert isinstance(doors.knowledge_base, BedrockKnowledgeBase) and isinstance(doors.agent, BedrockAgent)
    assert isinstance(doors.site, WordPress)
    base = replace(doors.knowledge_base, **waiting, start_spacing_seconds=0.0, settle_seconds=60.0)
    site = replace(doors.site, backoff=0.0, sleep=lambda seconds: None)
    return replace(doors, knowledge_base=base, agent=replace(doors.agent, **waiting), site=site)


def _said(event: dg.DagsterEvent) -> str:
    """What a step failed with, or "" where it only waited for another."""
    error = event.step_failure_data.error
    while error is not None and error.cause is not None and "MUT-" not in error.message:
        error = error.cause
    return str(error.message).strip() if error else ""
