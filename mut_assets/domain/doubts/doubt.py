"""One doubt about a page or an answer, and the order in which editors read them.

What belongs here: the value, and grouping by page. What does not: where doubts come from (`finding.py`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

Kind = Literal["duda", "omitido", "apartado"]

KINDS: Mapping[Kind, str] = {"duda": "Dudoso", "omitido": "No se cuenta", "apartado": "Apartado"}
"""What a line is about: understood with a doubt; on the page and not told; not published as it is."""


@dataclass(frozen=True)
class Doubt:
    """A line of the report. `link` is "" where there is no page; `where` then says which file and row.

    `modified` is when the page was last saved, as WordPress has it, "" where nobody knows; `others` are further pages
    that the line is about, each with its title and link."""

    collection: str
    title: str
    link: str
    where: str
    field: str
    says: str
    read_as: str
    write_instead: str
    kind: Kind
    modified: str = ""
    others: tuple[tuple[str, str], ...] = ()

    @property
    def heading(self) -> tuple[str, str, str]:
        """What lines of one page share."""
        return self.title, self.link, self.where

    @property
    def page(self) -> str:
        """The page's name, with the place where it has no link."""
        return f"{self.title} ({self.where})" if self.where else self.title


def newest_first(doubts: Iterable[Doubt]) -> list[Doubt]:
    """The lines of each page together, the page that was saved last first, what has no date behind."""
    return sorted(doubts, key=lambda doubt: (doubt.modified, *doubt.heading), reverse=True)


def by_page(doubts: Iterable[Doubt]) -> list[list[Doubt]]:
    """The lines in that order, one list per page."""
    return [list(lines) for _, lines in groupby(newest_first(doubts), key=lambda doubt: doubt.heading)]
