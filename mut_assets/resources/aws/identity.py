"""Who the platform is to AWS. What does not belong here: what that identity may do."""

from dataclasses import dataclass

from mut_assets.resources.aws.client import client, explained


@dataclass(frozen=True)
class Identity:
    """The account, the ARN of the user or role in use, and the region that the SDK settled on."""

    account: str
    arn: str
    region: str

    @property
    def partition(self) -> str:
        """`aws`, or the word of China or GovCloud."""
        return self.arn.split(":")[1] if self.arn.count(":") > 1 else "aws"


def identity(region: str = "") -> Identity:
    """Asks STS. Raises what `aws/client.py` raises: MUT-AWS-002, 003 and 008 where the credentials are of no use."""
    sts = client("sts", region)
    with explained("sts", "GetCallerIdentity", "the credentials in use", region=region):
        answer = sts.get_caller_identity()
    return Identity(str(answer["Account"]), str(answer["Arn"]), str(sts.meta.region_name))
