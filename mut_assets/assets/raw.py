"""Stage one: what the site and the FAQ file say tonight, complete, or a failure that says why not.

What belongs here: asking a door, parsing, judging, handing over. What does not: how WordPress is read
(`resources/wordpress/collection.py`) or what its fields mean (`domain/tables/raw.py`).
"""

from collections.abc import Iterator, Sequence

import dagster as dg
import pandas as pd

from mut_assets.assets import reporting
from mut_assets.assets.columns import column_schema
from mut_assets.assets.fields import NAME as FIELDS
from mut_assets.assets.fields import fields_night, fields_spec
from mut_assets.assets.io_manager import SnapshotIOManager
from mut_assets.assets.reporting import CheckVerdict, Metadata, TableCheck, as_dagster_failures, verdicts, yield_checks
from mut_assets.domain.collections import BUNDLED, EVENTOS, PREGUNTAS, RESTAURANTES, TIENDAS, Collection
from mut_assets.domain.tables import quality
from mut_assets.domain.tables.changes import compare_tables
from mut_assets.domain.tables.raw import raw_frame
from mut_assets.domain.tables.unproven import with_unproven
from mut_assets.resources.bucket.document_store import DocumentStore
from mut_assets.resources.bucket.faq_file import FaqFile
from mut_assets.resources.bucket.snapshots import Snapshots
from mut_assets.resources.failures import PermanentFailure, Retries
from mut_assets.resources.ports import Extraction, Site

_AS_TABLE = (
    "\n\nEach materialization is a new CSV file that is never overwritten. A row that cannot be understood says why in "
    "`problema`: it goes no further, and what is published about it stays for now."
)


def _usable_rows(frame: pd.DataFrame, collection: Collection) -> CheckVerdict:
    damage = [*quality.not_empty(frame, collection), *quality.share_with_problema(frame)]
    return CheckVerdict(
        damage or quality.set_aside(frame),
        blocking=bool(damage),
        severity=dg.AssetCheckSeverity.ERROR if damage else dg.AssetCheckSeverity.WARN,
        shown=_held_rows(frame, collection),
    )


CHECKS = (
    TableCheck("unique_ids", "No id stands on two rows.", lambda frame, _: CheckVerdict(quality.unique_ids(frame))),
    TableCheck(
        "usable_rows",
        "Every row could be understood. One that could not is a warning; more than 10 % of them (and at least 5), or "
        "no rows at all, keep the table back.",
        _usable_rows,
    ),
)


def _last_table(collection: Collection, snapshots: Snapshots) -> tuple[pd.DataFrame | None, str]:
    """The newest table, or why it cannot be read: an old file must not stop a good new one."""
    try:
        last = snapshots.newest("raw", collection)
        return (last.needing("id", collection.columns[0]).frame if last else None), ""
    except PermanentFailure as failure:
        return None, str(failure)


def _report(frame: pd.DataFrame, last: pd.DataFrame | None, trouble: str, collection: Collection) -> Metadata:
    """Counts, what changed since the snapshot before, and the rows that are held, by name."""
    held = _held_rows(frame, collection)
    if trouble:
        return {**held, "changes": trouble}
    changes = None if last is None else compare_tables(last, frame, collection.columns[0])
    return {**held, **reporting.raw_changes(changes)}


def _held_rows(frame: pd.DataFrame, collection: Collection) -> Metadata:
    """How many rows could not be understood, and which."""
    columns = ("id", collection.columns[0], "problema")
    rows = frame.loc[frame["problema"] != "", list(columns)].values.tolist()
    return {"rows_set_aside": len(rows), **reporting.tabled("set_aside", columns, rows)}


def pages_left_out(extraction: Extraction, last: pd.DataFrame | None, title: str) -> list[tuple[str, str]]:
    """The pages that are in no row, by name, and why: what is published of them goes."""
    names = {} if last is None else dict(zip(last["id"], last[title], strict=True))
    return [
        *((page, "behind a password") for page in extraction.protected),
        *((page, "its status is another than publish") for page in extraction.unpublished),
        *((f"{names.get(str(id), 'untitled')} ({id})", f"gone: {said}") for id, said in extraction.gone.items()),
    ]


def _extracted(extraction: Extraction, left_out: Sequence[tuple[str, str]]) -> Metadata:
    """Where the rows come from (a site's address can be followed), what is in none, and what reading them took."""
    fuente = extraction.fuente
    return {
        "source": dg.MetadataValue.url(fuente) if fuente.startswith(("http://", "https://")) else fuente,
        "items_on_the_site": extraction.total,
        "password_protected": len(extraction.protected),
        "not_published": len(extraction.unpublished),
        "gone_from_the_site": len(extraction.gone),
        **reporting.tabled("pages_left_out", ("page", "why"), left_out),
        "requests": extraction.requests,
        "sealing_rounds": extraction.rounds,
        "seconds": round(extraction.seconds, 3),
    }


def build_raw_asset(collection: Collection, description: str) -> dg.AssetsDefinition:
    """The raw asset of one WordPress collection: the same wiring for all, named one by one below."""
    name = f"raw_{collection.name}"

    @dg.asset(
        name=name,
        group_name="raw",
        description=f"{description} {_AS_TABLE}",
        tags={"collection": collection.name},
        metadata=column_schema(collection.raw_columns),
        io_manager_key="snapshots",
        kinds={"wordpress", "csv"},
        check_specs=[fields_spec(name), *reporting.check_specs(CHECKS, name)],
    )
    def raw_asset(
        context: dg.AssetExecutionContext,
        site: dg.ResourceParam[Site],
        store: dg.ResourceParam[DocumentStore],
        snapshots: dg.ResourceParam[SnapshotIOManager],
        retries: dg.ResourceParam[Retries],
    ) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[pd.DataFrame | None]]:
        with as_dagster_failures(context, retries):
            ids = store.ids(collection, apart_from="" if snapshots.files.bundled else BUNDLED)
            published = [int(id) for id in ids]
            spent = reporting.seconds_spent(context, name)
            extraction = site.collection(str(collection.wordpress_type), context.log.info, published, spent)
            last, trouble = _last_table(collection, snapshots.files)
            frame = raw_frame(collection, extraction.items, extraction.fuente)
            records = snapshots.files.fields
            fields = fields_night(collection, extraction, last, frame, records, context.log.warning)
            frame = with_unproven(frame, extraction.unproven, last, collection, extraction.fuente)
            left_out = pages_left_out(extraction, last, collection.columns[0])
            reporting.log_lines(context, [f"left out: {page}: {why}" for page, why in left_out])
            judged = {FIELDS: fields.verdict, **verdicts(CHECKS, frame, collection)}
            yield from yield_checks(judged, f"The collection {collection.name}")
            fields.settle(records)
            extraction.items.clear()  # the night's largest objects: not kept while the table is written
            report = {**_report(frame, last, trouble, collection), **_extracted(extraction, left_out)}
            yield dg.MaterializeResult(value=frame, metadata=report)

    return raw_asset


raw_eventos = build_raw_asset(EVENTOS, "Every published event of the site, as WordPress tells it.")
raw_tiendas = build_raw_asset(TIENDAS, "Every published store of the site, as WordPress tells it.")
raw_restaurantes = build_raw_asset(RESTAURANTES, "Every published restaurant of the site, as WordPress tells it.")

FILE_PRESENT = dg.AssetCheckSpec("file_present", asset="raw_preguntas", description="Somebody uploaded the FAQ file.")


@dg.asset(
    group_name="raw",
    description="The hand-kept FAQ, raw/preguntas.csv. Without the file it materializes as absent and deletes nothing. "
    + _AS_TABLE,
    tags={"collection": PREGUNTAS.name},
    metadata=column_schema(PREGUNTAS.raw_columns),
    io_manager_key="snapshots",
    kinds={"csv"},
    check_specs=[FILE_PRESENT, *reporting.check_specs(CHECKS, "raw_preguntas")],
)
def raw_preguntas(
    context: dg.AssetExecutionContext,
    faq_file: dg.ResourceParam[FaqFile],
    snapshots: dg.ResourceParam[SnapshotIOManager],
    retries: dg.ResourceParam[Retries],
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[pd.DataFrame | None]]:
    """The FAQ as a raw table, or None when there is no file."""
    with as_dagster_failures(context, retries):
        frame = faq_file.frame()
        absent = [f"there is no {faq_file.where}; published questions stay as they are until somebody uploads it"]
        present = CheckVerdict(absent if frame is None else [], blocking=False, severity=dg.AssetCheckSeverity.WARN)
        yield from yield_checks({FILE_PRESENT.name: present}, "The FAQ file")
        yield from yield_checks(verdicts(CHECKS, frame, PREGUNTAS), "The FAQ file")
        if frame is None:
            yield dg.MaterializeResult(value=None, metadata={"source": f"absent: {faq_file.where}"})
            return
        report = _report(frame, *_last_table(PREGUNTAS, snapshots.files), PREGUNTAS)
        yield dg.MaterializeResult(value=frame, metadata={**report, "source": frame["fuente"].iloc[0]})
