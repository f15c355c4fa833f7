"""What is said of fields of the site that are not those of the night before."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console

from mut_assets.assets.fields import FieldsNight, fields_night
from mut_assets.domain.collections import TIENDAS
from mut_assets.domain.tables.raw import raw_frame
from mut_assets.operations.fields import accept
from mut_assets.resources.bucket.field_records import FieldRecords
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.ports import Extraction, silent
from mut_assets_tests.domain.items import FUENTE, block, place
from mut_assets_tests.domain.tables.test_drift import INFO, Item, dropped, made, renamed
from mut_assets_tests.golden.sentences import Said
from mut_assets_tests.golden.situations import Produce, Situation


def _stores(*changes: Callable[[Item], None], of: int = 12) -> list[Item]:
    items: list[Item] = [place(block(), id=id) for id in range(1, 13)]
    for change in changes:
        for item in items[:of]:
            change(item)
    return items


def _night(folder: Path, items: list[Item]) -> tuple[FieldRecords, FieldsNight]:
    """A night after one in which every store had every field."""
    records = FieldRecords(Bucket(str(folder)))
    before = raw_frame(TIENDAS, _stores(), FUENTE)
    _compared(records, _stores(), None, before).settle(records)
    return records, _compared(records, items, before, raw_frame(TIENDAS, items, FUENTE))


def _compared(records: FieldRecords, items: list[Item], last: pd.DataFrame | None, table: pd.DataFrame) -> FieldsNight:
    extraction = Extraction(items, FUENTE, len(items), [], [], {}, {}, 1, 1, 0, 0, 0, 0.0)
    return fields_night(TIENDAS, extraction, last, table, records, silent)


def _lost(*changes: Callable[[Item], None]) -> Produce:
    def produce(folder: Path) -> None:
        records, night = _night(folder, _stores(*changes))
        night.settle(records)

    return produce


def _added(item: dict[str, Any]) -> None:
    item["acf"]["informacion_tienda"][0]["info"]["terraza"] = "Con quitasoles"


def fields_that_changed(folder: Path) -> Said:
    changes = {
        "emptied": _stores(made(f"{INFO}.mail", lambda _: "")),
        "all but one emptied": _stores(made(f"{INFO}.mail", lambda _: ""), of=11),
        "a number that was text": _stores(made(f"{INFO}.level", int)),
        "an object that was text": _stores(made(f"{INFO}.schedule", lambda text: {"de": text})),
        "an object without its fields": _stores(made(INFO, lambda _: {})),
        "new": _stores(_added),
    }
    for number, (title, items) in enumerate(changes.items()):
        yield title, "\n".join(map(str, _night(folder / str(number), items)[1].drifts))
    records, night = _night(folder / "approved", _stores(dropped(f"{INFO}.phone")))
    records.refuse(TIENDAS, night.kept, night.reading, "0a1b2c3d4e5f", [str(drift) for drift in night.drifts])
    waiting = records.waiting().get("0a1b2c3d4e5f")
    assert waiting is not None
    said = io.StringIO()
    accept(records, waiting, True, Console(file=said, width=200))
    yield "approved", said.getvalue()


FOUR = ("phone", "mail", "place", "local")
FIELDS = [
    Situation("MUT-DATA-009", "two fields that are gone", _lost(renamed(f"{INFO}.phone"), dropped(f"{INFO}.mail"))),
    Situation("MUT-DATA-009", "four of them", _lost(*(dropped(f"{INFO}.{name}") for name in FOUR))),
]
SECTIONS = {"Fields of the site that changed": fields_that_changed}
