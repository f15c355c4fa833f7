"""No damage to a record under `state/` is a traceback or a silence, and a newer one is never taken for none."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from mut_assets.domain.collections import TIENDAS
from mut_assets.domain.plans.outcome import Outcome, Publication
from mut_assets.domain.plans.serving import Proof
from mut_assets.resources.bucket.document_store import LEDGER, DocumentStore
from mut_assets.resources.bucket.evaluation_runs import EvaluationRuns
from mut_assets.resources.bucket.held_records import HeldRecords
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.publication_log import OUTCOME, PublicationLog
from mut_assets.resources.bucket.records import UnreadableRecord, troubles
from mut_assets.resources.bucket.removals import Gone, Removals
from mut_assets.resources.bucket.served_record import SERVED
from mut_assets.resources.bucket.snapshots import Snapshots
from mut_assets.resources.clock import Clock
from mut_assets.resources.failures import PermanentFailure
from mut_assets_tests.domain.market import ranked, run

PLAN = Outcome("tiendas", "refused", "b/stores/", plan="0a1b2c3d4e5f", day="2026-03-01", refusals=("too much",))
PUBLICATION = Publication("run-1", "2026-03-01T03:00:00+00:00", (PLAN,))
HELD = "state/set_aside/tiendas.json"
GONE = "state/removals/tiendas.json"
ACCEPTED = "state/evaluations/embedded.json"
PLANS = "state/plans/0a1b2c3d4e5f.json"

Read = Callable[[Bucket], object]
READS: dict[str, Read] = {
    OUTCOME: lambda bucket: PublicationLog(bucket).read(),
    PLANS: lambda bucket: PublicationLog(bucket).refused("0a1b2c3d4e5f"),
    SERVED: lambda bucket: PublicationLog(bucket).served.read(),
    ACCEPTED: lambda bucket: EvaluationRuns(bucket, "embedded").read(),
    HELD: lambda bucket: HeldRecords(bucket, Snapshots(bucket, Clock())).read(TIENDAS),
    LEDGER: lambda bucket: DocumentStore(bucket, "kb/").read_ledger(),
    GONE: lambda bucket: Removals(bucket, Snapshots(bucket, Clock())).read(TIENDAS),
}

SHAPES = (
    b"", b"\0\1\2\xff", b"nonsense", b"null", b"5", b"[]", b'"text"', b"{", b"[" * 100_000,
    b'{"a": ' * 5000 + b"1" + b"}" * 5000, '{"año": 1}'.encode("utf-16"), b"\xff\xfe",
)  # fmt: skip
"""What no record is."""

WRONG: dict[str, tuple[dict[str, Any], ...]] = {
    OUTCOME: (
        {"as_of": {"tiendas": 5}}, {"as_of": []}, {"run_id": 1}, {"at": None}, {"outcomes": {"a": 1}},
        {"outcomes": [1]}, {"outcomes": [{"collection": "tiendas"}]}, {"foreign": "text"}, {"canaries": [{}]},
        {"over": 7}, {"recent": 7}, {"recent": [{}]}, {"format": "one"}, {"format": 0}, {"format": None},
    ),
    PLANS: (
        {"collection": "nadie"}, {"collection": 7}, {"day": "mañana"}, {"day": 5}, {"snapshot": 5}, {"status": "x"},
        {"refusals": 5}, {"notes": [5]}, {"added_lines": [5]}, {"rows": "many"}, {"format": "x"},
    ),
    SERVED: ({"published": "many"}, {"unread": []}, {"lost": "stores"}, {"folders": [1]}, {"at": 5}, {"format": []}),
    ACCEPTED: ({"answers": 1}, {"answers": [1]}, {"at": 5}, {"where": []}, {"answers": [{"question": {}}]}),
    HELD: ({"7": 5}, {"7": "ayer"}, {"7": None}, {"7": []}),
    LEDGER: ({"documents": 5}, {"documents": [1]}, {"documents": None}),
    GONE: ({"days": 5}, {"days": [1]}, {"days": None}, {"days": {"7": "ayer"}}, {"days": {"7": 5}}),
}  # fmt: skip


@pytest.fixture
def bucket() -> Bucket:
    """One record of each kind, each as it should be."""
    bucket = Bucket("memory://")
    PublicationLog(bucket).record(PUBLICATION)
    PublicationLog(bucket).served.keep(Proof("run-1", "2026-03-01T03:10:00+00:00", PUBLICATION.at, 1, 1))
    EvaluationRuns(bucket, "embedded").accept(run(ranked("P1", 1)))
    bucket.put(HELD, b'{"7": "2026-03-01"}')
    bucket.put(LEDGER, b'{"documents": {}}')
    Removals(bucket, Snapshots(bucket, Clock())).keep(TIENDAS, Gone(), ["7"], date(2026, 3, 1))
    return bucket


def changed(bucket: Bucket, key: str, **changes: Any) -> None:
    bucket.put(key, json.dumps({**json.loads(bucket.get(key)), **changes}).encode())


@pytest.mark.parametrize("key", READS)
def test_whatever_lies_under_a_records_name_is_a_sentence_with_that_name(bucket: Bucket, key: str) -> None:
    assert READS[key](bucket) is not None
    good = bucket.get(key)
    for data in (*SHAPES, good[: len(good) // 2]):
        bucket.put(key, data)
        with pytest.raises(UnreadableRecord, match=f"MUT-STATE-002: The record {key} in memory:// cannot be read"):
            READS[key](bucket)
    for changes in WRONG[key]:
        bucket.put(key, good)
        changed(bucket, key, **changes)
        with pytest.raises(UnreadableRecord, match=f"MUT-STATE-002: The record {key} in "):
            READS[key](bucket)


@pytest.mark.parametrize("key", READS)
def test_a_newer_format_is_refused_by_name_and_an_unknown_field_is_not(bucket: Bucket, key: str) -> None:
    if key != HELD:  # whose fields are ids
        before = READS[key](bucket)
        changed(bucket, key, invented={"by": "a later release"})
        assert READS[key](bucket) == before
    changed(bucket, key, format=2)
    with pytest.raises(PermanentFailure, match=f"MUT-STATE-001: The record {key} in .* has the format 2; this release"):
        READS[key](bucket)


def test_a_newer_record_is_not_written_over(bucket: Bucket) -> None:
    log = PublicationLog(bucket)
    for key, write in (
        (OUTCOME, lambda: log.record(PUBLICATION)),
        (LEDGER, lambda: DocumentStore(bucket, "kb/").holdings()),
    ):
        changed(bucket, key, format=2)
        before = bucket.get(key)
        with pytest.raises(PermanentFailure, match="MUT-STATE-001"):
            write()
        assert bucket.get(key) == before
    with pytest.raises(PermanentFailure, match="MUT-STATE-001"):
        log.last()


def test_fields_that_a_record_lacks_have_their_default(bucket: Bucket) -> None:
    bucket.put(
        OUTCOME, b'{"run_id": "1", "at": "", "outcomes": [{"collection": "a", "status": "absent", "where": ""}]}'
    )
    assert PublicationLog(bucket).read() == Publication("1", "", (Outcome("a", "absent", ""),))
    bucket.put(PLANS, b'{"collection": "tiendas", "status": "refused", "where": "", "day": "2026-03-01"}')
    assert PublicationLog(bucket).refused("0a1b2c3d4e5f") == Outcome("tiendas", "refused", "", day="2026-03-01")


def test_every_record_says_its_format(bucket: Bucket) -> None:
    DocumentStore(bucket, "kb/")._save({})
    formats = {key: json.loads(bucket.get(key)).get("format") for key in READS if key != HELD}  # by hand, see above
    assert formats == {OUTCOME: 1, SERVED: 1, ACCEPTED: 1, LEDGER: 1, GONE: 1, PLANS: 1}


def test_an_unreadable_record_is_said_and_counts_as_none(bucket: Bucket) -> None:
    said: list[str] = []
    for key in (OUTCOME, ACCEPTED):
        bucket.put(key, b"half a fi")
    assert PublicationLog(bucket).last(said.append) is None
    assert EvaluationRuns(bucket, "embedded").accepted(said.append) is None
    assert [line.split(" in ")[0] for line in said] == [
        f"MUT-STATE-002: The record {OUTCOME}", f"MUT-STATE-002: The record {ACCEPTED}",
    ]  # fmt: skip


def test_what_was_read_can_be_written_again(bucket: Bucket) -> None:
    """Half a character, which JSON can spell and UTF-8 cannot, in what is kept of the publication before."""
    changed(bucket, OUTCOME, outcomes=[{"collection": "eventos", "status": "published", "where": "\ud83d"}])
    log = PublicationLog(bucket)
    log.record(PUBLICATION)
    kept = log.read()
    assert kept is not None and [outcome.where for outcome in kept.outcomes] == [PLAN.where, "?"]


def test_what_an_unreadable_record_may_have_refused_still_waits(bucket: Bucket) -> None:
    log = PublicationLog(bucket)
    bucket.put(OUTCOME, b"half a fi")
    log.record(Publication("run-2", "2026-03-02T03:00:00+00:00", (Outcome("eventos", "published", ""),)))
    assert log.waiting() == ["0a1b2c3d4e5f"]


def test_what_is_no_plan_among_the_plans_does_not_wait(bucket: Bucket) -> None:
    for key in ("state/plans/leeme.txt", "state/plans/otra/0a1b.json", "state/plans/A B.json"):
        bucket.put(key, b"")
    assert PublicationLog(bucket).waiting() == ["0a1b2c3d4e5f"]


def test_held_records_that_cannot_be_read_are_written_anew_even_when_nothing_is_held(bucket: Bucket) -> None:
    snapshots = Snapshots(bucket, Clock())
    bucket.put("raw/tiendas_20260301_030000.csv", b"id,titulo,link,problema\n7,Pan,,\n")
    bucket.put(HELD, b"half a fi")
    held = HeldRecords(bucket, snapshots)
    held.held(TIENDAS, snapshots.read("raw/tiendas_20260301_030000.csv"), date(2026, 3, 2))
    assert held.read(TIENDAS) == {}


def test_all_records_that_cannot_be_used_are_found_at_once(bucket: Bucket) -> None:
    log = PublicationLog(bucket)
    assert troubles(log.reads()) == []
    bucket.put(OUTCOME, b"")
    changed(bucket, PLANS, format=2)
    assert [failure.code for failure in troubles(log.reads())] == ["MUT-STATE-002", "MUT-STATE-001"]


def test_each_run_finds_the_publication_that_it_made_though_another_published_after_it(bucket: Bucket) -> None:
    log, other = PublicationLog(bucket), Outcome("eventos", "unchanged", "")
    log.record(Publication("mine", "2026-03-02T03:00:00+00:00", (Outcome("eventos", "published", "", added=3),)))
    log.record(Publication("other", "2026-03-02T03:01:00+00:00", (other,)))
    mine, others = log.of_runs(["mine"]), log.of_runs(["first", "other"])
    assert mine is not None and (mine.run_id, mine.outcomes[0].added) == ("mine", 3)
    assert others is not None and others.outcomes[0] == other
    assert log.of_runs(["nobody"]) is None
