"""The two retrieval gates: golden questions asked of what is about to be published, and of what is served.

What belongs here: which bytes are asked, when asking again would find the same, and what is remembered. What does not:
the limits (`domain/evaluation/gates.py`), asking (`questions.py`), what a closed gate stops (`assets/dataset.py`,
`checks.py`).
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from mut_assets.domain.document_keys import ENDING
from mut_assets.domain.documents.document import Document
from mut_assets.domain.evaluation.gates import Canary, canaries, canary_problems, gate
from mut_assets.domain.evaluation.golden import Question
from mut_assets.domain.evaluation.runs import Run, compare
from mut_assets.domain.evaluation.scoring import HIT, Corpus, DocumentRef, addresses
from mut_assets.domain.ingestion.rules import Served
from mut_assets.domain.plans.outcome import Publication
from mut_assets.domain.plans.published import Published
from mut_assets.domain.plans.serving import differences
from mut_assets.publishing.publisher import Proposal
from mut_assets.publishing.questions import Pair, answers, read, watch
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.evaluation_runs import EvaluationRuns
from mut_assets.resources.bucket.golden_questions import GoldenQuestions
from mut_assets.resources.clock import Clock
from mut_assets.resources.embedded.index import LocalIndex
from mut_assets.resources.failures import PermanentFailure
from mut_assets.resources.polling import Polling
from mut_assets.resources.ports import Log, Retriever, silent

ABOUT_TO_BE_PUBLISHED, SERVED = "what is about to be published", "what is served"
"""What a run was of, for people."""

NOTHING_TO_ASK_OF = "Nothing is published, so no golden question was asked."
NO_QUESTIONS = (
    "No golden question is asked: nobody notices when a document is served and not found. Write some, as "
    "docs/operations.md shows, and set GOLDEN_QUESTIONS to the file."
)
NONE_SCORED = (
    "None of the golden questions could be scored: no document that answers one is published. Correct relevantes and "
    "frase in their file; `mut evaluate` says of which."
)

PublishedByName = Mapping[str, Mapping[str, Published]]
"""What is published: by the asset's word for the collection, and by id."""


@dataclass(frozen=True)
class GateResult:
    """What the golden questions found.

    `problems` are sentences for people. `run` is None when nothing was asked, or nothing goes out. `unreadable`: why
    the questions themselves could not be asked, which is no fault of any document.
    """

    problems: tuple[str, ...] = ()
    run: Run | None = None
    unreadable: PermanentFailure | None = None
    unasked: str = ""
    """Why no golden question measured anything, where that is nobody's fault; "" where one did, now or before."""
    blamed: frozenset[str] = frozenset()
    """Collections that are to be kept back: with them the problems come, without them they do not."""
    canaries: tuple[Canary, ...] = ()
    expired: tuple[str, ...] = ()
    """Keys and addresses of documents that left as they should."""

    def refusals(self, collection: str) -> tuple[str, ...]:
        """Why a collection is kept back, each as a clause; nothing for one that goes out."""
        return tuple(problem.rstrip(".") for problem in self.problems) if collection in self.blamed else ()

    def without(self, unfinished: Collection[str]) -> "GateResult":
        """What is left to remember where these collections were not written whole: nobody asked what is there now."""
        if not unfinished:
            return self
        canaries = tuple(canary for canary in self.canaries if canary.document.collection not in unfinished)
        return replace(self, run=None, canaries=canaries)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth saying of what goes out all the same."""
        not_asked = (f"the golden questions were not asked: {self.unreadable}",) if self.unreadable else ()
        return (*(() if self.blamed else self.problems), *not_asked)

    @property
    def summary(self) -> str:
        """One line with the figures, or ""."""
        if self.run is None or not self.run.scored:
            return ""
        return f"{HIT} {self.run.overall.estimates[HIT].value:.2f} over {len(self.run.scored)} golden questions"


@dataclass(frozen=True)
class Pending:
    """What has to be asked of what is served: after `publication`, of documents and questions in this `state`."""

    publication: Publication
    questions: tuple[Question, ...]
    canaries: tuple[Canary, ...]
    state: str
    unreadable: PermanentFailure | None = None
    unasked: str = ""

    @property
    def nothing(self) -> bool:
        """Whether everything was asked before, and was well."""
        return not self.questions and not self.canaries


@dataclass(frozen=True)
class PublishGate:
    """Asks the golden questions of what is about to be published. `blocks`: what finds too little is not published.

    `runs` keeps the accepted run of the embedded index; `served` is the record of the knowledge base that serves, which
    says whose canaries were found there.
    """

    golden: GoldenQuestions
    store: DocumentStore
    runs: EvaluationRuns
    served: EvaluationRuns
    blocks: bool = True

    def check(
        self,
        proposals: Sequence[Proposal],
        published: PublishedByName,
        at: str,
        last: Publication | None = None,
        approved: bool = False,
        warn: Log = silent,
    ) -> GateResult:
        """Asks the exact bytes that would be published, embedded in memory. Nothing to publish: nothing is asked.

        A collection that keeps its old documents is asked as it is. `last` is the publication before this one: its
        canaries are asked for until they were found, and what left as it should has left for good. What a person
        `approved` is measured and not blamed. `warn` is told of an accepted run that cannot be read.
        """
        moving = [proposal for proposal in proposals if not proposal.plan.empty and not proposal.plan.refusals]
        result = GateResult(expired=tuple(sorted(_expired(proposals, last))))
        if moving:
            result = self._measured(result, moving, published, at, self.blocks and not approved, warn)
        going = [proposal for proposal in moving if proposal.name not in result.blamed]
        return replace(result, canaries=tuple(_canaries(going, _not_found(last, self.served))))

    def _measured(
        self,
        result: GateResult,
        moving: Sequence[Proposal],
        published: PublishedByName,
        at: str,
        blames: bool,
        warn: Log,
    ) -> GateResult:
        questions, unreadable = _questions(self.golden)
        if not questions:
            return replace(result, unreadable=unreadable)

        def run(going: Sequence[Proposal]) -> Run:
            pairs = self._pairs(going, published)
            answered = answers(questions, LocalIndex.in_memory(pairs), Corpus.of(pairs), result.expired)
            return Run(answered, ABOUT_TO_BE_PUBLISHED, at)

        accepted, whole = self.runs.accepted(warn), run(moving)
        problems = gate(whole, accepted)
        if not problems or not blames:
            return replace(result, problems=tuple(problems), run=whole)
        going: list[Proposal] = []
        good: Run | None = None
        for proposal in moving if len(moving) > 1 else ():  # what is well does not wait for what is not
            tried = run([*going, proposal])
            if not gate(tried, accepted):
                going.append(proposal)
                good = tried
        blamed = {proposal.name for proposal in moving} - {proposal.name for proposal in going}
        return replace(result, problems=tuple(problems), run=good, blamed=frozenset(blamed))

    def keep(self, result: GateResult, approved: bool = False) -> None:
        """Remembers the run of what was published, if it is not worse; in any case when a person `approved` of it."""
        if approved and result.run:
            self.runs.accept(result.run)
        else:
            _keep(self.runs, result.run)

    def _pairs(self, going: Sequence[Proposal], published: PublishedByName) -> list[Pair]:
        """Everything that will be published: what goes out, and what stays as it is."""
        wanted = {document.key: document for proposal in going for document in proposal.wanted}
        removed = {document.document_key for proposal in going for document in _removed(proposal)}
        keys = [DocumentRef(name, id, "", "").document_key for name, documents in published.items() for id in documents]
        staying = [key for key in keys if key not in wanted and key not in removed]
        going_out = [(key, document.body_bytes, document.sidecar_bytes) for key, document in wanted.items()]
        return going_out + read(self.store, staying)


@dataclass(frozen=True)
class ServedGate:
    """Asks the golden questions of what is served, and the canaries. `blocks`: what finds too little ends a run red.

    `runs` keeps the accepted run of the knowledge base behind `retriever`, which takes `at_once` questions at a time.
    """

    golden: GoldenQuestions
    store: DocumentStore
    retriever: Retriever
    runs: EvaluationRuns
    polling: Polling
    blocks: bool = True
    at_once: int = 1

    def check(
        self, publication: Publication | None, serves: Callable[[], Served], clock: Clock, log: Callable[[str], None]
    ) -> GateResult:
        """What asking found; nothing where nothing was published or everything was asked before, and was well.

        `serves` gives what the knowledge base serves; where that is not what is published, nothing is asked of it.
        Raises what `serves`, the retriever and the store raise.
        """
        holdings = self.store.holdings()
        if publication is None or not any(holdings.published.values()):
            return GateResult(unasked=NOTHING_TO_ASK_OF)
        pending = self.pending(publication, holdings.published)
        if pending.nothing:
            return GateResult(unreadable=pending.unreadable, unasked=pending.unasked)
        served = serves()
        if different := differences(holdings, served):
            return unasked(different)
        return self.ask(pending, served, clock.now().isoformat(), log)

    def unasked(self) -> str:
        """Why nobody asks golden questions of what is served; "" where there are some, or they cannot be read."""
        return _unasked(*_questions(self.golden))

    def pending(self, publication: Publication, published: PublishedByName) -> Pending:
        """What there is to ask of what is served. What was well is asked again when documents or questions change."""
        questions, unreadable = _questions(self.golden)
        state = _state(published, questions)
        checked = self.runs.last_checked() == state
        canaries, unasked = _not_found(publication, self.runs), _unasked(questions, unreadable)
        return Pending(publication, () if checked else questions, canaries, state, unreadable, unasked)

    def ask(self, pending: Pending, served: Served, at: str, log: Callable[[str], None]) -> GateResult:
        """Asks the knowledge base that serves: the golden questions, and each canary until it is as it should be.

        It stops asking for canaries when `patience` ends. Nobody watches for those in folders that nothing serves.

        Raises what the retriever and the store raise.
        """
        watched = tuple(canary for canary in pending.canaries if canary.document.folder not in served.unserved)
        silent = watch(watched, self.retriever, self.polling, self.at_once)
        problems = canary_problems(silent.canaries, silent.waited_seconds)
        if not problems:
            self.runs.mark_canaries_found(pending.publication.at)
        run = None
        if pending.questions:
            corpus = Corpus.of(read(self.store, sorted(key for key in served.versions if key.endswith(ENDING))))
            expired = pending.publication.expired
            run = Run(answers(pending.questions, self.retriever, corpus, expired, self.at_once), SERVED, at)
            problems += gate(run, self.runs.accepted(log))
            if summary := GateResult(run=run).summary:
                log(summary)
        unasked = NONE_SCORED if run is not None and not run.scored else pending.unasked
        if not problems and unasked != NONE_SCORED:
            _keep(self.runs, run)
            self.runs.mark_checked(pending.state)
        return GateResult(tuple(problems), run, pending.unreadable, unasked, canaries=watched)


@dataclass(frozen=True)
class RetrievalGate:
    """Both gates, as one resource."""

    before_publishing: PublishGate
    served: ServedGate


def unasked(different: Sequence[str]) -> GateResult:
    """The result where the knowledge base answers from something else than what is published."""
    return GateResult((f"Nobody was asked: {len(different)} documents are not served as published. {different[0]}.",))


def _not_found(publication: Publication | None, served: EvaluationRuns) -> tuple[Canary, ...]:
    """The canaries of a publication that were not found yet, or that nobody asked for."""
    if publication is None or not publication.canaries or served.canaries_found() == publication.at:
        return ()
    return publication.canaries


def _questions(golden: GoldenQuestions) -> tuple[tuple[Question, ...], PermanentFailure | None]:
    try:
        return golden.questions(), None
    except PermanentFailure as failure:
        return (), failure


def _unasked(questions: Sequence[Question], unreadable: PermanentFailure | None) -> str:
    return "" if questions or unreadable else NO_QUESTIONS


def _expired(proposals: Sequence[Proposal], last: Publication | None) -> Collection[str]:
    """Keys and addresses of all documents that left as they should, now or before, and are not wanted again."""
    left = {_reference(document) for proposal in proposals for document in proposal.expired}
    left |= {document for proposal in proposals for document in _removed(proposal, expected_only=True)}
    wanted = (_reference(document) for proposal in proposals for document in proposal.wanted)
    return (addresses(left) | set(last.expired if last else ())) - addresses(wanted)


def _canaries(going: Sequence[Proposal], not_found: Iterable[Canary]) -> Iterable[Canary]:
    """One per document that is added or removed; those that were not found before ask by their newest text."""
    waiting = {canary.document.document_key: canary for canary in not_found}
    changed = [document for proposal in going for document in proposal.plan.changed]
    again = [document for document in changed if document.key in waiting]
    added = [document for proposal in going for document in proposal.plan.added]
    removed = [document for proposal in going for document in _removed(proposal)]
    pairs = ((document.key, document.body_bytes, document.sidecar_bytes) for document in [*added, *again])
    new = {canary.document.document_key: canary for canary in canaries(Corpus.of(pairs).entries, removed)}
    return {**waiting, **new}.values()


def _removed(proposal: Proposal, expected_only: bool = False) -> list[DocumentRef]:
    name = proposal.plan.collection.name
    return [
        DocumentRef(name, removal.published.id, removal.published.title, removal.published.link)
        for removal in proposal.plan.removed
        if removal.expected or not expected_only
    ]


def _reference(document: Document) -> DocumentRef:
    return DocumentRef(document.collection.name, document.id, document.title, document.link)


def _keep(runs: EvaluationRuns, run: Run | None) -> None:
    """Accepts a run without problems that lost no more than it gained: a slow decline is a decline too."""
    if run is None:
        return
    accepted = runs.accepted()
    if not gate(run, accepted) and (accepted is None or compare(run, accepted).net_lost <= 0):
        runs.accept(run)


def _state(published: PublishedByName, questions: Sequence[Question]) -> str:
    """Twelve hexadecimal digits over the versions of all published documents and over all questions."""
    versions = {
        name: {id: document.fingerprint for id, document in documents.items()}
        for name, documents in sorted(published.items())
    }
    content = [versions, [asdict(question) for question in questions]]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
