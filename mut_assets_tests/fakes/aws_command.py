"""Commands of the AWS CLI as the platform prints them, read and checked without the CLI.

    service, operation, parameters = parsed("aws bedrock-agent list-data-sources --knowledge-base-id KB00000001")

What belongs here: the part of the CLI's grammar that printed commands use: `--option value …`, JSON for structures,
options of the CLI itself. What does not: its shorthand (`key=value`), files, pipes, services with commands of their
own (`aws s3`).
"""

import json
import shlex
from typing import Any

from botocore import xform_name
from botocore.model import Shape

from mut_assets_tests.fakes import aws_protocol
from mut_assets_tests.fakes.aws_protocol import Operation, Parameters

OF_THE_CLI = ("region", "profile", "output", "query")


def parsed(command: str) -> tuple[Operation, Parameters]:
    """What a command would call, and with what; ValueError says why the CLI or the service would not take it."""
    program, service, name, *rest = shlex.split(command.replace("\\\n", " "))  # shlex knows no continued lines
    if program != "aws":
        raise ValueError(f"not a command of the AWS CLI: {command}")
    known = {xform_name(each, "-"): each for each in aws_protocol.service_model(service).operation_names}
    if name not in known:
        raise ValueError(f"aws {service} has no command {name}")
    operation = aws_protocol.operation(service, known[name])
    shape = operation.model.input_shape
    members = {xform_name(member, "-"): member for member in shape.members}
    parameters: Parameters = {}
    for option, values in _options(rest):
        if option in OF_THE_CLI:
            continue
        if option not in members:
            raise ValueError(f"aws {service} {name} has no option --{option}")
        parameters[members[option]] = _value(shape.members[members[option]], option, values)
    wrong = aws_protocol.violations(shape, parameters)
    if wrong:
        raise ValueError(f"aws {service} {name}: {'; '.join(wrong)}")
    return operation, parameters


def _options(words: list[str]) -> list[tuple[str, list[str]]]:
    options: list[tuple[str, list[str]]] = []
    for word in words:
        if word.startswith("--"):
            options.append((word[2:], []))
        elif options:
            options[-1][1].append(word)
        else:
            raise ValueError(f"no option takes {word!r}")
    return options


def _value(shape: Shape, option: str, values: list[str]) -> Any:
    if not values:
        raise ValueError(f"--{option} has no value")
    written_out = shape.type_name == "list" and shape.member.type_name == "string"
    if written_out and not values[0].startswith("["):
        return values
    if len(values) != 1:
        raise ValueError(f"--{option} takes one value, not {len(values)}")
    if shape.type_name in ("structure", "list", "map"):
        return json.loads(values[0])
    if shape.type_name in ("integer", "long"):
        return int(values[0])
    return values[0]
