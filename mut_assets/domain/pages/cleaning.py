"""The pages of a collection, each with nothing but what it says of its own place or event.

What belongs here: recognising the template from the collection, and what of a page is dropped and kept. What does not:
whose a text is (`ownership.py`), categories (`categories.py`), and how the rest is worded for a visitor
(`vectorial.py`).

The template is what stands on many pages that have something else to say. How many is many depends on what a reader
loses by an error. A heading, or a text of some length, that returns word by word under four different names and on one
page in twenty is template. A short text may be a fact that is true of many ("Entrada liberada"), so it has to be on a
quarter of the pages, and one with a digit (a price, an age, an hour) is never template. A heading under which pages
say things of their own ("Horario") is a label, and stays.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mut_assets.domain.pages import categories
from mut_assets.domain.pages.blocks import Block, key, passages, pieces, tidy, uncounted
from mut_assets.domain.pages.blocks import blocks as read_blocks
from mut_assets.domain.pages.names import Names, words
from mut_assets.domain.pages.ownership import Section, attribute, sections, subject
from mut_assets.domain.text import markup_in

_FEWEST = 4
"""Families: what fewer share is no template, however small the collection."""
_SHARE, _SHORT_SHARE = 0.05, 0.25
"""Of the families of a collection: from where on a heading or a long text, or a short one, is template."""
_LONG = 8
"""Words of a text that is long enough not to recur by chance."""
_DESCRIPTIVE = 5
"""Words a page has to say of its own before what is not its own can go."""

_OF_ITSELF = frozenset({"acerca de", "descripcion", "nosotros", "quien soy", "quienes somos", "sobre nosotros"})
"""Folded headings that say no more than "this page"."""
_IDLE = "label: says nothing of this place or event"
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Page:
    """The name of a place or event, and the HTML of its page."""

    name: str
    html: str


@dataclass(frozen=True)
class Dropped:
    """A text that was on a page and is not about it, and why, for a person to read."""

    text: str
    why: str


@dataclass(frozen=True)
class Cleaned:
    """What a page says of its own.

    `blocks` have the heading "" where it only named the page ("¿Qué es Lirio?" on the page of Lirio, "Quiénes somos");
    a heading that names it otherwise stays, because people ask by that name. `categories` are as `categories.py` has
    them. `warning` says what is wrong with the text, "" if nothing.
    """

    blocks: tuple[Block, ...]
    categories: tuple[str, ...]
    dropped: tuple[Dropped, ...]
    warning: str

    @property
    def text(self) -> str:
        """The headings and texts, separated by blank lines. Not longer than the plain text of the page."""
        return "\n\n".join(part for block in self.blocks for part in (block.heading, block.text) if part)


def cleaned(pages: Sequence[Page]) -> list[Cleaned]:
    """The pages of one whole collection, in the same order, each without template and without what is another's.

    A page whose only text is such a text keeps it, with a warning. Never raises; linear in the text of the pages.
    """
    names = Names([page.name for page in pages])
    read = [passages(page.html) for page in pages]
    vocabulary = categories.learnt(read, names)
    taken = [categories.taken(page, vocabulary) for page in read]
    parted = [
        sections(rest, page.name, family, names)
        for page, (rest, _, _), family in zip(pages, taken, names.family_of, strict=True)
    ]
    attribute(parted, names)
    template = _Template(parted, names)
    copied = categories.copied([found for _, found, _ in taken], [rest for rest, _, _ in taken], names)
    result = []
    for page, parts, (_, found, idle), owners in zip(pages, parted, taken, copied, strict=True):
        dropped = [Dropped(word, _IDLE) for word in idle]
        dropped += [Dropped(category, _belongs_to(owner)) for category, owner in owners.items()]
        own_categories = tuple(category for category in found if category not in owners)
        result.append(_cleaned(page.name, parts, template, own_categories, dropped))
    return result


class _Template:
    """What is on many pages of a collection and belongs to none of its entities."""

    def __init__(self, pages: Sequence[list[Section]], names: Names) -> None:
        self._all = len(pages)
        self._pages: Counter[str] = Counter()
        families: dict[str, set[int]] = defaultdict(set)
        headings: Counter[str] = Counter()
        for page, family in zip(pages, names.family_of, strict=True):
            headings.update({key(section.heading) for section in page if section.heading})
            units = set(_units(page))
            self._pages.update(units)
            for unit in units:
                families[unit].add(family)
        many = max(_FEWEST, _SHARE * len(names))
        most = max(_FEWEST, _SHORT_SHARE * len(names))
        self._known = {
            unit
            for unit, holders in families.items()
            if len(holders) >= (many if _is_long(unit) or headings[unit] else most)
            and (_is_long(unit) or not _DIGIT.search(unit))
        }
        self._known -= {label for label in self._known if headings[label] and not _is_long(label)} & self._labels(pages)

    def __contains__(self, text: str) -> bool:
        return key(text) in self._known

    def why(self, text: str) -> str:
        return f"template: on {self._pages[key(text)]} of {self._all} pages"

    def without(self, text: str) -> tuple[str, list[str]]:
        """A paragraph without the template in it, and that."""
        if text in self:
            return "", [text]
        kept, gone = "", []
        for start, end in pieces(text):
            if text[start:end] in self:
                gone.append(text[start:end].strip())
            else:
                kept += text[start:end]
        return (tidy(kept), gone) if gone else (text, [])

    def _labels(self, pages: Sequence[list[Section]]) -> set[str]:
        """Headings under which at least half of their pages say things of their own."""
        under: Counter[str] = Counter()
        for page in pages:
            under.update(
                {
                    key(section.heading)
                    for section in page
                    if not section.owner and any(self.without(text)[0] for text in section.texts)
                }
            )
        return {heading for heading, count in under.items() if 2 * count >= self._pages[heading]}


def _units(page: list[Section]) -> Iterator[str]:
    """What of a page could be template: its headings, paragraphs and sentences, except those of another entity."""
    for section in page:
        if section.owner:
            continue
        if not section.is_own:
            yield key(section.heading)
        for index, text in enumerate(section.texts):
            if not section.owner_of(index):
                yield key(text)
                yield from (key(text[start:end]) for start, end in pieces(text))


def _is_long(unit: str) -> bool:
    return unit.count(" ") + 1 >= _LONG


def _cleaned(
    name: str, parts: list[Section], template: _Template, own_categories: tuple[str, ...], dropped: list[Dropped]
) -> Cleaned:
    spare: list[Dropped] = []
    blocks: list[Block] = []
    seen: set[str] = set()
    for section in parts:
        texts: list[str] = []
        for index, text in enumerate(section.texts):
            owner = section.owner_of(index)
            kept, gone = ("", [text]) if owner else template.without(text)
            kept = uncounted(kept)
            why = _belongs_to(owner) if owner else ""
            spare += [Dropped(part, why or template.why(part)) for part in gone if key(part)]
            if kept and key(kept) in seen and len(kept.split()) >= _LONG:
                dropped.append(Dropped(kept, "repeated on this page"))
            elif kept:
                seen.add(key(kept))
                texts.append(kept)
        heading, gone_heading = _heading(section, name, template, is_empty=not texts)
        dropped += gone_heading
        if heading or texts:
            blocks.append(Block(heading, "\n\n".join(texts)))
    kept_after_all, warning = _kept_after_all(blocks, spare)
    if kept_after_all is not None:
        spare.remove(kept_after_all)
        blocks.append(Block("", uncounted(kept_after_all.text)))
    result = Cleaned(tuple(blocks), own_categories, tuple(dropped + spare), warning)
    # Two halves of a tag can meet when what stood between them is gone.
    return replace(result, blocks=tuple(read_blocks(result.text))) if markup_in(result.text) else result


def _belongs_to(owner: str) -> str:
    return f"belongs to {owner}"


def _heading(section: Section, name: str, template: _Template, *, is_empty: bool) -> tuple[str, list[Dropped]]:
    """The heading a block keeps, and the one it loses if that was another's or the template's."""
    heading = section.heading
    if not heading or key(heading) in _OF_ITSELF:
        return "", []
    if section.owner:
        return "", [Dropped(heading, _belongs_to(section.owner))]
    if section.is_own:
        says_more = not set(words(subject(heading))) <= set(words(name))
        return (heading if says_more and not is_empty else ""), []
    return ("", [Dropped(heading, template.why(heading))]) if heading in template else (heading, [])


def _kept_after_all(blocks: Sequence[Block], spare: Sequence[Dropped]) -> tuple[Dropped | None, str]:
    """What has to stay because a page would be left without a description: another's text rather than the template."""
    left = sum(len(block.text.split()) for block in blocks)
    telling = [part for part in spare if len(part.text.split()) >= _DESCRIPTIVE]
    if left >= _DESCRIPTIVE or not telling:
        return None, ""
    kept = max(telling, key=lambda part: (not part.why.startswith("template"), len(part.text)))
    return kept, f"its only text is kept, although it is not its own ({kept.why})"
