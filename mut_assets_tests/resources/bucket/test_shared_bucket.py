"""A bucket in which others leave things, and a service that loses answers: nothing hangs, nothing stops the whole."""

import json
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from mut_assets.domain.collections import PREGUNTAS, TIENDAS
from mut_assets.domain.documents.document import Document
from mut_assets.domain.plans.plan import ExpectedRemovals, make_plan
from mut_assets.resources.bucket import s3
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.entry import AlreadyThere
from mut_assets.resources.bucket.lease import PREFIX, Lease
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.bucket.snapshots import Snapshots
from mut_assets.resources.bucket.stamps import NAMES
from mut_assets.resources.failures import PermanentFailure, TransientFailure
from mut_assets_tests.fakes.s3_proxy import Answer, Request, Rule, S3Proxy, s3_error, times
from mut_assets_tests.resources.bucket.conftest import NAME
from mut_assets_tests.resources.plaza import Stopped

FIRST = f"{PREFIX}0000000001.json"


def hasty(bucket: Bucket, **changes: Any) -> Lease:
    return Lease(bucket, **{"deadline_seconds": 0.2, "poll": 0.01, **changes})


def of(method: str, answer: Answer, start: str = "") -> Rule:
    def rule(request: Request) -> Answer | None:
        return answer if request.method == method and request.key.startswith(start) else None

    return rule


def link(**changes: object) -> bytes:
    content = {"holder": "somebody", "until": "2026-01-01T00:00:00+00:00", "released": True, **changes}
    return json.dumps({name: value for name, value in content.items() if value is not None}).encode()


# --- the lease --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key",
    ["", "zz.txt", "99.json", "0000000009.json.bak", "0000000007/", "/0000000007.json", "./0000000007.json", "ñ.json"],
)
def test_what_is_no_link_is_nobodys_turn(key: str, on_s3: Bucket, storage: Any) -> None:
    storage.put_object(Bucket=NAME, Key=PREFIX + key, Body=b"" if key[-1:] in ("", "/") else b"x")
    with hasty(on_s3).acquire("night") as turn:
        turn.check()
        assert turn.number == 1
    assert PREFIX + key in {entry.key for entry in on_s3.list(PREFIX)}, "foreign keys are never deleted"


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"[" * 100_000,
        link(until=None),
        link(until=5),
        link(until="soon"),
        link(holder=None),
        link(released=None),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_a_link_that_cannot_be_read_runs_out_like_any_other(damaged: bytes, tmp_path: Path) -> None:
    bucket = Bucket(str(tmp_path))
    bucket.put(FIRST, damaged)
    with pytest.raises(TransientFailure, match=f"MUT-LEASE-101.*{FIRST}"), hasty(bucket).acquire("too early"):
        pytest.fail("somebody may be writing")
    later = hasty(bucket, now=lambda: datetime.now(UTC) + timedelta(seconds=46))
    with later.acquire("night") as turn:
        turn.check()


@pytest.mark.parametrize("until", ["2031-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00", "2025-06-01T00:00:00"])
def test_a_link_that_claims_what_no_lease_can_blocks_nobody(until: str, tmp_path: Path) -> None:
    bucket, said = Bucket(str(tmp_path)), list[str]()
    bucket.put(FIRST, link(until=until, released=False))
    with hasty(bucket).acquire("night", said.append) as turn:
        turn.check()
    assert "somebody" in said[0]


def test_every_conditional_write_refused_ends_with_a_code(on_s3: Bucket, proxy: S3Proxy) -> None:
    proxy.rules.append(of("PUT", s3_error(409, "ConditionalRequestConflict")))
    with pytest.raises(TransientFailure, match="MUT-S3-101.*ConditionalRequestConflict"):
        hasty(on_s3).acquire("night").__enter__()
    assert len(proxy.requests) == 1 + s3.ATTEMPTS
    proxy.rules[:] = [of("PUT", s3_error(412, "PreconditionFailed"))]
    with pytest.raises(TransientFailure, match="MUT-LEASE-101"):
        hasty(on_s3).acquire("night").__enter__()


def test_a_link_that_is_listed_and_never_there_ends(on_s3: Bucket, storage: Any, proxy: S3Proxy) -> None:
    storage.put_object(Bucket=NAME, Key=FIRST, Body=link())
    proxy.rules.append(of("GET", s3_error(404, "NoSuchKey"), PREFIX))
    with pytest.raises(TransientFailure, match="MUT-LEASE-101"):
        hasty(on_s3).acquire("night").__enter__()
    assert len(proxy.requests) < 100


@pytest.mark.parametrize("lost", [1, 2, s3.ATTEMPTS])
def test_a_link_whose_answer_was_lost_is_ours(lost: int, on_s3: Bucket, proxy: S3Proxy) -> None:
    with hasty(on_s3).acquire("night") as turn:
        proxy.rules.append(times(lost, of("PUT", Answer(passed=True), PREFIX)))
        renewed = None
        for _ in range(2):  # where each attempt is lost, the next renewal finds it
            try:
                renewed = turn._lease._next(turn._link, "night", turn=turn._link.turn)
            except TransientFailure:
                continue
            break
        assert renewed is not None and renewed.turn == turn._link.turn
        turn._link = renewed
        turn.check()
    last = Lease(on_s3).last()
    assert last is not None and last.released


def test_taking_goes_on_where_the_answer_was_lost(on_s3: Bucket, proxy: S3Proxy) -> None:
    proxy.rules.append(times(1, of("PUT", Answer(passed=True), PREFIX)))
    began = len(proxy.requests)
    with hasty(on_s3).acquire("night") as turn:
        assert turn.number == 1
    assert len(proxy.requests) - began < 20


def test_a_link_that_is_written_and_refused_each_time_is_ours(on_s3: Bucket, proxy: S3Proxy) -> None:
    """As through a proxy that sends each write twice: the answer is that to the second."""
    proxy.rules.append(of("PUT", s3_error(412, "PreconditionFailed", passed=True), PREFIX))
    with hasty(on_s3).acquire("night") as turn:
        turn.check()
        assert turn.number == 1
        with pytest.raises(TransientFailure, match="MUT-LEASE-101"), hasty(on_s3).acquire("another"):
            pytest.fail("two writers at once")
    last = Lease(on_s3).last()
    assert last is not None and last.released


def test_old_links_that_cannot_be_deleted_stop_nobody(on_s3: Bucket, storage: Any, proxy: S3Proxy) -> None:
    for number in range(1, 4):
        storage.put_object(Bucket=NAME, Key=f"{PREFIX}{number:010d}.json", Body=link())
    proxy.rules.append(of("DELETE", s3_error(503, "SlowDown")))
    with hasty(on_s3, seconds=2).acquire("night") as turn:
        give_up = time.monotonic() + 20
        while turn.number < 6 and time.monotonic() < give_up:
            turn.check()
        assert turn.number >= 6, "it was renewed"
    last = Lease(on_s3).last()
    assert last is not None and last.released
    proxy.rules.clear()
    with hasty(on_s3).acquire("another"):
        assert len(on_s3.list(PREFIX)) == 1, "what was left is swept by the next writer"


@pytest.mark.parametrize("writers", [1, 2])
def test_a_store_that_ignores_conditional_writes_is_refused_in_the_doctors_words(
    writers: int, on_s3: Bucket, proxy: S3Proxy
) -> None:
    proxy.rules.append(of("PUT", Answer(without=("if-none-match",))))
    for _ in range(writers):
        with pytest.raises(PermanentFailure, match="MUT-S3-007.*two writers could both believe that it is their turn"):
            hasty(on_s3).acquire("night").__enter__()


def test_a_writer_whose_link_another_replaced_notices_before_it_writes(on_s3: Bucket, storage: Any) -> None:
    """One conditional write of another's lost its condition on the way."""
    with hasty(on_s3).acquire("first") as turn:
        until = (datetime.now(UTC) + timedelta(seconds=45)).isoformat()
        storage.put_object(Bucket=NAME, Key=FIRST, Body=link(until=until, released=False, turn="another"))
        with pytest.raises(TransientFailure, match="MUT-LEASE-102"):
            turn.check()


def test_the_taking_of_a_lease_costs_one_request_more_than_it_needs(on_s3: Bucket, proxy: S3Proxy) -> None:
    with hasty(on_s3).acquire("night"):
        asked = [request.method for request in proxy.requests]
    assert asked == ["GET", "PUT", "GET", "PUT", "GET"]  # looks, takes, looks whether it moved on, proves, sweeps


def test_a_bucket_of_the_older_code_is_gone_on_with(tmp_path: Path) -> None:
    bucket = Bucket(str(tmp_path))
    bucket.put(f"{PREFIX}0000000007.json", link(until=datetime.now(UTC).isoformat(), released=True))
    with hasty(bucket).acquire("night") as turn:
        assert turn.number == 8
        old_readers_view = json.loads(bucket.get(f"{PREFIX}0000000008.json"))
    assert {"holder", "until", "released"} <= old_readers_view.keys()


# --- snapshots --------------------------------------------------------------------------------------------------------

TABLE = pd.DataFrame({"pregunta": ["¿Hay baños?"], "respuesta": ["Sí"]})


def test_a_snapshot_whose_answer_was_lost_is_written_once(on_s3: Bucket, proxy: S3Proxy) -> None:
    proxy.rules.append(times(1, of("PUT", Answer(passed=True))))
    key = Snapshots(on_s3, Stopped(), latest_alias=False).write("raw", PREGUNTAS, TABLE)
    assert [entry.key for entry in on_s3.list("raw/")] == [key] == ["raw/preguntas_20241103_120000.csv"]


def test_a_snapshot_looks_for_a_free_second_and_then_ends(on_s3: Bucket, proxy: S3Proxy, monkeypatch: Any) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("mut_assets.resources.bucket.stamps.time.sleep", pauses.append)
    snapshots = Snapshots(on_s3, Stopped(), latest_alias=False)
    assert snapshots.write("raw", PREGUNTAS, TABLE) < snapshots.write("raw", PREGUNTAS, TABLE)
    proxy.rules.append(of("PUT", s3_error(412, "PreconditionFailed")))
    pauses.clear()
    with pytest.raises(TransientFailure, match="MUT-S3-103"):
        snapshots.write("raw", PREGUNTAS, TABLE)
    assert len(pauses) == NAMES and sum(pauses) > 1


@pytest.mark.parametrize(
    "foreign", ["raw/", "raw//preguntas.csv", "raw/../x.csv", "raw/preguntas_20990101_000000.csv/"]
)
def test_what_others_left_beside_the_snapshots_is_passed_over(foreign: str, on_s3: Bucket, storage: Any) -> None:
    storage.put_object(Bucket=NAME, Key=foreign, Body=b"")
    snapshots = Snapshots(on_s3, Stopped(), latest_alias=False)
    key = snapshots.write("raw", PREGUNTAS, TABLE)
    assert [snapshot.key for snapshot in snapshots.all("raw", PREGUNTAS)] == [key]


# --- documents --------------------------------------------------------------------------------------------------------


def document(number: int, text: str = "Vende pan.") -> Document:
    title, facts = f"Tienda {number}", {"document_type": "tienda", "titulo": f"Tienda {number}"}
    return Document(TIENDAS, str(number), title, f"https://m.example/{number}/", f"# {title}\n\n{text}\n", facts)


def published(store: DocumentStore, *documents: Document) -> None:
    before = store.holdings().published["tiendas"]
    day, expected = date(2026, 3, 2), ExpectedRemovals()
    plan = make_plan(TIENDAS, list(documents), before, [], today=day, renderer="1", expected=expected)
    store.apply(plan, lambda: None, renderer="1", fuente="x")


def without_etags(body: bytes) -> bytes:
    return b"".join(part.partition(b"</ETag>")[2] if n else part for n, part in enumerate(body.split(b"<ETag>")))


@pytest.mark.parametrize("spelt", [without_etags, lambda body: body.replace(b"<ETag>", b"<ETag>other-")])
def test_where_the_listing_has_no_etags_or_others_the_bytes_are_compared(
    spelt: Any, on_s3: Bucket, proxy: S3Proxy, storage: Any
) -> None:
    proxy.rules.append(lambda one: Answer(rewritten=spelt) if one.method == "GET" and not one.key else None)
    store = DocumentStore(on_s3, "v1/")
    published(store, document(1), document(2))
    writes = len([one for one in proxy.requests if one.method == "PUT" and one.key.startswith("v1/")])
    published(store, document(1), document(2))
    assert writes == len([one for one in proxy.requests if one.method == "PUT" and one.key.startswith("v1/")]) == 4
    storage.put_object(Bucket=NAME, Key="v1/stores/1.md", Body=b"# Otra\n\nY otra.\n")
    assert store.holdings().published["tiendas"]["1"].fingerprint != document(1).fingerprint
    proxy.rules.insert(0, of("PUT", Answer(200, headers=(("ETag", '"lost"'),)), "v1/stores/1.md"))
    with pytest.raises(TransientFailure, match="MUT-S3-102"):
        published(store, document(1), document(2))


def test_folder_markers_are_foreign_under_their_true_names_and_hide_nothing(on_s3: Bucket, storage: Any) -> None:
    store = DocumentStore(on_s3, "v1/")
    published(store, document(1))
    foreign = ("v1/", "v1//stores/9.md", "v1/eventos/", "v1/stores/", "v1/stores/../8.md", "v1/stores//7.md")
    for key in foreign:
        storage.put_object(Bucket=NAME, Key=key, Body=b"")
    holdings = store.holdings()
    assert holdings.foreign == tuple(sorted(foreign))
    assert list(holdings.published["tiendas"]) == ["1"]


# --- state, and a folder ----------------------------------------------------------------------------------------------


def test_only_plans_are_plans(tmp_path: Path) -> None:
    bucket = Bucket(str(tmp_path))
    for name in ("notes.txt", "0a1b2c3d4e5f.json", "0a1b2c3d4e5f.json.bak", "deep/0a1b2c3d4e5f.json", "X.json"):
        bucket.put(f"state/plans/{name}", b"{}")
    assert PublicationLog(bucket).waiting() == ["0a1b2c3d4e5f"]


def test_whatever_lies_in_a_folder_stops_no_listing(tmp_path: Path) -> None:
    bucket = Bucket(str(tmp_path / "bucket"))
    etag = bucket.put("raw/a.csv", b"1")
    raw = tmp_path / "bucket" / "raw"
    (raw / "nowhere").symlink_to("/no/such/file")
    (raw / "round").symlink_to("..")
    (raw / "b.csv#123").write_bytes(b"what a killed process left")
    (raw / "empty").mkdir()
    with open(bytes(raw) + b"/caf\xe9.csv", "wb"):
        pass
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "c.csv").write_bytes(b"1")
    (raw / "linked").symlink_to(tmp_path / "elsewhere")
    listed = {entry.key: entry.etag for entry in bucket.list("raw/")}
    assert listed.pop("raw/a.csv") == etag
    assert listed.keys() == {"raw/caf�.csv", "raw/linked/c.csv"}


@pytest.mark.parametrize("key", ["../x", "raw/../../x", "raw//x", "raw/./x", "raw/", "", "a\0b", "/etc/hostname"])
def test_no_key_leads_out_of_the_folder(key: str, tmp_path: Path) -> None:
    bucket = Bucket(str(tmp_path / "bucket"))
    bucket.put("raw/x", b"1")
    (tmp_path / "x").write_bytes(b"another's")
    with pytest.raises(KeyError):
        bucket.get(key)
    bucket.delete(key)
    with pytest.raises(TransientFailure, match="MUT-S3-101"):
        bucket.put(key, b"2")
    assert (tmp_path / "x").read_bytes() == b"another's" and bucket.get("raw/x") == b"1"


def test_two_creates_at_once_leave_one_whole_file_and_nothing_beside_it(tmp_path: Path) -> None:
    bucket = Bucket(str(tmp_path))
    bucket.create("state/x.json", b"first")
    with pytest.raises(AlreadyThere):
        bucket.create("state/x.json", b"second")
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["x.json"]
    assert bucket.get("state/x.json") == b"first"
