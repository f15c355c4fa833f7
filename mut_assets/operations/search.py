"""`mut search`: what the knowledge base answers with, and why.

What belongs here: asking, and showing what was found. What does not: parsing the command line (`cli.py`), finding
(`resources/local_index.py`).
"""

import json
from collections.abc import Sequence
from dataclasses import asdict

from rich.table import Table
from rich.text import Text

from mut_assets.resources.failures import PermanentFailure
from mut_assets.resources.local_index import Hit, LocalIndex


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
    """For pipes and logs: three lines per document, links never cut."""
    if not hits:
        return _NOTHING
    return "\n".join(
        f"{rank}. {_line(hit.title)} ({hit.collection})\n   {_line(hit.link) or '(no link)'}\n   {_line(hit.why)}"
        for rank, hit in enumerate(hits, 1)
    )


def as_table(hits: Sequence[Hit]) -> Table | Text:
    """For a terminal. Titles and links are shown as text, whatever they hold; links fold instead of being cut."""
    if not hits:
        return Text(_NOTHING)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", justify="right", style="dim")
    table.add_column("document", overflow="fold")
    table.add_column("collection", no_wrap=True)
    table.add_column("score", justify="right", style="dim", no_wrap=True)
    for rank, hit in enumerate(hits, 1):
        document = Text()
        document.append(_line(hit.title) + "\n", style="bold")
        document.append((_line(hit.link) or "(no link)") + "\n", style="cyan")
        document.append(_line(hit.why), style="dim")
        table.add_row(str(rank), document, hit.collection, f"{hit.score:.2f}")
    return table


_NOTHING = "Nothing found. Try other words, or fewer."


def _line(text: str) -> str:
    # Titles come from a website: no line breaks, no escape sequences for the terminal.
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
