"""A rollback from a person's wish to its release: it holds, the nights go on reading, and nothing of it is silent."""

import json
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import pytest

from mut_assets.assets.reporting import reason
from mut_assets.checks import freshness_result
from mut_assets.domain.collections import EVENTOS, RESTAURANTES, TIENDAS
from mut_assets.domain.documents.vectorial import vectorial_frame
from mut_assets.domain.plans.hold import in_force
from mut_assets.domain.plans.outcome import ages_of
from mut_assets.domain.plans.serving import Proof, verdict
from mut_assets.domain.tables.raw import raw_frame
from mut_assets.resources.bucket.hold_record import HOLD
from mut_assets.resources.bucket.snapshots import Snapshots
from mut_assets_tests.assets.test_dataset import House, statuses
from mut_assets_tests.domain.items import FUENTE, card, event
from mut_assets_tests.resources.plaza import Stopped

FIRST, SECOND = "20260301_120000", "20260302_120000"
SHOPS = set("123456")


@pytest.fixture
def house() -> House:
    """After two nights, of which the second has one shop and one restaurant more; a third one read nothing new."""
    house = House()
    for more in ((), (7,), (7,)):
        house.read_the_site(TIENDAS, *range(1, 7), *more)
        house.read_the_site(RESTAURANTES, 1, 2, *more)
        house.publish()
    return house


def failure(result: dg.ExecuteInProcessResult) -> str:
    """Why `kb_dataset` failed; "" when it did not."""
    return "".join(reason(each.step_failure_data.error) for each in result.all_events if each.is_step_failure)


def held(house: House) -> dict[str, Any]:
    collections: dict[str, Any] = json.loads(house.bucket.get("state/hold.json"))["collections"]
    return {name: hold["night"] for name, hold in collections.items()}


def night(house: House, **wish: Any) -> dict[str, Any]:
    """A night that reads one shop more than ever, and publishes."""
    house.read_the_site(TIENDAS, *range(1, 9))
    house.read_the_site(RESTAURANTES, 1, 2, 7)
    return house.publish(**wish)


def test_the_next_night_does_not_undo_a_rollback_and_a_release_publishes_what_was_read_meanwhile(house: House) -> None:
    told = house.publish(as_of=FIRST)
    assert (house.ids(TIENDAS), house.ids(RESTAURANTES)) == (SHOPS, {"1", "2"})
    assert f"held at the night {FIRST}" in told["rollback"].replace("\\", "")
    quiet = night(house)
    assert (house.ids(TIENDAS), quiet["documents_written"], quiet["documents_deleted"]) == (SHOPS, 0, 0)
    assert Snapshots(house.bucket, house.clock).all("vectorial", TIENDAS)[-1].stamp == "20260305_120000"
    after = house.publish(release=True)
    assert house.ids(TIENDAS) == SHOPS | {"7", "8"} and "rollback" not in after
    assert held(house) == {} and house.last.holds == {}
    night(house)
    assert house.ids(TIENDAS) == SHOPS | {"7", "8"}


def test_one_collection_is_held_while_the_others_go_on_and_rollbacks_of_two_nights_overlap(house: House) -> None:
    house.publish(as_of=FIRST, only=["tiendas"])
    assert (house.ids(TIENDAS), house.ids(RESTAURANTES)) == (SHOPS, {"1", "2", "7"})
    house.publish(as_of=SECOND)
    assert held(house) == {"tiendas": SECOND, "restaurantes": SECOND}
    house.publish(as_of=FIRST, only=["restaurantes"])
    assert held(house) == {"tiendas": SECOND, "restaurantes": FIRST}
    assert (house.ids(TIENDAS), house.ids(RESTAURANTES)) == (SHOPS | {"7"}, {"1", "2"})
    night(house, release=True, only=["tiendas"])
    assert held(house) == {"restaurantes": FIRST}
    assert (house.ids(TIENDAS), house.ids(RESTAURANTES)) == (SHOPS | {"7", "8"}, {"1", "2"})


def test_an_event_that_is_over_leaves_while_its_collection_is_held(house: House) -> None:
    items = [
        event(card(when, "11:00", "Nivel 2"))
        | {"id": number, "title": {"rendered": f"Feria {number}"}, "link": f"https://plaza.example/e/{number}/"}
        for number, when in enumerate(("5 de marzo de 2026", "8 de noviembre de 2026"), 1)
    ]
    snapshots = Snapshots(house.bucket, house.clock)
    raw = raw_frame(EVENTOS, items, FUENTE)
    snapshots.write("vectorial", EVENTOS, vectorial_frame(EVENTOS, raw, snapshots.write("raw", EVENTOS, raw)))
    house.publish(as_of="20260304_120000")
    assert house.ids(EVENTOS) == {"1", "2"}
    house.day = 6
    house.publish()
    assert house.ids(EVENTOS) == {"2"}


def test_a_rollback_makes_nothing_stale_and_every_sentence_about_what_is_published_says_it(house: House) -> None:
    house.publish(as_of=FIRST, only=["tiendas"])
    house.day = 20
    house.read_the_site(RESTAURANTES, 1, 2)
    house.publish()
    last, now = house.last, datetime(2026, 3, 20, 13, tzinfo=UTC)
    fresh = freshness_result(ages_of(last, now))
    said = f"held at the night {FIRST} since 2026-03-04 12:00 UTC by terminal"
    assert fresh.passed and said in (fresh.description or "")
    proof = Proof("run", last.at, last.at, published=8, served=8)
    assert verdict(last, proof) == ("warned", f"Every published document is served, as seen on 2026-03-20 12:00 UTC, "
                                              f"but tiendas is {said}.")  # fmt: skip
    assert "`mut release`" in in_force(last.holds)[0]


@pytest.mark.parametrize("left", [b'{"format": 1, "collec', b"", None], ids=["damaged", "empty", "deleted"])
def test_only_a_release_ends_a_rollback_whatever_happens_to_its_record(house: House, left: bytes | None) -> None:
    def lose() -> None:
        house.bucket.delete(HOLD) if left is None else house.bucket.put(HOLD, left)

    house.publish(as_of=FIRST)
    for _ in range(2):  # the night after a night that went on without the record
        lose()
        assert f"held at the night {FIRST}" in night(house)["rollback"].replace("\\", "")
        assert house.ids(TIENDAS) == SHOPS
    house.publish(release=True)
    assert house.ids(TIENDAS) == SHOPS | {"7", "8"}
    lose()
    assert "rollback" not in night(house)


def test_a_hold_of_a_newer_release_is_refused_by_name_and_nothing_is_written(house: House) -> None:
    house.bucket.put("state/hold.json", b'{"format": 2}')
    before = house.last
    assert "MUT-STATE-001" in failure(house.run())
    assert house.last == before


def test_a_held_table_that_is_gone_fails_its_collection_by_name_and_the_others_go_out(house: House) -> None:
    house.publish(as_of=FIRST, only=["tiendas"])
    house.bucket.delete(f"vectorial/stores_vectorial_{FIRST}.csv")
    house.read_the_site(RESTAURANTES, 1, 2, 7, 8)
    house.publish()
    outcomes = {outcome.collection: outcome for outcome in house.last.outcomes}
    assert "MUT-PUB-033" in outcomes["tiendas"].refusals[0] and "mut release" in outcomes["tiendas"].refusals[0]
    assert (house.ids(TIENDAS), house.ids(RESTAURANTES)) == (SHOPS, {"1", "2", "7", "8"})


def test_going_back_to_a_damaged_table_is_refused_before_anything_is_held(house: House) -> None:
    house.bucket.put(f"vectorial/stores_vectorial_{FIRST}.csv", b"id\n1\n")
    assert "MUT-DATA-008" in failure(house.run(as_of=FIRST))
    assert house.ids(TIENDAS) == SHOPS | {"7"} and not house.bucket.list("state/hold")


def test_the_guard_counts_what_goes_once_the_rollback_arrived(house: House) -> None:
    """What an earlier night did not have goes as expected when somebody goes there; what its table loses later not."""
    for shops in (12, 40):
        house.read_the_site(TIENDAS, *range(1, shops + 1))
        house.publish()
    assert house.publish(as_of="20260304_120000")["documents_deleted"] == 28
    key = "vectorial/stores_vectorial_20260304_120000.csv"
    house.bucket.delete(f"state/seals/{key}.json")
    house.bucket.put(key, b"\n".join(house.bucket.get(key).split(b"\n")[:5]) + b"\n")
    house.publish()
    tiendas = next(outcome for outcome in house.last.outcomes if outcome.collection == "tiendas")
    assert tiendas.status == "refused" and "removes 8 of 12 documents" in tiendas.refusals[0]


def test_a_plan_of_newer_tables_is_not_approved_while_its_collection_is_held(house: House) -> None:
    house.read_the_site(TIENDAS, 1)
    house.publish()
    (plan,) = house.decisions.waiting()
    refused = next(outcome for outcome in house.last.outcomes if outcome.plan == plan)
    house.publish(as_of=FIRST, only=["tiendas"])
    record = {"collection": "tiendas", "status": "refused", "where": "", "plan": plan, "day": "2026-03-05"}
    house.bucket.put(f"state/plans/{plan}.json", json.dumps({**record, "snapshot": refused.snapshot}).encode())
    assert "MUT-PUB-032" in failure(house.run(approve=plan))
    assert house.ids(TIENDAS) == SHOPS


def test_a_rollback_that_the_guard_refuses_goes_out_when_it_is_approved_and_holds(house: House) -> None:
    for shops in (50, 21):
        house.read_the_site(TIENDAS, *range(1, shops + 1))
        house.publish()
    house.publish(approve=house.decisions.waiting()[0])
    assert len(house.ids(TIENDAS)) == 21
    house.publish(as_of="20260304_120000")
    assert statuses(house.last)["tiendas"] == "refused" and len(house.ids(TIENDAS)) == 21
    house.publish(approve=house.decisions.waiting()[0])
    night(house)
    assert len(house.ids(TIENDAS)) == 50 and statuses(house.last)["tiendas"] == "unchanged"


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"release": True}, "MUT-PUB-031"),
        ({"release": True, "as_of": FIRST}, "MUT-PUB-020"),
        ({"only": ["tiendas"]}, "MUT-PUB-020"),
        ({"as_of": FIRST, "only": ["shops"]}, "MUT-PUB-030"),
        ({"as_of": FIRST, "only": ["eventos"]}, "MUT-PUB-021"),
        ({"as_of": "20260228_120000"}, "MUT-PUB-005"),
    ],
)
def test_a_wish_that_cannot_be_granted_changes_nothing(house: House, wish: dict[str, Any], code: str) -> None:
    before = {entry.key: entry.etag for entry in house.bucket.list("") if "lease" not in entry.key}
    assert code in failure(house.run(**wish))
    assert {entry.key: entry.etag for entry in house.bucket.list("") if "lease" not in entry.key} == before


def test_a_night_says_what_it_did_and_by_whom(house: House) -> None:
    house.publish(as_of=FIRST)
    last = Snapshots(house.bucket, Stopped()).nights.last("20260304_120000")
    assert (last.by, last.went_back_to, last.published) == ("terminal", FIRST, house.last.at)
    assert last.changes["tiendas"].removed == 1 and last.taken_over["tiendas"].endswith(f"{FIRST}.csv")
