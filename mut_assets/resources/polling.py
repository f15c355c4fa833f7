"""Waiting for a service that has to be asked: soon at first, then less and less often, and never for ever.

What belongs here: when to look again. What does not: what is looked at (`bedrock/knowledge_base.py`, `agent.py`).
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

FIRST_SECONDS = 1.0
GROWTH = 1.5


@dataclass(frozen=True)
class Polling:
    """Looks at once, after `FIRST_SECONDS`, then at growing distances up to `poll_seconds`, until `deadline_seconds`.

    `sleep` is handed in, so that a test waits for nothing: what was asked of it counts as time that passed.
    """

    poll_seconds: float
    deadline_seconds: float
    sleep: Callable[[float], None] = time.sleep

    def attempts(self) -> Iterator[float]:
        """Yields the seconds waited so far, once per look; ends after a last look at the deadline."""
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
