"""Asking whoever retrieves: golden questions once, canaries until they are answered as they should be or time is up.

What belongs here: the one question that both retrievers answer, asking several at once, waiting, and reading the texts
they are judged against. What does not: the retrievers (`embedded/index.py`, `bedrock/retriever.py`), judging
(`domain/evaluation/scoring.py`), or deciding (`domain/evaluation/gates.py`).
"""

from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from mut_assets.domain.collections import COLLECTIONS
from mut_assets.domain.evaluation.gates import Canary
from mut_assets.domain.evaluation.golden import Question
from mut_assets.domain.evaluation.scoring import DEPTH, Answered, Corpus, DocumentRef, judged
from mut_assets.resources.bucket.document_store import IN_FLIGHT, DocumentStore
from mut_assets.resources.polling import Polling
from mut_assets.resources.ports import Retriever

Pair = tuple[str, bytes, bytes]
"""Key below the dataset prefix (`stores/2000.md`), document, sidecar."""


def answers(
    questions: Iterable[Question],
    retriever: Retriever,
    corpus: Corpus,
    expected: Collection[str] = frozenset(),
    at_once: int = 1,
) -> tuple[Answered, ...]:
    """Every question with its verdict, in order; `at_once` of them are under way at a time.

    `expected`: see `judged`. Raises what the retriever raises.
    """
    asked = list(questions)
    found = _all_found([one.text for one in asked], retriever, at_once)
    return tuple(judged(one, documents, corpus, expected) for one, documents in zip(asked, found, strict=True))


@dataclass(frozen=True)
class Silent:
    """The canaries that did not sing in time, each with what was found for its phrase."""

    canaries: tuple[tuple[Canary, tuple[DocumentRef, ...]], ...]
    waited_seconds: float


def watch(canaries: Iterable[Canary], retriever: Retriever, polling: Polling, at_once: int = 1) -> Silent:
    """Asks for each canary's phrase until all sing, or until the deadline. Only those that do not are asked again.

    Raises what the retriever raises.
    """
    silent: list[tuple[Canary, tuple[DocumentRef, ...]]] = [(one, ()) for one in canaries]
    waited = 0.0
    for elapsed in polling.attempts():
        waited = elapsed
        waiting = [one for one, _ in silent]
        found = _all_found([one.phrase for one in waiting], retriever, at_once)
        silent = [(one, documents) for one, documents in zip(waiting, found, strict=True) if not one.sings(documents)]
        if not silent:
            break
    return Silent(tuple(silent), waited)


def published(store: DocumentStore) -> list[Pair]:
    """Every published document. Raises what the bucket raises."""
    held = store.holdings(remember=False).published
    return read(store, sorted(f"{one.folder}/{id}.md" for one in COLLECTIONS for id in held[one.name]))


def read(store: DocumentStore, keys: Sequence[str]) -> list[Pair]:
    """The published documents with these keys, in their order. Raises what the bucket raises."""
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        return [(key, *halves) for key, halves in zip(keys, pool.map(store.pair, keys), strict=True)]


def _all_found(texts: Sequence[str], retriever: Retriever, at_once: int) -> list[tuple[DocumentRef, ...]]:
    def find(text: str) -> tuple[DocumentRef, ...]:
        found = retriever.search(text, DEPTH)
        return tuple(DocumentRef(one.collection, one.id, one.title, one.link) for one in found)

    if at_once == 1:
        return list(map(find, texts))
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(find, texts))
