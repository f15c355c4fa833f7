"""The whole corridor against a real WordPress with real content, in each of its moods.

Whatever the site does, a run publishes exactly the right set or fails with a message that names the cause, and no
document that is still on the site is removed, nor one of its fields emptied.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from mut_assets.domain.evaluation.gates import missed
from mut_assets.domain.evaluation.runs import Run
from mut_assets.domain.evaluation.scoring import Corpus
from mut_assets.environments import read_settings
from mut_assets.publishing.questions import answers
from mut_assets.publishing.questions import published as published_pairs
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.golden_questions import GoldenQuestions
from mut_assets.resources.embedded.index import LocalIndex
from mut_assets_tests.conftest import RealWordPress
from mut_assets_tests.corridor.conftest import Platform, failure_text

pytestmark = [pytest.mark.wordpress, pytest.mark.slow]

TYPES = {"event": ("eventos", 42), "stores": ("stores", 127), "restaurant": ("restaurantes", 79)}
CAUSES = {
    "maintenance": "MUT-WP-107",
    "db-down": "MUT-WP-106",
    "fatal": "MUT-WP-106",
    "fatal-page-2": "MUT-WP-106",
    "rest-401": "MUT-WP-001",
    "rest-403": "MUT-WP-001",
    "no-acf": "MUT-WP-014",
    "waf-403": "MUT-WP-002",
    "challenge": "MUT-WP-003",
    "drop": "MUT-WP-104",
}


@pytest.fixture(scope="module", autouse=True)
def _before_all_events() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MUT_TODAY", "2024-01-01")
        yield


@pytest.fixture(scope="module")
def published(running_wordpress: RealWordPress, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A MUT_HOME after a first night, with the hand-kept FAQ where the shared folder has one."""
    home = tmp_path_factory.mktemp("first") / "mut"
    faq = running_wordpress.scripts.parent / "data" / "preguntas.csv"
    if faq.exists():
        (home / "bucket" / "raw").mkdir(parents=True)
        shutil.copyfile(faq, home / "bucket" / "raw" / "preguntas.csv")
    with running_wordpress.alone(), dg.DagsterInstance.ephemeral() as instance:
        running_wordpress.mode("normal")
        night = _platform(running_wordpress, home, instance).run()
        assert night.success, failure_text(night)
    return home


@pytest.fixture
def real(real_wordpress: RealWordPress, published: Path, tmp_path: Path) -> Iterator[Platform]:
    """The platform on the morning after that night, in a copy of its own."""
    home = tmp_path / "mut"
    shutil.copytree(published, home)
    with dg.DagsterInstance.ephemeral() as instance:
        yield _platform(real_wordpress, home, instance)


def _platform(wordpress: RealWordPress, home: Path, instance: dg.DagsterInstance) -> Platform:
    variables = {"MUT_HOME": str(home), "API_BASE_URL": wordpress.base_url, "MUT_RETRY_SECONDS": "0"}
    settings = read_settings({**variables, "API_CONCURRENCY": "4"})
    return Platform(settings, None, instance, patient=True)  # type: ignore[arg-type]  # the real site is not the fake


def test_every_published_item_of_the_three_types_and_every_question_is_published(
    real: Platform, real_wordpress: RealWordPress
) -> None:
    for wordpress_type, (folder, count) in TYPES.items():
        assert real.ids(folder) == {str(key) for key in real_wordpress.ids(wordpress_type)}
        assert len(real.ids(folder)) == count
    questions = real.settings.home / "bucket" / "raw" / "preguntas.csv"
    assert len(real.ids("preguntas")) == (62 if questions.exists() else 0)
    assert real.index.served().keys() == {key for key in real.documents() if key.endswith(".md")}


def test_questions_of_the_kind_that_visitors_ask_find_their_documents(
    real: Platform, running_wordpress: RealWordPress
) -> None:
    file = running_wordpress.scripts.parent / "data" / "golden_dev.csv"
    if not file.exists():
        pytest.skip(f"no questions about the real content: {file} is not there")
    golden = GoldenQuestions(real.bucket, str(file))
    everything = published_pairs(DocumentStore(real.bucket, real.settings.dataset_prefix))
    pairs = [pair for pair in everything if not pair[0].startswith("preguntas/")]
    run = Run(answers(golden.questions(), LocalIndex.in_memory(pairs), Corpus.of(pairs)), "", "")
    assert len(run.scored) == 40 and len(run.unanswerable) == 4
    found = run.overall.estimates
    assert found["hit@5"].value >= 0.85 and found["MRR@10"].value >= 0.68, [missed(each) for each in run.scored]


def test_a_leftover_answers_for_its_owner_only(real: Platform) -> None:
    """A sentence of Adidas stood on twenty pages of others, one of The Body Shop on twelve."""
    texts = {key: body.decode() for key, body in real.documents().items() if key.endswith(".md")}
    for name, owner in (("Adidas Originals", "Adidas"), ("The Body Shop", "The Body Shop")):
        holders = [text.splitlines()[0] for key, text in texts.items() if key.startswith("stores/") and name in text]
        assert holders == [f"# {owner}"]


def test_exactly_the_edited_the_removed_and_the_added_document_change(
    real: Platform, real_wordpress: RealWordPress
) -> None:
    before = real.documents()
    edited, removed, added = (change["id"] for change in real_wordpress.mutate())
    night = real.run()
    assert night.success, failure_text(night)
    after = real.documents()
    changed = {key for key in before.keys() & after.keys() if before[key] != after[key]}
    assert {key.removesuffix(".metadata.json") for key in changed} == {f"stores/{edited}.md"}
    assert before.keys() - after.keys() == {f"eventos/{removed}.md", f"eventos/{removed}.md.metadata.json"}
    assert after.keys() - before.keys() == {f"restaurantes/{added}.md", f"restaurantes/{added}.md.metadata.json"}


def test_a_field_that_changes_without_the_modified_stamp_is_noticed(
    real: Platform, real_wordpress: RealWordPress
) -> None:
    before = real.documents()
    [change] = real_wordpress.mutate("touch-acf")
    assert real.run().success
    after = real.documents()
    assert {key.split(".")[0] for key in after if after[key] != before[key]} == {f"stores/{change['id']}"}


def test_a_password_takes_a_store_away_and_a_draft_does_too(real: Platform, real_wordpress: RealWordPress) -> None:
    [protected] = real_wordpress.mutate("protect-store")
    night = real.run()
    assert night.success, failure_text(night)
    assert str(protected["id"]) not in real.ids("stores") and len(real.ids("stores")) == 126


@pytest.mark.parametrize("mode", CAUSES)
def test_a_mood_that_cannot_be_borne_names_its_cause_and_changes_nothing(
    real: Platform, real_wordpress: RealWordPress, mode: str
) -> None:
    before = real.documents()
    real_wordpress.mode(mode)
    night = real.run()
    assert not night.success and CAUSES[mode] in failure_text(night)
    latest = real.run("publish_latest")
    assert latest.success, failure_text(latest)
    assert real.documents() == before


@pytest.mark.parametrize("mode", ["normal", "notice", "flaky", "ratelimit", "slow"])
def test_a_mood_that_can_be_borne_changes_nothing(real: Platform, real_wordpress: RealWordPress, mode: str) -> None:
    before = real.documents()
    real_wordpress.mode(mode)
    night = real.run()
    assert night.success, failure_text(night)
    assert real.documents() == before


@pytest.mark.parametrize(("mode", "difference"), [("shift-add", 1), ("shift-trash", -1)])
def test_a_collection_that_shifts_between_its_pages_is_published_as_it_stands_afterwards(
    real: Platform, real_wordpress: RealWordPress, mode: str, difference: int
) -> None:
    """The mood changes one collection, once, right after page 1 of the first one that is asked for."""
    before = real.documents()
    real_wordpress.mode(mode)
    night = real.run()
    assert night.success, failure_text(night)
    again = real.run()
    assert again.success, failure_text(again)
    after = real.documents()
    changed = {key for key in before.keys() & after.keys() if before[key] != after[key]}
    assert changed == set()
    assert len(after) - len(before) == 2 * difference
    assert json.loads(real.bucket.get("state/publication.json"))["outcomes"]
