"""What the bundled site says in a given week: the stored pages with their dates filled in, as WordPress sends them.

What belongs here: from the files of `mut_assets/sample` and a Monday to items of the REST API. What does not: HTTP
(`sample_site.py`), and wording other than the Spanish names of days, which lives with the pages themselves.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from importlib import resources
from itertools import groupby
from typing import Any

from mut_assets.domain.collections import COLLECTIONS
from mut_assets.domain.spanish.calendar_words import MONTHS, WEEKDAYS
from mut_assets.domain.text import listed
from mut_assets.resources.clock import MARKET_ZONE
from mut_assets.resources.failures import PermanentFailure

HOME = "https://mercadodelestero.example"
"""The fictional market's address, under a domain reserved for examples."""
FAQ_FILE = "preguntas.csv"
GOLDEN_FILE = "preguntas_de_oro.csv"
"""Questions about the bundled site, each with the documents that answer it: what retrieval is measured with."""

Item = dict[str, Any]


_PATHS = {"event": "evento", "stores": "tiendas", "restaurant": "restaurante"}
"""Under which path the pages of a type are; those of another type are under its name, as WordPress does it."""


def monday_of(day: date) -> date:
    """The Monday of the week that `day` is in, from which every date of the site is counted."""
    return day - timedelta(days=day.weekday())


@lru_cache(maxsize=4)
def items_of_week(monday: date) -> Mapping[str, tuple[Item, ...]]:
    """Per WordPress type, every item in the shape of the REST API, by id. Shared between callers: not to be changed."""
    return {
        kind.wordpress_type: tuple(
            _item(kind.wordpress_type, page, monday)
            for page in sorted(_pages(f"{kind.name}.json", monday), key=lambda page: page["id"])
        )
        for kind in COLLECTIONS
        if kind.wordpress_type
    }


def read_file(name: str) -> bytes:
    """The bytes of one bundled file; raises `PermanentFailure` MUT-SITE-001 where the package came without it."""
    try:
        return resources.files("mut_assets.sample").joinpath(name).read_bytes()
    except FileNotFoundError:
        raise PermanentFailure(
            "MUT-SITE-001",
            f"The bundled sample site has no file {name!r}: the package was installed without its data.",
            "Install mut_assets again, or set API_BASE_URL to a WordPress site.",
        ) from None


def _pages(file: str, monday: date) -> list[dict[str, Any]]:
    text = read_file(file).decode()
    pages: list[dict[str, Any]] = json.loads(_TOKEN.sub(lambda match: _rendered(match, monday), text))
    return pages


def _item(wordpress_type: str, page: Mapping[str, Any], monday: date) -> Item:
    link = f"{HOME}/{_PATHS.get(wordpress_type, wordpress_type)}/{page['slug']}/"
    api = f"{HOME}/wp-json/wp/v2/{wordpress_type}"
    published, modified = (_moment(page[key], monday) for key in ("published", "modified"))
    return {
        "id": page["id"],
        "date": _stamp(published),
        "date_gmt": _stamp(published.astimezone(UTC)),
        "guid": {"rendered": f"{HOME}/?post_type={wordpress_type}&#038;p={page['id']}"},
        "modified": _stamp(modified),
        "modified_gmt": _stamp(modified.astimezone(UTC)),
        "slug": page["slug"],
        "status": "publish",
        "type": wordpress_type,
        "link": link,
        "title": {"rendered": page["title"]},
        "content": {"rendered": "\n".join(page["content"]) + "\n", "protected": False},
        "acf": page["acf"],
        "_links": {"self": [{"href": f"{api}/{page['id']}"}], "collection": [{"href": api}]},
    }


def _moment(value: int | str, monday: date) -> datetime:
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=MARKET_ZONE)
    # Noon exists on every day: Santiago's clock changes at midnight.
    return datetime.combine(monday + timedelta(days=value), time(12), MARKET_ZONE)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def _month(day: date) -> str:
    return MONTHS[day.month - 1]


def _plain(day: date) -> str:
    return f"{day.day} de {_month(day)}"


def _exact(day: date) -> str:
    return f"{_plain(day)} de {day.year}"


def _padded(day: date) -> str:
    return f"{day.day:02} de {_month(day).capitalize()}"


def _short(day: date) -> str:
    return f"{day.day} de {_month(day)[:3]}. {day.year}"


def _range(first: date, last: date) -> str:
    """9 al 12 de octubre; 30 de octubre al 2 de noviembre; 28 de diciembre de 2025 al 4 de enero de 2026."""
    if first.year != last.year:
        return f"{_exact(first)} al {_exact(last)}"
    return f"{first.day if first.month == last.month else _plain(first)} al {_plain(last)}"


def _named_range(first: date, last: date) -> str:
    """Del lunes 9 al domingo 22 de marzo."""
    start = first.day if first.month == last.month else _plain(first)
    return f"Del {WEEKDAYS[first.weekday()]} {start} al {WEEKDAYS[last.weekday()]} {_plain(last)}"


def _list(*days: date) -> str:
    """7, 14 y 21 de febrero; 28 de febrero, 7 y 14 de marzo; 21 y 28 de febrero y 7 de marzo."""
    months = [list(group) for _, group in groupby(days, key=lambda day: (day.year, day.month))]
    texts = [f"{listed([str(day.day) for day in month], 'y')} de {_month(month[0])}" for month in months]
    return listed(texts, "y") if len(months[-1]) == 1 else ", ".join(texts)


def _ranges(*days: date) -> str:
    """4 al 6, 11 al 13 y 18 al 20 de diciembre; with more than one month, each range names its own."""
    pairs = list(zip(days[::2], days[1::2], strict=True))
    if len({(day.year, day.month) for day in days}) == 1:
        spans = [f"{first.day} al {last.day}" for first, last in pairs]
        return f"{listed(spans, 'y')} de {_month(days[0])}"
    return listed([_range(first, last) for first, last in pairs], "y")


STYLES: Mapping[str, Callable[..., str]] = {
    "n": lambda day: f"{day.day}",
    "nn": lambda day: f"{day.day:02}",
    "ymd": lambda day: f"{day:%Y%m%d}",
    "numeros": lambda day: f"{day:%d/%m/%Y}",
    "mes": _month,
    "fecha": _plain,
    "fecha0": _padded,
    "exacta": _exact,
    "dia": lambda day: f"{WEEKDAYS[day.weekday()].capitalize()} {_plain(day)}",
    "al": _range,
    "mayus": lambda first, last: f"{_padded(first)} al {_padded(last)}",
    "corto": lambda first, last: f"{_short(first)} al {_short(last)}",
    "del_dia": _named_range,
    "lista": _list,
    "tramos": _ranges,
}
"""How a page may write its days: `{lista -2 5 12}` is STYLES["lista"] of the three days."""

_TOKEN = re.compile(r"\{([a-z_0-9]+)((?: -?\d+)+)\}")


def _rendered(match: re.Match[str], monday: date) -> str:
    return STYLES[match[1]](*(monday + timedelta(days=int(offset)) for offset in match[2].split()))
