"""Polling: asks a service again after a second at first, then less and less often, until a deadline.

What belongs here: when to ask again. What does not: what is asked (`bedrock/running_jobs.py`, `bedrock/agent.py`).
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

FIRST_SECONDS = 1.0
GROWTH = 1.5


@dataclass(frozen=True)
class Polling:
    """Asks at once, after `FIRST_SECONDS`, then at intervals growing to `poll_seconds`, until `deadline_seconds`.

    `sleep` is handed in, so that a test does not wait: the seconds asked of it count as elapsed.
    """

    poll_seconds: float
    deadline_seconds: float
    sleep: Callable[[float], None] = time.sleep

    def attempts(self) -> Iterator[float]:
        """Yields the seconds waited so far, once per attempt; the last attempt is at the deadline."""
        began, slept, pause = time.monotonic(), 0.0, min(FIRST_SECONDS, self.poll_seconds)
        while True:
            waited = max(slept, time.monotonic() - began)
            yield waited
            left = self.deadline_seconds - max(slept, time.monotonic() - began)
            if left <= 0:
                return
            self.sleep(min(pause, left))
            slept += min(pause, left)
            pause = min(pause * GROWTH, self.poll_seconds)
