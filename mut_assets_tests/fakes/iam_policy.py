"""IAM policies, as far as those of `deploy/iam` go: which statement allows a call, and which none.

    policy = Policy(json.loads(text))
    policy.allows("s3:GetObject", "arn:aws:s3:::mercado/raw/tiendas.csv", {"aws:ResourceAccount": "111122223333"})

What belongs here: Allow and Deny, wildcards, and the two condition operators those policies use; anything else is an
error, never a guess. What does not: roles, other people's policies, what a service calls by which name.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

Context = Mapping[str, str]


@dataclass(frozen=True)
class Grant:
    """One action on one resource pattern, as one statement allows or denies it."""

    sid: str
    effect: str
    action: str
    resource: str
    conditions: tuple[tuple[str, str, str], ...] = ()
    """Operator, key, value; all of them have to hold."""

    def covers(self, action: str, resource: str, context: Context) -> bool:
        """Whether it speaks of this call. Actions are the same in either case; resources are not."""
        named = matches(self.action.lower(), action.lower()) and matches(self.resource, resource)
        return named and all(_holds(*condition, context) for condition in self.conditions)


class Policy:
    """A policy document. ValueError for a part of the language that is not known here."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        if document.get("Version") != "2012-10-17" or document.keys() != {"Version", "Statement"}:
            raise ValueError(f"not a policy of version 2012-10-17: {sorted(document)}")
        self.grants = [grant for statement in document["Statement"] for grant in _grants(statement)]

    def allows(self, action: str, resource: str, context: Context) -> list[Grant]:
        """The grants that allow a call; none where nothing does, or something denies it."""
        found = [grant for grant in self.grants if grant.covers(action, resource, context)]
        return [] if any(grant.effect == "Deny" for grant in found) else found

    @property
    def allowed(self) -> list[Grant]:
        """Everything that is allowed somewhere."""
        return [grant for grant in self.grants if grant.effect == "Allow"]


def matches(pattern: str, text: str) -> bool:
    """IAM's wildcards: `*` is any text, slashes and colons too, `?` one character; nothing else is special."""
    return _pattern(pattern).fullmatch(text) is not None


@cache
def _pattern(text: str) -> re.Pattern[str]:
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(character, re.escape(character)) for character in text), re.DOTALL)


def _grants(statement: Mapping[str, Any]) -> Iterator[Grant]:
    strange = statement.keys() - {"Sid", "Effect", "Action", "Resource", "Condition"}
    if strange or statement["Effect"] not in ("Allow", "Deny"):
        raise ValueError(f"{statement.get('Sid')}: {sorted(strange)} is not known here")
    written = statement.get("Condition", {}).items()
    conditions = tuple((operator, key, value) for operator, keys in written for key, value in keys.items())
    for operator, key, value in conditions:
        if operator not in ("StringEquals", "ArnLike") or not isinstance(value, str):
            raise ValueError(f"{statement.get('Sid')}: the condition {operator} {key} is not known here")
    for action in _listed(statement["Action"]):
        for resource in _listed(statement["Resource"]):
            yield Grant(statement["Sid"], statement["Effect"], action, resource, conditions)


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _holds(operator: str, key: str, value: str, context: Context) -> bool:
    """A key that the call does not have makes the condition false, as IAM says."""
    had = {name.lower(): text for name, text in context.items()}.get(key.lower())
    return had is not None and (matches(value, had) if operator == "ArnLike" else had == value)
