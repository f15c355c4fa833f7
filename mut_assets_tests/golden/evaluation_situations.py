"""What asking the golden questions can end in, and what is said of a run."""

import io
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from mut_assets.checks import not_found
from mut_assets.domain.evaluation.gates import canaries, canary_problems, gate, too_many_stale
from mut_assets.domain.evaluation.runs import Run, compare
from mut_assets.domain.evaluation.scoring import Corpus, score
from mut_assets.operations.evaluate import PUBLISHED, Evaluation, Respondent, evaluate, show
from mut_assets.publishing.gates import ABOUT_TO_BE_PUBLISHED, SERVED, GateResult, unasked
from mut_assets.resources.bedrock.retriever import BedrockRetriever
from mut_assets.resources.bucket.evaluation_runs import EvaluationRuns
from mut_assets.resources.bucket.golden_questions import GoldenQuestions
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.clock import Clock
from mut_assets.resources.failures import PermanentFailure
from mut_assets_tests.domain.market import ALL, THEN, corpus, question, ranked, ref, run
from mut_assets_tests.golden.sentences import Said
from mut_assets_tests.golden.situations import Produce, Situation

HEADER = "id;pregunta;estilo;coleccion;relevantes;frase;nota\n"
GOOD = "P1;¿Dónde hay pan?;nombre;tiendas;stores/1;;\n"


def _evaluate(
    folder: Path,
    bundled: Callable[[], bytes] | None = (HEADER + GOOD).encode,
    there: Corpus = ALL,
    accept: bool = False,
) -> Evaluation:
    bucket = Bucket(str(folder))
    nobody: Any = SimpleNamespace(search=lambda question, k: [])  # finds nothing
    respondent = Respondent(nobody, "the embedded index", EvaluationRuns(bucket, "embedded"))
    return evaluate(GoldenQuestions(bucket, bundled=bundled), respondent, there, Clock(), accept=accept)


def _file(content: str | bytes) -> Produce:
    def produce(folder: Path) -> None:
        bucket = Bucket(str(folder))
        bucket.put("raw/preguntas_de_oro.csv", content if isinstance(content, bytes) else content.encode())
        _read(folder)

    return produce


def _read(folder: Path) -> None:
    GoldenQuestions(Bucket(str(folder)), "raw/preguntas_de_oro.csv").questions()


UNSERVED = ["stores/7.md is published and not served", "stores/9.md is served and not published"]


def _silent() -> list[str]:
    """What is said of an added document that is not found, and of a removed one that is."""
    new, gone = canaries(corpus("stores/7").entries, [ref("stores/9")])
    return canary_problems([(new, (ref("stores/1"),)), (gone, (ref("stores/9"),))], 300)


WRONG_ROWS = """;sin id;nombre;tiendas;stores/1;;
P2;;nombre;tiendas;stores/1;;
P2;repetida;nombre;tiendas;stores/1;;
P3;en otra parte;nombre;tiendas;la de la esquina;;
P4;otra colección;nombre;bares;stores/1;;
"""
MORE_WRONG_ROWS = """P5;sin colección;nombre;;stores/1;;
P6;sin documento;nombre;tiendas;;;
P7;de más;nombre;tiendas;stores/1;;nota;sobra
"""
EVALUATION = [
    Situation("MUT-EVAL-001", "a file that is not there", _read),
    Situation("MUT-EVAL-002", "a file without the columns", _file("question;answer\na;b\n")),
    Situation("MUT-EVAL-002", "an empty file", _file("")),
    Situation("MUT-EVAL-002", "UTF-16 that is cut", _file((HEADER + GOOD).encode("utf-16")[:-1])),
    Situation("MUT-EVAL-003", "rows that cannot be used", _file(HEADER + WRONG_ROWS)),
    Situation("MUT-EVAL-003", "more of them", _file(HEADER + MORE_WRONG_ROWS)),
    Situation("MUT-EVAL-003", "too many to name", _file(HEADER + WRONG_ROWS + MORE_WRONG_ROWS)),
    Situation("MUT-EVAL-003", "nothing but a header", _file(HEADER)),
    Situation("MUT-EVAL-004", "a real site without questions of its own", lambda folder: _evaluate(folder, None)),
    Situation("MUT-EVAL-005", "before the first night", lambda folder: _evaluate(folder, there=Corpus(()))),
    Situation("MUT-EVAL-006", "what serves does not find what was added", lambda _: not_found(_silent())),
    Situation("MUT-EVAL-006", "it does not serve what is published", lambda _: not_found(unasked(UNSERVED).problems)),
]


# --- sentences without a code -----------------------------------------------------------------------------------------


def _shown(evaluation: Evaluation) -> str:
    told = io.StringIO()
    show(evaluation, Console(file=told, width=120))
    return told.getvalue()


def _runs() -> tuple[Run, Run]:
    """An accepted run and a worse one, with a question of each fate."""
    before = run(ranked("P1", 1), ranked("P2", 9), ranked("P8", 1), *(ranked(f"L{n}", 1) for n in range(6)), at=THEN)
    gone = score(question("P3", "eventos/99"), [], ALL)
    expected = score(question("P4", "eventos/98"), [], ALL, {"eventos/98"})
    phrase = score(question("P5", "stores/3", phrase="relojes"), [], corpus("stores/3"))
    nobody = score(question("P6", style="sin_respuesta"), [ref("stores/2")], ALL)
    nothing = score(question("P7", style="sin_respuesta"), [], ALL)
    events = [ranked(f"E{n}", 0, "eventos", style="filtro") for n in range(3)]
    worse = [ranked(f"L{n}", 7 if n else 0) for n in range(6)]
    return before, run(ranked("P1", 2), ranked("P2", 1), gone, expected, phrase, nobody, nothing, *worse, *events)


def a_run(folder: Path) -> Said:
    """What `mut evaluate` prints."""
    first = _evaluate(folder)
    before, now = _runs()
    EvaluationRuns(Bucket(str(folder)), "embedded").accept(before)
    found = _evaluate(folder, accept=True)
    assert found.comparison
    worse = Evaluation(now, compare(now, before), tuple(gate(now, before)), kept=False)
    yield "the first one", _shown(first)
    yield "against an accepted one", _shown(worse)
    yield "which a person accepts", _shown(found).rpartition("\n  ")[2]


def the_gates(folder: Path) -> Said:
    """Why a gate is closed."""
    before, now = _runs()
    yield "before publishing", "\n".join([*gate(now, before), *too_many_stale(now)])
    with pytest.raises(PermanentFailure) as unreadable:
        _read(folder)
    notes = GateResult(unreadable=unreadable.value).notes
    yield "before publishing, without questions that can be used", "\n".join(notes)
    yield "in the report of kb_dataset", GateResult(run=now).summary
    yield "what each run is of", "\n".join((ABOUT_TO_BE_PUBLISHED, SERVED, PUBLISHED))
    yield "which questions", GoldenQuestions(Bucket(str(folder))).where
    yield "what was asked", BedrockRetriever("KB00000001", Bucket("s3://conocimiento"), "v1/").where


SECTIONS = {"a run of the golden questions": a_run, "the gates of retrieval": the_gates}
