"""What is true of the bundled site's events, as `state` and `days` of their pages say it."""

import json
from dataclasses import dataclass
from datetime import date, timedelta

from mut_assets.resources.wordpress.sample_pages import read_file


@dataclass(frozen=True)
class Happening:
    """An event's state on every day of the week, and its [first, last] days."""

    state: str
    days: tuple[tuple[date, date], ...]


def calendar_of_week(monday: date) -> dict[int, Happening]:
    """The events by id."""
    return {
        page["id"]: Happening(
            page["state"],
            tuple((monday + timedelta(days=first), monday + timedelta(days=last)) for first, last in page["days"]),
        )
        for page in json.loads(read_file("eventos.json"))
    }
