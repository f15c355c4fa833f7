"""Which vectors an index has to make, delete and leave alone."""

import hashlib

from mut_assets.domain.collections import COLLECTIONS, EVENTOS, TIENDAS
from mut_assets.domain.documents.vectorial import RENDERER_VERSION
from mut_assets.domain.plans.published import Published
from mut_assets.domain.plans.vectors import VectorPlan, plan_vectors, vector_id

MODEL = "modelo"


def document(id: str, fingerprint: str = "f" * 64) -> Published:
    return Published(id, fingerprint, f"Ficha {id}", "", 10, frozenset())


def plan(*there: str, tiendas: tuple[Published, ...] = (), eventos: tuple[Published, ...] = ()) -> VectorPlan:
    given = {TIENDAS: tiendas, EVENTOS: eventos}
    published = {kind.name: {document.id: document for document in given.get(kind, ())} for kind in COLLECTIONS}
    return plan_vectors(published, there, MODEL, 4)


def test_an_id_is_made_of_the_collection_the_id_and_twelve_digits_of_a_hash() -> None:
    digest = hashlib.sha256(f"modelo|4|{RENDERER_VERSION}|{'f' * 64}".encode()).hexdigest()
    assert vector_id(TIENDAS, document("7"), MODEL, 4) == f"tiendas/7#{digest[:12]}"


def test_every_part_of_the_fingerprint_makes_another_id() -> None:
    ids = {
        vector_id(TIENDAS, document("7"), MODEL, 4),
        vector_id(TIENDAS, document("7", "e" * 64), MODEL, 4),
        vector_id(TIENDAS, document("7"), "otro", 4),
        vector_id(TIENDAS, document("7"), MODEL, 8),
    }
    assert len(ids) == 4


def test_what_is_not_there_is_missing_in_the_order_of_the_collections() -> None:
    seven, one = vector_id(TIENDAS, document("7"), MODEL, 4), vector_id(EVENTOS, document("1"), MODEL, 4)
    made = plan(tiendas=(document("7"),), eventos=(document("1"),))
    assert made.missing == (one, seven)
    assert made.wanted == {one: "eventos/1.md", seven: "stores/7.md"}
    again = plan(one, seven, tiendas=(document("7"),), eventos=(document("1"),))
    assert (again.missing, again.gone, again.foreign) == ((), (), ())


def test_what_the_platform_wrote_goes_and_anything_else_stays() -> None:
    ours = ["tiendas/7#0123456789ab", "eventos/1#ba9876543210", "preguntas/hay-pan#0123456789ab"]
    theirs = ["nota", "stores/7#0123456789ab", "tiendas/7#0123456789AB", "tiendas/7#0123456789abc"]
    theirs += ["tiendas/7#1#0123456789ab", "x/tiendas/7#000000000000"]
    found = plan(*theirs, *ours)
    assert (found.gone, found.foreign) == (tuple(sorted(ours)), tuple(sorted(theirs)))


def test_half_a_document_needs_no_vector() -> None:
    assert plan(tiendas=(document("7", ""),)).wanted == {}
