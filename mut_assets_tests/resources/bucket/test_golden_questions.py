"""The golden questions are found where the users say, and what is wrong with the file is explained."""

from pathlib import Path

import pytest

from mut_assets.resources.bucket.golden_questions import GoldenQuestions
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.failures import PermanentFailure

DATA = b"id,pregunta,estilo,coleccion,relevantes\nP1,pan,nombre,tiendas,stores/7\n"


def test_a_file_of_this_machine(bucket: Bucket, tmp_path: Path) -> None:
    (tmp_path / "oro.csv").write_bytes(DATA)
    (question,) = GoldenQuestions(bucket, str(tmp_path / "oro.csv"), lambda: b"").questions()
    assert question.id == "P1"


def test_a_key_of_the_bucket(bucket: Bucket) -> None:
    bucket.put("raw/oro.csv", DATA)
    golden = GoldenQuestions(bucket, "raw/oro.csv", lambda: b"")
    assert len(golden.questions()) == 1
    assert golden.where == "raw/oro.csv"


def test_the_bundled_ones_are_for_who_names_no_file_and_a_real_site_has_none(bucket: Bucket) -> None:
    golden = GoldenQuestions(bucket, bundled=lambda: DATA)
    assert (len(golden.questions()), golden.where) == (1, "the bundled questions")
    assert GoldenQuestions(bucket).questions() == ()


@pytest.mark.parametrize("place", ["raw/oro.csv", "../oro.csv", "/no/hay/oro.csv", "~/no-hay-oro.csv", "raw/"])
def test_a_file_that_is_nowhere_is_no_reason_to_ask_the_bundled_ones(bucket: Bucket, place: str) -> None:
    bucket.put("raw/otro.csv", DATA)
    with pytest.raises(PermanentFailure, match="GOLDEN_QUESTIONS") as raised:
        GoldenQuestions(bucket, place, lambda: DATA).questions()
    assert raised.value.code == "MUT-EVAL-001"


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"", "MUT-EVAL-002", "The file is empty"),
        (b"pregunta;respuesta\na;b\n", "MUT-EVAL-002", "no column id"),
        (DATA + b"P2,pan,nombre,tiendas,\n", "MUT-EVAL-003", "Line 3 (P2) has a coleccion and no relevantes"),
        (DATA + b",,,,x\n" * 7, "MUT-EVAL-003", "And "),
    ],
)
def test_what_is_wrong_with_the_file_is_explained(bucket: Bucket, data: bytes, code: str, said: str) -> None:
    bucket.put("raw/oro.csv", data)
    with pytest.raises(PermanentFailure) as raised:
        GoldenQuestions(bucket, "raw/oro.csv").questions()
    assert raised.value.code == code
    assert said in str(raised.value) and "raw/oro.csv" in str(raised.value)


@pytest.mark.parametrize("place", ["~nadie/x.csv", "../x", "a\0b", ".", "//x", "a//b"])
def test_a_place_that_no_file_can_have_is_said_like_any_other(bucket: Bucket, place: str) -> None:
    with pytest.raises(PermanentFailure, match="MUT-EVAL-001: GOLDEN_QUESTIONS is "):
        GoldenQuestions(bucket, place).questions()
