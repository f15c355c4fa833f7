"""The pages of a collection, each with nothing but what it says of its own place or event.

What belongs here: the order of the steps, each of which has its modules: parse (`blocks.py`), learn from the collection
(`names.py`, `categories.py`), decide (`endings.py`, `ownership.py`, `template.py`), tell (`telling.py`). No step
goes back to an earlier one: what was learnt and decided is handed on as values.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mut_assets.domain.pages.blocks import passages_and_rest
from mut_assets.domain.pages.categories import learn_categories
from mut_assets.domain.pages.endings import copied_categories, take_categories
from mut_assets.domain.pages.names import Names
from mut_assets.domain.pages.ownership import attribute_owners
from mut_assets.domain.pages.telling import Cleaned, Dropped, tell
from mut_assets.domain.pages.template import Template


@dataclass(frozen=True)
class Page:
    """The name of a place or event, the HTML of its page, and the address of that."""

    name: str
    html: str
    link: str = ""


def cleaned(pages: Sequence[Page]) -> list[Cleaned]:
    """The pages of one whole collection, in the same order, each without template and without what is another's.

    A page whose only text is such a text keeps it, with a warning. Never raises; linear in the text of the pages.
    """
    # Parse: each page as its paragraphs.
    read = [passages_and_rest(page.html, page.link) for page in pages]
    parsed = [passages for passages, _ in read]
    # Learn from the collection: which names are one, and which words are categories.
    names = Names([page.name for page in pages])
    vocabulary = learn_categories(parsed, names)
    # Decide: which categories a page ends with and who has them from whom, whose each text is, and what is template.
    endings = [take_categories(page, vocabulary) for page in parsed]
    category_owners = copied_categories(endings, names)
    attributed_pages = attribute_owners([ending.rest for ending in endings], [page.name for page in pages], names)
    template = Template(attributed_pages, names)
    # Tell: what stays of each page, and why the rest goes.
    unseen = [[Dropped(text, why) for text, why in rest] for _, rest in read]
    decided = zip(attributed_pages, endings, category_owners, unseen, strict=True)
    return [tell(sections, template, ending, owners, gone) for sections, ending, owners, gone in decided]
