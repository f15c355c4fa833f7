"""A server that somebody calls: what was asked of it, and how it answers."""

import threading
from collections.abc import Mapping

from mut_assets_tests.fakes.faults import HangUp
from mut_assets_tests.fakes.loopback import Loopback, encoded


class Listener(Loopback):
    """Answers every call with `answer`; None: not until it is `over`."""

    def __init__(self, status: int = 200) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.answer: bytes | None = encoded(status, {}, b"OK")
        self.over = threading.Event()

    def respond(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        self.asked.append(f"{method} {path}")
        if self.answer is None:
            self.over.wait(90)
            raise HangUp
        return self.answer
