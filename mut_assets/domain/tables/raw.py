"""WordPress items -> the raw table.

What belongs here: which field of an item goes into which column, and what counts as not understood. What does not:
fetching (`resources/wordpress/collection.py`), the FAQ (`faq.py`), plain text and sentences (`documents/`).

Cells hold their HTML as given, with LF line ends, without characters that UTF-8 or CSV cannot carry, and with what was
encoded twice put right; only `titulo` is plain text on one line. ACF gives `false`, `""`, `[]`, null or nothing where
an object was due: all mean "empty". A value of an impossible type is a problem, never silently empty: for a publisher
that compares, that is an edit.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from mut_assets.domain.characters import mended
from mut_assets.domain.collections import COLLECTIONS, EVENT, PLACE, Collection, Shape, for_shapes
from mut_assets.domain.firewall.rows import screened
from mut_assets.domain.markup import nests_too_deeply
from mut_assets.domain.tables.values import is_empty, kind
from mut_assets.domain.text import plain_text, writable

LONGEST_TITLE = 1000
"""Characters of a title: a longer one is a text that was pasted into the wrong box."""
LONGEST_PAGE = 200_000
"""Characters of a page's HTML: some thirty times what the longest of a market have."""
LONGEST_FIELD = 20_000
"""Characters of any other field, written as HTML or not."""
LONGEST_ITEM = 600_000
"""Characters of all cells of an item together; what stands in cards or locations counts twice, as in the table."""
MOST_ENTRIES = 500
"""Cards, hours, locations or profiles of one item."""
LONGEST_LINK = 2048
"""Characters; what a metadata value can hold, and more than a browser needs."""

PROBLEMS_SHOWN = 3
_BEGINNING = 80
"""Characters that are kept of a text that is too long: people recognise it by them."""

_BUTTON = "Más información"
"""What a button without words says."""
_NOT_IN_LINKS = re.compile(r'[\s<>"]')


def raw_frame(collection: Collection, items: list[dict[str, Any]], fuente: str) -> pd.DataFrame:
    """One row of text per item, in their order, with exactly `collection.raw_columns`. `fuente` goes into every row.

    An item that cannot be understood, or that says what may not reach the assistant, becomes a row with `problema` and
    everything that could be read, its id above all.
    Never raises on anything JSON can hold in an item; raises `KeyError` for a collection that people keep by hand.
    """
    parse = _PARSERS[collection.shape]
    columns: dict[str, list[str]] = {name: [] for name in collection.raw_columns}
    for item in items:
        row = _bounded(parse(item)) | {"tipo": collection.tipo, "fuente": fuente}
        for name, cells in columns.items():
            cells.append(row[name])
    return screened(pd.DataFrame(columns, dtype="str"), collection.columns)


def _bounded(row: dict[str, str]) -> dict[str, str]:
    """The row, with a problem where its texts are each short enough and too long together."""
    length = sum(map(len, row.values()))
    if length <= LONGEST_ITEM:
        return row
    problem = f"its texts have {length:,} characters together, more than {LONGEST_ITEM:,}"
    return row | {"problema": "; ".join(filter(None, (row["problema"], problem)))}


def parse_event(item: Any) -> dict[str, str]:
    """The row of an event, without `tipo` and `fuente`: every card of every block, the hours of the highlighted box."""
    reading = _Reading()
    row = _page(item, reading, EVENT)
    acf = reading.acf(item)
    box = reading.object(acf.get("informacion_destacada"), "acf.informacion_destacada")
    hours = [_hour(entry, path, reading) for entry, path in reading.entries(box, "hours", "acf.informacion_destacada")]
    cards = _kept(
        _card(card, path, reading)
        for block, block_path in _blocks(acf, reading)
        for card, path in reading.entries(block, "cards", block_path)
    )
    columns = {"fecha_texto": "fecha", "hora_texto": "hora", "lugar": "lugar", "descripcion": "descripcion"}
    return row | {
        "horas": _joined(hours, ", "),
        **{column: _joined(card[name] for card in cards) for column, name in columns.items()},
        "organizador": reading.member(box, "organizer", "acf.informacion_destacada"),
        "event_date": reading.member(box, "event_date", "acf.informacion_destacada"),
        "tarjetas": _json(cards),
        "problema": reading.problem,
    }


def parse_place(item: Any) -> dict[str, str]:
    """The row of a place, without `tipo` and `fuente`: one entry of `informacion_tienda` per location."""
    reading = _Reading()
    row = _page(item, reading, PLACE)
    blocks = _blocks(reading.acf(item), reading)
    places = _kept(_location(block.get("info"), f"{path}.info", reading) for block, path in blocks)
    social = [
        _address(entry, entry_path, reading)[1]
        for block, path in blocks
        for entry, entry_path in _social_entries(block, path, reading)
    ]
    columns = ("horario", "web", "url_web", "lugar", "nivel", "local", "telefono", "mail")
    return row | {
        "rss": _joined(social),
        **{column: _joined(place[column] for place in places) for column in columns},
        "ubicaciones": _json(places),
        "problema": reading.problem,
    }


_PARSERS: Mapping[Shape, Callable[[Any], dict[str, str]]] = for_shapes(
    "parser in domain/tables/raw.py",
    {EVENT: parse_event, PLACE: parse_place},
    [collection for collection in COLLECTIONS if not collection.hand_kept],
)


@dataclass
class _Reading:
    """Reads the values of one item and remembers what could not be read, with its path."""

    problems: list[str] = field(default_factory=list)

    @property
    def problem(self) -> str:
        """One sentence over everything that was found, or ""."""
        more = len(self.problems) - PROBLEMS_SHOWN
        return "; ".join(self.problems[:PROBLEMS_SHOWN]) + (f"; and {more} more" if more > 0 else "")

    def acf(self, item: Any) -> Mapping[str, Any]:
        """The custom fields. Without the key the site does not expose them, and nothing can be said about them."""
        if isinstance(item, dict) and "acf" not in item:
            self.problems.append("the item has no custom fields (acf)")
        return self.object(item.get("acf") if isinstance(item, dict) else None, "acf")

    def object(self, value: Any, path: str) -> Mapping[str, Any]:
        """The object, or an empty one."""
        if isinstance(value, dict):
            return value
        if not is_empty(value):
            self.wrong(value, path, "an object")
        return {}

    def entries(self, parent: Mapping[str, Any], name: str, path: str) -> list[tuple[Any, str]]:
        """The non-empty entries of a list with their paths. PHP sends a list with gaps as an object of numbers."""
        value, path = parent.get(name), f"{path}.{name}"
        if isinstance(value, dict) and all(key.isascii() and key.isdecimal() and len(key) < 10 for key in value):
            value = [value[key] for key in sorted(value, key=int)]
        if isinstance(value, list) and len(value) > MOST_ENTRIES:
            self.problems.append(f"{path} has {len(value):,} entries, more than {MOST_ENTRIES:,}")
            return []
        if isinstance(value, list):
            return [(entry, f"{path}[{index}]") for index, entry in enumerate(value) if not is_empty(entry)]
        if not is_empty(value):
            self.wrong(value, path, "a list")
        return []

    def member(self, parent: Mapping[str, Any], name: str, path: str) -> str:
        """The trimmed text of a field; a number counts as text (3.0 as "3")."""
        return self.text(parent.get(name), f"{path}.{name}" if path else name).strip()

    def text(self, value: Any, path: str) -> str:
        """The text as given, but writable; its beginning when it is longer than a field is."""
        text = _as_text(value)
        if text is None and not is_empty(value):
            self.wrong(value, path, "text")
        return self.bounded(text or "", path, LONGEST_FIELD)

    def bounded(self, text: str, path: str, most: int) -> str:
        """The text, or its beginning with a problem where it is too long to be what people wrote there."""
        if len(text) <= most:
            return text
        self.problems.append(f"{path} has {len(text):,} characters, more than {most:,}")
        return f"{text[:_BEGINNING]}…"

    def wrong(self, value: Any, path: str, due: str) -> None:
        """Remembers a value of a type that cannot stand there."""
        self.problems.append(f"{path} is {kind(value)} where {due} was due")


def _as_text(value: Any) -> str | None:
    """The text as given, but writable; a number as text (3.0 as "3"); None for anything else. Of a choice that Advanced
    Custom Fields gives with its value and its label, the label, which is what visitors read."""
    if isinstance(value, dict) and value.keys() == {"value", "label"}:
        value = value["label"]
    if isinstance(value, str):
        return writable(mended(value))
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e18:
        return str(int(value)) if value == int(value) else repr(value)
    return None


def _page(item: Any, reading: _Reading, shape: Shape) -> dict[str, str]:
    """What every post of WordPress has: identity, title, link and content."""
    if not isinstance(item, dict):
        reading.problems.append(f"the item is {kind(item)}, not an object")
        item = {}
    title = item.get("title")
    if isinstance(title, str):
        title = reading.text(title, "title")
    else:
        title = reading.member(reading.object(title, "title"), "rendered", "title")
    row = {
        "id": _id(item.get("id"), reading),
        "titulo": " ".join(plain_text(title).split()),
        "link": reading.member(item, "link", ""),
        shape.content: _content(item.get("content"), reading),
        "slug": reading.member(item, "slug", ""),
        "modified_gmt": reading.member(item, "modified_gmt", ""),
    }
    if not row["titulo"]:
        reading.problems.append("the title is empty")
    if len(row["titulo"]) > LONGEST_TITLE:
        reading.problems.append(f"the title has {len(row['titulo']):,} characters, more than {LONGEST_TITLE:,}")
        row["titulo"] = f"{row['titulo'][:_BEGINNING].rstrip()}…"
    if trouble := _link_trouble(row["link"]):
        reading.problems.append(trouble)
    return row


def _id(value: Any, reading: _Reading) -> str:
    text = (_as_text(value) or "").strip()
    if text.isascii() and text.isdecimal() and text.strip("0") and len(text) <= 20:
        return text
    reading.problems.append(f"the id {text[:80]!r} is no number" if text else f"the id is {kind(value)}")
    return ""


def _content(value: Any, reading: _Reading) -> str:
    """WordPress always sends this object; without it the text would be emptied, so its absence is a problem."""
    rendered = value.get("rendered") if isinstance(value, dict) else None
    if isinstance(rendered, str):
        text = reading.bounded(writable(mended(rendered)), "content.rendered", LONGEST_PAGE)
        if nests_too_deeply(text):
            reading.problems.append("content.rendered nests its elements deeper than any page")
        return text
    if isinstance(value, dict):
        reading.wrong(rendered, "content.rendered", "text")
    else:
        reading.wrong(value, "content", "an object")
    return ""


def _link_trouble(link: str) -> str:
    if not link:
        return "the link is missing"
    try:
        parts = urlsplit(link)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable or len(link) > LONGEST_LINK or _NOT_IN_LINKS.search(link):
        return f"the link {link[:80]!r} is no web address"
    return ""


def _blocks(acf: Mapping[str, Any], reading: _Reading) -> list[tuple[Mapping[str, Any], str]]:
    entries = reading.entries(acf, "informacion_tienda", "acf")
    return [(reading.object(entry, path), path) for entry, path in entries]


def _hour(entry: Any, path: str, reading: _Reading) -> str:
    if isinstance(entry, dict):
        return reading.member(entry, "hour", path)
    return reading.text(entry, path).strip()


def _card(card: Any, path: str, reading: _Reading) -> dict[str, str]:
    card = reading.object(card, path)
    data = reading.object(card.get("data"), f"{path}.data")
    names = {"fecha": "date", "hora": "hour", "lugar": "place", "descripcion": "description"}
    members = {column: reading.member(data, name, f"{path}.data") for column, name in names.items()}
    button = _button(card.get("button"))
    return members | ({"enlace": button} if button else {})


def _button(value: Any) -> str:
    """What a button says, and its address, where the site shows one: "Inscríbete: https://…". A button that leads
    nowhere says nothing of an event, so it is no problem of it."""
    if not isinstance(value, dict) or value.get("is_active") not in (True, 1, "1"):
        return ""
    title, url = _address(value.get("anchor"), "anchor", _Reading())
    said = " ".join(plain_text(title).split()).rstrip(" :") or _BUTTON
    return f"{said}: {url}" if not _link_trouble(url) else ""


def _location(info: Any, path: str, reading: _Reading) -> dict[str, str]:
    info = reading.object(info, path)
    names = {
        "horario": "schedule",
        "lugar": "place",
        "nivel": "level",
        "local": "local",
        "telefono": "phone",
        "mail": "mail",
    }
    title, url = _address(info.get("page_link"), f"{path}.page_link", reading)
    members = {column: reading.member(info, name, path) for column, name in names.items()}
    return members | {"web": title or url, "url_web": url}


def _social_entries(block: Mapping[str, Any], path: str, reading: _Reading) -> list[tuple[Any, str]]:
    if isinstance(block.get("rrss"), str) and block["rrss"].strip():
        return [(block["rrss"], f"{path}.rrss")]
    return reading.entries(block, "rrss", path)


def _address(value: Any, path: str, reading: _Reading) -> tuple[str, str]:
    """Title and address of a link, which ACF sends as text or as an object, also inside another one."""
    if isinstance(value, str):
        return "", reading.text(value, path).strip()
    link = reading.object(value, path)
    name = next((name for name in ("url", "link", "value") if not is_empty(link.get(name))), "url")
    inner = link.get(name)
    if isinstance(inner, dict):
        url = reading.member(inner, "url", f"{path}.{name}")
    else:
        url = reading.member(link, name, path)
    return reading.member(link, "title", path), url


def _kept(entries: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """Entries that say something; editors leave empty blocks behind."""
    return [entry for entry in entries if any(entry.values())]


def _joined(values: Iterable[str], separator: str = "; ") -> str:
    return separator.join(dict.fromkeys(value for value in values if value))


def _json(entries: list[dict[str, str]]) -> str:
    return json.dumps(entries, ensure_ascii=False, sort_keys=True) if entries else ""
