"""When two spellings name the same place or event.

What belongs here: the keys a name is compared by, and an index of the names of a collection. What does not: what
follows from it (`ownership.py`). "Al Paso Cevichería" and "Cevichería al Paso", "The Plant Store" and "Plant Store",
"Ben&Frank" and "Ben y Frank" are one name each; "Sellos Vintage" and "Vintage" are two.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher

from mut_assets.domain.market import MARKET
from mut_assets.domain.pages.words import words
from mut_assets.domain.text import fold

_WORDS_OF_ANY_PLACE = "and de del el en la las los of restaurant restaurante shop store the tienda tiendas y"
_GENERIC = frozenset([*_WORDS_OF_ANY_PLACE.split(), fold(MARKET.short_name)])
"""Folded words that tell no place from another."""

_LONGEST_SHORT_NAME = 8
"""Letters of an abbreviation."""
_LONG_WORD = 6
"""Letters: shorter words are alike by chance."""

_ALIKE = 0.8
"""From this similarity on, two names are spellings of one: "Starburcks" and "Starbucks" have 0.95."""


def keys(name: str) -> tuple[str, ...]:
    """What a name is found by, strictest first: all its words; those that tell; those in any order. () without any."""
    spoken = words(name)
    telling = tuple(word for word in spoken if word not in _GENERIC) or spoken
    spellings = ("".join(spoken), "".join(telling), " ".join(sorted(telling)).replace(" ", ""))
    return tuple(dict.fromkeys(key for key in spellings if key))


def alike(name: str, other: str) -> bool:
    """Whether two names differ only in order, generic words, spaces or a few letters, or one holds the other."""
    ours, theirs = keys(name), keys(other)
    if not ours or not theirs:
        return False
    a_words, b_words = _telling(words(name)), _telling(words(other))
    if set(ours) & set(theirs) or a_words <= b_words or b_words <= a_words:
        return True
    return any(SequenceMatcher(None, a, b).ratio() >= _ALIKE for a, b in zip(ours, theirs, strict=False))


def also_called(name: str, title: str) -> bool:
    """Whether what a page of that title defines is the same thing under another name: "COOM" for "Cooperativa Moda",
    "Blum Kids" for "Blum Kidz", "Unaf Mercoop" for "Unaf Legumbres"; not "La Ranura" for "Pan", whoever wrote it."""
    ours, theirs = _telling(words(name)), _telling(words(title))
    return (
        alike(name, title)
        or bool(ours & theirs)
        or any(_one_typed_wrong(mine, other) for mine in ours for other in theirs)
        or _abbreviates(name, title)
    )


def _one_typed_wrong(word: str, other: str) -> bool:
    long = min(len(word), len(other)) >= _LONG_WORD
    return long and SequenceMatcher(None, word, other).ratio() >= _ALIKE


def _abbreviates(name: str, title: str) -> bool:
    """Whether capitals begin the words of a title in their order, some with several letters."""
    if not (name.isupper() and name.isalpha() and len(name) <= _LONGEST_SHORT_NAME):
        return False
    left = {fold(name)}
    for word in words(title):
        left |= {rest[length:] for rest in left for length in range(1, len(rest) + 1) if word.startswith(rest[:length])}
    return "" in left


def _telling(spoken: Sequence[str]) -> frozenset[str]:
    return frozenset(spoken) - _GENERIC or frozenset(spoken)


class Names:
    """The names of a collection: pages whose names share a key are one family, numbered from 0."""

    def __init__(self, names: Sequence[str]) -> None:
        self._families: dict[str, int] = {}
        self._strict: dict[str, int] = {}
        self._shown: list[str] = []
        self._longest = max(map(len, names), default=0)
        self.family_of: list[int] = [self._add(name) for name in names]
        """The family of each name, in the order given."""

    def __len__(self) -> int:
        """The number of families."""
        return len(self._shown)

    def shown(self, family: int) -> str:
        """The name of a family, as its first page writes it."""
        return self._shown[family]

    def named(self, text: str) -> int | None:
        """The family that a text names, generic words and order aside."""
        return next((self._families[key] for key in keys(text) if key in self._families), None)

    def named_exactly(self, text: str) -> int | None:
        """The family whose name has just these words."""
        return None if len(text) > 2 * self._longest else self._strict.get("".join(words(text)))

    def _add(self, name: str) -> int:
        family = self.named(name)
        if family is None or not keys(name):
            family = len(self._shown)
            self._shown.append(name)
        for key in keys(name):
            self._families.setdefault(key, family)
        self._strict.setdefault("".join(words(name)), family)
        return family
