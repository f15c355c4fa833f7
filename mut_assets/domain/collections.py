"""The collections and their shapes, as data.

Names are irregular, as in the systems around the platform (the asset says `tiendas`, WordPress and the folder
`stores`): written down, never derived from each other. What belongs here: names, words and columns, and refusing a
collection that lacks one. What does not: what is done with a shape (`tables/raw.py`, `documents/`), or `market.py`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

WEB_COLUMNS = ("id", "slug", "modified_gmt", "fuente", "problema")
"""Added to every raw table after its contract columns: identity, provenance, and what is wrong with the row."""

VECTORIAL_COLUMNS = ("texto_embedding", "document_type", "search_category")
"""Added to every vectorial table: part of the contract with those who read the CSV files."""

BUNDLED = "muestra"
"""The value of `fuente` in rows that come from the bundled, fictional site."""

_FOLDER = re.compile(r"[a-z]+")
_ABOUT_PAGES = ("avisos", "descartado")


@dataclass(frozen=True)
class Shape:
    """What collections that are read and told in the same way share: their columns.

    `columns` is the contract with people who read the raw CSV: columns may be added behind them, never renamed.
    """

    name: str
    content: str
    """The column that holds a page's HTML; "" where rows are no pages of the site."""
    columns: tuple[str, ...]
    extra_columns: tuple[str, ...]
    prepared_columns: tuple[str, ...]
    """What was understood of a page, in the vectorial table only: numbers, `si` or `no`, lists, doubts."""
    required: tuple[str, ...]
    young_columns: tuple[str, ...] = ()
    """Columns that a raw table of an earlier release may lack: they say nothing there."""
    filter_columns: tuple[str, ...] = ()
    """Columns of text that become metadata as they are, for readers to filter by."""

    @property
    def own_column(self) -> str:
        """The column of the vectorial table that holds an entity's own words, as plain text."""
        return self.content or self.columns[1]


EVENT = Shape(
    name="event",
    content="contenido",
    columns=tuple("titulo link contenido horas fecha_texto hora_texto lugar descripcion organizador tipo".split()),
    extra_columns=("event_date", "tarjetas"),
    prepared_columns=("categorias", "piso", "fecha_inicio", "fecha_fin", *_ABOUT_PAGES),
    required=("titulo", "link"),
)

PLACE = Shape(
    name="place",
    content="content",
    columns=tuple("titulo content link rss horario web url_web lugar nivel local telefono mail tipo".split()),
    extra_columns=("ubicaciones",),
    prepared_columns=(
        "categorias",
        "piso",
        "abre_domingo",
        "abre_festivos",
        "cierra_max",
        "horario_osm",
        *_ABOUT_PAGES,
    ),
    required=("titulo", "link"),
    filter_columns=("local",),
)

QUESTION = Shape(
    name="question",
    content="",
    columns=("pregunta", "respuesta", "categoria_completa", "categoria_nombre"),
    extra_columns=("linea", "vigente_desde", "vigente_hasta"),
    prepared_columns=(),
    required=("pregunta", "respuesta"),
    young_columns=("vigente_desde", "vigente_hasta"),
    filter_columns=("categoria_nombre",),
)


@dataclass(frozen=True, kw_only=True)
class Collection:
    """One kind of thing the assistant knows about. Raises `ValueError` when a name or a word is missing.

    Only a collection that people keep by hand has no page, so no `wordpress_type`, `tipo` and `told_as`.
    """

    name: str
    """The word of the assets and of the raw files: `raw_tiendas`, `raw/tiendas_….csv`."""
    shape: Shape
    """How it is read and told."""
    wordpress_type: str | None = None
    """The REST route under `/wp/v2/`; None for the hand-kept FAQ."""
    vectorial_name: str
    """The stem of the vectorial files: `vectorial/stores_vectorial_….csv`."""
    folder: str
    """The folder of the published documents under the dataset prefix."""
    document_type: str
    search_category: str
    tipo: str = ""
    """The value of the column `tipo`."""
    told_as: str = ""
    """What a text says one of them is, with its article: "una tienda"."""
    category_label: str
    """What a text says before its categories: "Rubro"."""

    def __post_init__(self) -> None:
        of_pages = ("wordpress_type", "tipo", "told_as") if self.shape.content else ()
        for field in (*of_pages, "vectorial_name", "document_type", "search_category", "category_label"):
            if not getattr(self, field):
                raise ValueError(f"The collection {self.name!r} of domain/collections.py has no {field}.")
        for field in ("name", "folder"):
            if not _FOLDER.fullmatch(getattr(self, field)):
                raise ValueError(
                    f"The collection {self.name!r} of domain/collections.py has the {field} {getattr(self, field)!r}; "
                    "the keys of its documents are only recognised with a word of the letters a to z."
                )

    @property
    def hand_kept(self) -> bool:
        """Whether people upload its raw table: its ids are words, and the platform never writes that file."""
        return self.wordpress_type is None

    @property
    def columns(self) -> tuple[str, ...]:
        """The contract columns of the raw table; the first is the title."""
        return self.shape.columns

    @property
    def required(self) -> tuple[str, ...]:
        """The columns without which a row cannot become a document."""
        return self.shape.required

    @property
    def raw_columns(self) -> tuple[str, ...]:
        """Every column of the raw table, in order."""
        return self.columns + self.shape.extra_columns + WEB_COLUMNS

    @property
    def vectorial_columns(self) -> tuple[str, ...]:
        """Every column of the vectorial table, in order. `origen` is the key of the raw snapshot it was made from."""
        added = self.shape.extra_columns + self.shape.prepared_columns
        kept = tuple(column for column in WEB_COLUMNS if column != "problema")
        return self.columns + VECTORIAL_COLUMNS + added + kept + ("origen",)


def _apart(*collections: Collection) -> tuple[Collection, ...]:
    """The collections. Raises `ValueError` when two share a name: each would take the other's files for its own."""
    for field in ("name", "vectorial_name", "folder"):
        owners: dict[str, str] = {}
        for collection in collections:
            value = getattr(collection, field)
            if value in owners:
                raise ValueError(
                    f"The collections {owners[value]!r} and {collection.name!r} of domain/collections.py have the same "
                    f"{field} {value!r}: each would take the other's files for its own."
                )
            owners[value] = collection.name
    return collections


EVENTOS = Collection(
    name="eventos",
    shape=EVENT,
    wordpress_type="event",
    vectorial_name="eventos_vectorial",
    folder="eventos",
    document_type="evento",
    search_category="eventos_y_actividades",
    tipo="event",
    told_as="un evento",
    category_label="Tipo de evento",
)

TIENDAS = Collection(
    name="tiendas",
    shape=PLACE,
    wordpress_type="stores",
    vectorial_name="stores_vectorial",
    folder="stores",
    document_type="tienda",
    search_category="comercios_y_tiendas",
    tipo="Tienda",
    told_as="una tienda",
    category_label="Rubro",
)

RESTAURANTES = Collection(
    name="restaurantes",
    shape=PLACE,
    wordpress_type="restaurant",
    vectorial_name="restaurantes_vectorial",
    folder="restaurantes",
    document_type="restaurante",
    search_category="gastronomia",
    tipo="Restaurante",
    told_as="un local de comida",
    category_label="Especialidad",
)

PREGUNTAS = Collection(
    name="preguntas",
    shape=QUESTION,
    vectorial_name="preguntas_vectorial",
    folder="preguntas",
    document_type="pregunta_frecuente",
    search_category="faqs_y_ayuda",
    category_label="Tema",
)

COLLECTIONS = _apart(EVENTOS, TIENDAS, RESTAURANTES, PREGUNTAS)

Entry = TypeVar("Entry")


def for_shapes(
    what: str, table: Mapping[Shape, Entry], collections: Sequence[Collection] = COLLECTIONS
) -> Mapping[Shape, Entry]:
    """The same table. Raises `ValueError` when it has no entry for the shape of a collection; `what` names its entries.

    Called where a module is imported, so that a shape without its code is noticed when definitions load.
    """
    for collection in collections:
        if collection.shape not in table:
            raise ValueError(
                f"The collection {collection.name!r} has the shape {collection.shape.name!r}, which has no {what}."
            )
    return table
