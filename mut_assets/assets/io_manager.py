"""The IO manager that carries tables between assets: what an asset gives becomes a snapshot, the newest one is read.

What belongs here: which asset is kept as which snapshot. What does not: the files (`resources/bucket/snapshots.py`).
Nothing is looked up in Dagster's log, so a new machine continues where the old one stopped. All tables of a run carry
the stamp of its night, which begins with the first of them.
"""

from dataclasses import dataclass

import dagster as dg
import pandas as pd

from mut_assets.assets.asker import asker
from mut_assets.domain.collections import COLLECTIONS, Collection
from mut_assets.resources.bucket.snapshots import Snapshots, Stage, StoredTable

_ASSETS: dict[str, tuple[Stage, Collection]] = {
    **{f"raw_{collection.name}": ("raw", collection) for collection in COLLECTIONS},
    **{f"vectorial_{collection.name}": ("vectorial", collection) for collection in COLLECTIONS},
}


@dataclass(frozen=True)
class SnapshotIOManager(dg.IOManager):
    """Writes and reads the tables of the raw and vectorial stages as snapshots."""

    files: Snapshots

    def handle_output(self, context: dg.OutputContext, obj: pd.DataFrame | None) -> None:
        """Keeps a good table. None says that the source is absent: nothing is written, nothing is forgotten."""
        if obj is None:
            return
        run = context.step_context.dagster_run
        night = self.files.nights.of_run(run.run_id, *asker(run))
        key = self.files.write(*_ASSETS[context.asset_key.path[-1]], obj, night.stamp)
        where = f"{self.files.bucket.where}/{key}"
        context.add_output_metadata(
            {"snapshot": key, "night": night.stamp, "where": where, "dagster/row_count": len(obj)}
        )

    def load_input(self, context: dg.InputContext) -> StoredTable | None:
        """The newest snapshot of the upstream asset, or None when there has never been one.

        The reader says in its own report which one it read. Raises `PermanentFailure` MUT-DATA-020 where this run wrote
        one under a clock that is behind.
        """
        own = self.files.nights.stamp_of(context.step_context.run_id)
        return self.files.newest(*_ASSETS[context.asset_key.path[-1]], own=own)
