"""A published account, one edit, one misfortune: what a run makes of it, and whether the next one puts it right.

What does not belong here: the misfortunes (`test_failures.py`), the account (`account.py`).

Two stores have two versions, and both were published undisturbed once, the older one again by a rollback. So a test
publishes the other version, meets its misfortune, repairs it and runs again, and everything has to be as it was when
nothing had gone wrong: objects, documents, vectors, agent.
"""

import json
import logging
import os
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import dagster as dg
from botocore.loaders import create_loader
from moto.backends import list_of_moto_modules

from mut_assets.automation import LATEST
from mut_assets.definitions import build_definitions
from mut_assets.environments import Doors, build_doors, read_settings
from mut_assets.resources.bedrock.agent import BedrockAgent
from mut_assets.resources.bedrock.knowledge_base import BedrockKnowledgeBase
from mut_assets.resources.bucket.hold_record import HOLD
from mut_assets.resources.pinecone.index import PineconeIndex
from mut_assets.resources_page import resource_definitions
from mut_assets_tests.corridor.account import BUCKET, PREFIX, SECRET, Account
from mut_assets_tests.corridor.night import QUIET
from mut_assets_tests.docs.reading import codes, table
from mut_assets_tests.fakes.bedrock_runtime import TITAN
from mut_assets_tests.fakes.faults import Call, Fault, FaultRule

PAGE = Path(__file__).parents[2] / "docs/failures.md"
QUICK = {"MUT_POLL_SECONDS": "0", "MUT_RETRY_SECONDS": "0", "MUT_LEASE_SECONDS": "3"}
EDITED = ("stores/2000.md", "stores/2001.md")
GREEN = ("green", "killed")
TRIES = {"tried once": 1, "tried 3 times": 3}
LINES = ("It says", "En español", "A re-run", "Nothing lost or doubled")


@dataclass(frozen=True)
class Row:
    """A failure as the page tells it. `steps` fail, each tried `tries` times; none: no step fails.

    `numbers` are jobs, objects and embeddings of the failed run and the one after it together.
    """

    title: str
    code: str
    steps: frozenset[str]
    tries: int
    numbers: tuple[int, int, int]
    lines: Mapping[str, str]


def rows() -> dict[str, Row]:
    """The rows of the page by the name of their test, without its `test_`, or of their case."""
    text = PAGE.read_text(encoding="utf-8")
    sections = dict(re.findall(r"^### (.+)\n\n((?:.+\n)+)", text, re.MULTILINE))
    found = {}
    for title, code, run, together in table(text, "failure", "code").rows:
        title = re.sub(r"\[(.+)\]\(.+\)", r"\1", title)
        lines = dict(re.findall(r"^- \*\*(.+?)\.\*\* (.+)$", sections.pop(title).replace("\n  ", " "), re.MULTILINE))
        assert tuple(lines) == LINES, f"{title}: the lines are {tuple(lines)}"
        tries = next((number for words, number in TRIES.items() if words in run), 0)
        assert run in GREEN or (run.startswith("red at ") and tries), f"{title}: {run}"
        jobs, objects, embeddings = map(int, re.findall(r"(\d+) (?:jobs?|objects|embeddings?)", together))
        counts = (jobs, objects, embeddings)
        name = "_".join(re.findall(r"\w+", title.lower()))
        found[name] = Row(title, "".join(codes(code)), frozenset(codes(run)), tries, counts, lines)
    assert not sections, f"told of, and not in the table: {list(sections)}"
    return found


@dataclass(frozen=True)
class State:
    """Everything the night keeps up: the published objects by etag, what the knowledge base took, vectors, agent."""

    documents: Mapping[str, str]
    served: Mapping[str, str]
    vectors: Mapping[str, Any]
    agent: str


@dataclass
class Run:
    """How a run ended: failed steps with what they said, how often each was tried, what was logged, the alert."""

    failed: dict[str, str]
    tries: Counter[str]
    log: str
    alert: str = ""


@contextmanager
def hurried_sdk() -> Iterator[None]:
    """boto3 without the waits between its attempts, and with one reading of its service models; moto of its folders.

    The platform itself looks less often: what it asks between two looks is no part of a row.
    """
    loader, modules = create_loader(), list(list_of_moto_modules())
    with (
        patch("mut_assets.resources.polling.FIRST_SECONDS", 60.0),
        patch("botocore.session.create_loader", lambda *_: loader),
        patch("moto.backends.list_of_moto_modules", lambda: modules),  # it lists them per request
        patch("ssl.SSLContext.load_verify_locations", lambda *_, **__: None),  # everything is plain http here
        patch("botocore.endpoint.time", SimpleNamespace(sleep=lambda seconds: None)),
        patch("botocore.retries.bucket.TokenBucket.acquire", lambda *_, **__: True),
    ):
        yield


@dataclass
class Published:
    """An account in which both versions were published. `states` are those of the undisturbed nights."""

    account: Account
    states: list[State] = field(default_factory=list)
    version: int = 0
    stamps: list[str] = field(default_factory=list)

    def set_up(self) -> None:
        """Publishes the first version, the second one, and the first again."""
        account = self.account
        assert not self.run("daily_refresh").failed
        self.states.append(self.state())
        for number in range(2):
            account.site.store(2000 + number, f"Tienda {number} & Cía", content="<p>Vende volantines.</p>")
        assert not self.run("daily_refresh", assets=("raw_tiendas", "vectorial_tiendas")).failed
        keys = [entry["Key"] for entry in self._listed("vectorial/stores_vectorial_")]
        self.stamps = [key[-19:-4] for key in sorted(keys)]
        self.version = 1
        assert not self.run().failed
        self.states.append(self.state())
        self.version = 0
        since, jobs = len(account.calls), len(account.bedrock.jobs)
        assert not self.run().failed
        assert self.state() == self.states[0] != self.states[1]
        assert self.numbers(since, jobs) == (1, 2, 0), "what docs/failures.md says of an undisturbed run"

    def release(self) -> None:
        """From here on the newest tables are published."""
        self._s3.put_object(Bucket=BUCKET, Key=HOLD, Body=b'{"format": 1, "collections": {}}')

    def state(self) -> State:
        account = self.account
        served = {key: document.text for source in account.sources.values() for key, document in source.indexed.items()}
        documents = {entry["Key"].removeprefix(PREFIX): entry["ETag"] for entry in self._listed(PREFIX)}
        return State(documents, served, account.vectors(), account.agent.status)

    def numbers(self, since: int, jobs: int) -> tuple[int, int, int]:
        """Jobs, objects written under the dataset prefix, and embeddings, that were really made since then."""
        calls = [call for call in self.account.calls[since:] if id(call) not in self._refused]
        objects = [call for call in calls if call.operation == "PutObject" and PREFIX in str(call.parameters["Key"])]
        embeddings = [call for call in calls if call.operation == "InvokeModel" and TITAN in call.parameters["modelId"]]
        return len(self.account.bedrock.jobs) - jobs, len(objects), len(embeddings)

    def refusing(self, rule: FaultRule) -> FaultRule:
        """The same rule; what it refuses does not count as done."""

        def noting(call: Call) -> Fault | None:
            fault = rule(call)
            if fault is not None and fault.status:
                self._refused.add(id(call))
            return fault

        return noting

    _refused: set[int] = field(default_factory=set)

    def calm(self) -> None:
        bedrock, pinecone, agent = self.account.bedrock, self.account.pinecone, self.account.agent
        for double in (self.account.moto, bedrock, pinecone):
            double.faults.clear()
        bedrock.denied.clear()
        bedrock.expired, bedrock.before_answer = False, lambda call, number: None
        for source in self.account.sources.values():
            source.failure_reasons, source.broken, source.blind, source.stuck = [], {}, False, False
            source.unfound = set()
        pinecone.index, pinecone.dimension = "agente", 1024
        agent.failure_reasons = []
        self.write_secret(json.dumps({"apiKey": pinecone.key}))

    def write_secret(self, text: str) -> None:
        """The content of the secret, which is made where there is none."""
        if self._secrets.list_secrets()["SecretList"]:
            self._secrets.put_secret_value(SecretId=SECRET, SecretString=text)
        else:
            self._secrets.create_secret(Name=SECRET, SecretString=text)

    @contextmanager
    def lost(self, prefix: str) -> Iterator[None]:
        """Inside, the objects that lay under a prefix are gone; afterwards they are back."""
        keys = [entry["Key"] for entry in self._listed(prefix)]
        kept = {key: self._s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}
        for key in keys:
            self._s3.delete_object(Bucket=BUCKET, Key=key)
        yield
        for key, body in kept.items():
            self._s3.put_object(Bucket=BUCKET, Key=key, Body=body)

    def run(self, job: str = LATEST, assets: Collection[str] = (), **variables: str) -> Run:
        """A job in this process, with these variables besides; waiting costs no time."""
        goes_back = job == LATEST and self.stamps  # to either version: what a run went back to is held
        config = {"ops": {"kb_dataset": {"config": {"as_of": self.stamps[self.version]}}}} if goes_back else {}
        environment = {**self.account.environment, **QUICK, **variables}
        with patch.dict(os.environ, environment, clear=True), dg.DagsterInstance.ephemeral() as instance:
            settings = read_settings()
            doors = build_doors(settings)
            definitions = build_definitions(settings, resource_definitions(_patient(doors)))
            result = definitions.resolve_job_def(job).execute_in_process(
                instance=instance,
                run_config={**QUIET, **config},
                raise_on_error=False,
                asset_selection=[dg.AssetKey(name) for name in assets] or None,
            )
            assert isinstance(doors.vector_index, PineconeIndex)
            doors.vector_index.close()
            tried = [event for event in result.all_events if event.is_step_start or event.is_step_restarted]
            logged = [entry.user_message for entry in instance.all_logs(result.run_id) if entry.dagster_event is None]
            run = Run(_failed(result), Counter(str(event.step_key) for event in tried), "\n".join(logged))
            if run.failed:
                run.alert = _alert(definitions, doors, instance)
            return run

    def _listed(self, prefix: str) -> list[dict[str, Any]]:
        return list(self._s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", []))

    @cached_property
    def _secrets(self) -> Any:
        return self.account.client("secretsmanager")

    @cached_property
    def _s3(self) -> Any:
        return self.account.client("s3")


def _patient(doors: Doors) -> Doors:
    """The same doors, for which waiting counts as time and takes none."""
    waiting: dict[str, Any] = {"poll_seconds": 60.0, "deadline_seconds": 120.0, "sleep": lambda seconds: None}
    assert isinstance(doors.knowledge_base, BedrockKnowledgeBase) and isinstance(doors.agent, BedrockAgent)
    base = replace(doors.knowledge_base, **waiting, start_spacing_seconds=0.0, settle_seconds=60.0)
    return replace(doors, knowledge_base=base, agent=replace(doors.agent, **waiting))


def _failed(result: dg.ExecuteInProcessResult) -> dict[str, str]:
    failures = [event for event in result.all_events if event.is_step_failure]
    return {str(event.step_key): _innermost(event.step_failure_data.error) for event in failures}


def _innermost(error: Any) -> str:
    while error.cause is not None and "MUT-" not in error.message:
        error = error.cause
    return str(error.message).strip().rpartition("Failure: ")[2]


def _alert(definitions: dg.Definitions, doors: Doors, instance: dg.DagsterInstance) -> str:
    """What the daemon's sensor announces after this run."""
    announced: list[str] = []
    listening = SimpleNamespace(announce=lambda alert, log: announced.append(f"{alert.subject}\n{alert.text}"))
    sensor: Any = next(sensor for sensor in definitions.sensors or () if sensor.name == "announce_failure")
    context = dg.build_sensor_context(instance=instance, definitions=definitions)
    logging.disable(logging.CRITICAL)
    try:
        sensor(context, alerts=listening, decisions=doors.decisions, clock=doors.clock)
    finally:
        logging.disable(logging.NOTSET)
    return "".join(announced)


@dataclass
class Misfortune:
    """One row of the page, about to be proved on the way from one version to the other."""

    published: Published
    row: Row
    since: int = 0
    jobs: int = 0
    good: bool = False

    def __post_init__(self) -> None:
        self.published.version = 1 - self.published.version
        self.since, self.jobs = len(self.account.calls), len(self.account.bedrock.jobs)

    @property
    def account(self) -> Account:
        return self.published.account

    def strikes(self, *assets: str, but: Collection[str] = (), **variables: str) -> Run:
        """Runs into it (`assets` alone, after kb_dataset), and compares what the run does and says with the row.

        Nothing that visitors were answered from is lost by it, `but` these documents.
        """
        before = self.published.states[1 - self.published.version]
        run = self.published.run(assets=["kb_dataset", *assets] if assets else (), **variables)
        assert run.failed.keys() == self.row.steps, f"failed: {run.failed}"
        for step in self.row.steps:
            assert run.tries[step] == self.row.tries, f"{step} was tried {run.tries[step]} times"
            said = run.failed[step]
            assert said.startswith(f"{self.row.code}: ") and self._english().search(said), said
            assert said in "\n".join(line.removeprefix("  ") for line in run.alert.splitlines())
            assert f"- {step}: {self._spanish()}\n" in run.alert, run.alert
        if not self.row.steps:
            self.says(run)
        gone = before.served.keys() - self.published.state().served.keys()
        assert gone == {PREFIX + key for key in but}, "visitors are no longer answered from these"
        return run

    def says(self, run: Run) -> None:
        """Of a run in which no step failed: it logged what the row says, and nobody was told anything."""
        assert (self.row.lines["It says"], run.alert) == ("Nothing.", "") or self._english().search(run.log), run.log
        assert self.row.lines["En español"] == "Ningún aviso."

    def is_made_good(self) -> None:
        """Runs again without it: everything is as if nothing had happened, and nothing was done twice."""
        self.published.calm()
        run = self.published.run()
        assert not run.failed, run.failed
        assert self.published.state() == self.published.states[self.published.version]
        assert self.published.numbers(self.since, self.jobs) == self.row.numbers
        last = max(job.updated for job in self.account.bedrock.jobs if job.updated and job.status == "COMPLETE")
        assert self.account.agent.prepared is not None and self.account.agent.prepared > last
        assert self.account.bedrock.drift == []
        self.good = True

    def _english(self) -> re.Pattern[str]:
        """The message of the row; `…` stands for any text on the way."""
        said = self.row.lines["It says"].strip("`").split("…")
        return re.compile(r".*?".join(map(re.escape, said)), re.DOTALL)

    def _spanish(self) -> str:
        return self.row.lines["En español"].strip("«»")
