"""What a night asks of AWS and Pinecone, counted: the table of `docs/aws.md`.

    python -m mut_assets_tests.corridor.night_costs

Three nights with the pages of the bundled site (202 documents): the first, one after eight edits, one with nothing new.
What belongs here: counting. What does not: prices, and what Bedrock does under its own role, which nobody here sees.

The counts are the same on every machine: jobs end at the double's second poll, and the lease is long enough that no
night has to renew it. What a slower night adds is said in the page.
"""

import json
import sys
import tempfile
from collections.abc import Sequence
from copy import deepcopy
from datetime import date
from itertools import pairwise
from pathlib import Path

from mut_assets.resources.wordpress.sample_pages import FAQ_FILE, items_of_week, monday_of, read_file
from mut_assets_tests.corridor.account import BUCKET, Account, account
from mut_assets_tests.fakes.bedrock_runtime import titan
from mut_assets_tests.fakes.faults import Call

DAY = "2026-11-18"
PREFIX = "kb/v1/"
"""Short, as the page advises: some questions have long ids."""
CHARACTERS, TOKENS = "characters embedded", "tokens embedded (approximation)"
DOLLARS = "dollars for S3's requests and these tokens (estimate)"
ROWS = {
    "S3: PutObject": ("s3", "PutObject"),
    "S3: ListBucket": ("s3", "ListBucket"),
    "S3: GetObject": ("s3", "GetObject"),
    "S3: DeleteObject": ("s3", "DeleteObject"),
    "Bedrock: StartIngestionJob": ("bedrock-agent", "StartIngestionJob"),
    "Bedrock: PrepareAgent": ("bedrock-agent", "PrepareAgent"),
    "Bedrock: other questions about jobs and documents": ("bedrock-agent", ""),
    "Bedrock: InvokeModel": ("bedrock-runtime", "InvokeModel"),
    "Secrets Manager: GetSecretValue": ("secretsmanager", "GetSecretValue"),
    "Pinecone: upserts, deletes": ("pinecone", "Upsert Delete"),
    "Pinecone: lists, queries, descriptions": ("pinecone", "List Query DescribeIndex"),
}
"""What the table counts: the service, and the operations; "": those of the service that no other row names."""

DOLLARS_PER_1000 = {"S3: PutObject": 0.005, "S3: ListBucket": 0.005, "S3: GetObject": 0.0004, TOKENS: 0.00002}
"""An assumption, to be checked by whoever relies on it: list prices of us-east-1, as believed in 2026-07."""


def measured(home: Path) -> list[list[Call]]:
    with account(home) as cloud:
        cloud.variables |= {"MUT_POLL_SECONDS": "0", "MUT_LEASE_SECONDS": "3600", "MUT_TODAY": DAY}
        cloud.variables["S3_DATASET_PREFIX"] = PREFIX
        for folder, source in cloud.sources.items():
            source.configuration["s3Configuration"]["inclusionPrefixes"] = [f"{PREFIX}{folder}/"]
        for kind, items in items_of_week(monday_of(date.fromisoformat(DAY))).items():
            cloud.site.items[kind] = [deepcopy(dict(item)) for item in items]
        cloud.client("s3").put_object(Bucket=BUCKET, Key="raw/preguntas.csv", Body=read_file(FAQ_FILE))
        ends = [0]
        for number in range(3):
            if number == 1:
                _edit(cloud)
            assert cloud.night() == 0, "the night failed"
            ends.append(len(cloud.calls))
        return [cloud.calls[start:end] for start, end in pairwise(ends)]


def _edit(cloud: Account) -> None:
    """Five stores tell something new, an event and a restaurant are there, a restaurant is gone."""
    for item in cloud.site.items["stores"][:5]:
        item["content"]["rendered"] += "<p>Esta semana, todo a mitad de precio.</p>"
    cloud.site.event(990001, "Feria del trueque", date_text="9 al 12 de diciembre", event_date="20261209")
    cloud.site.restaurant(990002, "Cocina de otoño", content="<p>Sirve cazuela.</p>")
    del cloud.site.items["restaurant"][0]


def rows(nights: Sequence[Sequence[Call]]) -> dict[str, list[str]]:
    """The table: what was counted -> its number in each night, as the page shows it."""
    named = {(service, name) for service, names in ROWS.values() for name in names.split()}
    found = {
        label: [sum(_counts(call, service, names, named) for call in night) for night in nights]
        for label, (service, names) in ROWS.items()
    }
    bodies = [[call.parameters["body"] for call in night if call.operation == "InvokeModel"] for night in nights]
    texts = [[str(json.loads(body)["inputText"]) for body in night] for night in bodies]
    found[CHARACTERS] = [sum(map(len, night)) for night in texts]
    found[TOKENS] = [sum(map(_tokens, night)) for night in texts]
    shown = {label: [f"{number:,}" for number in numbers] for label, numbers in found.items()}
    prices = DOLLARS_PER_1000.items()
    dollars = (sum(found[label][night] / 1000 * price for label, price in prices) for night in range(len(nights)))
    return {**shown, DOLLARS: [f"{cost:.4f}" for cost in dollars]}


def _counts(call: Call, service: str, names: str, named: set[tuple[str, str]]) -> bool:
    if call.service != service:
        return False
    return call.operation in names.split() if names else (service, call.operation) not in named


def _tokens(text: str) -> int:
    """As the double counts: a quarter of the characters. Titan has its own rule."""
    return int(json.loads(titan(json.dumps({"inputText": text}).encode()))["inputTextTokenCount"])


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for label, numbers in rows(measured(Path(folder) / "mut")).items():
            sys.stdout.write(f"| {label} | {' | '.join(numbers)} |\n")


if __name__ == "__main__":
    main()
