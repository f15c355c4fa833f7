"""The editors' report in the UI: one page of Markdown, with linked titles, on each materialization of `kb_dataset`.

What belongs here: the lines as Markdown. What does not: the lines (`domain/doubts/`), or the files of the report
(`publishing/editors.py`).
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from mut_assets.assets.reporting import Metadata, escaped, linked
from mut_assets.domain.doubts.doubt import KINDS, Doubt, by_page
from mut_assets.domain.doubts.page import of_what, parts, summary

PAGES_SHOWN = 100


def doubts_by_page(doubts: Sequence[Doubt] | None) -> Metadata:
    """How many doubts there are, and the report; nothing where none could be made."""
    if doubts is None:
        return {}
    pages = by_page(doubts)
    more = [f"… y {len(pages) - PAGES_SHOWN} más en `mut doubts`."] if len(pages) > PAGES_SHOWN else []
    shown = [summary(doubts), *("\n".join(_page(lines)) for lines in pages[:PAGES_SHOWN]), *more]
    return {"doubts": len(doubts), "editors_report": dg.MetadataValue.md("\n\n".join(shown))}


def _page(lines: Sequence[Doubt]) -> Iterator[str]:
    first = lines[0]
    yield f"**{linked(first.page, first.link) if first.link else escaped(first.page)}** ({escaped(of_what(first))})\n"
    for doubt in lines:
        told = " ".join(f"*{name}:* {escaped(text)}" for name, text in parts(doubt))
        others = ", ".join(linked(*other) for other in doubt.others)
        yield f"- **{escaped(doubt.field)}** · {KINDS[doubt.kind]}. {told}{f' *Páginas:* {others}' if others else ''}"
