"""The week for machines means what the week says: somebody else's reader of OpenStreetMap's form is asked."""

from datetime import datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from opening_hours import OpeningHours

from mut_assets.domain.spanish.hours import understand
from mut_assets.domain.spanish.hours_osm import latest_closing, opening_hours
from mut_assets.domain.spanish.hours_words import HOLIDAY
from mut_assets.domain.spanish.public_holidays import is_irrenunciable, public_holidays
from mut_assets.domain.spanish.week import Day, Week
from mut_assets_tests.domain.spanish.test_no_word_vanishes import CLOCKS, WEEKS
from mut_assets_tests.domain.spanish.test_printed import HOURS

FIRST = datetime(2026, 12, 7)  # noqa: DTZ001  # the wall clock of the market, as such hours are
"""A Monday; its Tuesday is a holiday, and the 25th of that month one on which shops must close."""
HALF_HOURS = [FIRST + timedelta(minutes=30 * index) for index in range(48 * 21)]
HOLIDAYS = public_holidays(FIRST.date() - timedelta(days=1), FIRST.date() + timedelta(days=22))


def hours_of(week: Week, moment: datetime) -> Day:
    day = moment.date()
    said = week.days[HOLIDAY] if day in HOLIDAYS else None
    if day in HOLIDAYS and is_irrenunciable(day) and week.irrenunciables is not None:
        said = week.irrenunciables
    return week.days[day.weekday()] if said is None else said


def is_open(week: Week, moment: datetime) -> bool:
    """As the week has it, a night before included."""
    minute, before = moment.hour * 60 + moment.minute, moment - timedelta(days=1)
    today, yesterday = hours_of(week, moment) or (), hours_of(week, before) or ()
    return any(span.opens <= minute < span.closes for span in today) or any(
        minute + 1440 < span.closes for span in yesterday
    )


def agree(text: str) -> None:
    week = understand(text).week
    assert week is not None
    osm = OpeningHours(opening_hours(week), country="CL")
    different = [moment for moment in HALF_HOURS if osm.is_open(moment) != is_open(week, moment)]
    assert not different, f"{text!r} is {opening_hours(week)!r}, and at {different[0]} the two differ"


UNDERSTOOD = [text for text, week, _ in HOURS if week]


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_what_is_printed_opens_and_closes_as_another_reader_says(text: str) -> None:
    agree(text)


@given(st.lists(st.tuples(st.sampled_from(WEEKS), st.sampled_from(CLOCKS)), min_size=1, max_size=3))
def test_whatever_is_put_together_opens_and_closes_as_another_reader_says(parts: list[tuple[str, str]]) -> None:
    text = ". ".join(f"{days} {clock}" for days, clock in parts)
    assume(understand(text).week is not None)
    agree(text)


@pytest.mark.parametrize(
    ("text", "latest"),
    [
        ("L-V 9-18, S 10-14:30", 18.0),
        ("L-D 10-22:30", 22.5),
        ("J-S 20 a 02 hrs", 26.0),
        ("24/7", 24.0),
        ("Cerrado", None),
    ],
)
def test_the_latest_closing_is_an_hour_that_grows_past_midnight(text: str, latest: float | None) -> None:
    week = understand(text).week
    assert week is not None and latest_closing(week) == latest
