"""`mut search`: what the knowledge base answers with, and why.

What belongs here: asking, and showing what was found. What does not: finding (`resources/embedded/index.py`).
"""

import json
from collections.abc import Sequence
from dataclasses import asdict

from mut_assets.operations.report import one_line
from mut_assets.resources.embedded.index import Hit, LocalIndex
from mut_assets.resources.embedded.knowledge_base import LocalKnowledgeBase
from mut_assets.resources.failures import PermanentFailure


def embedded(knowledge_base: object) -> LocalIndex:
    """The embedded index behind a knowledge base. Raises MUT-RUN-003 for one that is elsewhere."""
    if isinstance(knowledge_base, LocalKnowledgeBase):
        return knowledge_base.index
    raise PermanentFailure(
        "MUT-RUN-003",
        "The knowledge base of MUT_ENVIRONMENT=aws is Bedrock's, not the embedded one that this command asks.",
        "Ask it in the console (Bedrock, Knowledge bases, Test), or ask the embedded one with MUT_ENVIRONMENT=local.",
    )


def search(index: LocalIndex, question: str, k: int = 5) -> list[Hit]:
    """The `k` best documents, best first.

    Raises `PermanentFailure` MUT-KB-005 for an empty question, MUT-KB-006 when there is nothing to search yet.
    """
    if not question.strip():
        raise PermanentFailure(
            "MUT-KB-005", "The question is empty.", 'Ask something, for example: mut search "dónde hay helados"'
        )
    hits = index.search(question, k)
    if not hits and not index.size():
        raise PermanentFailure(
            "MUT-KB-006",
            f"The knowledge base {index.path} holds no documents yet.",
            "Run `make run` first: it reads the site, publishes the documents and fills it.",
        )
    return hits


def as_json(hits: Sequence[Hit]) -> str:
    """A JSON list of objects with id, collection, title, link, score and why; accents as they are."""
    return json.dumps([asdict(hit) for hit in hits], ensure_ascii=False, indent=2)


def as_text(hits: Sequence[Hit]) -> str:
    """For people: three lines per document; links are never cut, so that they can be copied."""
    lines = []
    for rank, hit in enumerate(hits, 1):
        title, link, why = one_line(hit.title), one_line(hit.link), one_line(hit.why)
        lines += [f"{rank}. {title} ({hit.collection})", f"   {link or '(no link)'}", f"   {why}"]
    return "\n".join(lines) or "Nothing found. Try other words, or fewer."
