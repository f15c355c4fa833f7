"""Pages that somebody opens besides the UI, in a real browser: what they send changes nothing, and shows nothing."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from mut_assets_tests.dev_server import LAUNCH, Dev
from mut_assets_tests.ui.conftest import Person

pytestmark = [pytest.mark.ui, pytest.mark.slow]

MUTATION = LAUNCH.replace("JOB", "daily_refresh").replace("\n", " ")
BODY = json.dumps({"query": MUTATION, "variables": {"x": "NAME_ENDS"}})
FIELD, VALUE = BODY.split("NAME_ENDS")
PAGE = f"""<!doctype html><title>Offers</title>
<a href="UI/runs">Look</a>
<iframe id="frame" name="shown"></iframe> <iframe name="answer"></iframe>
<form id="form" method="post" enctype="text/plain" target="answer" action="UI/graphql?query={quote(MUTATION)}">
<input type="hidden" name='{FIELD}' value='{VALUE}'></form>
<script>
const ended = (of, ...names) => new Promise(done => names.forEach(name => of.addEventListener(name, () => done(name))));
const image = () => {{ const made = new Image(); made.src = `UI/graphql?query={quote(MUTATION)}`;
    return ended(made, "load", "error"); }};
const posts = (mode, type) => fetch("UI/graphql",
    {{ method: "POST", mode, headers: {{ "Content-Type": type }}, body: {json.dumps(BODY)} }}).then(() => 1, () => 0);
const attack = async () => {{
    await image();
    await posts("no-cors", "text/plain");
    await posts("no-cors", "text/plain; application/json");
    await posts("no-cors", "application/x-www-form-urlencoded");
    const read = await posts("cors", "application/json");
    return [read, await ended(new WebSocket("UI/graphql".replace("http", "ws"), "graphql-ws"), "open", "error")];
}};
</script>"""
SUBSCRIBES = """() => new Promise(done => {
    const wire = new WebSocket(location.origin.replace("http", "ws") + "/graphql", "graphql-ws");
    wire.onopen = () => wire.send(JSON.stringify({type: "connection_init"}));
    wire.onmessage = message => done(message.data);
    wire.onerror = () => done("refused");
})"""


@pytest.fixture
def elsewhere(dev: Dev) -> Iterator[str]:
    """The address of a page on another port, of somebody who knows the UI's."""

    class Offers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(PAGE.replace("UI", dev.url).encode())

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Offers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def page(window: BrowserContext) -> Iterator[Page]:
    """A tab of a browser that heeds what a page may do: the other tests switch that off, to look into pages."""
    assert window.browser is not None
    context = window.browser.new_context()
    yield context.new_page()
    context.close()


def test_a_page_of_elsewhere_starts_nothing_and_shows_nothing(page: Page, dev: Dev, elsewhere: str) -> None:
    before = {run.id for run in dev.runs()}
    refused: list[int] = []
    page.on("response", lambda answer: refused.append(answer.status) if answer.url.startswith(dev.url) else None)
    page.goto(elsewhere)
    assert page.evaluate("attack()") == [0, "error"]
    for name, action in {"answer": "form.submit()", "shown": "document.getElementById('frame').src = 'UI/'"}.items():
        with page.expect_event("framenavigated", lambda frame, name=name: frame.name == name) as framed:
            page.evaluate(action.replace("UI", dev.url))
        assert framed.value.url == "chrome-error://chromewebdata/"
    assert len(refused) >= 5 and set(refused) <= {403, 405, 415}
    assert {run.id for run in dev.runs()} == before


def test_a_link_of_elsewhere_leads_to_the_ui_which_listens_to_its_own_pages(
    page: Page, elsewhere: str, person: Person
) -> None:
    page.goto(elsewhere)
    page.get_by_role("link", name="Look").click()
    expect(page.get_by_role("button", name="Filter")).to_be_visible()
    assert json.loads(page.evaluate(SUBSCRIBES)) == {"type": "connection_ack"}
    page.screenshot(path=person.pictures / "followed.png")
