"""Titan's vectors: one call per text, paid for once, and every refusal says what to do."""

import hashlib
import math
from array import array

import pytest

from mut_assets.domain.documents.limits import LONGEST_TEXT
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.embedding.titan import DOLLARS_PER_1000_TOKENS, TitanEmbedder
from mut_assets.resources.failures import Failure
from mut_assets_tests.fakes.bedrock import Bedrock
from mut_assets_tests.fakes.bedrock_runtime import TITAN
from mut_assets_tests.fakes.faults import Fault, error, lost_answer, on

TEXTS = [f"# Local {number}\n\nVende cuadernos y lápices número {number}.\n" for number in range(20)]


@pytest.fixture
def titan(bedrock: Bedrock, bucket: Bucket) -> TitanEmbedder:
    return TitanEmbedder(bucket)


def refusal(titan: TitanEmbedder, *texts: str) -> Failure:
    with pytest.raises(Failure) as caught:
        titan.embed(texts)
    return caught.value


def test_each_text_is_asked_for_once_and_alone(bedrock: Bedrock, titan: TitanEmbedder) -> None:
    said: list[str] = []
    done = titan.embed([*TEXTS, TEXTS[0]], said.append)
    assert [call.parameters["modelId"] for call in bedrock.calls] == [TITAN] * len(TEXTS)
    assert [len(vector) for vector in done.vectors] == [1024] * 21
    assert all(math.isclose(math.hypot(*vector), 1, rel_tol=1e-5) for vector in done.vectors)
    assert done.vectors[20] == done.vectors[0] != done.vectors[1]
    assert (done.from_cache, done.tokens) == (0, sum(-(-len(text) // 4) for text in TEXTS))
    assert done.dollars == pytest.approx(done.tokens / 1000 * DOLLARS_PER_1000_TOKENS)
    assert said == [f"{TITAN} made 20 vectors from {done.tokens:,} tokens."]


def test_a_second_time_costs_nothing_and_gives_the_same_bytes(bedrock: Bedrock, titan: TitanEmbedder) -> None:
    first = titan.embed(TEXTS)
    bedrock.calls.clear()
    again = TitanEmbedder(titan.bucket).embed(reversed(TEXTS))
    assert (again.tokens, again.from_cache, again.dollars, bedrock.calls) == (0, 20, 0, [])
    assert [vector.tobytes() for vector in again.vectors] == [vector.tobytes() for vector in reversed(first.vectors)]


def test_a_vector_is_kept_as_raw_little_endian_floats_under_its_hash(titan: TitanEmbedder, bucket: Bucket) -> None:
    (vector,) = titan.embed(TEXTS[:1]).vectors
    (entry,) = bucket.list("")
    assert entry.key == titan.cache_key(TEXTS[0])
    assert entry.key.startswith("state/embeddings/amazon.titan-embed-text-v2-0-1024/")
    digest = hashlib.sha256(f"{TITAN}|1024|{TEXTS[0]}".encode()).hexdigest()
    assert entry.key.endswith(f"/{digest[:2]}/{digest}.f32")
    assert array("f", bucket.get(entry.key)) == vector


def test_another_dimension_or_model_has_another_cache(bedrock: Bedrock, titan: TitanEmbedder, bucket: Bucket) -> None:
    small = TitanEmbedder(bucket, dimensions=256)
    versioned = TitanEmbedder(bucket, f"arn:aws:bedrock:us-east-1::foundation-model/{TITAN}")
    titan.embed(TEXTS[:1])
    assert len(small.embed(TEXTS[:1]).vectors[0]) == 256
    versioned.embed(TEXTS[:1])
    assert len(bedrock.calls) == len({entry.key.split("/")[2] for entry in bucket.list("")}) == 3


@pytest.mark.parametrize(
    "damage", [b"", b"\0" * 4096, array("f", [1.0] * 8).tobytes(), array("f", [math.nan] * 1024).tobytes()]
)
def test_a_damaged_vector_is_asked_anew(bedrock: Bedrock, titan: TitanEmbedder, bucket: Bucket, damage: bytes) -> None:
    good = titan.embed(TEXTS[:1]).vectors
    bucket.put(titan.cache_key(TEXTS[0]), damage)
    done = titan.embed(TEXTS[:1])
    assert (done.from_cache, done.vectors) == (0, good)
    assert titan.embed(TEXTS[:1]).from_cache == 1, "and it is mended"


def test_what_was_paid_for_before_a_failure_is_never_paid_for_again(bedrock: Bedrock, titan: TitanEmbedder) -> None:
    bedrock.faults.append(on("InvokeModel", error("ValidationException", 400, "too many input tokens"), after=5))
    failure = refusal(titan, *TEXTS)
    assert failure.code == "MUT-AWS-005"
    assert "the text «Local" in failure.what
    asked = len(bedrock.calls)
    bedrock.faults.clear()
    done = titan.embed(TEXTS)
    assert done.from_cache == asked - 1, "each answered call left its vector"
    assert len(bedrock.calls) == len(TEXTS) + 1, "the refused text is asked for twice, and every other one once"


@pytest.mark.slow  # the SDK's own waits, which no setting shortens
@pytest.mark.parametrize(
    ("fault", "code"), [(error("ThrottlingException", 429), "MUT-AWS-101"), (lost_answer(), "MUT-AWS-102")]
)
def test_what_passes_is_waited_out_by_the_sdk_and_what_lasts_is_transient(
    bedrock: Bedrock, titan: TitanEmbedder, fault: Fault, code: str
) -> None:
    bedrock.faults.append(on("InvokeModel", fault))
    assert titan.embed(TEXTS[:1]).from_cache == 0
    assert len(bedrock.calls) == 2
    bedrock.faults.append(on("InvokeModel", fault, times=None))
    failure = refusal(titan, TEXTS[1])
    assert (failure.code, failure.transient) == (code, True)


@pytest.mark.parametrize("lacking", ["model access", "policy"])
def test_no_access_to_the_model_says_what_to_enable_and_allow(bedrock: Bedrock, bucket: Bucket, lacking: str) -> None:
    bedrock.no_model_access |= {TITAN} if lacking == "model access" else set()
    bedrock.denied |= {"InvokeModel"} if lacking == "policy" else set()
    failure = refusal(TitanEmbedder(bucket, region="us-east-1"), TEXTS[0])
    assert (failure.code, failure.transient) == ("MUT-EMB-001", False)
    assert "Enable model access" in failure.advice
    assert f"arn:aws:bedrock:us-east-1::foundation-model/{TITAN}" in failure.advice


def test_too_long_a_text_is_refused_by_name_before_anything_is_paid(bedrock: Bedrock, titan: TitanEmbedder) -> None:
    failure = refusal(titan, TEXTS[0], "# Feria del libro usado\n" + "a" * LONGEST_TEXT)
    assert failure.code == "MUT-EMB-002"
    assert "«Feria del libro usado»" in failure.what
    assert bedrock.calls == []
    titan.embed(["a" * LONGEST_TEXT])
    assert len(bedrock.calls) == 1


def test_an_empty_text_is_refused(bedrock: Bedrock, titan: TitanEmbedder) -> None:
    assert refusal(titan, TEXTS[0], " \n").code == "MUT-EMB-004"
    assert bedrock.calls == []


def test_an_unknown_model_is_refused_by_the_service(bedrock: Bedrock, bucket: Bucket) -> None:
    failure = refusal(TitanEmbedder(bucket, "amazon.titan-unknown"), TEXTS[0])
    assert (failure.code, "amazon.titan-unknown" in failure.what) == ("MUT-AWS-005", True)


@pytest.mark.parametrize(
    "answer", [b"{}", b"not JSON", b'{"embedding": [1.0], "inputTextTokenCount": 1}', b'{"embedding": "x"}', b"[]"]
)
def test_an_answer_without_a_vector_is_no_vector(titan: TitanEmbedder, answer: bytes) -> None:
    with pytest.raises(Failure) as caught:
        titan._understood(answer, TEXTS[0])
    assert (caught.value.code, "EMBEDDING_MODEL_ID" in caught.value.advice) == ("MUT-EMB-003", True)
