"""What each column of the raw and vectorial tables means, for the people who read them: the UI's Columns panel.

What belongs here: words about columns. What does not: which columns a table has (`domain/collections.py`). A column
without a word here fails when definitions load, so that none can be added without saying what it is.
"""

from collections.abc import Sequence

import dagster as dg

from mut_assets.domain.collections import COLLECTIONS


def _values(column: str) -> str:
    """The values of a column, one per collection, as a sentence."""
    *others, last = [f"`{value}`" for collection in COLLECTIONS if (value := getattr(collection, column))]
    return f"{', '.join(others)} or {last}."


MEANING = {
    "titulo": "Name of the event or place, plain text on one line.",
    "link": "The page on the site; what the assistant sends visitors to.",
    "contenido": "The page's text.",
    "content": "The page's text.",
    "horas": "Hours in the highlighted box of the event.",
    "fecha_texto": "Dates as the site words them; several are separated by “; ”.",
    "hora_texto": "Hours as the site words them; several are separated by “; ”.",
    "lugar": "Where in the market; several places are separated by “; ”.",
    "descripcion": "What the event's cards say.",
    "organizador": "Who organizes the event.",
    "tipo": _values("tipo"),
    "event_date": "Date in the event's highlighted box, as the site stores it.",
    "tarjetas": "The event's cards as a JSON list: which date belongs to which hour and place.",
    "rss": "Social networks; several are separated by “; ”.",
    "horario": "Opening hours as the site words them; several are separated by “; ”.",
    "web": "Name of the web page, or its address.",
    "url_web": "Address of the web page.",
    "nivel": "Floor; several are separated by “; ”.",
    "local": "Number of the shop; several are separated by “; ”.",
    "telefono": "Telephone; several are separated by “; ”.",
    "mail": "E-mail address; several are separated by “; ”.",
    "ubicaciones": "The locations as a JSON list: which hours belong to which floor.",
    "pregunta": "The question, as a visitor would ask it.",
    "respuesta": "The answer that visitors get.",
    "categoria_completa": "Category with its number, as in the file.",
    "categoria_nombre": "Category without its number.",
    "linea": "Line of the FAQ file where the row begins, counted from 1.",
    "vigente_desde": "First day on which the answer holds, 2026-12-24; empty: always.",
    "vigente_hasta": "Last day on which the answer holds; afterwards the question is not published.",
    "id": "Identity: the WordPress id; for questions the file's own id, or the folded question. Never changes.",
    "slug": "The last part of the page's address.",
    "modified_gmt": "When somebody last saved the page in WordPress, UTC. Custom fields change without it.",
    "fuente": "Where the row was read: the site's API, `raw/preguntas.csv`, or `muestra` for the bundled sample.",
    "problema": "What is wrong with the row; empty for a good one. Such a row goes no further, and deletes nothing.",
    "texto_embedding": "The Spanish text that is embedded and searched.",
    "document_type": _values("document_type"),
    "search_category": "Category that a search can be narrowed to.",
    "categorias": "What the page is filed under; several are separated by “; ”.",
    "piso": "Floor as a number, below ground negative; several are separated by “; ”.",
    "abre_domingo": "`si` or `no`; empty when the page does not say it.",
    "abre_festivos": "Whether it opens on public holidays: `si` or `no`; empty when the page does not say it.",
    "cierra_max": "Latest hour at which it closes on any day, as a number: 22.5 is 22:30, 26 is 2:00 of the next day.",
    "horario_osm": "The week as OpenStreetMap writes it; empty where it is doubtful, or locations differ.",
    "fecha_inicio": "First day as a number, 20251009; empty when unknown or open.",
    "fecha_fin": "Last day as a number; an event whose last day has passed is not published.",
    "avisos": "What is doubtful or contradictory on the page, for its editors; several are separated by “; ”.",
    "descartado": "What was left out of the text, and why, as a JSON list: template, or another shop's text.",
    "origen": "The raw snapshot that the row was made from.",
}


def column_schema(columns: Sequence[str]) -> dict[str, dg.TableSchema]:
    """The metadata that fills the Columns panel. Every cell is text. Raises `ValueError` for an unexplained column."""
    if unexplained := [name for name in columns if name not in MEANING]:
        raise ValueError(f"assets/columns.py does not say what these columns mean: {', '.join(unexplained)}.")
    return {
        "dagster/column_schema": dg.TableSchema(
            columns=[dg.TableColumn(name, "text", description=MEANING[name]) for name in columns]
        )
    }
