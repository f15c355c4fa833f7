"""In which order documents answer a question. Pure.

What belongs here: what the clues of a question count in a document. What does not: what is looked for (`query.py`),
fetching the candidates (`resources/embedded/index.py`). A clue counts by its best look only, and no look more than the
rarity of its term, however often it is said: so a document that covers more of a question beats one that repeats a word
of it.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mut_assets.domain.retrieval.query import FIELDS, WEIGHTS, Clue, Look

_USUAL_BODY = 90
"""Terms in the body of a usual document; a constant, so that a document's score hangs on no other document's length."""

_LENGTH = 0.5
_SATURATION = 1.2
_DECIMALS = 6

_NAME = FIELDS.index("name")
_BODY = FIELDS.index("body")
_BESIDE = tuple((at, weight) for at, weight in enumerate(WEIGHTS) if at not in (_NAME, _BODY))


class _Wanted(NamedTuple):
    """One look, ready to be searched for: what is looked for in analysed text, and what it is worth at most."""

    written: str
    value: float
    is_floor: bool


@dataclass(frozen=True)
class Ranking:
    """The scoring of the documents of a collection for one question."""

    clues: tuple[tuple[_Wanted, ...], ...]
    asked: frozenset[str]
    beginnings: tuple[str, ...]

    @classmethod
    def of(cls, clues: Sequence[Clue], holding: Callable[[Look], int], documents: int) -> "Ranking":
        """For widened clues, in a collection of so many documents of which `holding` have a look."""

        def wanted(look: Look, clue: Clue) -> _Wanted:
            value = clue.weight * look.weight * rarity(holding(look), documents)
            return _Wanted(f" {look.terms}" if look.prefix else f" {look.terms} ", value, look.is_floor)

        looks = [look for clue in clues for look in clue.looks]
        return cls(
            tuple(tuple(wanted(look, clue) for look in clue.looks) for clue in clues),
            frozenset(part for look in looks if not look.prefix for part in look.terms.split(" ")),
            tuple(look.terms for look in looks if look.prefix),
        )

    def score(self, fields: Sequence[str]) -> float:
        """How well a document answers, from its analysed `FIELDS`; 0 when it has none of the clues."""
        texts = [f" {text} " for text in fields]
        whole = "|".join(texts)
        covered = self._covered(fields[_NAME])
        length = 1 - _LENGTH + _LENGTH * texts[_BODY].count(" ") / _USUAL_BODY

        def worth(look: _Wanted) -> float:
            return look.value * _strength(look, texts, covered, length) if look.written in whole else 0.0

        return round(sum(max(map(worth, looks)) for looks in self.clues), _DECIMALS)

    def _covered(self, name: str) -> float:
        """Which part of a name the question says: all of a name counts more than a word out of a long one."""
        terms = name.split()
        covered = sum(term in self.asked or term.startswith(self.beginnings) for term in terms)
        return covered / len(terms) if terms else 0.0


def rarity(holding: int, documents: int) -> float:
    """What a term counts that `holding` of so many documents have: much when few do, never less than nothing."""
    return math.log(1 + (documents - min(holding, documents) + 0.5) / (holding + 0.5))


def _strength(look: _Wanted, texts: Sequence[str], covered: float, length: float) -> float:
    """How much a document says of one look, between 0 and 1: where it says it, and how often."""
    # A floor in a text is often somebody else's; the document's own stands in its place.
    strength = 0.5 * (look.written in texts[_BODY]) if look.is_floor else texts[_BODY].count(look.written) / length
    if look.written in texts[_NAME]:
        strength += WEIGHTS[_NAME] * covered
    for field, weight in _BESIDE:
        if look.written in texts[field]:
            strength += weight
    return strength / (strength + _SATURATION)
