"""How a run ends at a terminal: one status and one last line, whatever of it can be read."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import dagster as dg
import pytest
from rich.console import Console

from mut_assets.domain.plans.outcome import Line, Outcome, Publication
from mut_assets.operations.report import print_report
from mut_assets.operations.run import report_of
from mut_assets.resources.bucket.object_store import Bucket
from mut_assets.resources.bucket.publication_log import PublicationLog
from mut_assets.resources.failures import TransientFailure

HELD = Outcome("tiendas", "published", "b/stores/", rows=9, held=1, held_lines=(Line("Pan", "", "no hours"),))


WARNS = dg.AssetCheckResult(
    passed=False, severity=dg.AssetCheckSeverity.WARN, description="1 of 9 rows are set aside: 7 (Pan): no hours"
)


@dataclass(frozen=True)
class _Down(Bucket):
    def get(self, key: str) -> bytes:
        raise TransientFailure("MUT-S3-101", "The bucket gave no answer.", "It is tried again.")


def told(bucket: Bucket, *causes: str, published: Outcome = HELD) -> tuple[str, bool]:
    """What is printed of a run that set one row aside and published so, and whether all was done."""

    @dg.asset(check_specs=[dg.AssetCheckSpec("usable_rows", asset="raw_tiendas")])
    def raw_tiendas() -> Iterator[object]:
        yield dg.MaterializeResult(check_results=[WARNS])

    decisions = PublicationLog(bucket)
    console = Console(width=200)
    with dg.DagsterInstance.ephemeral() as instance:
        run_id = dg.materialize([raw_tiendas], instance=instance).run_id
        if not isinstance(bucket, _Down):
            decisions.record(Publication(run_id, "2026-03-02T03:00:00+00:00", (published,)))
        report = report_of(instance, [run_id], causes, decisions)
    with console.capture() as captured:
        print_report(report, console, Path("/"))
    return captured.get(), report.done


@pytest.mark.parametrize("causes", [(), ("raw_tiendas: MUT-S3-101: …",)])
def test_a_bucket_that_is_down_is_a_last_line_and_no_success(causes: tuple[str, ...]) -> None:
    printed, done = told(_Down("memory://"), *causes)
    assert not done
    assert printed.splitlines()[-1].startswith(
        "What is published, and whether it is served, cannot be told: MUT-S3-101"
    )
    assert "Nothing was published" not in printed, "nobody knows"


def test_a_held_row_is_told_once_by_whoever_knows_of_it() -> None:
    printed, done = told(Bucket("memory://"))
    assert done and printed.count("no hours") == 1 and "held  tiendas: Pan: no hours" in printed
    many = tuple(Line(f"Pan {number}", "", "no hours") for number in range(50))
    printed, _ = told(Bucket("memory://"), published=replace(HELD, held=70, held_lines=many))
    assert printed.count("no hours") == 5 and "held  tiendas: and 65 more" in printed
    printed, _ = told(Bucket("memory://"), published=replace(HELD, status="failed", held=0, held_lines=()))
    assert printed.count("no hours") == 1 and "warning  raw_tiendas: 1 of 9 rows are set aside" in printed
