"""A month of ordinary nights with everything on that can keep a change from visitors: guard, gates, quality checks.

Nothing in it is a mistake, so a person is asked once at most, is told why, and everything else goes out the same night.
"""

import random
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from mut_assets.assets import raw as raw_stage
from mut_assets.assets import vectorial as vectorial_stage
from mut_assets.assets.reporting import verdicts
from mut_assets.domain.collections import COLLECTIONS, Collection
from mut_assets.domain.documents.document import documents, expired
from mut_assets.domain.plans.outcome import Outcome
from mut_assets.resources.wordpress.sample_pages import GOLDEN_FILE, read_file
from mut_assets_tests.chaos.house import House
from mut_assets_tests.chaos.judge import of
from mut_assets_tests.chaos.market import Files
from mut_assets_tests.chaos.month import DAYS, SPECIAL_DAYS, START, Month
from mut_assets_tests.chaos.nights import TODAY, nights
from mut_assets_tests.chaos.tally import Tally

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
        over = expired(made, house.clock.today())
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
def test_in_a_month_of_whole_nights_a_person_is_asked_once_at_most(tmp_path: Path) -> None:
    month, tally = Month(random.Random("month-whole")), Tally("month of whole nights")
    questions: list[str] = []
    (tmp_path / GOLDEN_FILE).write_bytes(read_file(GOLDEN_FILE))
    with nights(tmp_path / "mut") as world:
        world.page_size = 100
        world.account.variables |= {"GOLDEN_QUESTIONS": str(tmp_path / GOLDEN_FILE), "RETRIEVAL_GATE": "block"}
        world.upload(SPECIAL, SPECIAL_DAYS)
        for number in range(DAYS):
            today = START + timedelta(days=number)
            world.skew = today - TODAY
            if number:
                month.day(today)
            for kind, items in month.items.items():
                world.shows(str(kind.wordpress_type), items)
            world.upload("raw/preguntas.csv", month.faq_file)
            left = world.night()
            assert left.publication is not None, left.said
            new = asked({outcome.collection: outcome for outcome in left.publication.outcomes})
            questions += [f"{today}: {question}" for question in new]
            assert left.green or new, f"{today}: nobody was asked, and it failed: {left.said}"
            for outcome in left.publication.outcomes:
                if outcome.status == "refused":
                    assert not world.approve(outcome.plan).failed
            tally.tell(f"{today} {month.done} {new} {left.codes}", *(["asked"] * len(new)), "nights")
        published = {key: text.decode() for key, text in world.files().items() if key.endswith(".md")}
        assert world.served() == published
    tally.end()
    assert len(questions) <= 1, "\n".join(questions)
