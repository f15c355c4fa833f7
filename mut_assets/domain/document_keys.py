"""The names of published documents: a collection and an id -> a key below the dataset prefix, and back.

What belongs here: which ids can be keys, the ending of a document's file, which folder is which collection's. What does
not: the metadata file beside a document (`documents/sidecar.py`), the bucket and its prefix
(`resources/bucket/document_store.py`).
"""

import re

from mut_assets.domain.collections import COLLECTIONS, Collection

ENDING = ".md"
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""An id that is safe as a file name, in a URL and in a vector's id."""

BY_NAME = {collection.name: collection for collection in COLLECTIONS}
BY_FOLDER = {collection.folder: collection for collection in COLLECTIONS}

_WORDPRESS_ID = re.compile(r"[0-9]{1,100}")


def document_key(collection: Collection, id: str) -> str:
    """`stores/2007.md`."""
    return f"{collection.folder}/{id}{ENDING}"


def collection_of(key: str) -> Collection | None:
    """The collection in whose folder a key lies, at any depth and with any ending; None outside of all folders."""
    folder, slash, _ = key.partition("/")
    return BY_FOLDER.get(folder) if slash else None


def split_key(key: str) -> tuple[Collection, str] | None:
    """Collection and id of a document by its key; None for a key that is no document's.

    Every `.md` file in a folder counts, as it does for a knowledge base: the id of `stores/old/7.md` is `old/7`.
    `is_own_id` says whether the platform can have written it.
    """
    collection = collection_of(key)
    if collection is None or not key.endswith(ENDING):
        return None
    return collection, key.removeprefix(f"{collection.folder}/").removesuffix(ENDING)


def is_own_id(collection: Collection, id: str) -> bool:
    """Whether the platform can have given this id: WordPress's number, or, where people keep the file, any `ID`."""
    return bool((ID if collection.hand_kept else _WORDPRESS_ID).fullmatch(id))
