"""Sentences without a code that a person can meet: checks, the guard, rows set aside, the index."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
from rich.console import Console

from mut_assets.checks import freshness_result
from mut_assets.domain.collections import BUNDLED, TIENDAS
from mut_assets.domain.documents.changes import describe_change
from mut_assets.domain.documents.document import Document
from mut_assets.domain.documents.facts import entries
from mut_assets.domain.documents.limits import LARGEST_BODY
from mut_assets.domain.ingestion.rules import Served
from mut_assets.domain.plans.freshness import ages, doubts
from mut_assets.domain.plans.hold import Hold, in_force
from mut_assets.domain.plans.outcome import Outcome, Publication
from mut_assets.domain.plans.plan import ExpectedRemovals, Held, Plan, make_plan
from mut_assets.domain.plans.published import Holdings, Published
from mut_assets.domain.plans.serving import Proof, differences, prove, verdict
from mut_assets.domain.tables import quality
from mut_assets.domain.tables.raw import raw_frame
from mut_assets.environments import Doors
from mut_assets.operations.future import passed_over
from mut_assets.operations.nights import nights, show
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.embedded.index import LocalIndex
from mut_assets.resources.failures import PermanentFailure
from mut_assets_tests.fakes.wordpress_site import store
from mut_assets_tests.golden.faq_sentences import rows_of_the_faq, workbooks_that_are_refused
from mut_assets_tests.golden.situations import document, doors_in
from mut_assets_tests.resources.plaza import Stopped

Said = Iterator[tuple[str, str]]
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
    bold = _table([{"id": "7", **good, "content": "pan <b>y</b> té"}])
    many = _table([{"id": str(n)} for n in range(9)])
    linkless = _table([]).drop(columns="link")
    found = {
        "not_empty": quality.not_empty(_table([]), TIENDAS),
        "unique_ids": quality.unique_ids(_table([{"id": "7", **good}, {"id": "7", **good}])),
        "required_columns, a column that is missing": quality.required_columns(linkless, TIENDAS, TIENDAS.required),
        "required_columns, an empty cell": quality.required_columns(_table([{"id": "7"}]), TIENDAS, ["titulo"]),
        "required_columns, many": quality.required_columns(many, TIENDAS, ["titulo"]),
        "free_of_markup": quality.free_of_markup(bold, TIENDAS),
        "set_aside": quality.set_aside(_table([*sick, {"id": "", "problema": "…"}])),
        "share_with_problema": quality.share_with_problema(_table([*sick, {"id": "", "problema": "…"}])),
    }
    for rule, problems in found.items():
        yield rule, "\n".join(problems)


def rows_of_the_site(_: Path) -> Said:
    place = {"informacion_tienda": [{"info": {"level": 2, "schedule": ["…"]}}]}
    good = store(7, "Pan")
    items: dict[str, Any] = {
        "no object": [1],
        "nothing in it": {},
        "an id that is no number": good | {"id": "abc"},
        "no title": good | {"title": {"rendered": " "}},
        "a text for a title": good | {"title": {"rendered": "Pan " * 300}},
        "a link that is none": good | {"link": "javascript:void(0)"},
        "no link": good | {"link": ""},
        "content of another type": good | {"content": {"rendered": 5}},
        "a number where a list was due": good | {"acf": {"informacion_tienda": 7}},
        "text where an object was due": good | {"acf": {"informacion_tienda": ["x"]}},
        "a list where text was due": good | {"acf": place},
        "true where an object was due": good | {"acf": True},
        "texts that are long together": good
        | {"acf": {"informacion_tienda": [{"info": {"schedule": "x" * 19_999}}] * 40}},
        "a list of too many": good | {"acf": {"informacion_tienda": [{}] * 501}},
        "a page that nests too deeply": good | {"content": {"rendered": "<div>" * 39_000}},
        "no custom fields": {name: value for name, value in good.items() if name != "acf"},
    }
    for title, item in items.items():
        yield title, _problem(raw_frame(TIENDAS, [item], "x"))


def _problem(frame: pd.DataFrame) -> str:
    return "\n".join(problem for problem in frame["problema"] if problem)


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

    yield "an id that cannot be a key", _not_made(made(id="a/b"))
    yield "no title", _not_made(made(title=""))
    yield "a metadata value that is too long", _not_made(made(lugar="x" * 2049))
    yield "a metadata list that is too long", _not_made(made(lugar=["x"] * 11))
    yield "a metadata value of another kind", _not_made(made(lugar={}))
    yield "metadata that is too large", _not_made(made(lugar=["x" * 2048] * 6))
    yield "a cell of ubicaciones that somebody edited", _not_made(lambda: entries('{"nivel": "2"}'))
    yield "two rows with one id", _not_made(lambda: _plan([document(7), document(7, text="Vende té.")]))


def _plan(wanted: Sequence[Document], before: Sequence[Published] = (), **options: Any) -> Plan:
    asked: dict[str, Any] = {"held": [], "today": TODAY, "renderer": "1", "expected": ExpectedRemovals(), **options}
    return make_plan(TIENDAS, wanted, {document.id: document for document in before}, **asked)


def _published(numbers: Iterable[int], **facts: Any) -> list[Published]:
    return _as_published(map(document, numbers), **facts)


def _as_published(documents: Iterable[Document], **facts: Any) -> list[Published]:
    known: dict[str, Any] = {"fields": frozenset({"titulo", "horario"}), "renderer": "1", "fuente": "x", **facts}
    return [Published(doc.id, doc.fingerprint, doc.title, doc.link, len(doc.body), **known) for doc in documents]


def the_guard(_: Path) -> Said:
    def shops(**facts: str) -> list[Document]:
        return [replace(document(n, text=f"{n}. {text * 2}", horario="…", **facts), own=text) for n, text in own]

    def linked(*numbers: int) -> list[Document]:
        named = [{"titulo": f"Tienda {n}", "link": f"https://mut.cl/{n}"} for n in numbers]
        return [replace(one, metadata={**one.metadata, **name}) for one, name in zip(shops(), named, strict=False)]

    def refused(after: Sequence[Document], before: Sequence[Document] = (), **options: Any) -> str:
        before = before or shops()
        texts = {one.id: (one.body_bytes, one.sidecar_bytes) for one in before}
        return "\n".join(_plan(after, _as_published(before), texts=texts, **options).refusals)

    own = [(n, f"Vende {f'el pan número {n}, ' * 9}todos los días. ") for n in range(30)]
    reached = shops(link="https://mut.cl/1", telefono="+56223456789", mail="a@pan.cl", web="https://pan.cl")
    other = shops(link="https://x.example/1", telefono="+56987654321", mail="b@pan.cl", web="https://x.example")
    renamed = [replace(one, metadata={**one.metadata, "titulo": f"Otra {one.id}"}) for one in shops()]
    equal = [replace(one, metadata={**one.metadata, "titulo": "Pan"}) for one in shops()[:3]]
    rotated = [replace(one, body=was.body, own=was.own) for one, was in zip(shops()[:3], shops()[1:], strict=False)]
    yield "it would remove many", refused(shops()[8:])
    yield "it would remove many in a week", refused(shops()[3:], gone=[str(n) for n in range(90, 96)])
    yield "it would empty the collection", refused([])
    yield "it would more than double", refused([document(n, horario="…") for n in range(70)])
    yield "it would shorten the texts", refused([document(n, horario="…") for n, _ in own])
    yield "it would empty a field", refused([replace(one, metadata={"titulo": one.title}) for one in shops()])
    yield "it would change titles", refused(renamed)
    yield "it would change link hosts and contact", refused(other, reached)
    yield "it would make titles equal", refused([*equal, *shops()[3:]])
    yield "it would move texts", refused([*rotated, *shops()[3:]])
    yield "it would exchange titles and links", refused(linked(1, 2, 0), linked(0, 1, 2))


def what_the_plan_notes(_: Path) -> Said:
    first = _plan([document(7)])
    rendered = _plan([document(n, text="Vende té.") for n in range(30)], _published(range(30), renderer="0"))
    since = TODAY - timedelta(days=40)
    held = [Held("7", "Pan", "", "the title is empty", since)]
    sample, back = ExpectedRemovals(fuente="muestra"), ExpectedRemovals(rollback="20260301_030000")
    gone = {
        "removed, held too long": _plan([], _published([7]), held=held),
        "removed, of the bundled site": _plan([], _published([7], fuente="muestra"), expected=sample),
        "removed, by a rollback": _plan([], _published([7]), expected=back),
    }
    yield "first publication", "\n".join(first.notes)
    yield "another renderer", "\n".join(rendered.notes)
    for title, plan in gone.items():
        yield title, "\n".join(removal.reason for removal in plan.removed)


def how_a_document_changed(_: Path) -> Said:
    def halves(one: Document) -> tuple[bytes, bytes]:
        return one.body_bytes, one.sidecar_bytes

    old = document(7)
    lines = "\n".join(f"Línea {n}." for n in range(5))
    yield "a field", describe_change(halves(old), halves(document(7, horario="10:00")))
    yield "the text", describe_change(halves(old), halves(document(7, text="Vende té.")))
    yield "many lines", describe_change(halves(old), halves(document(7, text=lines)))
    swapped = (document(7, text="Uno.\n\nDos."), document(7, text="Dos.\n\nUno."))
    yield "another order", describe_change(halves(swapped[0]), halves(swapped[1]))
    yield "half of it", describe_change((b"", old.sidecar_bytes), halves(old))
    yield "other bytes", describe_change((old.body_bytes + b"\n", old.sidecar_bytes), halves(old))


# --- what is served ---------------------------------------------------------------------------------------------------


def what_the_index_refuses(folder: Path) -> Said:
    pan, bodies = b"# Pan\n\nVende pan.\n", {"afiche.pdf": b"%PDF", "1.md": b"\xff\xfe", "2.md": b" \n"}
    sidecars = {
        3: b"x" * 10_241,
        4: b'{"titulo": "Pan"}',
        5: b'{"metadataAttributes": {"lugar": ""}}',
        6: b"titulo: Pan",
        7: b'{"metadataAttributes": {"titulo": "Pan"}}',
    }
    bodies |= {f"{n}.md": pan for n in sidecars} | {f"{n}.md.metadata.json": data for n, data in sidecars.items()}
    bucket = Bucket(str(folder / "bucket"))
    for name, data in bodies.items():
        bucket.put(f"v1/eventos/{name}", data)
    with (folder / "bucket/v1/eventos/8.md").open("wb") as large:
        large.truncate(LARGEST_BODY + 1)
    yield from LocalIndex(folder / "index.sqlite").ingest(bucket, "v1/").failures


def served_is_published(_: Path) -> Said:
    mine = {document.id: document for document in _published([7, 8, 10])}
    none: dict[str, Published] = {}
    holdings = Holdings({"eventos": none, "tiendas": mine, "restaurantes": none, "preguntas": none}, (), 0)
    failed = {"stores/10.md": "FAILED: they are too large"}
    served = Served({"stores/8.md": "another", "stores/9.md": "x"}, not_indexed=failed)
    yield "every difference", "\n".join(differences(holdings, served))
    yield from _proofs(holdings)
    yield from _verdicts()


AT = "2026-03-02T03:05:00.123456+00:00"


def _proofs(holdings: Holdings) -> Said:
    """What a proof shows, by situation: every row of the check, then what is said of it."""
    beside = ("v1/stores/leeme.md", *(f"v1/stores/stores_chunk_00{number}.jsonl" for number in range(4)))
    many = {document.id: document for document in _published(range(100, 123))}
    whole = replace(holdings, published={**holdings.published, "eventos": many}, foreign=beside, prefix="v1/")
    served = Served({"stores/leeme.md": ""}, {"eventos": "…", "stores": "…"})
    nothing = Holdings({name: {} for name in holdings.published}, (), 0)
    gone = Publication("x", AT, (Outcome("tiendas", "published", "…", added=5),))
    before = Proof("x", AT, AT, 3, 3, folders=("stores",))
    found = {
        "two folders in no data source, and others' files": prove(whole, served, None, None, "x", AT),
        "one of them was served before": prove(whole, served, None, before, "x", AT),
        "documents that were published are gone": prove(holdings, Served({}), gone, before, "x", AT),
        "nothing is published": prove(nothing, Served({}), None, None, "x", AT),
        "nothing is published any more": prove(nothing, Served({}), None, before, "x", AT),
    }
    for title, proof in found.items():
        yield title, "\n".join([*proof.rows, *proof.losses, *proof.warnings, verdict(_OF_THEN, proof).sentence])


_OF_THEN = Publication("x", "", ())


HELD = Hold("20260225_030000", "vectorial/stores_vectorial_20260225_030000.csv", AT, "terminal, ana")
HOLDS = {"tiendas": HELD, "restaurantes": HELD}


def _verdicts() -> Said:
    kept = Publication("x", AT, (Outcome("tiendas", "refused", "…"),))
    well, other = Proof("x", AT, AT, 3, 3), Proof("x", AT, "2026-03-01T03:05:00+00:00", 3, 3)
    published = Publication("x", AT, ())
    read, week_ago, at_three = "raw/t_20260302_110000.csv", "raw/e_20260225_030000.csv", "raw/e_20260302_030000.csv"
    old = doubts(ages({"tiendas": at_three, "eventos": week_ago}, NOW))
    unread = doubts(ages({"tiendas": read, "eventos": at_three}, NOW))
    found = {
        "before the first night": verdict(None, None),
        "no proof yet": verdict(published, None),
        "a proof of another publication": verdict(published, other),
        "a collection that was kept back": verdict(kept, well),
        "answers that are old": verdict(published, well, old),
        "a collection that the last night did not read": verdict(published, well, unread),
        "a run that did not look": verdict(published, well, looked=False),
        "a rollback": verdict(replace(published, holds=HOLDS), well),
        "all is well": verdict(published, well),
    }
    for title, (_, sentence) in found.items():
        yield f"the last line: {title}", sentence


def freshness(_: Path) -> Said:
    found = ages({"tiendas": "raw/tiendas_20260301_030000.csv", "eventos": "raw/eventos_20260225_030000.csv"}, NOW)
    yield "two ages", shown(freshness_result(found).metadata["ages"])
    held = ages({"tiendas": "raw/tiendas_20260225_030000.csv", "eventos": "raw/e_20271231_120000.csv"}, NOW, HOLDS)
    yield "a rollback, and a clock that was ahead", shown(freshness_result(held).metadata["ages"])
    yield "the same, in an alert", "\n".join(age.in_spanish() for age in held)
    yield "a rollback that is in force", "\n".join(in_force(HOLDS))
    yield "nothing published", shown(freshness_result([]).metadata["ages"])


def nights_and_rollbacks(folder: Path) -> Said:
    made = doors_in(folder, API_BASE_URL="https://plaza.example/wp-json/wp/v2")
    clock = Stopped(instant=NOW)
    doors = replace(made, clock=clock, snapshots=replace(made.snapshots, clock=clock))
    bucket = doors.snapshots.bucket
    yield "no night yet", _listed(doors)
    for stamp in ("20260225_030000", "20991231_120000"):
        bucket.put(f"vectorial/stores_vectorial_{stamp}.csv", f"id,titulo,fuente\n1,Pan,{BUNDLED}\n".encode())
    doors.snapshots.nights.of_run("x", "terminal", "ana")
    yield "a night that is known by its tables, one without any, and one of a wrong clock", _listed(doors)
    yield "what is passed over", "\n".join(passed_over(doors))
    try:
        doors.publisher.rollbacks.table("tiendas", replace(HELD, since=""))
    except PermanentFailure as failure:
        yield "a rollback to a table of the bundled site", str(failure)
    bucket.put("state/hold.json", b"{")
    warned: list[str] = []
    doors.publisher.rollbacks.in_force(None, warned.append)
    bucket.delete("state/hold.json")
    doors.publisher.rollbacks.in_force(Publication("", "", (), holds=HOLDS), warned.append)
    yield "a rollback whose record is damaged", warned[0].replace(str(folder), "FOLDER")
    yield "a rollback whose record is gone", warned[-1].replace(str(folder), "FOLDER")
    yield "a table of a wrong clock", "; ".join(doubts(ages({"eventos": "raw/e_20991231_120000.csv"}, NOW)))


def _listed(doors: Doors) -> str:
    console = Console(width=100)
    with console.capture() as capture:
        show(nights(doors, 5), console)
    return "\n".join(line.rstrip() for line in capture.get().splitlines())


SECTIONS = {
    "Nights, and going back to one": nights_and_rollbacks,
    "What the checks of a table find": checks_of_tables,
    "Rows of the site that are set aside": rows_of_the_site,
    "Rows of the FAQ that are set aside": rows_of_the_faq,
    "Workbooks that are refused": workbooks_that_are_refused,
    "Documents that cannot be made": documents_that_cannot_be_made,
    "What the guard refuses": the_guard,
    "What a plan notes": what_the_plan_notes,
    "How a document changed": how_a_document_changed,
    "Documents that the embedded index refuses": what_the_index_refuses,
    "What is served and what is published": served_is_published,
    "How old the answers are": freshness,
}
