"""Raw rows -> what is known about each entity: its own text, categories, places, hours, dates, and what is doubtful.

What belongs here: which reader understands which column, and what they found for one entity. What does not: reading
(`cleaning.py`, `places.py`, `hours.py`, `dates.py`), or the sentences (`vectorial.py`).
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from mut_assets.domain.collections import EVENT, PLACE, QUESTION, Collection, Shape, for_shapes
from mut_assets.domain.pages.cleaning import Page, cleaned
from mut_assets.domain.pages.names import also_called
from mut_assets.domain.pages.ownership import defined
from mut_assets.domain.pages.telling import Cleaned, Dropped
from mut_assets.domain.spanish import dates, hours, places
from mut_assets.domain.spanish.dates import When
from mut_assets.domain.spanish.places import Place
from mut_assets.domain.spanish.public_holidays import holiday_hours
from mut_assets.domain.spanish.special_days import SpecialDay, special_day, special_sentence
from mut_assets.domain.spanish.week import Hours
from mut_assets.domain.text import fold, read

Row = Mapping[str, str]

_AS_GIVEN = frozenset("link enlace tipo linea id slug modified_gmt fuente vigente_desde vigente_hasta".split())
_WITH_ADDRESSES = frozenset({"descripcion", "respuesta"})
"""Texts in which a link that is the point is told with its address."""
_ONE_LINE = frozenset({"titulo", "pregunta", "categoria_completa", "categoria_nombre"})
_SIGNATURE = re.compile(r"(?i:organiza:)\s*(?P<named>\S.*)|(?i:por|organiza)\s+(?P<name>[A-ZÁÉÍÓÚÜÑ\d@].*[^\s.!?…])")
_LONGEST_NAME = 80
_SMALL_WORD = re.compile(r"[a-zß-öø-ÿ]+[\s,:]")


@dataclass(frozen=True)
class Location:
    """One place where a shop is. `special` says the coming days on which other hours hold."""

    place: Place
    hours: Hours
    special: str = ""
    telefono: str = ""
    mail: str = ""
    web: str = ""


@dataclass(frozen=True)
class Occasion:
    """One card of an event: where, when, at what time as written, and what it adds."""

    place: Place
    dates: When
    time: str = ""
    description: str = ""
    link: str = ""
    """What its button says, and where that leads: "Inscríbete: https://…"."""


@dataclass(frozen=True)
class Facts:
    """What is known about one entity. `row` holds its cells as plain text; `paragraphs` its own description; `names`
    what its page calls it besides its title."""

    row: Row
    paragraphs: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    locations: tuple[Location, ...] = ()
    occasions: tuple[Occasion, ...] = ()
    dates: When = field(default_factory=lambda: dates.understand([]))
    organizer: str = ""
    dropped: tuple[Dropped, ...] = ()
    warnings: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def facts(
    collection: Collection, rows: Sequence[Row], special_days: Sequence[SpecialDay], today: date | None
) -> list[Facts]:
    """What is known about each row of a whole collection, in their order.

    `rows` have `collection.raw_columns` as text. The pages are cleaned against each other, so half a collection gives
    other facts than the whole. `today` says which special days are near; None announces none.
    """
    return _READERS[collection.shape](rows, special_days, today)


def entries(text: str) -> list[dict[str, str]]:
    """The cards or locations in a cell of `tarjetas` or `ubicaciones`; none in an empty one.

    Raises `ValueError` when the cell is no JSON list of objects: somebody edited the table by hand.
    """
    if not text:
        return []
    parsed = json.loads(text)
    if not isinstance(parsed, list) or not all(_is_entry(entry) for entry in parsed):
        raise ValueError(f"a list of objects that hold text was due, not {text[:80]!r}")
    return parsed


def _is_entry(entry: object) -> bool:
    return isinstance(entry, dict) and all(isinstance(value, str) for value in entry.values())


def _questions(rows: Sequence[Row], special_days: Sequence[SpecialDay], today: date | None) -> list[Facts]:
    plain = [_read(row)[0] for row in rows]
    return [Facts(row, (row["respuesta"],), _distinct(row["categoria_nombre"])) for row in plain]


def _places(rows: Sequence[Row], special_days: Sequence[SpecialDay], today: date | None) -> list[Facts]:
    return [_place(row, page, special_days, today) for row, page in _cleaned(rows, PLACE)]


def _events(rows: Sequence[Row], special_days: Sequence[SpecialDay], today: date | None) -> list[Facts]:
    return [_event(row, page) for row, page in _cleaned(rows, EVENT)]


_READERS: Mapping[Shape, Callable[[Sequence[Row], Sequence[SpecialDay], date | None], list[Facts]]] = for_shapes(
    "reader in domain/documents/facts.py", {EVENT: _events, PLACE: _places, QUESTION: _questions}
)


def _cleaned(rows: Sequence[Row], shape: Shape) -> list[tuple[Row, Cleaned]]:
    """The cells of each row as plain text, and its page, cleaned against the pages of all rows."""
    pages = cleaned([Page(row["titulo"], row[shape.content], row["link"]) for row in rows])
    return [_beside(row, shape.content, page) for row, page in zip(rows, pages, strict=True)]


def _place(row: Row, page: Cleaned, special_days: Sequence[SpecialDay], today: date | None) -> Facts:
    addresses: list[Row] = [*entries(row["ubicaciones"])] or [row]
    locations = tuple(
        Location(
            place=places.understand(address.get("lugar", ""), address.get("nivel", ""), address.get("local", "")),
            hours=location_hours,
            special=_special(location_hours, row["link"], special_days, today),
            telefono=address.get("telefono", ""),
            mail=address.get("mail", ""),
            web=address.get("web", ""),
        )
        for address in addresses
        for location_hours in [hours.understand(address.get("horario", ""))]
    )
    doubts = [doubt for location in locations for doubt in (*location.place.doubts, *_hours_doubts(location.hours))]
    names = _names(page, row["titulo"])
    return Facts(
        row=row,
        paragraphs=_paragraphs(page, row["titulo"], names),
        names=names,
        categories=page.categories,
        locations=locations,
        dropped=page.dropped,
        warnings=_distinct(page.warning, *doubts),
    )


def _special(timetable: Hours, link: str, days: Sequence[SpecialDay], today: date | None) -> str:
    """The special days that are near; of holidays without a row, what the timetable says of them."""
    if today is None:
        return ""
    holidays = holiday_hours(timetable.week, link, today) if timetable.week and not timetable.turned else []
    unlisted = [holiday for holiday in holidays if special_day(days, link, holiday.day) is None]
    return special_sentence([*days, *unlisted], link, today)


def _event(row: Row, page: Cleaned) -> Facts:
    cards = entries(row["tarjetas"])
    written = _day(row["modified_gmt"])
    day_texts = [card.get("fecha", "") for card in cards]
    organizer = row["organizador"]
    if organizer and _is_date(organizer):  # some editors write the dates into this field
        day_texts, organizer = [*day_texts, organizer], ""
    when = dates.understand(day_texts, row["event_date"], written)
    occasions = tuple(
        Occasion(
            place=places.understand(card.get("lugar", "")),
            dates=when if len(day_texts) == 1 else dates.understand([card.get("fecha", "")], "", written),
            time=card.get("hora", ""),
            description=card.get("descripcion", ""),
            link=card.get("enlace", ""),
        )
        for card in cards
    )
    names = _names(page, row["titulo"])
    paragraphs = _paragraphs(page, row["titulo"], names)
    signed = {paragraph: name for paragraph in paragraphs if (name := _signed(paragraph))}
    organizer = organizer or next(iter(signed.values()), "")
    paragraphs = tuple(text for text in paragraphs if text not in signed or fold(organizer) not in fold(text))
    return Facts(
        row=row,
        paragraphs=paragraphs,
        names=names,
        categories=page.categories,
        occasions=occasions,
        dates=when,
        organizer=organizer,
        dropped=page.dropped,
        warnings=_distinct(page.warning, *when.problems, *when.warnings),
    )


def _names(page: Cleaned, title: str) -> tuple[str, ...]:
    """What the page's own headings call it where they write its name in another way: "¿Qué es COOM?"."""
    asked = (defined(block.heading) for block in page.blocks if block.text)
    return tuple(dict.fromkeys(name for name in asked if fold(name) != fold(title) and also_called(name, title)))


def _paragraphs(page: Cleaned, title: str, names: Sequence[str] = ()) -> tuple[str, ...]:
    """The page's own text, without a repetition of its title and without the headings that only name it."""
    parts: list[str] = []
    for block in page.blocks:
        heading = "" if defined(block.heading) in names else block.heading
        text = "\n".join(part for part in (heading, block.text) if part)
        parts += [part for part in text.split("\n\n") if fold(part).strip(" .") != fold(title).strip(" .")]
    return tuple(dict.fromkeys(_begun(part.strip()) for part in parts if part.strip()))


def _begun(paragraph: str) -> str:
    """A paragraph as a sentence begins: "en Kantu es" with a capital; not "iPhone", "www.pan.cl" or a list's item."""
    return paragraph[:1].upper() + paragraph[1:] if _SMALL_WORD.match(paragraph) else paragraph


def _signed(paragraph: str) -> str:
    """Who invites, where that is all a paragraph says: "Por The Color Shop". "Por la tarde hay música." is a text."""
    match = _SIGNATURE.fullmatch(paragraph) if len(paragraph) <= _LONGEST_NAME else None
    return (match["named"] or match["name"]).strip(" .") if match else ""


def _hours_doubts(timetable: Hours) -> list[str]:
    quoted = " ".join(timetable.verbatim.split())
    return [f'"{quoted}": {doubt}' for doubt in (timetable.problem, *timetable.doubts) if doubt]


def _is_date(text: str) -> bool:
    if not any(char.isdigit() for char in text) and not fold(text).startswith("tod"):
        return False
    when = dates.understand([text], "", date(2000, 1, 1))
    return bool(when.ranges or when.recurring) and not when.problem


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _distinct(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _beside(row: Row, content: str, page: Cleaned) -> tuple[Row, Cleaned]:
    """The cells as plain text, the page's content without what is not about it; what they hide goes to the page's."""
    plain, unseen = _read({name: cell for name, cell in row.items() if name != content})
    told = {**plain, content: "\n\n".join(_paragraphs(page, ""))}
    return told, replace(page, dropped=(*page.dropped, *unseen))


def _read(row: Row) -> tuple[dict[str, str], tuple[Dropped, ...]]:
    """The cells as plain text, and what of them their visitors do not see."""
    unseen: dict[Dropped, None] = {}
    plain = {name: _plain(name, cell, unseen) for name, cell in row.items()}
    return plain, tuple(unseen)


def _plain(name: str, cell: str, unseen: dict[Dropped, None]) -> str:
    if not cell or name in _AS_GIVEN:
        return cell
    if name in ("tarjetas", "ubicaciones"):
        plain = [{key: _plain(key, value, unseen) for key, value in entry.items()} for entry in entries(cell)]
        kept = [entry for entry in plain if any(entry.values())]
        return json.dumps(kept, ensure_ascii=False, sort_keys=True) if kept else ""
    text, rest = read(cell, "" if name in _WITH_ADDRESSES else None)
    unseen |= dict.fromkeys(Dropped(*each) for each in rest)
    return " ".join(text.split()) if name in _ONE_LINE else text
