"""The embedded knowledge base: what a question finds and why, and vectors under their ids."""

import json
import sqlite3
from array import array
from contextlib import closing

import pytest

from mut_assets.domain.documents.vectors import VectorRecord
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.embedded.index import LocalIndex
from mut_assets_tests.resources.plaza import PREFIX, RecordingBucket, found, ingest


@pytest.fixture
def full(index: LocalIndex, bucket: RecordingBucket) -> LocalIndex:
    ingest(index, bucket)
    return index


ANSWERED = {
    "21": ("dónde hay helados", "donde hay heladerias", "HELADERÍA", "algo artesnal", "gelatto nuble", "eladeria"),
    "11": ("juguete para una niña", "jugue", "algo pa la guagua", "el trompo vailarin", "algo en el tercer piso"),
    "12": ("¿Venden zapatos?", "zapateria", "sapatos"),
    "5": ("musica en la terrasa", "bailar", "tango"),
    "bicicletas": ("estacionar la bici",),
}


@pytest.mark.parametrize(("best", "question"), [(best, asked) for best in ANSWERED for asked in ANSWERED[best]])
def test_the_right_document_comes_first(full: LocalIndex, best: str, question: str) -> None:
    assert found(full, question)[:1] == [best]


def test_a_floor_below_ground_is_not_the_one_above(full: LocalIndex) -> None:
    assert set(found(full, "nivel -3", 2)) == {"21", "bicicletas"}
    assert found(full, "nivel 3", 1) == ["11"]


def test_a_hit_says_what_where_and_why(full: LocalIndex) -> None:
    hit = full.search("¿Dónde hay helados en el nivel -3?")[0]
    assert (hit.id, hit.collection, hit.title) == ("21", "restaurantes", "Gelato Ñuble")
    assert hit.link == "https://plaza.example/restaurantes/21/"
    assert hit.why == "matched: Heladería, Nivel -3"
    assert hit.score > 0
    assert full.search("jugetes")[0].why == "matched: Juguetes (for “jugetes”)"


def test_a_word_nobody_wrote_does_not_hide_the_others(full: LocalIndex) -> None:
    assert found(full, "xilofonista juguetes")[0] == "11"
    assert found(full, "xilofonista") == []


@pytest.mark.parametrize(
    "question",
    [
        '"sin cerrar',
        "AND OR NOT NEAR(",
        "name:juguetes*",
        "helados -juguetes ^x {a b} + c",
        "'; DROP TABLE documents; --",
        "😀🍦",
        "\x00helados\x00",
        "\ud800",
        "qué hay dónde",
        "",
        "*",
        "ñ" * 10_000,
        "helado " * 1_500,
        " ".join(f"palabra{number}" for number in range(1_000)),
    ],
)
def test_no_question_is_an_error(full: LocalIndex, question: str) -> None:
    assert isinstance(full.search(question), list)


def test_k_bounds_distinct_documents_and_zero_gives_none(full: LocalIndex) -> None:
    ids = found(full, "nivel tienda madera música bicicleta heladería zapatería", 10)
    assert len(ids) == len(set(ids)) == 5
    assert found(full, "nivel tienda madera música bicicleta heladería zapatería", 2) == ids[:2]
    assert found(full, "helados", 0) == []


def test_scores_fall_and_equals_come_by_key(index: LocalIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = Bucket("memory://")
    # Written against the order of their keys, so that the order of writing would show.
    for number in (30, 12, 25, 11, 40):
        bucket.put(f"{PREFIX}stores/{number}.md", b"# Carpa\n\nCarpas y mochilas.\n")
        index.ingest(bucket, PREFIX)
    bucket.put(f"{PREFIX}stores/50.md", b"# Sastre\n\nTrajes.\n")
    bucket.put(f"{PREFIX}eventos/9.md", "# Cumbre\n\nCarpas, subida al cerro con guía y colación.\n".encode())
    index.ingest(bucket, PREFIX)
    hits = index.search("carpas", 10)
    assert [hit.id for hit in hits] == ["11", "12", "25", "30", "40", "9"]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert found(index, "carpas", 2) == ["11", "12"]
    monkeypatch.setattr("mut_assets.resources.embedded.index._CANDIDATES", 2)
    assert found(index, "carpas", 2) == ["11", "12"], "of many equals the first by key are looked at"


def test_words_of_most_documents_decide_nothing_in_a_large_one(
    index: LocalIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = Bucket("memory://")
    for number in range(30):
        bucket.put(f"{PREFIX}stores/{number}.md", f"# Local {number}\n\nTienda abierta cada lunes.\n".encode())
    bucket.put(f"{PREFIX}stores/7.md", "# Lámparas\n\nTienda de lámparas.\n".encode())
    index.ingest(bucket, PREFIX)
    monkeypatch.setattr("mut_assets.resources.embedded.index._LARGE", 10)
    assert found(index, "tienda de lámparas", 10) == ["7"]
    assert len(found(index, "tiendas", 10)) == 10


def test_an_index_in_memory_finds_what_one_in_a_file_does(full: LocalIndex, bucket: RecordingBucket) -> None:
    keys = [entry.key for entry in bucket.list(PREFIX) if entry.key.endswith(".md")]
    pairs = [(key.removeprefix(PREFIX), bucket.get(key), bucket.get(key + ".metadata.json")) for key in keys]
    inside = LocalIndex.in_memory([*pairs, ("stores/99.md", b"\xff", b"")])
    assert inside.report.new == 5
    assert [key for key, _ in inside.report.failures] == ["stores/99.md"]
    for question in ("helados en el nivel -3", "jugetes", "guagua", "xilofonista"):
        assert inside.search(question, 3) == full.search(question, 3)
    assert LocalIndex.in_memory([]).search("helados") == []


def stored(index: LocalIndex, id: str) -> VectorRecord:
    with closing(sqlite3.connect(index.path)) as db:
        floats, metadata = db.execute("SELECT floats, metadata FROM vectors WHERE id = ?", (id,)).fetchone()
    return VectorRecord(id, array("f", floats), json.loads(metadata))


def test_vectors_are_stored_as_they_are_given(index: LocalIndex) -> None:
    values = array("f", [0.25, -0.5, 0.125])
    record = VectorRecord("tiendas/11#0123456789ab", values, {"titulo": "Ñandú", "piso": -3, "categorias": ["a"]})
    assert index.upsert_vectors([record]) == 1
    assert stored(index, record.id) == record


def test_ids_are_listed_by_prefix_in_order(index: LocalIndex) -> None:
    ids = ["tiendas/2#b", "eventos/1#a", "tiendas/1#c", "tiendas_2/1#d", "tiend%/1#e"]
    assert index.upsert_vectors(VectorRecord(id, [1.0]) for id in ids) == 5
    assert index.vector_ids() == sorted(ids)
    assert index.vector_ids("tiendas/") == ["tiendas/1#c", "tiendas/2#b"]
    assert index.vector_ids("tiend%") == ["tiend%/1#e"]


def test_the_same_id_is_replaced_and_deleting_counts_what_was_there(index: LocalIndex) -> None:
    index.upsert_vectors([VectorRecord("a/1#x", [1.0]), VectorRecord("a/2#x", [1.0])])
    index.upsert_vectors([VectorRecord("a/1#x", [0.5, 0.5])])
    assert list(stored(index, "a/1#x").values) == [0.5, 0.5]
    assert index.delete_vectors(["a/1#x", "nadie"]) == 1
    assert index.vector_ids() == ["a/2#x"]


@pytest.mark.parametrize(
    "wrong",
    [
        VectorRecord("tiendas/ñ#x", [1.0]),
        VectorRecord("", [1.0]),
        VectorRecord("a" * 513, [1.0]),
        VectorRecord("a/1#x", [0.0, 0.0]),
        VectorRecord("a/1#x", []),
        VectorRecord("a/1#x", [float("nan")]),
        VectorRecord("a/1#x", [float("inf")]),
    ],
)
def test_what_pinecone_would_refuse_is_refused_and_the_batch_with_it(index: LocalIndex, wrong: VectorRecord) -> None:
    with pytest.raises(ValueError, match="vector"):
        index.upsert_vectors([VectorRecord("a/0#x", [1.0]), wrong])
    assert index.vector_ids() == []
