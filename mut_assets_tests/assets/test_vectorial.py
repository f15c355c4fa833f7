"""The stage from raw tables to texts: what it reads, and what it tells the editors of the site."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from mut_assets.assets.io_manager import SnapshotIOManager
from mut_assets.assets.vectorial import vectorial_eventos, vectorial_preguntas, vectorial_tiendas
from mut_assets.domain.collections import EVENTOS, PREGUNTAS, TIENDAS, Collection
from mut_assets.domain.documents.vectorial import RENDERER_VERSION
from mut_assets.domain.tables.raw import raw_frame
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.snapshots import Snapshots
from mut_assets.resources.bucket.special_days_file import SpecialDaysFile
from mut_assets.resources.clock import Clock
from mut_assets.resources.failures import Retries
from mut_assets_tests.domain.items import FUENTE, block, card, event, page, place

COPIED = "<h2>¿Qué es Iris?</h2><p>Lanas de otra parte.</p><h2>¿Qué es La Ranura?</h2><p>Discos usados.</p>"
IRIS = page(id=1, title={"rendered": "Iris"}, content={"rendered": "<p>Lanas del cerro.</p>"})
RANURA = place(block(level="1", schedule="nunca"), title={"rendered": "La Ranura"}, content={"rendered": COPIED})


@dataclass(frozen=True)
class House:
    """A bucket in a folder, on one day."""

    bucket: Bucket
    clock: Clock

    @property
    def snapshots(self) -> Snapshots:
        return Snapshots(self.bucket, self.clock)

    def run(self, asset: dg.AssetsDefinition) -> dict[str, Any]:
        """Materializes the asset alone; gives what it reports."""
        resources = {
            "snapshots": SnapshotIOManager(self.snapshots),
            "special_days": SpecialDaysFile(self.bucket),
            "clock": self.clock,
            "retries": Retries(0, 0),
        }
        with dg.DagsterInstance.ephemeral() as instance:
            read = [dg.AssetSpec(key).with_io_manager_key("snapshots") for key in asset.dependency_keys]
            result = dg.materialize([asset, *read], selection=[asset], instance=instance, resources=resources)
        (told,) = result.asset_materializations_for_node(asset.op.name)
        return {name: _plain(value) for name, value in told.metadata.items()}

    def tell(self, asset: dg.AssetsDefinition, collection: Collection, *items: dict[str, Any]) -> dict[str, Any]:
        self.snapshots.write("raw", collection, raw_frame(collection, list(items), FUENTE))
        return self.run(asset)

    def texts(self, collection: Collection) -> list[str]:
        table = self.snapshots.newest("vectorial", collection)
        return [] if table is None else table.frame["texto_embedding"].tolist()


def _plain(value: dg.MetadataValue) -> Any:
    if isinstance(value, dg.TableMetadataValue):
        return [tuple(record.data.values()) for record in value.records]
    return value.value


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(Bucket(str(tmp_path / "bucket")), Clock(lambda: "2025-09-18"))


def test_what_is_doubtful_and_what_was_left_out_is_told(house: House) -> None:
    told = house.tell(vectorial_tiendas, TIENDAS, IRIS, RANURA)
    link = "https://plaza.example/tiendas/la-ranura/"
    assert told["read_from"] == house.snapshots.all("raw", TIENDAS)[-1].key
    assert told["doubts"] == 2
    assert told["doubtful_pages"] == [
        ("La Ranura", link, "lugar says 'Nivel -3, al fondo', nivel says '1'"),
        ("La Ranura", link, '"nunca": no days and hours were recognised in it'),
    ]
    assert told["blocks_left_out"] == 2
    assert sorted(told["left_out"]) == [
        ("1", "belongs to Iris", "Lanas de otra parte."),
        ("1", "belongs to Iris", "¿Qué es Iris?"),
    ]
    assert (told["rows_left_out"], told["renderer_version"]) == (0, RENDERER_VERSION)
    assert len(house.texts(TIENDAS)) == 2


def test_a_collection_without_doubts_says_so(house: House) -> None:
    told = house.tell(vectorial_tiendas, TIENDAS, IRIS, page(id=2, link=""))
    assert (told["doubts"], told["blocks_left_out"], told["rows_left_out"]) == (0, 0, 1)
    assert not {"doubtful_pages", "left_out", "special_days", "special_days_not_told"} & set(told)


def test_the_special_days_of_the_bucket_reach_the_texts_of_shops_on_their_day(house: House) -> None:
    rows = b"2025-09-18;*;Cerrado\nayer;*;Cerrado\n2025-12-25;*;Cerrado\n"
    house.bucket.put("raw/horarios_especiales.csv", b"fecha;link;horario\n" + rows)
    told = house.tell(vectorial_tiendas, TIENDAS, place(block()))
    assert told["special_days"] == 2
    assert "raw/horarios\\_especiales.csv: Row 3: 'ayer' is not a date" in told["special_days_not_told"]
    (text,) = house.texts(TIENDAS)
    assert "Hoy, jueves 18 de septiembre de 2025, cerrado. Abre todos los días" in text
    assert "diciembre" not in text
    assert "special_days" not in house.tell(vectorial_eventos, EVENTOS, event(card("18 de septiembre de 2025")))
    assert "cerrado" not in house.texts(EVENTOS)[0]


def test_a_file_of_special_days_that_is_no_table_fails_nothing(house: House) -> None:
    house.bucket.put("raw/horarios_especiales.csv", b"PK\x03\x04")
    told = house.tell(vectorial_tiendas, TIENDAS, place(block()))
    assert "workbook that cannot be read" in told["special_days_not_told"]
    assert "Abre todos los días" in house.texts(TIENDAS)[0]


def test_questions_have_no_pages_to_doubt_and_may_be_absent(house: House) -> None:
    assert house.run(vectorial_preguntas) == {"source": "absent: there is no raw table yet"}
    house.bucket.put(
        "raw/preguntas_20250918_000000.csv",
        "pregunta,respuesta,categoria_completa,categoria_nombre,linea,id,slug,modified_gmt,fuente,problema\n"
        "hay té,Sí,,,2,hay-te,,,x,\n".encode(),
    )
    assert not {"doubts", "blocks_left_out"} & set(house.run(vectorial_preguntas))
    assert house.texts(PREGUNTAS) == ["¿Hay té?\nSí."]
