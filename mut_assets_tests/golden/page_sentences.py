"""What is said about the content of pages: dates, hours, special days, places, leftovers, events that are over."""

from datetime import date
from pathlib import Path

import pandas as pd

from mut_assets.domain.collections import EVENTOS, PREGUNTAS, RESTAURANTES, TIENDAS
from mut_assets.domain.documents.contradictions import contradictions, disagreements
from mut_assets.domain.documents.document import out_of_time
from mut_assets.domain.documents.vectorial import vectorial_frame
from mut_assets.domain.pages.cleaning import Page, cleaned
from mut_assets.domain.spanish import dates, hours, hours_speech, places
from mut_assets.domain.spanish.public_holidays import unsaid_holidays
from mut_assets.domain.spanish.special_days import special_days
from mut_assets.domain.tables.faq import faq_frame
from mut_assets.domain.tables.raw import raw_frame
from mut_assets.domain.text import read
from mut_assets.publishing.publisher import Proposal
from mut_assets_tests.fakes.wordpress_site import event
from mut_assets_tests.golden.sentences import Said
from mut_assets_tests.golden.situations import doors_in

WRITTEN = date(2026, 3, 1)


def dates_that_are_doubted(_: Path) -> Said:
    """What is understood, and should be looked at."""
    found = {
        "an event_date that is no day": dates.understand(["14 de marzo de 2026"], "pronto"),
        "an event_date that the text contradicts": dates.understand(["14 de marzo"], "20260320"),
        "an event_date beside a text without a day": dates.understand(["Próximamente"], "20260314"),
        "an event_date that is no day of the rule": dates.understand(["Todos los sábados"], "20260315"),
        "a day that is no day of the rule": dates.understand(["Todos los jueves", "14 de marzo de 2026"]),
        "a day that is not confirmed": dates.understand(["Por confirmar: 14 de marzo de 2026"]),
        "a weekday of no year near": dates.understand(["Lunes 14 de marzo de 2026"]),
        "words that are no date": dates.understand(["Gran apertura, 14 de marzo de 2026"]),
        "a year from the page": dates.understand(["14 de marzo"], written=WRITTEN),
    }
    for title, when in found.items():
        yield title, "\n".join(when.warnings)


def dates_that_are_not_understood(_: Path) -> Said:
    """What gives no days, and is published as it was written."""
    prose = "Ven el 14 de marzo a celebrar con nosotros la llegada del otoño, con música, té y pan. " * 5
    found = {
        "prose": dates.understand([prose]),
        "no date": dates.understand(["Cuando cante el gallo"]),
        "a weekday": dates.understand(["Sábado"]),
        "a day that does not exist": dates.understand(["31 de febrero"]),
        "a range without its end": dates.understand(["Del 14 al fin de marzo"]),
        "a range that goes on": dates.understand(["6 de marzo - 12 a 20"]),
        "a range that ends before it begins": dates.understand(["20 de marzo de 2026 al 14 de marzo de 2026"]),
        "nothing but an exception": dates.understand(["Excepto el 14 de marzo de 2026"]),
        "no month": dates.understand(["Viernes 13"], written=WRITTEN),
        "no year": dates.understand(["14 de marzo"]),
        "a day that is far from event_date": dates.understand(["29 de febrero"], "20260314"),
        "days that changed": dates.understand(["Reprogramado: 14 y 15 de marzo de 2026"]),
        "a day that is far from the page": dates.understand(["29 de febrero"], written=WRITTEN),
    }
    for title, when in found.items():
        yield title, when.problem


def hours_that_are_doubted(_: Path) -> Said:
    """What is taken literally, and is odd."""
    texts = {
        "a letter for two days": "L, M y V 10:00-20:00",
        "statements that overlap": "L-V 10:00-20:00, V-D 11:00-21:00",
        "an exception without hours": "L-S 10:00-20:00 excepto festivos",
        "a slip of the keyboard": "L-S: 1:00 a 20:00",
    }
    for title, text in texts.items():
        yield title, "\n".join(hours.understand(text).doubts)


def hours_that_are_not_understood(_: Path) -> Said:
    """What gives no week, and is published as it was written."""
    texts = {
        "no timetable": "Según el ánimo",
        "prose": "Ven cuando quieras. " * 120,
        "an opening without a closing": "L-S desde las 10:00",
        "a closing before its opening": "L-S: 10:00 a 9:00",
        "half of a day, or the other": "L-S: 1-5pm",
        "hours that overlap": "L-S: 10:00-14:00 y 12:00-20:00",
        "days without hours": "L-V 10:00-20:00, sábado",
        "days joined by a sign": "lunes/viernes 10:00-20:00",
        "different hours for one day": "Lunes 10:00-20:00, lunes 11:00-21:00",
        "an exception first": "Excepto lunes 10:00-20:00",
        "an exception without days": "Excepto: 10:00-20:00",
        "closed on some of the days": "L-S 10 a 20. Cerrado domingos de febrero",
    }
    for title, text in texts.items():
        yield title, hours.understand(text).problem


def special_days_that_are_refused(_: Path) -> Said:
    rows = [
        ("18 de septiembre", "*", "Cerrado"),
        ("2026-09-18", "", "Cerrado"),
        ("2026-09-18", "*", "quizás"),
        ("2026-09-19", "*", "Cerrado"),
        ("2026-09-19", "*", "10:00 - 15:00"),
    ]
    _good, troubles = special_days([dict(zip(("fecha", "link", "horario"), row, strict=True)) for row in rows])
    for number, trouble in enumerate(troubles, start=1):
        yield f"row or rows {number}", trouble


def holidays_that_nobody_speaks_of(_: Path) -> Said:
    """What the tables of places warn of before a holiday."""
    links = [f"https://mercado.example/tiendas/{name}/" for name in ("uno", "dos")]
    yield "Christmas", "\n".join(unsaid_holidays([(link, "L-D 10 a 20") for link in links], [], date(2026, 12, 20)))


def places_and_hours_in_spanish(_: Path) -> Said:
    """The parts of sentences that visitors read, and what is doubted of a place."""
    yield "fields that contradict each other", "\n".join(places.understand("Nivel 2, al fondo", "3").doubts)
    yield "two locals", "\n".join(places.understand("Local 5", "", "7").doubts)
    yield "a number behind a floor", "\n".join(places.understand("Nivel 1 - 23").doubts)
    elsewhere = places.understand("Ya no estamos en el piso 2")
    yield "where a place is not", "\n".join(elsewhere.doubts)
    yield "the same, to visitors", places.phrase(elsewhere)
    yield "one floor", places.phrase(places.understand("Nivel -1 frente a la fuente", "", "23"))
    yield "several floors", places.phrase(places.understand("Pisos 1, 2 y 3"))
    yield "some holidays", hours_speech.sentence(hours.understand("L-D 10 a 20. Cerrado feriados irrenunciables"))
    yield "around the clock", hours_speech.sentence(hours.understand("24 horas"))
    yield (
        "hours that do not hold now",
        hours_speech.sentence(hours.understand("L-D 10 a 20, suspendido hasta nuevo aviso")),
    )
    yield "every day", hours_speech.sentence(hours.understand("L-D y festivos: 10:00 - 20:00"))


def what_is_dropped_of_a_page(_: Path) -> Said:
    """Why a text of a page is not published, and what is said where it has to be."""
    bread = "Masa madre de tres harinas, horneada cada madrugada por la misma familia desde hace cuarenta años."
    teas = "Hojas sueltas de quince jardines lejanos, que se prueban en la barra antes de llevarlas a casa."
    template = "Descubre los demás puestos del mercado, que tienen de todo para ti y los tuyos."
    oven = f"<h2>¿Qué es Horno?</h2><p>{bread}</p>"
    garden = f"<h2>¿Qué es Jardín?</h2><p>{teas}</p><p>{teas}</p><p>{template}</p>{oven}"
    others = [Page(f"Puesto {name}", f"<p>Oficio {name * 3}</p><p>{template}</p>") for name in "ABCD"]
    pages = [Page("Jardín", garden), Page("Taza", oven), Page("Horno", oven), *others]
    jardin, borrowed, *_others = cleaned(pages)
    yield "dropped", "\n".join(f"{text.why}: {text.text}" for text in jardin.dropped)
    yield "kept", borrowed.warning
    hidden = (
        '<p style="font-size: 0">Nadie lee esto.</p><p style="color: #fff; background: white">Ni esto.</p>'
        '<p hidden>Ni esto otro.</p><p class="sr-only">Solo se escucha.</p><p><s>Sábado 6</s> Domingo 7</p>'
        "<p>Acepta las cookies para ver este video.</p>"
    )
    yield "not seen", "\n".join(f"{why}: {text}" for text, why in read(hidden)[1])


def events_that_are_over(folder: Path) -> Said:
    publisher = doors_in(folder).publisher

    def proposed(today: date) -> Proposal:
        return publisher.propose(EVENTOS, publisher.store.holdings().published["eventos"], today)

    raw = raw_frame(EVENTOS, [event(7, "Feria de otoño", date_text="14 de marzo de 2026")], "https://mercado.example")
    frame = vectorial_frame(EVENTOS, raw, publisher.snapshots.write("raw", EVENTOS, raw))
    publisher.snapshots.write("vectorial", EVENTOS, frame)
    last, after = date(2026, 3, 14), date(2026, 3, 15)
    never = proposed(after)
    publisher.apply(proposed(last), last, lambda: None)
    yield "which was never published", "\n".join(never.plan.notes)
    yield "which was published", "\n".join(removal.reason for removal in proposed(after).plan.removed)


def a_question_that_contradicts_a_page(_: Path) -> Said:
    """What is said where the FAQ and a place's page tell different floors."""
    shop = pd.DataFrame([("Larisa", "https://mercado.example/larisa/", "2; 3")], columns=["titulo", "link", "piso"])
    faq = pd.DataFrame([("Donde esta Larisa", "Larisa está en el piso -3")], columns=["pregunta", "respuesta"])
    yield "a floor", "\n".join(map(str, contradictions({TIENDAS: shop, PREGUNTAS: faq})))
    shop["horario_osm"] = "Mo-Su 10:00-20:00"
    other = shop.assign(piso="-1", horario_osm="Mo-Sa 10:00-20:00")
    yield "two pages", "\n".join(map(str, disagreements({TIENDAS: shop, RESTAURANTES: other})))


def answers_outside_of_their_time(folder: Path) -> Said:
    """What is told of answers that do not hold yet, or any more."""
    publisher, today = doors_in(folder).publisher, date(2026, 12, 24)
    file = "pregunta;respuesta;vigente_desde;vigente_hasta\nHay te;Si.;2026-12-25;\nHay pan;Si.;;2026-12-23\n"
    raw = faq_frame(file.encode(), "raw/preguntas.csv")
    frame = vectorial_frame(PREGUNTAS, raw, publisher.snapshots.write("raw", PREGUNTAS, raw))
    publisher.snapshots.write("vectorial", PREGUNTAS, frame)
    proposal = publisher.propose(PREGUNTAS, publisher.store.holdings().published["preguntas"], today)
    yield "the plan", "\n".join(proposal.plan.notes)
    yield "each", "\n".join(out_of_time(frame, today).values())


SECTIONS = {
    "Dates that are doubted": dates_that_are_doubted,
    "Dates that are not understood": dates_that_are_not_understood,
    "Hours that are doubted": hours_that_are_doubted,
    "Hours that are not understood": hours_that_are_not_understood,
    "Special days that are refused": special_days_that_are_refused,
    "Holidays that nobody speaks of": holidays_that_nobody_speaks_of,
    "A question that contradicts a page": a_question_that_contradicts_a_page,
    "Answers outside of their time": answers_outside_of_their_time,
    "Places and hours in Spanish": places_and_hours_in_spanish,
    "What is dropped of a page": what_is_dropped_of_a_page,
    "Events that are over": events_that_are_over,
}
