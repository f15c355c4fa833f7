"""`mut dev` on the bundled site, one process for the whole module, and one headless Chromium that looks at it.

Runs are started by clicking, as people do, and waited for with deadlines. Pictures of what it saw go to
`$MUT_SCREENSHOTS`, or in pytest's own folder without it.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

import mut_assets

REPOSITORY = Path(mut_assets.__file__).parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing but the machine itself is reached
]
ANSWERS = {
    "¿Hay baños?": "Sí, en todos los pisos.",
    "¿Tienen wifi?": "Sí, la red se llama Alerce y no pide clave.",
    "¿Se puede entrar con perros?": "Sí, con correa.",
    "¿Hay estacionamiento para bicicletas?": "Sí, en el nivel -2, gratis.",
    "¿Dónde queda la ludoteca?": "En el nivel 3, junto a los ascensores.",
    "¿A qué hora cierran los domingos?": "A las 19:00.",
}
PATIENCE = 60
"""Seconds until something that was waited for has failed; the machine may be busy."""

RUNS = """{ runsOrError { ... on Runs { results {
    runId jobName status stepStats { stepKey status } assetMaterializations { assetKey { path } }
} } } }"""
ENDED = """run => {
    const asked = new XMLHttpRequest();  // waits for its answer: Playwright takes a promise for a yes
    asked.open("POST", "/graphql", false);
    asked.setRequestHeader("Content-Type", "application/json");
    asked.send(JSON.stringify({query: `{ runOrError(runId: "${run}") { ... on Run { status } } }`}));
    return ["SUCCESS", "FAILURE", "CANCELED"].includes(JSON.parse(asked.responseText).data.runOrError.status);
}"""


@dataclass(frozen=True)
class Run:
    """One run of Dagster's list, as GraphQL tells it."""

    id: str
    job: str
    status: str
    steps: Mapping[str, str]
    materialized: frozenset[str]


@dataclass
class Dev:
    """`mut dev` over one MUT_HOME; it can be started again."""

    home: Path
    log: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Starts it, and comes back when its GraphQL answers."""
        command = [sys.executable, "-m", "mut_assets.cli", "dev", "--port", str(self.port)]
        with self.log.open("ab") as log, _heeding_interrupts():
            self.process = subprocess.Popen(
                command, cwd=REPOSITORY, env=_environment(self.home), stdout=log, stderr=log, start_new_session=True
            )
        refused = Retry(total=None, connect=80, read=80, backoff_factor=0.5, backoff_max=1, allowed_methods=None)
        with requests.Session() as patient:
            patient.mount(self.url, HTTPAdapter(max_retries=refused))
            try:
                patient.post(f"{self.url}/graphql", json={"query": "{ version }"}, timeout=PATIENCE).raise_for_status()
            except requests.RequestException as error:
                pytest.fail(f"`mut dev` did not come up: {error}\n{self.log.read_text()[-3000:]}")

    def stop(self) -> None:
        """Asks it to end and, should anything it started be left, ends that group of processes."""
        if self.process is None:
            return
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(20)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)
        self.process = None

    def ask(self, query: str) -> dict[str, Any]:
        """The data that a GraphQL query gives."""
        answer = self.session.post(f"{self.url}/graphql", json={"query": query}, timeout=PATIENCE)
        answer.raise_for_status()
        return answer.json()["data"]

    def runs(self) -> list[Run]:
        """Every run, newest first."""
        return [
            Run(
                id=one["runId"],
                job=one["jobName"],
                status=one["status"],
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


@dataclass
class Person:
    """Somebody with a browser."""

    dev: Dev
    page: Page
    pictures: Path

    def opens(self, path: str) -> Page:
        self.page.goto(self.dev.url + path, wait_until="commit")
        return self.page

    def clicks(self, path: str, button: str) -> str:
        """Clicks a button that starts a run, and gives the id of the run that the UI announces."""
        page = self.opens(path)
        page.get_by_role("button", name=button).first.click()
        toast = page.get_by_text(re.compile(r"Launched run [0-9a-f]{8}"))
        expect(toast).to_be_visible()
        short = re.findall(r"[0-9a-f]{8}", toast.inner_text())[0]
        return next(one.id for one in self.dev.runs() if one.id.startswith(short))

    def waits_for(self, run: str) -> Run:
        """The run, once it has ended."""
        self.opens("/server_info")  # a page without the UI's own questions, which would only slow the run down
        self.page.wait_for_function(ENDED, arg=run, polling=250, timeout=PATIENCE * 1000)
        return next(one for one in self.dev.runs() if one.id == run)

    def photographs(self, name: str) -> None:
        self.page.screenshot(path=self.pictures / f"{name}.png", animations="disabled")


@pytest.fixture(scope="session")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    """`mut dev`, up, with an FAQ file of ours in the bucket."""
    folder = tmp_path_factory.mktemp("ui")
    made = Dev(folder / "mut", folder / "dev.log", _free_port())
    made.upload(faq(ANSWERS))
    try:
        made.start()
        yield made
    finally:
        made.stop()
        made.session.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine (on Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """One window for all tests: the UI's scripts are loaded once."""
    context = browser.new_context(viewport={"width": 1600, "height": 1000}, bypass_csp=True)
    context.set_default_timeout(PATIENCE * 1000)
    expect.set_options(timeout=PATIENCE * 1000)
    yield context
    context.close()


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chosen = os.environ.get("MUT_SCREENSHOTS")
    folder = Path(chosen) if chosen else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def visitor(window: BrowserContext, dev: Dev, pictures: Path) -> Iterator[Person]:
    """The person whose clicks start the runs that several tests look at."""
    page = window.new_page()
    yield Person(dev, page, pictures)
    page.close()


@pytest.fixture
def person(window: BrowserContext, dev: Dev, pictures: Path) -> Iterator[Person]:
    """Somebody with a tab of their own."""
    page = window.new_page()
    yield Person(dev, page, pictures)
    page.close()


def faq(answers: Mapping[str, str]) -> bytes:
    """An FAQ file as a spreadsheet saves it: the header on line 1, then one line per question."""
    lines = [f"{question};{answer};2 Servicios" for question, answer in answers.items()]
    return "\n".join(["pregunta;respuesta;categoria_completa", *lines, ""]).encode()


def _environment(home: Path) -> dict[str, str]:
    """A person's environment without this machine's settings, on a fixed day, with the nightly run half a day away."""
    ours = ("MUT_", "API_", "S3_", "AWS_", "DAGSTER_", "PINECONE_", "LATEST_ALIAS", "DAILY_CRON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    later = datetime.now(ZoneInfo("America/Santiago")) + timedelta(hours=12)
    return {**kept, "MUT_HOME": str(home), "MUT_TODAY": "2026-05-13", "DAILY_CRON": f"0 {later.hour} * * *"}


@contextmanager
def _heeding_interrupts() -> Iterator[None]:
    """Where tests run in the background, SIGINT is ignored; inherited, it makes Dagster ignore SIGTERM as well."""
    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    if ignored:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        if ignored:
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
