"""A month of ordinary nights with everything on that can keep a change from visitors: guard, gates, quality checks.

Nothing in it is a mistake, so a person is asked once at most, is told why, and everything else goes out the same night.
"""

import random
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import dagster as dg
import pytest

from mut_assets.assets import raw as raw_stage
from mut_assets.assets import vectorial as vectorial_stage
from mut_assets.assets.reporting import verdicts
from mut_assets.domain.collections import COLLECTIONS, Collection
from mut_assets.domain.documents.document import documents, out_of_time
from mut_assets.domain.plans.outcome import Outcome
from mut_assets.environments import read_settings
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.clock import Clock
from mut_assets.resources.wordpress.sample_pages import GOLDEN_FILE, read_file
from mut_assets_tests.chaos.house import House
from mut_assets_tests.chaos.judge import of
from mut_assets_tests.chaos.market import Files
from mut_assets_tests.chaos.month import DAYS, SPECIAL_DAYS, START, Month
from mut_assets_tests.chaos.tally import Tally
from mut_assets_tests.corridor.conftest import Platform, failure_text
from mut_assets_tests.fakes.wordpress_site import WordPressSite

pytestmark = pytest.mark.slow
SEEDS = 5
SPECIAL = "raw/horarios_especiales.csv"


def night(house: House, month: Month) -> dict[Collection, Files]:
    """Reads everything and gives what is to be published of it. Tables that a check keeps back end the test."""
    wanted: dict[Collection, Files] = {}
    for kind in COLLECTIONS:
        raw = month.raw(kind)
        made = house.read_as(kind, raw)
        kept_back = [
            problem
            for checks, frame in ((raw_stage.CHECKS, raw), (vectorial_stage.CHECKS, made))
            for verdict in verdicts(checks, frame, kind).values()
            if verdict.blocking
            for problem in verdict.problems
        ]
        assert kept_back == [], kept_back
        over = out_of_time(made, house.clock.today())
        wanted[kind] = {
            key: data
            for document in documents(kind, made)
            if document.id not in over
            for key, data in ((document.key, document.body_bytes), (document.sidecar_key, document.sidecar_bytes))
        }
    return wanted


def asked(outcomes: Mapping[str, Outcome]) -> list[str]:
    """What a person would have to decide, with the reasons."""
    return [f"{one.collection}: {'; '.join(one.refusals)}" for one in outcomes.values() if one.status == "refused"]


@pytest.mark.parametrize("seed", [pytest.param(n, marks=[pytest.mark.nightly] * (n > 0)) for n in range(SEEDS)])
def test_in_a_month_of_ordinary_nights_a_person_is_asked_once_at_most(seed: int) -> None:
    month, house, tally = Month(random.Random(f"month-{seed}")), House(bundled=True), Tally(f"month {seed}")
    house.bucket.put(SPECIAL, SPECIAL_DAYS)
    questions: list[str] = []
    for number in range(DAYS):
        today = START + timedelta(days=number)
        house.now = datetime.combine(today, time(6), UTC)
        if number:
            month.day(today)
        wanted = night(house, month)
        outcomes = house.publish()
        new = asked(outcomes)
        questions += [f"{today}: {question}" for question in new]
        for plan in house.decisions.waiting():
            house.publish(approve=plan)
        published = house.published()
        for kind, files in wanted.items():
            assert of(kind, published) == files, f"{today}: {kind.name} is not as the site says"
        changes = {name: (one.added, one.changed, one.removed) for name, one in outcomes.items()}
        tally.tell(f"{today} {month.done} {changes} {new}", *(["asked"] * len(new)), "nights")
    tally.end()
    assert len(questions) <= 1, "\n".join(questions)


@pytest.mark.nightly
def test_in_a_month_of_whole_nights_a_person_is_asked_once_at_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    month, tally, questions = Month(random.Random("month-whole")), Tally("month of whole nights"), list[str]()
    (tmp_path / GOLDEN_FILE).write_bytes(read_file(GOLDEN_FILE))
    with WordPressSite() as site:
        variables = {"MUT_HOME": str(tmp_path / "mut"), "API_BASE_URL": site.base_url, "MUT_RETRY_SECONDS": "0"}
        settings = read_settings({**variables, "GOLDEN_QUESTIONS": str(tmp_path / GOLDEN_FILE)})
        assert settings.retrieval_gate == "block"
        for number in range(DAYS):
            today = START + timedelta(days=number)
            ahead = today - datetime.now(UTC).date()
            monkeypatch.setenv("MUT_TODAY", today.isoformat())
            monkeypatch.setattr(Clock, "now", lambda clock, ahead=ahead: datetime.now(UTC) + ahead)
            if number:
                month.day(today)
            with dg.DagsterInstance.ephemeral() as instance:
                platform = Platform(settings, site, instance)
                platform.bucket.put(SPECIAL, SPECIAL_DAYS)
                platform.bucket.put("raw/preguntas.csv", month.faq_file)
                site.items = {str(kind.wordpress_type): list(items) for kind, items in month.items.items()}
                night = platform.run()
                new = asked({outcome.collection: outcome for outcome in platform.publication.outcomes})
                assert night.success or new, f"{today}: nobody was asked, and it failed: {failure_text(night)}"
                for plan in PublicationLog(platform.bucket).waiting():
                    approved = platform.run("publish_latest", approve=plan)
                    assert approved.success, failure_text(approved)
            questions += [f"{today}: {question}" for question in new]
            tally.tell(f"{today} {month.done} {new}", *(["asked"] * len(new)), "nights")
            assert platform.index.served().keys() == {key for key in platform.documents() if key.endswith(".md")}
    tally.end()
    assert len(questions) <= 1, "\n".join(questions)
