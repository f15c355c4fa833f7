"""The clock time of the nightly run: a setting, read without Dagster.

What belongs here: the time of day and the limits that follow from it. What does not: the schedule, the freshness
policy and the jobs that are made from it (`automation.py`).
"""

import re
from dataclasses import dataclass
from datetime import time

from mut_assets.domain.market import MARKET
from mut_assets.resources.failures import BadSetting

TIMEZONE = MARKET.time_zone
MORNING = time(8)
"""When, in Santiago, people are told of what can wait for them."""


@dataclass(frozen=True)
class Timetable:
    """When the night's work starts, and how long it may take in all. `cron` is `minute hour * * *` in Santiago."""

    cron: str = "0 0 * * *"
    timeout_minutes: float = 60

    def deadline(self) -> str:
        """The cron expression two hours later. Raises `BadSetting` unless `cron` is one time of every day."""
        parts = self.cron.split()
        daily = re.fullmatch(r"[0-9]{1,2} [0-9]{1,2} \* \* \*", " ".join(parts))
        if not daily or int(parts[0]) > 59 or int(parts[1]) > 23:
            raise BadSetting("DAILY_CRON", self.cron, "one time of every day, such as '0 0 * * *' for midnight")
        return f"{int(parts[0])} {(int(parts[1]) + 2) % 24} * * *"
