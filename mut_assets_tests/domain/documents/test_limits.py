"""What the services take in: the last size that is taken, and one that no reading of "50 MB" or "10 KB" allows."""

import pytest

from mut_assets.domain.documents.limits import sized, tokens, too_large, too_long


def broken(body: int, sidecar: int, whole: bool = False) -> list[str]:
    """The limits that one document breaks, by their first words."""
    documents = sized({"stores/1.md": body, "stores/1.md.metadata.json": sidecar, "stores/2.md": 1, "stores/x.txt": 1})
    found = too_large(documents, whole_in_pinecone=whole)
    assert all(keys == ["stores/1.md"] for keys in found.values())
    return [rule.split(" of more than ")[0] for rule in found]


@pytest.mark.parametrize(
    ("body", "sidecar", "whole", "rules"),
    [
        (50_000_000, 10_000, False, []),
        (52_500_000, 10_000, False, ["a document"]),
        (50_000_000, 10_300, False, ["metadata"]),
        (31_000, 9_000, True, []),
        (32_000, 9_000, True, ["text and metadata"]),
        (32_000, 9_000, False, []),
    ],
)
def test_a_document_is_measured_by_each_limit(body: int, sidecar: int, whole: bool, rules: list[str]) -> None:
    assert broken(body, sidecar, whole) == rules


def test_a_document_without_a_sidecar_has_none() -> None:
    assert [(document.key, document.body, document.sidecar) for document in sized({"b/2.md": 5, "a/1.md": 7})] == [
        ("a/1.md", 7, 0),
        ("b/2.md", 5, 0),
    ]


def test_an_address_has_at_most_128_characters_with_its_bucket() -> None:
    documents = sized({"stores/1.md": 1})
    assert too_long(documents, "x" * 117) == []
    assert too_long(documents, "x" * 118) == ["stores/1.md"]


@pytest.mark.parametrize(("characters", "number"), [(0, 0), (1, 1), (4, 1), (5, 2)])
def test_a_begun_token_counts(characters: int, number: int) -> None:
    assert tokens(characters) == number
