"""The process that nights are forked from: what every night imports and reads anew is there already.

What belongs here: imports and caches. What does not: a thread, which survives no fork.
"""

# The platform imports most of these when they are needed.
import boto3
import dagster as dg
import h2.connection  # noqa: F401
import httpcore  # noqa: F401
import httpx  # noqa: F401
import pinecone.client.indexes
import pinecone.index  # noqa: F401
import pytest
import rich.progress  # noqa: F401

from mut_assets_tests.caches import read_once
from mut_assets_tests.corridor import night

SERVICES = ("bedrock-agent", "bedrock-agent-runtime", "bedrock-runtime", "s3", "secretsmanager", "sns", "sts")


@dg.asset
def nothing() -> None:
    """Takes Dagster through a run."""


read_once(pytest.MonkeyPatch())
for service in SERVICES:
    boto3.client(service, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
with dg.DagsterInstance.ephemeral() as instance:
    dg.materialize([nothing], instance=instance, run_config=night.QUIET)
