"""A table that somebody cut or edited costs its collection at most, with a code and the file's name."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from mut_assets.domain.collections import EVENTOS, TIENDAS
from mut_assets.domain.plans.outcome import Publication
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.snapshots import SEALS
from mut_assets.resources.failures import PermanentFailure, TransientFailure
from mut_assets_tests.domain.items import page
from mut_assets_tests.publishing.test_publisher import LAST, NEXT, SITE, House

VECTORIAL = "vectorial/eventos_vectorial_20251012_030000.csv"
RAW = "raw/eventos_20251012_030000.csv"

Damage = Callable[[bytes], bytes]


def _with_semicolons(data: bytes) -> bytes:
    return data.replace(b",", b";")


def _without(column: str) -> Damage:
    return lambda data: data.replace(f",{column}".encode(), b",otra", 1)


def _cells(name: bytes, value: bytes) -> Damage:
    """The same cell everywhere: the first rows have it as it was written."""
    return lambda data: data.replace(name, value)


def _header_only(data: bytes) -> bytes:
    return data.partition(b"\n")[0] + b"\n"


def _last_row_gone(data: bytes) -> bytes:
    return data[: data.index(b"\nFeria 4") + 1]


UNREADABLE: dict[str, Damage] = {
    "Excel's semicolons": _with_semicolons,
    "a header only": _header_only,
    "empty": lambda _: b"",
    "only a byte order mark": lambda _: b"\xef\xbb\xbf",
    "not UTF-8": lambda data: data.replace("ó".encode(), b"\xf3") + b"\xf3",
    "UTF-16": lambda data: data.decode("utf-8-sig").encode("utf-16"),
    "binary": lambda _: b"PK\x03\x04\0\0",
    "more cells than the header names": lambda data: data.replace(b"\n", b",1,2,3\n").replace(b",1,2,3\n", b"\n", 1),
    "an open quotation mark": lambda data: data + b'9,"',
}
OF_THE_VECTORIAL = {
    "without origen": _without("origen"),
    "without fuente": _without("fuente"),
    "without texto_embedding": _without("texto_embedding"),
    "its raw table is nowhere": _cells(RAW.encode(), b"raw/eventos_20200101_000000.csv"),
    "its raw table is above the bucket": _cells(RAW.encode(), b"../../etc/passwd"),
    "its raw table has no name": _cells(RAW.encode(), b""),
    "a last day that is none": _cells(b",20251012,", b",pronto,"),
    "an id that is no key": _cells(b"\n", b"\n../"),
    "one id twice": lambda data: data + data.partition(b"\n")[2],
}
OF_THE_RAW = {"without problema": _without("problema")}
CASES = [
    *((VECTORIAL, name, damage) for name, damage in {**UNREADABLE, **OF_THE_VECTORIAL}.items()),
    *((RAW, name, damage) for name, damage in {**UNREADABLE, **OF_THE_RAW}.items()),
]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(Bucket(str(tmp_path / "bucket")))


@pytest.mark.parametrize("sealed", [True, False])
@pytest.mark.parametrize(
    ("key", "damage"), [(key, damage) for key, _, damage in CASES], ids=[f"{key[:3]}: {name}" for key, name, _ in CASES]
)
def test_a_damaged_table_keeps_its_own_collection_back_and_says_which_file_it_is(
    house: House, key: str, damage: Damage, sealed: bool
) -> None:
    house.read_the_site(SITE)
    house.read_the_site([page()], collection=TIENDAS)
    if not sealed:
        house.bucket.delete(f"{SEALS}{key}.json")
    before = house.bucket.get(key)
    house.bucket.put(key, damage(before))
    assert house.bucket.get(key) != before, "the table was not damaged"
    publisher = house.publisher()
    failed, good = (publisher.propose(collection, {}, LAST) for collection in (EVENTOS, TIENDAS))
    assert re.match(rf"MUT-DATA-00[578]: .*\b{key}", failed.failure)
    assert house.apply(failed, LAST).status == "failed"
    assert house.apply(good, LAST).added == 1


class _OutOfReach(Bucket):
    """A bucket that does not answer when the vectorial table of events is read."""

    def get(self, key: str) -> bytes:
        if key == VECTORIAL:
            raise TransientFailure("MUT-S3-101", "The bucket gave no answer.", "It is tried again.")
        return super().get(key)


def test_a_table_out_of_reach_is_asked_for_again_and_at_the_last_try_costs_its_collection_alone(house: House) -> None:
    house.read_the_site(SITE)
    house.read_the_site([page()], collection=TIENDAS)
    publisher = House(_OutOfReach(house.bucket.address)).publisher()
    with pytest.raises(TransientFailure):
        publisher.propose(EVENTOS, {}, LAST)
    assert publisher.propose(EVENTOS, {}, LAST, last_try=True).failure.startswith("MUT-S3-101")
    assert publisher.propose(TIENDAS, {}, LAST, last_try=True).failure == ""


@pytest.mark.parametrize("cut", [_last_row_gone, lambda data: data[:-1], lambda data: data[:-3] + b"\n"])
@pytest.mark.parametrize("key", [VECTORIAL, RAW])
def test_a_table_that_was_cut_in_a_row_or_at_its_end_deletes_nothing(house: House, key: str, cut: Damage) -> None:
    house.read_the_site(SITE)
    house.publish(LAST)
    house.bucket.put(key, cut(house.bucket.get(key)))
    kept = house.publish(LAST)
    assert kept.status == "failed" and len(house.published()) == 4
    assert re.match(rf"MUT-DATA-008: The snapshot {key} .* is not what was written: it had [\d,]+ bytes and has [\d,]+",
                    kept.refusals[0])  # fmt: skip


def test_the_next_night_goes_out_without_anybody_deleting_the_damaged_table(house: House) -> None:
    house.read_the_site(SITE)
    house.bucket.put(VECTORIAL, b"")
    assert house.publish(LAST).status == "failed"
    house.read_the_site(SITE, day=NEXT)
    assert house.publish(NEXT).added == 2


def test_a_table_without_a_seal_and_one_whose_seal_is_damaged_are_believed(house: House) -> None:
    house.read_the_site(SITE)
    house.bucket.delete(f"{SEALS}{RAW}.json")
    house.bucket.put(f"{SEALS}{VECTORIAL}.json", b"half a fi")
    assert house.publish(LAST).added == 4


def test_a_plan_that_waits_for_a_damaged_table_is_refused_by_name(house: House) -> None:
    house.read_the_site(SITE)
    house.publish(LAST)
    house.read_the_site(SITE[:1], day=NEXT)
    proposal = house.propose(NEXT)
    publisher = house.publisher()
    refused = house.apply(proposal, NEXT, ["too much"])
    publisher.publication_log.record(Publication("1", "", (refused,)))
    assert publisher.reopen_refused_plan(refused.plan)[0].plan.id == refused.plan
    house.bucket.put(refused.snapshot, b"")
    with pytest.raises(PermanentFailure, match=f"MUT-DATA-005.*{refused.snapshot}"):
        publisher.reopen_refused_plan(refused.plan)


def test_a_file_whose_name_is_no_time_is_no_snapshot(house: House) -> None:
    house.read_the_site(SITE)
    house.bucket.put("vectorial/eventos_vectorial_99999999_999999.csv", b"whatever")
    house.bucket.put("raw/eventos_20251399_030000.csv", b"whatever")
    assert house.publish(LAST).added == 4
