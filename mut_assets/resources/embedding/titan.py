"""Amazon Titan's text embeddings, and the cache that keeps a text from being paid for twice.

What belongs here: asking the model, and its cache in the bucket. What does not: the vector where there is no account
(`embedding/lexical.py`), keeping vectors for search (`pinecone/index.py`), AWS's errors in general (`aws/client.py`).

The cache lies under `state/embeddings/MODEL-DIMENSIONS/`, one object per text, written as soon as its vector is there:
a night that dies halfway, a lost index or a rebuilt namespace pays for nothing again. It is a cache: whatever is
missing or damaged is asked for anew.
"""

import hashlib
import json
import math
import re
from array import array
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from mut_assets.domain.documents.limits import LONGEST_TEXT
from mut_assets.resources.aws.client import IN_FLIGHT, client, code_of, explained
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.failures import Failure, PermanentFailure
from mut_assets.resources.ports import Embedded, Log, silent

DOLLARS_PER_1000_TOKENS = 0.00002
"""Titan Text Embeddings V2 on demand, us-east-1, as of 2026-07. Other regions differ: what is told is an estimate."""
DIMENSIONS = (1024, 512, 256)


class _Made(NamedTuple):
    vector: "array[float]"
    tokens: int | None
    """None: it was in the cache."""


@dataclass(frozen=True)
class TitanEmbedder:
    """Vectors of length 1 by one model. Another model or dimension has another folder, and makes other vector ids."""

    bucket: Bucket
    model_id: str = "amazon.titan-embed-text-v2:0"
    dimensions: int = 1024
    region: str = ""
    prefix: str = field(default="state/embeddings/", repr=False)

    def embed(self, texts: Iterable[str], log: Log = silent) -> Embedded:
        """One vector per text, in order: from the cache, or by one call each, eight in flight.

        Raises MUT-EMB-001 (no access to the model), 002 (too long), 003 (an answer without a vector), 004 (empty), and
        what `aws/client.py` and the bucket raise; throttling is transient. What was paid for by then is in the cache.
        """
        asked = list(texts)
        for text in asked:
            _refuse(text)
        distinct = list(dict.fromkeys(asked))
        with ThreadPoolExecutor(IN_FLIGHT) as pool:
            futures = [pool.submit(self._made, text) for text in distinct]
            made = dict(zip(distinct, _results(futures), strict=True))
        paid = [vector.tokens for vector in made.values() if vector.tokens is not None]
        if paid:
            log(f"{self.model_id} made {len(paid)} vectors from {sum(paid):,} tokens.")
        return Embedded(
            [made[text].vector for text in asked],
            tokens=sum(paid),
            from_cache=len(made) - len(paid),
            dollars=sum(paid) / 1000 * DOLLARS_PER_1000_TOKENS,
        )

    def embed_uncached(self, text: str) -> Embedded:
        """Embeds one text without the cache: it is paid for and not stored. Raises what `embed` does."""
        _refuse(text)
        vector, tokens = self._asked(text)
        return Embedded([vector], tokens, 0, tokens / 1000 * DOLLARS_PER_1000_TOKENS)

    def cache_key(self, text: str) -> str:
        """The key of a text's vector in the cache, raw 32-bit floats, little-endian as the machines are."""
        digest = hashlib.sha256(f"{self.model_id}|{self.dimensions}|{text}".encode()).hexdigest()
        folder = f"{re.sub(r'[^A-Za-z0-9._-]', '-', self.model_id)}-{self.dimensions}"
        return f"{self.prefix}{folder}/{digest[:2]}/{digest}.f32"

    def _made(self, text: str) -> _Made:
        key = self.cache_key(text)
        try:
            kept = self._read(self.bucket.get(key))
        except KeyError:
            kept = None
        if kept is not None:
            return _Made(kept, None)
        vector, tokens = self._asked(text)
        self.bucket.put(key, vector.tobytes())
        return _Made(vector, tokens)

    def _read(self, data: bytes) -> "array[float] | None":
        """The vector in an object of the cache; None for a damaged one."""
        if len(data) != 4 * self.dimensions:
            return None
        vector = array("f", data)
        return vector if 0 < math.hypot(*vector) < math.inf else None

    def _asked(self, text: str) -> tuple["array[float]", int]:
        body = json.dumps({"inputText": text, "dimensions": self.dimensions, "normalize": True})
        try:
            with explained("bedrock-runtime", "InvokeModel", f"{self.model_id}, {_name(text)}", region=self.region):
                answer = self._client.invoke_model(
                    modelId=self.model_id, body=body, contentType="application/json", accept="application/json"
                )
                content = answer["body"].read()
        except Failure as failure:
            if code_of(failure) != "AccessDeniedException":
                raise
            raise PermanentFailure(
                "MUT-EMB-001",
                f"Access to the model {self.model_id} is denied in {self.region or 'the region in use'}.",
                "Enable model access in the Bedrock console of that region, and allow the role in use: "
                '{"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": '
                f'"arn:aws:bedrock:{self.region or "*"}::foundation-model/{self.model_id}"}}.',
            ) from failure.__cause__
        return self._understood(content, text)

    def _understood(self, content: bytes, text: str) -> tuple["array[float]", int]:
        try:
            answer = json.loads(content)
            vector, tokens = array("f", answer["embedding"]), int(answer["inputTextTokenCount"])
        except (ValueError, KeyError, TypeError, OverflowError):
            vector, tokens = array("f"), 0
        if len(vector) != self.dimensions or not 0 < math.hypot(*vector) < math.inf:
            raise PermanentFailure(
                "MUT-EMB-003",
                f"{self.model_id} gave no vector of {self.dimensions} numbers for {_name(text)}.",
                "Set EMBEDDING_MODEL_ID to a Titan Text Embeddings V2 model, which gives "
                f"{', '.join(map(str, DIMENSIONS))} dimensions.",
            )
        return vector, tokens

    @cached_property
    def _client(self) -> Any:
        return client("bedrock-runtime", self.region, adaptive=True)


def _results(futures: "list[Future[_Made]]") -> list[_Made]:
    """All results. After the first failure no new call starts; calls in flight still reach the cache."""
    try:
        return [future.result() for future in futures]
    finally:
        for future in futures:
            future.cancel()


def _refuse(text: str) -> None:
    if not text.strip():
        advice = "Set the document without content aside, or correct it."
        raise PermanentFailure("MUT-EMB-004", "An empty text has no vector.", advice)
    if len(text) > LONGEST_TEXT:
        raise PermanentFailure(
            "MUT-EMB-002",
            f"{_name(text)} has {len(text):,} characters, more than the {LONGEST_TEXT:,} that the model takes.",
            "Shorten this entry at its source; nothing was embedded.",
        )


def _name(text: str) -> str:
    """The name of a text in messages: its first line, which is a document's title."""
    first = text.strip().splitlines()[0].lstrip("# ")
    return f"the text «{first[:80]}»"
