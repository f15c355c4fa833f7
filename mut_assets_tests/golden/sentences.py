"""Every sentence without a code that a person can meet: checks, the guard, rows set aside, alerts, the terminal.

What belongs here: bringing the code to say them. What does not: coded failures (`situations.py`), the file
(`test_messages.py`).
"""

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import dagster as dg
import pandas as pd
from typer.testing import CliRunner

import mut_assets
from mut_assets.assets.agent import bedrock_agent
from mut_assets.assets.raw import raw_preguntas
from mut_assets.automation import AT_A_TERMINAL, DAILY, stale_message
from mut_assets.checks import differences, freshness_result
from mut_assets.cli import app
from mut_assets.definitions import build_definitions
from mut_assets.domain import quality
from mut_assets.domain.changes import describe_change
from mut_assets.domain.collections import TIENDAS
from mut_assets.domain.documents import Document
from mut_assets.domain.faq import faq_frame
from mut_assets.domain.freshness import ages
from mut_assets.domain.publication import Held, Plan, Published, make_plan
from mut_assets.domain.raw import raw_frame
from mut_assets.domain.retrieval import FIELDS, explain, query_terms
from mut_assets.domain.vectorial import entries
from mut_assets.environments import build_resources, read_settings
from mut_assets.operations.progress import causes, reason
from mut_assets.resources.document_store import Holdings
from mut_assets.resources.lease import Lease
from mut_assets.resources.local_index import LocalIndex
from mut_assets.resources.local_ingestion import MAX_BODY_BYTES
from mut_assets.resources.object_store import Bucket
from mut_assets_tests.fakes.wordpress_site import Response, WordPressSite, event, rest_error, store
from mut_assets_tests.golden.situations import document, materialized, raised, waiting_is_short

Said = list[tuple[str, str]]
"""(situation, text) in the order of the file."""

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


# --- tables -----------------------------------------------------------------------------------------------------------


def _table(rows: Sequence[dict[str, str]]) -> pd.DataFrame:
    filled = [{name: row.get(name, "") for name in TIENDAS.raw_columns} for row in rows]
    return pd.DataFrame(filled, columns=list(TIENDAS.raw_columns), dtype="str")


def checks_of_tables(_: Path) -> Said:
    good = {"titulo": "Tienda", "link": "https://mercado.example/t/", "problema": ""}
    sick = [{"id": str(n), "titulo": f"Tienda {n}", "problema": "the title is empty"} for n in range(5)]
    found = {
        "not_empty": quality.not_empty(_table([]), TIENDAS),
        "unique_ids": quality.unique_ids(_table([{"id": "7", **good}, {"id": "7", **good}])),
        "required_columns, a column that is missing": quality.required_columns(
            _table([]).drop(columns="link"), TIENDAS, TIENDAS.required
        ),
        "required_columns, an empty cell": quality.required_columns(_table([{"id": "7"}]), TIENDAS, ["titulo"]),
        "required_columns, many": quality.required_columns(
            _table([{"id": str(n)} for n in range(9)]), TIENDAS, ["titulo"]
        ),
        "free_of_markup": quality.free_of_markup(_table([{"id": "7", **good, "content": "pan <b>y</b> té"}]), TIENDAS),
        "share_with_problema": quality.share_with_problema(_table([*sick, {"id": "", "problema": "…"}])),
    }
    return [(rule, "\n".join(problems)) for rule, problems in found.items()]


def rows_of_the_site(_: Path) -> Said:
    place = {"informacion_tienda": [{"info": {"level": 2, "schedule": ["…"]}}]}
    items: dict[str, Any] = {
        "no object": [1],
        "nothing in it": {},
        "an id that is no number": store(7, "Pan") | {"id": "abc"},
        "no title": store(7, "Pan") | {"title": {"rendered": " "}},
        "a link that is none": store(7, "Pan") | {"link": "javascript:void(0)"},
        "no link": store(7, "Pan") | {"link": ""},
        "content of another type": store(7, "Pan") | {"content": {"rendered": 5}},
        "a number where a list was due": store(7, "Pan") | {"acf": {"informacion_tienda": 7}},
        "text where an object was due": store(7, "Pan") | {"acf": {"informacion_tienda": ["x"]}},
        "a list where text was due": store(7, "Pan") | {"acf": place},
        "true where an object was due": store(7, "Pan") | {"acf": True},
        "no custom fields": {name: value for name, value in store(7, "Pan").items() if name != "acf"},
    }
    return [(title, _problem(raw_frame(TIENDAS, [item], "x"))) for title, item in items.items()]


def _problem(frame: pd.DataFrame) -> str:
    return "\n".join(one for one in frame["problema"] if one)


def rows_of_the_faq(_: Path) -> Said:
    header = "pregunta;respuesta;categoria_completa;id\n"
    files = {
        "no question": ";Sí.;1;\n",
        "no answer": "¿Hay baños?;;1;\n",
        "an id that cannot be a key": "¿Hay baños?;Sí.;1;baños #1\n",
        "a semicolon without quotes": "¿Hay baños?;Sí.;1;;siempre\n",
        "two answers": "¿Hay baños?;Sí.;1;\n¿hay banos;No.;1;\n",
        "one id twice": "¿Hay baños?;Sí.;1;uno\n¿Hay wifi?;Sí.;1;uno\n",
    }
    return [(title, _problem(faq_frame((header + rows).encode(), "x"))) for title, rows in files.items()]


def _shown(value: dg.MetadataValue) -> str:
    """What a check's metadata says, as text or as the rows of a table."""
    if isinstance(value, dg.TableMetadataValue):
        return "\n".join(" | ".join(map(str, record.data.values())) for record in value.records)
    return str(value.value)


# --- documents and the guard ------------------------------------------------------------------------------------------


def _not_made(make: Callable[[], object]) -> str:
    try:
        make()
    except ValueError as error:
        return str(error)
    raise AssertionError("it was made after all")


def documents_that_cannot_be_made(_: Path) -> Said:
    def made(id: str = "7", title: str = "Pan", **metadata: Any) -> Callable[[], Document]:
        return lambda: Document(TIENDAS, id, title, "", "# Pan\n", metadata)

    long = ["x" * 2048] * 6
    return [
        ("an id that cannot be a key", _not_made(made(id="a/b"))),
        ("no title", _not_made(made(title=""))),
        ("a metadata value that is too long", _not_made(made(lugar="x" * 2049))),
        ("a metadata list that is too long", _not_made(made(lugar=["x"] * 11))),
        ("a metadata value of another kind", _not_made(made(lugar={}))),
        ("metadata that is too large", _not_made(made(lugar=long))),
        ("a cell of ubicaciones that somebody edited", _not_made(lambda: entries('{"nivel": "2"}'))),
        (
            "two rows with one id",
            _not_made(lambda: _plan([document(7), document(7, text="Vende té.")])),
        ),
    ]


def _plan(wanted: Sequence[Document], before: Sequence[Published] = (), **options: Any) -> Plan:
    asked: dict[str, Any] = {"held": [], "today": TODAY, "renderer": "1", **options}
    return make_plan(TIENDAS, wanted, {one.id: one for one in before}, **asked)


def _published(numbers: Sequence[int], **facts: Any) -> list[Published]:
    made = []
    for number in numbers:
        one = document(number)
        made.append(
            Published(
                id=one.id,
                fingerprint=one.fingerprint,
                title=one.title,
                link=one.link,
                length=len(one.body),
                fields=frozenset({"titulo", "horario"}),
                renderer="1",
                fuente="x",
            )
        )
    return [replace(one, **facts) for one in made]


def the_guard(_: Path) -> Said:
    thirty, some = range(30), _published(range(30))
    timed = [document(n, horario="10:00 - 20:00") for n in thirty]
    found = {
        "it would remove many": _plan(timed[8:], some),
        "it would empty the collection": _plan([], some),
        "it would more than double": _plan([document(n, horario="…") for n in range(70)], some),
        "it would shorten the texts": _plan([document(n, text="", horario="…") for n in thirty], _longer(some)),
        "it would empty a field": _plan([document(n) for n in thirty], some),
    }
    return [(title, "\n".join(plan.refusals)) for title, plan in found.items()]


def _longer(published: Sequence[Published]) -> list[Published]:
    return [replace(one, length=one.length * 4) for one in published]


def what_the_plan_notes(_: Path) -> Said:
    first = _plan([document(7)])
    rendered = _plan([document(n) for n in range(30)], _published(range(30), renderer="0"))
    since = TODAY - timedelta(days=40)
    held = [Held("7", "Pan", "", "the title is empty", since)]
    gone = {
        "removed, held too long": _plan([], _published([7]), held=held),
        "removed, of the bundled site": _plan([], _published([7], fuente="muestra"), leaving_fuente="muestra"),
        "removed, by a rollback": _plan([], _published([7]), rollback="20260301_030000"),
    }
    return [
        ("first publication", "\n".join(first.notes)),
        ("another renderer", "\n".join(rendered.notes)),
        *[(title, "\n".join(one.reason for one in plan.removed)) for title, plan in gone.items()],
    ]


def how_a_document_changed(_: Path) -> Said:
    def halves(one: Document) -> tuple[bytes, bytes]:
        return one.body_bytes, one.sidecar_bytes

    old = document(7)
    lines = "\n".join(f"Línea {n}." for n in range(5))
    return [
        ("a field", describe_change(halves(old), halves(document(7, horario="10:00")))),
        ("the text", describe_change(halves(old), halves(document(7, text="Vende té.")))),
        ("many lines", describe_change(halves(old), halves(document(7, text=lines)))),
        ("half of it", describe_change((b"", old.sidecar_bytes), halves(old))),
        ("other bytes", describe_change((old.body_bytes + b"\n", old.sidecar_bytes), halves(old))),
    ]


# --- what is served ---------------------------------------------------------------------------------------------------


def what_the_index_refuses(folder: Path) -> Said:
    pan, sidecar = b"# Pan\n\nVende pan.\n", json.dumps({"metadataAttributes": {"titulo": "Pan"}}).encode()
    objects = {
        "eventos/afiche.pdf": b"%PDF",
        "eventos/1.md": b"\xff\xfe",
        "eventos/2.md": b" \n",
        "eventos/3.md": pan,
        "eventos/3.md.metadata.json": b"x" * 10_241,
        "eventos/4.md": pan,
        "eventos/4.md.metadata.json": b'{"titulo": "Pan"}',
        "eventos/5.md": pan,
        "eventos/5.md.metadata.json": b'{"metadataAttributes": {"lugar": ""}}',
        "eventos/6.md": pan,
        "eventos/6.md.metadata.json": b"titulo: Pan",
        "eventos/7.md": pan,
        "eventos/7.md.metadata.json": sidecar,
    }
    bucket = Bucket(str(folder / "bucket"))
    for key, data in objects.items():
        bucket.put(f"v1/{key}", data)
    with (folder / "bucket/v1/eventos/8.md").open("wb") as large:
        large.truncate(MAX_BODY_BYTES + 1)
    report = LocalIndex(folder / "index.sqlite").ingest(bucket, "v1/")
    return [(key, reason) for key, reason in report.failures]


def served_is_published(_: Path) -> Said:
    mine = {one.id: one for one in _published([7, 8])}
    none: dict[str, Published] = {}
    holdings = Holdings({"eventos": none, "tiendas": mine, "restaurantes": none, "preguntas": none}, (), 0)
    served = {"stores/8.md": "another", "stores/9.md": "x"}
    return [("every difference", "\n".join(differences(holdings, served)))]


def freshness(_: Path) -> Said:
    found = ages({"tiendas": "raw/tiendas_20260301_030000.csv", "eventos": "raw/eventos_20260225_030000.csv"}, NOW)
    return [
        ("two ages", _shown(freshness_result(found).metadata["ages"])),
        ("nothing published", _shown(freshness_result([]).metadata["ages"])),
    ]


# --- alerts -----------------------------------------------------------------------------------------------------------


class _Listening:
    """An alert channel that remembers."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def announce(self, subject: str, message: str, log: object) -> None:
        self.said.append(f"{subject}\n{message}")


@dg.op
def raw_tiendas() -> None:
    raise dg.Failure("MUT-WP-001: WordPress keeps its REST API closed to visitors: …. Open it ….")


@dg.job(name=DAILY)
def _failing_night() -> None:
    raw_tiendas()


def _failed_night(instance: dg.DagsterInstance, **tags: str) -> dg.RunFailureSensorContext:
    result = _failing_night.execute_in_process(instance=instance, raise_on_error=False, tags=tags)
    event = next(one for one in result.all_events if one.is_run_failure)
    return dg.build_run_status_sensor_context(
        sensor_name="watching", dagster_event=event, dagster_instance=instance, dagster_run=result.dagster_run
    ).for_run_failure()


def alerts(folder: Path) -> Said:
    settings = read_settings({"MUT_HOME": str(folder)})
    doors, definitions = build_resources(settings), build_definitions(settings)
    sensors: dict[str, Any] = {one.name: one for one in definitions.sensors or []}
    listening = _Listening()
    asked = {"alerts": listening, "decisions": doors["decisions"], "clock": doors["clock"]}
    record = {"run_id": "x", "at": "", "outcomes": [], "foreign": []}
    old = record | {"as_of": {"tiendas": "raw/tiendas_20200101_030000.csv"}}
    with _quiet(), dg.DagsterInstance.ephemeral() as instance:
        night = _failed_night(instance)
        sensors["announce_failure"](night, **asked)
        doors["decisions"].bucket.put("state/publication.json", json.dumps(old).encode())
        sensors["announce_failure"](night, **asked)
        looking = dg.build_sensor_context(instance=instance, sensor_name="announce_stale", definitions=definitions)
        seen = sensors["announce_stale"](looking, **asked)
        again = dg.build_sensor_context(
            instance=instance, sensor_name="announce_stale", definitions=definitions, cursor=seen.cursor
        )
        [skipped] = sensors["publish_after_failure"](_failed_night(instance, **{AT_A_TERMINAL: "true"}))
        titles = ("a failed night, nothing published yet", "a failed night", "what is published has grown old")
        return [
            *zip(titles, listening.said, strict=True),
            ("assets that missed their deadline", stale_message(["raw_tiendas"], [])),
            ("a tick that has nothing to add", str(sensors["announce_stale"](again, **asked).skip_reason.skip_message)),
            ("a tick after a failed night at a terminal", str(skipped.skip_message)),
        ]


@contextmanager
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


# --- the terminal -----------------------------------------------------------------------------------------------------


def waiting_for_another_writer(folder: Path) -> Said:
    bucket = Bucket(str(folder))
    lines: list[str] = []
    with Lease(bucket).held("kb_dataset, run 0a1b2c3d"), waiting_is_short():
        raised(lambda: Lease(bucket).held("ingestion, run 4e5f6a7b", lines.append).__enter__())
    killed = Lease(bucket, now=lambda: datetime.now(UTC) - timedelta(days=1))
    killed._take("kb_dataset, run 0a1b2c3d", lines.append)
    with Lease(bucket).held("ingestion, run 4e5f6a7b", lines.append):
        pass
    return [(f"line {number}", line) for number, line in enumerate(lines, start=1)]


def no_faq_file(folder: Path) -> Said:
    doors = build_resources(read_settings({"MUT_HOME": str(folder), "API_BASE_URL": "http://127.0.0.1:1/wp-json"}))
    result = materialized(raw_preguntas, doors)
    [check] = [one for one in result.get_asset_check_evaluations() if one.check_name == "file_present"]
    [done] = result.asset_materializations_for_node("raw_preguntas")
    return [
        ("the check file_present", _shown(check.metadata["problems"])),
        ("the materialization", str(done.metadata["source"].value)),
    ]


def no_agent(folder: Path) -> Said:
    done = materialized(bedrock_agent, build_resources(read_settings({"MUT_HOME": str(folder)})))
    [event] = done.asset_materializations_for_node("bedrock_agent")
    return [("the materialization", str(event.metadata["status"].value))]


class _Terminal:
    """`mut` in this process, over a small site. `definitions` is imported anew each time: it reads the environment."""

    def __init__(self, folder: Path, site: WordPressSite) -> None:
        ours = ("MUT_", "API_", "S3_", "AWS_", "DAGSTER_", "DAILY_", "LATEST_")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(ours)},
            "MUT_HOME": str(folder),
            "API_BASE_URL": site.base_url,
            "MUT_RETRY_SECONDS": "0",
            "COLUMNS": "100",
        }

    def __call__(self, *arguments: str) -> str:
        ours = sys.modules["mut_assets.definitions"]
        with (
            patch.dict(os.environ, self.environment, clear=True),
            patch.dict(sys.modules),
            patch.object(mut_assets, "definitions", ours),  # importing anew replaces this one too
        ):
            sys.modules.pop("mut_assets.definitions")
            done = CliRunner().invoke(app, list(arguments))
        return f"$ mut {' '.join(arguments)}\n{done.output.rstrip()}\n(exit status {done.exit_code})"


def _once(answer: Response) -> Callable[[str], Response | None]:
    answers = [answer]
    return lambda _: answers.pop() if answers else None


def nights_at_a_terminal(folder: Path) -> Said:
    with WordPressSite() as site:
        for number in range(30):
            site.store(2000 + number, f"Tienda {number}")
        site.items["event"] = [event(9000 + number, f"Feria {number}") for number in range(6)]
        site.restaurant(4000, "Cocina")
        site.store(2003, "Pan", acf={"informacion_tienda": 7})
        mut = _Terminal(folder, site)
        said = [("before the first night", "\n".join((mut("status"), mut("search", "pan"))))]
        said.append(("no FAQ file, and a store that cannot be understood", mut("run")))
        site.faults.append(lambda path: rest_error(401, "rest_not_logged_in", "…") if "/restaurant" in path else None)
        site.event(9000, "Feria de otoño")
        said.append(("restaurants are closed, an event changed", mut("run")))
        site.faults[:] = [_once(Response(503, {"Retry-After": "600"}))]
        said.append(("after that was put right, with a short maintenance", mut("resume")))
        site.items["stores"] = site.items["stores"][8:]
        said.append(("stores are gone from the site", mut("run")))
        plan = json.loads((folder / "bucket/state/publication.json").read_text())["outcomes"][1]["plan"]
        said.append(("what waits", mut("status")))
        said.append(("approving what nobody refused", mut("approve", "0a1b2c3d4e5f")))
        said.append(("approving it", mut("approve", plan)))
        said.append(("what waits now", mut("status")))
        said.append(("the next night", mut("plan")))
        said.append(("asking", mut("search", "feria de otoño", "-k", "1")))
        said.append(("asking for what is not there", mut("search", "zzz")))
    return said


def what_is_said_for_want_of_better(_: Path) -> Said:
    with dg.DagsterInstance.ephemeral() as instance:
        return [
            ("a run that ended without a failed step", "\n".join(causes(instance, "nobody knows it"))),
            ("a failure without a message", reason(None)),
            ("a match beyond what is looked at", explain(query_terms("pan"), dict.fromkeys(FIELDS, ""))),
        ]


SECTIONS: dict[str, Callable[[Path], Said]] = {
    "What the checks of a table find": checks_of_tables,
    "Rows of the site that are set aside": rows_of_the_site,
    "Rows of the FAQ that are set aside": rows_of_the_faq,
    "No FAQ file": no_faq_file,
    "Documents that cannot be made": documents_that_cannot_be_made,
    "What the guard refuses": the_guard,
    "What a plan notes": what_the_plan_notes,
    "How a document changed": how_a_document_changed,
    "Documents that the embedded index refuses": what_the_index_refuses,
    "What is served and what is published": served_is_published,
    "How old the answers are": freshness,
    "Alerts": alerts,
    "No agent": no_agent,
    "While another writer writes": waiting_for_another_writer,
    "At a terminal": nights_at_a_terminal,
    "For want of better": what_is_said_for_want_of_better,
}
