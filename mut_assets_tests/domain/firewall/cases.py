"""The corpus: texts that must not reach the assistant, and texts that only look like them.

It was written before the rules. Which half a text is in says its hash: the open one was read while the rules were
written, the sealed one was only counted until they were done.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mut_assets.domain.firewall.firewall import faults

OPEN, SEALED = HALVES = ("open", "sealed")
_CORPUS = Path(__file__).parent / "corpus"


@dataclass(frozen=True)
class Case:
    """One text, where it would stand, and whose it is (`own`)."""

    kind: str
    where: str
    language: str
    text: str
    own: str = ""

    @property
    def half(self) -> str:
        """The half of the corpus it is in."""
        return HALVES[hashlib.sha256(self.text.encode()).digest()[0] % 2]

    @property
    def is_hit(self) -> bool:
        """Whether the firewall finds anything in it."""
        return bool(faults({self.where: self.text}, self.own))


def corpus(name: str) -> list[Case]:
    """`poisoned` or `benign`, in the file's order."""
    return list(_read(_CORPUS / f"{name}.jsonl"))


def _read(path: Path) -> Iterator[Case]:
    for line in path.read_text(encoding="utf-8").splitlines():
        yield Case(**json.loads(line))


def tally(cases: Sequence[Case], *, hit: bool) -> Mapping[str, tuple[int, int]]:
    """By kind, how many of how many were hit or not."""
    of = Counter(case.kind for case in cases)
    such = Counter(case.kind for case in cases if case.is_hit is hit)
    return {kind: (such[kind], count) for kind, count in sorted(of.items())}
