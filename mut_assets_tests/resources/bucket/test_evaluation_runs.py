"""The accepted run comes back as it was kept, one for each retriever."""

import pytest

from mut_assets.domain.evaluation.scoring import score
from mut_assets.resources.bucket.evaluation_runs import EvaluationRuns
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets_tests.domain.market import ALL, question, ranked, ref, run


def test_a_run_comes_back_as_it_was_and_another_retriever_has_its_own(bucket: Bucket) -> None:
    embedded, served = EvaluationRuns(bucket, "embedded"), EvaluationRuns(bucket, "KB00000001")
    assert embedded.accepted() is None
    embedded.accept(run(ranked("P1", 3)))
    stale = score(question("P2", "stores/99", phrase="ñandú"), [ref("stores/1")], ALL, {"stores/99"})
    embedded.accept(run(ranked("P1", 1), ranked("P3", 0), stale))
    assert embedded.accepted() == run(ranked("P1", 1), ranked("P3", 0), stale)
    assert served.accepted() is None
    assert [entry.key for entry in bucket.list("")] == ["state/evaluations/embedded.json"]


@pytest.mark.parametrize("damaged", [b"", b"[]", b"{}", b'{"answers": [1], "where": "", "at": ""}', b'{"answers": 1}'])
def test_a_damaged_record_is_none(bucket: Bucket, damaged: bytes) -> None:
    kept = EvaluationRuns(bucket, "embedded")
    kept.bucket.put(kept.key, damaged)
    assert kept.accepted() is None


def test_what_was_asked_is_remembered_under_the_names_it_always_had(bucket: Bucket) -> None:
    kept = EvaluationRuns(bucket, "embedded")
    assert (kept.last_checked(), kept.canaries_found()) == ("", "")
    kept.mark_checked("0a1b2c3d4e5f")
    kept.mark_canaries_found("2026-03-01T03:00:00+00:00")
    assert (kept.last_checked(), kept.canaries_found()) == ("0a1b2c3d4e5f", "2026-03-01T03:00:00+00:00")
    assert [entry.key for entry in kept.bucket.list("")] == [
        "state/evaluations/embedded.heard",
        "state/evaluations/embedded.settled",
    ]
