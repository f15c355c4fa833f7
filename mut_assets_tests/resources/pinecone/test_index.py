"""The index in Pinecone, through the real SDK: checked first, written by id, waited for, and plain about failures."""

import logging
import math
import os
import subprocess
import sys
import traceback
import warnings
from array import array
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mut_assets.domain.documents.vectors import VectorRecord
from mut_assets.resources.aws.secrets import PineconeKey
from mut_assets.resources.failures import Failure
from mut_assets.resources.pinecone.index import BATCH_BYTES, NoIndex, PineconeIndex
from mut_assets_tests.fakes.faults import Fault, error, lost_answer, on
from mut_assets_tests.fakes.pinecone import Pinecone
from mut_assets_tests.fakes.pinecone_vectors import DOCUMENTED_LSN, VECTOR_LSN

PLANTED = "pcsk-planted-7e2a0-nobody-may-see-this"
AT_ONCE = {"Retry-After": "0"}
"""Headers of a fault: the SDK's own tries follow without a wait."""


Open = Callable[..., PineconeIndex]


@pytest.fixture
def pinecone() -> Iterator[Pinecone]:
    with Pinecone(dimension=4) as pinecone:
        pinecone.key = PLANTED
        yield pinecone


@pytest.fixture
def naps() -> list[float]:
    """The seconds an index slept; its clock moves by them only."""
    return []


@pytest.fixture
def opened(pinecone: Pinecone, naps: list[float]) -> Iterator[Open]:
    made: list[PineconeIndex] = []

    def open_index(**changes: Any) -> PineconeIndex:
        settings: dict[str, Any] = {"index": "agente", "namespace": "mut-assets", "host": pinecone.host}
        key = PineconeKey(override=lambda: pinecone.key)
        made.append(PineconeIndex(**{**settings, "key": key, **changes}, sleep=naps.append, now=lambda: sum(naps)))
        return made[-1]

    yield open_index
    for index in made:
        index.close()


@pytest.fixture
def index(opened: Open) -> PineconeIndex:
    return opened()


def record(id: str, *values: float, **metadata: Any) -> VectorRecord:
    return VectorRecord(id, array("f", values or (0.5, 0.5, 0.5, 0.5)), metadata)


def records(count: int) -> list[VectorRecord]:
    return [record(f"tiendas/{number:04}#0123456789ab") for number in range(count)]


def refusal(action: Callable[[], object]) -> Failure:
    with pytest.raises(Failure) as caught:
        action()
    return caught.value


# --- is it ours to write to? ------------------------------------------------------------------------------------------


def test_a_fitting_index_is_ready_and_nothing_is_written_before(pinecone: Pinecone, index: PineconeIndex) -> None:
    said: list[str] = []
    index.ready(4, None, said.append)
    assert said == ["Pinecone index agente/mut-assets is ready: 4 dimensions, cosine."]
    assert [call.operation for call in pinecone.calls] == ["DescribeIndex"]


def test_a_missing_index_names_the_others_and_the_command_that_makes_it(pinecone: Pinecone, opened: Open) -> None:
    index = opened(index="nuevo")
    failure = refusal(lambda: index.ready(8, None, print))
    assert (failure.code, failure.transient) == ("MUT-PC-003", False)
    assert "The project of this key has: agente, otro." in failure.what
    _, _, command = failure.advice.partition("python -c ")
    code = command.removeprefix('"').removesuffix('"')
    environment = os.environ | {"PINECONE_API_KEY": pinecone.key, "PINECONE_CONTROLLER_HOST": pinecone.host}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=60)
    index.ready(8, None, print)


@pytest.mark.parametrize(
    ("changes", "code", "transient", "words"),
    [
        ({"dimension": 1024}, "MUT-PC-004", False, "1024 dimensions, the embedding model gives 4"),
        ({"vector_type": "sparse"}, "MUT-PC-005", False, "dense"),
        ({"state": "Initializing"}, "MUT-PC-101", True, "Initializing"),
        ({"state": "Terminating"}, "MUT-PC-012", False, "Terminating"),
        ({"state": "Disabled"}, "MUT-PC-012", False, "Disabled"),
        ({"announced_host": {"not": "text"}}, "MUT-PC-011", False, ""),
    ],
)
def test_an_index_that_does_not_fit_or_is_not_ready(
    pinecone: Pinecone, index: PineconeIndex, changes: dict[str, Any], code: str, transient: bool, words: str
) -> None:
    vars(pinecone).update(changes)
    failure = refusal(lambda: index.ready(4, None, print))
    assert (failure.code, failure.transient, words in failure.what) == (code, transient, True)


@pytest.mark.parametrize(
    ("ours", "theirs"), [("kb", "kb"), ("", ""), ("", "__default__"), ("__default__", "")], ids=str
)
@pytest.mark.parametrize("spelling", ["{host}", "{host}/", "https://{bare}", "{bare}", "HTTPS://{bare}/"])
def test_the_namespace_of_the_knowledge_base_is_refused(
    pinecone: Pinecone, opened: Open, ours: str, theirs: str, spelling: str
) -> None:
    host = spelling.format(host=pinecone.host, bare=pinecone.host.removeprefix("http://"))
    failure = refusal(lambda: opened(namespace=ours).ready(4, (host, theirs), print))
    assert (failure.code, failure.transient) == ("MUT-PC-006", False)
    assert "PINECONE_NAMESPACE" in failure.advice


@pytest.mark.parametrize("taken", [("{host}", "kb"), ("{host}", ""), ("https://kb.svc.example", "mut-assets")])
def test_another_namespace_or_index_of_the_knowledge_base_is_no_clash(
    pinecone: Pinecone, index: PineconeIndex, taken: tuple[str, str]
) -> None:
    index.ready(4, (taken[0].format(host=pinecone.host), taken[1]), print)


def test_the_key_never_travels_over_http_unless_pinecone_host_is_http(pinecone: Pinecone, opened: Open) -> None:
    pinecone.announced_host = "http://index.example"
    failure = refusal(lambda: opened().ready(4, None, print))
    assert failure.code == "MUT-PC-010"
    pinecone.announced_host = pinecone.host.replace("http://", "https://")
    opened().ready(4, None, print)
    assert opened().vector_ids() == [], "on the machine of an http PINECONE_HOST, http is what it speaks"


def test_a_rotated_key_is_taken_up_by_the_next_ready(pinecone: Pinecone, index: PineconeIndex) -> None:
    index.ready(4, None, print)
    pinecone.key = "pcsk-another"
    assert refusal(index.vector_ids).code == "MUT-PC-001"
    index.ready(4, None, print)
    assert index.vector_ids() == []


# --- list, write, delete ----------------------------------------------------------------------------------------------


def test_what_is_written_is_listed_over_all_pages(pinecone: Pinecone, index: PineconeIndex) -> None:
    assert index.upsert_vectors([*records(250), record("eventos/1#0123456789ab")]) == 251
    assert index.vector_ids("tiendas/") == [vector.id for vector in records(250)]
    assert len(index.vector_ids()) == 251
    assert len(pinecone.named("Upsert")) == 3


def test_values_and_metadata_arrive_as_they_are(pinecone: Pinecone, index: PineconeIndex) -> None:
    metadata = {"titulo": "Ñandú & Cía", "nivel": -1, "abierto": True, "tags": ["a", "b"], "precio": 1.5}
    index.upsert_vectors([record("tiendas/1#0123456789ab", 0.1, 0.0, -0.25, 3.0, **metadata)])
    kept = pinecone.namespaces["mut-assets"]["tiendas/1#0123456789ab"]
    assert array("f", kept["values"]) == array("f", [0.1, 0.0, -0.25, 3.0])
    assert kept["metadata"] == metadata


def test_a_request_stays_under_two_megabytes(pinecone: Pinecone, opened: Open) -> None:
    pinecone.dimension = 1024
    values = [math.sin(place) for place in range(1024)]
    heavy = [VectorRecord(f"a/{number}#x", values, {"texto": "ñ" * 19_000}) for number in range(100)]
    assert opened().upsert_vectors(heavy) == 100
    sizes = [size for size, call in zip(pinecone.bodies, pinecone.calls, strict=True) if call.operation == "Upsert"]
    assert max(sizes) < BATCH_BYTES
    assert len(sizes) > 1


def test_writing_and_deleting_nothing_asks_nobody(pinecone: Pinecone, index: PineconeIndex) -> None:
    assert (index.upsert_vectors([]), index.delete_vectors([])) == (0, 0)
    index.wait_until_visible(print)
    assert pinecone.calls == []


@pytest.mark.parametrize("absent_is_404", [True, False])
def test_a_namespace_not_there_yet_is_empty(pinecone: Pinecone, index: PineconeIndex, absent_is_404: bool) -> None:
    pinecone.absent_is_404 = absent_is_404
    assert index.vector_ids() == []
    index.delete_vectors(["a/1#x"])


def test_deletes_are_cut_into_thousands_and_leave_the_rest(pinecone: Pinecone, index: PineconeIndex) -> None:
    index.upsert_vectors([*records(1500), record("eventos/1#0123456789ab")])
    pinecone.namespaces["kb"] = {"theirs": {"id": "theirs", "values": [1.0, 0.0, 0.0, 0.0], "metadata": {}}}
    assert index.delete_vectors(vector.id for vector in records(1500)) == 1500
    assert [len(call.parameters["ids"]) for call in pinecone.named("Delete")] == [1000, 500]
    assert pinecone.ids("mut-assets") == ["eventos/1#0123456789ab"]
    assert pinecone.ids("kb") == ["theirs"]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (record("preguntas/ñ#0123456789ab"), "not ASCII"),
        (record("x" * 513), "not ASCII of 1 to 512"),
        (record("a/1#x", 1.0, 2.0), "2 numbers instead of 4"),
        (record("a/1#x", 0.0, 0.0, 0.0, 0.0), "all numbers are zero"),
        (record("a/1#x", math.nan, 0.0, 0.0, 1.0), "not finite"),
        (record("a/1#x", anidado={"a": 1}), "'anidado'"),
        (record("a/1#x", lista=[1]), "'lista'"),
        (record("a/1#x", nada=None), "'nada'"),
        (record("a/1#x", largo="ñ" * 21_000), "bytes of metadata"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_pinecone_would_refuse_is_named_and_nothing_is_sent(
    pinecone: Pinecone, index: PineconeIndex, bad: VectorRecord, why: str
) -> None:
    index.ready(4, None, print)
    failure = refusal(lambda: index.upsert_vectors([record("tiendas/1#0123456789ab"), bad]))
    assert (failure.code, failure.transient) == ("MUT-PC-007", False)
    assert why in failure.what
    assert repr(bad.id[:80]) in failure.what
    assert pinecone.named("Upsert") == []


def test_a_refused_batch_is_an_error_by_id_and_the_others_stay(pinecone: Pinecone, index: PineconeIndex) -> None:
    pinecone.faults.append(on("Upsert", error("INVALID_ARGUMENT", 400, "No more today"), after=1))
    failure = refusal(lambda: index.upsert_vectors(records(250)))
    there = pinecone.ids("mut-assets")
    missing = sorted({vector.id for vector in records(250)} - {*there})
    assert (failure.code, failure.transient, len(missing) in (50, 100)) == ("MUT-PC-008", False, True)
    assert f"{len(missing)} of 250 vectors were not written: {', '.join(missing)}" in failure.what
    assert "No more today" in failure.what
    assert index.upsert_vectors([vector for vector in records(250) if vector.id in missing]) == len(missing)


@pytest.mark.parametrize(
    ("fault", "code", "transient", "wait"),
    [
        (error("RESOURCE_EXHAUSTED", 429, headers={"Retry-After": "0.01"}), "MUT-PC-106", True, 0.01),
        (error("UNAUTHENTICATED", 401), "MUT-PC-001", False, None),
    ],
    ids=["throttled", "the key expired"],
)
def test_a_batch_fails_by_its_own_cause_with_the_wait_that_was_asked_for(
    pinecone: Pinecone, index: PineconeIndex, fault: Fault, code: str, transient: bool, wait: float | None
) -> None:
    pinecone.faults.append(on("Upsert", fault, times=None, after=1))
    failure = refusal(lambda: index.upsert_vectors(records(300)))
    assert (failure.code, failure.transient, getattr(failure, "retry_after", None)) == (code, transient, wait)
    assert len(pinecone.ids("mut-assets")) == 100


def test_a_lost_answer_doubles_and_loses_nothing(pinecone: Pinecone, index: PineconeIndex) -> None:
    pinecone.faults.append(on("Upsert", lost_answer()))
    assert index.upsert_vectors(records(3)) == 3
    assert pinecone.ids("mut-assets") == [vector.id for vector in records(3)]


# --- until it is seen -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [VECTOR_LSN, DOCUMENTED_LSN, None], ids=["vectors API", "guide", "none"])
def test_settle_waits_until_what_was_written_is_seen_and_then_asks_no_more(
    pinecone: Pinecone, index: PineconeIndex, naps: list[float], headers: tuple[str, str] | None
) -> None:
    pinecone.lsn_headers = headers
    index.upsert_vectors(records(3))
    pinecone.lag = 4
    index.upsert_vectors(records(5))
    said: list[str] = []
    index.wait_until_visible(said.append)
    visible = sorted(pinecone.namespaces["mut-assets"])
    assert visible == [vector.id for vector in records(5)], "without one more read"
    assert (naps, len(said)) == ([1.0] * 4, 1)
    assert bool(pinecone.named("Query")) == bool(headers)
    pinecone.calls.clear()
    index.wait_until_visible(print)
    assert pinecone.calls == []


def test_settle_does_not_count_as_one_in_and_one_out_keep_the_number(pinecone: Pinecone, index: PineconeIndex) -> None:
    index.upsert_vectors(records(1))
    index.wait_until_visible(print)
    pinecone.lag = 2
    index.delete_vectors([records(1)[0].id])
    index.upsert_vectors([record("tiendas/9#0123456789ab")])
    index.wait_until_visible(print)
    assert sorted(pinecone.namespaces["mut-assets"]) == ["tiendas/9#0123456789ab"]


@pytest.mark.parametrize("headers", [VECTOR_LSN, None])
def test_what_is_not_seen_in_time_is_transient(
    pinecone: Pinecone, index: PineconeIndex, naps: list[float], headers: tuple[str, str] | None
) -> None:
    pinecone.lag, pinecone.lsn_headers = 1_000_000, headers
    index.upsert_vectors(records(2))
    failure = refusal(lambda: index.wait_until_visible(print))
    assert (failure.code, failure.transient, sum(naps)) == ("MUT-PC-105", True, 60)


# --- failures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "headers", "code", "transient"),
    [
        *((401, {}, "MUT-PC-001", False), (403, {}, "MUT-PC-002", False), (402, {}, "MUT-PC-002", False)),
        *((status, {}, "MUT-PC-009", False) for status in (400, 409, 413)),
        *((status, AT_ONCE, "MUT-PC-103", True) for status in (408, 500, 503)),
        (429, AT_ONCE, "MUT-PC-102", True),
    ],
)
def test_what_pinecone_says_is_permanent_or_passes(
    pinecone: Pinecone, index: PineconeIndex, status: int, headers: dict[str, str], code: str, transient: bool
) -> None:
    index.ready(4, None, print)
    pinecone.faults.append(on("List", error("SAID", status, f"as told with {PLANTED}", headers), times=None))
    failure = refusal(index.vector_ids)
    assert (failure.code, failure.transient) == (code, transient)
    assert "list agente/mut-assets" in failure.what
    assert "It said: as told with ***." in failure.what


def test_an_unknown_key_names_where_it_came_from(opened: Open) -> None:
    wrong = opened(key=PineconeKey(override=lambda: "pcsk-wrong"))
    failure = refusal(lambda: wrong.ready(4, None, print))
    assert (failure.code, "PINECONE_API_KEY" in failure.what) == ("MUT-PC-001", True)


def test_a_closed_port_is_transient(opened: Open, closed_port: int) -> None:
    failure = refusal(lambda: opened(host=f"http://127.0.0.1:{closed_port}").ready(4, None, print))
    assert (failure.code, failure.transient) == ("MUT-PC-104", True)


def test_the_planted_key_is_nowhere(pinecone: Pinecone, index: PineconeIndex, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said: list[str] = []
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        index.ready(4, None, said.append)
        index.upsert_vectors(records(2))
        index.wait_until_visible(said.append)
        index.delete_vectors(index.vector_ids())
        pinecone.faults.append(on("List", error("ECHO", 400, f"Invalid API Key: {PLANTED}"), times=None))
        failure = refusal(index.vector_ids)
    seen: list[object] = [failure, index, vars(index), caplog.text, said, index.key, index._state]
    seen += [[str(warning.message) for warning in warned], "".join(traceback.format_exception(failure))]
    assert "Invalid API Key: ***" in str(failure)
    assert not any(PLANTED in str(shown) or PLANTED in repr(shown) for shown in seen)
    assert "/vectors/list" in caplog.text, "the SDK's client did log all it does"


def test_no_index_takes_part_in_everything_and_does_nothing() -> None:
    none = NoIndex()
    none.ready(1024, ("https://kb.example", "kb"), print)
    none.wait_until_visible(print)
    assert (none.where, none.vector_ids()) == ("", [])
    assert (none.upsert_vectors(records(1)), none.delete_vectors(["a"])) == (0, 0)
