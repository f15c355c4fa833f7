"""Every message a person can meet stands in `messages.txt`, so that a change to one is seen in review. The code
produces them, never typed a second time: the other modules of this folder bring them about."""

import ast
import difflib
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from pathlib import Path

import dagster as dg
import pytest

import mut_assets
from mut_assets.resources.alerts.spanish import IN_SPANISH
from mut_assets.resources.failures import Failure
from mut_assets_tests.golden import (
    cloud_sentences,
    doctor_sentences,
    editors_sentences,
    evidence_sentences,
    field_sentences,
    nights,
    page_sentences,
    sentences,
    ui_sentences,
)
from mut_assets_tests.golden import evaluation_situations as evaluation
from mut_assets_tests.golden.cloud_situations import CLOUD
from mut_assets_tests.golden.damage_situations import DAMAGE
from mut_assets_tests.golden.situations import SITUATIONS, Situation
from mut_assets_tests.golden.wordpress_situations import WORDPRESS

SOURCE = Path(mut_assets.__file__).parent
GOLDEN = Path(__file__).with_name("messages.txt")
RENEW = "If that is meant: .venv/bin/python -m mut_assets_tests.golden.test_messages --write, and read the difference."
CODE = re.compile(r"MUT-[A-Z0-9]+-\d{3}\b")

TOLD_APART = {
    "MUT-AWS-102": "AWS is out of reach: no connection, or no answer on it",
    "MUT-WP-010": "the site sends the platform where it does not go: to another origin, or in circles",
}
"""Codes that more than one function raises, and the one class of situation that they share."""

_LACKING = "says what a new collection lacks, to whoever adds it; docs/test_adding.py holds each sentence"
NO_MESSAGES = {
    "assets/columns.py": _LACKING,
    "definitions.py": _LACKING,
    "domain/collections.py": _LACKING,
    "resources/alerts/spanish.py": "says in Spanish what other modules say in English; the file shows all of it",
    "resources/wordpress/sample_site.py": "says what WordPress would say",
    "domain/documents/vectorial.py": "says what visitors read",
    "domain/doubts/page.py": "lays out lines that the file shows",
}
SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|DROP|PRAGMA|CREATE|FROM|JOIN|WHERE|VALUES|AND|body_seen)\b|= \?")

_THEIRS = "what the service or a library says, looked for in its words"
_DEFECT = "a defect of the caller, which fails with its traceback"
UNSAID = {
    "is not installed: run make ready.": "of `mut` after an update that brought a package, in an old .venv",
    "ended by itself with exit status": "what `mut dev` says when a process died, which test_dev.py lets happen",
    "not read yet: `mut run` reads it": "what `mut plan` says before the first night, as test_report.py does",
    "recorded cannot be read, so nobody knows where it failed.": "in MUT-RUN-001, when test_failed_runs.py damages it",
    "what the run recorded cannot be read:": "before the storage's own words, when test_failed_runs.py damages it",
    "Is this meant?": "the question about a loss, which operations/test_losses.py answers at a terminal",
    "Nothing was changed.": "the answer to a no, which operations/test_asking.py gives at a terminal",
    "A daemon was heard here a moment ago: looking whether it still lives.": "before MUT-RUN-014, or before `mut dev`",
    "más en `mut doubts`.": "below the first hundred pages in the UI, which assets/test_markdown.py counts",
    "is kept back for its fields: `mut approve": "by `mut status`, as corridor/test_fields.py sees it",
    "` shows what changed, and asks": "the rest of it",
    "is kept back for its fields": "in the last line of the same",
    "h1, h2, h3, h4, h5, h6": "a selector of elements",
    "[0-9]{1,2} [0-9]{1,2} \\* \\* \\*": "a pattern",
    ",| y | al?": "a pattern",
    "this examination broke:": "a defect of the doctor's, which test_broken.py makes",
    "The others go on. If nothing explains it, report it to whoever keeps the code.": "the same",
    "day without month": "the key of a table",
    "the bundled sample site (fictional)": "the first line of the README's transcript, which test_docs.py compares",
    "(+https://mut.cl; knowledge of the virtual assistant)": "the user agent, for the site's people",
    "A special day is not told:": "a line of the log, before a sentence of special_days.py that the file shows",
    "an empty text has no vector": _DEFECT,
    "not authorized to perform: ([\\w-]+:\\w+)": _THEIRS,
    'on resource: \\"?([^\\s\\"]+)': _THEIRS,
    "certificate verify failed: ([^(\\]]+)": _THEIRS,
    "credentials are still expired": _THEIRS,
    "abandoned without being sent": _THEIRS,
    "open the index": "part of a failure's name; opening asks nothing that could fail, but the SDK may change its mind",
    "does not end in '/'": _DEFECT,
    "the vector id": _DEFECT,
    "items by id, from": "part of a request's name, which is asked again in another way where it fails",
    "is all zeros, or holds a number that is not finite": _DEFECT,
    "is not ASCII of 1 to 512 characters": _DEFECT,
}
"""Sentences that no situation brings about, and why."""

CHANGING = (
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:PORT"),
    (re.compile(r"on \S+, process \d+"), "on HOST, process N"),
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "RUN"),
    (re.compile(r"\b(run|ejecución) [0-9a-f]{8}\b"), r"\1 RUN"),
    (re.compile(r"(?<!:)\b[0-9a-f]{12}\b"), "PLAN"),  # after a colon stands an account, in an ARN
    (re.compile(r" +\d+\.\d\d s\b"), " N s"),
    (re.compile(r"\bin \d+(\.\d+)?(µ|m)?s\b"), "in N ms"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"), "DATE HH:MM:SS UTC"),
    (re.compile(r"\d\d:\d\d:\d\d UTC"), "HH:MM:SS UTC"),
    (re.compile(r"its last job started at \d\d:\d\d:\d\d"), "its last job started at HH:MM:SS"),
    (re.compile(r" after \d s\b"), " after N s"),
    (re.compile(r"as seen on \d{4}-\d\d-\d\d \d\d:\d\d UTC"), "as seen on DATE UTC"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC, [\d.]+ "), "DATE UTC, N "),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC, hace [\d,]+ "), "DATE UTC, hace N "),
    (re.compile(r"SQLite \d+\.\d+\.\d+"), "SQLite VERSION"),
    # Dagster's own, in an order that changes from run to run.
    (re.compile(r"(?m)^ *Dependencies for step .*\n"), ""),
    (re.compile(r"(?m)[ \t]+$"), ""),
)

AGES = re.compile(r"(?:^.*: as read on DATE UTC.*\n)+", re.MULTILINE)
"""Oldest first, which says nothing about collections that were read within a second."""


def lasting(text: str, folder: Path) -> str:
    """The text without what differs from run to run, or from machine to machine."""
    text = text.replace(str(folder), "FOLDER")
    for changing, instead in CHANGING:
        text = changing.sub(instead, text)
    return AGES.sub(lambda lines: "".join(sorted(lines[0].splitlines(keepends=True))), text).strip("\n")


def _coded(situation: Situation) -> str:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        try:
            said = situation.produce(folder)
        except (Failure, dg.Failure) as failure:
            said = failure
        if isinstance(said, Failure):
            assert said.transient == _may_pass(said.code), f"{said.code} is {type(said).__name__}: numbers tell which"
        text = (said.description or "") if isinstance(said, dg.Failure) else str(said)
        assert text.startswith(f"{situation.code}: "), f"{situation.code}, {situation.title}: the code said {text!r}"
        return lasting(text, folder)


def _may_pass(code: str) -> bool:
    """What the numbers say: from 100 on a failure is tried again."""
    return int(code.rpartition("-")[2]) >= 100


def _family(code: str) -> str:
    """MUT-WP of MUT-WP-002."""
    return code.rpartition("-")[0]


def _coded_messages(family: str) -> str:
    """The part of a family of codes: each code with its messages."""
    parts = []
    for code in sorted({situation.code for situation in CODED if _family(situation.code) == family}):
        in_spanish = IN_SPANISH.get(code, "nothing in Spanish yet: see mut_assets/resources/alerts/spanish.py")
        parts.append(f"=== {code}, {'tried again' if _may_pass(code) else 'not tried again'}\n    {in_spanish}")
        parts += [f"--- {situation.title}\n{_coded(situation)}" for situation in CODED if situation.code == code]
    return "\n\n".join(parts)


def _section(title: str, produce: Callable[[Path], sentences.Said]) -> str:
    """The part of a section of sentences without a code."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        said = [f"--- {situation}\n{lasting(text, folder)}" for situation, text in produce(folder)]
    return "\n\n".join([f"=== {title}", *said])


CODED: tuple[Situation, ...] = (
    *SITUATIONS,
    *DAMAGE,
    *WORDPRESS,
    *CLOUD,
    *field_sentences.FIELDS,
    *evaluation.EVALUATION,
)
MODULES = (
    sentences,
    evidence_sentences,
    field_sentences,
    page_sentences,
    editors_sentences,
    cloud_sentences,
    doctor_sentences,
    ui_sentences,
    evaluation,
    nights,
)
SECTIONS = {title: produce for module in MODULES for title, produce in module.SECTIONS.items()}
PARTS: dict[str, Callable[[], str]] = {
    **{family: partial(_coded_messages, family) for family in sorted({_family(situation.code) for situation in CODED})},
    **{title: partial(_section, title, produce) for title, produce in SECTIONS.items()},
}
"""What the file consists of, in its order: a part is a family of codes, or a section of sentences without a code."""

TOP = "Every message a person can meet, made by the code. Never edited by hand: see test_messages.py."


def written(parts: Iterable[str]) -> str:
    """The whole file, of these parts."""
    return "\n\n".join([TOP, *parts]) + "\n"


@cache
def golden_parts() -> dict[str, str]:
    """The parts of the file by name, as it stands."""
    texts: dict[str, list[str]] = {}
    for text in GOLDEN.read_text(encoding="utf-8").rstrip("\n").split("\n\n=== ")[1:]:
        code = CODE.match(text)
        name = _family(code[0]) if code else text.partition("\n")[0]
        texts.setdefault(name, []).append(f"=== {text}")
    return {name: "\n\n".join(of_name) for name, of_name in texts.items()}


def test_the_golden_file_has_every_part_in_its_order_and_nothing_else() -> None:
    assert list(golden_parts()) == list(PARTS), RENEW
    assert GOLDEN.read_text(encoding="utf-8") == written(golden_parts().values()), RENEW


WHOLE_NIGHTS = "At a terminal"


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.slow) if n == WHOLE_NIGHTS else n for n in PARTS])
def test_every_message_is_as_the_golden_file_has_it(name: str) -> None:
    golden, now = golden_parts().get(name, "").splitlines(), PARTS[name]().splitlines()
    changed = "\n".join(difflib.unified_diff(golden, now, "golden", "now", "", "", 1, ""))
    assert not changed, f"Messages of {name!r} changed.\n{changed}\n{RENEW}"


def test_every_code_of_the_source_has_its_message_in_the_golden_file_and_no_other() -> None:
    golden = GOLDEN.read_text(encoding="utf-8")
    in_source = {code for path in SOURCE.rglob("*.py") for code in CODE.findall(path.read_text(encoding="utf-8"))}
    in_golden = set(re.findall(rf"(?m)^=== ({CODE.pattern})", golden))
    advice = "Add a situation to situations.py, then renew the file."
    differ = f"only in the source: {in_source - in_golden}; only in the file: {in_golden - in_source}"
    assert in_source == in_golden, f"{differ}. {advice}"


def test_a_code_stands_for_one_class_of_situation() -> None:
    sites: dict[str, set[str]] = defaultdict(set)
    for path in SOURCE.rglob("*.py"):
        for function, code in _raised(path) if path.relative_to(SOURCE).as_posix() not in NO_MESSAGES else ():
            sites[code].add(f"{path.relative_to(SOURCE)}: {function}")
    several = {code: sorted(where) for code, where in sites.items() if len(where) > 1}
    advice = "A runbook cannot tell these apart: give each its own code, or say in TOLD_APART what they share."
    assert set(several) == set(TOLD_APART), f"{several}. {advice}"


def test_every_sentence_of_the_source_was_said_somewhere() -> None:
    golden = _plain(GOLDEN.read_text(encoding="utf-8"))
    unsaid = [
        f"{path.relative_to(SOURCE)}, {function}: {text!r}"
        for path in SOURCE.rglob("*.py")
        if path.relative_to(SOURCE).as_posix() not in NO_MESSAGES
        for function, text in _texts(path)
        if function and _is_sentence(text) and _plain(text) not in golden and _plain(text) not in UNSAID
    ]
    advice = "Bring the code to say it in sentences.py, nights.py or situations.py, or give the reason in UNSAID."
    assert not unsaid, "\n".join([*unsaid, advice])


def test_every_exception_of_the_rule_about_sentences_is_still_one() -> None:
    found = {_plain(text) for path in SOURCE.rglob("*.py") for _, text in _texts(path)}
    assert set(UNSAID) <= found


def _raised(path: Path) -> Iterator[tuple[str, str]]:
    """(function, code) of every failure that is made: the code comes first in a call, or begins a text.

    Who only compares codes makes none.
    """
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            for call in ast.walk(node):
                first = call.args[0] if isinstance(call, ast.Call) and call.args else None
                if isinstance(first, ast.Constant) and CODE.fullmatch(str(first.value)):
                    yield node.name, str(first.value)
            for text in ast.walk(node):
                if isinstance(text, ast.Constant) and (found := re.match(rf"({CODE.pattern}): ", str(text.value))):
                    yield node.name, found[1]


def _is_sentence(text: str) -> bool:
    return len(_plain(text).split()) >= 3 and not SQL.search(text)


def _plain(text: str) -> str:
    """Without rich's tags, on one line."""
    return " ".join(re.sub(r"\[/?[a-z]+\]", "", text).split())


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    """(function, text) of every string that is no docstring and no description; f-strings in their constant parts."""

    def walk(node: ast.AST, function: str) -> Iterator[tuple[str, str]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                continue
            if isinstance(child, ast.keyword) and child.arg in ("description", "help"):
                continue
            if child in (getattr(node, "returns", None), getattr(node, "annotation", None)):
                continue
            name = child.name if isinstance(child, ast.FunctionDef | ast.ClassDef) else ""
            if isinstance(child, ast.Constant) and isinstance(child.value, str):
                yield function, child.value
            yield from walk(child, f"{function}.{name}".lstrip(".") if name else function)

    yield from walk(ast.parse(path.read_text(encoding="utf-8")), "")


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(RENEW)
    GOLDEN.write_text(written(produce() for produce in PARTS.values()), encoding="utf-8")
    print(f"wrote {GOLDEN}")
