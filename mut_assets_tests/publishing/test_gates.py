"""What is about to be published and what is served are asked the golden questions; what is worse goes no further.

Nights without Dagster: a folder, the embedded index, and plans as the publisher makes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mut_assets.domain.collections import COLLECTIONS, EVENTOS, TIENDAS, Collection
from mut_assets.domain.documents.document import Document
from mut_assets.domain.evaluation.scoring import DocumentRef
from mut_assets.domain.ingestion.rules import Served
from mut_assets.domain.plans.outcome import Publication
from mut_assets.domain.plans.plan import ExpectedRemovals, make_plan
from mut_assets.publishing.gates import GateResult, PublishGate, ServedGate
from mut_assets.publishing.publisher import Proposal
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.evaluation_runs import EvaluationRuns
from mut_assets.resources.bucket.golden_questions import GoldenQuestions
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.clock import Clock
from mut_assets.resources.embedded.index import LocalIndex
from mut_assets.resources.polling import Polling

PREFIX, FILE = "datasets/prueba/v1/", "raw/oro.csv"
GOODS = ("volantines", "anteojos", "paraguas", "tambores", "cerrojos", "bufandas", "relojes", "maletas")
SHOWS = ("boleros", "marionetas", "acrobacia", "ajedrez", "poesía", "mosaicos", "huertos", "astronomía")
NO_SOURCE: Any = None


def document(collection: Collection, number: int, subject: str) -> Document:
    title = f"{'Local' if collection is TIENDAS else 'Jornada'} {number}"
    link = f"https://plaza.example/{collection.folder}/n{number}/"
    return Document(
        collection, str(number), title, link, f"# {title}\n\nAquí hay {subject}.\n", {"titulo": title, "link": link}
    )


def questions() -> str:
    rows = ["id;pregunta;estilo;coleccion;relevantes;frase"]
    rows += [f"T{n};¿quién tiene {one}?;nombre;tiendas;stores/{n};" for n, one in enumerate(GOODS, 1)]
    rows += [f"E{n};algo de {one};nombre;eventos;/eventos/n{n};" for n, one in enumerate(SHOWS, 1)]
    return "\n".join(rows) + "\n"


@dataclass
class Counting:
    """The embedded index, with what it was asked; what it is told to hide, it never finds."""

    index: LocalIndex
    asked: list[str] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    ghosts: list[DocumentRef] = field(default_factory=list)

    def search(self, question: str, k: int) -> Sequence[DocumentRef]:
        self.asked.append(question)
        found = [DocumentRef(hit.collection, hit.id, hit.title, hit.link) for hit in self.index.search(question, k)]
        return [*self.ghosts, *(hit for hit in found if hit.key not in self.hidden)]


class Market:
    """A small market, and its nights. `wanted` are the documents that the source asks for."""

    def __init__(self, folder: Path) -> None:
        self.bucket = Bucket(str(folder / "bucket"))
        self.store = DocumentStore(self.bucket, PREFIX)
        self.decisions = PublicationLog(self.bucket)
        self.retriever = Counting(LocalIndex(folder / "index.sqlite"))
        golden, served = GoldenQuestions(self.bucket, FILE), EvaluationRuns(self.bucket, "KB00000001")
        self.before = PublishGate(golden, self.store, EvaluationRuns(self.bucket, "embedded"), served)
        self.after = ServedGate(golden, self.store, self.retriever, served, Polling(0, 0))
        self.wanted = {
            (one.name, n): document(one, n, subject)
            for one, subjects in ((TIENDAS, GOODS), (EVENTOS, SHOWS))
            for n, subject in enumerate(subjects, 1)
        }
        self.expired: set[tuple[str, int]] = set()
        self.nights = 0
        self.ask(questions())

    def ask(self, data: str) -> None:
        self.bucket.put(FILE, data.encode())

    def says(self, collection: Collection, number: int, subject: str) -> None:
        self.wanted[collection.name, number] = document(collection, number, subject)

    def proposals(self) -> list[Proposal]:
        published = self.store.holdings().published
        return [self._proposal(collection, published[collection.name]) for collection in COLLECTIONS]

    def _proposal(self, collection: Collection, published: Any) -> Proposal:
        made = {key: document for key, document in self.wanted.items() if key[0] == collection.name}
        wanted = tuple(document for key, document in made.items() if key not in self.expired)
        over = tuple(document for key, document in made.items() if key in self.expired)
        leaving = ExpectedRemovals({document.id: "the event ended" for document in over})
        plan = make_plan(collection, wanted, published, [], today=date(2026, 3, 1), renderer="1", expected=leaving)
        return Proposal(replace(plan, refusals=()), NO_SOURCE, wanted, over)

    def publish(self, approved: str = "") -> GateResult:
        """The first half of a night; `approved`: of this collection alone, by a person."""
        self.nights += 1
        at = f"2026-03-{self.nights:02}T03:00:00+00:00"
        proposals = [proposal for proposal in self.proposals() if approved in ("", proposal.name)]
        published = self.store.holdings().published
        result = self.before.check(proposals, published, at, self.decisions.last(), bool(approved))
        for proposal in proposals:
            if not result.refusals(proposal.name) and not proposal.plan.empty:
                self.store.apply(proposal.plan, lambda: None, renderer="1", fuente="")
        self.before.keep(result, bool(approved))
        self.decisions.record(Publication(f"{self.nights}", at, (), canaries=result.canaries, expired=result.expired))
        return result

    def check(self) -> GateResult:
        """The second half."""
        self.retriever.index.ingest(self.bucket, PREFIX)
        return self.after.check(self.decisions.last(), self.served, Clock(), lambda line: None)

    def served(self) -> Served:
        return Served(self.retriever.index.served())

    def both(self, **changes: Any) -> None:
        """Changes both gates."""
        self.before, self.after = replace(self.before, **changes), replace(self.after, **changes)

    def night(self) -> tuple[GateResult, GateResult]:
        return self.publish(), self.check()

    def text(self, key: str) -> str:
        return self.store.pair(f"{key}.md")[0].decode()


@pytest.fixture
def market(tmp_path: Path) -> Market:
    return Market(tmp_path)


@pytest.fixture
def lived_in(market: Market) -> Market:
    """After a good first night."""
    assert [result.problems for result in market.night()] == [(), ()]
    market.retriever.asked.clear()
    return market


def same_words(market: Market, collection: Collection, numbers: Sequence[int]) -> None:
    """The texts of a collection lose what they were about."""
    for number in numbers:
        market.says(collection, number, "de todo")


# --- before publishing ------------------------------------------------------------------------------------------------


def test_a_good_first_night_is_measured_published_and_remembered(market: Market) -> None:
    before, after = market.night()
    assert before.summary == "hit@5 1.00 over 16 golden questions" == after.summary
    assert market.before.runs.accepted() == before.run and market.after.runs.accepted() == after.run
    assert len(market.store.holdings().published["tiendas"]) == 8


def test_a_collection_whose_texts_got_worse_keeps_its_own_and_the_others_go_out(lived_in: Market) -> None:
    same_words(lived_in, TIENDAS, range(1, 9))
    lived_in.says(EVENTOS, 9, "tango")
    result = lived_in.publish()
    assert result.blamed == {"tiendas"} and result.notes == ()
    assert any("8 net, more than 4" in why and "¿quién tiene volantines?" in why for why in result.problems)
    assert "volantines" in lived_in.text("stores/1") and "tango" in lived_in.text("eventos/9")
    assert [canary.document.key for canary in result.canaries] == ["eventos/9"], "what stays is not expected to change"
    assert lived_in.check().problems == ()
    accepted = lived_in.before.runs.accepted()
    assert accepted is not None and accepted == result.run and all(answer.near for answer in accepted.scored)


def test_a_first_night_below_the_floor_publishes_nothing(market: Market) -> None:
    for collection in (TIENDAS, EVENTOS):
        same_words(market, collection, range(1, 9))
    result = market.publish()
    assert result.blamed == {"tiendas", "eventos"} and "below the floor" in result.problems[0]
    assert (result.canaries, result.run) == ((), None)
    assert not any(market.store.holdings().published.values())
    assert market.before.runs.accepted() is None


def test_a_slow_decline_is_compared_with_the_best_run_not_with_yesterday(lived_in: Market) -> None:
    same_words(lived_in, TIENDAS, range(1, 4))
    assert not lived_in.publish().problems
    same_words(lived_in, TIENDAS, range(4, 7))
    assert lived_in.publish().blamed == {"tiendas"}
    lived_in.says(TIENDAS, 1, GOODS[0])
    lived_in.says(TIENDAS, 2, GOODS[1])
    assert not lived_in.publish().problems, "two came back: four are lost"


def test_what_a_person_approved_goes_out_and_is_what_later_nights_are_compared_with(lived_in: Market) -> None:
    same_words(lived_in, TIENDAS, range(1, 6))
    assert lived_in.publish().blamed == {"tiendas"}
    lived_in.decisions.record(replace(lived_in.decisions.last() or Publication("", "", ()), expired=("eventos/77",)))
    approved = lived_in.publish("tiendas")
    assert "5 net, more than 4" in approved.notes[0] and "de todo" in lived_in.text("stores/1")
    assert "eventos/77" in approved.expired, "what the other collections left behind is still known"
    lived_in.says(EVENTOS, 9, "tango")
    assert lived_in.publish().problems == ()


def test_a_gate_that_warns_publishes_with_a_note_and_remembers_nothing_worse(lived_in: Market) -> None:
    lived_in.both(blocks=False)
    best = lived_in.before.runs.accepted()
    same_words(lived_in, TIENDAS, range(1, 9))
    result = lived_in.publish()
    assert result.blamed == frozenset() and result.notes == result.problems != ()
    assert "de todo" in lived_in.text("stores/1")
    assert lived_in.before.runs.accepted() == best


def test_what_the_guard_refused_is_asked_as_it_stays(lived_in: Market) -> None:
    same_words(lived_in, TIENDAS, range(1, 9))
    proposals = [
        replace(proposal, plan=replace(proposal.plan, refusals=("…",))) if proposal.name == "tiendas" else proposal
        for proposal in lived_in.proposals()
    ]
    held = lived_in.store.holdings().published
    assert lived_in.before.check(proposals, held, "now").run is None, "nothing would be published"
    lived_in.says(EVENTOS, 9, "tango")
    [eventos] = [proposal for proposal in lived_in.proposals() if proposal.name == "eventos"]
    others = [proposal for proposal in proposals if proposal.name != "eventos"]
    result = lived_in.before.check([eventos, *others], held, "now")
    assert result.problems == () and result.run and all(answer.near for answer in result.run.scored)


# --- the questions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("blocks", [True, False])
def test_a_broken_file_of_questions_keeps_nothing_back_and_is_told_afterwards(lived_in: Market, blocks: bool) -> None:
    lived_in.both(blocks=blocks)
    lived_in.ask("id;pregunta;estilo;coleccion;relevantes\nT1;;nombre;tiendas;stores/1\n")
    lived_in.says(TIENDAS, 9, "sombreros")
    result = lived_in.publish()
    assert (result.problems, result.blamed) == ((), frozenset())
    assert "the golden questions were not asked: MUT-EVAL-003: raw/oro.csv: Line 2 (T1)" in result.notes[0]
    assert "sombreros" in lived_in.text("stores/9")
    for asked in (1, 0):
        after = lived_in.check()
        assert after.problems == () and after.unreadable and after.unreadable.code == "MUT-EVAL-003"
        assert len(lived_in.retriever.asked) == asked, "the canary is heard once; the file is told of until it is good"
        lived_in.retriever.asked.clear()


def test_without_questions_there_are_only_canaries(market: Market) -> None:
    market.both(golden=GoldenQuestions(market.bucket))
    before, after = market.night()
    assert (before.run, before.problems, len(before.canaries)) == (None, (), 16)
    assert (after.run, after.problems) == (None, ())
    assert len(market.retriever.asked) == 16
    market.night()
    assert len(market.retriever.asked) == 16


def test_questions_about_events_that_are_over_do_not_count(lived_in: Market) -> None:
    lived_in.expired |= {("eventos", number) for number in (1, 2, 3)}
    before, after = lived_in.night()
    assert (before.problems, after.problems) == ((), ())
    assert before.run and [answer.question.id for answer in before.run.stale if answer.expected] == ["E1", "E2", "E3"]
    for number in (1, 2, 3):  # the site forgets them
        del lived_in.wanted["eventos", number]
    lived_in.says(TIENDAS, 9, "sombreros")
    before, after = lived_in.night()
    assert (before.problems, after.problems) == ((), ())


def test_events_that_left_otherwise_are_stale_and_keep_nothing_back(lived_in: Market) -> None:
    for number in (1, 2, 3):
        del lived_in.wanted["eventos", number]
    result = lived_in.publish()
    assert result.problems == () and result.run
    assert [answer.question.id for answer in result.run.stale if not answer.expected] == ["E1", "E2", "E3"]


# --- after ingestion --------------------------------------------------------------------------------------------------


def test_what_was_added_is_found_by_its_own_words_and_what_was_removed_is_not(lived_in: Market) -> None:
    lived_in.says(TIENDAS, 9, "sombreros de fieltro")
    del lived_in.wanted["eventos", 8]
    lived_in.ask(questions().replace("E8;", "X8;").replace("/eventos/n8", "/eventos/n1"))
    before, after = lived_in.night()
    told = {canary.document.key: canary.added for canary in before.canaries}
    assert told == {"stores/9": True, "eventos/8": False}
    assert after.problems == () and after.canaries == before.canaries
    assert any("sombreros fieltro" in question for question in lived_in.retriever.asked)


@pytest.mark.parametrize(
    ("hidden", "ghosts", "told"),
    [
        (["stores/9"], [], "Added, and not found by their own words"),
        ([], [DocumentRef("eventos", "9", "Jornada 9", "")], "Removed, and still found"),
    ],
    ids=["added", "removed"],
)
def test_a_canary_that_does_not_sing_is_watched_for_until_it_does(
    lived_in: Market, hidden: list[str], ghosts: list[DocumentRef], told: str
) -> None:
    lived_in.says(EVENTOS, 9, "tango")
    assert lived_in.night()[1].problems == ()
    lived_in.says(TIENDAS, 9, "sombreros")
    del lived_in.wanted["eventos", 9]
    lived_in.retriever.hidden.update(hidden)
    lived_in.retriever.ghosts.extend(ghosts)
    assert told in lived_in.night()[1].problems[0]
    assert told in lived_in.night()[1].problems[0], "a night with nothing new does not forget it"
    lived_in.retriever.hidden.clear()
    lived_in.retriever.ghosts.clear()
    assert lived_in.night()[1].problems == ()
    lived_in.retriever.asked.clear()
    assert lived_in.night()[1].problems == () and lived_in.retriever.asked == []


def test_a_canary_nobody_listened_to_is_asked_for_by_its_newest_text(lived_in: Market) -> None:
    lived_in.says(TIENDAS, 9, "sombreros")
    lived_in.publish()  # and the night ends here
    lived_in.says(TIENDAS, 9, "candados")
    lived_in.night()
    asked = [question for question in lived_in.retriever.asked if question.startswith("Local 9")]
    assert asked == ["Local 9 candados."]


def test_an_edit_and_a_new_question_are_asked_again(lived_in: Market) -> None:
    lived_in.says(TIENDAS, 1, "volantines de seda")
    assert lived_in.night()[1].summary
    assert len(lived_in.retriever.asked) == 16
    lived_in.ask(questions() + "T9;sedas;nombre;tiendas;stores/1;\n")
    assert lived_in.night()[1].summary == "hit@5 1.00 over 17 golden questions"


def test_a_knowledge_base_that_finds_less_than_it_did_is_told_until_it_finds_it_again(lived_in: Market) -> None:
    lived_in.retriever.hidden = {f"stores/{number}" for number in range(1, 6)}
    lived_in.says(EVENTOS, 9, "tango")
    for _ in range(2):
        before, after = lived_in.night()
        assert before.problems == () and "5 net, more than 4" in after.problems[0]
    assert lived_in.after.runs.accepted() != after.run
    lived_in.retriever.hidden.clear()
    assert lived_in.night()[1].problems == ()


def test_canaries_of_a_folder_that_nothing_serves_are_not_watched_for(lived_in: Market) -> None:
    lived_in.says(TIENDAS, 9, "sombreros")
    lived_in.publish()
    publication = lived_in.decisions.last()
    assert publication
    pending = lived_in.after.pending(publication, lived_in.store.holdings().published)
    lived_in.retriever.asked.clear()
    heard = lived_in.after.ask(replace(pending, questions=()), Served({}, {"stores": "…"}), "now", lambda line: None)
    assert (heard.problems, lived_in.retriever.asked) == ((), [])


def test_a_knowledge_base_that_serves_something_else_is_not_asked(lived_in: Market) -> None:
    lived_in.says(TIENDAS, 9, "sombreros")
    lived_in.publish()  # and nothing is ingested
    stale = lived_in.after.check(lived_in.decisions.last(), lived_in.served, Clock(), lambda line: None)
    assert stale.problems == (
        "Nobody was asked: 1 documents are not served as published. stores/9.md is published and not served.",
    )
    assert lived_in.retriever.asked == []
    assert lived_in.check().problems == () and lived_in.retriever.asked != [], "it is asked once it is served"


def test_before_the_first_publication_there_is_nothing_to_ask(market: Market) -> None:
    said = market.after.check(None, NO_SOURCE, Clock(), NO_SOURCE)
    assert said == GateResult(unasked="Nothing is published, so no golden question was asked.")
