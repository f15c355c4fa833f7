"""`mut evaluate`: what a person and a program are shown, what is kept, and when it refuses."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from mut_assets.domain.evaluation.scoring import Corpus, DocumentRef
from mut_assets.operations.evaluate import Evaluation, Respondent, as_json, evaluate, exit_status, show
from mut_assets.resources.bucket.evaluation_runs import EvaluationRuns
from mut_assets.resources.bucket.golden_questions import GoldenQuestions
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.clock import Clock
from mut_assets_tests.domain.market import ALL, WHERE, corpus, ref

DATA = """id;pregunta;estilo;coleccion;relevantes;frase
P1;pan;nombre;tiendas;stores/1;
P2;relojes;nombre;tiendas;stores/2;
P3;feria;filtro;eventos;eventos/3;
P4;hielo;sin_respuesta;;;
"""


@dataclass
class Fixed:
    """A retriever that finds these keys for each question."""

    keys: dict[str, list[str]]

    def search(self, question: str, k: int) -> Sequence[DocumentRef]:
        return [ref(key) for key in self.keys.get(question, [])][:k]


GOOD = Fixed({"pan": ["stores/1"], "relojes": ["stores/1", "stores/2"], "feria": ["eventos/3"], "hielo": ["stores/9"]})
WORSE = replace(GOOD, keys={**GOOD.keys, "pan": ["stores/2"]})


@dataclass
class Desk:
    """Where somebody evaluates."""

    bucket: Bucket

    def evaluate(self, retriever: Fixed, data: str = DATA, corpus: Corpus = ALL, **how: Any) -> Evaluation:
        golden = GoldenQuestions(self.bucket, bundled=lambda: data.encode())
        respondent = Respondent(retriever, WHERE, EvaluationRuns(self.bucket, "embedded"))
        return evaluate(golden, respondent, corpus, Clock(), **how)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(Bucket(str(tmp_path)))


def shown(evaluation: Evaluation) -> str:
    told = io.StringIO()
    show(evaluation, Console(file=told, width=140))
    return told.getvalue()


def test_a_person_is_shown_the_measures_by_style_and_what_was_missed(desk: Desk) -> None:
    lines = shown(desk.evaluate(WORSE)).splitlines()
    cells = [line.split() for line in lines]
    assert ["nombre", "2", "0.00", "(0.00-0.66)", "0.50", "(0.09-0.91)"] in [line[:6] for line in cells]
    assert ["all", "3", "0.33", "(0.06-0.79)", "0.67", "(0.21-0.94)"] in [line[:6] for line in cells]
    missed = "  missed  P1 “pan”: “Stores 1” (stores/1) not found, instead “Stores 2” (stores/2)"
    assert missed in lines
    assert "  no answer  P4 “hielo”: found “Stores 9” (stores/9)" in lines
    assert any("no run was accepted yet" in line for line in lines)


def test_only_an_accepted_run_is_compared_with(desk: Desk) -> None:
    desk.evaluate(GOOD)
    assert desk.evaluate(WORSE).comparison is None
    assert desk.evaluate(GOOD, accept=True).kept
    for _ in range(2):
        found = desk.evaluate(WORSE).comparison
        assert found and [answer.question.id for answer in found.lost] == ["P1"]
    text = shown(desk.evaluate(WORSE))
    assert "1 lost, 0 gained" in text and "  lost  P1 “pan”" in text
    better = shown(desk.evaluate(WORSE, accept=True)) and shown(desk.evaluate(GOOD))
    assert "0 lost, 1 gained" in better and "  gained  P1 “pan”" in better


def test_the_run_that_is_accepted_is_compared_with_the_one_before(desk: Desk) -> None:
    desk.evaluate(GOOD, accept=True)
    found = desk.evaluate(WORSE, accept=True)
    assert found.comparison and found.comparison.net_lost == 1
    assert "Kept as the accepted run." in shown(found)


def test_stale_questions_are_shown_and_close_the_gate_unless_they_are_expected(desk: Desk) -> None:
    there = corpus("stores/1", "stores/2")
    found = desk.evaluate(GOOD, corpus=there)
    assert "  stale  P3 “feria”: none of its accepted documents is there any more" in shown(found).splitlines()
    assert "1 of 3 questions are stale" in found.problems[0] and exit_status(found) == 1
    expected = desk.evaluate(GOOD, corpus=there, expected=frozenset({"eventos/3"}))
    assert "(expected)" in shown(expected)
    assert (expected.problems, exit_status(expected)) == ((), 0)


def test_who_accepts_a_run_has_decided(desk: Desk) -> None:
    nothing = Fixed({})
    assert exit_status(desk.evaluate(nothing)) == 1
    found = desk.evaluate(nothing, accept=True)
    assert found.problems and exit_status(found) == 0
    assert "a gate would stop this" in shown(found)


def test_titles_neither_style_the_terminal_nor_control_it(desk: Desk) -> None:
    evil = DocumentRef("tiendas", "9", "[red]Noche\x1b[31m\nde Tango", "")

    class Evil(Fixed):
        def search(self, question: str, k: int) -> Sequence[DocumentRef]:
            return [evil]

    text = shown(desk.evaluate(Evil({})))
    assert "[red]Noche [31m de Tango" in text and "\x1b" not in text


def test_json_has_everything_and_accents_as_they_are(desk: Desk) -> None:
    desk.evaluate(GOOD, accept=True)
    text = as_json(desk.evaluate(WORSE, DATA.replace("feria", "feria de ñandú")))
    found = json.loads(text)
    assert "ñandú" in text
    assert found["measures"][-1]["group"] == "all"
    assert round(found["measures"][-1]["estimates"]["hit@5"]["value"], 2) == 0.33
    assert found["comparison"]["lost"] == ["P1"] and found["comparison"]["new"] == ["P3"]
    assert found["run"]["answers"][0]["ranking"][0]["id"] == "2"
    assert found["stale"] == {} and found["problems"]
