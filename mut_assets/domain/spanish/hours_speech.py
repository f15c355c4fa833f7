"""Opening hours -> what a visitor is told, in plain Spanish sentences.

What belongs here: the order of the words. What does not: which hours they are (`hours.py`), and the form that machines
know (`hours_osm.py`). The same hours give the same text.
"""

from collections.abc import Collection, Sequence

from mut_assets.domain.spanish.calendar_words import WEEKDAYS, WEEKDAYS_IN_PLURAL
from mut_assets.domain.spanish.hours_words import HOLIDAY, IRRENUNCIABLE, MIDNIGHT
from mut_assets.domain.spanish.week import Hours, OpenSpan, Week
from mut_assets.domain.text import fold, listed

_IRRENUNCIABLES = "feriados irrenunciables (1 de enero, 1 de mayo, 18 y 19 de septiembre y 25 de diciembre)"


def sentence(hours: Hours) -> str:
    """What a visitor is told, in whole sentences; "" when nothing is known. The same hours give the same text."""
    if hours.week is None:
        verbatim = " ".join(hours.verbatim.split())
        if not verbatim:
            return ""
        named = verbatim if fold(verbatim).startswith("horario") else f"Horario: {verbatim}"
        return named if named.endswith((".", "!", "?", "…")) else f"{named}."
    opens, closes = _told(hours.week)
    if not hours.remarks:
        return " ".join(filter(None, (opens, closes)))
    if hours.turned and opens:  # it is told before the days that it concerns
        beside = [remark for remark in hours.remarks if remark not in hours.turned]
        rest = f"{opens[:-1]} ({'; '.join(beside)})." if beside else opens
        return " ".join(filter(None, (f"Atención, la página dice: {'; '.join(hours.turned)}.", rest, closes)))
    remarks = "; ".join(hours.remarks)
    return f"{opens[:-1]} ({remarks}). {closes}".strip() if opens else f"{closes[:-1]} ({remarks})."


def _told(week: Week) -> tuple[str, str]:
    """The sentence of the open days and that of the closed ones; "" where there is none."""
    alike: dict[tuple[OpenSpan, ...], set[int]] = {}
    for index, day in enumerate((*week.days, week.irrenunciables)):
        if day is not None:
            alike.setdefault(day, set()).add(index)
    if not week.names_days:
        spans = next(iter(alike), ())
        return (f"Abre {say_spans(spans)}.", "") if spans else ("", "Cerrado.")
    parts = [
        f"{say_days_of_week(days)}{',' if days >= {*range(IRRENUNCIABLE)} else ''} {say_spans(spans)}"
        for spans, days in alike.items()
        if spans
    ]
    opens = f"Abre {', '.join(parts[:-1])}{', y ' if parts[1:] else ''}{parts[-1]}." if parts else ""
    closes = f"Cierra {say_days_of_week(alike[()])}." if () in alike else ""
    return opens, closes


def say_spans(spans: Sequence[OpenSpan]) -> str:
    """ "de 10:00 a 14:00 y de 15:30 a 20:00", "las 24 horas". At least one span."""
    if tuple(spans) == (OpenSpan(0, MIDNIGHT),):
        return "las 24 horas"
    return listed([f"de {clock(span.opens)} a {clock(span.closes)}" for span in spans], "y")


def say_days_of_week(days: Collection[int]) -> str:
    """ "de lunes a jueves y los sábados", "todos los días, incluidos los festivos"."""
    weekdays = sorted(day for day in days if day < HOLIDAY)
    others = ["festivos"] * (HOLIDAY in days) + [_IRRENUNCIABLES] * (IRRENUNCIABLE in days)
    if len(weekdays) == 7:
        return "todos los días" + (f", incluidos los {listed(others, 'y')}" if others else "")
    runs: list[list[int]] = []
    for day in weekdays:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    if len(runs) > 1 and runs[0][0] == 0 and runs[-1][-1] == 6:  # "de viernes a lunes"
        runs[0] = runs.pop() + runs[0]
    ranges = [f"de {WEEKDAYS[run[0]]} a {WEEKDAYS[run[-1]]}" for run in runs if len(run) > 2]
    singles = [WEEKDAYS_IN_PLURAL[day] for run in runs if len(run) < 3 for day in run] + others
    if singles:
        singles[0] = f"los {singles[0]}"
    return listed(ranges + singles, "y")


def clock(minute: int) -> str:
    """ "9:00", "20:30"; the end of the day is "medianoche"."""
    return "medianoche" if minute == MIDNIGHT else f"{minute // 60 % 24}:{minute % 60:02}"
