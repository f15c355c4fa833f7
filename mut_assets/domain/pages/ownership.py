"""Whose text it is: what stands on a page of one place, and is about another.

What belongs here: telling, for the paragraphs of a collection, which of them belong to another entity, and why. What
does not: dropping them (`telling.py`), and when two names are one (`names.py`).

Three signs, and no list of known cases: a heading or signature that names another; the same text under the same name
on pages of several others; a text that another claims with a better right. A name within a sentence is no sign.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mut_assets.domain.pages.blocks import Passage, pieces, tidy
from mut_assets.domain.pages.names import Names, alike
from mut_assets.domain.pages.words import key, words

# "¿Qué es Lirio?", "Who are The Bakers?"
_DEFINITION = re.compile(
    r"¿?(?:(?:qué|que|quién|quien)(?:es)?\s+(?:es|son)|(?:what|who)\s+(?:is|are))\s+(?P<name>[^?¿]{1,80}?)\s*\?",
    re.IGNORECASE,
)
# "Acerca de Lirio", "Bienvenidos a Lirio"
_ABOUT = re.compile(r"(?:about|acerca de|bienvenidos? a|conoce|sobre)\s+(?P<name>.{1,80})", re.IGNORECASE)
# "— Lirio", "Atte. Lirio.", "Lirio"
_SIGNED = re.compile(
    r"(?:[—–]\s*|(?:atentamente|atte|firma|por)\b[.,:]?\s*)?(?P<name>[^\n]{1,80}?)[.\s]*", re.IGNORECASE
)
_TITLE_END = re.compile(r"\s*\.\s*(?=\S)")  # the "." of "Taller de pan.por Ana"

_SHORT = 3
"""Words: lines no longer than this above a bare name do not keep it from being a heading ("Restaurante", "Arigato")."""
_TELLING = 6
"""Words: a shorter text can be on two pages by chance."""
_MANY = 4
"""Families: a text on this many is more likely template, unless it names its owner."""
_COPIED = 0.5
"""The share of a paragraph's words that stand in sentences of another entity, from which on it is a copy."""

_ONLY_TEXT, _UNDER_OWN_NAME, _NAMES_ITSELF = 1, 2, 3
"""How good an entity's claim to a text on its page is."""


@dataclass
class Section:
    """What stands under one heading. `owner` says to whom else all of it belongs; `owners`, single paragraphs.
    `is_own`: the heading names the page; `says_more`: and has words that the name of the page has not."""

    heading: str
    is_own: bool
    says_more: bool = False
    texts: list[str] = field(default_factory=list)
    owner: str = ""
    owners: dict[int, str] = field(default_factory=dict)

    @property
    def owned_texts(self) -> list[tuple[str, str]]:
        """Each paragraph with the entity it belongs to, "" for that of the page."""
        return [(text, self.owner or self.owners.get(index, "")) for index, text in enumerate(self.texts)]


def attribute_owners(pages: Sequence[Sequence[Passage]], titles: Sequence[str], names: Names) -> list[list[Section]]:
    """The pages of a collection by their headings, with the owner of what belongs to another; linear in their text.
    `titles` are the names of the pages as given, and `names` the families of them."""
    titled = zip(pages, titles, names.family_of, strict=True)
    parted = [_sections(page, title, family, names) for page, title, family in titled]
    _attribute_unknown_names(parted, names)
    _attribute_copies(parted, names)
    return parted


def defined(heading: str) -> str:
    """The name that a heading asks about: "X" of "¿Qué es X?"; "" where it asks about nothing."""
    match = _DEFINITION.fullmatch(heading.strip())
    return match["name"].strip() if match else ""


def _subject(heading: str) -> str:
    """The name that a heading asks about ("¿Qué es X?"), else the heading itself."""
    match = _DEFINITION.fullmatch(heading.strip()) or _ABOUT.fullmatch(heading.strip())
    return match["name"].strip() if match else heading


def _sections(page: Sequence[Passage], name: str, family: int, names: Names) -> list[Section]:
    """A page by its headings, among them names that stand alone and definitions within a paragraph."""
    parted = [Section("", False)]
    for passage in _with_names_apart(page, name, family, names):
        if passage.is_heading:
            parted.append(_headed(passage.text, name, family, names))
        else:
            parted[-1].texts.append(passage.text)
    for section in parted:
        _attribute_signed(section, name, family, names)
    return [section for section in parted if section.heading or section.texts]


def _headed(heading: str, name: str, family: int, names: Names) -> Section:
    about = _subject(heading)
    named = names.named(about) if about != heading else names.named_exactly(heading.strip(" .:"))
    says_more = not set(words(about)) <= set(words(name))
    if named == family or _is_part(heading, name):
        return Section(heading, True, says_more)
    if named is None:
        return Section(heading, about != heading and alike(about, name), says_more)
    if _is_branch(name, about):
        return Section(heading, True, says_more)
    return Section(heading, False, owner=names.shown(named))


def _is_branch(name: str, about: str) -> bool:
    """Whether a page is of a branch of what it tells of: "Café Lirio Kiosko" is one of "Café Lirio"."""
    return words(name)[: len(words(about))] == words(about)


def _with_names_apart(page: Sequence[Passage], name: str, family: int, names: Names) -> Iterator[Passage]:
    """The passages of a page, with headings set as such that are written as text."""
    at_the_top = True
    for passage in page:
        if passage.is_heading:
            at_the_top = True
            yield passage
            continue
        if rest := _after_title(passage.text, name):
            yield Passage(name, is_heading=True)
            passage = Passage(rest)
        named = names.named_exactly(passage.text.strip(" .:"))
        if named is None and _is_part(passage.text, name):
            named = family
        if named == family or (named is not None and at_the_top):
            yield Passage(passage.text, is_heading=True)
            at_the_top = True
            continue
        at_the_top = at_the_top and len(passage.text.split()) <= _SHORT
        yield from _with_definitions_apart(passage, family, names)


def _after_title(text: str, name: str) -> str:
    """What follows the name of the page where it stands before a full stop ("Taller de pan.por Lirio"), else ""."""
    title = name.strip(" .")
    if not title or text[: len(title)].casefold() != title.casefold():
        return ""
    match = _TITLE_END.match(text, len(title))
    return tidy(text[match.end() :]) if match else ""


def _is_part(text: str, name: str) -> bool:
    """Whether a line is nothing but words of a page's own name: "Galpón Italia" of "Rapaz by Galpón Italia"."""
    if len(text) >= len(name):
        return False
    ours, theirs = words(name), words(text)
    return 0 < len(theirs) < len(ours) and len("".join(theirs)) > _SHORT and set(theirs) < set(ours)


def _with_definitions_apart(passage: Passage, family: int, names: Names) -> Iterator[Passage]:
    """Opens a heading where "¿Qué es X?" stands within a paragraph, if X is in the collection."""
    start = 0
    for match in _DEFINITION.finditer(passage.text):
        if match.group().startswith("¿") and names.named(match["name"]) is not None:
            if before := tidy(passage.text[start : match.start()].strip()):
                yield Passage(before)
            yield Passage(match.group(), is_heading=True)
            start = match.end()
    if start == 0:
        yield passage
    elif rest := tidy(passage.text[start:].strip()):
        yield Passage(rest)


def _attribute_signed(section: Section, name: str, family: int, names: Names) -> None:
    """Gives a paragraph to the entity whose name is all of its last line, or all of the paragraph after it."""
    for index, text in enumerate(section.texts):
        above, _, last = text.rpartition("\n")
        signed = [index] if above else [index - 1, index]
        owner = _signature(last, name, family, names)
        if owner and signed[0] >= 0 and len((above or section.texts[signed[0]]).split()) >= _TELLING:
            section.owners.update(dict.fromkeys(signed, owner))


def _signature(line: str, name: str, family: int, names: Names) -> str:
    """The other entity whose name is all that a line says, "" if there is none."""
    match = _SIGNED.fullmatch(line)
    named = names.named_exactly(match["name"]) if match else None
    return "" if named is None or named == family or _is_branch(name, names.shown(named)) else names.shown(named)


def _attribute_unknown_names(pages: Sequence[list[Section]], names: Names) -> None:
    """Sections under a name that is nobody's here: on pages of several families, or where a page defines itself too."""
    holders: dict[tuple[str, str], set[int]] = defaultdict(set)
    for page, family in zip(pages, names.family_of, strict=True):
        for section in filter(_is_unknown, page):
            holders[_definition(section)].add(family)
    for page in pages:
        defines_itself = any(section.is_own and len(" ".join(section.texts).split()) >= _TELLING for section in page)
        for section in filter(_is_unknown, page):
            about = _subject(section.heading)
            if len(holders[_definition(section)]) > 1 or (defines_itself and _is_proper(about)):
                section.owner = about


def _is_unknown(section: Section) -> bool:
    return not section.is_own and not section.owner and _subject(section.heading) != section.heading


def _definition(section: Section) -> tuple[str, str]:
    return key(_subject(section.heading)), key(" ".join(section.texts))


def _is_proper(name: str) -> bool:
    """Whether a name is written as one: "La Tuerca Feliz", and not "el vermut"."""
    spoken = name.split()
    return sum(word[0].isupper() for word in spoken) * 2 > len(spoken)


def _attribute_copies(pages: Sequence[list[Section]], names: Names) -> None:
    """Paragraphs most of which stand on the page of another family that has the better claim to them."""
    claims: dict[str, dict[int, int]] = defaultdict(dict)
    for page, family in zip(pages, names.family_of, strict=True):
        own_name = " ".join(words(names.shown(family)))
        telling = list(_paragraphs(page))
        for section, _, text in telling:
            claim = _claim(section, text, own_name, is_only=len(telling) == 1)
            for sentence, _ in _sentences(text):
                claims[sentence][family] = max(claim, claims[sentence].get(family, 0))
    for page, family in zip(pages, names.family_of, strict=True):
        for section, index, text in _paragraphs(page):
            owner = _copied_from(text, family, claims)
            if owner is not None:
                section.owners[index] = names.shown(owner)


def _paragraphs(page: list[Section]) -> Iterator[tuple[Section, int, str]]:
    """The paragraphs that are long enough to be told from others, of sections without an owner."""
    for section in page:
        if not section.owner:
            for index, text in enumerate(section.texts):
                if len(text.split()) >= _TELLING:
                    yield section, index, text


def _claim(section: Section, text: str, own_name: str, *, is_only: bool) -> int:
    if own_name and f" {own_name} " in f" {key(text)} ":
        return _NAMES_ITSELF
    if section.is_own:
        return _UNDER_OWN_NAME
    return _ONLY_TEXT if is_only else 0


def _sentences(text: str) -> list[tuple[str, int]]:
    """The folded sentences of a paragraph that are long enough to be told from others, and their words."""
    sentences = [(key(text[start:end]), len(text[start:end].split())) for start, end in pieces(text)]
    return [(sentence, count) for sentence, count in sentences if count >= _TELLING]


def _copied_from(text: str, family: int, claims: dict[str, dict[int, int]]) -> int | None:
    """The one family with the best claim to most of a text, if it is not this one."""
    copied: dict[int, int] = defaultdict(int)
    for sentence, count in _sentences(text):
        holders = claims[sentence]
        best = max(holders.values())
        if best < _NAMES_ITSELF and len(holders) >= _MANY:
            continue
        owners = [holder for holder, claim in holders.items() if claim == best]
        if len(owners) == 1 and owners[0] != family:
            copied[owners[0]] += count
    owner = max(copied, key=lambda holder: copied[holder], default=None)
    return owner if owner is not None and copied[owner] >= _COPIED * len(text.split()) else None
