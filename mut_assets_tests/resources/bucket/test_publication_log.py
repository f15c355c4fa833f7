"""The record of the last publication: its bytes, field by field, and what an unreadable one gives."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from mut_assets.domain.evaluation.gates import Canary
from mut_assets.domain.evaluation.scoring import DocumentRef
from mut_assets.domain.plans.outcome import Line, Outcome, Publication
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.publication_log import OUTCOME, PublicationLog
from mut_assets.resources.failures import PermanentFailure

PUBLISHED = Outcome("tiendas", "published", "b/stores/", rows=2, added=1, plan="0a1b2c3d4e5f", raw_snapshot="raw/t.csv",
                    added_lines=(Line("Pan", "https://plaza.example/pan/"),))  # fmt: skip
REFUSED = replace(PUBLISHED, collection="eventos", status="refused", plan="ffffffffffff", refusals=("it removes …",))
NIGHT = Publication(
    "run-1",
    "2026-03-01T03:00:00+00:00",
    (PUBLISHED, REFUSED),
    ("b/stores/leeme.txt",),
    canaries=(Canary(DocumentRef("tiendas", "1", "Pan", ""), "Pan masa", True),),
    expired=("eventos/7", "/eventos/feria"),
)
RECORD = """{
 "run_id": "run-1",
 "at": "2026-03-01T03:00:00+00:00",
 "outcomes": [
  {
   "collection": "tiendas",
   "status": "published",
   "where": "b/stores/",
   "rows": 2,
   "added": 1,
   "changed": 0,
   "removed": 0,
   "held": 0,
   "unchanged": 0,
   "plan": "0a1b2c3d4e5f",
   "snapshot": "",
   "raw_snapshot": "raw/t.csv",
   "day": "",
   "refusals": [],
   "notes": [],
   "added_lines": [
    {
     "title": "Pan",
     "link": "https://plaza.example/pan/",
     "detail": ""
    }
   ],
   "changed_lines": [],
   "removed_lines": [],
   "held_lines": []
  }
 ],
 "foreign": [
  "b/stores/leeme.txt"
 ],
 "as_of": {
  "tiendas": "raw/t.csv"
 },
 "canaries": [
  {
   "document": {
    "collection": "tiendas",
    "id": "1",
    "title": "Pan",
    "link": ""
   },
   "phrase": "Pan masa",
   "added": true
  }
 ],
 "over": [
  "eventos/7",
  "/eventos/feria"
 ]
}"""


@pytest.fixture
def log(tmp_path: Path) -> PublicationLog:
    return PublicationLog(Bucket(str(tmp_path)))


def test_the_record_is_these_bytes(log: PublicationLog) -> None:
    log.record(replace(NIGHT, outcomes=(PUBLISHED,)))
    assert log.bucket.get(OUTCOME).decode() == RECORD


def test_a_publication_comes_back_as_it_was_recorded(log: PublicationLog) -> None:
    recorded = log.record(NIGHT)
    assert log.last() == recorded == replace(NIGHT, snapshots_served={"tiendas": "raw/t.csv"})


def test_the_order_of_the_fields_in_the_file_means_nothing(log: PublicationLog) -> None:
    recorded = log.record(NIGHT)
    content = json.loads(log.bucket.get(OUTCOME))
    log.bucket.put(OUTCOME, json.dumps(dict(reversed(content.items()))).encode())
    assert log.last() == recorded


def test_a_record_of_before_the_canaries_is_read(log: PublicationLog) -> None:
    log.record(NIGHT)
    content = json.loads(log.bucket.get(OUTCOME))
    log.bucket.put(OUTCOME, json.dumps({name: content[name] for name in list(content)[:5]}).encode())
    assert log.last() == replace(NIGHT, snapshots_served={"tiendas": "raw/t.csv"}, canaries=(), expired=())


def test_a_refused_plan_waits_until_its_collection_is_published(log: PublicationLog) -> None:
    log.record(NIGHT)
    assert log.waiting() == ["ffffffffffff"] and log.refused("ffffffffffff") == REFUSED
    log.record(replace(NIGHT, outcomes=(PUBLISHED,)))
    assert log.waiting() == ["ffffffffffff"], "publishing another collection decides nothing about this one"
    log.record(replace(NIGHT, outcomes=(replace(REFUSED, status="published"),)))
    assert log.waiting() == []
    with pytest.raises(PermanentFailure, match="MUT-PUB-001"):
        log.refused("ffffffffffff")


@pytest.mark.parametrize("damaged", [b"", b"[]", b"{}", b'{"run_id": "1", "at": "", "outcomes": [1]}'])
def test_an_unreadable_record_is_taken_for_none(log: PublicationLog, damaged: bytes) -> None:
    log.bucket.put(OUTCOME, damaged)
    assert log.last() is None
