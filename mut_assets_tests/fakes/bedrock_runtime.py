"""The models and the search of the Bedrock double: Titan's embeddings, and Retrieve over what is indexed.

Vectors come from hashing words, so they are the same on every machine and alike for texts with the same words. That
is no claim about what Titan would say; neither are the token counts (a quarter of the characters).
"""

import json
import math
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Any

from mut_assets_tests.fakes.aws_protocol import ServiceError
from mut_assets_tests.fakes.bedrock_resources import DataSource, Document, KnowledgeBase

TITAN = "amazon.titan-embed-text-v2:0"
MAX_CHARACTERS = 50_000
DIMENSIONS = (1024, 512, 256)


def invalid(text: str) -> ServiceError:
    return ServiceError("ValidationException", 400, text)


def titan(body: bytes) -> bytes:
    """The answer of Titan Text Embeddings V2 to the body of InvokeModel."""
    asked = _titan_request(body)
    dimensions, normalized = asked.get("dimensions", DIMENSIONS[0]), asked.get("normalize", True)
    floats = list(vector(asked["inputText"], dimensions, normalized))
    count = -(-len(asked["inputText"]) // 4)
    answer = {"embedding": floats, "inputTextTokenCount": count, "embeddingsByType": {"float": floats}}
    return json.dumps(answer).encode()


def _titan_request(body: bytes) -> dict[str, Any]:
    malformed = "Malformed input request: {}, please reformat your input and try again."
    try:
        asked = json.loads(body)
    except ValueError as error:
        raise invalid(malformed.format("not JSON")) from error
    if not isinstance(asked, dict):
        raise invalid(malformed.format("expected type: JSONObject"))
    text = asked.get("inputText")
    checks = {
        "#/inputText: expected type: String": isinstance(text, str),
        "#/inputText: expected minLength: 1": not isinstance(text, str) or text != "",
        "#/inputText: expected maxLength: 50000": not isinstance(text, str) or len(text) <= MAX_CHARACTERS,
        "#/dimensions: is not a valid enum value": asked.get("dimensions", 1024) in DIMENSIONS,
        "#/normalize: expected type: Boolean": isinstance(asked.get("normalize", True), bool),
        "extraneous key is not permitted": asked.keys() <= {"inputText", "dimensions", "normalize"},
    }
    for problem, right in checks.items():
        if not right:
            raise invalid(malformed.format(problem))
    return asked


@lru_cache(4096)
def vector(text: str, dimensions: int = 256, normalized: bool = True) -> tuple[float, ...]:
    """A vector of a text, never zero."""
    numbers = [0.0] * dimensions
    for word in re.findall(r"\w+", text.casefold()) or [text]:
        for place, sign in _places(word):
            numbers[place % dimensions] += sign * len(word)  # a long word tells more of a text than a short one
    if not any(numbers):
        numbers[0] = 1.0
    length = math.sqrt(math.fsum(number * number for number in numbers)) if normalized else 1.0
    return tuple(number / length for number in numbers)


@cache
def _places(word: str) -> tuple[tuple[int, int], ...]:
    digest = blake2b(word.encode(), digest_size=16).digest()
    parts = [int.from_bytes(digest[start : start + 4], "big") for start in range(0, 16, 4)]
    return tuple((part >> 1, 1 if part & 1 else -1) for part in parts)


def retrieve(knowledge_base: KnowledgeBase, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to Retrieve: the indexed documents, the most alike first."""
    settings = asked.get("retrievalConfiguration", {}).get("vectorSearchConfiguration", {})
    if not settings.keys() <= {"numberOfResults"}:
        raise invalid("vectorSearchConfiguration: only numberOfResults is imitated")
    text = asked["retrievalQuery"].get("text")
    if not text:
        raise invalid("retrievalQuery.text is empty")
    query = vector(text)
    found = [
        _result(source, document, piece, math.fsum(a * b for a, b in zip(query, vector(piece), strict=True)))
        for source in knowledge_base.sources.values()
        for key, document in source.indexed.items()
        if key not in source.unfound
        for piece in _pieces(document.text, source.pieces)
    ]
    found.sort(key=lambda result: (-result["score"], result["location"]["s3Location"]["uri"]))
    return {"retrievalResults": found[: settings.get("numberOfResults", 5)]}


def _pieces(text: str, count: int) -> list[str]:
    """A text in at most so many parts, as chunking would cut it, none of them empty."""
    size = max(1, -(-len(text) // count))
    return [text[start : start + size] for start in range(0, len(text), size)]


def _result(source: DataSource, document: Document, piece: str, score: float) -> dict[str, Any]:
    uri = f"s3://{source.bucket}/{document.key}"
    ours = {"x-amz-bedrock-kb-source-uri": uri, "x-amz-bedrock-kb-data-source-id": source.id}
    return {
        "content": {"type": "TEXT", "text": piece},
        "location": {"type": "S3", "s3Location": {"uri": uri}},
        "score": score,
        "metadata": document.attributes | ours,
    }
