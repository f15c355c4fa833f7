"""Whole nights in which things go wrong, mixed by seed; after each, one that is left alone puts everything right.

TALLY=nights.txt .venv/bin/python -m pytest mut_assets_tests/chaos/test_nights.py -m nightly -n 2
"""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from mut_assets_tests.chaos.left import NOTHING
from mut_assets_tests.chaos.lies import ACCIDENTS, LIES, SLIPS
from mut_assets_tests.chaos.mishaps import CLOCK, ELSEWHERE, MEANWHILE, Mishap, mixture, of_site
from mut_assets_tests.chaos.night_judge import Night
from mut_assets_tests.chaos.nights import Nights, nights
from mut_assets_tests.chaos.tally import Tally

SEEDS, SLOW_SEEDS = 300, 30
REPEAT = ".venv/bin/python -m pytest 'mut_assets_tests/chaos/test_nights.py::{test}[{case}]' -m 'slow or nightly' -s"


@pytest.fixture(scope="module")
def tally() -> Iterator[Tally]:
    tally = Tally("nights")
    yield tally
    tally.end()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Nights]:
    with nights(tmp_path / "mut") as made:
        yield made


def survive(
    world: Nights, mishaps: list[Mishap], chance: random.Random, tally: Tally, repeat: str, *edits: str
) -> None:
    """A first night, edits, a night with these mishaps, and one that is left alone."""
    first = world.night()
    assert first.green, first.said
    Night(NOTHING, first, []).judge()
    for kind in world.truth:
        world.edit(kind, chance, *edits)
    said = [mishap.begin(world, chance) for mishap in mishaps]
    try:
        left = world.night()
        verdicts = Night(first, left, [mishap.touches for mishap in mishaps]).judge()
        world.calm()
        after = world.night()
        assert after.green, f"the night after it failed: {after.said}"
        healed = Night(left, after, ["services"]).judge()  # what failed is ingested again, and paid for again
        assert set(healed.values()) == {"converged"}, healed
    except AssertionError as error:
        tally.tell(f"{repeat}: {'; '.join(said) or 'nothing'}: FAILED", "failed")
        error.add_note(f"What went wrong: {'; '.join(said)}\nAgain: {repeat}")
        raise
    ended = "green" if left.green else " ".join(left.codes)
    tally.tell(f"{'; '.join(said) or 'nothing'}: {ended}; {verdicts}", *verdicts.values())


@pytest.mark.nightly
@pytest.mark.parametrize("seed", [pytest.param(n, marks=[pytest.mark.slow] * (n < SLOW_SEEDS)) for n in range(SEEDS)])
def test_a_night_in_which_things_go_wrong_and_the_next(world: Nights, tally: Tally, seed: int) -> None:
    chance = random.Random(f"night-{seed}")
    repeat = REPEAT.format(test="test_a_night_in_which_things_go_wrong_and_the_next", case=seed)
    survive(world, mixture(chance, world.kinds), chance, tally, repeat)


SITE = {f"{name}, {how}": (name, how) for name in (*ACCIDENTS, *LIES, *SLIPS) for how in ("always", "content")}
OTHERS = {one.name: one for one in (MEANWHILE, *ELSEWHERE, CLOCK)}


@pytest.mark.nightly
@pytest.mark.parametrize("case", [*SITE, *OTHERS])
def test_a_night_with_one_mishap_and_the_next(world: Nights, tally: Tally, case: str) -> None:
    mishap = OTHERS.get(case) or of_site(SITE[case][0], "stores", SITE[case][1])
    repeat = REPEAT.format(test="test_a_night_with_one_mishap_and_the_next", case=case)
    survive(world, [mishap], random.Random(case), tally, repeat, "close", "open", "edit", "break")
