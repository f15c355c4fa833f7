"""The clock: the instant in UTC and the day in Santiago. Read inside a run, never when definitions load.

`MUT_TODAY` moves the day for tests and rehearsals; it never moves `now()`, which stamps what was really written.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from mut_assets.domain.market import MARKET
from mut_assets.resources.failures import BadSetting

MARKET_ZONE = ZoneInfo(MARKET.time_zone)


@dataclass(frozen=True)
class Clock:
    """Gives the time of the machine and the day of the market.

    `read_today` is asked each time `today()` is, so that a long-lived process follows the calendar.
    """

    read_today: Callable[[], str | None] = field(default=lambda: None)

    def now(self) -> datetime:
        """Returns the current instant, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """Returns the day in Santiago, or the day in `MUT_TODAY`; raises `BadSetting` when that is no ISO date."""
        text = (self.read_today() or "").strip()
        if not text:
            return self.now().astimezone(MARKET_ZONE).date()
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise BadSetting("MUT_TODAY", text, "an ISO date such as 2025-10-01, or leave it unset") from None
