"""The readers' sentences -> what an editor reads: the field, what it says, how it was read, what to write instead.

What belongs here: matching a sentence with a row of a table (`page_words.py`, `set_aside_words.py`). What does not: the
Spanish words. The tables of the bucket hold sentences in English, for the data team; those of earlier releases too.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mut_assets.domain.spanish.date_speech import say_days
from mut_assets.domain.text import listed

_PLACEHOLDER = re.compile(r"<([a-z]+)>")
_WHAT = {"path": r"[\w.\[\]]+", "n": r"[\d,]+", "day": r"\d{4}-\d\d-\d\d"}
"""What may stand for a placeholder, where that is not any text."""
FIELDS = {
    "titulo": "título",
    "title": "título",
    "link": "enlace",
    "content": "texto de la página",
    "contenido": "texto de la página",
    "informacion_tienda": "bloques de información",
    "informacion_destacada": "recuadro destacado",
    "schedule": "horario",
    "place": "lugar",
    "level": "nivel",
    "phone": "teléfono",
    "telefono": "teléfono",
    "mail": "correo",
    "page_link": "página web",
    "web": "página web",
    "url_web": "página web",
    "rrss": "redes sociales",
    "rss": "redes sociales",
    "cards": "tarjetas",
    "hours": "horas",
    "hour": "hora",
    "hora_texto": "hora",
    "date": "fecha",
    "fecha_texto": "fecha",
    "event_date": "fecha destacada",
    "description": "descripción",
    "descripcion": "descripción",
    "organizer": "organizador",
    "acf": "campos personalizados",
    "categoria_completa": "categoría",
    "categoria_nombre": "categoría",
}
"""What editors call the columns and the custom fields of WordPress; any other goes by its own name."""


@dataclass(frozen=True)
class Wording:
    """One row of a table. `says`, `read_as` and `write` may name what the sentence holds: {each}."""

    sentence: str
    pattern: re.Pattern[str]
    field: str
    says: str
    read_as: str
    write: str


@dataclass(frozen=True)
class Worded:
    """What an editor reads of a sentence."""

    field: str
    says: str
    read_as: str
    write: str


def table(text: str) -> tuple[Wording, ...]:
    """The rows of a text: a sentence with <placeholders>, and indented below it three or four parts between bars:
    the field, what it says (else what stands for <says>), how it was read, what to write."""
    rows = []
    for entry in re.split(r"\n(?=\S)", text.strip("\n")):
        sentence, *lines = entry.split("\n")
        field, *said, read_as, write = (part.strip() for part in " ".join(map(str.strip, lines)).split(" | "))
        says = said[0] if said else "{says}" if "<says>" in sentence else ""
        rows.append(Wording(sentence, _pattern(sentence), field, says, read_as, write))
    return tuple(rows)


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = _PLACEHOLDER.split(sentence)
    fixed = (re.escape(part).replace(r";\ ", r"[;,]\ ") for part in parts[::2])  # lists in a cell are cut at "; "
    groups = [f"(?P<{name}>{_WHAT.get(name, '.*?')})" for name in parts[1::2]]
    pattern = "".join(part for pair in zip(fixed, [*groups, ""], strict=True) for part in pair)
    return re.compile(rf"(?:^|; ){pattern}(?=; |$)", re.DOTALL)


def worded(sentences: Sequence[str], rows: Sequence[Wording], otherwise: Worded) -> Iterator[Worded]:
    """What an editor reads of some sentences about one page, each once; `otherwise` of one that no row knows.

    Sentences that differ in <each> alone are one: "sábado y domingo".
    """
    found: dict[tuple[Wording, str], list[Mapping[str, str]]] = {}
    for sentence in sentences:
        matches = [(row, match) for row in rows for match in row.pattern.finditer(sentence)]
        if not matches:
            yield otherwise
        for row, match in matches:
            held = {name: _value(name, text) for name, text in match.groupdict().items()}
            same = str({name: value for name, value in held.items() if name != "each"})
            found.setdefault((row, same), []).append(held)
    for (row, _), several in found.items():
        each = list(dict.fromkeys(values["each"] for values in several if "each" in values))
        values = {**several[0], **({"each": listed(each, "y")} if each else {})}
        yield Worded(*(part.format_map(values) for part in (row.field, row.says, row.read_as, row.write)))


def _value(name: str, text: str) -> str:
    """What stands for a placeholder, as an editor would say it."""
    if name == "day":
        day = date.fromisoformat(text)
        return say_days([(day, day)])
    if name == "path":
        return field_called(text)
    if name == "n":
        return text.replace(",", ".")
    if name == "lines":
        return text.replace(" and ", " y ")
    bare = text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text
    return bare.replace("\\n", " ").replace("\\'", "'")


def field_called(path: str) -> str:
    """What editors call a column, or a field that is given by its path: acf.informacion_tienda[0].info.schedule."""
    parts = re.split(r"[.\[\]]+", path)
    return next((FIELDS[part] for part in reversed(parts) if part in FIELDS), parts[-1] or path)
