"""An ingestion: what it reads, counts and refuses, and what it leaves when it breaks."""

from dataclasses import replace

import pytest

from mut_assets.domain.documents.document import hash_pair
from mut_assets.domain.documents.limits import LARGEST_SIDECAR
from mut_assets.domain.documents.vectors import VectorRecord
from mut_assets.domain.ingestion.rules import IngestionReport
from mut_assets.resources.bucket.entry import Entry
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.embedded.index import LocalIndex
from mut_assets.resources.failures import TransientFailure
from mut_assets_tests.resources.plaza import PREFIX, RecordingBucket, found, ingest, publish, sidecar

NOTHING_CHANGED = IngestionReport(5, 5, 0, 0, 0, 0, 0)


def test_the_first_ingestion_takes_all_in_by_its_fingerprints(index: LocalIndex, bucket: RecordingBucket) -> None:
    assert ingest(index, bucket) == IngestionReport(5, 5, 5, 0, 0, 0, 0)
    keys = ["eventos/5.md", "preguntas/bicicletas.md", "restaurantes/21.md", "stores/11.md", "stores/12.md"]
    assert list(index.served()) == keys
    assert index.size() == 5
    for key, fingerprint in index.served().items():
        assert fingerprint == hash_pair(bucket.get(PREFIX + key), bucket.get(PREFIX + key + ".metadata.json"))


def test_an_edit_reads_and_changes_one_document(index: LocalIndex, bucket: RecordingBucket) -> None:
    ingest(index, bucket)
    before = index.served()
    publish(bucket, "stores/12.md", "# Pasos Firmes\n\nAhora también carteras.\n", document_type="tienda")
    report = ingest(index, bucket)
    assert (report.modified, report.metadata_modified, report.new, report.deleted) == (1, 0, 0, 0)
    assert {key.removesuffix(".metadata.json") for key in bucket.reads} == {PREFIX + "stores/12.md"}
    assert [key for key, fingerprint in index.served().items() if fingerprint != before[key]] == ["stores/12.md"]
    assert found(index, "carteras") == ["12"]
    assert found(index, "calzado de cuero") == []


def test_an_edit_of_the_sidecar_alone_is_a_metadata_change(index: LocalIndex, bucket: RecordingBucket) -> None:
    ingest(index, bucket)
    before = index.served()
    bucket.put(PREFIX + "stores/12.md.metadata.json", sidecar(titulo="Pasos Seguros", link="https://plaza.example/x/"))
    report = ingest(index, bucket)
    assert (report.modified, report.metadata_modified) == (0, 1)
    assert index.served()["stores/12.md"] != before["stores/12.md"]
    assert [(hit.title, hit.link) for hit in index.search("seguros")] == [("Pasos Seguros", "https://plaza.example/x/")]


def test_a_second_ingestion_reads_only_what_was_rewritten_and_once(index: LocalIndex, bucket: RecordingBucket) -> None:
    ingest(index, bucket)
    assert (ingest(index, bucket), bucket.reads) == (NOTHING_CHANGED, [])
    for key in (PREFIX + "stores/12.md", PREFIX + "stores/12.md.metadata.json"):
        bucket.put(key, bucket.get(key))
    assert (ingest(index, bucket), len(bucket.reads)) == (NOTHING_CHANGED, 2)
    assert (ingest(index, bucket), bucket.reads) == (NOTHING_CHANGED, [])


def test_words_that_are_gone_leave_the_known_spellings_to_new_ones(index: LocalIndex, bucket: RecordingBucket) -> None:
    publish(bucket, "stores/13.md", "# Ritmo Sur\n\nClases de zumba.\n")
    ingest(index, bucket)
    assert found(index, "zunba") == ["13"]
    publish(bucket, "stores/13.md", "# Ritmo Sur\n\nClases de zumbeles.\n")
    ingest(index, bucket)
    assert found(index, "zunba") == []
    assert found(index, "zunbeles") == ["13"]


def test_a_document_that_vanished_is_deleted_and_no_longer_found(index: LocalIndex, bucket: RecordingBucket) -> None:
    ingest(index, bucket)
    bucket.delete(PREFIX + "stores/11.md")
    bucket.delete(PREFIX + "stores/11.md.metadata.json")
    report = ingest(index, bucket)
    assert (report.scanned, report.deleted) == (4, 1)
    assert "stores/11.md" not in index.served()
    assert found(index, "juguetes") == []


def test_a_document_that_vanishes_between_listing_and_reading_is_deleted(
    index: LocalIndex, bucket: RecordingBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(index, bucket)
    publish(bucket, "stores/11.md", "# El Trompo\n\nOtra cosa.\n")
    listing = bucket.list(PREFIX)
    monkeypatch.setattr(RecordingBucket, "list", lambda bucket, prefix: listing)
    bucket.delete(PREFIX + "stores/11.md")
    report = ingest(index, bucket)
    assert (report.deleted, report.failed) == (1, 0)
    assert "stores/11.md" not in index.served()


def test_a_document_without_sidecar_is_indexed_from_its_text(index: LocalIndex, bucket: RecordingBucket) -> None:
    body = "Un aviso antes.\n# Taller de Greda\n\nCerámica para principiantes.\n".encode()
    bucket.put(PREFIX + "eventos/6.md", body)
    report = ingest(index, bucket)
    assert (report.scanned, report.metadata_scanned, report.new, report.failed) == (6, 5, 6, 0)
    assert index.served()["eventos/6.md"] == hash_pair(body, b"")
    (hit,) = index.search("cerámica")
    assert (hit.title, hit.link, hit.collection) == ("Taller de Greda", "", "eventos")
    bucket.put(PREFIX + "eventos/6.md.metadata.json", sidecar(titulo="Taller de Greda"))
    report = ingest(index, bucket)
    assert (report.modified, report.metadata_modified) == (0, 1), "a sidecar that arrives later changes metadata only"


def test_a_sidecar_alone_is_counted_and_ignored(index: LocalIndex, bucket: RecordingBucket) -> None:
    bucket.put(PREFIX + "eventos/7.md.metadata.json", sidecar(titulo="Sin cuerpo"))
    report = ingest(index, bucket)
    assert (report.scanned, report.metadata_scanned, report.new, report.failed) == (5, 6, 5, 0)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{", "is not JSON in UTF-8"),
        (b"[" * 9_000, "is not JSON in UTF-8"),
        (b'{"metadataAttributes": {"titulo": "\xf1"}}', "is not JSON in UTF-8"),
        (b'{"metadataAttributes": {"titulo": "\\ud800"}}', "is not JSON in UTF-8"),
        (b"[]", "has no object metadataAttributes"),
        (b'{"metadataAttributes": "x"}', "has no object metadataAttributes"),
        (b'{"metadataAttributes": {"lugar": ""}}', "'lugar' is empty"),
        (b'{"metadataAttributes": {"lugar": null}}', "'lugar' is empty"),
        (b'{"metadataAttributes": {"lugar": {"piso": 1}}}', "'lugar' is empty"),
        (b" " * (LARGEST_SIDECAR + 1), "is larger than 10 KB"),
    ],
)
def test_a_bad_sidecar_fails_its_document_by_name_each_time_and_the_old_version_stays(
    index: LocalIndex, bucket: RecordingBucket, content: bytes, reason: str
) -> None:
    ingest(index, bucket)
    before = index.served()
    bucket.put(PREFIX + "stores/11.md.metadata.json", content)
    bucket.put(PREFIX + "stores/11.md", b"# El Trompo\n\nTexto nuevo.\n")
    for _ in range(2):
        report = ingest(index, bucket)
        assert (report.scanned, report.failed, report.modified, report.deleted) == (5, 1, 0, 0)
        [(key, said)] = report.failures
        assert key == "stores/11.md" and reason in said
    assert index.served() == before
    assert found(index, "juguetes") == ["11"]
    publish(bucket, "stores/11.md", "# El Trompo\n\nTexto nuevo.\n")
    assert ingest(index, bucket).modified == 1
    assert found(index, "juguetes") == []


def test_typed_attributes_read_like_plain_ones(index: LocalIndex, bucket: RecordingBucket) -> None:
    typed = {
        "titulo": {"value": {"type": "STRING", "stringValue": "Óptica Lince"}, "includeForEmbedding": False},
        "categorias": {"value": {"type": "STRING_LIST", "stringListValue": ["anteojos"]}},
        "piso": {"value": {"type": "NUMBER", "numberValue": 4}},
        "abre_domingo": {"value": {"type": "BOOLEAN", "booleanValue": False}},
    }
    bucket.put(PREFIX + "stores/13.md", b"Cristales y marcos.\n")
    bucket.put(PREFIX + "stores/13.md.metadata.json", sidecar(**typed))
    assert ingest(index, bucket).failures == ()
    assert [hit.title for hit in index.search("anteojos")] == ["Óptica Lince"]


@pytest.mark.parametrize(
    ("key", "body", "reason"),
    [
        ("stores/a.jsonl", b"{}", "format"),
        ("stores/99.md", b"\xff\xfe", "not UTF-8"),
        ("stores/9.md", b" \n", "no text"),
    ],
)
def test_what_cannot_be_taken_in_is_failed_by_name(
    index: LocalIndex, bucket: RecordingBucket, key: str, body: bytes, reason: str
) -> None:
    bucket.put(PREFIX + key, body)
    report = ingest(index, bucket)
    assert (report.scanned, report.new, report.failed) == (6, 5, 1)
    [(failed, said)] = report.failures
    assert failed == key and reason in said and key not in index.served()


def test_what_lies_outside_the_four_folders_is_not_scanned(index: LocalIndex, bucket: RecordingBucket) -> None:
    for key in ("LEEME.md", "otros/1.md", "stores.md"):
        bucket.put(PREFIX + key, b"# Otra cosa\n")
    bucket.put("datasets/otra/v1/stores/77.md", b"# Otra cosa\n")
    assert ingest(index, bucket).scanned == 5


def test_another_prefix_is_read_again_even_where_etags_agree(index: LocalIndex) -> None:
    class SameEtags(Bucket):
        def list(self, prefix: str) -> list[Entry]:
            return [replace(entry, etag="siempre") for entry in super().list(prefix)]

    bucket = SameEtags("memory://")
    bucket.put("a/stores/1.md", b"# Uno\n\nmanzanas\n")
    bucket.put("b/stores/1.md", b"# Uno\n\nnaranjas\n")
    index.ingest(bucket, "a/")
    assert index.ingest(bucket, "b/").modified == 1
    assert found(index, "naranjas") == ["1"]


def test_a_crash_of_the_bucket_leaves_the_previous_state(index: LocalIndex, bucket: RecordingBucket) -> None:
    ingest(index, bucket)
    before = index.served()
    bucket.delete(PREFIX + "eventos/5.md")
    publish(bucket, "stores/11.md", "# El Trompo\n\nPeluches.\n")
    publish(bucket, "stores/12.md", "# Pasos Firmes\n\nCarteras.\n")
    bucket.broken.add("stores/12.md")
    with pytest.raises(TransientFailure):
        ingest(index, bucket)
    assert index.served() == before
    assert found(index, "juguetes") == ["11"]
    bucket.broken.clear()
    report = ingest(index, bucket)
    assert (report.modified, report.deleted) == (2, 1)


def test_many_documents_come_in_through_several_batches_and_progress_is_told(index: LocalIndex) -> None:
    bucket = RecordingBucket("memory://")
    for number in range(300):
        bucket.put(f"{PREFIX}stores/{number}.md", f"# Local {number}\n\nVende cosa{number:03}x.\n".encode())
    said: list[str] = []
    assert index.ingest(bucket, PREFIX, said.append).new == 300
    assert said[-1] == "read 300 of 300 new or rewritten documents" and len(said) > 1
    assert found(index, "cosa123x") == ["123"]


def test_a_prefix_that_is_no_folder_never_empties_the_index(index: LocalIndex, bucket: RecordingBucket) -> None:
    ingest(index, bucket)
    with pytest.raises(ValueError, match="does not end in"):
        index.ingest(bucket, PREFIX.removesuffix("/"))
    assert index.size() == 5


def test_vectors_outlive_an_ingestion_and_documents_the_vectors(index: LocalIndex, bucket: RecordingBucket) -> None:
    index.upsert_vectors([VectorRecord("a/1#x", [1.0])])
    ingest(index, bucket)
    assert index.vector_ids() == ["a/1#x"]
    index.delete_vectors(["a/1#x"])
    assert index.size() == 5
