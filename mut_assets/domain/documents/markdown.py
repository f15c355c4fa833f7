"""The Markdown of a document, read back: its title and the blocks of text below it.

What belongs here: reading text that is already published. What does not: writing it (`documents/document.py`).
"""

from collections.abc import Mapping

from mut_assets.domain.documents.sidecar import text_of

_HEADING = "# "


def heading(text: str) -> str:
    """The first heading of level 1, or ""."""
    return next((line.removeprefix(_HEADING).strip() for line in text.splitlines() if line.startswith(_HEADING)), "")


def title_and_link(attributes: Mapping[str, object], text: str, id: str) -> tuple[str, str]:
    """What a document is called and where its page is, "" for none: `titulo` and `link` of its metadata, if they are
    text. Without a `titulo` its heading names it, and without that its id."""
    return text_of(attributes.get("titulo")) or heading(text) or id, text_of(attributes.get("link"))


def blocks(text: str) -> list[str]:
    """The blocks between empty lines, without those that begin with a heading of level 1."""
    return [block for block in text.split("\n\n") if block.strip() and not block.startswith(_HEADING)]
