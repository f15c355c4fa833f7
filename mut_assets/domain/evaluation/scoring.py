"""The documents found for golden questions -> scores.

What belongs here: scoring rankings, which questions are stale, the measures with their intervals. What does not:
reading questions (`golden.py`), asking (`publishing/questions.py`), whole runs (`runs.py`), or whether a run is good
enough (`gates.py`). A question is **scored** when an accepted document is published and contains its phrase. Otherwise
it is **stale** and not scored: a shop that closed is not bad retrieval. Nor is one scored that no document answers.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist, fmean

from mut_assets.domain.document_keys import BY_NAME, ENDING, split_key
from mut_assets.domain.documents import sidecar
from mut_assets.domain.documents.markdown import title_and_link
from mut_assets.domain.evaluation.golden import Question, address
from mut_assets.domain.text import fold_question

DEPTH = 10
"""The number of documents that are retrieved and scored per question."""

NEAR = 5
"""The ranks that an assistant answers from: a question whose accepted documents all come later is lost."""

_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class DocumentRef:
    """A document, by the asset's word for its collection (tiendas) and its id.

    Whatever else was found, such as somebody else's file in the same knowledge base, has the collection "".
    """

    collection: str
    id: str
    title: str
    link: str

    @property
    def key(self) -> str:
        """`stores/2007`: its key below the dataset prefix, without ending, as people write it."""
        return f"{self.folder}/{self.id}".lstrip("/")

    @property
    def document_key(self) -> str:
        """`stores/2007.md`."""
        return self.key + ENDING

    @property
    def folder(self) -> str:
        """`stores`: where its collection is published."""
        return BY_NAME[self.collection].folder if self.collection in BY_NAME else self.collection

    def __str__(self) -> str:
        return f"“{self.title}” ({self.key})"


@dataclass(frozen=True)
class PublishedText:
    """A document and its text, as published."""

    document: DocumentRef
    text: str


@dataclass(frozen=True)
class Corpus:
    """All documents that a retriever can find."""

    entries: tuple[PublishedText, ...]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, bytes, bytes]]) -> "Corpus":
        """The corpus of published bytes: key below the dataset prefix (`stores/2007.md`), document and sidecar."""
        entries = (published_text(*pair) for pair in pairs)
        return cls(tuple(entry for entry in entries if entry is not None))

    def accepted(self, addresses: Iterable[str]) -> list[PublishedText]:
        """The documents that go by one of these addresses, each once, in the order of the addresses."""
        by_key = {entry.document.key: entry for address in addresses for entry in self._by_address.get(address, ())}
        return list(by_key.values())

    @cached_property
    def _by_address(self) -> Mapping[str, list[PublishedText]]:
        by_address: dict[str, list[PublishedText]] = {}
        for entry in self.entries:
            for name in addresses([entry.document]):
                by_address.setdefault(name, []).append(entry)
        return by_address


def published_text(key: str, body: bytes, metadata: bytes) -> PublishedText | None:
    """A published document from its bytes; `key` is below the dataset prefix (`stores/2007.md`). None for other keys.

    Never raises: a sidecar that cannot be read leaves the title to the heading, and the link empty.
    """
    parts = split_key(key)
    if parts is None:
        return None
    collection, id = parts
    text, attributes = body.decode("utf-8", "replace"), sidecar.read(metadata)
    return PublishedText(DocumentRef(collection.name, id, *title_and_link(attributes, text, id)), text)


def addresses(documents: Iterable[DocumentRef]) -> frozenset[str]:
    """The addresses of these documents in the file of questions: their keys, and the paths of their links."""
    return frozenset(name for document in documents for name in (document.key, address(document.link)) if name)


@dataclass(frozen=True)
class Answered:
    """One question and the documents that were found for it, at most `DEPTH`, best first.

    `accepted` are its accepted documents that are published. `stale` is the reason why it cannot be scored, or "".
    `expected`: it is stale because its documents expired.
    """

    question: Question
    ranking: tuple[DocumentRef, ...]
    accepted: tuple[DocumentRef, ...] = ()
    stale: str = ""
    expected: bool = False

    @property
    def scored(self) -> bool:
        """Whether it counts in the measures."""
        return self.question.answerable and not self.stale

    @property
    def ranks(self) -> list[int]:
        """The ranks of accepted documents, from 1."""
        keys = {document.key for document in self.accepted}
        return [rank for rank, document in enumerate(self.ranking, 1) if document.key in keys]

    @property
    def near(self) -> bool:
        """Whether an accepted document is among the first `NEAR`."""
        return _hit(self, NEAR) == 1


def score(
    question: Question, found: Sequence[DocumentRef], corpus: Corpus, expected: Collection[str] = frozenset()
) -> Answered:
    """A question with its ranking. A document that was found in several chunks counts once, at its best chunk's rank.

    `expected` are the `addresses` of documents that expired, such as events that are over.
    """
    best: dict[str, DocumentRef] = {}
    for document in found:
        best.setdefault(document.key, document)
    there = corpus.accepted(question.accepted)
    stale = _stale(question, there) if question.answerable else ""
    leaves = bool(stale) and not there and not set(question.accepted).isdisjoint(expected)
    accepted = tuple(entry.document for entry in there)
    return Answered(question, tuple(best.values())[:DEPTH], accepted, stale, leaves)


def _stale(question: Question, there: Sequence[PublishedText]) -> str:
    if not there:
        return "none of its accepted documents is there any more"
    phrase = fold_question(question.phrase)
    if phrase and not any(f" {phrase} " in f" {fold_question(entry.text)} " for entry in there):
        return f"its phrase “{question.phrase}” stands in none of its accepted documents any more"
    return ""


def _hit(answer: Answered, depth: int) -> float:
    return float(any(rank <= depth for rank in answer.ranks))


def _ndcg(answer: Answered) -> float:
    """The discounted gain of the accepted documents, all of equal worth, as a share of the best possible one."""
    return _gain(answer.ranks) / _gain(range(1, min(len(answer.accepted), DEPTH) + 1))


def _gain(ranks: Iterable[int]) -> float:
    return math.fsum(1 / math.log2(rank + 1) for rank in ranks)


HIT = f"hit@{NEAR}"
MEASURES: Mapping[str, Callable[[Answered], float]] = {
    "hit@1": lambda answer: _hit(answer, 1),
    HIT: lambda answer: _hit(answer, NEAR),
    f"MRR@{DEPTH}": lambda answer: 1 / answer.ranks[0] if answer.ranks else 0.0,
    f"recall@{DEPTH}": lambda answer: len(answer.ranks) / len(answer.accepted),
    f"nDCG@{DEPTH}": _ndcg,
}
"""Name -> measure of one scored question, from 0 to 1."""


@dataclass(frozen=True)
class Estimate:
    """A mean over questions and the interval that holds it with 95 % confidence."""

    value: float
    low: float
    high: float


def estimate(values: Sequence[float]) -> Estimate:
    """The mean of at least one value from 0 to 1, with Wilson's interval.

    It is made for shares, of questions that hit. No quantity between 0 and 1 with the same mean spreads wider than
    hits and misses do, so for the other measures it errs towards caution; for few questions it stays within 0 and 1.
    """
    n, mean = len(values), fmean(values)
    centre = (mean + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    reach = _Z / (1 + _Z**2 / n) * math.sqrt(mean * (1 - mean) / n + _Z**2 / (4 * n * n))
    return Estimate(mean, min(mean, max(0.0, centre - reach)), max(mean, min(1.0, centre + reach)))


@dataclass(frozen=True)
class Summary:
    """The measures of a group of questions, by their names in `MEASURES`; empty when none of them could be scored."""

    group: str
    n: int
    estimates: Mapping[str, Estimate]


def summary(group: str, answers: Iterable[Answered]) -> Summary:
    """The measures of a group of answers, over those that are scored."""
    scored = [answer for answer in answers if answer.scored]
    estimates = {name: estimate([measure(answer) for answer in scored]) for name, measure in MEASURES.items() if scored}
    return Summary(group, len(scored), estimates)
