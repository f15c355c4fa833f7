"""Items as WordPress would answer them, and the recorded ones of ${MUT_SHARED:-../shared}. Every name is invented."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
FUENTE = "https://plaza.example/wp-json/wp/v2"


def page(**changes: Any) -> dict[str, Any]:
    """What every post has; `acf` is empty, as PHP sends an empty object."""
    return {
        "id": 12,
        "date": "2024-05-01T10:00:00",
        "modified_gmt": "2024-05-02T13:00:00",
        "slug": "la-ranura",
        "status": "publish",
        "link": "https://plaza.example/tiendas/la-ranura/",
        "title": {"rendered": "La Ranura &#038; C&iacute;a"},
        "content": {"rendered": "<h2>¿Qué es La Ranura?</h2>\n<p>Discos&nbsp;usados.</p>\n", "protected": False},
        "acf": [],
    } | changes


def info(**changes: Any) -> dict[str, Any]:
    return {
        "schedule": "L-D: 10:00 - 20:00",
        "place": "Nivel -3, al fondo",
        "level": "-3",
        "local": "3012",
        "phone": "+56 2 2345 6789",
        "mail": "hola@laranura.example",
        "page_link": {"title": "laranura.example", "url": "https://laranura.example", "target": ""},
    } | changes


def place(*blocks: Any, **changes: Any) -> dict[str, Any]:
    return page(acf={"informacion_tienda": list(blocks)}, **changes)


def block(rrss: Any = False, **changes: Any) -> dict[str, Any]:
    return {"info": info(**changes), "rrss": rrss}


def card(date: Any = "", hour: Any = "", where: Any = "", description: Any = "") -> dict[str, Any]:
    return {"data": {"date": date, "hour": hour, "place": where, "description": description}, "button": False}


def event(*cards: Any, **box: Any) -> dict[str, Any]:
    acf = {"informacion_destacada": box or False, "informacion_tienda": [{"cards": list(cards)}]}
    return page(acf=acf, slug="feria-de-vinilos", title={"rendered": "Feria de vinilos"})


def happening(html: str, *cards: Any, **box: Any) -> dict[str, Any]:
    """An event with this content."""
    return event(*cards, **box) | {"content": {"rendered": html, "protected": False}}


def recorded(name: str) -> bytes:
    """A file of the shared folder; skips where there is none."""
    path = Path(os.environ.get("MUT_SHARED", REPOSITORY.parent / "shared")) / name
    if not path.is_file():
        pytest.skip(f"{name} of MUT_SHARED (default ../shared) is not here")
    return path.read_bytes()


def recorded_items(wordpress_type: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = json.loads(recorded(f"wordpress/recorded/{wordpress_type}-page1.json"))
    return items
