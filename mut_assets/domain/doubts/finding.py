"""The tables of a night -> the lines of the editors' report.

What belongs here: which column says what, and what is no matter of editors: template, labels, code, pages that are not
published any more. What does not: the words (`page_words.py`, `set_aside_words.py`).
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from mut_assets.domain.collections import PREGUNTAS, Collection
from mut_assets.domain.documents.contradictions import Contradiction, Disagreement, contradictions, disagreements
from mut_assets.domain.documents.document import out_of_time
from mut_assets.domain.documents.vectorial import LIST_SEPARATOR, rows_of
from mut_assets.domain.doubts import page_words, set_aside_words
from mut_assets.domain.doubts.doubt import Doubt, Kind, newest_first
from mut_assets.domain.doubts.page_words import LeftOut
from mut_assets.domain.doubts.wording import Worded, worded
from mut_assets.domain.firewall.firewall import masked
from mut_assets.domain.text import listed

_LONGEST_SHOWN = 200
_SHARE_BY_DESIGN, _FEWEST_BY_DESIGN = 0.1, 5
"""Pages that repeat or hide a text of theirs: more of them are the theme's way, as a copy for phones is."""

Row = Mapping[str, str]


@dataclass(frozen=True)
class Tables:
    """The newest tables of a collection. Columns that one of another release lacks say nothing."""

    vectorial: pd.DataFrame
    raw: pd.DataFrame


def doubts(tables: Mapping[Collection, Tables], today: date, keeps_events: bool = False) -> list[Doubt]:
    """Every line, the page that was saved last first. What is not published on `today`, such as an event that is over,
    is nobody's work any more; `keeps_events` as in `out_of_time`."""
    published = {
        collection: each.vectorial[~each.vectorial["id"].isin([*over])] if over else each.vectorial
        for collection, each in tables.items()
        for over in [out_of_time(each.vectorial, today, keeps_events)]
    }
    found = [
        doubt
        for collection, frame in published.items()
        for doubt in _of_collection(collection, list(rows_of(frame)), tables[collection].raw)
    ]
    return newest_first([*found, *_contradicted(published)])


def _of_collection(collection: Collection, rows: Sequence[Row], raw: pd.DataFrame) -> Iterator[Doubt]:
    for row in rows:
        avisos = list(filter(None, row.get("avisos", "").split(LIST_SEPARATOR)))
        yield from _lines(collection, row, "duda", worded(avisos, page_words.OF_PAGES, page_words.UNKNOWN))
    yield from _left_out(collection, rows)
    for row in rows_of(raw):
        if problem := row.get("problema", ""):
            said = worded([problem], set_aside_words.SET_ASIDE, set_aside_words.UNKNOWN)
            yield from _lines(collection, row, "apartado", said)


def _lines(collection: Collection, row: Row, kind: Kind, said: Iterable[Worded]) -> Iterator[Doubt]:
    for one in said:
        yield Doubt(
            collection.name,
            _title(collection, row),
            row.get("link", ""),
            _where(row),
            one.field,
            _shown(one.says),
            _shown(one.read_as),
            one.write,
            kind,
            row.get("modified_gmt", ""),
        )


def _title(collection: Collection, row: Row) -> str:
    return _shown(row.get(collection.columns[0], "")) or f"Sin título ({row['id']})"


def _where(row: Row) -> str:
    """The file and the row of a question; "" for a page."""
    return f"{row.get('fuente', '')}, fila {row['linea']}" if row.get("linea") else ""


def _shown(text: str) -> str:
    line = " ".join(masked(text).split())
    return line if len(line) <= _LONGEST_SHOWN else f"{line[: _LONGEST_SHOWN - 1].rstrip()}…"


def _left_out(collection: Collection, rows: Sequence[Row]) -> Iterator[Doubt]:
    """The texts that stand on a page and are not told, as far as editors can mend that. What stands on the same pages
    for one reason, such as a text and its heading, is one line, however many pages there are."""
    pages: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        for why, text in json.loads(row.get("descartado") or "[]"):
            if _left_out_for(why) is not None:
                pages.setdefault((why, text), []).append(row)
    times = Counter(_left_out_for(why) for (why, _), on in pages.items() for _ in on)
    by_design = max(_FEWEST_BY_DESIGN, _SHARE_BY_DESIGN * len(rows))
    longest: dict[tuple[str, str], tuple[str, list[Row]]] = {}
    for (why, text), on in pages.items():
        alike = (why, " ".join(row["id"] for row in on))
        longest[alike] = max(longest.get(alike, ("", on)), (text, on), key=lambda one: len(one[0]))
    for (why, _), (text, on) in longest.items():
        reason = _left_out_for(why)
        if reason and len(text.split()) >= reason.words and not (reason.by_design and times[reason] >= by_design):
            what = why.removeprefix(reason.why).lstrip(": ")
            for english, spanish in page_words.IN_SPANISH.items():
                what = what.replace(english, spanish)
            yield _of_pages(collection, _shown(text), reason, what, on)


def _left_out_for(why: str) -> LeftOut | None:
    return next((reason for reason in page_words.LEFT_OUT if why.startswith(reason.why)), None)


def _of_pages(collection: Collection, text: str, reason: LeftOut, what: str, on: Sequence[Row]) -> Doubt:
    """A line about one page, or about all that have the text."""
    pages = tuple((_title(collection, row), row.get("link", "")) for row in on)
    title, link = pages[0]
    if len(pages) > 1:
        title, link = f"{reason.called.format(what=what)} en {len(pages)} páginas", ""
    return Doubt(
        collection.name,
        title,
        link,
        "",
        "texto de la página",
        text,
        reason.read_as.format(what=what),
        reason.write.format(what=what),
        "omitido",
        max(row.get("modified_gmt", "") for row in on),
        pages if len(pages) > 1 else (),
    )


def _contradicted(frames: Mapping[Collection, pd.DataFrame]) -> Iterator[Doubt]:
    """The answers of which a page says another floor, and the places whose two pages differ."""
    if answers := contradictions(frames):
        rows = {row["pregunta"]: row for row in rows_of(frames[PREGUNTAS])}
        yield from (_contradiction(found, rows[found.question]) for found in answers)
    if differing := disagreements(frames):
        saved = {row.get("link", ""): (name, row) for name, frame in frames.items() for row in rows_of(frame)}
        yield from (_disagreement(found, *saved[found.link]) for found in differing)


def _disagreement(found: Disagreement, collection: Collection, row: Row) -> Doubt:
    return Doubt(
        collection.name,
        found.place,
        found.link,
        "",
        {"piso": "lugar y nivel", "horario_osm": "horario"}[found.column],
        found.told,
        f"La otra página de {found.place} dice «{found.other}»; se cuentan las dos.",
        "Corrige la que esté mal; si son dos locales distintos, dilo en sus nombres.",
        "duda",
        row.get("modified_gmt", ""),
        ((found.place, found.other_link),),
    )


def _contradiction(found: Contradiction, row: Row) -> Doubt:
    told, floors = (listed([str(floor) for floor in each], "y") for each in (found.told, found.floors))
    return Doubt(
        PREGUNTAS.name,
        _shown(found.question),
        "",
        _where(row),
        "respuesta",
        _shown(found.sentence),
        f"La respuesta dice piso {told}, y la página de {found.place}, piso {floors}; se cuentan los dos.",
        "Corrige la que esté mal, la respuesta o la página.",
        "duda",
        "",
        ((found.place, found.link),),
    )
