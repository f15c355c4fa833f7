"""The day is Santiago's, or the one that was set for a rehearsal; the instant is always the machine's."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mut_assets.resources.clock import Clock
from mut_assets.resources.failures import BadSetting
from mut_assets_tests.resources.plaza import Stopped


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 1, 15, 2, 59, tzinfo=UTC), date(2026, 1, 14)),  # summer time, UTC-3
        (datetime(2026, 1, 15, 3, 0, tzinfo=UTC), date(2026, 1, 15)),
        (datetime(2026, 7, 15, 3, 59, tzinfo=UTC), date(2026, 7, 14)),  # UTC-4
        (datetime(2026, 7, 15, 4, 0, tzinfo=UTC), date(2026, 7, 15)),
    ],
)
@pytest.mark.parametrize("setting", [None, "", "  "])
def test_a_day_begins_at_midnight_in_santiago(instant: datetime, day: date, setting: str | None) -> None:
    assert Stopped(lambda: setting, instant).today() == day


def test_the_setting_is_read_each_time_and_never_moves_the_instant() -> None:
    settings = iter([" 2025-10-01 ", "2025-10-02"])
    clock = Clock(lambda: next(settings))
    assert [clock.today(), clock.today()] == [date(2025, 10, 1), date(2025, 10, 2)]
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1) and clock.now().tzinfo is UTC


@pytest.mark.parametrize("setting", ["mañana", "01-10-2025", "2025-02-30"])
def test_a_day_that_is_none_is_refused_by_the_name_of_its_variable(setting: str) -> None:
    with pytest.raises(BadSetting, match=f"MUT-ENV-001: MUT_TODAY is '{setting}'"):
        Clock(lambda: setting).today()
