import csv
import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mut_assets
from mut_assets.domain.spanish.hours import understand
from mut_assets.domain.spanish.hours_speech import sentence
from mut_assets.domain.spanish.week import Hours, OpenSpan, Week

LETTERS = "LMXJVSDF"
"""Monday to Sunday and holidays, for the tables below."""


def clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def said(text: str) -> dict[str, str]:
    """{"LMXJV": "10:00-20:00", "D": ""}: the days of the same hours together; what is not said is not there."""
    hours = understand(text)
    assert hours.week is not None, hours.problem
    alike: dict[str, str] = {}
    for letter, day in zip(LETTERS, hours.week.days, strict=True):
        if day is not None:
            key = " ".join(f"{clock(span.opens)}-{clock(span.closes)}" for span in day)
            alike[key] = alike.get(key, "") + letter
    return {letters: key for key, letters in alike.items()}


@pytest.mark.parametrize(
    ("text", "week"),
    [
        # letters
        ("L-S: 10:00 - 20:00 D & F: 10:00 - 19:00", {"LMXJVS": "10:00-20:00", "DF": "10:00-19:00"}),
        ("L-D:10:00 - 20.00", {"LMXJVSD": "10:00-20:00"}),
        ("V: 7:00 a 21:00.", {"V": "7:00-21:00"}),
        ("L-Mier: 12:00 - 21:30;  J-S: 12:00 - 23:30; D: 12:00 a 20:00",
         {"LMX": "12:00-21:30", "JVS": "12:00-23:30", "D": "12:00-20:00"}),
        ("L-V: 7:30 - 20:00 S-D& F: 8:30 - 20:00", {"LMXJV": "7:30-20:00", "SDF": "8:30-20:00"}),
        ("L-S: 10:00 - 21:00 - D: 10:00 - 20:00", {"LMXJVS": "10:00-21:00", "D": "10:00-20:00"}),
        ("L, X y V 9 a 14", {"LXV": "9:00-14:00"}),
        ("Mi y J 9-14", {"XJ": "9:00-14:00"}),
        ("Lu-Vi 9-14 / Sa 10-13 / Do cerrado", {"LMXJV": "9:00-14:00", "S": "10:00-13:00", "D": ""}),
        ("L-V 9-14 excepto festivos, sábados 10 a 13", {"LMXJV": "9:00-14:00", "S": "10:00-13:00", "F": ""}),
        ("Lu-Sa 9-14 / Do y Fe: cerrado", {"LMXJVS": "9:00-14:00", "DF": ""}),
        *((text, {"MXJVSD": "9:00-14:00", "L": ""})
          for text in ("9:00-14:00. Cerrado los lunes", "9 a 14 hrs. Lunes descanso", "Lunes descanso, Ma a Do 9-14")),
        ("L M M J V 9 a 18", {"LMXJV": "9:00-18:00"}),
        ("D-J: 18:00-01:00, V-S: 18:00-03:00", {"LMXJD": "18:00-25:00", "VS": "18:00-27:00"}),
        # words
        ("lun a SÁB  1:00 a 20:00 HRS dom 10:00 a 19:00 hrs", {"LMXJVS": "1:00-20:00", "D": "10:00-19:00"}),
        ("Lunes a miércoles: 12:30-22:30. Jueves a sábado: 12:30-23:30. Domingo: 13:00-17:30",
         {"LMX": "12:30-22:30", "JVS": "12:30-23:30", "D": "13:00-17:30"}),
        ("Lun. a vie. 10.00 a 20.00 hrs. Sáb. y dom. 11.00 a 19.00 hrs.",
         {"LMXJV": "10:00-20:00", "SD": "11:00-19:00"}),
        ("Todos\u00a0los días – 10:00\u202f–\u00a020:00", {"LMXJVSD": "10:00-20:00"}),
        ("Horario de atención: de lunes a domingo, incluidos feriados, de 10:00 a 20:00 horas",
         {"LMXJVSDF": "10:00-20:00"}),
        ("Días hábiles de 9 a 18, fines de semana de 10 a 14, festivos cerrado",
         {"LMXJV": "9:00-18:00", "SD": "10:00-14:00", "F": ""}),
        ("entre las 10:00 y las 20:00 de lunes a viernes", {"LMXJV": "10:00-20:00"}),
        ("Abre a las 10:00 y cierra a las 20:00 de lunes a viernes", {"LMXJV": "10:00-20:00"}),
        ("Domingo a sábado 10-20", {"LMXJVSD": "10:00-20:00"}),
        ("L-S (10:00 a 20:00), D (11:00 a 19:00)", {"LMXJVS": "10:00-20:00", "D": "11:00-19:00"}),
        # hours before days, one below the other
        ("10:00 - 20:00 de lunes a sábado\n11:00 - 19:00 domingos", {"LMXJVS": "10:00-20:00", "D": "11:00-19:00"}),
        ("Lunes\nCerrado\nMartes a domingo\n10:00 - 20:00", {"L": "", "MXJVSD": "10:00-20:00"}),
        # clocks
        ("L 9:30 a.m. - 6:30 p. m.", {"L": "9:30-18:30"}),
        *((text, {"L": "12:00-24:00"}) for text in ("L 12 pm a 12 am", "L mediodía a medianoche")),
        ("L 8 de la mañana a 8 de la noche", {"L": "8:00-20:00"}),
        ("L 10h30 - 20h", {"L": "10:30-20:00"}),
        ("L 10 hrs a 20:00 h.", {"L": "10:00-20:00"}),
        ("L 23:30-01:00", {"L": "23:30-25:00"}),
        ("L 10 a 24 hrs", {"L": "10:00-24:00"}),
        ("L 24 horas", {"L": "0:00-24:00"}),
        ("24/7", {"LMXJVSD": "0:00-24:00"}),
        ("L 15:30-20:00 y 10:00-14:00", {"L": "10:00-14:00 15:30-20:00"}),
        ("L-V: 9:00 - 14:00; 15:00 - 19:00", {"LMXJV": "9:00-14:00 15:00-19:00"}),
        # closed
        ("lunes cerrado", {"L": ""}),
        ("Cierra los domingos y festivos", {"DF": ""}),
        ("L-V 10-20, no abrimos domingos ni festivos", {"LMXJV": "10:00-20:00", "DF": ""}),
        ("L-D 10-20 excepto lunes", {"MXJVSD": "10:00-20:00", "L": ""}),
        ("Todos los días excepto lunes y festivos de 10 a 20", {"MXJVSD": "10:00-20:00", "LF": ""}),
        ("L-D 10-20 excepto viernes 10-22", {"LMXJSD": "10:00-20:00", "V": "10:00-22:00"}),
        ("Cerrado todos los días excepto sábado", {"LMXJVD": ""}),
        ("12:00 - 20:00 (lunes cerrado)", {"MXJVSD": "12:00-20:00", "L": ""}),
        ("12 a 20; lunes cerrado; viernes 12 a 22", {"MXJSD": "12:00-20:00", "L": "", "V": "12:00-22:00"}),
        ("10-20 L-V, cerrado S y D", {"LMXJV": "10:00-20:00", "SD": ""}),
        # the statement about fewer days counts, and a pair is no range once around the week
        ("L-S: 9:00 - 17:00  V: 9:00 - 14:00  D-S& F: Cerrado", {"LMXJ": "9:00-17:00", "V": "9:00-14:00", "SDF": ""}),
        ("V 9-14; L-V 9-17", {"LMXJ": "9:00-17:00", "V": "9:00-14:00"}),
    ],
)  # fmt: skip
def test_a_timetable_becomes_a_week(text: str, week: dict[str, str]) -> None:
    assert said(text) == week


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("L-V 10:00-20:00 L-V 11:00-20:00", "different hours for lunes"),
        ("L-D 10-20, L-V 11-20, Ma-S 9-18, S y Mi cerrado, V 10-14", "different hours for martes"),
        *((text, "a list or a range") for text in ("D-S: 10:00 - 20:00", "L/V 10-20", "L-X-V 10-20")),
        *((text, "closes before it opens") for text in ("L-V 10 a 8", "L-V 9:00 - 09:00")),
        ("L-V 1-5pm", "am or pm"),
        ("L-V 10:00-14:00, 13:00-20:00", "overlap"),
        ("L-V hasta las 20:00", "20:00 has no opening or closing"),
        ("Viernes 05: 13:00 a 20:00 hrs", "5:00 has no opening or closing"),
        ("Lunes a viernes cerrado de 14:00 a 15:00", "some days have no hours"),
        *((text, "some days have no hours") for text in ("L-V 10-20, sábado", "Cerrado, excepto lunes")),
        *((text, "some days have no hours") for text in ("10-20 L-V cerrado", "10-20 L-V 11-21")),
        ("Cerrado 25 de diciembre", "no days and hours were recognised"),
        ("excepto lunes 10-20", "begins with an exception"),
        ("excepto: 10-20", "an exception without days"),
        *((text, "no days and hours were recognised") for text in ("L-S 25:00-30:00", "Cocina: 12:00 a 22:00")),
        *(
            (text, "no days and hours were recognised")
            for text in ("Horario de verano: L-D 10-21", "Próximamente", "?")
        ),
    ],
)
def test_what_is_contradictory_or_not_understood_is_published_as_it_was_written(text: str, why: str) -> None:
    hours = understand(f" {text} ")
    assert (hours.week, hours.remarks, hours.verbatim) == (None, (), text)
    assert why in hours.problem
    assert text in sentence(hours)


def test_an_empty_text_says_nothing_and_is_no_problem() -> None:
    assert understand(" \n ") == Hours("")
    assert sentence(understand("")) == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("L-S: 10:00 - 20:00 D & F: 10:00 - 19:00",
         "Abre de lunes a sábado de 10:00 a 20:00, y los domingos y festivos de 10:00 a 19:00."),
        ("L-S: 10:00 - 20:00", "Abre de lunes a sábado de 10:00 a 20:00."),
        ("L-D: 08:00 - 20:00", "Abre todos los días de 8:00 a 20:00."),
        ("L-D y F: 10-20", "Abre todos los días, incluidos los festivos, de 10:00 a 20:00."),
        ("S, D 10-14 y 15-20", "Abre los sábados y domingos de 10:00 a 14:00 y de 15:00 a 20:00."),
        ("V-L 10-20, X 10-14", "Abre de viernes a lunes de 10:00 a 20:00, y los miércoles de 10:00 a 14:00."),
        ("L-X y V 10-20", "Abre de lunes a miércoles y los viernes de 10:00 a 20:00."),
        ("L-J 10-0:00; V-S 24 hrs; D cerrado",
         "Abre de lunes a jueves de 10:00 a medianoche, y los viernes y sábados las 24 horas. Cierra los domingos."),
        ("L-J 9-17 V 9-14 S 10-14",
         "Abre de lunes a jueves de 9:00 a 17:00, los viernes de 9:00 a 14:00, y los sábados de 10:00 a 14:00."),
        ("Cierra los domingos y festivos", "Cierra los domingos y festivos."),
        ("10am a 8pm horario continuado", "Abre de 10:00 a 20:00 (horario continuado)."),
        ("CERRADO", "Cerrado."),
        ("Cerrado por remodelación", "Cerrado (por remodelación)."),
        ("consultar\n en el local", "Horario: consultar en el local."),
        ("¡Horario de verano próximamente!", "Horario: ¡Horario de verano próximamente!"),
        ("Horario por confirmar.", "Horario por confirmar."),
    ],
)  # fmt: skip
def test_hours_are_told_in_whole_sentences(text: str, told: str) -> None:
    assert sentence(understand(text)) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("L-V 9-18, S 9-14, suspendido hasta nuevo aviso",
         "Atención, la página dice: suspendido hasta nuevo aviso. "
         "Abre de lunes a viernes de 9:00 a 18:00, y los sábados de 9:00 a 14:00."),
        ("L-S 10-20, D 11-19. Cerrado 25 de diciembre y 1 de enero",
         "Atención, la página dice: Cerrado 25 de diciembre y 1 de enero. "
         "Abre de lunes a sábado de 10:00 a 20:00, y los domingos de 11:00 a 19:00."),
        ("L-D 10-20 (temporalmente no abre; cocina hasta las 19)",
         "Atención, la página dice: temporalmente no abre; cocina hasta las 19. Abre todos los días de 10:00 a 20:00."),
        ("Cerrado temporalmente", "Cerrado (temporalmente)."),
    ],
)  # fmt: skip
def test_words_that_turn_the_week_round_are_told_first_and_for_all_of_it(text: str, told: str) -> None:
    assert sentence(understand(text)) == told
    assert bool(understand(text).turned)


@pytest.mark.parametrize(
    ("words", "suspended"),
    [
        *((words, False) for words in ("cerrado 25 de diciembre y 1 de enero", "25 dic y 1 ene: cerrado")),
        *((words, True) for words in ("suspendido hasta nuevo aviso", "temporalmente no abre")),
    ],
)
def test_closed_dates_leave_the_week_as_it_is(words: str, suspended: bool) -> None:
    hours = understand(f"L-D 10-20\n{words}")
    assert (hours.turned, hours.suspended) == ((words,), suspended)


def test_words_about_some_days_turn_no_others_round() -> None:
    hours = understand("X-V 12:00 a 14:00, S y D 11:00 a 14:00; lunes y martes estará cerrado")
    assert hours.week is not None and hours.week.opens_on_sundays and hours.turned == ()
    assert "lunes y martes estará cerrado" in sentence(hours) and not sentence(hours).startswith("Atención")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("L-V 9–18 (previa reserva)", "Abre de lunes a viernes de 9:00 a 18:00 (previa reserva)."),
        ("L-V 9–18, previa reserva. D cerrado",
         "Abre de lunes a viernes de 9:00 a 18:00 (de lunes a viernes: previa reserva). Cierra los domingos."),
        ("L-V 9-18 (previa cita), S 10-14. D cerrado",
         "Abre de lunes a viernes de 9:00 a 18:00, y los sábados de 10:00 a 14:00 "
         "(de lunes a viernes: previa cita). Cierra los domingos."),
        ("L-S 12:30 a 23:00 hrs (última reserva a las 22:00) | D 10 a 16:30 (última reserva 14:30)",
         "Abre de lunes a sábado de 12:30 a 23:00, y los domingos de 10:00 a 16:30 "
         "(de lunes a sábado: última reserva a las 22:00; los domingos: última reserva 14:30)."),
        ("L-S 10-20. Cocina 12:00 a 19:00", "Abre de lunes a sábado de 10:00 a 20:00 (Cocina 12:00 a 19:00)."),
        ("Domingo: brunch de 10:00 a 13:00. L-S 12-22",
         "Abre de lunes a sábado de 12:00 a 22:00 (Domingo: brunch de 10:00 a 13:00)."),
        ("L-S: 10-20 (última hora 19:00) D: previa reserva",
         "Abre de lunes a sábado de 10:00 a 20:00 (última hora 19:00; D: previa reserva)."),
        ("L-S 10-20; D 11-19. Previa inscripción.",
         "Abre de lunes a sábado de 10:00 a 20:00, y los domingos de 11:00 a 19:00 (Previa inscripción)."),
        ("L-V 9-18 (L: con cita) S 10-14",
         "Abre de lunes a viernes de 9:00 a 18:00, y los sábados de 10:00 a 14:00 (de lunes a viernes: L: con cita)."),
        ("L-V (con cita) 10-20", "Abre de lunes a viernes de 10:00 a 20:00 (con cita)."),
        ("12:00 a 22:00. Sábado música en vivo", "Abre de 12:00 a 22:00 (Sábado música en vivo)."),
        ("12:00 a 22:00. Lunes sin servicio", "Abre de 12:00 a 22:00 (Lunes sin servicio)."),
        ("L-S 10-20, D 11-19, excepto 18/9 y 25/12",
         "Abre de lunes a sábado de 10:00 a 20:00, y los domingos de 11:00 a 19:00 (excepto 18/9 y 25/12)."),
        ("L-S 10-20. 24 y 31 de diciembre de 10 a 17 hrs. D 11-19",
         "Abre de lunes a sábado de 10:00 a 20:00, y los domingos de 11:00 a 19:00 "
         "(24 y 31 de diciembre de 10 a 17 hrs)."),
        ("L-S 10-20. Domingo 8 de marzo cerrado",
         "Abre de lunes a sábado de 10:00 a 20:00 (Domingo 8 de marzo cerrado)."),
        ("L-V 10-20 / Feriados consultar", "Abre de lunes a viernes de 10:00 a 20:00 (Feriados consultar)."),
        ("L-S 10-20 hasta fin de mes", "Abre de lunes a sábado de 10:00 a 20:00 (hasta fin de mes)."),
    ],
)  # fmt: skip
def test_what_is_no_timetable_is_kept_as_a_remark_with_the_days_it_was_written_beside(text: str, told: str) -> None:
    assert sentence(understand(text)) == told
    assert understand(told).week == understand(text).week


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("lun a SÁB 1:00 a 20:00", "1:00 is an unlikely hour"),
        ("L-V 10-20, V-D 11-21", "overlap on viernes"),
        *(
            (text, "closed on festivos")
            for text in ("L-S 10-20 excepto festivos", "L-V 10-20 excepto festivos, S 10-14")
        ),
        ("L, M y V 10-20", "read as martes"),
        ("M-D 10-20", "read as martes"),
        ("L-M 10-20 J-S 10-21", "read as miércoles"),
    ],
)
def test_what_was_taken_literally_and_is_odd_is_reported(text: str, doubt: str) -> None:
    (found,) = understand(text).doubts
    assert doubt in found


@pytest.mark.parametrize("text", ["L-S 10-20", "M 10-20 X 10-21", "Ma 10-20 M 10-21", "L M M J V 10-20", "24/7"])
def test_what_is_plain_raises_no_doubt(text: str) -> None:
    assert understand(text).doubts == ()


@pytest.mark.parametrize(
    ("text", "sundays", "holidays"),
    [
        ("L-S 10-20", False, None),  # whoever names the other days has said it
        ("L-V 9-18", False, None),
        ("V-S 20-24", None, None),
        ("L-D 10-20", True, None),
        ("L-S 10-20, D y F cerrado", False, False),
        ("F 10-14", None, True),
        ("10 a 20", None, None),  # hours without days: nobody said that Sunday was meant
        ("Cerrado", None, None),
    ],
)
def test_filters_know_only_what_is_said(text: str, sundays: bool | None, holidays: bool | None) -> None:
    week = understand(text).week
    assert week is not None
    assert (week.opens_on_sundays, week.opens_on_holidays) == (sundays, holidays)


def test_hours_without_days_are_those_of_any_day() -> None:
    ten_to_eight = (OpenSpan(600, 1200),)
    assert understand("10am a 8pm").week == Week((*[ten_to_eight] * 7, None), names_days=False)


WORDS = """
    L M X J V S D F Ma Mi lun sáb. domingo festivos - – a y & , ; . / | ( ) : de 10 9:00 10:30 14.00 20:00 8pm 1:00 12am
    0:00 23:30 24 hrs h 5 cerrado cierra abre excepto entre todos los días fin de semana medianoche mediodía 24/7
    horario continuado previa reserva última cocina hasta 2x1 Ñ ß İ
""".split()
PHRASES = [
    *("\n", "\u0301", "\u00a0", "24 horas", "todos los días", "fines de semana", "previa reserva"),
    *("L-S: 10:00 - 20:00", "D: 11:00 a 19:00", "V cerrado", "(hasta agotar stock)", "última reserva a las 19:00"),
]
FRAGMENTS = st.lists(st.sampled_from(WORDS) | st.sampled_from(PHRASES), max_size=14)
TEXTS = st.text(max_size=60) | FRAGMENTS.map(" ".join) | FRAGMENTS.map("".join)


@given(TEXTS)
def test_any_text_gives_a_week_that_reads_back_the_same_or_stays_as_it_is(text: str) -> None:
    hours = understand(text)
    told = sentence(hours)
    assert hours.verbatim == text.strip()
    if hours.week is None:
        assert bool(hours.problem) == bool(hours.verbatim)
        assert " ".join(hours.verbatim.split()) in told
    else:
        assert len(hours.week.days) == 8
        assert all(span.opens < span.closes <= span.opens + 24 * 60 for day in hours.week.days for span in day or ())
        assert understand(told).week == hours.week


@given(TEXTS)
def test_every_clock_time_was_written_or_follows_from_what_was(text: str) -> None:
    written = {int(number) for number in re.findall(r"[0-9]+", text)}
    afternoon = {number + 12 for number in written}  # "8pm"
    midday = {12} if "mediod" in text else set()
    for hour, minute in re.findall(r"(?<![0-9])([0-9]{1,2}):([0-9]{2})(?![0-9])", sentence(understand(text))):
        assert int(hour) in written | afternoon | midday | {0}
        assert int(minute) in written | {0}


SPANS = st.lists(st.integers(0, 95), min_size=2, max_size=4, unique=True).map(
    lambda quarters: tuple(
        OpenSpan(first * 15, last * 15)
        for first, last in zip(sorted(quarters)[::2], sorted(quarters)[1::2], strict=False)
    )
)
WEEKS = st.lists(st.one_of(st.none(), st.just(()), SPANS), min_size=8, max_size=8).filter(any)


@given(WEEKS)
def test_every_week_can_be_told_and_read_back(days: list[tuple[OpenSpan, ...] | None]) -> None:
    week = Week(tuple(days))
    assert understand(sentence(Hours("", week))).week == week


def real_values() -> set[str]:
    shared = Path(os.environ.get("MUT_SHARED", Path(mut_assets.__file__).parents[2] / "shared"))
    values: set[str] = set()
    for file in sorted((shared / "wordpress" / "data").glob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                places = json.loads(row.get("ubicaciones") or "[]")
                values.update(part.get("horario") or "" for part in (row, *places))
    values.discard("")
    if not values:
        pytest.skip(f"no real opening hours: {shared}/wordpress/data is not there (MUT_SHARED says where)")
    return values


def test_at_least_97_percent_of_the_real_values_are_understood_and_read_back_the_same() -> None:
    values = real_values()
    understood = [hours for hours in map(understand, values) if hours.week is not None]
    assert len(understood) >= 0.97 * len(values), [hours for hours in map(understand, values) if hours.week is None]
    assert all(understand(sentence(hours)).week == hours.week for hours in understood)
