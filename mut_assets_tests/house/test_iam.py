"""The roles' policies: filled in by anybody, no wider than they say, and reasoned where nothing can prove them."""

import json
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mut_assets import environments
from mut_assets.domain.ingestion.data_sources import FOLDERS, create_command
from mut_assets.environments import read_settings
from mut_assets_tests.fakes import aws_protocol
from mut_assets_tests.fakes.aws_command import parsed
from mut_assets_tests.fakes.iam_policy import Policy, matches
from mut_assets_tests.house.process import ran

DEPLOY = Path(__file__).parents[2] / "deploy"
ACCOUNT, REGION, BUCKET, BASE = "111122223333", "us-east-1", "mercado-conocimiento", "KB00000001"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:pinecone/mut-kb-api-key-AbCdEf"
PREFIX = environments.DATASET_PREFIX

VALUES = {
    "AWS_ACCOUNT_ID": ACCOUNT,
    "AWS_REGION": REGION,
    "S3_BUCKET_NAME": BUCKET,
    "KNOWLEDGE_BASE_ID": BASE,
    "AGENT_ID": "AG00000001",
    "PINECONE_SECRET_ARN": SECRET,
    "PINECONE_INDEX_URL": "https://agente-abc1234.svc.aped-4627-b74a.pinecone.io",
    "ALERT_SNS_TOPIC_ARN": f"arn:aws:sns:{REGION}:{ACCOUNT}:mut-alerts",
    "FOLDER": "stores",
}
HERE = {"aws:ResourceAccount": ACCOUNT}
CREDENTIALS = "bedrock:ThirdPartyKnowledgeBaseCredentialsSecretArn"

TEMPLATES = sorted(str(path.relative_to(DEPLOY).with_suffix("")) for path in DEPLOY.glob("*/*.json"))
POLICIES = [name for name in TEMPLATES if name.endswith("-policy")]
TRUSTS = [name for name in TEMPLATES if "-trust" in name]
FILLED = runpy.run_path(str(DEPLOY / "fill.py"))["filled"]


def fill(name: str, **values: str) -> subprocess.CompletedProcess[str]:
    """The command in an environment of these values alone."""
    environment = {"PATH": os.environ["PATH"], **{key: value for key, value in values.items() if value}}
    return ran(sys.executable, DEPLOY / "fill.py", name, env=environment)


def filled(name: str, **others: str) -> Any:
    """What the command prints, without its process."""
    return FILLED(name, VALUES | others)


def s3(key: str = "") -> str:
    return f"arn:aws:s3:::{BUCKET}/{key}" if key else f"arn:aws:s3:::{BUCKET}"


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_filled_template_has_no_hole_and_says_nothing_of_another_account(name: str) -> None:
    text = json.dumps(filled(name))
    assert "${" not in text
    assert {*re.findall(r"\d{12}", text)} <= {ACCOUNT}
    assert not re.search(r"\d{12}", (DEPLOY / f"{name}.json").read_text(encoding="utf-8"))


def test_the_command_prints_the_filled_template_and_names_them_all_when_asked_for_another() -> None:
    done = fill("iam/pipeline-policy.json", **VALUES)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == filled("iam/pipeline-policy")
    other = fill("iam/everything", **VALUES)
    assert (other.returncode, other.stdout) == (1, "")
    assert other.stderr == f"fill.py: there is no template iam/everything; there are {', '.join(TEMPLATES)}\n"


@pytest.mark.parametrize("missing", ["S3_BUCKET_NAME", "PINECONE_SECRET_ARN"])
def test_a_value_that_is_missing_is_one_sentence_and_no_half_a_policy(missing: str) -> None:
    done = fill("iam/pipeline-policy", **(VALUES | {missing: ""}))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"fill.py: iam/pipeline-policy needs {missing}, which is not set\n"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("S3_BUCKET_NAME", "*"),
        ("KNOWLEDGE_BASE_ID", "*"),
        ("AGENT_ID", "*"),
        ("AWS_ACCOUNT_ID", "11112222333"),
        ("S3_DATASET_PREFIX", '", "*'),
        ("PINECONE_SECRET_ARN", "pinecone/mut-kb-api-key"),
        ("PINECONE_SECRET_ARN", SECRET.removesuffix("-AbCdEf") + "-*"),
    ],
)
def test_a_value_that_would_widen_or_break_a_policy_is_refused(variable: str, value: str) -> None:
    with pytest.raises(ValueError, match="does not look right") as caught:
        filled("iam/pipeline-policy", **{variable: value})
    assert str(caught.value).startswith(f"{variable}={value} ")


def test_what_is_not_there_needs_no_statement_and_is_said() -> None:
    whole = {grant.sid for grant in Policy(filled("iam/pipeline-policy")).grants}
    done = fill("iam/pipeline-policy", **(VALUES | {"AGENT_ID": "", "ALERT_SNS_TOPIC_ARN": ""}))
    assert whole - {grant.sid for grant in Policy(json.loads(done.stdout)).grants} == {"PrepareTheAgent", "TellPeople"}
    assert "left out PrepareTheAgent, because AGENT_ID is not set" in done.stderr
    assert "left out TellPeople, because ALERT_SNS_TOPIC_ARN is not set" in done.stderr


def test_the_values_nobody_sets_are_the_platforms_own() -> None:
    settings = read_settings({"MUT_ENVIRONMENT": "aws", "KNOWLEDGE_BASE_ID": BASE})
    assert settings.cloud is not None
    keys = {grant.resource for grant in Policy(filled("iam/pipeline-policy")).grants}
    for prefix in (settings.raw_prefix, settings.vectorial_prefix, settings.dataset_prefix):
        assert s3(f"{prefix}*") in keys
    assert f"arn:aws:bedrock:{REGION}::foundation-model/{settings.cloud.embedding_model_id}" in keys


# --- how wide ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", POLICIES)
def test_no_action_is_a_pattern_and_only_what_belongs_to_no_resource_is_allowed_on_all(name: str) -> None:
    grants = Policy(filled(name)).grants
    assert [grant.action for grant in grants if "*" in grant.action or "?" in grant.action] == []
    everywhere = [grant for grant in grants if grant.resource == "*"]
    assert [grant.action for grant in everywhere] == ["bedrock:AssociateThirdPartyKnowledgeBase"]
    assert all(grant.conditions for grant in everywhere)


@pytest.mark.parametrize("name", POLICIES)
def test_a_bucket_of_this_name_in_another_account_is_neither_read_nor_written(name: str) -> None:
    grants = [grant for grant in Policy(filled(name)).allowed if grant.action.startswith("s3:")]
    assert grants
    for grant in grants:
        assert grant.covers(grant.action, grant.resource, HERE)
        assert not grant.covers(grant.action, grant.resource, {"aws:ResourceAccount": "444455556666"})


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_fits_into_a_role(name: str) -> None:
    assert len(json.dumps(filled(name), separators=(",", ":"))) < 6144, "the least of IAM's limits: a managed policy"


def test_the_pipeline_never_writes_what_people_upload_and_never_deletes_a_snapshot() -> None:
    policy = Policy(filled("iam/pipeline-policy"))
    uploaded = s3("raw/preguntas.csv"), s3("raw/horarios_especiales.csv")
    snapshot = s3("raw/preguntas_20261120_030000.csv")
    for key in uploaded:
        assert policy.allows("s3:GetObject", key, HERE)
        assert not policy.allows("s3:PutObject", key, HERE)
    assert policy.allows("s3:PutObject", snapshot, HERE)
    for key in (*uploaded, snapshot, s3("vectorial/stores_vectorial_20261120_030000.csv")):
        assert not policy.allows("s3:DeleteObject", key, HERE)
    for key in ("", "otro/archivo.csv", "datasets/otro/v1/a.md"):
        for action in ("s3:GetObject", "s3:PutObject", "s3:DeleteObject"):
            assert not policy.allows(action, s3(key), HERE), key


def test_the_knowledge_base_reads_what_is_published_and_writes_nothing() -> None:
    policy = Policy(filled("iam/knowledge-base-policy"))
    assert {grant.action for grant in policy.allowed} == {
        "s3:ListBucket",
        "s3:GetObject",
        "bedrock:InvokeModel",
        "secretsmanager:GetSecretValue",
        "bedrock:AssociateThirdPartyKnowledgeBase",
    }
    for folder in FOLDERS:
        assert policy.allows("s3:GetObject", s3(f"{PREFIX}{folder}/2001.md"), HERE)
    for key in ("raw/tiendas.csv", "state/published.json", "vectorial/stores_vectorial.csv"):
        assert not policy.allows("s3:GetObject", s3(key), HERE)
    assert policy.allows("secretsmanager:GetSecretValue", SECRET, {})
    assert not policy.allows("secretsmanager:GetSecretValue", SECRET.replace("mut-kb", "otra"), {})
    for role in POLICIES:
        use = "bedrock:AssociateThirdPartyKnowledgeBase"
        assert Policy(filled(role)).allows(use, "*", {CREDENTIALS: SECRET})
        assert not Policy(filled(role)).allows(use, "*", {CREDENTIALS: SECRET.replace("mut-kb", "otra")})


def test_only_one_service_takes_each_role_and_bedrock_only_for_this_knowledge_base() -> None:
    assert {name: [statement["Principal"] for statement in filled(name)["Statement"]] for name in TRUSTS} == {
        "iam/knowledge-base-trust": [{"Service": "bedrock.amazonaws.com"}],
        "iam/pipeline-trust-instance": [{"Service": "ec2.amazonaws.com"}],
        "iam/pipeline-trust-task": [{"Service": "ecs-tasks.amazonaws.com"}],
    }
    for name in ("iam/knowledge-base-trust", "iam/pipeline-trust-task"):
        [statement] = filled(name)["Statement"]
        assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT}
    [trust] = filled("iam/knowledge-base-trust")["Statement"]
    whose = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:knowledge-base"
    assert trust["Condition"]["ArnLike"] == {"aws:SourceArn": f"{whose}/{BASE}"}
    [first] = filled("iam/knowledge-base-trust", KNOWLEDGE_BASE_ID="")["Statement"]
    assert first["Condition"]["ArnLike"] == {"aws:SourceArn": f"{whose}/*"}


# --- Bedrock's own templates ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "operation"), [("knowledge-base", "CreateKnowledgeBase"), ("data-source", "CreateDataSource")]
)
def test_a_template_of_bedrock_is_one_that_the_service_takes(name: str, operation: str) -> None:
    shape = aws_protocol.operation("bedrock-agent", operation).model.input_shape
    assert aws_protocol.violations(shape, filled(f"bedrock/{name}")) == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_data_source_is_the_one_that_the_platform_itself_advises(folder: str) -> None:
    operation, advised = parsed(create_command(BASE, folder, BUCKET, PREFIX, REGION))
    assert (operation.name, advised) == ("CreateDataSource", filled("bedrock/data-source", FOLDER=folder))


# --- the matcher ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "fitting", "others"),
    [
        ("arn:aws:s3:::b/raw/*", ["/raw/a/b.csv", "/raw/"], ["/raw", "b/raw/a.csv"]),
        ("arn:aws:s3:::b*", ["", "/raw"], []),
        ("arn:aws:s3:::b/a?c", ["/abc"], ["/ac"]),
        ("arn:aws:s3:::b/a[b]c", ["/a[b]c"], ["/abc"]),
        ("arn:aws:s3:::b/a.c", ["/a.c"], ["/abc", "/A.C"]),
    ],
)
def test_wildcards_are_those_of_iam(pattern: str, fitting: list[str], others: list[str]) -> None:
    assert [key for key in [*fitting, *others] if matches(pattern, f"arn:aws:s3:::b{key}")] == fitting


def statement(**parts: Any) -> dict[str, Any]:
    return {"Sid": "One", "Effect": "Allow", "Action": "s3:GetObject", "Resource": s3("*"), **parts}


def test_a_deny_wins_and_a_condition_needs_its_key() -> None:
    allow = statement(Condition={"StringEquals": {"aws:ResourceAccount": ACCOUNT}})
    deny = statement(Effect="Deny", Resource=s3("secreto"))
    policy = Policy({"Version": "2012-10-17", "Statement": [allow, deny]})
    assert policy.allows("S3:getobject", s3("a"), HERE)
    assert not policy.allows("s3:GetObject", s3("a"), {})
    assert not policy.allows("s3:GetObject", s3("secreto"), HERE)


@pytest.mark.parametrize(
    "strange", [{"NotAction": "s3:*"}, {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, {"Effect": "Perhaps"}]
)
def test_what_the_matcher_does_not_know_is_an_error(strange: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not known here"):
        Policy({"Version": "2012-10-17", "Statement": [statement(**strange)]})
