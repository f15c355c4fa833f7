"""The Markdown of a document, read back: its title and the blocks of text below it.

What belongs here: reading text that is already published. What does not: writing it (`documents/document.py`).
"""

_HEADING = "# "


def heading(text: str) -> str:
    """The first heading of level 1, or ""."""
    return next((line.removeprefix(_HEADING).strip() for line in text.splitlines() if line.startswith(_HEADING)), "")


def blocks(text: str) -> list[str]:
    """The blocks between empty lines, without those that begin with a heading of level 1."""
    return [block for block in text.split("\n\n") if block.strip() and not block.startswith(_HEADING)]
