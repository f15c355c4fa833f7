"""The texts of one item -> what in them must not reach the assistant.

What belongs here: the kinds, in the words that editors read, and the order of looking. What does not: setting the item
aside (`domain/tables/raw.py`, `domain/tables/faq.py`), and never an edit: who wrote the page mends it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mut_assets.domain.firewall import instructions, numbers, people, spellings
from mut_assets.domain.text import plain_text

KINDS: Mapping[str, str] = {
    "instruction": "tells an assistant what to do or say",
    "turns": "has the marks with which a conversation is written for a model",
    "markdown": "has an image or a link in Markdown that calls another address",
    "address": "has an address that runs code (javascript:, data:)",
    "rut": "has a person's RUT",
    "card": "has the number of a payment card",
    "key": "has a key of a service",
    "person": "has the phone or the mail of a person who is named",
}
"""Each kind, as what a field does; the sentence goes on with the words that were found."""

LONGEST_EXCERPT = 60
"""Characters of what was found that a sentence shows."""
_LEFT = 3
"""Characters that are left of a number, a key or a mailbox."""

_TURNS = re.compile(
    r"<\|[a-z_ ]{2,24}\|>|\[/?inst\]|<</?sys>>|^[ >*-]*#{2,6} ?(?:instruction|instrucci[oó]n|system|sistema|response|"
    r"assistant|human|user)\b ?s?(?=[:\n]|$)|\[(?:system|assistant|user)\] ?(?=[a-z])(?!de )|"
    r"[\"']?role[\"']? ?: ?[\"'](?:system|assistant|user)[\"']|\b(?:begin|end) system prompt\b|"
    r"^[ >*-]*(?:system|sistema) ?: ?(?:you |your |ignore|always|never|respond|eres |debes |responde|a partir|ignora|"
    r"from now|new )|"
    r"\b(?:human|user|usuario|humano) ?: ?[^\n]{0,300}?\s(?:assistant|asistente|ai|ia) ?: ?|"
    r"^[ >*-]*(?:human|user|usuario|humano) ?: ?[^\n]{0,300}\n\s{0,3}(?:assistant|asistente|ai|ia) ?:",
    re.MULTILINE,
)
_MARKDOWN = re.compile(
    r"!\[[^\[\]\n]{0,200}\]\(\s{0,3}(?:https?:)?//|!\[[^\[\]\n]{0,200}\]\[[^\]\n]{0,50}\]|"
    r"\]\(\s{0,3}(?:javascript|data|vbscript)\s?:|\]\(\s{0,3}https?://[^)\s]{1,200}=(?:\{|%7b|\[)",
    re.IGNORECASE,
)
_TWO_WORDS = re.compile(r"[a-z]{2}[^a-z]++(?:[a-z][^a-z]++)?[a-z]{2}")
"""Fewer tell nobody what to do; most fields, such as a phone or a floor, have fewer."""
_ADDRESS = re.compile(
    r"\b(?:javascript|vbscript):(?:\s{0,2}[\w.$]{1,80}\s?[(=]|//)|\bdata:(?:text|image|application|audio|video)/[\w.+-]+[;,]",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Fault:
    """What was found in one text of an item: its kind (of `KINDS`), the text's name, and a masked excerpt."""

    kind: str
    where: str
    excerpt: str

    def __str__(self) -> str:
        return f"{self.where} {KINDS[self.kind]}: {self.excerpt!r}"


def faults(texts: Mapping[str, str], own: str = "") -> list[Fault]:
    """The first fault of each kind in each text, by the text's name; HTML is read as a visitor reads it.

    `own` is whatever says whose the item is: its title, organiser, addresses and the site's.
    """
    return [fault for where, source in texts.items() if source.strip() for fault in _in_text(where, source, own)]


def masked(text: str) -> str:
    """The text without what belongs to one person or machine, for messages and tables of changes.

    A text that hides nothing of the kind stays as it is.
    """
    plain = spellings.uncovered(text)
    spans = [span for find in numbers.FINDERS.values() for span in find(plain)]
    spans += people.persons_contacts(plain, "")
    for start, end in sorted(set(spans), reverse=True):
        plain = f"{plain[: start + _LEFT]}…{plain[end:]}"
    return plain if spans else text


def _in_text(where: str, source: str, own: str) -> Iterator[Fault]:
    text = spellings.uncovered(plain_text(source))
    seen: set[str] = set()
    for kind, excerpt in _found(source, text, own):
        if kind not in seen:
            seen.add(kind)
            yield Fault(kind, where, excerpt)


def _found(source: str, text: str, own: str) -> Iterator[tuple[str, str]]:
    yield from (("instruction", excerpt) for excerpt in _instructions(source, text))
    yield from (("turns", _excerpt(match[0], 0, len(match[0]))) for match in _TURNS.finditer(text.casefold()))
    for kind, pattern in (("markdown", _MARKDOWN), ("address", _ADDRESS)):
        yield from ((kind, _excerpt(text, *match.span())) for match in pattern.finditer(text))
    for kind, find in numbers.FINDERS.items():
        yield from ((kind, f"{text[start : start + _LEFT]}…") for start, _ in find(text))
    yield from (("person", f"{text[start : start + _LEFT]}…") for start, _ in people.persons_contacts(text, own))


def _instructions(source: str, text: str) -> Iterator[str]:
    plain = spellings.folded(text)
    readings = [plain, spellings.unleeted(plain), spellings.folded(spellings.turned(source, text))]
    readings += [spellings.folded(inner) for inner in spellings.decoded(text)]
    for reading in filter(_TWO_WORDS.search, dict.fromkeys(readings)):
        yield from (_excerpt(reading, *span) for span in instructions.told_in(reading))
    for letters in spellings.spaced_words(plain):
        if instructions.is_spelt_by(letters):
            yield _excerpt(letters, 0, len(letters))


def _excerpt(text: str, start: int, end: int) -> str:
    """What was found on one line, without the numbers and keys that may stand in it."""
    line = " ".join(masked(text[start:end]).split())
    return line if len(line) <= LONGEST_EXCERPT else f"{line[: LONGEST_EXCERPT - 1]}…"
