"""The published folder: what is ours, what is foreign, what is written in which order, and what proves it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from mut_assets.domain.collections import COLLECTIONS, TIENDAS, Collection
from mut_assets.domain.documents.document import Document
from mut_assets.domain.plans.plan import ExpectedRemovals, Plan, make_plan
from mut_assets.domain.plans.published import Published
from mut_assets.resources.bucket.document_store import LEDGER, DocumentStore
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.failures import PermanentFailure, TransientFailure
from mut_assets_tests.resources.plaza import PREFIX, RecordingBucket, publish, sidecar

Call = tuple[str, str]
Check = Callable[[], None]


class Killed(BaseException):
    """The process ends here."""


@dataclass(frozen=True)
class Journal(RecordingBucket):
    """A bucket in memory that remembers what was written and deleted, and may lose a write or be killed at a key."""

    calls: list[Call] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    """Keys whose writes and deletions are answered and do not happen."""
    killed_at: set[Call] = field(default_factory=set)

    def put(self, key: str, data: bytes) -> str:
        return "lost" if self._is_lost("put", key) else super().put(key, data)

    def delete(self, key: str) -> None:
        if not self._is_lost("delete", key):
            super().delete(key)

    def content(self) -> dict[str, bytes]:
        """Everything under the prefix, by key below it."""
        return {entry.key.removeprefix(PREFIX): Bucket.get(self, entry.key) for entry in self.list(PREFIX)}

    def done(self, verb: str = "") -> list[str]:
        """The keys below the prefix that were written or deleted since the last look, in order; the ledger apart."""
        return [key for what, key in self.calls if key != LEDGER and verb in ("", what)]

    def forget(self) -> None:
        self.calls.clear()
        self.reads.clear()

    def _is_lost(self, verb: str, key: str) -> bool:
        key = key.removeprefix(PREFIX)
        if (verb, key) in self.killed_at:
            raise Killed
        self.calls.append((verb, key))
        return key in self.lost


@pytest.fixture
def bucket() -> Journal:
    return Journal("memory://")


@pytest.fixture
def store(bucket: Journal) -> DocumentStore:
    return DocumentStore(bucket, PREFIX)


def document(key: int, text: str = "Zapatería de niños.", *, hours: str = "10 a 20") -> Document:
    metadata = {"titulo": f"Tienda {key}", "link": f"https://plaza.example/{key}/", "document_type": "tienda"}
    return Document(
        TIENDAS, str(key), metadata["titulo"], metadata["link"], f"# Tienda {key}\n\n{text}\n",
        {**metadata, "horario": hours},
    )  # fmt: skip


def shops(*keys: int) -> list[Document]:
    return [document(key) for key in keys]


def plan_for(store: DocumentStore, wanted: Sequence[Document], collection: Collection = TIENDAS) -> Plan:
    published = store.holdings().published[collection.name]
    expected, day = ExpectedRemovals(), date(2026, 3, 1)
    return make_plan(collection, wanted, published, (), today=day, renderer="7", expected=expected)


def settle(
    store: DocumentStore, wanted: Sequence[Document], collection: Collection = TIENDAS, check: Check = lambda: None
) -> Plan:
    """Publishes exactly the wanted documents of a collection; what was done before is forgotten by the journal."""
    plan = plan_for(store, wanted, collection)
    assert isinstance(store.bucket, Journal)
    store.bucket.forget()
    store.apply(plan, check, renderer="7", fuente="https://plaza.example/wp-json")
    return plan


def objects(wanted: Sequence[Document]) -> dict[str, bytes]:
    return {made.key: made.body_bytes for made in wanted} | {made.sidecar_key: made.sidecar_bytes for made in wanted}


def pair_keys(*keys: int) -> set[str]:
    return {f"stores/{key}.md{end}" for key in keys for end in ("", ".metadata.json")}


# ------------------------------------------------------------------ what is ours


def test_the_keys_and_bytes_of_a_published_document(store: DocumentStore, bucket: Journal) -> None:
    wanted = document(2007)
    settle(store, [wanted])
    assert bucket.content() == objects([wanted]) and bucket.content().keys() == pair_keys(2007)
    assert store.pair("stores/2007.md") == (wanted.body_bytes, wanted.sidecar_bytes)
    assert store.pair("stores/2008.md") == (b"", b"")


@pytest.mark.parametrize(
    ("key", "described"),
    [
        ("preguntas/horario.md", None),
        ("preguntas/horario.md", sidecar(titulo="Horario")),
        ("preguntas/horario.md", sidecar(document_type="tienda", titulo="Horario")),
        ("preguntas/horario.md", b"document_type"),
        ("preguntas/horario.md", b'["pregunta_frecuente"]'),
        ("preguntas/horario.md.metadata.json", None),
        ("preguntas/-horario.md", sidecar(document_type="pregunta_frecuente")),
        ("stores/horario.md", sidecar(document_type="tienda")),
        ("stores/viejo/11.md", None),
        ("talleres/11.md", sidecar(document_type="tienda")),
        ("LEEME.md", None),
        ("stores/11.txt", None),
    ],
)
def test_what_people_put_there_is_foreign_named_and_never_removed(
    store: DocumentStore, bucket: Journal, key: str, described: bytes | None
) -> None:
    theirs = {key: sidecar(titulo="Horario")} | ({f"{key}.metadata.json": described} if described else {})
    settle(store, shops(1))
    publish(bucket, "preguntas/pagos.md", "# ¿Cómo pago?\n\nCon tarjeta.\n", document_type="pregunta_frecuente")
    for theirs_key, data in theirs.items():
        bucket.put(PREFIX + theirs_key, data)
    for _ in range(2):  # nor on the night after, when it was seen before
        holdings = store.holdings()
        named = {foreign.removesuffix(".metadata.json") for foreign in holdings.foreign}
        assert named == {PREFIX + key.removesuffix(".metadata.json")}
        ours = {name: set(kept) for name, kept in holdings.published.items() if kept}
        assert ours == {"tiendas": {"1"}, "preguntas": {"pagos"}}
    for collection in COLLECTIONS:
        settle(store, [], collection)
    assert bucket.content() == theirs


def test_what_the_ledger_knows_stays_ours_without_a_sidecar_that_says_so(store: DocumentStore, bucket: Journal) -> None:
    settle(store, shops(1, 2))
    bucket.delete(f"{PREFIX}stores/1.md.metadata.json")
    bucket.put(f"{PREFIX}stores/2.md.metadata.json", sidecar(titulo="Otra"))
    holdings = store.holdings()
    assert set(holdings.published["tiendas"]) == {"1", "2"} and not holdings.foreign
    assert [changed.id for changed in plan_for(store, shops(1, 2)).changed] == ["1", "2"]


@pytest.mark.parametrize(("apart_from", "ids"), [("", {"1", "2", "3"}), ("muestra", {"2", "3"})])
def test_the_published_ids_of_a_collection_take_one_listing_of_its_folder(
    store: DocumentStore, bucket: Journal, apart_from: str, ids: set[str]
) -> None:
    store.apply(plan_for(store, shops(1)), lambda: None, renderer="7", fuente="muestra")
    store.apply(plan_for(store, shops(1, 2)), lambda: None, renderer="7", fuente="https://mut.example")
    publish(bucket, "stores/3.md", "# Pan\n\nNadie sabe de dónde.\n", document_type="tienda")
    publish(bucket, "eventos/5.md", "# Tango\n\nMúsica.\n", document_type="evento")
    bucket.forget()
    assert store.ids(TIENDAS, apart_from) == ids
    assert bucket.reads == ([LEDGER] if apart_from else [])


# ------------------------------------------------------------------ a pair of which only half is there


@pytest.mark.parametrize("ledger_lost", [False, True])
def test_after_a_deletion_was_killed_half_way_the_next_night_finishes_it(
    store: DocumentStore, bucket: Journal, ledger_lost: bool
) -> None:
    settle(store, shops(1, 2))
    bucket.killed_at.add(("delete", "stores/2.md.metadata.json"))
    with pytest.raises(Killed):
        settle(store, shops(1))
    assert set(bucket.content()) == pair_keys(1) | {"stores/2.md.metadata.json"}
    bucket.killed_at.clear()
    if ledger_lost:
        bucket.delete(LEDGER)
    holdings = store.holdings()
    assert holdings.published["tiendas"].keys() == {"1", "2"} and not holdings.foreign
    assert holdings.published["tiendas"]["2"].title == "Tienda 2"
    assert [removal.published.id for removal in settle(store, shops(1)).removed] == ["2"]
    assert set(bucket.content()) == pair_keys(1)


@pytest.mark.parametrize("half", ["stores/1.md", "stores/1.md.metadata.json"])
def test_a_half_that_is_missing_is_written_and_the_other_stays(
    store: DocumentStore, bucket: Journal, half: str
) -> None:
    settle(store, shops(1, 2))
    before = bucket.content()
    bucket.delete(PREFIX + half)
    assert [changed.id for changed in settle(store, shops(1, 2)).changed] == ["1"]
    assert bucket.done() == [half]
    assert bucket.content() == before


# ------------------------------------------------------------------ the ledger


def read_again(store: DocumentStore, bucket: Journal) -> set[str]:
    bucket.forget()
    holdings = store.holdings()
    keys = {key.removeprefix(PREFIX) for key in bucket.reads} - {LEDGER}
    assert holdings.read == len({key.removesuffix(".metadata.json") for key in keys})
    return keys


@pytest.mark.parametrize(
    ("half", "rewritten", "changed"),
    [
        ("stores/2.md", b"# Otra cosa\n", ["2"]),
        ("stores/2.md.metadata.json", sidecar(titulo="Otra"), ["2"]),
        ("stores/2.md.metadata.json", document(2).sidecar_bytes, []),
    ],
)
def test_a_half_that_somebody_rewrote_makes_its_pair_alone_read_again(
    store: DocumentStore, bucket: Journal, half: str, rewritten: bytes, changed: list[str]
) -> None:
    settle(store, shops(1, 2, 3))
    assert read_again(store, bucket) == set()
    bucket.put(PREFIX + half, rewritten)
    assert read_again(store, bucket) == pair_keys(2)
    assert read_again(store, bucket) == set()
    plan = plan_for(store, shops(1, 2, 3))
    assert [document.id for document in plan.changed] == changed and plan.empty is not bool(changed)


def spoiled(ledger: bytes, **changes: object) -> bytes:
    content = json.loads(ledger)
    content["documents"]["stores/2.md"].update(changes)
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    ("damage", "reads"),
    [
        (lambda _: None, 3),
        (lambda _: b"", 3),
        (lambda _: b"[]", 3),
        (lambda _: b'{"documents": [1]}', 3),
        (lambda _: b'{"documents": {"stores/2.md": 5}}', 3),
        (lambda ledger: ledger[:-20], 3),
        (lambda ledger: spoiled(ledger, fields="titulo"), 1),
        (lambda ledger: spoiled(ledger, length="25 bytes"), 1),
        (lambda ledger: spoiled(ledger, etag=None), 1),
    ],
    ids=["lost", "empty", "a list", "a list of documents", "a number", "cut", "no fields", "no length", "no etag"],
)
def test_a_ledger_that_is_lost_or_damaged_costs_reads_and_never_writes(
    store: DocumentStore, bucket: Journal, damage: Callable[[bytes], bytes | None], reads: int
) -> None:
    settle(store, shops(1, 2, 3))
    known = store.holdings().published
    left = damage(bucket.get(LEDGER))
    if left is None:
        bucket.delete(LEDGER)
    else:
        bucket.put(LEDGER, left)
    bucket.forget()
    holdings = store.holdings()
    assert holdings.read == reads and bucket.done() == [] and not holdings.foreign
    assert without_origin(holdings.published["tiendas"]) == without_origin(known["tiendas"])
    assert plan_for(store, shops(1, 2, 3)).empty


def without_origin(published: Mapping[str, Published]) -> dict[str, Published]:
    """What the objects themselves say; who rendered them and from where is only in the ledger."""
    return {key: replace(known, renderer="", fuente="") for key, known in published.items()}


def test_the_ledger_says_which_renderer_wrote_a_document_and_from_which_site(store: DocumentStore) -> None:
    settle(store, shops(1))
    assert store.holdings().published["tiendas"]["1"] == Published(
        id="1",
        fingerprint=document(1).fingerprint,
        title="Tienda 1",
        link="https://plaza.example/1/",
        length=len(document(1).body),
        fields=frozenset({"document_type", "horario", "link", "titulo"}),
        renderer="7",
        fuente="https://plaza.example/wp-json",
    )


def test_after_a_publication_the_ledger_fits_and_is_not_written_again(store: DocumentStore, bucket: Journal) -> None:
    settle(store, shops(1, 2, 3))
    settle(store, [document(1), document(2, "Otro texto."), document(4)])
    bucket.forget()
    assert store.holdings().read == 0 and bucket.calls == []


def test_a_rehearsal_reads_everything_and_writes_nothing(store: DocumentStore, bucket: Journal) -> None:
    settle(store, shops(1, 2))
    bucket.delete(LEDGER)
    bucket.forget()
    assert store.holdings(remember=False).read == 2 and bucket.calls == []
    assert store.holdings().read == 2 and bucket.calls == [("put", LEDGER)]


# ------------------------------------------------------------------ what is written, in which order


def test_only_the_half_that_changed_is_written(store: DocumentStore, bucket: Journal) -> None:
    settle(store, shops(1, 2, 3))
    wanted = [document(1, "Otro texto."), document(2, hours="9 a 18"), document(3)]
    settle(store, wanted)
    assert sorted(bucket.done()) == ["stores/1.md", "stores/2.md.metadata.json"]
    assert plan_for(store, wanted).empty


def test_each_sidecar_is_written_before_its_document_and_deleted_after_it(
    store: DocumentStore, bucket: Journal
) -> None:
    settle(store, shops(*range(10)))
    settle(store, shops(*range(5, 15)))
    written, deleted = bucket.done("put"), bucket.done("delete")
    assert set(written) == pair_keys(*range(10, 15)) and set(deleted) == pair_keys(*range(5))
    assert bucket.done() == [*written, *deleted]
    for order, keys in ((written[::-1], range(10, 15)), (deleted, range(5))):
        assert all(order.index(f"stores/{key}.md") < order.index(f"stores/{key}.md.metadata.json") for key in keys)


@pytest.mark.parametrize("checks", [0, 1])
@pytest.mark.parametrize(("before", "after"), [(0, 250), (250, 0)], ids=["writing", "deleting"])
def test_the_right_to_write_is_checked_before_each_batch_and_its_loss_stops_there(
    store: DocumentStore, bucket: Journal, before: int, after: int, checks: int
) -> None:
    settle(store, shops(*range(before)))
    done: list[int] = []

    def check() -> None:
        done.append(len(bucket.done()))
        if len(done) > checks:
            raise PermanentFailure("MUT-LEASE-001", "gone", "wait")

    with pytest.raises(PermanentFailure, match="gone"):
        settle(store, shops(*range(after)), check=check)
    assert len(done) == checks + 1 and done[0] == 0
    assert len(bucket.done()) == done[-1] < 500 and bool(done[-1]) is bool(checks)
    finished = settle(store, shops(*range(after)))  # what was done before the loss is not done again
    assert 2 * (len(finished.added) + len(finished.removed)) == 500 - done[-1]
    assert set(bucket.content()) == pair_keys(*range(after))


# ------------------------------------------------------------------ the proof


@pytest.mark.parametrize(
    ("lost", "wanted"),
    [
        ("stores/3.md", shops(1, 2, 3)),
        ("stores/3.md.metadata.json", shops(1, 2, 3)),
        ("stores/2.md", [document(1), document(2, "Otro texto.")]),
        ("stores/2.md.metadata.json", [document(1), document(2, hours="9 a 18")]),
        ("stores/2.md", shops(1)),
        ("stores/2.md.metadata.json", shops(1)),
    ],
    ids=["new document", "new sidecar", "document", "sidecar", "deletion", "deletion of a sidecar"],
)
def test_the_last_listing_notices_what_the_bucket_lost_and_the_next_attempt_makes_it_good(
    store: DocumentStore, bucket: Journal, lost: str, wanted: Sequence[Document]
) -> None:
    settle(store, shops(1, 2))
    bucket.lost.add(lost)
    with pytest.raises(TransientFailure, match=f"1 documents under .* among them {lost[:11]}") as failure:
        settle(store, wanted)
    assert failure.value.code == "MUT-S3-102"
    bucket.lost.clear()
    assert not settle(store, wanted).empty
    assert bucket.content() == objects(wanted)
