"""Whether published documents fit what takes them in: Bedrock's limits, Titan's, Pinecone's, and chunks.

What belongs here: the numbers and the comparison. What does not: the sizes (a listing tells them), the words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mut_assets.domain.documents.document import LARGEST_SIDECAR

LARGEST_BODY = 50_000_000
"""Bytes of a source file; Bedrock says 50 MB."""
LONGEST_ADDRESS = 128
"""Characters of `bucket/key`, after `s3://`, in the service model's identifiers of documents."""
LARGEST_STORED = 40_000
"""Bytes that Pinecone keeps beside a vector. A whole document's text is among them, with its metadata."""
MOST_TOKENS = 8192
"""What Titan Text Embeddings V2 takes at once."""
DEFAULT_CHUNK = 300
"""Tokens, where a data source names no strategy."""

SIDECAR = ".metadata.json"


@dataclass(frozen=True)
class Sized:
    """A published document by key below the prefix, with the bytes of its two files."""

    key: str
    body: int
    sidecar: int


def sized(sizes: Mapping[str, int]) -> list[Sized]:
    """The documents of a listing: key below the prefix -> bytes."""
    return [Sized(key, size, sizes.get(key + SIDECAR, 0)) for key, size in sorted(sizes.items()) if key.endswith(".md")]


def tokens(characters: int) -> int:
    """About how many tokens a text has: a quarter of its characters, rounded up. Bytes give an upper bound."""
    return -(-characters // 4)


def too_large(documents: Sequence[Sized], whole_in_pinecone: bool) -> dict[str, list[str]]:
    """Broken limit, in words -> keys. `whole_in_pinecone`: documents are not chunked, and kept in Pinecone."""
    rules = {
        f"a document of more than {LARGEST_BODY // 10**6} MB": [one for one in documents if one.body > LARGEST_BODY],
        f"metadata of more than {LARGEST_SIDECAR // 1000} KB": [
            one for one in documents if one.sidecar > LARGEST_SIDECAR
        ],
        f"text and metadata of more than {LARGEST_STORED // 1000} KB together, which Pinecone keeps beside a vector": [
            one for one in documents if whole_in_pinecone and one.body + one.sidecar > LARGEST_STORED
        ],
    }
    return {rule: [one.key for one in found] for rule, found in rules.items() if found}


def too_long(documents: Sequence[Sized], place: str) -> list[str]:
    """The keys whose address, `place` (bucket/prefix) and key, is longer than the service model allows."""
    return [one.key for one in documents if len(place + one.key) > LONGEST_ADDRESS]
