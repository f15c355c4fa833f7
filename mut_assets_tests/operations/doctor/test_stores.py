"""What the doctor says of a store agrees with what its documentation says."""

import pytest

from mut_assets.domain.documents.limits import DocumentSize
from mut_assets.operations.doctor.knowledge_base import of_the_store

DOCUMENTS = [DocumentSize("stores/1.md", 900, 2000), DocumentSize("stores/2.md", 900, 2001)]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("S3_VECTORS", "at most 2 KB of metadata to filter by, and more may stand in 1: stores/2.md"),
        ("RDS", "Aurora filters by a metadata field only where the table has a column of its name"),
        ("OPENSEARCH_MANAGED_CLUSTER", "the engine faiss, and the field is text with a keyword below it"),
        ("PINECONE", ""),
        ("", ""),
    ],
)
def test_only_what_a_store_asks_for_itself_is_said(kind: str, said: str) -> None:
    found = list(of_the_store(kind, DOCUMENTS))
    assert [(finding.status, said in finding.found) for finding in found] == ([("warning", True)] if said else [])


def test_documents_that_fit_s3_vectors_are_no_warning() -> None:
    assert list(of_the_store("S3_VECTORS", DOCUMENTS[:1])) == []


def test_what_every_new_index_has_is_told_and_is_no_warning() -> None:
    [found] = of_the_store("OPENSEARCH_SERVERLESS", DOCUMENTS)
    assert found.status == "ok" and "the engine faiss" in found.found
