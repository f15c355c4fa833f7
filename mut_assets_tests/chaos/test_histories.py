"""Histories in virtual time over publisher, bucket and site: no document is lost, none is invented, and an undisturbed
night puts everything right.

A failing history is printed by hypothesis, shortened, as the steps that lead to it; the same test shows it again.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from mut_assets.domain.collections import EVENTOS, PREGUNTAS, TIENDAS, Collection
from mut_assets.resources.bucket import document_store
from mut_assets_tests.chaos import market
from mut_assets_tests.chaos.house import PREFIX
from mut_assets_tests.chaos.judge import Judged
from mut_assets_tests.chaos.market import Entity, Truth

MARKETS: Mapping[str, tuple[Collection, ...]] = {
    "events": (EVENTOS,),
    "stores": (TIENDAS,),
    "questions": (PREGUNTAS,),
    "events and questions": (EVENTOS, PREGUNTAS),
}
RECORDS = (
    "state/nights/",
    "state/published.json",
    "state/publication.json",
    "state/set_aside/",
    "state/seals/",
    "state/plans/",
)
DAMAGES = (None, b"", b"{", b"null", b'{"format": 1}')
"""What becomes of an object; None: it is gone."""
STEPS = 6
"""Of one history, at most; a night is one."""

places, kinds = st.integers(0, 9), st.integers(0, 1)


class Histories(RuleBasedStateMachine):
    """One market and its platform. `site` is what the site says now, and everything that happens is judged at once."""

    ended: Counter[str] = Counter()
    judged = 0
    """Histories that came to their end. Hypothesis counts fewer: those it cuts short are judged all the same."""

    def __init__(self) -> None:
        super().__init__()
        self.platform = Judged(ended=self.ended)
        self.house = self.platform.house
        self.site: dict[Collection, Truth] = {}

    @initialize(of=st.sampled_from(list(MARKETS)), size=st.sampled_from([1, 2, 5, 8, 9]))
    def a_market_opens(self, of: str, size: int) -> None:
        for kind in MARKETS[of]:
            first = market.FIRST_IDS[kind]
            self.site[kind] = {id: self._new(kind, id) for id in range(first, first + size)}
        self.a_night()

    @rule(kind=kinds, place=places)
    def somebody_edits(self, kind: int, place: int) -> None:
        self._change(kind, place, _edited)

    @rule(kind=kinds, place=places)
    def something_closes(self, kind: int, place: int) -> None:
        self._change(kind, place, lambda entity: None)

    @rule(kind=kinds)
    def most_things_close(self, kind: int) -> None:
        for _ in range(len(self.site[self._kind(kind)]) * 2 // 3):
            self.something_closes(kind, 0)

    @rule(kind=kinds, many=st.integers(1, 3))
    def something_opens(self, kind: int, many: int) -> None:
        chosen = self._kind(kind)
        first = max(self.site[chosen]) + 1
        new = {id: self._new(chosen, id) for id in range(first, first + many)}
        self.site[chosen] = {**self.site[chosen], **new}

    @rule(kind=kinds, place=places)
    def something_cannot_be_understood_any_more(self, kind: int, place: int) -> None:
        self._change(kind, place, lambda entity: replace(entity, broken=True))

    @rule(kind=kinds)
    def everything_can_be_understood_again(self, kind: int) -> None:
        self._change_all(kind, lambda entity: replace(entity, broken=False))

    @rule(kind=kinds)
    def somebody_rewrites_everything(self, kind: int) -> None:
        self._change_all(kind, _edited)

    @rule()
    def a_night(self) -> None:
        self.platform.night(self.site, tuple(self.site))

    @rule(kind=kinds)
    def a_night_in_which_a_collection_fails(self, kind: int) -> None:
        self.platform.night(self.site, [one for one in self.site if one is not self._kind(kind)])

    @rule(writes=st.integers(0, 60))
    def a_night_that_is_killed_between_two_writes(self, writes: int) -> None:
        self.house.bucket.fuse.left = writes
        self.a_night()

    @rule(days=st.integers(2, 40))
    def nobody_runs_anything_for_days(self, days: int) -> None:
        self.house.now += timedelta(days=days)

    @precondition(lambda self: self.house.decisions.waiting())
    @rule(place=places)
    def somebody_approves(self, place: int) -> None:
        waiting = self.house.decisions.waiting()
        self.platform.approve(waiting[place % len(waiting)])

    @rule(back=places, alone=st.booleans())
    def somebody_goes_back(self, back: int, alone: bool) -> None:
        stamps = sorted({stamp for one in self.platform.remembered.values() for stamp in one.tables})
        self.platform.go_back(stamps[-1 - back % len(stamps)], [self._kind(0).name] if alone else [])

    @precondition(lambda self: self.house.held())
    @rule(alone=st.booleans())
    def somebody_releases(self, alone: bool) -> None:
        self.platform.release([self._kind(0).name] if alone else [])

    @rule(hours=st.sampled_from([-72, -20, -1, 30, 9000]))
    def a_night_under_a_clock_that_is_wrong(self, hours: int) -> None:
        self.house.now += timedelta(hours=hours)
        self.a_night()
        self.house.now -= timedelta(hours=hours)

    @rule(prefix=st.sampled_from(RECORDS), place=places, data=st.sampled_from(DAMAGES))
    def a_record_is_lost_or_damaged(self, prefix: str, place: int, data: bytes | None) -> None:
        if self._damage(prefix, place, data).startswith("state/set_aside/"):
            for one in self.platform.remembered.values():
                one.forget()

    @rule(kind=kinds)
    def a_table_is_emptied(self, kind: int) -> None:
        one = self.platform.remembered[self._kind(kind)]
        if stamp := one.newest(self.house.now):
            one.tables[stamp].damaged = True
            self.house.bucket.put(f"raw/{one.kind.name}_{stamp}.csv", b"")

    @rule(place=st.integers(0, 30), data=st.sampled_from([None, b"", b"# Otra cosa\n"]))
    def somebody_meddles_with_a_document(self, place: int, data: bytes | None) -> None:
        self._damage(PREFIX, place, data, ending=".md")

    def teardown(self) -> None:
        if self.site:
            self.platform.settle(self.site)
            Histories.judged += 1

    def _new(self, kind: Collection, id: int) -> Entity:
        days = timedelta(days=random.Random(id).choice([1, 5, 20, 60]))
        return Entity(last_day=self.house.clock.today() + days if kind is EVENTOS else None)

    def _kind(self, number: int) -> Collection:
        return list(self.site)[number % len(self.site)]

    def _change(self, number: int, place: int, how: Callable[[Entity], Entity | None]) -> None:
        kind = self._kind(number)
        truth = dict(self.site[kind])
        id = sorted(truth)[place % len(truth)]
        changed = how(truth.pop(id))
        truth |= {id: changed} if changed else {}
        if not all(entity.broken for entity in truth.values()):  # a table without a good row is kept back: no history
            self.site[kind] = truth

    def _change_all(self, number: int, how: Callable[[Entity], Entity]) -> None:
        kind = self._kind(number)
        self.site[kind] = {id: how(entity) for id, entity in self.site[kind].items()}

    def _damage(self, prefix: str, place: int, data: bytes | None, ending: str = "") -> str:
        """Gives the key of what was damaged; "" where there is nothing."""
        found = [entry.key for entry in self.house.bucket.list(prefix) if entry.key.endswith(ending)]
        if not found:
            return ""
        key = found[place % len(found)]
        if data is None:
            self.house.bucket.delete(key)
        else:
            self.house.bucket.put(key, data)
        return key


def _edited(entity: Entity) -> Entity:
    return replace(entity, version=entity.version + 1)


def survive(number: int, histories: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many histories or a few more, the same for the same number."""
    monkeypatch.setattr(document_store, "IN_FLIGHT", 1)  # killed after the same writes each time
    monkeypatch.setattr(Histories, "ended", Counter())
    monkeypatch.setattr(Histories, "judged", 0)
    while (left := histories - Histories.judged) > 0:
        chosen = settings(
            max_examples=(left * 3 + 3) // 4,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=False,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(seed(number * histories + left)(Histories), settings=chosen)
    print(f"\n{Histories.judged} histories of seed {number}:", dict(Histories.ended))


@pytest.mark.slow
def test_no_history_loses_or_invents_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    survive(0, 300, monkeypatch)


@pytest.mark.nightly
@pytest.mark.parametrize("number", range(1, 21))
def test_ten_thousand_histories_lose_or_invent_no_document(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    survive(number, 500, monkeypatch)
