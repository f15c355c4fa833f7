"""`mut doctor`: examines every hop a night depends on, each by itself, and says exactly what to do about what fails.

What belongs here: the order of the examinations, what one that failed leaves unexamined, and showing what was found.
What does not: the examinations (the neighbours). Nothing is changed, nothing stays behind, no secret is shown.
"""

import json
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from mut_assets.environments import Doors, Settings, build_doors
from mut_assets.operations.doctor import (
    account,
    bucket,
    dagster_home,
    knowledge_base,
    questions,
    records,
    services,
    site,
    vector_index,
)
from mut_assets.operations.doctor.account import AwsAccount
from mut_assets.operations.doctor.finding import Finding, error, failed, ok, skipped, warning
from mut_assets.operations.report import one_line, printable
from mut_assets.publishing.gates import RetrievalGate
from mut_assets.resources.bedrock.knowledge_base import BedrockKnowledgeBase
from mut_assets.resources.bedrock.retriever import BedrockRetriever
from mut_assets.resources.clock import MARKET_ZONE
from mut_assets.resources.embedding.titan import TitanEmbedder
from mut_assets.resources.failures import DENIED, UNUSABLE_CREDENTIALS, Failure
from mut_assets.resources.wordpress.failures import without_secrets

SETTINGS = "settings"
SIGNED_OUT = "the credentials cannot be used"
SEVERITY = {"ok": 0, "skipped": 0, "warning": 1, "error": 2}
_COLOURS = {"ok": "green", "warning": "yellow", "error": "red", "skipped": "dim"}


def examine(read: Callable[[], Settings]) -> Iterator[Finding]:
    """Yields all findings in the order of a night. `read` returns the settings or raises `BadSetting`."""
    try:
        settings = read()
        doors = build_doors(settings)
        today = doors.clock.today()
    except (Failure, OSError) as trouble:  # the second: where the working directory is gone, no path is absolute
        yield failed(SETTINGS, trouble) if isinstance(trouble, Failure) else _broken(SETTINGS, trouble)
        yield skipped("everything else", "without settings nobody knows what to examine")
        return
    yield _settings(settings, today, moved=today != doors.clock.now().astimezone(MARKET_ZONE).date())
    yield from _guarded("site", lambda: site.examine(doors.site, settings))
    match doors:
        case Doors(
            knowledge_base=BedrockKnowledgeBase() as base,
            retriever=BedrockRetriever() as retriever,
            embedder=TitanEmbedder() as embedder,
        ):
            yield from _in_aws(settings, doors, base, retriever, embedder)
        case _:
            yield from _guarded(
                "bucket",
                lambda: bucket.examine(doors.store, doors.faq_file, settings, AwsAccount(settings.region)),
            )
            yield from _guarded(records.NAME, lambda: records.examine(doors))
            yield from _guarded(questions.NAME, lambda: [questions.examine(doors.retrieval_gate)])
            index = settings.home / "index.sqlite"
            new = "" if index.exists() else ", which the first night makes"
            yield ok(knowledge_base.NAME, f"embedded, in {index}{new}")
            yield skipped("AWS and Pinecone", "nothing of them is used with MUT_ENVIRONMENT=local")
    yield from _guarded(dagster_home.HOME, lambda: dagster_home.examine(settings))


def _guarded(name: str, examined: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """What an examination finds. One that ends in a failure, or in a defect of its own, is a finding: the others go on.

    What a defect says may hold anything, a secret too: only its kind and its place are shown.
    """
    try:
        yield from examined()
    except Failure as failure:
        yield failed(name, failure)
    except Exception as defect:  # noqa: BLE001  # whatever is broken, the doctor examines the rest
        yield _broken(name, defect)


def _broken(name: str, defect: Exception) -> Finding:
    place = traceback.extract_tb(defect.__traceback__)[-1]
    found = f"this examination broke: {type(defect).__name__} at {Path(place.filename).name}:{place.lineno}"
    return error(name, found, "The others go on. If nothing explains it, report it to whoever keeps the code.")


def _settings(settings: Settings, today: date, moved: bool) -> Finding:
    environment = "aws" if settings.cloud else "local"
    source = "the bundled site" if settings.bundled else without_secrets(settings.api_base_url)
    summary = f"MUT_ENVIRONMENT={environment}: from {source} to {settings.bucket}"
    if moved:
        summary = f"{summary}; the day is taken to be {today}"
        return warning(SETTINGS, summary, "Unless this is a rehearsal:", "unset MUT_TODAY")
    return ok(SETTINGS, summary)


def _in_aws(
    settings: Settings, doors: Doors, base: BedrockKnowledgeBase, retriever: BedrockRetriever, embedder: TitanEmbedder
) -> Iterator[Finding]:
    aws = AwsAccount(settings.region)
    who = skipped(account.NAME, "not asked")

    def asked() -> Iterator[Finding]:
        nonlocal who, aws
        who, aws = account.examine(settings.region)
        yield who

    yield from _guarded(account.NAME, asked)
    signed_in, gate = who.code not in UNUSABLE_CREDENTIALS, doors.retrieval_gate
    kept_in_base = (knowledge_base.NAME, knowledge_base.SOURCES, knowledge_base.FIT, questions.ASKING)
    # The order of a night. Each hop has the names under which it is skipped when nobody is signed in; the vector index
    # has none, as its key may come from elsewhere: it says itself what cannot be examined.
    hops: list[tuple[str, Sequence[str], Callable[[], Iterable[Finding]]]] = [
        (
            "bucket",
            ("bucket", *bucket.names(settings)),
            lambda: bucket.examine(doors.store, doors.faq_file, settings, aws),
        ),
        (records.NAME, (records.NAME,), lambda: records.examine(doors)),
        (questions.NAME, (questions.NAME,), lambda: [questions.examine(gate)]),
        (knowledge_base.NAME, kept_in_base, lambda: _knowledge_base(base, retriever, gate, aws)),
        (vector_index.INDEX, (), lambda: vector_index.examine(doors.vector_index, embedder, base, aws, signed_in)),
        (services.AGENT, (services.AGENT,), lambda: [services.agent(doors.agent, aws)]),
        (services.TOPIC, (services.TOPIC,), lambda: [services.topic(doors.alerts, aws)]),
    ]
    for hop, names, examined in hops:
        if signed_in or not names:
            yield from _guarded(hop, examined)
        else:
            yield from (skipped(name, SIGNED_OUT) for name in names)


def _knowledge_base(
    base: BedrockKnowledgeBase, retriever: BedrockRetriever, gate: RetrievalGate, aws: AwsAccount
) -> Iterator[Finding]:
    unusable = False
    for finding in knowledge_base.examine(base, aws):
        unusable |= finding.name == knowledge_base.NAME and finding.status == "error" and finding.code not in DENIED
        yield finding
    if unusable:
        yield skipped(questions.ASKING, "the knowledge base cannot be asked")
    else:
        yield questions.asking(gate, retriever, aws)


def show(findings: Iterable[Finding], console: Console) -> list[Finding]:
    """Prints one line per finding as it comes, and its fix below; returns all findings."""
    seen = []
    for finding in findings:
        seen.append(finding)
        colour, code = _COLOURS[finding.status], f"{finding.code}: " if finding.code else ""
        found = escape(one_line(code + finding.found))
        line = f"[{colour}]{finding.status:<8}[/{colour}] {escape(finding.name):<28} {found}"
        console.print(line, soft_wrap=True, highlight=False)
        for fix in finding.fix.splitlines():
            console.print(f"{'':<9}{escape(printable(fix))}", soft_wrap=True, highlight=False)
    counts = ", ".join(f"{sum(finding.status == status for finding in seen)} {status}" for status in SEVERITY)
    console.print(f"\n{counts}", highlight=False)
    return seen


def as_json(findings: Iterable[Finding]) -> str:
    """A JSON list of objects with name, status, found, fix, and code where there is one."""
    objects = [{key: value for key, value in asdict(finding).items() if value or key != "code"} for finding in findings]
    return json.dumps(objects, ensure_ascii=False, indent=2)


def exit_status(findings: Sequence[Finding]) -> int:
    """0: all well, or skipped. 1: somebody should know. 2: a night would fail."""
    return max((SEVERITY[finding.status] for finding in findings), default=0)
