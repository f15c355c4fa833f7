"""What was last seen to be served: `state/served.json`.

What belongs here: keeping one proof in the bucket, for the terminal, alerts, and the next proof, which is compared with
it. What does not: what a proof says (`domain/plans/serving.py`).
"""

import json
from dataclasses import asdict, dataclass, fields

from mut_assets.domain.plans.serving import Proof
from mut_assets.resources.bucket.object_store import Bucket

SERVED = "state/served.json"
FORMAT = 1


@dataclass(frozen=True)
class ServedRecord:
    """Keeps the last proof."""

    bucket: Bucket

    def keep(self, proof: Proof) -> None:
        """Replaces the record."""
        content = {"format": FORMAT, **asdict(proof)}
        self.bucket.put(SERVED, json.dumps(content, ensure_ascii=False, indent=1).encode())

    def last(self) -> Proof | None:
        """The last proof; None when there was none, or its record cannot be read: then nothing is proved."""
        try:
            content = json.loads(self.bucket.get(SERVED))
            known = {one.name: content[one.name] for one in fields(Proof) if one.name in content}
            lists = {name: tuple(value) for name, value in known.items() if isinstance(value, list)}
            proof = Proof(**{**known, **lists})
        except (KeyError, ValueError, TypeError):
            return None
        return proof if _as_it_was(proof) else None


def _as_it_was(proof: Proof) -> bool:
    """Whether every field has the type that it was written with."""
    whole = all(type(value) is type(getattr(_EMPTY, name)) for name, value in vars(proof).items())
    return (
        whole
        and all(isinstance(count, int) for count in proof.unread.values())
        and all(isinstance(text, str) for value in vars(proof).values() if isinstance(value, tuple) for text in value)
    )


_EMPTY = Proof("", "", "", 0, 0, {})
