"""docs/aws.md: its commands in order, against a stand-in for the AWS command line that takes what AWS would take."""

import json
import os
import shlex
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from mut_assets.domain.collections import PREGUNTAS
from mut_assets.domain.documents.limits import LONGEST_ADDRESS
from mut_assets.domain.tables.faq import LONGEST_DERIVED_ID, question_id
from mut_assets.environments import BUCKET, DATASET_PREFIX, read_settings
from mut_assets_tests.corridor import night_costs
from mut_assets_tests.docs.reading import blocks, table
from mut_assets_tests.fakes import aws_protocol
from mut_assets_tests.fakes.aws_command import parsed
from mut_assets_tests.house.process import ran

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/aws.md").read_text(encoding="utf-8")

ACCOUNT = "111122223333"
ANSWERS = {
    "sts get-caller-identity": ACCOUNT,
    "secretsmanager create-secret": f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:pinecone/mut-kb-api-key-AbCdEf",
    "bedrock-agent create-knowledge-base": "KB00000001",
    "bedrock-agent list-data-sources": "DS00000001\tDS00000002",
    "sns create-topic": f"arn:aws:sns:us-east-1:{ACCOUNT}:mut-alerts",
    "ec2 run-instances": "i-0123456789abcdef0",
}
"""What the stand-in says, where the page goes on with it."""

STAND_IN = f"""#!{sys.executable} -IS
import json, os, sys
words = [open(word[7:]).read() if word.startswith("file://") else word for word in sys.argv[1:]]
with open(os.environ["CALLS"], "a") as calls:
    calls.write(json.dumps(words) + "\\n")
print({ANSWERS!r}.get(" ".join(words[:2]), ""))
"""


OF_THE_SDK = {"s3api": "s3", "--notification-endpoint": "--endpoint"}
"""What the CLI calls otherwise than the services' definitions do."""


@dataclass(frozen=True)
class Done:
    """What became of the page's commands: every call of `aws`, in order, and what was written."""

    calls: list[list[str]]
    folder: Path

    def named(self, *name: str) -> list[list[str]]:
        return [call for call in self.calls if tuple(call[: len(name)]) == name]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """The blocks of the reader's own machine, in one shell; those of the instance are not for this one."""
    folder = tmp_path_factory.mktemp("day-one")
    (folder / "deploy").symlink_to(ROOT / "deploy")
    (folder / "bin").mkdir()
    aws = folder / "bin/aws"
    aws.write_text(STAND_IN, encoding="utf-8")
    aws.chmod(0o755)
    ours = [block.text for block in blocks(PAGE, "bash") if "sudo" not in block.text]
    assert len(ours) >= 9
    path = f"{folder / 'bin'}:{os.environ['PATH']}"
    environment = {"PATH": path, "CALLS": str(folder / "calls"), "HOME": str(folder)}
    command = ("bash", "-euo", "pipefail", "-c", "\n".join(ours))
    shell = ran(*command, folder=folder, env=environment, given="pcsk_nobody\n")
    assert shell.returncode == 0, shell.stderr
    lines = (folder / "calls").read_text(encoding="utf-8").splitlines()
    return Done([json.loads(line) for line in lines], folder)


def wrong_with(words: list[str]) -> str:
    """Why AWS would not take a command; "" where it would."""
    service, name, *options = words
    words = [OF_THE_SDK.get(word, word) for word in words]
    if service == "s3":  # a command of the CLI's own
        return "" if name == "cp" and options[1].startswith("s3://") else f"aws s3 {name} is not read here"
    if "--cli-input-json" in options:
        content = json.loads(options[options.index("--cli-input-json") + 1])
        operation = aws_protocol.operation(service, "".join(part.capitalize() for part in name.split("-")))
        return "; ".join(aws_protocol.violations(operation.model.input_shape, content))
    if (service, name) == ("ec2", "run-instances"):  # the CLI's own --count, 1 unless it is said, stands for these
        words = [*words, "--min-count", "1", "--max-count", "1"]
    try:
        _, parameters = parsed(shlex.join(["aws", *words]))
    except ValueError as error:
        return str(error)
    documents = [value for key, value in parameters.items() if key.endswith("Document")]
    return "" if all(json.loads(document)["Statement"] for document in documents) else "an empty policy"


def test_the_commands_run_in_order_and_aws_would_take_each(done: Done) -> None:
    assert len(done.calls) >= 30
    assert {shlex.join(call)[:200]: wrong for call in done.calls if (wrong := wrong_with(call))} == {}


def test_what_is_made_on_day_one_is_taken_down_in_the_end(done: Done) -> None:
    made = {tuple(call[:2]) for call in done.calls if call[1].startswith(("create-", "run-", "put-role", "attach-"))}
    undoing = {"create": "delete", "put": "delete", "attach": "detach", "run": "terminate"}
    left = []
    for service, name in made:
        verb, _, what = name.partition("-")
        if not done.named(service, f"{undoing[verb]}-{what}"):
            left.append(f"{service} {name}")
    assert (len(made), left) == (10, ["s3api create-bucket"])
    assert len(done.named("iam", "create-role")) == len(done.named("iam", "delete-role")) == 2
    assert len(done.named("bedrock-agent", "create-data-source")) == 4


def test_each_role_has_its_own_trust_and_policy(done: Done) -> None:
    found = {
        (call[call.index("--role-name") + 1], call[1]): call[-1]
        for call in (*done.named("iam", "create-role"), *done.named("iam", "put-role-policy"))
    }
    assert "bedrock.amazonaws.com" in found["mut-knowledge-base", "create-role"]
    assert "ec2.amazonaws.com" in found["mut-pipeline", "create-role"]
    assert "bedrock:StartIngestionJob" in found["mut-pipeline", "put-role-policy"]
    assert "s3:PutObject" not in found["mut-knowledge-base", "put-role-policy"]
    [narrowed] = done.named("iam", "update-assume-role-policy")
    assert "knowledge-base/*" in found["mut-knowledge-base", "create-role"]
    assert "knowledge-base/KB00000001" in narrowed[-1]


def test_the_key_stands_in_no_command_and_in_no_file_that_stays(done: Done) -> None:
    [secret] = done.named("secretsmanager", "create-secret")
    assert json.loads(secret[secret.index("--secret-string") + 1]) == {"apiKey": "pcsk_nobody"}
    assert "file://key.json" in PAGE and "pcsk" not in PAGE
    stays = [path for path in done.folder.iterdir() if path.is_file() and path.name != "calls"]
    assert [path.name for path in stays if "pcsk_nobody" in path.read_text(encoding="utf-8")] == []


def test_the_blocks_for_the_machine_are_shell_and_publish_no_port() -> None:
    machines = [block.text for block in blocks(PAGE, "bash") if "sudo" in block.text]
    assert len(machines) >= 4
    for text in machines:
        assert ran("bash", "-n", given=text).returncode == 0
        words = shlex.split(text.replace("\\\n", " "), comments=True)
        assert {after for one, after in pairwise(words) if one == "-p"} <= {"127.0.0.1:3000:3000"}


def test_the_settings_of_the_machine_are_ones_that_the_platform_takes() -> None:
    [text] = [block.text for block in blocks(PAGE, "text")]
    settings = read_settings(dict(line.split("=", 1) for line in text.splitlines()))
    assert settings.cloud is not None and settings.cloud.alert_topic.endswith(":mut-alerts")
    longest = f"{settings.bucket.removeprefix('s3://')}/{settings.dataset_prefix}{LONGEST_QUESTION}"
    assert len(longest) <= LONGEST_ADDRESS


LONGEST_QUESTION = f"{PREGUNTAS.folder}/{question_id('¿' + 'palabra ' * 40 + '?')}.md"


def test_how_long_names_may_be_is_what_the_page_says() -> None:
    words = " ".join(PAGE.split())
    assert len(LONGEST_QUESTION) == len(f"{PREGUNTAS.folder}/.md") + LONGEST_DERIVED_ID
    assert f"from a question has at most {LONGEST_DERIVED_ID} characters" in words
    room = LONGEST_ADDRESS - len(f"/{LONGEST_QUESTION}")
    assert f"at most {room} characters together" in words
    defaults = BUCKET.removeprefix("s3://").format(account=ACCOUNT, region="us-east-1") + DATASET_PREFIX
    assert f"(the defaults have {len(defaults)} in us-east-1)" in words and len(defaults) <= room


def test_the_rule_for_older_versions_is_one_that_s3_takes() -> None:
    [rule] = [json.loads(block.text) for block in blocks(PAGE, "json")]
    shape = aws_protocol.service_model("s3").operation_model("PutBucketLifecycleConfiguration").input_shape
    assert aws_protocol.violations(shape.members["LifecycleConfiguration"], {"Rules": [rule]}) == []


def test_the_table_of_what_a_night_costs_has_the_rows_that_are_counted() -> None:
    shown = table(PAGE, "counted", "first night").rows
    sums = [night_costs.CHARACTERS, night_costs.TOKENS, night_costs.DOLLARS]
    assert [row[0] for row in shown] == [*night_costs.ROWS, *sums]


@pytest.mark.nightly
def test_the_table_of_what_a_night_costs_is_what_is_counted(tmp_path: Path) -> None:
    counted = night_costs.rows(night_costs.measured(tmp_path / "mut"))
    assert table(PAGE, "counted", "first night").rows == tuple((label, *numbers) for label, numbers in counted.items())
