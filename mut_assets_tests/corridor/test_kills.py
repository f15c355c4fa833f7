"""SIGKILL between any two calls of the platform, then a night that is left alone: as if nothing had happened."""

import random
import signal
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from mut_assets_tests.corridor.account import Account, account

SEED, SAMPLE = 20261122, 20
QUICK = {"MUT_POLL_SECONDS": "0", "MUT_RETRY_SECONDS": "0", "MUT_LEASE_SECONDS": "3"}


@dataclass(frozen=True)
class State:
    """What is left of a first night, and how many jobs each data source had for it."""

    documents: Mapping[str, bytes]
    served: frozenset[str]
    vectors: Mapping[str, object]
    agent: str
    jobs: Mapping[str, int]


@contextmanager
def small_account(folder: Path) -> Iterator[Account]:
    with account(folder / "mut") as made:
        made.variables = dict(QUICK)
        made.site.items = {kind: items[:2] for kind, items in made.site.items.items()}
        yield made


def state(cloud: Account) -> State:
    return State(
        documents=cloud.documents(),
        served=frozenset(cloud.base.served),
        vectors=cloud.vectors(),
        agent=cloud.agent.status,
        jobs=Counter(job.source.name for job in cloud.bedrock.jobs),
    )


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[State, int]:
    """A first night that nobody kills: what it leaves, and how many calls it makes."""
    with small_account(tmp_path_factory.mktemp("undisturbed")) as cloud:
        assert cloud.night() == 0
        return state(cloud), len(cloud.calls)


def killed_and_repeated(folder: Path, at: int) -> tuple[int | None, State]:
    """A first night killed at its call number `at`, and what the next one leaves."""
    with small_account(folder) as cloud:
        cloud.killed_at = at
        ended = cloud.night()
        cloud.killed_at = 0
        assert cloud.night() == 0, f"the night after one killed at call {at}: {cloud.calls[at - 1]}"
        return ended, state(cloud)


@pytest.mark.slow
@pytest.mark.parametrize("sample", range(SAMPLE))
def test_a_night_killed_at_a_call_is_made_good_by_the_next(
    undisturbed: tuple[State, int], tmp_path: Path, sample: int
) -> None:
    expected, calls = undisturbed
    at = sorted(random.Random(SEED).sample(range(1, calls + 1), SAMPLE))[sample]
    ended, left = killed_and_repeated(tmp_path, at)
    assert ended == -signal.SIGKILL
    assert left == expected


@pytest.mark.nightly
def test_a_night_killed_at_any_call_is_made_good_by_the_next(undisturbed: tuple[State, int], tmp_path: Path) -> None:
    expected, calls = undisturbed
    for at in range(1, calls + 1):
        ended, left = killed_and_repeated(tmp_path / str(at), at)
        assert left == expected, f"killed at call {at} of {calls}"
        assert ended in (0, -signal.SIGKILL)  # 0: this night made fewer calls than the undisturbed one
