"""Where something is, as a visitor would say it: floor, local, and what it is next to.

What belongs here: reading `lugar`, `nivel` and `local`, and the phrase. What does not: the sentence around it
(`vectorial.py`).

Editors write the floor into any of the three fields ("Nivel 1  - local 23" in `lugar`, "Piso -1" in `nivel`). Where
`lugar` and `nivel` name different floors, `lugar` counts: it is what the page shows, and what other pages confirm; the
contradiction is reported.
"""

import re
from dataclasses import dataclass

from mut_assets.domain.text import fold, listed

_ORDINALS = {
    "primer": 1,
    "segundo": 2,
    "tercer": 3,
    "cuarto": 4,
    "quinto": 5,
    "sexto": 6,
    "septimo": 7,
    "octavo": 8,
    "noveno": 9,
    "decimo": 10,
}
_WORD = r"(?:pisos?|niveles|nivel|planta)"
_NUMBER = r"(?:(?:menos\s+|[-−–]\s?)?\d{1,2})(?![\d.:])"
_FLOOR = re.compile(
    rf"\b(?:(?:el|del|en\s+el)\s+)?(?:{_WORD}\s*(?:n[°º.]?\s*)?(?P<numbers>{_NUMBER}(?:\s*(?:,|y|e)\s+{_NUMBER})*)"
    rf"|(?P<before>\d{{1,2}})\s*[°º]\s*{_WORD}"
    rf"|(?P<ordinal>{'|'.join(_ORDINALS)})o?\s+{_WORD}"
    r"|subterraneo\s*(?P<below>-?\d{1,2})?)"
)
_BARE = re.compile(rf"\s*{_NUMBER}\s*")
_LOCAL = re.compile(
    r"\b(?:local(?:es)?)\s*(?:n[°º.]?\s*)?(?P<local>[a-z]{0,2}\d[\w-]*(?:\s*(?:,|y)\s*[a-z]{0,2}\d[\w-]*)*)"
)
_NAMED_LOCAL = re.compile(r"^local(?:es)?\b\s*", re.IGNORECASE)
_AND = re.compile(r"\s+y\s+", re.IGNORECASE)
_SEPARATORS = " \t\n,;:.|·-–—"
_EVERYWHERE = re.compile(r"tod[oa]s?\b")


@dataclass(frozen=True)
class Place:
    """A place. `near` is what the page says beyond floor and local; `doubt` says in words what does not fit."""

    floors: tuple[int, ...] = ()
    local: str = ""
    near: str = ""
    doubt: str = ""

    @property
    def floor(self) -> int | None:
        """The floor where there is exactly one; below ground it is negative."""
        return self.floors[0] if len(self.floors) == 1 else None


def understand(lugar: str, nivel: str = "", local: str = "") -> Place:
    """What the three fields say together. Never raises; what is not understood stays in `near`."""
    here, near = _without(_FLOOR, lugar)
    found, near = _without(_LOCAL, near)
    floors = _floors(here)
    stated = _floors([nivel]) or _floors(_without(_FLOOR, local)[0])
    doubt = f"lugar says {lugar!r}, nivel says {nivel!r}" if floors and stated and floors != stated else ""
    near = near.strip(_SEPARATORS)
    if nivel and not _floors([nivel]) and fold(nivel.strip()) not in fold(near):
        near = ", ".join(part for part in (near, nivel.strip()) if part)
    own = _NAMED_LOCAL.sub("", _without(_FLOOR, local)[1].strip(_SEPARATORS))
    return Place(floors or stated, _AND.sub(" y ", own or _local(found)), near, doubt)


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


def _without(pattern: re.Pattern[str], text: str) -> tuple[list[str], str]:
    """What a pattern finds, and the text without it. Folding keeps every character's place, or nothing is found."""
    folded = fold(text)
    if len(folded) != len(text):
        return [], text
    found, kept, at = [], [], 0
    for match in pattern.finditer(folded):
        found.append(match.group())
        kept.append(text[at : match.start()].rstrip(" ,-–—"))
        at = match.end()
    rest = text[at:].lstrip(" ,-–—.") if found else text
    parts = (*(part.strip(_SEPARATORS) for part in kept), rest)
    return found, ", ".join(part for part in parts if part not in ("", "y", "e"))


def _floors(texts: list[str]) -> tuple[int, ...]:
    """The floors that texts name, in their order; a bare number is one."""
    floors: list[int] = []
    for text in map(fold, texts):
        if _BARE.fullmatch(text):
            floors += _numbers(text)
            continue
        for match in _FLOOR.finditer(text):
            if match["numbers"]:
                floors += _numbers(match["numbers"])
            elif match["before"]:
                floors.append(int(match["before"]))
            elif match["ordinal"]:
                floors.append(_ORDINALS[match["ordinal"]])
            else:
                floors.append(-abs(int(match["below"] or 1)))
    return tuple(dict.fromkeys(floors))


def _numbers(text: str) -> list[int]:
    negative = r"(?:menos\s+|[-−–]\s?)"
    return [-int(number) if sign else int(number) for sign, number in re.findall(rf"({negative})?(\d{{1,2}})", text)]


def _local(found: list[str]) -> str:
    match = _LOCAL.search(found[0]) if found else None
    return match["local"].upper() if match else ""
