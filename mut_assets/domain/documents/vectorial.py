"""What is known about each entity -> the vectorial table, with the Spanish text that is embedded and read.

What belongs here: the sentences, nowhere else, and the table. What does not: what is known (`facts.py`), the published
file (`document.py`). The text is for visitors and for retrievers: natural Spanish, the most telling facts first (they
fit `ESSENTIAL_CHARACTERS`), no addresses that only a browser needs. A knowledge base may cut a document every 300
tokens, so in a longer one every block begins with the name and the place or date, and is short enough to stay whole.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

import pandas as pd

from mut_assets.domain.collections import EVENT, PLACE, QUESTION, Collection, Shape, for_shapes
from mut_assets.domain.documents.contact import spoken_address
from mut_assets.domain.documents.facts import Facts, Location, Occasion, facts
from mut_assets.domain.market import market_of
from mut_assets.domain.pages.translations import apart
from mut_assets.domain.spanish import dates, hours_osm, hours_speech, places
from mut_assets.domain.spanish.special_days import SpecialDay
from mut_assets.domain.text import fold, listed

RENDERER_VERSION = "4"
"""Raised whenever the same row would give other bytes: the guard then expects every document to change."""

ESSENTIAL_CHARACTERS = 640
"""250 tokens of Spanish at the fewest characters per token that were measured, 2.55 (all-MiniLM-L6-v2; median 2.9)."""
WHOLE_CHARACTERS = 750
"""What a chunk of 300 tokens holds at that rate: a longer document is told in blocks that can stand alone."""
_BLOCK_CHARACTERS = 560
"""Of a later block, to which its name and place are added."""

_CUT_BY_THE_SITE = range(195, 201)
"""Characters: longer descriptions of events arrive cut at 200, spaces that are dropped here included."""

LIST_SEPARATOR = "; "

_IS = "es"
"""The verb of a page's first sentence, which `document.py` words anew below the title."""

_ENDS = ".!?…:"
_CUTS = ((re.compile(r"\n+"), "\n"), (re.compile(r"(?<=[.!?…])\s+"), " "), (re.compile(r"\s+"), " "))
"""Where a paragraph may be cut, and what stands there when it is not."""
_ASKS = re.compile(
    r"(?:a |de |en |por |para |con )?(?:que|cual|cuales|como|cuando|cuanto|cuanta|donde|quien|hay|hasta)\b"
)
_CLOCK = r"\d{1,2}[:.]\d{2}"
_AT = re.compile(rf"({_CLOCK})\s*(?:hrs?|horas|h)?\.?", re.IGNORECASE)
_SAYS_WHEN = re.compile(r"(?:a\s+las?|de|desde|entre|hasta)\s+[^,;]*$", re.IGNORECASE)
_FROM_TO = re.compile(rf"({_CLOCK})\s*(?:a|-|–|hasta)\s*(?:las\s+)?({_CLOCK})\s*(?:hrs?|horas|h)?\.?", re.IGNORECASE)


def vectorial_frame(
    collection: Collection,
    raw: pd.DataFrame,
    origen: str,
    special_days: Sequence[SpecialDay] = (),
    today: date | None = None,
) -> pd.DataFrame:
    """The rows of `raw` without a `problema`, as text, with exactly `collection.vectorial_columns`. A page that another
    one is in Spanish is left out, and named there.

    `raw` has `collection.raw_columns` as text and is the whole collection; `origen` is the key of the snapshot it was
    read from. `avisos` says what is doubtful in a row, `descartado` what was left out of its text, and why.
    """
    rows, others = apart([row for row in rows_of(raw) if not row["problema"]])
    columns: dict[str, list[str]] = {name: [] for name in collection.vectorial_columns}
    for entity, other in zip(facts(collection, rows, special_days, today), others, strict=True):
        row = {
            **entity.row,
            **prepared(replace(entity, dropped=(*entity.dropped, *other))),
            "texto_embedding": text(collection, entity),
            "document_type": collection.document_type,
            "search_category": collection.search_category,
            "origen": origen,
        }
        for name, values in columns.items():
            values.append(row[name])
    return pd.DataFrame(columns, dtype="str")


def rows_of(frame: pd.DataFrame) -> Iterator[dict[str, str]]:
    """The rows of a table of text, column -> cell, in their order."""
    cells = zip(*(frame[name].tolist() for name in frame.columns), strict=True)
    return (dict(zip(frame.columns, row, strict=True)) for row in cells)


def prepared(entity: Facts) -> dict[str, str]:
    """The columns that were understood, as text: "" where nothing is known.

    Numbers such as `piso` "-1" and `fecha_inicio` "20251009"; `si` and `no`; lists separated by `LIST_SEPARATOR`.
    """
    timetables = [location.hours for location in entity.locations if not location.hours.suspended]
    weeks = [timetable.week for timetable in timetables if timetable.week]
    sure = [timetable.week for timetable in timetables if timetable.week and not timetable.doubts]
    closings = [closing for week in sure if (closing := hours_osm.latest_closing(week)) is not None]
    alike = {hours_osm.opening_hours(week) for week in sure} if len(sure) == len(entity.locations) else set()
    rooms: list[Location | Occasion] = [*entity.locations, *entity.occasions]
    floors = dict.fromkeys(floor for room in rooms for floor in room.place.floors)
    start, end = entity.dates.start, entity.dates.end
    left_out = [[dropped.why, dropped.text] for dropped in entity.dropped]
    return {
        "categorias": LIST_SEPARATOR.join(entity.categories),
        "piso": LIST_SEPARATOR.join(map(str, floors)),
        "abre_domingo": _any(week.opens_on_sundays for week in weeks),
        "abre_festivos": _any(week.opens_on_holidays for week in weeks),
        "cierra_max": f"{max(closings):g}" if closings else "",
        "horario_osm": alike.pop() if len(alike) == 1 else "",
        "fecha_inicio": str(dates.as_number(start)) if start else "",
        "fecha_fin": str(dates.as_number(end)) if end else "",
        "avisos": LIST_SEPARATOR.join(warning.replace(LIST_SEPARATOR, ", ") for warning in entity.warnings),
        "descartado": json.dumps(left_out, ensure_ascii=False) if left_out else "",
    }


def text(collection: Collection, entity: Facts) -> str:
    """The text of one entity."""
    return _TELLERS[collection.shape](collection, entity)


def is_a(title: str, what: str) -> str:
    """How the text about a page begins: "La Ranura es una tienda de MUT (Mercado Urbano Tobalaba)"."""
    return f"{title} {_IS} {what}"


def below_title(text: str, title: str) -> str:
    """The text as it stands below its title, which it need not repeat: "Es una tienda de MUT (…)".

    `text` is of this release or of an earlier one. One that does not begin as `is_a` begins stays as it is.
    """
    beginning = is_a(title, "")
    return f"{_IS.capitalize()} {text[len(beginning) :]}" if text.startswith(beginning) else text


def tell_place(collection: Collection, entity: Facts) -> str:
    """A place: what it is, where, and what it deals in; its own words; when it opens and how to reach it."""
    locations = entity.locations
    first = _first_sentence(collection, entity)
    own = [_finished(paragraph) for paragraph in entity.paragraphs]
    if len(locations) > 1:
        essential = [f"{first} y tiene {len(locations)} locales.", _filed_under(collection, entity), _also(entity)]
        rooms = "\n".join(f"- {_location(location)}" for location in locations)
        return _blocks(essential, [rooms, *own], _about(entity, ""))
    where, opens, reach = places.phrase(locations[0].place), _open(locations[0]), _reach(locations[0])
    essential = [_ended(_joined(first, " y está ", where)), _filed_under(collection, entity), _also(entity)]
    about, last = _about(entity, where), " ".join(part for part in (opens, reach) if part)
    short = _blocks(essential, [*own, last], about)
    # Its own words tell it best; where they are long, the hours stay in the block that no retriever cuts off.
    return short if len(short) <= ESSENTIAL_CHARACTERS else _blocks([*essential, opens], [*own, reach], about)


def tell_event(collection: Collection, entity: Facts) -> str:
    """An event: when, at what time, where and who invites; then what it is about."""
    occasions = entity.occasions
    when = dates.spoken(entity.dates)
    where = places.phrase(occasions[0].place) if len({card.place for card in occasions}) == 1 else ""
    several = len(occasions) > 1
    details = ", ".join(part for part in (when, "" if several else _time(entity), where) if part)
    essential = [
        *_what_and_when(_first_sentence(collection, entity), entity, details),
        _as_written(entity),
        f"Organiza: {_ended(entity.organizer)}" if entity.organizer else "",
        _filed_under(collection, entity),
        _also(entity),
    ]
    page = fold("\n".join(entity.paragraphs))
    added = [] if several else [card.description for card in occasions if fold(card.description) not in page]
    listed = ["\n".join(f"- {_occasion(card)}" for card in occasions)] if several else []
    own = [_finished(_marked(paragraph)) for paragraph in (*entity.paragraphs, *added) if paragraph]
    links = [] if several else [card.link for card in occasions if fold(card.link.rpartition(" ")[2]) not in page]
    return _blocks(
        essential, [*listed, *own, *links], _about(entity, ", ".join(part for part in (when, where) if part))
    )


def tell_question(collection: Collection, entity: Facts) -> str:
    """A question and its answer."""
    asked, category = _asked(entity.row["pregunta"]), entity.row["categoria_nombre"]
    topic = f"{collection.category_label}: {_ended(category)}" if category else ""
    answer = [_finished(part) for part in entity.row["respuesta"].split("\n\n") if part]
    return _blocks([asked], [*answer, topic], asked, together=True)


_TELLERS: Mapping[Shape, Callable[[Collection, Facts], str]] = for_shapes(
    "text in domain/documents/vectorial.py", {EVENT: tell_event, PLACE: tell_place, QUESTION: tell_question}
)


def _any(answers: Iterable[bool | None]) -> str:
    """`si` when one of several locations does, `no` when none does and all say so, "" otherwise."""
    known = list(answers)
    if any(known):
        return "si"
    return "no" if known and all(answer is False for answer in known) else ""


def _first_sentence(collection: Collection, entity: Facts) -> str:
    return is_a(entity.row["titulo"], f"{collection.told_as} de {market_of(entity.row['fuente']).name}")


def _filed_under(collection: Collection, entity: Facts) -> str:
    words = [category[:1].lower() + category[1:] for category in entity.categories]
    return f"{collection.category_label}: {', '.join(words)}." if words else ""


def _open(location: Location) -> str:
    return " ".join(part for part in (location.special, hours_speech.sentence(location.hours)) if part)


def _location(location: Location) -> str:
    where = places.phrase(location.place)
    parts = [_ended(where[:1].upper() + where[1:]) if where else "", _open(location), _reach(location)]
    return " ".join(part for part in parts if part)


def _occasion(card: Occasion) -> str:
    spoken = "" if card.dates.remarks else dates.spoken(card.dates)
    details = [spoken or card.dates.verbatim, _at(card.time or card.dates.hours), places.phrase(card.place)]
    line = ", ".join(part for part in details if part)
    description = " ".join(_marked(card.description).split())
    return " ".join(part for part in (_ended(line[:1].upper() + line[1:]), description, card.link) if part)


def _time(entity: Facts) -> str:
    """When the event begins: as its card says, or the box of the page."""
    return _at(
        next((card.time for card in entity.occasions if card.time), "") or entity.row["horas"] or entity.dates.hours
    )


def _at(written: str) -> str:
    written = " ".join(written.split())
    if match := _FROM_TO.fullmatch(written):
        return f"de {match[1]} a {match[2]}"
    times = [_AT.fullmatch(part) for part in re.split(r"\s*(?:,|;| y )\s*", written)]
    if written and all(times):
        return "a las " + listed([match[1] for match in times if match], "y")
    if _SAYS_WHEN.match(written):
        return written.rstrip(".")
    return f"horario {written.rstrip('.')}" if written else ""


def _what_and_when(first: str, entity: Facts, details: str) -> list[str]:
    """What an event is, and its days, hours and place; what turns these round ("SUSPENDIDO") is told before them."""
    if not entity.dates.turned:
        return [_ended(_joined(first, ": ", details))]
    turned = _ended("; ".join(entity.dates.remarks))
    return [_ended(first), f"Atención, la página dice: {turned}", f"Fecha: {_ended(details)}" if details else ""]


def _as_written(entity: Facts) -> str:
    """The words of dates that name no days, or say more than days. Where some of several cards do name days, each says
    its own."""
    if len(entity.occasions) > 1 and dates.spoken(entity.dates):
        return ""
    texts = [card.dates.verbatim for card in entity.occasions if not dates.spoken(card.dates)]
    texts += [] if entity.dates.turned else entity.dates.remarks
    distinct = "; ".join(dict.fromkeys(text for text in texts if any(map(str.isalnum, text))))
    return f"Fecha según la página: {_ended(distinct)}" if distinct else ""


def _reach(location: Location) -> str:
    web = spoken_address(location.web)
    labels = (("Teléfono", location.telefono), ("Correo", location.mail), ("Sitio web", web))
    return " ".join(f"{label}: {value}." for label, value in labels if value)


def _also(entity: Facts) -> str:
    """How people write a name with an ampersand, and what else the page calls it."""
    title = entity.row["titulo"]
    written = " ".join(title.replace("&", " y ").split()) if "&" in title else ""
    called = listed(entity.names, "y")
    sentences = (("También se escribe", written), ("También se le conoce como", called))
    return " ".join(_ended(f"{said} {name}") for said, name in sentences if name)


def _asked(question: str) -> str:
    """A question with its marks, whether it was typed with them or not."""
    bare = question.strip(" ¿?")
    if "¿" in bare:
        return question
    return f"¿{bare[:1].upper()}{bare[1:]}?" if "?" in question or _ASKS.match(fold(bare)) else question


def _about(entity: Facts, where: str) -> str:
    """How a later block of a long document begins, which a retriever may read alone."""
    where = where or f"en {market_of(entity.row['fuente']).short_name}"
    return f"{entity.row['titulo']} ({where})"


def _joined(first: str, between: str, second: str) -> str:
    return f"{first}{between}{second}" if second else first


def _ended(sentence: str) -> str:
    sentence = sentence.rstrip(" ,;")
    if not sentence or sentence[-1] in _ENDS or "://" in sentence.rpartition(" ")[2]:
        return sentence  # a full stop behind an address would be read as part of it
    return f"{sentence}."


def _finished(paragraph: str) -> str:
    """A paragraph with the full stop that the page's end often lacks; a list's last item needs none."""
    return paragraph if paragraph.rpartition("\n")[2].startswith("- ") else _ended(paragraph)


def _marked(paragraph: str) -> str:
    """A description that the site cut off, marked as such; half a word, or half an hour, at its end is not told."""
    if len(paragraph) not in _CUT_BY_THE_SITE or paragraph[-1] in _ENDS:
        return paragraph
    whole = paragraph.rpartition(" ")[0].rstrip(" ,;:([¿¡-–—")
    return f"{whole or paragraph}…"


def _blocks(essential: Sequence[str], rest: Sequence[str], about: str, together: bool = False) -> str:
    """The essential block and the others, each beginning with what it is about where the whole is long."""
    first = " ".join(part for part in essential if part)
    others = [part.strip() for part in rest if part.strip()]
    whole = ("\n" if together else "\n\n").join([first, *others])
    if len(whole) <= WHOLE_CHARACTERS:
        return whole
    about = about if about.endswith(("?", "!")) else f"{about}:"
    packed = _filled([piece for paragraph in others for piece in _cut(paragraph)], "\n")
    pieces = [about + ("\n" if piece.startswith("- ") else " ") + piece for piece in packed]
    return "\n\n".join([first, *pieces] if not together else pieces)


def _cut(paragraph: str, ways: Sequence[tuple[re.Pattern[str], str]] = _CUTS) -> list[str]:
    """At line ends; a line that is too long at the ends of sentences; such a sentence between words."""
    if len(paragraph) <= _BLOCK_CHARACTERS or not ways:
        return [paragraph]
    (end, glue), *finer = ways
    return _filled([piece for part in end.split(paragraph) for piece in _cut(part, finer)], glue)


def _filled(parts: Sequence[str], glue: str) -> list[str]:
    """The parts put together so that each has at most `_BLOCK_CHARACTERS`; none loses a character."""
    filled: list[str] = []
    for part in parts:
        if filled and len(filled[-1]) + len(glue) + len(part) <= _BLOCK_CHARACTERS:
            filled[-1] += glue + part
        else:
            filled.append(part)
    return filled
