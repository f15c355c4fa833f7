"""Misspelt words: what sounds alike, and how many typing slips lie between two words. Pure.

What belongs here: the sound of a word as Chileans write it by ear, Spanish and foreign names alike; distance; the
choice among candidates. What does not: fetching candidates (`resources/embedded/index.py`), stems (`analysis.py`).
"""

import re
from collections.abc import Iterable

_SOUNDS = tuple(
    (re.compile(written), heard)
    for written, heard in (
        (r"ph", "f"),
        (r"th", "t"),
        (r"[cs]h", "X"),
        (r"^[ei]?s(?=[bcdfgkmnpqtv])", "s"),
        (r"ao$", "ado"),
        (r"gu(?=[ei])", "G"),
        (r"g(?=[ei])", "j"),
        (r"qu(?=[ei])", "k"),
        (r"c(?=[eiy])", "s"),
        (r"x", "ks"),
        (r"[cqk]+", "k"),
        (r"[tz]?z", "s"),
        (r"[vb]", "b"),
        (r"ll|y|ee", "i"),
        (r"oo|w", "u"),
        (r"h", ""),
        (r"n(?=[bp])", "m"),
        (r"(.)\1+", r"\1"),
    )
)
"""How a folded word sounds, step by step: esquechers, skechers; bodi, body; yoga, lloga; amburguesa, hamburguesa."""

_SMALL = re.compile(r"(?<=..)(?:ec|c)?it([oa]s?)$")


def sound(word: str) -> str:
    """How a folded word sounds; two spellings of one sound are equal."""
    for written, heard in _SOUNDS:
        word = written.sub(heard, word)
    return word.lower()


def without_diminutive(word: str) -> list[str]:
    """What a folded word in -ito, -ita may be the small form of: `cafecito`: cafeo, cafe."""
    return [_SMALL.sub(ending, word) for ending in (r"\1", "", "e")] if _SMALL.search(word) else []


def trigrams(sounding: str) -> list[str]:
    """The distinct runs of three characters of a word, its beginning and end marked."""
    marked = f"^{sounding}$"
    return list(dict.fromkeys(marked[at : at + 3] for at in range(len(marked) - 2)))


def slips_allowed(word: str) -> int:
    """How many typing slips a word may hold and still be recognised; 0 for short words and numbers."""
    if len(word) < 4 or any(character.isdigit() for character in word):
        return 0
    return 1 if len(word) < 7 else 2


def closest(word: str, candidates: Iterable[str]) -> list[str]:
    """The candidates fewest slips away from a misspelt word, at most two, in the order they came."""
    allowed = slips_allowed(word)
    at_distance: dict[int, list[str]] = {}
    for candidate in candidates:
        if abs(len(candidate) - len(word)) <= allowed:
            at_distance.setdefault(slips(word, candidate), []).append(candidate)
    best = min(at_distance, default=allowed + 1)
    return at_distance[best][:2] if best <= allowed else []


def slips(word: str, other: str) -> int:
    """Letters missing, added, changed or swapped with their neighbour between two words."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, 1):
        above, before, row = before, row, [i]
        for j, counterpart in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != counterpart))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == counterpart:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
    return row[-1]
