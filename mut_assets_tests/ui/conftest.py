"""`mut dev` on the bundled site, one process for the whole module, and one headless Chromium that looks at it. Pictures
of what it saw go to `$MUT_SCREENSHOTS`, or in pytest's own folder without it."""

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from mut_assets_tests.dev_server import PATIENCE, Dev, Run

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
ENDED = """run => {
    const asked = new XMLHttpRequest();  // waits for its answer: Playwright takes a promise for a yes
    asked.open("POST", "/graphql", false);
    asked.setRequestHeader("Content-Type", "application/json");
    asked.send(JSON.stringify({query: `{ runOrError(runId: "${run}") { ... on Run { status } } }`}));
    return ["SUCCESS", "FAILURE", "CANCELED"].includes(JSON.parse(asked.responseText).data.runOrError.status);
}"""


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
    made = Dev(folder / "mut", folder / "dev.log")
    made.upload(faq(ANSWERS))
    try:
        made.start()
        yield made
    finally:
        made.stop()
        made.session.close()


@pytest.fixture(scope="session")
def window() -> Iterator[BrowserContext]:
    """One window for all tests: the UI's scripts are loaded once."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine (on Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(viewport={"width": 1600, "height": 1000}, bypass_csp=True)
        context.set_default_timeout(PATIENCE * 1000)
        expect.set_options(timeout=PATIENCE * 1000)
        yield context
        browser.close()


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chosen = os.environ.get("MUT_SCREENSHOTS")
    folder = Path(chosen) if chosen else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def somebody(window: BrowserContext, dev: Dev, pictures: Path) -> Iterator[Person]:
    page = window.new_page()
    yield Person(dev, page, pictures)
    page.close()


person = pytest.fixture(somebody)  # a tab for each test
visitor = pytest.fixture(scope="session")(somebody)  # whose clicks start the runs that several tests look at


def faq(answers: Mapping[str, str]) -> bytes:
    """An FAQ file as a spreadsheet saves it: the header on line 1, then one line per question."""
    lines = [f"{question};{answer};2 Servicios" for question, answer in answers.items()]
    return "\n".join(["pregunta;respuesta;categoria_completa", *lines, ""]).encode()
