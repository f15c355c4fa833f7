"""`mut approve`, of a collection that was kept back for its fields: what the site no longer says is not missed.

What belongs here: showing it and asking. What does not: what keeps a collection back (`domain/tables/drift.py`).
"""

from rich.console import Console
from rich.markup import escape

from mut_assets.domain.collections import Collection
from mut_assets.operations.asking import confirmed
from mut_assets.resources.bucket.field_records import FieldRecords, KeptFields


def accept(records: FieldRecords, waiting: tuple[Collection, KeptFields], yes: bool, console: Console) -> bool:
    """Shows what changed, asks, and compares later nights with it; False when it was not meant.

    Raises MUT-RUN-011 where nobody can be asked and `yes` was not given.
    """
    collection, kept = waiting
    for line in kept.lines:
        console.print(escape(f"{collection.name}: {line}"), soft_wrap=True, highlight=False)
    if not confirmed(yes, "Is this meant?"):
        return False
    records.accept(collection, kept, kept.refused)
    console.print(
        f"The fields of {collection.name} are taken as they are now. Materialize raw_{collection.name}, or run the "
        "night again with `mut run`; its guard still looks at what that changes.",
        soft_wrap=True,
        highlight=False,
    )
    return True
