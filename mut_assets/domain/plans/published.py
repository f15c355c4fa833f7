"""What the store holds now, as values.

What belongs here: one published document, and all of them. What does not: listing and reading them
(`resources/bucket/document_store.py`), or comparing them with what is wanted (`plan.py`) or served (`serving.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Published:
    """One document as the store holds it now.

    `fingerprint` is empty when only half of the pair (document, sidecar) is there: no wanted document equals it, so
    the pair is written again. `renderer` and `fuente` come from the ledger and are empty when it was lost.
    """

    id: str
    fingerprint: str
    title: str
    link: str
    length: int
    fields: frozenset[str]
    renderer: str = ""
    fuente: str = ""


@dataclass(frozen=True)
class Holdings:
    """What the store holds now, per collection name and document id.

    `foreign` are whole keys under the `prefix` that the platform did not write; `read` counts pairs the ledger did not
    know.
    """

    published: Mapping[str, Mapping[str, Published]]
    foreign: tuple[str, ...]
    read: int
    prefix: str = ""

    @property
    def foreign_below(self) -> frozenset[str]:
        """The foreign keys below the prefix, as a knowledge base names what it serves."""
        return frozenset(key.removeprefix(self.prefix) for key in self.foreign)
