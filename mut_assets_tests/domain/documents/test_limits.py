"""One number for each limit: the doctor, the doors and the writer refuse the same sizes."""

from array import array
from dataclasses import replace

import pytest

from mut_assets.domain.collections import TIENDAS
from mut_assets.domain.documents import limits
from mut_assets.domain.documents.document import Document
from mut_assets.domain.documents.limits import DocumentSize, document_sizes, too_large, too_long
from mut_assets.domain.documents.sidecar import write
from mut_assets.domain.documents.vectors import VectorRecord
from mut_assets.resources.bucket.entry import Entry
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.embedded.index_file import in_memory
from mut_assets.resources.embedded.ingestion import ingest
from mut_assets.resources.pinecone.index import _problem


def announced(body: int, sidecar: int) -> Bucket:
    """A bucket whose listing announces a document of these sizes; its real bytes are few."""

    class Announcing(Bucket):
        def list(self, prefix: str) -> list[Entry]:
            return [replace(entry, size=sizes[entry.key]) for entry in super().list(prefix)]

    sizes = {"stores/7.md": body, "stores/7.md.metadata.json": sidecar}
    bucket = Announcing("memory://")
    bucket.put("stores/7.md", b"# Pan\n")
    bucket.put("stores/7.md.metadata.json", write({"titulo": "Pan"}))
    return bucket


@pytest.mark.parametrize(
    ("body", "sidecar", "doctor", "index"),
    [
        (50_000_000, 10_000, [], []),
        (50_000_001, 10_000, ["a document of more than 50 MB"], ["it is larger than 50 MB"]),
        (50_000_000, 10_001, ["metadata of more than 10 KB"], ["its metadata file is larger than 10 KB"]),
    ],
)
def test_doctor_and_embedded_index_refuse_the_same_sizes(
    body: int, sidecar: int, doctor: list[str], index: list[str]
) -> None:
    assert list(too_large([DocumentSize("stores/7.md", body, sidecar)], whole_in_pinecone=False)) == doctor
    failures = ingest(in_memory(), announced(body, sidecar), "", lambda _: None).failures
    assert [reason for _, reason in failures] == index


def test_the_writer_writes_no_sidecar_that_they_refuse() -> None:
    values = ["x" * 2000] * 4
    room = limits.LARGEST_SIDECAR - len(write({"a": [*values, ""]}))
    Document(TIENDAS, "7", "Pan", "", "# Pan\n", {"a": [*values, "x" * room]})
    with pytest.raises(ValueError, match="has 10,001 bytes; at most 10,000 can be published"):
        Document(TIENDAS, "7", "Pan", "", "# Pan\n", {"a": [*values, "x" * (room + 1)]})


@pytest.mark.parametrize(("size", "fits"), [(40_000, True), (40_001, False)])
def test_pinecones_door_and_the_doctor_measure_with_one_number(size: int, fits: bool) -> None:
    metadata = {"texto": "x" * (size - len('{"texto": ""}'))}
    record = VectorRecord("tiendas/7#0123456789ab", array("f", [1.0]), metadata)
    assert _problem(record, 1) == ("" if fits else f"{size} bytes of metadata, over 40000")
    assert bool(too_large([DocumentSize("stores/7.md", size - 90, 90)], whole_in_pinecone=True)) != fits
    assert not too_large([DocumentSize("stores/7.md", size - 90, 90)], whole_in_pinecone=False)


def test_a_listing_gives_each_document_with_its_sidecar() -> None:
    listing = {"stores/8.md": 5, "stores/7.md.metadata.json": 3, "stores/7.md": 4, "leeme.txt": 9}
    assert document_sizes(listing) == [DocumentSize("stores/7.md", 4, 3), DocumentSize("stores/8.md", 5, 0)]


def test_an_address_has_a_length() -> None:
    assert too_long([DocumentSize("stores/7.md", 1, 1)], "b" * 117) == []
    assert too_long([DocumentSize("stores/7.md", 1, 1)], "b" * 118) == ["stores/7.md"]


def test_tokens_are_quarters_of_characters_rounded_up() -> None:
    assert [limits.tokens(count) for count in (0, 1, 4, 5)] == [0, 1, 1, 2]
