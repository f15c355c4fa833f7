"""Whether what was found is good enough: before documents are published, and once they are served.

What belongs here: the limits, the canaries' own phrases, and the sentences for people. What does not: the measures
(`scoring.py`), asking and waiting (`publishing/questions.py`), or what a closed gate stops (`assets/`, `checks.py`).
A gate is open when it has nothing to say. Every sentence names the questions, what was found instead, and what to do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mut_assets.domain.documents.markdown import blocks
from mut_assets.domain.evaluation.runs import Run, compare
from mut_assets.domain.evaluation.scoring import HIT, Answered, DocumentRef, PublishedText
from mut_assets.domain.retrieval.analysis import STOPWORDS
from mut_assets.domain.text import fold_question

FLOOR = 0.6
"""The least hit@5 over all scored questions."""

FEWEST_OF_A_COLLECTION = 3
"""From this many scored questions on, a collection of which none is answered is a collection that is not found."""

MOST_LOST = 4
"""Net, against the last accepted run: people edit texts, and a question or two come and go with them."""

MOST_STALE = 0.1
"""The share of answerable questions from which on the file measures a world that is gone."""

PHRASE_WORDS = 6
"""How many words of a document's text its own phrase has, besides the title."""

_SHOWN = 5
_INSTEAD = 2
_ACCEPT = (
    "If they were changed on purpose and read well, keep the new answers once they are published: "
    "mut evaluate --accept, with --served where it was the knowledge base that was asked."
)


def gate(run: Run, accepted: Run | None) -> list[str]:
    """Why a run is not good enough, in sentences. `accepted` is the last accepted run of the same retriever, if any."""
    lost = [_too_many_lost(run, accepted)] if accepted else []
    reasons = [_below_the_floor(run), *_collections_at_zero(run), *lost]
    return [sentence for sentence in reasons if sentence]


def _below_the_floor(run: Run) -> str:
    reached = run.overall.estimates.get(HIT)
    if reached is None or reached.value >= FLOOR:
        return ""
    return (
        f"{HIT} is {reached.value:.2f} over {len(run.scored)} questions, below the floor of {FLOOR:.2f}. "
        f"{_told([answer for answer in run.scored if not answer.near])} Read these documents, and mend "
        "the texts that do not say what is asked for."
    )


def _collections_at_zero(run: Run) -> list[str]:
    return [
        f"None of the {group.n} questions about {group.group} finds its document. "
        f"{_told([answer for answer in run.scored if answer.question.collection == group.group])} Look at the newest "
        "documents of this collection: probably their texts are empty, or about something else."
        for group in run.by_collection
        if group.n >= FEWEST_OF_A_COLLECTION and not group.estimates[HIT].value
    ]


def _too_many_lost(run: Run, accepted: Run) -> str:
    comparison = compare(run, accepted)
    if comparison.net_lost <= MOST_LOST:
        return ""
    return (
        f"{len(comparison.lost)} questions that the run accepted at {comparison.earlier} answered are lost and "
        f"{len(comparison.gained)} gained: {comparison.net_lost} net, more than {MOST_LOST}. {_told(comparison.lost)} "
        f"Mend the texts that changed. {_ACCEPT}"
    )


def too_many_stale(run: Run) -> list[str]:
    """Why a file of questions no longer measures what is published; an empty list when it does.

    No gate closes for it: the documents are not at fault, and a team's own FAQ must not wait for its questions.
    """
    counted = [answer for answer in run.answers if answer.question.answerable and not answer.expected]
    stale = [answer for answer in counted if answer.stale]
    if len(stale) <= MOST_STALE * len(counted):
        return []
    named = _first([f"{_asked(answer)}: {answer.stale}" for answer in stale])
    return [
        f"{len(stale)} of {len(counted)} questions are stale, more than {MOST_STALE:.0%}. {named}. "
        "If the documents are missing by mistake, mend their source; if they are gone for good, correct relevantes and "
        "frase of these questions in the file, or remove them."
    ]


def _told(answers: Sequence[Answered]) -> str:
    return f"{_first([missed(answer) for answer in answers])}."


def _first(items: Sequence[str]) -> str:
    more = f"; and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
    return f"{'; '.join(items[:_SHOWN])}{more}"


def missed(answer: Answered) -> str:
    """A question whose accepted documents are not near the top, with the documents found instead."""
    where = f"found at {answer.ranks[0]}" if answer.ranks else "not found"
    return f"{_asked(answer)}: {' or '.join(map(str, answer.accepted[:_INSTEAD]))} {where}, {_instead(answer.ranking)}"


def _asked(answer: Answered) -> str:
    return f"{answer.question.id} “{answer.question.text}”"


def _instead(ranking: Iterable[DocumentRef]) -> str:
    shown = ", ".join(str(document) for document in list(ranking)[:_INSTEAD])
    return f"instead {shown}" if shown else "instead nothing"


@dataclass(frozen=True)
class Canary:
    """A document with a phrase of its own: one that was added has to be found by it, a removed one must not be."""

    document: DocumentRef
    phrase: str
    added: bool

    def is_satisfied(self, found: Iterable[DocumentRef]) -> bool:
        """Whether the documents found for its phrase hold an added document, or do not hold a removed one."""
        return any(document.key == self.document.key for document in found) == self.added


def canaries(added: Iterable[PublishedText], removed: Iterable[DocumentRef]) -> list[Canary]:
    """One canary per document. The phrase of a removed document is its title."""
    return [Canary(entry.document, distinctive_phrase(entry), True) for entry in added] + [
        Canary(document, document.title, False) for document in removed
    ]


def distinctive_phrase(entry: PublishedText) -> str:
    """A question that this document should answer best: its title and the first other words of its text."""
    title = entry.document.title
    known = STOPWORDS | set(fold_question(title).split())
    telling: list[str] = []
    for word in _description(entry).split():
        folded = set(fold_question(word).split())
        if folded and not folded <= known and len(telling) < PHRASE_WORDS:
            telling.append(word.strip("\\#*_`"))
            known |= folded
    return " ".join([title, *telling])


def _description(entry: PublishedText) -> str:
    """The text below the heading and the first block; that block is nearly the same in every document of a kind."""
    described = blocks(entry.text)
    below = "\n".join(described[1:] or described)
    return below.partition(": ")[2] if len(described) > 1 and below.startswith(entry.document.title) else below


def canary_problems(silent: Sequence[tuple[Canary, Sequence[DocumentRef]]], waited_seconds: float) -> list[str]:
    """Why what is served is not what was published, in sentences: unsatisfied canaries, with what was found instead."""
    lost = [f"{canary.document} by “{canary.phrase}” ({_instead(found)})" for canary, found in silent if canary.added]
    left = [str(canary.document) for canary, _ in silent if not canary.added]
    waited = f"after {waited_seconds:.0f} s"
    sentences = []
    if lost:
        sentences.append(
            f"Added, and not found by their own words {waited} ({len(lost)}): {_first(lost)}. "
            "Materialize bedrock_kb_ingestion again; if they stay away, look in these documents for what others say in "
            "the same words."
        )
    if left:
        sentences.append(
            f"Removed, and still found {waited} ({len(left)}): {_first(left)}. "
            "Materialize bedrock_kb_ingestion again; if they stay, delete them in the knowledge base by their address "
            "(console: Amazon Bedrock > Knowledge bases > Documents)."
        )
    return sentences
