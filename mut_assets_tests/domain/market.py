"""Answered questions of an invented market, in one line each."""

from mut_assets.domain.evaluation.golden import Question
from mut_assets.domain.evaluation.runs import Run
from mut_assets.domain.evaluation.scoring import Answered, Corpus, DocumentRef, PublishedText, score

WHERE, THEN, NOW = "the embedded index", "2026-03-01T03:00:00+00:00", "2026-03-02T03:00:00+00:00"
FOLDERS = {"stores": "tiendas", "eventos": "eventos", "restaurantes": "restaurantes"}


def ref(key: str) -> DocumentRef:
    """`stores/1`, called Stores 1."""
    folder, _, id = key.partition("/")
    return DocumentRef(FOLDERS[folder], id, f"{folder.title()} {id}", f"https://plaza.example/{folder}/n{id}/")


def corpus(*keys: str, text: str = "Vende pan de masa madre.") -> Corpus:
    return Corpus(tuple(PublishedText(ref(key), f"# {ref(key).title}\n\n{text}\n") for key in keys))


ALL = corpus(*(f"{folder}/{number}" for folder in FOLDERS for number in range(1, 30)))


def question(id: str = "P1", *accepted: str, style: str = "nombre", phrase: str = "", text: str = "") -> Question:
    collection = FOLDERS.get(accepted[0].partition("/")[0], "tiendas") if accepted else ""
    return Question(id, text or f"¿{id}?", style, collection, accepted, phrase)


def ranked(id: str, rank: int, folder: str = "stores", style: str = "nombre") -> Answered:
    """A question whose one document, number 1 of the folder, was found at `rank`; 0: not among the first ten."""
    others = [ref(f"{folder}/{number}") for number in range(2, 12)]
    found = others if rank == 0 else [*others[: rank - 1], ref(f"{folder}/1"), *others[rank - 1 :]]
    return score(question(id, f"{folder}/1", style=style), found, ALL)


def run(*answers: Answered, at: str = NOW) -> Run:
    return Run(answers, WHERE, at)
