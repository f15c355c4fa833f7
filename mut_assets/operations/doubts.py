"""`mut doubts`: what the people who keep the site should mend, in Spanish, from the newest tables.

What belongs here: showing it. What does not: finding it (`domain/doubts/`), or the report that each night keeps
(`publishing/editors.py`). The site is not asked.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.markup import escape

from mut_assets.domain.collections import Collection
from mut_assets.domain.doubts.doubt import KINDS, Doubt, by_page
from mut_assets.domain.doubts.finding import doubts as found_in
from mut_assets.domain.doubts.page import of_what, parts, summary
from mut_assets.environments import Doors
from mut_assets.operations.report import one_line
from mut_assets.publishing.editors import newest_tables

NO_NIGHT = "Todavía no hay tablas: la primera noche las escribe (`mut run`)."


def doubts(doors: Doors, only: Collection | None = None) -> list[Doubt] | None:
    """Every doubt, or those of one collection, newest first; None before the first night. Raises what the bucket and
    reading a snapshot raise."""
    tables = newest_tables(doors.snapshots)  # all of them: an answer may contradict a page
    if not tables:
        return None
    found = found_in(tables, doors.clock.today(), doors.publisher.keeps_expired)
    return [doubt for doubt in found if only is None or doubt.collection == only.name]


def as_json(doubts: Sequence[Doubt]) -> str:
    """A list of objects, newest first."""
    return json.dumps([asdict(doubt) for doubt in doubts], ensure_ascii=False, indent=1)


def show(doubts: Sequence[Doubt] | None, console: Console) -> None:
    """The lines by page."""
    if doubts is None:
        console.print(NO_NIGHT)
        return
    for lines in by_page(doubts):
        first = lines[0]
        console.print(f"[bold]{_safe(first.page)}[/bold]  {_safe(of_what(first))}", soft_wrap=True)
        if first.link:
            console.print(_safe(first.link), soft_wrap=True)
        for doubt in lines:
            console.print(f"  [yellow]{_safe(doubt.field)}[/yellow] · {KINDS[doubt.kind]}", soft_wrap=True)
            for name, text in (*parts(doubt), *(("Página", f"{title} {link}") for title, link in doubt.others)):
                console.print(f"    {name}: {_safe(text)}", soft_wrap=True)
        console.print()
    console.print(summary(doubts))


def _safe(text: str) -> str:
    return escape(one_line(text))
