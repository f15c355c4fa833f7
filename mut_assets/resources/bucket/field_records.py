"""The fields that the items of a collection had in the last accepted night: `state/fields/tiendas.json`.

What belongs here: keeping them, and those of a night that was kept back, until somebody approves them. What does not:
what changed in them (`domain/tables/drift.py`). Lost, the next night is the one that later ones are compared with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial

from mut_assets.domain.collections import COLLECTIONS, Collection
from mut_assets.domain.tables.fields import Reading
from mut_assets.resources.bucket import records
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.ports import Log, silent

PREFIX = "state/fields/"


@dataclass(frozen=True)
class KeptFields:
    """What is compared with. `bundled`: it is of the bundled site, which says nothing of a real one."""

    bundled: bool = False
    accepted: Reading = field(default_factory=Reading)
    refused: Reading = field(default_factory=Reading)
    """Those of the last night that was kept back for them."""
    id: str = ""
    """What an approval of `refused` names; "" where nothing waits."""
    lines: tuple[str, ...] = ()
    """What changed in `refused`, for the person who is asked."""


_SHAPE = partial(records.shaped, KeptFields)


@dataclass(frozen=True)
class FieldRecords:
    """Remembers the fields of each collection."""

    bucket: Bucket

    def read(self, collection: Collection) -> KeptFields | None:
        """What is kept; None where there is nothing. Raises what `records.read` raises."""
        return records.read(self.bucket, _key(collection), _SHAPE)

    def last(self, collection: Collection, bundled: bool, warn: Log) -> KeptFields:
        """What is compared with; nothing where nothing is kept of this kind of site, or what is cannot be read.

        Raises `PermanentFailure` MUT-STATE-001 for a record of a newer format.
        """
        kept = records.readable(self.bucket, _key(collection), _SHAPE, warn)
        return kept if kept and kept.bundled == bundled else KeptFields(bundled)

    def accept(self, collection: Collection, kept: KeptFields, reading: Reading) -> None:
        """Compares later nights with these; writes nothing where they are those that are kept."""
        self._keep(collection, kept, KeptFields(kept.bundled, reading))

    def refuse(self, collection: Collection, kept: KeptFields, reading: Reading, id: str, lines: Sequence[str]) -> None:
        """Goes on comparing with the same, and keeps these for an approval."""
        self._keep(collection, kept, replace(kept, refused=reading, id=id, lines=tuple(lines)))

    def waiting(self) -> Mapping[str, tuple[Collection, KeptFields]]:
        """Whose fields wait for an approval, by its id. Raises MUT-STATE-001 for a record of a newer format."""
        found = {}
        for collection in COLLECTIONS:
            kept = None if collection.hand_kept else records.readable(self.bucket, _key(collection), _SHAPE, silent)
            if kept and kept.id:
                found[kept.id] = (collection, kept)
        return found

    def _keep(self, collection: Collection, kept: KeptFields, new: KeptFields) -> None:
        if new != kept:
            self.bucket.put(_key(collection), records.as_bytes({**records.NAMED, **asdict(new)}))


def _key(collection: Collection) -> str:
    return f"{PREFIX}{collection.name}.json"
