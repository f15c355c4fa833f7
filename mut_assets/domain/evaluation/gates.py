"""Whether what was found is good enough: before documents are published, and once they are served.

What belongs here: the limits, the canaries' own phrases, and the sentences for people. What does not: the measures
(`evaluation/scoring.py`), asking and waiting (`publishing/questions.py`), or what a closed gate stops
(`assets/dataset.py`, `checks.py`).

A gate is open when it has nothing to say. Every sentence names the questions, what was found instead, and what to do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mut_assets.domain.evaluation.runs import Run, compare
from mut_assets.domain.evaluation.scoring import HIT, Answered, DocumentRef, Entry
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


def gate(run: Run, accepted: Run | None, floor: float = FLOOR) -> list[str]:
    """Why a run is not good enough, in sentences; an empty list opens the gate.

    `accepted` is the last accepted run of the same retriever; without one nothing can have been lost.
    """
    lost = [_too_many_lost(run, accepted)] if accepted else []
    found = [_below_the_floor(run, floor), *_collections_at_zero(run), *lost]
    return [sentence for sentence in found if sentence]


def _below_the_floor(run: Run, floor: float) -> str:
    reached = run.overall.estimates.get(HIT)
    if reached is None or reached.value >= floor:
        return ""
    return (
        f"{HIT} is {reached.value:.2f} over {len(run.scored)} questions, below the floor of {floor:.2f}. "
        f"{_told([one for one in run.scored if not one.near])} Read these documents, and mend "
        "the texts that do not say what is asked for."
    )


def _collections_at_zero(run: Run) -> list[str]:
    return [
        f"None of the {group.n} questions about {group.group} finds its document. "
        f"{_told([one for one in run.scored if one.question.collection == group.group])} Look at the newest documents "
        "of this collection: probably their texts are empty, or about something else."
        for group in run.by_collection
        if group.n >= FEWEST_OF_A_COLLECTION and not group.estimates[HIT].value
    ]


def _too_many_lost(run: Run, accepted: Run) -> str:
    found = compare(run, accepted)
    if found.net_lost <= MOST_LOST:
        return ""
    return (
        f"{len(found.lost)} questions that the run accepted at {found.earlier} answered are lost and "
        f"{len(found.gained)} gained: {found.net_lost} net, more than {MOST_LOST}. {_told(found.lost)} Mend the texts "
        f"that changed. {_ACCEPT}"
    )


def too_many_stale(run: Run) -> list[str]:
    """Why a file of questions no longer measures what is published; an empty list when it does.

    No gate closes for it: the documents are not at fault, and a team that uploads an FAQ of its own must not wait for
    its questions to follow.
    """
    counted = [one for one in run.answers if one.question.answerable and not one.expected]
    stale = [one for one in counted if one.stale]
    if len(stale) <= MOST_STALE * len(counted):
        return []
    named = _first([f"{_asked(one)}: {one.stale}" for one in stale])
    return [
        f"{len(stale)} of {len(counted)} questions are stale, more than {MOST_STALE:.0%}. {named}. "
        "If the documents are missing by mistake, mend their source; if they are gone for good, correct relevantes and "
        "frase of these questions in the file, or remove them."
    ]


def _told(answers: Sequence[Answered]) -> str:
    return f"{_first([missed(one) for one in answers])}."


def _first(items: Sequence[str]) -> str:
    more = f"; and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
    return f"{'; '.join(items[:_SHOWN])}{more}"


def missed(one: Answered) -> str:
    """A question that was not answered near the top, with what is there instead."""
    where = f"found at {one.ranks[0]}" if one.ranks else "not found"
    return f"{_asked(one)}: {' or '.join(map(str, one.accepted[:_INSTEAD]))} {where}, {_instead(one.ranking)}"


def _asked(one: Answered) -> str:
    return f"{one.question.id} “{one.question.text}”"


def _instead(ranking: Iterable[DocumentRef]) -> str:
    shown = ", ".join(str(one) for one in list(ranking)[:_INSTEAD])
    return f"instead {shown}" if shown else "instead nothing"


# --- canaries ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Canary:
    """A document that was just added, and has to be found by its own phrase, or was removed, and must not be."""

    document: DocumentRef
    phrase: str
    added: bool

    def sings(self, found: Iterable[DocumentRef]) -> bool:
        """Whether what was found for its phrase is as it should be."""
        return any(one.key == self.document.key for one in found) == self.added


def canaries(added: Iterable[Entry], removed: Iterable[DocumentRef]) -> list[Canary]:
    """One canary per document. Of a removed one only the title is left to ask for."""
    return [Canary(one.document, telling_phrase(one), True) for one in added] + [
        Canary(one, one.title, False) for one in removed
    ]


def telling_phrase(entry: Entry) -> str:
    """What only this document should be the best answer to: its title, and how its text goes on, without repetitions.

    The same document gives the same phrase.
    """
    title = entry.document.title
    said = STOPWORDS | set(fold_question(title).split())
    telling: list[str] = []
    for word in _description(entry).split():
        folded = set(fold_question(word).split())
        if folded and not folded <= said and len(telling) < PHRASE_WORDS:
            telling.append(word.strip("\\#*_`"))
            said |= folded
    return " ".join([title, *telling])


def _description(entry: Entry) -> str:
    """The text below its heading and its first block, which says of every place of a kind almost the same."""
    blocks = [block for block in entry.text.split("\n\n") if block.strip() and not block.startswith("# ")]
    told = "\n".join(blocks[1:] or blocks)
    return told.partition(": ")[2] if len(blocks) > 1 and told.startswith(entry.document.title) else told


def canary_problems(silent: Sequence[tuple[Canary, Sequence[DocumentRef]]], waited_seconds: float) -> list[str]:
    """Why what is served is not what was published, in sentences: the canaries that do not sing, with what was found.

    An empty list opens the gate.
    """
    lost = [f"{one.document} by “{one.phrase}” ({_instead(found)})" for one, found in silent if one.added]
    left = [str(one.document) for one, _ in silent if not one.added]
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
