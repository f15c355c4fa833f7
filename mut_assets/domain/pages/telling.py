"""What a page says of its own: what is kept of it, what is dropped and why.

What belongs here: one page at a time, once it is decided whose its texts are. What does not: deciding that
(`ownership.py`, `template.py`, `endings.py`), and how the rest is worded for a visitor (`documents/vectorial.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mut_assets.domain.markup import markup_in
from mut_assets.domain.pages.blocks import Block, blocks, uncounted
from mut_assets.domain.pages.endings import Ending
from mut_assets.domain.pages.ownership import Section
from mut_assets.domain.pages.template import LONG, Template
from mut_assets.domain.pages.words import key

_DESCRIPTIVE = 5
"""Words a page has to say of its own before what is not its own can go."""

_OF_ITSELF = frozenset({"acerca de", "descripcion", "nosotros", "quien soy", "quienes somos", "sobre nosotros"})
"""Folded headings that say no more than "this page"."""
_IDLE = "label: says nothing of this place or event"


@dataclass(frozen=True)
class Dropped:
    """A text that was on a page and is not about it, and why, for a person to read."""

    text: str
    why: str


@dataclass(frozen=True)
class Cleaned:
    """What a page says of its own. `blocks` have the heading "" where it only named the page ("¿Qué es Lirio?" on the
    page of Lirio, "Quiénes somos"); a heading that names it otherwise stays, because people ask by that name.
    `categories` are as `endings.py` has them. `warning` says what is wrong with the text, "" if nothing."""

    blocks: tuple[Block, ...]
    categories: tuple[str, ...]
    dropped: tuple[Dropped, ...]
    warning: str

    @property
    def text(self) -> str:
        """The headings and texts, separated by blank lines. Not longer than the plain text of the page."""
        return "\n\n".join(part for block in self.blocks for part in (block.heading, block.text) if part)


def tell(
    sections: Sequence[Section],
    template: Template,
    ending: Ending,
    category_owners: Mapping[str, str],
    unseen: Sequence[Dropped] = (),
) -> Cleaned:
    """One page without what is not its own. `sections` have their owners, `category_owners` those of its categories
    that are another's; `unseen` is what its HTML holds and visitors do not read."""
    dropped = [*unseen, *(Dropped(word, _IDLE) for word in ending.idle)]
    dropped += [Dropped(category, f"belongs to {owner}") for category, owner in category_owners.items()]
    spare: list[Dropped] = []
    kept_blocks: list[Block] = []
    seen: set[str] = set()
    for section in sections:
        texts: list[str] = []
        for text, owner in section.owned_texts:
            kept, gone = ("", [text]) if owner else template.without(text)
            kept = uncounted(kept)
            why = f"belongs to {owner}" if owner else ""
            spare += [Dropped(part, why or template.why(part)) for part in gone if key(part)]
            if kept and key(kept) in seen and len(kept.split()) >= LONG:
                dropped.append(Dropped(kept, "repeated on this page"))
            elif kept:
                seen.add(key(kept))
                texts.append(kept)
        heading, gone_heading = _heading(section, template, is_empty=not texts)
        dropped += gone_heading
        if heading or texts:
            kept_blocks.append(Block(heading, "\n\n".join(texts)))
    kept_after_all, warning = _kept_after_all(kept_blocks, spare)
    if kept_after_all is not None:
        spare.remove(kept_after_all)
        kept_blocks.append(Block("", uncounted(kept_after_all.text)))
    own_categories = tuple(category for category in ending.categories if category not in category_owners)
    result = Cleaned(tuple(kept_blocks), own_categories, tuple(dropped + spare), warning)
    # Two halves of a tag can meet when what stood between them is gone.
    return replace(result, blocks=tuple(blocks(result.text))) if markup_in(result.text) else result


def _heading(section: Section, template: Template, *, is_empty: bool) -> tuple[str, list[Dropped]]:
    """The heading a block keeps, and the one it loses if that was another's or the template's."""
    heading = section.heading
    if not heading or key(heading) in _OF_ITSELF:
        return "", []
    if section.owner:
        return "", [Dropped(heading, f"belongs to {section.owner}")]
    if section.is_own:
        return (heading if section.says_more and not is_empty else ""), []
    return ("", [Dropped(heading, template.why(heading))]) if heading in template else (heading, [])


def _kept_after_all(blocks: Sequence[Block], spare: Sequence[Dropped]) -> tuple[Dropped | None, str]:
    """What has to stay because a page would be left without a description: another's text rather than the template."""
    left = sum(len(block.text.split()) for block in blocks)
    telling = [part for part in spare if len(part.text.split()) >= _DESCRIPTIVE]
    if left >= _DESCRIPTIVE or not telling:
        return None, ""
    kept = max(telling, key=lambda part: (not part.why.startswith("template"), len(part.text)))
    return kept, f"its only text is kept, although it is not its own ({kept.why})"
