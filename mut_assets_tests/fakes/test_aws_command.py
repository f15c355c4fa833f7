"""A printed command of the AWS CLI is read as the CLI would, and what the service would refuse is refused."""

import pytest

from mut_assets_tests.fakes.aws_command import parsed
from mut_assets_tests.fakes.bedrock import Bedrock
from mut_assets_tests.fakes.bedrock_calls import agent_api
from mut_assets_tests.fakes.bedrock_resources import KnowledgeBase

CREATE = """aws bedrock-agent create-data-source --region us-east-1 --knowledge-base-id KB00000001 --name stores \\
  --data-source-configuration '{"type": "S3", "s3Configuration": {"bucketArn": "arn:aws:s3:::mercado-kb",
    "inclusionPrefixes": ["dataset/stores/"]}}' \\
  --vector-ingestion-configuration '{"chunkingConfiguration": {"chunkingStrategy": "NONE"}}'"""


def test_a_command_that_creates_a_data_source_creates_it(bedrock: Bedrock, base: KnowledgeBase) -> None:
    operation, parameters = parsed(CREATE)
    assert (operation.service, operation.name) == ("bedrock-agent", "CreateDataSource")
    agent_api(bedrock).create_data_source(**parameters)
    (source,) = base.sources.values()
    assert (source.name, source.bucket, source.prefix) == ("stores", "mercado-kb", "dataset/stores/")


def test_a_command_of_any_service_can_be_read() -> None:
    command = "aws secretsmanager get-secret-value --secret-id pinecone/mut-kb-api-key --query Name --output text"
    operation, parameters = parsed(command)
    assert (operation.name, parameters) == ("GetSecretValue", {"SecretId": "pinecone/mut-kb-api-key"})
    limited = parsed("aws bedrock-agent list-data-sources --knowledge-base-id KB00000001 --max-results 5")
    assert limited[1] == {"knowledgeBaseId": "KB00000001", "maxResults": 5}
    several = "aws secretsmanager batch-get-secret-value --secret-id-list"
    wanted = {"SecretIdList": ["one", "two"]}
    assert parsed(f"{several} one two")[1] == wanted
    assert parsed(f"""{several} '["one", "two"]'""")[1] == wanted


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        (CREATE.replace("KB00000001", "<id>"), "knowledgeBaseId: '<id>' does not satisfy the pattern"),
        (CREATE.replace("--name stores", ""), "name: required"),
        (CREATE.replace("create-data-source", "make-data-source"), "no command make-data-source"),
        (CREATE.replace("--name", "--title"), "no option --title"),
        (CREATE.replace('"dataset/stores/"', '"a/", "b/"'), "length 2 above 1"),
        (CREATE.replace('{"type"', "{type"), "Expecting property name"),
        (CREATE.replace("--name stores", "--name new stores"), "--name takes one value, not 2"),
        (CREATE.replace("--name stores", "--name"), "--name has no value"),
        ("aws bedrock-agent get-agent AG00000001", "no option takes 'AG00000001'"),
        ("curl bedrock-agent get-agent", "not a command of the AWS CLI"),
    ],
)
def test_a_command_that_would_be_refused_is_refused(command: str, problem: str) -> None:
    with pytest.raises(ValueError, match="(?s).*") as caught:
        parsed(command)
    assert problem in str(caught.value)
