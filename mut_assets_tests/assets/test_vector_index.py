"""The vector index against Pinecone and Titan as they behave: by the asset, the SDKs and the doubles."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from mut_assets.assets.vector_index import pinecone_index
from mut_assets.domain.collections import EVENTOS, TIENDAS, Collection
from mut_assets.domain.documents.document import Document
from mut_assets.resources.aws.secrets import PineconeKey
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.lease import Lease
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.embedding.titan import TitanEmbedder
from mut_assets.resources.failures import Retries
from mut_assets.resources.pinecone.index import NoIndex, PineconeIndex
from mut_assets_tests.fakes.bedrock import Bedrock
from mut_assets_tests.fakes.faults import error, on
from mut_assets_tests.fakes.pinecone import Pinecone
from mut_assets_tests.resources.cloud import ALONE

PREFIX = "datos/v1/"
OURS = "mut-assets"


@dataclass(frozen=True)
class Base:
    """A knowledge base whose own vectors are at `own`."""

    own: tuple[str, str] | None = None

    def vector_store(self) -> tuple[str, str] | None:
        return self.own


@dataclass
class Account:
    """The index under test, over a published dataset of twelve stores and one event."""

    bucket: Bucket
    bedrock: Bedrock
    pinecone: Pinecone
    index: PineconeIndex
    embedder: TitanEmbedder
    base: Base = Base()
    replaced: dict[str, Any] = field(default_factory=dict)

    def publish(self, collection: Collection, id: int, text: str = "Abre de lunes a viernes.", **metadata: Any) -> None:
        attributes = {"document_type": collection.document_type, "titulo": f"Ficha {id}", **metadata}
        document = Document(collection, str(id), f"Ficha {id}", "", f"# Ficha {id}\n\n{text}\n", attributes)
        self.bucket.put(PREFIX + document.sidecar_key, document.sidecar_bytes)
        self.bucket.put(PREFIX + document.key, document.body_bytes)

    def trash(self, collection: Collection, id: int) -> None:
        for end in (".md", ".md.metadata.json"):
            self.bucket.delete(f"{PREFIX}{collection.folder}/{id}{end}")

    def run(self) -> dg.ExecuteInProcessResult:
        """Materializes the asset alone; what was called before is forgotten."""
        self.bedrock.calls.clear()
        self.pinecone.calls.clear()
        resources = {
            "vector_index": self.index,
            "embedder": self.embedder,
            "knowledge_base": self.base,
            "store": DocumentStore(self.bucket, PREFIX),
            "lease": Lease(self.bucket),
            "retries": Retries(0, 0),
            **self.replaced,
        }
        with dg.DagsterInstance.ephemeral() as instance:
            return dg.materialize([pinecone_index], instance=instance, resources=resources, raise_on_error=False)

    def metadata(self) -> dict[str, Any]:
        """Of a run that succeeds."""
        result = self.run()
        assert result.success, failure(result)
        (materialized,) = result.asset_materializations_for_node("pinecone_index")
        return {name: value.value for name, value in materialized.metadata.items()}

    def ids(self) -> set[str]:
        """What the index holds, without fingerprints."""
        return {id.partition("#")[0] for id in self.pinecone.ids(OURS)}


def failure(result: dg.ExecuteInProcessResult) -> str:
    return "".join(str(event.step_failure_data.error) for event in result.all_events if event.is_step_failure)


@pytest.fixture
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    with Bedrock() as bedrock, Pinecone() as pinecone:
        for name, value in {**ALONE, **bedrock.environment}.items():
            monkeypatch.setenv(name, value)
        bucket = Bucket(str(tmp_path / "bucket"))
        key = PineconeKey(override=lambda: "pcsk-of-the-tests")
        pinecone.key = key.get()
        index = PineconeIndex("agente", OURS, key, pinecone.host, deadline_seconds=0.0, poll_seconds=0.0)
        account = Account(bucket, bedrock, pinecone, index, TitanEmbedder(bucket))
        for number in range(12):
            account.publish(TIENDAS, 2000 + number)
        account.publish(EVENTOS, 9001, tags=["feria", "libros"])
        yield account
        index.close()


EVERYTHING = {"eventos/9001", *(f"tiendas/{2000 + number}" for number in range(12))}


def test_the_first_night_embeds_every_document_and_says_what_it_cost(account: Account) -> None:
    told = account.metadata()
    assert account.ids() == EVERYTHING
    counts = {name: told[name] for name in ("vectors", "embedded", "from_cache", "deleted", "unchanged", "foreign")}
    assert counts == {"vectors": 13, "embedded": 13, "from_cache": 0, "deleted": 0, "unchanged": 0, "foreign": 0}
    assert (told["index"], told["dimensions"]) == ("agente/mut-assets", 1024)
    assert told["tokens"] > 0
    assert told["estimated_cost_usd"] == round(told["tokens"] / 1000 * 0.00002, 6)
    event = next(one for id, one in account.pinecone.namespaces[OURS].items() if id.startswith("eventos/"))
    assert event["metadata"] == {"document_type": "evento", "titulo": "Ficha 9001", "tags": ["feria", "libros"]}


def test_a_night_without_changes_costs_a_listing(account: Account) -> None:
    account.metadata()
    told = account.metadata()
    assert (told["embedded"], told["unchanged"], told["tokens"]) == (0, 13, 0)
    assert account.bedrock.calls == []
    assert [call.operation for call in account.pinecone.calls] == ["DescribeIndex", "List"]


def test_the_new_is_written_and_seen_before_the_old_is_deleted(account: Account) -> None:
    account.metadata()
    account.publish(TIENDAS, 2003, "Abre todos los días.")
    account.trash(TIENDAS, 2004)
    told = account.metadata()
    assert (told["embedded"], told["deleted"], told["unchanged"]) == (1, 2, 11)
    assert account.ids() == EVERYTHING - {"tiendas/2004"}
    steps = [call.operation for call in account.pinecone.calls]
    assert steps == ["DescribeIndex", "List", "Upsert", "Query", "Delete"]


def test_a_change_of_the_sidecar_alone_writes_and_pays_nothing(account: Account) -> None:
    account.metadata()
    account.publish(TIENDAS, 2003, nivel="3")
    told = account.metadata()
    assert (told["embedded"], told["from_cache"], told["tokens"], told["deleted"]) == (1, 1, 0, 1)
    kept = next(one for id, one in account.pinecone.namespaces[OURS].items() if id.startswith("tiendas/2003#"))
    assert kept["metadata"]["nivel"] == "3"


def test_another_model_replaces_every_vector(account: Account) -> None:
    account.metadata()
    before = account.pinecone.ids(OURS)
    model = "arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0"
    account.embedder = TitanEmbedder(account.bucket, model)
    told = account.metadata()
    assert (told["embedded"], told["deleted"], account.ids()) == (13, 13, EVERYTHING)
    assert not {*before} & {*account.pinecone.ids(OURS)}


@pytest.mark.parametrize(
    ("dimension", "namespace_of_the_base", "code"), [(1536, "kb", "MUT-PC-004"), (1024, OURS, "MUT-PC-006")]
)
def test_nothing_is_paid_for_before_the_index_is_known_to_fit(
    account: Account, dimension: int, namespace_of_the_base: str, code: str
) -> None:
    account.pinecone.dimension = dimension
    account.base = Base((account.pinecone.host + "/", namespace_of_the_base))
    assert code in failure(account.run())
    assert (account.bedrock.calls, account.pinecone.namespaces) == ([], {})


def test_the_knowledge_bases_own_vectors_in_the_same_index_are_never_touched(account: Account) -> None:
    theirs = {"chunk-1": {"id": "chunk-1", "values": [1.0] + [0.0] * 1023, "metadata": {"text": "…"}}}
    account.pinecone.namespaces["kb"] = theirs
    account.base = Base((account.pinecone.host, "kb"))
    account.metadata()
    account.trash(EVENTOS, 9001)
    account.metadata()
    assert account.pinecone.namespaces["kb"] == theirs
    assert {call.parameters["namespace"] for call in account.pinecone.named("Delete")} == {OURS}


def test_ids_that_are_not_ours_are_named_and_stay(account: Account) -> None:
    account.metadata()
    foreign = ["otra-cosa", "tiendas/2000", "tiendas/2000#0123456789AB"]
    for id in foreign:
        account.pinecone.namespaces[OURS][id] = {"id": id, "values": [1.0] * 1024, "metadata": {}}
    account.trash(TIENDAS, 2001)
    told = account.metadata()
    assert (told["foreign"], told["deleted"]) == (3, 1)
    assert {*foreign} <= {*account.pinecone.ids(OURS)}


def test_a_batch_that_fails_loses_and_doubles_nothing(account: Account) -> None:
    for number in range(150):
        account.publish(TIENDAS, 3000 + number)
    account.pinecone.faults.append(on("Upsert", error("INVALID_ARGUMENT", 400, "No more today"), after=1))
    assert "MUT-PC-008" in failure(account.run())
    assert len(account.ids()) == 100
    told = account.metadata()
    assert (told["embedded"], told["from_cache"], told["unchanged"]) == (63, 63, 100)
    assert len(account.ids()) == 163


def test_a_night_that_dies_before_the_deletion_is_finished_by_the_next(account: Account) -> None:
    account.metadata()
    account.publish(TIENDAS, 2003, "Abre todos los días.")
    account.pinecone.faults.append(on("Delete", error("INTERNAL", 400)))
    assert not account.run().success
    assert len(account.pinecone.ids(OURS)) == 14, "for a night the old one is found beside the new"
    told = account.metadata()
    assert (told["embedded"], told["deleted"], account.ids()) == (0, 1, EVERYTHING)


def test_what_is_not_seen_in_time_deletes_nothing_old(account: Account) -> None:
    account.metadata()
    account.publish(TIENDAS, 2003, "Abre todos los días.")
    account.pinecone.lag = 1_000
    assert "MUT-PC-105" in failure(account.run())
    assert account.pinecone.named("Delete") == []


def test_without_an_index_it_says_so_and_does_nothing(account: Account) -> None:
    account.replaced["vector_index"] = NoIndex()
    assert account.metadata() == {"index": "none: PINECONE_INDEX is empty"}
    assert (account.bedrock.calls, account.pinecone.calls) == ([], [])
