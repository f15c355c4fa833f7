"""No word of a date, an hour or a place vanishes: it is understood, a known filler, or the page's words are told."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mut_assets.domain.collections import EVENTOS, TIENDAS
from mut_assets.domain.documents.vectorial import vectorial_frame
from mut_assets.domain.spanish.calendar_words import MONTHS, WEEKDAYS
from mut_assets.domain.tables.raw import raw_frame
from mut_assets.domain.text import fold
from mut_assets_tests.domain.items import FUENTE, block, card, event, place

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
    "cupos limitados (20)",
    "+18",
    "de 12 a 20",
    "a las 12 y 17",
    "de 4 a 6 de la tarde",
    "fono 22 345 6789",
    "no hay función los lunes",
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


def told_of_place(**fields: str) -> str:
    """The text of a shop of which nothing else is known, folded."""
    alone = {"place": "", "level": "", "local": "", "schedule": "", "phone": "", "mail": "", "page_link": ""}
    shop = place(block(**alone | fields), title={"rendered": "Lirio"}, content={"rendered": "<p>Pan.</p>"})
    row = vectorial_frame(TIENDAS, raw_frame(TIENDAS, [shop], FUENTE), "raw").iloc[0]
    return fold(str(row["texto_embedding"]))


def unsaid(text: str, told: str, understood: set[str]) -> list[str]:
    """The words and numbers of `text` that `told` does not say; `understood` are those that it may say otherwise."""
    said, spelled = set(re.findall(r"\w+", told)), {int(number) for number in re.findall(r"\d+", told)}
    lost = [word for word in re.findall(r"\w+", fold(text)) if word not in said]
    letters = [word for word in re.findall(r"[^\W\d]+", " ".join(lost)) if word not in understood]
    return letters + [number for number in re.findall(r"\d+", " ".join(lost)) if int(number) not in spelled]


WEEKS = ["lunes a viernes", "L-V", "lun a sáb", "todos los días", "sábados y domingos", "Ma-Do", "domingos y festivos"]
WEEKS += ["lunes, miércoles y viernes", "de lunes a lunes", "L a D", ""]
CLOCKS = [
    "10:00 a 20:00",
    "10 a 20 hrs",
    "de 9:30 a 18:00 horas",
    "10-14 y 16-20",
    "cerrado",
    "desde las 10 hasta las 19",
]
BESIDE_HOURS = [
    "previa reserva",
    "cocina hasta las 19:00",
    "suspendido",
    "cancelado por lluvia",
    "cerrado por inventario",
]
BESIDE_HOURS += ["excepto festivos", "salvo lunes", "no abre en enero", "hasta agotar stock", "última entrada 17:30"]
BESIDE_HOURS += [
    "agotado",
    "reprogramado",
    "feriados irrenunciables cerrado",
    "solo 15 cupos",
    "zona Norte",
    "verano 11 a 21",
]
OF_A_WEEK = {*WEEKDAYS_SAID, *"l d v ma do lun sab a de los todos dias y e h hrs horas hasta desde las".split()}
OF_A_WEEK |= set("festivos feriados excepto salvo cerrado domingos sabados".split())
"""What the sentence of a week says in other words: "excepto lunes" is "cierra los lunes"."""
TURNS = (
    "suspendido",
    "cancelado",
    "agotado",
    "reprogramado",
    "no abre",
    "hasta agotar",
    "irrenunciables",
    "inventario",
)


@given(
    st.sampled_from(WEEKS),
    st.sampled_from(CLOCKS),
    st.lists(st.tuples(st.sampled_from(SIGNS), st.sampled_from(BESIDE_HOURS)), max_size=3),
    st.booleans(),
)
@example("L-V", "9:00 a 18:00 horas, sábados 9:00 a 14:00", [(", ", "suspendido")], False)
def test_no_word_of_the_hours_vanishes(days: str, clock: str, beside: list[tuple[str, str]], first: bool) -> None:
    text = f"{clock} {days}" if first else f"{days} {clock}"
    text += "".join(sign + words for sign, words in beside)
    told = told_of_place(schedule=text)
    assert unsaid(text, told.replace("medianoche", "00"), OF_A_WEEK) == [], told
    assert [turn for turn in TURNS if turn in fold(text) and turn not in told] == [], told


FLOORS = [
    "piso 2",
    "Nivel -1",
    "pisos 1 a 3",
    "2º piso",
    "subsuelo",
    "subsuelo 2",
    "entre pisos 1 y 2",
    "3er nivel",
    "",
]
LOCALS = ["local 23", "Local B-12", "frente al local 23", "locales 3 y 4", "ex local 8", "Local: 45", ""]
AROUND = [
    "al fondo",
    "junto a la fuente",
    "torre A",
    "cerrado por obras",
    "no es el patio",
    "salvo domingos",
    "módulo 9",
]
AROUND += ["antes en el piso 5", "Av. Las Flores 2730", "a dos pasos", "edificio 3", "provisoriamente", "zona 4B"]
OF_A_PLACE = set("piso pisos nivel niveles subsuelo local locales en el los las la al a y e o de er º entre".split())


@given(
    st.permutations(["floor", "local", "around"]),
    st.sampled_from(FLOORS),
    st.sampled_from(LOCALS),
    st.lists(st.sampled_from(AROUND), max_size=2),
    st.sampled_from([", ", " - ", " / ", " ", " (", ". ", "; "]),
)
def test_no_word_of_a_place_vanishes(order: list[str], floor: str, local: str, around: list[str], sign: str) -> None:
    parts = {"floor": floor, "local": local, "around": sign.join(around)}
    text = sign.join(filter(None, (parts[name] for name in order)))
    told = told_of_place(place=text)
    assert unsaid(text, told, OF_A_PLACE) == [], told
    named = {int(number) for number in re.findall(r"\d+", text)} | ({1} if "subsuelo" in text else set())
    named |= {2} if "1 a 3" in text else set()
    assert {int(number) for number in re.findall(r"\d+", told)} <= named, told


@pytest.mark.parametrize("field", ["place", "level", "local"])
@given(words=st.lists(st.sampled_from([*FLOORS, *LOCALS, *AROUND]), max_size=3))
def test_whichever_field_says_it(field: str, words: list[str]) -> None:
    text = ", ".join(filter(None, words))
    assert unsaid(text, told_of_place(**{field: text}), OF_A_PLACE) == []
