"""A week of opening hours, as a text has it: which hours count on which day, and what the text says beside them.

What belongs here: those values. What does not: reading a timetable (`hours.py`), and how hours are said
(`hours_speech.py`, `hours_osm.py`).
"""

import re
from dataclasses import dataclass

from mut_assets.domain.spanish.calendar_words import WEEKDAYS, WEEKDAYS_IN_PLURAL
from mut_assets.domain.spanish.hours_words import HOLIDAY, is_of_dates
from mut_assets.domain.text import fold

_OF_SOME_DAYS = re.compile(rf"\b(?:{'|'.join(map(fold, {*WEEKDAYS, *WEEKDAYS_IN_PLURAL}))})\b")
_SATURDAY, _SUNDAY = 5, 6
_TURNS = re.compile(
    r"\b(?:suspend|cancel|clausur|reprogram|posterg)\w*|\bhasta nuevo aviso\b|\btemporal(?:mente)?\b"
    r"|\bno (?:abre|abrimos|abrira|atiende|atendemos|habra)\b|\bcerrad[oa]s?\b"
)


@dataclass(frozen=True, order=True)
class OpenSpan:
    """Minutes since midnight. `closes` is after `opens`, and past 1440 on the next morning: 23:30-01:00 closes 1500."""

    opens: int
    closes: int


Day = tuple[OpenSpan, ...] | None
"""When it opens on a day: () is closed, None is not said."""


@dataclass(frozen=True)
class Week:
    """Eight days: Monday to Sunday, and public holidays; `irrenunciables` are those of them on which shops must close,
    where the text speaks of them. Without `names_days` the text gave hours and no days
    ("10am a 8pm"): Monday to Sunday hold them, but whether Sunday was meant is not said."""

    days: tuple[Day, ...]
    names_days: bool = True
    irrenunciables: Day = None

    @property
    def opens_on_sundays(self) -> bool | None:
        """None when it is not said. A timetable that has each day from Monday to Friday, and no Sunday, says no."""
        said = self._opens_on(_SUNDAY)
        is_whole = self.names_days and None not in self.days[:_SATURDAY]
        return False if said is None and is_whole else said

    @property
    def opens_on_holidays(self) -> bool | None:
        """None when it is not said."""
        return self._opens_on(HOLIDAY)

    def _opens_on(self, index: int) -> bool | None:
        day = self.days[index]
        return None if day is None or not self.names_days else bool(day)


@dataclass(frozen=True)
class Hours:
    """What a text, `verbatim`, says about opening hours. `remarks` are what it says besides days and hours, in its
    words; `doubts`, in English, what was taken literally and is odd. With a `problem`, in English, `week` is None. An
    empty text has neither."""

    verbatim: str
    week: Week | None = None
    remarks: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    problem: str = ""

    @property
    def turned(self) -> tuple[str, ...]:
        """The remarks that turn the week round: "suspendido hasta nuevo aviso"."""
        return tuple(remark for remark in self.remarks if turns_round(remark)) if self.week else ()

    @property
    def suspended(self) -> bool:
        """Whether the week itself does not hold now: "cerrado 25 de diciembre" leaves it as it is."""
        return not all(map(is_of_dates, self.turned))


def turns_round(words: str) -> bool:
    """Whether words about a week say that it does not hold now; "los lunes estará cerrado" is of those days alone."""
    folded = fold(words)
    return bool(_TURNS.search(folded)) and not _OF_SOME_DAYS.search(folded)
