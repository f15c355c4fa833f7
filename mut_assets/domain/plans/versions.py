"""What the guard compares of a document: its identity, how it is reached, and what it says apart from the calendar.

What belongs here: reading the two versions of a document, published and wanted, in one way. What does not: how much may
differ (`guard.py`, `moved.py`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from mut_assets.domain.documents import sidecar
from mut_assets.domain.documents.contact import comparable
from mut_assets.domain.documents.document import Document, fields_of
from mut_assets.domain.documents.sidecar import text_of
from mut_assets.domain.plans.published import Published
from mut_assets.domain.spanish.date_speech import without_days
from mut_assets.domain.spanish.special_days import without_special_sentences
from mut_assets.domain.text import fold

Pair = tuple[bytes, bytes]
"""The bytes of a document and of its sidecar, as they are published."""

_WORD = re.compile(r"\w+")
_OWN_CHARACTERS = 1500


@dataclass(frozen=True)
class Version:
    """One version of a document: its text without the sentences of special days, and its metadata."""

    id: str
    body: str
    metadata: Mapping[str, Any]
    own: str = ""
    """Its own words, where they are known apart from the body."""

    @property
    def title(self) -> str:
        """As it is written."""
        return text_of(self.metadata.get("titulo"))

    @property
    def name(self) -> str:
        """The title as it is compared."""
        return " ".join(fold(self.title).split())

    @property
    def link(self) -> str:
        """The address of its page; "" for none."""
        return text_of(self.metadata.get("link"))

    @property
    def host(self) -> str:
        """The host of its page, with a port of its own; "" for none."""
        try:
            parts = urlsplit(self.link)
            return f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
        except ValueError:
            return self.link

    @property
    def fields(self) -> frozenset[str]:
        """The metadata that says something."""
        return fields_of(self.metadata)

    def contact(self, kind: str) -> tuple[str, ...]:
        """Its phones, mails or webs (`documents/contact.py`), as they are compared."""
        value = self.metadata.get(kind, ())
        return tuple(sorted(map(comparable, value if isinstance(value, list) else [str(value)]))) if value else ()

    @cached_property
    def words(self) -> Sequence[str]:
        """The words of the text in their order, folded."""
        return _WORD.findall(fold(self.body))

    @cached_property
    def own_words(self) -> Sequence[str]:
        """The first of its own words, folded: enough to tell one text from another."""
        return _WORD.findall(fold(self.own[:_OWN_CHARACTERS]))

    @cached_property
    def said(self) -> frozenset[str]:
        """The words of the text without the days that it names. A longer text is laid out otherwise, in other order and
        with its name again and again: that alone says nothing else."""
        return frozenset(_WORD.findall(without_days(fold(self.body))))


@dataclass(frozen=True)
class Staying:
    """A document that is published and stays wanted, as it was and as it will be."""

    old: Version
    new: Version


@dataclass(frozen=True)
class Versions:
    """What can be compared of one collection."""

    wanted: Sequence[Version] = ()
    """Every document that is wanted."""
    known: Sequence[Version] = ()
    """Every published one whose text is known: half of a document says nothing."""
    staying: Sequence[Staying] = ()
    """Those that are both."""


def compared(wanted: Sequence[Document], published: Iterable[Published], texts: Mapping[str, Pair]) -> Versions:
    """The versions of documents. `texts` are bytes by id; what is wanted exactly as it is need not be among them."""
    fingerprints = {document.id: document.fingerprint for document in wanted}
    new = {document.id: _wanted(document) for document in wanted}
    known = {}
    for there in published:
        same = there.fingerprint and fingerprints.get(there.id) == there.fingerprint
        old = new[there.id] if same else _published(there.id, *texts.get(there.id, (b"", b"")))
        if old:
            known[there.id] = old
    staying = [Staying(old, new[id]) for id, old in known.items() if id in new]
    return Versions(list(new.values()), list(known.values()), staying)


def _wanted(document: Document) -> Version:
    return Version(document.id, without_special_sentences(document.body), document.metadata, document.own)


def _published(id: str, body: bytes, metadata: bytes) -> Version | None:
    if not body or not metadata:
        return None
    return Version(id, without_special_sentences(body.decode("utf-8", "replace")), sidecar.read(metadata))
