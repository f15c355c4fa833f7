"""The folded words by which the texts of pages are compared.

What belongs here: what two spellings of a word, and two copies of a text, have in common. What does not: when two names
are one (`names.py`).
"""

import re
from functools import lru_cache

from mut_assets.domain.text import fold

_REMEMBERED = 1 << 17
"""Texts: each is looked at several times while a collection is cleaned, and folding it is most of the work."""

_APOSTROPHE = re.compile(r"(?<=\w)['’´`](?=\w)")  # of "D’Lirios"
_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=_REMEMBERED)
def words(text: str) -> tuple[str, ...]:
    """The folded words of a text, in order; "&" is "y", and an apostrophe joins."""
    return tuple(_WORD.findall(_APOSTROPHE.sub("", fold(text).replace("&", " y "))))


@lru_cache(maxsize=_REMEMBERED)
def key(text: str) -> str:
    """What two copies of a text have in common: its folded words."""
    return " ".join(words(text))
