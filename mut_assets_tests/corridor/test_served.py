"""Green means served: what stands between a published document and a visitor is said in a check, in `mut status`, at
the end of a run, and in a record that alerts read."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import dagster as dg
import pytest
from rich.console import Console

from mut_assets.domain.ingestion.rules import IngestionReport, Served
from mut_assets.domain.plans.serving import Proof
from mut_assets.environments import build_doors, read_settings
from mut_assets.operations import plan
from mut_assets.operations.losses import accept, loss
from mut_assets.operations.run import report_of
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.bucket.served_record import SERVED
from mut_assets.resources.clock import Clock
from mut_assets.resources.ports import KnowledgeBase
from mut_assets_tests.corridor.conftest import DATASET, Platform, after_a_first_night, failure_text

GREEN = "Everything wanted is published and served."
DAMAGED = b'{"run_id": "x", "at": "", "publication": "", "published": 1, "served": 1, %s}'
CREATE = "aws bedrock-agent create-data-source …"


@dataclass
class Partly:
    """The knowledge base of the platform, with data sources for some folders only."""

    behind: KnowledgeBase
    unread: tuple[str, ...] = ()
    missing: dict[str, str] = field(default_factory=dict)
    """Key -> status of documents that it does not have."""

    def ingest(self, token: str, log: Callable[[str], None] = lambda line: None) -> IngestionReport:
        return replace(self.behind.ingest(token, log), unserved=dict.fromkeys(self.unread, CREATE))

    def served(self) -> Served:
        versions = {
            key: version
            for key, version in self.behind.served().versions.items()
            if key.partition("/")[0] not in self.unread and key not in self.missing
        }
        return Served(versions, dict.fromkeys(self.unread, CREATE), self.missing)

    def vector_store(self) -> None:
        return None


def serves(platform: Platform, *unread: str, **missing: str) -> None:
    platform.replaced = {
        "knowledge_base": Partly(build_doors(platform.settings).knowledge_base, unread, missing),
    }


def checks(night: dg.ExecuteInProcessResult) -> dict[str, tuple[bool, str, str]]:
    """By name: whether it passed, how much it matters, and every row that it shows."""
    return {
        one.check_name: (one.passed, one.severity.name, "\n".join(rows(one.metadata)))
        for one in night.get_asset_check_evaluations()
    }


def rows(metadata: Any) -> Iterator[str]:
    for value in metadata.values():
        if isinstance(value, dg.TableMetadataValue):
            yield from (str(next(iter(record.data.values()))) for record in value.records)


def proof(platform: Platform) -> Proof:
    last = PublicationLog(platform.bucket).served.last()
    assert last is not None
    return last


def status(platform: Platform) -> tuple[str, str]:
    """The verdict of `mut status`, and all that stands above it."""
    doors = build_doors(platform.settings)
    said = plan.status(doors.publisher, Clock(), doors.retrieval_gate.served.unasked())
    return said.verdict.sentence, "\n".join(said.warnings)


def ending(platform: Platform, night: dg.ExecuteInProcessResult) -> tuple[bool, str]:
    """Whether a run at a terminal would end with 0, and its last lines."""
    causes = [] if night.success else ["…"]
    report = report_of(platform.instance, [night.run_id], causes, PublicationLog(platform.bucket))
    return report.done, "\n".join([*report.warnings, report.verdict.sentence])


def test_a_night_of_which_every_document_is_served_says_so_everywhere(platform: Platform) -> None:
    night = platform.run()
    assert checks(night)["served_is_published"] == (True, "WARN", "")
    assert ending(platform, night)[1].endswith(GREEN)
    assert status(platform)[0] == GREEN
    assert (proof(platform).state, proof(platform).served, proof(platform).published) == ("served", 29, 29)


@pytest.mark.slow
def test_folders_that_no_data_source_ever_read_are_warnings_that_name_their_documents(platform: Platform) -> None:
    serves(platform, "eventos", "preguntas")
    night = platform.run()
    assert night.success, failure_text(night)
    passed, severity, shown = checks(night)["served_is_published"]
    assert (passed, severity) == (False, "WARN")
    assert "eventos/9003.md (Feria de 3 barrios) is published and not served" in shown
    assert shown.count("is published and not served") == 10
    done, last_lines = ending(platform, night)
    for said in (last_lines, "\n".join(status(platform))):
        assert (
            "10 documents are published and not served, because no data source reads eventos/ (8), preguntas/ (2)"
            in said
        )
        assert "Not everything is served: 19 of 29 published documents are" in said and GREEN not in said
    assert done and proof(platform).state == "warned"


@pytest.mark.slow
def test_more_than_twenty_documents_are_counted_and_the_first_twenty_named(platform: Platform) -> None:
    for number in range(30):
        platform.site.store(3000 + number, f"Puesto {number}")
    serves(platform, "stores")
    shown = checks(platform.run())["served_is_published"][2].splitlines()
    assert len(shown) == 21 and shown[-1] == "and 22 more"


@after_a_first_night
def test_a_folder_that_was_served_before_ends_the_run_red_until_it_is_served_again(platform: Platform) -> None:
    serves(platform, "stores")
    for _ in range(2):  # and it stays red: a second night is no less of a loss
        night = platform.run()
        assert not night.success and "MUT-KB-011" in failure_text(night)
        passed, severity, _ = checks(night)["served_is_published"]
        assert (passed, severity) == (False, "ERROR")
        done, last_lines = ending(platform, night)
        assert not done and "17 of 29" in last_lines
        assert "no data source reads stores/ (12)" in status(platform)[1] and "17 of 29" in status(platform)[0]
        assert proof(platform).state == "lost"
    serves(platform)
    assert platform.materialize("bedrock_kb_ingestion").success and status(platform)[0] == GREEN


@pytest.mark.slow
def test_a_loss_that_is_meant_is_approved_by_its_id_and_is_one_again_once_it_was_served(platform: Platform) -> None:
    platform.run()
    serves(platform, "stores")
    platform.run()
    lost = re.search("If it is meant: mut approve ([0-9a-f]{12})", status(platform)[1])
    assert lost
    decisions = PublicationLog(platform.bucket)
    seen = loss(decisions, lost[1])
    said = accept(decisions, seen, True, Console()) if seen else None
    assert said and said.state == "warned" and "17 of 29" in said.sentence
    for _ in range(2):
        night = platform.run()
        assert night.success and checks(night)["served_is_published"][:2] == (False, "WARN")
    serves(platform)
    platform.run()
    serves(platform, "stores")
    assert "MUT-KB-011" in failure_text(platform.run())


@after_a_first_night
def test_a_document_that_the_service_ignores_ends_the_run_red_by_name(platform: Platform) -> None:
    serves(platform, **{"stores/2003.md": "IGNORED"})
    night = platform.run()
    assert not night.success and "stores/2003.md is published and not served (IGNORED)" in failure_text(night)
    assert "28 of 29" in status(platform)[0]


@after_a_first_night
def test_documents_that_are_gone_from_the_bucket_are_not_served_for_all_their_index_agrees(platform: Platform) -> None:
    for key in platform.documents("stores"):
        platform.bucket.delete(DATASET + key)
    night = platform.materialize("bedrock_kb_ingestion")
    assert checks(night)["served_is_published"][:2] == (False, "ERROR")
    assert "12 of 12 documents of tiendas were published and are gone from the bucket" in failure_text(night)


def test_an_empty_bucket_is_no_green_line(platform: Platform) -> None:
    night = platform.materialize("kb_dataset", "bedrock_kb_ingestion")
    assert night.success, failure_text(night)
    found = checks(night)
    for name in ("served_is_published", "knowledge_is_fresh", "questions_find_documents"):
        assert found[name][:2] == (False, "WARN"), name
    for said in (ending(platform, night)[1], "\n".join(status(platform))):
        assert "Nothing is published" in said and GREEN not in said


@pytest.mark.slow
def test_a_bucket_that_was_emptied_is_a_loss(platform: Platform) -> None:
    platform.run()
    for key in platform.documents():
        platform.bucket.delete(DATASET + key)
    platform.bucket.delete("state/publication.json")
    night = platform.materialize("bedrock_kb_ingestion")
    assert not night.success and "Nothing is published any more" in failure_text(night)


@pytest.mark.slow
def test_a_run_that_published_and_went_no_further_has_proved_nothing(platform: Platform) -> None:
    platform.run()
    (platform.settings.home / "index.sqlite").write_bytes(b"no database, only text that goes on and on. " * 20)
    night = platform.run()
    assert not night.success and "MUT-KB-001" in failure_text(night)
    assert "is not proved to be served, and the last proof is of" in status(platform)[0]
    assert GREEN not in ending(platform, night)[1]


@after_a_first_night
@pytest.mark.parametrize(
    "record",
    [None, b"", b"[]", b'{"format": 1}', *(DAMAGED % member for member in (b'"unread": 7', b'"foreign": [7]'))],
)
def test_a_home_without_a_proof_says_that_there_is_none(platform: Platform, record: bytes | None) -> None:
    platform.bucket.delete(SERVED)
    if record is not None:
        platform.bucket.put(SERVED, record)
    verdict, above = status(platform)
    assert "is not proved to be served" in verdict and above.startswith("No golden question")


@after_a_first_night
def test_a_proof_keeps_what_a_later_version_adds_readable(platform: Platform) -> None:
    content = platform.bucket.get(SERVED)
    assert b'"format": 1' in content
    platform.bucket.put(SERVED, content.replace(b"{", b'{"added_later": {"x": [1]}, ', 1))
    assert status(platform)[0] == GREEN


@after_a_first_night
def test_after_a_red_night_status_is_not_green_for_what_went_out_all_the_same(platform: Platform) -> None:
    """The tables in the bucket say that restaurants were not read when the others were."""
    for kind in ("raw", "vectorial"):
        for entry in platform.bucket.list(f"{kind}/"):
            if stamped := re.fullmatch(r"(.*restaurantes\w*?)_\d{8}_\d{6}\.csv", entry.key):
                table = re.sub(rb"(restaurantes)_\d{8}_\d{6}", rb"\1_20251001_030000", platform.bucket.get(entry.key))
                platform.bucket.put(f"{stamped[1]}_20251001_030000.csv", table)
                platform.bucket.delete(entry.key)
    platform.site.faults.append(lambda path: (500, {}, "{}") if "/restaurant" in path else None)
    assert not platform.run().success
    assert platform.run("publish_latest").success
    assert proof(platform).state == "served"
    assert "but restaurantes is old" in status(platform)[0]


FOREIGN = {
    "stores/stores_chunk_001.jsonl": b'{"document_id": "1", "content": "Pan"}\n',
    "stores/afiche.pdf": b"%PDF",
    "preguntas/roto.md": b"\xff\xfe no text",
    "leeme.txt": b"Hola",
}


@after_a_first_night
def test_what_others_put_there_stays_and_is_named_and_no_night_fails_for_it(platform: Platform) -> None:
    for key, data in FOREIGN.items():
        platform.bucket.put(DATASET + key, data)
    night = platform.run()
    assert night.success, failure_text(night)
    passed, severity, shown = checks(night)["served_is_published"]
    assert (passed, severity) == (False, "WARN")
    assert all(f"{key} is not the platform's" in shown for key in FOREIGN) and "answered from it" not in shown
    done, last_lines = ending(platform, night)
    assert done and "4 files beside the documents are not the platform's, and stay" in last_lines
    assert last_lines.endswith(GREEN), "every document of ours is served"
    assert "4 files beside the documents" in status(platform)[1]
    assert FOREIGN.items() <= platform.documents().items()


@after_a_first_night
def test_somebody_elses_document_that_is_served_is_said(platform: Platform) -> None:
    platform.bucket.put(f"{DATASET}stores/leeme.md", b"# Volantines\n\nSe venden en la plaza.\n")
    night = platform.run()
    assert night.success and "Visitors are answered from stores/leeme.md." in ending(platform, night)[1]
    assert "stores/leeme.md is not the platform's, and visitors are answered" in checks(night)["served_is_published"][2]
    assert proof(platform).served == proof(platform).published == 29


@pytest.mark.slow
def test_a_site_without_golden_questions_is_told_that_nobody_asks(platform: Platform) -> None:
    night = platform.run()
    passed, severity, shown = checks(night)["questions_find_documents"]
    assert (passed, severity) == (False, "WARN") and shown.startswith("No golden question is asked")
    assert "No golden question is asked" in ending(platform, night)[1] and "No golden question" in status(platform)[1]
    assert checks(platform.run())["questions_find_documents"][:2] == (False, "WARN"), "nor is it green the night after"


@pytest.mark.slow
def test_questions_of_which_none_can_be_scored_are_as_good_as_none(
    platform: Platform, environment: dict[str, str]
) -> None:
    platform.settings = read_settings({**environment, "GOLDEN_QUESTIONS": "raw/oro.csv"})
    platform.bucket.put("raw/oro.csv", b"id;pregunta;estilo;coleccion;relevantes;frase\nA;pan;x;tiendas;stores/1;\n")
    for _ in range(2):
        night = platform.run()
        assert night.success, failure_text(night)
        passed, severity, shown = checks(night)["questions_find_documents"]
        assert (passed, severity) == (False, "WARN") and "could be scored" in shown


def test_a_row_that_is_set_aside_is_a_warning_from_the_first_one_on_and_blocks_nothing(platform: Platform) -> None:
    faq = (
        "pregunta;respuesta;categoria_completa\n¿Hay baños?;Sí.;2 Servicios\n¿Y agua?;;2 Servicios\n;Sí.;2\n¿Luz?;;2\n"
    )
    platform.bucket.put("raw/preguntas.csv", faq.encode())
    night = platform.run()
    assert night.success, failure_text(night)
    [found] = [
        one
        for one in night.get_asset_check_evaluations()
        if (one.check_name, one.asset_key.to_user_string()) == ("usable_rows", "raw_preguntas")
    ]
    assert (found.passed, found.severity.name) == (False, "WARN")
    assert "3 of 4 rows could not be understood" in str(found.description) and "¿Y agua?" in str(found.description)
    made = PublicationLog(platform.bucket).last()
    [faq_outcome] = [outcome for outcome in made.outcomes if outcome.collection == "preguntas"] if made else []
    assert faq_outcome.held == len(faq_outcome.held_lines) == 3, "the last lines name each of them"
    assert "rows" not in ending(platform, night)[1], "and not twice"
    assert platform.ids("preguntas") and len(platform.ids("preguntas")) == 1
