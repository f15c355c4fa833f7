"""The platform's own records under `state/`: can this release read them, is a rollback in force, was a clock wrong."""

from collections.abc import Iterator

from mut_assets.domain.plans.hold import in_force
from mut_assets.environments import Doors
from mut_assets.operations.doctor.finding import Finding, failed, ok, warning
from mut_assets.operations.future import passed_over
from mut_assets.operations.records import unusable
from mut_assets.resources.bucket.records import UnreadableRecord
from mut_assets.resources.failures import Failure
from mut_assets.resources.ports import silent

NAME, CLOCKS, ROLLBACK = "records", "clocks", "rollback"


def examine(doors: Doors) -> Iterator[Finding]:
    """One finding per record that cannot be used; a damaged one costs no night, one of a newer format does."""
    try:
        found, to_come = unusable(doors), passed_over(doors)
        holds = doors.publisher.rollbacks.in_force(doors.decisions.last(), silent)
    except Failure as failure:
        yield failed(NAME, failure)
        return
    for trouble in found:
        yield failed(NAME, trouble, warn=isinstance(trouble, UnreadableRecord))
    if not found:
        yield ok(NAME, "every record under state/ can be read")
    yield from (warning(CLOCKS, found) for found in to_come)
    yield from (warning(ROLLBACK, sentence) for sentence in in_force(holds))
