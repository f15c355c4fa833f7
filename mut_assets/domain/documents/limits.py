"""What Bedrock, Titan and Pinecone take at most, and whether published documents keep to it.

What belongs here: the numbers, each with its source, and the comparison. What does not: how much one request carries
(each door), the sizes themselves (a listing has them). Where a source says KB or MB, a number of the decimal kind holds
for both readings of the unit.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mut_assets.domain.document_keys import ENDING
from mut_assets.domain.documents.sidecar import sidecar_key

LARGEST_BODY = 50_000_000
"""Bytes of a source file: 50 MB in Bedrock's user guide, knowledge-base-ds.html."""
LARGEST_SIDECAR = 10_000
"""Bytes of a metadata file: 10 KB in Bedrock's user guide, knowledge-base-ds.html. The guide does not say which KB."""
LONGEST_VALUE = 2048
"""Characters of a text in the metadata, at least 1: `MetadataAttributeValue` in Bedrock's service model."""
LONGEST_LIST = 10
"""Entries of a list of texts in the metadata, at least 1: the same member."""
LONGEST_ADDRESS = 128
"""Characters of `bucket/key`, after `s3://`, in the service model's identifiers of documents."""
LARGEST_VECTOR_METADATA = 40_000
"""Bytes that Pinecone keeps beside a vector: 40 KB in docs.pinecone.io, database-limits. Where a knowledge base
keeps whole documents in Pinecone, a document's text is among them."""
LARGEST_S3_VECTORS_METADATA = 2_000
"""Bytes of metadata to filter by that S3 Vectors keeps beside a vector: 2 KB in its user guide, limitations."""
LONGEST_VECTOR_ID = 512
"""ASCII characters of a vector's id, at least 1: docs.pinecone.io, database-limits."""
MOST_TOKENS = 8192
"""Tokens that Titan Text Embeddings V2 takes at once: Bedrock's user guide, titan-embedding-models.html."""
LONGEST_TEXT = 50_000
"""Characters that Titan Text Embeddings V2 takes at once: the same page."""
DEFAULT_CHUNK = 300
"""Tokens of a chunk where a data source names no strategy: Bedrock's user guide, kb-chunking.html."""


@dataclass(frozen=True)
class DocumentSize:
    """A published document by key below the prefix, with the bytes of its two files."""

    key: str
    body: int
    sidecar: int


def document_sizes(sizes: Mapping[str, int]) -> list[DocumentSize]:
    """The documents of a listing: key below the prefix -> bytes."""
    keys = sorted(key for key in sizes if key.endswith(ENDING))
    return [DocumentSize(key, sizes[key], sizes.get(sidecar_key(key), 0)) for key in keys]


def tokens(characters: int) -> int:
    """About how many tokens a text has: a quarter of its characters, rounded up. Bytes give an upper bound."""
    return -(-characters // 4)


def too_large(documents: Sequence[DocumentSize], whole_in_pinecone: bool) -> dict[str, list[str]]:
    """Broken limit, in words -> keys. `whole_in_pinecone`: documents are not chunked, and kept in Pinecone."""
    beside = LARGEST_VECTOR_METADATA
    rules: dict[str, Callable[[DocumentSize], bool]] = {
        f"a document of more than {LARGEST_BODY // 10**6} MB": lambda document: document.body > LARGEST_BODY,
        f"metadata of more than {LARGEST_SIDECAR // 1000} KB": lambda document: document.sidecar > LARGEST_SIDECAR,
        f"text and metadata of more than {beside // 1000} KB together, which Pinecone keeps beside a vector": (
            lambda document: whole_in_pinecone and document.body + document.sidecar > beside
        ),
    }
    keys = {rule: [document.key for document in documents if breaks(document)] for rule, breaks in rules.items()}
    return {rule: broken for rule, broken in keys.items() if broken}


def too_large_for_s3_vectors(documents: Sequence[DocumentSize]) -> list[str]:
    """The keys whose metadata may be more than S3 Vectors keeps: all of it can be filtered by."""
    return [document.key for document in documents if document.sidecar > LARGEST_S3_VECTORS_METADATA]


def too_long(documents: Sequence[DocumentSize], place: str) -> list[str]:
    """The keys whose address, `place` (bucket/prefix) and key, is longer than the service model allows."""
    return [document.key for document in documents if len(place + document.key) > LONGEST_ADDRESS]
