"""No word of a date, an hour or a place vanishes: it is understood, a known filler, or the page's words are told."""

import re
from collections.abc import Sequence

from hypothesis import example, given
from hypothesis import strategies as st

from mut_assets.domain.collections import EVENTOS
from mut_assets.domain.documents.vectorial import vectorial_frame
from mut_assets.domain.spanish.calendar_words import MONTHS, WEEKDAYS
from mut_assets.domain.tables.raw import raw_frame
from mut_assets.domain.text import fold
from mut_assets_tests.domain.items import FUENTE, card, event

FILLERS = set(
    "el la los las lo de del en dia dias todo toda durante fecha fechas este esta proximo a al y e o desde hasta entre "
    "h hr hrs horas hora excepto salvo menos no cerrado antes fin semana segundo".split()
)
"""What the grammar of days and hours says in other words: "cerrado el 19" takes a day away."""
MONTHS_SAID = {name[:3]: fold(name) for name in MONTHS} | {fold(name): fold(name) for name in MONTHS}
WEEKDAYS_SAID = {fold(name)[:size]: fold(name) for name in WEEKDAYS for size in (2, 3, 99)} | {"sabados": "sabado"}


def told_of_date(text: str) -> str:
    row = vectorial_frame(
        EVENTOS, raw_frame(EVENTOS, [event(card(date=text), event_date="20260606")], FUENTE), "raw"
    ).iloc[0]
    assert "\n" not in row["titulo"]
    return str(row["texto_embedding"])


def vanished(text: str, told: str) -> Sequence[str]:
    """The words of `text` that nothing of what is told says."""
    said = fold(told)
    if " ".join(fold(text).split()).rstrip(".") in " ".join(said.split()):
        return []
    text = re.sub(r"cerrado el 19|antes 25 de junio", "", text)  # understood: these days are taken away
    words, numbers = set(re.findall(r"[^\W\d_]+", said)), {int(number) for number in re.findall(r"\d+", said)}
    lost = [
        word
        for word in re.findall(r"[^\W\d_]+", fold(text))
        if not {word, MONTHS_SAID.get(word), WEEKDAYS_SAID.get(word)} & words
    ]
    return [word for word in lost if word not in FILLERS] + [
        number for number in re.findall(r"\d+", text) if not {int(number), 2000 + int(number)} & numbers
    ]


DAYS = [
    "6 de junio",
    "6, 7 y 8 de junio",
    "del 4 al 20 de junio",
    "Junio, del 5 al 28",
    "06.JUN.2026",
    "6-jun-26",
    "6 jun 2026",
]
DAYS += [
    "sábado 6",
    "Segundo sábado de junio",
    "todos los sábados",
    "martes a domingo",
    "Ma a Do",
    "este fin de semana",
    "6/6",
]
BESIDE = [
    "16 y 18 hrs",
    "a las 21 horas",
    "de 11 a 14 y de 16 a 20 hrs",
    "20:30",
    "cerrado el 19",
    "excepto lunes",
    "lunes cerrado",
]
BESIDE += [
    "SUSPENDIDO",
    "agotado",
    "reprogramado",
    "antes 25 de junio",
    "por confirmar",
    "hasta agotar stock",
    "salvo feriados",
]
BESIDE += [
    "piso 3",
    "pisos 2 y 3",
    "40 cupos",
    "$ 9.500",
    "niños de 4 a 8 años",
    "sala Zafiro",
    "mayores de 18",
    "5ta versión",
    "2x1",
]
SIGNS = [" ", ", ", " - ", " (", ". ", " / ", " y ", ": ", "; "]


@given(
    st.sampled_from(DAYS),
    st.lists(st.tuples(st.sampled_from(SIGNS), st.sampled_from(BESIDE)), max_size=3),
    st.booleans(),
)
@example("Del 7 al 30 de junio", [(". ", "lunes cerrado")], False)
def test_no_word_of_a_date_vanishes(days: str, beside: list[tuple[str, str]], turned: bool) -> None:
    text = days + "".join(sign + words for sign, words in beside)
    if turned and beside:
        text = f"{beside[0][1]}{beside[0][0]}{days}"
    told = told_of_date(text)
    assert vanished(text, told) == [], told
