"""What a night left behind, as it is judged: how its runs ended, what lies there, what is served, what was paid."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from mut_assets.domain.collections import Collection
from mut_assets.domain.plans.outcome import Publication
from mut_assets_tests.chaos.market import Files, Truth

_CODE = re.compile(r"MUT-[A-Z0-9]+-\d{3}")


@dataclass(frozen=True)
class Run:
    """How a run ended: what each failed step said."""

    id: str
    failed: Mapping[str, str]


@dataclass(frozen=True)
class Left:
    """What a night left: how its runs ended, the objects, what each published text is answered with, what was paid.

    `publication` is None where the night published nothing. `instants` are the truths of the night by collection.
    """

    runs: Sequence[Run]
    files: Files
    served: Mapping[str, str]
    publication: Publication | None
    instants: Mapping[Collection, Sequence[Truth]]
    paid: "Paid"
    day: date
    """Which day it was by the platform's clock."""

    @property
    def green(self) -> bool:
        return not self.runs[0].failed

    @property
    def said(self) -> str:
        return "\n".join(f"{step}: {what}" for run in self.runs for step, what in run.failed.items())

    @property
    def codes(self) -> list[str]:
        return sorted(set(_CODE.findall(self.said)))


@dataclass
class Paid:
    """What one night wrote and bought. `again` are documents that were written as they were."""

    written: set[str] = field(default_factory=set)
    again: list[str] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    """The folders that were ingested."""
    texts: list[str] = field(default_factory=list)
    """The bodies of what was embedded."""


NOTHING = Left([], {}, {}, None, {}, Paid(), date.min)
"""What is there before the first night."""
