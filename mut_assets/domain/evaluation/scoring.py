"""What was found for the golden questions -> how good that is.

What belongs here: judging rankings, which questions are stale, the measures with their intervals. What does not:
reading questions (`golden.py`), asking (`publishing/questions.py`), whole runs and what changed between two
(`evaluation/runs.py`), or whether a run is good enough (`gates.py`).

A question is **scored** when at least one of its accepted documents is there and says its phrase. Otherwise the world
has moved on and the question is **stale**: not scored, so that a shop that closed is not taken for bad retrieval.
Questions without any accepted document are listed with what was found, and not scored either.
"""

import json
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist, fmean

from mut_assets.domain.collections import COLLECTIONS
from mut_assets.domain.evaluation.golden import Question, address
from mut_assets.domain.text import fold_question

DEPTH = 10
"""How many documents are asked for and looked at."""

NEAR = 5
"""A visitor is answered from the first few documents: a question whose documents all come later is lost."""

_FOLDERS = {collection.name: collection.folder for collection in COLLECTIONS}
_NAMES = {folder: name for name, folder in _FOLDERS.items()}
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
        """`stores/2007`: its key below the dataset prefix, without ending."""
        return f"{self.folder}/{self.id}".lstrip("/")

    @property
    def folder(self) -> str:
        """`stores`: where its collection is published."""
        return _FOLDERS.get(self.collection, self.collection)

    def __str__(self) -> str:
        return f"“{self.title}” ({self.key})"


@dataclass(frozen=True)
class Entry:
    """A document and its text, as published."""

    document: DocumentRef
    text: str


@dataclass(frozen=True)
class Corpus:
    """The documents that questions are judged against: all that could have been found."""

    entries: tuple[Entry, ...]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, bytes, bytes]]) -> "Corpus":
        """The corpus of published bytes: key below the dataset prefix (`stores/2007.md`), document and sidecar."""
        found = (entry(key, body, sidecar) for key, body, sidecar in pairs)
        return cls(tuple(one for one in found if one is not None))

    def accepted(self, addresses: Iterable[str]) -> list[Entry]:
        """The documents that go by one of these addresses, each once, in the order of the addresses."""
        found = {entry.document.key: entry for one in addresses for entry in self._by_address.get(one, ())}
        return list(found.values())

    @cached_property
    def _by_address(self) -> Mapping[str, list[Entry]]:
        by_address: dict[str, list[Entry]] = {}
        for entry in self.entries:
            for one in addresses([entry.document]):
                by_address.setdefault(one, []).append(entry)
        return by_address


def entry(key: str, body: bytes, sidecar: bytes) -> Entry | None:
    """A published document from its bytes; `key` is below the dataset prefix (`stores/2007.md`). None for other keys.

    Never raises: a sidecar that cannot be read leaves the title to the heading, and the link empty.
    """
    folder, _, name = key.partition("/")
    if folder not in _NAMES or not name.endswith(".md"):
        return None
    text = body.decode("utf-8", "replace")
    try:
        attributes = json.loads(sidecar)["metadataAttributes"]
        title, link = _said(attributes.get("titulo")), _said(attributes.get("link"))
    except (ValueError, KeyError, TypeError, AttributeError):
        title, link = "", ""
    id = name.removesuffix(".md")
    return Entry(DocumentRef(_NAMES[folder], id, title or heading(text) or id, link), text)


def addresses(documents: Iterable[DocumentRef]) -> frozenset[str]:
    """Everything that these documents are called in the file of questions: keys, and paths of links."""
    return frozenset(name for one in documents for name in (one.key, address(one.link)) if name)


def heading(text: str) -> str:
    """The first Markdown heading of a text, or ""."""
    return next((line.removeprefix("# ").strip() for line in text.splitlines() if line.startswith("# ")), "")


@dataclass(frozen=True)
class Answered:
    """One question and what was found for it, at most `DEPTH` documents, best first.

    `accepted` are its accepted documents that are there. `stale` says why it cannot be scored, "" when it
    can; `expected` when that is because its documents left as they should.
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
        """Where accepted documents stand, from 1."""
        keys = {one.key for one in self.accepted}
        return [rank for rank, one in enumerate(self.ranking, 1) if one.key in keys]

    @property
    def near(self) -> bool:
        """Whether one of them is among the first `NEAR`."""
        return _hit(self, NEAR) == 1


def judged(
    question: Question, found: Sequence[DocumentRef], corpus: Corpus, expected: Collection[str] = frozenset()
) -> Answered:
    """A question with its verdict. A document that was found in several pieces counts once, where its best piece is.

    `expected` are the `addresses` of documents that left as they should: events that are
    over, for example.
    """
    best: dict[str, DocumentRef] = {}
    for one in found:
        best.setdefault(one.key, one)
    there = corpus.accepted(question.accepted)
    stale = _stale(question, there) if question.answerable else ""
    leaves = bool(stale) and not there and not set(question.accepted).isdisjoint(expected)
    accepted = tuple(one.document for one in there)
    return Answered(question, tuple(best.values())[:DEPTH], accepted, stale, leaves)


def _stale(question: Question, there: Sequence[Entry]) -> str:
    if not there:
        return "none of its accepted documents is there any more"
    phrase = fold_question(question.phrase)
    if phrase and not any(f" {phrase} " in f" {fold_question(one.text)} " for one in there):
        return f"its phrase “{question.phrase}” stands in none of its accepted documents any more"
    return ""


# --- measures ---------------------------------------------------------------------------------------------------------


def _hit(one: Answered, depth: int) -> float:
    return float(any(rank <= depth for rank in one.ranks))


def _reciprocal_rank(one: Answered) -> float:
    return 1 / one.ranks[0] if one.ranks else 0.0


def _recall(one: Answered) -> float:
    return len(one.ranks) / len(one.accepted)


def _ndcg(one: Answered) -> float:
    """Each accepted document is worth the same, less the later it comes; 1 when they come before all others."""
    best = _gain(range(1, min(len(one.accepted), DEPTH) + 1))
    return _gain(one.ranks) / best


def _gain(ranks: Iterable[int]) -> float:
    return math.fsum(1 / math.log2(rank + 1) for rank in ranks)


MEASURES: Mapping[str, Callable[[Answered], float]] = {
    "hit@1": lambda one: _hit(one, 1),
    f"hit@{NEAR}": lambda one: _hit(one, NEAR),
    f"MRR@{DEPTH}": _reciprocal_rank,
    f"recall@{DEPTH}": _recall,
    f"nDCG@{DEPTH}": _ndcg,
}
"""Name -> measure of one scored question, from 0 to 1."""

HIT = f"hit@{NEAR}"


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
    """The measures of the scored ones among these."""
    scored = [one for one in answers if one.scored]
    estimates = {name: estimate([measure(one) for one in scored]) for name, measure in MEASURES.items() if scored}
    return Summary(group, len(scored), estimates)


def _said(value: object) -> str:
    """A metadata value as one text; the first of several."""
    first = value[0] if isinstance(value, list) and value else value
    return first.strip() if isinstance(first, str) else ""
