"""Where something is, as a visitor would say it: floor, local, and what it is next to.

What belongs here: reading `lugar`, `nivel` and `local`, and the phrase. What does not: the sentence around it
(`vectorial.py`). Editors write the floor into any of the three fields ("Piso -1" in `nivel`). Where `lugar` and `nivel`
name different floors, `lugar` counts: it is what the page shows, and what other pages confirm.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mut_assets.domain.spanish.floors import bare, mentions
from mut_assets.domain.text import fold, listed

_ARTICLE_BEFORE = re.compile(r"\b(?:en\s+el|del|el)\s+$", re.IGNORECASE)
_LOCAL = re.compile(
    r"\b(?:local(?:es)?)\s*(?:n[°º.]?\s*)?(?P<local>[a-z]{0,2}\d[\w-]*(?:\s*(?:,|y)\s*[a-z]{0,2}\d[\w-]*)*)"
)
_NAMED_LOCAL = re.compile(r"^local(?:es)?\b\s*", re.IGNORECASE)
_AND = re.compile(r"(?<!\s)\s+y\s+", re.IGNORECASE)
_SEPARATORS = " \t\n,;:.|·-–—"
_EVERYWHERE = re.compile(r"tod[oa]s?\b")


@dataclass(frozen=True)
class Place:
    """A place. `near` is what the page says beyond floor and local; `doubt` says in words what does not fit."""

    floors: tuple[int, ...] = ()
    local: str = ""
    near: str = ""
    doubt: str = ""


def understand(lugar: str, nivel: str = "", local: str = "") -> Place:
    """What the three fields say together. Never raises; what is not understood stays in `near`."""
    floors, near = _floors_and_rest(lugar)
    near, written = _rest_and_local(near)
    floors_beside, own = _floors_and_rest(local)
    only = bare(nivel)
    stated = (only,) if only is not None else _floors_and_rest(nivel)[0]
    contradicts = floors and (stated or floors_beside) not in ((), floors)
    doubt = f"lugar says {lugar!r}, nivel says {nivel!r}" if contradicts else ""
    near = near.strip(_SEPARATORS)
    if nivel and not stated and fold(nivel.strip()) not in fold(near):
        near = ", ".join(part for part in (near, nivel.strip()) if part)
    own = _NAMED_LOCAL.sub("", own.strip(_SEPARATORS))
    return Place(floors or stated or floors_beside, _AND.sub(" y ", own or written), near, doubt)


def phrase(place: Place) -> str:
    """ "en el piso -1, local 23, frente a la fuente"; "" when nothing is known."""
    near = place.near
    parts = []
    if place.floors:
        numbers = [str(floor) for floor in place.floors]
        parts.append("en el piso " + numbers[0] if len(numbers) == 1 else "en los pisos " + listed(numbers, "y"))
    elif near:
        if _EVERYWHERE.match(fold(near)):
            near = near[:1].lower() + near[1:]
        near = near if re.match(r"(?:en|frente|junto|al|a|afuera|fuera|dentro|entre)\b", fold(near)) else f"en {near}"
    if place.local:
        several = bool(re.search(r",| y ", place.local))
        alone = ("en los " if several else "en el ") if not place.floors else ""
        parts.append(f"{alone}{'locales' if several else 'local'} {place.local}")
    return ", ".join(part for part in (*parts, near) if part)


def _floors_and_rest(text: str) -> tuple[tuple[int, ...], str]:
    """The floors that a field names, in their order, and the field without them and their article."""
    floors: list[int] = []
    spans: list[tuple[int, int]] = []
    for mention in mentions(text, in_place=True):
        article = _ARTICLE_BEFORE.search(text, spans[-1][1] if spans else 0, mention.start)
        spans.append((article.start() if article else mention.start, mention.end))
        floors += mention.floors
    return tuple(dict.fromkeys(floors)), _without(text, spans)


def _rest_and_local(text: str) -> tuple[str, str]:
    """A field without the locals that it names, and the first of them."""
    folded = fold(text)
    if len(folded) != len(text):  # the characters of the two do not stand in the same places
        return text, ""
    named = list(_LOCAL.finditer(folded))
    return _without(text, [match.span() for match in named]), named[0]["local"].upper() if named else ""


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    kept, at = [], 0
    for start, end in spans:
        kept.append(text[at:start].rstrip(" ,-–—"))
        at = end
    rest = text[at:].lstrip(" ,-–—.") if spans else text
    parts = (*(part.strip(_SEPARATORS) for part in kept), rest)
    return ", ".join(part for part in parts if part not in ("", "y", "e"))
