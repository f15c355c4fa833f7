"""Pages that say in another language what a Spanish page of the same collection says: one shop, and not two.

What belongs here: telling by their addresses which page is whose translation, as WPML and Polylang write them
(`/en/tiendas/lirio/`, `?lang=en`, `en.mercado.example`). What does not: languages within one page
(`html/shortcodes.py`). A page in another language that no Spanish page is known of stays: it may be all that the site
says of that place.
"""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from mut_assets.domain.pages.telling import Dropped
from mut_assets.domain.text import fold

_SPANISH = "es"
_CODE = re.compile(r"(?:ar|ca|de|en|es|eu|fr|it|ja|ko|nl|pt|ru|zh)(?:[-_][a-z]{2,4})?", re.IGNORECASE)
"""The languages that a site of Chile is translated into."""
_COPY = re.compile(r"-\d{1,2}$")
"""What WordPress adds to a slug that another page has already."""

Row = Mapping[str, str]


def apart(rows: Sequence[Row]) -> tuple[list[Row], list[list[Dropped]]]:
    """The rows that are no translations, and for each of them the translations of it, by their addresses.

    A translation has the slug or the title of a Spanish page, and a language in its own address. Rows without a
    `link` are none.
    """
    tongues = [_language(row.get("link", "")) for row in rows]
    if len(set(tongues)) < 2:
        return [*rows], [[] for _ in rows]
    spanish = _SPANISH if _SPANISH in tongues else ""
    originals: dict[str, int] = {}
    for index, (row, tongue) in enumerate(zip(rows, tongues, strict=True)):
        if tongue == spanish:
            names = _names(row)
            for name in (names[0], names[-1]):
                originals.setdefault(name, index)
    translations: dict[int, list[Dropped]] = {}
    left_out: set[int] = set()
    for index, (row, tongue) in enumerate(zip(rows, tongues, strict=True)):
        original = next((originals[name] for name in _names(row) if name in originals), None)
        if tongue != spanish and original is not None:
            left_out.add(index)
            translations.setdefault(original, []).append(Dropped(row["link"], f"translation: page {row['id']}"))
    kept = [index for index in range(len(rows)) if index not in left_out]
    return [rows[index] for index in kept], [translations.get(index, []) for index in kept]


def _language(link: str) -> str:
    """The language that an address names, "" for none."""
    parts = urlsplit(link)
    named = (*parse_qs(parts.query).get("lang", ()), parts.path.strip("/").partition("/")[0])
    host = (parts.hostname or "").split(".")
    candidates = (*named, *(host[:1] if len(host) > 2 else ()))
    return next((name[:2].lower() for name in candidates if _CODE.fullmatch(name)), "")


def _names(row: Row) -> list[str]:
    """What a page has in common with its translations, the surest first: its slug, that without a number, its title."""
    slug = urlsplit(row["link"]).path.rstrip("/").rpartition("/")[2]
    return [name for name in (f"/{slug}", f"/{_COPY.sub('', slug)}", fold(row["titulo"])) if name != "/"]
