"""The lexical vector: the same everywhere, of length one, and nearer to a text that shares words."""

import hashlib
import math
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mut_assets
from mut_assets.resources.embedding.lexical import LexicalEmbedder

TEXTS = ["Heladería Ñam, helados artesanales", "Zapatería El Paso", "😀", "a"]


def closeness(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def digest() -> str:
    return hashlib.sha256(b"".join(vector.tobytes() for vector in LexicalEmbedder().embed(TEXTS).vectors)).hexdigest()


def test_another_process_makes_the_same_bytes() -> None:
    command = [sys.executable, "-c", f"from {__name__} import digest; print(digest())"]
    root, env = Path(mut_assets.__file__).parents[1], {"PYTHONHASHSEED": "7"}
    other = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, cwd=root, env=env)
    assert other.stdout.strip() == digest()


def test_the_vectors_of_this_model_never_change() -> None:
    """Indexes out there hold them under this model id; a change needs a new `model_id`."""
    assert LexicalEmbedder().model_id == "lexical-hash-v1"
    assert digest() == "408cb143cbac8ec3822ee426d730d64c6b22b0f84481c73fe5b56b92e26c774e"


@given(st.text(min_size=1).filter(str.strip))
def test_every_text_has_a_direction(text: str) -> None:
    (vector,) = LexicalEmbedder(dimensions=16).embed([text]).vectors
    assert len(vector) == 16
    assert math.isclose(math.hypot(*vector), 1.0, rel_tol=1e-5)


def test_runs_that_cancel_out_leave_no_zero_vector() -> None:
    """With one dimension, a word with as many runs added as taken away is bound to be among these."""
    vectors = LexicalEmbedder(dimensions=1).embed(f"palabra{number}" for number in range(50)).vectors
    assert {abs(vector[0]) for vector in vectors} == {1.0}


@pytest.mark.parametrize("empty", ["", "  \n"])
def test_an_empty_text_is_refused(empty: str) -> None:
    with pytest.raises(ValueError, match="empty text"):
        LexicalEmbedder().embed(["algo", empty])


def test_one_vector_per_text_in_order_at_no_cost() -> None:
    embedder = LexicalEmbedder(dimensions=64)
    done = embedder.embed(TEXTS)
    assert list(done.vectors) == [embedder.embed([text]).vectors[0] for text in TEXTS]
    assert (done.tokens, done.from_cache, done.dollars) == (0, 0, 0.0)


def test_accents_and_case_make_no_difference() -> None:
    one, other = LexicalEmbedder().embed(["Peluquería Ñandú", "PELUQUERIA NANDU"]).vectors
    assert one == other


def test_shared_words_bring_texts_nearer_and_typing_slips_hardly_part_them() -> None:
    texts = ["Heladería artesanal", "helados artesanales", "Heladeria artesnal", "Zapatos de cuero"]
    shop, near, slip, far = LexicalEmbedder().embed(texts).vectors
    assert closeness(shop, near) > closeness(shop, far) + 0.2
    assert closeness(shop, slip) > 0.6
