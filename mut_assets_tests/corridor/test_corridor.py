"""The whole corridor, from a site over HTTP to a knowledge base that answers."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from openpyxl import load_workbook

from mut_assets.assets.io_manager import SnapshotIOManager
from mut_assets.definitions import ASSETS
from mut_assets.domain.collections import COLLECTIONS, TIENDAS
from mut_assets.environments import build_doors, read_settings
from mut_assets.operations.export import export
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets_tests.corridor.conftest import DATASET, FAQ, FirstNights, Platform, after_a_first_night, failure_text
from mut_assets_tests.resources.plaza import Stopped

OF_STORES = ("raw_tiendas", "vectorial_tiendas", "kb_dataset")
"""What of a night decides about stores, for tests of nothing else: half of its time."""

FOLDERS = {"eventos": 8, "stores": 12, "restaurantes": 7, "preguntas": 2}


def test_the_first_night_publishes_serves_and_indexes_every_entity(platform: Platform) -> None:
    writes, _ = platform.record()  # other tests prove absence with the recorder: here it is seen to record
    result = platform.run()
    assert result.success, failure_text(result)
    assert len(writes) == 2 * sum(FOLDERS.values())
    for folder, count in FOLDERS.items():
        assert len(platform.ids(folder)) == count
    documents = platform.documents()
    assert len(documents) == 2 * sum(FOLDERS.values())
    assert platform.index.served().keys() == {key for key in documents if key.endswith(".md")}
    vectors = platform.index.vector_ids()
    assert len(vectors) == sum(FOLDERS.values())
    assert any(re.fullmatch("tiendas/2003#.{12}", id) for id in vectors)
    assert {outcome.status for outcome in platform.publication.outcomes} == {"published"}


@after_a_first_night
def test_the_bucket_holds_exactly_the_decided_keys(platform: Platform) -> None:
    keys = [entry.key for entry in platform.bucket.list("")]
    stamped = [key for key in keys if key.startswith(("raw/", "vectorial/")) and key[-10:-4].isdigit()]
    names = sorted(
        [f"raw/{name}" for name in ("eventos", "tiendas", "restaurantes", "preguntas")]
        + [f"vectorial/{name}_vectorial" for name in ("eventos", "stores", "restaurantes", "preguntas")]
    )
    assert sorted(key[: -len("_20241103_120000.csv")] for key in stamped) == names
    assert [key for key in keys if key.startswith("state/reports/")] == [
        "state/reports/dudas.csv",
        "state/reports/dudas.html",
    ]
    copies = [key for key in keys if key.endswith(".csv") and not key.startswith("state/")]
    fixed = sorted(key.removesuffix(".csv") for key in copies if key not in stamped)
    assert fixed == names
    rest = [key for key in keys if not key.endswith(".csv") and not key.startswith("state/")]
    assert all(key.startswith(DATASET) and key.endswith((".md", ".md.metadata.json")) for key in rest)
    assert platform.bucket.get("raw/preguntas.csv") == FAQ.encode()


@after_a_first_night
def test_a_second_night_writes_deletes_and_embeds_nothing(platform: Platform) -> None:
    writes, deletes = platform.record()
    second = platform.run()
    assert second.success
    assert (writes, deletes) == ([], [])
    assert {outcome.status for outcome in platform.publication.outcomes} == {"unchanged"}
    assert _metadata(second, "pinecone_index")["embedded"] == 0
    ingestion = _metadata(second, "bedrock_kb_ingestion")
    assert (ingestion["numberOfNewDocumentsIndexed"], ingestion["numberOfModifiedDocumentsIndexed"]) == (0, 0)


def test_a_first_night_that_was_run_for_another_test_is_known_without_reading_it(
    platform: Platform, first_nights: FirstNights
) -> None:
    for _ in range(2):
        first_nights.begin_after("market", platform)
    assert DocumentStore(platform.bucket, DATASET).holdings().read == 0


@after_a_first_night
def test_an_edit_changes_one_document_and_says_which_field(platform: Platform) -> None:
    before = platform.documents()
    writes, deletes = platform.record()
    text = "<p>Vende cuadernos número 3.</p>"
    platform.site.store(2003, "Tienda 3 & Cía", content=text, schedule="L-D: 9:00 - 22:00")
    assert platform.run().success
    after = platform.documents()
    assert {key for key in after if after[key] != before[key]} == {"stores/2003.md", "stores/2003.md.metadata.json"}
    assert (sorted(writes), deletes) == (["stores/2003.md", "stores/2003.md.metadata.json"], [])
    assert platform.counts("tiendas") == (0, 1, 0, 0, 11)
    assert "abre_festivos: 'True' -> ''" in platform.outcome("tiendas").changed_lines[0].detail
    assert platform.index.search("9:00 - 22:00", 1)[0].id == "2003"


@pytest.mark.slow
@after_a_first_night
def test_a_title_that_a_spreadsheet_would_run_is_published_as_it_is_and_exported_as_text(
    platform: Platform, tmp_path: Path
) -> None:
    title = "=HYPERLINK(1)"
    platform.site.store(2003, title)
    assert platform.run().success
    alias = platform.bucket.get("vectorial/stores_vectorial.csv").decode("utf-8-sig")
    assert f"\n{title}," in alias and alias.encode("utf-8-sig") == platform.bucket.get(
        platform.outcome("tiendas").snapshot
    )
    snapshots = build_doors(platform.settings).snapshots
    [sheet] = load_workbook(export(snapshots, "vectorial", TIENDAS, tmp_path / "t.xlsx").path).worksheets
    assert [cell.data_type for cell in sheet["A"] if cell.value == title] == ["s"]
    assert f"\n'{title}," in export(snapshots, "vectorial", TIENDAS, tmp_path / "t.csv").path.read_text("utf-8-sig")


@after_a_first_night
def test_a_removal_removes_one_document_and_an_addition_adds_one(platform: Platform) -> None:
    platform.site.trash("event", 9003)
    platform.site.restaurant(4900, "Cocina nueva", content="<p>Sirve humitas en olla de greda.</p>")
    assert platform.run().success
    assert platform.ids("eventos") == {str(9000 + n) for n in range(8)} - {"9003"}
    assert platform.counts("eventos") == (0, 0, 1, 0, 7)
    assert platform.counts("restaurantes") == (1, 0, 0, 0, 7)
    assert platform.index.search("humitas", 1)[0].id == "4900"
    assert not platform.index.vector_ids("eventos/9003#")


def test_fail_in_the_middle_then_resume_by_selection(platform: Platform) -> None:
    platform.site.faults.append(lambda path: (500, {}, "{}") if "/restaurant" in path else None)
    first = platform.run()
    assert not first.success and "MUT-WP" in failure_text(first)
    assert platform.documents() == {}
    platform.site.faults.clear()
    names = [spec.key.to_user_string() for asset in ASSETS for spec in asset.specs]
    missing = ["raw_restaurantes", "vectorial_restaurantes", *names[names.index("kb_dataset") :]]
    asked = len(platform.site.requests)
    second = platform.materialize(*missing)
    assert second.success, failure_text(second)
    assert all("/restaurant" in path for path in platform.site.requests[asked:])
    assert {folder: len(platform.ids(folder)) for folder in FOLDERS} == FOLDERS


def test_the_healthy_do_not_wait_for_the_sick(platform: Platform) -> None:
    platform.bucket.delete("raw/preguntas.csv")
    platform.run()
    platform.site.store(2003, "Tienda 3 & Cía", content="<p>Ahora vende volantines y trompos.</p>")
    platform.site.faults.append(lambda path: (500, {}, "{}") if "/restaurant" in path else None)
    night = platform.run()
    assert not night.success and "raw_restaurantes" in failure_text(night)
    after = platform.run("publish_latest")
    assert after.success, failure_text(after)
    assert platform.index.search("volantines", 1)[0].id == "2003"
    assert len(platform.ids("restaurantes")) == 7
    assert platform.outcome("preguntas").status == "absent"


@after_a_first_night
def test_an_faq_file_that_disappears_deletes_no_question(platform: Platform) -> None:
    platform.bucket.delete("raw/preguntas.csv")
    result = platform.run()
    assert result.success
    assert len(platform.ids("preguntas")) == 2
    failed = {check.check_name for check in result.get_asset_check_evaluations() if not check.passed}
    assert failed == {"file_present", "questions_find_documents"}, "and this site has no golden questions"


@after_a_first_night
def test_a_refused_collection_keeps_its_folder_and_the_others_go_out(platform: Platform) -> None:
    platform.site.items["stores"] = platform.site.items["stores"][:1]
    platform.site.event(9900, "Noche de boleros", date_text="30 de mayo")
    night = platform.run()
    assert not night.success and "MUT-PUB-003" in failure_text(night)
    assert len(platform.ids("stores")) == 12 and "9900" in platform.ids("eventos")
    assert platform.index.search("boleros", 1)[0].id == "9900"
    refused = platform.outcome("tiendas")
    assert refused.status == "refused" and "removes 11 of 12" in refused.refusals[0]
    assert json.loads(platform.bucket.get(f"state/plans/{refused.plan}.json"))["snapshot"] == refused.snapshot


@after_a_first_night
def test_approving_a_refused_plan_applies_exactly_it(platform: Platform) -> None:
    platform.site.items["stores"] = platform.site.items["stores"][:1]
    platform.materialize(*OF_STORES)
    refused = platform.outcome("tiendas")
    approved = platform.run("publish_latest", approve=refused.plan)
    assert approved.success, failure_text(approved)
    assert platform.ids("stores") == {"2000"}
    assert platform.index.served().keys() >= {"stores/2000.md"} and "stores/2001.md" not in platform.index.served()


@after_a_first_night
def test_a_refused_plan_no_longer_applies_once_the_store_has_changed(platform: Platform) -> None:
    platform.site.items["stores"] = platform.site.items["stores"][:1]
    platform.materialize(*OF_STORES)
    refused = platform.outcome("tiendas")
    platform.bucket.delete(f"{DATASET}stores/2007.md")
    platform.bucket.delete(f"{DATASET}stores/2007.md.metadata.json")
    late = platform.run("publish_latest", approve=refused.plan)
    assert "MUT-PUB-002" in failure_text(late)
    assert len(platform.ids("stores")) == 11
    unknown = platform.run("publish_latest", approve="0123456789ab")
    assert "MUT-PUB-001" in failure_text(unknown) and refused.plan in failure_text(unknown)


@after_a_first_night
def test_rolling_back_publishes_an_earlier_stamp_through_the_same_plan(platform: Platform) -> None:
    first = platform.documents()
    stamp = platform.outcome("tiendas").snapshot[-len("20241103_120000.csv") : -4]
    later = datetime.strptime(stamp, "%Y%m%d_%H%M%S").replace(tzinfo=UTC) + timedelta(minutes=5)
    platform.site.store(2003, "Tienda 3 & Cía", content="<p>Un texto equivocado.</p>")
    snapshots = replace(build_doors(platform.settings).snapshots, clock=Stopped(instant=later))
    platform.replaced = {"snapshots": SnapshotIOManager(snapshots)}
    assert platform.run().success
    assert platform.documents() != first
    back = platform.run("publish_latest", as_of=(later - timedelta(minutes=1)).strftime("%Y%m%d_%H%M%S"))
    assert back.success, failure_text(back)
    assert platform.documents() == first


@after_a_first_night
def test_an_item_that_cannot_be_understood_is_held_and_its_document_stays(platform: Platform) -> None:
    before = platform.documents("stores")
    platform.site.store(2003, "")
    result = platform.materialize(*OF_STORES)
    assert result.success, failure_text(result)
    assert platform.documents("stores") == before
    assert platform.counts("tiendas") == (0, 0, 0, 1, 11)
    since = json.loads(platform.bucket.get("state/set_aside/tiendas.json"))
    assert set(since) == {"2003", "format"}
    platform.bucket.delete("state/set_aside/tiendas.json")
    assert platform.materialize(*OF_STORES).success
    assert json.loads(platform.bucket.get("state/set_aside/tiendas.json")) == since


@after_a_first_night
def test_an_item_held_too_long_leaves_as_an_expected_removal(platform: Platform) -> None:
    platform.site.store(2003, "")
    platform.materialize(*OF_STORES)
    platform.bucket.put("state/set_aside/tiendas.json", b'{"2003": "2020-01-01"}')
    assert platform.materialize(*OF_STORES).success
    assert "2003" not in platform.ids("stores")
    assert "not been understandable since 2020-01-01" in platform.outcome("tiendas").removed_lines[0].detail


@after_a_first_night
def test_a_collection_of_broken_items_fails_and_its_documents_stay(platform: Platform) -> None:
    before = platform.documents()
    for item in platform.site.items["stores"][:6]:
        item["title"] = {"rendered": ""}
    night = platform.run()
    assert not night.success and "MUT-DATA-001" in failure_text(night)
    assert platform.run("publish_latest").success
    assert platform.documents() == before


@after_a_first_night
def test_a_failed_blocking_check_leaves_no_snapshot(platform: Platform) -> None:
    before = [entry.key for entry in platform.bucket.list("raw/")]
    platform.site.items["stores"] = []
    night = platform.materialize("raw_tiendas")
    assert not night.success
    checks = {check.check_name: check.passed for check in night.get_asset_check_evaluations()}
    assert checks["usable_rows"] is False
    assert [entry.key for entry in platform.bucket.list("raw/")] == before
    assert not night.asset_materializations_for_node("raw_tiendas")


def test_markup_left_in_a_text_is_a_warning_that_keeps_nothing_back(platform: Platform) -> None:
    platform.site.items["stores"][0]["link"] += "?q=pan&nbsp;y"
    assert platform.run().success
    found = platform.materialize("vectorial_tiendas").get_asset_check_evaluations()
    shown = [(check.check_name, check.passed, check.severity) for check in found]
    assert shown == [("complete_and_plain", False, dg.AssetCheckSeverity.WARN)]


@pytest.mark.parametrize(("status", "attempts"), [(503, 3), (404, 1)])
def test_only_transient_failures_are_tried_again_also_from_the_ui(
    platform: Platform, status: int, attempts: int
) -> None:
    platform.site.faults.append(lambda path: (status, {"Content-Type": "application/json"}, "{}"))
    result = platform.materialize("raw_tiendas")
    starts = [event for event in result.all_events if event.event_type_value in ("STEP_START", "STEP_RESTARTED")]
    assert not result.success and len(starts) == attempts


@after_a_first_night
def test_a_damaged_sidecar_is_written_again_before_it_is_ingested(platform: Platform) -> None:
    before = platform.documents()
    platform.bucket.put(f"{DATASET}stores/2003.md.metadata.json", b"{" * 11_000)
    result = platform.run("publish_latest")
    assert result.success, failure_text(result)
    assert platform.documents() == before


@after_a_first_night
def test_a_document_that_cannot_be_ingested_is_named_and_the_run_ends_red(platform: Platform) -> None:
    platform.bucket.put(f"{DATASET}stores/2003.md", b"\xff\xfe no text at all")
    result = platform.materialize("bedrock_kb_ingestion")
    assert not result.success
    assert "MUT-KB-010" in failure_text(result) and "stores/2003.md" in failure_text(result)


@after_a_first_night
def test_every_asset_reports_what_a_person_would_ask(platform: Platform) -> None:
    platform.site.store(2003, "Tienda 3 & Cía", phone="+56 2 5555 0101")
    platform.site.trash("stores", 2004)
    result = platform.run()
    raw = _metadata(result, "raw_tiendas")
    assert (raw["rows_added"], raw["rows_removed"], raw["rows_changed"]) == (0, 1, 1)
    shown = {(row.data["what"], row.data["title"], row.data["field"]) for row in raw["changes"]}
    assert ("changed", "Tienda 3 & Cía", "telefono") in shown and ("removed", "Tienda 4 & Cía", "") in shown
    assert _metadata(result, "vectorial_tiendas")["read_from"].startswith("raw/tiendas_")
    dataset = _metadata(result, "kb_dataset")
    assert (dataset["documents_written"], dataset["documents_deleted"]) == (1, 1)
    assert {row.data["collection"] for row in dataset["collections"]} == {collection.name for collection in COLLECTIONS}


@pytest.mark.slow
def test_the_bundled_documents_leave_when_a_real_site_is_configured(
    platform: Platform, environment: dict[str, str]
) -> None:
    real = platform.settings
    platform.settings = read_settings({**environment, "API_BASE_URL": ""})
    platform.bucket.delete("raw/preguntas.csv")
    assert platform.run().success
    sample = platform.ids("stores")
    assert len(sample) >= 60 and len(platform.ids("preguntas")) >= 40
    platform.settings = real
    result = platform.run()
    assert result.success, failure_text(result)
    assert platform.ids("stores") == {str(2000 + n) for n in range(12)} and not platform.ids("preguntas")
    assert not any("include=" in path for path in platform.site.requests), "no real site has fictional pages"
    platform.settings = read_settings({**environment, "API_BASE_URL": ""})
    back = platform.run()
    assert not back.success and "MUT-PUB-003" in failure_text(back)
    assert platform.ids("stores") == {str(2000 + n) for n in range(12)}


def _metadata(result: dg.ExecuteInProcessResult, asset: str) -> dict[str, Any]:
    [materialization] = result.asset_materializations_for_node(asset)
    return {
        name: value.records if isinstance(value, dg.TableMetadataValue) else value.value
        for name, value in materialization.metadata.items()
    }


@after_a_first_night
def test_a_collection_whose_table_cannot_be_read_does_not_hold_the_others_back(platform: Platform) -> None:
    platform.bucket.put(platform.outcome("tiendas").snapshot, b"\xff\xfe\x00")
    platform.site.event(9900, "Noche de boleros", date_text="30 de mayo")
    platform.materialize("raw_eventos", "vectorial_eventos")
    night = platform.run("publish_latest")
    assert not night.success and "MUT-DATA-005" in failure_text(night)
    assert platform.outcome("tiendas").status == "failed" and len(platform.ids("stores")) == 12
    assert platform.index.search("boleros", 1)[0].id == "9900"


@pytest.mark.parametrize(("stamp", "code"), [("ayer", "MUT-PUB-004"), ("20010101_000000", "MUT-PUB-005")])
@after_a_first_night
def test_a_stamp_that_is_none_or_too_old_publishes_nothing(platform: Platform, stamp: str, code: str) -> None:
    """ "ayer" sorted after every digit: the newest snapshots went out with every removal taken for expected."""
    before = platform.documents()
    platform.site.items["stores"] = []
    platform.site.store(2500, "Tienda única")
    platform.materialize("raw_tiendas", "vectorial_tiendas")
    rolled = platform.run("publish_latest", as_of=stamp)
    assert not rolled.success and code in failure_text(rolled)
    assert platform.documents() == before


@after_a_first_night
def test_approving_one_refusal_does_not_settle_another(platform: Platform) -> None:
    platform.site.items["stores"] = platform.site.items["stores"][:2]
    platform.site.items["event"] = platform.site.items["event"][:1]
    platform.run()
    tiendas, eventos = platform.outcome("tiendas"), platform.outcome("eventos")
    assert (tiendas.status, eventos.status) == ("refused", "refused")
    half = platform.run("publish_latest", approve=tiendas.plan)
    assert not half.success and f"mut approve {eventos.plan}" in failure_text(half)
    assert len(platform.publication.outcomes) == 4
    assert [entry.key for entry in platform.bucket.list("state/plans/")] == [f"state/plans/{eventos.plan}.json"]
    assert platform.run("publish_latest", approve=eventos.plan).success
    assert not platform.bucket.list("state/plans/")
