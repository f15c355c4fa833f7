"""How long suites tell what they find while they run: a line at once, and the shares at the end.

Lines are printed, which `-s` shows, and added to the file that `TALLY` names, whichever process they come from.
"""

import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Tally:
    """What was counted so far, by word."""

    suite: str
    counts: Counter[str] = field(default_factory=Counter)

    def tell(self, line: str, *counted: str) -> None:
        """Says a line now, and counts these words."""
        self.counts.update(counted)
        self._say(line)

    def end(self) -> None:
        """Says the shares."""
        self._say(", ".join(f"{word}: {count}" for word, count in self.counts.most_common()))

    def _say(self, line: str) -> None:
        said = f"{self.suite}: {line}"
        print(said, flush=True)
        if name := os.environ.get("TALLY"):
            with Path(name).open("a", encoding="utf-8") as file:
                file.write(f"{said}\n")
