"""What Dagster's Resources page shows of the doors: class, description, settings; no secret, nothing to override."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from mut_assets.definitions import build_definitions
from mut_assets.environments import build_doors, read_settings
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.embedding.titan import TitanEmbedder
from mut_assets.resources_page import DESCRIPTIONS, resource_definitions, settings_of

ROOT = Path(__file__).parents[1]
SECRETS = ("contrasena-plantada", "pcsk-plantada")
CLOUD = {
    "MUT_ENVIRONMENT": "aws",
    "KNOWLEDGE_BASE_ID": "KB00000001",
    "AGENT_ID": "AG00000001",
    "S3_BUCKET_NAME": "conocimiento",
    "API_BASE_URL": f"https://mut:{SECRETS[0]}@mercado.example/wp-json/wp/v2",
    "PINECONE_API_KEY": SECRETS[1],
    "PINECONE_HOST": f"https://mut:{SECRETS[0]}@vectores.example",
}
PAGE = """{ allTopLevelResourceDetailsOrError(repositorySelector:
    {repositoryLocationName: "mut_assets", repositoryName: "__repository__"}) {
    __typename ... on ResourceDetailsList { results {
        name description resourceType configFields { name configTypeKey defaultValueAsJson } configuredValues { key }
    } } } }"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What the page asks for, by name, in an account with secrets in its environment."""
    home = tmp_path_factory.mktemp("page")
    tool, answer = Path(sys.executable).with_name("dagster-graphql"), home / "answer.json"
    command = [str(word) for word in (tool, "-w", ROOT / "workspace.yaml", "-t", PAGE, "-o", answer)]
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    there = {**kept, **CLOUD, "HOME": str(home), "DAGSTER_HOME": str(home), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=home, env=there, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    text = answer.read_text(encoding="utf-8")
    assert not [secret for secret in SECRETS if secret in text + done.stdout + done.stderr]
    details = json.loads(text)["data"]["allTopLevelResourceDetailsOrError"]
    return {resource["name"]: resource for resource in details["results"]}


@pytest.mark.slow
def test_each_door_is_shown_by_its_class_with_what_it_is_for(page: dict[str, dict[str, Any]]) -> None:
    doors = vars(build_doors(read_settings(CLOUD)))
    classes = {name: f"{type(door).__module__}.{type(door).__name__}" for name, door in doors.items()}
    classes["snapshots"] = "mut_assets.assets.io_manager.SnapshotIOManager"
    assert {name: resource["resourceType"] for name, resource in page.items() if name in doors} == classes
    assert {name: resource["description"] for name, resource in page.items() if name in doors} == DESCRIPTIONS


@pytest.mark.slow
def test_its_settings_are_shown_with_their_types(page: dict[str, dict[str, Any]]) -> None:
    def shown(name: str) -> dict[str, tuple[str, Any]]:
        fields = page[name]["configFields"]
        return {field["name"]: (field["configTypeKey"], json.loads(field["defaultValueAsJson"])) for field in fields}

    assert shown("lease")["bucket"] == ("String", "s3://conocimiento")
    assert shown("snapshots")["latest_alias"] == ("Bool", True)
    assert shown("retries") == {"seconds": ("Int", 10), "most": ("Int", 2)}
    assert shown("site")["base_url"] == ("String", "https://mercado.example/wp-json/wp/v2")
    assert shown("vector_index")["key"] == ("String", "pinecone/mut-kb-api-key")
    assert shown("vector_index")["host"] == ("String", "https://vectores.example")


def test_a_bucket_named_by_account_and_region_is_shown_without_asking_for_them() -> None:
    store = DocumentStore(Bucket("s3://raw-{account}-{region}"), "v1/")
    assert settings_of(store) == {"bucket": "s3://raw-{account}-{region}", "prefix": "v1/"}


def test_what_a_repr_leaves_out_is_not_shown() -> None:
    titan = TitanEmbedder(Bucket("memory://"))
    assert "prefix" in vars(titan) and "prefix" not in settings_of(titan)


def test_the_doors_of_a_run_are_the_objects_that_were_made() -> None:
    doors = build_doors(read_settings({}))
    with dg.build_resources(resource_definitions(doors)) as given:
        assert given.snapshots.files is doors.publisher.snapshots is doors.snapshots
        assert given.store is doors.publisher.store is doors.store


def test_a_launchpad_cannot_change_a_setting() -> None:
    job = build_definitions(read_settings({})).resolve_job_def("daily_refresh")
    with pytest.raises(dg.DagsterInvalidConfigError, match='unexpected config entry "seconds"'):
        dg.validate_run_config(job, {"resources": {"lease": {"config": {"seconds": 1}}}})
