"""The raw table -> the vectorial table: plain text, and the Spanish lines that are embedded and read.

What belongs here: the sentences, nowhere else. What does not: what a row means (`raw.py`, `faq.py`), how HTML becomes
text (`text.py`), the published file (`documents.py`).

The lines are written for two readers at once: a person, and a retriever that compares words. So they begin with the
name and the kind of thing, then say where, when, what and how to get in touch, each behind its label; a place with
several locations, or an event with several dates, says each one apart, because "level 2, level -1; 10:00, 12:00" does
not tell which hour belongs to which level. What is not known has no label.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from mut_assets.domain.collections import BUNDLED, EVENTOS, PREGUNTAS, RESTAURANTES, TIENDAS, Collection
from mut_assets.domain.text import plain_text

RENDERER_VERSION = "1"
"""Raised whenever the same row would give other bytes: the guard then expects every document to change."""

MARKET = "MUT (Mercado Urbano Tobalaba)"
BUNDLED_MARKET = "Mercado del Estero"
"""The fictional market of the bundled site: its shops are in no real building."""

_AS_GIVEN = frozenset({"link", "tipo", "linea", "id", "slug", "modified_gmt", "fuente"})
_ONE_LINE = frozenset({"titulo", "pregunta", "categoria_completa", "categoria_nombre"})
_MONTHS = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()

Row = Mapping[str, str]


def vectorial_frame(collection: Collection, raw: pd.DataFrame, origen: str) -> pd.DataFrame:
    """The rows of `raw` without a `problema`, as text, with exactly `collection.vectorial_columns`.

    `raw` has `collection.raw_columns` as text; `origen` is the key of the snapshot it was read from. Markup is taken
    out of every column that holds text, also inside the JSON of `tarjetas` and `ubicaciones`.
    """
    describe = _DESCRIBERS[collection.name]
    names = [name for name in collection.raw_columns if name != "problema"]
    columns: dict[str, list[str]] = {name: [] for name in collection.vectorial_columns}
    for problem, *cells in zip(raw["problema"].tolist(), *(raw[name].tolist() for name in names), strict=True):
        if problem:
            continue
        row = {name: _plain(name, cell) for name, cell in zip(names, cells, strict=True)}
        row["texto_embedding"] = describe(row)
        row["document_type"] = collection.document_type
        row["search_category"] = collection.search_category
        row["origen"] = origen
        for name, values in columns.items():
            values.append(row[name])
    return pd.DataFrame(columns, dtype="str")


def describe_event(row: Row) -> str:
    """The lines of an event. With several cards each is said apart."""
    cards = entries(row["tarjetas"])
    labels = {"lugar": "Lugar", "fecha": "Fecha", "hora": "Hora", "descripcion": "Descripción"}
    if len(cards) > 1:
        told = _each(f"Se presenta en {len(cards)} ocasiones:", cards, labels)
    else:
        told = [
            _line("Lugar", row["lugar"]),
            _line("Fecha", row["fecha_texto"]),
            _line("Hora", row["hora_texto"]),
            _text("Descripción", "" if row["descripcion"] in row["contenido"] else row["descripcion"]),
        ]
    said = row["hora_texto"].replace(".", ":")  # "11.30 hrs" says "11:30"
    hours = "" if all(hour.replace(".", ":") in said for hour in row["horas"].split(", ")) else row["horas"]
    return _lines(
        f"{row['titulo']}: evento en {_market(row)}.",
        *told,
        _line("Fecha", "" if row["fecha_texto"] else spoken_date(row["event_date"])),
        _line("Horas", hours),
        _text("Detalles", row["contenido"]),
        _line("Organiza", row["organizador"]),
    )


def describe_store(row: Row) -> str:
    """The lines of a store."""
    return _describe_place(row, "tienda")


def describe_restaurant(row: Row) -> str:
    """The lines of a restaurant."""
    return _describe_place(row, "restaurante")


def describe_question(row: Row) -> str:
    """The lines of a question with its answer."""
    return _lines(
        _line("Pregunta", row["pregunta"]),
        _text("Respuesta", row["respuesta"]),
        _line("Categoría", row["categoria_nombre"]),
    )


_DESCRIBERS: dict[str, Callable[[Row], str]] = {
    EVENTOS.name: describe_event,
    TIENDAS.name: describe_store,
    RESTAURANTES.name: describe_restaurant,
    PREGUNTAS.name: describe_question,
}


def _market(row: Row) -> str:
    return BUNDLED_MARKET if row["fuente"] == BUNDLED else MARKET


def entries(text: str) -> list[dict[str, str]]:
    """The cards or locations in a cell of `tarjetas` or `ubicaciones`; none in an empty one.

    Raises `ValueError` when the cell is no JSON list of objects: somebody edited the table by hand.
    """
    if not text:
        return []
    found = json.loads(text)
    if not isinstance(found, list) or not all(_is_entry(entry) for entry in found):
        raise ValueError(f"a list of objects that hold text was due, not {text[:80]!r}")
    return found


def _is_entry(entry: object) -> bool:
    return isinstance(entry, dict) and all(isinstance(value, str) for value in entry.values())


def spoken_date(text: str) -> str:
    """ "20250511" -> "11 de mayo de 2025"; anything else as it is."""
    match = re.fullmatch(r"(\d{4})-?(\d{2})-?(\d{2})", text, re.ASCII)
    if match is None or not 1 <= int(match[2]) <= 12:
        return text
    return f"{int(match[3])} de {_MONTHS[int(match[2]) - 1]} de {match[1]}"


def _describe_place(row: Row, kind: str) -> str:
    places = entries(row["ubicaciones"])
    where = {"lugar": "Ubicación", "nivel": "Nivel", "local": "Local", "horario": "Horario"}
    contact = {"telefono": "Teléfono", "mail": "Correo", "web": "Web"}
    several = len(places) > 1
    return _lines(
        f"{row['titulo']}: {kind} en {_market(row)}.",
        *(_each(f"Tiene {len(places)} ubicaciones:", places, where | contact) if several else _labelled(row, where)),
        _text("Descripción", row["content"]),
        *([] if several else _labelled(row, contact)),
        _line("Redes sociales", row["rss"]),
    )


def _each(heading: str, found: Sequence[Row], labels: Mapping[str, str]) -> list[str]:
    """One list item per entry."""
    items = ("; ".join(line for line in _labelled(entry, labels) if line) for entry in found)
    return [heading, *(f"- {item}" for item in items if item)]


def _labelled(row: Row, labels: Mapping[str, str]) -> list[str]:
    return [_line(label, row.get(name, "")) for name, label in labels.items()]


def _line(label: str, value: str) -> str:
    return f"{label}: {' '.join(value.split())}" if value else ""


def _text(label: str, value: str) -> str:
    """A label before text that may have lines of its own; those stand between blank lines."""
    if "\n" in value:
        return f"\n{label}:\n{value}\n"
    return f"{label}: {value}" if value else ""


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line).replace("\n\n\n", "\n\n").strip("\n")


def _plain(name: str, cell: str) -> str:
    if not cell or name in _AS_GIVEN:
        return cell
    if name in ("tarjetas", "ubicaciones"):
        found = [{key: plain_text(value) for key, value in entry.items()} for entry in entries(cell)]
        kept = [entry for entry in found if any(entry.values())]
        return json.dumps(kept, ensure_ascii=False, sort_keys=True) if kept else ""
    text = plain_text(cell)
    return " ".join(text.split()) if name in _ONE_LINE else text
