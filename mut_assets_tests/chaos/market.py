"""The truth about a small market, and the documents that it deserves.

What belongs here: what the site and the FAQ say of each thing at a moment, and what follows for the published set by
the domain alone. What does not: how any of it is read, planned or written.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import pandas as pd

from mut_assets.domain.collections import EVENTOS, PREGUNTAS, RESTAURANTES, TIENDAS, Collection
from mut_assets.domain.documents.document import documents, out_of_time
from mut_assets.domain.documents.vectorial import vectorial_frame
from mut_assets.domain.spanish.calendar_words import MONTHS
from mut_assets.domain.tables.faq import faq_frame
from mut_assets.domain.tables.raw import raw_frame
from mut_assets_tests.fakes import wordpress_site

FUENTE = "https://mercado.example/wp-json/wp/v2"
FIRST_IDS = {EVENTOS: 1000, TIENDAS: 2000, RESTAURANTES: 3000, PREGUNTAS: 4000}
WORDS = (
    "lana greda cobre mimbre alerce quinoa merquén copihue ulmo boldo canelo avellana caleta faro nieve puma huemul "
    "zorzal chucao coipo lenga ñirre litre espino quillay arrayán maqui murta notro raulí tineo laurel peumo molle"
).split()

Item = dict[str, Any]
Files = dict[str, bytes]
"""Published objects by key below the dataset prefix."""


@dataclass(frozen=True)
class Entity:
    """What is said of one thing. `version` is in its text, so a document tells which one it was made from.

    `last_day` is an event's; `broken`: it cannot be understood, so it is held.
    """

    version: int = 1
    last_day: date | None = None
    broken: bool = False


Truth = Mapping[int, Entity]
"""A whole collection at one moment, by id. It is never changed in place."""


def item(collection: Collection, id: int, entity: Entity) -> Item:
    """How the site tells one event, store or restaurant."""
    words = random.Random(f"{collection.name}-{id}-{entity.version}")
    said = " ".join(words.sample(WORDS, 12))
    name = f"{collection.tipo} {WORDS[id % len(WORDS)]} {id}"
    fields: dict[str, Any] = {"content": f"<p>Ficha {id} de la versión {entity.version}: {said}.</p>"}
    if entity.broken:
        fields["link"] = "javascript:alert(1)"
    if collection is EVENTOS:
        day = entity.last_day or date(2049, 1, 1)
        fields |= {"date_text": f"{day.day} de {MONTHS[day.month - 1]} de {day.year}", "event_date": f"{day:%Y%m%d}"}
        return wordpress_site.event(id, name, description=f"Habrá {words.choice(WORDS)}.", **fields)
    make = wordpress_site.store if collection is TIENDAS else wordpress_site.restaurant
    return make(id, name, phone=f"+56 2 2{id:07d}", **fields)


def faq(truth: Truth) -> bytes:
    """How the FAQ file says it: a broken row has lost its answer."""
    lines = ["id;pregunta;respuesta;categoria_completa"]
    for id, entity in sorted(truth.items()):
        said = " ".join(random.Random(f"faq-{id}-{entity.version}").sample(WORDS, 8))
        answer = "" if entity.broken else f"Respuesta {id} de la versión {entity.version}: {said}."
        lines.append(f"{id};¿Dónde encuentro {WORDS[id % len(WORDS)]} {id}?;{answer};1 Servicios")
    return "\n".join(lines).encode()


def raw_table(collection: Collection, truth: Truth) -> pd.DataFrame:
    """The raw table of a collection that was read whole at this moment."""
    return _tables(collection, frozenset(truth.items()))[0]


def vectorial_table(collection: Collection, truth: Truth, origen: str) -> pd.DataFrame:
    """The vectorial table made of that raw table, which is kept under the key `origen`."""
    return _tables(collection, frozenset(truth.items()))[1].assign(origen=origen)


def deserved(collection: Collection, truth: Truth, today: date) -> Files:
    """What is to be published of a collection: nothing of what is over, or cannot be understood."""
    files, ends = _tables(collection, frozenset(truth.items()))[2:]
    over = {f"{collection.folder}/{id}.md" for id, last in ends.items() if last < today}
    return {key: data for key, data in files.items() if key.removesuffix(".metadata.json") not in over}


def keys(collection: Collection, id: int) -> tuple[str, str]:
    """The two halves of one document."""
    return f"{collection.folder}/{id}.md", f"{collection.folder}/{id}.md.metadata.json"


@lru_cache(maxsize=2000)
def _tables(
    collection: Collection, truth: frozenset[tuple[int, Entity]]
) -> tuple[pd.DataFrame, pd.DataFrame, Files, Mapping[int, date]]:
    """Both tables, all files, and the last days of events: made once, as histories meet the same moments again."""
    entities = dict(truth)
    raw = (
        faq_frame(faq(entities), "raw/preguntas.csv")
        if collection is PREGUNTAS
        else raw_frame(collection, [item(collection, *known) for known in sorted(truth)], FUENTE)
    )
    made = vectorial_frame(collection, raw, "")
    files = {
        key: data
        for document in documents(collection, made)
        for key, data in ((document.key, document.body_bytes), (document.sidecar_key, document.sidecar_bytes))
    }
    ends = {id: entity.last_day for id, entity in truth if entity.last_day}
    assert set(out_of_time(made, date.max)) == {str(id) for id in ends if not entities[id].broken}
    return raw, made, files, ends
