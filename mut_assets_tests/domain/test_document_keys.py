"""The keys of published documents: what they are made of, and what is read out of them."""

import pytest

from mut_assets.domain.collections import COLLECTIONS, PREGUNTAS, TIENDAS, Collection
from mut_assets.domain.document_keys import collection_of, document_key, is_own_id, split_key


@pytest.mark.parametrize("collection", COLLECTIONS, ids=lambda collection: collection.name)
def test_a_key_gives_back_what_it_was_made_of(collection: Collection) -> None:
    assert split_key(document_key(collection, "2007")) == (collection, "2007")


@pytest.mark.parametrize(
    "key", ["", "7.md", "otros/7.md", "stores", "stores/7", "stores/7.md.metadata.json", "tiendas/7.md", "/stores/7.md"]
)
def test_what_is_no_document_has_no_id(key: str) -> None:
    assert split_key(key) is None


def test_every_markdown_file_in_a_folder_is_a_document_as_a_knowledge_base_sees_it() -> None:
    assert split_key("stores/old/7.md") == (TIENDAS, "old/7")
    assert collection_of("stores/afiche.pdf") == TIENDAS
    assert collection_of("stores") is None


@pytest.mark.parametrize(
    ("collection", "id", "ours"),
    [
        (TIENDAS, "2007", True),
        *((TIENDAS, id, False) for id in ("pan", "٣", "7" * 101, "old/7", "7\n")),
        *((PREGUNTAS, id, True) for id in ("hay-pan", "x" * 100)),
        *((PREGUNTAS, id, False) for id in ("x" * 101, ".oculto", "")),
    ],
)
def test_only_an_id_that_the_platform_can_have_given_is_its_own(collection: Collection, id: str, ours: bool) -> None:
    assert is_own_id(collection, id) == ours
