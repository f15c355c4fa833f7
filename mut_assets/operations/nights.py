"""`mut nights`: which nights there were, what each changed, whether it was published and served, and who began it.

What belongs here: listing and showing them. What does not: finding nights (`resources/bucket/nights.py`), or going back
to one (`run.py`).
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mut_assets.domain.plans.freshness import moment
from mut_assets.domain.plans.nights import Change, Night
from mut_assets.environments import Doors
from mut_assets.resources.bucket.nights import Nights, Tables
from mut_assets.resources.clock import MARKET_ZONE
from mut_assets.resources.ports import silent


@dataclass(frozen=True)
class Listed:
    """One night: its record (empty for a night of an earlier release), its tables, and which collections it holds."""

    night: Night
    tables: Tables
    held: tuple[str, ...] = ()
    to_come: bool = False


def nights(doors: Doors, most: int) -> list[Listed]:
    """The last nights, newest first. Raises what the bucket raises."""
    holds = doors.publisher.rollbacks.in_force(doors.decisions.last(), silent)
    return [
        Listed(
            doors.snapshots.nights.last(night.name) if night.recorded else Night(night.name),
            night,
            tuple(name for name, hold in holds.items() if hold.night == night.name),
            doors.snapshots.is_to_come(night.name),
        )
        for night in reversed(Nights(doors.snapshots).all()[-most:])
    ]


def as_json(listed: list[Listed]) -> str:
    """A list of objects, newest first."""
    return json.dumps([_content(each) for each in listed], ensure_ascii=False, indent=1)


def _content(each: Listed) -> dict[str, Any]:
    return {
        **asdict(each.night),
        "tables": sorted(each.tables.tables),
        "taken_over": dict(each.night.taken_over),
        "recorded": each.tables.recorded,
        "held": list(each.held),
        "from_the_future": each.to_come,
    }


def show(listed: list[Listed], console: Console) -> None:
    """A table for people, and what its words mean where that is not plain."""
    if not listed:
        console.print("There was no night yet: `mut run` is the first.")
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    for name in ("night (UTC)", "in Santiago", "by", "changes", "served"):
        table.add_column(name, no_wrap=name != "changes", overflow="fold")
    for each in listed:
        local = moment(each.night.stamp).astimezone(MARKET_ZONE)
        cells = (each.night.stamp, f"{local:%Y-%m-%d %H:%M}", _by(each), "\n".join(_changes(each)), _served(each.night))
        table.add_row(*map(escape, cells))
    console.print(table)
    if not all(each.tables.recorded for each in listed):
        console.print("Nights without a record are of an earlier release: their tables are grouped by their times.")
    console.print("`mut rollback NIGHT` shows what going back to one would change, and asks.")


def _by(each: Listed) -> str:
    night = each.night
    if not each.tables.recorded:
        return "no record"
    return f"{night.by or 'unknown'}{f', {night.user}' if night.user else ''}"


def _changes(each: Listed) -> list[str]:
    night = each.night
    lines = ["from the future: passed over"] if each.to_come else []
    lines += [f"rollback to {night.went_back_to}"] if night.went_back_to else []
    lines += ["release"] if night.released else []
    lines += [f"held here: {', '.join(each.held)}"] if each.held else []
    lines += [f"{name}: {_change(change)}" for name, change in night.changes.items() if _is_news(change)]
    if night.published and not any(map(_is_news, night.changes.values())):
        lines.append("nothing changed")
    lines += _taken_over(night)
    if not night.published:
        lines.append(f"tables: {len(each.tables.tables)}{', not published' if each.tables.recorded else ''}")
    return lines


def _is_news(change: Change) -> bool:
    return change.status in ("refused", "failed") or bool(change.added or change.changed or change.removed)


def _change(change: Change) -> str:
    counts = f"+{change.added} ~{change.changed} -{change.removed}"
    return counts if change.status == "published" else f"{change.status} ({counts})"


def _taken_over(night: Night) -> list[str]:
    """The nights whose tables it published, with the collections."""
    by_night: dict[str, list[str]] = {}
    for name, table in night.taken_over.items():
        by_night.setdefault(table[-len("20261120_030000.csv") : -len(".csv")], []).append(name)
    everything = len(night.taken_over) == len(night.changes)
    return [
        f"{'tables' if everything and len(by_night) == 1 else ', '.join(names)} of {stamp}"
        for stamp, names in by_night.items()
    ]


def _served(night: Night) -> str:
    return f"{night.served} of {night.documents}" if night.proved else ""
