"""The UI as the team uses it: look at the graph, materialize, read what changed, and see why something failed."""

import csv
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from mut_assets.definitions import ASSETS
from mut_assets_tests.dev_server import Dev, Run
from mut_assets_tests.ui.conftest import ANSWERS, Person, faq

pytestmark = [pytest.mark.ui, pytest.mark.slow]

GROUPS = {"raw", "vectorial", "dataset", "knowledge_base", "vector_index", "agent"}
NAMES = {key.to_user_string() for asset in ASSETS for key in asset.keys}
JOB = "/locations/mut_assets/jobs/daily_refresh"
EDITED = {**ANSWERS, "¿Tienen wifi?": "Sí, la red se llama Arrayán y no pide clave."}
UNANSWERED = {**ANSWERS, **{f"¿Qué hay en la sala {number}?": "" for number in range(20)}}


# A run takes some ten seconds, most of them waiting. So a button is clicked by one fixture and the end of its run is
# waited for by another, and a test that looks at the run before may ask for the click.


@pytest.fixture(scope="module")
def first_click(visitor: Person) -> str:
    """The whole graph, materialized by clicking."""
    return visitor.clicks(JOB, "Materialize all")


@pytest.fixture(scope="module")
def first_night(visitor: Person, first_click: str) -> Run:
    return visitor.waits_for(first_click)


@pytest.fixture(scope="module")
def second_click(visitor: Person, first_night: Run) -> str:
    """The whole graph again, after somebody edited one answer."""
    visitor.dev.upload(faq(EDITED))
    return visitor.clicks(JOB, "Materialize all")


@pytest.fixture(scope="module")
def second_night(visitor: Person, second_click: str) -> Run:
    return visitor.waits_for(second_click)


@pytest.fixture(scope="module")
def last_clicks(visitor: Person, second_night: Run) -> list[str]:
    """Two assets, each materialized on its own page; the FAQ file has lost most of its answers meanwhile."""
    visitor.dev.upload(faq(UNANSWERED))
    return [visitor.clicks(f"/assets/{name}", "Materialize") for name in ("raw_tiendas", "raw_preguntas")]


@pytest.fixture(scope="module")
def one_asset(visitor: Person, last_clicks: list[str]) -> Run:
    """The run that materialized raw_tiendas alone."""
    return visitor.waits_for(last_clicks[0])


@pytest.fixture(scope="module")
def bad_file(visitor: Person, last_clicks: list[str]) -> Run:
    """The run that did not accept the FAQ file."""
    return visitor.waits_for(last_clicks[1])


@pytest.mark.usefixtures("first_click")
def test_the_lineage_page_draws_every_group(person: Person) -> None:
    page = person.opens("/asset-groups/")
    for group in GROUPS:
        expect(page.locator("svg").get_by_text(group, exact=True)).to_be_visible()
    person.photographs("lineage")


def test_the_lineage_of_the_dataset_draws_all_twelve_assets_in_their_groups(person: Person, first_night: Run) -> None:
    person.page.set_viewport_size({"width": 2600, "height": 1500})  # small ones leave out the middle of long names
    page = person.opens("/assets/kb_dataset?view=lineage&lineageScope=neighbors&lineageDepth=5")
    assert len(NAMES) == 12
    for name in NAMES:
        expect(page.locator("svg").get_by_text(name, exact=True)).to_be_visible()
    for group in GROUPS:
        expect(page.locator("svg").get_by_text(group, exact=True)).to_be_visible()
    expect(page.locator("svg").get_by_text("Loading")).to_have_count(0)
    person.photographs("assets")


@pytest.mark.usefixtures("second_click")
def test_a_person_materializes_the_whole_graph_by_clicking(person: Person, first_night: Run) -> None:
    assert (first_night.job, first_night.status) == ("daily_refresh", "SUCCESS")
    assert first_night.materialized == NAMES
    assert set(first_night.steps.values()) == {"SUCCESS"}
    page = person.opens(f"/runs/{first_night.id}")
    expect(page.get_by_text("Success", exact=True)).to_be_visible()
    expect(page.get_by_text("RUN_SUCCESS")).to_be_visible()
    person.photographs("run")


@pytest.mark.usefixtures("last_clicks")
def test_the_materialization_shows_the_rows_of_each_collection_and_the_changed_document(
    person: Person, dev: Dev, second_night: Run
) -> None:
    assert second_night.status == "SUCCESS"
    page = person.opens("/assets/kb_dataset?view=events")
    rows = _table(page, "collections")
    assert rows[0] == ["collection", "status", "rows", "added", "changed", "removed", "held", "unchanged"]
    expected = {name: str(_rows_in_the_bucket(dev, name)) for name in ("eventos", "tiendas", "restaurantes")}
    assert {row[0]: row[2] for row in rows[1:]} == {**expected, "preguntas": str(len(ANSWERS))}
    assert ["preguntas", "published", "6", "0", "1", "0", "0", "5"] in rows
    change = _table(page, "changes")[1:]
    assert [row[:3] for row in change] == [["preguntas", "changed", "¿Tienen wifi?"]]
    assert "Alerce" in change[0][3] and "Arrayán" in change[0][3]
    expect(page.get_by_text("¿Tienen wifi?")).to_be_in_viewport()
    person.photographs("changes")


def test_the_links_of_new_documents_can_be_followed(person: Person, second_night: Run) -> None:
    page = person.opens("/assets/kb_dataset?view=events")
    page.get_by_text(re.compile(r"^\w{3} \d+, ")).nth(1).click()  # the night before
    _entry(page, "links").get_by_text("[Show Markdown]").click()
    link = page.get_by_role("dialog").get_by_role("link").first
    expect(link).to_have_attribute("href", re.compile(r"^https://"))
    person.photographs("links")


def test_a_person_materializes_one_asset_and_only_it_runs(person: Person, one_asset: Run) -> None:
    assert (one_asset.status, dict(one_asset.steps)) == ("SUCCESS", {"raw_tiendas": "SUCCESS"})
    assert one_asset.materialized == {"raw_tiendas"}
    page = person.opens("/assets/raw_tiendas")
    expect(page.get_by_text("Row count")).to_be_visible()
    expect(page.get_by_text("The page on the site; what the assistant sends visitors to.")).to_be_visible()
    person.photographs("one_asset")


def test_a_failed_check_names_the_lines_to_correct(person: Person, bad_file: Run) -> None:
    page = person.opens("/assets/raw_preguntas?view=checks&checkDetail=usable_rows")
    expect(page.get_by_text("Failed", exact=True).first).to_be_visible()
    expect(page.get_by_text(re.compile(r"^20 of 26 rows could not be understood")).first).to_be_in_viewport()
    expect(page.get_by_role("cell", name="line 8 has no answer", exact=True)).to_be_in_viewport()
    expect(page.get_by_role("cell", name="line 27 has no answer", exact=True)).to_be_attached()
    person.photographs("failed_check")


def test_the_page_of_a_failed_run_says_why_with_a_code_and_what_to_do(person: Person, bad_file: Run) -> None:
    assert (bad_file.status, dict(bad_file.steps)) == ("FAILURE", {"raw_preguntas": "FAILURE"})
    page = person.opens(f"/runs/{bad_file.id}")
    message = page.get_by_text("MUT-DATA-001: The FAQ file was read but not accepted").last
    expect(message).to_be_in_viewport()
    expect(message).to_contain_text("line 8 has no answer")
    expect(message).to_contain_text("Correct it at its source, then materialize this asset again.")
    person.photographs("failed_run")


def test_the_newsletter_popup_does_not_appear(person: Person, dev: Dev) -> None:
    with person.page.expect_response(re.compile("op=ShouldShowNux")) as asked:  # the UI asks before it pops up
        page = person.opens("/runs")
    assert asked.value.json()["data"] == {"shouldShowNux": False}
    expect(page.get_by_role("button", name="Filter")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_history_survives_a_restart(
    person: Person, dev: Dev, second_night: Run, one_asset: Run, bad_file: Run, first_night: Run
) -> None:
    before = [(run.id, run.status) for run in dev.runs()]
    dev.stop()
    dev.start()
    assert [(run.id, run.status) for run in dev.runs()] == before
    page = person.opens("/runs")
    for run in (first_night, second_night, one_asset, bad_file):
        expect(page.get_by_text(run.id[:8], exact=True)).to_be_visible()
    person.photographs("runs")


def _entry(page: Page, name: str) -> Locator:
    """The row of one metadata entry."""
    row = page.get_by_role("row").filter(has=page.get_by_role("cell", name=name, exact=True)).first
    expect(row).to_be_visible()
    return row


def _table(page: Page, name: str) -> list[list[str]]:
    """The cells of a metadata entry that is a table, its header first."""
    rows = _entry(page, name).locator("table tr")
    expect(rows.nth(1)).to_be_visible()
    return [row.locator("th, td").all_inner_texts() for row in rows.all()]


def _rows_in_the_bucket(dev: Dev, name: str) -> int:
    with (dev.home / "bucket" / "raw" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return sum(1 for _ in csv.DictReader(file))
