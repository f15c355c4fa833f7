"""Every sentence without a code that a person can meet: checks, the guard, rows set aside, the index.

What belongs here: bringing the code to say them. What does not: coded failures (`situations.py`), a night and
its terminal (`nights.py`), the file (`test_messages.py`).
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

from mut_assets.checks import freshness_result
from mut_assets.domain.collections import TIENDAS
from mut_assets.domain.documents.changes import describe_change
from mut_assets.domain.documents.document import Document
from mut_assets.domain.documents.facts import entries
from mut_assets.domain.documents.limits import LARGEST_BODY
from mut_assets.domain.ingestion.rules import Served
from mut_assets.domain.plans.freshness import ages
from mut_assets.domain.plans.plan import ExpectedRemovals, Held, Plan, make_plan
from mut_assets.domain.plans.published import Holdings, Published
from mut_assets.domain.plans.serving import differences
from mut_assets.domain.tables import quality
from mut_assets.domain.tables.faq import faq_frame
from mut_assets.domain.tables.raw import raw_frame
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.embedded.index import LocalIndex
from mut_assets_tests.fakes.wordpress_site import store
from mut_assets_tests.golden.situations import document

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
        "a text for a title": store(7, "Pan") | {"title": {"rendered": "Pan " * 300}},
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
    return "\n".join(problem for problem in frame["problema"] if problem)


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


def shown(value: dg.MetadataValue) -> str:
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
        ("two rows with one id", _not_made(lambda: _plan([document(7), document(7, text="Vende té.")]))),
    ]


def _plan(wanted: Sequence[Document], before: Sequence[Published] = (), **options: Any) -> Plan:
    asked: dict[str, Any] = {"held": [], "today": TODAY, "renderer": "1", "expected": ExpectedRemovals(), **options}
    return make_plan(TIENDAS, wanted, {document.id: document for document in before}, **asked)


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
    return [replace(document, **facts) for document in made]


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
    return [replace(document, length=document.length * 4) for document in published]


def what_the_plan_notes(_: Path) -> Said:
    first = _plan([document(7)])
    rendered = _plan([document(n) for n in range(30)], _published(range(30), renderer="0"))
    since = TODAY - timedelta(days=40)
    held = [Held("7", "Pan", "", "the title is empty", since)]
    sample, back = ExpectedRemovals(fuente="muestra"), ExpectedRemovals(rollback="20260301_030000")
    gone = {
        "removed, held too long": _plan([], _published([7]), held=held),
        "removed, of the bundled site": _plan([], _published([7], fuente="muestra"), expected=sample),
        "removed, by a rollback": _plan([], _published([7]), expected=back),
    }
    return [
        ("first publication", "\n".join(first.notes)),
        ("another renderer", "\n".join(rendered.notes)),
        *[(title, "\n".join(removal.reason for removal in plan.removed)) for title, plan in gone.items()],
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
        large.truncate(LARGEST_BODY + 1)
    report = LocalIndex(folder / "index.sqlite").ingest(bucket, "v1/")
    return [(key, reason) for key, reason in report.failures]


def served_is_published(_: Path) -> Said:
    mine = {document.id: document for document in _published([7, 8, 10])}
    none: dict[str, Published] = {}
    holdings = Holdings({"eventos": none, "tiendas": mine, "restaurantes": none, "preguntas": none}, (), 0)
    served = Served(
        {"stores/8.md": "another", "stores/9.md": "x"}, not_indexed={"stores/10.md": "FAILED: they are too large"}
    )
    return [("every difference", "\n".join(differences(holdings, served)))]


def freshness(_: Path) -> Said:
    found = ages({"tiendas": "raw/tiendas_20260301_030000.csv", "eventos": "raw/eventos_20260225_030000.csv"}, NOW)
    return [
        ("two ages", shown(freshness_result(found).metadata["ages"])),
        ("nothing published", shown(freshness_result([]).metadata["ages"])),
    ]


SECTIONS: dict[str, Callable[[Path], Said]] = {
    "What the checks of a table find": checks_of_tables,
    "Rows of the site that are set aside": rows_of_the_site,
    "Rows of the FAQ that are set aside": rows_of_the_faq,
    "Documents that cannot be made": documents_that_cannot_be_made,
    "What the guard refuses": the_guard,
    "What a plan notes": what_the_plan_notes,
    "How a document changed": how_a_document_changed,
    "Documents that the embedded index refuses": what_the_index_refuses,
    "What is served and what is published": served_is_published,
    "How old the answers are": freshness,
}
