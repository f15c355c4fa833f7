"""The report as files for people: one page that asks nobody for anything, and CSV for a spreadsheet.

What belongs here: the layout, and that no text of the site acts in it. What does not: the lines (`finding.py`).
"""

import csv
import io
from collections.abc import Sequence
from html import escape

from mut_assets.domain.collections import COLLECTIONS
from mut_assets.domain.doubts.doubt import KINDS, Doubt, by_page
from mut_assets.domain.tables.cells import inert

COLUMNS = "coleccion pagina enlace campo dice se_leyo que_escribir tipo guardada otras_paginas".split()
NOTHING = "No hay nada que corregir."
_TITLE = "Lo que hay que corregir en las páginas y en las preguntas"

_STYLE = """
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin:0}
article{border:1px solid #8888;border-radius:.5rem;padding:.75rem 1rem;margin:1rem 0}
.of{opacity:.75;font-size:.875rem;margin:0}
section{border-top:1px solid #8884;margin-top:.75rem;padding-top:.75rem}
h3{font-size:1rem;margin:0}h3 span{font-weight:400;opacity:.75}
dl{display:grid;grid-template-columns:8rem 1fr;gap:.25rem .75rem;margin:.25rem 0 0}
dt{opacity:.75}dd{margin:0;white-space:pre-line}
@media(max-width:36rem){dl{grid-template-columns:1fr}dt{margin-top:.25rem}}
"""
_HEAD = (
    '<!doctype html>\n<html lang="es">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n'
)
_LEGEND = (
    "Lo que el asistente lee en las páginas y en las preguntas frecuentes, y no está claro. Se corrige donde está "
    "escrito, y la línea desaparece la noche siguiente. "
    "<b>Dudoso</b>: se publica, leído como se dice. <b>No se cuenta</b>: está en la página y el asistente no lo dice. "
    "<b>Apartado</b>: no se publica así; lo último que se publicó se queda hasta 30 días."
)


def as_html(doubts: Sequence[Doubt]) -> bytes:
    """The page, grouped by page of the site."""
    body = "\n".join(_article(lines) for lines in by_page(doubts)) or f"<p>{NOTHING}</p>"
    return (
        f"{_HEAD}<title>{_TITLE}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{_TITLE}</h1>\n"
        f"<p>{summary(doubts)} {_LEGEND}</p>\n{body}\n</body>\n</html>\n"
    ).encode(errors="replace")


def as_csv(doubts: Sequence[Doubt]) -> bytes:
    """CSV with a byte order mark, by which spreadsheets take it for UTF-8; no cell is a formula for them."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for doubt in doubts:
        others = "\n".join(f"{title} {link}".strip() for title, link in doubt.others)
        cells = (doubt.collection, doubt.page, doubt.link, doubt.field, doubt.says, doubt.read_as)
        more = (doubt.write_instead, KINDS[doubt.kind], doubt.modified[:10], others)
        writer.writerow(map(inert, (*cells, *more)))
    return text.getvalue().encode("utf-8-sig", errors="replace")


def summary(doubts: Sequence[Doubt]) -> str:
    """How many lines, of how many collections each."""
    if not doubts:
        return NOTHING
    names = [collection.name for collection in COLLECTIONS]
    counts = [(sum(doubt.collection == name for doubt in doubts), name) for name in names]
    of_each = ", ".join(f"{name} {count}" for count, name in counts if count)
    return f"{len(doubts)} {'línea' if len(doubts) == 1 else 'líneas'} ({of_each})."


def of_what(doubt: Doubt) -> str:
    """What stands below a page's name: its collection, and when it was saved."""
    last = "la última " if len(doubt.others) > 1 else ""
    saved = f", {last}guardada el {doubt.modified[8:10]}-{doubt.modified[5:7]}-{doubt.modified[:4]}"
    return f"{doubt.collection}{saved if len(doubt.modified) >= 10 else ''}"


def parts(doubt: Doubt) -> list[tuple[str, str]]:
    """What a line says, each part with its name; none that is empty."""
    named = (("Dice", doubt.says), ("Se leyó", doubt.read_as), ("Qué escribir", doubt.write_instead))
    return [(name, text) for name, text in named if text]


def is_web_address(link: str) -> bool:
    """Whether a link may lead somewhere from a report."""
    return link.startswith(("http://", "https://"))


def _article(lines: Sequence[Doubt]) -> str:
    first = lines[0]
    sections = "\n".join(map(_section, lines))
    heading = f"<h2>{_linked(first.page, first.link)}</h2>\n<p class=of>{escape(of_what(first))}</p>"
    return f"<article>\n{heading}\n{sections}\n</article>"


def _section(doubt: Doubt) -> str:
    told = [(name, escape(text)) for name, text in parts(doubt)]
    if doubt.others:
        told.append(("Páginas", "<br>".join(_linked(title, link) for title, link in doubt.others)))
    told_as = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in told)
    return f"<section><h3>{escape(doubt.field)} <span>· {KINDS[doubt.kind]}</span></h3><dl>{told_as}</dl></section>"


def _linked(title: str, link: str) -> str:
    if not is_web_address(link):
        return escape(title)
    return f'<a href="{escape(link)}" rel="noopener noreferrer">{escape(title)}</a>'
