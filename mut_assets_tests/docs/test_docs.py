"""The words are true: what the code has is documented, and what is documented exists."""

import ast
import json
import re
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, get_args

import dagster as dg
import pytest
import typer
import yaml

import mut_assets
from mut_assets import environments
from mut_assets.automation import LATEST
from mut_assets.cli import app
from mut_assets.definitions import ASSETS, build_definitions
from mut_assets.domain.collections import COLLECTIONS
from mut_assets.domain.evaluation.gates import FLOOR, MOST_LOST, MOST_STALE
from mut_assets.domain.evaluation.golden import LAYOUT, questions
from mut_assets.domain.plans.freshness import LIMIT
from mut_assets.domain.plans.guard import LIMITS
from mut_assets.domain.plans.outcome import Status
from mut_assets.domain.plans.plan import HELD_DAYS
from mut_assets.domain.spanish.special_days import AHEAD, special_days
from mut_assets.environments import CANARY_SECONDS, read_settings
from mut_assets.resources.bucket import (
    document_store,
    editors_report,
    evaluation_runs,
    field_records,
    held_records,
    hold_record,
    lease,
    night_records,
    publication_log,
    removals,
    served_record,
    snapshots,
)
from mut_assets.resources.bucket.faq_file import MAX_BYTES
from mut_assets.resources.bucket.lease import Lease
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.snapshots import Snapshots
from mut_assets.resources.clock import Clock
from mut_assets.resources.embedding.titan import TitanEmbedder
from mut_assets.resources.failures import Retries
from mut_assets.resources.wordpress.collection import WordPress
from mut_assets.resources.wordpress.crawl import MAX_ROUNDS
from mut_assets.resources.wordpress.evidence import MOST_ALONE
from mut_assets_tests.docs.reading import (
    anchors,
    blocks,
    codes,
    image_variables,
    links,
    make_targets,
    make_variables,
    settings,
    table,
)
from mut_assets_tests.fakes import aws_protocol
from mut_assets_tests.sample.test_golden_questions import bundled_documents

PACKAGE = Path(mut_assets.__file__).parent
REPOSITORY = PACKAGE.parent
PAGES = [REPOSITORY / name for name in ("README.md", "docs/guia.md", "docs/operations.md", "docs/architecture.md")]
README, GUIDE, OPERATIONS, ARCHITECTURE = (page.read_text(encoding="utf-8") for page in PAGES)
AWS = (REPOSITORY / "docs/aws.md").read_text(encoding="utf-8")
SECURITY = (REPOSITORY / "docs/security.md").read_text(encoding="utf-8")
CONTRIBUTING = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
TEXT = "\n".join((README, GUIDE, OPERATIONS, ARCHITECTURE, AWS, SECURITY, CONTRIBUTING))
MAKEFILE = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
IMAGE = image_variables((REPOSITORY / "Dockerfile").read_text(encoding="utf-8"))

SNAPSHOTS = Snapshots(Bucket("memory://"), Clock())
STEMS = {f"{stage}_{each.name}": SNAPSHOTS.stem(stage, each) for stage in ("raw", "vectorial") for each in COLLECTIONS}
DEFINITIONS = build_definitions(read_settings({}))

READ = settings(PACKAGE / "environments.py", environments) | settings(PACKAGE / "operations/home.py")
ELSEWHERE = {
    "AWS_ACCESS_KEY_ID": "boto3",
    "AWS_SECRET_ACCESS_KEY": "boto3",
    **dict.fromkeys(("AWS_ACCOUNT_ID", "PINECONE_INDEX_URL", "PINECONE_SECRET_ARN"), "the templates of deploy"),
    "INSTANCE_ID": "the commands of docs/aws.md themselves",
    **dict.fromkeys(("HYPOTHESIS_PROFILE", "MUT_SHARED"), "the tests"),
}
"""Variables that the pages mention and the platform does not read itself, and who does."""

NO_VARIABLES = {"RENDERER_VERSION", "PLAN_ID", "RUN_ID", "NAME_STAMP", "DELETE_UNSUCCESSFUL"}


def stand_in(text: str, names: Iterable[str]) -> list[str]:
    """The names that no code span or block of a text holds as a word of its own."""
    shown = " ".join([*codes(text), *(block.text for block in blocks(text))])
    return [name for name in names if not re.search(rf"(?<![\w/-]){re.escape(name)}(?![\w-])", shown)]


def test_the_readme_says_what_every_asset_promises_and_where_it_is_kept() -> None:
    rows = {codes(row[0])[0]: row for row in table(README, "asset", "group").rows}
    specs = {spec.key.to_user_string(): spec for asset in ASSETS for spec in asset.specs}
    assert rows.keys() == specs.keys()
    assert {name: codes(row[1])[0] for name, row in rows.items()} == {n: spec.group_name for n, spec in specs.items()}
    kept = {asset: f"{stem}_….csv" for asset, stem in STEMS.items()}
    assert {name: codes(rows[name][2])[0] for name in kept} == kept


def test_the_readme_says_what_every_check_is_on_and_whether_it_blocks() -> None:
    graph = DEFINITIONS.resolve_asset_graph()
    defined = {
        (key.name, key.asset_key.to_user_string(), "yes" if graph.get(key).blocking else "no")
        for key in graph.asset_check_keys
    }
    assets = [spec.key.to_user_string() for asset in ASSETS for spec in asset.specs]
    documented = {
        (codes(check)[0], asset, blocking)
        for check, on, blocking, _ in table(README, "check", "on").rows
        for pattern in codes(on)
        for asset in assets
        if fnmatch(asset, pattern)
    }
    assert documented == defined


def test_every_job_schedule_and_sensor_is_named_in_the_readme() -> None:
    kinds = (DEFINITIONS.jobs, DEFINITIONS.schedules, DEFINITIONS.sensors)
    names = [definition.name for kind in kinds for definition in kind or []]
    assert len(names) >= 6
    assert stand_in(README, names) == []


def subcommands() -> dict[str, list[Any]]:
    """The commands of `mut` with their parameters. Typer has click inside, under names of its own."""
    mut: Any = typer.main.get_command(app)
    return {name: command.params for name, command in mut.commands.items()}


def options_of(parameters: list[Any]) -> set[str]:
    """The options that people give: a hidden one the command gives itself."""
    seen = [parameter for parameter in parameters if parameter.param_type_name == "option" and not parameter.hidden]
    return {option for parameter in seen for option in parameter.opts}


def test_every_command_and_option_of_mut_is_in_the_readme_and_no_other() -> None:
    rows = {codes(row[0])[0].split()[1]: row for row in table(README, "command", "what it does").rows}
    assert rows.keys() == subcommands().keys()
    for name, parameters in subcommands().items():
        shown = {word for code in codes(" ".join(rows[name])) for word in code.split() if word.startswith("-")}
        assert shown == options_of(parameters), name
        arguments = {parameter.name.upper() for parameter in parameters if parameter.param_type_name == "argument"}
        assert {word.strip("[]") for word in codes(rows[name][0])[0].split()[2:]} == arguments, name


def test_every_mut_command_that_a_page_mentions_exists() -> None:
    shown = [*codes(TEXT), *(line for block in blocks(TEXT, "console") for line in block.text.splitlines())]
    mentioned = re.findall(r"(?:^|[/ ])mut ([a-z]+)((?: --?[a-z-]+)*)(?![\w-])", "\n".join(shown), re.MULTILINE)
    assert mentioned
    for name, options in mentioned:
        assert name in subcommands(), name
        assert set(options.split()) <= options_of(subcommands()[name]) | {"--help"}, name


def test_the_ui_opens_where_the_pages_say() -> None:
    [port] = [option.default for option in subcommands()["dev"]]
    assert set(re.findall(r"http://127\.0\.0\.1:(\d+)\b(?!/)", README + GUIDE)) == {str(port)}


def test_every_make_target_is_in_the_readme_and_every_one_mentioned_exists() -> None:
    rows = table(README, "target", "what it does").rows
    assert {code.split()[1] for row in rows for code in codes(row[0])} == make_targets(MAKEFILE)
    assert set(re.findall(r"(?m)^make ([a-z-]+)", "\n".join(codes(TEXT)))) <= make_targets(MAKEFILE)


def test_every_variable_is_in_the_readme_with_its_default() -> None:
    """`none` stands for no default; what follows it says what happens then."""
    known = {**make_variables(MAKEFILE), **READ}
    assert known.keys() >= {"MUT_HOME", "PYTHON", "ARGS"}
    documented = {codes(name)[0]: default for name, default, _ in table(README, "variable", "default").rows}
    assert documented.keys() == known.keys()
    for name, default in known.items():
        said = documented[name]
        assert (codes(said)[0] == default) if default else said.startswith("none"), f"{name}: {said} is {default!r}"


def test_the_range_of_a_number_is_the_one_that_is_accepted() -> None:
    meanings = {codes(name)[0]: meaning for name, _, meaning in table(README, "variable", "default").rows}
    source = (PACKAGE / "environments.py").read_text(encoding="utf-8")
    ranges = re.findall(r'_whole\(env, "(\w+)", \d+, (\d+), (\d+)\)', source)
    assert len(ranges) >= 3
    assert [name for name, least, most in ranges if f"{least} to {most}" not in meanings[name]] == []


def test_every_variable_that_the_image_sets_is_explained() -> None:
    assert IMAGE.keys() >= {"MUT_HOME", "DAGSTER_HOME", "PATH"}
    said = codes(OPERATIONS)
    assert [name for name, value in IMAGE.items() if name not in said and f"{name}={value}" not in said] == []


def test_every_variable_that_a_page_mentions_exists() -> None:
    shown = " ".join([*codes(TEXT), *(block.text for block in blocks(TEXT))])
    mentioned = set(re.findall(r"(?<![\w./-])[A-Z][A-Z0-9]*_[A-Z0-9_]+(?![\w/-])", shown)) - NO_VARIABLES
    assert mentioned >= {"MUT_HOME", "API_BASE_URL"}
    known = {*READ, *make_variables(MAKEFILE), *IMAGE, *ELSEWHERE}
    assert mentioned <= known, mentioned - known


def test_the_results_of_a_collection_are_explained_in_both_languages() -> None:
    results = set(get_args(Status))
    assert {codes(row[0])[0] for row in table(OPERATIONS, "result", "meaning").rows} == results
    assert {codes(row[0])[0] for row in table(GUIDE, "resultado", "qué pasó").rows} == results


def test_every_place_of_the_state_is_explained() -> None:
    places = {document_store.LEDGER, publication_log.OUTCOME, publication_log.PLANS, held_records.PREFIX, lease.PREFIX}
    places |= {removals.PREFIX, evaluation_runs.KEPT, served_record.SERVED, snapshots.SEALS, hold_record.HOLD}
    places |= {editors_report.PREFIX, field_records.PREFIX, night_records.NIGHTS}
    places.add(TitanEmbedder(Bucket("memory://")).prefix)
    rows = table(OPERATIONS, "key", "what it is").rows
    assert {code for row in rows for code in codes(row[0]) if code.startswith("state/")} == places
    assert stand_in(ARCHITECTURE, places) == []


def test_the_limits_are_those_of_the_code() -> None:
    site, here = WordPress("https://mercado.example"), Lease(Bucket("memory://"))
    connect, answer = site.timeout
    assert list(table(OPERATIONS, "what", "value").rows) == [
        ("tries per request to the site", f"{site.attempts}"),
        ("seconds until the site must take the connection, and answer", f"{connect}, {answer}"),
        ("tries of a step after failures that may pass", f"{Retries().most + 1}"),
        ("rounds of the seal before an extraction gives up", f"{MAX_ROUNDS}"),
        ("pages of a collection that are asked for by themselves in one night, at most", f"{MOST_ALONE}"),
        ("seconds a killed writer blocks the others, at most", "`MUT_LEASE_SECONDS`"),
        ("seconds a writer waits for its turn", f"{here.deadline_seconds:.0f}"),
        ("hours after which an answer counts as stale", f"{LIMIT.total_seconds() / 3600:.0f}"),
        ("days a held record's document stays", f"{HELD_DAYS}"),
        ("bytes of an FAQ file, at most", f"{MAX_BYTES:,}"),
        ("hit@5 of the golden questions, at least", f"{FLOOR}"),
        ("golden questions lost net, at most", f"{MOST_LOST}"),
        ("share of golden questions that may be stale", f"{MOST_STALE * 100:.0f} %"),
        ("seconds within which the knowledge base on AWS must find what was added", f"{CANARY_SECONDS}"),
        ("days ahead on which special hours are told", f"{AHEAD.days}"),
    ]


def test_the_columns_of_the_golden_questions_are_those_that_are_read() -> None:
    assert [codes(row[0])[0] for row in table(OPERATIONS, "column", "what to write").rows] == list(LAYOUT.known)
    assert [codes(row[0])[0] for row in table(GUIDE, "columna", "qué se escribe").rows] == list(LAYOUT.known)
    [example] = blocks(OPERATIONS, "csv")
    assert len(questions(example.text.encode())) == len(example.text.splitlines()) - 1


@pytest.mark.parametrize("page", [OPERATIONS, GUIDE], ids=["operations", "guia"])
def test_the_special_days_shown_are_ones_that_are_understood(page: str) -> None:
    shown = table(page, "fecha", "link")
    days, problems = special_days(dict(zip(shown.header, row, strict=True)) for row in shown.rows)
    assert (len(days), problems) == (len(shown.rows), [])


def test_the_limits_of_the_guard_are_those_of_the_code() -> None:
    removed, changed = (
        f"{LIMITS.removed_share:.0%}".replace("%", " %"),
        f"{LIMITS.changed_share:.0%}".replace("%", " %"),
    )
    loss = f"{LIMITS.text_loss:.0%}".replace("%", " %")
    assert [row[1] for row in table(OPERATIONS, "a plan is refused that", "from where on").rows] == [
        f"more than {removed} and more than {LIMITS.removed_count}",
        "no document left",
        f"one of {LIMITS.growth_from} or more",
        f"more than {changed} of those that had one, and at least {LIMITS.changed_count}",
        f"{LIMITS.moved_count}",
        f"more than {loss}",
        "one that more than half of the documents had, and less than half of them would have",
    ]
    assert (LIMITS.growth_factor, LIMITS.field_share, LIMITS.field_kept) == (2, 0.5, 0.5)
    for page in (OPERATIONS, GUIDE):
        shown = " ".join(page.split())
        assert f"{LIMITS.drain_nights} n" in shown and removed in shown and changed in shown and loss in shown


def test_the_metadata_to_filter_by_is_what_documents_hold_in_the_types_that_are_said() -> None:
    types: dict[str, set[type]] = {
        "text": {str},
        "list of texts": {list},
        "text, or a list of them": {str, list},
        "number": {int},
        "decimal number": {float},
        "true or false": {bool},
    }
    said = {name: types[row[1]] for row in table(OPERATIONS, "metadata", "type").rows for name in codes(row[0])}
    found: dict[str, set[type]] = {}
    for document in bundled_documents():
        for name, value in document.metadata.items():
            found.setdefault(name, set()).add(type(value))
    assert found == said


def test_the_filters_shown_are_ones_that_bedrock_takes() -> None:
    [block] = blocks(OPERATIONS, "python")
    names: dict[str, Any] = {}
    exec(block.text, names)
    shape = aws_protocol.operation("bedrock-agent-runtime", "Retrieve").model.input_shape
    filters = [value for value in names.values() if isinstance(value, dict) and {"andAll", "orAll"} & value.keys()]
    assert len(filters) >= 3
    for filter_shown in filters:
        retrieval = {"vectorSearchConfiguration": {"numberOfResults": 5, "filter": filter_shown}}
        assert aws_protocol.violations(shape.members["retrievalConfiguration"], retrieval) == []
    assert names["retrieval"]["vectorSearchConfiguration"]["filter"] in filters


def test_the_expiry_rule_reaches_every_snapshot_and_never_what_people_upload() -> None:
    [block] = blocks(OPERATIONS, "json")
    prefixes = {rule["Filter"]["Prefix"] for rule in json.loads(block.text)["Rules"]}
    assert prefixes == {f"{stem}_" for stem in STEMS.values()}
    assert not [prefix for prefix in prefixes if "raw/preguntas.csv".startswith(prefix)]


def test_the_configuration_of_an_approval_is_one_that_dagster_takes() -> None:
    [block] = blocks(GUIDE, "yaml")
    job = DEFINITIONS.resolve_job_def(LATEST)
    assert dg.validate_run_config(job, yaml.safe_load(block.text))
    with pytest.raises(dg.DagsterInvalidConfigError):
        dg.validate_run_config(job, yaml.safe_load(block.text.replace("approve", "aprobar")))


def test_the_architecture_names_every_package_and_no_other() -> None:
    packages = {path.parent.relative_to(REPOSITORY).as_posix() for path in PACKAGE.rglob("__init__.py")}
    assert {codes(row[0])[0] for row in table(ARCHITECTURE, "package", "decides or does").rows} == packages


def test_every_package_says_what_belongs_there_and_where_to_begin() -> None:
    for init in PACKAGE.rglob("__init__.py"):
        code = ast.parse(init.read_text(encoding="utf-8"))
        assert [type(node) for node in code.body] == [ast.Expr], f"{init}: a docstring and nothing else"
        text = ast.get_docstring(code) or ""
        assert "What belongs here" in text and "egin with" in " ".join(text.split()), init


def test_every_file_that_a_page_mentions_exists() -> None:
    file = re.compile(r"(mut_assets|mut_assets_tests|docs|benchmarks)/[\w./]*")
    paths = set(filter(file.fullmatch, codes(TEXT)))
    assert len(paths) > 10
    assert [path for path in paths if not (REPOSITORY / path).exists()] == []


@pytest.mark.parametrize(
    "page",
    [
        *PAGES,
        *(REPOSITORY / name for name in ("docs/aws.md", "docs/security.md", "deploy/iam/README.md", "CONTRIBUTING.md")),
    ],
    ids=lambda page: page.parent.name + page.stem,
)
def test_every_link_leads_somewhere(page: Path) -> None:
    for path, anchor in links(page.read_text(encoding="utf-8")):
        target = (page.parent / path) if path else page
        assert target.exists(), path
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), f"{path}#{anchor}"


def test_the_families_of_codes_are_those_of_the_messages_and_every_code_mentioned_exists() -> None:
    messages = (REPOSITORY / "mut_assets_tests/golden/messages.txt").read_text(encoding="utf-8")
    known = set(re.findall(r"^=== (MUT-[A-Z0-9]+-\d{3})", messages, re.MULTILINE))
    families = set(re.findall(r"`(MUT-[A-Z0-9]+)-…`", OPERATIONS))
    assert families == {code.rpartition("-")[0] for code in known}
    assert set(re.findall(r"MUT-[A-Z0-9]+-\d{3}", TEXT)) <= known


def test_no_page_mentions_where_it_was_written() -> None:
    assert not re.search(r"/(work|root|tmp|home)/", TEXT)
