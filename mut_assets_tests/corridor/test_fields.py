"""Whole nights in which the site's custom fields are not those of the night before."""

import json
import os
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import dagster as dg
import pytest
from typer.testing import CliRunner

from mut_assets.cli import app
from mut_assets.domain.tables.changes import SHOWN
from mut_assets_tests.corridor.conftest import Platform, after_a_first_night, failure_text
from mut_assets_tests.corridor.test_terminal import environment
from mut_assets_tests.domain.tables.test_drift import INFO, dropped, made, renamed

pytestmark = after_a_first_night
RECORD = "state/fields/tiendas.json"


def check(night: dg.ExecuteInProcessResult, asset: str = "raw_tiendas") -> dg.AssetCheckEvaluation:
    """What the check of one collection said."""
    (said,) = [
        each
        for each in night.get_asset_check_evaluations()
        if each.check_name == "fields_as_before" and each.asset_key == dg.AssetKey(asset)
    ]
    return said


def rows(said: dg.AssetCheckEvaluation) -> list[Any]:
    table = said.metadata["fields"]
    assert isinstance(table, dg.TableMetadataValue)
    return [record.data for record in table.records]


def change(platform: Platform, how: Callable[[dict[str, Any]], None]) -> None:
    for item in platform.site.items["stores"]:
        how(item)


def test_a_renamed_field_keeps_its_collection_back_by_name_and_no_other_one(platform: Platform) -> None:
    before, kept = platform.documents("stores"), platform.bucket.get(RECORD)
    change(platform, renamed(f"{INFO}.schedule"))
    platform.site.restaurant(4001, "Cocina nueva", content="<p>Sirve charquicán.</p>")
    night = platform.run()
    assert not night.success
    said, why = check(night), failure_text(night)
    assert said.severity == dg.AssetCheckSeverity.ERROR and not said.passed
    assert (rows(said)[0]["field"], rows(said)[0]["lost"]) == (f"{INFO}.schedule", "horario")
    assert "MUT-DATA-009" in why and f"{INFO}.schedule is gone" in why and f"{INFO}.schedule_2" in why
    assert platform.run("publish_latest").success
    assert platform.documents("stores") == before
    assert platform.metadata("restaurantes/4001.md")["titulo"] == "Cocina nueva"
    assert json.loads(platform.bucket.get(RECORD))["accepted"] == json.loads(kept)["accepted"]


@pytest.mark.slow
def test_the_next_night_says_it_again_until_the_field_is_back(platform: Platform) -> None:
    items = json.dumps(platform.site.items["stores"])
    change(platform, dropped(f"{INFO}.place"))
    assert not platform.materialize("raw_tiendas").success
    refused = platform.bucket.get(RECORD)
    assert not platform.materialize("raw_tiendas").success and platform.bucket.get(RECORD) == refused
    platform.site.items["stores"] = json.loads(items)
    assert check(platform.materialize("raw_tiendas")).passed
    assert json.loads(platform.bucket.get(RECORD))["id"] == "", "nothing waits for an approval any more"


def test_what_is_approved_is_the_measure_of_later_nights(platform: Platform) -> None:
    change(platform, dropped(f"{INFO}.mail"))
    night = platform.materialize("raw_tiendas")
    id = json.loads(platform.bucket.get(RECORD))["id"]
    assert not night.success and f"mut approve {id}" in failure_text(night)
    with patch.dict(os.environ, environment(platform.settings.home), clear=True):
        status = CliRunner().invoke(app, ["status"])
        assert f"tiendas is kept back for its fields: `mut approve {id}`" in status.output, status.output
        asked = CliRunner().invoke(app, ["approve", id])
        assert asked.exit_code == 2 and "MUT-RUN-011" in asked.output and f"{INFO}.mail is gone" in asked.output
        done = CliRunner().invoke(app, ["approve", id, "--yes"])
        assert done.exit_code == 0, done.output
        assert CliRunner().invoke(app, ["approve", id, "--yes"]).exit_code == 2, "it waits no longer"
    night = platform.materialize("raw_tiendas")
    assert night.success and check(night).passed, failure_text(night)


@pytest.mark.slow
def test_what_costs_no_column_anything_is_told_once_and_published(platform: Platform) -> None:
    change(platform, made(f"{INFO}.level", int))
    change(platform, lambda item: item["acf"]["informacion_tienda"][0]["info"].update(terraza="sí " * SHOWN))
    night = platform.run()
    assert night.success, failure_text(night)
    said = check(night)
    assert said.severity == dg.AssetCheckSeverity.WARN and not said.passed
    assert [(row["field"], row["what"], row["lost"]) for row in rows(said)] == [
        (f"{INFO}.level", "of another type", ""),
        (f"{INFO}.terraza", "new", ""),
    ]
    assert platform.counts("tiendas") == (0, 0, 0, 0, 12)
    assert check(platform.materialize("raw_tiendas")).passed


def test_a_night_that_finds_the_same_fields_writes_no_record(platform: Platform) -> None:
    before = {entry.key: entry.modified for entry in platform.bucket.list("state/fields/")}
    assert set(before) == {f"state/fields/{name}.json" for name in ("eventos", "tiendas", "restaurantes")}
    assert platform.materialize("raw_tiendas", "raw_eventos", "raw_restaurantes").success
    assert {entry.key: entry.modified for entry in platform.bucket.list("state/fields/")} == before


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"{", b'{"accepted": {"items": "many"}}'])
def test_a_damaged_record_stops_nothing_and_is_written_anew(platform: Platform, content: bytes) -> None:
    platform.bucket.put(RECORD, content)
    change(platform, dropped(f"{INFO}.mail"))
    assert check(platform.materialize("raw_tiendas")).passed
    assert json.loads(platform.bucket.get(RECORD))["accepted"]["items"] == 12


@pytest.mark.slow
def test_fields_of_the_bundled_site_are_no_measure_of_a_real_one(platform: Platform) -> None:
    kept = json.loads(platform.bucket.get(RECORD))
    platform.bucket.put(RECORD, json.dumps(kept | {"bundled": True}).encode())
    change(platform, dropped(f"{INFO}.mail"))
    assert check(platform.materialize("raw_tiendas")).passed
    assert json.loads(platform.bucket.get(RECORD))["bundled"] is False
