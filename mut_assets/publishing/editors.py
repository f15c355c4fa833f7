"""The editors' report of a night: the newest tables read, the doubts found, the report kept.

What belongs here: that order, and that a night never fails for its report. What does not: what a doubt is
(`domain/doubts/`), or the files (`resources/bucket/editors_report.py`).
"""

from collections.abc import Iterable
from datetime import date

from mut_assets.domain.collections import COLLECTIONS, Collection
from mut_assets.domain.doubts.doubt import Doubt
from mut_assets.domain.doubts.finding import Tables, doubts
from mut_assets.domain.plans.hold import Holds
from mut_assets.publishing.publisher import Proposal, Publisher
from mut_assets.resources.bucket.editors_report import EditorsReport
from mut_assets.resources.bucket.snapshots import Snapshots
from mut_assets.resources.ports import Log


def newest_tables(snapshots: Snapshots, collections: Iterable[Collection] = COLLECTIONS) -> dict[Collection, Tables]:
    """The newest tables of these collections, without one that has none. Raises what reading a snapshot raises."""
    tables = {}
    for collection in collections:
        vectorial = snapshots.newest("vectorial", collection)
        if vectorial is not None:
            frame = vectorial.needing("id", collection.columns[0], "origen").frame
            raw = snapshots.read(str(frame["origen"].iloc[0])).needing("id", "problema")
            tables[collection] = Tables(frame, raw.frame)
    return tables


def report(
    publisher: Publisher, proposals: Iterable[Proposal], holds: Holds, today: date, warn: Log
) -> list[Doubt] | None:
    """Finds the doubts of the newest tables, keeps the report of them, and gives them.

    Tables that were read for `proposals` are not read again, except where a rollback holds old ones. What goes wrong
    costs the report alone: `warn` is told, and None is given.
    """
    try:
        made = [one for one in proposals if not (one.failure or one.approved or one.name in holds)]
        tables = {
            one.plan.collection: Tables(one.source.vectorial.frame, one.source.raw.frame) for one in made if one.source
        }
        known = {one.plan.collection for one in made}
        tables |= newest_tables(publisher.snapshots, [one for one in COLLECTIONS if one not in known])
        found = doubts(tables, today, publisher.keeps_expired)
        EditorsReport(publisher.store.bucket).keep(found)
    except Exception as error:  # noqa: BLE001  # whatever it is, what was published has to be ingested
        warn(f"The editors' report stays as it was: {error}")
        return None
    return found
