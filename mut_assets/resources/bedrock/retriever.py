"""The door to what visitors are really answered from: Retrieve, of a Bedrock knowledge base.

What belongs here: one question, and which of our documents its answer names. What does not: filling the knowledge base
(`bedrock/knowledge_base.py`), or judging what was found (`domain/evaluation/scoring.py`). The IAM action is
bedrock:Retrieve.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mut_assets.domain.document_keys import split_key
from mut_assets.domain.documents.markdown import title_and_link
from mut_assets.domain.evaluation.scoring import DocumentRef
from mut_assets.resources.aws.client import client, explained
from mut_assets.resources.bucket.object_store import Bucket

SERVICE = "bedrock-agent-runtime"
LONGEST_QUESTION = 1_000
"""Characters. The service's model allows more, its quotas do not."""

MOST_RESULTS = 100
AT_ONCE = 8
"""How many questions to ask at a time: the service takes twenty in a second."""

_SOURCE = "x-amz-bedrock-kb-source-uri"


@dataclass(frozen=True)
class BedrockRetriever:
    """A knowledge base that serves the dataset in `bucket` under `prefix`, such as `datasets/v1/`."""

    knowledge_base_id: str
    bucket: Bucket
    prefix: str
    region: str = ""

    @property
    def where(self) -> str:
        """The name of the knowledge base for messages."""
        return f"the knowledge base {self.knowledge_base_id}"

    def search(self, question: str, k: int = 5) -> list[DocumentRef]:
        """Returns the documents that the `k` best pieces come from, best first, each once.

        What is not of the dataset has the collection "" and its address as id: a visitor's answer is made from it as
        well. Raises MUT-AWS failures.
        """
        text = question.strip()[:LONGEST_QUESTION]
        if not any(character.isalnum() for character in text) or k < 1:
            return []
        settings = {"vectorSearchConfiguration": {"numberOfResults": min(k, MOST_RESULTS)}}
        with explained(SERVICE, "Retrieve", f"knowledge base {self.knowledge_base_id}", region=self.region):
            answer = self._client.retrieve(
                knowledgeBaseId=self.knowledge_base_id, retrievalQuery={"text": text}, retrievalConfiguration=settings
            )
        # Not before a search: the bucket's default name holds the account, which is asked for.
        dataset = f"{self.bucket.where}/{self.prefix}"
        documents: dict[str, DocumentRef] = {}
        for result in answer.get("retrievalResults", []):
            document = _document(result, dataset)
            documents.setdefault(document.key, document)
        return list(documents.values())

    @cached_property
    def _client(self) -> Any:
        return client(SERVICE, self.region, adaptive=True)


def _document(result: Mapping[str, Any], dataset: str) -> DocumentRef:
    metadata = result.get("metadata") or {}
    uri = str((((result.get("location") or {}).get("s3Location")) or {}).get("uri") or metadata.get(_SOURCE) or "")
    parts = split_key(uri.removeprefix(dataset)) if uri.startswith(dataset) else None
    collection, id = (parts[0].name, parts[1]) if parts else ("", uri)
    text = str((result.get("content") or {}).get("text") or "")
    return DocumentRef(collection, id, *title_and_link(metadata, text, id))
