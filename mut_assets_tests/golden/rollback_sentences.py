"""What is said of nights by name, of what is held at one, and of tables from the future."""

from io import StringIO
from pathlib import Path

from rich.console import Console

from mut_assets.domain.plans.freshness import ages, doubts
from mut_assets.domain.plans.hold import Hold
from mut_assets.domain.plans.nights import Change, Night
from mut_assets.operations.future import passed_over
from mut_assets.operations.nights import Listed, show
from mut_assets.resources.bucket.hold_record import HOLD
from mut_assets.resources.bucket.nights import Tables
from mut_assets_tests.golden.sentences import NOW, Said
from mut_assets_tests.golden.situations import NIGHT, doors_in

EARLIER = "20260228_030000"
TO_COME = "29991231_030000"


def _listed(*nights: Listed) -> str:
    console = Console(file=StringIO(), width=200)
    show(list(nights), console)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())  # type: ignore[attr-defined]


def nights_by_name(_: Path) -> Said:
    published = "2026-03-01T03:01:00+00:00"
    changes = {"tiendas": Change("published", f"vectorial/stores_vectorial_{EARLIER}.csv", 1, 2, 3)}
    back = Night(NIGHT, "x", "terminal", "ana", published, changes, published, 3, 4, went_back_to=EARLIER)
    tables = Tables(NIGHT, NIGHT, ("raw_tiendas",))
    old = Listed(Night(EARLIER), Tables(EARLIER, EARLIER, ("raw_tiendas",), recorded=False))
    yield "no night", _listed()
    yield "a rollback, after a night of an earlier release", _listed(Listed(back, tables, ("tiendas",)), old)
    yield "a release", _listed(Listed(Night(NIGHT, "x", "UI", published=published, released=True), tables))
    yield "a night that is to come, and published nothing", _listed(Listed(Night(NIGHT), tables, to_come=True))


def what_is_held(folder: Path) -> Said:
    doors = doors_in(folder)
    rollbacks, said = doors.publisher.rollbacks, list[str]()
    doors.snapshots.bucket.put(HOLD, b"[]")
    rollbacks.in_force(None, said.append)
    yield "a record that is damaged", said[0].replace(str(folder), "FOLDER")
    yield "since nobody knows when", str(Hold(NIGHT, "…"))


def what_is_from_the_future(folder: Path) -> Said:
    doors = doors_in(folder)
    for name in ("eventos", "stores", "restaurantes", "preguntas"):
        doors.snapshots.bucket.put(f"vectorial/{name}_vectorial_{TO_COME}.csv", b"id\n1\n")
    (sentence,) = passed_over(doors)
    yield "tables", sentence.replace(f"{doors.clock.now():%Y-%m-%d %H:%M}", "TIME")
    yield "an age", "\n".join(doubts(ages({"tiendas": f"raw/tiendas_{TO_COME}.csv"}, NOW)))


SECTIONS = {
    "Nights by name": nights_by_name,
    "What is held at a night": what_is_held,
    "What is stamped in the future": what_is_from_the_future,
}
