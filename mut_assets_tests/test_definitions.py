"""Definitions load on a bare laptop, and hold what the design says."""

import json
import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

import mut_assets
from mut_assets.definitions import ASSETS, build_definitions
from mut_assets.environments import build_doors, read_settings
from mut_assets.resources.failures import BadSetting

REPOSITORY = Path(mut_assets.__file__).parent.parent
GROUPS = {
    "raw": {"raw_eventos", "raw_tiendas", "raw_restaurantes", "raw_preguntas"},
    "vectorial": {"vectorial_eventos", "vectorial_tiendas", "vectorial_restaurantes", "vectorial_preguntas"},
    "dataset": {"kb_dataset"},
    "knowledge_base": {"bedrock_kb_ingestion"},
    "vector_index": {"pinecone_index"},
    "agent": {"bedrock_agent"},
}
AWS = {"MUT_ENVIRONMENT": "aws", "KNOWLEDGE_BASE_ID": "KB00000001"}

PROBE = """
import builtins, json, os, socket, sys
opened, real = [], builtins.open
def refuse(*args, **kwargs): raise AssertionError(f"the network was touched: {args}")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
def watch(file, mode="r", *args, **kwargs):
    if set(mode) & set("wax+"): opened.append(str(file))
    return real(file, mode, *args, **kwargs)
builtins.open = watch
import dagster as dg
assets = []
for environ in json.loads(sys.argv[1]):
    os.environ.update(environ)
    from mut_assets.definitions import defs
    dg.Definitions.validate_loadable(defs)
    assets.append(len(list(defs.resolve_all_asset_specs())))
    for name in [name for name in sys.modules if name.partition(".")[0] == "mut_assets"]:
        del sys.modules[name]
print(json.dumps({"opened": opened, "assets": assets}))
"""


def test_definitions_load_with_no_more_than_their_settings_and_without_a_network(tmp_path: Path) -> None:
    """First without any setting, then with those of an account."""
    bare = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps([{}, AWS])],
        cwd=tmp_path,
        env={**bare, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"opened": [], "assets": [12, 12]}
    assert [path.name for path in tmp_path.iterdir() if path.name != ".dagster"] == []


def test_every_asset_stands_in_the_group_of_its_stage() -> None:
    found: dict[str, set[str]] = {}
    for asset in ASSETS:
        for spec in asset.specs:
            found.setdefault(spec.group_name or "", set()).add(spec.key.to_user_string())
    assert found == GROUPS


def test_the_stages_follow_each_other() -> None:
    graph = build_definitions(read_settings({})).resolve_asset_graph()
    parents = {
        key.to_user_string(): {parent.to_user_string() for parent in graph.get(key).parent_keys}
        for key in graph.materializable_asset_keys
    }
    for name in ("eventos", "tiendas", "restaurantes", "preguntas"):
        assert parents[f"raw_{name}"] == set()
        assert parents[f"vectorial_{name}"] == {f"raw_{name}"}
    assert parents["kb_dataset"] == GROUPS["vectorial"]
    assert parents["bedrock_kb_ingestion"] == {"kb_dataset"} == parents["pinecone_index"]
    assert parents["bedrock_agent"] == {"bedrock_kb_ingestion"}


def test_every_check_of_the_issue_exists() -> None:
    graph = build_definitions(read_settings({})).resolve_asset_graph()
    checks = {(key.asset_key.to_user_string(), key.name) for key in graph.asset_check_keys}
    for name in GROUPS["raw"]:
        assert {check for asset, check in checks if asset == name} >= {"unique_ids", "usable_rows"}
    for name in GROUPS["vectorial"]:
        assert {check for asset, check in checks if asset == name} == {"complete_and_plain"}
    assert ("bedrock_kb_ingestion", "knowledge_is_fresh") in checks
    assert ("bedrock_kb_ingestion", "served_is_published") in checks
    assert ("kb_dataset", "everything_wanted_is_published") in checks


def test_every_step_runs_in_the_process_of_its_run() -> None:
    executor = build_definitions(read_settings({})).executor
    assert isinstance(executor, dg.ExecutorDefinition) and executor.name == "in_process"


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("MUT_ENVIRONMENT", "prod", "local or aws"),
        ("API_CONCURRENCY", "many", "a whole number from 1 to 32"),
        ("API_CONCURRENCY", "0", "a whole number from 1 to 32"),
        ("LATEST_ALIAS", "yes", "on or off"),
        ("EXPIRED_EVENTS", "yes", "drop or keep"),
        ("RETRIEVAL_GATE", "off", "block or warn"),
        ("DAILY_CRON", "0 0 * * 1", "one time of every day"),
        ("DAILY_CRON", "midnight", "one time of every day"),
        ("MUT_RUN_TIMEOUT_MINUTES", "1e3", "a whole number from 1 to 1440"),
        ("S3_RAW_PREFIX", "/raw/", "without a leading slash"),
        ("S3_DATASET_PREFIX", "state/kb/", "outside state/"),
    ],
)
def test_a_typo_in_a_variable_is_one_sentence_that_names_it(variable: str, value: str, said: str) -> None:
    with pytest.raises(BadSetting, match="MUT-ENV-001") as caught:
        read_settings({variable: value})
    assert variable in str(caught.value) and said in str(caught.value)


@pytest.mark.parametrize(
    ("environ", "keeps", "gate", "golden"),
    [
        ({}, False, "block", ""),
        ({"EXPIRED_EVENTS": "drop"}, False, "block", ""),
        ({"EXPIRED_EVENTS": " KEEP "}, True, "block", ""),
        ({"RETRIEVAL_GATE": "warn"}, False, "warn", ""),
        ({"GOLDEN_QUESTIONS": " preguntas/de_oro.csv "}, False, "block", "preguntas/de_oro.csv"),
        (AWS, False, "warn", ""),
        ({**AWS, "GOLDEN_QUESTIONS": "de_oro.csv"}, False, "block", "de_oro.csv"),
        ({**AWS, "RETRIEVAL_GATE": "block"}, False, "block", ""),
        ({**AWS, "GOLDEN_QUESTIONS": "de_oro.csv", "RETRIEVAL_GATE": "warn"}, False, "warn", "de_oro.csv"),
    ],
)
def test_the_gate_blocks_where_its_questions_are_about_the_market_and_the_settings_reach_the_doors(
    environ: dict[str, str], keeps: bool, gate: str, golden: str, tmp_path: Path
) -> None:
    settings = read_settings({**environ, "MUT_HOME": str(tmp_path), "S3_RAW_PREFIX": "crudo/"})
    assert (settings.keeps_expired, settings.retrieval_gate, settings.golden_questions) == (keeps, gate, golden)
    doors = build_doors(settings)
    assert doors.publisher.keeps_expired is keeps
    assert doors.retrieval_gate.before_publishing.blocks is doors.retrieval_gate.served.blocks is (gate == "block")
    assert doors.special_days.key == "crudo/horarios_especiales.csv"
