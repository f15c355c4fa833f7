"""One finding of an examination, and the fixes that can be pasted: IAM statements and commands.

What belongs here: the shape, and how a failure of a door becomes a finding. What does not: looking (the neighbours),
the order and printing (`doctor.py`).
"""

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mut_assets.resources.failures import DENIED, Failure

Status = Literal["ok", "warning", "error", "skipped"]


@dataclass(frozen=True)
class Finding:
    """What was found at one hop. `fix` has one line per thing to do: a sentence, a statement, a variable, a command.

    `code` is the one that a run would fail with, where there is one.
    """

    name: str
    status: Status
    found: str
    fix: str = ""
    code: str = ""


def ok(name: str, found: str) -> Finding:
    """A finding with nothing to do."""
    return Finding(name, "ok", found)


def skipped(name: str, why: str, *fix: str) -> Finding:
    """A hop that was not examined: it is not configured, or an earlier one failed."""
    return Finding(name, "skipped", why, _lines(fix))


def warning(name: str, found: str, *fix: str) -> Finding:
    """A finding that somebody should know of; a night would succeed."""
    return Finding(name, "warning", found, _lines(fix))


def error(name: str, found: str, *fix: str) -> Finding:
    """A finding with which a night would fail."""
    return Finding(name, "error", found, _lines(fix))


def failed(name: str, failure: Failure, *fix: str, warn: bool = False) -> Finding:
    """The finding for a failure of a door, with its message and code; the lines of `fix` follow its advice."""
    return Finding(name, "warning" if warn else "error", failure.what, _lines((advice(failure), *fix)), failure.code)


def mended(name: str, failure: Failure, *fix: str) -> Finding:
    """The error for a failure whose own advice gives way to a more exact `fix`."""
    return Finding(name, "error", failure.what, _lines(fix), failure.code)


def advice(failure: Failure) -> str:
    """A failure's advice, where nobody tries anything again."""
    return failure.advice.replace("It is tried again", "Examine it again", 1)


def rights(failure: Failure, resource: str, *actions: str) -> tuple[str, ...]:
    """The statement that allows `actions` on `resource`, where the failure is that they are denied."""
    return (statement(actions, resource),) if failure.code in DENIED else ()


def statement(actions: Sequence[str], *resources: str) -> str:
    """An IAM statement on one line, to be added to the policy of the role in use."""
    return json.dumps({"Effect": "Allow", "Action": list(actions), "Resource": list(resources)})


def command(*words: str) -> str:
    """A command to be pasted into a shell."""
    return shlex.join(words)


def listed(names: Sequence[str], most: int = 5) -> str:
    """Joins the first `most` names, and says how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _lines(parts: Sequence[str]) -> str:
    return "\n".join(part for part in parts if part)
