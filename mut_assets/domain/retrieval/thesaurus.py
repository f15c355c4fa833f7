"""The lexicon, ready to be asked: what else a word or an expression is called. Pure.

What belongs here: reading `lexicon.py`'s lines, and when a word is one of theirs. What does not: what a find by another
word counts among the others (`ranking.py`), misspelt words (`spelling.py`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mut_assets.domain.retrieval.analysis import STOPWORDS, as_typed, term_of, tokens
from mut_assets.domain.retrieval.lexicon import LEXICON
from mut_assets.domain.retrieval.spelling import sound

SAME, RELATED = 0.8, 0.4
"""What a find counts by another word for the same, and by a related one; by the word itself it is 1."""

LONGEST_EXPRESSION = 5
"""Words of the longest expression that is recognised in a question, words that say little included."""


@dataclass(frozen=True)
class _Entry:
    """A word or expression: the folded forms it stands in, and the terms of what else it is, with what they count."""

    forms: tuple[str, ...]
    others: tuple[tuple[str, float], ...]


def other_words(word: str) -> tuple[tuple[str, float], ...]:
    """The analysed terms that may stand for a word or expression, and what a find by them counts; best first. Endings
    do not matter, except a last vowel alone: plata is no plato."""
    entry = _entries().get(_key(tokens(word)))
    if entry is None:
        return ()
    folded = as_typed(word)
    alone = " " not in word
    if alone and not any(folded in (form, f"{form}s") or folded[:-1] != form[:-1] for form in entry.forms):
        return ()
    return entry.others


def is_expression(expression: Sequence[str]) -> bool:
    """Whether these words together are an entry. Neither endings nor words that say little between the others matter;
    an entry made of those has to be said exactly."""
    entry = _entries().get(_key(expression))
    if entry and (as_typed(expression[0]) in STOPWORDS or as_typed(expression[-1]) in STOPWORDS):
        return " ".join(map(as_typed, expression)) in entry.forms
    return entry is not None


def words_sounding(heard: str) -> Sequence[str]:
    """The single words of the lexicon, folded, that sound exactly like this, or like one of these."""
    return _sounds().get(heard) or _sounds().get(heard.removesuffix("s")) or ()


def _key(expression: Sequence[str]) -> str:
    """The terms of an expression without the words that say little, where two others are left."""
    telling = [word for word in expression if as_typed(word) not in STOPWORDS]
    return " ".join(map(term_of, telling if len(telling) > 1 else expression))


@lru_cache(maxsize=1)
def _entries() -> dict[str, _Entry]:
    forms: dict[str, dict[str, None]] = {}
    others: dict[str, dict[str, float]] = {}
    for same, related in _lines():
        for entry in same:
            key = _key(tokens(entry))
            forms.setdefault(key, {})[as_typed(entry)] = None
            weights = others.setdefault(key, {})
            for weight, listed in ((SAME, same), (RELATED, related)):
                for other in listed:
                    terms = " ".join(map(term_of, tokens(other)))
                    if terms != key:
                        weights[terms] = max(weight, weights.get(terms, 0.0))
    return {
        key: _Entry(tuple(forms[key]), tuple(sorted(others[key].items(), key=lambda other: -other[1]))) for key in forms
    }


@lru_cache(maxsize=1)
def _sounds() -> dict[str, list[str]]:
    words_by_sound: dict[str, list[str]] = {}
    for word in dict.fromkeys(as_typed(entry) for same, _ in _lines() for entry in same if " " not in entry):
        words_by_sound.setdefault(sound(word), []).append(word)
    return words_by_sound


def _lines() -> Iterator[tuple[list[str], list[str]]]:
    """The lines of the lexicon: what is the same, and what is related."""
    for line in LEXICON.splitlines():
        if line and not line.startswith("#"):
            same, _, related = line.partition(">")
            yield _split(same), _split(related)


def _split(entries: str) -> list[str]:
    return [entry.strip() for entry in entries.split(",") if entry.strip()]
