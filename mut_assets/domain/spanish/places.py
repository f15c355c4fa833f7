"""Where something is, as a visitor would say it: floor, local, and what it is next to.

What belongs here: reading `lugar`, `nivel` and `local`, and the phrase. What does not: the sentence around it
(`vectorial.py`). Editors write the floor into any of the three fields ("Piso -1" in `nivel`). Where `lugar` and `nivel`
name different floors, `lugar` counts: it is what the page shows, and what other pages confirm.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mut_assets.domain.spanish.floors import bare, mentions
from mut_assets.domain.text import fold, listed

_BEFORE_FLOOR = re.compile(r"\b(?:en(?:\s+(?:el|los))?|el|los|del)\s+$", re.IGNORECASE)
_BEFORE_LOCAL = re.compile(r"\b(?:en(?:\s+(?:el|los))?|el)\s+$", re.IGNORECASE)
"""What goes with a floor or a local that is taken out: "Jardín del piso 3", "en el local 5"."""
_POINTS_AT = re.compile(
    r"\b(?:a|al|ante|antes|antiguo|bajo|con|contra|de|del|desde|entre|ex|frente|hacia|hasta|la|las|los|para|por|sin|sobre"
    r"|tras|un|una)\s*$",
    re.IGNORECASE,
)
"""A text that ends so is about a neighbour: "frente al local 23", "entre piso 1 y 2", "(ex local 22)"."""
_DENIES = re.compile(r"\b(?:no|ni|nunca|tampoco|dej(?:o|amos|aron))\b[^.,;:()|]*$")
"""A clause that begins so says where the place is not: "ya no estamos en el piso 2"."""
_LATER = re.compile(r"\b(?:proximamente|pronto|futuro)\b[^.,;:()|]*$")
"""Behind where it is, where it is not yet."""
_LONGEST_BEFORE = 40
"""Characters that are looked at before a floor or a local: enough for such words, and none is looked at twice."""
_BEGINS_WITH_NO = re.compile(r"(?:ya\s+)?no\b|tampoco\b")
_GOES_ON = re.compile(r"\s*[-–—/]\s*\d")
_ITEM = r"[a-z]{0,2}-?\d[\w-]*(?:\s[a-z](?=\s*(?:[,.;:)]|$)))?"  # "23", "L03", "B-12", "2000-6", "101 A"
_COUNTED = r"(?!\s*(?:cuadras|m2|metros|niveles|pasos|personas|pisos|plantas)\b)"
_LOCAL = re.compile(
    rf"\bloc(?:al(?:es)?\b|\.)\s*+:?\s*+(?:n[°º.]?\s*|#)?(?P<local>{_ITEM}(?:\s*(?:,|y|al?\s)\s*{_ITEM}{_COUNTED})*)"
)
_NAMED_LOCAL = re.compile(r"^(?:local(?:es)?\b|loc\.)\s*:?\s*", re.IGNORECASE)
_AND = re.compile(r"(?<!\s)\s+(y|al?)\s+", re.IGNORECASE)
_SEPARATORS = " \t\n,;:.|·-–—"
_EVERYWHERE = re.compile(r"tod[oa]s?\b")
_LISTED = re.compile(r"\s*\b[yeo]\s*", re.IGNORECASE)
_AND_BEFORE = re.compile(r"^[ye]\s+", re.IGNORECASE)
_NOTHING = re.compile(r"[\s/|·,;:.–—-]*|y|e", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\(([^()]*)\)")
_EMPTY = re.compile(r"\(\s*\)|\[\s*\]")
_BESIDE_BRACKET = re.compile(r"(?<=[(\[])[\s,;:.|·–—-]+|(?<![\s,;:|·–—-])[\s,;:|·–—-]++(?=[)\]])")


@dataclass(frozen=True)
class Place:
    """A place. `near` is what the page says beyond floor and local; `doubts` say in words what does not fit."""

    floors: tuple[int, ...] = ()
    local: str = ""
    near: str = ""
    doubts: tuple[str, ...] = ()


class _Reading(NamedTuple):
    """Of one field: its own floors in their order, its own locals, what else it says, and whether a floor goes on."""

    floors: tuple[int, ...] = ()
    locals: str = ""
    rest: str = ""
    goes_on: bool = False


def understand(lugar: str, nivel: str = "", local: str = "") -> Place:
    """What the three fields say together. Never raises; what is not understood stays in `near`."""
    alone = bare(lugar)
    below = _Reading((alone,)) if alone is not None and alone < 0 else None  # "-2"; "2" may be a local
    place, beside, level = below or _read(lugar), _read(local, locals_too=False), _read(nivel)
    only = bare(nivel)
    stated = (only,) if only is not None else level.floors
    contradicts = place.floors and (stated or beside.floors) not in ((), place.floors)
    doubts = [f"lugar says {lugar!r}, nivel says {nivel!r}"] if contradicts else []
    doubts += [
        f"{text!r} may name one floor or several" for text, field in ((lugar, place), (nivel, level)) if field.goes_on
    ]
    near = place.rest.strip(_SEPARATORS)
    beyond = "" if only is not None else level.rest.strip(_SEPARATORS) if stated or level.locals else nivel.strip()
    if fold(beyond) not in fold(near):
        near = ", ".join(part for part in (near, beyond) if part)
    named = _NAMED_LOCAL.sub("", beside.rest.strip(_SEPARATORS))
    locals_named = filter(None, (named, place.locals, level.locals))
    own, *others = [_AND.sub(lambda word: word[0].lower(), local) for local in locals_named] or [""]
    for other in dict.fromkeys(other for other in others if not _same_local(own, other)):
        near = ", ".join(part for part in (near, f"local {other}") if part)
        doubts.append(f"it names the local {own} and the local {other}")
    if _BEGINS_WITH_NO.match(fold(near)) and not (place.floors or stated or own):
        doubts.append(f"{lugar!r} says where it is not")
    return Place(place.floors or stated or beside.floors, own, near, tuple(doubts))


def _same_local(one: str, other: str) -> bool:
    ours, theirs = (set(re.findall(r"\w+", fold(local))) - {"y", "a", "al"} for local in (one, other))
    return theirs <= ours


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
        if _BEGINS_WITH_NO.match(fold(near)):
            near = f"donde la página dice “{near}”"
        near = (
            near
            if re.match(r"(?:donde|en|frente|junto|al|a|afuera|fuera|dentro|entre)\b", fold(near))
            else f"en {near}"
        )
    if place.local:
        several = bool(re.search(r",| y | al? ", place.local))
        alone = ("en los " if several else "en el ") if not place.floors else ""
        parts.append(f"{alone}{'locales' if several else 'local'} {place.local}")
    return ", ".join(part for part in (*parts, near) if part)


def _read(text: str, *, locals_too: bool = True) -> _Reading:
    """Reads one field: what is said of a neighbour stays, and is not the place's ("frente al local 23")."""
    floors = list(mentions(text, in_place=True))
    own = _own(text, [(mention.start, mention.end) for mention in floors], _BEFORE_FLOOR)
    folded, locals_own, numbers = fold(text), [], []
    if locals_too and len(folded) == len(text):  # else the characters of the two do not stand in the same places
        found = list(_LOCAL.finditer(folded))
        locals_own = _own(text, [match.span() for match in found], _BEFORE_LOCAL)
        numbers = [match["local"].upper() for match, span in zip(found, locals_own, strict=True) if span]
    return _Reading(
        tuple(dict.fromkeys(n for mention, span in zip(floors, own, strict=True) if span for n in mention.floors)),
        listed(numbers, "y"),
        _without(text, sorted(filter(None, (*own, *locals_own)))),
        any(_GOES_ON.match(text, mention.end) for mention in floors),
    )


def _own(text: str, spans: Sequence[tuple[int, int]], words_before: re.Pattern[str]) -> list[tuple[int, int] | None]:
    """What can be taken out of a text for each of these: None where it is a neighbour's, or goes on behind it."""
    own: list[tuple[int, int] | None] = []
    for at, (start, end) in enumerate(spans):
        before = max(0, start - _LONGEST_BEFORE)
        words = words_before.search(text, before, start)
        start = words.start() if words else start
        of_neighbour = _POINTS_AT.search(text, before, start) or _GOES_ON.match(text, end)
        clause = fold(text[before:start])
        is_elsewhere = _DENIES.search(clause) or (any(own) and _LATER.search(clause))
        listed_with_one = at > 0 and own[-1] is None and _LISTED.fullmatch(text[spans[at - 1][1] : start])
        own.append(None if of_neighbour or is_elsewhere or listed_with_one else (start, end))
    return own


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    if not spans:
        return text
    kept, at = [], 0
    for start, end in spans:
        kept.append(text[at : max(at, start)].rstrip(" ,-–—"))
        at = max(at, end)
    parts = (*(part.strip(_SEPARATORS) for part in kept), _AND_BEFORE.sub("", text[at:].lstrip(" ,-–—.")))
    rest = _EMPTY.sub("", _BESIDE_BRACKET.sub("", ", ".join(part for part in parts if not _NOTHING.fullmatch(part))))
    bracketed = _IN_BRACKETS.fullmatch(rest)
    return bracketed[1] if bracketed else rest
