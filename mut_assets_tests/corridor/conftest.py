"""A whole platform on one machine: a small site over loopback, a folder as the bucket, Dagster's own instance."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from mut_assets.definitions import build_definitions
from mut_assets.environments import Settings, build_doors, read_settings
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.publication_log import Decisions, Outcome, Publication
from mut_assets.resources.embedded.index import LocalIndex
from mut_assets.resources.wordpress.collection import WordPress
from mut_assets_tests.fakes.wordpress_site import WordPressSite

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
DAY = "2025-10-01"
"""The day of all these nights: before the site's events, which end in October."""

DATASET = "datasets/prod_kb/knowledge-base-mut-s3-001/v1/"
FAQ = """pregunta;respuesta;categoria_completa
¿Hay baños?;Sí, en todos los pisos.;2 Servicios
¿Tienen wifi?;Sí, gratis.;2 Servicios
"""


class Recording(Bucket):
    """A bucket that remembers what was written and deleted under the dataset prefix."""

    writes: list[str] = []
    deletes: list[str] = []

    def put(self, key: str, data: bytes) -> str:
        if key.startswith(DATASET):
            self.writes.append(key.removeprefix(DATASET))
        return super().put(key, data)

    def delete(self, key: str) -> None:
        if key.startswith(DATASET):
            self.deletes.append(key.removeprefix(DATASET))
        super().delete(key)


@dataclass
class Platform:
    """The platform under test. `run` executes a job as the daemon would, and gives Dagster's result."""

    settings: Settings
    site: WordPressSite
    instance: dg.DagsterInstance
    replaced: dict[str, Any] = field(default_factory=dict)
    patient: bool = False
    """Whether it reads the site with the patience of a real night."""

    @property
    def bucket(self) -> Bucket:
        return Bucket(self.settings.bucket, self.settings.bucket_endpoint or None, self.settings.region or None)

    @property
    def definitions(self) -> dg.Definitions:
        address = self.settings.api_base_url
        hasty = WordPress(address, attempts=4 if self.patient else 2, backoff=0)
        quick = {} if self.settings.bundled else {"site": hasty}
        return build_definitions(self.settings, {**quick, **self.replaced})

    def run(self, job: str = "daily_refresh", **publication: str) -> dg.ExecuteInProcessResult:
        config = {**QUIET, **({"ops": {"kb_dataset": {"config": publication}}} if publication else {})}
        return self.definitions.resolve_job_def(job).execute_in_process(
            instance=self.instance, run_config=config, raise_on_error=False
        )

    def materialize(self, *assets: str) -> dg.ExecuteInProcessResult:
        """A selection, as from the UI: `materialize("raw_tiendas")`, with the checks of these assets."""
        definitions = self.definitions
        job = definitions.resolve_implicit_global_asset_job_def()
        return job.execute_in_process(
            instance=self.instance,
            run_config=QUIET,
            asset_selection=[dg.AssetKey(name) for name in assets],
            raise_on_error=False,
        )

    def record(self) -> tuple[list[str], list[str]]:
        """Swaps in a recording store; gives the lists of written and deleted keys, below the dataset prefix."""
        recording = Recording(self.settings.bucket, self.settings.bucket_endpoint or None, self.settings.region or None)
        recording.writes.clear()
        recording.deletes.clear()
        doors = build_doors(self.settings)
        store = type(doors.store)(recording, self.settings.dataset_prefix)
        publisher = doors.publisher
        self.replaced = {
            "store": store,
            "publisher": type(publisher)(
                publisher.snapshots, store, publisher.set_aside, publisher.decisions, publisher.bundled
            ),
        }
        return recording.writes, recording.deletes

    def documents(self, folder: str = "") -> dict[str, bytes]:
        """Every published object below the dataset prefix (of one folder), by key."""
        prefix = f"{DATASET}{folder}/" if folder else DATASET
        return {one.key.removeprefix(DATASET): self.bucket.get(one.key) for one in self.bucket.list(prefix)}

    def ids(self, folder: str) -> set[str]:
        return {Path(key).stem for key in self.documents(folder) if key.endswith(".md")}

    def metadata(self, key: str) -> dict[str, Any]:
        return json.loads(self.documents()[f"{key}.metadata.json"])["metadataAttributes"]

    @property
    def index(self) -> LocalIndex:
        return LocalIndex(self.settings.home / "index.sqlite")

    @property
    def publication(self) -> Publication:
        last = Decisions(self.bucket).last()
        assert last is not None, "nothing was published"
        return last

    def outcome(self, collection: str) -> Outcome:
        return next(one for one in self.publication.outcomes if one.collection == collection)

    def counts(self, collection: str) -> tuple[int, int, int, int, int]:
        """Added, changed, removed, held, unchanged."""
        one = self.outcome(collection)
        return one.added, one.changed, one.removed, one.held, one.unchanged


@pytest.fixture
def site() -> Iterator[WordPressSite]:
    with WordPressSite() as site:
        for number in range(8):
            site.event(9000 + number, f"Feria de {number} barrios", date_text="9 al 12 de octubre")
        for number in range(12):
            site.store(2000 + number, f"Tienda {number} & Cía", content=f"<p>Vende cuadernos número {number}.</p>")
        for number in range(7):
            site.restaurant(4000 + number, f"Cocina {number}", content=f"<p>Sirve cazuela y plato {number}.</p>")
        yield site


@pytest.fixture
def environment(tmp_path: Path, site: WordPressSite) -> dict[str, str]:
    return {"MUT_HOME": str(tmp_path / "mut"), "API_BASE_URL": site.base_url, "MUT_RETRY_SECONDS": "0"}


@pytest.fixture
def platform(environment: dict[str, str], site: WordPressSite, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    monkeypatch.setenv("MUT_TODAY", DAY)
    with dg.DagsterInstance.ephemeral() as instance:
        made = Platform(read_settings(environment), site, instance)
        made.bucket.put("raw/preguntas.csv", FAQ.encode())
        yield made


def failure_text(result: dg.ExecuteInProcessResult) -> str:
    """Every failed step of a run with what it said, for messages and for matching."""
    return "\n".join(
        f"{event.step_key}: {event.step_failure_data.error.to_string() if event.step_failure_data.error else ''}"
        for event in result.all_events
        if event.is_step_failure
    )
