"""What the doubles of the cloud services share: how they note a call and how a test breaks one.

A double keeps its `Call`s in order and asks its `faults` about each, one call at a time: the first that gives a
`Fault` decides. Anything that knows a particular service is elsewhere.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Call:
    """One request as a double received it: `Call("bedrock-agent", "StartIngestionJob", {"knowledgeBaseId": …})`."""

    service: str
    operation: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a call; the fields combine.

    `status` (with `code`, `message`, `headers`) answers an error instead of doing what was asked; `lost` does it and
    then closes the connection without an answer. None of them: the call goes through.
    """

    code: str = ""
    status: int = 0
    message: str = ""
    lost: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


class HangUp(Exception):
    """Raised inside a double: the connection closes without an answer."""


FaultRule = Callable[[Call], Fault | None]


def error(code: str, status: int, message: str = "", headers: Mapping[str, str] | None = None) -> Fault:
    """An error answer before anything happened: `error("ThrottlingException", 429)`."""
    return Fault(code, status, message or f"Injected by a test: {code}", headers=headers or {})


def lost_answer() -> Fault:
    """What was asked is done, and the caller never learns it: the connection is closed."""
    return Fault(lost=True)


def on(operations: str | Collection[str], fault: Fault, times: int | None = 1, after: int = 0) -> FaultRule:
    """A rule for `faults`: these operations meet this fault `times` times (None: always), after `after` good ones."""
    names = {operations} if isinstance(operations, str) else set(operations)
    seen = 0

    def rule(call: Call) -> Fault | None:
        nonlocal seen
        if call.operation not in names:
            return None
        seen += 1
        return fault if seen > after and (times is None or seen <= after + times) else None

    return rule
