"""The golden questions asked where it matters: of what is about to be published, and of what is served.

What belongs here: which bytes are asked, when it is not worth asking again, and what is remembered. What does not: the
limits (`domain/evaluation/gates.py`), asking (`questions.py`), what a closed gate stops (`assets/dataset.py`,
`checks.py`).
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from mut_assets.domain.documents.document import Document
from mut_assets.domain.evaluation.gates import Canary, canaries, canary_problems, gate
from mut_assets.domain.evaluation.golden import Question
from mut_assets.domain.evaluation.runs import Run, compare
from mut_assets.domain.evaluation.scoring import HIT, Corpus, DocumentRef, addresses
from mut_assets.domain.ingestion.rules import Served
from mut_assets.domain.plans.plan import Published, Removal
from mut_assets.publishing.publisher import Proposal
from mut_assets.publishing.questions import Pair, answers, read, watch
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.evaluation_runs import Evaluations
from mut_assets.resources.bucket.golden_questions import GoldenQuestions
from mut_assets.resources.bucket.publication_log import Outcome, Publication
from mut_assets.resources.embedded.index import LocalIndex
from mut_assets.resources.failures import PermanentFailure
from mut_assets.resources.polling import Polling
from mut_assets.resources.ports import Retriever

ABOUT_TO_BE_PUBLISHED, SERVED = "what is about to be published", "what is served"
"""What a run was of, for people."""

Holding = Mapping[str, Mapping[str, Published]]
"""What is published: by the asset's word for the collection, and by id."""


@dataclass(frozen=True)
class Verdict:
    """What the golden questions found.

    `problems` are sentences for people. `run` is None when nothing was asked, or nothing goes out. `unreadable`: why
    the questions themselves could not be asked, which is no fault of any document.
    """

    problems: tuple[str, ...] = ()
    run: Run | None = None
    unreadable: PermanentFailure | None = None
    blamed: frozenset[str] = frozenset()
    """Collections that are to be kept back: with them the problems come, without them they do not."""
    canaries: tuple[Canary, ...] = ()
    over: tuple[str, ...] = ()
    """Keys and addresses of documents that left as they should."""

    def refusals(self, collection: str) -> tuple[str, ...]:
        """Why a collection is kept back, each as a clause; nothing for one that goes out."""
        return tuple(one.rstrip(".") for one in self.problems) if collection in self.blamed else ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth saying of what goes out all the same."""
        unasked = (f"the golden questions were not asked: {self.unreadable}",) if self.unreadable else ()
        return (*(() if self.blamed else self.problems), *unasked)

    @property
    def told(self) -> str:
        """One line with the figures, or ""."""
        if self.run is None or not self.run.scored:
            return ""
        return f"{HIT} {self.run.overall.estimates[HIT].value:.2f} over {len(self.run.scored)} golden questions"


@dataclass(frozen=True)
class Due:
    """What has to be asked of what is served: after `publication`, of documents and questions in this `state`."""

    publication: Publication
    questions: tuple[Question, ...]
    canaries: tuple[Canary, ...]
    state: str
    unreadable: PermanentFailure | None = None

    @property
    def nothing(self) -> bool:
        """Whether everything was asked before, and was well."""
        return not self.questions and not self.canaries


@dataclass(frozen=True)
class RetrievalGate:
    """Asks the questions of `golden`. `blocks`: what finds too little is not published, and a served one ends red.

    `before` keeps the accepted run of what is about to be published, `after` that of the knowledge base `retriever`.
    """

    golden: GoldenQuestions
    store: DocumentStore
    retriever: Retriever
    before: Evaluations
    after: Evaluations
    polling: Polling
    blocks: bool = True
    at_once: int = 1

    # --- before publishing --------------------------------------------------------------------------------------------

    def examine(
        self,
        proposals: Sequence[Proposal | Outcome],
        published: Holding,
        at: str,
        last: Publication | None = None,
        approved: bool = False,
    ) -> Verdict:
        """Asks the exact bytes that would be published, embedded in memory. Nothing to publish: nothing is asked.

        A collection that keeps its old documents is asked as it is. `last` is the publication before this one: its
        canaries are watched for until they were heard, and what left as it should has left for good. What a person
        `approved` is measured and not blamed.
        """
        plans = [one for one in proposals if isinstance(one, Proposal)]
        moving = [one for one in plans if not one.plan.empty and not one.plan.refusals]
        verdict = Verdict(over=tuple(sorted(_over(plans, last))))
        if moving:
            verdict = self._judged(verdict, moving, published, at, self.blocks and not approved)
        going = [one for one in moving if one.name not in verdict.blamed]
        return replace(verdict, canaries=tuple(_canaries(going, self._unheard(last))))

    def _judged(
        self, verdict: Verdict, moving: Sequence[Proposal], published: Holding, at: str, blames: bool
    ) -> Verdict:
        questions, unreadable = self._questions()
        if not questions:
            return replace(verdict, unreadable=unreadable)

        def run(going: Sequence[Proposal]) -> Run:
            pairs = self._pairs(going, published)
            found = answers(questions, LocalIndex.in_memory(pairs), Corpus.of(pairs), verdict.over)
            return Run(found, ABOUT_TO_BE_PUBLISHED, at)

        accepted, whole = self.before.accepted(), run(moving)
        problems = gate(whole, accepted)
        if not problems or not blames:
            return replace(verdict, problems=tuple(problems), run=whole)
        going: list[Proposal] = []
        good: Run | None = None
        for one in moving if len(moving) > 1 else ():  # the healthy never wait for the sick
            tried = run([*going, one])
            if not gate(tried, accepted):
                going.append(one)
                good = tried
        blamed = {one.name for one in moving} - {one.name for one in going}
        return replace(verdict, problems=tuple(problems), run=good, blamed=frozenset(blamed))

    def keep(self, verdict: Verdict, approved: bool = False) -> None:
        """Remembers the run of what was published, if it is not worse; in any case when a person `approved` of it."""
        if approved and verdict.run:
            self.before.accept(verdict.run)
        else:
            _keep(self.before, verdict.run)

    def _pairs(self, going: Sequence[Proposal], published: Holding) -> list[Pair]:
        """Everything that will be published: what goes out, and what stays as it is."""
        wanted = {document.key: document for one in going for document in one.wanted}
        removed = {_published(*gone).key + ".md" for one in going for gone in _removed(one)}
        folders = [(DocumentRef(name, id, "", "").key + ".md") for name, held in published.items() for id in held]
        staying = [key for key in folders if key not in wanted and key not in removed]
        return [(key, one.body_bytes, one.sidecar_bytes) for key, one in wanted.items()] + read(self.store, staying)

    # --- after ingestion ----------------------------------------------------------------------------------------------

    def due(self, publication: Publication, published: Holding) -> Due:
        """What there is to ask of what is served. What was well is asked again when documents or questions change."""
        questions, unreadable = self._questions()
        state = _state(published, questions)
        settled = self.after.settled() == state
        return Due(publication, () if settled else questions, self._unheard(publication), state, unreadable)

    def listen(self, due: Due, served: Served, at: str, log: Callable[[str], None]) -> Verdict:
        """Asks the knowledge base that serves: the golden questions, and every canary until it sings or time is up.

        Raises what the retriever and the store raise.
        """
        birds = [one for one in due.canaries if one.document.folder not in served.unserved]
        silent = watch(birds, self.retriever, self.polling, self.at_once)
        problems = canary_problems(silent.canaries, silent.waited_seconds)
        if not problems:
            self.after.hear(due.publication.at)
        run = None
        if due.questions:
            corpus = Corpus.of(read(self.store, sorted(key for key in served.versions if key.endswith(".md"))))
            found = answers(due.questions, self.retriever, corpus, due.publication.over, self.at_once)
            run = Run(found, SERVED, at)
            problems += gate(run, self.after.accepted())
            if told := Verdict(run=run).told:
                log(told)
        if not problems:
            _keep(self.after, run)
            self.after.settle(due.state)
        return Verdict(tuple(problems), run, due.unreadable, canaries=tuple(birds))

    def _unheard(self, publication: Publication | None) -> tuple[Canary, ...]:
        """The canaries that were never heard: since that publication they did not sing, or nobody listened."""
        if publication is None or not publication.canaries or self.after.heard() == publication.at:
            return ()
        return publication.canaries

    def _questions(self) -> tuple[tuple[Question, ...], PermanentFailure | None]:
        try:
            return self.golden.questions(), None
        except PermanentFailure as failure:
            return (), failure


def _over(plans: Sequence[Proposal], last: Publication | None) -> Collection[str]:
    """What everything is called that left as it should, now or before, and is not wanted again."""
    over = {document for one in plans for document in map(_reference, one.over)}
    expected = {_published(*gone) for one in plans for gone in _removed(one) if gone[1].expected}
    wanted = (document for one in plans for document in map(_reference, one.wanted))
    return (addresses(over | expected) | set(last.over if last else ())) - addresses(wanted)


def _canaries(going: Sequence[Proposal], unheard: Iterable[Canary]) -> Iterable[Canary]:
    """One per document that is added or removed; of those nobody heard before, by their newest text."""
    waiting = {one.document.key: one for one in unheard}
    again = [one for plan in going for one in plan.plan.changed if one.key.removesuffix(".md") in waiting]
    added = [one for plan in going for one in plan.plan.added]
    removed = [_published(*gone) for plan in going for gone in _removed(plan)]
    entries = Corpus.of((one.key, one.body_bytes, one.sidecar_bytes) for one in [*added, *again]).entries
    return {**waiting, **{one.document.key: one for one in canaries(entries, removed)}}.values()


def _removed(proposal: Proposal) -> list[tuple[str, Removal]]:
    return [(proposal.plan.collection.name, one) for one in proposal.plan.removed]


def _reference(document: Document) -> DocumentRef:
    return DocumentRef(document.collection.name, document.id, document.title, document.link)


def _published(collection: str, removal: Removal) -> DocumentRef:
    one = removal.published
    return DocumentRef(collection, one.id, one.title, one.link)


def _keep(evaluations: Evaluations, run: Run | None) -> None:
    """Not a run with problems, nor one that lost more than it gained: a slow decline is a decline too."""
    if run is None:
        return
    accepted = evaluations.accepted()
    if not gate(run, accepted) and (accepted is None or compare(run, accepted).net_lost <= 0):
        evaluations.accept(run)


def _state(published: Holding, questions: Sequence[Question]) -> str:
    """Changes with every document that is published in another version, and with every question."""
    versions = {
        name: {id: document.fingerprint for id, document in held.items()} for name, held in sorted(published.items())
    }
    told = json.dumps([versions, [asdict(one) for one in questions]], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:12]
