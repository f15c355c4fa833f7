"""Asks a retriever: golden questions once, canaries until they are answered as they should be or time is up.

What belongs here: what every retriever must offer, asking several questions at once, waiting, and reading the texts
that answers are judged against. What does not: the retrievers (`embedded/index.py`, `bedrock/retriever.py`), judging
(`domain/evaluation/scoring.py`), or deciding (`domain/evaluation/gates.py`).
"""

from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from mut_assets.domain.collections import COLLECTIONS
from mut_assets.domain.document_keys import document_key
from mut_assets.domain.evaluation.gates import Canary
from mut_assets.domain.evaluation.golden import Question
from mut_assets.domain.evaluation.scoring import DEPTH, Answered, Corpus, DocumentRef, score
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

    `expected`: see `score`. Raises what the retriever raises.
    """
    asked = list(questions)
    rankings = _rankings([question.text for question in asked], retriever, at_once)
    return tuple(score(question, ranking, corpus, expected) for question, ranking in zip(asked, rankings, strict=True))


@dataclass(frozen=True)
class Silent:
    """The canaries that did not sing in time, each with what was found for its phrase."""

    canaries: tuple[tuple[Canary, tuple[DocumentRef, ...]], ...]
    waited_seconds: float


def watch(canaries: Iterable[Canary], retriever: Retriever, polling: Polling, at_once: int = 1) -> Silent:
    """Asks for each canary's phrase until all sing, or until the deadline. Only those that do not are asked again.

    Raises what the retriever raises.
    """
    silent: list[tuple[Canary, tuple[DocumentRef, ...]]] = [(canary, ()) for canary in canaries]
    waited = 0.0
    for elapsed in polling.attempts():
        waited = elapsed
        waiting = [canary for canary, _ in silent]
        rankings = _rankings([canary.phrase for canary in waiting], retriever, at_once)
        asked = zip(waiting, rankings, strict=True)
        silent = [(canary, ranking) for canary, ranking in asked if not canary.is_satisfied(ranking)]
        if not silent:
            break
    return Silent(tuple(silent), waited)


def published(store: DocumentStore) -> list[Pair]:
    """Every published document. Raises what the bucket raises."""
    documents = store.holdings(remember=False).published
    keys = [document_key(collection, id) for collection in COLLECTIONS for id in documents[collection.name]]
    return read(store, sorted(keys))


def read(store: DocumentStore, keys: Sequence[str]) -> list[Pair]:
    """The published documents with these keys, in their order. Raises what the bucket raises."""
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        return [(key, *halves) for key, halves in zip(keys, pool.map(store.pair, keys), strict=True)]


def _rankings(texts: Sequence[str], retriever: Retriever, at_once: int) -> list[tuple[DocumentRef, ...]]:
    def ranking(text: str) -> tuple[DocumentRef, ...]:
        documents = retriever.search(text, DEPTH)
        return tuple(
            DocumentRef(document.collection, document.id, document.title, document.link) for document in documents
        )

    if at_once == 1:
        return list(map(ranking, texts))
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(ranking, texts))
