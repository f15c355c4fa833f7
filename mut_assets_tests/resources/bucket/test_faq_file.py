import pytest

from mut_assets.domain.collections import BUNDLED
from mut_assets.resources.bucket.faq_file import MAX_BYTES, FaqFile, FaqSource
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.failures import PermanentFailure

UPLOADED = "pregunta;respuesta\n¿Hay té?;Sí\n".encode()


def sample() -> bytes:
    return "pregunta,respuesta\n¿Hay pan?,Sí\n".encode()


def test_the_uploaded_file_wins_over_the_bundled_one(bucket: Bucket) -> None:
    bucket.put("raw/preguntas.csv", UPLOADED)
    faq = FaqFile(bucket, bundled=sample)
    assert faq.read() == FaqSource(UPLOADED, "raw/preguntas.csv")
    frame = faq.frame()
    assert frame is not None
    assert frame[["id", "fuente"]].to_numpy().tolist() == [["hay-te", "raw/preguntas.csv"]]


def test_without_an_upload_the_bundled_file_is_read(bucket: Bucket) -> None:
    frame = FaqFile(bucket, bundled=sample).frame()
    assert frame is not None
    assert frame[["id", "fuente"]].to_numpy().tolist() == [["hay-pan", BUNDLED]]


def test_without_any_file_there_is_no_faq_and_no_failure(bucket: Bucket) -> None:
    assert FaqFile(bucket).read() is None
    assert FaqFile(bucket).frame() is None


def test_the_key_follows_the_prefix_of_the_raw_files(bucket: Bucket) -> None:
    bucket.put("otro/preguntas.csv", UPLOADED)
    faq = FaqFile(bucket, "otro/preguntas.csv")
    assert faq.where == f"{bucket.where}/otro/preguntas.csv"
    source = faq.read()
    assert source is not None and source.fuente == "otro/preguntas.csv"


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"x" * (MAX_BYTES + 1), "MUT-FAQ-001", "has 5,000,001 bytes"),
        (b"\n", "MUT-FAQ-002", "The file is empty."),
        (b"PK\x03\x04...", "MUT-FAQ-003", "a workbook that cannot be read"),
        (b"pregunta;respuesta\nq;\x00", "MUT-FAQ-004", "Line 2 holds a NUL byte"),
        (b"question;answer\nq;r", "MUT-FAQ-005", "The header (line 1) has no column pregunta"),
        (b'pregunta;respuesta\nq;"r', "MUT-FAQ-006", "begins on line 2"),
    ],
)
def test_a_file_that_cannot_be_read_fails_for_good_with_its_own_code(
    bucket: Bucket, data: bytes, code: str, said: str
) -> None:
    bucket.put("raw/preguntas.csv", data)
    with pytest.raises(PermanentFailure) as caught:
        FaqFile(bucket, bundled=sample).frame()
    failure = caught.value
    assert failure.code == code
    assert not failure.transient
    assert said in failure.what and f"{bucket.where}/raw/preguntas.csv" in failure.what
    assert failure.advice.endswith(".")


def test_a_broken_bundled_file_is_not_blamed_on_the_bucket(bucket: Bucket) -> None:
    with pytest.raises(PermanentFailure, match="the bundled sample: The file is empty"):
        FaqFile(bucket, bundled=lambda: b"").frame()


def test_a_workbook_counts_where_there_is_no_csv_and_two_files_are_refused(bucket: Bucket) -> None:
    bucket.put("raw/preguntas.xlsx", b"pregunta;respuesta\nHay te;Si.\n")
    frame = FaqFile(bucket).frame()
    assert frame is not None and frame["fuente"].to_list() == ["raw/preguntas.xlsx"]
    bucket.put("raw/preguntas.csv", b"pregunta;respuesta\nHay te;Si.\n")
    with pytest.raises(PermanentFailure, match="both there") as failure:
        FaqFile(bucket).frame()
    assert failure.value.code == "MUT-FAQ-007"
