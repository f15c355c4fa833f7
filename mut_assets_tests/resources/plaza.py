"""A small published folder, a bucket that remembers what was read of it, a stopped clock. Every name is invented."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

from mut_assets.domain.ingestion.rules import IngestionReport
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.clock import Clock
from mut_assets.resources.embedded.index import LocalIndex
from mut_assets.resources.failures import TransientFailure

PREFIX = "datasets/prueba/v1/"


@dataclass(frozen=True)
class RecordingBucket(Bucket):
    """Remembers which keys were read, and may break at one of them."""

    reads: list[str] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    def get(self, key: str) -> bytes:
        self.reads.append(key)
        if key.removeprefix(PREFIX) in self.broken:
            raise TransientFailure("MUT-S3-101", f"The bucket could not read {key}.", "It is tried again.")
        return super().get(key)


@dataclass(frozen=True)
class Stopped(Clock):
    instant: datetime = datetime(2024, 11, 3, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.instant


def sidecar(**attributes: object) -> bytes:
    return (json.dumps({"metadataAttributes": attributes}, ensure_ascii=False, sort_keys=True) + "\n").encode()


def publish(bucket: Bucket, key: str, body: str, **attributes: object) -> None:
    title = body.splitlines()[0].removeprefix("# ")
    link = f"https://plaza.example/{key.removesuffix('.md')}/"
    bucket.put(PREFIX + key + ".metadata.json", sidecar(titulo=title, link=link, **attributes))
    bucket.put(PREFIX + key, body.encode())


def fill(bucket: Bucket) -> None:
    """Five documents over the four folders."""
    ices = "# Gelato Ñuble\n\nHeladería artesanal en el nivel -3, con conos y copas.\n"
    toys = "# El Trompo Bailarín\n\nJuguetes de madera para niños y niñas.\n"
    bicycles = "# ¿Dónde dejo la bicicleta?\n\nHay bicicleteros en el estacionamiento, nivel -3.\n"
    answer = {"document_type": "pregunta_frecuente", "categoria_nombre": "estacionamiento"}
    publish(bucket, "restaurantes/21.md", ices, document_type="restaurante", nivel="Nivel -3")
    publish(bucket, "stores/11.md", toys, document_type="tienda", nivel="Nivel 3")
    publish(bucket, "stores/12.md", "# Pasos Firmes\n\nZapatería con calzado de cuero.\n", document_type="tienda")
    publish(bucket, "eventos/5.md", "# Noche de Tango\n\nMúsica en vivo en la terraza.\n", document_type="evento")
    publish(bucket, "preguntas/bicicletas.md", bicycles, **answer)


def ingest(index: LocalIndex, bucket: RecordingBucket) -> IngestionReport:
    bucket.reads.clear()
    return index.ingest(bucket, PREFIX)


def found(index: LocalIndex, question: str, k: int = 5) -> list[str]:
    return [hit.id for hit in index.search(question, k)]
