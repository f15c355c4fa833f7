"""A whole platform on one machine: a small site over loopback, a folder as the bucket, Dagster's own instance."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from mut_assets.definitions import build_definitions
from mut_assets.domain.plans.outcome import Outcome, Publication
from mut_assets.environments import Settings, build_doors, read_settings
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.embedded.index import LocalIndex
from mut_assets.resources.wordpress.collection import WordPress
from mut_assets_tests.corridor.night import QUIET
from mut_assets_tests.fakes.wordpress_site import WordPressSite

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
        keys = [dg.AssetKey(name) for name in assets]
        return self.definitions.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=self.instance, run_config=QUIET, asset_selection=keys, raise_on_error=False
        )

    def record(self) -> tuple[list[str], list[str]]:
        """Swaps in a recording store; gives the lists of written and deleted keys, below the dataset prefix."""
        recording = Recording(self.settings.bucket, self.settings.bucket_endpoint or None, self.settings.region or None)
        recording.writes.clear()
        recording.deletes.clear()
        doors = build_doors(self.settings)
        store = replace(doors.store, bucket=recording)
        self.replaced = {"store": store, "publisher": replace(doors.publisher, store=store)}
        return recording.writes, recording.deletes

    def documents(self, folder: str = "") -> dict[str, bytes]:
        """Every published object below the dataset prefix (of one folder), by key."""
        prefix = f"{DATASET}{folder}/" if folder else DATASET
        return {entry.key.removeprefix(DATASET): self.bucket.get(entry.key) for entry in self.bucket.list(prefix)}

    def ids(self, folder: str) -> set[str]:
        return {Path(key).stem for key in self.documents(folder) if key.endswith(".md")}

    def metadata(self, key: str) -> dict[str, Any]:
        attributes: dict[str, Any] = json.loads(self.documents()[f"{key}.metadata.json"])["metadataAttributes"]
        return attributes

    @property
    def index(self) -> LocalIndex:
        return LocalIndex(self.settings.home / "index.sqlite")

    @property
    def publication(self) -> Publication:
        last = PublicationLog(self.bucket).last()
        assert last is not None, "nothing was published"
        return last

    def outcome(self, collection: str) -> Outcome:
        return next(outcome for outcome in self.publication.outcomes if outcome.collection == collection)

    def counts(self, collection: str) -> tuple[int, int, int, int, int]:
        """Added, changed, removed, held, unchanged."""
        outcome = self.outcome(collection)
        return outcome.added, outcome.changed, outcome.removed, outcome.held, outcome.unchanged


class FirstNights:
    """Undisturbed first nights, each run once in a process and kept by name.

    A test begins where such a night ended: with its files, in its place, for the same address of the site, so that
    every etag, and what the index remembers of the bucket, still counts. Objects are linked, because the platform
    replaces an object and never writes into one; the index is copied. Dagster's history is not kept: the test is on a
    new machine.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept: dict[Path, tuple[int, int]] = {}

    def begin_after(self, name: str, platform: Platform) -> None:
        """Leaves the platform as the first night of that name does."""
        home, kept = platform.settings.home, self.folder / name
        if kept.exists():
            shutil.rmtree(home)
            shutil.copytree(kept, home, copy_function=_linked)
            return
        with dg.DagsterInstance.ephemeral() as instance:
            night = replace(platform, instance=instance).run()
        assert night.success, failure_text(night)
        platform.site.requests.clear()
        shutil.copytree(home, kept, copy_function=_linked)
        self._kept |= {path: _version(path) for path in kept.rglob("*") if path.is_file()}

    def changed(self) -> list[str]:
        """The kept files that somebody wrote into."""
        return [str(path) for path, version in self._kept.items() if _version(path) != version]


def _linked(source: str, target: str) -> None:
    (shutil.copy2 if ".sqlite" in source else os.link)(source, target)


def _version(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size


@pytest.fixture(scope="session")
def kept_nights(tmp_path_factory: pytest.TempPathFactory) -> FirstNights:
    return FirstNights(tmp_path_factory.mktemp("first-nights"))


@pytest.fixture
def first_nights(kept_nights: FirstNights) -> Iterator[FirstNights]:
    yield kept_nights
    assert kept_nights.changed() == [], "the test wrote into what is kept for others"


@pytest.fixture(scope="session")
def standing_site() -> Iterator[WordPressSite]:
    """The server of `site`: one address for all tests, because the tables of a night name it."""
    with WordPressSite() as site:
        yield site


@pytest.fixture(scope="session")
def standing_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of `platform`: one place for all tests, because the index of a night names it."""
    return tmp_path_factory.mktemp("corridor") / "mut"


@pytest.fixture
def site(standing_site: WordPressSite) -> Iterator[WordPressSite]:
    standing_site.reset()
    for number in range(8):
        standing_site.event(9000 + number, f"Feria de {number} barrios", date_text="9 al 12 de octubre")
    for number in range(12):
        content = f"<p>Vende cuadernos número {number}.</p>"
        standing_site.store(2000 + number, f"Tienda {number} & Cía", content=content)
    for number in range(7):
        content = f"<p>Sirve cazuela y plato {number}.</p>"
        standing_site.restaurant(4000 + number, f"Cocina {number}", content=content)
    yield standing_site
    standing_site.check()


@pytest.fixture
def environment(standing_home: Path, site: WordPressSite) -> dict[str, str]:
    if standing_home.exists():
        shutil.rmtree(standing_home)
    return {"MUT_HOME": str(standing_home), "API_BASE_URL": site.base_url, "MUT_RETRY_SECONDS": "0"}


@pytest.fixture
def platform(environment: dict[str, str], site: WordPressSite, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    monkeypatch.setenv("MUT_TODAY", DAY)
    with dg.DagsterInstance.ephemeral() as instance:
        made = Platform(read_settings(environment), site, instance)
        made.bucket.put("raw/preguntas.csv", FAQ.encode())
        yield made


@pytest.fixture
def first_night(platform: Platform, first_nights: FirstNights) -> None:
    first_nights.begin_after("market", platform)


after_a_first_night = pytest.mark.usefixtures("first_night")


def failure_text(result: dg.ExecuteInProcessResult) -> str:
    """Every failed step of a run with what it said, for messages and for matching."""
    return "\n".join(
        f"{event.step_key}: {event.step_failure_data.error.to_string() if event.step_failure_data.error else ''}"
        for event in result.all_events
        if event.is_step_failure
    )
