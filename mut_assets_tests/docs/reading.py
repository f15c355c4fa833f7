"""Reads pages and sources: tables, code blocks, commands, links; settings out of Python and the Makefile."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

_FENCE = re.compile(r"^```([a-z]*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_STATUS = re.compile(r"\s+#\s*(?:ends with|termina con) (\d+)\s*$")
_DECIMALS = (
    (re.compile(r"\d+\.\d\d s\b"), "N s"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC, [\d.]+ (?:hours|days)"), "WHEN"),
)


class Table(NamedTuple):
    """A Markdown table: its header and rows, as cells of text."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Block(NamedTuple):
    """A fenced code block."""

    language: str
    text: str


@dataclass
class Command:
    """A command as a page shows it: the status it is said to end with, and the output shown, line by line."""

    page: str
    text: str
    status: int
    shown: list[str] = field(default_factory=list)


def tables(text: str) -> list[Table]:
    """Every table of a page. A `|` inside a cell is not expected."""
    found = []
    for lines in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
        rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines.splitlines()]
        found.append(Table(rows[0], tuple(rows[2:])))
    return found


def table(text: str, first: str, second: str) -> Table:
    """The one table whose header begins with these two words."""
    [found] = [candidate for candidate in tables(text) if candidate.header[:2] == (first, second)]
    return found


def codes(text: str) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`\n]+)`", _FENCE.sub("", text))


def blocks(text: str, *languages: str) -> list[Block]:
    """The fenced code blocks, of these languages if any are named."""
    return [Block(*match) for match in _FENCE.findall(text) if not languages or match[0] in languages]


def commands(page: Path) -> list[Command]:
    """What a page shows in its `console` blocks (after `$ `, with output) and `sh` blocks (a command per line)."""
    found: list[Command] = []
    for block in blocks(page.read_text(encoding="utf-8"), "console", "sh"):
        for line in block.text.splitlines():
            if block.language == "sh" or line.startswith("$ "):
                text = line.removeprefix("$ ")
                status = _STATUS.search(text)
                found.append(Command(page.name, _STATUS.sub("", text), int(status[1]) if status else 0))
            else:
                found[-1].shown.append(line)
    return found


def misfit(shown: Sequence[str], said: Sequence[str]) -> str:
    """What is wrong with the output shown, or "". `…` stands for lines when alone, and for text within a line.

    Times differ from run to run and count as equal; so do blanks.
    """
    left = [line for line in map(_even, said) if line]
    skipping = not shown
    for line in filter(None, map(_even, shown)):
        if line == "…":
            skipping = True
            continue
        pattern = re.compile(".*".join(re.escape(part) for part in line.split("…")))
        places = [number for number, one in enumerate(left) if pattern.fullmatch(one)]
        if not places or (places[0] > 0 and not skipping):
            return f"{line!r} is shown where the command says {left[:1]!r}"
        left, skipping = left[places[0] + 1 :], False
    return "" if skipping or not left else f"the command goes on with {left[0]!r}"


def _even(line: str) -> str:
    for changing, instead in _DECIMALS:
        line = changing.sub(instead, line)
    return " ".join(line.split())


def links(text: str) -> Iterator[tuple[str, str]]:
    """(path, anchor) of every link that stays in the repository."""
    for target in re.findall(r"\]\(([^)\s]+)\)", _FENCE.sub("", text)):
        if "://" not in target:
            path, _, anchor = target.partition("#")
            yield path, anchor


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def settings(path: Path, module: ModuleType | None = None) -> dict[str, str]:
    """The environment variables that a Python file reads, with their defaults as a person would write them.

    Found are `env.get("NAME")`, `os.environ["NAME"]`, and calls that take `env, "NAME", default`, with or without it;
    `.strip()` behind any of them changes nothing.
    """
    found: dict[str, str] = {}
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    for node in nodes:
        if isinstance(node, ast.Subscript) and _is_environment(node.value):
            found.setdefault(_text(node.slice), "")
        if isinstance(node, ast.Call):
            name, default = _read(node)
            if name:
                found[name] = found.get(name) or _value(default, module)
    for node in nodes:
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) and isinstance(node.values[-1], ast.Constant):
            for call in (_stripped(value) for value in node.values):
                if isinstance(call, ast.Call) and _read(call)[0]:
                    found[_read(call)[0]] = _value(node.values[-1], module)
    return {name: default for name, default in found.items() if name}


def _read(call: ast.Call) -> tuple[str, ast.expr | None]:
    """Name and default of one reading of the environment; "" when the call is none."""
    arguments = call.args
    if isinstance(call.func, ast.Attribute) and call.func.attr == "get" and _is_environment(call.func.value):
        return _text(arguments[0]), arguments[1] if len(arguments) > 1 else None
    if len(arguments) > 1 and _is_environment(arguments[0]):
        return _text(arguments[1]), arguments[2] if len(arguments) > 2 else None
    return "", None


def _stripped(node: ast.expr) -> ast.expr:
    """What `.strip()` is called on, where it is."""
    is_strip = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "strip"
    return node.func.value if is_strip else node  # type: ignore[attr-defined]  # a call's function, checked before


def _is_environment(node: ast.expr) -> bool:
    return ast.unparse(node) in ("env", "environ", "os.environ")


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _value(node: ast.expr | None, module: ModuleType | None) -> str:
    if isinstance(node, ast.Tuple):  # the words that are allowed, the default first
        return _value(node.elts[0], module)
    if isinstance(node, ast.Name):
        return str(getattr(module, node.id))
    if not isinstance(node, ast.Constant) or node.value is None:
        return ""
    return {True: "on", False: "off"}[node.value] if isinstance(node.value, bool) else str(node.value)


def make_targets(makefile: str) -> set[str]:
    """The targets that `make help` lists."""
    return set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))


def make_variables(makefile: str) -> dict[str, str]:
    """What may be given on make's command line or in the environment, with defaults."""
    return {name: default.strip() for name, default in re.findall(r"^([A-Z_]+) \?=(.*)$", makefile, re.MULTILINE)}


def image_variables(dockerfile: str) -> Mapping[str, str]:
    """What the image sets for its containers."""
    lines = re.findall(r"^ENV (.+)$", dockerfile.replace("\\\n", " "), re.MULTILINE)
    return dict(re.findall(r"(\w+)=(\S+)", " ".join(lines)))
