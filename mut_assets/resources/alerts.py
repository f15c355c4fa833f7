"""Where people are told that something is wrong: the log of the daemon.

What belongs here: handing a message over. What does not: deciding when to speak and what to say (`automation.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Alerts:
    """Hands messages to whoever listens. Without a topic configured, the log is all there is."""

    def announce(self, subject: str, message: str, log: Callable[[str], None]) -> None:
        """Says it once, whole: subject first, then the message line by line."""
        log(f"{subject}\n{message}")
