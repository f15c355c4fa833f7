import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mut_assets.domain.spanish.dates import When, as_number, spoken, understand
from mut_assets.resources.wordpress.sample_pages import items_of_week
from mut_assets_tests.sample.event_calendar import calendar_of_week

EVENT = "20251009"


def brief(when: When) -> str:
    """The ranges in one line: "1009-1012" in the year of `EVENT`, with the year in any other; ">" is an open side."""

    def day(found: date | None) -> str:
        return ">" if found is None else f"{as_number(found)}".removeprefix("2025")

    return " ".join(day(start) if start == end else f"{day(start)}-{day(end)}" for start, end in when.ranges)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((text, "1009-1012") for text in ("9 al 12 de octubre", "09 al 12 de Octubre", "Del 9 al 12 de octubre.")),
        *((text, "1009-1012") for text in ("9 – 12 octubre", "jueves 9-domingo 12 de octubre", "October 9 to 12")),
        ("Desde el 8 al 18 de octubre", "1008-1018"),
        *(
            (text, "1009")
            for text in ("09.OCT.2025", "9-oct-25", "9 - octubre - 2025", "9/oct", "SUSPENDIDO: 9 de octubre")
        ),
        *((text, "1003-1012") for text in ("Octubre, del 3 al 12", "Octubre: 3 al 12", "3 → 12 de octubre")),
        *((text, "1004") for text in ("Primer sábado de octubre", "1er sábado de octubre de 2025")),
        ("Primer y último domingo de octubre", "1005 1026"),
        *((text, "1009") for text in ("9 de octubre, 16 y 18 hrs", "9 de octubre de 11 a 14 y de 16 a 20 hrs")),
        *((text, "1009") for text in ("9 de octubre, cupos: 20", "Aforo: 12. 9 de octubre, entradas 15")),
        *((text, "1011 1012") for text in ("Sáb. 11 (11 h), dom. 12 (12 h) oct.", "Sábado 11, domingo 12 / octubre")),
        *((text, "1009") for text in ("20251009", "2025-10-09T19:00:00", "2025-10-09 00:00", "1760000000")),
        *((text, "1009") for text in ("9 de octubre, pisos 2 y 3", "9 de octubre, niños de 4 a 8 años")),
        ("9 de octubre (reprogramado, antes 2 de octubre)", "1009"),
        ("Del 9 al 12 de octubre (cerrado el 10)", "1009 1011-1012"),
        ("Desde el 8 de octubre, hasta el 18 de noviembre", "1008-1118"),
        ("8 de octubre hasta el 18 de octubre", "1008-1018"),
        ("Entre el 5 y el 9 de octubre", "1005-1009"),
        ("14-16 de octubre", "1014-1016"),
        *((text, "1006-1010") for text in ("Lun. 6 – vie. 10 oct.", "Lun. 6 - vie. 10 de octubre")),
        *((text, "1009") for text in ("5ta edición: 9 de octubre", "Entrada: 9 de octubre", "Versión 9 de octubre")),
        ("2da edición: 9 y 10 de octubre", "1009 1010"),
        *((text, "1028-1103") for text in ("Oct 28 - Nov 3", "Octubre 28 – Noviembre 3")),
        ("Primer domingo de octubre y noviembre", "1005 1102"),
        ("Octubre 4 al 19, lunes cerrado", "1004-1019"),
        ("9 de octubre 10:00 - 12 de octubre 18:00", "1009-1012"),
        ("30 de Septiembre al 01 de Noviembre", "0930-1101"),
        ("4 al 6, 11 al 13 y 18 al 20 de octubre", "1004-1006 1011-1013 1018-1020"),
        ("5-7, 12-14 y 19-21 de octubre", "1005-1007 1012-1014 1019-1021"),
        ("Viernes 10 al domingo 12 de octubre", "1010-1012"),
        ("23 y 24 de octubre", "1023 1024"),
        ("27, 28 y 29 de octubre", "1027 1028 1029"),
        ("7,14 y 21 de octubre", "1007 1014 1021"),
        ("31 de octubre, 1 y 2 de noviembre", "1031 1101 1102"),
        ("12 de octubre; 19 de octubre | 26 de octubre / 2 de noviembre", "1012 1019 1026 1102"),
        ("12 de octubre\n13 de octubre", "1012 1013"),
        ("30, 31 y 1 de noviembre", "1030 1031 1101"),
        ("Domingo 28 de septiembre, 5 y 12", "0928 1005 1012"),
        ("29 al 3 de noviembre", "1029-1103"),
        ("Octubre: 7, 14 y 21; Noviembre: 4", "1007 1014 1021 1104"),
        *((text, "1001") for text in ("1ro de octubre", "1º de octubre", "Primero de octubre")),
        *((text, "0930") for text in ("30 de setiembre", "30 sept.")),
        ("Todo octubre", "1001-1031"),
        ("Todo el mes de noviembre", "1101-1130"),
        ("De septiembre a noviembre", "0901-1130"),
        ("Octubre y noviembre", "1001-1130"),
        ("Hasta el 30 de octubre", ">-1030"),
        *((text, "1005->") for text in ("Desde el 5 de octubre", "A partir del 5 de octubre")),
        ("Del 1 al 30 de octubre, excepto el domingo 12", "1001-1011 1013-1030"),
        *((text, "1012") for text in ("12-10", "Sunday, October 12th")),
        ("12/10 y 13/10", "1012 1013"),
    ],
)
def test_days_in_the_year_of_event_date(text: str, expected: str) -> None:
    when = understand([text], EVENT)
    assert brief(when) == expected
    assert when.problem == "" and when.recurring == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((text, "1012") for text in ("12/10/2025", "2025-10-12", "12.10.25", "12 de octubre, 2025")),
        ("12-10-2025 al 15-10-2025", "1012-1015"),
        ("20 de dic. 2025 al 6 de ene. 2026", "1220-20260106"),
        ("20 de diciembre al 6 de enero de 2026", "1220-20260106"),
        ("20 de diciembre de 2025 al 6 de enero", "1220-20260106"),
        ("15 de enero de 2025 al 28 de febrero de 2026", "0115-20260228"),
        ("Todo febrero 2024", "20240201-20240229"),
        ("4, 5 y 6 de octubre de 2025", "1004 1005 1006"),
        ("30 de diciembre de 2024, 4 y 5 de octubre de 2025", "20241230 1004 1005"),
        ("5 de enero al 28 de diciembre de 2025", "0105-1228"),
        ("30, 31 y 1 de enero de 2026", "1230 1231 20260101"),
    ],
)
def test_a_year_in_the_text_needs_nothing_else_and_wins(text: str, expected: str) -> None:
    assert brief(understand([text])) == expected
    assert brief(understand([text], "20190505", date(2019, 4, 1))) == expected


@pytest.mark.parametrize(
    ("text", "event", "expected"),
    [
        ("3 de enero", "20251228", "20260103"),
        ("28 de diciembre", "20260103", "1228"),
        ("20 dic - 6 ene", "20251220", "1220-20260106"),
        ("20 dic - 6 ene", "20260104", "1220-20260106"),
        ("30 de diciembre, 2 y 3 de enero", "20251230", "1230 20260102 20260103"),
        ("Viernes 12 y sábado 13", "20251212", "1212 1213"),
        ("Viernes 31 y sábado 1", "20251031", "1031 1101"),
        ("del 5 al 9", "2025-10-05", "1005-1009"),
        ("Hasta el 15 de enero", "20251220", ">-20260115"),
    ],
)
def test_event_date_gives_year_and_month(text: str, event: str, expected: str) -> None:
    assert brief(understand([text], event)) == expected


@pytest.mark.parametrize(
    ("text", "written", "expected"),
    [
        ("Sab 16 de marzo", date(2023, 11, 20), "20240316"),
        ("Sáb. 16 de marzo", date(2025, 6, 1), "20240316"),
        ("Sábados 7, 14 y 21 de febrero", date(2025, 2, 1), "20260207 20260214 20260221"),
        ("Jueves 5 y viernes 6 de marzo", date(2025, 12, 1), "20260305 20260306"),
        ("Jueves 5, 12 y 19 de marzo", date(2025, 12, 1), "20260305 20260312 20260319"),
        ("Sábado 31 y domingo 1 de junio", date(2024, 5, 1), "0531 0601"),
        ("Sábado y domingo 7 y 8 de febrero", date(2025, 2, 1), "20260207 20260208"),
        ("Martes y jueves 3, 5, 10 y 12 de marzo", date(2025, 3, 1), "20260303 20260305 20260310 20260312"),
        ("Sábado 22 de junio", date(2027, 3, 1), "20240622"),
        ("12 de octubre (domingo)", date(2024, 10, 1), "1012"),
        ("Domingo 12 al martes 14 de octubre", date(2024, 10, 1), "1012-1014"),
        ("mar 14 de oct", date(2024, 10, 1), "1014"),
        ("14 mar, viernes", date(2024, 3, 1), "0314"),
    ],
)
def test_a_weekday_settles_the_year(text: str, written: date, expected: str) -> None:
    when = understand([text], written=written)
    assert brief(when) == expected
    assert when.warnings == ()


@pytest.mark.parametrize(
    ("text", "written", "expected"),
    [
        ("12 de octubre", date(2025, 9, 1), "1012"),
        ("12 de octubre", date(2025, 12, 10), "1012"),
        ("12 de octubre", date(2025, 12, 20), "20261012"),
        ("9 de junio al 12 de octubre", date(2025, 11, 1), "0609-1012"),
        ("3 de enero", date(2025, 12, 20), "20260103"),
        ("Todo febrero", date(2024, 1, 15), "20240201-20240229"),
        ("Hasta el 30 de abril", date(2025, 5, 15), ">-0430"),
    ],
)
def test_without_anything_else_the_page_was_written_near_its_event(text: str, written: date, expected: str) -> None:
    when = understand([text], written=written)
    assert brief(when) == expected
    assert [warning for warning in when.warnings if str(written) in warning]


def test_event_date_that_contradicts_is_named_with_the_text_that_wins() -> None:
    when = understand(["Sábado 17 de mayo"], "20250511")
    assert brief(when) == "0517"
    assert ["2025-05-11" in warning and "Sábado 17 de mayo" in warning for warning in when.warnings] == [True]
    assert understand(["10 al 18 de mayo"], "20250511").warnings == ()


def test_a_weekday_that_no_year_near_agrees_with_is_reported() -> None:
    text = "Viernes 12 de octubre"  # a Friday in 2018 and in 2029
    for when in (understand([text], "20251012"), understand([f"{text} de 2025"])):
        assert brief(when) == "1012"
        assert ["weekday" in warning for warning in when.warnings] == [True]
    when = understand([text], written=date(2025, 9, 1))
    assert brief(when) == "1012" and len(when.warnings) == 2


@pytest.mark.parametrize(
    ("text", "rule", "expected"),
    [
        *((text, text.lower(), "") for text in ("Todos los sábados", "Los martes", "Cada jueves", "Domingos")),
        *((text, text.lower(), "") for text in ("Martes y jueves", "de lunes a viernes", "Lunes, miércoles y viernes")),
        *((text, text.lower(), "") for text in ("Jueves de cada semana", "Primer miércoles de cada mes")),
        *((text, text.lower(), "") for text in ("Sábado por medio", "Fines de semana", "Permanente")),
        ("Todos los días excepto lunes", "todos los días, excepto lunes", ""),
        ("Todos los sábados, 10:00 a 14:00 hrs", "todos los sábados", ""),
        ("Todos los sábados hasta el 21 de marzo de 2026", "todos los sábados", ">-20260321"),
        ("Sábados y domingos, hasta el 30 de octubre de 2025", "sábados y domingos", ">-1030"),
        ("Martes y jueves, desde el 3 de marzo de 2025", "martes y jueves", "0303->"),
        ("Lunes a viernes, 3 al 28 de marzo de 2025", "lunes a viernes", "0303-0328"),
        ("Todos los domingos de febrero de 2025", "todos los domingos", "0201-0228"),
        ("Todos los sábados 4 y 11 de octubre de 2025", "todos los sábados", "1004 1011"),
        ("Todos los días excepto lunes, del 7 al 26 de octubre de 2025", "todos los días, excepto lunes", "1007-1026"),
    ],
)
def test_rules(text: str, rule: str, expected: str) -> None:
    when = understand([text])
    assert (when.recurring, brief(when), when.problem) == (rule, expected, "")


@pytest.mark.parametrize("text", ["15 de cada mes", "1 y 15 de cada mes", "1, 15 y 30 de cada mes"])
def test_a_day_of_each_month_is_a_rule_with_its_day(text: str) -> None:
    when = understand([text])
    assert (when.recurring, when.ranges, when.remarks) == (text, (), ())


def test_a_moment_of_a_field_is_told_with_its_hour_and_midnight_is_none() -> None:
    assert understand(["2025-10-09T19:00:00-03:00"]).hours == "19:00"
    assert understand(["2025-10-09T00:00:00"]).hours == ""
    assert understand(["912345678"]).problem, "a telephone"


def test_a_new_date_among_others_gives_no_days_and_is_told_first() -> None:
    when = understand(["9 de octubre (nueva fecha: 16 de octubre)"], "20251009")
    assert when.turned and when.remarks and not when.ranges
    assert understand(["Nueva fecha: 16 de octubre"], "20251009").ranges == ((date(2025, 10, 16),) * 2,)


def test_a_rule_that_is_denied_is_none() -> None:
    when = understand(["Del 1 al 15 de octubre NO hay función los lunes"], EVENT)
    assert (brief(when), when.recurring, when.turned) == ("1001-1015", "", True)


def test_a_rule_begins_on_event_date_unless_that_is_another_weekday() -> None:
    assert brief(understand(["Todos los sábados"], "20260103")) == "20260103->"
    assert brief(understand(["de lunes a viernes"], "20260106")) == "20260106->"
    other = understand(["Todos los sábados"], "20260105")
    assert other.ranges == () and "2026-01-05" in other.warnings[0]
    both = understand(["Todos los sábados", "Todos los sábados hasta el 21 de marzo"], "20260103")
    assert brief(both) == "20260103-20260321"


def test_days_beside_a_rule_do_not_end_it() -> None:
    when = understand(["Todos los sábados", "12 de octubre de 2025"])
    assert when.recurring == "todos los sábados" and when.ranges == ()
    assert "no end" in when.warnings[0]
    assert brief(understand(["Lunes a viernes", "6 al 24 de octubre de 2025"])) == "1006-1024"


@pytest.mark.parametrize(
    "text",
    [
        *("31 de febrero", "30 de febrero de 2024", "29 de febrero de 2025", "45 de octubre", "0 de octubre"),
        *("12/13/2025", "9 al 32 de octubre", "12.10"),
        *("20 al 5 de octubre", "10 de octubre al 5 de octubre", "15 de enero de 2026 al 3 de diciembre de 2025"),
        *("9 al fin de octubre", "9 al", "fines de octubre", "primera quincena de octubre", "un día de estos"),
        *("segunda semana de octubre", "postergado: 5 al 12 de octubre"),
        *("excepto el 5 de octubre", "No hay función el 5 de octubre"),
        "5 de octubre. " + "Ven a celebrar la llegada de la primavera con música. " * 8,
    ],
)
def test_what_is_impossible_or_not_understood_gives_no_days(text: str) -> None:
    when = understand([text], EVENT)
    assert when.ranges == () and when.problem and when.verbatim == text.strip()
    assert spoken(when) == ""


@pytest.mark.parametrize(("texts", "event"), [([], ""), ([""], ""), ([" ", ""], ""), (["17:00 hrs"], "")])
def test_no_text_is_undated_without_a_problem(texts: list[str], event: str) -> None:
    when = understand(texts, event)
    assert (when.ranges, when.problem, when.warnings, spoken(when)) == ((), "", (), "")


@pytest.mark.parametrize("text", ["Próximamente", "Por confirmar", "Fecha por definir", "Coming soon"])
def test_a_text_that_says_it_is_undated_wins_over_event_date(text: str) -> None:
    assert (understand([text]).ranges, understand([text]).problem) == ((), "")
    when = understand([text], EVENT)
    assert when.ranges == () and "2025-10-09" in when.warnings[0]


@pytest.mark.parametrize("texts", [[], [""], ["Jueves"], ["17:00 hrs"]])
def test_event_date_alone_is_that_day(texts: list[str]) -> None:
    assert brief(understand(texts, EVENT)) == "1009"


@pytest.mark.parametrize("field", ["2025", "20251340", "pronto", "0000-00-00", "20250229"])
def test_an_event_date_that_is_no_day_is_reported(field: str) -> None:
    assert field in understand([], field).warnings[0]


def test_without_an_anchor_the_year_is_unknown() -> None:
    for text in ("12 de octubre", "Sábado 12 de octubre"):
        when = understand([text])
        assert when.ranges == () and "year" in when.problem
    assert "weekday" in understand(["Sábado"]).problem
    assert "month" in understand(["Viernes 12"], written=date(2025, 12, 1)).problem


@pytest.mark.parametrize(
    "text",
    [
        *("12 de octubre, 17:00 hrs", "12 de octubre 17 hrs.", "12 de octubre de 10 a 20 hrs"),
        *("12 de octubre - 11:00 a 19", "12 de octubre, 10 a 20 horas", "12 de octubre a las 5 de la tarde"),
        *("12 de octubre desde las 10 hasta las 20", "12 de octubre, 11am - 8pm", "17.30 hrs, 12 de octubre"),
        "12 de octubre, entre 10 y 20 hrs",
        *("12 de octubre de 14 a 20", "12 de octubre 14 a 20", "12 de octubre / 14 a 20", "12/10 de 14 a 20"),
        *("12 de octubre de 2025, de 10 a 14 y de 16 a 20", "12 de octubre, 14-20"),
        *(
            "De 14 a 20, 12 de octubre",
            "14 a 20 | 12 de octubre",
            "Domingo 12 de 14 a 20",
            "12 de octubre a las 14 y 17",
        ),
        *("12 de octubre de 4 a 6 de la tarde", "De 4 a 6 de la tarde, 12 de octubre"),
    ],
)
def test_hours_are_no_days(text: str) -> None:
    assert brief(understand([text], EVENT)) == "1012"


@pytest.mark.parametrize(
    ("text", "rule", "days", "hours"),
    [
        ("Sábados y domingos de 12 a 18", "sábados y domingos", "", "de 12 a 18"),
        ("Todos los jueves de octubre, 18 a 20", "todos los jueves", "1001-1031", "18 a 20"),
        ("Del 4 al 26 de octubre, lu a vi 10 a 20", "lunes a viernes", "1004-1026", "10 a 20"),
        ("Sábados 4 a 25 de octubre", "sábados", "1004-1025", ""),
    ],
)
def test_hours_behind_weekdays_are_no_days(text: str, rule: str, days: str, hours: str) -> None:
    when = understand([text], "", date(2025, 9, 20))
    assert (when.recurring, brief(when), when.hours) == (rule, days, hours)


@pytest.mark.parametrize(
    "text", ["9 de octubre de 19 a 21 y 10 de octubre de 18 a 20", "9/10 12 a 14 y 10/10 de 15 a 18"]
)
def test_hours_of_each_day_are_no_days_and_are_told_with_them(text: str) -> None:
    when = understand([text], EVENT)
    assert (brief(when), when.remarks) == ("1009 1010", (text,))


@pytest.mark.parametrize("text", ["12 de octubre, del 14 al 20", "12, 14 a 20 de octubre", "Octubre 12, 14 a 20"])
def test_a_range_that_has_the_words_of_days_or_a_month_is_of_days(text: str) -> None:
    assert brief(understand([text], EVENT)) == "1012 1014-1020"


@pytest.mark.parametrize(
    "words",
    [
        "cupos limitados (20)",
        "mayores de 18",
        "+18",
        "18+",
        "fono 22 345 6789",
        "mesa 4",
        "niños de 6 a 11",
        "edades 6 a 11",
        "grupo 2",
        "2 x 1",
        "1° piso",
        "90'",
    ],
)
def test_a_number_of_another_word_behind_a_whole_date_is_no_day_and_is_told(words: str) -> None:
    when = understand([text := f"12 de octubre, {words}"], EVENT)
    assert (brief(when), when.remarks) == ("1012", (text,))


@pytest.mark.parametrize("words", ["Piso 3", "$12.000", "3 cupos", "Mayores de 12 años", "2 sesiones", "Sala 4"])
def test_other_numbers_are_no_days_and_are_reported(words: str) -> None:
    when = understand([f"{words}, 12 de octubre"], EVENT)
    assert brief(when) == "1012"
    assert "not read" in when.warnings[0]


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("9 de octubre, 16 y 18 hrs", "16 y 18 hrs"),
        ("9 de octubre a las 21 horas", "a las 21 horas"),
        ("9 de octubre de 11 a 14 y de 16 a 20 hrs", "de 11 a 14 y de 16 a 20 hrs"),
        ("9 de octubre de 14 a 20", "de 14 a 20"),
        ("9 de octubre", ""),
    ],
)
def test_hours_beside_the_days_are_kept(text: str, hours: str) -> None:
    when = understand([text], EVENT)
    assert (when.hours, when.remarks) == (hours, ())


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        *(
            (text, True)
            for text in ("SUSPENDIDO - 9 de octubre", "9 de octubre (agotado)", "Reprogramado: 9 de octubre")
        ),
        *((text, True) for text in ("9 de octubre: cerrado por feriado", "Se traslada al 9 de octubre")),
        *((text, True) for text in ("9 de octubre, lunes cerrado", "9 de octubre, hasta nuevo aviso")),
        *((text, True) for text in ("Desde el 9 de octubre hasta agotar stock", "Lleno: 9 de octubre")),
        *(
            (text, False)
            for text in ("9 de octubre, 40 cupos", "9 de octubre, sala 2", "Lunes cerrado, 3 al 9 de octubre")
        ),
        *((text, False) for text in ("9 oct 19 hrs, 10 oct 17 hrs", "9 de octubre (por confirmar)")),
    ],
)
def test_a_text_that_says_more_than_days_is_told_and_what_turns_it_round_is_told_first(text: str, turned: bool) -> None:
    when = understand([text], EVENT)
    assert when.ranges and when.remarks == (text,) and when.warnings and when.turned is turned


@pytest.mark.parametrize(
    "field",
    [
        *("20251009", "2025-10-09", "09/10/2025", "9-10-2025", "2025-10-09 19:00:00", "2025-10-09T19:00:00-03:00"),
        *("09/10/2025 7:00 pm", "9 octubre, 2025", "October 9, 2025", "1759968000"),
    ],
)
def test_event_date_in_each_format_that_wordpress_gives(field: str) -> None:
    assert brief(understand([], field)) == "1009"


def test_one_weekend_is_that_of_event_date_and_without_it_no_days() -> None:
    assert brief(understand(["Este fin de semana"], "20251011")) == "1011-1012"
    assert understand(["Este fin de semana"]).problem


def test_every_card_counts() -> None:
    assert brief(understand(["12 de octubre", "", "19 de octubre", "12 de octubre"], "20251012")) == "1012 1019"
    assert brief(understand(["10 al 13 de octubre", "Domingo 12 de octubre"], EVENT)) == "1010-1013"
    assert brief(understand(["12 de octubre de 2025", "3 de noviembre"])) == "1012 1103"
    assert brief(understand(["Desde el 5 de octubre", "Hasta el 30 de octubre"], "20251005")) == "1005-1030"
    partly = understand(["12 de octubre", "31 de febrero"], "20251012")
    assert brief(partly) == "1012" and "31 de febrero" in partly.problem


def test_start_and_end_are_over_everything() -> None:
    when = understand(["4 al 6 y 11 al 13 de octubre"], EVENT)
    assert (when.start, when.end) == (date(2025, 10, 4), date(2025, 10, 13))
    assert (understand(["Hasta el 5 de mayo de 2025"]).start, understand([]).start, understand([]).end) == (None,) * 3


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("17/5/2025", "el sábado 17 de mayo de 2025"),
        ("9 - 12 octubre 2025", "del 9 al 12 de octubre de 2025"),
        ("30 de mayo al 1 de junio de 2025", "del 30 de mayo al 1 de junio de 2025"),
        ("4, 5 y 6 de octubre de 2025", "el 4, 5 y 6 de octubre de 2025"),
        ("Sábados 7, 14 y 21 de febrero de 2026", "los sábados 7, 14 y 21 de febrero de 2026"),
        ("7 y 9 de mayo de 2025; 11 al 13 de mayo de 2025", "el 7 y 9 y del 11 al 13 de mayo de 2025"),
        ("hasta el 30 de abril de 2026", "hasta el 30 de abril de 2026"),
        ("a partir del 5 de mayo de 2026", "desde el 5 de mayo de 2026"),
        ("todo febrero de 2026", "durante todo febrero de 2026"),
        ("Todos los sábados hasta el 21 de marzo de 2026", "todos los sábados, hasta el 21 de marzo de 2026"),
        ("20 dic 2025 - 6 ene 2026", "del 20 de diciembre de 2025 al 6 de enero de 2026"),
        ("31 de octubre, 1 y 2 de noviembre de 2025", "el viernes 31 de octubre y el 1 y 2 de noviembre de 2025"),
        (
            "4 al 6, 11 al 13 y 18 al 20 de diciembre de 2025",
            "del 4 al 6, del 11 al 13 y del 18 al 20 de diciembre de 2025",
        ),
        ("5/1/2025 y 20/12/2025", "el domingo 5 de enero de 2025 y el sábado 20 de diciembre de 2025"),
    ],
)
def test_what_a_concierge_would_say(text: str, phrase: str) -> None:
    assert spoken(understand([text])) == phrase


DAYS = st.dates(date(2023, 1, 1), date(2027, 12, 31))
WORDS = st.sampled_from(
    [
        *"0 1 5 7 12 14 28 29 30 31 32 99 2025 2026 1ro 12/10 12-14 31/2 12/10/2025 2025-10-12 17:00 12.10".split(),
        *"enero feb marzo mar octubre dic. May sábado Sábados jueves lunes vie domingo todos los cada mes".split(),
        *"de del al a y , ; - – / | ( ) . hasta desde entre excepto todo el hrs piso fines primer permanente".split(),
        *("a partir del", "fin de semana", "por confirmar", "todo el año", "a las"),
        *("\n", "x", "ñ", "a\u0301", "²", "٣"),
    ]
)
TEXTS = st.lists(WORDS, max_size=14).map(" ".join) | st.lists(WORDS, max_size=8).map("".join) | st.text(max_size=30)
FIELDS = st.just("") | DAYS.map(lambda day: str(as_number(day))) | st.text(max_size=9)


@given(st.lists(TEXTS, max_size=3), FIELDS, st.none() | st.dates())
@example(["hasta el 5 de marzo", "desde el 5 de marzo"], EVENT, None)
@example(["29 de febrero"], "20250301", None)
@example(["12/10/9999"], "99991231", date.max)
@example(["5 de enero"], "", date.min)
def test_any_text_gives_ordered_ranges_that_are_said_and_read_as_the_same(
    texts: list[str], field: str, written: date | None
) -> None:
    when = understand(texts, field, written)
    bounds = [bound for start, end in when.ranges for bound in (start or date.min, end or date.max)]
    assert bounds == sorted(bounds)
    assert all(start is not None or end is not None for start, end in when.ranges)
    assert understand([spoken(when)]).ranges == when.ranges
    assert [warning for warning in understand([spoken(when)]).warnings if "weekday" in warning] == []


@given(st.lists(TEXTS, max_size=3), FIELDS, st.none() | DAYS)
def test_nothing_is_invented(texts: list[str], field: str, written: date | None) -> None:
    """Days come from the text, from `event_date`, or are the ends of a month or beside an excluded day."""
    when = understand(texts, field, written)
    given_numbers = {int(number) for text in texts for number in re.findall("[0-9]{1,2}", text)}
    given_numbers |= {int(field[-2:])} if re.fullmatch("[0-9]{8}", field) else set()
    for bound in (bound for found in when.ranges for bound in found if bound is not None):
        neighbours = {bound.day, (bound - timedelta(days=1)).day, (bound + timedelta(days=1)).day}
        ends_a_month = 1 in {bound.day, (bound + timedelta(days=1)).day}
        assert ends_a_month or (neighbours if "excepto" in when.verbatim else {bound.day}) & given_numbers
        near = [*re.findall("20[0-9]{2}", " ".join(texts)), field[:4], str(written or "")[:4]]
        if "".join(near):
            assert min(abs(bound.year - int(year)) for year in near if year.isascii() and year.isdigit()) <= 4


@given(DAYS, DAYS, DAYS)
def test_what_is_written_in_full_is_read_as_written(first: date, second: date, third: date) -> None:
    one, two, three = sorted((first, second, third))
    text = f"{one:%d/%m/%Y} y {two:%Y-%m-%d} al {three.day}.{three.month}.{three:%y}"
    expected = {(one, one), (two, three)} if one < two else {(two, three)}
    assert set(understand([text]).ranges) == expected


@given(st.lists(st.tuples(DAYS, st.sampled_from([0, 0, 0, 1, 2, 6, 29, 30, 300])), max_size=6), st.booleans())
def test_every_set_of_days_is_said_so_that_it_is_read_as_the_same(found: list[tuple[date, int]], opened: bool) -> None:
    texts = [f"{day:%d/%m/%Y} al {day + timedelta(days=more):%d/%m/%Y}" for day, more in found]
    texts += ["desde el 5/1/2029"] if opened else []
    when = understand(texts)
    listed = {day + timedelta(days=at) for day, more in found for at in range(more + 1)}
    closed = [(start, end) for start, end in when.ranges if start and end]
    assert {start + timedelta(days=at) for start, end in closed for at in range((end - start).days + 1)} == listed
    assert understand([spoken(when)]).ranges == when.ranges


@pytest.mark.parametrize("week", range(0, 53, 4))
def test_no_day_of_the_bundled_events_is_missed(week: int) -> None:
    """In any week of the year the days on which an event takes place are among those read from its cards."""
    monday = date(2025, 1, 6) + timedelta(weeks=week)
    truth = calendar_of_week(monday)
    read = 0
    for item in items_of_week(monday)["event"]:
        texts = [card["data"]["date"] for card in _cards(item["acf"]) if card.get("data", {}).get("date")]
        highlights = item["acf"].get("informacion_destacada") or {} if isinstance(item["acf"], dict) else {}
        when = understand(texts, highlights.get("event_date") or "", date.fromisoformat(item["modified_gmt"][:10]))
        for first, last in truth[item["id"]].days if texts else ():
            for day in (first + timedelta(days=at) for at in range((last - first).days + 1)):
                assert any((start or day) <= day <= (end or day) for start, end in when.ranges), (texts, day)
            read += 1
        assert when.problem == ""
    assert read > 30


def _cards(acf: object) -> list[dict[str, Any]]:
    sections = acf.get("informacion_tienda") if isinstance(acf, dict) else None
    return [card for section in sections or [] for card in section.get("cards") or []]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("De 12 a 20, segundo sábado de junio", "el sábado 13 de junio de 2026"),
        ("12 a 20 primer y tercer lunes de julio", "los lunes 6 y 20 de julio de 2026"),
        ("De 12 a 20, sábado 27 de junio", "el sábado 27 de junio de 2026"),
        ("de 12 a 20 sábado 6 de junio", "el sábado 6 de junio de 2026"),
        ("de 12 a 20 del 4 al 20 de junio", "del 4 al 20 de junio de 2026"),
    ],
)
def test_hours_before_a_weekday_with_its_day_are_no_days(text: str, days: str) -> None:
    when = understand([text], "20260601", date(2026, 5, 1))
    assert (spoken(when), when.problem) == (days, "") and "12 a 20" in when.hours


@pytest.mark.parametrize("text", ["Del 12 al 20 de junio y sábado 13", "Del 12 al 20 segundo sábado de junio"])
def test_a_day_within_a_range_of_the_same_text_is_told_as_the_page_words_it(text: str) -> None:
    when = understand([text], "20260601", date(2026, 5, 1))
    assert (spoken(when), when.remarks) == ("del 12 al 20 de junio de 2026", (text,))
    assert understand(["Del 12 al 20 de junio"], "20260601", date(2026, 5, 1)).remarks == ()


@pytest.mark.parametrize("text", ["6 de junio - de 12 a 20", "6 - 12 a 20 de junio", "del 6 al 12 al 20 de junio"])
def test_a_range_that_goes_on_is_told_as_the_page_words_it(text: str) -> None:
    when = understand([text], "20260601", date(2026, 5, 1))
    assert "goes on from a range of days" in when.problem and when.remarks == (text,)
    assert not understand(["Junio a agosto de 2026"]).problem


@pytest.mark.parametrize("text", ["+18, sábado 6 de junio", "+18 y acompañante. Sábado 6 de junio"])
def test_an_age_before_a_date_is_no_day(text: str) -> None:
    assert spoken(understand([text], "20260601", date(2026, 5, 1))) == "el sábado 6 de junio de 2026"
    assert spoken(understand(["5 + 6, 7 de junio"], "20260601", date(2026, 5, 1))) == "el 5, 6 y 7 de junio de 2026"
