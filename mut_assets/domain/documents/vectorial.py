"""What is known about each entity -> the vectorial table, with the Spanish text that is embedded and read.

What belongs here: the sentences, nowhere else, and the table. What does not: what is known (`facts.py`), the published
file (`documents/document.py`).

The text is written for a visitor and for retrievers that compare meanings or words: natural Spanish, the most telling
facts first, and nothing that only a browser needs: addresses of profiles and the page's link are in the table and in
the metadata. What is essential (name, kind, place, category, hours or dates) fits `ESSENTIAL_CHARACTERS`. A knowledge
base may cut a document every 300 tokens, so in a longer one every block begins with the name and the place or date, and
is short enough to stay whole. A page in another language stays as written.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date

import pandas as pd

from mut_assets.domain.collections import BUNDLED, EVENTOS, PREGUNTAS, RESTAURANTES, TIENDAS, Collection
from mut_assets.domain.documents.facts import Facts, Location, Occasion, facts
from mut_assets.domain.spanish import dates, hours, places
from mut_assets.domain.spanish.special_days import SpecialDay
from mut_assets.domain.text import fold, listed

RENDERER_VERSION = "2"
"""Raised whenever the same row would give other bytes: the guard then expects every document to change."""

MARKET = "MUT (Mercado Urbano Tobalaba)"
BUNDLED_MARKET = "Mercado del Estero"
"""The fictional market of the bundled site: its shops are in no real building."""

ESSENTIAL_CHARACTERS = 640
"""250 tokens of Spanish at the fewest characters per token that were measured, 2.55 (all-MiniLM-L6-v2; median 2.9)."""
WHOLE_CHARACTERS = 750
"""What a chunk of 300 tokens holds at that rate: a longer document is told in blocks that can stand alone."""
_BLOCK_CHARACTERS = 560
"""Of a later block, to which its name and place are added."""

_CUT_BY_THE_SITE = range(195, 201)
"""Characters: longer descriptions of events arrive cut at 200, spaces that are dropped here included."""

LIST_SEPARATOR = "; "

_ENDS = ".!?…:"
_CUTS = ((re.compile(r"\n+"), "\n"), (re.compile(r"(?<=[.!?…])\s+"), " "), (re.compile(r"\s+"), " "))
"""Where a paragraph may be cut, and what stands there when it is not."""
_ASKS = re.compile(
    r"(?:a |de |en |por |para |con )?(?:que|cual|cuales|como|cuando|cuanto|cuanta|donde|quien|hay|hasta)\b"
)
_CLOCK = r"\d{1,2}[:.]\d{2}"
_AT = re.compile(rf"({_CLOCK})\s*(?:hrs?|horas|h)?\.?", re.IGNORECASE)
_FROM_TO = re.compile(rf"({_CLOCK})\s*(?:a|-|–|hasta)\s*(?:las\s+)?({_CLOCK})\s*(?:hrs?|horas|h)?\.?", re.IGNORECASE)


def vectorial_frame(
    collection: Collection,
    raw: pd.DataFrame,
    origen: str,
    special_days: Sequence[SpecialDay] = (),
    today: date | None = None,
) -> pd.DataFrame:
    """The rows of `raw` without a `problema`, as text, with exactly `collection.vectorial_columns`.

    `raw` has `collection.raw_columns` as text and is the whole collection; `origen` is the key of the snapshot it was
    read from. `avisos` says what is doubtful in a row, `descartado` what was left out of its text, and why.
    """
    rows = [row for row in _rows(raw) if not row["problema"]]
    columns: dict[str, list[str]] = {name: [] for name in collection.vectorial_columns}
    for known in facts(collection, rows, special_days, today):
        row = {
            **known.row,
            **prepared(collection, known),
            "texto_embedding": text(collection, known),
            "document_type": collection.document_type,
            "search_category": collection.search_category,
            "origen": origen,
        }
        for name, values in columns.items():
            values.append(row[name])
    return pd.DataFrame(columns, dtype="str")


def prepared(collection: Collection, known: Facts) -> dict[str, str]:
    """The columns that were understood, as text: "" where nothing is known.

    Numbers such as `piso` "-1" and `fecha_inicio` "20251009"; `si` and `no`; lists separated by `LIST_SEPARATOR`.
    """
    weeks = [location.hours.week for location in known.locations if location.hours.week]
    places_told = [one.place for one in known.locations] + [one.place for one in known.occasions]
    floors = dict.fromkeys(floor for place in places_told for floor in place.floors)
    start, end = known.dates.start, known.dates.end
    return {
        "categorias": LIST_SEPARATOR.join(known.categories),
        "piso": LIST_SEPARATOR.join(map(str, floors)),
        "abre_domingo": _any(week.opens_on_sundays for week in weeks),
        "abre_festivos": _any(week.opens_on_holidays for week in weeks),
        "fecha_inicio": str(dates.as_number(start)) if start else "",
        "fecha_fin": str(dates.as_number(end)) if end else "",
        "avisos": LIST_SEPARATOR.join(one.replace(LIST_SEPARATOR, ", ") for one in known.warnings),
        "descartado": json.dumps([[one.why, one.text] for one in known.dropped], ensure_ascii=False)
        if known.dropped
        else "",
    }


def text(collection: Collection, known: Facts) -> str:
    """The text of one entity."""
    return _TELLERS[collection.name](known)


def tell_shop(known: Facts, kind: str, trade: str) -> str:
    """A shop: what it is, where, and what it deals in; its own words; when it opens and how to reach it."""
    title, locations = known.row["titulo"], known.locations
    first = f"{title} es {kind} de {_market(known)}"
    own = [_finished(paragraph) for paragraph in known.paragraphs]
    if len(locations) > 1:
        essential = [f"{first} y tiene {len(locations)} locales.", _trade(known, trade), _also(title)]
        return _blocks(essential, ["\n".join(f"- {_location(one)}" for one in locations), *own], title)
    where, opens, reach = _where(locations[0]), _open(locations[0]), _reach(locations[0])
    essential = [_ended(_joined(first, " y está ", where)), _trade(known, trade), _also(title)]
    about, last = _about(title, where), " ".join(part for part in (opens, reach) if part)
    short = _blocks(essential, [*own, last], about)
    # Its own words tell it best; where they are long, the hours stay in the block that no retriever cuts off.
    return short if len(short) <= ESSENTIAL_CHARACTERS else _blocks([*essential, opens], [*own, reach], about)


def tell_event(known: Facts) -> str:
    """An event: when, at what time, where and who invites; then what it is about."""
    title, occasions = known.row["titulo"], known.occasions
    when = dates.spoken(known.dates)
    where = _where(occasions[0]) if len({one.place for one in occasions}) == 1 else ""
    several = len(occasions) > 1
    told = ", ".join(part for part in (when, "" if several else _time(known), where) if part)
    essential = [
        _ended(_joined(f"{title} es un evento de {_market(known)}", ": ", told)),
        _as_written(known),
        f"Organiza: {_ended(known.organizer)}" if known.organizer else "",
        _trade(known, "Tipo de evento"),
        _also(title),
    ]
    said = fold("\n".join(known.paragraphs))
    added = [] if several else [one.description for one in occasions if fold(one.description) not in said]
    listed = ["\n".join(f"- {_occasion(one)}" for one in occasions)] if several else []
    about = _about(title, ", ".join(part for part in (when, where) if part))
    return _blocks(
        essential, [*listed, *(_finished(_marked(one)) for one in (*known.paragraphs, *added) if one)], about
    )


def tell_question(known: Facts) -> str:
    """A question and its answer."""
    asked = _asked(known.row["pregunta"])
    topic = f"Tema: {_ended(known.row['categoria_nombre'])}" if known.row["categoria_nombre"] else ""
    answer = [_finished(part) for part in known.row["respuesta"].split("\n\n") if part]
    return _blocks([asked], [*answer, topic], asked, together=True)


_TELLERS: dict[str, Callable[[Facts], str]] = {
    EVENTOS.name: tell_event,
    TIENDAS.name: lambda known: tell_shop(known, "una tienda", "Rubro"),
    RESTAURANTES.name: lambda known: tell_shop(known, "un local de comida", "Especialidad"),
    PREGUNTAS.name: tell_question,
}


def _rows(raw: pd.DataFrame) -> Iterable[dict[str, str]]:
    names = list(raw.columns)
    return (dict(zip(names, cells, strict=True)) for cells in zip(*(raw[name].tolist() for name in names), strict=True))


def _any(known: Iterable[bool | None]) -> str:
    """`si` when one of several locations does, `no` when none does and all say so, "" otherwise."""
    said = list(known)
    if any(said):
        return "si"
    return "no" if said and all(one is False for one in said) else ""


def _market(known: Facts) -> str:
    return BUNDLED_MARKET if known.row["fuente"] == BUNDLED else MARKET


def _where(one: Location | Occasion) -> str:
    return places.phrase(one.place)


def _trade(known: Facts, label: str) -> str:
    words = [category[:1].lower() + category[1:] for category in known.categories]
    return f"{label}: {', '.join(words)}." if words else ""


def _open(one: Location) -> str:
    return " ".join(part for part in (one.special, hours.sentence(one.hours)) if part)


def _location(one: Location) -> str:
    where = _where(one)
    parts = [_ended(where[:1].upper() + where[1:]) if where else "", _open(one), _reach(one)]
    return " ".join(part for part in parts if part)


def _occasion(one: Occasion) -> str:
    told = [dates.spoken(one.dates) or one.dates.verbatim, _at(one.time), _where(one)]
    line = ", ".join(part for part in told if part)
    said = " ".join(_marked(one.description).split())
    return " ".join(part for part in (_ended(line[:1].upper() + line[1:]), said) if part)


def _time(known: Facts) -> str:
    """When the event begins: as its card says, or the box of the page."""
    return _at(next((one.time for one in known.occasions if one.time), "") or known.row["horas"])


def _at(written: str) -> str:
    written = " ".join(written.split())
    if match := _FROM_TO.fullmatch(written):
        return f"de {match[1]} a {match[2]}"
    times = [_AT.fullmatch(part) for part in re.split(r"\s*(?:,|;| y )\s*", written)]
    if written and all(times):
        return "a las " + listed([match[1] for match in times if match], "y")
    return f"horario {written.rstrip('.')}" if written else ""


def _as_written(known: Facts) -> str:
    """The words of dates that name no days. Where some of several cards do name days, each says its own."""
    if len(known.occasions) > 1 and dates.spoken(known.dates):
        return ""
    words = (one.dates.verbatim for one in known.occasions if not dates.spoken(one.dates))
    said = "; ".join(dict.fromkeys(one for one in words if any(map(str.isalnum, one))))
    return f"Fecha según la página: {_ended(said)}" if said else ""


def _reach(one: Location) -> str:
    labels = (("Teléfono", one.telefono), ("Correo", one.mail), ("Sitio web", one.web))
    return " ".join(f"{label}: {value}." for label, value in labels if value)


def _also(title: str) -> str:
    """How people write a name with an ampersand."""
    spoken = " ".join(title.replace("&", " y ").split())
    return _ended(f"También se escribe {spoken}") if "&" in title else ""


def _asked(question: str) -> str:
    """A question with its marks, whether it was typed with them or not."""
    bare = question.strip(" ¿?")
    if "¿" in bare:
        return question
    return f"¿{bare[:1].upper()}{bare[1:]}?" if "?" in question or _ASKS.match(fold(bare)) else question


def _about(title: str, where: str) -> str:
    return f"{title} ({where})" if where else title


def _joined(first: str, between: str, second: str) -> str:
    return f"{first}{between}{second}" if second else first


def _ended(sentence: str) -> str:
    sentence = sentence.rstrip(" ,;")
    return sentence if not sentence or sentence[-1] in _ENDS else f"{sentence}."


def _finished(paragraph: str) -> str:
    """A paragraph with the full stop that the page's end often lacks; a list's last item needs none."""
    return paragraph if paragraph.rpartition("\n")[2].startswith("- ") else _ended(paragraph)


def _marked(paragraph: str) -> str:
    """A description that the site cut off, marked as such."""
    cut_off = len(paragraph) in _CUT_BY_THE_SITE and paragraph[-1] not in _ENDS
    return f"{paragraph}…" if cut_off else paragraph


def _blocks(essential: Sequence[str], rest: Sequence[str], about: str, together: bool = False) -> str:
    """The essential block and the others, each beginning with what it is about where the whole is long."""
    first = " ".join(part for part in essential if part)
    others = [part.strip() for part in rest if part.strip()]
    whole = ("\n" if together else "\n\n").join([first, *others])
    if len(whole) <= WHOLE_CHARACTERS:
        return whole
    about = about if about.endswith(("?", "!")) else f"{about}:"
    pieces = [about + ("\n" if piece.startswith("- ") else " ") + piece for piece in _packed(others)]
    return "\n\n".join([first, *pieces] if not together else pieces)


def _packed(paragraphs: Sequence[str]) -> list[str]:
    """Paragraphs cut and put together so that each has at most `_BLOCK_CHARACTERS`; none loses a character."""
    packed: list[str] = []
    for piece in (piece for paragraph in paragraphs for piece in _cut(paragraph)):
        if packed and len(packed[-1]) + len(piece) < _BLOCK_CHARACTERS:
            packed[-1] += f"\n{piece}"
        else:
            packed.append(piece)
    return packed


def _cut(paragraph: str, ways: Sequence[tuple[re.Pattern[str], str]] = _CUTS) -> list[str]:
    """At line ends; a line that is too long at the ends of sentences; such a sentence between words."""
    if len(paragraph) <= _BLOCK_CHARACTERS or not ways:
        return [paragraph]
    (end, glue), *finer = ways
    return _filled([piece for part in end.split(paragraph) for piece in _cut(part, finer)], glue)


def _filled(parts: Sequence[str], glue: str) -> list[str]:
    filled = [parts[0]]
    for part in parts[1:]:
        if len(filled[-1]) + len(glue) + len(part) <= _BLOCK_CHARACTERS:
            filled[-1] += glue + part
        else:
            filled.append(part)
    return filled
