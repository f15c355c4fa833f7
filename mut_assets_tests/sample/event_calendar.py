"""The truth about the bundled events, as their file states it, for tests of what is read out of their texts."""

import json
from dataclasses import dataclass
from datetime import date, timedelta

from mut_assets.resources.wordpress.sample_pages import read_file


@dataclass(frozen=True)
class Happening:
    """What is true of an event: its state on every day of the week, and its [first, last] days."""

    state: str
    days: tuple[tuple[date, date], ...]


def calendar_of_week(monday: date) -> dict[int, Happening]:
    """Each event of the week that begins on `monday`, by its id."""
    return {
        page["id"]: Happening(
            page["state"],
            tuple((monday + timedelta(days=first), monday + timedelta(days=last)) for first, last in page["days"]),
        )
        for page in json.loads(read_file("eventos.json"))
    }
