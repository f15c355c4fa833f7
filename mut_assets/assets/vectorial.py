"""Stage two: each raw table as plain text with the sentence that will be embedded.

What belongs here: reading the newest raw table, rendering, judging, handing over. The Spanish sentences live in
`domain/documents/vectorial.py`, nowhere else.
"""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date

import dagster as dg
import pandas as pd

from mut_assets.assets import reporting
from mut_assets.assets.columns import column_schema
from mut_assets.assets.reporting import CheckVerdict, Metadata, TableCheck, as_dagster_failures, verdicts, yield_checks
from mut_assets.domain.collections import EVENTOS, PREGUNTAS, RESTAURANTES, TIENDAS, Collection
from mut_assets.domain.documents.vectorial import LIST_SEPARATOR, RENDERER_VERSION, vectorial_frame
from mut_assets.domain.spanish.public_holidays import unsaid_holidays
from mut_assets.domain.tables import quality
from mut_assets.resources.bucket.snapshots import StoredTable, naming
from mut_assets.resources.bucket.special_days_file import SpecialDays, SpecialDaysFile
from mut_assets.resources.clock import Clock
from mut_assets.resources.failures import Retries
from mut_assets.resources.ports import Log

_SHOWN = 50
_SHOWN_CHARACTERS = 160


def _complete_and_plain(frame: pd.DataFrame, collection: Collection) -> CheckVerdict:
    # Each row comes from one accepted raw row, so ids are unique already. One check for the two rules: a check costs
    # Dagster's event log as much as a whole step.
    required = quality.required_columns(frame, collection, (*collection.required, "texto_embedding"))
    missing = [*quality.not_empty(frame, collection), *required]
    return CheckVerdict(
        [*missing, *quality.free_of_markup(frame, collection)],
        blocking=bool(missing),
        severity=dg.AssetCheckSeverity.ERROR if missing else dg.AssetCheckSeverity.WARN,
    )


CHECKS = (
    TableCheck(
        "complete_and_plain",
        "There are rows, each has what a document needs (a title, its source, a sentence), and no tags "
        "and no entities are left in the text. Markup alone is a warning and blocks nothing.",
        _complete_and_plain,
    ),
)


def _special_days(collection: Collection, file: SpecialDaysFile, warn: Log) -> SpecialDays:
    """The special days, for a collection with opening hours; warns of each that is not understood."""
    special = file.read() if "horario" in collection.columns else SpecialDays()
    for problem in special.problems:
        warn(f"A special day is not told: {problem}")
    return special


def _unsaid_holidays(frame: pd.DataFrame, special: SpecialDays, today: date, warn: Log) -> list[str]:
    """The coming holidays of which nobody says whether some places open; each is a warning of the run."""
    if "horario" not in frame.columns:
        return []
    problems = unsaid_holidays([*zip(frame["link"], frame["horario"], strict=True)], special.days, today)
    for problem in problems:
        warn(problem)
    return problems


def _report(frame: pd.DataFrame, special: SpecialDays, unsaid: list[str]) -> Metadata:
    return {
        "median_characters": float(frame["texto_embedding"].str.len().median()),
        "renderer_version": RENDERER_VERSION,
        **({"special_days": len(special.days)} if special.days else {}),
        **reporting.listed("special_days_not_told", special.problems),
        **reporting.listed("holidays_without_hours", unsaid),
        **_doubts(frame),
        **_left_out(frame),
    }


def _doubts(frame: pd.DataFrame) -> Metadata:
    """What editors should look at: contradictory floors, hours and dates that were not understood."""
    if "avisos" not in frame.columns:
        return {}
    rows = [
        (title, link, aviso)
        for title, link, avisos in zip(frame["titulo"], frame["link"], frame["avisos"], strict=True)
        for aviso in avisos.split(LIST_SEPARATOR)
        if aviso
    ]
    return {"doubts": len(rows), **reporting.tabled("doubtful_pages", ("page", "link", "doubt"), rows)}


def _left_out(frame: pd.DataFrame) -> Metadata:
    """What the texts do not say although the pages do, and why, the most frequent first."""
    if "descartado" not in frame.columns:
        return {}
    left_out = Counter(
        (why, " ".join(text.split())[:_SHOWN_CHARACTERS])
        for cell in frame["descartado"]
        if cell
        for why, text in json.loads(cell)
    )
    rows = [(str(count), why, text) for (why, text), count in left_out.most_common(_SHOWN)]
    return {"blocks_left_out": left_out.total(), **reporting.tabled("left_out", ("times", "why", "text"), rows)}


def build_vectorial_asset(collection: Collection, description: str) -> dg.AssetsDefinition:
    """The vectorial asset of one collection: the same wiring for all, named one by one below."""
    name = f"vectorial_{collection.name}"

    @dg.asset(
        name=name,
        group_name="vectorial",
        description=description,
        tags={"collection": collection.name},
        # Before the next collection is read: a site that hangs there must not keep back what was read already.
        op_tags={"dagster/priority": "1"},
        metadata=column_schema(collection.vectorial_columns),
        io_manager_key="snapshots",
        kinds={"pandas", "csv"},
        ins={"raw": dg.AssetIn(key=f"raw_{collection.name}", dagster_type=dg.Any)},
        check_specs=reporting.check_specs(CHECKS, name),
    )
    def vectorial_asset(
        context: dg.AssetExecutionContext,
        raw: StoredTable | None,
        special_days: dg.ResourceParam[SpecialDaysFile],
        clock: dg.ResourceParam[Clock],
        retries: dg.ResourceParam[Retries],
    ) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[pd.DataFrame | None]]:
        with as_dagster_failures(context, retries):
            if raw is None:  # an FAQ file that nobody uploaded yet
                yield from yield_checks(verdicts(CHECKS, None, collection), name)
                yield dg.MaterializeResult(value=None, metadata={"source": "absent: there is no raw table yet"})
                return
            special = _special_days(collection, special_days, context.log.warning)
            young = collection.shape.young_columns
            raw.needing(*(name for name in collection.raw_columns if name not in young))
            raw_rows = raw.frame.assign(**{name: "" for name in young if name not in raw.frame.columns})
            with naming(raw):
                frame = vectorial_frame(collection, raw_rows, raw.snapshot, special.days, clock.today())
            yield from yield_checks(verdicts(CHECKS, frame, collection), f"The table {name}")
            read: Metadata = {"read_from": raw.snapshot, "rows_left_out": len(raw.frame) - len(frame)}
            unsaid = _unsaid_holidays(frame, special, clock.today(), context.log.warning)
            yield dg.MaterializeResult(value=frame, metadata={**read, **_report(frame, special, unsaid)})

    return vectorial_asset


vectorial_eventos = build_vectorial_asset(EVENTOS, "Events as plain text with the sentence to embed.")
vectorial_tiendas = build_vectorial_asset(TIENDAS, "Stores as plain text with the sentence to embed.")
vectorial_restaurantes = build_vectorial_asset(RESTAURANTES, "Restaurants as plain text with the sentence to embed.")
vectorial_preguntas = build_vectorial_asset(PREGUNTAS, "Frequent questions with the sentence to embed.")
