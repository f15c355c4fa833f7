#!/usr/bin/env python3
"""Fills a template of this folder with the environment's variables, checks it, and prints it. Needs nothing but Python.

    S3_BUCKET_NAME=… PINECONE_SECRET_ARN=… python3 deploy/fill.py iam/pipeline-policy > pipeline-policy.json

The variables are those of the platform where it has them. A name that is missing or cannot be right is one sentence;
nothing is printed then. A statement about something that is not there (no AGENT_ID, no ALERT_SNS_TOPIC_ARN) is left
out, and standard error says so.
"""

import json
import os
import re
import string
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent

DEFAULTS = {
    "PARTITION": "aws",
    "S3_RAW_PREFIX": "raw/",
    "S3_VECTORIAL_PREFIX": "vectorial/",
    "S3_DATASET_PREFIX": "datasets/prod_kb/knowledge-base-mut-s3-001/v1/",
    "EMBEDDING_MODEL_ID": "amazon.titan-embed-text-v2:0",
}
OPTIONAL = ("AGENT_ID", "ALERT_SNS_TOPIC_ARN")
"""Without one of these, the statements that name it are left out."""
BEFORE_THERE_IS_ONE = {"iam/knowledge-base-trust": {"KNOWLEDGE_BASE_ID": "*"}}
"""The knowledge base's role has to be there before the knowledge base has an id."""

PATTERNS = {
    "AWS_ACCOUNT_ID": r"\d{12}",
    "AWS_REGION": r"[a-z]{2}(-[a-z]+)+-\d",
    "PARTITION": r"aws(-[a-z-]+)?",
    "S3_BUCKET_NAME": r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    "S3_RAW_PREFIX": r"([\w.-]+/)+",
    "S3_VECTORIAL_PREFIX": r"([\w.-]+/)+",
    "S3_DATASET_PREFIX": r"([\w.-]+/)+",
    "KNOWLEDGE_BASE_ID": r"[0-9A-Za-z]{10}",
    "AGENT_ID": r"[0-9A-Za-z]{10}",
    "EMBEDDING_MODEL_ID": r"[\w.:-]+",
    "PINECONE_SECRET_ARN": r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-\w{6}",
    "PINECONE_INDEX_URL": r"https://[\w.-]+",
    "ALERT_SNS_TOPIC_ARN": r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+(\.fifo)?",
    "FOLDER": r"eventos|stores|restaurantes|preguntas",
}
"""What each value looks like; nothing in them can end a JSON string, or widen a policy with a `*`."""


def filled(name: str, environ: Mapping[str, str]) -> Any:
    """The template with its values in place. Raises ValueError with one sentence that says what is missing or wrong."""
    path = FOLDER / f"{name}.json"
    if not path.is_file():
        there = sorted(str(one.relative_to(FOLDER).with_suffix("")) for one in FOLDER.glob("*/*.json"))
        raise ValueError(f"there is no template {name}; there are {', '.join(there)}")
    values = {
        **DEFAULTS,
        **BEFORE_THERE_IS_ONE.get(name, {}),
        **{variable: environ[variable].strip() for variable in PATTERNS if environ.get(variable, "").strip()},
    }
    return _filled(json.loads(path.read_text(encoding="utf-8")), values, name)


def _filled(part: Any, values: Mapping[str, str], name: str) -> Any:
    if isinstance(part, dict):
        return {key: _filled(value, values, name) for key, value in part.items()}
    if isinstance(part, list):
        return [_filled(one, values, name) for one in part if not lacking(one, values)]
    return string.Template(part).substitute(_checked(part, values, name)) if isinstance(part, str) else part


def lacking(part: Any, values: Mapping[str, str]) -> str:
    """The optional variable that a statement is about and that is not set; "" for any other part."""
    named = re.findall(r"\$\{(\w+)\}", json.dumps(part)) if isinstance(part, dict) else []
    return next((one for one in OPTIONAL if one in named and not values.get(one, "").strip()), "")


def _checked(text: str, values: Mapping[str, str], name: str) -> dict[str, str]:
    given = {}
    for variable in re.findall(r"\$\{(\w+)\}", text):
        value = values.get(variable, "")
        if not value:
            raise ValueError(f"{name} needs {variable}, which is not set")
        usual = BEFORE_THERE_IS_ONE.get(name, {}).get(variable)
        if value != usual and not re.fullmatch(PATTERNS[variable], value, re.ASCII):
            raise ValueError(f"{variable}={value} does not look right; expected is {PATTERNS[variable]}")
        given[variable] = value
    return given


def main() -> None:
    """The command: one template by its name, to standard output."""
    if len(sys.argv) != 2:
        sys.exit("fill.py: say which template, as in: python3 deploy/fill.py iam/pipeline-policy")
    name = sys.argv[1].removesuffix(".json")
    try:
        document = filled(name, os.environ)
    except ValueError as error:
        sys.exit(f"fill.py: {error}")
    sys.stdout.write(json.dumps(document, indent=2) + "\n")
    for statement in json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")).get("Statement", []):
        if variable := lacking(statement, os.environ):
            sys.stderr.write(f"fill.py: left out {statement['Sid']}, because {variable} is not set\n")


if __name__ == "__main__":
    main()
