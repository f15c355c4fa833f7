"""How a reader's work grows with a text: the CPU time of a text four times as long, as a ratio.

What belongs here: the ratio for each reader of the text that is worst for it. What does not: which texts and readers
(`mut_assets_tests/domain`). Linear is 4, and the square 16.
"""

import statistics
import time
from collections.abc import Callable, Iterator

from mut_assets.domain.pages.blocks import pieces
from mut_assets.domain.pages.words import key, words
from mut_assets_tests.domain.awkward import awkward
from mut_assets_tests.domain.test_long_texts import READERS

LENGTH = 50_000
WANTED = 6
REPEATS = 3
_TOO_SHORT = 0.02
"""CPU seconds: what takes less of the longer text says nothing of how it grows."""


def growth() -> Iterator[tuple[str, tuple[float, float, float], str]]:
    """For each reader what grows most: the text, and the median, least and most of its ratios."""
    short, long = dict(awkward(LENGTH)), dict(awkward(4 * LENGTH))
    for reader, read in READERS.items():
        ratios = {what: _ratios(read, text, long[what]) for what, text in short.items()}
        what = max(ratios, key=lambda name: statistics.median(ratios[name]))
        of_worst = ratios[what]
        figures = (statistics.median(of_worst), min(of_worst), max(of_worst))
        yield f"{reader}: four times as much of {what}", figures, f"at most {WANTED}"


def _ratios(read: Callable[[str], object], short: str, long: str) -> list[float]:
    first = _cpu(read, long)
    if first < _TOO_SHORT:
        return [0.0]
    return [first / _cpu(read, short), *(_cpu(read, long) / _cpu(read, short) for _ in range(REPEATS - 1))]


def _cpu(read: Callable[[str], object], text: str) -> float:
    for remembering in (key, pieces, words):
        remembering.cache_clear()
    started = time.process_time()
    read(text)
    return time.process_time() - started
