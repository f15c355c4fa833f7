"""One finding of an examination, and the fixes that can be pasted: IAM statements and commands.

What belongs here: the shape, and how a failure of a door becomes a finding. What does not: looking (the neighbours),
the order of the examinations and printing (`operations/doctor/doctor.py`).
"""

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mut_assets.resources.failures import Failure

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
    # Nobody tries anything again here.
    advice = failure.advice.replace("It is tried again", "Examine it again", 1)
    return Finding(name, "warning" if warn else "error", failure.what, _lines((advice, *fix)), failure.code)


def statement(actions: Sequence[str], *resources: str) -> str:
    """An IAM statement on one line, to be added to the policy of the role in use."""
    return json.dumps({"Effect": "Allow", "Action": list(actions), "Resource": list(resources)})


def command(*words: str, region: str = "") -> str:
    """A command to be pasted into a shell; for `aws`, with its region where it is known."""
    return shlex.join([*words, "--region", region] if region else words)


def listed(names: Sequence[str], most: int = 5) -> str:
    """Joins the first `most` names, and says how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _lines(parts: Sequence[str]) -> str:
    return "\n".join(part for part in parts if part)
