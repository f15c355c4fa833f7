"""Texts -> lexical vectors, made here without an account; they compare letters, not meaning.

What belongs here: what making vectors gives and costs, and the lexical vector. What does not: Titan (`titan.py`),
keeping vectors (`embedded/index.py`, `pinecone/index.py`).
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from mut_assets.domain.retrieval.analysis import words
from mut_assets.resources.ports import Embedded, Log, silent

_SHORTEST, _LONGEST = 3, 5


@dataclass(frozen=True)
class LexicalEmbedder:
    """Hashed runs of 3 to 5 characters within each distinct word, as a vector of length 1.

    The same text gives the same bytes in every process and on every machine: the hash is blake2b, and everything
    before the last division is whole numbers. Repeated words count once.
    """

    dimensions: int = 1024
    model_id: str = "lexical-hash-v1"

    def embed(self, texts: Iterable[str], log: Log = silent) -> Embedded:
        """One vector per text, for nothing; raises `ValueError` for an empty text, which has none."""
        return Embedded([array("f", self._vector(text).tobytes()) for text in texts])

    def _vector(self, text: str) -> NDArray[np.float32]:
        if not text.strip():
            raise ValueError("an empty text has no vector")
        runs = [_positions(f" {word} ", self.dimensions) for word in dict.fromkeys(words(text))]
        if runs:
            counted = np.bincount(np.concatenate(runs), minlength=2 * self.dimensions)
            vector = counted[: self.dimensions] - counted[self.dimensions :]
            if vector.any():
                return (vector / np.sqrt(vector @ vector)).astype(np.float32)
        # Nothing but signs, or runs that cancel out: never the zero vector, which has no direction.
        alone = np.zeros(self.dimensions, dtype=np.float32)
        alone[_position(text, self.dimensions) % self.dimensions] = 1.0
        return alone


@lru_cache(maxsize=16_384)
def _positions(word: str, dimensions: int) -> NDArray[np.int32]:
    runs = (word[at : at + size] for size in range(_SHORTEST, _LONGEST + 1) for at in range(len(word) - size + 1))
    return np.array([_position(run, dimensions) for run in runs] or [_position(word, dimensions)], dtype=np.int32)


def _position(run: str, dimensions: int) -> int:
    """Where a run counts: below `dimensions` it adds to that place, from there on it takes away."""
    digest = blake2b(run.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % (2 * dimensions)
