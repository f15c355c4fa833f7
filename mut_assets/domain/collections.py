"""The four collections, as data.

Names are irregular because the systems around the platform are: WordPress says `stores`, the asset says
`tiendas`, the dataset folder says `stores` again. They are written down here and never derived from each other.
What belongs here: names and columns. What does not: anything that computes.
"""

from dataclasses import dataclass

WEB_COLUMNS = ("id", "slug", "modified_gmt", "fuente", "problema")
"""Added to every raw table after its contract columns: identity, provenance, and what is wrong with the row."""

VECTORIAL_COLUMNS = ("texto_embedding", "document_type", "search_category")
"""Added to every vectorial table: part of the contract with those who read the CSV files."""

_ABOUT_PAGES = ("avisos", "descartado")
_EVENT_FACTS = ("categorias", "piso", "fecha_inicio", "fecha_fin", *_ABOUT_PAGES)
_PLACE_FACTS = ("categorias", "piso", "abre_domingo", "abre_festivos", *_ABOUT_PAGES)

BUNDLED = "muestra"
"""The value of `fuente` in rows that come from the bundled, fictional site."""


@dataclass(frozen=True)
class Collection:
    """One kind of thing the assistant knows about.

    `columns` is the contract with people who read the raw CSV: columns may be added behind them, never renamed.
    `required` are the columns without which a row cannot become a document.
    """

    name: str
    """The word of the assets and of the raw files: `raw_tiendas`, `raw/tiendas_….csv`."""
    wordpress_type: str | None
    """The REST route under `/wp/v2/`; None for the hand-kept FAQ."""
    vectorial_name: str
    """The stem of the vectorial files: `vectorial/stores_vectorial_….csv`."""
    folder: str
    """The folder of the published documents under the dataset prefix."""
    document_type: str
    search_category: str
    columns: tuple[str, ...]
    extra_columns: tuple[str, ...]
    prepared_columns: tuple[str, ...]
    """What was understood of a page, in the vectorial table only: numbers, `si` or `no`, lists, doubts."""
    required: tuple[str, ...]

    @property
    def raw_columns(self) -> tuple[str, ...]:
        """Every column of the raw table, in order."""
        return self.columns + self.extra_columns + WEB_COLUMNS

    @property
    def vectorial_columns(self) -> tuple[str, ...]:
        """Every column of the vectorial table, in order. `origen` is the key of the raw snapshot it was made from."""
        kept = tuple(column for column in WEB_COLUMNS if column != "problema")
        return self.columns + VECTORIAL_COLUMNS + self.extra_columns + self.prepared_columns + kept + ("origen",)


_PLACE_COLUMNS = (
    "titulo",
    "content",
    "link",
    "rss",
    "horario",
    "web",
    "url_web",
    "lugar",
    "nivel",
    "local",
    "telefono",
    "mail",
    "tipo",
)

EVENTOS = Collection(
    name="eventos",
    wordpress_type="event",
    vectorial_name="eventos_vectorial",
    folder="eventos",
    document_type="evento",
    search_category="eventos_y_actividades",
    columns=(
        "titulo",
        "link",
        "contenido",
        "horas",
        "fecha_texto",
        "hora_texto",
        "lugar",
        "descripcion",
        "organizador",
        "tipo",
    ),
    extra_columns=("event_date", "tarjetas"),
    prepared_columns=_EVENT_FACTS,
    required=("titulo", "link"),
)

TIENDAS = Collection(
    name="tiendas",
    wordpress_type="stores",
    vectorial_name="stores_vectorial",
    folder="stores",
    document_type="tienda",
    search_category="comercios_y_tiendas",
    columns=_PLACE_COLUMNS,
    extra_columns=("ubicaciones",),
    prepared_columns=_PLACE_FACTS,
    required=("titulo", "link"),
)

RESTAURANTES = Collection(
    name="restaurantes",
    wordpress_type="restaurant",
    vectorial_name="restaurantes_vectorial",
    folder="restaurantes",
    document_type="restaurante",
    search_category="gastronomia",
    columns=_PLACE_COLUMNS,
    extra_columns=("ubicaciones",),
    prepared_columns=_PLACE_FACTS,
    required=("titulo", "link"),
)

PREGUNTAS = Collection(
    name="preguntas",
    wordpress_type=None,
    vectorial_name="preguntas_vectorial",
    folder="preguntas",
    document_type="pregunta_frecuente",
    search_category="faqs_y_ayuda",
    columns=("pregunta", "respuesta", "categoria_completa", "categoria_nombre"),
    extra_columns=("linea",),
    prepared_columns=(),
    required=("pregunta", "respuesta"),
)

COLLECTIONS = (EVENTOS, TIENDAS, RESTAURANTES, PREGUNTAS)
