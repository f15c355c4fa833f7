"""What publishing decided is kept until it is decided otherwise: outcomes, refused plans, how old the knowledge is."""

import json
from dataclasses import replace
from typing import Any

import pytest

from mut_assets.domain.evaluation.gates import Canary
from mut_assets.domain.evaluation.scoring import DocumentRef
from mut_assets.domain.plans.hold import Hold
from mut_assets.domain.plans.outcome import Line, Outcome, Publication
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.publication_log import OUTCOME, PublicationLog
from mut_assets.resources.failures import PermanentFailure

FIRST, SECOND = "2026-03-01T03:00:00+00:00", "2026-03-02T03:00:00+00:00"


PUBLISHED = Outcome("tiendas", "published", "b/stores/", rows=2, added=1, plan="0a1b2c3d4e5f", raw_snapshot="raw/t.csv",
                    added_lines=(Line("Pan", "https://plaza.example/pan/"),))  # fmt: skip
CANARY = Canary(DocumentRef("tiendas", "1", "Pan", ""), "Pan masa", True)
NIGHT = Publication(
    "run-1",
    FIRST,
    (PUBLISHED,),
    ("b/stores/leeme.txt",),
    canaries=(CANARY,),
    expired=("eventos/7", "/eventos/feria"),
    night="20260301_030000",
    holds={"tiendas": Hold("20260201_030000", "vectorial/t.csv", "", "terminal, ana")},
)
RECORD = {
    "run_id": "run-1", "at": FIRST,
    "outcomes": [{
        "collection": "tiendas", "status": "published", "where": "b/stores/",
        "rows": 2, "added": 1, "changed": 0, "removed": 0, "held": 0, "unchanged": 0,
        "plan": "0a1b2c3d4e5f", "snapshot": "", "raw_snapshot": "raw/t.csv", "day": "", "refusals": [], "notes": [],
        "added_lines": [{"title": "Pan", "link": "https://plaza.example/pan/", "detail": ""}],
        "changed_lines": [], "removed_lines": [], "held_lines": [],
    }],
    "foreign": ["b/stores/leeme.txt"], "as_of": {"tiendas": "raw/t.csv"},
    "canaries": [{
        "document": {"collection": "tiendas", "id": "1", "title": "Pan", "link": ""},
        "phrase": "Pan masa", "added": True,
    }],
    "over": ["eventos/7", "/eventos/feria"], "night": "20260301_030000",
    "holds": {"tiendas": {"night": "20260201_030000", "table": "vectorial/t.csv", "since": "", "by": "terminal, ana"}},
}  # fmt: skip
AS_MADE = {**RECORD, "as_of": {}}


@pytest.fixture
def log() -> PublicationLog:
    return PublicationLog(Bucket("memory://"))


def outcome(collection: str, status: Any = "published", night: int = 1, **values: Any) -> Outcome:
    return Outcome(
        collection, status, f"s3://prueba/kb/{collection}/", raw_snapshot=f"raw/{collection}_2026030{night}_030000.csv",
        **values,
    )  # fmt: skip


def refused(collection: str, plan: str, **values: Any) -> Outcome:
    return outcome(collection, "refused", plan=plan, refusals=("it removes 40 of 60 documents",), **values)


def test_a_publication_comes_back_as_it_was_whatever_the_order_of_its_fields(log: PublicationLog) -> None:
    full = refused(
        "eventos", "ffffffffffff", rows=127, added=1, changed=2, removed=3, held=4, unchanged=5,
        snapshot="vectorial/eventos_vectorial_20260301_030000.csv", day="2026-03-01", notes=("first publication",),
        added_lines=(Line("Ñandú", "https://plaza.example/1/"),), changed_lines=(Line("b", "", "horario: 'a' -> 'b'"),),
        removed_lines=(Line("c", ""),), held_lines=(Line("d", "", "no title"),),
    )  # fmt: skip
    recorded = log.record(replace(NIGHT, outcomes=(PUBLISHED, full)))
    served = {"tiendas": "raw/t.csv"}
    assert log.last() == recorded == replace(NIGHT, outcomes=(PUBLISHED, full), snapshots_served=served)
    assert log.refused("ffffffffffff") == full
    content = json.loads(log.bucket.get(OUTCOME))
    log.bucket.put(OUTCOME, json.dumps(dict(reversed(content.items()))).encode())
    assert log.last() == recorded


def test_what_was_not_published_tonight_keeps_its_last_outcome_and_its_plan(log: PublicationLog) -> None:
    log.record(Publication("1", FIRST, (refused("eventos", "e1e1e1e1e1e1"), refused("tiendas", "1a1a1a1a1a1a"))))
    log.record(Publication("2", SECOND, (outcome("tiendas", night=2),)))
    last = log.last()
    assert last is not None and (last.run_id, last.at) == ("2", SECOND)
    assert [(kept.collection, kept.status) for kept in last.outcomes] == [
        ("tiendas", "published"),
        ("eventos", "refused"),
    ]
    assert log.waiting() == ["e1e1e1e1e1e1"] and [kept.collection for kept in last.kept_back] == ["eventos"]


def test_a_plan_is_kept_only_while_an_outcome_refuses_it(log: PublicationLog) -> None:
    log.record(Publication("1", FIRST, (refused("tiendas", "1a1a1a1a1a1a"),)))
    log.record(Publication("2", SECOND, (refused("tiendas", "2a2a2a2a2a2a"), outcome("eventos", "failed"))))
    assert log.waiting() == ["2a2a2a2a2a2a"]
    log.record(Publication("3", SECOND, (outcome("tiendas", "unchanged"),)))
    assert log.waiting() == []


@pytest.mark.parametrize("waiting", ["none", "1a1a1a1a1a1a, e1e1e1e1e1e1"])
def test_an_unknown_plan_is_refused_with_those_that_wait(log: PublicationLog, waiting: str) -> None:
    if waiting != "none":
        log.record(Publication("1", FIRST, (refused("tiendas", "1a1a1a1a1a1a"), refused("eventos", "e1e1e1e1e1e1"))))
    with pytest.raises(PermanentFailure, match=f"MUT-PUB-001.*'x9'.*plans kept there: {waiting}"):
        log.refused("x9")


@pytest.mark.parametrize(
    ("status", "night"), [("published", 2), ("unchanged", 2), ("refused", 1), ("failed", 1), ("absent", 1)]
)
def test_visitors_are_answered_from_the_last_snapshot_that_went_out(
    log: PublicationLog, status: str, night: int
) -> None:
    log.record(Publication("1", FIRST, (outcome("tiendas"), outcome("eventos"))))
    second = log.record(Publication("2", SECOND, (outcome("tiendas", status, night=2),)))
    assert second.snapshots_served == {
        "tiendas": f"raw/tiendas_2026030{night}_030000.csv",
        "eventos": "raw/eventos_20260301_030000.csv",
    }
    assert log.last() == second


def test_an_outcome_without_a_snapshot_says_nothing_about_age(log: PublicationLog) -> None:
    log.record(Publication("1", FIRST, (outcome("preguntas"),)))
    absent = Outcome("preguntas", "unchanged", "s3://prueba/kb/preguntas/")
    assert log.record(Publication("2", SECOND, (absent,))).snapshots_served == {
        "preguntas": "raw/preguntas_20260301_030000.csv"
    }


def test_refused_and_failed_outcomes_keep_the_old_documents_and_say_why() -> None:
    kept = refused("tiendas", "t1"), outcome("eventos", "failed", refusals=("MUT-DATA-005: gone", "again"))
    others = outcome("restaurantes"), outcome("preguntas", "absent")
    assert Publication("1", FIRST, (*others, *kept)).kept_back == kept
    assert [told.why_kept() for told in kept] == [
        "tiendas keeps its old documents: it removes 40 of 60 documents. If the change is meant: mut approve t1. "
        "If not: correct it at its source.",
        "eventos keeps its old documents: MUT-DATA-005: gone; again.",
    ]


@pytest.mark.parametrize("damaged", [b"", b"[]", b"{}", b'{"outcomes": [{"x": 1}]}', b'{"outcomes": 1}'])
def test_a_damaged_record_is_none_and_the_next_publication_replaces_it(log: PublicationLog, damaged: bytes) -> None:
    log.bucket.put(OUTCOME, damaged)
    assert log.last() is None
    assert log.record(Publication("1", FIRST, (outcome("tiendas"),))) == log.last()


def test_a_record_of_an_earlier_release_has_no_canaries(log: PublicationLog) -> None:
    log.bucket.put(OUTCOME, b'{"run_id": "1", "at": "", "outcomes": [], "foreign": ["kb/x.md"], "as_of": {}}')
    assert log.last() == Publication("1", "", (), ("kb/x.md",))


def test_the_record_is_these_bytes(log: PublicationLog) -> None:
    log.record(NIGHT)
    assert log.bucket.get(OUTCOME).decode() == json.dumps({**RECORD, "format": 1, "recent": [AS_MADE]}, indent=1)
