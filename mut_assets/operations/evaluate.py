"""`mut evaluate`: how well visitors' questions find their documents, and what changed since the last accepted run.

What belongs here: the order of asking, comparing and keeping, and showing it. What does not: the measures
(`domain/evaluation/scoring.py`) and the limits (`domain/evaluation/gates.py`).
"""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mut_assets.domain.evaluation.gates import gate, missed, too_many_stale
from mut_assets.domain.evaluation.runs import Comparison, Run, as_content, compare
from mut_assets.domain.evaluation.scoring import MEASURES, Answered, Corpus, Estimate, Summary
from mut_assets.operations.report import printable
from mut_assets.publishing.gates import SERVED, RetrievalGate
from mut_assets.publishing.questions import answers, published
from mut_assets.resources.bucket.evaluation_runs import EvaluationRuns
from mut_assets.resources.bucket.golden_questions import GoldenQuestions
from mut_assets.resources.clock import Clock
from mut_assets.resources.embedded.index import LocalIndex
from mut_assets.resources.failures import PermanentFailure
from mut_assets.resources.ports import Retriever

PUBLISHED = "what is published"
_FOUND_SHOWN = 3
WIDTH = 120
"""Columns that the table needs; a file or a pipe has them."""


@dataclass(frozen=True)
class Evaluation:
    """One run, its comparison with the accepted one (None: there was none), why a gate would not open, is it `kept`."""

    run: Run
    comparison: Comparison | None
    problems: tuple[str, ...]
    kept: bool


@dataclass(frozen=True)
class Respondent:
    """Who is asked, `at_once` questions at a time: a retriever, its name for people, and its accepted run's record."""

    retriever: Retriever
    name: str
    runs: EvaluationRuns
    at_once: int = 1


def evaluate(
    golden: GoldenQuestions,
    respondent: Respondent,
    corpus: Corpus,
    clock: Clock,
    *,
    expected: Collection[str] = frozenset(),
    accept: bool = False,
) -> Evaluation:
    """Asks every golden question, and compares with the last accepted run, which `accept` replaces.

    `corpus` is what is published, `expected` are the addresses of documents that left as they should.
    Raises MUT-EVAL-001 to 003 for the file of questions, MUT-EVAL-004 when there are none, MUT-EVAL-005 when nothing is
    published, and what the retriever and the bucket raise.
    """
    questions = golden.questions()
    if not questions:
        raise PermanentFailure(
            "MUT-EVAL-004",
            "There are no golden questions about this site; the bundled ones are about the bundled market.",
            "Write a file of them (docs/operations.md has the columns) and set GOLDEN_QUESTIONS to it.",
        )
    if not corpus.entries:
        raise PermanentFailure(
            "MUT-EVAL-005",
            "No document is published yet, so no question can find one.",
            "Run `make run` first: it reads the site, publishes the documents and fills the knowledge base.",
        )
    before = respondent.runs.accepted()
    asked_at = clock.now().isoformat(timespec="seconds")
    answered = answers(questions, respondent.retriever, corpus, expected, respondent.at_once)
    run = Run(answered, respondent.name, asked_at)
    if accept:
        respondent.runs.accept(run)
    return Evaluation(run, compare(run, before) if before else None, (*gate(run, before), *too_many_stale(run)), accept)


def evaluate_published(
    gate: RetrievalGate, clock: Clock, expired: Collection[str], *, served: bool = False, accept: bool = False
) -> Evaluation:
    """Asks the published documents, in an index of their own in memory; `served`: the knowledge base that has them.

    `expired` are the addresses of events that are over. Raises what `evaluate` raises.
    """
    before, after = gate.before_publishing, gate.served
    pairs = published(before.store)
    if served:
        respondent = Respondent(after.retriever, SERVED, after.runs, after.at_once)
    else:
        respondent = Respondent(LocalIndex.in_memory(pairs), PUBLISHED, before.runs)
    return evaluate(before.golden, respondent, Corpus.of(pairs), clock, expected=expired, accept=accept)


def as_json(evaluation: Evaluation) -> str:
    """A JSON object: `measures` by style and overall, `comparison` by question ids, `problems`, and the whole `run`."""
    run = evaluation.run
    content = {
        "measures": [asdict(summary) for summary in [*run.by_style, run.overall]],
        "comparison": _ids(evaluation.comparison) if evaluation.comparison else None,
        "stale": {answered.question.id: answered.stale for answered in run.stale},
        "problems": list(evaluation.problems),
        "run": as_content(run),
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def _ids(comparison: Comparison) -> dict[str, Any]:
    return {
        "earlier": comparison.earlier,
        "lost": [answered.question.id for answered in comparison.lost],
        "gained": [answered.question.id for answered in comparison.gained],
        "net_lost": comparison.net_lost,
        "new": [question.id for question in comparison.new],
        "removed": [question.id for question in comparison.removed],
    }


def exit_status(evaluation: Evaluation) -> int:
    """0: a gate would open, or the run was accepted as it is. 1: it would not."""
    return 1 if evaluation.problems and not evaluation.kept else 0


# --- showing ----------------------------------------------------------------------------------------------------------


def show(evaluation: Evaluation, console: Console) -> None:
    """The measures as a table, then what changed, what was missed, what is stale, what nothing answers."""
    run = evaluation.run
    console.print(f"questions asked of {escape(run.where)}: {len(run.answers)}\n", highlight=False)
    console.print(_table([*run.by_style, run.overall]))
    console.print("In brackets: the interval that holds the measure with 95 % confidence.\n", highlight=False)
    missing = [answered for answered in run.scored if not answered.near]
    _list("missed", "not among the first five", missing, missed, console)
    _show_comparison(evaluation.comparison, console)
    _list("stale", "not scored", run.stale, _stale, console)
    _list("no answer", "no document answers these; not scored", run.unanswerable, _found_anyway, console)
    for problem in evaluation.problems:
        _line("red", "a gate would stop this", problem, console)
    if evaluation.kept:
        console.print("[green]Kept as the accepted run.[/green]")


def _table(summaries: Sequence[Summary]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("style", no_wrap=True)
    table.add_column("n", justify="right", no_wrap=True)
    for name in MEASURES:
        table.add_column(name, justify="right", no_wrap=True)
    for summary in summaries:
        cells = (_cell(summary.estimates.get(name)) for name in MEASURES)
        table.add_row(escape(summary.group), str(summary.n), *cells)
    return table


def _cell(mean: Estimate | None) -> str:
    return f"{mean.value:.2f} ({mean.low:.2f}-{mean.high:.2f})" if mean else "-"


def _show_comparison(comparison: Comparison | None, console: Console) -> None:
    if comparison is None:
        console.print("Nothing to compare with: no run was accepted yet (mut evaluate --accept).\n", highlight=False)
        return
    since = f"since the run accepted at {comparison.earlier}"
    console.print(f"{since}: {len(comparison.lost)} lost, {len(comparison.gained)} gained\n", highlight=False)
    _list("lost", since, comparison.lost, missed, console)
    _list("gained", since, comparison.gained, _asked, console)
    for name, questions in (("new or asked otherwise", comparison.new), ("no longer asked", comparison.removed)):
        if questions:
            console.print(f"{name}: {escape(', '.join(question.id for question in questions))}\n", soft_wrap=True)


def _list(
    name: str, why: str, answers: Sequence[Answered], line_of: Callable[[Answered], str], console: Console
) -> None:
    if answers:
        console.print(f"{name} ({why}): {len(answers)}", highlight=False)
        for answered in answers:
            _line("yellow", name, line_of(answered), console)
        console.print()


def _line(colour: str, name: str, text: str, console: Console) -> None:
    console.print(f"  [{colour}]{name}[/{colour}]  {escape(printable(text))}", soft_wrap=True, highlight=False)


def _asked(answered: Answered) -> str:
    return f"{answered.question.id} “{answered.question.text}”"


def _stale(answered: Answered) -> str:
    return f"{_asked(answered)}: {answered.stale}{' (expected)' if answered.expected else ''}"


def _found_anyway(answered: Answered) -> str:
    shown = ", ".join(str(document) for document in answered.ranking[:_FOUND_SHOWN]) or "nothing"
    return f"{_asked(answered)}: found {shown}"
