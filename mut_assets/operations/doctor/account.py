"""Who the platform is to AWS, and where: everything that is examined there depends on it."""

from dataclasses import dataclass

from mut_assets.operations.doctor.finding import Finding, command, failed, ok
from mut_assets.resources.aws.client import identity
from mut_assets.resources.failures import Failure

NAME = "account"


@dataclass(frozen=True)
class AwsAccount:
    """Account, region and partition for statements and commands; `*` and "" where they are not known."""

    region: str = ""
    account: str = "*"
    partition: str = "aws"

    def arn(self, service: str, resource: str, account: str | None = None) -> str:
        """An ARN in this region and account; models belong to no `account`."""
        owner = self.account if account is None else account
        return f"arn:{self.partition}:{service}:{self.region or '*'}:{owner}:{resource}"

    def bucket(self, bucket: str, keys: str = "") -> str:
        """The ARN of a bucket, or of keys in it."""
        return f"arn:{self.partition}:s3:::{bucket.removeprefix('s3://')}{f'/{keys}' if keys else ''}"

    def command(self, *words: str) -> str:
        """An `aws` command, with this region where it is known."""
        return command("aws", *words, *(("--region", self.region) if self.region else ()))


def examine(region: str) -> tuple[Finding, AwsAccount]:
    """Asks who the credentials belong to, which no policy can deny."""
    try:
        who = identity(region)
    except Failure as failure:
        return failed(NAME, failure, command("aws", "sts", "get-caller-identity")), AwsAccount(region)
    aws = AwsAccount(who.region, who.account, who.partition)
    return ok(NAME, f"{who.account} in {who.region}, as {who.arn}"), aws
