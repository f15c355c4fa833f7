"""Sixty phrases each of dates, hours and places, in the forms that programmes, guides and shopping centres print.

They were written before the readers they try were touched. At first contact 40 of 60 dates were right, 18 wrong and 2
told as written with a doubt; of the hours 38, 3 and 19; of the places 42, 18 and none.
"""

import pytest

from mut_assets.domain.collections import EVENTOS, TIENDAS, Collection
from mut_assets.domain.documents.vectorial import vectorial_frame
from mut_assets.domain.spanish import dates, hours, places
from mut_assets.domain.spanish.hours_osm import opening_hours
from mut_assets.domain.tables.raw import raw_frame
from mut_assets.domain.text import fold
from mut_assets_tests.domain.items import FUENTE, block, card, event, place

DATES = [
    ("Sábado 30 y domingo 31 de agosto", "20250830", "2025-08-30 2025-08-31", ""),
    ("Viernes 18 de julio, 20:00 y 22:30 hrs.", "20250718", "2025-07-18", ""),
    ("18 de julio a las 16 y a las 19 horas", "20250718", "2025-07-18", ""),
    ("Del 4 al 21 de julio, de jueves a domingo", "20240704", "2024-07-04..2024-07-21", "jueves a domingo"),
    ("1 de junio al 26 de agosto", "20230601", "2023-06-01..2023-08-26", ""),
    ("3 junio al 1 de julio", "20230603", "2023-06-03..2023-07-01", ""),
    ("Hasta el 18 de agosto", "20190801", "..2019-08-18", ""),
    ("Desde el jueves 18 de julio", "20240718", "2024-07-18..", ""),
    ("Entre el 25 y 28 de enero, a las 21 horas", "20180125", "2018-01-25..2018-01-28", ""),
    ("16, 17 y 18 de enero 2026", "20260116", "2026-01-16 2026-01-17 2026-01-18", ""),
    ("SAB 14 MAR / DOM 15 MAR", "20260314", "2026-03-14 2026-03-15", ""),
    ("14.MAR.2026", "20260314", "2026-03-14", ""),
    ("14-mar-26", "20260314", "2026-03-14", ""),
    ("14/03/2026", "20260314", "2026-03-14", ""),
    ("14.03.26 | 19.30 h", "20260314", "2026-03-14", ""),
    ("Marzo 14, 15 y 21", "20260314", "2026-03-14 2026-03-15 2026-03-21", ""),
    ("Marzo: del 5 al 29", "20260305", "2026-03-05..2026-03-29", ""),
    ("Octubre, 3 al 12", "20261003", "2026-10-03..2026-10-12", ""),
    ("Todo noviembre", "20261101", "2026-11-01..2026-11-30", ""),
    ("30 de abril, 1 y 2 de mayo", "20260430", "2026-04-30 2026-05-01 2026-05-02", ""),
    ("29 y 30 de mayo, 5 y 6 de junio", "20260529", "2026-05-29 2026-05-30 2026-06-05 2026-06-06", ""),
    ("Vie 29 may - Dom 7 jun", "20260529", "2026-05-29..2026-06-07", ""),
    ("Jueves, viernes y sábado 20.00 horas", "20260604", "2026-06-04..", "jueves|viernes|sábado"),
    ("Viernes y sábado 21 horas y domingo 19.30 horas", "20260605", "2026-06-05..", "viernes|domingo|19.30"),
    ("Todos los miércoles de septiembre", "20260902", "2026-09-01..2026-09-30", "miércoles"),
    ("Segundo sábado de cada mes", "20260912", "2026-09-12..", "segundo sábado de cada mes"),
    ("Último domingo de octubre", "20261025", "2026-10-25", ""),
    ("Primer viernes de diciembre", "20261204", "2026-12-04", ""),
    ("Sábado 12 de septiembre - SUSPENDIDO POR LLUVIA", "20260912", "2026-09-12", "suspendido|lluvia"),
    ("CANCELADO: sábado 12 de septiembre", "20260912", "2026-09-12", "cancelado"),
    ("Sábado 12 de septiembre (agotado)", "20260912", "2026-09-12", "agotado"),
    ("Reprogramado para el 3 de octubre", "20261003", "2026-10-03", "reprogramado"),
    ("Nueva fecha: 3 de octubre", "20261003", "2026-10-03", "nueva fecha"),
    ("Del 1 al 31 de agosto, excepto lunes", "20260801", "2026-08-01..2026-08-31", "excepto lunes|lunes"),
    ("Del 10 al 20 de septiembre, salvo el 18 y 19", "20260910", "2026-09-10..2026-09-17 2026-09-20", ""),
    ("Del 7 al 30 de noviembre. Lunes cerrado", "20261107", "2026-11-07..2026-11-30", "lunes cerrado|lunes"),
    ("15 de mayo, 40 cupos", "20260515", "2026-05-15", "40 cupos"),
    ("15 de mayo desde $ 9.500", "20260515", "2026-05-15", "9.500"),
    ("15 de mayo, piso 3", "20260515", "2026-05-15", "piso 3"),
    ("15 de mayo (mayores de 18 años)", "20260515", "2026-05-15", "18"),
    ("15 de mayo, 19:30 a 21:00 hrs, sala 2", "20260515", "2026-05-15", "sala 2"),
    ("Sábado 15 y 22, domingo 16 y 23 de agosto", "20260815", "2026-08-15 2026-08-16 2026-08-22 2026-08-23", ""),
    ("Este fin de semana", "", "", "este fin de semana"),
    ("Mañana sábado", "", "", "mañana sábado"),
    ("Próximamente", "", "", "próximamente"),
    ("Fecha por confirmar", "", "", "por confirmar"),
    ("Vacaciones de invierno", "20260622", "", "vacaciones de invierno"),
    ("Lunes 6 a viernes 10 de julio", "20260706", "2026-07-06..2026-07-10", ""),
    ("Del lun 6 al vie 10/7", "20260706", "2026-07-06..2026-07-10", ""),
    ("6-10 jul 2026", "20260706", "2026-07-06..2026-07-10", ""),
    ("6 → 10 de julio", "20260706", "2026-07-06..2026-07-10", ""),
    ("Inauguración 8 de octubre, 19 hrs. Hasta el 15 de noviembre", "20261008", "2026-10-08..2026-11-15", ""),
    ("24, 25, 26/10", "20261024", "2026-10-24 2026-10-25 2026-10-26", ""),
    ("27 de diciembre de 2025 al 4 de enero de 2026", "20251227", "2025-12-27..2026-01-04", ""),
    ("20 dic al 6 ene", "20251220", "2025-12-20..2026-01-06", ""),
    ("Dic 2025 - Mar 2026", "20251201", "2025-12-01..2026-03-31", ""),
    ("Verano 2026", "20260105", "", "verano 2026"),
    ("Sáb. 5 de dic. - 11 a 14 y 16 a 20 hrs", "20261205", "2026-12-05", ""),
    ("Sábado 5 diciembre de 11 a 20:00", "20261205", "2026-12-05", ""),
    ("Hasta agotar stock, del 23 al 27 de noviembre", "20261123", "2026-11-23..2026-11-27", "hasta agotar stock"),
]
"""Text, event_date, the days (ISO, ".." between both ends), and words that are told beside them."""

HOURS = [
    (
        "Lunes a jueves de 10:30 a 20:30 horas / viernes, sábado y domingo de 10:00 a 21:00 horas.",
        "Mo-Th 10:30-20:30; Fr-Su 10:00-21:00",
        "",
    ),
    (
        "Lunes a sábado: 10:00 a 21:30 hrs | Domingos y festivos: 11:00 a 20:00 hrs",
        "Mo-Sa 10:00-21:30; Su,PH 11:00-20:00",
        "",
    ),
    ("L-V 9:00-18:00", "Mo-Fr 09:00-18:00", ""),
    ("Lu a Ju 12.30 a 23.00, Vi y Sa 12.30 a 01.00", "Mo-Th 12:30-23:00, Fr-Sa 12:30-01:00", ""),
    ("Todos los días de 10 a 20 hrs", "Mo-Su 10:00-20:00", ""),
    ("De lunes a lunes, 11:00 a 21:00", "Mo-Su 11:00-21:00", ""),
    ("Lunes a domingo 09:00 - 00:00", "Mo-Su 09:00-24:00", ""),
    (
        "Martes a domingo de 13:00 a 16:00 y de 19:30 a 23:00. Lunes cerrado.",
        "Mo off; Tu-Su 13:00-16:00,19:30-23:00",
        "",
    ),
    ("Lun a vie 8 a 19, sáb 10 a 14", "Mo-Fr 08:00-19:00; Sa 10:00-14:00", ""),
    ("Abierto las 24 horas", "00:00-24:00", "24 horas"),
    ("24/7", "Mo-Su 00:00-24:00", "24 horas"),
    (
        "Lunes a viernes 10:00 a 20:00. Sábados, domingos y feriados 10:00 a 19:00. Cerrado feriados irrenunciables",
        "Mo-Fr 10:00-20:00; Sa-Su,PH 10:00-19:00; Jan 01,May 01,Sep 18-19,Dec 25 off",
        "irrenunciables",
    ),
    (
        "Lunes a domingo 10 a 20 hrs, excepto feriados irrenunciables",
        "Mo-Su 10:00-20:00; Jan 01,May 01,Sep 18-19,Dec 25 off",
        "irrenunciables",
    ),
    ("Lunes a domingo de 10:00 a 20:00 (25 de diciembre y 1 de enero cerrado)", "Mo-Su 10:00-20:00", "25 de diciembre"),
    ("Todos los días del año", "", "todos los días del año"),
    ("Jueves hasta las 22", "", "22"),
    ("Lunes a miércoles 12 a 23, jueves a sábado hasta las 02:00", "", "02:00|2:00"),
    ("Verano (dic-mar): lunes a domingo 10 a 21. Invierno: 10 a 19", "", "verano|invierno"),
    ("Enero y febrero: lunes a sábado 11:00 a 20:00", "", "enero y febrero"),
    ("Apertura 10:00 hrs. Cierre 20:00 hrs.", "", "10:00|20:00"),
    ("Desde las 12:00 hasta el cierre del mercado", "", "cierre del mercado"),
    ("Lunes a viernes 08:00 a 20:00 hrs. Último pedido 19:30", "Mo-Fr 08:00-20:00", "19:30"),
    ("Lunes a viernes 9 AM a 6 PM", "Mo-Fr 09:00-18:00", ""),
    ("Lun-Vie 9:00am-7:00pm; Sab 10:00am-2:00pm", "Mo-Fr 09:00-19:00; Sa 10:00-14:00", ""),
    (
        "Lunes a jueves 10.00 a 20.00 h.; viernes 10.00 a 21.00 h.; sábado y domingo 11.00 a 20.00 h.",
        "Mo-Th 10:00-20:00; Fr 10:00-21:00; Sa-Su 11:00-20:00",
        "",
    ),
    ("Lunes, miércoles y viernes 15 a 19 hrs", "Mo,We,Fr 15:00-19:00", ""),
    ("Sólo fines de semana 11 a 19 hrs", "", "sólo fines de semana"),
    ("Fin de semana y festivos: 10:00 - 19:00", "Sa-Su,PH 10:00-19:00", ""),
    ("Cocina: 12:30 a 22:30. Barra: hasta las 01:00", "", "cocina|barra"),
    ("Tiendas: 10:00 a 20:00. Patio de comidas: 10:00 a 22:00", "", "patio de comidas"),
    ("Cerrado temporalmente por remodelación", "off", "temporalmente por remodelación"),
    ("Previa reserva", "", "previa reserva"),
    ("Lunes a viernes 10:00 a 14:00 / 15:00 a 19:00", "Mo-Fr 10:00-14:00,15:00-19:00", ""),
    (
        "Lunes a Viernes: 10:00 a 20:00 hrs.\nSábado: 10:00 a 15:00 hrs.\nDomingo: Cerrado",
        "Mo-Fr 10:00-20:00; Sa 10:00-15:00; Su off",
        "",
    ),
    ("LUNES A SABADO 10:00-20:00 HRS DOMINGO 11:00-19:00 HRS", "Mo-Sa 10:00-20:00; Su 11:00-19:00", ""),
    ("lunes a domingos: 10 hrs. a 20 hrs.", "Mo-Su 10:00-20:00", ""),
    ("Lunes a sábado de 10h a 20h", "Mo-Sa 10:00-20:00", ""),
    ("Lunes a sábado 10:00–20:30", "Mo-Sa 10:00-20:30", ""),
    ("Lun. a Sáb. 10:00 → 20:00", "Mo-Sa 10:00-20:00", ""),
    ("Lunes-Domingo / 10:00-20:00", "Mo-Su 10:00-20:00", ""),
    ("Horario continuado de 9 a 19 hrs", "09:00-19:00", "9|19"),
    ("Lunes a viernes en horario de oficina", "", "horario de oficina"),
    ("De martes a sábado desde las 18:00 hrs", "", "18:00"),
    ("Viernes y sábados de 20:00 a 03:30 hrs", "Fr-Sa 20:00-03:30", ""),
    ("Domingo a jueves 12:00 a 23:00 · Viernes y sábado 12:00 a 00:30", "Mo-Th,Su 12:00-23:00, Fr-Sa 12:00-00:30", ""),
    ("Lunes a domingo: 07:30 a 21:00 (feriados desde las 09:00)", "", "feriados|09:00"),
    (
        "Lunes a viernes 07:30-20:00 Sábados 09:00-20:00 Domingos 10:00-19:00 Feriados cerrado",
        "Mo-Fr 07:30-20:00; Sa 09:00-20:00; Su 10:00-19:00; PH off",
        "",
    ),
    (
        "Lunes a Sábado 10 a 20 horas. Domingo 11 a 19 horas. Víspera de feriado hasta las 18 horas",
        "Mo-Sa 10:00-20:00; Su 11:00-19:00",
        "víspera",
    ),
    ("Mañanas: lunes a viernes 9:30 a 13:30. Tardes: 15:00 a 19:00", "", "tardes"),
    (
        "Lunes a viernes de 12:00 a 16:00 (almuerzo) y 18:00 a 23:00 (cena)",
        "Mo-Fr 12:00-16:00,18:00-23:00",
        "almuerzo|cena",
    ),
    ("Happy hour 17:00 a 20:00, lunes a jueves", "", "happy hour"),
    ("Lunes a viernes: 10 a 20 hrs. No abre sábados ni domingos", "Mo-Fr 10:00-20:00; Sa-Su off", ""),
    ("Lunes a viernes: 10 a 20 hrs. No cierra a la hora de almuerzo", "Mo-Fr 10:00-20:00", "no cierra"),
    ("Abre a las 10:00 y cierra a las 20:00 de lunes a sábado", "Mo-Sa 10:00-20:00", "10:00|20:00"),
    ("Horario: 10:00 a 20:00 hrs de Lun a Dom", "Mo-Su 10:00-20:00", ""),
    ("10:00 - 20:00", "10:00-20:00", "10:00|20:00"),
    ("Lunes a domingo 10:00 a 20:00 hrs. Cyber Monday hasta las 22:00", "Mo-Su 10:00-20:00", "cyber"),
    ("18 y 19 de septiembre cerrado. Lunes a domingo 10:00 a 20:00", "Mo-Su 10:00-20:00", "18 y 19 de septiembre"),
    (
        "Lunes a viernes 8:30 a 13:00 y 14:00 a 17:30 (viernes hasta las 16:30)",
        "Mo-Th 08:30-13:00,14:00-17:30; Fr 08:30-13:00,14:00-16:30",
        "",
    ),
    (
        "Miércoles a domingo 12:30 a 22:00; lunes y martes cerrado; festivos consultar",
        "Mo-Tu off; We-Su 12:30-22:00",
        "consultar",
    ),
]
"""Text, the week as OpenStreetMap writes it ("": the page's words are told, with a doubt), and words that are told."""

PLACES = [
    ("Piso 3, local 312", "", "", (3,), "312", ""),
    ("Nivel -1", "", "", (-1,), "", ""),
    ("Pisos 1 a 3", "", "", (1, 2, 3), "", ""),
    ("Pisos 2 al 4", "", "", (2, 3, 4), "", ""),
    ("Pisos 1-3", "", "", (1, 2, 3), "", ""),
    ("Niveles -2 y -1", "", "", (-2, -1), "", ""),
    ("Nivel 1, 2 y 3", "", "", (1, 2, 3), "", ""),
    ("Frente al local 120", "", "", (), "", "frente al local 120"),
    ("Frente a local 45, piso 2", "", "", (2,), "", "frente a local 45"),
    ("Al lado del local 7", "", "", (), "", "local 7"),
    ("Junto a los locales 14 y 15", "", "", (), "", "14 y 15"),
    ("Entre los locales 20 y 22, nivel -1", "", "", (-1,), "", "entre los locales 20 y 22"),
    ("Local 20, frente al local 22", "", "", (), "20", "frente al local 22"),
    ("2do piso", "", "", (2,), "", ""),
    ("3er piso", "", "", (3,), "", ""),
    ("4to piso, sala 401", "", "", (4,), "", "sala 401"),
    ("1° piso", "", "", (1,), "", ""),
    ("Segundo nivel", "", "", (2,), "", ""),
    ("Tercer Piso Torre B", "", "", (3,), "", "torre b"),
    ("Subsuelo", "", "", (-1,), "", ""),
    ("Subsuelo 2", "", "", (-2,), "", ""),
    ("Primer subsuelo", "", "", (-1,), "", ""),
    ("-1", "", "", (-1,), "", ""),
    ("Piso -1 (Mercado)", "", "", (-1,), "", "mercado"),
    ("Edificio C, piso 8", "", "", (8,), "", "edificio c"),
    ("(torre A, nivel 2)", "", "", (2,), "", "torre a"),
    ("Plaza central, nivel calle", "", "", (), "", "plaza central|nivel calle"),
    ("Nivel Calle", "", "", (), "", "nivel calle"),
    ("Planta baja", "", "", (), "", "planta baja"),
    ("PB", "", "", (), "", "pb"),
    ("Terraza piso 5", "", "", (5,), "", "terraza"),
    ("Azotea", "", "", (), "", "azotea"),
    ("Zócalo", "", "", (), "", "zócalo"),
    ("Hall de acceso Apoquindo", "", "", (), "", "hall de acceso apoquindo"),
    ("Av. Apoquindo 2730, piso 3", "", "", (3,), "", "apoquindo 2730"),
    ("Apoquindo 2730, local 15", "", "", (), "15", "apoquindo 2730"),
    ("Local B-12", "", "", (), "B-12", ""),
    ("Locales 3, 4 y 5", "", "", (), "3, 4 y 5", ""),
    ("Loc. 118", "", "", (), "118", ""),
    ("L-118, piso 1", "", "", (1,), "", "l-118"),
    ("Módulo 9, piso -2", "", "", (-2,), "", "módulo 9"),
    ("Stand 14", "", "", (), "", "stand 14"),
    ("Isla 3 nivel 1", "", "", (1,), "", "isla 3"),
    ("Todo MUT", "", "", (), "", "todo mut"),
    ("Escalera mecánica entre piso 1 y 2", "", "", (), "", "escalera mecánica"),
    ("Piso 2 al fondo, pasado los baños", "", "", (2,), "", "al fondo"),
    ("A un costado del metro Tobalaba", "", "", (), "", "metro tobalaba"),
    ("", "2", "", (2,), "", ""),
    ("", "Piso 4", "Local 410", (4,), "410", ""),
    ("", "-3", "", (-3,), "", ""),
    ("", "Nivel 1 y 2", "103", (1, 2), "103", ""),
    ("", "Piso menos dos", "", (-2,), "", ""),
    ("Patio", "1", "5A", (1,), "5A", "patio"),
    ("Piso 3", "2", "", (3,), "", ""),
    ("Pasillo 2, piso 1", "", "", (1,), "", "pasillo 2"),
    ("Sector 4", "", "", (), "", "sector 4"),
    ("Estacionamiento nivel -4, acceso por calle Encomenderos", "", "", (-4,), "", "encomenderos"),
    ("Pisos 15, 16 y 17 (oficinas)", "", "", (15, 16, 17), "", "oficinas"),
    ("Piso 1 (ex local 22)", "", "", (1,), "", "ex local 22"),
    ("Capacidad 200 personas, piso 6", "", "", (6,), "", "200 personas"),
]
"""Lugar, nivel, local; the floors, the locals, and words that are told beside them."""


def told(collection: Collection, item: dict[str, object]) -> str:
    return fold(vectorial_frame(collection, raw_frame(collection, [item], FUENTE), "raw").iloc[0]["texto_embedding"])


def said(words: str, text: str) -> bool:
    return all(fold(word) in text for word in words.split("|"))


@pytest.mark.parametrize(("text", "event_date", "days", "words"), DATES)
def test_a_date_as_it_is_printed(text: str, event_date: str, days: str, words: str) -> None:
    ranges = dates.understand([text], event_date).ranges
    found = [f"{start or ''}" if start == end else f"{start or ''}..{end or ''}" for start, end in ranges]
    assert " ".join(found) == days
    assert said(words, told(EVENTOS, event(card(date=text), event_date=event_date)))


@pytest.mark.parametrize(("text", "week", "words"), HOURS)
def test_hours_as_they_are_printed(text: str, week: str, words: str) -> None:
    read = hours.understand(text)
    assert (opening_hours(read.week) if read.week else "") == week
    assert bool(read.problem) is (week == "")
    assert said(words, told(TIENDAS, place(block(schedule=text))))


@pytest.mark.parametrize(("lugar", "nivel", "local", "floors", "locals_", "words"), PLACES)
def test_a_place_as_it_is_printed(
    lugar: str, nivel: str, local: str, floors: tuple[int, ...], locals_: str, words: str
) -> None:
    read = places.understand(lugar, nivel, local)
    assert (read.floors, read.local) == (floors, locals_)
    assert said(words, told(TIENDAS, place(block(place=lugar, level=nivel, local=local, schedule=""))))
