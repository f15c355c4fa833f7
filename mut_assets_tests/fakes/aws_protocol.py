"""The wire of AWS's REST-JSON services, read from botocore's own service models.

What belongs here: which operation a request is for, its parameters, what is wrong with a value by its shape, and how
an answer is written. What does not: servers, state, and what any service does.

botocore itself looks only at what is required or unknown, at types and at minimal lengths. The service looks at
everything its model states, and so does `violations`: maximal lengths, patterns, enumerations and unions too.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote

import botocore.session
from botocore.model import OperationModel, ServiceModel, Shape

Parameters = dict[str, Any]


class ServiceError(Exception):
    """What the service would refuse a call with."""

    def __init__(self, code: str, status: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.status, self.message = code, status, message


@dataclass(frozen=True)
class Operation:
    """One operation of a service, and the path that leads to it: `("agents", "{agentId}")`."""

    service: str
    name: str
    model: OperationModel = field(repr=False, compare=False)

    @property
    def segments(self) -> tuple[str, ...]:
        """The parts of the path; those in braces are parameters."""
        return tuple(self.model.http["requestUri"].strip("/").split("/"))


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


@cache
def service_model(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(service)


@cache
def operation(service: str, name: str) -> Operation:
    return Operation(service, name, service_model(service).operation_model(name))


@cache
def _routes(services: tuple[str, ...]) -> dict[tuple[str, int], list[Operation]]:
    routes: dict[tuple[str, int], list[Operation]] = {}
    for service in services:
        for name in service_model(service).operation_names:
            found = operation(service, name)
            routes.setdefault((found.model.http["method"], len(found.segments)), []).append(found)
    for candidates in routes.values():  # a path spelt out goes before one with a parameter in the same place
        candidates.sort(key=lambda candidate: [segment.startswith("{") for segment in candidate.segments])
    return routes


def route(services: tuple[str, ...], method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """The operation behind a method and path, with the parameters that the path holds; None: no service has it.

    At AWS each service has a host of its own. Here, where two have the same path, the one named first gets it.
    """
    parts = path.strip("/").split("/")
    for candidate in _routes(services).get((method, len(parts)), []):
        named: dict[str, str] = {}
        for segment, part in zip(candidate.segments, parts, strict=True):
            if segment.startswith("{"):
                named[segment.strip("{+}")] = unquote(part)
            elif segment != part:
                break
        else:
            return candidate, named
    return None


def parameters(
    found: Operation, named: Mapping[str, str], query: str, headers: Mapping[str, str], body: bytes
) -> tuple[Parameters, list[str]]:
    """What the caller asked for, by the names of the model, and what is wrong with it."""
    shape = found.model.input_shape
    asked: Parameters = {}
    wrong: list[str] = []
    lowered = {name.lower(): value for name, value in headers.items()}
    for member, inner in (shape.members if shape else {}).items():
        place, name = inner.serialization.get("location"), inner.serialization.get("name", member)
        if place == "uri":
            asked[member] = named[name]
        elif place == "header" and name.lower() in lowered:
            asked[member] = lowered[name.lower()]
    wrong += [f"{name}: no operation that is imitated has a query" for name in parse_qs(query, keep_blank_values=True)]
    payload = shape.serialization.get("payload") if shape else None
    if payload:
        asked[payload] = body
    elif body:
        try:
            sent = json.loads(body)
        except ValueError as error:
            return asked, [*wrong, f"body: not JSON ({error})"]
        if not isinstance(sent, dict):
            return asked, [*wrong, "body: must be an object"]
        wrong += [f"{name}: does not belong in the body" for name in sent if name in asked]
        asked = sent | asked
    return asked, wrong + (violations(shape, asked) if shape else [])


def answer(found: Operation, value: Mapping[str, Any]) -> tuple[Answer, list[str]]:
    """An answer as it goes over the wire, and where it breaks the model."""
    shape = found.model.output_shape
    wrong = violations(shape, value) if shape else [f"{name}: nothing is answered" for name in value]
    headers, body = {"Content-Type": "application/json"}, dict(value)
    for member, inner in (shape.members if shape else {}).items():
        if inner.serialization.get("location") == "header" and member in body:
            headers[inner.serialization["name"]] = str(body.pop(member))
    streamed = shape.serialization.get("payload") if shape else None
    payload = body.get(streamed, b"") if streamed else json.dumps(body, default=_timestamp).encode()
    return Answer(found.model.http.get("responseCode", 200), headers, payload), wrong


def error_answer(code: str, status: int, message: str, headers: Mapping[str, str] | None = None) -> Answer:
    """A refusal: the code in a header, the text in the body."""
    named = {"Content-Type": "application/json", "x-amzn-ErrorType": code}
    return Answer(status, {**named, **(headers or {})}, json.dumps({"message": message}).encode())


def unknown_error(found: Operation, error: ServiceError) -> str:
    """What is wrong when an operation refuses in a way its model does not know; "" when it may."""
    for shape in found.model.error_shapes:
        if shape.name == error.code:
            status = shape.metadata["error"]["httpStatusCode"]
            return "" if status == error.status else f"{error.code} has status {status}, not {error.status}"
    return f"{error.code} is no error of this operation"


def _timestamp(value: Any) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"cannot be written as JSON: {value!r}")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def violations(shape: Shape, value: Any, at: str = "") -> list[str]:
    """Everything in which a value breaks its shape; [] when nothing does."""
    if getattr(shape, "is_document_type", False):
        return []
    kind = shape.type_name
    expected = _TYPES.get(kind)
    fits = expected is not None and isinstance(value, expected) and (kind == "boolean" or not isinstance(value, bool))
    if not fits:
        return [f"{at or 'the whole'}: must be {kind}, is {type(value).__name__}"]
    if kind == "structure":
        return _structure_violations(shape, value, at)
    wrong = _size_violations(shape, value, at)
    if kind == "string":
        wrong += _text_violations(shape, value, at)
    elif kind == "list":
        for index, item in enumerate(value):
            wrong += violations(shape.member, item, f"{at}[{index}]")
    elif kind == "map":
        for name, item in value.items():
            wrong += violations(shape.key, name, f"{at}.{name}") + violations(shape.value, item, f"{at}.{name}")
    return wrong


_TYPES: dict[str, type | tuple[type, ...]] = {
    "structure": Mapping,
    "map": Mapping,
    "list": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
    "timestamp": datetime,
    "blob": bytes,
}


def _structure_violations(shape: Any, value: Mapping[str, Any], at: str) -> list[str]:
    prefix = f"{at}." if at else ""
    wrong = [f"{prefix}{name}: required" for name in shape.required_members if name not in value]
    for name, item in value.items():
        if name in shape.members:
            wrong += violations(shape.members[name], item, f"{prefix}{name}")
        else:
            wrong.append(f"{prefix}{name}: unknown")
    if getattr(shape, "is_tagged_union", False) and len(value) != 1:
        wrong.append(f"{at or 'the whole'}: exactly one of {', '.join(shape.members)}")
    return wrong


def _size_violations(shape: Shape, value: Any, at: str) -> list[str]:
    if shape.type_name in ("boolean", "timestamp"):
        return []
    at, size = at or "the whole", value if isinstance(value, (int, float)) else len(value)
    if not math.isfinite(size):
        return [f"{at}: not a finite number"]
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    named = "value" if isinstance(value, (int, float)) else "length"
    wrong = [f"{at}: {named} {size} below {least}"] if least is not None and size < least else []
    return [*wrong, f"{at}: {named} {size} above {most}"] if most is not None and size > most else wrong


def _text_violations(shape: Any, value: str, at: str) -> list[str]:
    at = at or "the whole"
    wrong = [f"{at}: {value!r} is none of {shape.enum}"] if shape.enum and value not in shape.enum else []
    pattern = _pattern(shape.metadata.get("pattern", ""))
    if pattern and not pattern.fullmatch(value):
        wrong.append(f"{at}: {value!r} does not satisfy the pattern {pattern.pattern}")
    return wrong


@cache
def _pattern(text: str) -> re.Pattern[str] | None:
    if not text or r"\p{" in text.lower():  # Unicode classes are spelt as in Java: none of those is ours
        return None
    return re.compile(text, re.DOTALL if text == ".*" else 0)
