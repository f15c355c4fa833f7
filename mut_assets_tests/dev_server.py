"""`mut dev` as a process of its own, asked through its GraphQL: what the UI's buttons and lists use."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

import mut_assets

REPOSITORY = Path(mut_assets.__file__).parent.parent
PATIENCE = 60
"""Seconds until something that was waited for has failed; the machine may be busy."""

ENDINGS = ("SUCCESS", "FAILURE", "CANCELED")
LAUNCH = """mutation { launchRun(executionParams: {
    selector: {repositoryLocationName: "mut_assets", repositoryName: "__repository__", jobName: "JOB"},
    runConfigData: "{}"
}) { __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
RUNS = """{ runsOrError { ... on Runs { results {
    runId jobName status tags { key value } stepStats { stepKey status } assetMaterializations { assetKey { path } }
} } } }"""

Found = TypeVar("Found")


OURS = "MUT_ API_ S3_ AWS_ DAGSTER_ PINECONE_ DAILY_ LATEST_ EXPIRED_ GOLDEN_ RETRIEVAL_ KNOWLEDGE_ AGENT_".split()


def nothing_set() -> dict[str, str]:
    """A person's environment without this machine's settings of the platform."""
    return {name: value for name, value in os.environ.items() if not name.startswith(tuple(OURS))}


def environment(home: Path) -> dict[str, str]:
    """Besides, on a fixed day, with the nightly run half a day away."""
    later = datetime.now(ZoneInfo("America/Santiago")) + timedelta(hours=12)
    day = {"MUT_TODAY": "2026-05-13", "DAILY_CRON": f"0 {later.hour} * * *"}
    return nothing_set() | day | {"MUT_HOME": str(home)}


def free_port() -> int:
    """One that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Run:
    """One run of Dagster's list, as GraphQL tells it."""

    id: str
    job: str
    status: str
    tags: Mapping[str, str]
    steps: Mapping[str, str]
    materialized: frozenset[str]


@dataclass
class Dev:
    """`mut dev` over one MUT_HOME; it can be started again. `variables` are set besides those of a quiet day."""

    home: Path
    log: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    python: str | Path = sys.executable
    folder: Path = REPOSITORY
    process: subprocess.Popen[bytes] | None = None
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def begin(self) -> None:
        """Starts it, and comes back at once."""
        command = [self.python, "-m", "mut_assets.cli", "dev", "--port", str(self.port)]
        with self.log.open("ab") as log:
            env = environment(self.home) | dict(self.variables)
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=env, stdout=log, stderr=log, start_new_session=True
            )

    def start(self) -> None:
        """Starts it, and comes back when its GraphQL answers."""
        self.begin()
        refused = Retry(total=None, connect=80, read=80, backoff_factor=0.5, backoff_max=1, allowed_methods=None)
        with requests.Session() as patient:
            patient.mount(self.url, HTTPAdapter(max_retries=refused))
            try:
                patient.post(f"{self.url}/graphql", json={"query": "{ version }"}, timeout=PATIENCE).raise_for_status()
            except requests.RequestException as error:
                pytest.fail(f"`mut dev` did not come up: {error}\n{self.log.read_text()[-3000:]}")

    def stop(self) -> int:
        """Asks it to end, which ends everything it started; gives its exit status."""
        if self.process is None:
            return 0
        process, self.process = self.process, None
        process.terminate()
        try:
            return process.wait(PATIENCE)
        finally:
            process.kill()

    def ask(self, query: str) -> dict[str, Any]:
        """The data that a GraphQL query gives."""
        answer = self.session.post(f"{self.url}/graphql", json={"query": query}, timeout=PATIENCE)
        answer.raise_for_status()
        data: dict[str, Any] = answer.json()["data"]
        return data

    def runs(self) -> list[Run]:
        """Every run, newest first."""
        return [
            Run(
                id=one["runId"],
                job=one["jobName"],
                status=one["status"],
                tags={tag["key"]: tag["value"] for tag in one["tags"]},
                steps={step["stepKey"]: step["status"] for step in one["stepStats"]},
                materialized=frozenset(made["assetKey"]["path"][-1] for made in one["assetMaterializations"]),
            )
            for one in self.ask(RUNS)["runsOrError"]["results"]
        ]

    def upload(self, content: bytes) -> None:
        """Puts the FAQ file where people upload it."""
        target = self.home / "bucket" / "raw" / "preguntas.csv"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    def launch(self, job: str) -> str:
        """Starts a job as the UI's button does, and gives the run's id."""
        launched = self.ask(LAUNCH.replace("JOB", job))["launchRun"]
        assert "run" in launched, launched
        return str(launched["run"]["runId"])

    def ended(self, run: str) -> Run:
        """The run, once it has ended; fails when it does not."""
        return until(lambda: next((one for one in self.runs() if one.id == run and one.status in ENDINGS), None), run)


def until(look: Callable[[], Found | None], what: str, seconds: float = 120) -> Found:
    """What `look` finds, once it finds something; fails when it finds nothing in time."""
    pause, deadline = threading.Event(), time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s for {what}"
        pause.wait(0.1)
    return found
