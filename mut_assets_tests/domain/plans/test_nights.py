"""Tables without a record, as the nights that they probably were."""

import pytest

from mut_assets.domain.plans.nights import grouped

DAY = "20241103_"


@pytest.mark.parametrize(
    ("tables", "nights"),
    [
        ("", []),
        ("030000e 030002t 030400r", ["030000e 030002t 030400r"]),
        ("030000e 030002t 031703t", ["030000e 030002t", "031703t"]),
        # Two nights closely one after the other: the widest gap parts them, not the first repetition.
        ("145801e 145803t 150106e 150109t", ["145801e 145803t", "150106e 150109t"]),
        # A selection of shops, and the whole night after it.
        ("145800t 150106e 150109t", ["145800t", "150106e 150109t"]),
        ("030000e 030000t 030001e 030001t", ["030000e 030000t", "030001e 030001t"]),
    ],
)
def test_tables_that_follow_each_other_closely_are_one_night_until_one_comes_again(
    tables: str, nights: list[str]
) -> None:
    def read(text: str) -> list[tuple[str, str]]:
        return [(f"{DAY}{word[:6]}", word[6:]) for word in text.split()]

    assert grouped(read(tables)) == [read(night) for night in nights]


def test_years_of_nights_are_grouped() -> None:
    stamps = [f"20{year}{month:02}{day:02}_0300{table:02}" for year in range(20, 26) for month in range(1, 13)
              for day in range(1, 29) for table in range(8)]  # fmt: skip
    assert len(grouped([(stamp, stamp[-2:]) for stamp in stamps])) == 6 * 12 * 28
