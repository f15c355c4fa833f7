"""The fields of a collection tonight against those of the last accepted night: which are gone, new, or of another type.

What belongs here: which column a field feeds, how much has to differ, and what a column lost by it. What does not:
measuring (`fields.py`), or one item that cannot be read (`raw.py`). A field is only said to cost a column
something where rows that are still there say less: a change that the reader understands all the same harms nobody.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from mut_assets.domain.collections import COLLECTIONS, EVENT, PLACE, Collection, Shape, for_shapes
from mut_assets.domain.tables.fields import Field, Reading, parent

FEWEST = 5
"""Items that had or have a field: with fewer, it may be an editor's work."""
SHARE = 0.2
"""Of the items: what a new field is at least on."""
KEPT = 0.1
"""Of the items that had a field: as many may still have it, because somebody fills it again."""
RETYPED = 0.3
"""Of the values: more than this have a type that they had not; editors fill one field in several ways."""
_ALL = 0.99
"""Of so few values that an editor may have filled them otherwise; no collection is kept back for those."""
LOST = 0.5
"""Of the rows that could lose something by it: with so many the collection is kept back."""

GONE, OTHER, NEW = "gone", "of another type", "new"

_PAGE = {"titulo": "title", "link": "link", "slug": "slug", "modified_gmt": "modified_gmt"}
_INFO, _BOX, _CARD = "acf.informacion_tienda[].info", "acf.informacion_destacada", "acf.informacion_tienda[].cards[]"
_OF_EVENTS = {
    **_PAGE,
    "contenido": "content",
    "horas": f"{_BOX}.hours",
    "organizador": f"{_BOX}.organizer",
    "event_date": f"{_BOX}.event_date",
    "fecha_texto": f"{_CARD}.data.date",
    "hora_texto": f"{_CARD}.data.hour",
    "lugar": f"{_CARD}.data.place",
    "descripcion": f"{_CARD}.data.description",
    "tarjetas.enlace": f"{_CARD}.button",
}
_OF_PLACES = {
    **_PAGE,
    "content": "content",
    "horario": f"{_INFO}.schedule",
    "lugar": f"{_INFO}.place",
    "nivel": f"{_INFO}.level",
    "local": f"{_INFO}.local",
    "telefono": f"{_INFO}.phone",
    "mail": f"{_INFO}.mail",
    "web": f"{_INFO}.page_link",
    "url_web": f"{_INFO}.page_link",
    "rss": "acf.informacion_tienda[].rrss",
}
SOURCES: Mapping[Shape, Mapping[str, str]] = for_shapes(
    "fields in domain/tables/drift.py",
    {EVENT: _OF_EVENTS, PLACE: _OF_PLACES},
    [collection for collection in COLLECTIONS if not collection.hand_kept],
)
"""Column -> the field that it is read from; `tarjetas.enlace` is what the cards in a cell say there."""


@dataclass(frozen=True)
class Drift:
    """One field that is not as it was."""

    path: str
    what: str
    """`GONE`, `OTHER` or `NEW`."""
    was: Field
    now: Field
    before: str
    after: str
    """The two in words: "text on 123 of 127 items"."""
    columns: tuple[str, ...] = ()
    """What is read from it."""
    lost: tuple[str, ...] = ()
    """Columns of which most rows that could lose something by it did."""
    instead: str = ""
    """A new field beside one that is gone: it may only have another name."""
    inside: str = ""
    """What is gone of an object that is there and empty: that may be the field which somebody took away."""

    @property
    def now_in_words(self) -> str:
        """`after`, with what else explains a field that is gone."""
        beside = f", new beside it: {self.instead}" if self.instead else ""
        return self.after + (f", in it was {self.inside}" if self.inside else "") + beside

    def __str__(self) -> str:
        """One clause for messages."""
        lost = f": the table loses {', '.join(self.lost)}" if self.lost else ""
        before, now = f"{self.before}{_such(self.was)}", f"{self.now_in_words}{_such(self.now)}"
        return f"{self.path} is {self.what} ({before}; now {now}){lost}"


def drifts(
    collection: Collection, before: Reading, now: Reading, last: pd.DataFrame | None, frame: pd.DataFrame
) -> list[Drift]:
    """Every field that is gone, of another type or new, those that cost a column something first.

    `last` and `frame` are the raw tables made of `before` and of `now`. Without `last` a field that is gone is taken
    for one that costs every column that is read from it.
    """
    if not before.items or not now.items:
        return []
    found = [*_gone(before, now), *_retyped(before, now)]
    named = {path for path, field in now.fields.items() if field.filled and path not in before.fields}
    judged = []
    for drift in _outermost(found):
        columns = [column for column, source in SOURCES[collection.shape].items() if _related(drift.path, source)]
        counts = drift.what != OTHER or _enough(drift.was, drift.now)
        lost = [column for column in columns if counts and _loses(drift, column, last, frame)]
        beside, inside = _explained(drift, named, before)
        judged.append(replace(drift, columns=tuple(columns), lost=tuple(lost), instead=beside, inside=inside))
    return sorted(_outermost([*judged, *_new(before, now)]), key=lambda drift: (not drift.lost, drift.path))


def drift_id(collection: Collection, found: Sequence[Drift]) -> str:
    """What names these changes while they last, for who approves them."""
    said = [collection.name, *sorted(f"{drift.what} {drift.path}" for drift in found if drift.lost)]
    return hashlib.sha256("\n".join(said).encode(errors="replace")).hexdigest()[:12]


def _gone(before: Reading, now: Reading) -> Iterator[Drift]:
    """No object names it any more although there are some; or it is empty nearly everywhere."""
    for path, was in before.fields.items():
        is_now = now.fields.get(path, Field())
        there = not parent(path) or "an object" in now.fields.get(parent(path), Field()).kinds
        unnamed = was.present >= FEWEST and there and not is_now.present
        emptied = was.filled >= FEWEST and is_now.filled / now.items <= KEPT * was.filled / before.items
        if unnamed or emptied:
            none = "no item says anything there" if is_now.present else "no item has it"
            yield Drift(path, GONE, was, is_now, _on(was, before), _on(is_now, now) if is_now.filled else none)


def _retyped(before: Reading, now: Reading) -> Iterator[Drift]:
    """Most values have a type that fewer had."""
    for path, is_now in now.fields.items():
        was = before.fields.get(path, Field())
        old, new = sum(was.kinds.values()), sum(is_now.kinds.values())
        if not (old and new):
            continue
        more = sum(max(0.0, count / new - was.kinds.get(kind, 0) / old) for kind, count in is_now.kinds.items())
        if more > (RETYPED if _enough(was, is_now) else _ALL):
            yield Drift(path, OTHER, was, is_now, _on(was, before), _on(is_now, now))


def _enough(was: Field, is_now: Field) -> bool:
    return min(was.filled, is_now.filled) >= FEWEST


def _new(before: Reading, now: Reading) -> Iterator[Drift]:
    """On many items, where nobody had it."""
    for path, is_now in now.fields.items():
        was = before.fields.get(path, Field())
        if not was.filled and is_now.filled >= max(FEWEST, SHARE * now.items):
            yield Drift(path, NEW, was, is_now, "no item had it", _on(is_now, now))


def _explained(drift: Drift, named: set[str], before: Reading) -> tuple[str, str]:
    """Of a field that is gone: what is new beside it, and what was in it if it is there and empty."""
    if drift.what != GONE:
        return "", ""
    beside = [path for path in sorted(named) if parent(path) == parent(drift.path)]
    inside = [path for path in before.fields if parent(path) == drift.path and drift.now.present]
    return ", ".join(beside[:3]), ", ".join(inside[:3])


def _outermost(found: Sequence[Drift]) -> list[Drift]:
    """Those that lie in no other one: what is inside of a field changed with it."""
    paths = {drift.path for drift in found}
    return [drift for drift in found if paths.isdisjoint(_uppers(drift.path))]


def _uppers(path: str) -> Iterator[str]:
    """The paths that hold this one."""
    while path := parent(path):
        yield path


def _related(path: str, source: str) -> bool:
    """Whether one is the other, or holds it."""
    return path == source or source in _uppers(path) or path in _uppers(source)


def _on(field: Field, reading: Reading) -> str:
    return f"{field.kind or 'empty'} on {field.filled} of {reading.items} items"


def _such(field: Field) -> str:
    return f", as {' or '.join(map(repr, field.examples))}" if field.examples else ""


def _loses(drift: Drift, column: str, last: pd.DataFrame | None, frame: pd.DataFrame) -> bool:
    """Whether most rows that are still there, and could lose something, say less than in the last table."""
    if last is None:
        return drift.what == GONE
    old, new = _said(last, column), _said(frame, column)
    had = [id for id, said in old.items() if said and id in new]
    lost = sum(new[id] < old[id] for id in had)
    few = drift.now.present and drift.what == GONE and lost < FEWEST
    return lost > 0 and not few and lost >= LOST * min(len(had), drift.was.filled)


def _said(frame: pd.DataFrame, column: str) -> dict[str, frozenset[str]]:
    """What each row says in a column, by id: the parts of its cell."""
    name, _, of_cards = column.partition(".")
    if name not in frame.columns:
        return {}
    cells = dict(zip(frame["id"], frame[name], strict=True))
    if of_cards:
        return {id: frozenset(card.get(of_cards, "") for card in _cards(cell)) - {""} for id, cell in cells.items()}
    return {id: frozenset(cell.split("; ")) - {""} for id, cell in cells.items()}


def _cards(cell: str) -> list[dict[str, str]]:
    """The cards of a cell; none of one that somebody wrote by hand."""
    try:
        cards = json.loads(cell or "[]")
    except ValueError:
        return []
    return [card for card in cards if isinstance(card, dict)] if isinstance(cards, list) else []
