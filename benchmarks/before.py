"""The text that the predecessor embedded, by its own rules, so that both can be asked the same questions.

What belongs here: those rules, as they were, faults included. What does not: any of the platform's cleaning.

Label and value pairs, empty ones left out; the first location of a shop and the first card of an event only. Of the
markup, whitespace is collapsed first, then four strings are replaced by nothing, then tags; entities stay.
"""

import re
from collections.abc import Mapping

from mut_assets.domain.collections import EVENTOS, PREGUNTAS, RESTAURANTES, TIENDAS, Collection
from mut_assets.domain.documents.document import Document
from mut_assets.domain.documents.facts import entries
from mut_assets.domain.documents.limits import LONGEST_VALUE

Row = Mapping[str, str]

_SHOP = (
    ("Nivel", "nivel"),
    ("Local", "local"),
    ("Ubicación", "lugar"),
    ("Horario", "horario"),
    ("Descripción", "content"),
    ("Teléfono", "telefono"),
    ("Web", "web"),
    ("Más información", "link"),
)
_PAIRS: Mapping[str, tuple[tuple[str, str], ...]] = {
    EVENTOS.name: (
        ("Tipo", "tipo"),
        ("Evento", "titulo"),
        ("Fecha", "fecha"),
        ("Hora", "hora"),
        ("Lugar", "lugar"),
        ("Descripción", "descripcion"),
        ("Detalles", "contenido"),
        ("Organizador", "organizador"),
        ("Más información", "link"),
    ),
    TIENDAS.name: (("Tipo", "tipo"), ("Tienda", "titulo"), *_SHOP),
    RESTAURANTES.name: (("Tipo", "tipo"), ("Restaurante", "titulo"), *_SHOP),
    PREGUNTAS.name: (("CATEGORIA", "categoria_nombre"), ("PREGUNTA", "pregunta"), ("RESPUESTA", "respuesta")),
}
_FIRST_OF = {EVENTOS.name: "tarjetas", TIENDAS.name: "ubicaciones", RESTAURANTES.name: "ubicaciones"}
_SHORTEST = {PREGUNTAS.name: 21}
_SHORTEST_OF_PAGES = 31

_REMOVED = ("<p>", "</p>", "&#8230;", "#ffffff")
_TAG = re.compile(r"<[^>]+>")


def document(collection: Collection, row: Row) -> Document | None:
    """What the predecessor had of one raw row, with the metadata that its readers show; None for a text it dropped."""
    known = _first_only(collection, row)
    told = ((label, _stripped(known.get(name, ""))) for label, name in _PAIRS[collection.name])
    text = " | ".join(f"{label}: {value}" for label, value in told if value)
    if len(text) < _SHORTEST.get(collection.name, _SHORTEST_OF_PAGES):
        return None
    title = row[collection.columns[0]]
    shown = {"titulo": title, **{name: known.get(name, "") for name in ("link", "tipo", "nivel", "lugar", "local")}}
    metadata = {name: value[:LONGEST_VALUE] for name, value in shown.items() if value}
    return Document(collection, row["id"], title, row.get("link", ""), text, metadata)


def _first_only(collection: Collection, row: Row) -> Row:
    several = entries(row.get(_FIRST_OF.get(collection.name, ""), ""))
    return {**row, **several[0]} if several else row


def _stripped(markup: str) -> str:
    text = " ".join(markup.split())
    for gone in _REMOVED:
        text = text.replace(gone, "")
    return _TAG.sub("", text).strip()
