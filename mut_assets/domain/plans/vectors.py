"""The vectors that published documents need, compared with those that an index holds.

What belongs here: the ids, and what has to be made, deleted or left alone. What does not: the record that is stored
(`documents/vectors.py`), asking the index or the model (`assets/vector_index.py`). A vector's id is
`collection/id#fingerprint12`, the fingerprint over model, dimensions, renderer and the document's bytes. So a listing
of ids is the whole comparison: another version of a document has another id.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mut_assets.domain.collections import COLLECTIONS, Collection
from mut_assets.domain.document_keys import document_key
from mut_assets.domain.documents.vectorial import RENDERER_VERSION
from mut_assets.domain.plans.published import Published

_OURS = re.compile(rf"({'|'.join(re.escape(collection.name) for collection in COLLECTIONS)})/[^#]+#[0-9a-f]{{12}}")


@dataclass(frozen=True)
class VectorPlan:
    """What an index has to do to hold exactly the wanted vectors.

    `wanted`: id of a vector -> key of its document (`stores/2007.md`), in the order of the collections. `missing`: the
    wanted ids that are not there, in that order. `gone`: ids of the platform that are not wanted, sorted. `foreign`:
    ids of another shape, which the platform did not write and never deletes, sorted.
    """

    wanted: Mapping[str, str]
    missing: tuple[str, ...]
    gone: tuple[str, ...]
    foreign: tuple[str, ...]


def plan_vectors(
    published: Mapping[str, Mapping[str, Published]], there: Iterable[str], model_id: str, dimensions: int
) -> VectorPlan:
    """Compares what is published (collection name -> id -> document) with the ids in the index.

    Documents of which only half is there have no fingerprint, and need no vector.
    """
    wanted = {
        vector_id(collection, document, model_id, dimensions): document_key(collection, document.id)
        for collection in COLLECTIONS
        for document in published[collection.name].values()
        if document.fingerprint
    }
    ids = set(there)
    unwanted = sorted(ids - wanted.keys())
    return VectorPlan(
        wanted=wanted,
        missing=tuple(id for id in wanted if id not in ids),
        gone=tuple(id for id in unwanted if _OURS.fullmatch(id)),
        foreign=tuple(id for id in unwanted if not _OURS.fullmatch(id)),
    )


def vector_id(collection: Collection, document: Published, model_id: str, dimensions: int) -> str:
    """`collection/id#fingerprint12`, ASCII."""
    parts = (model_id, str(dimensions), RENDERER_VERSION, document.fingerprint)
    return f"{collection.name}/{document.id}#{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:12]}"
