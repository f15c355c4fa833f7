"""Questions are asked in order, canaries until they sing or polling ends, of the texts that are published."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mut_assets.domain.evaluation.gates import canaries
from mut_assets.domain.evaluation.golden import Question
from mut_assets.domain.evaluation.scoring import Corpus, DocumentRef
from mut_assets.publishing.questions import answers, published, watch
from mut_assets.resources.bucket.document_store import LEDGER, DocumentStore
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.embedded.index import LocalIndex
from mut_assets.resources.failures import TransientFailure
from mut_assets.resources.polling import Polling
from mut_assets_tests.resources.plaza import PREFIX, fill


@dataclass
class Slow:
    """A retriever that finds everything it has, and takes in `later` after so many questions."""

    has: list[DocumentRef]
    later: dict[int, DocumentRef] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def search(self, question: str, k: int) -> Sequence[DocumentRef]:
        self.asked.append(question)
        if new := self.later.get(len(self.asked)):
            self.has.append(new)
        return self.has[:k]


BREAD, WATCH = DocumentRef("tiendas", "1", "Pan", ""), DocumentRef("tiendas", "2", "Reloj", "")


@pytest.fixture
def store(tmp_path: Path) -> DocumentStore:
    bucket = Bucket(str(tmp_path / "bucket"))
    fill(bucket)
    return DocumentStore(bucket, PREFIX)


def test_the_corpus_is_what_is_published_and_reading_it_writes_nothing(store: DocumentStore) -> None:
    store.bucket.put(f"{PREFIX}leeme.txt", b"de otra persona")
    corpus = Corpus.of(published(store))
    keys = "eventos/5 preguntas/bicicletas restaurantes/21 stores/11 stores/12".split()
    assert [entry.document.key for entry in corpus.entries] == keys
    assert "terraza" in corpus.entries[0].text
    assert corpus.entries[0].document.link == "https://plaza.example/eventos/5/"
    assert LEDGER not in [entry.key for entry in store.bucket.list("")]


@pytest.mark.parametrize("at_once", [1, 3])
def test_the_embedded_index_is_asked_in_order(store: DocumentStore, tmp_path: Path, at_once: int) -> None:
    index = LocalIndex(tmp_path / "index.sqlite")
    index.ingest(store.bucket, PREFIX)
    asked = [
        Question("P1", "dónde hay helados", "nombre", "restaurantes", ("restaurantes/21",)),
        Question("P2", "juguetes de madera", "nombre", "tiendas", ("/stores/11",)),
        Question("P3", "xilofonista", "nombre", "tiendas", ("stores/12",)),
        Question("P4", "calzado", "nombre", "tiendas", ("stores/99",)),
    ]
    found = answers(asked, index, Corpus.of(published(store)), {"stores/99"}, at_once)
    assert [(answer.question.id, answer.near, answer.expected) for answer in found] == [
        *(("P1", True, False), ("P2", True, False), ("P3", False, False), ("P4", False, True))
    ]
    assert found[1].ranking[0] == DocumentRef("tiendas", "11", "El Trompo Bailarín", "https://plaza.example/stores/11/")


def test_a_failure_of_the_retriever_is_no_answer() -> None:
    class Broken:
        def search(self, question: str, k: int) -> Sequence[DocumentRef]:
            raise TransientFailure("MUT-AWS-102", "No connection.", "It is tried again.")

    with pytest.raises(TransientFailure):
        answers([Question("P1", "pan", "nombre", "", ())], Broken(), Corpus(()), at_once=2)


def test_only_those_that_do_not_sing_are_asked_again_until_they_do(store: DocumentStore) -> None:
    naps: list[float] = []
    bread, _, _, trompo, _ = Corpus.of(published(store)).entries
    slow = Slow([trompo.document], later={4: bread.document})
    found = watch(canaries([bread, trompo], []), slow, Polling(10, 60, naps.append))
    assert found.canaries == ()
    assert [text.split(" ")[0] for text in slow.asked] == ["Noche", "El", "Noche", "Noche"]
    assert found.waited_seconds == pytest.approx(sum(naps), abs=0.5)
    assert len(naps) == 2


def test_after_the_deadline_the_silent_ones_are_given_with_what_was_found() -> None:
    naps: list[float] = []
    slow = Slow([BREAD, WATCH])
    found = watch(canaries([], [WATCH]), slow, Polling(10, 30, naps.append))
    ((canary, documents),) = found.canaries
    assert (canary.document, documents) == (WATCH, (BREAD, WATCH))
    assert sum(naps) == pytest.approx(30, abs=0.5)
    assert set(slow.asked) == {"Reloj"}
